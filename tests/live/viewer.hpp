// A viewer as a browser is one: HTTP and WebSocket to a port of this machine.
#pragma once
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <nlohmann/json.hpp>
#include <string>

namespace encephagen::testing {

struct Place {
  unsigned short port = 0;
  std::string token;
  // Of http://127.0.0.1:PORT/?token=TOKEN.
  explicit Place(const std::string& address) {
    const size_t colon = address.rfind(':'), slash = address.rfind('/'), equals = address.rfind('=');
    port = static_cast<unsigned short>(std::stoi(address.substr(colon + 1, slash - colon - 1)));
    token = address.substr(equals + 1);
  }
};

inline boost::asio::ip::tcp::endpoint endpoint_of(unsigned short port) {
  return {boost::asio::ip::address_v4::loopback(), port};
}

struct Reply {
  unsigned status = 0;
  std::string body;
};

// A GET with other header fields than a browser's, if given.
inline Reply get(const Place& place, const std::string& target, const std::string& host = "",
                 const std::string& origin = "") {
  namespace http = boost::beast::http;
  boost::asio::io_context io;
  boost::beast::tcp_stream stream(io);
  stream.connect(endpoint_of(place.port));
  http::request<http::string_body> request(http::verb::get, target, 11);
  request.set(http::field::host, host.empty() ? "127.0.0.1:" + std::to_string(place.port) : host);
  if (!origin.empty()) request.set(http::field::origin, origin);
  http::write(stream, request);
  boost::beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(1 << 26);
  http::read(stream, buffer, parser);
  return {parser.get().result_int(), parser.get().body()};
}

class Viewer {
 public:
  // Throws boost::system::system_error where it is not let in.
  explicit Viewer(const Place& place, const std::string& origin = "") : stream_(io_) {
    stream_.next_layer().connect(endpoint_of(place.port));
    stream_.read_message_max(1 << 26);
    if (!origin.empty())
      stream_.set_option(boost::beast::websocket::stream_base::decorator(
          [origin](auto& request) { request.set(boost::beast::http::field::origin, origin); }));
    stream_.handshake("127.0.0.1:" + std::to_string(place.port), "/live?token=" + place.token);
  }
  void send(const std::string& text) {
    stream_.text(true);
    stream_.write(boost::asio::buffer(text));
  }
  struct Message {
    bool is_document = false;  // else an answer
    nlohmann::json json;       // of a document: without its arrays
  };
  Message receive() {
    boost::beast::flat_buffer buffer;
    stream_.read(buffer);
    const std::string bytes = boost::beast::buffers_to_string(buffer.data());
    if (!stream_.got_binary()) return {false, nlohmann::json::parse(bytes)};
    uint32_t length = 0;
    std::memcpy(&length, bytes.data(), 4);
    return {true, nlohmann::json::parse(bytes.substr(4, length))};
  }
  // The answer to an order; documents that come in between are passed over.
  nlohmann::json ask(nlohmann::json order) {
    order["id"] = ++asked_;
    send(order.dump());
    for (;;)
      if (auto m = receive(); !m.is_document && m.json["id"] == asked_) return m.json;
  }
  // The first document of which `is_it` says yes.
  template <class F>
  nlohmann::json wait_for(F&& is_it) {
    for (;;)
      if (auto m = receive(); m.is_document && is_it(m.json)) return m.json;
  }

 private:
  boost::asio::io_context io_;
  boost::beast::websocket::stream<boost::beast::tcp_stream> stream_;
  int asked_ = 0;
};

}  // namespace encephagen::testing
