/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Of any bytes, folded: what is in a word, and what stands across two, is what
 * asking for the words one by one says; nothing reads outside of the text.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "text/words.h"

#undef NDEBUG
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* In a block of exactly its size, so that a sanitizer sees the next unit. */
static bool is_word(const pol_folded *f, size_t from, size_t to)
{
    size_t len = (to - from) * sizeof(uint16_t);
    uint16_t *units = malloc(len);
    bool is;

    assert(units);
    memcpy(units, f->units + from, len);
    is = pol_word_is(units, to - from);
    free(units);
    return is;
}

static bool covers(const pol_folded *f, size_t pos)
{
    size_t low = pos < POL_WORD_MAX ? 0 : pos - POL_WORD_MAX;

    for (size_t a = low; a <= pos; a++)
        for (size_t b = pos + 1; b <= f->count && b <= a + POL_WORD_MAX; b++)
            if (is_word(f, a, b))
                return true;
    return false;
}

static bool ends_at(const pol_folded *f, size_t limit, size_t end)
{
    for (size_t n = 2; n <= POL_WORD_MAX && n <= end; n++)
        if (end - n < limit && is_word(f, end - n, end))
            return true;
    return false;
}

static bool begins_at(const pol_folded *f, size_t start, size_t limit)
{
    for (size_t n = 2; n <= POL_WORD_MAX && start + n <= f->count; n++)
        if (start + n > limit && is_word(f, start, start + n))
            return true;
    return false;
}

static bool straddled(const pol_folded *f, size_t start, size_t end)
{
    bool across = false;

    for (size_t middle = start + 1; middle < end; middle++)
        across |= ends_at(f, start, middle) && begins_at(f, middle, end);
    return across && !(ends_at(f, start, start) && begins_at(f, end, end));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pol_folded f;

    if (size > 512)
        return 0;
    pol_folded_init(&f, NULL);
    assert(pol_fold(&f, (policy_str){ (const char *)data, size }, NULL) == 0);
    for (size_t i = 0; i < f.count; i++) {
        assert(pol_word_covers(&f, i) == covers(&f, i));
        for (size_t end = i + 1; end <= f.count && end < i + 9; end++)
            assert(pol_word_straddled(&f, i, end) == straddled(&f, i, end));
    }
    pol_folded_fini(&f);
    return 0;
}
