// vendor.name against what is known of it.
#include <encephagen/sdk/testing.hpp>

#include "model.hpp"

using eg::testing::error_of;
using eg::testing::Test;
using World = eg::testing::World<vendor::PluginName>;

int main() {
  return eg::testing::run({{"full force alone does not climb the hill",
                            [](Test& t) {
                              World w;
                              while (!w.is_over()) w.move({1}, 20);
                              t.equal(w.reason, "max_steps = 999 steps were made");
                              t.check(w.truncated, "it was not cut off");
                            }},
                           {"pulling in the direction of movement does",
                            [](Test& t) {
                              World w;
                              double earned = 0;
                              while (!w.is_over()) {
                                w.move({w.seen("velocity") >= 0 ? 1.0 : -1.0}, 20);
                                earned += w.total();
                              }
                              t.equal(w.reason, "reached the top of the hill");
                              t.check(earned > 80, "it took too much effort");
                            }},
                           {"without force, wind and slope its speed stays",
                            [](Test& t) {
                              vendor::PluginName::Params p;
                              p.gravity_weight = 0;
                              World w(p);
                              w.move({1}, 20);
                              const double speed = w.seen("velocity");
                              w.move({0}, 20);
                              t.close(speed, 0.0015, 1e-15);
                              t.close(w.seen("velocity"), speed, 0);
                            }},
                           {"wind acts as force does, and costs nothing",
                            [](Test& t) {
                              World a, b;
                              a.move({0.5}, 200);
                              b.disturb({0.5});
                              b.move({0}, 200);
                              t.close(a.seen("position"), b.seen("position"), 0);
                              t.close(a.total(), -10 * 0.1 * 0.25, 1e-12);
                              t.close(b.total(), 0, 0);
                            }},
                           {"a snapshot goes on to the last bit",
                            [](Test& t) {
                              World a, b;
                              a.reset(5);
                              a.move({1}, 100);
                              b.load(a.save());
                              for (auto* w : {&a, &b}) w->move({-1}, 100);
                              t.close(a.seen("position"), b.seen("position"), 0);
                            }},
                           {"seeds begin in different places",
                            [](Test& t) {
                              World a, b;
                              a.reset(1), b.reset(2);
                              t.check(a.seen("position") != b.seen("position"), "both begin in one place");
                            }},
                           {"forces beyond the largest are refused", [](Test& t) {
                              t.equal(error_of([] { World().act({2}); }), "force is 2.000000, not within [-1, 1]");
                            }}});
}
