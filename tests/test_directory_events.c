/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A directory as events: which they are, what is known after them, and that the
 * differences of two directories, fed after the first, leave what the second
 * alone would. Directories and their twin, who keeps in arrays what each
 * sentence of the manual says, are random.
 */
#include "event_text.h"
#include "past.h"

#include "adapt/directory.h"
#include "base/slice.h"

enum { START = 1772413200 }; /* 2026-03-02T09:00+08:00 */

static policy_directory *read(const char *yaml)
{
    policy_error err = POLICY_ERROR_INIT;
    policy_directory *d = NULL;

    if (yaml)
        CHECK(policy_directory_read(&d, pol_str(yaml), NULL, &err) == POLICY_OK,
              "%u:%u: %s in %s", err.line, err.column, err.message, yaml);
    return d;
}

static policy_directory_feed feed_at(int64_t second,
                                     const policy_directory *since)
{
    policy_directory_feed f = POLICY_DIRECTORY_FEED_INIT;

    f.org = "o";
    f.time = (START + second) * 1000;
    f.offset = 480;
    f.since = since;
    return f;
}

/* --- which they are */

struct lines {
    char text[8192];
    size_t len, count, stop_after;
};

static void add(struct lines *l, policy_str s)
{
    l->len += (size_t)snprintf(l->text + l->len, sizeof(l->text) - l->len, "%.*s",
                               (int)s.len, s.ptr);
}

static void add_field(struct lines *l, int32_t field, const pol_value *v)
{
    add(l, POL_STR(" "));
    add(l, pol_str(pol_fields[field].name));
    add(l, POL_STR("="));
    if (v->kind == POL_STR)
        add(l, v->str);
    else if (v->kind == POL_NULL)
        add(l, POL_STR("null"));
    for (size_t i = 0; v->kind == POL_LIST && i < v->list.count; i++) {
        add(l, i ? POL_STR(",") : POL_STR(""));
        add(l, v->list.items[i]);
    }
}

/* "join:u17 person=u17 …", and how much later than the others it is: without
 * the digits of the id and what all have in common. */
static int add_line(void *user, policy_event *e)
{
    struct lines *l = user;
    policy_str id = policy_event_id(e);
    int64_t later = e->values[POLICY_FIELD_TIME].i - (int64_t)START * 1000;

    CHECK(pol_event_check(e, NULL) == POLICY_OK, "%.*s", (int)id.len, id.ptr);
    CHECK_STR_EQ("source", e->values[POLICY_FIELD_SOURCE].str, "directory");
    CHECK_STR_EQ("phase", e->values[POLICY_FIELD_PHASE].str, "done");
    CHECK_INT_EQ("offset", e->values[POLICY_FIELD_TIME].offset, 480);
    if (CHECK(id.len > 17 && id.ptr[id.len - 17] == ':', "an id"))
        add(l, (policy_str){ id.ptr, id.len - 17 });
    for (int32_t f = pol_event_next(e, 0); f >= 0; f = pol_event_next(e, f + 1))
        if ((!pol_fields[f].common && f != POLICY_FIELD_CHANGE) ||
            f == POLICY_FIELD_ACCOUNT_KIND)
            add_field(l, f, &e->values[f]);
    add(l, later ? POL_STR(" (later)\n") : POL_STR("\n"));
    return ++l->count == l->stop_after;
}

static void expect(const char *label, const char *since, const char *now,
                   const char *want)
{
    policy_directory *old = read(since), *d = read(now);
    policy_directory_feed f = feed_at(0, old);
    policy_error err = POLICY_ERROR_INIT;
    struct lines l = { .len = 0 };
    policy_event *e = NULL;

    CU_ASSERT_EQUAL_FATAL(policy_event_new(&e, NULL, NULL, NULL), POLICY_OK);
    CHECK(policy_directory_events(d, &f, e, add_line, &l, &err) == POLICY_OK,
          "%s: %s", label, err.message);
    CHECK_CSTR_EQ(label, l.text, want);
    policy_event_free(e);
    policy_directory_free(d);
    policy_directory_free(old);
}

static const char office[] =
    "people:\n"
    "  u2: { kind: staff, roles: [manager, staff], dept: 教务处, manager: u1,\n"
    "        accounts: [a2] }\n"
    "  u1: { kind: staff }\n"
    "  u3: { kind: leaver, accounts: [a3] }\n"
    "  f1: { kind: family, roles: [family], accounts: [af] }\n"
    "accounts:\n"
    "  a2: { kind: work }\n"
    "  a1: { holder: u1, kind: official, approved_by: u2 }\n"
    "groups:\n"
    "  g2: { kind: department, responsible: u1, purpose: 交班, approved_by: u2 }\n"
    "  g1: {}\n";

