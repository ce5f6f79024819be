/* SPDX-License-Identifier: Apache-2.0
 *
 * Tightlip for C and everything that can call C: reads messages between a medical practice and its
 * patients and says of each one: pass, redact or block.
 *
 *     tightlip_options options = {.size = sizeof options};
 *     tightlip_filter *filter;
 *     tightlip_scanner *scanner;
 *     const tightlip_verdict *verdict;
 *     if (tightlip_filter_create(&options, &filter, NULL) != TIGHTLIP_OK) return 2;
 *     if (tightlip_scanner_create(filter, &scanner) != TIGHTLIP_OK) return 1;
 *     tightlip_scan(scanner, text, strlen(text), &verdict);
 *     if (verdict->action == TIGHTLIP_PASS) send(verdict->text, verdict->text_length);
 *
 * A VERDICT THAT NEVER CAME IS A BLOCK. Every way to fail leaves a verdict that blocks: 0 is
 * TIGHTLIP_BLOCK, so forgotten and zeroed memory blocks too. If a call does not return, or the
 * process dies, the message must not be sent.
 *
 * Conventions
 *   - Texts are UTF-8, pointer and length in bytes. No text has to end with a NUL; those given back
 *     as plain `const char *` do. A NULL pointer is allowed where the length is 0.
 *   - Each function that can fail returns a status; output parameters are set on every return,
 *     and may be NULL only where this says so.
 *   - Nothing is thrown or longjmp'ed across this border, no signal handler is set, no environment
 *     variable is read, no output is printed, and the library keeps no state outside its handles.
 *   - What a handle gave is owned by the handle; "until the next call" means the next call with the
 *     same scanner.
 *   - The library runs in the caller's threads and starts none of its own.
 *   - After fork() without exec() the child may use the handles it has, unless another thread was
 *     inside a call at that moment. */
#ifndef TIGHTLIP_H
#define TIGHTLIP_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---------------------------------------------------------------------------------------------
 * Versions */

/* What this header declares. A library of another ABI version has another file name
 * (libtightlip.so.1), so a linked program need not compare; one that uses dlopen should. */
#define TIGHTLIP_ABI_VERSION 1

/* The TIGHTLIP_ABI_VERSION the library was built with. Any thread, any time. */
uint32_t tightlip_abi_version(void);

/* The engine's version, for example "0.1.0". Lives as long as the library. Any thread, any time. */
const char *tightlip_version(void);

/* ---------------------------------------------------------------------------------------------
 * Status */

typedef int32_t tightlip_status;
enum {
  TIGHTLIP_OK = 0,
  /* A NULL handle or output, an unknown flag, lengths that do not fit together. */
  TIGHTLIP_INVALID_ARGUMENT = 1,
  /* A pack, policy or option is wrong, missing or unreadable; the error says what and where. */
  TIGHTLIP_CONFIGURATION = 2,
  /* The machine lacks what matching needs: PCRE2's JIT compiler, or ICU's data. */
  TIGHTLIP_UNAVAILABLE = 3,
  /* Another thread is inside a call with the same scanner. Nothing was looked at. */
  TIGHTLIP_BUSY = 4
};

/* One sentence on a status, also on an unknown one. Lives as long as the library. Any thread. */
const char *tightlip_status_text(tightlip_status status);

/* Why a filter could not be made: for each problem a line with file, line, column and cause, and
 * one with how to mend it. Holds no text of any message.
 * Threads: immutable; any thread may read it. Lifetime: the caller's, until tightlip_error_release. */
typedef struct tightlip_error tightlip_error;

/* The error's text, lines separated by LF, also NUL-terminated. Valid until the error is released.
 * For a NULL error: INVALID_ARGUMENT and an empty text. `length` may be NULL. */
tightlip_status tightlip_error_text(const tightlip_error *error, const char **text, size_t *length);

/* Ends an error. NULL is allowed. */
void tightlip_error_release(tightlip_error *error);

/* ---------------------------------------------------------------------------------------------
 * Filter */

/* A pack and a policy, compiled.
 * Threads: immutable; any number of threads may use it at the same time, and retain and release it.
 * Lifetime: counted references. tightlip_filter_create gives the first; each scanner holds one of
 * its own, so a filter may be released while scanners still use it.
 * Memory: some 30 to 60 MB for the shipped pack. Making one takes some tenths of a second; from a
 * compiled image (tightlip compile) some milliseconds, and its memory is shared by all processes. */
