/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lives of a bundle and its parts, and what an auditor may ask.
 */
#include "bundle_sources.h"

#include "bundle/layout.h"

struct seen {
    char text[400];
    size_t calls, stop_at;
};

static void note(struct seen *s, const char *org, const char *what)
{
    size_t n = strlen(s->text);

    s->calls++;
    snprintf(s->text + n, sizeof(s->text) - n, "%s%s:%s", n ? " " : "", org,
             what);
}

static int see_rule(void *user, const policy_rule_info *r)
{
    struct seen *s = user;

    note(s, r->organisation, r->id);
    CHECK_CSTR_EQ(r->id, r->verdict, "flag");
    CHECK_CSTR_EQ(r->id, r->category, "spam");
    CHECK_CSTR_EQ(r->id, r->mode, "enforce");
    CHECK_STR_EQ(r->id, r->title, "t");
    CHECK(pol_str_ends(r->file, POL_STR("/rules.lua")) && r->line > 0,
          "%s: place", r->id);
    CHECK_INT_EQ(r->id, r->tests, 2);
    CHECK_INT_EQ(r->id, r->exceptions, 0);
    CHECK_INT_EQ(r->id, r->cite_count, 0);
    return s->calls == s->stop_at;
}

static int see_article(void *user, const policy_article_info *a)
{
    struct seen *s = user;

    note(s, a->organisation, a->ref);
    CHECK_CSTR_EQ(a->ref, a->regulation, "rules");
    CHECK_STR_EQ(a->ref, a->title, "制度");
    return s->calls == s->stop_at;
}

static int see_exception(void *user, const policy_exception_info *e)
{
    struct seen *s = user;
    char what[80];

    snprintf(what, sizeof(what), "%s#%u:%.*s@%u%s", e->rule, (unsigned)e->number,
             (int)e->owner.len, e->owner.ptr, (unsigned)e->line,
             e->expires ? "!" : "");
    note(s, e->organisation, what);
    CHECK_STR_EQ(e->rule, e->why, "w");
    CHECK_STR_EQ(e->rule, e->file, "o/rules.lua");
    return s->calls == s->stop_at;
}

static void test_walks_exceptions(void)
{
    static const char rules[] =
        "local function r(id, mode)\n"
        "  return rule { id = id, title = \"t\", reason = \"r\", on = \"message\",\n"
        "    category = \"spam\", verdict = \"flag\", match = term \"词\", mode = mode,\n"
        "    tests = { hit \"词\", miss \"好\" }, except = {\n"
        "      { actor = \"u1\", why = \"w\", owner = \"a\" },\n"
        "      { phrase = \"词典\", why = \"w\", owner = \"b\", expires = \"2030-01-01\" },\n"
        "    } }\n"
        "end\n"
        "r(\"x\") r(\"y\", \"off\") r(\"z\", \"shadow\")\n";
    static const char yaml[] = "id: o\nname: o\nkind: company\n";
    policy_compiler *c = NULL;
    policy_bundle *b = NULL;
    struct seen s = { "", 0, 0 }, first = { "", 0, 1 };

    CHECK(!policy_compiler_new(&c, NULL, NULL) &&
              !policy_compiler_add_file(c, "o/organisation.yaml", pol_str(yaml),
                                        NULL) &&
              !policy_compiler_add_file(c, "o/rules.lua", pol_str(rules), NULL) &&
              !policy_compiler_build(&b, c, NULL), "compiled");
    policy_compiler_free(c);
    if (!b)
        return;
    policy_bundle_exceptions(b, NULL, see_exception, &s);
    CHECK_CSTR_EQ("those of rules that are not off", s.text,
                  "o:o/x#1:a@5 o:o/x#2:b@6! o:o/z#1:a@5 o:o/z#2:b@6!");
    policy_bundle_exceptions(b, "o", see_exception, &first);
    CHECK_INT_EQ("stopped", first.calls, 1);
    policy_bundle_exceptions(b, "p", see_exception, &first);
    CHECK_INT_EQ("nobody's", first.calls, 1);
    policy_bundle_unref(b);
}

static void test_walks_rules_and_articles(void)
{
    static const struct {
        const char *label, *org;
        size_t stop_at;
        const char *rules, *articles;
    } rows[] = {
        { "all", NULL, 0, "zeta:zeta/first zeta:zeta/second alpha:alpha/only",
          "zeta:一.1 zeta:一.2" },
        { "one", "alpha", 0, "alpha:alpha/only", "" },
        { "stopped", NULL, 1, "zeta:zeta/first", "zeta:一.1" },
        { "stopped at the border", NULL, 2, "zeta:zeta/first zeta:zeta/second",
          "zeta:一.1 zeta:一.2" },
        { "none of that name", "zet", 0, "", "" },
        { "the empty name", "", 0, "", "" },
    };
    policy_bundle *b = bundle_of(&(struct variant){ 0 });

    for (size_t i = 0; b && i < sizeof(rows) / sizeof(*rows); i++) {
        struct seen rules = { .stop_at = rows[i].stop_at };
        struct seen articles = rules;

        policy_bundle_rules(b, rows[i].org, see_rule, &rules);
        policy_bundle_articles(b, rows[i].org, see_article, &articles);
        CHECK_CSTR_EQ(rows[i].label, rules.text, rows[i].rules);
        CHECK_CSTR_EQ(rows[i].label, articles.text, rows[i].articles);
    }
    policy_bundle_unref(b);
}

