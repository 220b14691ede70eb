/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The store in memory: what decisions change, what is due, what is refused,
 * and a naive twin that forgets nothing.
 */
#include "harness.h"

#include "base/slice.h"
#include "evaluate/decision.h"

#define S(literal) POL_STR(literal)

/* A decision that says nothing but changes records. */
static policy_decision decision(policy_str org, const char *event, int64_t time,
                                policy_change *changes, size_t count)
{
    return (policy_decision){ .org = org,
                              .source = S("test"),
                              .event = pol_str(event),
                              .time = time,
                              .changes = changes,
                              .change_count = count };
}

static policy_change change(policy_str key, policy_str value, uint64_t version)
{
    return (policy_change){ key, value, version, 0, 0, { "", 0 }, { "", 0 } };
}

/* On top of what the event changed, of the source that all of them have. */
static policy_change change_after(policy_str key, policy_str value,
                                  const char *event)
{
    return (policy_change){ key, value, 0, 0, 0, pol_str(event), S("test") };
}

static policy_memory *new_memory(const policy_allocator *a, uint64_t max)
{
    policy_memory *m = NULL;

    CHECK_INT_EQ("new", policy_memory_new(&m, a, max, NULL), POLICY_OK);
    return m;
}

static policy_status apply1(policy_memory *m, const char *event, int64_t time,
                            policy_change c, policy_error *err)
{
    policy_decision d = decision(S("o"), event, time, &c, 1);

    return policy_memory_apply(m, &d, err);
}

static policy_record get(policy_memory *m, policy_str key)
{
    policy_state state = policy_memory_state(m);
    policy_record r = { S("left"), 99 };

    CHECK_INT_EQ("get", state.get(state.user, key, &r), POLICY_OK);
    return r;
}

static void check_record(const char *label, policy_memory *m, policy_str key,
                         policy_str value, uint64_t version)
{
    policy_record r = get(m, key);

    CHECK_BYTES_EQ(label, r.value, value);
    CHECK_INT_EQ(label, r.version, version);
}

static void test_keeps_changes_and_removes(void)
{
    policy_memory *m = new_memory(NULL, 0);
    policy_change c[3] = { change(S("o\na\n1"), S("one"), 0),
                           change(S("o\na\n2"), S("\0two"), 0),
                           change(S("o\na\n3"), S(""), 0) };
    policy_decision d = decision(S("o"), "e1", 1, c, 3);

    check_record("before", m, S("o\na\n1"), S(""), 0);
    CHECK_INT_EQ("apply", policy_memory_apply(m, &d, NULL), POLICY_OK);
    check_record("first", m, S("o\na\n1"), S("one"), 1);
    check_record("second", m, S("o\na\n2"), S("\0two"), 1);
    check_record("removed before it was", m, S("o\na\n3"), S(""), 0);
    c[0] = change(S("o\na\n1"), S("uno"), 1);
    c[1] = change(S("o\na\n2"), S(""), 1);
    d = decision(S("o"), "e2", 2, c, 2);
    CHECK_INT_EQ("apply", policy_memory_apply(m, &d, NULL), POLICY_OK);
    check_record("changed", m, S("o\na\n1"), S("uno"), 2);
    check_record("removed", m, S("o\na\n2"), S(""), 0);
    policy_memory_free(m);
}

static void test_a_state_says_its_size(void)
{
    policy_memory *m = new_memory(NULL, 0);
    policy_state state = policy_memory_state(m);

    CHECK_INT_EQ("size", state.size, sizeof(state));
    CHECK(state.get && state.due, "both functions");
    policy_memory_free(m);
    policy_memory_free(NULL);
}

