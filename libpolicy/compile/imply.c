/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Three questions about two conditions, `a` being true of an event:
 *
 *     implies   b is true
 *     refutes   b is false, which is more than not true: a test on an absent
 *               field is neither
 *     excludes  b is not true
 *
 * `none` asks for what is false, so implies needs refutes. Joins are taken apart
 * one level at a time, on the side where nothing is lost by it first: an `any`
 * in `a` and an `all` in `b` must hold part by part, of the others one part is
 * enough. What is left is two tests of one field, a pair of which is looked up.
 *
 * Where both sides have parts of which one is enough, either may be the one to
 * take apart, so that joins nested in turn would be compared as often as there
 * are paths through them: each question has so many steps, and behind the last
 * the answer is no.
 */
#include "compile/imply.h"

#include "base/slice.h"
#include "rule/condition.h"
#include "rule/standing.h"

enum {
    STEPS_MAX = 4096, /* two conditions of 64 parts, each held against each */
    LISTS = 1 << POL_KIND_LIST | 1 << POL_KIND_WORDS
};

typedef struct proof { uint32_t left; } proof;

static bool is_out_of_steps(proof *p)
{
    return p->left == 0 || --p->left == 0;
}

size_t pol_cond_size(const pol_cond *c)
{
    size_t size = 1;

    for (size_t i = 0; i < c->kid_count; i++)
        size += pol_cond_size(&c->kids[i]);
    return size;
}

static bool is_join(const pol_cond *c)
{
    return c->op <= POL_COND_NONE;
}

static bool asks_past(const pol_cond *c)
{
    return c->op == POL_COND_KNOWN || c->op == POL_COND_UNKNOWN;
}

bool pol_cond_asks_elsewhere(const pol_cond *c)
{
    return c->fact.len || c->attribute || c->known;
}

/* --- values --------------------------------------------------------------- */

static bool has_value(const pol_cond *c, const pol_value *v)
{
    for (size_t i = 0; i < c->value_count; i++)
        if (pol_value_is(&c->values[i], v))
            return true;
    return false;
}

bool pol_cond_values_in(const pol_cond *inner, const pol_cond *outer)
{
    for (size_t i = 0; i < inner->value_count; i++)
        if (!has_value(outer, &inner->values[i]))
            return false;
    return true;
}

static bool have_common_value(const pol_cond *a, const pol_cond *b)
{
    for (size_t i = 0; i < a->value_count; i++)
        if (has_value(b, &a->values[i]))
            return true;
    return false;
}

static bool has_empty_value(const pol_cond *c)
{
    for (size_t i = 0; i < c->value_count; i++)
        if (c->values[i].kind == POL_STR && c->values[i].str.len == 0)
            return true;
    return false;
}

/* Does the value pass the comparison? One that is no number passes none. */
static bool passes(const pol_value *v, const pol_cond *c)
{
    return v->kind == POL_INT &&
           (c->op == POL_COND_MORE ? v->i > c->number : v->i < c->number);
}

static bool all_pass(const pol_cond *is, const pol_cond *c)
{
    for (size_t i = 0; i < is->value_count; i++)
        if (!passes(&is->values[i], c))
            return false;
    return is->value_count > 0;
}

static bool none_passes(const pol_cond *is, const pol_cond *c)
{
    for (size_t i = 0; i < is->value_count; i++)
        if (passes(&is->values[i], c))
            return false;
    return true;
}

/* Has it one value, of which another cannot be so beside it? Of a fact nobody
 * knows. */
static bool is_scalar(const pol_cond *c)
{
    int32_t field = c->field;

    if (c->fact.len)
        return false;
    if (c->attribute)
        return !(LISTS >> pol_field_in(pol_attributes[c->attribute].type,
                                       pol_attributes[c->attribute].field)->kind &
                 1);
    for (int32_t t = 0; t < POLICY_TYPE_COUNT; t++)
        if (LISTS >> pol_field_in(t, field)->kind & 1)
            return false;
    return true;
}

/* --- two tests ------------------------------------------------------------ */

static bool implies(proof *p, const pol_cond *a, const pol_cond *b);

