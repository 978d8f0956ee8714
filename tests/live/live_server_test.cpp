#include "live/live_server.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

#include "host/failure.hpp"
#include "viewer.hpp"

using namespace encephagen;
using namespace encephagen::testing;

namespace {

LiveServer::Message message(const std::string& json) {
  std::string out(4, '\0');
  const auto n = static_cast<uint32_t>(json.size());
  std::memcpy(out.data(), &n, 4);
  return std::make_shared<const std::string>(out + json);
}

}  // namespace

TEST_CASE("live server: the page is for who knows the token, the host's own name and no other origin") {
  LiveServer server(0, [](LiveServer::Viewer, const std::string&) {});
  const Place here(server.address());
  CHECK(here.port == server.port());
  CHECK(here.token.size() == 32);
  const std::string right = "/?token=" + here.token;
  CHECK(get(here, right).body.find("is being built") != std::string::npos);
  server.serve("<p>a page");
  CHECK(get(here, right).status == 200);
  CHECK(get(here, right).body == "<p>a page");
  CHECK(get(here, right, "localhost:" + std::to_string(here.port)).status == 200);

  CHECK(get(here, "/").status == 403);
  CHECK(get(here, "/").body ==
        "the token is missing or wrong: open the address that `encephagen run --live` has printed\n");
  CHECK(get(here, "/?token=" + std::string(32, '0')).status == 403);
  CHECK(get(here, right, "evil.example:" + std::to_string(here.port)).body ==
        "the live view answers to 127.0.0.1 only\n");
  CHECK(get(here, right, "", "http://evil.example").body == "the live view answers to its own page only\n");
  CHECK(get(here, "/etc/passwd?token=" + here.token).status == 404);
}

TEST_CASE("live server: nobody from elsewhere becomes a viewer") {
  LiveServer server(0, [](LiveServer::Viewer, const std::string&) {});
  Place here(server.address());
  CHECK_THROWS_AS(Viewer(here, "http://evil.example"), boost::system::system_error);
  CHECK_NOTHROW(Viewer(here, "http://127.0.0.1:" + std::to_string(here.port)));
  here.token.back() = here.token.back() == '0' ? '1' : '0';
  CHECK_THROWS_AS(Viewer{here}, boost::system::system_error);
}

TEST_CASE("live server: listens on the loopback address only") {
  LiveServer server(0, [](LiveServer::Viewer, const std::string&) {});
  boost::asio::io_context io;
  boost::asio::ip::tcp::acceptor other(io);
  // Where it listened on all addresses this one could not be had.
  const boost::asio::ip::tcp::endpoint elsewhere(boost::asio::ip::make_address("127.0.0.2"), server.port());
  other.open(elsewhere.protocol());
  CHECK_NOTHROW(other.bind(elsewhere));
}

TEST_CASE("live server: a port that is taken is said") {
  const LiveServer first(0, [](LiveServer::Viewer, const std::string&) {});
  CHECK_THROWS_WITH_AS(LiveServer(first.port(), [](LiveServer::Viewer, const std::string&) {}),
                       ("--live: port " + std::to_string(first.port()) +
                        " of 127.0.0.1 cannot be had: Address already in use; choose another with --live-port, or none "
                        "for any that is free")
                           .c_str(),
                       Failure);
}

TEST_CASE("live server: viewers get the newest document, late ones too, and answers in order") {
  std::mutex mutex;
  std::vector<std::pair<LiveServer::Viewer, std::string>> orders;
  LiveServer server(0, [&](LiveServer::Viewer from, std::string text) {
    const std::lock_guard lock(mutex);
    orders.emplace_back(from, std::move(text));
  });
  server.show(message(R"({"n": 1})"));
  server.show(message(R"({"n": 2})"));
  Viewer viewer{Place(server.address())};
  CHECK(viewer.receive().json["n"] == 2);
  viewer.send("hello");
  viewer.send("again");
  for (size_t n = 0; n < 2;) {
    const std::lock_guard lock(mutex);
    n = orders.size();
  }
  CHECK(orders[0].second == "hello");
  CHECK(orders[1].second == "again");
  server.answer(orders[0].first, R"({"id": 1})");
  server.answer(orders[0].first, R"({"id": 2})");
  server.answer(orders[0].first + 1, R"({"id": 3})");  // nobody
  CHECK(viewer.receive().json["id"] == 1);
  CHECK(viewer.receive().json["id"] == 2);
}

TEST_CASE("live server: who does not read makes nobody wait, and misses documents") {
  LiveServer server(0, [](LiveServer::Viewer, const std::string&) {});
  const Place here(server.address());
  Viewer slow(here), quick(here);
  const std::string padding(1 << 20, 'x');
  const auto start = std::chrono::steady_clock::now();
  for (int n = 1; n <= 200; ++n) server.show(message(nlohmann::json{{"n", n}, {"padding", padding}}.dump()));  // 200 MB
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
  quick.wait_for([](const auto& j) { return j["n"] == 200; });
  size_t n_received = 0;
  slow.wait_for([&](const auto& j) { return ++n_received, j["n"] == 200; });
  CHECK(n_received < 100);
}

TEST_CASE("live server: closes with what was shown last") {
  auto server = std::make_unique<LiveServer>(0, [](LiveServer::Viewer, const std::string&) {});
  Viewer viewer{Place(server->address())};
  std::thread closing([&] {
    server->show(message(R"({"n": "last"})"));
    server.reset();
  });
  CHECK(viewer.receive().json["n"] == "last");
  CHECK_THROWS_AS(viewer.receive(), boost::system::system_error);
  closing.join();
}
