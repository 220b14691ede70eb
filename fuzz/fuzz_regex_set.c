/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines of patterns, a NUL, a text: what the set finds, its regexes find when
 * each is run on the whole text, in the same order; and if it reads too much in
 * vain, what it found before is the beginning of that.
 */
#include <stdint.h>

#include "base/slice.h"
#include "../tests/regex_twin.h"

#undef NDEBUG
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { REGEXES = 6, STATES = 300, TEXT_MAX = 600 };

static pol_regex *regexes[REGEXES];
static size_t count;

static void add_lines(pol_regex_set *set, pol_regex_cache *cache, policy_str s)
{
    while (s.len && count < REGEXES) {
        const char *end = memchr(s.ptr, '\n', s.len);
        policy_str line = { s.ptr, end ? (size_t)(end - s.ptr) : s.len };
        uint32_t id = (uint32_t)count / 2;
        size_t at = 0;
        policy_status st = pol_regex_set_add(set, line, id, STATES, &at, NULL);

        assert(at <= line.len);
        if (!st) {
            assert(pol_regex_compile(&regexes[count], NULL, line, STATES, NULL,
                                     NULL) == POLICY_OK);
            assert(pol_regex_cache_reserve(cache, regexes[count], NULL) ==
                   POLICY_OK);
            count++;
        }
        s.ptr += line.len + (end != NULL);
        s.len -= line.len + (end != NULL);
    }
}

static void compare(const pol_regex_set *set, pol_regex_cache *cache,
                    const pol_folded *text)
{
    static struct twin_hits got, want;
    pol_regex_scratch *scratch;
    policy_status st;

    got.count = want.count = 0;
    assert(pol_regex_scratch_new(&scratch, NULL, NULL) == POLICY_OK);
    st = pol_regex_set_scan(set, scratch, text, twin_keep, &got);
    assert(st == POLICY_OK || st == POLICY_ELIMIT);
    for (size_t i = 0; i < count; i++)
        twin_run(regexes[i], cache, (uint32_t)i / 2, text, &want);
    twin_settle(&want);
    if (want.count < TWIN_HITS && st == POLICY_OK) {
        assert(got.count == want.count);
        assert(!memcmp(got.at, want.at, got.count * sizeof(*got.at)));
    }
    pol_regex_scratch_free(scratch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = size ? memchr(data, 0, size) : NULL;
    policy_str lines = { "", 0 }, text = { "", 0 };
    pol_regex_cache *cache;
    pol_regex_set *set;
    pol_folded f;

    if (!end)
        return 0;
    lines = (policy_str){ (const char *)data, (size_t)(end - data) };
    text = (policy_str){ (const char *)end + 1, size - lines.len - 1 };
    if (text.len > TEXT_MAX)
        return 0;
    count = 0;
    pol_folded_init(&f, NULL);
    assert(pol_regex_set_new(&set, NULL, NULL) == POLICY_OK);
    assert(pol_regex_cache_new(&cache, NULL, NULL) == POLICY_OK);
    assert(pol_fold(&f, text, NULL) == POLICY_OK);
    add_lines(set, cache, lines);
    assert(pol_regex_set_build(set, NULL) == POLICY_OK);
    compare(set, cache, &f);
    for (size_t i = 0; i < count; i++)
        pol_regex_free(regexes[i]);
    pol_regex_cache_free(cache);
    pol_regex_set_free(set);
    pol_folded_fini(&f);
    return 0;
}