static bool same_start(const pol_key_use *a, const pol_key_use *b)
{
    for (uint8_t i = 0; i < b->count; i++)
        if (i >= a->count || a->fields[i] != b->fields[i])
            return false;
    return true;
}

static bool same_key(const pol_known *a, const pol_known *b)
{
    return a->key.count == b->key.count && same_start(&a->key, &b->key);
}

/* A shorter key asks for all below it. What leaves out the event's own key is
 * compared with its like only. */
static bool known_implies(proof *p, const pol_known *a, const pol_known *b)
{
    if (a->record != b->record || a->each != b->each ||
        !same_start(&a->key, &b->key) ||
        a->at_least < b->at_least || (b->overdue && !a->overdue) ||
        (b->other && (!a->other || !same_key(a, b))))
        return false;
    if (b->within.count &&
        (!a->within.count || a->within.unit != b->within.unit ||
         a->within.count > b->within.count))
        return false;
    return !b->where || (a->where && implies(p, a->where, b->where));
}

bool pol_known_implies(const pol_known *a, const pol_known *b)
{
    proof p = { STEPS_MAX };

    return known_implies(&p, a, b);
}

/* Nobody can say that nothing is known of a key that the event lacks: so only
 * of one and the same key. */
static bool past_implies(proof *p, const pol_cond *a, const pol_cond *b)
{
    if (a->op != b->op)
        return false;
    return a->op == POL_COND_KNOWN
               ? known_implies(p, a->known, b->known)
               : same_key(a->known, b->known) &&
                     known_implies(p, b->known, a->known);
}

static bool same_subject(const pol_cond *a, const pol_cond *b)
{
    return !asks_past(a) && !asks_past(b) && a->field == b->field &&
           a->attribute == b->attribute && pol_str_eq(a->fact, b->fact);
}

static bool same_test(const pol_cond *a, const pol_cond *b)
{
    return a->op == b->op && same_subject(a, b) && a->other == b->other &&
           a->number == b->number && a->unit == b->unit && a->set == b->set &&
           a->value_count == b->value_count && pol_cond_values_in(a, b) &&
           pol_cond_values_in(b, a);
}

/* Is the field, or the fact, of the one there where the other is true? */
static bool is_of_its_field(const pol_cond *test, const pol_cond *ask)
{
    return !asks_past(test) && test->op != POL_COND_ABSENT &&
           test->field == ask->field && pol_str_eq(test->fact, ask->fact);
}

static bool is_implies(const pol_cond *a, const pol_cond *b)
{
    switch (b->op) {
    case POL_COND_IS: return pol_cond_values_in(a, b);
    case POL_COND_NONE_OF: return is_scalar(a) && !have_common_value(a, b);
    case POL_COND_MORE:
    case POL_COND_LESS: return all_pass(a, b);
    default: return false;
    }
}

/* No value that `b` names is on this side of the number. */
static bool range_implies(const pol_cond *a, const pol_cond *b)
{
    if (b->op == POL_COND_NONE_OF)
        return none_passes(b, a);
    if (a->op != b->op)
        return false;
    return a->op == POL_COND_MORE ? a->number >= b->number
                                  : a->number <= b->number;
}

static bool test_implies(proof *p, const pol_cond *a, const pol_cond *b)
{
    if (asks_past(a) && asks_past(b))
        return past_implies(p, a, b);
    if (b->op == POL_COND_PRESENT && is_of_its_field(a, b))
        return true;
    if (!same_subject(a, b))
        return false;
    if (same_test(a, b))
        return true;
    switch (a->op) {
    case POL_COND_IS: return is_implies(a, b);
    case POL_COND_MORE:
    case POL_COND_LESS: return range_implies(a, b);
    case POL_COND_NONE_OF:
        return b->op == a->op && pol_cond_values_in(b, a);
    case POL_COND_ALL_OF:
        return (b->op == a->op && pol_cond_values_in(b, a)) ||
               (b->op == POL_COND_IS && have_common_value(a, b));
    case POL_COND_LATER:
        return b->op == a->op && a->other == b->other && a->unit == b->unit &&
               a->number >= b->number;
    default: return false;
    }
}

