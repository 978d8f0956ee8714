// The library encephagen_mpi.so: all that the program does with MPI. Two kinds of messages, requests to rank 0 and its
// answers; waiting sleeps, since the processors have runs to do.
#include <mpi.h>

#include <chrono>
#include <cstdint>
#include <thread>

#include "experiment/mpi_link.hpp"

namespace encephagen {
namespace {

constexpr int request_tag = 1, answer_tag = 2;
constexpr int64_t nothing = -1, leaving = -2;
constexpr auto nap = std::chrono::microseconds(500);

class OpenMpi final : public MpiLink {
 public:
  OpenMpi() {
    int provided = 0;
    MPI_Init_thread(nullptr, nullptr, MPI_THREAD_SERIALIZED, &provided);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
    MPI_Comm_size(MPI_COMM_WORLD, &size_);
    MPI_Comm here = MPI_COMM_NULL;
    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &here);
    MPI_Comm_size(here, &here_);
    MPI_Comm_free(&here);
  }
  size_t rank() const override { return static_cast<size_t>(rank_); }
  size_t size() const override { return static_cast<size_t>(size_); }
  size_t ranks_here() const override { return static_cast<size_t>(here_); }

  std::string broadcast(const std::string& text, const std::function<bool()>& is_stopping) override {
    text_ = text;
    length_ = static_cast<int>(text_.size());
    MPI_Request request = MPI_REQUEST_NULL;
    MPI_Ibcast(&length_, 1, MPI_INT, 0, MPI_COMM_WORLD, &request);
    if (!wait(request, is_stopping)) return "";
    text_.resize(static_cast<size_t>(length_));
    MPI_Ibcast(text_.data(), length_, MPI_CHAR, 0, MPI_COMM_WORLD, &request);
    return wait(request, is_stopping) ? text_ : "";
  }

  std::vector<std::string> gather(const std::string& text, const std::function<bool()>& is_stopping) override {
    text_ = text;
    length_ = static_cast<int>(text_.size());
    lengths_.assign(size(), 0);
    MPI_Request request = MPI_REQUEST_NULL;
    MPI_Igather(&length_, 1, MPI_INT, lengths_.data(), 1, MPI_INT, 0, MPI_COMM_WORLD, &request);
    if (!wait(request, is_stopping)) return {};
    begins_.assign(size() + 1, 0);
    for (size_t k = 0; k < size(); ++k) begins_[k + 1] = begins_[k] + lengths_[k];
    texts_.resize(static_cast<size_t>(begins_.back()));
    MPI_Igatherv(text_.data(), length_, MPI_CHAR, texts_.data(), lengths_.data(), begins_.data(), MPI_CHAR, 0,
                 MPI_COMM_WORLD, &request);
    if (!wait(request, is_stopping) || rank_ != 0) return {};
    std::vector<std::string> out;
    for (size_t k = 0; k < size(); ++k)
      out.push_back(texts_.substr(static_cast<size_t>(begins_[k]), static_cast<size_t>(lengths_[k])));
    return out;
  }

  void serve(const std::function<std::optional<size_t>()>& next, const std::function<void(size_t)>& finished,
             const std::function<bool()>& is_stopping) override {
    for (int others = size_ - 1; others > 0 && !is_stopping();) {
      int has_come = 0;
      MPI_Status from;
      MPI_Iprobe(MPI_ANY_SOURCE, request_tag, MPI_COMM_WORLD, &has_come, &from);
      if (!has_come) {
        std::this_thread::sleep_for(nap);
        continue;
      }
      int64_t request = nothing;
      MPI_Recv(&request, 1, MPI_INT64_T, from.MPI_SOURCE, request_tag, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
      if (request == leaving) {
        --others;
        continue;
      }
      if (request >= 0) finished(static_cast<size_t>(request));
      const auto run = next();
      const int64_t answer = run ? static_cast<int64_t>(*run) : nothing;
      MPI_Send(&answer, 1, MPI_INT64_T, from.MPI_SOURCE, answer_tag, MPI_COMM_WORLD);
    }
  }

  std::optional<size_t> next(std::optional<size_t> finished, const std::function<bool()>& is_stopping) override {
    const int64_t request = finished ? static_cast<int64_t>(*finished) : nothing;
    MPI_Send(&request, 1, MPI_INT64_T, 0, request_tag, MPI_COMM_WORLD);
    MPI_Request receiving = MPI_REQUEST_NULL;
    MPI_Irecv(&answer_, 1, MPI_INT64_T, 0, answer_tag, MPI_COMM_WORLD, &receiving);
    // Whoever is stopped waits no longer: rank 0 may be gone.
    if (!wait(receiving, is_stopping) || answer_ == nothing) return std::nullopt;
    return static_cast<size_t>(answer_);
  }

  void leave() override {
    const int64_t request = leaving;
    MPI_Send(&request, 1, MPI_INT64_T, 0, request_tag, MPI_COMM_WORLD);
  }

  void finalize() override {
    MPI_Request all_here = MPI_REQUEST_NULL;
    MPI_Ibarrier(MPI_COMM_WORLD, &all_here);
    wait(all_here, [] { return false; });
    MPI_Finalize();
  }

 private:
  // MPI's own waiting would take a processor.
  static bool wait(MPI_Request& request, const std::function<bool()>& is_stopping) {
    for (int is_complete = 0;;) {
      MPI_Test(&request, &is_complete, MPI_STATUS_IGNORE);
      if (is_complete) return true;
      if (is_stopping && is_stopping()) return false;
      std::this_thread::sleep_for(nap);
    }
  }

  int rank_ = 0, size_ = 1, here_ = 1;
  // These outlive a wait that is given up.
  int64_t answer_ = nothing;
  int length_ = 0;
  std::vector<int> lengths_, begins_;
  std::string text_, texts_;
};

}  // namespace
}  // namespace encephagen

extern "C" encephagen::MpiLink* encephagen_mpi_link() { return new encephagen::OpenMpi; }
