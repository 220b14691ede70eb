/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Conditions in three values: every test on every kind of value, joins over
 * every combination, hosts as a browser reads them.
 */
#include "view_check.h"

#include "rule/condition.h"

static const char *const truth_names[] = { "false", "true", "unknown" };

#define CHECK_TRUTH(label, got, want)                                          \
    do {                                                                       \
        pol_truth got_ = (got), want_ = (want);                                \
        CHECK(got_ == want_, "%s: %s, want %s", label, truth_names[got_],      \
              truth_names[want_]);                                             \
    } while (0)

/* A file_transfer, which has fields of every kind. */
enum {
    ID = POLICY_FIELD_CONVERSATION,
    TEXT = POLICY_FIELD_NAME,
    INT = POLICY_FIELD_SIZE,
    BOOL = POLICY_FIELD_ENCRYPTED,
    LIST = POLICY_FIELD_RECIPIENTS,
    ENUM = POLICY_FIELD_OPERATION,
    TIME = POLICY_FIELD_TIME
};

static const policy_str ab[] = { S("a"), S("b") }, c1[] = { S("c") },
                        bc[] = { S("b"), S("c") },
                        set_items[] = { S("a"), S("q") };
static const pol_idset set_aq = { S("aq"), false, set_items, 2 };

#define F POL_FALSE
#define T POL_TRUE
#define U POL_UNKNOWN

/* The kinds of values a field can have: columns of the table below. */
enum {
    ABSENT,
    NUL,
    NO,
    YES,
    ZERO,
    FIVE,
    EMPTY,
    A,
    ABC,
    NONE,
    AB,
    C,
    AT,
    KINDS
};
static const char *const kind_names[KINDS] = {
    "absent", "null",    "false", "true",   "0",   "5",     "\"\"",
    "\"a\"",  "\"abc\"", "[]",    "[a, b]", "[c]", "a time"
};

static pol_value value_of(int kind)
{
    switch (kind) {
    case NUL:
        return (pol_value){ .kind = POL_NULL };
    case NO:
    case YES:
        return bool_value(kind == YES);
    case ZERO:
    case FIVE:
        return int_value(kind == FIVE ? 5 : 0);
    case EMPTY:
        return str_value(S(""));
    case A:
        return str_value(S("a"));
    case ABC:
        return str_value(S("abc"));
    case NONE:
        return list_value(NULL, 0);
    case AB:
        return list_value(ab, 2);
    case C:
        return list_value(c1, 1);
    default:
        return time_value(1000);
    }
}

static pol_truth eval_on(const pol_cond *c, int kind)
{
    struct view_check v;
    pol_truth t;

    view_open(&v, POLICY_TYPE_FILE_TRANSFER);
    if (kind != ABSENT)
        pol_event_put(v.event, ID, value_of(kind));
    t = pol_cond_eval(c, &v.view, NULL);
    CHECK_INT_EQ("status", v.view.status, POLICY_OK);
    view_close(&v);
    return t;
}

