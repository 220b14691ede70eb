/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Wrong copies: what is changed in them, and that what they were made of stays
 * as it was. What tests make of them is test_rule_mutants.c's.
 */
#include "host.h"

#include "evaluate/rule_wrong.h"

static const char yaml[] = "roles: { officer: [u1], pair: [u2, u3] }\n";
static const char rules[] =
    "rule { id = \"r\", title = \"t\", reason = \"r\", on = \"message\","
    " category = \"off_topic\", verdict = \"hold\", match = near(term \"甲\","
    " term \"乙\", 2), where = { direction = \"out\", actor = \"u1\" },"
    " requires = { encrypted = true }, count = { by = \"actor\", over = \"1h\","
    " more_than = 3 }, except = { { actor = \"u2\", why = \"w\", owner = \"o\","
    " expires = \"2030-01-01\" } }, check = function() return true end,"
    " tests = { miss \"好\" } }\n"
    "duty { id = \"d\", title = \"t\", reason = \"r\", each = \"pair\", within = \"3d\","
    " open = { { on = \"login\", key = \"actor\" }, { on = \"post\", key = \"actor\" } },"
    " remind = \"1d\", attest = { by = \"officer\" } }\n"
    "ladder { id = \"l\", title = \"t\", reason = \"r\", decide = \"officer\","
    " within = \"5d\", repeats = { over = \"1y\", raise = 1 }, tracks = {"
    " { id = \"a\", where = { severity = \"minor\" }, steps = { step { \"x\" } } },"
    " { id = \"b\", steps = { step { \"y\" } } } } }\n";

struct wrong {
    struct host h;
    pol_arena arena;
    const pol_org *org;
    const pol_rule *rule;
};

static bool begin(struct wrong *w)
{
    if (!host_open(&w->h, yaml, rules))
        return false;
    pol_arena_init(&w->arena, &w->h.memory.allocator, 0);
    w->org = w->h.bundle->orgs[0];
    w->rule = &w->org->rules[0];
    return true;
}

static void end(struct wrong *w)
{
    pol_arena_fini(&w->arena);
    host_close(&w->h);
}

static pol_rule made(struct wrong *w, pol_wrong how)
{
    pol_rule out;

    CHECK(pol_wrong_rule(&out, w->rule, &how, &w->arena), "made");
    return out;
}

static void test_one_place_of_a_rule_is_changed(void)
{
    struct wrong w;
    pol_rule r, before;

    if (!begin(&w))
        return;
    before = *w.rule;
    r = made(&w, (pol_wrong){ .kind = POL_WRONG_MATCH, .change = POL_WRONG_APART,
                              .what = w.rule->match });
    CHECK(r.match->op == POL_MATCH_ALL && r.match->kid_count == 2 &&
              w.rule->match->op == POL_MATCH_NEAR, "apart");
    r = made(&w, (pol_wrong){ .kind = POL_WRONG_WHERE, .change = POL_WRONG_DROP,
                              .what = &w.rule->where->kids[0] });
    CHECK(r.where->kid_count == 1 && r.match == w.rule->match, "where");
    r = made(&w, (pol_wrong){ .kind = POL_WRONG_EXCEPT, .what = w.rule->excepts });
    CHECK_INT_EQ("except", r.except_count, 0);
    r = made(&w, (pol_wrong){ .kind = POL_WRONG_COUNT, .change = POL_WRONG_LESS });
    CHECK(r.count->more_than == 2 && r.count->record == w.rule->count->record,
          "less");
    r = made(&w, (pol_wrong){ .kind = POL_WRONG_COUNT, .change = POL_WRONG_MORE });
    CHECK_INT_EQ("more", r.count->more_than, 4);
    r = made(&w, (pol_wrong){ .kind = POL_WRONG_CHECK });
    CHECK_INT_EQ("check", r.guard_file, -1);
    r = made(&w, (pol_wrong){ .kind = POL_WRONG_VERDICT });
    CHECK_INT_EQ("verdict", r.verdict, POLICY_FLAG);
    CHECK(memcmp(&before, w.rule, sizeof(before)) == 0 &&
              w.rule->count->more_than == 3, "as it was");
    end(&w);
}