static void test_an_event_counts_once(void)
{
    static const struct {
        const char *label;
        policy_str org, source, event, key;
        bool applied; /* as one that is not yet known */
    } rows[] = {
        { "again", S("o"), S("test"), S("e1"), S("o\n\n2"), false },
        { "another event", S("o"), S("test"), S("e2"), S("o\n\n3"), true },
        { "another source", S("o"), S("other"), S("e1"), S("o\n\n4"), true },
        { "another organisation", S("p"), S("test"), S("e1"), S("p\n\n5"),
          true },
        { "the border moved", S("o"), S("test\ne"), S("1"), S("o\n\n6"), true },
        { "all moved", S("o\ntest"), S(""), S("e1"), S("o\\ntest\n\n7"), true },
    };
    policy_memory *m = new_memory(NULL, 0);

    CHECK_INT_EQ("first",
                 apply1(m, "e1", 1, change(S("o\n\n1"), S("x"), 0), NULL),
                 POLICY_OK);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        policy_change c = change(rows[i].key, S("x"), 0);
        policy_decision d = decision(rows[i].org, "", 1, &c, 1);

        d.source = rows[i].source;
        d.event = rows[i].event;
        CHECK_INT_EQ(rows[i].label, policy_memory_apply(m, &d, NULL),
                     POLICY_OK);
        CHECK_INT_EQ(rows[i].label, get(m, rows[i].key).version,
                     rows[i].applied);
    }
    policy_memory_free(m);
}

/* A stale decision that was applied before is skipped, not in conflict. */
static void test_applying_the_same_decision_twice_is_no_conflict(void)
{
    policy_memory *m = new_memory(NULL, 0);
    policy_error err = POLICY_ERROR_INIT;

    for (int i = 0; i < 2; i++)
        CHECK_INT_EQ("apply",
                     apply1(m, "e1", 1, change(S("o\n\nk"), S("x"), 0), &err),
                     POLICY_OK);
    CHECK_INT_EQ("counted once", get(m, S("o\n\nk")).version, 1);
    policy_memory_free(m);
}

static void test_a_stale_version_is_a_conflict(void)
{
    static const struct {
        const char *label;
        policy_str key;
        uint64_t version;
    } rows[] = {
        { "read as absent", S("o\n\nk"), 0 },
        { "read before the last change", S("o\n\nk"), 1 },
        { "from the future", S("o\n\nk"), 3 },
        { "absent now", S("o\n\nnone"), 1 },
    };
    policy_memory *m = new_memory(NULL, 0);

    apply1(m, "e1", 1, change(S("o\n\nk"), S("a"), 0), NULL);
    apply1(m, "e2", 1, change(S("o\n\nk"), S("b"), 1), NULL);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        policy_error err = POLICY_ERROR_INIT;
        policy_change c[2] = { change(S("o\n\nfresh"), S("x"), 0),
                               change(rows[i].key, S("c"), rows[i].version) };
        policy_decision d = decision(S("o"), "e3", 1, c, 2);

        CHECK_INT_EQ(rows[i].label, policy_memory_apply(m, &d, &err),
                     POLICY_ESTATE);
        CHECK_CSTR_EQ(rows[i].label, err.code, "state-version");
        check_record(rows[i].label, m, S("o\n\nk"), S("b"), 2);
        check_record("none of it", m, S("o\n\nfresh"), S(""), 0);
    }
    /* The refused event was not marked: evaluated again, it counts. */
    CHECK_INT_EQ("again",
                 apply1(m, "e3", 1, change(S("o\n\nk"), S("c"), 2), NULL),
                 POLICY_OK);
    check_record("again", m, S("o\n\nk"), S("c"), 3);
    policy_memory_free(m);
}

static void test_a_change_can_stand_on_another(void)
{
    static const struct { const char *label, *key, *after; } refused[] = {
        { "not the last one", "o\n\nk", "e1" },
        { "no event at all", "o\n\nk", "e9" },
        { "another record's", "o\n\nl", "e1" },
        { "absent", "o\n\nnone", "e2" },
    };
    policy_memory *m = new_memory(NULL, 0);

    apply1(m, "e1", 1, change(S("o\n\nk"), S("a"), 0), NULL);
    CHECK_INT_EQ("on the first",
                 apply1(m, "e2", 1, change_after(S("o\n\nk"), S("b"), "e1"), NULL),
                 POLICY_OK);
    check_record("the second", m, S("o\n\nk"), S("b"), 2);
    apply1(m, "e3", 1, change(S("o\n\nl"), S("x"), 0), NULL);
    for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
        policy_error err = POLICY_ERROR_INIT;

        CHECK_INT_EQ(refused[i].label,
                     apply1(m, "e4", 1, change_after(pol_str(refused[i].key), S("c"),
                                                     refused[i].after), &err),
                     POLICY_ESTATE);
        CHECK_CSTR_EQ(refused[i].label, err.code, "state-version");
    }
    check_record("as it was", m, S("o\n\nk"), S("b"), 2);
    CHECK_INT_EQ("again, applied before",
                 apply1(m, "e2", 1, change_after(S("o\n\nk"), S("b"), "e1"), NULL),
                 POLICY_OK);
    policy_memory_free(m);
}

