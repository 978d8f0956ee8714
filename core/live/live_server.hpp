// A web server for the one who runs the program: a page, and what happens pushed over a WebSocket.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace encephagen {

// Listens on 127.0.0.1 only, and answers only who knows the token and asks for this host and port by name, so that no
// page of another origin gets in. Works on a thread of its own: nobody who calls it waits for a viewer.
class LiveServer {
 public:
  using Viewer = uint64_t;
  using Message = std::shared_ptr<const std::string>;

  // `received` is called on the server's thread with every text that a viewer sends. `port` 0: any that is free. Throws
  // Failure(usage) where the port is taken.
  LiveServer(uint16_t port, std::function<void(Viewer, std::string)> received);
  ~LiveServer();

  uint16_t port() const;
  std::string address() const;  // http://127.0.0.1:PORT/?token=TOKEN
  size_t n_viewers() const;

  // What GET / gets from now on; it finds the WebSocket at /live?token=TOKEN.
  void serve(std::string page);
  // To all viewers, those who come later included. What a viewer has not taken before the next comes is left out.
  void show(Message message);
  // To one viewer, in order, unless it has gone. One who leaves too many answers waiting is disconnected.
  void answer(Viewer viewer, std::string text);
  // Sends what is waiting, for at most a second, and closes.
  void close();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace encephagen