static void test_says_how_things_stand(void)
{
    expect("alone", NULL, office,
           "listed:u1 person=u1 accounts=a1 roles=staff\n"
           "listed:u2 person=u2 accounts=a2 roles=staff,manager dept=教务处 manager=u1\n"
           "gone:u3 person=u3 accounts=a3 roles=\n"
           "listed:a1 account_kind=official approved_by=u2 holder=u1 subject_account=a1\n"
           "listed:a2 account_kind=work holder=u2 subject_account=a2\n"
           "listed:a3 holder=u3 subject_account=a3\n"
           "listed:af holder=f1 subject_account=af\n"
           "listed:g1 group=g1\n"
           "listed:g2 group_kind=department approved_by=u2 group=g2 purpose=交班 "
           "responsible=u1\n");
    expect("everybody joins", "{}\n", "people: { u1: { kind: staff } }\n",
           "join:u1 person=u1 accounts= roles=staff dept=null manager=null\n");
    expect("nobody", NULL, "{}\n", "");
}

#define U1 "people: { u1: { kind: staff }, "
#define WITH_ACCOUNTS "u2: { kind: staff } }\naccounts: { "
#define WITH_GROUPS "u2: { kind: staff } }\ngroups: { "

static const struct {
    const char *label, *since, *now, *events;
} changes[] = {
    { "nothing", U1 "u8: { kind: staff, roles: [staff, manager] } }\n",
      U1 "u8: { kind: staff, roles: [manager, staff], name: 名 } }\n", "" },
    { "joins", U1 "}\n", U1 "u8: { kind: staff, dept: 甲, accounts: [a8] } }\n",
      "join:u8 person=u8 accounts=a8 roles=staff dept=甲 manager=null\n"
      "register:a8 account_kind=null holder=u8 subject_account=a8\n" },
    { "comes back", U1 "u8: { kind: leaver, dept: 甲 } }\n",
      U1 "u8: { kind: staff } }\n",
      "join:u8 person=u8 accounts= roles=staff dept=null\n" },
    { "has another department", U1 "u8: { kind: staff, dept: 甲 } }\n",
      U1 "u8: { kind: staff, dept: 乙, manager: u1 } }\n",
      "move:u8 person=u8 accounts= roles=staff dept=乙 manager=u1\n"
      "listed:u8 person=u8 accounts= roles=staff dept=乙 manager=u1 (later)\n" },
    { "loses a role", U1 "u8: { kind: staff, roles: [manager], manager: u1 } }\n",
      U1 "u8: { kind: staff } }\n",
      "move:u8 person=u8 accounts= roles=staff manager=null\n"
      "listed:u8 person=u8 accounts= roles=staff manager=null (later)\n" },
    { "has another manager", U1 "u8: { kind: staff, manager: u1 } }\n",
      U1 "u8: { kind: staff, manager: u8 } }\n",
      "listed:u8 person=u8 accounts= roles=staff manager=u8\n" },
    { "is there no more", U1 "u8: { kind: staff, roles: [manager], dept: 甲,\n"
      "  accounts: [a8, a9] } }\n", U1 "}\n",
      "leave:u8 person=u8 accounts=a8,a9 roles=staff,manager dept=甲\n" },
    { "has left", U1 "u8: { kind: staff, roles: [manager], accounts: [a8, a9] } }\n",
      U1 "u8: { kind: leaver, accounts: [a8] } }\n",
      "leave:u8 person=u8 accounts=a8 roles=staff,manager\n"
      "close:a9 holder=u8 subject_account=a9\n" },
    { "has left, and an account was found",
      U1 "u8: { kind: staff } }\n", U1 "u8: { kind: leaver, accounts: [a8] } }\n",
      "leave:u8 person=u8 accounts=a8 roles=staff\n"
      "register:a8 account_kind=null holder=u8 subject_account=a8\n" },
    { "left, and handed an account on",
      U1 "u8: { kind: staff, accounts: [a8, a9] } }\n",
      U1 "} \naccounts: { a8: { holder: u1 }, a9: {} }\n",
      "leave:u8 person=u8 accounts=a9 roles=staff\n"
      "transfer:a8 holder=u1 subject_account=a8 previous_holder=u8\n"
      "listed:a9 holder=null subject_account=a9 previous_holder=u8\n" },
    { "had left already", U1 "u8: { kind: leaver, accounts: [a8] } }\n", U1 "}\n",
      "" },
    { "an account of a leaver was found", U1 "u8: { kind: leaver } }\n",
      U1 "u8: { kind: leaver, accounts: [a8] } }\n",
      "gone:u8 person=u8 accounts=a8 roles=\n"
      "register:a8 account_kind=null holder=u8 subject_account=a8\n" },
    { "a leaver who was not there", U1 "}\n", U1 "u8: { kind: leaver } }\n",
      "gone:u8 person=u8 accounts= roles= dept=null manager=null\n" },
    { "is family now", U1 "u8: { kind: staff } }\n",
      U1 "u8: { kind: family, accounts: [a8] } }\n",
      "leave:u8 person=u8 accounts=a8 roles=staff\n"
      "register:a8 account_kind=null holder=u8 subject_account=a8\n" },
    { "family goes", U1 "u8: { kind: family, accounts: [a8] } }\n", U1 "}\n",
      "close:a8 holder=u8 subject_account=a8\n" },
    { "another kind of account", U1 WITH_ACCOUNTS "a: { holder: u1, kind: work } }\n",
      U1 WITH_ACCOUNTS "a: { holder: u1 } }\n",
      "listed:a account_kind=null holder=u1 subject_account=a\n" },
    { "an account has a holder now", U1 WITH_ACCOUNTS "a: {} }\n",
      U1 WITH_ACCOUNTS "a: { holder: u1, kind: work } }\n",
      "listed:a account_kind=work holder=u1 subject_account=a\n" },
    { "an account of nobody goes", U1 WITH_ACCOUNTS "a: { kind: club } }\n", U1 "}\n",
      "leave:u2 person=u2 accounts= roles=staff\n"
      "close:a account_kind=club subject_account=a\n" },
    { "only approved", U1 WITH_ACCOUNTS "a: {} }\n", U1 WITH_ACCOUNTS "a: { approved_by: u1 } }\n",
      "" },
    { "a group", U1 "}\n", U1 "} \ngroups: { g: { kind: company, approved_by: u1 } }\n",
      "create:g group_kind=company approved_by=u1 group=g purpose=null "
      "responsible=null\n" },
    { "a group goes", U1 "} \ngroups: { g: { kind: company, responsible: u1 } }\n",
      U1 "}\n", "dissolve:g group_kind=company group=g responsible=u1\n" },
    { "a group is other in all",
      U1 WITH_GROUPS "g: { kind: company, responsible: u1, purpose: 甲 } }\n",
      U1 WITH_GROUPS "g: { responsible: u2, purpose: 乙 } }\n",
      "owner:g group_kind=null group=g purpose=乙 responsible=u2\n"
      "purpose:g group_kind=null group=g purpose=乙 responsible=u2\n" },
    { "a group has nobody", U1 WITH_GROUPS "g: { responsible: u1, purpose: 甲 } }\n",
      U1 WITH_GROUPS "g: {} }\n",
      "owner:g group=g purpose=null responsible=null\n"
      "purpose:g group=g purpose=null responsible=null\n" },
    { "another kind of group", U1 WITH_GROUPS "g: { kind: company } }\n",
      U1 WITH_GROUPS "g: { kind: ward } }\n", "listed:g group_kind=ward group=g\n" },
};