static void test_a_record_made_again_is_not_the_old_one(void)
{
    policy_memory *m = new_memory(NULL, 0);

    apply1(m, "e1", 1, change(S("o\n\nk"), S("a"), 0), NULL);
    apply1(m, "e2", 1, change(S("o\n\nk"), S(""), 1), NULL);
    apply1(m, "e3", 1, change(S("o\n\nk"), S("a"), 0), NULL);
    CHECK(get(m, S("o\n\nk")).version > 1, "a version that never was");
    CHECK_INT_EQ("who read the first one",
                 apply1(m, "e4", 1, change(S("o\n\nk"), S("b"), 1), NULL),
                 POLICY_ESTATE);
    policy_memory_free(m);
}

static void test_refuses_what_no_evaluation_makes(void)
{
    policy_memory *m = new_memory(NULL, 0);
    policy_error err = POLICY_ERROR_INIT;
    policy_change c[2] = { change(S("o\n\nk"), S("a"), 0),
                           change(S("o\n\nk"), S("b"), 0) };
    policy_decision d = decision(S("o"), "e1", 1, c, 2);

    CHECK_INT_EQ("twice", policy_memory_apply(m, &d, &err), POLICY_EMISUSE);
    CHECK_CSTR_EQ("twice", err.code, "state-twice");
    c[1] = change(S("other\n\nk"), S("b"), 0);
    CHECK_INT_EQ("foreign", policy_memory_apply(m, &d, &err), POLICY_EMISUSE);
    CHECK_CSTR_EQ("foreign", err.code, "state-key");
    c[1] = change(S("o"), S("b"), 0);
    CHECK_INT_EQ("no key", policy_memory_apply(m, &d, &err), POLICY_EMISUSE);
    CHECK_INT_EQ("none of it", get(m, S("o\n\nk")).version, 0);
    policy_memory_free(m);
}

/* --- due */

static policy_status put_due(policy_memory *m, const char *event,
                             policy_str key, int64_t due)
{
    policy_change c = change(key, S("v"), get(m, key).version);

    c.due = due;
    return apply1(m, event, 1, c, NULL);
}

/* The keys that are due, joined by spaces. */
static const char *due_keys(policy_memory *m, policy_str org, int64_t until,
                            policy_str cursor, size_t cap)
{
    static char text[300];
    policy_state state = policy_memory_state(m);
    policy_str keys[16];
    size_t count = 99, n = 0;

    CHECK_INT_EQ("due",
                 state.due(state.user, org, until, cursor, keys, cap, &count),
                 POLICY_OK);
    for (size_t i = 0; i < count && i < 16; i++)
        n +=
            (size_t)snprintf(text + n, sizeof(text) - n, "%s%.*s", i ? " " : "",
                             (int)(keys[i].len - 3), keys[i].ptr + 3);
    text[n] = '\0';
    return text;
}

