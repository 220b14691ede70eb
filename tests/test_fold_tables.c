/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The generated tables and what is made of them, against the oracle: every
 * scalar value, the conformance file, random strings. POLICY_TEST_LONG makes
 * the random ones ten million.
 */
#include "text/fold_tables.h"

#include <unicode/utf16.h>
#include <utf8proc.h>

#include "fold_oracle.h"
#include "fold_random.h"
#include "harness.h"
#include "text/fold.h"
#include "text/utf8.h"

#define TEXT_MAX 600

static struct oracle oracle;
static pol_folded folded;

static bool ready(void)
{
    static int state;

    if (!state) {
        state = oracle_init(&oracle) ? 1 : -1;
        pol_folded_init(&folded, NULL);
    }
    return CHECK(state == 1, "the oracle lacks a source: %s", oracle.error);
}

static size_t to_utf8(char *out, const uint32_t *cps, size_t count)
{
    size_t len = 0;

    for (size_t i = 0; i < count; i++)
        len += pol_utf8_put(out + len, cps[i]);
    return len;
}

/* The first unit where `folded` differs from `want`, or SIZE_MAX. */
static size_t difference(const uint32_t *want, size_t count)
{
    size_t at = 0, i = 0;

    while (i < count && at < folded.count) {
        size_t was = at;

        if (pol_utf16_next(folded.units, folded.count, &at) != want[i++])
            return was;
    }
    return i == count && at == folded.count ? SIZE_MAX : at;
}

static const char *spell(const uint32_t *cps, size_t count)
{
    static char out[2][400];
    static int turn;
    size_t len = 0;

    turn ^= 1;
    out[turn][0] = 0;
    for (size_t i = 0; i < count && len < 380; i++)
        len += (size_t)snprintf(out[turn] + len, 400 - len, "%04X ",
                                (unsigned)cps[i]);
    return out[turn];
}

static const char *spell_folded(void)
{
    static uint32_t cps[100];
    size_t n = 0;

    for (size_t at = 0; at < folded.count && n < 100;)
        cps[n++] = pol_utf16_next(folded.units, folded.count, &at);
    return spell(cps, n);
}

/* True where text and oracle agree; else says how they differ. */
static bool agrees(const char *label, const char *bytes, size_t len)
{
    uint32_t want[20 * TEXT_MAX];
    size_t count = oracle_fold(&oracle, bytes, len, want, 20 * TEXT_MAX);
    policy_status st = pol_fold(&folded, (policy_str){ bytes, len }, NULL);

    if (st == POLICY_OK && difference(want, count) == SIZE_MAX)
        return true;
    CHECK(false, "%s: got %s, want %s", label, spell_folded(),
          spell(want, count));
    return false;
}

static void test_every_scalar_value_folds_as_the_oracle_says(void)
{
    size_t seen = 0, wrong = 0;

    if (!ready())
        return;
    for (uint32_t cp = 0; cp <= POL_CP_MAX && wrong < 20; cp++) {
        char bytes[4], label[20];

        if (pol_is_surrogate(cp))
            continue;
        snprintf(label, sizeof(label), "U+%04X", (unsigned)cp);
        wrong += !agrees(label, bytes, pol_utf8_put(bytes, cp));
        seen++;
    }
    CHECK(!wrong, "%zu scalar values differ", wrong);
    CHECK_INT_EQ("scalar values", seen, 1112064);
}

/* (4) of fold.c for what single code points fold to. */
static void test_every_unit_folds_to_itself(void)
{
    static uint8_t is_output[ORACLE_CP];
    size_t outputs = 0;

    if (!ready())
        return;
    for (uint32_t cp = 0; cp <= POL_CP_MAX; cp++) {
        char bytes[4];

        if (pol_is_surrogate(cp))
            continue;
        pol_fold(&folded, (policy_str){ bytes, pol_utf8_put(bytes, cp) }, NULL);
        for (size_t at = 0; at < folded.count;)
            is_output[pol_utf16_next(folded.units, folded.count, &at)] = 1;
    }
    for (uint32_t cp = 0; cp <= POL_CP_MAX; cp++) {
        char bytes[4];

        if (!is_output[cp])
            continue;
        outputs++;
        pol_fold(&folded, (policy_str){ bytes, pol_utf8_put(bytes, cp) }, NULL);
        if (difference(&cp, 1) != SIZE_MAX)
            CHECK(false, "U+%04X folds to %s", (unsigned)cp, spell_folded());
    }
    CHECK(outputs > 1000000, "%zu outputs", outputs);
}

/* utf8proc's NFKC_Casefold where the fold adds nothing of its own. It leaves
 * alone what is ignorable but unassigned, and our further invisibles. */
