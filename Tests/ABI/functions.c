/* Every function of tightlip.h: what it does, and what it does with NULL, with nothing, with limits
 * and in the wrong order.
 *
 *     functions PACK FOLDER     FOLDER takes the policies that the test writes. */
#define _POSIX_C_SOURCE 200809L
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

static const char *pack;
static char folder[4096];

static tightlip_options empty_options(void) {
  tightlip_options options;
  memset(&options, 0, sizeof options);
  options.size = sizeof options;
  options.pack = pack;
  options.pack_length = strlen(pack);
  return options;
}

static const char *write_policy(const char *name, const char *text) {
  static char path[8192];
  FILE *file;
  snprintf(path, sizeof path, "%s/%s", folder, name);
  file = fopen(path, "w");
  if (!file || fputs(text, file) < 0 || fclose(file) != 0) {
    perror(path);
    exit(2);
  }
  return path;
}

static void versions(void) {
  CHECK(tightlip_abi_version() == TIGHTLIP_ABI_VERSION);
  CHECK(strchr(tightlip_version(), '.') != NULL);
  CHECK(tightlip_version() == tightlip_version());
  for (tightlip_status status = -3; status < 9; status++) {
    CHECK(tightlip_status_text(status) != NULL && tightlip_status_text(status)[0] != 0);
  }
  CHECK_TEXT(tightlip_status_text(TIGHTLIP_OK), "all is well");
  CHECK_TEXT(tightlip_status_text(-1), "unknown status");
  CHECK_TEXT(tightlip_status_text(TIGHTLIP_BUSY + 1), "unknown status");
  CHECK_TEXT(tightlip_status_text(INT32_MAX), "unknown status");
}

/* Options that cannot be meant: INVALID_ARGUMENT, no filter, no error object. */
static void refuse(const tightlip_options *options, int line) {
  tightlip_filter *filter = (tightlip_filter *)&filter;
  tightlip_error *error = (tightlip_error *)&error;
  tightlip_status status = tightlip_filter_create(options, &filter, &error);
  if (status != TIGHTLIP_INVALID_ARGUMENT || filter || error) {
    fprintf(stderr, "functions.c:%d: not refused (%d)\n", line, (int)status);
    failures++;
  }
}

static void arguments_of_create(void) {
  struct {
    tightlip_options options;
    char more[16];
  } later;
  tightlip_options options = empty_options();
  tightlip_filter *filter = NULL;
  CHECK(tightlip_filter_create(&options, NULL, NULL) == TIGHTLIP_INVALID_ARGUMENT);
  CHECK(tightlip_filter_create(NULL, NULL, NULL) == TIGHTLIP_INVALID_ARGUMENT);
  options.size = 0;
  refuse(&options, __LINE__);
  options.size = sizeof options - 1;
  refuse(&options, __LINE__);
  options = empty_options();
  options.size = SIZE_MAX;
  refuse(&options, __LINE__);
  options = empty_options();
  options.flags = 1u << 5;
  refuse(&options, __LINE__);
  options.flags = 1u << 31;
  refuse(&options, __LINE__);
  options = empty_options();
  options.reserved = 1;
  refuse(&options, __LINE__);
  options = empty_options();
  options.maximum_bytes = ((uint64_t)1 << 30) + 1;
  refuse(&options, __LINE__);
  options.maximum_bytes = UINT64_MAX;
  refuse(&options, __LINE__);
  options = empty_options();
  options.pack = NULL;
  refuse(&options, __LINE__);
  options = empty_options();
  options.policy_length = 1;
  refuse(&options, __LINE__);
  options = empty_options();
  options.text_field = "/text";
  options.text_field_length = SIZE_MAX;
  refuse(&options, __LINE__);

  /* The options of a later version: fine while what this one does not know is zero. */
  memset(&later, 0, sizeof later);
  later.options = empty_options();
  later.options.size = sizeof later;
  CHECK(tightlip_filter_create(&later.options, &filter, NULL) == TIGHTLIP_OK);
  CHECK(filter != NULL);
  tightlip_filter_release(filter);
  later.more[7] = 1;
  refuse(&later.options, __LINE__);
}

