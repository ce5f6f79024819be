#include <tightlip.h>
#include <type_traits>
// The header is C++ too: names are C names, and every function can be called.
static_assert(std::is_standard_layout<tightlip_verdict>::value, "plain data");
int main() { return tightlip_abi_version() == TIGHTLIP_ABI_VERSION ? 0 : 1; }