static void test_agrees_with_utf8proc_but_where_it_is_known_to_be_wrong(void)
{
    size_t same = 0, ignorable = 0, own = 0, wrong = 0;

    if (!ready())
        return;
    for (uint32_t cp = 1; cp <= POL_CP_MAX; cp++) {
        char bytes[4];
        size_t len, count = 0;
        uint32_t want[40];
        utf8proc_ssize_t at = 0, n;
        utf8proc_uint8_t *out = NULL;
        uint16_t reasons = 0;

        if (pol_is_surrogate(cp))
            continue;
        len = pol_utf8_put(bytes, cp);
        n = utf8proc_map((const utf8proc_uint8_t *)bytes,
                         (utf8proc_ssize_t)len, &out,
                         UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT |
                             UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
        while (at < n && count < 40) {
            utf8proc_int32_t c;

            at += utf8proc_iterate(out + at, n - at, &c);
            want[count++] = (uint32_t)c;
        }
        free(out);
        pol_fold(&folded, (policy_str){ bytes, len }, NULL);
        for (size_t i = 0; i < folded.count; i++)
            reasons |= folded.reasons[i];
        if (difference(want, count) == SIZE_MAX)
            same++;
        else if (reasons & (POL_REASON_TRADITIONAL | POL_REASON_VARIANT |
                            POL_REASON_MARK | POL_REASON_STYLED |
                            POL_REASON_DIGIT) ||
                 (count && oracle_inherited(want[0])))
            own++;
        else if (oracle_deletes(cp) && folded.count == 0)
            ignorable++;
        else if (++wrong < 20)
            CHECK(false, "U+%04X: got %s, utf8proc %s", (unsigned)cp,
                  spell_folded(), spell(want, count));
    }
    /* 3769 ignorables that utf8proc 2.8.0 misses; 62 controls, the braille
     * blank and three annotation signs that we add. A mark alone has no unit
     * that could carry the reason. */
    CHECK(wrong == 0, "%zu differ", wrong);
    CHECK_INT_EQ("ignorables left", ignorable, 3769 + 61 + 1 + 3);
    CHECK(own > 4000 && own < 7000, "%zu of our own", own);
    CHECK(same > 1100000, "%zu alike", same);
}

static size_t read_column(const char *p, char *bytes)
{
    size_t len = 0;
    int at;
    unsigned cp;

    while (*p && *p != ';' && sscanf(p, " %x%n", &cp, &at) == 1) {
        len += pol_utf8_put(bytes + len, cp);
        p += at;
    }
    return len;
}

static void test_agrees_on_the_conformance_file(void)
{
    char line[2000], bytes[5][400], label[60];
    uint16_t first[400];
    size_t lines = 0, wrong = 0, len[5], first_count = 0;
    bool pipe;
    FILE *f = oracle_open("NormalizationTest.txt.bz2", &pipe);

    if (!ready() || !CHECK(f != NULL, "NormalizationTest.txt.bz2: missing"))
        return;
    while (fgets(line, sizeof(line), f) && wrong < 20) {
        char *p = line;

        if (*p == '#' || *p == '@')
            continue;
        lines++;
        for (int i = 0; i < 5; i++) {
            len[i] = read_column(p, bytes[i]);
            p = strchr(p, ';') + 1;
            snprintf(label, sizeof(label), "line %zu column %d", lines, i + 1);
            wrong += !agrees(label, bytes[i], len[i]);
            if (i == 0) {
                first_count = folded.count;
                memcpy(first, folded.units, first_count * sizeof(*first));
            } else if (i < 3 && (folded.count != first_count ||
                                 memcmp(first, folded.units,
                                        first_count * sizeof(*first)))) {
                wrong++;
                CHECK(false, "%s folds unlike column 1: %s", label,
                      spell_folded());
            }
        }
    }
    CHECK(oracle_close(f, pipe), "NormalizationTest.txt.bz2: cannot be read "
                                 "(is bzip2 installed?)");
    CHECK_INT_EQ("lines", lines, 19074);
}

/* --- random strings ------------------------------------------------------ */

/* The properties (4) and (6) of fold.c; `cps` are for the message. */
static bool map_holds(const char *bytes, size_t len, const uint32_t *cps,
                      size_t count)
{
    static pol_folded again;
    policy_str s = { bytes, len };
    bool boundary[TEXT_MAX + 1] = { false }, ok = true, well;
    char utf8[20 * TEXT_MAX];
    size_t out = 0;
    uint32_t cp;

    if (!again.allocator)
        pol_folded_init(&again, NULL);
    boundary[len] = true;
    for (size_t at = 0; at < len; at = pol_utf8_next(s, at, &cp, &well))
        boundary[at] = true;
    for (size_t i = 0; i < folded.count; i++) {
        uint32_t a = folded.starts[i], b = folded.ends[i];

        ok &= a < b && b <= len && boundary[a] && boundary[b];
        ok &= i == 0 || (folded.starts[i - 1] <= a && folded.ends[i - 1] <= b);
        ok &= folded.classes[i] < POL_CLASS_COUNT;
        if (!ok)
            break;
    }
    CHECK(ok, "map of %s", spell(cps, count));
    for (size_t i = 0; i < folded.count && ok;) {
        size_t was = i, n = 0;
        char one[4];

        cp = pol_utf16_next(folded.units, folded.count, &i);
        if (!CHECK(!pol_is_surrogate(cp), "lone surrogate of %s",
                   spell(cps, count)))
            return false;
        n = pol_utf8_put(one, cp);
        pol_fold(&again, (policy_str){ one, n }, NULL);
        ok &= again.count == i - was &&
              !memcmp(again.units, folded.units + was, 2 * (i - was));
        memcpy(utf8 + out, one, n);
        out += n;
    }
    CHECK(ok, "a unit of %s folds to another one", spell(cps, count));
    pol_fold(&again, (policy_str){ utf8, out }, NULL);
    ok &= CHECK(again.count == folded.count &&
                    (!again.count || !memcmp(again.units, folded.units,
                                             2 * again.count)),
                "%s folds twice", spell(cps, count));
    return ok;
}

static void test_random_strings_fold_as_the_oracle_says(void)
{
    uint64_t seed = 20260302;
    size_t rounds = getenv("POLICY_TEST_LONG") ? 10000000 : 100000, wrong = 0;

    if (!ready())
        return;
    for (size_t round = 0; round < rounds && wrong < 10; round++) {
        uint32_t cps[FOLD_RANDOM_CPS];
        char bytes[TEXT_MAX], label[420];
        size_t count = fold_random_cps(&seed, cps), len;

        len = to_utf8(bytes, cps, count);
        /* Every tenth is damaged. */
        if (round % 10 == 0)
            for (int i = 0; i < 3; i++)
                bytes[test_random(&seed) % len] = (char)test_random(&seed);
        snprintf(label, sizeof(label), "%s", spell(cps, count));
        wrong += !agrees(label, bytes, len) ||
                 !map_holds(bytes, len, cps, count);
    }
    CHECK(!wrong, "%zu strings are wrong", wrong);
}

/* (5) of fold.c. NFKC_Casefold itself makes a letter of U+0345 before marks are
 * ordered, so the order matters there. */
static void test_canonically_equivalent_strings_fold_alike(void)
{
    uint64_t seed = 7;
    size_t rounds = getenv("POLICY_TEST_LONG") ? 300000 : 30000, wrong = 0;
    size_t compared = 0;

    if (!ready())
        return;
    for (size_t round = 0; round < rounds && wrong < 10; round++) {
        uint32_t cps[12], form[2][ORACLE_SEQ];
        uint16_t first[400];
        char bytes[TEXT_MAX];
        size_t count = 1 + test_random(&seed) % 10, n, first_count;
        bool iota = false;

        for (size_t i = 0; i < count; i++)
            cps[i] = fold_random_cp(&seed);
        n = oracle_normalize(oracle.nfc, cps, count, form[0]);
        pol_fold(&folded, (policy_str){ bytes, to_utf8(bytes, form[0], n) },
                 NULL);
        first_count = folded.count;
        memcpy(first, folded.units, first_count * sizeof(*first));
        n = oracle_normalize(oracle.nfd, cps, count, form[1]);
        for (size_t i = 0; i < n; i++)
            iota |= form[1][i] == 0x345;
        if (iota)
            continue;
        compared++;
        pol_fold(&folded, (policy_str){ bytes, to_utf8(bytes, form[1], n) },
                 NULL);
        if (folded.count != first_count ||
            (first_count &&
             memcmp(first, folded.units, first_count * sizeof(*first)))) {
            wrong++;
            CHECK(false, "%s: NFD folds to %s", spell(cps, count),
                  spell_folded());
        }
    }
    CHECK(!wrong && compared > rounds / 2, "%zu of %zu strings", wrong,
          compared);
}

static const struct test_case tests[] = {
    { "every scalar value folds as the oracle says",
      test_every_scalar_value_folds_as_the_oracle_says },
    { "every unit folds to itself", test_every_unit_folds_to_itself },
    { "agrees with utf8proc but where it is known to be wrong",
      test_agrees_with_utf8proc_but_where_it_is_known_to_be_wrong },
    { "agrees on the conformance file", test_agrees_on_the_conformance_file },
    { "random strings fold as the oracle says",
      test_random_strings_fold_as_the_oracle_says },
    { "canonically equivalent strings fold alike",
      test_canonically_equivalent_strings_fold_alike },
};

POLICY_TEST_MAIN("fold_tables", tests)
