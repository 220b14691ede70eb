/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A part of any bytes in any disguise: what is written is well-formed, another
 * word, the same each time and not much longer; and what the fold or the decoder
 * is to see through, it does.
 */
#include <stdint.h>
#include <string.h>

#include "base/alloc.h"
#include "text/decode.h"
#include "text/evasion.h"
#include "text/utf8.h"

#undef NDEBUG
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { GROWTH = 64, ROOM = 64 }; /* bytes for a byte, and for none */

static void fold_whole(pol_folded *f, policy_str text, size_t start, size_t end,
                       policy_str word)
{
    pol_buf b;

    pol_buf_init(&b, &pol_malloc_allocator, 1 << 24);
    pol_buf_add(&b, text.ptr, start);
    pol_buf_str(&b, word);
    pol_buf_add(&b, text.ptr + end, text.len - end);
    assert(b.status == POLICY_OK);
    assert(pol_fold(f, pol_buf_slice(&b), NULL) == POLICY_OK);
    pol_buf_fini(&b);
}

static void check_fold(policy_str text, size_t start, size_t end, policy_str out)
{
    policy_str word = { text.ptr + start, end - start };
    pol_folded a, b;

    pol_folded_init(&a, NULL);
    pol_folded_init(&b, NULL);
    fold_whole(&a, text, start, end, word);
    fold_whole(&b, text, start, end, out);
    assert(a.count == b.count);
    assert(!a.count ||
           memcmp(a.units, b.units, a.count * sizeof(*a.units)) == 0);
    pol_folded_fini(&a);
    pol_folded_fini(&b);
}

/* By itself: beside other codes it may be read with them. */
static void check_decoded(policy_str word, policy_str out)
{
    pol_decoded d;

    pol_decoded_init(&d, &pol_malloc_allocator);
    assert(pol_decode(&d, out, NULL) == POLICY_OK);
    assert(d.text.len == word.len && memcmp(d.text.ptr, word.ptr, word.len) == 0);
    pol_decoded_fini(&d);
}

static void check(pol_evader *e, size_t number, policy_str text, size_t start,
                  size_t end)
{
    const pol_evasion *how = &pol_evasions[number];
    policy_str word = { text.ptr + start, end - start };
    pol_buf out, again;
    bool changed, twice;

    pol_buf_init(&out, &pol_malloc_allocator, 1 << 24);
    pol_buf_init(&again, &pol_malloc_allocator, 1 << 24);
    assert(pol_evade(e, number, text, start, end, &out, &changed, NULL) ==
           POLICY_OK);
    assert(pol_evade(e, number, text, start, end, &again, &twice, NULL) ==
           POLICY_OK);
    assert(changed == twice);
    if (changed) {
        policy_str s = pol_buf_slice(&out);

        assert(s.len == again.len && memcmp(s.ptr, again.ptr, s.len) == 0);
        assert(s.len != word.len || memcmp(s.ptr, word.ptr, s.len) != 0);
        assert(s.len <= GROWTH * word.len + ROOM);
        assert(pol_utf8_valid(word) && pol_utf8_valid(s));
        if (how->by == POL_EVADES_FOLD)
            check_fold(text, start, end, s);
        if (how->by == POL_EVADES_DECODE)
            check_decoded(word, s);
    }
    pol_buf_fini(&out);
    pol_buf_fini(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static pol_evader *e; /* its tables are made once: they take a while */
    policy_str text;
    size_t start, end;

    if (!e)
        assert(pol_evader_new(&e, NULL, NULL) == POLICY_OK);
    if (size < 3)
        return 0;
    text = (policy_str){ (const char *)data + 3, size - 3 };
    start = text.len ? data[1] % text.len : 0;
    end = start + (text.len > start ? data[2] % (text.len - start + 1) : 0);
    check(e, data[0] % pol_evasion_count, text, start, end);
    return 0;
}
