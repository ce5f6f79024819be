/* The verdict structures of tightlip_scan_request as text, one line for each line of a file, to be
 * compared with the NDJSON of the same messages.
 *
 *     view FILE PACK */
#include "check.h"

static const char *const actions[] = {"block", "redact", "pass"};
static const char *const severities[] = {"warning", "redact", "block"};
static const char *const roles[] = {"", "patient", "provider", "practice"};

static void show(const tightlip_verdict *verdict) {
  printf("%s %d %d ", actions[verdict->action], verdict->complete, verdict->risk);
  if (verdict->text) printf("text:");
  for (size_t index = 0; index < verdict->text_length; index++)
    printf("%02x", (unsigned)(unsigned char)verdict->text[index]);
  for (size_t index = 0; index < verdict->finding_count; index++) {
    const tightlip_finding *finding = &verdict->findings[index];
    printf(" %s/%zu/%zu/%d/%s/%s/", finding->entity_type, finding->start, finding->end, finding->score,
           finding->rule, roles[finding->role]);
    if (finding->hipaa) putchar(finding->hipaa);
  }
  for (size_t index = 0; index < verdict->reason_count; index++) {
    const tightlip_reason *reason = &verdict->reasons[index];
    printf(" %s/%s/%s", reason->code, severities[reason->severity], reason->entity_type ? reason->entity_type : "");
  }
  if (verdict->instead_text) printf(" instead:%s:%s", verdict->instead_channel, verdict->instead_text);
  if (verdict->urgent) printf(" urgent");
  if (verdict->would_be >= 0) printf(" would-be:%s", actions[verdict->would_be]);
  if (verdict->error_code) printf(" error:%s:%s", verdict->error_code, verdict->error_message);
  putchar('\n');
}

int main(int count, char **arguments) {
  tightlip_scanner *scanner = NULL;
  tightlip_filter *filter;
  const tightlip_verdict *verdict;
  char *lines, *line, *end;
  size_t length;
  if (count != 3) return 2;
  lines = read_file(arguments[1], &length);
  filter = make_filter(arguments[2], 0, NULL);
  if (tightlip_scanner_create(filter, &scanner) != TIGHTLIP_OK) return 2;
  for (line = lines; line < lines + length; line = end + 1) {
    end = memchr(line, '\n', (size_t)(lines + length - line));
    if (!end) end = lines + length;
    if (tightlip_scan_request(scanner, line, (size_t)(end - line) + (end < lines + length), &verdict) != TIGHTLIP_OK)
      return 1;
    show(verdict);
  }
  tightlip_scanner_release(scanner);
  tightlip_filter_release(filter);
  free(lines);
  return failures;
}
