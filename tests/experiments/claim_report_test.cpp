// claims.json and the table of verdicts: their exact words, and that both are the same for the same runs.
#include "experiment/claim_report.hpp"

#include <nlohmann/json.hpp>

#include "run_tables.hpp"
#include "support.hpp"

using namespace encephagen;
using namespace encephagen::testing;
using stats::Tail;

namespace {

std::vector<ClaimResult> results() {
  auto supported = claim(TestKind::mann_whitney);
  supported.id = "P1";
  supported.published = Published{4.2, 0.01, "supported", "the study of 2026"};
  auto refuted = supported;
  refuted.id = "P2";
  refuted.text = "b is larger than a";
  refuted.tail = Tail::less;
  refuted.published.reset();
  auto pseudo = claim(TestKind::mann_whitney);
  pseudo.id = "P3";
  pseudo.text = "c is larger than b";
  pseudo.compare = {"c", "b"};
  auto open = claim(TestKind::mann_whitney, Tail::two_sided);
  open.id = "P4";
  open.text = "a and d differ";
  open.compare = {"a", "d"};
  open.correction = Correction::bh;
  Runs runs;
  runs.graphs("a", steps(6, 10, 1))
      .graphs("b", steps(6, 0, 1))
      .repeats("c", "real", {1, 2})
      .graphs("d", steps(6, 10.5, 1));
  return judge(std::vector{supported, refuted, pseudo, open}, runs.table);
}

}  // namespace

TEST_CASE("claims.json: every claim stands with its verdict, numbers and what was published") {
  const auto json = nlohmann::json::parse(claims_json(results()));
  CHECK(json["format"] == 1);
  REQUIRE(json["claims"].size() == 4);
  const auto& c = json["claims"][0];
  CHECK(c["id"] == "P1");
  CHECK(c["verdict"] == "supported");
  CHECK(c["reason"] == "'a' lies above 'b' as predicted: p = 0.00108");
  CHECK(c["test"] == nlohmann::json{{"kind", "mann_whitney"}, {"tail", "greater"}});
  CHECK(c["compare"] == nlohmann::json{"a", "b"});
  CHECK(c["sides"][0]["n"] == 6);
  CHECK(c["sides"][0]["mean"] == 12.5);
  CHECK(c["sides"][1]["values"].size() == 6);
  CHECK(c["effects"][0] == nlohmann::json{{"name", "difference of means"}, {"value", 10.0}});
  CHECK(c["interval"]["level"] == 0.95);
  CHECK_CLOSE(c["p"].get<double>(), 1.0 / 924, 1e-12, 0);
  CHECK(c["q"].is_null());  // NaN: no correction was asked for
  CHECK(c["published"] ==
        nlohmann::json{{"value", 4.2}, {"p", 0.01}, {"verdict", "supported"}, {"source", "the study of 2026"}});
  CHECK(json["claims"][1]["published"].is_null());
  CHECK(json["claims"][2]["verdict"] == "not_testable");
  CHECK(json["claims"][2]["p"].is_null());
  CHECK(json["claims"][3]["family_size"] == 1);
  CHECK(json["claims"][3]["q"].is_number());
}

TEST_CASE("claims.json: the same runs give the same bytes, whatever bytes are in the text") {
  CHECK(claims_json(results()) == claims_json(results()));
  auto r = results();
  r[0].spec.text = "not UTF-8: \xff";
  CHECK(nlohmann::json::accept(claims_json(r)));
  CHECK(claims_json({}) == "{\n  \"format\": 1,\n  \"claims\": []\n}\n");
}

TEST_CASE("claims table: one line per claim, then reasons, observations and notes") {
  auto r = results();
  for (auto* i : {&r[0].interval, &r[1].interval})
    i->low = 8, i->high = 12;  // the bootstrap's last digits are not the point
  r[3].interval.low = -2.5, r[3].interval.high = 4.0 / 3;
  const std::string table = claims_table(r);
  CHECK(table.substr(0, table.find("\nP1:")) ==
        R"(claim  verdict       effect               value  95 % interval      n         p       q  published
-----  ------------  -------------------  -----  -------------  -----  --------  ------  ------------------------
P1     supported     difference of means     10  8 to 12        6 : 6  0.001082          4.2, p = 0.01, supported
P2     refuted       difference of means     10  8 to 12        6 : 6         1
P3     not testable                                             2 : 6
P4     inconclusive  difference of means   -0.5  -2.5 to 1.333  6 : 6    0.6991  0.6991
)");
  CHECK(table.find(R"(
P1: a is larger than b
  supported: 'a' lies above 'b' as predicted: p = 0.00108
  observed: 'a' 12.5 +- 1.87 (n = 6 graphs), 'b' 2.5 +- 1.87 (n = 6 graphs)
)") != std::string::npos);
  CHECK(table.find("  published: 4.2, p = 0.01, supported (the study of 2026)\n") != std::string::npos);
  CHECK(table.find("  test: Mann-Whitney U, exact\n") != std::string::npos);
  CHECK(table.find('\x1b') == std::string::npos);
}

TEST_CASE("claims table: colour only if asked for") {
  const std::string table = claims_table(results(), true);
  CHECK(table.find("\x1b[32msupported\x1b[0m") != std::string::npos);
  CHECK(table.find("\x1b[31mrefuted\x1b[0m") != std::string::npos);
}