/* A configuration with a mistake: the error says what, and where. */
static void fail(tightlip_options options, const char *expected, int line) {
  tightlip_filter *filter = (tightlip_filter *)&filter;
  tightlip_error *error = NULL;
  const char *text = NULL;
  size_t length = 0;
  tightlip_status status = tightlip_filter_create(&options, &filter, &error);
  if (status != TIGHTLIP_CONFIGURATION || filter || !error ||
      tightlip_error_text(error, &text, &length) != TIGHTLIP_OK || length != strlen(text) ||
      !strstr(text, expected) || !strstr(text, "to mend it:")) {
    fprintf(stderr, "functions.c:%d: status %d, error: %s\n", line, (int)status, text ? text : "none");
    failures++;
  }
  tightlip_error_release(error);
  /* Nobody has to take the error. */
  CHECK(tightlip_filter_create(&options, &filter, NULL) == TIGHTLIP_CONFIGURATION);
}

static void errors(void) {
  tightlip_options options = empty_options();
  const char *text = NULL;
  size_t length = 7;
  options.pack = "/nowhere";
  options.pack_length = strlen(options.pack);
  fail(options, "/nowhere/pack.yaml", __LINE__);
  options = empty_options();
  options.policy = "/nowhere/policy.yaml";
  options.policy_length = strlen(options.policy);
  fail(options, "/nowhere/policy.yaml", __LINE__);
  options.policy = write_policy("bad.yaml", "policy: bad\nhalt: perhaps\n");
  options.policy_length = strlen(options.policy);
  fail(options, "bad.yaml:2:7", __LINE__);
  options.policy = write_policy("hash.yaml", "policy: hash\nentities:\n  US_SSN: { action: redact, redaction: hash }\n");
  options.policy_length = strlen(options.policy);
  fail(options, "no key was given", __LINE__);
  options.hash_key = "short";
  options.hash_key_length = 5;
  fail(options, "fewer than 16 bytes", __LINE__);
  options = empty_options();
  options.text_field = "text";
  options.text_field_length = 4;
  fail(options, "JSON Pointer", __LINE__);
  options.text_field = "/id";
  options.text_field_length = 3;
  fail(options, "JSON Pointer", __LINE__);
  options.text_field = "/a\xff";
  options.text_field_length = 3;
  fail(options, "not valid UTF-8", __LINE__);
  options = empty_options();
  options.pack_length += 1; /* the NUL with it */
  fail(options, "NUL", __LINE__);

  CHECK(tightlip_error_text(NULL, &text, &length) == TIGHTLIP_INVALID_ARGUMENT);
  CHECK_TEXT(text, "");
  CHECK(length == 0);
  CHECK(tightlip_error_text(NULL, NULL, NULL) == TIGHTLIP_INVALID_ARGUMENT);
  tightlip_error_release(NULL);
}

static void filters(void) {
  tightlip_filter *filter = make_filter(pack, 0, NULL);
  tightlip_scanner *scanner = NULL;
  const tightlip_verdict *verdict = NULL;
  const char *text = NULL;
  size_t length = 0;
  CHECK(tightlip_filter_retain(filter) == filter);
  CHECK(tightlip_filter_retain(NULL) == NULL);
  tightlip_filter_release(filter);
  tightlip_filter_release(NULL);
  CHECK(tightlip_filter_description(filter, &text, &length) == TIGHTLIP_OK);
  CHECK(length == strlen(text) && strstr(text, "JIT works") && strstr(text, "Unicode") && strstr(text, "SHA-256"));
  CHECK(tightlip_filter_description(filter, &text, NULL) == TIGHTLIP_OK);
  CHECK(tightlip_filter_description(filter, NULL, &length) == TIGHTLIP_INVALID_ARGUMENT);
  CHECK(tightlip_filter_description(NULL, &text, &length) == TIGHTLIP_INVALID_ARGUMENT);
  CHECK_TEXT(text, "");
  CHECK(length == 0);

  /* Released while a scanner still uses it. */
  CHECK(tightlip_scanner_create(filter, &scanner) == TIGHTLIP_OK);
  tightlip_filter_release(filter);
  CHECK(tightlip_scan(scanner, "See you Tuesday", 15, &verdict) == TIGHTLIP_OK);
  CHECK(verdict->action == TIGHTLIP_PASS);
  tightlip_scanner_release(scanner);
}