static void test_says_what_has_changed(void)
{
    for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++)
        expect(changes[i].label, changes[i].since, changes[i].now,
               changes[i].events);
}

static void test_stops_where_it_is_told_to(void)
{
    policy_directory *d = read(office);
    policy_directory_feed f = feed_at(0, NULL);
    policy_event *e = NULL;

    CU_ASSERT_EQUAL_FATAL(policy_event_new(&e, NULL, NULL, NULL), POLICY_OK);
    for (size_t n = 1; n < 9; n++) {
        struct lines l = { .stop_after = n };

        CU_ASSERT_EQUAL(policy_directory_events(d, &f, e, add_line, &l, NULL),
                        POLICY_OK);
        CHECK_INT_EQ("events", l.count, n);
    }
    policy_event_free(e);
    policy_directory_free(d);
}

/* --- ids */

struct ids {
    char id[16][300];
    size_t count;
};

static int add_id(void *user, policy_event *e)
{
    struct ids *x = user;
    policy_str id = policy_event_id(e);

    snprintf(x->id[x->count++], 300, "%.*s", (int)id.len, id.ptr);
    return 0;
}

static struct ids ids_of(const char *yaml, const policy_directory_feed *f)
{
    struct ids x = { .count = 0 };
    policy_directory *d = read(yaml);
    policy_event *e = NULL;

    CU_ASSERT_EQUAL_FATAL(policy_event_new(&e, NULL, NULL, NULL), POLICY_OK);
    CHECK(!policy_directory_events(d, f, e, add_id, &x, NULL), "%s", yaml);
    policy_event_free(e);
    policy_directory_free(d);
    return x;
}

static size_t count_same(const struct ids *a, const struct ids *b)
{
    size_t same = 0;

    for (size_t i = 0; i < a->count; i++)
        for (size_t k = 0; k < b->count; k++)
            same += !strcmp(a->id[i], b->id[k]);
    return same;
}

