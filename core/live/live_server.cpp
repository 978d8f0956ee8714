// A web server for the one who runs the program.
#include "live/live_server.hpp"

#include <fmt/format.h>

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <chrono>
#include <deque>
#include <map>
#include <optional>
#include <random>
#include <thread>

#include "host/failure.hpp"

namespace encephagen {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using tcp = asio::ip::tcp;
using Error = boost::system::error_code;
using Request = http::request<http::string_body>;

constexpr size_t most_answers = 1000, largest_message = 1 << 20;
constexpr const char* not_yet =
    "<!doctype html><meta charset=utf-8><meta http-equiv=refresh content=1><title>Encephagen</title>"
    "<p>The network is being built ...";
constexpr auto patience = std::chrono::seconds(30);

// 128 bits from the system's generator.
std::string new_token() {
  std::random_device source;
  std::string out;
  for (int k = 0; k < 4; ++k) out += fmt::format("{:08x}", source());
  return out;
}

// Takes as long for a wrong token as for a right one.
bool is_same(std::string_view a, std::string_view b) {
  unsigned char differs = a.size() != b.size();
  for (size_t k = 0; k < std::min(a.size(), b.size()); ++k) differs |= static_cast<unsigned char>(a[k] ^ b[k]);
  return differs == 0;
}

// The value of `token` in the query of a target.
std::string token_of(std::string_view target) {
  const size_t query = target.find('?');
  if (query == std::string_view::npos) return {};
  std::string_view rest = target.substr(query + 1);
  while (!rest.empty()) {
    const auto part = rest.substr(0, rest.find('&'));
    if (part.starts_with("token=")) return std::string(part.substr(6));
    rest.remove_prefix(std::min(rest.size(), part.size() + 1));
  }
  return {};
}

}  // namespace

struct LiveServer::State : std::enable_shared_from_this<State> {
  class Connection;

  asio::io_context io{1};
  tcp::acceptor acceptor{io};
  std::string page, token;
  uint16_t port = 0;
  std::function<void(Viewer, std::string)> received;
  // Of the server's thread.
  std::map<Viewer, std::shared_ptr<Connection>> viewers;
  Message latest;
  Viewer next = 1;
  std::atomic<size_t> n_viewers{0};
  std::jthread thread;

  void accept();
  // What is wrong with a request; "": nothing.
  std::string refused(const Request& request) const;
  bool is_this_host(std::string_view host) const {
    return host == fmt::format("127.0.0.1:{}", port) || host == fmt::format("localhost:{}", port);
  }
};

// One connection: a request for the page, or a viewer.
class LiveServer::State::Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(std::shared_ptr<State> server, tcp::socket socket)
      : server_(std::move(server)), stream_(std::move(socket)) {}

  void start() {
    parser_.emplace();
    parser_->body_limit(largest_message);
    beast::get_lowest_layer(stream_).expires_after(patience);
    http::async_read(stream_.next_layer(), buffer_, *parser_, [self = shared_from_this()](Error e, size_t) {
      if (!e) self->requested(self->parser_->release());
    });
  }
  // The newest document takes the place of one that is still waiting.
  void show(const Message& message) {
    waiting_ = message;
    send();
  }
  void answer(std::string text) {
    if (answers_.size() >= most_answers) return leave();
    answers_.push_back(std::move(text));
    send();
  }
  void close() {
    closes_ = true;
    send();
  }

 private:
  void requested(Request request) {
    const std::string why = server_->refused(request);
    if (!why.empty()) return reply(http::status::forbidden, "text/plain; charset=utf-8", why + "\n");
    const std::string_view path(request.target().data(), request.target().find('?'));
    if (websocket::is_upgrade(request)) {
      if (path != "/live") return reply(http::status::not_found, "text/plain; charset=utf-8", "not found\n");
      beast::get_lowest_layer(stream_).expires_never();
      stream_.set_option(websocket::stream_base::timeout::suggested(beast::role_type::server));
      stream_.read_message_max(largest_message);
      request_ = std::move(request);
      return stream_.async_accept(request_, [self = shared_from_this()](Error e) {
        if (!e) self->accepted();
      });
    }
    if (path != "/" || request.method() != http::verb::get)
      return reply(http::status::not_found, "text/plain; charset=utf-8", "not found\n");
    reply(http::status::ok, "text/html; charset=utf-8", server_->page);
  }

  void reply(http::status status, const char* type, const std::string& text) {
    auto response = std::make_shared<http::response<http::string_body>>(status, 11, text);
    response->set(http::field::content_type, type);
    response->set(http::field::cache_control, "no-store");
    response->set("Referrer-Policy", "no-referrer");
    response->set("X-Content-Type-Options", "nosniff");
    response->keep_alive(false);
    response->prepare_payload();
    http::async_write(stream_.next_layer(), *response, [self = shared_from_this(), response](Error, size_t) {
      Error ignored;
      self->stream_.next_layer().socket().shutdown(tcp::socket::shutdown_send, ignored);
    });
  }

  void accepted() {
    name_ = server_->next++;
    server_->viewers[name_] = shared_from_this();
    server_->n_viewers = server_->viewers.size();
    if (server_->latest) show(server_->latest);
    read();
  }
  void read() {
    stream_.async_read(buffer_ = {}, [self = shared_from_this()](Error e, size_t) {
      if (e) return self->leave();
      self->server_->received(self->name_, beast::buffers_to_string(self->buffer_.data()));
      self->read();
    });
  }
  void send() {
    if (sends_) return;
    if (!answers_.empty()) {
      answer_ = std::move(answers_.front());
      answers_.pop_front();
      stream_.text(true);
      write(asio::buffer(answer_));
    } else if (waiting_) {
      sent_ = std::move(waiting_);
      waiting_ = nullptr;
      stream_.binary(true);
      write(asio::buffer(*sent_));
    } else if (closes_) {
      sends_ = true;
      stream_.async_close(websocket::close_code::normal, [self = shared_from_this()](Error) { self->leave(); });
    }
  }
  void write(asio::const_buffer bytes) {
    sends_ = true;
    stream_.async_write(bytes, [self = shared_from_this()](Error e, size_t) {
      self->sends_ = false;
      if (e) return self->leave();
      self->send();
    });
  }
  void leave() {
    server_->viewers.erase(name_);
    server_->n_viewers = server_->viewers.size();
    Error ignored;
    stream_.next_layer().socket().close(ignored);
  }

  std::shared_ptr<State> server_;
  websocket::stream<beast::tcp_stream> stream_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  Request request_;
  Viewer name_ = 0;
  Message waiting_, sent_;
  std::deque<std::string> answers_;
  std::string answer_;
  bool sends_ = false, closes_ = false;
};

