/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/* organisation.yaml: what is read from it, and every way to get it wrong. */
#include "config_check.h"

#include "config/organisation.h"

static bool read_yaml(struct config_check *c, pol_organisation *o,
                      const char *yaml)
{
    const pol_node *root;

    config_begin(c, config_str(yaml));
    root = config_yaml(c);
    return root && pol_organisation_read(o, root, &c->arena, &c->reporter);
}

static const char full[] =
    "id: acme-2\n"
    "name: 云杉科技\n"
    "kind: company\n"
    "zone: +09:00\n"
    "hours: { days: [mon, fri], from: 08:30, to: 17:30 }\n"
    "calendar: { holidays: [2026-10-01] }\n"
    "languages: [zh, en]\n"
    "roles:\n  hr: [u-1, 张三]\n  合规官: u-2\n  nobody: []\n"
    "departments: [综合部, R&D]\n"
    "platforms: [wecom, wechat]\n"
    "actor_roles: [volunteer]\n"
    "group_kinds: club\n"
    "regulations:\n"
    "  one: enforce\n"
    "  two: { mode: shadow, params: { near: 5 }, from: 2026-01-01,\n"
    "         rules: { r1: { mode: off, ratio: 0.5, tell: { zh: 停 },\n"
    "                        except: [{ actor: u-1 }] } } }\n"
    "  three: off\n"
    "  four: { }\n"
    "choices: { work_account_kind: personal, training: 90d }\n"
    "settle: { work_account_kind: { follow: one, why: 后者更新, owner: hr },\n"
    "  training: { follow: two, why: { en: newer }, owner: u-2 } }\n"
    "lists:\n  barred: { kind: ids, extends: false }\n  signal: {}\n"
    "patterns:\n  student: { match: '20\\d{8}', context: [学号, id] }\n"
    "  badge: GH-\\d\n"
    "on_error: { 3: block, 1: flag }\n"
    "mask: { logs: true, fields: [text, title] }\n"
    "retention: { decisions: 1y, records: \"90d\" }\n"
    "late: 2d\n"
    "limits: { findings: 50, due: 7 }\n"
    "strict: false\n";

static void check_scalars(const pol_organisation *o)
{
    CHECK_STR_EQ("id", o->id, "acme-2");
    CHECK_INT_EQ("id's line", o->place.line, 1);
    CHECK_INT_EQ("id's column", o->place.column, 5);
    CHECK_STR_EQ("name", o->name, "云杉科技");
    CHECK_STR_EQ("kind", o->kind, "company");
    CHECK_INT_EQ("zone", o->calendar.zone.standard, 540);
    CHECK_INT_EQ("hours", o->calendar.hours[5][0].from, 510);
    CHECK_INT_EQ("holidays", o->calendar.holiday_count, 1);
    CHECK_INT_EQ("late", o->late, 2 * 86400000);
    CHECK(!o->strict, "strict");
    CHECK(o->mask && o->retention && o->limits, "tables");
}

static void check_choices(const pol_organisation *o)
{
    const pol_settlement *s = o->settle;

    CHECK_INT_EQ("choices", o->choice_count, 2);
    CHECK_STR_EQ("name", o->choices[0].name, "work_account_kind");
    CHECK_STR_EQ("value", o->choices[0].value->str, "personal");
    CHECK_STR_EQ("any scalar", o->choices[1].value->str, "90d");
    CHECK_INT_EQ("place", o->choices[1].place.column, 41);
    CHECK_INT_EQ("settled", o->settle_count, 2);
    CHECK_STR_EQ("choice", s->choice, "work_account_kind");
    CHECK_STR_EQ("follow", s->follow, "one");
    CHECK_STR_EQ("why", s->why.en, "后者更新");
    CHECK_STR_EQ("owner", s->owner, "hr");
    CHECK_INT_EQ("line", s->follow_place.line, 24);
    CHECK_STR_EQ("a person", s[1].owner, "u-2");
    CHECK_STR_EQ("one language", s[1].why.en, "newer");
    CHECK_STR_EQ("and not the other", s[1].why.zh, "");
}

