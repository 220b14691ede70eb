/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The index: how a rule is reached, and that whatever a look at every rule
 * finds true is among the candidates.
 */
#include "view_check.h"

#include "rule/condition.h"
#include "rule/hits.h"
#include "rule/index.h"

enum { SIGNALS = 4, RULES = 70, WORDS = (RULES + 63) / 64 };
enum {
    MESSAGE = 1 << POLICY_TYPE_MESSAGE,
    LOGIN = 1 << POLICY_TYPE_LOGIN,
    POST = 1 << POLICY_TYPE_POST
};

static bool has_bit(const uint64_t *bits, size_t i)
{
    return bits[i / 64] >> (i % 64) & 1;
}

/* --- triggers */

static const pol_value office[] = { { .kind = POL_STR, .str = S("office") } };
static const pol_value five[] = { { .kind = POL_INT, .i = 5 } };
static const pol_idset some_ids = { S("ids"), false, NULL, 0 };
static const pol_cond keyed = { .op = POL_COND_IS,
                                .field = POLICY_FIELD_PLACE,
                                .values = office,
                                .value_count = 1 };
static const pol_cond scope = { .op = POL_COND_IS,
                                .field = POLICY_FIELD_ACCOUNT,
                                .values = office,
                                .value_count = 1 };
static const pol_cond number = { .op = POL_COND_IS,
                                 .field = POLICY_FIELD_PLACE,
                                 .values = five,
                                 .value_count = 1 };
static const pol_cond not_keyed = { .op = POL_COND_NONE_OF,
                                    .field = POLICY_FIELD_PLACE,
                                    .values = office,
                                    .value_count = 1 };
static const pol_cond among = { .op = POL_COND_AMONG,
                                .field = POLICY_FIELD_ACCOUNT,
                                .set = &some_ids };
static const pol_cond outside = { .op = POL_COND_OUTSIDE,
                                  .field = POLICY_FIELD_ACCOUNT,
                                  .set = &some_ids };
static const pol_cond fact = { .op = POL_COND_IS,
                               .field = POLICY_FIELD_PLACE,
                               .fact = S("f"),
                               .values = office,
                               .value_count = 1 };

static pol_cond join_of(pol_cond_op op, const pol_cond *kids, size_t count)
{
    return (pol_cond){ .op = op, .kids = kids, .kid_count = count };
}

static pol_match match_of(pol_match_op op, const pol_match *kids, size_t count)
{
    return (
        pol_match){ .op = op, .count = 1, .kids = kids, .kid_count = count };
}