static void scanner_arguments(tightlip_filter *filter, tightlip_scanner *scanner) {
  const tightlip_verdict *verdict = NULL;
  const char *answers = "";
  size_t length = 7, end = 0;
  tightlip_scanner *none = (tightlip_scanner *)&none;
  CHECK(tightlip_scanner_create(NULL, &none) == TIGHTLIP_INVALID_ARGUMENT);
  CHECK(none == NULL);
  CHECK(tightlip_scanner_create(filter, NULL) == TIGHTLIP_INVALID_ARGUMENT);
  CHECK(tightlip_scanner_set_filter(NULL, filter) == TIGHTLIP_INVALID_ARGUMENT);
  CHECK(tightlip_scanner_set_filter(scanner, NULL) == TIGHTLIP_INVALID_ARGUMENT);
  tightlip_scanner_release(NULL);

  /* No scanner, no text with a length, a length that cannot be: a verdict that blocks. */
  CHECK(tightlip_scan(NULL, "x", 1, &verdict) == TIGHTLIP_INVALID_ARGUMENT);
  CHECK(verdict && verdict->action == TIGHTLIP_BLOCK && !verdict->complete && !verdict->text);
  verdict = NULL;
  CHECK(tightlip_scan(scanner, NULL, 1, &verdict) == TIGHTLIP_INVALID_ARGUMENT);
  CHECK(verdict && verdict->action == TIGHTLIP_BLOCK);
  verdict = NULL;
  CHECK(tightlip_scan(scanner, "x", SIZE_MAX, &verdict) == TIGHTLIP_INVALID_ARGUMENT);
  CHECK(verdict && verdict->action == TIGHTLIP_BLOCK);
  verdict = NULL;
  CHECK(tightlip_scan_request(NULL, "{}", 2, &verdict) == TIGHTLIP_INVALID_ARGUMENT);
  CHECK(verdict && verdict->action == TIGHTLIP_BLOCK);
  CHECK(tightlip_scan(scanner, "x", 1, NULL) == TIGHTLIP_INVALID_ARGUMENT);
  CHECK(tightlip_scan_request(scanner, "{}", 2, NULL) == TIGHTLIP_INVALID_ARGUMENT);

  CHECK(tightlip_scan_ndjson(NULL, "{}", 2, &answers, &length) == TIGHTLIP_INVALID_ARGUMENT);
  CHECK(answers == NULL && length == 0);
  CHECK(tightlip_scan_ndjson(scanner, NULL, 2, &answers, &length) == TIGHTLIP_INVALID_ARGUMENT);
  CHECK(tightlip_scan_ndjson(scanner, "{}", SIZE_MAX, &answers, &length) == TIGHTLIP_INVALID_ARGUMENT);
  CHECK(tightlip_scan_ndjson(scanner, "{}", 2, NULL, &length) == TIGHTLIP_INVALID_ARGUMENT);
  CHECK(tightlip_scan_ndjson(scanner, "{}", 2, &answers, NULL) == TIGHTLIP_INVALID_ARGUMENT);
  CHECK(tightlip_scan_texts(NULL, "x", 1, &end, 1, &answers, &length) == TIGHTLIP_INVALID_ARGUMENT);
  CHECK(tightlip_scan_texts(scanner, "x", 1, NULL, 1, &answers, &length) == TIGHTLIP_INVALID_ARGUMENT);
  CHECK(tightlip_scan_texts(scanner, "x", 1, &end, SIZE_MAX, &answers, &length) == TIGHTLIP_INVALID_ARGUMENT);
  CHECK(tightlip_scan_texts(scanner, "x", 1, &end, 1, NULL, NULL) == TIGHTLIP_INVALID_ARGUMENT);
}