static void check_lists(const pol_organisation *o)
{
    CHECK_INT_EQ("languages", o->language_count, 2);
    CHECK_STR_EQ("languages", o->languages[1], "en");
    CHECK_INT_EQ("departments", o->department_count, 2);
    CHECK_STR_EQ("departments", o->departments[1], "R&D");
    CHECK_INT_EQ("platforms", o->platform_count, 2);
    CHECK_INT_EQ("actor roles", o->extra_role_count, 1);
    CHECK_STR_EQ("actor roles", o->extra_roles[0], "volunteer");
    CHECK_INT_EQ("group kinds", o->extra_group_kind_count, 1);
    CHECK_STR_EQ("group kinds", o->extra_group_kinds[0], "club");
    CHECK_INT_EQ("roles", o->role_count, 3);
    CHECK_STR_EQ("roles", o->roles[1].name, "合规官");
    CHECK_INT_EQ("people", o->roles[0].people_count, 2);
    CHECK_STR_EQ("people", o->roles[0].people[1], "张三");
    CHECK_INT_EQ("one person", o->roles[1].people_count, 1);
    CHECK_INT_EQ("nobody", o->roles[2].people_count, 0);
    CHECK_INT_EQ("lists", o->list_count, 2);
    CHECK_INT_EQ("kind", o->lists[0].kind, POL_LIST_IDS);
    CHECK(!o->lists[0].extends && o->lists[1].extends, "extends");
    CHECK_INT_EQ("no kind", o->lists[1].kind, -1);
    CHECK_INT_EQ("patterns", o->pattern_count, 2);
    CHECK_STR_EQ("pattern", o->patterns[0].match->str, "20\\d{8}");
    CHECK_INT_EQ("context", o->patterns[0].context_count, 2);
    CHECK_STR_EQ("badge", o->patterns[1].name, "badge");
    CHECK_STR_EQ("alone", o->patterns[1].match->str, "GH-\\d");
    CHECK_INT_EQ("no context", o->patterns[1].context_count, 0);
}

static void check_regulations(const pol_organisation *o)
{
    static const pol_mode modes[] = { POL_MODE_ENFORCE, POL_MODE_SHADOW,
                                      POL_MODE_OFF, POL_MODE_ENFORCE };
    size_t i;

    CHECK_INT_EQ("regulations", o->regulation_count, 4);
    for (i = 0; i < 4; i++)
        CHECK_INT_EQ("mode", o->regulations[i].mode, modes[i]);
    CHECK_STR_EQ("id", o->regulations[1].regulation, "two");
    CHECK_INT_EQ("from", o->regulations[1].from, 20454);
    CHECK(o->regulations[0].from == INT64_MIN, "always");
    CHECK(o->regulations[1].params && o->regulations[1].rules, "tables");
    CHECK(!o->regulations[0].params && !o->regulations[0].rules, "short");
    CHECK_INT_EQ("place", o->regulations[1].place.line, 18);
}

static void test_reads_all_keys(void)
{
    static const int32_t on_error[] = { -1, 1, 1, 5, 5, 5 };
    struct config_check c;
    pol_organisation o;
    policy_limits l;
    size_t i;

    CHECK(read_yaml(&c, &o, full), "%s", c.log);
    CHECK_LOG("full", &c, "");
    check_scalars(&o);
    check_lists(&o);
    check_choices(&o);
    check_regulations(&o);
    for (i = 0; i < 6; i++)
        CHECK_INT_EQ("on_error", o.on_error[i], on_error[i]);
    l = pol_organisation_limits(&o);
    CHECK_INT_EQ("limit", l.findings, 50);
    CHECK_INT_EQ("last limit", l.due, 7);
    CHECK_INT_EQ("not said", l.event_bytes, 0);
    CHECK_INT_EQ("size", l.size, sizeof(l));
    config_end(&c);
}

static void test_an_id_is_enough(void)
{
    struct config_check c;
    pol_organisation o;
    size_t i;

    CHECK(read_yaml(&c, &o, "id: a\n"), "%s", c.log);
    CHECK_STR_EQ("name", o.name, "a");
    CHECK_STR_EQ("kind", o.kind, "");
    CHECK_INT_EQ("languages", o.language_count, 1);
    CHECK_STR_EQ("languages", o.languages[0], "zh");
    CHECK_STR_EQ("zone", o.calendar.zone.name, "Asia/Shanghai");
    CHECK_INT_EQ("late", o.late, INT64_C(604800000));
    CHECK(o.strict && !o.regulation_count && !o.role_count && !o.limits,
          "nothing else");
    for (i = 0; i < 6; i++)
        CHECK_INT_EQ("on_error", o.on_error[i], -1);
    CHECK_INT_EQ("no limits", pol_organisation_limits(&o).hits, 0);
    config_end(&c);
}

