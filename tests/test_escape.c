/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every hostile script of tests/sandbox through the public face: what a rule file
 * does ends in a diagnostic at its place, what a check does in the decision's
 * errors; afterwards the compiler and the session work, the organisation's other
 * rule too, and another organisation does not notice.
 */
#include "host.h"

#include <time.h>

#include "base/slice.h"
#include "rule_file.h"
#include "sandbox/checks.h"
#include "sandbox/files.h"

static const char org_yaml[] = "id: %s\nname: 单位\nkind: company\n";

static const char rule_head[] =
    "rule { id = \"%s\", title = \"t\", reason = \"r\", on = \"message\",\n"
    "  category = \"off_topic\", verdict = \"warn\", severity = 3,\n"
    "  tests = { hit \"x\", miss \"y\" }, match = term \"%s\",\n"
    "  check = function(event, hits, memory)\n%s\n  end }\n";

static const char good_check[] =
    "    return #hits >= 1 and event.text:find(hits[1].text, 1, true) ~= nil";

/* --- rule files --------------------------------------------------------- */

struct told {
    size_t errors;
    char code[40];
    uint32_t line;
};

static void tell(void *user, const policy_diagnostic *d)
{
    struct told *t = user;

    if (d->severity != POLICY_ERROR || t->errors++)
        return;
    snprintf(t->code, sizeof(t->code), "%s", d->code);
    t->line = d->line;
}

static policy_status add(policy_compiler *c, const char *path, policy_str text)
{
    policy_error err = POLICY_ERROR_INIT;

    return policy_compiler_add_file(c, path, text, &err);
}

/* Organisations "bad" with this rule file and "good" with a good one; what was
 * told. */
static policy_bundle *compile_beside(policy_str file, struct told *told)
{
    policy_compiler_options o = POLICY_COMPILER_OPTIONS_INIT;
    policy_error err = POLICY_ERROR_INIT;
    char bad[100], good[100], rules[1000];
    policy_bundle *b = NULL;
    policy_compiler *c;

    memset(told, 0, sizeof(*told));
    o.on_diagnostic = tell;
    o.user = told;
    if (policy_compiler_new(&c, &o, &err))
        return NULL;
    snprintf(bad, sizeof(bad), org_yaml, "bad");
    snprintf(good, sizeof(good), org_yaml, "good");
    snprintf(rules, sizeof(rules), rule_head, "yes", "甲", good_check);
    if (!add(c, "bad/organisation.yaml", host_str(bad)) &&
        !add(c, "bad/rules.lua", file) &&
        !add(c, "good/organisation.yaml", host_str(good)) &&
        !add(c, "good/rules.lua", host_str(rules)))
        policy_compiler_build(&b, c, &err);
    policy_compiler_free(c);
    return b;
}

static void check_file(const struct hostile_file *h)
{
    policy_str text = repeat_text(h->head, h->unit, h->count, h->tail);
    struct told told;
    policy_bundle *b = compile_beside(text, &told);

    CHECK(b == NULL, "%s: compiles", h->label);
    CHECK_CSTR_EQ(h->label, told.code, h->code);
    CHECK(told.line == h->line, "%s: line %u instead of %u", h->label, told.line,
          h->line);
    policy_bundle_unref(b);
    free((char *)text.ptr);
}

static void test_ends_files_with_a_diagnostic(void)
{
    for (size_t i = 0; i < sizeof(hostile_files) / sizeof(*hostile_files); i++)
        check_file(&hostile_files[i]);
}

/* --- checks ------------------------------------------------------------- */

enum {
    CHECKS = sizeof(hostile_checks) / sizeof(*hostile_checks),
    RULES_ROOM = 1 << 18
};

/* The word that only check `i` waits for: "甲" and its number in letters. */
static void put_word(char *out, size_t i)
{
    sprintf(out, "甲%c%c%c乙", 'a' + (int)(i / 26 / 26), 'a' + (int)(i / 26 % 26),
            'a' + (int)(i % 26));
}

