/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What two bundles decide of one event, compared; and held against a twin that
 * looks at every pair.
 */
#include <policy/compare.h>

#include "host.h"

#define R(id, rest)                                                           \
    "rule { id = \"" id "\", title = \"标题\", reason = \"理由\",\n"          \
    "  on = \"message\", " rest " }\n"
#define PLAIN(id, word)                                                       \
    R(id, "category = \"off_topic\", verdict = \"flag\", match = term \"" word "\"")

struct pair {
    struct host before, after;
};

static bool open_pair(struct pair *p, const char *before, const char *after)
{
    return host_open(&p->before, NULL, before) &&
           host_open(&p->after, NULL, after);
}

static bool judge(struct pair *p, const char *fields)
{
    return host_decide(&p->before, fields) && host_decide(&p->after, fields);
}

static void close_pair(struct pair *p)
{
    host_close(&p->before);
    host_close(&p->after);
}

/* "a:came b:went c:3 d!went" */
static int write_down(void *user, const policy_difference *d)
{
    char *out = user, *end = out + strlen(out);
    const char *rule = strchr(d->rule, '/') + 1;

    if (end > out)
        *end++ = ' ';
    if (d->error_before || d->error_after)
        sprintf(end, "%s!%s", rule, d->error_after ? "came" : "went");
    else if (d->before && d->after)
        sprintf(end, "%s:%u", rule, (unsigned)d->differs);
    else
        sprintf(end, "%s:%s", rule, d->after ? "came" : "went");
    CHECK((d->which_before < 0) == !d->before && (d->which_after < 0) == !d->after,
          "%s: where", rule);
    return 0;
}