typedef struct tightlip_filter tightlip_filter;

/* Flags of tightlip_options. An unknown one is refused. */
enum {
  /* Pass what content rules would stop, and say so in would_be. For trying out only. */
  TIGHTLIP_MONITOR = 1 << 0,
  /* Write the found text into each finding of NDJSON answers. They then hold PHI. */
  TIGHTLIP_REVEAL = 1 << 1,
  /* Give ranges of NDJSON answers in UTF-16 units and code points too. */
  TIGHTLIP_ALL_OFFSETS = 1 << 2,
  /* Read text and id of a request only; every message then counts as outbound and unencrypted. */
  TIGHTLIP_IGNORE_ENVELOPE = 1 << 3,
  /* NDJSON answers are the request's own object, the text replaced and the verdict added as
   * "tightlip". All its other members are copied onward UNREAD. */
  TIGHTLIP_REWRITE = 1 << 4
};

/* What a filter is made of. Set all members to 0, then `size`, then what you need. A member that is
 * NULL or 0 stands for the default. Nothing of it is kept after the call. */
typedef struct tightlip_options {
  size_t size;            /* sizeof(tightlip_options) */
  const char *pack;       /* the pack's folder, or a compiled image; default: the installed one (see below) */
  size_t pack_length;
  const char *policy;     /* a policy file; default: the shipped policy */
  size_t policy_length;
  const char *text_field; /* JSON Pointer to the text in a request; default: /text */
  size_t text_field_length;
  const char *hash_key;   /* key of the redaction "hash", at least 16 bytes; default: none */
  size_t hash_key_length;
  uint64_t maximum_bytes; /* longest request and text read, at most 1 GiB; default: 1 MiB */
  uint32_t flags;
  uint32_t reserved;      /* 0 */
} tightlip_options;

/* Reads and compiles pack and policy. A pack or policy with a mistake is never used in part.
 *
 * The installed pack is the first there is of share/tightlip/pack one or two folders above the
 * library's, /usr/local/share/tightlip/pack and /usr/share/tightlip/pack. A policy that redacts
 * with a keyed hash is refused without a hash_key.
 *
 * options: NULL for all defaults.
 * filter: takes the filter; NULL on failure.
 * error: takes the reason on CONFIGURATION and UNAVAILABLE, otherwise NULL. May be NULL.
 * Threads: any. Blocks on reading files. */
tightlip_status tightlip_filter_create(
    const tightlip_options *options, tightlip_filter **filter, tightlip_error **error);

/* One more reference. Returns the filter; NULL for NULL. */
tightlip_filter *tightlip_filter_retain(tightlip_filter *filter);

/* Gives a reference back; the last one ends the filter. NULL is allowed. */
void tightlip_filter_release(tightlip_filter *filter);

/* For people: engine, PCRE2 and whether its JIT works, ICU and Unicode versions, pack and policy;
 * one line each, NUL-terminated. Valid as long as the filter. `length` may be NULL. */
tightlip_status tightlip_filter_description(
    const tightlip_filter *filter, const char **text, size_t *length);

/* ---------------------------------------------------------------------------------------------
 * Verdict */

/* What may happen to a message. Anything but these three values must be taken for a block. */
enum { TIGHTLIP_BLOCK = 0, TIGHTLIP_REDACT = 1, TIGHTLIP_PASS = 2 };

/* How much a reason weighs. */
enum { TIGHTLIP_SEVERITY_WARNING = 0, TIGHTLIP_SEVERITY_REDACT = 1, TIGHTLIP_SEVERITY_BLOCK = 2 };

/* Whose name, number or address a finding is, where the message says so. */
enum {
  TIGHTLIP_ROLE_UNSPECIFIED = 0,
  TIGHTLIP_ROLE_PATIENT = 1,
  TIGHTLIP_ROLE_PROVIDER = 2,
  TIGHTLIP_ROLE_PRACTICE = 3
};

/* Something found. Its texts end with a NUL and live as long as the filter. */
typedef struct tightlip_finding {
  const char *entity_type; /* for example "US_SSN" */
  const char *rule;        /* for example "ssn.dashed" */
  size_t start;            /* half-open range of UTF-8 bytes of the message's text */
  size_t end;
  int32_t score;           /* 0 to 1000 */
  int32_t role;            /* TIGHTLIP_ROLE_… */
  char hipaa;              /* the letter of 45 CFR 164.514(b)(2)(i), or 0 */
} tightlip_finding;