static void nothing(tightlip_scanner *scanner) {
  const tightlip_verdict *verdict;
  const char *answers = NULL;
  size_t length = 7, end = 0;
  /* An empty text is looked at and has nothing. */
  CHECK(tightlip_scan(scanner, NULL, 0, &verdict) == TIGHTLIP_OK);
  CHECK(verdict->action == TIGHTLIP_PASS && verdict->complete && verdict->text && verdict->text_length == 0);
  CHECK(verdict->findings == NULL && verdict->finding_count == 0 && verdict->reasons == NULL);
  CHECK(tightlip_scan(scanner, "", 0, &verdict) == TIGHTLIP_OK);
  CHECK(verdict->action == TIGHTLIP_PASS);
  /* An empty request is no request. */
  CHECK(tightlip_scan_request(scanner, NULL, 0, &verdict) == TIGHTLIP_OK);
  CHECK(verdict->action == TIGHTLIP_BLOCK);
  CHECK_TEXT(verdict->error_code, "request.empty");
  CHECK(tightlip_scan_request(scanner, "\r\n", 2, &verdict) == TIGHTLIP_OK);
  CHECK_TEXT(verdict->error_code, "request.empty");
  /* No lines, no answers; an empty line has one. */
  CHECK(tightlip_scan_ndjson(scanner, NULL, 0, &answers, &length) == TIGHTLIP_OK);
  CHECK_TEXT(answers, "");
  CHECK(length == 0);
  CHECK(tightlip_scan_ndjson(scanner, "\n", 1, &answers, &length) == TIGHTLIP_OK);
  CHECK(length == strlen(answers) && strstr(answers, "request.empty"));
  CHECK(tightlip_scan_texts(scanner, NULL, 0, NULL, 0, &answers, &length) == TIGHTLIP_OK);
  CHECK(answers && length == 0);
  CHECK(tightlip_scan_texts(scanner, NULL, 0, &end, 1, &answers, &length) == TIGHTLIP_OK);
  CHECK(length > 0 && strstr(answers, "\"action\":\"pass\""));
}

static void verdicts(tightlip_scanner *scanner) {
  static const char health[] = "Hi Dana, your A1c came back at 9.1";
  static const char number[] = "As you asked, your SSN is 219-09-9998";
  const tightlip_verdict *verdict;
  CHECK(tightlip_scan(scanner, health, strlen(health), &verdict) == TIGHTLIP_OK);
  CHECK(verdict->action == TIGHTLIP_BLOCK && verdict->complete && verdict->risk > 500);
  CHECK(verdict->text == NULL && verdict->text_length == 0 && verdict->would_be == -1 && !verdict->urgent);
  CHECK(verdict->finding_count >= 2 && verdict->reason_count >= 1);
  if (verdict->finding_count >= 2) {
    const tightlip_finding *name = &verdict->findings[0];
    CHECK_TEXT(name->entity_type, "PERSON");
    CHECK_TEXT(name->rule, "name.salutation");
    CHECK(name->start == 3 && name->end == 7 && name->score > 500 && name->score <= 1000 && name->hipaa == 'A');
    CHECK_TEXT(verdict->findings[1].entity_type, "LAB_RESULT");
    CHECK(verdict->findings[1].hipaa == 0);
  }
  if (verdict->reason_count >= 1) {
    CHECK_TEXT(verdict->reasons[0].code, "phi.linked");
    CHECK(verdict->reasons[0].severity == TIGHTLIP_SEVERITY_BLOCK && verdict->reasons[0].entity_type == NULL);
    CHECK(verdict->reasons[0].message != NULL);
  }
  CHECK(verdict->instead_text != NULL && verdict->instead_text_length == strlen(verdict->instead_text));
  CHECK(verdict->instead_channel != NULL && verdict->error_code == NULL && verdict->error_message == NULL);

  CHECK(tightlip_scan(scanner, number, strlen(number), &verdict) == TIGHTLIP_OK);
  CHECK(verdict->action == TIGHTLIP_REDACT && verdict->finding_count == 1 && !verdict->instead_text);
  CHECK_TEXT(verdict->text, "As you asked, your SSN is [SSN]");
  CHECK(verdict->text_length == strlen("As you asked, your SSN is [SSN]"));
  if (verdict->reason_count == 1) CHECK_TEXT(verdict->reasons[0].entity_type, "US_SSN");

  /* What no request may hold. */
  CHECK(tightlip_scan(scanner, "a\0b", 3, &verdict) == TIGHTLIP_OK);
  CHECK(verdict->action == TIGHTLIP_BLOCK && !verdict->complete && verdict->risk == 1000);
  CHECK_TEXT(verdict->error_code, "request.nul");
  CHECK(verdict->findings == NULL && verdict->reasons == NULL && verdict->text == NULL);
  CHECK(tightlip_scan(scanner, "caf\xe9", 4, &verdict) == TIGHTLIP_OK);
  CHECK_TEXT(verdict->error_code, "request.invalid-utf8");
  CHECK(verdict->error_message != NULL);
}

