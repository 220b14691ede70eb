/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the sender is told: places, languages, and what is no place.
 */
#include "host.h"

static const char rules[] =
    RULE("due", "match = term \"甲\", escalate = { to = \"officer\", within = \"4h\" },"
         " tell = { zh = \"{due}前处理，见{article}\", en = \"Until {due}\" }")
    RULE("odd", "match = term \"乙\","
         " tell = { zh = \"{due}{x}{{article}{article\", en = \"}{ {due\" }")
    RULE("zh", "match = term \"丙\", tell = { zh = \"只有中文\" }")
    RULE("silent", "match = term \"丁\"");

static policy_str tell(struct host *h, const char *rule, const char *language)
{
    for (size_t i = 0; i < policy_decision_finding_count(h->decision, 0); i++)
        if (strcmp(policy_decision_finding(h->decision, 0, i)->rule, rule) == 0)
            return policy_decision_tell(h->decision, i, language);
    CHECK(false, "%s did not fire", rule);
    return (policy_str){ "", 0 };
}

static void test_places_are_filled_in(void)
{
    struct host h;

    if (!host_open(&h, "zone: Asia/Shanghai\nroles: { officer: [u1] }\n"
                       "regulations: { alpha: enforce }\n", rules) ||
        !host_decide(&h, "\"text\":\"甲乙丙丁引用\""))
        return;
    CHECK_STR_EQ("articles", tell(&h, "alpha/cited", "zh"),
                 "依据《制度甲》一、《制度甲》二");
    CHECK_STR_EQ("articles in English", tell(&h, "alpha/cited", "en"),
                 "By 《制度甲》一, 《制度甲》二");
    CHECK_STR_EQ("due and the reason of a local rule", tell(&h, "o/due", "zh"),
                 "2026-03-02T13:15:00+08:00前处理，见理由");
    CHECK_STR_EQ("due in English", tell(&h, "o/due", "en"),
                 "Until 2026-03-02T13:15:00+08:00");
    CHECK_STR_EQ("nothing else is a place", tell(&h, "o/odd", "zh"),
                 "{x}{理由{article");
    CHECK_STR_EQ("nor a bare brace", tell(&h, "o/odd", "en"), "}{ {due");
    host_close(&h);
}

static void test_the_language_falls_back(void)
{
    struct host h;

    if (!host_open(&h, "roles: { officer: [u1] }\nlanguages: [en]\n", rules) ||
        !host_decide(&h, "\"text\":\"甲乙丙丁\""))
        return;
    CHECK(strncmp(tell(&h, "o/due", NULL).ptr, "Until", 5) == 0,
          "the organisation's language");
    CHECK(strncmp(tell(&h, "o/due", "fr").ptr, "Until", 5) == 0,
          "the organisation's for an unknown one");
    CHECK_STR_EQ("what there is", tell(&h, "o/zh", "en"), "只有中文");
    CHECK_STR_EQ("what there is by default", tell(&h, "o/zh", NULL), "只有中文");
    CHECK_STR_EQ("none at all", tell(&h, "o/silent", "zh"), "");
    CHECK_STR_EQ("no such finding", policy_decision_tell(h.decision, 99, "zh"), "");
    host_close(&h);
}

static const struct test_case tests[] = {
    { "places are filled in", test_places_are_filled_in },
    { "the language falls back", test_the_language_falls_back },
};

POLICY_TEST_MAIN("tell", tests)
