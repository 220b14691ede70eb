/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What judgements leave behind: findings by mode, suppressed ones, duties and
 * their records, errors and needs, limits, and masks that no limit cuts.
 */
#include "host.h"

static void test_each_mode_has_its_place(void)
{
    struct host h;
    const policy_finding *f;

    if (!host_open(&h, NULL,
            RULE("a", "match = term \"甲\", severity = 1")
            RULE("b", "match = term \"甲\", where = { direction = \"out\" },"
                      " mode = \"shadow\", severity = 5")
            RULE("c", "match = any { term \"甲\", term \"乙\" }, mode = \"off\"")
            RULE("d", "match = list \"own\", except = { { actor = \"u1\","
                      " why = \"试点\", owner = \"保密办\", expires = \"2026-12-31\" } }")) ||
        !host_decide(&h, "\"text\":\"甲机密\",\"direction\":\"out\",\"actor\":\"u1\""))
        return;
    CHECK_INT_EQ("enforced", policy_decision_finding_count(h.decision, 0), 1);
    CHECK_INT_EQ("shadow", policy_decision_finding_count(h.decision, 1), 1);
    CHECK_INT_EQ("suppressed", policy_decision_finding_count(h.decision, 2), 1);
    f = host_finding(h.decision, POLICY_ENFORCED, "o/a");
    CHECK(f && strcmp(f->mode, "enforce") == 0 && f->severity == 1 &&
              f->verdict == POLICY_FLAG && strcmp(f->category, "off_topic") == 0,
          "the enforced one");
    f = host_finding(h.decision, POLICY_SHADOW, "o/b");
    CHECK(f && strcmp(f->mode, "shadow") == 0 && f->severity == 5, "the shadow");
    f = host_finding(h.decision, POLICY_SUPPRESSED, "o/d");
    CHECK(f && f->evidence_count == 1 && f->evidence[0].span.start == 3,
          "what the exception covered");
    CHECK(strstr(host_json(&h, 0), "\"exception\":{\"why\":\"试点\",\"owner\":\"保密办\","
                                   "\"ends\":\"2026-12-31T16:00:00Z\"}") != NULL,
          "%s", h.json);
    host_close(&h);
}

/* Verdict, masks, errors, duties: as if the shadow were not there. */
static void test_a_shadow_changes_nothing(void)
{
    static const char open[] =
        RULE("a", "match = term \"甲\"");
    static const char with[] =
        RULE("a", "match = term \"甲\"")
        "rule { id = \"s\", title = \"t\", reason = \"r\", category = \"off_topic\","
        " on = \"message\", match = any { term \"甲\", term \"乙\" }, verdict = \"block\","
        " severity = 5, mode = \"shadow\", escalate = { to = \"officer\", within = \"1h\" },"
        " tests = { hit \"甲\", miss \"好\" } }\n"
        "rule { id = \"broken\", title = \"t\", reason = \"r\", category = \"off_topic\","
        " on = \"message\", match = term \"乙\", verdict = \"block\", severity = 5,"
        " mode = \"shadow\", check = function(e) return e.text + 1 end,"
        " tests = { hit \"乙\", miss \"好\" } }\n"
        "rule { id = \"needy\", title = \"t\", reason = \"r\", category = \"off_topic\","
        " on = \"message\", match = term \"乙\", verdict = \"block\", severity = 5,"
        " mode = \"shadow\", needs = { \"trained\" },"
        " tests = { hit { \"乙\", facts = { trained = true } }, miss \"好\" } }\n";
    static const char yaml[] = "roles: { officer: [u1] }\n"
                               "on_error: { 1: block, 2: block, 3: block, 4: block, 5: block }\n";
    policy_limits limits = POLICY_LIMITS_INIT;
    struct host h, s;
    policy_str text;

    limits.spans = 2;
    if (!host_open_with(&h, yaml, open, &limits) ||
        !host_open_with(&s, yaml, with, &limits) ||
        !host_decide(&h, "\"text\":\"甲乙乙乙丁\"") ||
        !host_decide(&s, "\"text\":\"甲乙乙乙丁\""))
        return;
    CHECK_INT_EQ("verdict alone", policy_decision_verdict(h.decision), POLICY_FLAG);
    CHECK_INT_EQ("verdict", policy_decision_verdict(s.decision), POLICY_FLAG);
    CHECK_INT_EQ("no duty", policy_decision_duty_count(s.decision), 0);
    CHECK_INT_EQ("its need is told", policy_decision_needed_count(s.decision), 1);
    CHECK_INT_EQ("and its errors", policy_decision_error_count(s.decision), 2);
    for (size_t i = 0; i < policy_decision_error_count(s.decision); i++)
        CHECK_INT_EQ("without effect",
                     policy_decision_error(s.decision, i)->acted_as, POLICY_ALLOW);
    CHECK(policy_decision_redacted(&text, (policy_decision *)s.decision,
                                   "text") == POLICY_OK, "a masked text");
    CHECK_STR_EQ("only enforced words go", text, "**乙乙乙丁");
    host_close(&h);
    host_close(&s);
}