static void requests(tightlip_scanner *scanner) {
  static const char inbound[] = "{\"text\":\"my A1c was 9.1 is that bad\",\"direction\":\"inbound\"}\r\n";
  static const char revoked[] = "{\"text\":\"ok\",\"recipient\":{\"consent\":{\"status\":\"revoked\"}}}";
  static const char twice[] = "{\"text\":\"ok\",\"text\":\"ok\"}";
  static const char two[] = "{\"text\":\"ok\"}\n{\"text\":\"ok\"}";
  const tightlip_verdict *verdict;
  CHECK(tightlip_scan_request(scanner, inbound, strlen(inbound), &verdict) == TIGHTLIP_OK);
  CHECK(verdict->action == TIGHTLIP_PASS && verdict->finding_count > 0);
  CHECK_TEXT(verdict->text, "my A1c was 9.1 is that bad");
  CHECK(tightlip_scan_request(scanner, revoked, strlen(revoked), &verdict) == TIGHTLIP_OK);
  CHECK(verdict->action == TIGHTLIP_BLOCK && verdict->complete && verdict->instead_text == NULL);
  CHECK_TEXT(verdict->reasons[0].code, "consent.revoked");
  CHECK(tightlip_scan_request(scanner, twice, strlen(twice), &verdict) == TIGHTLIP_OK);
  CHECK_TEXT(verdict->error_code, "request.duplicate-member");
  /* One request, not two: nothing behind the first may go unseen. */
  CHECK(tightlip_scan_request(scanner, two, strlen(two), &verdict) == TIGHTLIP_OK);
  CHECK(verdict->action == TIGHTLIP_BLOCK);
  CHECK_TEXT(verdict->error_code, "request.malformed-json");
}

static size_t lines_of(const char *text) {
  size_t count = 0;
  for (; *text; text++) count += *text == '\n';
  return count;
}