static void test_tells_what_is_not_the_same(void)
{
    static const struct { const char *label, *before, *after, *found; } rows[] = {
        { "nothing", PLAIN("a", "甲"), PLAIN("a", "甲"), "" },
        { "another order", PLAIN("a", "甲") PLAIN("b", "乙") PLAIN("c", "丙"),
          PLAIN("c", "丙") PLAIN("a", "甲") PLAIN("b", "乙"), "" },
        { "a new one", PLAIN("a", "甲"), PLAIN("b", "乙") PLAIN("a", "甲"), "b:came" },
        { "one gone", PLAIN("a", "甲") PLAIN("b", "乙"), PLAIN("a", "甲"), "b:went" },
        { "another id", PLAIN("a", "甲"), PLAIN("b", "甲"), "a:went b:came" },
        { "in shadow", PLAIN("a", "甲"),
          R("a", "category = \"off_topic\", verdict = \"flag\", match = term \"甲\","
            " mode = \"shadow\""), "a:1" },
        { "excepted", PLAIN("a", "甲"),
          R("a", "category = \"off_topic\", verdict = \"flag\", match = term \"甲\","
            " except = { { present \"text\", why = \"w\", owner = \"o\" } }"), "a:1" },
        { "why it is idle",
          R("a", "category = \"off_topic\", verdict = \"flag\", match = term \"甲\","
            " mode = \"shadow\""),
          R("a", "category = \"off_topic\", verdict = \"flag\", match = term \"甲\","
            " ratio = 0"), "a:1" },
        { "milder", PLAIN("a", "甲"),
          R("a", "category = \"off_topic\", verdict = \"allow\", match = term \"甲\""),
          "a:2" },
        { "graver", PLAIN("a", "甲"),
          R("a", "category = \"off_topic\", verdict = \"flag\", severity = 4,"
            " match = term \"甲\""), "a:4" },
        { "of another kind", PLAIN("a", "甲"),
          R("a", "category = \"spam\", verdict = \"flag\", match = term \"甲\""), "a:4" },
        { "on other bytes", PLAIN("a", "甲"), PLAIN("a", "甲乙"), "a:8" },
        { "by another word of the same place", PLAIN("a", "甲乙"),
          R("a", "category = \"off_topic\", verdict = \"flag\","
            " match = any { term \"甲乙\", regex [[甲乙]] }"), "" },
        { "told otherwise", PLAIN("a", "甲"),
          R("a", "category = \"off_topic\", verdict = \"flag\", match = term \"甲\","
            " tell = { en = \"no\", zh = \"不\" }"), "a:32" },
        { "all at once", PLAIN("a", "甲"),
          R("a", "category = \"spam\", verdict = \"warn\", match = term \"乙\","
            " mode = \"shadow\", tell = \"不\""), "a:47" },
        { "a failure", PLAIN("a", "甲"),
          R("a", "category = \"off_topic\", verdict = \"flag\", match = term \"甲\","
            " check = function() error(\"x\") end"), "a:went a!came" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct pair p;
        char got[400] = "", turned[400] = "";
        size_t count;

        if (!open_pair(&p, rows[i].before, rows[i].after) ||
            !judge(&p, "\"actor\":\"u1\",\"text\":\"甲乙丙\""))
            return;
        count = policy_decision_compare(p.before.decision, p.after.decision,
                                        write_down, got);
        CHECK_CSTR_EQ(rows[i].label, got, rows[i].found);
        CHECK_INT_EQ(rows[i].label,
                     policy_decision_compare(p.after.decision, p.before.decision,
                                             write_down, turned), count);
        CHECK_INT_EQ("with itself",
                     policy_decision_compare(p.after.decision, p.after.decision,
                                             NULL, NULL), 0);
        close_pair(&p);
    }
}

static void test_cites_differ(void)
{
    static const char lua[] =
        "rule { id = \"cited\", title = \"引用\", cites = { \"二\", \"一\" }, "
        "category = \"off_topic\", on = \"message\", match = term \"引用\", "
        "verdict = \"block\", tell = { zh = \"不\", en = \"no\" }, "
        "tests = { hit \"引用\", miss \"好\" } }\n";
    const char *regulation =
        "id: alpha\ntitle: 制度甲\nkind: company\narticles:\n"
        "  - { ref: 一, class: event, status: rules, zh: 一, outcome: block }\n"
        "  - { ref: 二, class: event, status: rules, zh: 二, outcome: block }\n";
    const struct host_file files[] = {
        { "o/organisation.yaml",
          "id: o\nname: o\nkind: company\nregulations: { alpha: enforce }\n" },
        { "regulations/alpha/regulation.yaml", regulation },
        { "regulations/alpha/rules.lua", lua },
    };
    policy_bundle *b = host_compile(files, 3, NULL, NULL);
    char got[100] = "";
    struct pair p;

    if (!b || !host_open(&p.before, "regulations: { alpha: enforce }\n", "") ||
        !host_open(&p.after, NULL, "") ||
        !CHECK(!policy_session_bind(p.after.session, b, NULL), "bound") ||
        !judge(&p, "\"text\":\"引用\""))
        return;
    policy_decision_compare(p.before.decision, p.after.decision, write_down, got);
    CHECK_CSTR_EQ("order and message", got, "cited:48");
    close_pair(&p);
    policy_bundle_unref(b);
}

static int stop_at_second(void *user, const policy_difference *d)
{
    (void)d;
    return ++*(int *)user == 2;
}

static void test_stops_when_it_is_told_to(void)
{
    struct pair p;
    int count = 0;

    if (!open_pair(&p, PLAIN("a", "甲") PLAIN("b", "乙"),
                   PLAIN("c", "甲") PLAIN("d", "乙")) ||
        !judge(&p, "\"text\":\"甲乙\""))
        return;
    CHECK_INT_EQ("two", policy_decision_compare(p.before.decision, p.after.decision,
                                                stop_at_second, &count), 2);
    CHECK_INT_EQ("visited", count, 2);
    close_pair(&p);
}

/* --- duties and proposals */

/* Of a duty "leak.0:came" with what became of it, of a ladder "ladder/minor:256". */
static int write_rest(void *user, const policy_difference *d)
{
    char *out = user, *end = out + strlen(out);
    const policy_duty *duty = d->duty_after ? d->duty_after : d->duty_before;
    const policy_proposal *p =
        d->proposal_after ? d->proposal_after : d->proposal_before;
    bool before = d->duty_before || d->proposal_before;
    bool after = d->duty_after || d->proposal_after;

    if (!duty && !p)
        return 0;
    CHECK(!d->before && !d->after && !d->error_before && !d->error_after &&
              d->which_before == -1 && d->which_after == -1 && !duty != !p,
          "nothing else");
    CHECK_CSTR_EQ("whose", duty ? duty->rule : p->ladder, d->rule);
    end += sprintf(end, "%s%s", end > out ? " " : "", strchr(d->rule, '/') + 1);
    end += duty ? sprintf(end, ".%d", (int)duty->change)
                : sprintf(end, "/%s", p->track);
    if (before && after)
        sprintf(end, ":%u", (unsigned)d->differs);
    else
        sprintf(end, after ? ":came" : ":went");
    return 0;
}

#define LEAK(id, more)                                                        \
    R(id, "category = \"leak_suspected\", verdict = \"flag\", match = term \"甲\"" more)
#define UP(to, within) \
    ", escalate = { to = \"" to "\", within = \"" within "\" }"
#define LADDER(tracks)                                                        \
    "ladder { id = \"l\", title = \"t\", reason = \"r\", decide = \"head\"," \
    " within = \"2d\", tracks = { " tracks " } }\n"
#define TRACK(id, step) \
    "{ id = \"" id "\", steps = { step { \"" step "\", zh = \"" step "\" } } }, "

static void test_duties_and_proposals_differ(void)
{
    static const char message[] = "\"type\":\"message\",\"text\":\"甲\"";
    static const char violation[] =
        "\"type\":\"violation\",\"person\":\"u1\",\"severity\":\"minor\"";
    static const struct { const char *event, *before, *after, *found; } rows[] = {
        { message, LEAK("a", UP("head", "4h")), LEAK("a", UP("head", "4h")), "" },
        { message, LEAK("a", ""), LEAK("a", UP("head", "4h")), "a.0:came" },
        { message, LEAK("a", UP("head", "4h")), LEAK("a", ""), "a.0:went" },
        { message, LEAK("a", UP("head", "4h")), LEAK("a", UP("head", "5h")), "a.0:64" },
        { message, LEAK("a", UP("head", "4h")), LEAK("a", UP("tail", "4h")), "a.0:128" },
        { message, LEAK("a", UP("head", "4h")), LEAK("a", UP("tail", "5h")), "a.0:192" },
        { message, LEAK("a", UP("head", "4h")) LEAK("b", UP("head", "4h")),
          LEAK("b", UP("head", "4h")) LEAK("a", UP("head", "4h")), "" },
        { message, LEAK("a", UP("head", "4h")) LEAK("b", UP("head", "4h")),
          LEAK("b", UP("head", "3h")) LEAK("c", UP("head", "4h")),
          "a.0:went b.0:64 c.0:came" },
        { violation, LADDER(TRACK("a", "x")), LADDER(TRACK("a", "x")), "" },
        { violation, LADDER(TRACK("a", "x")), LADDER(TRACK("a", "y")), "l/a:256" },
        { violation, LADDER(TRACK("a", "x")), LADDER(TRACK("b", "x")),
          "l.0:went l.0:came l/a:went l/b:came" },
        { violation, LADDER(TRACK("a", "x") TRACK("b", "x")),
          LADDER(TRACK("b", "x") TRACK("a", "x")), "" },
    };
    static const char yaml[] = "roles: { head: [u8], tail: [u9] }\n";

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct pair p;
        char got[400] = "", json[300], label[20];
        struct host *both[] = { &p.before, &p.after };

        snprintf(label, sizeof(label), "row %zu", i);
        snprintf(json, sizeof(json), "{\"id\":\"e1\",\"source\":\"s\",\"org\":\"o\","
                 "\"time\":\"2026-03-02T09:00:00+08:00\",%s}", rows[i].event);
        if (!host_open(&p.before, yaml, rows[i].before) ||
            !host_open(&p.after, yaml, rows[i].after))
            return;
        for (size_t k = 0; k < 2; k++)
            if (!host_read(both[k], json) ||
                !CHECK(policy_session_evaluate(&both[k]->decision, both[k]->session,
                                               both[k]->event, NULL, NULL) ==
                           POLICY_OK, "%s", label))
                return;
        policy_decision_compare(p.before.decision, p.after.decision, write_rest, got);
        CHECK_CSTR_EQ(label, got, rows[i].found);
        close_pair(&p);
    }
}