/* --- duties */

static const char escalating[] =
    "rule { id = \"leak\", title = \"泄密\", reason = \"r\", category = \"leak_suspected\","
    " on = \"message\", match = term \"甲\", verdict = \"flag\", severity = 3,"
    " escalate = { to = \"officer\", within = \"4h\", other_than = \"actor\" },"
    " tests = { hit \"甲\", miss \"好\" } }\n"
    "rule { id = \"own\", title = \"本人\", reason = \"r\", category = \"leak_suspected\","
    " on = \"message\", match = term \"乙\", verdict = \"flag\", severity = 3,"
    " escalate = { to = who \"approved_by\", within = \"30s\" },"
    " tests = { hit \"乙\", miss \"好\" } }\n";

static const struct {
    const char *label, *fields, *id, *who;
    int64_t due; /* after the event, ms */
} duties[] = {
    { "a role", "\"text\":\"甲\",\"actor\":\"u9\"", "o/leak/s/m1", "officer", 14400000 },
    { "nobody known did it", "\"text\":\"甲\"", "o/leak/s/m1", "officer", 14400000 },
    { "whom a field names", "\"text\":\"乙\",\"approved_by\":\"u7\"", "o/own/s/m1",
      "u7", 30000 },
    { "the others", "\"text\":\"甲\",\"actor\":\"u2\"", "o/leak/s/m1", "u1,u3", 14400000 },
};

static void test_an_escalation_is_a_duty(void)
{
    struct host h;
    const policy_duty *d;

    if (!host_open(&h, "roles: { officer: [u1, u2, u3] }\n", escalating))
        return;
    for (size_t i = 0; i < sizeof(duties) / sizeof(*duties); i++) {
        if (!host_decide(&h, duties[i].fields))
            continue;
        d = policy_decision_duty(h.decision, 0);
        if (!CHECK(d && policy_decision_duty_count(h.decision) == 1, "%s",
                   duties[i].label))
            continue;
        CHECK_STR_EQ(duties[i].label, d->id, duties[i].id);
        CHECK_STR_EQ(duties[i].label, d->who, duties[i].who);
        CHECK_STR_EQ(duties[i].label, d->what, i == 2 ? "本人" : "泄密");
        CHECK_INT_EQ(duties[i].label, d->due - policy_decision_time(h.decision),
                     duties[i].due);
        CHECK_INT_EQ(duties[i].label, d->change, POLICY_DUTY_OPENED);
        CHECK_INT_EQ("without a state nothing is written",
                     policy_decision_change_count(h.decision), 0);
    }
    host_close(&h);
}

static void test_nobody_left_is_an_error(void)
{
    struct host h;
    const policy_rule_error *e;

    if (!host_open(&h, "roles: { officer: [u1] }\non_error: { 3: block }\n",
                   escalating) ||
        !host_decide(&h, "\"text\":\"甲\",\"actor\":\"u1\""))
        return;
    e = host_error(h.decision, "escalate-nobody");
    CHECK(e && e->acted_as == POLICY_BLOCK && strcmp(e->rule, "o/leak") == 0,
          "said so");
    CHECK_INT_EQ("verdict", policy_decision_verdict(h.decision), POLICY_BLOCK);
    CHECK_INT_EQ("the duty stands", policy_decision_duty_count(h.decision), 1);
    if (host_decide(&h, "\"text\":\"乙\""))
        CHECK(host_error(h.decision, "escalate-nobody") != NULL,
              "a field that names nobody");
    host_close(&h);
}