static void test_reads_on_error_by_severity(void)
{
    static const struct {
        const char *yaml;
        int32_t want[6];
    } rows[] = {
        { "id: a\non_error: hold\n", { -1, 4, 4, 4, 4, 4 } },
        { "id: a\non_error: { default: warn }\n", { -1, 2, 2, 2, 2, 2 } },
        { "id: a\non_error: { default: warn, 4: block }\n",
          { -1, 2, 2, 2, 5, 5 } },
        { "id: a\non_error: { 3: hold }\n", { -1, -1, -1, 4, 4, 4 } },
        { "id: a\non_error: { \"5\": allow, \"2\": redact }\n",
          { -1, -1, 3, 3, 3, 0 } },
        { "id: a\non_error: {}\n", { -1, -1, -1, -1, -1, -1 } }
    };
    size_t i, j;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct config_check c;
        pol_organisation o;

        CHECK(read_yaml(&c, &o, rows[i].yaml), "%s", c.log);
        for (j = 0; j < 6; j++)
            CHECK_INT_EQ(rows[i].yaml, o.on_error[j], rows[i].want[j]);
        config_end(&c);
    }
}

static void test_refuses_with_places(void)
{
    static const struct {
        const char *label, *yaml, *log;
    } rows[] = {
        { "no id", "name: x\n", "missing-key 1:1+1\n" },
        { "id", "id: Acme\n", "name 1:5+4\n" },
        { "id with a slash", "id: a/b\n", "name 1:5+3\n" },
        { "id of another kind", "id: [a]\n", "key-kind 1:5+1\n" },
        { "unknown key", "id: a\nregulation: {}\n",
          "unknown-key 2:1+10 ?regulations\n" },
        { "unknown key, two letters swapped", "id: a\nzoen: UTC\n",
          "unknown-key 2:1+4 ?zone\n" },
        { "a key without value", "id: a\nlists:\n", "key-empty 2:7+1\n" },
        { "kind", "id: a\nkind: scool\n", "value-word 2:7+5 ?school\n" },
        { "languages", "id: a\nlanguages: [zh, fr]\n", "value-word 2:17+2\n" },
        { "platforms", "id: a\nplatforms: [wecomm]\n",
          "value-word 2:13+6 ?wecom\n" },
        { "departments", "id: a\ndepartments: [\"\"]\n", "item-empty 2:15+2\n" },
        { "departments by key", "id: a\ndepartments: { b: 1 }\n",
          "value-kind 2:14+1\n" },
        { "roles as a list", "id: a\nroles: [hr]\n", "value-kind 2:8+1\n" },
        { "roles as a text", "id: a\nroles: hr\n", "key-kind 2:8+2\n" },
        { "people by key", "id: a\nroles: { hr: { x: 1 } }\n",
          "value-kind 2:14+1\n" },
        { "a role without name", "id: a\nroles: { \"\": [x] }\n",
          "item-empty 2:10+2\n" },
        { "actor roles", "id: a\nactor_roles: [Boss]\n", "name 2:15+4\n" },
        { "mode", "id: a\nregulations: { b: enforced }\n",
          "value-word 2:19+8 ?enforce\n" },
        { "mode of a table", "id: a\nregulations: { b: { mode: on } }\n",
          "value-word 2:27+2\n" },
        { "regulation's name", "id: a\nregulations: { ../b: off }\n",
          "name 2:16+4\n" },
        { "adoption", "id: a\nregulations: { b: { form: 2026-01-01 } }\n",
          "unknown-key 2:21+4 ?from\n" },
        { "regulations as a list", "id: a\nregulations: [b]\n",
          "value-kind 2:14+1\n" },
        { "a regulation without value", "id: a\nregulations:\n  b:\n",
          "value-kind 3:5+1\n" },
        { "from", "id: a\nregulations: { b: { from: soon } }\n",
          "value-read 2:27+4\n" },
        { "override", "id: a\nregulations: { b: { rules: { r: off } } }\n",
          "value-kind 2:33+3\n" },
        { "override, all wrong",
          "id: a\nregulations: { b: { rules: { r: { mode: of, ratio: 2,\n"
          "  tell: [], except: x, verdict: allow } } } }\n",
          "key-kind 3:21+1\nunknown-key 3:24+7\nvalue-word 2:41+2 ?off\n"
          "value-range 2:52+1\nvalue-kind 3:9+1\n" },
        { "params as a list", "id: a\nregulations: { b: { params: [1] } }\n",
          "value-kind 2:29+1\n" },
        { "choices", "id: a\nchoices: { c: [x], D: Ab, e: \"\" }\n",
          "value-kind 2:15+1\nname 2:20+1\ntext-blank 2:30+2\n" },
        { "choices as a list", "id: a\nchoices: [c]\n", "value-kind 2:10+1\n" },
        { "settle", "id: a\nsettle: { c: { follow: b } }\n",
          "missing-key 2:14+1\nmissing-key 2:14+1\n" },
        { "settle as a list", "id: a\nsettle: [c]\n", "value-kind 2:9+1\n" },
        { "a key of settle", "id: a\ndepartments: d\n"
          "settle: { c: { folow: b, why: w, owner: d } }\n",
          "unknown-key 3:16+5 ?follow\nmissing-key 3:14+1\n" },
        { "settled without a word", "id: a\ndepartments: d\n"
          "settle: { c: { follow: B, why: \" \", owner: \"\" } }\n",
          "name 3:24+1\ntext-blank 3:44+2\ntext-blank 3:32+3\n" },
        { "settled in one language only", "id: a\ndepartments: d\n"
          "settle: { c: { follow: b, why: { zh: 好, en: \"\" }, owner: d } }\n",
          "text-blank 3:45+2\n" },
        { "settled by nobody", "id: a\ndepartments: [综合部]\n"
          "settle: { c: { follow: b, why: w, owner: 综合 } }\n",
          "settle-owner 3:42+2 ?综合部\n" },
        { "settled by somebody else", "id: a\nroles: { hr: u-1 }\n"
          "settle: { c: { follow: b, why: w, owner: u-12 } }\n",
          "settle-owner 3:42+4 ?u-1\n" },
        { "who settles is not looked for among what is misread",
          "id: a\nroles: [hr]\nsettle: { c: { follow: b, why: w, owner: hr } }\n",
          "value-kind 2:8+1\n" },
        { "settle as a word", "id: a\nsettle: { c: b }\n",
          "value-kind 2:14+1\n" },
        { "list kind", "id: a\nlists: { b: { kind: term } }\n",
          "value-word 2:21+4 ?terms\n" },
        { "list name", "id: a\nlists: { ../b: {} }\n", "name 2:10+4\n" },
        { "extends", "id: a\nlists: { b: { extends: no } }\n",
          "value-read 2:24+2\n" },
        { "severity", "id: a\non_error: { 0: hold, 6: hold, 12: hold }\n",
          "severity-key 2:13+1\nseverity-key 2:22+1\nseverity-key 2:31+2\n" },
        { "verdict", "id: a\non_error: { 1: holt }\n",
          "value-word 2:16+4 ?hold\n" },
        { "on_error as a list", "id: a\non_error: [hold]\n",
          "value-kind 2:11+1\n" },
        { "mask", "id: a\nmask: { logs: 1, field: [a] }\n",
          "unknown-key 2:18+5 ?fields\nvalue-read 2:15+1\n" },
        { "mask fields", "id: a\nmask: { fields: [Text] }\n",
          "name 2:18+4\n" },
        { "retention", "id: a\nretention: { decisions: 1 year }\n",
          "value-read 2:25+6\n" },
        { "late", "id: a\nlate: soon\n", "value-read 2:7+4\n" },
        { "strict", "id: a\nstrict: yes\n", "value-read 2:9+3\n" },
        { "limit names", "id: a\nlimits: { yaml_node: 1 }\n",
          "unknown-key 2:11+9 ?yaml_nodes\n" },
        { "limit values", "id: a\nlimits: { hits: 0, spans: -1, due: x }\n",
          "limit-zero 2:17+1\nvalue-range 2:27+2\nvalue-read 2:36+1\n" },
        { "limits of the process",
          "id: a\nlimits: { hits: 5, event_bytes: 9, terms: 9, arena_bytes: 9 }\n",
          "limit-shared 2:33+1\nlimit-shared 2:43+1\nlimit-shared 2:59+1\n" },
        { "zone and hours go on after other mistakes",
          "id: a\nkind: x\nzone: Y\nhours: 1\n",
          "key-kind 4:8+1\nvalue-word 2:7+1\nzone-unknown 3:7+1\n" },
        { "not a table of keys", "id: a\nmask: []\n", "value-kind 2:7+1\n" }
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct config_check c;
        pol_organisation o;

        CHECK(!read_yaml(&c, &o, rows[i].yaml), "%s", rows[i].label);
        CHECK_LOG(rows[i].label, &c, rows[i].log);
        config_end(&c);
    }
}