void LiveServer::State::accept() {
  acceptor.async_accept([self = shared_from_this()](Error e, tcp::socket socket) {
    if (e) return;
    std::make_shared<Connection>(self, std::move(socket))->start();
    self->accept();
  });
}

std::string LiveServer::State::refused(const Request& request) const {
  const auto text = [](auto s) { return std::string_view(s.data(), s.size()); };
  // A page of another origin can make a browser ask, by a name of its own that leads here, too.
  if (!is_this_host(text(request[http::field::host]))) return "the live view answers to 127.0.0.1 only";
  const auto origin = text(request[http::field::origin]);
  if (!origin.empty() && !(origin.starts_with("http://") && is_this_host(origin.substr(7))))
    return "the live view answers to its own page only";
  if (!is_same(token_of(text(request.target())), token))
    return "the token is missing or wrong: open the address that `encephagen run --live` has printed";
  return "";
}

LiveServer::LiveServer(uint16_t port, std::function<void(Viewer, std::string)> received)
    : state_(std::make_shared<State>()) {
  auto& s = *state_;
  s.page = not_yet, s.token = new_token(), s.received = std::move(received);
  try {
    const tcp::endpoint here(asio::ip::address_v4::loopback(), port);
    s.acceptor.open(here.protocol());
    s.acceptor.set_option(asio::socket_base::reuse_address(true));
    s.acceptor.bind(here);
    s.acceptor.listen();
    s.port = s.acceptor.local_endpoint().port();
  } catch (const boost::system::system_error& e) {
    throw Failure(Exit::usage, fmt::format("--live: port {} of 127.0.0.1 cannot be had: {}; choose another with "
                                           "--live-port, or none for any that is free",
                                           port, e.code().message()));
  }
  s.accept();
  s.thread = std::jthread([state = state_] { state->io.run(); });
}

LiveServer::~LiveServer() { close(); }

uint16_t LiveServer::port() const { return state_->port; }
std::string LiveServer::address() const {
  return fmt::format("http://127.0.0.1:{}/?token={}", state_->port, state_->token);
}
size_t LiveServer::n_viewers() const { return state_->n_viewers; }

void LiveServer::serve(std::string page) {
  asio::post(state_->io, [s = state_, page = std::move(page)]() mutable { s->page = std::move(page); });
}

void LiveServer::show(Message message) {
  asio::post(state_->io, [s = state_, message = std::move(message)] {
    s->latest = message;
    for (const auto& [name, viewer] : s->viewers) viewer->show(message);
  });
}

void LiveServer::answer(Viewer viewer, std::string text) {
  asio::post(state_->io, [s = state_, viewer, text = std::move(text)]() mutable {
    const auto found = s->viewers.find(viewer);
    // Kept alive: it may leave the list.
    if (found != s->viewers.end()) std::shared_ptr(found->second)->answer(std::move(text));
  });
}

void LiveServer::close() {
  if (!state_->thread.joinable()) return;
  asio::post(state_->io, [s = state_] {
    Error ignored;
    s->acceptor.close(ignored);
    for (const auto& [name, viewer] : std::map(s->viewers)) viewer->close();
    auto timer = std::make_shared<asio::steady_timer>(s->io, std::chrono::seconds(1));
    timer->async_wait([s, timer](Error) { s->io.stop(); });
  });
  // Until all have gone; the timer ends it where one does not.
  while (state_->n_viewers > 0 && !state_->io.stopped()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  state_->io.stop();
  state_->thread.join();
  state_->viewers.clear();
}

}  // namespace encephagen