static void batches(tightlip_scanner *scanner) {
  static const char lines[] = "{\"id\":1,\"text\":\"ok\"}\r\n\n{\"id\":3,\"text\":\"SSN 219-09-9998\"}";
  static const char texts[] = "okSSN 219-09-9998caf\xe9";
  size_t ends[4] = {2, 17, 17, 21};
  const char *answers;
  size_t length;
  CHECK(tightlip_scan_ndjson(scanner, lines, strlen(lines), &answers, &length) == TIGHTLIP_OK);
  CHECK(length == strlen(answers) && lines_of(answers) == 3 && answers[length - 1] == '\n');
  CHECK(strncmp(answers, "{\"id\":1,\"action\":\"pass\"", 23) == 0);
  CHECK(strstr(answers, "{\"id\":3,\"action\":\"redact\"") != NULL);

  CHECK(tightlip_scan_texts(scanner, texts, 21, ends, 4, &answers, &length) == TIGHTLIP_OK);
  CHECK(length == strlen(answers) && lines_of(answers) == 4);
  CHECK(strstr(answers, "SSN [SSN]") && strstr(answers, "request.invalid-utf8"));
  ends[1] = 1;
  CHECK(tightlip_scan_texts(scanner, texts, 21, ends, 4, &answers, &length) == TIGHTLIP_INVALID_ARGUMENT);
  CHECK(answers == NULL && length == 0);
  ends[1] = 22;
  CHECK(tightlip_scan_texts(scanner, texts, 21, ends, 4, &answers, &length) == TIGHTLIP_INVALID_ARGUMENT);
  ends[1] = 17;
  ends[3] = 20; /* a byte that belongs to no text */
  CHECK(tightlip_scan_texts(scanner, texts, 21, ends, 4, &answers, &length) == TIGHTLIP_INVALID_ARGUMENT);
  ends[3] = SIZE_MAX;
  CHECK(tightlip_scan_texts(scanner, texts, 21, ends, 4, &answers, &length) == TIGHTLIP_INVALID_ARGUMENT);
}

static void flags_and_policies(void) {
  static const char health[] = "Hi Dana, your A1c came back at 9.1";
  static const char own[] = "{\"body\":{\"text\":\"SSN 219-09-9998\"},\"direction\":\"no concern\"}";
  tightlip_options options = empty_options();
  tightlip_filter *filter = make_filter(pack, TIGHTLIP_MONITOR, NULL), *other = NULL;
  tightlip_scanner *scanner = NULL;
  const tightlip_verdict *verdict;
  const char *answers;
  size_t length;
  CHECK(tightlip_scanner_create(filter, &scanner) == TIGHTLIP_OK);
  CHECK(tightlip_scan(scanner, health, strlen(health), &verdict) == TIGHTLIP_OK);
  CHECK(verdict->action == TIGHTLIP_PASS && verdict->would_be == TIGHTLIP_BLOCK);

  /* Over to a policy that halts: the same scanner. */
  other = make_filter(pack, 0, write_policy("halt.yaml", "policy: stop\nhalt: true\n"));
  CHECK(tightlip_scanner_set_filter(scanner, other) == TIGHTLIP_OK);
  CHECK(tightlip_scanner_set_filter(scanner, other) == TIGHTLIP_OK);
  tightlip_filter_release(other);
  CHECK(tightlip_scan(scanner, "ok", 2, &verdict) == TIGHTLIP_OK);
  CHECK(verdict->action == TIGHTLIP_BLOCK && verdict->instead_text == NULL);
  CHECK_TEXT(verdict->reasons[0].code, "policy.halted");
  CHECK(tightlip_scanner_set_filter(scanner, filter) == TIGHTLIP_OK);
  CHECK(tightlip_scan(scanner, "ok", 2, &verdict) == TIGHTLIP_OK);
  CHECK(verdict->action == TIGHTLIP_PASS);
  tightlip_filter_release(filter);

  options.text_field = "/body/text";
  options.text_field_length = strlen(options.text_field);
  options.flags = TIGHTLIP_REWRITE | TIGHTLIP_REVEAL | TIGHTLIP_ALL_OFFSETS | TIGHTLIP_IGNORE_ENVELOPE;
  options.maximum_bytes = 100;
  CHECK(tightlip_filter_create(&options, &filter, NULL) == TIGHTLIP_OK);
  CHECK(tightlip_scanner_set_filter(scanner, filter) == TIGHTLIP_OK);
  CHECK(tightlip_scan_ndjson(scanner, own, strlen(own), &answers, &length) == TIGHTLIP_OK);
  CHECK(strncmp(answers, "{\"body\":{\"text\":\"SSN [SSN]\"},\"direction\":\"no concern\",\"tightlip\":{", 66) == 0);
  CHECK(strstr(answers, "\"utf16\":[4,15]") && strstr(answers, "\"text\":\"219-09-9998\""));
  tightlip_filter_release(filter);

  /* The longest line, and one more. */
  {
    char text[128];
    memset(text, 'a', sizeof text);
    CHECK(tightlip_scan(scanner, text, 100, &verdict) == TIGHTLIP_OK && verdict->action == TIGHTLIP_PASS);
    CHECK(tightlip_scan(scanner, text, 101, &verdict) == TIGHTLIP_OK && verdict->action == TIGHTLIP_BLOCK);
    CHECK_TEXT(verdict->error_code, "request.too-long");
  }

  /* The key of the redaction "hash" decides its value, and the same key gives the same. */
  options = empty_options();
  options.policy = write_policy("hash.yaml", "policy: hash\nentities:\n  US_SSN: { action: redact, redaction: hash }\n");
  options.policy_length = strlen(options.policy);
  options.hash_key = "0123456789abcdef0123456789abcdef";
  options.hash_key_length = 32;
  {
    char first[64];
    CHECK(tightlip_filter_create(&options, &filter, NULL) == TIGHTLIP_OK);
    CHECK(tightlip_scanner_set_filter(scanner, filter) == TIGHTLIP_OK);
    tightlip_filter_release(filter);
    CHECK(tightlip_scan(scanner, "SSN 219-09-9998", 15, &verdict) == TIGHTLIP_OK);
    CHECK(verdict->action == TIGHTLIP_REDACT && verdict->text_length < sizeof first);
    /* Made with `tightlip filter --hash-key-file`: another implementation of HMAC, the same value. */
    CHECK_TEXT(verdict->text, "SSN [SSN:613ac7b6]");
    snprintf(first, sizeof first, "%s", verdict->text);
    options.hash_key_length = 31;
    CHECK(tightlip_filter_create(&options, &filter, NULL) == TIGHTLIP_OK);
    CHECK(tightlip_scanner_set_filter(scanner, filter) == TIGHTLIP_OK);
    tightlip_filter_release(filter);
    CHECK(tightlip_scan(scanner, "SSN 219-09-9998", 15, &verdict) == TIGHTLIP_OK);
    CHECK(strcmp(first, verdict->text) != 0);
  }
  tightlip_scanner_release(scanner);
}

