/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What any bytes decode to is no longer than they are, has a monotone map that
 * lies inside of them and on boundaries of characters, is the source where
 * nothing was encoded, and is not at all where the source has no mark of an
 * encoding.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "text/decode.h"
#include "text/utf8.h"

#undef NDEBUG
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool *boundaries(policy_str s)
{
    bool *at = calloc(s.len + 1, sizeof(*at)), ok;
    uint32_t cp;

    assert(at);
    for (size_t pos = 0; pos < s.len; pos = pol_utf8_next(s, pos, &cp, &ok))
        at[pos] = true;
    at[s.len] = true;
    return at;
}

/* Has it %, & or \, or sixteen letters, digits and +/-_ in a row? */
static bool may_decode(policy_str s)
{
    size_t run = 0;

    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];

        if (c == '%' || c == '&' || c == '\\')
            return true;
        run = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                      (c >= 'A' && c <= 'Z') || c == '+' || c == '/' ||
                      c == '-' || c == '_'
                  ? run + 1 : 0;
        if (run == POL_BASE64_MIN)
            return true;
    }
    return false;
}

static void check_map(const pol_decoded *d, policy_str s)
{
    bool *at = boundaries(s), any = false;
    policy_span last = { 0, 0 };

    for (uint32_t i = 0; i < d->text.len; i++) {
        policy_span one = { i, i + 1 }, from = pol_decoded_source(d, one);

        assert(from.start < from.end && from.end <= s.len);
        assert(from.start >= last.start && from.end >= last.end);
        assert(from.start <= last.end); /* nothing is left out */
        assert(at[from.start] && at[from.end]);
        if (pol_decoded_touches(d, one))
            any = true;
        else
            assert(memchr(s.ptr + from.start, d->text.ptr[i],
                          from.end - from.start));
        last = from;
    }
    assert(any && last.end == s.len);
    free(at);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *exact = malloc(size ? size : 1);
    policy_str s = { exact, size };
    pol_decoded d;

    assert(exact);
    if (size)
        memcpy(exact, data, size);
    pol_decoded_init(&d, &pol_malloc_allocator);
    assert(pol_decode(&d, s, NULL) == POLICY_OK);
    assert(d.text.len <= s.len);
    if (d.text.len) {
        assert(may_decode(s));
        assert(!pol_utf8_valid(s) || pol_utf8_valid(d.text));
        check_map(&d, s);
    }
    pol_decoded_fini(&d);
    free(exact);
    return 0;
}