static void test_tells_how_a_rule_is_reached(void)
{
    const pol_match a = { .op = POL_MATCH_SIGNAL };
    const pol_match none = match_of(POL_MATCH_NONE, &a, 1);
    const pol_match mixed[] = { none, a };
    const pol_match all = match_of(POL_MATCH_ALL, mixed, 2);
    const pol_match any = match_of(POL_MATCH_ANY, mixed, 2);
    const pol_match near = match_of(POL_MATCH_NEAR, mixed, 2);
    const pol_match two = match_of(POL_MATCH_AT_LEAST, mixed, 1);
    const pol_match many = match_of(POL_MATCH_AT_LEAST, &a, 1);
    const pol_cond both[] = { keyed, scope };
    const pol_cond all_of = join_of(POL_COND_ALL, both, 2);
    const pol_cond any_of = join_of(POL_COND_ANY, both, 2);
    const pol_cond any_keyed = join_of(POL_COND_ANY, both, 1);
    const pol_cond none_of = join_of(POL_COND_NONE, both, 1);
    const pol_cond with_among[] = { scope, among };
    const pol_cond all_among = join_of(POL_COND_ALL, with_among, 2);
    const pol_cond any_among = join_of(POL_COND_ANY, with_among, 2);
    const pol_cond empty_any = join_of(POL_COND_ANY, NULL, 0);
    const struct {
        const char *label;
        const pol_match *match;
        const pol_cond *where;
        uint32_t types;
        bool broad;
        pol_trigger want;
    } rows[] = {
        { "a signal", &a, NULL, MESSAGE, false, POL_TRIGGER_MATCH },
        { "only none", &none, NULL, MESSAGE, false, POL_TRIGGER_NONE },
        { "none beside a signal", &all, NULL, MESSAGE, false,
          POL_TRIGGER_MATCH },
        { "none or a signal", &any, NULL, MESSAGE, false, POL_TRIGGER_NONE },
        { "near", &near, NULL, MESSAGE, false, POL_TRIGGER_MATCH },
        { "so many of none", &two, NULL, MESSAGE, false, POL_TRIGGER_NONE },
        { "so many", &many, NULL, MESSAGE, false, POL_TRIGGER_MATCH },
        { "equality", NULL, &keyed, MESSAGE, false, POL_TRIGGER_FIELD },
        { "equality with a number", NULL, &number, MESSAGE, false,
          POL_TRIGGER_NONE },
        { "a field of scope", NULL, &scope, MESSAGE, false, POL_TRIGGER_NONE },
        { "inequality", NULL, &not_keyed, MESSAGE, false, POL_TRIGGER_NONE },
        { "all with equality", NULL, &all_of, MESSAGE, false,
          POL_TRIGGER_FIELD },
        { "any with one without", NULL, &any_of, MESSAGE, false,
          POL_TRIGGER_NONE },
        { "any with equality", NULL, &any_keyed, MESSAGE, false,
          POL_TRIGGER_FIELD },
        { "any of nothing", NULL, &empty_any, MESSAGE, false,
          POL_TRIGGER_NONE },
        { "none of equality", NULL, &none_of, MESSAGE, false,
          POL_TRIGGER_NONE },
        { "a fact", NULL, &fact, MESSAGE, false, POL_TRIGGER_NONE },
        { "among", NULL, &among, MESSAGE, false, POL_TRIGGER_TYPE },
        { "all with among", NULL, &all_among, MESSAGE, false,
          POL_TRIGGER_TYPE },
        { "any with among", NULL, &any_among, MESSAGE, false,
          POL_TRIGGER_NONE },
        { "outside", NULL, &outside, MESSAGE, false, POL_TRIGGER_NONE },
        { "a rare type", NULL, NULL, POST, false, POL_TRIGGER_TYPE },
        { "a rare type and a common one", NULL, NULL, POST | LOGIN, false,
          POL_TRIGGER_NONE },
        { "broad", NULL, NULL, LOGIN, true, POL_TRIGGER_BROAD },
        { "broad in vain", &a, NULL, LOGIN, true, POL_TRIGGER_MATCH },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        pol_rule rule = { .match = rows[i].match,
                          .where = rows[i].where,
                          .types = rows[i].types,
                          .broad = rows[i].broad };

        CHECK_INT_EQ(rows[i].label, pol_rule_trigger(&rule), rows[i].want);
    }
}

/* --- what an event reaches */

static void test_files_a_rule_where_it_is_looked_for(void)
{
    const pol_match signal = { .op = POL_MATCH_SIGNAL, .signal = 2 };
    const pol_rule rules[] = {
        { .match = &signal, .types = MESSAGE, .mode = POL_MODE_ENFORCE },
        { .where = &keyed, .types = MESSAGE, .mode = POL_MODE_SHADOW },
        { .types = POST, .mode = POL_MODE_ENFORCE },
        { .types = POST, .mode = POL_MODE_OFF },
        { .where = &keyed,
          .match = &signal,
          .types = MESSAGE,
          .mode = POL_MODE_ENFORCE },
    };
    struct view_check c;
    pol_index x;
    uint64_t bits[1] = { 0 };

    view_open(&c, POLICY_TYPE_MESSAGE);
    CHECK_INT_EQ("build", pol_index_build(&x, rules, 5, 3, &c.arena, &c.arena),
                 POLICY_OK);
    pol_index_event(&x, &c.view, bits);
    CHECK_INT_EQ("a plain message", bits[0], 0);
    pol_event_put(c.event, POLICY_FIELD_PLACE, str_value(S("office")));
    pol_index_event(&x, &c.view, bits);
    CHECK_INT_EQ("at the office", bits[0], 2);
    pol_index_signal(&x, 2, bits);
    CHECK_INT_EQ("with the signal", bits[0], 2 + 1 + 16);
    pol_index_signal(&x, 99, bits);
    CHECK_INT_EQ("a signal that is none", bits[0], 2 + 1 + 16);
    bits[0] = 0;
    c.event->type = POLICY_TYPE_POST;
    pol_index_event(&x, &c.view, bits);
    CHECK_INT_EQ("a post at the office", bits[0], 2 + 4);
    view_close(&c);
}