/* One file with all of them; each has its head to itself. */
static size_t put_rules(char *out)
{
    size_t len = 0;
    char id[20], word[20];

    for (size_t i = 0; i < CHECKS; i++) {
        put_word(word, i);
        sprintf(id, "c%zu", i);
        len += (size_t)snprintf(out + len, RULES_ROOM - len, "do %s\n",
                                hostile_checks[i].head);
        len += (size_t)snprintf(out + len, RULES_ROOM - len, rule_head, id, word,
                                hostile_checks[i].body);
        len += (size_t)snprintf(out + len, RULES_ROOM - len, "end\n");
    }
    return len + (size_t)snprintf(out + len, RULES_ROOM - len, rule_head, "other",
                                  "丙丁", good_check);
}

struct both {
    policy_bundle *bundle;
    policy_session *session;
    policy_event *event;
    const policy_decision *decision;
    char json[1 << 14], first[1 << 14];
};

static bool open_both(struct both *t)
{
    static char rules[RULES_ROOM];
    policy_error err = POLICY_ERROR_INIT;
    struct told told;

    memset(t, 0, sizeof(*t));
    t->bundle = compile_beside((policy_str){ rules, put_rules(rules) }, &told);
    return CHECK(t->bundle != NULL, "%s, line %u", told.code, told.line) &&
           policy_session_new(&t->session, t->bundle, NULL, &err) == 0 &&
           policy_event_new(&t->event, NULL, NULL, &err) == 0;
}

static void close_both(struct both *t)
{
    policy_event_free(t->event);
    policy_session_free(t->session);
    policy_bundle_unref(t->bundle);
}

/* What `org` says of a message with this text, as JSON. */
static const char *decide(struct both *t, const char *org, const char *text)
{
    policy_error err = POLICY_ERROR_INIT;
    char event[600];
    size_t len = 0;

    snprintf(event, sizeof(event),
             "{\"id\":\"1\",\"source\":\"s\",\"type\":\"message\",\"org\":\"%s\","
             "\"time\":1760000000123,\"actor\":\"u1\","
             "\"recipients\":[\"an\",\"bo\",\"c\"],\"text\":\"%s 丙丁\"}", org, text);
    if (!CHECK(policy_event_read_json(t->event, host_str(event), &err) == 0 &&
                   policy_session_evaluate(&t->decision, t->session, t->event,
                                           NULL, &err) == 0,
               "%s: %s", text, err.message))
        return "";
    policy_decision_json(t->json, sizeof(t->json) - 1, &len, t->decision, 0);
    t->json[len < sizeof(t->json) ? len : sizeof(t->json) - 1] = '\0';
    return t->json;
}

static void check_neighbour(struct both *t, const char *label)
{
    char first[sizeof(t->first)];

    snprintf(first, sizeof(first), "%s", t->first);
    decide(t, "good", "甲");
    CHECK_CSTR_EQ(label, t->json, first);
}

/* The rule of check `i`, its organisation's other rule, another organisation. */
static void check_one(struct both *t, size_t i, char *out, size_t room)
{
    const struct hostile_check *h = &hostile_checks[i];
    const policy_rule_error *e;
    char word[20];

    put_word(word, i);
    snprintf(out, room, "%s", decide(t, "bad", word));
    CHECK(host_finding(t->decision, POLICY_ENFORCED, "bad/other") != NULL,
          "%s: the other rule is lost", h->label);
    if (h->outcome == POL_GUARD_FAULT) {
        e = host_error(t->decision, h->code);
        CHECK(e != NULL, "%s: no %s in %s", h->label, h->code, out);
        CHECK(!e || !pol_str_eq(e->message, POL_STR("")), "%s: no message",
              h->label);
        CHECK_INT_EQ(h->label, policy_decision_verdict(t->decision), POLICY_HOLD);
    } else {
        CHECK(policy_decision_error_count(t->decision) == 0, "%s: %s", h->label,
              out);
    }
    check_neighbour(t, h->label);
}

static void test_ends_checks_with_an_error_entry(void)
{
    static char first[CHECKS][2048], again[2048];
    struct both *t = malloc(sizeof(*t));

    CU_ASSERT_FATAL(t != NULL && open_both(t));
    snprintf(t->first, sizeof(t->first), "%s", decide(t, "good", "甲"));
    CHECK(strstr(t->first, "good/yes"), "%s", t->first);
    for (size_t i = 0; i < CHECKS; i++)
        check_one(t, i, first[i], sizeof(first[i]));
    close_both(t);
    /* In another session, backwards: the same bytes. */
    CU_ASSERT_FATAL(open_both(t));
    snprintf(t->first, sizeof(t->first), "%s", decide(t, "good", "甲"));
    for (size_t i = CHECKS; i-- > 0;) {
        check_one(t, i, again, sizeof(again));
        CHECK_CSTR_EQ(hostile_checks[i].label, again, first[i]);
    }
    close_both(t);
    free(t);
}