/* A child process goes on with the handles of its parent. */
static void forks(tightlip_scanner *scanner) {
  const tightlip_verdict *verdict;
  int status = -1;
  pid_t child = fork();
  if (child == 0) {
    int isRight = tightlip_scan(scanner, "SSN 219-09-9998", 15, &verdict) == TIGHTLIP_OK &&
                  verdict->action == TIGHTLIP_REDACT;
    _exit(isRight ? 0 : 1);
  }
  CHECK(child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
  CHECK(tightlip_scan(scanner, "SSN 219-09-9998", 15, &verdict) == TIGHTLIP_OK && verdict->action == TIGHTLIP_REDACT);
}

int main(int count, char **arguments) {
  tightlip_filter *filter;
  tightlip_scanner *scanner = NULL;
  if (count != 3) {
    fprintf(stderr, "usage: functions PACK FOLDER\n");
    return 2;
  }
  pack = arguments[1];
  snprintf(folder, sizeof folder, "%s", arguments[2]);
  versions();
  arguments_of_create();
  errors();
  filters();
  filter = make_filter(pack, 0, NULL);
  CHECK(tightlip_scanner_create(filter, &scanner) == TIGHTLIP_OK);
  scanner_arguments(filter, scanner);
  nothing(scanner);
  verdicts(scanner);
  requests(scanner);
  batches(scanner);
  forks(scanner);
  tightlip_scanner_release(scanner);
  tightlip_filter_release(filter);
  flags_and_policies();
  if (failures == 0) printf("functions: all is well\n");
  return failures != 0;
}
