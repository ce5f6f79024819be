/* NDJSON in, NDJSON out, through tightlip_scan_ndjson or tightlip_scan_request one line at a time:
 * the smallest filter, and what the comparison of interfaces runs.
 *
 *     pipe ndjson|one FILE [PACK] [TIMES]     answers to standard output; with TIMES only the speed */
#define _POSIX_C_SOURCE 200809L
#include <time.h>

#include "check.h"

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

int main(int count, char **arguments) {
  tightlip_scanner *scanner = NULL;
  tightlip_filter *filter;
  const char *answers, *line, *end;
  const tightlip_verdict *verdict;
  char *lines;
  size_t length, answers_length, messages = 0, passed = 0;
  int times = count > 4 ? atoi(arguments[4]) : 0;
  double start;
  clock_t processor;
  if (count < 3) return 2;
  lines = read_file(arguments[2], &length);
  filter = make_filter(count > 3 && arguments[3][0] ? arguments[3] : NULL, 0, NULL);
  if (tightlip_scanner_create(filter, &scanner) != TIGHTLIP_OK) return 2;
  start = seconds();
  processor = clock();
  for (int turn = 0; turn < (times ? times : 1); turn++) {
    if (strcmp(arguments[1], "ndjson") == 0) {
      if (tightlip_scan_ndjson(scanner, lines, length, &answers, &answers_length) != TIGHTLIP_OK) return 1;
      if (!times && fwrite(answers, 1, answers_length, stdout) != answers_length) return 1;
      for (size_t index = 0; index < answers_length; index++) messages += answers[index] == '\n';
      continue;
    }
    for (line = lines; line < lines + length; line = end + 1) {
      end = memchr(line, '\n', (size_t)(lines + length - line));
      if (!end) end = lines + length;
      if (tightlip_scan_request(scanner, line, (size_t)(end - line), &verdict) != TIGHTLIP_OK) return 1;
      messages++;
      passed += verdict->action == TIGHTLIP_PASS;
    }
  }
  if (times)
    printf("%.0f %.0f\n", (double)messages / (seconds() - start),
           (double)messages * CLOCKS_PER_SEC / (double)(clock() - processor));
  else if (strcmp(arguments[1], "one") == 0) printf("%zu of %zu pass\n", passed, messages);
  tightlip_scanner_release(scanner);
  tightlip_filter_release(filter);
  free(lines);
  return failures;
}
