/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Truth tables: each different test of both is an atom, and all that atoms may
 * be is tried: true, false, and of a condition unknown. That is exact as far as
 * atoms do not hang together, and what is found equal is; two that differ only
 * where a field would have two values at once are not found.
 *
 * Of matches `near` and `at_least` are atoms, too, which hang together with what
 * they ask for: there is no `near` without both of its words, and what is near
 * is nearer than any greater distance.
 */
#include "evaluate/rule_equal.h"

#include <string.h>

#include "base/slice.h"
#include "rule/derived.h"

enum {
    ATOMS_MAX = 9,       /* 3^9 are some twenty thousand lines */
    MATCH_ATOMS_MAX = 14 /* 2^14 */
};

/* --- conditions */

static bool same_value(const pol_value *a, const pol_value *b)
{
    if (a->kind != b->kind)
        return false;
    return a->kind == POL_STR ? pol_str_eq(a->str, b->str) : a->i == b->i;
}

/* What is known is compared by identity: one test that was copied. */
static bool same_test(const pol_cond *a, const pol_cond *b)
{
    if (a->op != b->op || a->field != b->field || a->other != b->other ||
        a->attribute != b->attribute || a->number != b->number ||
        a->set != b->set || a->known != b->known ||
        a->value_count != b->value_count || !pol_str_eq(a->fact, b->fact))
        return false;
    for (size_t i = 0; i < a->value_count; i++)
        if (!same_value(&a->values[i], &b->values[i]))
            return false;
    return true;
}

typedef struct tests {
    const pol_cond *at[ATOMS_MAX];
    pol_truth is[ATOMS_MAX];
    size_t count;
} tests;

static size_t find_test(const tests *t, const pol_cond *c)
{
    size_t i = 0;

    while (i < t->count && !same_test(t->at[i], c))
        i++;
    return i;
}

/* False: too many. */
static bool gather_tests(tests *t, const pol_cond *c)
{
    if (!c)
        return true;
    if (c->op > POL_COND_NONE) {
        size_t i = find_test(t, c);

        if (i == ATOMS_MAX)
            return false;
        t->at[i] = c;
        t->count += i == t->count;
        return true;
    }
    for (size_t i = 0; i < c->kid_count; i++)
        if (!gather_tests(t, &c->kids[i]))
            return false;
    return true;
}

/* As pol_cond_eval. */
static pol_truth truth_of(const tests *t, const pol_cond *c)
{
    pol_truth decides, all;
    bool unknown = false;

    if (!c)
        return POL_TRUE;
    if (c->op > POL_COND_NONE)
        return t->is[find_test(t, c)];
    decides = c->op == POL_COND_ALL ? POL_FALSE : POL_TRUE;
    all = decides == POL_TRUE ? POL_FALSE : POL_TRUE;
    for (size_t i = 0; i < c->kid_count; i++) {
        pol_truth kid = truth_of(t, &c->kids[i]);

        if (kid == decides)
            return c->op == POL_COND_NONE ? POL_FALSE : decides;
        unknown = unknown || kid == POL_UNKNOWN;
    }
    if (unknown)
        return POL_UNKNOWN;
    return c->op == POL_COND_NONE ? POL_TRUE : all;
}

/* The next line of the table; false: it was the last. */
static bool next_line(tests *t)
{
    static const pol_truth next[] = { [POL_FALSE] = POL_TRUE,
                                      [POL_TRUE] = POL_UNKNOWN,
                                      [POL_UNKNOWN] = POL_FALSE };

    for (size_t i = 0; i < t->count; i++) {
        t->is[i] = next[t->is[i]];
        if (t->is[i] != POL_FALSE)
            return true;
    }
    return false;
}

bool pol_cond_equal(const pol_cond *a, const pol_cond *b)
{
    tests t = { .count = 0 };

    if (a == b)
        return true;
    if (!gather_tests(&t, a) || !gather_tests(&t, b))
        return false;
    for (size_t i = 0; i < t.count; i++)
        t.is[i] = POL_FALSE;
    do {
        if ((truth_of(&t, a) == POL_TRUE) != (truth_of(&t, b) == POL_TRUE))
            return false;
    } while (next_line(&t));
    return true;
}