static void test_walks_what_is_due_in_order(void)
{
    static const struct {
        const char *label;
        policy_str org;
        int64_t until;
        policy_str cursor;
        size_t cap;
        const char *keys;
    } rows[] = {
        { "all", S("o"), 100, S(""), 16, "neg a b c ab" },
        { "at the time itself", S("o"), 10, S(""), 16, "neg a b c" },
        { "just before it", S("o"), 9, S(""), 16, "neg" },
        { "before all", S("o"), -6, S(""), 16, "" },
        { "a page", S("o"), 100, S(""), 2, "neg a" },
        { "the next", S("o"), 100, S("o\n\na"), 2, "b c" },
        { "the last", S("o"), 100, S("o\n\nc"), 2, "ab" },
        { "past it", S("o"), 100, S("o\n\nab"), 2, "" },
        { "no room", S("o"), 100, S(""), 0, "" },
        { "cursor gone", S("o"), 100, S("o\n\ngone"), 16, "neg a b c ab" },
        { "cursor due later", S("o"), 10, S("o\n\nab"), 16, "neg a b c" },
        { "cursor without due", S("o"), 10, S("o\n\nnever"), 16, "neg a b c" },
        { "cursor of another", S("o"), 100, S("p\n\nz"), 16, "neg a b c ab" },
        { "another organisation", S("p"), 100, S(""), 16, "z" },
        { "an unknown one", S("q"), 100, S(""), 16, "" },
    };
    policy_memory *m = new_memory(NULL, 0);
    policy_change other = { S("p\n\nz"), S("v"), 0, 0, 1, S(""), S("") };
    policy_decision d = decision(S("p"), "e", 1, &other, 1);

    put_due(m, "e1", S("o\n\nc"), 10);
    put_due(m, "e2", S("o\n\na"), 10);
    put_due(m, "e3", S("o\n\nab"), 11);
    put_due(m, "e4", S("o\n\nneg"), -5);
    put_due(m, "e5", S("o\n\nb"), 10);
    put_due(m, "e6", S("o\n\nnever"), 0);
    put_due(m, "e7", S("o\n\nlate"), 101);
    CHECK_INT_EQ("other", policy_memory_apply(m, &d, NULL), POLICY_OK);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        CHECK_CSTR_EQ(rows[i].label,
                      due_keys(m, rows[i].org, rows[i].until, rows[i].cursor,
                               rows[i].cap),
                      rows[i].keys);
    policy_memory_free(m);
}

static void test_due_follows_changes(void)
{
    policy_memory *m = new_memory(NULL, 0);

    put_due(m, "e1", S("o\n\na"), 10);
    put_due(m, "e2", S("o\n\nb"), 20);
    put_due(m, "e3", S("o\n\na"), 30);
    CHECK_CSTR_EQ("later", due_keys(m, S("o"), 50, S(""), 9), "b a");
    put_due(m, "e4", S("o\n\nb"), 0);
    CHECK_CSTR_EQ("no longer due", due_keys(m, S("o"), 50, S(""), 9), "a");
    apply1(m, "e5", 1, change(S("o\n\na"), S(""), 2), NULL);
    CHECK_CSTR_EQ("removed", due_keys(m, S("o"), 50, S(""), 9), "");
    policy_memory_free(m);
}

/* --- expiry */

static void test_expires_by_the_time_of_events(void)
{
    policy_memory *m = new_memory(NULL, 0);
    policy_change c = { S("o\n\nk"), S("v"), 0, 100, 50 };
    policy_decision late = decision(S("o"), "l", 100, NULL, 0);
    policy_decision early = decision(S("o"), "e", 1, NULL, 0);
    policy_decision foreign = decision(S("p"), "f", 1000, NULL, 0);

    apply1(m, "e1", 99, c, NULL);
    CHECK_INT_EQ("foreign", policy_memory_apply(m, &foreign, NULL), POLICY_OK);
    check_record("before", m, S("o\n\nk"), S("v"), 1);
    CHECK_CSTR_EQ("before", due_keys(m, S("o"), 1000, S(""), 9), "k");
    CHECK_INT_EQ("late", policy_memory_apply(m, &late, NULL), POLICY_OK);
    check_record("at it", m, S("o\n\nk"), S(""), 0);
    CHECK_CSTR_EQ("at it", due_keys(m, S("o"), 1000, S(""), 9), "");
    CHECK_INT_EQ("early", policy_memory_apply(m, &early, NULL), POLICY_OK);
    check_record("time does not go back", m, S("o\n\nk"), S(""), 0);
    CHECK_INT_EQ("who read it before",
                 apply1(m, "e2", 101, change(S("o\n\nk"), S("w"), 1), NULL),
                 POLICY_ESTATE);
    CHECK_INT_EQ("who finds it absent",
                 apply1(m, "e3", 101, change(S("o\n\nk"), S("w"), 0), NULL),
                 POLICY_OK);
    check_record("anew", m, S("o\n\nk"), S("w"), 2);
    policy_memory_free(m);
}

