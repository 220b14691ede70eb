/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The directory: who is found, what is refused and where.
 */
#include "harness.h"

#include "adapt/directory.h"
#include "base/slice.h"

static policy_directory *read(const char *yaml)
{
    policy_error err = POLICY_ERROR_INIT;
    policy_directory *d;

    CHECK(policy_directory_read(&d, pol_str(yaml), NULL, &err) == POLICY_OK,
          "%u:%u: %s", err.line, err.column, err.message);
    return d;
}

static const char sample[] =
    "people:\n"
    "  u17: { name: 王芳, kind: staff, roles: [nurse, \"018\"], dept: 内科,\n"
    "         manager: 陈, accounts: [a17, a18] }\n"
    "  u3: { kind: leaver }\n"
    "  \"007\": { kind: family }\n"
    "  陈: { kind: pupil, roles: [] }\n"
    "accounts:\n"
    "  a17: { kind: work, dept: 门诊 }\n"
    "  a20: { holder: u3, kind: club, approved_by: u17 }\n"
    "  club: { kind: official }\n"
    "  empty: {}\n"
    "groups:\n"
    "  wr1: { kind: department, responsible: u17, purpose: \"交班\\n\",\n"
    "         approved_by: u3 }\n"
    "  wr2: { kind: ward }\n"
    "  wr3: {}\n";

static void test_finds_people(void)
{
    policy_directory *d = read(sample);
    const pol_person *p = pol_directory_person(d, POL_STR("u17"));

    CU_ASSERT_PTR_NOT_NULL_FATAL(p);
    CHECK_STR_EQ("name", p->name, "王芳");
    CHECK_STR_EQ("kind", p->kind, "staff");
    CHECK_STR_EQ("dept", p->dept, "内科");
    CHECK_STR_EQ("manager", p->manager, "陈");
    CU_ASSERT_EQUAL(p->role_count, 2);
    CHECK_STR_EQ("roles", p->roles[1], "018");
    p = pol_directory_person(d, POL_STR("007"));
    CU_ASSERT_PTR_NOT_NULL_FATAL(p);
    CHECK_STR_EQ("kind", p->kind, "family");
    CU_ASSERT_EQUAL(p->dept.len, 0);
    CU_ASSERT_PTR_NOT_NULL(pol_directory_person(d, POL_STR("陈")));
    CU_ASSERT_PTR_NULL(pol_directory_person(d, POL_STR("")));
    CU_ASSERT_PTR_NULL(pol_directory_person(d, POL_STR("u1")));
    CU_ASSERT_PTR_NULL(pol_directory_person(d, POL_STR("u177")));
    CU_ASSERT_PTR_NULL(pol_directory_person(d, POL_STR("a17")));
    CU_ASSERT_PTR_NULL(pol_directory_person(NULL, POL_STR("u17")));
    policy_directory_free(d);
}

static void test_finds_accounts_named_either_way(void)
{
    static const struct {
        const char *id, *holder, *kind, *dept;
    } rows[] = {
        { "a17", "u17", "work", "门诊" }, /* both ways */
        { "a18", "u17", "", "" },         /* by its holder */
        { "a20", "u3", "club", "" },      /* by itself */
        { "club", "", "official", "" },
        { "empty", "", "", "" }
    };
    policy_directory *d = read(sample);
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const pol_account *a = pol_directory_account(d, pol_str(rows[i].id));

        if (!CHECK(a, "%s", rows[i].id))
            continue;
        CHECK_STR_EQ(rows[i].id, a->holder, rows[i].holder);
        CHECK_STR_EQ(rows[i].id, a->kind, rows[i].kind);
        CHECK_STR_EQ(rows[i].id, a->dept, rows[i].dept);
    }
    CU_ASSERT_PTR_NULL(pol_directory_account(d, POL_STR("u17")));
    CU_ASSERT_PTR_NULL(pol_directory_account(NULL, POL_STR("a17")));
    policy_directory_free(d);
}

static void test_finds_groups(void)
{
    policy_directory *d = read(sample);
    const pol_group *g = pol_directory_group(d, POL_STR("wr1"));

    CU_ASSERT_PTR_NOT_NULL_FATAL(g);
    CHECK_STR_EQ("kind", g->kind, "department");
    CHECK_STR_EQ("responsible", g->responsible, "u17");
    CHECK_STR_EQ("purpose", g->purpose, "交班\n");
    CHECK_STR_EQ("approved by", g->approved_by, "u3");
    CHECK_STR_EQ("a kind of its own",
                 pol_directory_group(d, POL_STR("wr2"))->kind, "ward");
    CU_ASSERT_PTR_NOT_NULL(pol_directory_group(d, POL_STR("wr3")));
    CU_ASSERT_PTR_NULL(pol_directory_group(d, POL_STR("wr4")));
    CU_ASSERT_PTR_NULL(pol_directory_group(NULL, POL_STR("wr1")));
    policy_directory_free(d);
}