/* --- the twin: rules a … t, each perhaps there, perhaps in shadow */

enum { RULES = 20 };

static void draw(char *lua, size_t room, int modes[RULES], uint64_t *seed)
{
    int order[RULES];

    *lua = '\0';
    for (int i = 0; i < RULES; i++)
        order[i] = i;
    for (int i = RULES - 1; i > 0; i--) {
        int j = (int)(test_random(seed) % (uint64_t)(i + 1)), t = order[i];

        order[i] = order[j];
        order[j] = t;
    }
    for (int k = 0; k < RULES; k++) {
        int i = order[k];

        modes[i] = (int)(test_random(seed) % 4); /* 0: not there; 2: in shadow */
        if (modes[i] != 0)
            snprintf(lua + strlen(lua), room - strlen(lua),
                     R("%c", "category = \"off_topic\", verdict = \"flag\","
                       " match = term \"甲\", mode = \"%s\""),
                     'a' + i, modes[i] == 2 ? "shadow" : "enforce");
    }
}

static void test_equals_its_twin(void)
{
    static char lua[2][RULES * 200];
    uint64_t seed = 41;

    for (int turn = 0; turn < 40; turn++) {
        int modes[2][RULES], differ = 0;
        char got[600] = "";
        struct pair p;

        draw(lua[0], sizeof(lua[0]), modes[0], &seed);
        draw(lua[1], sizeof(lua[1]), modes[1], &seed);
        if (!open_pair(&p, lua[0], lua[1]) || !judge(&p, "\"text\":\"甲\""))
            return;
        for (int i = 0; i < RULES; i++) {
            bool was = modes[0][i], is = modes[1][i];

            differ += was != is ||
                      (was && (modes[0][i] == 2) != (modes[1][i] == 2));
        }
        CHECK_INT_EQ("as many",
                     policy_decision_compare(p.before.decision, p.after.decision,
                                             write_down, got), differ);
        for (int i = 0; i < RULES; i++) {
            bool was = modes[0][i], is = modes[1][i];
            char wanted[16] = "";
            char name[3] = { (char)('a' + i), ':', 0 };

            if (was != is)
                snprintf(wanted, sizeof(wanted), "%s%s", name, is ? "came" : "went");
            else if (was && (modes[0][i] == 2) != (modes[1][i] == 2))
                snprintf(wanted, sizeof(wanted), "%s1", name);
            CHECK(!wanted[0] == !strstr(got, name) &&
                      (!wanted[0] || strstr(got, wanted)),
                  "%s in %s", wanted, got);
        }
        close_pair(&p);
    }
}

static const struct test_case tests[] = {
    { "tells what is not the same", test_tells_what_is_not_the_same },
    { "cites differ", test_cites_differ },
    { "stops when it is told to", test_stops_when_it_is_told_to },
    { "duties and proposals differ", test_duties_and_proposals_differ },
    { "equals its twin", test_equals_its_twin },
};

POLICY_TEST_MAIN("compare", tests)