/* The one field of the index that no event holds, until one is given. */
static void test_flags_of_the_texts_reach_a_rule(void)
{
    static const pol_value flags[] = { { .kind = POL_STR, .str = S("bidi") },
                                       { .kind = POL_STR, .str = S("tag") } };
    static const policy_str given[] = { S("marks"), S("tag") };
    const pol_cond where = { .op = POL_COND_IS,
                             .field = POLICY_FIELD_FLAGS,
                             .values = flags,
                             .value_count = 2 };
    const pol_rule rule = { .where = &where, .types = MESSAGE,
                            .mode = POL_MODE_ENFORCE };
    static const struct {
        const char *label;
        uint32_t flags;
        bool reached;
    } rows[] = {
        { "none", 0, false },
        { "one of them", POLICY_TEXT_TAG, true },
        { "among others", POLICY_TEXT_BIDI | POLICY_TEXT_IGNORABLE, true },
        { "others", POLICY_TEXT_IGNORABLE | POLICY_TEXT_MARKS, false },
    };
    struct view_check c;
    uint64_t bits[1] = { 0 };
    pol_index x;

    CHECK_INT_EQ("a trigger", pol_rule_trigger(&rule), POL_TRIGGER_FIELD);
    view_open(&c, POLICY_TYPE_MESSAGE);
    CHECK_INT_EQ("build", pol_index_build(&x, &rule, 1, 0, &c.arena, &c.arena), POLICY_OK);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        view_again(&c);
        c.view.flags = rows[i].flags;
        bits[0] = 0;
        pol_index_event(&x, &c.view, bits);
        CHECK_INT_EQ(rows[i].label, bits[0], rows[i].reached);
    }
    pol_event_put(c.event, POLICY_FIELD_FLAGS, list_value(given, 2));
    view_again(&c);
    bits[0] = 0;
    pol_index_event(&x, &c.view, bits);
    CHECK_INT_EQ("given by a test of a rule", bits[0], 1);
    view_close(&c);
}

static void test_an_index_of_nothing(void)
{
    struct view_check c;
    pol_index x;
    uint64_t bits[1] = { 0 };

    view_open(&c, POLICY_TYPE_MESSAGE);
    CHECK_INT_EQ("build", pol_index_build(&x, NULL, 0, 0, &c.arena, &c.arena), POLICY_OK);
    pol_index_event(&x, &c.view, bits);
    pol_index_signal(&x, 0, bits);
    CHECK_INT_EQ("nothing", bits[0], 0);
    view_close(&c);
}

/* --- the property */

struct world {
    uint64_t seed;
    pol_match matches[RULES * 40];
    pol_cond conds[RULES * 40];
    size_t match_count, cond_count;
    pol_rule rules[RULES];
};

