// Runs a function in a child process, so that whatever a plugin does there ends the child and nothing else.
#include "host/conformance/sandbox.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <new>
#include <system_error>

namespace encephagen::conformance {
namespace {

constexpr size_t kAnswerCapacity = size_t{4} << 20, kSubjectCapacity = 256;
// A parameter at the end of its range may ask for any amount of memory; it shall get bad_alloc, not the whole machine.
constexpr rlim_t kMemoryLimit = rlim_t{4} << 30;

// Memory both processes see.
struct Shared {
  std::atomic<uint32_t> is_finished;
  std::atomic<const char*> call;  // literals have the same address in a forked child
  char subject[kSubjectCapacity];
  size_t answer_size;
  char answer[kAnswerCapacity];
};

Shared* shared_with_parent = nullptr;  // in a child

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

class SharedMemory {
 public:
  SharedMemory() {
    void* p = ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) fail("mmap");
    shared_ = new (p) Shared{};
  }
  ~SharedMemory() { ::munmap(shared_, sizeof(Shared)); }
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;
  Shared* operator->() const { return shared_; }
  Shared* get() const { return shared_; }

 private:
  Shared* shared_;
};

struct Descriptor {
  int fd = -1;
  ~Descriptor() { close(); }
  void close() {
    if (fd >= 0) ::close(fd);
    fd = -1;
  }
};

std::string read_from_start(int fd) {
  std::string out(600, '\0');
  const ssize_t n = ::pread(fd, out.data(), out.size(), 0);
  out.resize(n > 0 ? static_cast<size_t>(n) : 0);
  return out;
}

void flush_output() {
  std::cout.flush();
  std::cerr.flush();
  std::fflush(stdout);
  std::fflush(stderr);
}

[[noreturn]] void live_as_child(Shared& shared, int output, const std::function<std::string()>& body) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (int s = 1; s < NSIG; ++s) std::signal(s, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
#ifndef ENCEPHAGEN_SANITIZED
  const rlimit memory{kMemoryLimit, kMemoryLimit};
  ::setrlimit(RLIMIT_DATA, &memory);
#endif
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  shared_with_parent = &shared;
  const std::string answer = body();
  shared.answer_size = std::min(answer.size(), kAnswerCapacity);
  std::memcpy(shared.answer, answer.data(), shared.answer_size);
  shared.is_finished = 1;
  flush_output();
  ::_exit(0);
}

// True when the other end of the pipe was closed in time, which is when the child has ended.
bool ended_within(int pipe_end, double timeout_s) {
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + std::chrono::duration<double>(timeout_s);
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd p{pipe_end, POLLIN, 0};
    const int n = ::poll(&p, 1, static_cast<int>(std::clamp<int64_t>(left, 0, 1'000'000'000)));
    if (n > 0) return true;
    if (n == 0) return false;
    if (errno != EINTR) fail("poll");
  }
}

std::string place(const Shared& s) {
  std::string out;
  if (const char* call = s.call) out += std::string(" in ") + call;
  if (s.subject[0]) out += std::string(" with ") + s.subject;
  return out;
}

std::string last_words(int output) {
  std::string text = read_from_start(output);
  text = text.substr(0, text.find('\n'));
  return text.empty() ? "" : ", saying: " + text.substr(0, 300);
}

}  // namespace

ChildEnd run_in_child(double timeout_s, const std::function<std::string()>& body) {
  const SharedMemory shared;
  Descriptor output{::memfd_create("output", 0)}, alive, child_side;
  if (output.fd < 0) fail("memfd_create");
  int ends[2];
  if (::pipe(ends) != 0) fail("pipe");
  alive.fd = ends[0];
  child_side.fd = ends[1];
  flush_output();
  const pid_t child = ::fork();
  if (child < 0) fail("fork");
  if (child == 0) {
    try {
      live_as_child(*shared.get(), output.fd, body);
    } catch (const std::exception& e) {
      std::fprintf(stderr, "%s\n", e.what());
    } catch (...) {
      std::fprintf(stderr, "an exception that is not a std::exception\n");
    }
    flush_output();
    ::_exit(1);
  }
  child_side.close();
  const bool in_time = ended_within(alive.fd, timeout_s);
  if (!in_time) ::kill(child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) fail("waitpid");

  ChildEnd end;
  if (!in_time) {
    end.how = fmt::format("gave no answer within {:g} s{}", timeout_s, place(*shared.get()));
  } else if (shared->is_finished != 0) {
    end.is_finished = true;
    end.answer.assign(shared->answer, shared->answer_size);
  } else if (WIFSIGNALED(status)) {
    const char* name = ::sigabbrev_np(WTERMSIG(status));
    end.how = fmt::format("was stopped by SIG{}{}{}", name ? name : "?", place(*shared.get()), last_words(output.fd));
  } else {
    end.how = fmt::format("ended the process with status {}{}{}", WEXITSTATUS(status), place(*shared.get()),
                          last_words(output.fd));
  }
  return end;
}

void mark_call(const char* call) noexcept {
  if (shared_with_parent) shared_with_parent->call = call;
}

void mark_subject(const std::string& text) noexcept {
  if (!shared_with_parent) return;
  const size_t n = std::min(text.size(), kSubjectCapacity - 1);
  std::memcpy(shared_with_parent->subject, text.data(), n);
  shared_with_parent->subject[n] = '\0';
}

std::string printed_so_far() {
  flush_output();
  return read_from_start(STDOUT_FILENO);
}

}  // namespace encephagen::conformance
