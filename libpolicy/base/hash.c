/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256 after FIPS 180-4, SipHash-2-4 after Aumasson and Bernstein, and a
 * quick hash that reads eight bytes at a time.
 */
#include <string.h>

#include "base/hash.h"

/* FIPS 180-4, 4.2.2: the fractions of the cube roots of the first 64 primes. */
static const uint32_t round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
    0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
    0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
    0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
    0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
    0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
    0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
    0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
    0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2
};

static uint32_t rotr(uint32_t x, unsigned n)
{
    return x >> n | x << (32 - n);
}

/* The message schedule (FIPS 180-4, 6.2.2, step 1). */
static void schedule(uint32_t w[64], const uint8_t *block)
{
    unsigned i;

    for (i = 0; i < 16; i++)
        w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
               (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
    for (; i < 64; i++) {
        uint32_t a = w[i - 15], b = w[i - 2];

        w[i] = w[i - 16] + w[i - 7] + (rotr(a, 7) ^ rotr(a, 18) ^ a >> 3) +
               (rotr(b, 17) ^ rotr(b, 19) ^ b >> 10);
    }
}

static void compress(pol_sha256 *s, const uint8_t *block)
{
    uint32_t w[64], v[8], t1, t2;
    unsigned i;

    schedule(w, block);
    memcpy(v, s->h, sizeof(v));
    for (i = 0; i < 64; i++) {
        t1 = v[7] + (rotr(v[4], 6) ^ rotr(v[4], 11) ^ rotr(v[4], 25)) +
             ((v[4] & v[5]) ^ (~v[4] & v[6])) + round_constants[i] + w[i];
        t2 = (rotr(v[0], 2) ^ rotr(v[0], 13) ^ rotr(v[0], 22)) +
             ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
        memmove(v + 1, v, 7 * sizeof(v[0]));
        v[4] += t1;
        v[0] = t1 + t2;
    }
    for (i = 0; i < 8; i++)
        s->h[i] += v[i];
}

void pol_sha256_init(pol_sha256 *s)
{
    /* FIPS 180-4, 5.3.3: the fractions of the square roots of 2 to 19. */
    static const uint32_t start[8] = {
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
        0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19
    };

    memset(s, 0, sizeof(*s));
    memcpy(s->h, start, sizeof(start));
}

void pol_sha256_add(pol_sha256 *s, const void *bytes, size_t len)
{
    const uint8_t *p = bytes;
    size_t have = s->len % 64, part;

    s->len += len;
    while (len) {
        if (have == 0 && len >= 64) {
            compress(s, p);
            p += 64;
            len -= 64;
            continue;
        }
        part = len < 64 - have ? len : 64 - have;
        memcpy(s->block + have, p, part);
        p += part;
        len -= part;
        have = (have + part) % 64;
        if (have == 0)
            compress(s, s->block);
    }
}

void pol_sha256_field(pol_sha256 *s, policy_str bytes)
{
    uint8_t len[8];
    unsigned i;

    for (i = 0; i < 8; i++)
        len[i] = (uint8_t)((uint64_t)bytes.len >> 8 * i);
    pol_sha256_add(s, len, sizeof(len));
    pol_sha256_add(s, bytes.ptr, bytes.len);
}

void pol_sha256_done(pol_sha256 *s, uint8_t out[32])
{
    static const uint8_t pad[64] = { 0x80 };
    uint64_t bits = s->len * 8;
    uint8_t tail[8];
    unsigned i;

    for (i = 0; i < 8; i++)
        tail[i] = (uint8_t)(bits >> (56 - 8 * i));
    /* So many that the length ends a block: one at least. */
    pol_sha256_add(s, pad, 64 - (s->len + 8) % 64);
    pol_sha256_add(s, tail, sizeof(tail));
    for (i = 0; i < 32; i++)
        out[i] = (uint8_t)(s->h[i / 4] >> (24 - 8 * (i % 4)));
}

void pol_hex(char out[65], const uint8_t bytes[32])
{
    static const char digits[] = "0123456789abcdef";
    unsigned i;

    for (i = 0; i < 32; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[64] = '\0';
}

static uint64_t rotl64(uint64_t x, unsigned n)
{
    return x << n | x >> (64 - n);
}

/* Little-endian on every machine: the hash of a key is the same everywhere. */
static uint64_t read64(const uint8_t *p, size_t len)
{
    uint64_t v = 0;
    size_t i;

    for (i = 0; i < len; i++)
        v |= (uint64_t)p[i] << 8 * i;
    return v;
}

static void sip_rounds(uint64_t v[4], unsigned count)
{
    for (; count; count--) {
        v[0] += v[1];
        v[2] += v[3];
        v[1] = rotl64(v[1], 13) ^ v[0];
        v[3] = rotl64(v[3], 16) ^ v[2];
        v[0] = rotl64(v[0], 32);
        v[2] += v[1];
        v[0] += v[3];
        v[1] = rotl64(v[1], 17) ^ v[2];
        v[3] = rotl64(v[3], 21) ^ v[0];
        v[2] = rotl64(v[2], 32);
    }
}

uint64_t pol_siphash(const uint8_t key[16], const void *bytes, size_t len)
{
    const uint8_t *p = bytes;
    uint64_t k0 = read64(key, 8), k1 = read64(key + 8, 8), m;
    uint64_t v[4] = { k0 ^ 0x736f6d6570736575u, k1 ^ 0x646f72616e646f6du,
                      k0 ^ 0x6c7967656e657261u, k1 ^ 0x7465646279746573u };
    uint64_t last = (uint64_t)len << 56;

    for (; len >= 8; p += 8, len -= 8) {
        m = read64(p, 8);
        v[3] ^= m;
        sip_rounds(v, 2);
        v[0] ^= m;
    }
    last |= read64(p, len);
    v[3] ^= last;
    sip_rounds(v, 2);
    v[0] ^= last;
    v[2] ^= 0xff;
    sip_rounds(v, 4);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* The finisher of MurmurHash3: every bit of x reaches every bit of the result,
 * which is what tables of a power of two need. */
static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 33) * 0xff51afd7ed558ccdu;
    x = (x ^ x >> 33) * 0xc4ceb9fe1a85ec53u;
    return x ^ x >> 33;
}

/*
 * Whoever chooses the bytes, but does not know the seed, must not be able to
 * choose many of one hash. So each word goes through the whole finisher: of one
 * multiplication the highest bit that goes in is the highest that comes out,
 * whatever the seed, and the next word could take it back; 16 bytes for each
 * doubling would do.
 */
uint64_t pol_hash(const void *bytes, size_t len, uint64_t seed)
{
    const uint8_t *p = bytes;
    uint64_t h = seed ^ (uint64_t)len * 0x9e3779b97f4a7c15u;

    for (; len >= 8; p += 8, len -= 8)
        h = mix(h ^ read64(p, 8));
    return mix(h ^ read64(p, len));
}