static void test_ids_name_what_is_said(void)
{
    static const char yaml[] = "people: { u1: { kind: staff }, u2: { kind: staff } }\n";
    static const char other[] = "people: { u1: { kind: staff }, u2: { kind: staff,\n"
                                "  dept: 甲 } }\n";
    policy_directory_feed f = feed_at(0, NULL);
    struct ids a = ids_of(yaml, &f), b = ids_of(yaml, &f);

    CHECK(a.count == 2 && count_same(&a, &a) == 2 && count_same(&a, &b) == 2,
          "the same again");
    b = ids_of(other, &f);
    CHECK_INT_EQ("one of two differs", count_same(&a, &b), 1);
    f.time++;
    b = ids_of(yaml, &f);
    CHECK_INT_EQ("another time", count_same(&a, &b), 0);
    f.time--;
    f.org = "p";
    b = ids_of(yaml, &f);
    CHECK_INT_EQ("another organisation", count_same(&a, &b), 0);
    CHECK_CSTR_EQ("on every machine", a.id[0], "listed:u1:3451bdf50f85deb2");
}

/* Two people whose ids are as long as one may be, and differ in the end. */
static void test_long_ids_differ(void)
{
    policy_directory_feed f = feed_at(0, NULL);
    char yaml[1024], long_id[257];
    struct ids a;

    memset(long_id, 'u', 255);
    long_id[255] = '\0';
    snprintf(yaml, sizeof(yaml),
             "people:\n  %s1: { kind: staff }\n  %s2: { kind: staff }\n", long_id,
             long_id);
    a = ids_of(yaml, &f);
    CHECK(a.count == 2 && count_same(&a, &a) == 2 && strlen(a.id[0]) == 256,
          "%s and %s", a.id[0], a.id[1]);
}

static void test_refuses(void)
{
    policy_directory *d = read("people: { u1: { kind: staff, accounts: [a, b, c] } }\n"
                               "groups: { g: { purpose: 很长很长的用途 } }\n");
    policy_directory_feed good = feed_at(0, NULL), f = good;
    policy_limits few = { .size = sizeof(few), .list_items = 2 };
    policy_limits brief = { .size = sizeof(brief), .text_bytes = 8 };
    policy_error err = POLICY_ERROR_INIT;
    struct lines l = { .len = 0 };
    policy_event *e = NULL, *small = NULL, *narrow = NULL;

    policy_event_new(&e, NULL, NULL, NULL);
    policy_event_new(&small, NULL, &few, NULL);
    policy_event_new(&narrow, NULL, &brief, NULL);
#define REFUSED(d, f, e, as)                                                  \
    CHECK(policy_directory_events(d, f, e, add_line, &l, &err) == (as) &&     \
              err.status == (as) && err.code[0], "%d: %s", (int)err.status,   \
          err.message)
    REFUSED(NULL, &f, e, POLICY_EMISUSE);
    REFUSED(d, NULL, e, POLICY_EMISUSE);
    REFUSED(d, &f, NULL, POLICY_EMISUSE);
    CHECK_INT_EQ("no callback", policy_directory_events(d, &f, e, NULL, NULL, NULL),
                 POLICY_EMISUSE);
    f.size = 8;
    REFUSED(d, &f, e, POLICY_EMISUSE);
    f = good;
    f.org = "";
    REFUSED(d, &f, e, POLICY_EMISUSE);
    f.org = "o\n";
    REFUSED(d, &f, e, POLICY_EINPUT);
    f = good;
    f.time = INT64_MAX - 1;
    REFUSED(d, &f, e, POLICY_EINPUT);
    f.time = 253402300799999; /* the last of the year 9999 */
    REFUSED(d, &f, e, POLICY_EINPUT);
    CHECK_INT_EQ("no event so far", l.count, 0);
    REFUSED(d, &good, small, POLICY_ELIMIT);
    CHECK(strstr(err.message, "list_items"), "%s", err.message);
    REFUSED(d, &good, narrow, POLICY_ELIMIT);
    CHECK(strstr(err.message, "text_bytes"), "%s", err.message);
    CHECK(policy_event_id(narrow).len == 0, "never half an event");
#undef REFUSED
    policy_event_free(narrow);
    policy_event_free(small);
    policy_event_free(e);
    policy_directory_free(d);
}

/* --- what is known after them */

