/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The vocabulary against the inventory of the regulations, which was written
 * first and by itself; and names into numbers and back.
 */
#include "harness.h"

#include <policy/text.h>

#include "base/slice.h"
#include "event/schema.h"

/* type (NULL: every one), field, kind and its words: the inventory as it is. */
static const struct {
    const char *type, *field, *kind;
} inventory[] = {
    { NULL, "id", "id" },
    { NULL, "time", "time" },
    { NULL, "org", "id" },
    { NULL, "actor", "id" },
    { NULL, "actor_roles", "words staff pupil family partner customer third_party administrator group_owner manager developer reviewer" },
    { NULL, "account", "id" },
    { NULL, "account_kind", "enum official work personal club" },
    { NULL, "platform", "enum wechat wecom weibo miniprogram other" },
    { NULL, "network", "enum trusted cellular public unknown" },
    { NULL, "place", "enum office home public unknown" },
    { "message", "direction", "enum out in" },
    { "message", "conversation", "id" },
    { "message", "conversation_kind", "enum direct group" },
    { "message", "recipients", "list" },
    { "message", "recipient_kinds", "words staff leaver family customer partner outsider unknown" },
    { "message", "recipients_cleared", "bool" },
    { "message", "group_kind", "enum company department private unknown" },
    { "message", "text", "text" },
    { "message", "links", "list" },
    { "message", "forwarded", "bool" },
    { "message", "reply_to", "id" },
    { "message", "needs_reply", "bool" },
    { "message", "encrypted", "bool" },
    { "post", "surface", "enum official weibo moments miniprogram other" },
    { "post", "content_id", "id" },
    { "post", "title", "text" },
    { "post", "text", "text" },
    { "post", "attachments", "list" },
    { "post", "repost_of", "id" },
    { "post", "repost_text", "text" },
    { "post", "audience", "enum internal public" },
    { "post", "supplied_by", "id" },
    { "post", "review_state", "enum none pending passed" },
    { "post", "reviewer_role", "id" },
    { "comment", "direction", "enum out in" },
    { "comment", "content_id", "id" },
    { "comment", "comment_id", "id" },
    { "comment", "reply_to", "id" },
    { "comment", "needs_reply", "bool" },
    { "comment", "text", "text" },
    { "file_transfer", "operation", "enum send receive upload download save forward" },
    { "file_transfer", "name", "text" },
    { "file_transfer", "mime", "id" },
    { "file_transfer", "size", "int" },
    { "file_transfer", "digest", "id" },
    { "file_transfer", "encrypted", "bool" },
    { "file_transfer", "classification", "enum none internal secret unknown" },
    { "file_transfer", "recipients", "list" },
    { "file_transfer", "recipient_kinds", "words staff leaver family customer partner outsider unknown" },
    { "file_transfer", "recipients_cleared", "bool" },
    { "file_transfer", "approved_by", "id" },
    { "file_transfer", "source_known", "bool" },
    { "file_transfer", "scan_result", "enum clean suspect malicious unknown" },
    { "file_transfer", "store", "enum designated wechat other" },
    { "file_transfer", "text", "text" },
    { "link_open", "object_kind", "enum link qr attachment" },
    { "link_open", "url", "id" },
    { "link_open", "host", "id" },
    { "link_open", "sender", "id" },
    { "link_open", "source_known", "bool" },
    { "link_open", "scan_result", "enum clean suspect malicious unknown" },
    { "login", "holder", "id" },
    { "login", "device", "id" },
    { "login", "device_owner", "id" },
    { "login", "device_state", "enum approved unapproved jailbroken unknown" },
    { "login", "protections", "words screen_lock anti_theft history_encryption" },
    { "login", "client_version", "id" },
    { "login", "second_factor", "bool" },
    { "login", "anomaly", "bool" },
    { "account_change", "change", "enum register rename profile password permission second_factor transfer lend bind_app bind_device freeze close" },
    { "account_change", "subject_account", "id" },
    { "account_change", "holder", "id" },
    { "account_change", "holder_state", "enum active moving left" },
    { "account_change", "previous_holder", "id" },
    { "account_change", "identity_verified", "bool" },
    { "account_change", "approved_by", "id" },
    { "account_change", "new_name", "text" },
    { "account_change", "password_strength", "enum weak fair strong" },
    { "account_change", "password_guessable", "bool" },
    { "account_change", "app", "id" },
    { "account_change", "app_trusted", "bool" },
    { "account_change", "device_owner", "id" },
    { "account_change", "permissions", "list" },
    { "account_change", "post_permissions", "list" },
    { "group_change", "change", "enum create invite join leave owner purpose clear_history dissolve" },
    { "group_change", "group", "id" },
    { "group_change", "purpose", "text" },
    { "group_change", "responsible", "id" },
    { "group_change", "member", "id" },
    { "group_change", "member_kind", "enum staff leaver family customer partner outsider unknown" },
    { "group_change", "approved_by", "id" },
    { "group_change", "work_related", "bool" },
    { "contact_add", "contact", "id" },
    { "contact_add", "contact_kind", "enum staff customer partner unknown" },
    { "contact_add", "route", "enum official private" },
    { "payment", "kind", "enum pay receive transfer" },
    { "payment", "counterparty", "id" },
    { "usage_period", "started", "time" },
    { "usage_period", "ended", "time" },
    { "usage_period", "activity", "enum chat browse game other" },
    { "usage_period", "work_related", "bool" },
    { "system_change", "target", "enum client device platform interface" },
    { "system_change", "change", "enum install plugin update setting protection file_edit file_delete protocol" },
    { "system_change", "component", "text" },
    { "system_change", "component_trusted", "bool" },
    { "system_change", "version", "id" },
    { "system_change", "version_age_days", "int" },
    { "system_change", "approved_by", "id" },
    { "data_use", "operation", "enum collect store use export disclose" },
    { "data_use", "categories", "list" },
    { "data_use", "subject_count", "int" },
    { "data_use", "purpose", "text" },
    { "data_use", "scope", "text" },
    { "data_use", "manner", "text" },
    { "data_use", "declared_purpose", "text" },
    { "data_use", "needed_categories", "list" },
    { "data_use", "consent", "bool" },
    { "data_use", "authorised", "bool" },
    { "data_use", "recipient", "id" },
    { "data_use", "recipient_kind", "enum staff leaver family customer partner outsider unknown" },
    { "data_use", "protected", "enum encrypted masked none" },
    { "miniprogram_release", "app", "id" },
    { "miniprogram_release", "version", "id" },
    { "miniprogram_release", "security_test", "enum pass fail none" },
    { "miniprogram_release", "content_review", "enum pass fail none" },
    { "miniprogram_release", "data_protection", "enum encrypted masked none" },
    { "miniprogram_release", "team", "id" },
    { "review", "subject", "id" },
    { "review", "reviewer", "id" },
    { "review", "reviewer_role", "id" },
    { "review", "decision", "enum pass reject change" },
    { "content_remove", "subject", "id" },
    { "content_remove", "removed_by", "id" },
    { "content_remove", "reason", "text" },
    { "staff_change", "person", "id" },
    { "staff_change", "change", "enum join move leave listed gone" },
    { "staff_change", "effective", "time" },
    { "staff_change", "accounts", "list" },
    { "staff_change", "roles", "list" },
    { "incident", "incident", "id" },
    { "incident", "kind", "enum account_theft anomaly leak malware intrusion vulnerability hazard accident" },
    { "incident", "state", "enum noticed reported contained closed" },
    { "incident", "noticed_at", "time" },
    { "incident", "reported_at", "time" },
    { "incident", "reporter", "id" },
    { "incident", "subject_account", "id" },
    { "incident", "severity", "enum minor serious grave" },
    { "report", "report", "id" },
    { "report", "kind", "enum complaint tip_off feedback question suggestion objection authority_request" },
    { "report", "state", "enum open answered closed" },
    { "report", "subject", "id" },
    { "report", "target", "id" },
    { "violation", "person", "id" },
    { "violation", "departments", "list" },
    { "violation", "regulation", "id" },
    { "violation", "ref", "id" },
    { "violation", "severity", "enum minor serious grave" },
    { "violation", "crime_suspected", "bool" },
    { "violation", "leak_confirmed", "bool" },
    { "violation", "harm", "text" },
    { "violation", "prior_count", "int" },
    { "violation", "merit", "bool" },
    { "attestation", "duty", "id" },
    { "attestation", "done_by", "id" },
    { "attestation", "done_at", "time" },
    { "attestation", "covers", "text" },
    { "attestation", "evidence", "text" },
    { "tick", "now", "time" },
};