static const pol_value values[] = {
    { .kind = POL_STR, .str = S("office") },
    { .kind = POL_STR, .str = S("home") },
    { .kind = POL_STR, .str = S("") },
    { .kind = POL_BOOL, .i = 0 },
    { .kind = POL_BOOL, .i = 1 },
    { .kind = POL_INT, .i = 5 },
    { .kind = POL_STR, .str = S("true") },
};
static const int32_t fields[] = {
    POLICY_FIELD_PLACE,       POLICY_FIELD_NETWORK, POLICY_FIELD_NEEDS_REPLY,
    POLICY_FIELD_PROTECTIONS, POLICY_FIELD_ACCOUNT, POLICY_FIELD_RECIPIENTS
};
static const policy_str items[] = { S("home"), S("office") };
static const pol_idset set = { S("l"), false, items, 2 };

static size_t pick(struct world *w, size_t count)
{
    return test_random(&w->seed) % count;
}

static pol_match random_match(struct world *w, int depth)
{
    pol_match_op op = depth ? (pol_match_op)pick(w, 6) : POL_MATCH_SIGNAL;
    pol_match m = { .op = op,
                    .signal = (uint32_t)pick(w, SIGNALS),
                    .count = 1 + (uint32_t)pick(w, 2) };
    pol_match *kids = &w->matches[w->match_count];

    m.kid_count = op == POL_MATCH_SIGNAL     ? 0
                  : op == POL_MATCH_NEAR     ? 2
                  : op == POL_MATCH_AT_LEAST ? 1
                                             : 1 + pick(w, 3);
    w->match_count += m.kid_count;
    for (size_t i = 0; i < m.kid_count; i++)
        kids[i] = random_match(w, depth - 1);
    m.kids = kids;
    return m;
}

static pol_cond random_cond(struct world *w, int depth)
{
    static const pol_cond_op leaves[] = { POL_COND_IS,      POL_COND_IS,
                                          POL_COND_IS,      POL_COND_NONE_OF,
                                          POL_COND_ALL_OF,  POL_COND_AMONG,
                                          POL_COND_OUTSIDE, POL_COND_ABSENT,
                                          POL_COND_PRESENT, POL_COND_EMPTY };
    pol_cond_op op =
        depth && pick(w, 2) ? (pol_cond_op)pick(w, 3) : leaves[pick(w, 10)];
    pol_cond c = { .op = op, .field = fields[pick(w, 6)], .set = &set };
    pol_cond *kids = &w->conds[w->cond_count];

    c.value_count = 1 + pick(w, 2);
    c.values = &values[pick(w, sizeof(values) / sizeof(*values) - 1)];
    if (op > POL_COND_NONE)
        return c;
    c.kid_count = 1 + pick(w, 3);
    w->cond_count += c.kid_count;
    for (size_t i = 0; i < c.kid_count; i++)
        kids[i] = random_cond(w, depth - 1);
    c.kids = kids;
    return c;
}

static void random_rules(struct world *w)
{
    w->match_count = w->cond_count = 0;
    for (size_t i = 0; i < RULES; i++) {
        pol_rule *rule = &w->rules[i];
        pol_match *m = &w->matches[w->match_count++];
        pol_cond *c = &w->conds[w->cond_count++];

        *m = random_match(w, 2);
        *c = random_cond(w, 2);
        *rule = (pol_rule){ .mode = (pol_mode)pick(w, 3),
                            .match = pick(w, 3) ? m : NULL,
                            .where = pick(w, 4) ? c : NULL,
                            .fields = { .all = true } };
        rule->types =
            (uint32_t)test_random(&w->seed) & (MESSAGE | LOGIN | POST);
    }
}

static void random_event(struct world *w, policy_event *e)
{
    static const int32_t types[] = { POLICY_TYPE_MESSAGE, POLICY_TYPE_LOGIN,
                                     POLICY_TYPE_POST };

    policy_event_reset(e);
    e->type = types[pick(w, 3)];
    for (size_t i = 0; i < 6; i++) {
        size_t kind = pick(w, 4);

        if (kind == 0)
            pol_event_put(e, fields[i], list_value(items, pick(w, 3)));
        else if (kind < 3)
            pol_event_put(e, fields[i], values[pick(w, 7)]);
    }
}

