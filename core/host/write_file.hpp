// Text files that are there whole or not at all, and names that no other process uses.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>

namespace encephagen {

// Of this machine, as other machines that share its disks know it.
std::string host_name();

// `path`.HOST.PID.tmp: where this process prepares what is renamed to `path` when complete.
std::filesystem::path unfinished_name(const std::filesystem::path& path);

// Writes a new file, or all of an old one anew. Throws StorageFailure "FILE: cannot be written: No space left on
// device".
void write_file(const std::filesystem::path& file, std::string_view text);

// Writes beside `file`, waits until the disk has it, and renames: readers, and a machine that loses power, find the old
// text or the new one. Throws StorageFailure.
void replace_file(const std::filesystem::path& file, std::string_view text);

// Waits until the disk has what was written to a file or what stands in a folder. Throws StorageFailure.
void sync_to_disk(const std::filesystem::path& path);

// The text of a file; empty if it cannot be read.
std::string text_of_file(const std::filesystem::path& file);

// Makes a folder and those above it. Throws StorageFailure.
void make_folder(const std::filesystem::path& folder);

}  // namespace encephagen