static void test_every_test_on_every_kind(void)
{
    const pol_value a[] = { { .kind = POL_STR, .str = S("a") } };
    const pol_value two[] = { { .kind = POL_STR, .str = S("a") },
                              { .kind = POL_STR, .str = S("b") } };
    const pol_value five[] = { { .kind = POL_INT, .i = 5 } };
    const pol_value one[] = { { .kind = POL_INT, .i = 1 } };
    const pol_value yes[] = { { .kind = POL_BOOL, .i = 1 } };
    const pol_value at[] = { { .kind = POL_TIME, .i = 1000 } };
    const struct {
        const char *label;
        pol_cond c;
        uint8_t want[KINDS];
    } rows[] = {
        /*                                 - nul no yes 0 5 "" a abc [] ab c t
         */
        { "= a",
          { POL_COND_IS, ID, .values = a, .value_count = 1 },
          { U, U, F, F, F, F, F, T, F, F, T, F, F } },
        { "= a or b",
          { POL_COND_IS, ID, .values = two, .value_count = 2 },
          { U, U, F, F, F, F, F, T, F, F, T, F, F } },
        { "= 5",
          { POL_COND_IS, ID, .values = five, .value_count = 1 },
          { U, U, F, F, F, T, F, F, F, F, F, F, F } },
        { "= 1",
          { POL_COND_IS, ID, .values = one, .value_count = 1 },
          { U, U, F, F, F, F, F, F, F, F, F, F, F } },
        { "= true",
          { POL_COND_IS, ID, .values = yes, .value_count = 1 },
          { U, U, F, T, F, F, F, F, F, F, F, F, F } },
        { "= time",
          { POL_COND_IS, ID, .values = at, .value_count = 1 },
          { U, U, F, F, F, F, F, F, F, F, F, F, T } },
        { "none_of",
          { POL_COND_NONE_OF, ID, .values = two, .value_count = 2 },
          { U, U, T, T, T, T, T, F, T, T, F, T, T } },
        { "all_of",
          { POL_COND_ALL_OF, ID, .values = two, .value_count = 2 },
          { U, U, F, F, F, F, F, F, F, F, T, F, F } },
        { "more_than",
          { POL_COND_MORE, ID, .number = 4 },
          { U, U, U, U, F, T, U, U, U, U, U, U, U } },
        { "more_than itself",
          { POL_COND_MORE, ID, .number = 5 },
          { U, U, U, U, F, F, U, U, U, U, U, U, U } },
        { "less_than",
          { POL_COND_LESS, ID, .number = 1 },
          { U, U, U, U, T, F, U, U, U, U, U, U, U } },
        { "less_than itself",
          { POL_COND_LESS, ID, .number = 0 },
          { U, U, U, U, F, F, U, U, U, U, U, U, U } },
        { "among",
          { POL_COND_AMONG, ID, .set = &set_aq },
          { U, U, F, F, F, F, F, T, F, F, T, F, F } },
        { "outside",
          { POL_COND_OUTSIDE, ID, .set = &set_aq },
          { U, U, T, T, T, T, T, F, T, T, F, T, T } },
        { "absent",
          { POL_COND_ABSENT, ID },
          { T, T, F, F, F, F, F, F, F, F, F, F, F } },
        { "present",
          { POL_COND_PRESENT, ID },
          { F, F, T, T, T, T, T, T, T, T, T, T, T } },
        { "empty",
          { POL_COND_EMPTY, ID },
          { F, F, F, F, F, F, T, F, F, T, F, F, F } },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        for (int k = 0; k < KINDS; k++) {
            char label[64];

            snprintf(label, sizeof(label), "%s on %s", rows[i].label,
                     kind_names[k]);
            CHECK_TRUTH(label, eval_on(&rows[i].c, k), rows[i].want[k]);
        }
}

/* --- one field against another */

static void test_fields_against_each_other(void)
{
    const pol_value absent = { .kind = POL_ABSENT };
    const pol_value words[] = {
        { .kind = POL_STR, .word = 3, .str = S("send") },
        { .kind = POL_STR, .word = 4, .str = S("save") },
        { .kind = POL_STR, .word = 0, .str = S("send") },
    };
    const struct {
        const char *label;
        pol_cond_op op;
        int32_t field;
        pol_value value, other;
        int64_t number;
        pol_truth want;
    } rows[] = {
        { "same id", POL_COND_SAME, ID, value_of(A), value_of(A), 0, T },
        { "other id", POL_COND_SAME, ID, value_of(A), value_of(ABC), 0, F },
        { "ids are not folded", POL_COND_SAME, ID, value_of(A),
          str_value(S("A")), 0, F },
        { "ids differ", POL_COND_DIFFERS, ID, value_of(A), value_of(ABC), 0,
          T },
        { "same ids differ", POL_COND_DIFFERS, ID, value_of(A), value_of(A), 0,
          F },
        { "nothing differs", POL_COND_DIFFERS, ID, absent, value_of(A), 0, U },
        { "differs from nothing", POL_COND_DIFFERS, ID, value_of(A), absent, 0,
          U },
        { "same as nothing", POL_COND_SAME, ID, value_of(A), absent, 0, U },
        { "nothing but nothing", POL_COND_SAME, ID, absent, absent, 0, U },
        { "null", POL_COND_SAME, ID, value_of(NUL), value_of(NUL), 0, U },
        { "text folded", POL_COND_SAME, TEXT, str_value(S("Ａbc")),
          value_of(ABC), 0, T },
        { "text of another length", POL_COND_SAME, TEXT, str_value(S("abcd")),
          value_of(ABC), 0, F },
        { "text differs", POL_COND_DIFFERS, TEXT, str_value(S("abd")),
          value_of(ABC), 0, T },
        { "text differs by case only", POL_COND_DIFFERS, TEXT,
          str_value(S("ABC")), value_of(ABC), 0, F },
        { "ill-formed text is itself", POL_COND_SAME, TEXT,
          str_value(S("\xff")), str_value(S("\xff")), 0, T },
        { "same number", POL_COND_SAME, INT, int_value(5), int_value(5), 0, T },
        { "number and truth", POL_COND_SAME, INT, int_value(1),
          bool_value(true), 0, F },
        { "same time", POL_COND_SAME, TIME, time_value(7), time_value(7), 0,
          T },
        { "time differs", POL_COND_DIFFERS, TIME, time_value(7), time_value(8),
          0, T },
        { "same word", POL_COND_SAME, ENUM, words[0], words[0], 0, T },
        { "another word", POL_COND_SAME, ENUM, words[0], words[1], 0, F },
        { "a word by its bytes", POL_COND_SAME, ENUM, words[0], words[2], 0,
          T },
        { "lists as sets", POL_COND_SAME, LIST, list_value(ab, 2),
          list_value((policy_str[]){ S("b"), S("a"), S("a") }, 3), 0, T },
        { "a part of a list", POL_COND_SAME, LIST, list_value(ab, 2),
          list_value(ab, 1), 0, F },
        { "a list that holds it", POL_COND_SAME, LIST, list_value(ab, 2),
          value_of(A), 0, T },
        { "held by a list", POL_COND_SAME, ID, value_of(A), list_value(ab, 2),
          0, T },
        { "not held", POL_COND_SAME, ID, value_of(ABC), list_value(ab, 2), 0,
          F },
        { "beyond", POL_COND_BEYOND, LIST, list_value(bc, 2), list_value(ab, 2),
          0, T },
        { "not beyond", POL_COND_BEYOND, LIST, list_value(ab, 1),
          list_value(ab, 2), 0, F },
        { "nothing is beyond", POL_COND_BEYOND, LIST, list_value(NULL, 0),
          list_value(ab, 2), 0, F },
        { "beyond nothing", POL_COND_BEYOND, LIST, list_value(ab, 2),
          list_value(NULL, 0), 0, T },
        { "beyond an absent list", POL_COND_BEYOND, LIST, list_value(ab, 2),
          absent, 0, U },
        { "one beyond", POL_COND_BEYOND, ID, value_of(ABC), list_value(ab, 2),
          0, T },
        { "later", POL_COND_LATER, TIME, time_value(111), time_value(10), 100,
          T },
        { "just not later", POL_COND_LATER, TIME, time_value(110),
          time_value(10), 100, F },
        { "earlier", POL_COND_LATER, TIME, time_value(10), time_value(111), 100,
          F },
        { "later than nothing", POL_COND_LATER, TIME, time_value(10), absent, 0,
          U },
        { "later than no time", POL_COND_LATER, TIME, time_value(10),
          int_value(1), 0, U },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct view_check v;
        pol_cond c = { .op = rows[i].op,
                       .field = rows[i].field,
                       .other = POLICY_FIELD_ACCOUNT,
                       .number = rows[i].number };

        view_open(&v, POLICY_TYPE_FILE_TRANSFER);
        if (rows[i].value.kind != POL_ABSENT)
            pol_event_put(v.event, rows[i].field, rows[i].value);
        if (rows[i].other.kind != POL_ABSENT)
            pol_event_put(v.event, POLICY_FIELD_ACCOUNT, rows[i].other);
        CHECK_TRUTH(rows[i].label, pol_cond_eval(&c, &v.view, NULL),
                    rows[i].want);
        view_close(&v);
    }
}

/* --- joins */

static const pol_cond leaves[3] = {
    { .op = POL_COND_PRESENT, .field = ID }, /* false */
    { .op = POL_COND_ABSENT, .field = ID },  /* true */
    { .op = POL_COND_MORE, .field = ID },    /* unknown */
};

static pol_truth naive_join(pol_cond_op op, const int *kids, int count)
{
    int trues = 0, falses = 0;

    for (int i = 0; i < count; i++) {
        trues += kids[i] == POL_TRUE;
        falses += kids[i] == POL_FALSE;
    }
    if (op == POL_COND_ALL)
        return falses ? F : trues == count ? T : U;
    if (trues)
        return op == POL_COND_ANY ? T : F;
    if (falses == count)
        return op == POL_COND_ANY ? F : T;
    return U;
}

static void test_joins_over_every_combination(void)
{
    struct view_check v;

    view_open(&v, POLICY_TYPE_FILE_TRANSFER);
    for (pol_cond_op op = POL_COND_ALL; op <= POL_COND_NONE; op++)
        for (int n = 0, all = 1; n <= 3; n++, all *= 3)
            for (int i = 0; i < all; i++) {
                int values[3] = { i % 3, i / 3 % 3, i / 9 };
                pol_cond kids[3] = { leaves[values[0]], leaves[values[1]],
                                     leaves[values[2]] };
                pol_cond c = { .op = op, .kids = kids, .kid_count = (size_t)n };
                const pol_cond *stopped = NULL;
                pol_truth t = pol_cond_eval(&c, &v.view, &stopped);
                char label[64];

                snprintf(label, sizeof(label), "join %d of %d: %d", op, n, i);
                CHECK_TRUTH(label, t, naive_join(op, values, n));
                CHECK((stopped != NULL) == (t != T), "%s", label);
            }
    view_close(&v);
}

static void test_joins_within_joins(void)
{
    const pol_cond inner[] = { leaves[U] };
    const pol_cond none = { .op = POL_COND_NONE,
                            .kids = inner,
                            .kid_count = 1 };
    const pol_cond kids[] = { none, leaves[T] };
    const pol_cond any = { .op = POL_COND_ANY, .kids = kids, .kid_count = 2 };
    const pol_cond all = { .op = POL_COND_ALL, .kids = kids, .kid_count = 2 };
    const pol_cond not_all[] = { all };
    const pol_cond none_all = { .op = POL_COND_NONE,
                                .kids = not_all,
                                .kid_count = 1 };
    struct view_check v;

    view_open(&v, POLICY_TYPE_FILE_TRANSFER);
    CHECK_TRUTH("the negation of unknown", pol_cond_eval(&none, &v.view, NULL),
                U);
    CHECK_TRUTH("any of it and true", pol_cond_eval(&any, &v.view, NULL), T);
    CHECK_TRUTH("all of it and true", pol_cond_eval(&all, &v.view, NULL), U);
    CHECK_TRUTH("none of that", pol_cond_eval(&none_all, &v.view, NULL), U);
    CHECK_TRUTH("no condition", pol_cond_eval(NULL, &v.view, NULL), T);
    view_close(&v);
}

static void test_names_the_test_that_stopped_it(void)
{
    const pol_cond kids[] = { leaves[T], leaves[U], leaves[F] };
    const pol_cond any[] = {
        { .op = POL_COND_ANY, .kids = kids + 1, .kid_count = 2 }
    };
    const pol_cond none[] = {
        { .op = POL_COND_NONE, .kids = kids, .kid_count = 1 }
    };
    const struct {
        const char *label;
        pol_cond c;
        const pol_cond *stopped;
    } rows[] = {
        { "the false one of all",
          { .op = POL_COND_ALL, .kids = kids, .kid_count = 3 },
          &kids[2] },
        { "the unknown one where none is false",
          { .op = POL_COND_ALL, .kids = kids, .kid_count = 2 },
          &kids[1] },
        { "the first of any",
          { .op = POL_COND_ANY, .kids = kids + 1, .kid_count = 2 },
          &kids[1] },
        { "through a join",
          { .op = POL_COND_ALL, .kids = any, .kid_count = 1 },
          &kids[1] },
        { "none itself",
          { .op = POL_COND_ALL, .kids = none, .kid_count = 1 },
          &none[0] },
    };
    struct view_check v;

    view_open(&v, POLICY_TYPE_FILE_TRANSFER);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const pol_cond *stopped = NULL;

        CHECK(pol_cond_eval(&rows[i].c, &v.view, &stopped) != T, "%s",
              rows[i].label);
        CHECK(stopped == rows[i].stopped, "%s", rows[i].label);
    }
    view_close(&v);
}

