/* Sixteen threads that share filters, each with its own scanner, while another thread reloads; then
 * sixteen threads that fight for one scanner.
 *
 *     threads PACK REQUESTS     REQUESTS is a file of NDJSON. */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "check.h"

enum { THREADS = 16, RELOADS = 3 };

static const char *pack;
static char *lines;
static size_t lines_length;
static char *expected;
static size_t expected_length;

/* The filter in use. Who takes it retains it under the lock, so that the reload cannot end it in
 * between. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static tightlip_filter *current;
static atomic_int stop, wrong, rounds, refused, answered;

static tightlip_filter *take(void) {
  tightlip_filter *filter;
  pthread_mutex_lock(&lock);
  filter = tightlip_filter_retain(current);
  pthread_mutex_unlock(&lock);
  return filter;
}

static void *work(void *unused) {
  tightlip_scanner *scanner = NULL;
  tightlip_filter *filter = take();
  const struct timespec pause = {0, 20000000};
  const char *answers;
  size_t length;
  if (tightlip_scanner_create(filter, &scanner) != TIGHTLIP_OK) atomic_fetch_add(&wrong, 1);
  tightlip_filter_release(filter);
  do {
    filter = take();
    if (tightlip_scanner_set_filter(scanner, filter) != TIGHTLIP_OK) atomic_fetch_add(&wrong, 1);
    tightlip_filter_release(filter);
    if (tightlip_scan_ndjson(scanner, lines, lines_length, &answers, &length) != TIGHTLIP_OK ||
        length != expected_length || memcmp(answers, expected, length) != 0)
      atomic_fetch_add(&wrong, 1);
    atomic_fetch_add(&rounds, 1);
    nanosleep(&pause, NULL); /* sixteen busy threads on two cores would let no reload through */
  } while (!atomic_load(&stop));
  tightlip_scanner_release(scanner);
  return unused;
}

static void *fight(void *scanner) {
  const tightlip_verdict *verdict;
  const char *answers;
  size_t length;
  for (int turn = 0; turn < 50; turn++) {
    tightlip_status status = tightlip_scan_ndjson(scanner, lines, lines_length, &answers, &length);
    if (status == TIGHTLIP_BUSY) {
      atomic_fetch_add(&refused, 1);
      if (answers != NULL || length != 0) atomic_fetch_add(&wrong, 1);
      status = tightlip_scan(scanner, "ok", 2, &verdict);
      /* A verdict that another thread's call may overwrite is not read here, only the static one. */
      if (status == TIGHTLIP_BUSY && verdict->action != TIGHTLIP_BLOCK) atomic_fetch_add(&wrong, 1);
    } else if (status == TIGHTLIP_OK) {
      atomic_fetch_add(&answered, 1);
    } else {
      atomic_fetch_add(&wrong, 1);
    }
  }
  return NULL;
}

int main(int count, char **arguments) {
  pthread_t threads[THREADS];
  tightlip_scanner *scanner = NULL;
  const char *answers;
  size_t length;
  if (count != 3) {
    fprintf(stderr, "usage: threads PACK REQUESTS\n");
    return 2;
  }
  pack = arguments[1];
  lines = read_file(arguments[2], &lines_length);
  current = make_filter(pack, 0, NULL);
  CHECK(tightlip_scanner_create(current, &scanner) == TIGHTLIP_OK);
  CHECK(tightlip_scan_ndjson(scanner, lines, lines_length, &answers, &length) == TIGHTLIP_OK);
  expected = malloc(length + 1);
  if (!expected) return 2;
  memcpy(expected, answers, length + 1);
  expected_length = length;

  for (int index = 0; index < THREADS; index++) pthread_create(&threads[index], NULL, work, NULL);
  for (int reload = 0; reload < RELOADS; reload++) {
    tightlip_filter *fresh = make_filter(pack, 0, NULL), *old;
    pthread_mutex_lock(&lock);
    old = current;
    current = fresh;
    pthread_mutex_unlock(&lock);
    tightlip_filter_release(old);
  }
  atomic_store(&stop, 1);
  for (int index = 0; index < THREADS; index++) pthread_join(threads[index], NULL);
  CHECK(atomic_load(&wrong) == 0 && atomic_load(&rounds) >= THREADS);

  for (int index = 0; index < THREADS; index++) pthread_create(&threads[index], NULL, fight, scanner);
  for (int index = 0; index < THREADS; index++) pthread_join(threads[index], NULL);
  CHECK(atomic_load(&wrong) == 0 && atomic_load(&answered) >= 1);
  /* And the scanner is whole afterwards. */
  CHECK(tightlip_scan_ndjson(scanner, lines, lines_length, &answers, &length) == TIGHTLIP_OK);
  CHECK(length == expected_length && memcmp(answers, expected, length) == 0);

  tightlip_scanner_release(scanner);
  tightlip_filter_release(current);
  free(expected);
  free(lines);
  if (failures == 0)
    printf("threads: all is well (%d rounds during %d reloads; %d calls refused as busy)\n",
           atomic_load(&rounds), RELOADS, atomic_load(&refused));
  return failures != 0;
}
