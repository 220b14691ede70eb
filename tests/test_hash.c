/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
#include "base/hash.h"
#include "base/slice.h"
#include "harness.h"

static void digest(char out[65], const char *bytes, size_t len, size_t step)
{
    uint8_t raw[32];
    pol_sha256 s;
    size_t pos, n;

    pol_sha256_init(&s);
    for (pos = 0; pos < len; pos += n) {
        n = len - pos < step ? len - pos : step;
        pol_sha256_add(&s, bytes + pos, n);
    }
    pol_sha256_done(&s, raw);
    pol_hex(out, raw);
}

/* The examples of FIPS 180-2, appendix B, and of RFC 6234. */
static void test_sha256_examples(void)
{
    static const struct {
        const char *label, *text, *digest;
    } rows[] = {
        { "empty", "",
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
        { "B.1", "abc",
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
        { "B.2", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
        { "896 bits",
          "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
          "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
          "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1" },
    };
    size_t i, step;
    char got[65];

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        for (step = 1; step < 130; step += 9) {
            digest(got, rows[i].text, strlen(rows[i].text), step);
            CHECK_CSTR_EQ(rows[i].label, got, rows[i].digest);
        }
}

static void test_sha256_of_a_million(void)
{
    char *a = malloc(1000000), got[65];

    CU_ASSERT_PTR_NOT_NULL_FATAL(a);
    memset(a, 'a', 1000000);
    digest(got, a, 1000000, 977);
    CHECK_CSTR_EQ("B.3", got,
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    free(a);
}

static void test_pieces_do_not_matter(void)
{
    char text[200], whole[65], parts[65];
    size_t len, step;

    memset(text, 'x', sizeof(text));
    for (len = 50; len < 140; len++) {
        digest(whole, text, len, len);
        for (step = 1; step < 70; step += 7) {
            digest(parts, text, len, step);
            CHECK(!strcmp(whole, parts), "%zu bytes by %zu", len, step);
        }
    }
}

static void test_fields_do_not_run_together(void)
{
    uint8_t one[32], two[32];
    pol_sha256 s;

    pol_sha256_init(&s);
    pol_sha256_field(&s, POL_STR("ab"));
    pol_sha256_field(&s, POL_STR("c"));
    pol_sha256_done(&s, one);
    pol_sha256_init(&s);
    pol_sha256_field(&s, POL_STR("a"));
    pol_sha256_field(&s, POL_STR("bc"));
    pol_sha256_done(&s, two);
    CU_ASSERT_NOT_EQUAL(memcmp(one, two, 32), 0);
    pol_sha256_init(&s);
    pol_sha256_add(&s, "\1\0\0\0\0\0\0\0a\2\0\0\0\0\0\0\0bc", 19);
    pol_sha256_done(&s, one);
    CHECK(!memcmp(one, two, 32), "a length is eight bytes, the lowest first");
}

/* The vectors of the reference implementation: key and text count up from 0. */
static void test_siphash_vectors(void)
{
    static const struct {
        size_t len;
        uint64_t hash;
    } rows[] = {
        { 0, 0x726fdb47dd0e0e31 }, { 1, 0x74f839c593dc67fd },
        { 2, 0x0d6c8009d9a94f5a }, { 3, 0x85676696d7fb7e2d },
        { 4, 0xcf2794e0277187b7 }, { 5, 0x18765564cd99a68d },
        { 6, 0xcbc9466e58fee3ce }, { 7, 0xab0200f58b01d137 },
        { 8, 0x93f5f5799a932462 }, { 15, 0xa129ca6149be45e5 },
    };
    uint8_t bytes[16];
    size_t i;

    for (i = 0; i < 16; i++)
        bytes[i] = (uint8_t)i;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        CHECK(pol_siphash(bytes, bytes, rows[i].len) == rows[i].hash,
              "length %zu", rows[i].len);
}

/* Keys that count up, as ours often do, into a table of a power of two. */
static void test_quick_hash_spreads(void)
{
    enum { SLOTS = 4096 };
    static unsigned slots[SLOTS];
    unsigned i, most = 0, used = 0;
    char key[24];

    memset(slots, 0, sizeof(slots));
    for (i = 0; i < SLOTS; i++) {
        snprintf(key, sizeof(key), "rule-%u", i);
        slots[pol_hash(key, strlen(key), 0) % SLOTS]++;
    }
    for (i = 0; i < SLOTS; i++) {
        used += slots[i] > 0;
        most = slots[i] > most ? slots[i] : most;
    }
    /* A random function fills 1 - 1/e of the slots, 2589. */
    CHECK(used > 2450 && most < 12, "%u slots used, at most %u", used, most);
}

static void test_quick_hash_knows_length_seed_and_every_bit(void)
{
    char zeros[20] = { 0 };
    uint64_t whole = pol_hash(zeros, 20, 5);
    unsigned bit;

    CU_ASSERT_NOT_EQUAL(pol_hash(zeros, 3, 0), pol_hash(zeros, 4, 0));
    CU_ASSERT_NOT_EQUAL(pol_hash(zeros, 8, 0), pol_hash(zeros, 16, 0));
    CU_ASSERT_NOT_EQUAL(pol_hash("a", 1, 0), pol_hash("a", 1, 1));
    CU_ASSERT_EQUAL(whole, pol_hash(zeros, 20, 5));
    for (bit = 0; bit < 160; bit++) {
        zeros[bit / 8] = (char)(1 << bit % 8);
        CHECK(pol_hash(zeros, 20, 5) != whole, "bit %u", bit);
        zeros[bit / 8] = 0;
    }
}

/*
 * Names of one hash, whatever the seed, if a word only went through a
 * multiplication by `factor` and, turned by `turn`, through another one: of two
 * pairs of words the second takes back what the first did to the highest bit.
 */
static void write_pair(char out[16], bool other, uint64_t factor, unsigned turn)
{
    uint64_t inverse = factor, words[2] = { 0x6161616161616161u,
                                            0x6262626262626262u };

    for (int i = 0; i < 6; i++)
        inverse *= 2 - factor * inverse;
    if (other) {
        words[0] += inverse << (63 - turn);
        words[1] += inverse << 63;
    }
    for (int i = 0; i < 16; i++)
        out[i] = (char)(words[i / 8] >> i % 8 * 8);
}

enum { DOUBLINGS = 10, NAMES = 1 << DOUBLINGS };

/* How many of the names share their lowest 16 bits with one before. */
static unsigned count_collisions(uint64_t factor, unsigned turn, uint64_t seed)
{
    static uint8_t seen[1 << 16];
    char name[16 * DOUBLINGS];
    unsigned twice = 0;

    memset(seen, 0, sizeof(seen));
    for (unsigned n = 0; n < NAMES; n++) {
        for (unsigned i = 0; i < DOUBLINGS; i++)
            write_pair(name + 16 * i, n >> i & 1, factor, turn);
        twice += seen[pol_hash(name, sizeof(name), seed) & 0xffff]++ > 0;
    }
    return twice;
}

/* Of 1,024 random ones some 8 do. */
static void test_nobody_makes_collisions_without_the_seed(void)
{
    static const uint64_t factors[] = { 0x87c37b91114253d5u,
                                        0x9e3779b97f4a7c15u,
                                        0xff51afd7ed558ccdu,
                                        0xc4ceb9fe1a85ec53u, 1 };

    for (size_t f = 0; f < sizeof(factors) / sizeof(*factors); f++)
        for (unsigned turn = 0; turn < 64; turn++) {
            unsigned twice = count_collisions(factors[f], turn,
                                              turn * 0x123456789abcdef1u);

            CHECK(twice < 64, "factor %zu, turn %u: %u of %u collide", f, turn,
                  twice, NAMES);
        }
}

static const struct test_case tests[] = {
    { "SHA-256 examples", test_sha256_examples },
    { "SHA-256 of a million", test_sha256_of_a_million },
    { "pieces do not matter", test_pieces_do_not_matter },
    { "fields do not run together", test_fields_do_not_run_together },
    { "SipHash vectors", test_siphash_vectors },
    { "quick hash spreads", test_quick_hash_spreads },
    { "quick hash knows length, seed and every bit",
      test_quick_hash_knows_length_seed_and_every_bit },
    { "nobody makes collisions without the seed",
      test_nobody_makes_collisions_without_the_seed },
};
POLICY_TEST_MAIN("hash", tests)