/* --- sets */

static void test_hosts_by_suffix(void)
{
    static const policy_str names[] = { S("1.2.3.4"), S("::1"), S("edu.cn"),
                                        S("good.example"), S("单位.cn") };
    static const pol_idset hosts = { S("h"), true, names, 5 };
    static const struct {
        const char *url;
        bool in;
    } rows[] = {
        { "good.example", true },
        { "www.good.example", true },
        { "a.b.good.example", true },
        { "xgood.example", false },
        { "good.example.bad.example", false },
        { "example", false },
        { "", false },
        { ".", false },
        { ".good.example", true },
        { "https://good.example", true },
        { "https://good.example/", true },
        { "HTTPS://WWW.GOOD.EXAMPLE/PATH", true },
        { "https://good.example:8443/x", true },
        { "good.example:80", true },
        { "https://good.example.", true },
        { "https://good.example.:443/", true },
        { "https://good.example?x=1", true },
        { "https://good.example#x", true },
        { "//good.example/x", true },
        { "///good.example/x", true },
        { "  https://good.example\n", true },
        { "https:good.example", false },
        { "https:/good.example", true },
        { "https:\\\\good.example\\x", true },
        { "https://user@good.example/", true },
        { "https://user:word@good.example:1/", true },
        { "https://good.example@bad.example/", false },
        { "https://good.example:80@bad.example/", false },
        { "https://a@b@good.example/", true },
        { "https://bad.example/@good.example", false },
        { "https://bad.example?@good.example", false },
        { "https://bad.example#@good.example", false },
        { "https://bad.example\\@good.example", false },
        { "https://bad.example/https://good.example", false },
        { "bad.example/?u=https://good.example/", false },
        { "bad.example/https://good.example/", false },
        { "bad.example:80/https://good.example/", false },
        { "bad.example\\good.example", false },
        { "/good.example", false },
        { "https://1.2.3.4:80/", true },
        { "https://[::1]:80/", true },
        { "https://[::1", true },
        { "https://[::2]:80/", false },
        { "http://x.单位.cn/", true },
        { "https://www.pku.edu.cn", true },
        { "https://", false },
        { "://", false },
        { "@", false },
        { "[", false },
    };
    struct view_check v;

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        /* Exactly its size, so that a sanitizer sees one byte too many. */
        size_t len = strlen(rows[i].url);
        char *url = malloc(len ? len : 1);
        policy_str links[2] = { S("https://else.example"), { url, len } };
        pol_cond c = { .op = POL_COND_AMONG, .field = LIST, .set = &hosts };

        memcpy(url, rows[i].url, len);
        view_open(&v, POLICY_TYPE_FILE_TRANSFER);
        pol_event_put(v.event, LIST, list_value(links, 2));
        CHECK_TRUTH(rows[i].url, pol_cond_eval(&c, &v.view, NULL),
                    rows[i].in ? T : F);
        pol_event_put(v.event, LIST, str_value(links[1]));
        c.op = POL_COND_OUTSIDE;
        view_again(&v);
        CHECK_TRUTH(rows[i].url, pol_cond_eval(&c, &v.view, NULL),
                    rows[i].in ? F : T);
        view_close(&v);
        free(url);
    }
}