static void test_no_two_events_share_a_duty(void)
{
    struct host h;
    char first[64] = "";
    const policy_duty *d;

    if (!host_open(&h, "roles: { officer: [u1] }\n", escalating))
        return;
    for (int i = 0; i < 2; i++) {
        if (!host_read(&h, i ? "{\"id\":\"c\",\"source\":\"a/b\",\"type\":\"message\","
                               "\"org\":\"o\",\"time\":0,\"text\":\"甲\"}"
                             : "{\"id\":\"b/c\",\"source\":\"a\",\"type\":\"message\","
                               "\"org\":\"o\",\"time\":0,\"text\":\"甲\"}"))
            break;
        CHECK(policy_session_evaluate(&h.decision, h.session, h.event, NULL,
                                      NULL) == POLICY_OK, "evaluated");
        d = policy_decision_duty(h.decision, 0);
        CHECK(d && (d->id.len != strlen(first) ||
                    memcmp(d->id.ptr, first, d->id.len) != 0), "%s", first);
        if (d)
            snprintf(first, sizeof(first), "%.*s", (int)d->id.len, d->id.ptr);
    }
    host_close(&h);
}

static void test_a_duty_is_written_once(void)
{
    struct host h;
    policy_memory *m;
    policy_state state;
    const policy_change *c;

    if (!host_open(&h, "roles: { officer: [u1] }\n", escalating))
        return;
    CU_ASSERT_FATAL(policy_memory_new(&m, &h.memory.allocator, 0, NULL) == POLICY_OK);
    state = policy_memory_state(m);
    CHECK(host_judge_with(&h, &state, "\"text\":\"甲\"") == POLICY_OK, "%s",
          h.error.message);
    c = policy_decision_change(h.decision, 0);
    if (CHECK(c && policy_decision_change_count(h.decision) == 1, "one change")) {
        CHECK_INT_EQ("version", c->version, 0);
        CHECK_INT_EQ("due", c->due, policy_decision_duty(h.decision, 0)->due);
        CHECK_INT_EQ("kept until it is done", c->expires, 0);
    }
    CHECK(policy_memory_apply(m, h.decision, &h.error) == POLICY_OK, "%s",
          h.error.message);
    CHECK(host_judge_with(&h, &state, "\"text\":\"甲\"") == POLICY_OK, "%s",
          h.error.message);
    CHECK_INT_EQ("the duty is told again",
                 policy_decision_duty_count(h.decision), 1);
    CHECK_INT_EQ("and not written", policy_decision_change_count(h.decision), 0);
    policy_memory_free(m);
    host_close(&h);
}

static policy_status broken_get(void *user, policy_str key, policy_record *out)
{
    (void)key;
    (void)out;
    ++*(int *)user;
    return POLICY_EIO;
}

static void test_a_state_that_fails_is_no_guess(void)
{
    int asked = 0;
    policy_state state = POLICY_STATE_INIT;
    struct host h;

    state.user = &asked;
    if (!host_open(&h, "roles: { officer: [u1] }\n", escalating))
        return;
    state.get = broken_get;
    CHECK_INT_EQ("status", host_judge_with(&h, &state, "\"text\":\"甲\""),
                 POLICY_ESTATE);
    CHECK_CSTR_EQ("code", h.error.code, "state");
    CHECK(h.decision == NULL, "no decision");
    CHECK_INT_EQ("asked", asked, 1);
    CHECK_INT_EQ("who needs none", host_judge_with(&h, &state, "\"text\":\"好\""),
                 POLICY_OK);
    CHECK_INT_EQ("not asked", asked, 1);
    state.get = NULL;
    CHECK_INT_EQ("no get", host_judge_with(&h, &state, "\"text\":\"好\""),
                 POLICY_EMISUSE);
    CHECK_INT_EQ("works on", host_judge(&h, "\"text\":\"甲\""), POLICY_OK);
    host_close(&h);
}

/* --- needs */