/* The gate is one condition, or all of several; the last that goes takes it. */
static void test_nothing_left_of_a_gate_is_no_gate(void)
{
    struct wrong w;
    const pol_cond *gate;
    pol_rule r;

    if (!begin(&w))
        return;
    gate = w.rule->requires;
    while (gate->op <= POL_COND_NONE)
        gate = &gate->kids[0];
    r = made(&w, (pol_wrong){ .kind = POL_WRONG_REQUIRES, .change = POL_WRONG_DROP,
                              .what = gate });
    CHECK(r.requires == NULL && r.where == w.rule->where, "no gate");
    r = made(&w, (pol_wrong){ .kind = POL_WRONG_REQUIRES,
                              .change = POL_WRONG_NEGATE, .what = gate });
    CHECK(r.requires && r.requires != w.rule->requires, "another gate");
    end(&w);
}

static const pol_rule *face(const struct wrong *w, bool duty)
{
    return duty ? pol_testing_duty(w->org, w->org->duties[0]->face)->face
                : w->org->ladders[0]->face;
}

static void test_a_duty_is_changed_in_all_its_instances(void)
{
    struct wrong w;
    pol_stand_in x = { .of = NULL };
    size_t dropped = 0, attested = 0;
    pol_clause_walk walk = POL_CLAUSE_WALK_INIT;
    const pol_clause *clause;

    if (!begin(&w))
        return;
    CHECK(pol_stand_in_take(&x, &w.h.memory.allocator, w.org), "taken");
    pol_clause_next(w.org, w.org->duties[0]->record, &walk);
    clause = pol_clause_next(w.org, w.org->duties[0]->record, &walk);
    CHECK(pol_stand_in_clause(&x, &(pol_wrong){ .kind = POL_WRONG_DUTY,
                                                .part = POL_WRONG_CLAUSE,
                                                .what = clause, .clause = clause },
                              &w.arena), "a clause");
    for (size_t i = 0; i < w.org->clause_count; i++) {
        dropped += !x.org.clauses[i].types;
        CHECK(w.org->clauses[i].types, "clause %zu as it was", i);
        CHECK(x.org.clauses[i].types ||
                  w.org->clauses[i].types >> POLICY_TYPE_POST & 1, "the second");
    }
    CHECK_INT_EQ("one of each", dropped, 2);
    CHECK(pol_stand_in_take(&x, &w.h.memory.allocator, w.org), "again");
    CHECK(pol_stand_in_face(&x, face(&w, true),
                            &(pol_wrong){ .kind = POL_WRONG_DUTY,
                                          .part = POL_WRONG_ATTEST }, &w.arena),
          "attest");
    for (size_t i = 0; i < x.org.duty_count; i++) {
        const pol_duty *d = x.org.duties[i];

        attested += d->attested && !d->escalation;
        CHECK(d->record->duty == d, "duty %zu and its record", i);
        for (size_t k = 0; k < x.org.clause_count; k++)
            CHECK(d->escalation ||
                      x.org.clauses[k].record != w.org->duties[i]->record,
                  "clause %zu writes to that", k);
        CHECK(d->record->id.ptr == w.org->duties[i]->record->id.ptr,
              "duty %zu is called as before", i);
    }
    CHECK_INT_EQ("nobody attests", attested, 0);
    CHECK(pol_stand_in_take(&x, &w.h.memory.allocator, w.org), "once more");
    CHECK(memcmp(x.org.clauses, w.org->clauses,
                 w.org->clause_count * sizeof(*x.org.clauses)) == 0,
          "clauses are back");
    pol_stand_in_fini(&x, &w.h.memory.allocator);
    end(&w);
}

