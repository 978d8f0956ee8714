// Lists of numbers that controllers are given, one for each action.
#pragma once
#include <encephagen/sdk/controller.hpp>
#include <stdexcept>
#include <string>

namespace core {

// What a list says of action k. An empty list means `none`, one number holds for all actions.
// Throws std::invalid_argument when there are as many numbers as suit neither.
inline double of_action(const char* name, eg::Numbers list, size_t k, size_t n_actions, double none) {
  if (list.empty()) return none;
  if (list.size() == 1) return list[0];
  if (list.size() != n_actions)
    throw std::invalid_argument(std::string(name) + " has " + std::to_string(list.size()) +
                                " numbers, but there are actions for " + std::to_string(n_actions) +
                                ": give one for all, or one for each");
  return list[k];
}

}  // namespace core
