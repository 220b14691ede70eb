/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pattern set: each pattern is folded as the text will be, and refused
 * where that leaves nothing.
 */
#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/limits.h"
#include "match/matcher_layout.h"
#include "match/pattern_set.h"
#include "match/regex.h"

static const uint32_t term_flags = POLICY_TERM_EXACT | POLICY_TERM_INSIDE;

policy_status policy_pattern_set_new(policy_pattern_set **out,
                                     const policy_allocator *a,
                                     policy_error *err)
{
    policy_allocator allocator = pol_allocator_or_default(a);
    policy_pattern_set *set = pol_calloc(&allocator, 1, sizeof(*set));

    *out = set;
    if (!set)
        return pol_error_oom(err);
    set->allocator = allocator;
    set->limits = pol_limits_from(NULL);
    pol_folded_init(&set->folded, &set->allocator);
    return POLICY_OK;
}

void policy_pattern_set_free(policy_pattern_set *set)
{
    policy_allocator a;

    if (!set)
        return;
    a = set->allocator;
    pol_folded_fini(&set->folded);
    pol_free(&a, set->patterns, set->cap * sizeof(*set->patterns));
    pol_free(&a, set->units, set->unit_cap * sizeof(*set->units));
    pol_free(&a, set->bytes, set->byte_cap);
    pol_free(&a, set->regexes, set->regex_cap * sizeof(*set->regexes));
    pol_free(&a, set, sizeof(*set));
}

size_t pol_pattern_set_count(const policy_pattern_set *set)
{
    return set->count;
}

/* What must be looked at where the folded units `f` are found. */
static pol_pattern describe(const policy_pattern_set *set, const pol_folded *f,
                            policy_str bytes, uint32_t id, uint32_t flags)
{
    pol_pattern p = { .at = set->unit_count, .len = f->count,
                      .bytes_at = set->byte_count, .id = id,
                      .inside = flags & POLICY_TERM_INSIDE };

    if (!p.inside && pol_class_in_word(f->classes[0]))
        p.flags |= OUTPUT_WORD_START;
    if (!p.inside && pol_class_in_word(f->classes[f->count - 1]))
        p.flags |= OUTPUT_WORD_END;
    if (!pol_class_in_word(f->classes[f->count - 1]))
        p.inside = false; /* no word for its end to be inside of */
    if (flags & POLICY_TERM_EXACT) {
        p.flags |= OUTPUT_EXACT;
        p.bytes_len = bytes.len;
    }
    return p;
}

static policy_status keep(policy_pattern_set *set, const uint16_t *units,
                          policy_str bytes, const pol_pattern *p,
                          policy_error *err)
{
    if (!pol_grow(&set->allocator, (void **)&set->patterns, &set->cap,
                  set->count + 1, sizeof(*set->patterns)) ||
        !pol_grow(&set->allocator, (void **)&set->units, &set->unit_cap,
                  set->unit_count + p->len, sizeof(*set->units)) ||
        (p->bytes_len &&
         !pol_grow(&set->allocator, (void **)&set->bytes, &set->byte_cap,
                   set->byte_count + p->bytes_len, 1)))
        return pol_error_oom(err);
    memcpy(set->units + p->at, units, p->len * sizeof(uint16_t));
    if (p->bytes_len)
        memcpy(set->bytes + p->bytes_at, bytes.ptr, p->bytes_len);
    set->patterns[set->count++] = *p;
    set->unit_count += p->len;
    set->byte_count += p->bytes_len;
    set->seed = pol_hash((const char *)units, p->len * sizeof(uint16_t),
                         set->seed ^ p->id);
    return POLICY_OK;
}

policy_status pol_pattern_set_add_folded(policy_pattern_set *set,
                                         const pol_folded *f, policy_str bytes,
                                         uint32_t id, uint32_t flags,
                                         policy_error *err)
{
    pol_pattern p;

    assert(f->count);
    p = describe(set, f, bytes, id, flags);
    return keep(set, f->units, bytes, &p, err);
}

/* What a class would tell: may the unit end a word? Of what is no Han for sure,
 * yes, so that the matcher looks inside of words for it. */
static bool may_end_word(uint16_t unit)
{
    return unit < 0x3000 || unit >= 0xa000;
}

policy_status pol_pattern_set_add_units(policy_pattern_set *set,
                                        const uint16_t *units, size_t count,
                                        uint32_t id, policy_error *err)
{
    pol_pattern p = { .at = set->unit_count, .len = count,
                      .bytes_at = set->byte_count, .id = id };

    assert(count);
    p.inside = may_end_word(units[count - 1]);
    return keep(set, units, (policy_str){ "", 0 }, &p, err);
}

/* A matcher compiles its regexes anew, since a set may make several: here it is
 * only seen whether they compile. */
static policy_status check_regex(const policy_pattern_set *set,
                                 policy_str pattern, policy_error *err)
{
    policy_error why = POLICY_ERROR_INIT;
    size_t at = 0;
    pol_regex *r;
    policy_status st = pol_regex_compile(&r, &set->allocator, pattern,
                                         set->limits.regex_states, &at, &why);

    pol_regex_free(r);
    if (st == POLICY_ENOMEM)
        return pol_error_oom(err);
    return st ? pol_error_at(err, st, at, why.code, "byte %zu: %s", at,
                             why.message) : POLICY_OK;
}

static policy_status add_regex(policy_pattern_set *set, policy_str pattern,
                               uint32_t id, policy_error *err)
{
    policy_status st = check_regex(set, pattern, err);

    if (st)
        return st;
    if (!pol_grow(&set->allocator, (void **)&set->regexes, &set->regex_cap,
                  set->regex_count + 1, sizeof(*set->regexes)) ||
        !pol_grow(&set->allocator, (void **)&set->bytes, &set->byte_cap,
                  set->byte_count + pattern.len, 1))
        return pol_error_oom(err);
    if (pattern.len)
        memcpy(set->bytes + set->byte_count, pattern.ptr, pattern.len);
    set->regexes[set->regex_count++] =
        (pol_regex_pattern){ set->byte_count, pattern.len, id };
    set->byte_count += pattern.len;
    return POLICY_OK;
}

policy_status policy_pattern_set_add(policy_pattern_set *set,
                                     policy_str pattern, uint32_t id,
                                     uint32_t flags, policy_error *err)
{
    policy_status st;

    if (flags & ~term_flags && flags != POLICY_REGEX)
        return pol_error_set(err, POLICY_EINPUT, "pattern-flags",
                             "a pattern has unsupported flags 0x%" PRIx32,
                             flags);
    if (set->count + set->regex_count >= set->limits.terms)
        return pol_error_limit(err, "terms", set->limits.terms);
    if (pattern.len > set->limits.term_bytes)
        return pol_error_limit(err, "term_bytes", set->limits.term_bytes);
    if (flags & POLICY_REGEX)
        return add_regex(set, pattern, id, err);
    if ((st = pol_fold(&set->folded, pattern, err)) != POLICY_OK)
        return st;
    if (set->folded.count == 0)
        return pol_error_set(err, POLICY_EINPUT, "term-empty",
                             "nothing is left of a term once it is folded");
    return pol_pattern_set_add_folded(set, &set->folded, pattern, id, flags,
                                      err);
}