/* What the rule language adds to the inventory. */
static const struct {
    const char *type, *field, *kind;
} added[] = {
    { NULL, "phase", "enum asked done" },
    { NULL, "source", "id" },
    { NULL, "actor_dept", "id" },
    { "message", "approved_by", "id" },
    { "message", "recipient_kinds", "words pupil patient" },
    { "post", "approved_by", "id" },
    { "file_transfer", "direction", "enum out in" },
    { "file_transfer", "conversation", "id" },
    { "file_transfer", "conversation_kind", "enum direct group" },
    { "file_transfer", "group_kind", "enum company department private unknown" },
    { "file_transfer", "recipient_kinds", "words pupil patient" },
    { "payment", "text", "text" },
    { "miniprogram_release", "text", "text" },
    { "report", "text", "text" },
    { "review", "digest", "id" },
    { "attestation", "subject", "id" },
    { "attestation", "result", "enum pass fail" },
    { "violation", "subject", "id" },
    { "account_change", "change", "enum restrict restore" },
    { "account_change", "until", "time" },
    { "group_change", "group_kind", "enum company department private unknown" },
    { "staff_change", "dept", "id" },
    { "staff_change", "manager", "id" }
};

static const char *const kind_words[] = {
    [POL_KIND_ID] = "id",     [POL_KIND_TEXT] = "text",
    [POL_KIND_ENUM] = "enum", [POL_KIND_BOOL] = "bool",
    [POL_KIND_INT] = "int",   [POL_KIND_TIME] = "time",
    [POL_KIND_LIST] = "list", [POL_KIND_WORDS] = "words"
};