static int see_duty(void *user, const policy_duty_info *d)
{
    struct seen *s = user;
    char what[160];

    snprintf(what, sizeof(what), "%s %s%s%s cites %zu, %u tests @%u", d->id,
             d->kind, d->track ? " track " : "", d->track ? d->track : "",
             d->cite_count, (unsigned)d->tests, (unsigned)d->line);
    note(s, d->organisation, what);
    CHECK_CSTR_EQ(d->id, d->mode, "enforce");
    CHECK_STR_EQ(d->id, d->file, "o/regulations/g/rules.lua");
    return s->calls == s->stop_at;
}

/* Duties of `each` are one, what is off is none, what a rule escalates is not
 * a duty of the sources; tracks that cite stand behind their ladder. */
static void test_walks_duties_and_ladders(void)
{
    static const char rules[] =
        "local c = { \"一\" }\n"
        "local s = { step { \"talk\", zh = \"谈话\" } }\n"
        "ladder { id = \"l\", title = \"t\", cites = c, decide = \"head\", within = \"1d\",\n"
        "  tracks = { { id = \"a\", steps = s }, { id = \"b\", steps = s, cites = c } } }\n"
        "duty { id = \"d\", title = \"t\", cites = c, owner = \"head\", every = \"1y\",\n"
        "  attest = { by = \"head\" }, tests = { steps {\n"
        "    { type = \"tick\", time = \"2026-01-01T00:00:00Z\", expect = \"opened\" } } } }\n"
        "duty { id = \"x\", title = \"t\", cites = c, owner = \"head\", every = \"1y\",\n"
        "  attest = { by = \"head\" }, mode = \"off\" }\n"
        "rule { id = \"r\", title = \"t\", cites = c, category = \"spam\", on = \"message\",\n"
        "  match = term \"词\", verdict = \"hold\", escalate = { to = \"head\", within = \"1d\" },\n"
        "  tests = { hit \"词\", miss \"好\" } }\n";
    static const char yaml[] = "id: o\nname: o\nkind: company\n"
                               "roles: { head: [u1] }\nregulations: { g: enforce }\n";
    static const char regulation[] =
        "id: g\ntitle: { zh: 制度 }\nkind: company\nversion: \"1\"\narticles:\n"
        "  - { ref: 一, class: duty, status: people, zh: 要 }\n";
    static const char d[] = "o:g/d duty cites 1, 1 tests @5";
    static const char all[] =
        "o:g/d duty cites 1, 1 tests @5 o:g/l ladder cites 1, 0 tests @3 "
        "o:g/l ladder track b cites 1, 0 tests @3";
    struct seen s = { "", 0, 0 }, first = { "", 0, 1 }, third = { "", 0, 3 };
    policy_compiler *c = NULL;
    policy_bundle *b = NULL;
    policy_error err = POLICY_ERROR_INIT;

    CHECK(!policy_compiler_new(&c, NULL, NULL) &&
              !policy_compiler_add_file(c, "o/organisation.yaml", pol_str(yaml),
                                        NULL) &&
              !policy_compiler_add_file(c, "o/regulations/g/regulation.yaml",
                                        pol_str(regulation), NULL) &&
              !policy_compiler_add_file(c, "o/regulations/g/rules.lua",
                                        pol_str(rules), NULL) &&
              !policy_compiler_build(&b, c, &err), "compiled: %s", err.message);
    policy_compiler_free(c);
    if (!b)
        return;
    policy_bundle_duties(b, NULL, see_duty, &s);
    CHECK_CSTR_EQ("all", s.text, all);
    policy_bundle_duties(b, "o", see_duty, &first);
    CHECK_CSTR_EQ("stopped at a duty", first.text, d);
    policy_bundle_duties(b, "o", see_duty, &third);
    CHECK_INT_EQ("stopped at a track", third.calls, 3);
    policy_bundle_duties(b, "p", see_duty, &third);
    CHECK_INT_EQ("nobody's", third.calls, 3);
    policy_bundle_unref(b);
}