/* All that may be known, each as the id of a rule. */
static const char asking[] =
    "local function is(id, name, values)\n"
    "  for i = 1, #values do\n"
    "    rule { id = id .. values[i], title = \"t\", reason = \"x\","
    " category = \"off_topic\",\n"
    "      on = \"message\", broad = true, where = { [name] = values[i] },"
    " verdict = \"flag\",\n"
    "      tests = { miss \"好\" } }\n"
    "  end\n"
    "end\n"
    "local people = { \"u0\", \"u1\", \"u2\", \"u3\" }\n"
    "is(\"roles-\", \"actor.roles\", { \"staff\", \"manager\", \"reviewer\" })\n"
    "is(\"dept-\", \"actor.dept\", { \"d0\", \"d1\" })\n"
    "is(\"manager-\", \"actor.manager\", people)\n"
    "is(\"state-\", \"actor.state\", { \"active\", \"moving\", \"left\" })\n"
    "is(\"holder-\", \"account.holder\", people)\n"
    "is(\"kind-\", \"account.kind\", { \"work\", \"official\" })\n"
    "is(\"dept-of-holder-\", \"account.dept\", { \"d0\", \"d1\" })\n"
    "is(\"responsible-\", \"conversation.responsible\", people)\n"
    "is(\"group_kind-\", \"conversation.group_kind\", { \"company\", \"private\" })\n"
    "is(\"purpose-\", \"conversation.purpose\", { \"p0\", \"p1\" })\n"
    "rule { id = \"left-behind\", title = \"t\", reason = \"x\","
    " category = \"off_topic\", on = \"message\",\n"
    "  where = known { \"leavers\", key = \"account\" }, verdict = \"flag\","
    " tests = { miss \"好\" } }\n";

enum { PEOPLE = 4, ACCOUNTS = 4, CHATS = 3, TURNS = 5 };

/* A directory in arrays; -1: not said, or nobody. */
struct entry {
    int kind; /* of people: 0 nobody, 1 staff, 2 leaver, 3 family */
    int roles, dept, manager;
};
struct held {
    bool there;
    int holder, kind;
};
struct chat {
    bool there;
    int responsible, kind, purpose;
};
struct plan {
    struct entry people[PEOPLE];
    struct held accounts[ACCOUNTS];
    struct chat chats[CHATS];
};

static int draw(uint64_t *seed, int below)
{
    return (int)(test_random(seed) % (unsigned)below);
}

/* A person of the plan, or nobody. */
static int draw_person(uint64_t *seed, const struct plan *p)
{
    int who = draw(seed, PEOPLE + 1) - 1;

    return who >= 0 && p->people[who].kind ? who : -1;
}

/* Some of the entries of the one before it are drawn anew. */
static struct plan draw_plan(uint64_t *seed, const struct plan *before)
{
    struct plan p = *before;

    for (int i = 0; i < PEOPLE; i++)
        if (!draw(seed, 3))
            p.people[i] = (struct entry){ draw(seed, 4), draw(seed, 4),
                                          draw(seed, 3) - 1, 0 };
    for (int i = 0; i < PEOPLE; i++)
        if (!draw(seed, 3) || p.people[i].manager < 0 ||
            !p.people[p.people[i].manager].kind)
            p.people[i].manager = draw_person(seed, &p);
    for (int i = 0; i < ACCOUNTS; i++) {
        struct held *a = &p.accounts[i];

        if (!draw(seed, 3))
            *a = (struct held){ draw(seed, 4) != 0, draw_person(seed, &p),
                                draw(seed, 3) - 1 };
        if (a->holder >= 0 && !p.people[a->holder].kind) {
            a->holder = -1;
            a->there = draw(seed, 2);
        }
    }
    for (int i = 0; i < CHATS; i++) {
        struct chat *c = &p.chats[i];

        if (!draw(seed, 3))
            *c = (struct chat){ draw(seed, 4) != 0, draw_person(seed, &p),
                                draw(seed, 3) - 1, draw(seed, 3) - 1 };
        if (c->responsible >= 0 && !p.people[c->responsible].kind)
            c->responsible = -1;
    }
    return p;
}

static void put(struct lines *l, const char *format, int value)
{
    if (value >= 0)
        l->len += (size_t)snprintf(l->text + l->len, sizeof(l->text) - l->len,
                                   format, value);
}

static const char *const kinds[] = { "", "staff", "leaver", "family" };
static const char *const account_kinds[] = { "work", "official" };
static const char *const chat_kinds[] = { "company", "private" };
static const char *const roles[] = { "", "manager", "reviewer",
                                     "manager, reviewer" };