static void test_a_need_acts_as_an_error_until_answered(void)
{
    static const char rules[] =
        "rule { id = \"n\", title = \"t\", reason = \"r\", category = \"off_topic\","
        " on = \"message\", match = term \"甲\", verdict = \"warn\", severity = 3,"
        " needs = { \"trained\", \"cleared\" }, tests = { hit { \"甲\", facts ="
        " { trained = true, cleared = 1 } }, miss \"好\" } }\n"
        "rule { id = \"again\", title = \"t\", reason = \"r\", category = \"off_topic\","
        " on = \"message\", match = term \"甲\", where = { direction = \"out\" },"
        " verdict = \"warn\", severity = 3,"
        " needs = { \"trained\" }, tests = { hit { \"甲\", facts ="
        " { trained = true }, direction = \"out\" }, miss \"好\" } }\n"
        "rule { id = \"asks\", title = \"t\", reason = \"r\", category = \"off_topic\","
        " on = \"message\", match = term \"乙\", verdict = \"warn\", severity = 3,"
        " where = any { all { direction = \"out\", [\"facts.known\"] = true,"
        " none { { [\"facts.cleared\"] = true } } }, { direction = \"in\" } },"
        " needs = { \"known\", \"cleared\" } }\n";
    static const struct {
        const char *label, *fields, *needed[2];
        int32_t verdict;
    } cases[] = {
        { "none given", "\"text\":\"甲\",\"direction\":\"out\"",
          { "trained", "cleared" },
          POLICY_BLOCK },
        { "one given", "\"text\":\"甲\",\"facts\":{\"trained\":true}", { "cleared" },
          POLICY_BLOCK },
        { "null is an answer", "\"text\":\"甲\",\"facts\":{\"trained\":null,"
          "\"cleared\":false}", { NULL }, POLICY_WARN },
        { "both given", "\"text\":\"甲\",\"direction\":\"out\",\"facts\":{\"trained\":1,"
          "\"cleared\":\"a\"}", { NULL }, POLICY_WARN },
        { "not reached", "\"text\":\"好\"", { NULL }, POLICY_ALLOW },
        { "where hangs on it", "\"text\":\"乙\",\"direction\":\"out\"",
          { "known", "cleared" }, POLICY_BLOCK },
        { "where hangs on one", "\"text\":\"乙\",\"direction\":\"out\","
          "\"facts\":{\"cleared\":false}", { "known" }, POLICY_BLOCK },
        { "where is answered", "\"text\":\"乙\",\"direction\":\"out\","
          "\"facts\":{\"cleared\":true}", { NULL }, POLICY_ALLOW },
        { "where is unknown for another reason", "\"text\":\"乙\"", { NULL },
          POLICY_ALLOW },
        { "where holds without", "\"text\":\"乙\",\"direction\":\"in\"",
          { "known", "cleared" }, POLICY_BLOCK },
        { "nobody knows", "\"text\":\"乙\",\"direction\":\"out\","
          "\"facts\":{\"known\":null,\"cleared\":null}", { NULL }, POLICY_ALLOW },
        { "the words are not there", "\"text\":\"好\",\"direction\":\"out\"",
          { NULL }, POLICY_ALLOW },
    };
    struct host h;

    if (!host_open(&h, "on_error: { 3: block }\n", rules))
        return;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        size_t want = 0;

        if (!host_decide(&h, cases[i].fields))
            continue;
        while (want < 2 && cases[i].needed[want])
            want++;
        CHECK_INT_EQ(cases[i].label, policy_decision_verdict(h.decision),
                     cases[i].verdict);
        CHECK(policy_decision_needed_count(h.decision) == want, "%s: %s",
              cases[i].label, host_json(&h, 0));
        for (size_t n = 0; n < want; n++)
            CHECK_CSTR_EQ(cases[i].label, policy_decision_needed(h.decision, n),
                          cases[i].needed[n]);
        CHECK(policy_decision_needed(h.decision, want) == NULL, "no more");
    }
    host_close(&h);
}

/* Who asks in `where` for what nobody has told is told to ask, once all else
 * holds. */
