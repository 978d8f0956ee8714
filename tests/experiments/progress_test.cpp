// What progress looks like.
#include "experiment/progress.hpp"

#include <doctest/doctest.h>

using namespace encephagen;

TEST_CASE("progress: share, rate, runs and time left, as far as they are known") {
  CHECK(progress_text({.share = 0}, {}) == "0 %");
  CHECK(progress_text({.share = 0.426, .simulated_s = 16}, {.seconds = 5, .share = 0.4, .simulated_s = 16}) ==
        "42 %, 3.2x real time, 7 s left");
  CHECK(progress_text({.share = 0.5, .n_done = 3, .n_runs = 8}, {.seconds = 100, .share = 0.5}) ==
        "50 %, 3 of 8 runs, 2 min left");
  CHECK(progress_text({.share = 1, .n_done = 8, .n_runs = 8}, {.seconds = 4, .share = 1, .simulated_s = 4800}) ==
        "100 %, 1200x real time, 8 of 8 runs");
}

TEST_CASE("progress: time left is that of the speed since measuring began, and is not guessed too early") {
  // Half was there before: the other half takes as long as its first fifth promises.
  CHECK(progress_text({.share = 0.6}, {.seconds = 30, .share = 0.1}) == "60 %, 2 min left");
  CHECK(progress_text({.share = 0.505}, {.seconds = 30, .share = 0.005}) == "50 %");
  CHECK(progress_text({.share = 0.5}, {.seconds = 59.6, .share = 0.5}) == "50 %, 1 min left");
  CHECK(progress_text({.share = 0.5}, {.seconds = 5400, .share = 0.5}) == "50 %, 1.5 h left");
}

TEST_CASE("progress: slow and fast rates keep two digits or more, and no exponent") {
  const auto rate = [](double x) { return progress_text({.share = 1}, {.seconds = 1, .share = 1, .simulated_s = x}); };
  CHECK(rate(0.0123) == "100 %, 0.012x real time");
  CHECK(rate(9.96) == "100 %, 10x real time");
  CHECK(rate(123456) == "100 %, 123456x real time");
}

TEST_CASE("progress: the bar takes what the line has room for") {
  const ProgressState half{.share = 0.5};
  CHECK(progress_bar("running", half, {}, 80) == "running [###############...............] 50 %");
  CHECK(progress_bar("running", half, {}, 27) == "running [######......] 50 %");
  CHECK(progress_bar("running", half, {}, 20) == "running 50 %");
  CHECK(progress_bar("running", half, {}, 5) == "runni");
}
