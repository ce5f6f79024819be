// Thin wrappers over nettle's SHA-256 and HMAC-SHA-256. No logic of ours.
#ifndef TIGHTLIP_HASH_SHIM_H
#define TIGHTLIP_HASH_SHIM_H

#include <stddef.h>
#include <stdint.h>

#include <nettle/hmac.h>
#include <nettle/sha2.h>

typedef struct {
  struct sha256_ctx state;
} tightlip_sha256;
static inline void tightlip_sha256_init(tightlip_sha256 *_Nonnull hash) { sha256_init(&hash->state); }
static inline void tightlip_sha256_update(
    tightlip_sha256 *_Nonnull hash, const uint8_t *_Nonnull bytes, size_t count) {
  sha256_update(&hash->state, count, bytes);
}
// Writes 32 bytes and begins anew.
static inline void tightlip_sha256_finish(tightlip_sha256 *_Nonnull hash, uint8_t *_Nonnull digest) {
  sha256_digest(&hash->state, SHA256_DIGEST_SIZE, digest);
}

typedef struct {
  struct hmac_sha256_ctx state;
} tightlip_hmac;
static inline void tightlip_hmac_init(
    tightlip_hmac *_Nonnull code, const uint8_t *_Nonnull key, size_t count) {
  hmac_sha256_set_key(&code->state, count, key);
}
static inline void tightlip_hmac_update(
    tightlip_hmac *_Nonnull code, const uint8_t *_Nonnull bytes, size_t count) {
  hmac_sha256_update(&code->state, count, bytes);
}
// Writes 32 bytes and begins anew with the same key.
static inline void tightlip_hmac_finish(tightlip_hmac *_Nonnull code, uint8_t *_Nonnull digest) {
  hmac_sha256_digest(&code->state, SHA256_DIGEST_SIZE, digest);
}

#endif
