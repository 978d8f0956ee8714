// SHA-256 against published vectors.
#include "host/sha256.hpp"

#include <doctest/doctest.h>

#include "temporary_folder.hpp"

using namespace encephagen;

namespace {
// FIPS 180-4 examples, and one million times 'a' (NIST CAVP).
constexpr const char* of_nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr const char* of_abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr const char* of_million_a = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";
}  // namespace

TEST_CASE("sha256: the digests of the standard's examples") {
  CHECK(sha256_of_bytes("") == of_nothing);
  CHECK(sha256_of_bytes("abc") == of_abc);
  CHECK(sha256_of_bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST_CASE("sha256: pieces give the digest of the whole") {
  Sha256 digest;
  digest.add("a");
  digest.add("");
  digest.add("bc");
  CHECK(digest.hex() == of_abc);
}

TEST_CASE("sha256: a file larger than one piece") {
  const testing::TemporaryFolder folder;
  CHECK(sha256_of_file(folder.write("a", std::string(1000000, 'a'))) == of_million_a);
  CHECK(sha256_of_file(folder.write("empty", "")) == of_nothing);
}

TEST_CASE("sha256: a file that cannot be read is named") {
  const testing::TemporaryFolder folder;
  const auto missing = folder.path() / "missing";
  CHECK_THROWS_WITH_AS(sha256_of_file(missing),
                       (missing.string() + ": cannot be read: no such file, or no permission").c_str(),
                       std::runtime_error);
  CHECK_THROWS_AS(sha256_of_file(folder.path()), std::runtime_error);
}