static bool is_excludes(const pol_cond *a, const pol_cond *b)
{
    switch (b->op) {
    case POL_COND_IS: return is_scalar(a) && !have_common_value(a, b);
    case POL_COND_NONE_OF: return pol_cond_values_in(a, b);
    case POL_COND_EMPTY: return !has_empty_value(a);
    case POL_COND_MORE:
    case POL_COND_LESS: return none_passes(a, b);
    default: return false;
    }
}

/* No whole number is more than the one and less than the other. */
static bool is_gap(const pol_cond *more, const pol_cond *less)
{
    return less->number <= more->number || less->number - 1 == more->number;
}

static bool test_excludes(proof *p, const pol_cond *a, const pol_cond *b)
{
    if (a->op == POL_COND_KNOWN && b->op == POL_COND_UNKNOWN)
        return known_implies(p, a->known, b->known);
    if (b->op == POL_COND_ABSENT && is_of_its_field(a, b))
        return true;
    if (!same_subject(a, b))
        return false;
    switch (a->op) {
    case POL_COND_IS: return is_excludes(a, b);
    case POL_COND_ALL_OF:
        return b->op == POL_COND_NONE_OF && have_common_value(a, b);
    case POL_COND_MORE: return b->op == POL_COND_LESS && is_gap(a, b);
    case POL_COND_SAME:
        return b->op == POL_COND_DIFFERS && a->other == b->other;
    case POL_COND_AMONG: return b->op == POL_COND_OUTSIDE && a->set == b->set;
    default: return false;
    }
}

static bool is_of_numbers(const pol_cond *c)
{
    for (size_t i = 0; i < c->value_count; i++)
        if (c->values[i].kind != POL_INT)
            return false;
    return c->op == POL_COND_IS || c->op == POL_COND_MORE ||
           c->op == POL_COND_LESS;
}

/* What is excluded is false unless it may be unknown: where the field lacks, of
 * a comparison where it is no number. */
static bool test_refutes(proof *p, const pol_cond *a, const pol_cond *b)
{
    if (!test_excludes(p, a, b) && !test_excludes(p, b, a))
        return false;
    switch (b->op) {
    case POL_COND_ABSENT:
    case POL_COND_PRESENT:
    case POL_COND_EMPTY: return true;
    case POL_COND_MORE:
    case POL_COND_LESS: return is_of_numbers(a);
    case POL_COND_KNOWN:
    case POL_COND_UNKNOWN: return same_key(a->known, b->known);
    default: return a->op != POL_COND_ABSENT;
    }
}

/* --- joins ---------------------------------------------------------------- */

static bool same_cond(proof *p, const pol_cond *a, const pol_cond *b)
{
    if (is_out_of_steps(p) || a->op != b->op || a->kid_count != b->kid_count)
        return false;
    if (asks_past(a))
        return same_key(a->known, b->known) &&
               known_implies(p, a->known, b->known) &&
               known_implies(p, b->known, a->known);
    if (!is_join(a))
        return same_test(a, b);
    for (size_t i = 0; i < a->kid_count; i++)
        if (!same_cond(p, &a->kids[i], &b->kids[i]))
            return false;
    return true;
}

typedef bool (*relation)(proof *p, const pol_cond *a, const pol_cond *b);

/* Parts of `a` of which it is so with `b`: is it so of each, or of one? */
static bool each_left(proof *p, relation is, const pol_cond *a,
                      const pol_cond *b)
{
    for (size_t i = 0; i < a->kid_count; i++)
        if (!is(p, &a->kids[i], b))
            return false;
    return true;
}

static bool some_left(proof *p, relation is, const pol_cond *a,
                      const pol_cond *b)
{
    for (size_t i = 0; i < a->kid_count; i++)
        if (is(p, &a->kids[i], b))
            return true;
    return false;
}

/* The same of parts of `b`. */
static bool each_right(proof *p, relation is, const pol_cond *a,
                       const pol_cond *b)
{
    for (size_t i = 0; i < b->kid_count; i++)
        if (!is(p, a, &b->kids[i]))
            return false;
    return true;
}

static bool some_right(proof *p, relation is, const pol_cond *a,
                       const pol_cond *b)
{
    for (size_t i = 0; i < b->kid_count; i++)
        if (is(p, a, &b->kids[i]))
            return true;
    return false;
}

