/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The standing memories agree with the schema, and with themselves.
 */
#include "harness.h"

#include "base/slice.h"
#include "rule/standing.h"

static uint32_t bit(int32_t type)
{
    return UINT32_C(1) << type;
}

static void test_definitions_agree_with_the_schema(void)
{
    for (int i = 0; i < POL_STANDING_COUNT; i++) {
        const pol_record_def *d = &pol_standing[i];

        CHECK(d->kind == POL_RECORD_MEMORY && !memchr(d->id.ptr, '/', d->id.len) &&
                  d->key.count == d->key_count && d->keep > 0, "%s", d->id.ptr);
        CHECK(*pol_standing_names[i].zh && *pol_standing_names[i].en, "%s: named",
              d->id.ptr);
        for (int32_t t = 0; t < POLICY_TYPE_COUNT; t++) {
            if (!(d->types & bit(t)))
                continue;
            CHECK(pol_types[t].rare, "%s: %s comes seldom", d->id.ptr,
                  pol_types[t].name);
            for (uint8_t k = 0; k < d->key_count; k++) {
                const pol_field_use *use = pol_field_in(t, d->key.fields[k]);

                CHECK(use->kind == POL_KIND_ID || use->kind == POL_KIND_LIST,
                      "%s: key %u", d->id.ptr, k);
                CHECK(use->id_kind == d->key_kinds[k] || use->id_kind == POL_ID_ANY,
                      "%s: kind of key %u", d->id.ptr, k);
            }
            for (size_t f = 0; f < d->field_count; f++)
                CHECK(pol_field_in(t, d->fields[f])->kind != POL_KIND_NONE,
                      "%s: %s", d->id.ptr, pol_fields[d->fields[f]].name);
        }
    }
}

static void check_where(const pol_cond *where, int32_t type, size_t clause)
{
    const pol_field_use *use = pol_field_in(type, where->field);

    for (size_t i = 0; i < where->kid_count; i++)
        check_where(&where->kids[i], type, clause);
    if (where->kid_count)
        return;
    CHECK(use->kind != POL_KIND_NONE, "clause %zu: a field", clause);
    if (where->op == POL_COND_IS)
        CHECK(pol_field_has_word(use, pol_word_find(where->values[0].str)),
              "clause %zu: a word of the field", clause);
}

static void test_clauses_agree_with_definitions(void)
{
    bool set[POL_STANDING_COUNT] = { false };

    for (size_t i = 0; i < pol_standing_clause_count; i++) {
        const pol_clause *c = &pol_standing_clauses[i];

        CHECK(c->record->types & c->types || c->does == POL_CLAUSE_CLEAR,
              "clause %zu: type", i);
        CHECK_INT_EQ("key", c->key.count, c->record->key_count);
        for (int32_t t = 0; t < POLICY_TYPE_COUNT; t++)
            if (c->types & bit(t)) {
                CHECK(pol_types[t].rare, "clause %zu: %s", i, pol_types[t].name);
                CHECK_INT_EQ("a time", pol_field_in(t, c->at)->kind, POL_KIND_TIME);
                for (uint8_t k = 0; k < c->key.count; k++)
                    CHECK(pol_field_in(t, c->key.fields[k])->kind != POL_KIND_NONE,
                          "clause %zu: key", i);
                if (c->where)
                    check_where(c->where, t, i);
            }
        set[c->record - pol_standing] |= c->does == POL_CLAUSE_SET;
    }
    for (int i = 0; i < POL_STANDING_COUNT; i++)
        CHECK(set[i], "somebody writes %s", pol_standing[i].id.ptr);
}

static bool keeps(const pol_record_def *d, int32_t field)
{
    for (size_t i = 0; i < d->field_count; i++)
        if (d->fields[i] == field)
            return true;
    return false;
}

static void test_attributes_are_kept(void)
{
    for (int a = 1; a < POL_ATTRIBUTE_COUNT; a++) {
        const pol_attribute_info *x = &pol_attributes[a];
        bool own = a != POL_ATTRIBUTE_PERSON_STATE &&
                   a != POL_ATTRIBUTE_ACCOUNT_DEPT;

        CHECK_INT_EQ(x->name, pol_standing[x->memory].key_kinds[0], x->of);
        CHECK(pol_field_in(x->type, x->field)->kind != POL_KIND_NONE, "%s", x->name);
        if (own)
            CHECK(keeps(&pol_standing[x->memory], x->field), "%s", x->name);
    }
}

static void test_states_of_people(void)
{
    static const struct { const char *change, *state; } rows[] = {
        { "join", "active" }, { "move", "moving" }, { "leave", "left" },
        { "listed", "active" }, { "gone", "left" }, { "", "" },
    };
    const pol_field_use *use = pol_field_in(POLICY_TYPE_ACCOUNT_CHANGE,
                                            POLICY_FIELD_HOLDER_STATE);

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        CHECK_STR_EQ(rows[i].change, pol_person_state(pol_str(rows[i].change)),
                     rows[i].state);
        if (*rows[i].state)
            CHECK(pol_field_has_word(use, pol_word_find(pol_str(rows[i].state))),
                  "%s", rows[i].state);
    }
}

static const struct test_case tests[] = {
    { "definitions agree with the schema", test_definitions_agree_with_the_schema },
    { "clauses agree with definitions", test_clauses_agree_with_definitions },
    { "attributes are kept", test_attributes_are_kept },
    { "states of people", test_states_of_people },
};

POLICY_TEST_MAIN("standing", tests)