/* --- limits and memory */

static void test_a_full_store_changes_nothing(void)
{
    struct test_allocator t;
    policy_error err = POLICY_ERROR_INIT;
    policy_memory *m;
    char key[32], event[32];
    size_t kept = 0;
    policy_status st = POLICY_OK;

    test_allocator_init(&t);
    m = new_memory(&t.allocator, 8192);
    for (; kept < 1000; kept++) {
        snprintf(key, sizeof(key), "o\n\n%zu", kept);
        snprintf(event, sizeof(event), "e%zu", kept);
        st = apply1(m, event, 1, change(pol_str(key), S("value"), 0), &err);
        CHECK(t.live_bytes <= 8192, "%zu bytes at %zu", t.live_bytes, kept);
        if (st)
            break;
    }
    CHECK_INT_EQ("full", st, POLICY_ELIMIT);
    CHECK_CSTR_EQ("full", err.code, "limit");
    CHECK(kept > 10 && kept < 100, "%zu kept", kept);
    CHECK_INT_EQ("refused one", get(m, pol_str(key)).version, 0);
    CHECK_INT_EQ("first one", get(m, S("o\n\n0")).version, 1);
    policy_memory_free(m);
    test_allocator_clean(&t);
}

static void test_a_full_store_forgets_what_expired(void)
{
    struct test_allocator t;
    char key[32], event[32], value[600];
    policy_memory *m;

    memset(value, 'v', sizeof(value));
    test_allocator_init(&t);
    m = new_memory(&t.allocator, 16384);
    for (int i = 0; i < 60; i++) {
        policy_change c = { .value = { value, sizeof(value) },
                            .due = i + 1,
                            .expires = i + 2 };

        snprintf(key, sizeof(key), "o\n\n%d", i);
        snprintf(event, sizeof(event), "e%d", i);
        c.key = pol_str(key);
        CHECK_INT_EQ(event, apply1(m, event, i, c, NULL), POLICY_OK);
        CHECK(t.live_bytes <= 16384, "%zu bytes", t.live_bytes);
    }
    CHECK_CSTR_EQ("due", due_keys(m, S("o"), 1000, S(""), 9), "58 59");
    policy_memory_free(m);
    test_allocator_clean(&t);
}

static void test_no_room_for_itself_is_a_limit(void)
{
    policy_memory *m = (policy_memory *)&m;

    CHECK_INT_EQ("new", policy_memory_new(&m, NULL, 8, NULL), POLICY_ELIMIT);
    CHECK(!m, "nothing made");
}

static policy_status story(policy_memory *m, policy_error *err)
{
    policy_change c[2] = { { S("o\n\nold"), S("changed"), 1, 0, 9 },
                           { S("o\n\nnew"), S("new"), 0, 0, 5 } };
    policy_decision d = decision(S("o"), "second", 2, c, 2);

    return policy_memory_apply(m, &d, err);
}

static void test_survives_each_failed_allocation(void)
{
    size_t failures = 0;

    for (size_t n = 1; n < 40; n++) {
        struct test_allocator t;
        policy_error err = POLICY_ERROR_INIT;
        policy_memory *m;
        policy_status st;

        test_allocator_init(&t);
        m = new_memory(&t.allocator, 0);
        apply1(m, "first", 1,
               (policy_change){ S("o\n\nold"), S("old"), 0, 0, 7 }, NULL);
        t.fail_at = t.requests + n;
        st = story(m, &err);
        if (t.failed) {
            failures++;
            CHECK_INT_EQ("failed", st, POLICY_ENOMEM);
            check_record("as it was", m, S("o\n\nold"), S("old"), 1);
            check_record("as it was", m, S("o\n\nnew"), S(""), 0);
            CHECK_CSTR_EQ("as it was", due_keys(m, S("o"), 99, S(""), 9),
                          "old");
            st = story(m, &err);
        }
        CHECK_INT_EQ("worked", st, POLICY_OK);
        CHECK_CSTR_EQ("worked", due_keys(m, S("o"), 99, S(""), 9), "new old");
        policy_memory_free(m);
        test_allocator_clean(&t);
    }
    CHECK(failures >= 5, "%zu failures tried", failures);
}