static bool refutes(proof *p, const pol_cond *a, const pol_cond *b)
{
    if (is_out_of_steps(p))
        return false;
    if (a->op == POL_COND_ANY)
        return each_left(p, refutes, a, b);
    if (b->op == POL_COND_ANY)
        return each_right(p, refutes, a, b);
    if (b->op == POL_COND_ALL && some_right(p, refutes, a, b))
        return true;
    if (b->op == POL_COND_NONE && some_right(p, implies, a, b))
        return true;
    if (a->op == POL_COND_ALL)
        return some_left(p, refutes, a, b);
    if (a->op == POL_COND_NONE)
        return some_left(p, same_cond, a, b);
    return !is_join(b) && test_refutes(p, a, b);
}

static bool implies(proof *p, const pol_cond *a, const pol_cond *b)
{
    if (is_out_of_steps(p))
        return false;
    if (same_cond(p, a, b))
        return true;
    if (a->op == POL_COND_ANY)
        return each_left(p, implies, a, b);
    if (b->op == POL_COND_ALL)
        return each_right(p, implies, a, b);
    if (b->op == POL_COND_NONE)
        return each_right(p, refutes, a, b);
    if (b->op == POL_COND_ANY && some_right(p, implies, a, b))
        return true;
    if (a->op == POL_COND_ALL)
        return some_left(p, implies, a, b);
    return !is_join(a) && !is_join(b) && test_implies(p, a, b);
}

static bool excludes(proof *p, const pol_cond *a, const pol_cond *b)
{
    if (is_out_of_steps(p))
        return false;
    if (a->op == POL_COND_ANY)
        return each_left(p, excludes, a, b);
    if (b->op == POL_COND_ANY)
        return each_right(p, excludes, a, b);
    if (a->op == POL_COND_NONE && some_right(p, implies, b, a))
        return true;
    if (b->op == POL_COND_NONE && some_right(p, implies, a, b))
        return true;
    if (a->op == POL_COND_ALL && some_left(p, excludes, a, b))
        return true;
    if (b->op == POL_COND_ALL && some_right(p, excludes, a, b))
        return true;
    return !is_join(a) && !is_join(b) &&
           (test_excludes(p, a, b) || test_excludes(p, b, a));
}

bool pol_cond_implies(const pol_cond *a, const pol_cond *b)
{
    proof p = { STEPS_MAX };

    return implies(&p, a, b);
}

bool pol_cond_excludes(const pol_cond *a, const pol_cond *b)
{
    proof p = { STEPS_MAX };

    return excludes(&p, a, b);
}

/* --- types ---------------------------------------------------------------- */

static bool has_field(int32_t type, int32_t field)
{
    return pol_field_in(type, field)->kind != POL_KIND_NONE;
}

static bool may_equal(const pol_cond *c, int32_t type)
{
    const pol_field_use *use = pol_field_in(type, c->field);

    for (size_t i = 0; i < c->value_count; i++) {
        uint16_t word = c->values[i].kind == POL_STR ? c->values[i].word : 0;

        if (c->field == POLICY_FIELD_TYPE && word) {
            if (pol_str_is(pol_word_name(word), pol_types[type].name))
                return true;
        } else if (!word || use->word_count == 0 ||
                   pol_field_has_word(use, word)) {
            return true;
        }
    }
    return false;
}

bool pol_cond_may_hold(const pol_cond *c, int32_t type)
{
    bool any = c->op == POL_COND_ANY;
    size_t i;

    switch (c->op) {
    case POL_COND_ALL:
    case POL_COND_ANY:
        for (i = 0; i < c->kid_count; i++)
            if (pol_cond_may_hold(&c->kids[i], type) == any)
                return any;
        return !any;
    case POL_COND_NONE:
    case POL_COND_ABSENT:
        return true;
    default:
        if (pol_cond_asks_elsewhere(c))
            return true;
        if (!has_field(type, c->field) ||
            (c->other >= 0 && !has_field(type, c->other)))
            return false;
        return c->op != POL_COND_IS || may_equal(c, type);
    }
}