static void random_hits(struct world *w, pol_hits *h, pol_signal_hit *hits)
{
    h->count = pick(w, 5);
    for (uint32_t i = 0; i < h->count; i++)
        hits[i] = (pol_signal_hit){ (uint32_t)pick(w, SIGNALS), 0, i * 2,
                                    i * 2 + 1, 0 };
}

static bool is_true(struct view_check *c, const pol_rule *rule,
                    const pol_hits *hits)
{
    uint8_t use[8];

    return rule->mode != POL_MODE_OFF && (rule->types >> c->event->type & 1) &&
           pol_cond_eval(rule->where, &c->view, NULL) == POL_TRUE &&
           (!rule->match || pol_match_eval(rule, hits, 0, use, NULL));
}

static void check_event(struct world *w, struct view_check *c,
                        const pol_index *x, size_t *true_ones, size_t *reached)
{
    pol_event_text text = { .field = POLICY_FIELD_TEXT, .text = S("abcdefgh") };
    pol_signal_hit hits[8];
    pol_hits all = { &text, 1, hits, 0 };
    uint64_t bits[WORDS] = { 0 };

    random_event(w, c->event);
    random_hits(w, &all, hits);
    view_again(c);
    pol_index_event(x, &c->view, bits);
    for (size_t i = 0; i < all.count; i++)
        pol_index_signal(x, hits[i].signal, bits);
    for (size_t i = 0; i < RULES; i++) {
        bool holds = is_true(c, &w->rules[i], &all);

        *true_ones += holds;
        *reached += has_bit(bits, i);
        CHECK(!holds || has_bit(bits, i), "rule %zu holds and is not reached",
              i);
        CHECK(!has_bit(bits, i) || w->rules[i].mode != POL_MODE_OFF,
              "rule %zu is off", i);
    }
}

static void test_reaches_all_that_holds(void)
{
    static struct world w = { .seed = 3 };
    size_t true_ones = 0, reached = 0;
    struct view_check c;

    view_open(&c, POLICY_TYPE_MESSAGE);
    for (int n = 0; n < 100; n++) {
        pol_index x;

        random_rules(&w);
        CHECK_INT_EQ("build",
                     pol_index_build(&x, w.rules, RULES, SIGNALS, &c.arena, &c.arena),
                     POLICY_OK);
        for (int i = 0; i < 60; i++)
            check_event(&w, &c, &x, &true_ones, &reached);
        pol_arena_reset(&c.arena);
    }
    CHECK(true_ones > 10000, "%zu held", true_ones);
    CHECK(reached < 100 * 60 * RULES / 2, "%zu reached: hardly an index",
          reached);
    view_close(&c);
}

static void test_tells_of_no_memory(void)
{
    static struct world w = { .seed = 4 };
    size_t failures = 0;

    random_rules(&w);
    for (size_t n = 1; n < 12; n++) {
        struct view_check c;
        pol_index x;
        policy_status st;

        view_open(&c, POLICY_TYPE_MESSAGE);
        c.t.fail_at = c.t.requests + n;
        st = pol_index_build(&x, w.rules, RULES, SIGNALS, &c.arena, &c.arena);
        failures += c.t.failed;
        CHECK_INT_EQ("status", st, c.t.failed ? POLICY_ENOMEM : POLICY_OK);
        view_close(&c);
    }
    CHECK(failures >= 1, "%zu failures tried", failures);
}

static const struct test_case tests[] = {
    { "tells how a rule is reached", test_tells_how_a_rule_is_reached },
    { "files a rule where it is looked for",
      test_files_a_rule_where_it_is_looked_for },
    { "flags of the texts reach a rule",
      test_flags_of_the_texts_reach_a_rule },
    { "an index of nothing", test_an_index_of_nothing },
    { "reaches all that holds", test_reaches_all_that_holds },
    { "tells of no memory", test_tells_of_no_memory },
};

POLICY_TEST_MAIN("index", tests)