static void test_finds_what_is_held(void)
{
    static const struct {
        const char *holder, *accounts;
    } rows[] = {
        { "u17", "a17 a18" }, { "u3", "a20" }, { "陈", "" }, { "u1", "" },
        { "zz", "" }
    };
    policy_directory *d = read(sample);
    size_t count;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const uint32_t *held = pol_directory_held(d, pol_str(rows[i].holder),
                                                  &count);
        char found[64] = "";

        for (size_t k = 0; k < count; k++)
            snprintf(found + strlen(found), sizeof(found) - strlen(found),
                     "%s%.*s", k ? " " : "", (int)d->accounts[held[k]].id.len,
                     d->accounts[held[k]].id.ptr);
        CHECK_CSTR_EQ(rows[i].holder, found, rows[i].accounts);
    }
    CHECK(!pol_directory_held(NULL, POL_STR("u17"), &count) && !count, "nowhere");
    policy_directory_free(d);
}

static void test_takes_any_table_alone(void)
{
    static const char *const files[] = { "people: {}\n", "groups: {}\n",
                                         "accounts: { a: { kind: work } }\n",
                                         "{}\n" };
    size_t i;

    for (i = 0; i < sizeof(files) / sizeof(files[0]); i++)
        policy_directory_free(read(files[i]));
    policy_directory_free(NULL);
}

static void test_refuses_with_line_and_column(void)
{
    static const struct {
        const char *label, *yaml, *code;
        uint32_t line, column;
        const char *says;
    } rows[] = {
        { "unknown table", "people: {}\ngroup: {}\n", "unknown-key", 2, 1,
          "did you mean “groups”?" },
        { "unknown key", "people:\n  u1: { kind: staff, rolse: [] }\n",
          "unknown-key", 2, 22, "did you mean “roles”?" },
        { "no kind", "people:\n  u1: { name: x }\n", "missing-key", 2, 7,
          "kind" },
        { "unknown kind", "people:\n  u1: { kind: stuff }\n", "value-word", 2,
          15, "staff" },
        { "kind a list", "people:\n  u1: { kind: [staff] }\n", "key-kind", 2,
          15, "kind" },
        { "a person a word", "people:\n  u1: staff\n", "value-kind", 2, 7, "" },
        { "people a list", "people:\n  - u1\n", "key-kind", 2, 3, "people" },
        { "people a word", "people: none\n", "key-kind", 1, 9, "people" },
        { "roles a word", "people:\n  u1: { kind: staff, roles: nurse }\n",
          "key-kind", 2, 29, "roles" },
        { "roles a table",
          "people:\n  u1: { kind: staff, roles: { nurse: 1 } }\n", "key-kind",
          2, 29, "nurse" },
        { "a role a table", "people:\n  u1: { kind: staff, roles: [{}] }\n",
          "value-kind", 2, 30, "" },
        { "an empty role", "people:\n  u1: { kind: staff, roles: [\"\"] }\n",
          "id-bytes", 2, 30, "no id" },
        { "an account with a line end",
          "people:\n  u1: { kind: staff, accounts: [\"a\\n\"] }\n", "id-bytes",
          2, 33, "no id" },
        { "an id with a line end", "people:\n  \"u\\n\": { kind: staff }\n",
          "", 2, 3, "" },
        { "a department with a line end",
          "people:\n  u1: { kind: staff, dept: \"a\\n\" }\n", "id-bytes", 2,
          28, "no id" },
        { "a person twice", "people:\n  u1: { kind: staff }\n"
          "  u1: { kind: staff }\n", "duplicate-key", 3, 3, "u1" },
        { "an unknown kind of account", "accounts:\n  a: { kind: wrk }\n",
          "value-word", 2, 14, "did you mean “work”?" },
        { "a holder who is nobody", "accounts:\n  a: { holder: u9 }\n",
          "holder-unknown", 2, 16, "“u9” is not among the people" },
        { "a manager who is nobody", "people:\n  u1: { kind: staff, manager: u2 }\n",
          "manager-unknown", 2, 31, "“u2” is not among the people" },
        { "an approver who is nobody", "accounts:\n  a: { approved_by: u9 }\n",
          "person-unknown", 2, 21, "“u9” is not among the people" },
        { "a responsible who is nobody",
          "people:\n  u1: { kind: staff }\ngroups:\n  g: { responsible: u2 }\n",
          "person-unknown", 4, 21, "“u2” is not among the people" },
        { "an approver of a group who is nobody",
          "groups:\n  g: { approved_by: u1 }\n", "person-unknown", 2, 21,
          "“u1” is not among the people" },
        { "a manager who is an account",
          "people:\n  u1: { kind: staff, manager: a1, accounts: [a1] }\n",
          "manager-unknown", 2, 31, "“a1” is not among the people" },
        { "nearly manager", "people:\n  u1: { kind: staff, manger: u1 }\n",
          "unknown-key", 2, 22, "did you mean “manager”?" },
        { "an account of two", "people:\n  u1: { kind: staff, accounts: [a] }\n"
          "  u2: { kind: staff, accounts: [a] }\n", "holder-twice", 3, 33,
          "“a” has two holders" },
        { "an account of another", "people:\n"
          "  u1: { kind: staff, accounts: [a] }\n  u2: { kind: staff }\n"
          "accounts:\n  a: { holder: u2 }\n", "holder-twice", 2, 33,
          "“a” has two holders" },
        { "an anchor", "people: &x\n  u1: { kind: staff }\n", "yaml-anchor", 1,
          9, "x" },
        { "no YAML", "people: {\n", "yaml-syntax", 2, 1, "" },
        { "nothing", "", "yaml-empty", 1, 1, "empty" },
        { "no UTF-8", "people:\n  \xff: {}\n", "yaml-bytes", 2, 3, "" }
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        policy_error err = POLICY_ERROR_INIT;
        policy_directory *d = (policy_directory *)&err;

        CHECK_INT_EQ(rows[i].label,
                     policy_directory_read(&d, pol_str(rows[i].yaml), NULL,
                                           &err), POLICY_EINPUT);
        CU_ASSERT_PTR_NULL(d);
        CHECK_INT_EQ(rows[i].label, err.status, POLICY_EINPUT);
        if (*rows[i].code)
            CHECK_CSTR_EQ(rows[i].label, err.code, rows[i].code);
        CHECK(err.line == rows[i].line && err.column == rows[i].column,
              "%s: %u:%u: %s", rows[i].label, err.line, err.column,
              err.message);
        CHECK(strstr(err.message, rows[i].says), "%s: %s", rows[i].label,
              err.message);
        CHECK_INT_EQ(rows[i].label,
                     policy_directory_read(&d, pol_str(rows[i].yaml), NULL,
                                           NULL), POLICY_EINPUT);
    }
}