/* `kind` is "enum out in": the kind, then words that the use must have. */
static void check_use(const char *type, const char *field, const char *kind)
{
    int32_t f = pol_field_find(pol_str(field));
    int32_t first = type ? pol_type_find(pol_str(type)) : 0, t;
    int32_t last = type ? first : POLICY_TYPE_COUNT - 1;
    /* The inventory leaves the roles given open; they are the actor's. */
    bool roles = strcmp(field, "roles") == 0;

    if (!CHECK(f >= 0, "field %s", field) ||
        !CHECK(first >= 0, "type %s", type ? type : "any"))
        return;
    for (t = first; t <= last; t++) {
        const pol_field_use *u = pol_field_in(t, f);
        char copy[200], *word, *rest = copy;

        snprintf(copy, sizeof(copy), "%s", kind);
        word = strtok_r(rest, " ", &rest);
        CHECK(u->kind != POL_KIND_NONE &&
                  (roles || strcmp(kind_words[u->kind], word) == 0),
              "%s.%s is %s", pol_types[t].name, field, kind);
        while ((word = strtok_r(rest, " ", &rest)))
            CHECK(pol_field_has_word(u, pol_word_find(pol_str(word))),
                  "%s.%s takes %s", pol_types[t].name, field, word);
    }
}

static void test_holds_the_whole_inventory(void)
{
    size_t i;

    for (i = 0; i < sizeof(inventory) / sizeof(inventory[0]); i++)
        check_use(inventory[i].type, inventory[i].field, inventory[i].kind);
    CU_ASSERT_EQUAL(POLICY_TYPE_COUNT, 22);
}

static void test_holds_what_the_rule_language_adds(void)
{
    size_t i;

    for (i = 0; i < sizeof(added) / sizeof(added[0]); i++)
        check_use(added[i].type, added[i].field, added[i].kind);
}