/* --- matches */

static bool is_atom(const pol_match *m)
{
    return m->op == POL_MATCH_SIGNAL || m->op == POL_MATCH_NEAR ||
           m->op == POL_MATCH_AT_LEAST;
}

static bool same_match(const pol_match *a, const pol_match *b, bool counts)
{
    if (a->op != b->op || a->kid_count != b->kid_count ||
        (counts && a->count != b->count))
        return false;
    if (a->op == POL_MATCH_SIGNAL)
        return a->signal == b->signal && a->confidence == b->confidence;
    for (size_t i = 0; i < a->kid_count; i++)
        if (!same_match(&a->kids[i], &b->kids[i], true))
            return false;
    return true;
}

typedef struct signs {
    const pol_match *at[MATCH_ATOMS_MAX];
    uint32_t is; /* bits */
    size_t count;
} signs;

static size_t find_sign(const signs *s, const pol_match *m)
{
    size_t i = 0;

    while (i < s->count && !same_match(s->at[i], m, true))
        i++;
    return i;
}

static bool gather_signs(signs *s, const pol_match *m)
{
    if (is_atom(m)) {
        size_t i = find_sign(s, m);

        if (i == MATCH_ATOMS_MAX)
            return false;
        s->at[i] = m;
        s->count += i == s->count;
    }
    for (size_t i = 0; i < m->kid_count; i++)
        if (!gather_signs(s, &m->kids[i]))
            return false;
    return true;
}

static bool is_true(const signs *s, const pol_match *m)
{
    bool all = m->op == POL_MATCH_ALL;

    if (is_atom(m))
        return s->is >> find_sign(s, m) & 1;
    for (size_t i = 0; i < m->kid_count; i++)
        if (is_true(s, &m->kids[i]) != all)
            return m->op == POL_MATCH_ANY;
    return m->op != POL_MATCH_ANY;
}

/* Of two alike but for their count: must the second hold where the first does? */
static bool implies(const pol_match *a, const pol_match *b)
{
    if (a->op == POL_MATCH_SIGNAL || !same_match(a, b, false))
        return a->op == POL_MATCH_SIGNAL && b->op == POL_MATCH_SIGNAL &&
               a->signal == b->signal && a->confidence >= b->confidence;
    return a->op == POL_MATCH_NEAR ? a->count <= b->count : a->count >= b->count;
}

/* Can there be such a text? */
static bool can_be(const signs *s)
{
    for (size_t i = 0; i < s->count; i++) {
        const pol_match *m = s->at[i];
        bool there = s->is >> i & 1, kids = true;

        for (size_t k = 0; k < m->kid_count; k++)
            kids = kids && is_true(s, &m->kids[k]);
        if (there && !kids)
            return false;
        if (!there && kids && m->op == POL_MATCH_AT_LEAST && m->count <= 1)
            return false;
        for (size_t k = 0; there && k < s->count; k++)
            if (!(s->is >> k & 1) && implies(m, s->at[k]))
                return false;
    }
    return true;
}

static bool has_signal(const pol_match *m, uint32_t signal)
{
    if (m->op == POL_MATCH_SIGNAL)
        return m->signal == signal;
    for (size_t i = 0; i < m->kid_count; i++)
        if (has_signal(&m->kids[i], signal))
            return true;
    return false;
}

/* Does the second ask for all that the first does? Else evidence differs. */
static bool has_signals(const pol_match *a, const pol_match *b)
{
    if (a->op == POL_MATCH_SIGNAL)
        return has_signal(b, a->signal);
    for (size_t i = 0; i < a->kid_count; i++)
        if (!has_signals(&a->kids[i], b))
            return false;
    return true;
}

bool pol_match_equal(const pol_match *a, const pol_match *b)
{
    signs s = { .count = 0 };

    if (a == b)
        return true;
    if (!a || !b || !has_signals(a, b) || !has_signals(b, a) ||
        !gather_signs(&s, a) || !gather_signs(&s, b))
        return false;
    for (s.is = 0; s.is < UINT32_C(1) << s.count; s.is++)
        if (can_be(&s) && is_true(&s, a) != is_true(&s, b))
            return false;
    return true;
}