/* What a memory has of findings stands with the rule that makes them. */
static void test_a_clause_of_findings_is_changed(void)
{
    static const char found[] =
        "memory { id = \"m\", key = \"actor\", keep = \"1d\", set = { { on = \"login\" },"
        " { rule = \"r\", where = { direction = \"in\" } } } }\n"
        "rule { id = \"r\", title = \"t\", reason = \"r\", on = \"message\","
        " category = \"off_topic\", verdict = \"flag\", match = term \"甲\","
        " tests = { hit \"甲\" } }\n";
    struct wrong w;
    pol_stand_in x = { .of = NULL };
    pol_wrong how = { .kind = POL_WRONG_MEMORY, .part = POL_WRONG_CLAUSE };
    pol_clause_walk walk = POL_CLAUSE_WALK_INIT;
    const pol_clause *const *writes;

    if (!host_open(&w.h, yaml, found))
        return;
    pol_arena_init(&w.arena, &w.h.memory.allocator, 0);
    w.org = w.h.bundle->orgs[0];
    writes = w.org->rules[0].writes;
    pol_clause_next(w.org, w.org->records[0], &walk);
    CHECK(pol_clause_next(w.org, w.org->records[0], &walk) == writes[0],
          "the second");
    CHECK(!pol_clause_next(w.org, w.org->records[0], &walk), "no third");
    how.what = how.clause = writes[0];
    CHECK(pol_stand_in_take(&x, &w.h.memory.allocator, w.org), "taken");
    CHECK(pol_stand_in_clause(&x, &how, &w.arena), "dropped");
    CHECK_INT_EQ("none", x.org.rules[0].write_count, 0);
    CHECK(x.org.clauses[0].types, "the other stays");
    how = (pol_wrong){ .kind = POL_WRONG_MEMORY, .change = POL_WRONG_NEGATE,
                       .what = writes[0]->where, .clause = writes[0] };
    CHECK(pol_stand_in_take(&x, &w.h.memory.allocator, w.org), "again");
    CHECK(pol_stand_in_clause(&x, &how, &w.arena), "negated");
    CHECK(x.org.rules[0].write_count == 1 &&
              x.org.rules[0].writes[0]->where->op == POL_COND_NONE, "the opposite");
    CHECK(writes[0]->where->op == POL_COND_IS, "as it was");
    pol_stand_in_fini(&x, &w.h.memory.allocator);
    end(&w);
}

static void test_a_track_or_the_repeats_are_dropped(void)
{
    struct wrong w;
    pol_stand_in x = { .of = NULL };
    const pol_ladder *old;

    if (!begin(&w))
        return;
    old = w.org->ladders[0];
    CHECK(pol_stand_in_take(&x, &w.h.memory.allocator, w.org), "taken");
    CHECK(pol_stand_in_face(&x, face(&w, false),
                            &(pol_wrong){ .kind = POL_WRONG_LADDER,
                                          .part = POL_WRONG_TRACK,
                                          .what = &old->tracks[0] }, &w.arena),
          "a track");
    CHECK_INT_EQ("one is left", x.org.ladders[0]->track_count, 1);
    CHECK_CSTR_EQ("the other", x.org.ladders[0]->tracks[0].id, "b");
    CHECK_INT_EQ("as it was", old->track_count, 2);
    CHECK(pol_stand_in_take(&x, &w.h.memory.allocator, w.org), "again");
    CHECK(pol_stand_in_face(&x, face(&w, false),
                            &(pol_wrong){ .kind = POL_WRONG_LADDER,
                                          .part = POL_WRONG_REPEATS }, &w.arena),
          "repeats");
    CHECK_INT_EQ("none", x.org.ladders[0]->raise, 0);
    CHECK_INT_EQ("both tracks", x.org.ladders[0]->track_count, 2);
    pol_stand_in_fini(&x, &w.h.memory.allocator);
    end(&w);
}

static void test_no_memory_is_said(void)
{
    struct wrong w;
    pol_stand_in x = { .of = NULL };
    pol_wrong how = { .kind = POL_WRONG_WHERE, .change = POL_WRONG_NEGATE };
    pol_rule r;

    if (!begin(&w))
        return;
    how.what = &w.rule->where->kids[0];
    w.h.memory.fail_at = w.h.memory.requests + 1;
    CHECK(!pol_wrong_rule(&r, w.rule, &how, &w.arena), "a rule");
    w.h.memory.fail_at = w.h.memory.requests + 2;
    CHECK(!pol_stand_in_take(&x, &w.h.memory.allocator, w.org), "an organisation");
    w.h.memory.fail_at = 0;
    pol_stand_in_fini(&x, &w.h.memory.allocator);
    end(&w);
}

static const struct test_case tests[] = {
    { "one place of a rule is changed", test_one_place_of_a_rule_is_changed },
    { "nothing left of a gate is no gate", test_nothing_left_of_a_gate_is_no_gate },
    { "a duty is changed in all its instances",
      test_a_duty_is_changed_in_all_its_instances },
    { "a clause of findings is changed", test_a_clause_of_findings_is_changed },
    { "a track or the repeats are dropped", test_a_track_or_the_repeats_are_dropped },
    { "no memory is said", test_no_memory_is_said },
};

POLICY_TEST_MAIN("rule_wrong", tests)