/* More people than a rule source may have nodes. */
static void test_holds_a_large_organisation(void)
{
    enum { PEOPLE = 60000 };
    size_t cap = PEOPLE * 64, len = 0;
    char *yaml = malloc(cap);
    policy_directory *d;
    char id[16];
    int i;

    len += (size_t)sprintf(yaml, "people:\n");
    for (i = 0; i < PEOPLE; i++)
        len += (size_t)snprintf(yaml + len, cap - len,
                                "  u%d: { kind: staff, accounts: [a%d] }\n",
                                i * 7919 % PEOPLE, i * 7919 % PEOPLE);
    d = read(yaml);
    for (i = 0; i < PEOPLE; i += 997) {
        const pol_account *a;

        snprintf(id, sizeof(id), "u%d", i);
        CHECK(pol_directory_person(d, pol_str(id)), "%s", id);
        id[0] = 'a';
        a = pol_directory_account(d, pol_str(id));
        CHECK(a && strcmp(a->holder.ptr + 1, id + 1) == 0, "%s", id);
    }
    policy_directory_free(d);
    free(yaml);
}

static void test_survives_every_failing_allocation(void)
{
    size_t n;

    for (n = 1; n < 100; n++) {
        struct test_allocator t;
        policy_error err = POLICY_ERROR_INIT;
        policy_directory *d;
        policy_status st;

        test_allocator_init(&t);
        t.fail_at = n;
        st = policy_directory_read(&d, pol_str(sample), &t.allocator, &err);
        CHECK(st == (t.failed ? POLICY_ENOMEM : POLICY_OK), "n = %zu: %d %s", n,
              (int)st, err.message);
        CHECK_INT_EQ("error", err.status, st);
        CHECK_INT_EQ("directory", d != NULL, st == POLICY_OK);
        policy_directory_free(d);
        CHECK(test_allocator_clean(&t), "n = %zu", n);
        if (!t.failed)
            break;
    }
    CHECK(n > 3 && n < 100, "%zu allocations", n);
}

static const struct test_case tests[] = {
    { "finds people", test_finds_people },
    { "finds accounts named either way", test_finds_accounts_named_either_way },
    { "finds groups", test_finds_groups },
    { "finds what is held", test_finds_what_is_held },
    { "takes any table alone", test_takes_any_table_alone },
    { "refuses with line and column", test_refuses_with_line_and_column },
    { "holds a large organisation", test_holds_a_large_organisation },
    { "survives every failing allocation",
      test_survives_every_failing_allocation }
};

POLICY_TEST_MAIN("directory", tests)