static void test_a_need_may_stand_in_where(void)
{
#define ASKING(id, where, more)                                                \
    "rule { id = \"" id "\", title = \"t\", reason = \"r\","                     \
    " category = \"off_topic\", on = \"message\", broad = true, where = { "    \
    where " }, verdict = \"block\", " more                                     \
    " tests = { hit { \"甲\", facts = { trained = false }, direction = "        \
    "\"out\" }, miss { \"好\", direction = \"in\" } } }\n"
    static const struct {
        const char *label, *rule, *fields, *needed;
        int32_t verdict;
    } cases[] = {
        { "not given", ASKING("a", "[\"facts.trained\"] = false",
                              "needs = { \"trained\" },"),
          "\"text\":\"甲\"", "trained", POLICY_FLAG },
        { "null", ASKING("a", "[\"facts.trained\"] = false",
                         "needs = { \"trained\" },"),
          "\"text\":\"甲\",\"facts\":{\"trained\":null}", NULL, POLICY_ALLOW },
        { "given", ASKING("a", "[\"facts.trained\"] = false",
                          "needs = { \"trained\" },"),
          "\"text\":\"甲\",\"facts\":{\"trained\":false}", NULL, POLICY_BLOCK },
        { "the rest of it fails",
          ASKING("a", "[\"facts.trained\"] = false, direction = \"out\"",
                 "needs = { \"trained\" },"),
          "\"text\":\"甲\",\"direction\":\"in\"", NULL, POLICY_ALLOW },
        { "the rest of it is unknown",
          ASKING("a", "[\"facts.trained\"] = false, direction = \"out\"",
                 "needs = { \"trained\" },"),
          "\"text\":\"甲\"", NULL, POLICY_ALLOW },
        { "nothing matches",
          ASKING("a", "[\"facts.trained\"] = false",
                 "needs = { \"trained\" }, match = term \"乙\","),
          "\"text\":\"甲\"", NULL, POLICY_ALLOW },
        { "an exception",
          ASKING("a", "[\"facts.trained\"] = false",
                 "needs = { \"trained\" }, except = { { direction = \"out\","
                 " why = \"w\", owner = \"o\", expires = \"2099-01-01\" } },"),
          "\"text\":\"甲\",\"direction\":\"out\"", NULL, POLICY_ALLOW },
        { "the gate is open",
          ASKING("a", "[\"facts.trained\"] = false",
                 "needs = { \"trained\" }, requires = { direction = \"out\" },"),
          "\"text\":\"甲\",\"direction\":\"out\"", NULL, POLICY_ALLOW },
        { "in an any",
          ASKING("a", "any { [\"facts.trained\"] = false, direction = \"out\" }",
                 "needs = { \"trained\" },"),
          "\"text\":\"甲\",\"direction\":\"in\"", "trained", POLICY_FLAG },
        { "its negation", ASKING("a", "none { [\"facts.trained\"] = true }",
                                 "needs = { \"trained\" },"),
          "\"text\":\"甲\"", "trained", POLICY_FLAG },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct host h;

        if (!host_open(&h, "", cases[i].rule))
            continue;
        if (host_decide(&h, cases[i].fields)) {
            const char *first = policy_decision_needed(h.decision, 0);

            CHECK_INT_EQ(cases[i].label, policy_decision_verdict(h.decision),
                         cases[i].verdict);
            CHECK_CSTR_EQ(cases[i].label, first ? first : "",
                          cases[i].needed ? cases[i].needed : "");
        }
        host_close(&h);
    }
}

/* --- limits */

static const char repeated[] =
    RULE("a", "match = term \"甲\", severity = 3")
    RULE("b", "match = any { term \"甲\", term \"乙\" }, severity = 3")
    "rule { id = \"c\", title = \"t\", reason = \"r\", category = \"off_topic\","
    " on = \"message\", match = term \"丙\", verdict = \"block\", severity = 1,"
    " tests = { hit \"丙\", miss \"好\" } }\n";

static void check_masked(struct host *h, const char *want)
{
    policy_str text;

    CHECK(policy_decision_redacted(&text, (policy_decision *)h->decision, "text") ==
              POLICY_OK, "a masked text");
    CHECK_STR_EQ("whatever the limit", text, want);
    CHECK(policy_decision_redacted(&text, (policy_decision *)h->decision, "title") ==
              POLICY_EINPUT && text.len == 0, "no such text");
}