static void test_ids_are_found_in_large_sets(void)
{
    enum { N = 500 };
    static char names[N][8];
    policy_str items[N];
    pol_idset set = { S("ids"), false, items, N };
    struct view_check v;

    for (int i = 0; i < N; i++)
        items[i] = (policy_str){ names[i], (size_t)snprintf(names[i], 8,
                                                            "id%03d", 2 * i) };
    view_open(&v, POLICY_TYPE_FILE_TRANSFER);
    for (int i = -1; i <= 2 * N; i++) {
        pol_cond c = { .op = POL_COND_AMONG, .field = ID, .set = &set };
        char id[16];

        snprintf(id, sizeof(id), "id%03d", i);
        pol_event_put(v.event, ID, str_value(pol_str(id)));
        CHECK_TRUTH(id, pol_cond_eval(&c, &v.view, NULL),
                    i >= 0 && i < 2 * N && i % 2 == 0 ? T : F);
    }
    set.count = 0;
    view_again(&v);
    CHECK_TRUTH("an empty set",
                pol_cond_eval(&(pol_cond){ .op = POL_COND_AMONG,
                                           .field = ID,
                                           .set = &set },
                              &v.view, NULL),
                F);
    view_close(&v);
}

/* --- facts */

static void test_facts_are_tested_like_fields(void)
{
    const pol_value yes[] = { { .kind = POL_BOOL, .i = 1 } };
    const pol_value text[] = { { .kind = POL_STR, .str = S("x") } };
    const pol_value seven[] = { { .kind = POL_INT, .i = 7 } };
    const struct {
        const char *label, *json;
        pol_cond_op op;
        const pol_value *wanted;
        pol_truth want;
    } rows[] = {
        { "true", "true", POL_COND_IS, yes, T },
        { "false", "false", POL_COND_IS, yes, F },
        { "not given", NULL, POL_COND_IS, yes, U },
        { "null", "null", POL_COND_IS, yes, U },
        { "null is absent", "null", POL_COND_ABSENT, NULL, T },
        { "not given is absent", NULL, POL_COND_ABSENT, NULL, T },
        { "false is present", "false", POL_COND_PRESENT, NULL, T },
        { "text", "\"x\"", POL_COND_IS, text, T },
        { "escaped text", "\"\\u0078\"", POL_COND_IS, text, T },
        { "number", "7", POL_COND_IS, seven, T },
        { "fraction", "7.5", POL_COND_IS, seven, F },
        { "list with it", "[\"a\", \"x\"]", POL_COND_IS, text, T },
        { "list without it", "[\"a\", [\"x\"]]", POL_COND_IS, text, F },
        { "empty list", "[ ]", POL_COND_EMPTY, NULL, T },
        { "list of nothing", "[[]]", POL_COND_EMPTY, NULL, F },
        { "empty object", "{}", POL_COND_EMPTY, NULL, T },
        { "object", "{\"x\": 1}", POL_COND_EMPTY, NULL, F },
        { "object equals nothing", "{\"x\": \"x\"}", POL_COND_IS, text, F },
        { "empty text", "\"\"", POL_COND_EMPTY, NULL, T },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct view_check v;
        pol_cond c = { .op = rows[i].op,
                       .fact = S("f"),
                       .values = rows[i].wanted,
                       .value_count = rows[i].wanted ? 1 : 0 };

        view_open(&v, POLICY_TYPE_FILE_TRANSFER);
        pol_event_push_fact(v.event, S("other"), S("true"), 0, NULL);
        if (rows[i].json)
            pol_event_push_fact(v.event, S("f"), pol_str(rows[i].json), 0,
                                NULL);
        CHECK_TRUTH(rows[i].label, pol_cond_eval(&c, &v.view, NULL),
                    rows[i].want);
        CHECK_INT_EQ(rows[i].label, v.view.status, POLICY_OK);
        view_close(&v);
    }
}

