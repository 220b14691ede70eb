/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The build: its memory is in proportion to the terms however they nest or
 * repeat, the tables keep the invariants of matcher_layout.h, and a failed
 * build leaves nothing behind.
 */
#include "match/matcher_place.h"

#include "harness.h"

typedef void (*make_term)(char *out, size_t i);

static void nested(char *out, size_t i)
{
    memset(out, 'a', i + 1);
    out[i + 1] = '\0';
}

static void cut_off(char *out, size_t i)
{
    out[0] = 'x';
    nested(out + 1, i);
}

static void equal(char *out, size_t i)
{
    (void)i;
    strcpy(out, "代开发票");
}

static void numbered(char *out, size_t i)
{
    snprintf(out, 32, "第%zu号文件", i);
}

static void single(char *out, size_t i)
{
    size_t cp = 0x4e00 + i;

    out[0] = (char)(0xe0 | cp >> 12);
    out[1] = (char)(0x80 | (cp >> 6 & 63));
    out[2] = (char)(0x80 | (cp & 63));
    out[3] = '\0';
}

static const struct family {
    const char *label;
    make_term make;
    size_t terms, most_hits, bytes_max;
} families[] = {
    { "none", numbered, 0, 0, 2000 },
    { "one", numbered, 1, 1, 2000 },
    { "twenty", numbered, 20, 2, 5000 },
    { "nested", nested, 1000, 1000, 200000 },
    { "cut off", cut_off, 1000, 1000, 200000 },
    { "equal", equal, 5000, 5000, 350000 },
    { "numbered", numbered, 20000, 5, 3000000 },
    /* Several forms of one character fold to one: less than 5,000 strings. */
    { "single", single, 5000, 0, 500000 },
};

static policy_pattern_set *set_of(const struct family *f,
                                  const policy_allocator *a)
{
    policy_pattern_set *set = NULL;
    char term[1100];
    size_t i;

    if (policy_pattern_set_new(&set, a, NULL))
        return NULL;
    for (i = 0; i < f->terms; i++) {
        f->make(term, i);
        if (policy_pattern_set_add(set, (policy_str){ term, strlen(term) },
                                   (uint32_t)i, POLICY_TERM_INSIDE, NULL)) {
            policy_pattern_set_free(set);
            return NULL;
        }
    }
    return set;
}

static void test_takes_memory_in_proportion(void)
{
    size_t i;

    for (i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
        const struct family *f = &families[i];
        struct test_allocator t;
        policy_pattern_set *set;
        policy_matcher *m;
        size_t before;

        test_allocator_init(&t);
        set = set_of(f, &t.allocator);
        CU_ASSERT_FATAL(set != NULL);
        before = t.live_bytes;
        CU_ASSERT_FATAL(policy_matcher_build(&m, set, NULL) == POLICY_OK);
        CHECK_INT_EQ(f->label, policy_matcher_size(m), t.live_bytes - before);
        CHECK(policy_matcher_size(m) <= f->bytes_max, "%s: %zu bytes", f->label,
              policy_matcher_size(m));
        if (f->most_hits || !f->terms)
            CHECK_INT_EQ(f->label, m->most_hits, f->most_hits);
        CHECK_INT_EQ(f->label, pol_matcher_terms(m), f->terms);
        policy_matcher_free(m);
        policy_pattern_set_free(set);
        test_allocator_clean(&t);
    }
}

static bool are_marked(const policy_matcher *m, uint32_t anchor, bool narrow)
{
    const pol_marks *x = m->marks;
    uint16_t first = (uint16_t)anchor, last = (uint16_t)(anchor >> 16);

    if (!x)
        return true;
    return narrow ? pol_mark_is(x->letters, last)
                  : pol_mark_is(x->before, first) && pol_mark_is(x->last, last);
}

/* (1) of matcher_layout.h, and that no entry is lost. */
static void check_entries(const char *label, const policy_matcher *m)
{
    size_t i, count = 0;

    for (i = 0; i < m->entry_cap; i++) {
        const pol_entry *e = &m->entries[i];
        uint32_t key = e->key & KEY_ALL, anchor;
        unsigned grant = pol_grant_of(e->window, key, &anchor);
        uint64_t hash = pol_window_hash(m->seed, e->window, key);
        const pol_grants *g = key & KEY_NARROW ? &m->narrow : &m->wide;

        if (!e->key)
            continue;
        count++;
        CHECK(pol_entry_find(m, pol_entry_slot(m->entry_cap, hash), e->window,
                             key) == e, "%s: lost", label);
        if (grant == GRANT_SINGLE) {
            CHECK(m->singles[anchor >> 3] >> (anchor & 7) & 1,
                  "%s: denied as a single", label);
            continue;
        }
        CHECK(pol_grants_get(g, anchor) & grant, "%s: denied by filter one",
              label);
        CHECK(are_marked(m, anchor, key & KEY_NARROW), "%s: no mark", label);
        CHECK(pol_windows_get(&m->windows, hash), "%s: denied by filter two",
              label);
    }
    CHECK_INT_EQ(label, count, m->entry_count);
    CHECK(count * 3 <= m->entry_cap * 2, "%s: the table is too full", label);
}