static void test_spans_above_the_limit_are_masked_all_the_same(void)
{
    policy_limits limits = POLICY_LIMITS_INIT;
    const policy_rule_error *e;
    struct host h;

    limits.spans = 3;
    if (!host_open_with(&h, "on_error: { 3: block }\n", repeated, &limits) ||
        !host_decide(&h, "\"text\":\"甲乙x乙甲\""))
        return;
    e = host_error(h.decision, "limit-spans");
    CHECK(e && strcmp(e->rule, "o/b") == 0 && e->acted_as == POLICY_BLOCK, "told");
    CHECK_INT_EQ("verdict", policy_decision_verdict(h.decision), POLICY_BLOCK);
    CHECK_INT_EQ("first", host_finding(h.decision, 0, "o/a")->evidence_count, 2);
    CHECK_INT_EQ("second", host_finding(h.decision, 0, "o/b")->evidence_count, 1);
    check_masked(&h, "****x****");
    host_close(&h);
}

static void test_findings_above_the_limit_count_all_the_same(void)
{
    policy_limits limits = POLICY_LIMITS_INIT;
    struct host h;

    limits.findings = 1;
    if (!host_open_with(&h, "on_error: { 1: flag, 3: hold }\n", repeated, &limits) ||
        !host_decide(&h, "\"text\":\"甲x丙\""))
        return;
    CHECK_INT_EQ("findings", policy_decision_finding_count(h.decision, 0), 1);
    CHECK(policy_decision_finding(h.decision, 0, 1) == NULL, "no second");
    CHECK_INT_EQ("errors", policy_decision_error_count(h.decision), 2);
    CHECK_INT_EQ("the verdict of one that is not told",
                 policy_decision_verdict(h.decision), POLICY_BLOCK);
    check_masked(&h, "**x**");
    host_close(&h);
}

/* --- what is left of a masked text */

static const char words[] =
    "@ 密 = 宓\n"
    "机密\n"
    "机机密密\n"
    "密*文\n"
    "密文件 || pinyin\n"
    "红包 || split\n"
    "aab\n"
    "件件文 || separators=3\n";

static bool open_words(struct host *h)
{
    const struct host_file files[] = {
        { "o/organisation.yaml", "id: o\nname: 单位\nkind: company\n" },
        { "o/rules.lua", RULE("all", "match = list \"words\"") },
        { "o/lists/words.txt", words },
    };

    memset(h, 0, sizeof(*h));
    h->error = (policy_error)POLICY_ERROR_INIT;
    test_allocator_init(&h->memory);
    h->bundle = host_compile(files, 3, NULL, &h->memory.allocator);
    return h->bundle &&
           CHECK(policy_session_new(&h->session, h->bundle, NULL, &h->error) ==
                         POLICY_OK &&
                     policy_event_new(&h->event, &h->memory.allocator, NULL,
                                      &h->error) == POLICY_OK,
                 "%s", h->error.message);
}

static bool judge_text(struct host *h, policy_str text)
{
    static const char head[] =
        "{\"id\":\"m1\",\"source\":\"s\",\"type\":\"message\",\"org\":\"o\","
        "\"time\":\"2026-03-02T09:15:00+08:00\"}";

    return host_read(h, head) &&
           CHECK(policy_event_set_text(h->event, POLICY_FIELD_TEXT, text) ==
                     POLICY_OK, "%.*s", (int)text.len, text.ptr) &&
           CHECK(policy_session_evaluate(&h->decision, h->session, h->event,
                                         NULL, &h->error) == POLICY_OK,
                 "%.*s: %s", (int)text.len, text.ptr, h->error.message);
}

/* The mask of `text`, or `text`; copied to `out`. */
static policy_str masked(struct host *h, policy_str text, char *out)
{
    policy_str got = text;

    if (host_finding(h->decision, POLICY_ENFORCED, "o/all"))
        CHECK(policy_decision_redacted(&got, (policy_decision *)h->decision,
                                       "text") == POLICY_OK, "a masked text");
    memcpy(out, got.ptr, got.len);
    return (policy_str){ out, got.len };
}