static void test_warns_of_what_stands_twice(void)
{
    struct config_check c;
    pol_organisation o;

    CHECK(read_yaml(&c, &o, "id: a\ndepartments: [甲, 乙, 甲]\n"
                            "roles: { hr: [x, x] }\n"), "%s", c.log);
    CHECK_LOG("twice", &c, "item-twice 3:18+1\nitem-twice 2:21+1\n");
    CHECK_INT_EQ("warnings", c.reporter.warnings, 2);
    CHECK_INT_EQ("kept", o.department_count, 3);
    config_end(&c);
}

static void test_tells_which_zone_file_it_needs(void)
{
    static const struct {
        const char *yaml, *want;
    } rows[] = {
        { "id: a\n", "" }, { "zone: Asia/Shanghai\n", "" },
        { "zone: +08:00\n", "" }, { "zone: Europe/Berlin\n", "Europe/Berlin" },
        { "zone: ../../etc/passwd\n", "" }, { "zone: [x]\n", "" }
    };
    /* No change ever, one kind, an hour east, nothing known beyond. */
    static const char tzif[] =
        "TZif2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
        "\0\0\0\0\0\0\0\1\0\0\0\4" "\0\0\0\0\0\0CET\0"
        "TZif2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
        "\0\0\0\0\0\0\0\1\0\0\0\4" "\0\0\x0e\x10\0\0CET\0" "\n\n";
    struct config_check c;
    pol_organisation o;
    const pol_node *root;
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        config_begin(&c, config_str(rows[i].yaml));
        CHECK_STR_EQ(rows[i].yaml, pol_organisation_zone(config_yaml(&c)),
                     rows[i].want);
        config_end(&c);
    }
    config_begin(&c, POL_STR("id: a\nzone: Europe/Berlin\n"));
    root = config_yaml(&c);
    CHECK(pol_organisation_read_zoned(&o, root,
                                      (policy_str){ tzif, sizeof(tzif) - 1 },
                                      &c.arena, &c.reporter), "%s", c.log);
    CHECK_INT_EQ("offset", pol_zone_offset(&o.calendar.zone, 0), 60);
    config_end(&c);
}