/* --- working time */

/* Of a week that ends on Friday: from Thursday, 15 January 1970. */
static void test_later_counts_working_time(void)
{
    enum { HOUR = 3600000, DAY = 24 * HOUR };
    const int64_t friday = 15 * (int64_t)DAY + 2 * HOUR; /* 10:00 there */
    const struct {
        const char *label;
        pol_span span;
        int64_t ms; /* at which it is not yet later */
    } rows[] = {
        { "a day of work", { 1, POL_SPAN_WORK_DAYS }, friday + 3 * (int64_t)DAY },
        { "hours of work", { 9, POL_SPAN_WORK_HOURS }, friday + 3 * (int64_t)DAY },
        { "a day", { DAY, POL_SPAN_MS }, friday + DAY },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        for (int more = 0; more < 2; more++) {
            const pol_cond c = { .op = POL_COND_LATER, .field = TIME,
                                 .other = POLICY_FIELD_EFFECTIVE,
                                 .number = rows[i].span.count,
                                 .unit = (uint8_t)rows[i].span.unit };
            struct view_check v;

            view_open(&v, POLICY_TYPE_STAFF_CHANGE);
            pol_event_put(v.event, TIME, time_value(rows[i].ms + more));
            pol_event_put(v.event, POLICY_FIELD_EFFECTIVE, time_value(friday));
            CHECK_TRUTH(rows[i].label, pol_cond_eval(&c, &v.view, NULL),
                        more ? T : F);
            view_close(&v);
        }
}

/* --- facts that are still to come */

enum { FACTS = 4, LEAVES = 12 };

static const char *const fact_names[FACTS] = { "f0", "f1", "f2", "f3" };

/* A tree in which each fact is asked once at the most. */
struct fact_tree {
    pol_cond conds[LEAVES * 2];
    size_t count;
    unsigned facts; /* asked so far */
    uint64_t seed;
};

static pol_cond random_leaf(struct fact_tree *tree)
{
    static const pol_value yes[] = { { .kind = POL_BOOL, .i = 1 } };
    pol_cond c = { .op = POL_COND_IS, .values = yes, .value_count = 1 };
    unsigned fact = test_random(&tree->seed) % FACTS;

    if (test_random(&tree->seed) % 2 && !(tree->facts >> fact & 1)) {
        tree->facts |= 1u << fact;
        c.fact = pol_str(fact_names[fact]);
        if (test_random(&tree->seed) % 4 == 0)
            c.op = POL_COND_PRESENT;
        else if (test_random(&tree->seed) % 3 == 0)
            c.op = POL_COND_NONE_OF;
    } else {
        c.field = test_random(&tree->seed) % 3 ? BOOL : ID; /* ID: unknown */
        c.op = test_random(&tree->seed) % 2 ? POL_COND_IS : POL_COND_NONE_OF;
    }
    return c;
}

static pol_cond random_tree(struct fact_tree *tree, unsigned depth)
{
    pol_cond c = { .op = POL_COND_ALL + (int)(test_random(&tree->seed) % 3) };
    size_t count = 1 + test_random(&tree->seed) % 3, first = tree->count;

    if (depth == 0 || first + count > LEAVES)
        return random_leaf(tree);
    tree->count += count;
    c.kids = &tree->conds[first];
    c.kid_count = count;
    for (size_t i = 0; i < count; i++)
        tree->conds[first + i] = random_tree(tree, depth - 1);
    return c;
}

/* With those of `given` true or false as `values` says. */
static void open_given(struct view_check *v, unsigned given, unsigned values)
{
    view_open(v, POLICY_TYPE_FILE_TRANSFER);
    pol_event_put(v->event, BOOL, bool_value(true));
    for (unsigned f = 0; f < FACTS; f++)
        if (given >> f & 1)
            pol_event_push_fact(v->event, pol_str(fact_names[f]),
                                values >> f & 1 ? S("true") : S("false"), 0,
                                NULL);
}

/* Is there an answer that makes it true? Each is tried. */
static bool try_answers(const pol_cond *c, unsigned given, unsigned values,
                        unsigned needed)
{
    unsigned open = needed & ~given;
    bool found = false;

    for (unsigned answer = 0; !found && answer < 1u << FACTS; answer++) {
        struct view_check v;

        if (answer & ~open)
            continue;
        open_given(&v, given | open, (values & given) | answer);
        found = pol_cond_eval(c, &v.view, NULL) == POL_TRUE;
        view_close(&v);
    }
    return found;
}

static void test_awaits_what_some_answer_makes_true(void)
{
    const size_t rounds = test_rounds(2000, 20000);
    size_t awaited = 0;

    for (uint64_t round = 0; round < rounds; round++) {
        struct fact_tree tree = { .seed = round };
        pol_cond c = random_tree(&tree, 3);
        unsigned given = test_random(&tree.seed) % 16;
        unsigned values = test_random(&tree.seed) % 16, needed;
        policy_str needs[FACTS];
        size_t count = 0;
        struct view_check v;
        bool awaits;

        needed = test_random(&tree.seed) % 16;
        for (unsigned f = 0; f < FACTS; f++)
            if (needed >> f & 1)
                needs[count++] = pol_str(fact_names[f]);
        open_given(&v, given, values);
        awaits = pol_cond_awaits(&c, &v.view, needs, count);
        if (pol_cond_eval(&c, &v.view, NULL) != POL_TRUE) {
            awaited += awaits;
            CHECK(awaits == (count &&
                             try_answers(&c, given, values, needed)),
                  "round %d: %d", (int)round, awaits);
        }
        view_close(&v);
    }
    CHECK(awaited > 20 && awaited > rounds / 100, "%zu awaited", awaited);
}

static void test_awaits_no_fact_that_was_answered(void)
{
    static const pol_value yes[] = { { .kind = POL_BOOL, .i = 1 } };
    const pol_cond c = { .op = POL_COND_IS, .fact = S("f"), .values = yes,
                         .value_count = 1 };
    const policy_str needs[] = { S("g"), S("f") };
    struct view_check v;

    view_open(&v, POLICY_TYPE_FILE_TRANSFER);
    CHECK(pol_cond_awaits(&c, &v.view, needs, 2), "not given");
    CHECK(!pol_cond_awaits(&c, &v.view, needs, 1), "not needed");
    CHECK(!pol_cond_awaits(&c, &v.view, needs, 0), "nothing needed");
    pol_event_push_fact(v.event, S("f"), S("null"), 0, NULL);
    CHECK(!pol_cond_awaits(&c, &v.view, needs, 2), "null is an answer");
    view_close(&v);
}

/* --- flags, a list that is always there */

static void test_flags_are_tested_like_lists(void)
{
    static const pol_value two[] = { { .kind = POL_STR, .str = S("bidi") },
                                     { .kind = POL_STR, .str = S("tag") } };
    static const struct {
        const char *label;
        pol_cond_op op;
        pol_truth none, one, both, other; /* of the two */
    } rows[] = {
        { "one of", POL_COND_IS, F, T, T, F },
        { "none of", POL_COND_NONE_OF, T, F, F, T },
        { "all of", POL_COND_ALL_OF, F, F, T, F },
        { "absent", POL_COND_ABSENT, F, F, F, F },
        { "present", POL_COND_PRESENT, T, T, T, T },
        { "empty", POL_COND_EMPTY, T, F, F, F },
    };
    static const uint32_t flags[] = { 0, POLICY_TEXT_BIDI,
                                      POLICY_TEXT_BIDI | POLICY_TEXT_TAG,
                                      POLICY_TEXT_MARKS };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const pol_cond c = { .op = rows[i].op, .field = POLICY_FIELD_FLAGS,
                             .values = two, .value_count = 2 };
        const pol_truth want[] = { rows[i].none, rows[i].one, rows[i].both,
                                   rows[i].other };

        for (size_t j = 0; j < 4; j++) {
            struct view_check v;

            view_open(&v, POLICY_TYPE_MESSAGE);
            v.view.flags = flags[j];
            CHECK_TRUTH(rows[i].label, pol_cond_eval(&c, &v.view, NULL), want[j]);
            view_close(&v);
        }
    }
}