/* --- checks that read memories ------------------------------------------ */

enum { MEMORIES = sizeof(hostile_memories) / sizeof(*hostile_memories) };

static const char memory_head[] =
    "memory { id = \"seen\", key = \"actor\", keep = \"1d\", write = \"always\",\n"
    "  fields = { \"actor\", \"recipients\" }, set = { on = \"message\" } }\n";

static const char read_head[] =
    "do %s\nrule { id = \"c%zu\", title = \"t\", reason = \"r\", on = \"message\",\n"
    "  category = \"off_topic\", verdict = \"warn\", severity = 3,\n"
    "  tests = { hit \"x\", miss \"y\" }, match = term \"%s\", reads = \"seen\",\n"
    "  check = function(event, hits, memory)\n%s\n  end }\nend\n";

static size_t put_readers(char *out)
{
    size_t len = (size_t)snprintf(out, RULES_ROOM, memory_head);
    char word[20];

    for (size_t i = 0; i < MEMORIES; i++) {
        put_word(word, i);
        len += (size_t)snprintf(out + len, RULES_ROOM - len, read_head,
                                hostile_memories[i].head, i, word,
                                hostile_memories[i].body);
    }
    return len + (size_t)snprintf(out + len, RULES_ROOM - len, rule_head, "other",
                                  "丙丁", good_check);
}

static void check_reader(struct host *h, const policy_state *state, size_t i)
{
    const struct hostile_check *c = &hostile_memories[i];
    char fields[100], word[20], id[20];

    put_word(word, i);
    sprintf(id, "o/c%zu", i);
    snprintf(fields, sizeof(fields), "\"actor\":\"u1\",\"text\":\"%s 丙丁\"", word);
    if (!CHECK(host_judge_with(h, state, fields) == POLICY_OK, "%s: %s", c->label,
               h->error.message))
        return;
    CHECK(host_finding(h->decision, POLICY_ENFORCED, "o/other") != NULL,
          "%s: the other rule is lost", c->label);
    if (c->outcome == POL_GUARD_FAULT) {
        CHECK(host_error(h->decision, c->code) != NULL, "%s: no %s in %s", c->label,
              c->code, host_json(h, 0));
        CHECK(strstr(host_json(h, 0), "\"acted_as\":\"hold\""), "%s", h->json);
    } else {
        CHECK_INT_EQ(c->label, policy_decision_error_count(h->decision), 0);
        CHECK(!host_finding(h->decision, POLICY_ENFORCED, id) ==
                  (c->outcome == POL_GUARD_NO), "%s: %s", c->label, host_json(h, 0));
    }
}

/* One record is there; each check is asked of it twice. */
static void test_ends_checks_that_read(void)
{
    static char rules[RULES_ROOM + 1];
    policy_memory *memory = NULL;
    policy_state state;
    struct host h;

    rules[put_readers(rules)] = '\0';
    CU_ASSERT_FATAL(host_open(&h, NULL, rules));
    CU_ASSERT_FATAL(policy_memory_new(&memory, NULL, 0, NULL) == POLICY_OK);
    state = policy_memory_state(memory);
    host_judge_with(&h, &state, "\"actor\":\"u1\",\"recipients\":[\"a\"]");
    CHECK(!policy_memory_apply(memory, h.decision, &h.error), "%s", h.error.message);
    for (int again = 0; again < 2; again++)
        for (size_t i = 0; i < MEMORIES; i++)
            check_reader(&h, &state, again ? MEMORIES - 1 - i : i);
    policy_memory_free(memory);
    host_close(&h);
}

static const struct test_case tests[] = {
    { "ends files with a diagnostic", test_ends_files_with_a_diagnostic },
    { "ends checks with an error entry", test_ends_checks_with_an_error_entry },
    { "ends checks that read", test_ends_checks_that_read },
};

POLICY_TEST_MAIN("escape", tests)
