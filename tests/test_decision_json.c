/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decisions as JSON: keys in their order, masked unless asked, into any room.
 */
#include <jansson.h>

#include "host.h"

static const char yaml[] = "roles: { officer: [u1] }\nregulations: { alpha: enforce }\n";
static const char rules[] =
    RULE("a", "match = any { term \"甲\", list \"own\" }, tell = { zh = \"第\\\"{article}\" },"
              " escalate = { to = \"officer\", within = \"1h\" }")
    RULE("shadow", "match = term \"乙\", mode = \"shadow\"")
    RULE("except", "match = term \"甲\", except = { { direction = \"out\","
                   " why = \"试点\", owner = \"保密办\", expires = \"2027-01-01\" } }")
    RULE("broken", "match = term \"甲\", check = function() error(\"x\") end")
    RULE("needs", "match = term \"甲\", needs = { \"trained\" }");
static const char fields[] = "\"text\":\"甲\\\"引用乙機\xe2\x80\x8b密\\u0001\\ud83d\\ude00\","
                             "\"direction\":\"out\"";

static const char *const keys[] = {
    "decision", "event", "org", "bundle", "verdict", "findings", "duties", "ladder",
    "shadow", "suppressed", "errors", "facts_needed", "flags",
    "redacted", "cost",
};

static void test_keys_stand_in_their_order(void)
{
    const char *key;
    json_t *root, *value, *f;
    struct host h;
    size_t i = 0;

    if (!host_open(&h, yaml, rules) || !host_decide(&h, fields))
        return;
    root = json_loads(host_json(&h, 0), JSON_REJECT_DUPLICATES, NULL);
    if (!CHECK(root != NULL, "%s", h.json))
        return;
    json_object_foreach(root, key, value) {
        CHECK(i < sizeof(keys) / sizeof(*keys) && strcmp(key, keys[i]) == 0,
              "key %zu is %s", i, key);
        i++;
    }
    CHECK_INT_EQ("keys", i, sizeof(keys) / sizeof(*keys));
    CHECK_INT_EQ("name", json_string_length(json_object_get(root, "decision")), 32);
    CHECK_CSTR_EQ("bundle", json_string_value(json_object_get(root, "bundle")),
                  policy_bundle_revision(h.bundle));
    CHECK_INT_EQ("findings", json_array_size(json_object_get(root, "findings")), 2);
    CHECK_INT_EQ("duties", json_array_size(json_object_get(root, "duties")), 1);
    CHECK_INT_EQ("shadow", json_array_size(json_object_get(root, "shadow")), 1);
    CHECK_INT_EQ("suppressed", json_array_size(json_object_get(root, "suppressed")), 1);
    CHECK_INT_EQ("errors", json_array_size(json_object_get(root, "errors")), 1);
    CHECK_INT_EQ("needs", json_array_size(json_object_get(root, "facts_needed")), 1);
    f = json_array_get(json_object_get(root, "findings"), 0);
    CHECK_INT_EQ("cites", json_array_size(json_object_get(f, "cites")), 2);
    f = json_array_get(json_object_get(root, "findings"), 1);
    CHECK_CSTR_EQ("tell", json_string_value(json_object_get(
                      json_object_get(f, "tell"), "zh")), "第\"理由");
    CHECK(json_object_get(json_object_get(f, "tell"), "en") == NULL,
          "what is not there has no key");
    json_decref(root);
    host_close(&h);
}

static void test_words_appear_only_where_asked_for(void)
{
    json_t *root, *text;
    struct host h;

    if (!host_open(&h, yaml, rules) || !host_decide(&h, fields))
        return;
    host_json(&h, 0);
    CHECK(!strstr(h.json, "機"), "%s", h.json);
    CHECK(!strstr(h.json, "\"text\":\"甲\"") && !strstr(h.json, "\"clear\""), "%s",
          h.json);
    root = json_loads(host_json(&h, POLICY_JSON_CLEAR), JSON_ALLOW_NUL, NULL);
    if (!CHECK(root != NULL, "%s", h.json))
        return;
    text = json_array_get(json_object_get(root, "redacted"), 0);
    CHECK_CSTR_EQ("masked, and what is invisible behind it",
                  json_string_value(json_object_get(text, "text")),
                  "**\"****乙****😀");
    CHECK_CSTR_EQ("clear", json_string_value(json_object_get(text, "clear")),
                  "甲\"引用乙機\xe2\x80\x8b密\x01😀");
    text = json_array_get(json_object_get(json_array_get(
        json_object_get(root, "shadow"), 0), "spans"), 0);
    CHECK_CSTR_EQ("of a shadow, too", json_string_value(json_object_get(text, "text")),
                  "乙");
    json_decref(root);
    host_close(&h);
}

