// Loaded before the C library: lets the Nth call of one function fail, once or from then on.
//
//   TIGHTLIP_FAIL=malloc:17    the 17th allocation; malloc:17+ that one and all after it
//   TIGHTLIP_FAIL_FROM=start   counts from the start of the program, not from the first read of standard input
//   TIGHTLIP_FAIL_FD=9         takes a byte when a call was let fail, so that a loop knows when to end
//
// Functions: malloc (with calloc, realloc and their kin), read, write, sync (fsync and fdatasync).
#define _GNU_SOURCE
#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static char kind;  // the first letter of the function, or 0
static long number = 0;
static int is_lasting, report = -1;
static atomic_int is_armed;
static atomic_long calls;

__attribute__((constructor)) static void begin(void) {
  const char *wish = getenv("TIGHTLIP_FAIL"), *from = getenv("TIGHTLIP_FAIL_FROM"), *fd = getenv("TIGHTLIP_FAIL_FD");
  if (!wish || !strchr(wish, ':')) return;
  if (fd) report = atoi(fd);
  char *end;
  number = strtol(strchr(wish, ':') + 1, &end, 10);
  is_lasting = *end == '+';
  kind = wish[0];
  if (from && !strcmp(from, "start")) is_armed = 1;
}

static int fails(char function) {
  if (function != kind || !is_armed) return 0;
  long call = atomic_fetch_add(&calls, 1) + 1;
  if (call < number || (call > number && !is_lasting)) return 0;
  if (call == number && report >= 0) syscall(SYS_write, report, "!", 1);
  return 1;
}

void *malloc(size_t size) {
  if (fails('m')) return errno = ENOMEM, NULL;
  return __libc_malloc(size);
}
void *calloc(size_t count, size_t size) {
  if (fails('m')) return errno = ENOMEM, NULL;
  return __libc_calloc(count, size);
}
void *realloc(void *old, size_t size) {
  if (fails('m')) return errno = ENOMEM, NULL;
  return __libc_realloc(old, size);
}
void *memalign(size_t alignment, size_t size) {
  if (fails('m')) return errno = ENOMEM, NULL;
  return __libc_memalign(alignment, size);
}
void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }
int posix_memalign(void **result, size_t alignment, size_t size) {
  if (fails('m')) return ENOMEM;
  *result = __libc_memalign(alignment, size);
  return *result ? 0 : ENOMEM;
}

ssize_t read(int descriptor, void *buffer, size_t count) {
  if (descriptor == 0) is_armed = 1;
  if (fails('r')) return errno = EIO, -1;
  return syscall(SYS_read, descriptor, buffer, count);
}
ssize_t write(int descriptor, const void *buffer, size_t count) {
  if (fails('w')) return errno = ENOSPC, -1;
  return syscall(SYS_write, descriptor, buffer, count);
}
int fsync(int descriptor) {
  if (fails('s')) return errno = EIO, -1;
  return (int)syscall(SYS_fsync, descriptor);
}
int fdatasync(int descriptor) {
  if (fails('s')) return errno = EIO, -1;
  return (int)syscall(SYS_fdatasync, descriptor);
}