/* Why. Its texts end with a NUL and live as long as the library; none holds text of the message. */
typedef struct tightlip_reason {
  const char *code;        /* stable, for example "phi.linked" */
  const char *message;     /* one sentence for people */
  const char *entity_type; /* what it is about, or NULL */
  int32_t severity;        /* TIGHTLIP_SEVERITY_… */
} tightlip_reason;

/* The answer to one message. Later versions of the library may add members at the end.
 * Lifetime: the scanner's, until the next call with it. Threads: that of the scanner. */
typedef struct tightlip_verdict {
  int32_t action;            /* TIGHTLIP_BLOCK, TIGHTLIP_REDACT or TIGHTLIP_PASS */
  int32_t complete;          /* 0 where a limit was hit or the message could not be read: a block */
  int32_t risk;              /* 0 to 1000 */
  int32_t would_be;          /* with TIGHTLIP_MONITOR: the action without it; -1 where equal */
  int32_t urgent;            /* 1: a patient may be in danger, a person should read this at once */
  const char *text;          /* what may leave: the original on pass, the redacted text on redact; */
  size_t text_length;        /*   NULL and 0 on block */
  const tightlip_finding *findings; /* in order of position */
  size_t finding_count;
  const tightlip_reason *reasons;   /* the weightiest first */
  size_t reason_count;
  const char *instead_channel; /* on some blocks: what may be sent instead; else NULL and 0 */
  size_t instead_channel_length;
  const char *instead_text;
  size_t instead_text_length;
  const char *error_code;    /* for example "request.invalid-utf8", or NULL; lives as long as the */
  const char *error_message; /*   library */
} tightlip_verdict;

/* ---------------------------------------------------------------------------------------------
 * Scanner */

/* Looks through messages, one at a time, and keeps its memory for the next.
 * Threads: one call at a time; another thread's call meanwhile returns BUSY. It may move between
 * threads. Use one scanner for each thread that scans.
 * Lifetime: the caller's, until tightlip_scanner_release.
 * Memory: some 100 KB, more after long messages and large batches. */
typedef struct tightlip_scanner tightlip_scanner;

/* A scanner that works with a filter. `scanner` is NULL on failure. */
tightlip_status tightlip_scanner_create(tightlip_filter *filter, tightlip_scanner **scanner);

/* Goes over to another filter, after a reload; verdicts and answers given before end. Does nothing
 * where it is the same filter. */
tightlip_status tightlip_scanner_set_filter(tightlip_scanner *scanner, tightlip_filter *filter);

/* Ends a scanner and all it gave. No call with it may be under way. NULL is allowed. */
void tightlip_scanner_release(tightlip_scanner *scanner);

/* The verdict on an outbound text. What no request may hold (bad UTF-8, a NUL, more bytes than the
 * maximum) is a block with an error_code, and the status is OK.
 *
 * verdict: never NULL afterwards, and a block wherever the status is not OK. */
tightlip_status tightlip_scan(
    tightlip_scanner *scanner, const char *text, size_t length, const tightlip_verdict **verdict);

/* The verdict on a request: one line of the NDJSON protocol, with or without its line ending. A
 * request that cannot be read is a block with an error_code, and the status is OK. */
tightlip_status tightlip_scan_request(
    tightlip_scanner *scanner, const char *request, size_t length, const tightlip_verdict **verdict);

/* Answers NDJSON with NDJSON: for each line one line, in order, the very bytes that
 * `tightlip filter` writes. A last line without LF counts; its answer ends with LF.
 *
 * answers: NUL-terminated; valid until the next call. NULL and 0 wherever the status is not OK. */
tightlip_status tightlip_scan_ndjson(
    tightlip_scanner *scanner, const char *lines, size_t length, const char **answers,
    size_t *answers_length);

/* Answers outbound texts with NDJSON, as if each had come as {"text":…}.
 *
 * texts: all texts, one after the other, `length` bytes together.
 * ends: for each text the position after its last byte. Where one is below the one before it or
 *   above length, or the last is not length, the status is INVALID_ARGUMENT and nothing is answered. */
tightlip_status tightlip_scan_texts(
    tightlip_scanner *scanner, const char *texts, size_t length, const size_t *ends, size_t count,
    const char **answers, size_t *answers_length);

#ifdef __cplusplus
}
#endif
#endif