static void test_a_new_store_survives_it_too(void)
{
    for (size_t n = 1; n < 20; n++) {
        struct test_allocator t;
        policy_memory *m = NULL;
        policy_status st;

        test_allocator_init(&t);
        t.fail_at = n;
        st = policy_memory_new(&m, &t.allocator, 0, NULL);
        if (st) {
            CHECK(!m && st == POLICY_ENOMEM, "request %zu", n);
        } else {
            st = apply1(m, "e", 1, change(S("o\n\nk"), S("v"), 0), NULL);
            CHECK_INT_EQ("status", st, t.failed ? POLICY_ENOMEM : POLICY_OK);
        }
        policy_memory_free(m);
        test_allocator_clean(&t);
    }
}

/* --- the naive twin: arrays that are searched from one end to the other */

enum { KEYS = 24, ORGS = 2, EVENTS = 400 };
static struct twin {
    struct {
        char value[8];
        uint64_t version;
        int64_t due, expires;
    } at[KEYS];
    bool applied[ORGS][EVENTS];
    int64_t clock[ORGS];
} twin;
static char twin_keys[KEYS][16];

static bool twin_has(size_t k)
{
    return twin.at[k].version &&
           !(twin.at[k].expires && twin.at[k].expires <= twin.clock[k % ORGS]);
}

static int twin_compare(size_t a, size_t b)
{
    if (twin.at[a].due != twin.at[b].due)
        return twin.at[a].due < twin.at[b].due ? -1 : 1;
    return strcmp(twin_keys[a], twin_keys[b]);
}

/* The first due key after `k` (KEYS: from the start); KEYS: none. */
static size_t twin_after(size_t org, size_t k, int64_t until)
{
    size_t best = KEYS;

    for (size_t i = org; i < KEYS; i += ORGS)
        if (twin_has(i) && twin.at[i].due && twin.at[i].due <= until &&
            (k == KEYS || twin_compare(i, k) > 0) &&
            (best == KEYS || twin_compare(i, best) < 0))
            best = i;
    return best;
}

static void check_twin(policy_memory *m, size_t step, int64_t until)
{
    policy_state state = policy_memory_state(m);

    for (size_t k = 0; k < KEYS; k++) {
        policy_record r = get(m, pol_str(twin_keys[k]));

        CHECK((r.version != 0) == twin_has(k), "step %zu key %zu", step, k);
        if (twin_has(k) && r.version)
            CHECK_STR_EQ("value", r.value, twin.at[k].value);
    }
    for (size_t org = 0; org < ORGS; org++) {
        policy_str cursor = { "", 0 }, keys[3];
        size_t k = KEYS, count;

        do {
            state.due(state.user, org ? S("q") : S("o"), until, cursor, keys, 3,
                      &count);
            for (size_t i = 0; i < count; i++) {
                k = twin_after(org, k, until);
                if (!CHECK(k < KEYS, "step %zu: too many", step))
                    return;
                CHECK_STR_EQ("due", keys[i], twin_keys[k]);
                cursor = keys[i];
            }
        } while (count == 3);
        CHECK(k != KEYS ? twin_after(org, k, until) == KEYS : true,
              "step %zu: too few", step);
        CHECK(k != KEYS || twin_after(org, KEYS, until) == KEYS,
              "step %zu: none", step);
    }
}

static void twin_apply(const policy_change *c, const size_t *at, size_t count,
                       size_t org, size_t event, int64_t time)
{
    for (size_t i = 0; i < count && !twin.applied[org][event]; i++) {
        size_t k = at[i];

        snprintf(twin.at[k].value, 8, "%.*s", (int)c[i].value.len,
                 c[i].value.len ? c[i].value.ptr : "");
        twin.at[k].version = c[i].value.len ? 1 : 0;
        twin.at[k].due = c[i].due;
        twin.at[k].expires = c[i].expires;
    }
    twin.applied[org][event] |= count > 0;
    if (time > twin.clock[org])
        twin.clock[org] = time;
}