static const struct {
    const char *label, *text, *want;
} masks[] = {
    { "one word in another", "机机密密", "********" },
    { "its own mark inside", "机机密*密文", "*********文" },
    { "a word that has a mark", "密*文", "*****" },
    { "across a mask", "机红包密", "********" },
    { "decoded", "机%E5%AF%86。", "***********。" },
    { "repeated", "机机机密密。", "**********。" },
    { "with nothing between", "机\xe2\x80\x8b密。", "****。" },
    { "a selector behind", "机密\xef\xb8\x8f。", "****。" },
    { "a joiner behind", "机密\xe2\x80\x8d。", "****。" },
    { "stands alone by the mask", "机宓&#26426;，宓", "****************" },
    { "a mark behind", "机密\xcc\x81。", "****。" },
    { "emoji inside", "机👩\xe2\x80\x8d👧密。", "********。" },
    { "a flag behind", "机密🇨🇳。", "****🇨🇳。" },
};

static void test_masks_hide_what_they_cover(void)
{
    static char out[256];
    struct host h;

    if (open_words(&h))
        for (size_t i = 0; i < sizeof(masks) / sizeof(*masks); i++) {
            policy_str text = host_str(masks[i].text);

            if (judge_text(&h, text))
                CHECK_STR_EQ(masks[i].label, masked(&h, text, out),
                             masks[i].want);
        }
    host_close(&h);
}

static size_t draw_text(char *to, uint64_t *seed)
{
    static const char *const pieces[] = {
        "机", "机", "密", "密", "文", "件", "公", "纟", "工", "包", "宓", "a", "a",
        "b", "B", "*", "*", " ", "，", "。", "\n", "-", "1", "👩", "\xe2\x80\x8d",
        "\xef\xb8\x8f", "\xcc\x81", "\xe2\x80\x8b", "&#26426;", "%E5%AF%86",
        "米", "秘", "文", "а",
    };
    size_t len = 0, count = 1 + test_random(seed) % 20;

    for (size_t i = 0; i < count; i++) {
        const char *piece =
            pieces[test_random(seed) % (sizeof(pieces) / sizeof(*pieces))];

        memcpy(to + len, piece, strlen(piece));
        len += strlen(piece);
    }
    return len;
}

/* Nothing is left of what a rule masked. */
static void test_a_masked_text_has_no_hit(void)
{
    static char text[512], out[1024];
    uint64_t seed = 20260302;
    struct host h;
    size_t found = 0;

    if (open_words(&h))
        for (size_t i = 0; i < 20000; i++) {
            policy_str drawn = { text, draw_text(text, &seed) };
            policy_str mask;

            if (!judge_text(&h, drawn) ||
                !host_finding(h.decision, POLICY_ENFORCED, "o/all"))
                continue;
            found++;
            mask = masked(&h, drawn, out);
            if (judge_text(&h, mask))
                CHECK(!host_finding(h.decision, POLICY_ENFORCED, "o/all"),
                      "%.*s is left of %.*s", (int)mask.len, mask.ptr,
                      (int)drawn.len, drawn.ptr);
        }
    CHECK(found > 2000, "%zu texts with a hit", found);
    host_close(&h);
}

static const struct test_case tests[] = {
    { "each mode has its place", test_each_mode_has_its_place },
    { "a shadow changes nothing", test_a_shadow_changes_nothing },
    { "an escalation is a duty", test_an_escalation_is_a_duty },
    { "nobody left is an error", test_nobody_left_is_an_error },
    { "no two events share a duty", test_no_two_events_share_a_duty },
    { "a duty is written once", test_a_duty_is_written_once },
    { "a state that fails is no guess", test_a_state_that_fails_is_no_guess },
    { "a need may stand in where", test_a_need_may_stand_in_where },
    { "a need acts as an error until answered",
      test_a_need_acts_as_an_error_until_answered },
    { "spans above the limit are masked all the same",
      test_spans_above_the_limit_are_masked_all_the_same },
    { "findings above the limit count all the same",
      test_findings_above_the_limit_count_all_the_same },
    { "masks hide what they cover", test_masks_hide_what_they_cover },
    { "a masked text has no hit", test_a_masked_text_has_no_hit },
};

POLICY_TEST_MAIN("record", tests)