static void test_finds_every_type_by_its_name(void)
{
    int32_t t;

    for (t = 0; t < POLICY_TYPE_COUNT; t++)
        CHECK_INT_EQ(pol_types[t].name, pol_type_find(pol_str(pol_types[t].name)),
                     t);
}

static void test_finds_every_field_by_its_name(void)
{
    int32_t f;

    for (f = 0; f < POLICY_FIELD_COUNT; f++)
        CHECK_INT_EQ(pol_fields[f].name,
                     pol_field_find(pol_str(pol_fields[f].name)), f);
}

static void test_finds_every_word_by_its_name(void)
{
    uint16_t w;

    for (w = 1; pol_word_name(w).len; w++)
        CHECK_INT_EQ(pol_word_name(w).ptr, pol_word_find(pol_word_name(w)), w);
    CHECK(w > 100, "there are %u words", (unsigned)w - 1);
}

/* Each name without its last byte, with one more, and with each byte changed. */
static void check_neighbours(const char *name, int32_t (*find)(policy_str))
{
    char near[64];
    size_t len = strlen(name), i;
    int32_t self = find(pol_str(name));

    snprintf(near, sizeof(near), "%s_", name);
    CHECK(find(pol_str(near)) != self, "%s", near);
    CHECK(find((policy_str){ name, len + 1 }) == -1, "%s and its NUL", name);
    CHECK(find((policy_str){ name, len - 1 }) != self, "%s cut", name);
    for (i = 0; i < len; i++) {
        memcpy(near, name, len + 1);
        near[i] ^= 0x20;
        CHECK(find(pol_str(near)) != self, "%s", near);
    }
}

static void test_takes_no_neighbour_of_a_name(void)
{
    int32_t i;

    for (i = 0; i < POLICY_TYPE_COUNT; i++)
        check_neighbours(pol_types[i].name, pol_type_find);
    for (i = 0; i < POLICY_FIELD_COUNT; i++)
        check_neighbours(pol_fields[i].name, pol_field_find);
    CU_ASSERT_EQUAL(pol_type_find(POL_STR("")), -1);
    CU_ASSERT_EQUAL(pol_field_find(POL_STR("")), -1);
    CU_ASSERT_EQUAL(pol_word_find(POL_STR("")), 0);
    CU_ASSERT_EQUAL(pol_word_find(POL_STR("outt")), 0);
}

/* Numbers are part of the binary interface: these may never move. */
static void test_keeps_its_numbers(void)
{
    static const struct {
        const char *name;
        int32_t number;
    } fields[] = {
        { "id", 0 }, { "type", 1 }, { "org", 2 }, { "time", 3 }, { "text", 21 },
        { "change", 60 }, { "decision", 109 }, { "now", 138 },
        { "external", 139 }, { "content_digest", 145 }
    };
    size_t i;

    for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        CHECK_INT_EQ(fields[i].name, pol_field_find(pol_str(fields[i].name)),
                     fields[i].number);
    CU_ASSERT_EQUAL(POLICY_TYPE_MESSAGE, 0);
    CU_ASSERT_EQUAL(POLICY_TYPE_FILE_TRANSFER, 3);
    CU_ASSERT_EQUAL(POLICY_TYPE_TICK, 21);
    CU_ASSERT_EQUAL(POLICY_FIELD_TEXT, 21);
}

static void test_derives_what_no_json_says(void)
{
    static const char *const derived[] = { "external", "public", "work_hours",
                                           "work_day", "minutes", "thing",
                                           "content_digest", "hosts", "flags" };
    int32_t f = POLICY_FIELD_FORWARDED;
    size_t i;

    for (i = 0; i < sizeof(derived) / sizeof(derived[0]); i++)
        CHECK(pol_fields[pol_field_find(pol_str(derived[i]))].derived, "%s",
              derived[i]);
    CU_ASSERT_FALSE(pol_fields[f].derived);
    CU_ASSERT_FALSE(pol_field_in(POLICY_TYPE_MESSAGE, f)->derived);
    CU_ASSERT_TRUE(pol_field_in(POLICY_TYPE_POST, f)->derived);
    CU_ASSERT_TRUE(pol_field_in(POLICY_TYPE_FILE_TRANSFER, f)->derived);
    CU_ASSERT_EQUAL(pol_field_in(POLICY_TYPE_COMMENT, f)->kind, POL_KIND_NONE);
}