static void test_only_finds_have_a_confidence(void)
{
    struct host h;

    if (!host_open(&h, NULL, RULE("a", "match = any { term \"甲\","
                                       " list \"own\" }")
                             RULE("b", "match = pii \"landline\"")) ||
        !host_decide(&h, "\"text\":\"甲机密010-62345678\""))
        return;
    host_json(&h, 0);
    CHECK(strstr(h.json, "\"kind\":\"landline\",\"confidence\":\"medium\","
                         "\"how\":[]}") != NULL, "%s", h.json);
    CHECK(strstr(h.json, "\"kind\":\"term\",\"how\"") != NULL, "%s", h.json);
    CHECK(strstr(h.json, "\"list\":\"own\",\"how\"") != NULL, "%s", h.json);
    host_close(&h);
}

/* mask: { logs: false }: the organisation wants its logs in clear. */
static void test_an_organisation_may_want_clear_logs(void)
{
    char clear[256];
    struct host h;

    snprintf(clear, sizeof(clear), "%smask: { logs: false }\n", yaml);
    if (!host_open(&h, clear, rules) || !host_decide(&h, fields))
        return;
    CHECK(strstr(host_json(&h, 0), "\"clear\":") != NULL, "%s", h.json);
    host_close(&h);
}

static void test_any_room_gets_its_part(void)
{
    char part[600];
    size_t whole, len;
    struct host h;

    if (!host_open(&h, yaml, rules) || !host_decide(&h, fields))
        return;
    whole = strlen(host_json(&h, 0));
    for (size_t cap = 0; cap < sizeof(part) - 1; cap++) {
        memset(part, '#', sizeof(part));
        len = 0;
        CHECK(policy_decision_json(cap ? part : NULL, cap, &len, h.decision, 0) ==
                  POLICY_OK && len == whole, "cap %zu: %zu of %zu", cap, len, whole);
        CHECK(memcmp(part, h.json, cap) == 0 && part[cap] == '#', "cap %zu", cap);
    }
    for (size_t more = 0; more < 2; more++) {
        h.json[whole + more] = '#';
        CHECK(policy_decision_json(h.json, whole + more, &len, h.decision, 0) ==
                  POLICY_OK && len == whole && h.json[whole + more] == '#',
              "just enough, and one more");
    }
    host_close(&h);
}

/* What names it: bundle, organisation, source and id; not the words. */
static void test_the_name_follows_what_was_judged(void)
{
    static const char *const events[] = {
        ("{\"id\":\"1\",\"source\":\"s\",\"type\":\"message\",\"org\":\"o\",\"time\":0,"
         "\"text\":\"甲\"}"),
        "{\"id\":\"1\",\"source\":\"s\",\"type\":\"message\",\"org\":\"o\",\"time\":1}",
        "{\"id\":\"2\",\"source\":\"s\",\"type\":\"message\",\"org\":\"o\",\"time\":0}",
        "{\"id\":\"1\",\"source\":\"t\",\"type\":\"message\",\"org\":\"o\",\"time\":0}",
        "{\"id\":\"1s\",\"source\":\"\",\"type\":\"message\",\"org\":\"o\",\"time\":0}",
    };
    char names[5][48];
    struct host h;

    if (!host_open(&h, yaml, rules))
        return;
    for (size_t i = 0; i < 5; i++) {
        if (policy_event_read_json(h.event, host_str(events[i]), &h.error) ||
            policy_session_evaluate(&h.decision, h.session, h.event, NULL, &h.error)) {
            CHECK(i == 4, "%zu: %s", i, h.error.message);
            snprintf(names[i], sizeof(names[i]), "none");
            continue;
        }
        snprintf(names[i], sizeof(names[i]), "%.45s", host_json(&h, 0));
    }
    CHECK_CSTR_EQ("the same event", names[0], names[1]);
    for (size_t i = 1; i < 5; i++)
        for (size_t k = i + 1; k < 5; k++)
            CHECK(strcmp(names[i], names[k]) != 0, "%zu and %zu: %s", i, k, names[i]);
    host_close(&h);
}

static const struct test_case tests[] = {
    { "keys stand in their order", test_keys_stand_in_their_order },
    { "words appear only where asked for", test_words_appear_only_where_asked_for },
    { "only finds have a confidence", test_only_finds_have_a_confidence },
    { "an organisation may want clear logs", test_an_organisation_may_want_clear_logs },
    { "any room gets its part", test_any_room_gets_its_part },
    { "the name follows what was judged", test_the_name_follows_what_was_judged },
};

POLICY_TEST_MAIN("decision_json", tests)