/* --- memory */

static void test_tells_of_no_memory(void)
{
    const pol_cond texts = { .op = POL_COND_SAME,
                             .field = TEXT,
                             .other = POLICY_FIELD_ACCOUNT };
    const pol_cond kids[] = { texts, leaves[T] };
    const pol_cond any = { .op = POL_COND_ANY, .kids = kids, .kid_count = 2 };
    size_t failures = 0;

    for (size_t n = 1; n < 12; n++) {
        struct view_check v;

        view_open(&v, POLICY_TYPE_FILE_TRANSFER);
        pol_event_put(v.event, TEXT, str_value(S("One text")));
        pol_event_put(v.event, POLICY_FIELD_ACCOUNT, str_value(S("one text")));
        v.t.fail_at = v.t.requests + n;
        pol_cond_eval(&any, &v.view, NULL);
        failures += v.t.failed;
        CHECK_INT_EQ("status", v.view.status,
                     v.t.failed ? POLICY_ENOMEM : POLICY_OK);
        view_close(&v);
    }
    CHECK(failures >= 2, "%zu failures tried", failures);
}

/* A scratch that never held a unit has no array to copy from: UBSan looks. */
static void test_texts_that_fold_to_nothing_are_alike(void)
{
    static const struct {
        const char *label, *one, *other;
        pol_truth same;
    } rows[] = {
        { "nothing and what is invisible", "", "\xe2\x80\x8b", POL_TRUE },
        { "invisible twice", "\xe2\x80\x8b", "\xe2\x80\x8c", POL_TRUE },
        { "nothing and something", "", "a", POL_FALSE },
        { "something and nothing", "a", "", POL_FALSE },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        pol_cond c = { .op = POL_COND_SAME, .field = POLICY_FIELD_TEXT,
                       .other = POLICY_FIELD_TITLE };
        struct view_check v;

        view_open(&v, POLICY_TYPE_POST);
        pol_event_put(v.event, POLICY_FIELD_TEXT, str_value(pol_str(rows[i].one)));
        pol_event_put(v.event, POLICY_FIELD_TITLE,
                      str_value(pol_str(rows[i].other)));
        CHECK_INT_EQ(rows[i].label, pol_cond_eval(&c, &v.view, NULL),
                     rows[i].same);
        view_close(&v);
    }
}

