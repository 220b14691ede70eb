/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Equal revisions decide equally: the same sources give the same one, and
 * whatever decides gives another.
 */
#include "bundle_sources.h"

static void revision_of(const struct variant *v, char out[80])
{
    policy_bundle *b = bundle_of(v);

    snprintf(out, 80, "%s", b ? policy_bundle_revision(b) : "");
    policy_bundle_unref(b);
}

static void test_is_a_digest(void)
{
    char revision[80];

    revision_of(&(struct variant){ 0 }, revision);
    CHECK(strncmp(revision, "sha256:", 7) == 0 && strlen(revision) == 7 + 64 &&
              strspn(revision + 7, "0123456789abcdef") == 64,
          "%s", revision);
}

static void test_the_same_sources_give_the_same(void)
{
    char first[80], again[80];

    revision_of(&(struct variant){ 0 }, first);
    revision_of(&(struct variant){ 0 }, again);
    CHECK_CSTR_EQ("again", again, first);
    revision_of(&(struct variant){ .path = sources[1].path,
                                   .text = sources[1].text },
                again);
    CHECK_CSTR_EQ("the same text", again, first);
    revision_of(&(struct variant){ .backwards = true }, again);
    CHECK_CSTR_EQ("whatever the order", again, first);
}

static void test_a_predecessor_does_not_show(void)
{
    policy_bundle *base = bundle_of(&(struct variant){ 0 });
    struct variant v = {
        sources[3].path, RULE("only", "新"), false, NULL, NULL, NULL
    };
    char alone[80], after[80];

    revision_of(&v, alone);
    v.base = base;
    revision_of(&v, after);
    CHECK_CSTR_EQ("after another", after, alone);
    policy_bundle_unref(base);
}

static void test_whatever_decides_shows(void)
{
    policy_limits limits = { .size = sizeof(limits), .hits = 7 };
    const struct variant rows[] = {
        { 0 },
        { .path = "one/rules.lua",
          .text = RULE("first", "词") RULE("second", "句") },
        { .path = "one/rules.lua",
          .text = RULE("second", "字") RULE("first", "词") },
        { .path = "two/rules.lua", .text = RULE("only", "词") },
        { .path = "two/organisation.yaml",
          .text = "id: alpha\nname: 乙\nkind: school\nlanguages: [en]\n" },
        { .path = "two/organisation.yaml",
          .text = "id: beta\nname: 乙\nkind: school\n" },
        { .path = "regulations/rules/regulation.yaml",
          .text =
              "id: rules\ntitle: 制度\nkind: company\narticles:\n"
              "  - { ref: 一.1, class: event, status: planned, zh: 一 }\n" },
        { .limits = &limits },
    };
    enum { N = sizeof(rows) / sizeof(*rows) };
    char revisions[N][80];

    for (size_t i = 0; i < N; i++) {
        revision_of(&rows[i], revisions[i]);
        for (size_t j = 0; j < i; j++)
            CHECK(strcmp(revisions[i], revisions[j]) != 0, "rows %zu and %zu",
                  j, i);
    }
}

static const struct test_case tests[] = {
    { "is a digest", test_is_a_digest },
    { "the same sources give the same", test_the_same_sources_give_the_same },
    { "a predecessor does not show", test_a_predecessor_does_not_show },
    { "whatever decides shows", test_whatever_decides_shows },
};

POLICY_TEST_MAIN("revision", tests)