static policy_directory *build(const struct plan *p)
{
    struct lines l = { .len = 0 };

    add(&l, POL_STR("people:\n"));
    for (int i = 0; i < PEOPLE; i++) {
        const struct entry *x = &p->people[i];

        if (!x->kind)
            continue;
        put(&l, "  u%d: { ", i);
        add(&l, POL_STR("kind: "));
        add(&l, pol_str(kinds[x->kind]));
        add(&l, POL_STR(", roles: ["));
        add(&l, pol_str(roles[x->roles]));
        add(&l, POL_STR("]"));
        put(&l, ", dept: d%d", x->dept);
        put(&l, ", manager: u%d", x->manager);
        add(&l, POL_STR(" }\n"));
    }
    add(&l, POL_STR("  u9: { kind: staff }\naccounts:\n  a9: {}\n"));
    for (int i = 0; i < ACCOUNTS; i++) {
        const struct held *a = &p->accounts[i];

        if (!a->there)
            continue;
        put(&l, "  a%d: { ", i);
        put(&l, "holder: u%d, ", a->holder);
        if (a->kind >= 0) {
            add(&l, POL_STR("kind: "));
            add(&l, pol_str(account_kinds[a->kind]));
        }
        add(&l, POL_STR(" }\n"));
    }
    add(&l, POL_STR("groups:\n  g9: {}\n"));
    for (int i = 0; i < CHATS; i++) {
        const struct chat *c = &p->chats[i];

        if (!c->there)
            continue;
        put(&l, "  g%d: { ", i);
        put(&l, "responsible: u%d, ", c->responsible);
        put(&l, "purpose: p%d, ", c->purpose);
        if (c->kind >= 0) {
            add(&l, POL_STR("kind: "));
            add(&l, pol_str(chat_kinds[c->kind]));
        }
        add(&l, POL_STR(" }\n"));
    }
    return read(l.text);
}

/* What is known of everything. */
struct known {
    struct entry people[PEOPLE];
    int state[PEOPLE]; /* 0 unknown, 1 active, 2 left */
    struct held accounts[ACCOUNTS];
    struct chat chats[CHATS];
    bool left[ACCOUNTS]; /* behind by a leaver */
};

static int who(const struct plan *p, int i)
{
    return p->people[i].kind;
}

/* The sentences of the manual, one after the other; `old` NULL: alone. */
static void learn_people(struct known *k, const struct plan *old,
                         const struct plan *now)
{
    for (int i = 0; i < PEOPLE; i++) {
        bool was = old && who(old, i) == 1;

        if (who(now, i) == 1 || who(now, i) == 2) {
            k->people[i] = now->people[i];
            k->state[i] = who(now, i);
        } else if (was) {
            k->state[i] = 2;
        }
        if (k->state[i] != 2 || who(now, i) == 1)
            continue;
        if (!was && who(now, i) != 2)
            continue; /* nothing new of who had left */
        for (int a = 0; a < ACCOUNTS; a++) {
            const struct held *n = &now->accounts[a];
            bool had = old && old->accounts[a].there &&
                       old->accounts[a].holder == i;

            if (n->there ? n->holder == i || (had && n->holder < 0)
                         : had && !who(now, i))
                k->left[a] = true;
        }
    }
}

static void learn_accounts(struct known *k, const struct plan *old,
                           const struct plan *now)
{
    for (int a = 0; a < ACCOUNTS; a++) {
        const struct held *n = &now->accounts[a];
        const struct held *o = old ? &old->accounts[a] : NULL;
        int holder = o && o->there ? o->holder : -1;

        if (n->there) {
            if (holder >= 0 && n->holder >= 0 && n->holder != holder &&
                who(now, n->holder) != 2)
                k->left[a] = false;
            k->accounts[a] = *n;
        } else if (o && o->there &&
                   !(holder >= 0 && (who(old, holder) == 1 || who(old, holder) == 2) &&
                     !who(now, holder))) {
            k->accounts[a].there = k->left[a] = false;
        }
    }
}

static void learn_chats(struct known *k, const struct plan *old,
                        const struct plan *now)
{
    for (int i = 0; i < CHATS; i++)
        if (now->chats[i].there || (old && old->chats[i].there))
            k->chats[i] = now->chats[i];
}

/* As past_found() says it. */
static void say_is(struct lines *l, const char *format, int value)
{
    if (value < 0)
        return;
    add(l, l->len ? POL_STR(" ") : POL_STR(""));
    put(l, format, value);
}

static void say_word(struct lines *l, const char *name, const char *word)
{
    add(l, l->len ? POL_STR(" ") : POL_STR(""));
    add(l, pol_str(name));
    add(l, pol_str(word));
}

static void say_person(struct lines *l, const struct known *k, int i)
{
    const struct entry *x = &k->people[i];

    if (!k->state[i])
        return;
    if (k->state[i] == 1) {
        say_word(l, "roles-", "staff");
        if (x->roles & 1)
            say_word(l, "roles-", "manager");
        if (x->roles & 2)
            say_word(l, "roles-", "reviewer");
        say_is(l, "dept-d%d", x->dept);
        say_is(l, "manager-u%d", x->manager);
    }
    say_word(l, "state-", k->state[i] == 1 ? "active" : "left");
}