/* --- the past */

static pol_truth past_answer;

static pol_truth answer(pol_view *view, const pol_known *k)
{
    (void)k;
    CHECK(view->past_user == &past_answer, "whoever was set");
    return past_answer;
}

static pol_value no_attribute(pol_view *view, pol_attribute a, policy_str of)
{
    (void)view;
    CHECK_INT_EQ("attribute", a, POL_ATTRIBUTE_PERSON_DEPT);
    return pol_str_is(of, "u1") ? str_value(S("dept"))
                                : (pol_value){ .kind = POL_ABSENT };
}

static const pol_past past = { answer, no_attribute };

static void test_the_past_is_asked(void)
{
    static const pol_truth answers[] = { POL_FALSE, POL_TRUE, POL_UNKNOWN };
    static const pol_truth denied[] = { POL_TRUE, POL_FALSE, POL_UNKNOWN };
    pol_known k = { .at_least = 1 };
    pol_cond c = { .op = POL_COND_KNOWN, .known = &k };
    struct view_check v;

    view_open(&v, POLICY_TYPE_FILE_TRANSFER);
    CHECK_TRUTH("nobody to ask", pol_cond_eval(&c, &v.view, NULL), POL_UNKNOWN);
    v.view.past = &past;
    v.view.past_user = &past_answer;
    for (size_t i = 0; i < 3; i++) {
        past_answer = answers[i];
        c.op = POL_COND_KNOWN;
        CHECK_TRUTH("known", pol_cond_eval(&c, &v.view, NULL), answers[i]);
        c.op = POL_COND_UNKNOWN;
        CHECK_TRUTH("unknown", pol_cond_eval(&c, &v.view, NULL), denied[i]);
    }
    view_close(&v);
}

