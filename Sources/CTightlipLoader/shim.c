// For dladdr, which glibc declares for those who ask.
#define _GNU_SOURCE
#include "tightlip_loader.h"

#include <dlfcn.h>
#include <stddef.h>

static const char here = 0;

const char *tightlip_loaded_path(void) {
  Dl_info information;
  return dladdr(&here, &information) != 0 ? information.dli_fname : NULL;
}