static void test_survives_every_failed_allocation(void)
{
    size_t n, failures = 0;
    bool ok = false;

    for (n = 0; !ok && n < 400; n++) {
        struct config_check c;
        pol_organisation o;
        const pol_node *root;
        pol_arena arena;

        config_begin(&c, config_str(full));
        root = config_yaml(&c);
        /* A limit of the arena stands for the allocator's: it fails at every
         * place and not only where a new block begins. */
        pol_arena_init(&arena, &c.memory.allocator, 16 * (n + 1));
        ok = pol_organisation_read(&o, root, &arena, &c.reporter);
        CHECK_LOG("no memory is no mistake", &c, "");
        failures += !ok;
        pol_arena_fini(&arena);
        config_end(&c);
    }
    CHECK(ok && failures >= 20, "%zu failures", failures);
}

static const struct test_case tests[] = {
    { "reads all keys", test_reads_all_keys },
    { "an id is enough", test_an_id_is_enough },
    { "reads on_error by severity", test_reads_on_error_by_severity },
    { "refuses with places", test_refuses_with_places },
    { "warns of what stands twice", test_warns_of_what_stands_twice },
    { "tells which zone file it needs", test_tells_which_zone_file_it_needs },
    { "survives every failed allocation", test_survives_every_failed_allocation }
};

POLICY_TEST_MAIN("organisation", tests)
