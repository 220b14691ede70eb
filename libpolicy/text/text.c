/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy_text: a fold with its own allocator, and the fold as UTF-8 on demand.
 */
#include "text/text.h"

#include <assert.h>
#include <stdbool.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/error.h"
#include "text/utf8.h"

/* Three bytes a unit; units exceed source bytes by less than tenfold. */
#define UTF8_MAX (POL_FOLD_MAX * 30)

struct policy_text {
    policy_allocator allocator;
    pol_folded folded;
    policy_str source;
    pol_buf utf8;
    bool has_utf8; /* of the fold that is there now */
};

policy_status policy_text_new(policy_text **out, const policy_allocator *a,
                              policy_error *err)
{
    policy_allocator allocator = pol_allocator_or_default(a);
    policy_text *t = pol_calloc(&allocator, 1, sizeof(*t));

    *out = t;
    if (!t)
        return pol_error_oom(err);
    t->allocator = allocator;
    pol_folded_init(&t->folded, &t->allocator);
    pol_buf_init(&t->utf8, &t->allocator, UTF8_MAX);
    return POLICY_OK;
}

void policy_text_free(policy_text *t)
{
    policy_allocator allocator;

    if (!t)
        return;
    allocator = t->allocator;
    pol_buf_fini(&t->utf8);
    pol_folded_fini(&t->folded);
    pol_free(&allocator, t, sizeof(*t));
}

policy_status policy_text_fold(policy_text *t, policy_str utf8,
                               policy_error *err)
{
    policy_status st = pol_fold(&t->folded, utf8, err);

    t->has_utf8 = false;
    t->source = st == POLICY_OK ? utf8 : (policy_str){ "", 0 };
    return st;
}

const pol_folded *pol_text_folded(const policy_text *t)
{
    return &t->folded;
}

policy_str pol_text_source(const policy_text *t)
{
    return t->source;
}

const uint16_t *policy_text_units(const policy_text *t,
                                  const uint16_t **reasons, size_t *count)
{
    if (reasons)
        *reasons = t->folded.reasons;
    if (count)
        *count = t->folded.count;
    return t->folded.units;
}

policy_span policy_text_source(const policy_text *t, size_t start, size_t end)
{
    size_t count = t->folded.count;

    start = start < count ? start : count;
    end = end < count ? end : count;
    return pol_folded_source(&t->folded, start, end);
}

policy_status policy_text_utf8(policy_str *out, policy_text *t)
{
    const pol_folded *f = &t->folded;

    *out = (policy_str){ "", 0 };
    if (!t->has_utf8) {
        pol_buf_reset(&t->utf8);
        for (size_t pos = 0; pos < f->count;) {
            char bytes[4];
            uint32_t cp = pol_utf16_next(f->units, f->count, &pos);

            pol_buf_add(&t->utf8, bytes, pol_utf8_put(bytes, cp));
        }
        if (t->utf8.status != POLICY_OK)
            return t->utf8.status;
        t->has_utf8 = true;
    }
    if (t->utf8.len)
        *out = pol_buf_slice(&t->utf8);
    return POLICY_OK;
}

uint32_t policy_text_flags(const policy_text *t)
{
    return t->folded.flags;
}

const char *policy_reason_name(uint32_t reason)
{
    static const char *const names[POL_REASON_COUNT] = {
        /* ORDER REASON */
        "case",      "width",   "compat",   "traditional", "variant",
        "mark",      "styled",  "digit",    "ignorable",   "illformed",
        "separator", "homoglyph", "rare",   "leet",        "repeat",
        "numeral",   "pinyin",  "encoded",  "defanged",    "alias",
        "split",     "reversed", "spelled"
    };

    for (unsigned i = 0; i < POL_REASON_COUNT; i++)
        if (reason == 1u << i)
            return names[i];
    return NULL;
}
