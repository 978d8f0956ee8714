// The words that the parts of a claim go by in files and messages.
#include "experiment/claim.hpp"

namespace encephagen {

const char* name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::supported:
      return "supported";
    case Verdict::refuted:
      return "refuted";
    case Verdict::inconclusive:
      return "inconclusive";
    case Verdict::not_testable:
      break;
  }
  return "not testable";
}

const char* name_of(TestKind kind) {
  switch (kind) {
    case TestKind::permutation:
      return "permutation";
    case TestKind::mann_whitney:
      return "mann_whitney";
    case TestKind::kruskal_wallis:
      return "kruskal_wallis";
    case TestKind::rank:
      return "rank";
    case TestKind::sign_flip:
      return "sign_flip";
    case TestKind::threshold:
      return "threshold";
    case TestKind::equivalence:
      return "equivalence";
    case TestKind::attribution:
      return "attribution";
    case TestKind::level:
      return "level";
    case TestKind::agreement:
      return "agreement";
    case TestKind::none:
      break;
  }
  return "none";
}

const char* name_of(stats::Tail tail) {
  return tail == stats::Tail::greater ? "greater" : tail == stats::Tail::less ? "less" : "two_sided";
}

const char* name_of(Correction correction) {
  return correction == Correction::bh ? "bh" : correction == Correction::by ? "by" : "none";
}

}  // namespace encephagen