static void check_pairs(const char *label, const policy_matcher *m)
{
    size_t i;

    for (i = 0; i < pol_pair_cap(m); i++) {
        const pol_pair *p = &m->pairs[i];

        if (!p->anchor && p->out == OUT_ENTRY)
            continue;
        CHECK(pol_pair_find(m, p->anchor) == p, "%s: a pair is lost", label);
        CHECK(pol_grants_get(&m->wide, p->anchor) & GRANT_ANCHOR,
              "%s: a pair is denied", label);
        CHECK(are_marked(m, p->anchor, false), "%s: a pair has no mark", label);
    }
}

/* (2): by id, and each list and string ends. */
static void check_outputs(const char *label, const policy_matcher *m)
{
    size_t i, lists = 0, entries = 0;

    for (i = 0; i < m->entry_cap; i++)
        entries += m->entries[i].key && !(m->entries[i].key & KEY_INLINE);
    for (i = 0; i < m->output_count; i++) {
        const pol_output *o = &m->outputs[i];

        lists += (o->flags & OUTPUT_LAST) != 0;
        CHECK(!(o->flags & OUTPUT_LAST) || o->flags & OUTPUT_STRING_LAST,
              "%s: output %zu", label, i);
        CHECK(i == 0 || o[-1].flags & OUTPUT_STRING_LAST || o[-1].id < o->id,
              "%s: output %zu", label, i);
        CHECK(i == 0 || o[-1].flags & OUTPUT_LAST || o->flags & OUTPUT_HEAVY ||
                  !(o[-1].flags & OUTPUT_HEAVY),
              "%s: output %zu is heavy before one that is not", label, i);
        CHECK(o->ahead <= AHEAD_MAX, "%s: output %zu", label, i);
    }
    CHECK_INT_EQ(label, lists, entries);
}

static void test_keeps_its_invariants(void)
{
    size_t i;

    for (i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
        policy_pattern_set *set = set_of(&families[i], NULL);
        policy_matcher *m;

        CU_ASSERT_FATAL(set != NULL);
        CU_ASSERT_FATAL(policy_matcher_build(&m, set, NULL) == POLICY_OK);
        check_entries(families[i].label, m);
        check_pairs(families[i].label, m);
        check_outputs(families[i].label, m);
        policy_matcher_free(m);
        policy_pattern_set_free(set);
    }
}

static void test_leaves_nothing_behind_a_failed_build(void)
{
    static const struct family f = { "nested", nested, 60, 60, 0 };
    size_t n, done = 0;

    for (n = 1; n < 200 && !done; n++) {
        struct test_allocator t;
        policy_pattern_set *set;
        policy_matcher *m;
        policy_error err = POLICY_ERROR_INIT;
        policy_status st;

        test_allocator_init(&t);
        set = set_of(&f, &t.allocator);
        CU_ASSERT_FATAL(set != NULL);
        t.fail_at = t.requests + n;
        st = policy_matcher_build(&m, set, &err);
        done = t.failed == 0;
        CHECK(st == (done ? POLICY_OK : POLICY_ENOMEM), "n %zu", n);
        CHECK((m != NULL) == (st == POLICY_OK), "n %zu", n);
        CHECK_INT_EQ("the error", err.status, st);
        policy_matcher_free(m);
        t.fail_at = 0;
        CU_ASSERT(policy_matcher_build(&m, set, NULL) == POLICY_OK);
        policy_matcher_free(m);
        policy_pattern_set_free(set);
        test_allocator_clean(&t);
    }
    CHECK(done && n > 8, "failed %zu times", n);
}

/* Each range is inside the matcher's memory; of large tables none is told. */
static void test_tells_what_a_scan_reads_first(void)
{
    for (size_t i = 0; i < sizeof(families) / sizeof(*families); i++) {
        const struct family *f = &families[i];
        policy_pattern_set *set = NULL;
        policy_matcher *m = NULL;
        policy_error err = POLICY_ERROR_INIT;
        char term[2048];
        size_t bytes = 0;
        pol_hot hot;

        CHECK(!policy_pattern_set_new(&set, NULL, &err), "%s", err.message);
        for (size_t k = 0; k < f->terms; k++) {
            f->make(term, k);
            policy_pattern_set_add(set, (policy_str){ term, strlen(term) },
                                   (uint32_t)k, POLICY_TERM, &err);
        }
        CHECK(!policy_matcher_build(&m, set, &err), "%s", err.message);
        hot = pol_matcher_hot(m);
        CHECK(hot.at[0] == m, "%s: the matcher itself", f->label);
        for (size_t k = 0; k < POL_HOT_RANGES; k++) {
            bytes += 64u * hot.lines[k];
            CHECK(hot.lines[k] <= POL_HOT_MAX, "%s", f->label);
        }
        CHECK(bytes > 0 && bytes <= policy_matcher_size(m) + 64 * POL_HOT_RANGES,
              "%s: %zu bytes", f->label, bytes);
        policy_matcher_free(m);
        policy_pattern_set_free(set);
    }
    CHECK(!pol_matcher_hot(NULL).lines[0], "of none, nothing");
}

static const struct test_case tests[] = {
    { "takes memory in proportion", test_takes_memory_in_proportion },
    { "keeps its invariants", test_keeps_its_invariants },
    { "tells what a scan reads first", test_tells_what_a_scan_reads_first },
    { "leaves nothing behind a failed build",
      test_leaves_nothing_behind_a_failed_build },
};

POLICY_TEST_MAIN("matcher build", tests)
