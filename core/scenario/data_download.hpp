// Downloads one file with the system's own tools, curl or wget, so that proxies and certificates are theirs to know.
#pragma once
#include <filesystem>
#include <stdexcept>
#include <string>

namespace encephagen {

// Why a download failed: what the tool said. Ready to print.
struct DownloadFailed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Writes what `url` delivers to `file` (its folder must exist; an existing file is overwritten). No shell is involved.
// Throws DownloadFailed; a partial file may then remain.
void download(const std::string& url, const std::filesystem::path& file);

}  // namespace encephagen
