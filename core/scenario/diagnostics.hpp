// Collects everything that is wrong with a file, so that all of it is reported in one go, sorted by line.
#pragma once
#include <string>
#include <vector>

#include "host/failure.hpp"
#include "scenario/node.hpp"

namespace encephagen {

class Diagnostics {
 public:
  // `status` matters when nothing but errors of one kind was found; the first scenario error wins otherwise.
  void error(const Position& at, std::string text, Exit status = Exit::scenario_invalid);
  void warning(const Position& at, std::string text);
  // Adds another collection's errors; its warnings stay behind.
  void take(const Diagnostics& other);
  bool ok() const { return errors_.empty(); }
  // Throws Failure with all errors, "error: " between them, sorted by file, line and column.
  void throw_if_any() const;
  std::vector<std::string> warnings() const;
  std::vector<std::string> errors() const;

 private:
  struct Entry {
    Position at;
    std::string text;
    Exit status;
  };
  static std::vector<std::string> sorted(std::vector<Entry> entries);
  std::vector<Entry> errors_, warnings_;
};

}  // namespace encephagen
