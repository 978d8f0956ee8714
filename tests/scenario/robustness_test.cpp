// Any value of a good scenario replaced by something else, or left out: an error or another good scenario, never a
// crash.
#include "resolving.hpp"

using namespace encephagen;

namespace {

// Calls f(root) once for every value below `node` and every wrong value in its place.
template <class F>
void with_each_wrong_value(Node& root, Node& node, const std::vector<Node>& wrong, F&& f) {
  const auto visit = [&](Node& value) {
    const Node right = value;
    for (const auto& w : wrong) {
      value = w;
      f(root);
    }
    value = right;
    with_each_wrong_value(root, value, wrong, f);
  };
  for (auto& item : node.items) visit(item);
  for (size_t k = 0; k < node.members.size(); ++k) {
    visit(node.members[k].value);
    const auto members = node.members;
    node.members.erase(node.members.begin() + static_cast<std::ptrdiff_t>(k));
    f(root);
    node.members = members;
  }
}

}  // namespace

TEST_CASE("scenario: wrong values anywhere are errors, not crashes") {
  std::vector<Node> wrong = {Node::of_text("x"),
                             Node::of_text(""),
                             Node::of_integer(-1),
                             Node::of_number(1e17),
                             Node::of_number(std::numeric_limits<double>::infinity()),
                             Node::of_flag(false),
                             Node::of_array({}),
                             Node{}};
  wrong.push_back(Node::of_array({wrong[2], wrong[0]}));
  wrong.push_back(Node{});
  wrong.back().set("normal", Node::of_array({Node::of_number(0), Node::of_number(0)}));
  size_t n = 0, n_bad = 0;
  for (const char* name : {"templates.toml", "long_range_by_group.toml", "inputs.toml", "toy20_wilson_cowan.toml",
                           "learning.toml", "listed.toml"}) {
    Node root = read_with_includes(encephagen::testing::good_corpus() / name);
    with_each_wrong_value(root, root, wrong, [&](const Node& mutant) {
      Diagnostics d;
      (void)encephagen::testing::resolve(mutant, d);
      ++n, n_bad += !d.ok();
    });
  }
  MESSAGE(n, " mutants, ", n_bad, " refused");
  CHECK(n_bad > n / 2);
}
