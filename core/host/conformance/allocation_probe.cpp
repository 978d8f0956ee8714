// Counts how often a plugin library asks for memory: its imported allocation functions are replaced by counting ones.
#include "host/conformance/allocation_probe.hpp"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <string_view>

namespace encephagen::conformance {
namespace {

std::atomic<uint64_t> calls{0};

void* counted_malloc(size_t n) { return ++calls, std::malloc(n); }
void* counted_calloc(size_t n, size_t size) { return ++calls, std::calloc(n, size); }
void* counted_realloc(void* p, size_t n) { return ++calls, std::realloc(p, n); }
void* counted_aligned_alloc(size_t alignment, size_t n) { return ++calls, std::aligned_alloc(alignment, n); }
int counted_posix_memalign(void** p, size_t alignment, size_t n) { return ++calls, ::posix_memalign(p, alignment, n); }
void* counted_new(size_t n) { return ++calls, ::operator new(n); }
void* counted_new_array(size_t n) { return ++calls, ::operator new[](n); }
void* counted_aligned_new(size_t n, std::align_val_t a) { return ++calls, ::operator new(n, a); }
void* counted_aligned_new_array(size_t n, std::align_val_t a) { return ++calls, ::operator new[](n, a); }

struct Detour {
  std::string_view name;
  void* to;
};
template <class F>
void* address_of(F* f) {
  return reinterpret_cast<void*>(f);
}
// C++ names as the compilers of this platform spell them (Itanium ABI, 64 bits).
const Detour kDetours[] = {{"malloc", address_of(counted_malloc)},
                           {"calloc", address_of(counted_calloc)},
                           {"realloc", address_of(counted_realloc)},
                           {"aligned_alloc", address_of(counted_aligned_alloc)},
                           {"posix_memalign", address_of(counted_posix_memalign)},
                           {"_Znwm", address_of(counted_new)},
                           {"_Znam", address_of(counted_new_array)},
                           {"_ZnwmSt11align_val_t", address_of(counted_aligned_new)},
                           {"_ZnamSt11align_val_t", address_of(counted_aligned_new_array)}};

#if defined(__x86_64__)
constexpr unsigned kJumpSlot = R_X86_64_JUMP_SLOT, kGlobalData = R_X86_64_GLOB_DAT;
#elif defined(__aarch64__)
constexpr unsigned kJumpSlot = R_AARCH64_JUMP_SLOT, kGlobalData = R_AARCH64_GLOB_DAT;
#else
constexpr unsigned kJumpSlot = 0, kGlobalData = 0;  // no relocation: nothing is ever replaced
#endif

// What a library imports, from its dynamic section.
struct Imports {
  const ElfW(Sym) * symbols = nullptr;
  const char* names = nullptr;
  struct {
    const ElfW(Rela) * first = nullptr;
    size_t bytes = 0;
  } table[2];  // functions; data

  explicit Imports(const ElfW(Dyn) * entry) {
    for (; entry->d_tag != DT_NULL; ++entry) switch (entry->d_tag) {
        case DT_SYMTAB:
          symbols = reinterpret_cast<const ElfW(Sym)*>(entry->d_un.d_ptr);
          break;
        case DT_STRTAB:
          names = reinterpret_cast<const char*>(entry->d_un.d_ptr);
          break;
        case DT_JMPREL:
          table[0].first = reinterpret_cast<const ElfW(Rela)*>(entry->d_un.d_ptr);
          break;
        case DT_PLTRELSZ:
          table[0].bytes = entry->d_un.d_val;
          break;
        case DT_RELA:
          table[1].first = reinterpret_cast<const ElfW(Rela)*>(entry->d_un.d_ptr);
          break;
        case DT_RELASZ:
          table[1].bytes = entry->d_un.d_val;
          break;
        default:
          break;
      }
  }
};

// The slot lies in memory that is read-only once a library is linked at once (-z now).
bool replace(void** slot, void* by) {
  const auto page = static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto first = reinterpret_cast<uintptr_t>(slot) & ~(page - 1);
  if (::mprotect(reinterpret_cast<void*>(first), page, PROT_READ | PROT_WRITE) != 0) return false;
  *slot = by;
  return true;
}

}  // namespace

AllocationProbe::AllocationProbe(const void* address) {
  Dl_info info{};
  link_map* map = nullptr;
  if (::dladdr1(address, &info, reinterpret_cast<void**>(&map), RTLD_DL_LINKMAP) == 0 || !map || !map->l_ld) return;
  const Imports imports(map->l_ld);
  if (!imports.symbols || !imports.names) return;
  is_working_ = kJumpSlot != 0;
  for (const auto& table : imports.table)
    for (size_t k = 0; k < table.bytes / sizeof(ElfW(Rela)); ++k) {
      const auto& entry = table.first[k];
      const auto type = static_cast<unsigned>(ELF64_R_TYPE(entry.r_info));
      if (type != kJumpSlot && type != kGlobalData) continue;
      const std::string_view name = imports.names + imports.symbols[ELF64_R_SYM(entry.r_info)].st_name;
      for (const auto& detour : kDetours)
        if (name == detour.name && !replace(reinterpret_cast<void**>(map->l_addr + entry.r_offset), detour.to))
          is_working_ = false;
    }
}

uint64_t AllocationProbe::count() { return calls; }

}  // namespace encephagen::conformance
