/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The overlay of any bytes is the folded text but for digits, which stand where
 * something else stood, say so, and are seven or more close together; and what
 * is a digit there is one when it is folded again.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "text/numerals.h"

#undef NDEBUG
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int is_digit(uint16_t u)
{
    return u >= '0' && u <= '9';
}

/* Digits around `i` with single units between them. */
static size_t run_around(const pol_folded *t, size_t i)
{
    size_t n = 1;

    for (size_t k = i; k > 0 && (is_digit(t->units[k - 1]) ||
                                 (k > 1 && is_digit(t->units[k - 2]))); k--)
        n += is_digit(t->units[k - 1]);
    for (size_t k = i + 1; k < t->count && (is_digit(t->units[k]) ||
                                            (k + 1 < t->count &&
                                             is_digit(t->units[k + 1]))); k++)
        n += is_digit(t->units[k]);
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    policy_str text = { (const char *)data, size };
    size_t changed = 0;
    pol_overlay o;
    pol_folded f;

    if (size > 2048)
        return 0;
    pol_folded_init(&f, NULL);
    pol_overlay_init(&o, &pol_malloc_allocator);
    assert(pol_fold(&f, text, NULL) == POLICY_OK);
    assert(pol_numerals(&o, &f, NULL) == POLICY_OK);
    assert(o.text.count == 0 || o.text.count == f.count);
    for (size_t i = 0; i < o.text.count; i++) {
        if (o.text.units[i] == f.units[i]) {
            assert(o.text.reasons[i] == f.reasons[i]);
            assert(o.text.classes[i] == f.classes[i]);
            continue;
        }
        changed++;
        assert(is_digit(o.text.units[i]) && !is_digit(f.units[i]));
        assert(o.text.reasons[i] == (f.reasons[i] | POL_REASON_NUMERAL));
        assert(o.text.classes[i] == POL_CLASS_DIGIT);
        assert(run_around(&o.text, i) >= POL_NUMERALS_MIN);
    }
    assert(o.text.count == 0 || changed > 0);
    pol_overlay_fini(&o);
    pol_folded_fini(&f);
    return 0;
}