static void test_names_and_finds_organisations(void)
{
    policy_bundle *b = bundle_of(&(struct variant){ 0 });
    size_t number = 99;

    CHECK_INT_EQ("count", policy_bundle_organisation_count(b), 2);
    CHECK(!policy_bundle_organisation(b, 2), "one too many");
    for (size_t i = 0; i < 2; i++) {
        const char *id = policy_bundle_organisation(b, i);

        CHECK_CSTR_EQ("order of the sources", id, i ? "alpha" : "zeta");
        CHECK(pol_bundle_find(b, pol_str(id), &number) == b->orgs[i], "%s", id);
        CHECK_INT_EQ(id, number, i);
        CHECK(pol_bundle_find(b, pol_str(id), NULL) == b->orgs[i], "%s", id);
    }
    CHECK(!pol_bundle_find(b, POL_STR(""), NULL), "empty");
    CHECK(!pol_bundle_find(b, POL_STR("alph"), NULL), "shorter");
    CHECK(!pol_bundle_find(b, POL_STR("zetaa"), NULL), "longer");
    policy_bundle_unref(b);
}

/* Ids on both sides of what a seat has room for, some only different at the
 * end. */
static void test_finds_each_of_many(void)
{
    enum { MANY = 300 };
    policy_error err = POLICY_ERROR_INIT;
    policy_compiler *c = NULL;
    policy_bundle *b = NULL;
    char id[64], path[80], yaml[160];

    CHECK(!policy_compiler_new(&c, NULL, &err), "%s", err.message);
    for (unsigned i = 0; i < MANY; i++) {
        snprintf(id, sizeof(id), "%.*s-%u", (int)(i % 20),
                 "a-long-name-of-an-organisation", i);
        snprintf(path, sizeof(path), "%u/organisation.yaml", i);
        snprintf(yaml, sizeof(yaml), "id: x%s\nname: n\nkind: company\n", id);
        CHECK(!policy_compiler_add_file(c, path, pol_str(yaml), &err), "%s",
              err.message);
    }
    CHECK(!policy_compiler_build(&b, c, &err), "%s", err.message);
    for (size_t i = 0; b && i < MANY; i++) {
        policy_str name = b->orgs[i]->config.id;
        char longer[80];
        size_t number = MANY;

        CHECK(pol_bundle_find(b, name, &number) == b->orgs[i] && number == i,
              "%s", b->orgs[i]->id);
        CHECK((uintptr_t)b->seats % POL_SEAT == 0, "on a border");
        snprintf(longer, sizeof(longer), "%s?", b->orgs[i]->id);
        CHECK(!pol_bundle_find(b, pol_str(longer), NULL), "%s", longer);
    }
    policy_compiler_free(c);
    policy_bundle_unref(b);
}

static void test_lives_as_long_as_it_is_referred_to(void)
{
    struct test_allocator t;
    policy_bundle *b;

    test_allocator_init(&t);
    b = bundle_of(&(struct variant){ .allocator = &t.allocator });
    CHECK(policy_bundle_ref(b) == b, "ref gives it back");
    policy_bundle_unref(b);
    CHECK(t.live_blocks > 0, "one reference is left");
    CHECK_INT_EQ("it still answers", policy_bundle_organisation_count(b), 2);
    policy_bundle_unref(b);
    test_allocator_clean(&t);
    policy_bundle_unref(NULL);
}

static void test_shares_what_did_not_change(void)
{
    struct test_allocator t;
    struct variant v = { .path = "two/rules.lua", .text = RULE("only", "新") };
    struct seen seen = { .stop_at = 0 };
    policy_bundle *base, *next;

    test_allocator_init(&t);
    v.allocator = &t.allocator;
    base = bundle_of(&(struct variant){ .allocator = &t.allocator });
    v.base = base;
    next = bundle_of(&v);
    CHECK(next->orgs[0] == base->orgs[0], "zeta is shared");
    CHECK(next->orgs[1] != base->orgs[1], "alpha is new");
    CHECK(next->shared == base->shared, "the lists are shared");
    policy_bundle_unref(base);
    /* The part outlives the bundle that it was made for. */
    policy_bundle_rules(next, "zeta", see_rule, &seen);
    CHECK_CSTR_EQ("after the first", seen.text,
                  "zeta:zeta/first zeta:zeta/second");
    policy_bundle_unref(next);
    test_allocator_clean(&t);
}

static const struct test_case tests[] = {
    { "walks rules and articles", test_walks_rules_and_articles },
    { "walks duties and ladders", test_walks_duties_and_ladders },
    { "walks exceptions", test_walks_exceptions },
    { "names and finds organisations", test_names_and_finds_organisations },
    { "finds each of many", test_finds_each_of_many },
    { "lives as long as it is referred to",
      test_lives_as_long_as_it_is_referred_to },
    { "shares what did not change", test_shares_what_did_not_change },
};

POLICY_TEST_MAIN("bundle", tests)