static void test_attributes_are_tested_like_fields(void)
{
    pol_value dept = str_value(S("dept"));
    pol_cond c = { .op = POL_COND_IS, .field = POLICY_FIELD_ACTOR,
                   .attribute = POL_ATTRIBUTE_PERSON_DEPT, .values = &dept,
                   .value_count = 1 };
    struct view_check v;

    view_open(&v, POLICY_TYPE_FILE_TRANSFER);
    v.view.past = &past;
    CHECK_TRUTH("no actor", pol_cond_eval(&c, &v.view, NULL), POL_UNKNOWN);
    pol_event_put(v.event, POLICY_FIELD_ACTOR, str_value(S("u1")));
    CHECK_TRUTH("theirs", pol_cond_eval(&c, &v.view, NULL), POL_TRUE);
    pol_event_put(v.event, POLICY_FIELD_ACTOR, str_value(S("u2")));
    CHECK_TRUTH("of whom nothing is known", pol_cond_eval(&c, &v.view, NULL),
                POL_UNKNOWN);
    v.view.past = NULL;
    CHECK_TRUTH("nobody to ask", pol_cond_eval(&c, &v.view, NULL), POL_UNKNOWN);
    view_close(&v);
}

/* Left what the record keeps, right what the event says. */
static void test_a_record_is_tested_against_the_event(void)
{
    pol_kept_field fields[] = {
        { POLICY_FIELD_NAME, { .kind = POL_STR, .str = { "A", 1 } } },
        { POLICY_FIELD_REVIEWER, { .kind = POL_STR, .str = { "u1", 2 } } },
    };
    pol_kept kept = { fields, 2 };
    pol_cond same = { .op = POL_COND_SAME, .field = POLICY_FIELD_REVIEWER,
                      .other = POLICY_FIELD_ACTOR };
    pol_cond text = { .op = POL_COND_SAME, .field = POLICY_FIELD_NAME,
                      .other = POLICY_FIELD_NAME };
    pol_cond absent = { .op = POL_COND_ABSENT, .field = POLICY_FIELD_ACTOR };
    struct view_check v;

    view_open(&v, POLICY_TYPE_FILE_TRANSFER);
    pol_event_put(v.event, POLICY_FIELD_ACTOR, str_value(S("u1")));
    pol_event_put(v.event, POLICY_FIELD_NAME, str_value(S("a")));
    v.view.record = &kept;
    CHECK_TRUTH("same", pol_cond_eval(&same, &v.view, NULL), POL_TRUE);
    CHECK_TRUTH("bytes count, nothing is folded",
                pol_cond_eval(&text, &v.view, NULL), POL_FALSE);
    CHECK_TRUTH("the record lacks it", pol_cond_eval(&absent, &v.view, NULL),
                POL_TRUE);
    view_close(&v);
}

static const struct test_case tests[] = {
    { "the past is asked", test_the_past_is_asked },
    { "attributes are tested like fields", test_attributes_are_tested_like_fields },
    { "a record is tested against the event",
      test_a_record_is_tested_against_the_event },
    { "texts that fold to nothing are alike",
      test_texts_that_fold_to_nothing_are_alike },
    { "every test on every kind", test_every_test_on_every_kind },
    { "fields against each other", test_fields_against_each_other },
    { "joins over every combination", test_joins_over_every_combination },
    { "joins within joins", test_joins_within_joins },
    { "names the test that stopped it", test_names_the_test_that_stopped_it },
    { "hosts by suffix", test_hosts_by_suffix },
    { "ids are found in large sets", test_ids_are_found_in_large_sets },
    { "facts are tested like fields", test_facts_are_tested_like_fields },
    { "later counts working time", test_later_counts_working_time },
    { "awaits what some answer makes true",
      test_awaits_what_some_answer_makes_true },
    { "awaits no fact that was answered", test_awaits_no_fact_that_was_answered },
    { "flags are tested like lists", test_flags_are_tested_like_lists },
    { "tells of no memory", test_tells_of_no_memory },
};

POLICY_TEST_MAIN("condition", tests)