static void step(policy_memory *m, uint64_t *seed, size_t number)
{
    size_t org = test_random(seed) % ORGS, event = test_random(seed) % EVENTS;
    size_t count = test_random(seed) % 4, n = 0, at[4];
    int64_t time = (int64_t)(number + test_random(seed) % 20);
    policy_change c[4];
    char values[4][8], id[8];
    policy_decision d;
    bool stale = false;

    snprintf(id, sizeof(id), "%zu", event);
    for (; n < count; n++) {
        bool remove = test_random(seed) % 4 == 0, wrong;

        at[n] = org + ORGS * ((n * 3 + test_random(seed) % 3) % (KEYS / ORGS));
        snprintf(values[n], 8, "%d", (int)(test_random(seed) % 1000));
        wrong = test_random(seed) % 12 == 0;
        c[n] = (policy_change){
            pol_str(twin_keys[at[n]]), remove ? S("") : pol_str(values[n]),
            get(m, pol_str(twin_keys[at[n]])).version + wrong, 0, 0
        };
        if (test_random(seed) % 2)
            c[n].due = time + (int64_t)(test_random(seed) % 40);
        if (test_random(seed) % 3 == 0)
            c[n].expires = time + (int64_t)(test_random(seed) % 60);
        stale |= wrong;
    }
    d = decision(org ? S("q") : S("o"), id, time, c, count);
    stale = stale && !twin.applied[org][event];
    CHECK_INT_EQ("apply", policy_memory_apply(m, &d, NULL),
                 stale ? POLICY_ESTATE : POLICY_OK);
    if (!stale)
        twin_apply(c, at, count, org, event, time);
    check_twin(m, number, time + 10);
}

static void test_agrees_with_a_naive_twin(void)
{
    for (uint64_t seed = 1; seed <= 8; seed++) {
        struct test_allocator t;
        uint64_t random = seed;
        policy_memory *m;

        test_allocator_init(&t);
        m = new_memory(&t.allocator, 0);
        memset(&twin, 0, sizeof(twin));
        twin.clock[0] = twin.clock[1] = INT64_MIN;
        for (size_t k = 0; k < KEYS; k++)
            snprintf(twin_keys[k], 16, "%c\nk\n%zu", k % ORGS ? 'q' : 'o', k);
        for (size_t i = 0; i < 500; i++)
            step(m, &random, i);
        policy_memory_free(m);
        test_allocator_clean(&t);
    }
}

static const struct test_case tests[] = {
    { "keeps changes and removes", test_keeps_changes_and_removes },
    { "a state says its size", test_a_state_says_its_size },
    { "an event counts once", test_an_event_counts_once },
    { "applying the same decision twice is no conflict",
      test_applying_the_same_decision_twice_is_no_conflict },
    { "a stale version is a conflict", test_a_stale_version_is_a_conflict },
    { "a change can stand on another", test_a_change_can_stand_on_another },
    { "a record made again is not the old one",
      test_a_record_made_again_is_not_the_old_one },
    { "refuses what no evaluation makes",
      test_refuses_what_no_evaluation_makes },
    { "walks what is due in order", test_walks_what_is_due_in_order },
    { "due follows changes", test_due_follows_changes },
    { "expires by the time of events", test_expires_by_the_time_of_events },
    { "a full store changes nothing", test_a_full_store_changes_nothing },
    { "a full store forgets what expired",
      test_a_full_store_forgets_what_expired },
    { "no room for itself is a limit", test_no_room_for_itself_is_a_limit },
    { "survives each failed allocation", test_survives_each_failed_allocation },
    { "a new store survives it too", test_a_new_store_survives_it_too },
    { "agrees with a naive twin", test_agrees_with_a_naive_twin },
};

POLICY_TEST_MAIN("memory", tests)