static void say_account(struct lines *l, const struct known *k, int a)
{
    const struct held *x = &k->accounts[a];

    if (x->there) {
        say_is(l, "holder-u%d", x->holder);
        if (x->kind >= 0)
            say_word(l, "kind-", account_kinds[x->kind]);
        if (x->holder >= 0 && k->state[x->holder])
            say_is(l, "dept-of-holder-d%d", k->people[x->holder].dept);
    }
    if (k->left[a])
        say_word(l, "", "left-behind");
}

static void say_chat(struct lines *l, const struct known *k, int i)
{
    const struct chat *x = &k->chats[i];

    if (!x->there)
        return;
    say_is(l, "responsible-u%d", x->responsible);
    if (x->kind >= 0)
        say_word(l, "group_kind-", chat_kinds[x->kind]);
    say_is(l, "purpose-p%d", x->purpose);
}

struct feeding {
    struct past *p;
    int events, changes;
};

static int judge_and_apply(void *user, policy_event *e)
{
    struct feeding *x = user;
    struct host *h = &x->p->h;

    x->events++;
    if (!CHECK(policy_session_evaluate(&h->decision, h->session, e, &x->p->state,
                                       &h->error) == POLICY_OK, "%s",
               h->error.message))
        return 1;
    x->changes += (int)policy_decision_change_count(h->decision);
    past_apply(x->p, "fed");
    return 0;
}

static struct feeding feed(struct past *p, const policy_directory *d,
                           const policy_directory *since, int64_t second)
{
    policy_directory_feed f = feed_at(second, since);
    struct feeding x = { p, 0, 0 };

    CHECK(policy_directory_events(d, &f, p->h.event, judge_and_apply, &x,
                                  &p->h.error) == POLICY_OK, "%s",
          p->h.error.message);
    return x;
}

/* What a message finds of one person, account or chat; of a leaver no more than
 * that he has left. */
static const char *probe(struct past *p, int64_t second, const char *field,
                         int i)
{
    static char all[1024];
    char json[256];
    const char *left;

    snprintf(json, sizeof(json),
             "{\"id\":\"m\",\"source\":\"s\",\"type\":\"message\",\"org\":\"o\","
             "\"time\":%lld,\"%s\":\"%c%d\",\"text\":\"好\"}",
             (long long)(START + second) * 1000, field,
             *field == 'c' ? 'g' : field[2] == 't' ? 'u' : 'a', i);
    if (!past_judge(&p->h, &p->state, json))
        return "";
    snprintf(all, sizeof(all), "%s", past_found(p->h.decision));
    left = strstr(all, "state-left");
    return left ? left : all;
}

static void check_known(struct past *p, const struct known *k, int64_t second,
                        const char *label)
{
    for (int i = 0; i < PEOPLE; i++) {
        struct lines l = { .len = 0 };

        say_person(&l, k, i);
        CHECK_CSTR_EQ(label, probe(p, second, "actor", i), l.text);
    }
    for (int i = 0; i < ACCOUNTS; i++) {
        struct lines l = { .len = 0 };

        say_account(&l, k, i);
        CHECK_CSTR_EQ(label, probe(p, second, "account", i), l.text);
    }
    for (int i = 0; i < CHATS; i++) {
        struct lines l = { .len = 0 };

        say_chat(&l, k, i);
        CHECK_CSTR_EQ(label, probe(p, second, "conversation", i), l.text);
    }
}

/* Feeding the differences leaves what feeding the last one alone does, but for
 * what it no longer names. */
static void check_alone(struct past *p, struct past *alone, const struct plan *now,
                        int64_t second)
{
    char found[1024];

    for (int i = 0; i < PEOPLE; i++) {
        if (now->people[i].kind != 1 && now->people[i].kind != 2)
            continue;
        snprintf(found, sizeof(found), "%s", probe(alone, second, "actor", i));
        CHECK_CSTR_EQ("people", probe(p, second, "actor", i), found);
    }
    for (int i = 0; i < ACCOUNTS; i++) {
        char *left;

        if (!now->accounts[i].there)
            continue;
        snprintf(found, sizeof(found), "%s", probe(alone, second, "account", i));
        if ((left = strstr(found, "left-behind")))
            *left = '\0';
        CHECK(!strncmp(probe(p, second, "account", i), found, strlen(found)),
              "accounts: %s", found);
    }
    for (int i = 0; i < CHATS; i++) {
        if (!now->chats[i].there)
            continue;
        snprintf(found, sizeof(found), "%s",
                 probe(alone, second, "conversation", i));
        CHECK_CSTR_EQ("chats", probe(p, second, "conversation", i), found);
    }
}