static void test_names_flags_by_bit(void)
{
    /* ORDER FLAG */
    static const struct { uint32_t flag; const char *name; } rows[] = {
        { POLICY_TEXT_ILL_FORMED, "ill-formed" },
        { POLICY_TEXT_IGNORABLE, "ignorable" },
        { POLICY_TEXT_CONTROL, "control" },
        { POLICY_TEXT_BIDI, "bidi" },
        { POLICY_TEXT_TAG, "tag" },
        { POLICY_TEXT_PRIVATE_USE, "private-use" },
        { POLICY_TEXT_MIXED_SCRIPT, "mixed-script" },
        { POLICY_TEXT_MIXED_HAN, "mixed-han" },
        { POLICY_TEXT_MARKS, "marks" },
        { POLICY_TEXT_RARE_HAN, "rare-han" },
        { POL_FLAG_LONE_SURROGATE, "lone-surrogate" },
        { POL_FLAG_UNKNOWN_KIND, "unknown-kind" },
    };
    enum { ROWS = sizeof(rows) / sizeof(*rows) };

    for (unsigned i = 0; i < ROWS; i++) {
        CHECK_INT_EQ(rows[i].name, rows[i].flag, 1u << i);
        CHECK_STR_EQ(rows[i].name, pol_flag_name(i), rows[i].name);
        CHECK(pol_flag_name(i).ptr[pol_flag_name(i).len] == '\0', "%s",
              "ends like a C string");
    }
    CHECK_INT_EQ("behind the last", pol_flag_name(ROWS).len, 0);
    CHECK_INT_EQ("far behind", pol_flag_name(UINT32_MAX).len, 0);
}

static void test_tells_triggers_from_scope(void)
{
    static const char *const triggers[] = {
        "change", "operation", "scan_result", "device_state", "place",
        "network", "classification", "encrypted", "store", "review_state",
        "decision", "flags"
    };
    static const char *const scope[] = {
        "direction", "account_kind", "actor_roles", "work_hours", "external",
        "platform", "group_kind", "conversation_kind", "phase", "type"
    };
    static const char *const frequent[] = { "message", "comment",
                                            "file_transfer", "login",
                                            "usage_period" };
    size_t i, rare = 0;

    for (i = 0; i < sizeof(triggers) / sizeof(triggers[0]); i++)
        CHECK(pol_fields[pol_field_find(pol_str(triggers[i]))].indexed, "%s",
              triggers[i]);
    for (i = 0; i < sizeof(scope) / sizeof(scope[0]); i++)
        CHECK(!pol_fields[pol_field_find(pol_str(scope[i]))].indexed, "%s",
              scope[i]);
    for (i = 0; i < sizeof(frequent) / sizeof(frequent[0]); i++)
        CHECK(!pol_types[pol_type_find(pol_str(frequent[i]))].rare, "%s",
              frequent[i]);
    for (i = 0; i < POLICY_TYPE_COUNT; i++)
        rare += pol_types[i].rare;
    CU_ASSERT_EQUAL(rare, POLICY_TYPE_COUNT - 5);
}

static void test_gives_kinds_to_ids(void)
{
    static const struct {
        const char *type, *field;
        pol_id_kind kind;
    } rows[] = {
        { "message", "actor", POL_ID_PERSON },
        { "message", "account", POL_ID_ACCOUNT },
        { "message", "recipients", POL_ID_PERSON },
        { "message", "reply_to", POL_ID_THING },
        { "message", "conversation", POL_ID_CONVERSATION },
        { "group_change", "group", POL_ID_CONVERSATION },
        { "login", "device", POL_ID_DEVICE },
        { "review", "subject", POL_ID_ANY },
        { "review", "digest", POL_ID_FILE },
        { "attestation", "duty", POL_ID_DUTY },
        { "incident", "incident", POL_ID_INCIDENT },
        { "report", "report", POL_ID_REPORT },
        { "miniprogram_release", "app", POL_ID_APP }
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        CHECK_INT_EQ(rows[i].field,
                     pol_field_in(pol_type_find(pol_str(rows[i].type)),
                                  pol_field_find(pol_str(rows[i].field)))->id_kind,
                     rows[i].kind);
}

static void test_leaves_open_what_an_organisation_may_add_to(void)
{
    int32_t t;

    for (t = 0; t < POLICY_TYPE_COUNT; t++)
        CU_ASSERT_TRUE(pol_field_in(t, POLICY_FIELD_ACTOR_ROLES)->open);
    CU_ASSERT_TRUE(pol_field_in(POLICY_TYPE_MESSAGE,
                                POLICY_FIELD_GROUP_KIND)->open);
    CU_ASSERT_FALSE(pol_field_in(POLICY_TYPE_MESSAGE,
                                 POLICY_FIELD_DIRECTION)->open);
}

static void test_knows_no_field_outside_of_its_bounds(void)
{
    CU_ASSERT_EQUAL(pol_field_in(-1, 0)->kind, POL_KIND_NONE);
    CU_ASSERT_EQUAL(pol_field_in(POLICY_TYPE_COUNT, 0)->kind, POL_KIND_NONE);
    CU_ASSERT_EQUAL(pol_field_in(0, -1)->kind, POL_KIND_NONE);
    CU_ASSERT_EQUAL(pol_field_in(0, POLICY_FIELD_COUNT)->kind, POL_KIND_NONE);
    CU_ASSERT_EQUAL(pol_word_name(0).len, 0);
    CU_ASSERT_EQUAL(pol_word_name(UINT16_MAX).len, 0);
    CU_ASSERT_FALSE(pol_field_has_word(pol_field_in(0, POLICY_FIELD_TEXT), 0));
}

static void test_tells_texts_from_the_rest(void)
{
    for (int32_t t = -1; t <= POLICY_TYPE_COUNT; t++)
        for (int32_t f = 0; f < POLICY_FIELD_COUNT; f++)
            CHECK((pol_fields_of_text(t)[f / 64] >> f % 64 & 1) ==
                      (pol_field_in(t, f)->kind == POL_KIND_TEXT),
                  "type %d, field %d", (int)t, (int)f);
}

static void test_suggests_the_nearest_word(void)
{
    const pol_field_use *u = pol_field_in(POLICY_TYPE_MESSAGE,
                                          POLICY_FIELD_CONVERSATION_KIND);

    CHECK_STR_EQ("grup", pol_field_nearest_word(u, POL_STR("grup")), "group");
    CHECK_STR_EQ("far off", pol_field_nearest_word(u, POL_STR("elephant")), "");
}

static const struct test_case tests[] = {
    { "holds the whole inventory", test_holds_the_whole_inventory },
    { "holds what the rule language adds",
      test_holds_what_the_rule_language_adds },
    { "finds every type by its name", test_finds_every_type_by_its_name },
    { "finds every field by its name", test_finds_every_field_by_its_name },
    { "finds every word by its name", test_finds_every_word_by_its_name },
    { "takes no neighbour of a name", test_takes_no_neighbour_of_a_name },
    { "keeps its numbers", test_keeps_its_numbers },
    { "derives what no JSON says", test_derives_what_no_json_says },
    { "names flags by bit", test_names_flags_by_bit },
    { "tells triggers from scope", test_tells_triggers_from_scope },
    { "gives kinds to ids", test_gives_kinds_to_ids },
    { "leaves open what an organisation may add to",
      test_leaves_open_what_an_organisation_may_add_to },
    { "knows no field outside of its bounds",
      test_knows_no_field_outside_of_its_bounds },
    { "tells texts from the rest", test_tells_texts_from_the_rest },
    { "suggests the nearest word", test_suggests_the_nearest_word }
};

POLICY_TEST_MAIN("schema", tests)