static void learn(struct known *k, const struct plan *old, const struct plan *now)
{
    learn_people(k, old, now);
    learn_accounts(k, old, now);
    learn_chats(k, old, now);
}

static void one_story(struct host *h, uint64_t seed)
{
    struct plan plans[TURNS] = { { .people = { { 0 } } } };
    policy_directory *d[TURNS];
    struct past p = { .h = *h }, alone = { .h = *h };
    struct known k = { .state = { 0 } }, known_alone = { .state = { 0 } };
    struct feeding x;
    int64_t second = 0;
    char label[40];

    if (!past_store(&p))
        return;
    for (int t = 0; t < TURNS; t++, second += 60) {
        snprintf(label, sizeof(label), "seed %llu, turn %d",
                 (unsigned long long)seed, t);
        plans[t] = draw_plan(&seed, &plans[t ? t - 1 : 0]);
        d[t] = build(&plans[t]);
        feed(&p, d[t], t ? d[t - 1] : NULL, second);
        learn(&k, t ? &plans[t - 1] : NULL, &plans[t]);
        check_known(&p, &k, second + 1, label);
        x = feed(&p, d[t], t ? d[t - 1] : NULL, second);
        CHECK_INT_EQ("twice is as once", x.changes, 0);
        check_known(&p, &k, second + 1, label);
    }
    second -= 60;
    if (past_store(&alone)) {
        feed(&alone, d[TURNS - 1], NULL, second);
        learn(&known_alone, NULL, &plans[TURNS - 1]);
        check_known(&alone, &known_alone, second + 1, "alone");
        check_alone(&p, &alone, &plans[TURNS - 1], second + 1);
        policy_memory_free(alone.m);
    }
    for (int t = 0; t < TURNS; t++)
        policy_directory_free(d[t]);
    policy_memory_free(p.m);
}

static void test_what_is_known_is_what_the_last_one_says(void)
{
    unsigned rounds = test_rounds(200, 5000);
    struct host h;

    if (host_open(&h, NULL, asking))
        for (unsigned i = 0; i < rounds; i++)
            one_story(&h, i);
    host_close(&h);
}

/* --- many */

/* Of every tenth the department is another one. */
static policy_directory *town(int people, const char *dept)
{
    size_t cap = (size_t)people * 80 + 32, len = 0;
    char *yaml = malloc(cap);
    policy_directory *d;

    len += (size_t)sprintf(yaml, "people:\n");
    for (int i = 0; i < people; i++)
        len += (size_t)snprintf(yaml + len, cap - len,
                                "  u%d: { kind: staff, dept: %s, manager: u%d,"
                                " accounts: [a%d] }\n", i, i % 10 ? "d" : dept,
                                i / 10, i);
    d = read(yaml);
    free(yaml);
    return d;
}

static int count_events(void *user, policy_event *e)
{
    (void)e;
    ++*(size_t *)user;
    return 0;
}

static void test_a_town_asks_for_nothing_once_warm(void)
{
    enum { MANY = TEST_SANITIZED ? 2000 : 15000 };
    policy_directory *old = town(MANY, "d"), *now = town(MANY, "e");
    policy_directory_feed f = feed_at(0, NULL);
    struct test_allocator t;
    policy_event *e = NULL;
    size_t events = 0, requests;

    test_allocator_init(&t);
    CU_ASSERT_EQUAL_FATAL(policy_event_new(&e, &t.allocator, NULL, NULL), POLICY_OK);
    CU_ASSERT_EQUAL(policy_directory_events(now, &f, e, count_events, &events, NULL),
                    POLICY_OK);
    CHECK_INT_EQ("people and accounts", events, 2 * MANY);
    requests = t.requests;
    f.since = old;
    events = 0;
    CU_ASSERT_EQUAL(policy_directory_events(now, &f, e, count_events, &events, NULL),
                    POLICY_OK);
    CHECK_INT_EQ("moved, and there", events, 2 * MANY / 10);
    CHECK_INT_EQ("requests", t.requests, requests);
    policy_event_free(e);
    test_allocator_clean(&t);
    policy_directory_free(now);
    policy_directory_free(old);
}

static const struct test_case tests[] = {
    { "says how things stand", test_says_how_things_stand },
    { "says what has changed", test_says_what_has_changed },
    { "stops where it is told to", test_stops_where_it_is_told_to },
    { "ids name what is said", test_ids_name_what_is_said },
    { "long ids differ", test_long_ids_differ },
    { "refuses", test_refuses },
    { "what is known is what the last one says",
      test_what_is_known_is_what_the_last_one_says },
    { "a town asks for nothing once warm",
      test_a_town_asks_for_nothing_once_warm },
};

POLICY_TEST_MAIN("directory_events", tests)
