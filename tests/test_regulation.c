/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/* regulation.yaml: articles, parameters, demands, and what is refused. */
#include "config_check.h"

#include "config/regulation.h"

static bool read_yaml(struct config_check *c, pol_regulation *g,
                      const char *yaml)
{
    const pol_node *root;

    config_begin(c, config_str(yaml));
    root = config_yaml(c);
    return root && pol_regulation_read(g, root, &c->arena, &c->reporter);
}

static const char full[] =
    "id: two-rules\n"
    "title: { zh: 两条规定, en: Two rules }\n"
    "kind: school\n"
    "version: 1.10\n"
    "in_force_from: 2026-03-01\n"
    "roles: { audits: 信息部, approves: { zh: 校长, en: the head } }\n"
    "params:\n"
    "  near: { type: int, default: 12, min: 2, max: 60, why: 条文无数字 }\n"
    "  share: { type: num, default: 0.5, min: 0, max: 1, why: w }\n"
    "  wait: { type: duration, default: 7d, min: 1d, max: 2w, why: w }\n"
    "  who: { type: text, default: { zh: 管理员 }, why: w }\n"
    "  mood: { type: word, default: calm, values: [calm, angry], why: w }\n"
    "  on: { type: bool, default: true, why: w }\n"
    "demands:\n"
    "  work_account_kind: { value: personal, cite: \"三.1(1)[1]\" }\n"
    "  training: { value: 90d, cite: 3.2 }\n"
    "articles:\n"
    "  - { ref: \"一\", class: meta, status: meta, zh: 立规缘由 }\n"
    "  - ref: \"三.1(1)[1]\"\n"
    "    class: event\n"
    "    status: partly\n"
    "    zh: 不外传\n"
    "    en: Keep it inside\n"
    "    outcome: block\n"
    "    themes: [secrets, privacy]\n"
    "    timing: immediate\n"
    "    note: 图片未查\n"
    "  - { ref: 3.2, class: duty, status: people, en: Train, themes: training }\n";

static void check_articles(const pol_regulation *g)
{
    const pol_article *a;

    CHECK_INT_EQ("articles", g->article_count, 3);
    a = pol_regulation_article(g, POL_STR("三.1(1)[1]"));
    if (!CHECK(a == &g->articles[1], "found"))
        return;
    CHECK_INT_EQ("class", a->class_, POL_CLASS_EVENT);
    CHECK_INT_EQ("status", a->status, POL_STATUS_PARTLY);
    CHECK_STR_EQ("zh", a->text.zh, "不外传");
    CHECK_STR_EQ("en", a->text.en, "Keep it inside");
    CHECK_STR_EQ("outcome", a->outcome, "block");
    CHECK_STR_EQ("timing", a->timing, "immediate");
    CHECK_STR_EQ("note", a->note, "图片未查");
    CHECK_INT_EQ("themes", a->theme_count, 2);
    CHECK_STR_EQ("theme", a->themes[1], "privacy");
    CHECK_INT_EQ("line", a->place.line, 19);
    CHECK_INT_EQ("column", a->place.column, 10);
    CHECK_STR_EQ("a number as a ref", g->articles[2].ref, "3.2");
    CHECK_STR_EQ("one theme", g->articles[2].themes[0], "training");
    CHECK_STR_EQ("no outcome", g->articles[2].outcome, "");
    CHECK_STR_EQ("no zh", g->articles[2].text.zh, "");
}

static void check_demands(const pol_regulation *g)
{
    CHECK_INT_EQ("demands", g->demand_count, 2);
    CHECK_STR_EQ("choice", g->demands[0].choice, "work_account_kind");
    CHECK_STR_EQ("value", g->demands[0].value->str, "personal");
    CHECK(g->demands[0].article == &g->articles[1], "article");
    CHECK_INT_EQ("line", g->demands[1].place.line, 16);
    CHECK_STR_EQ("any scalar", g->demands[1].value->str, "90d");
}

static void test_reads_all_keys(void)
{
    struct config_check c;
    pol_regulation g;

    CHECK(read_yaml(&c, &g, full), "%s", c.log);
    CHECK_LOG("full", &c, "");
    CHECK_STR_EQ("id", g.id, "two-rules");
    CHECK_INT_EQ("place", g.place.column, 5);
    CHECK_STR_EQ("zh", g.title.zh, "两条规定");
    CHECK_STR_EQ("en", g.title.en, "Two rules");
    CHECK_STR_EQ("kind", g.kind, "school");
    CHECK_STR_EQ("version", g.version, "1.10");
    CHECK_INT_EQ("in force", g.in_force_from, 20513);
    CHECK(g.roles && g.params, "tables");
    check_articles(&g);
    check_demands(&g);
    config_end(&c);
}

static void test_id_title_and_articles_are_enough(void)
{
    struct config_check c;
    pol_regulation g;

    CHECK(read_yaml(&c, &g, "id: a\ntitle: 甲\narticles: []\n"), "%s", c.log);
    CHECK_STR_EQ("both languages", g.title.en, "甲");
    CHECK_STR_EQ("kind", g.kind, "");
    CHECK_STR_EQ("version", g.version, "");
    CHECK(g.in_force_from == INT64_MIN && !g.params && !g.article_count,
          "nothing else");
    config_end(&c);
}

static void test_finds_articles_by_their_exact_reference(void)
{
    static const char yaml[] =
        "id: a\ntitle: t\narticles:\n"
        "  - { ref: 四.1, class: duty, status: people, zh: x }\n"
        "  - { ref: \"四.3[1]\", class: duty, status: people, zh: x }\n"
        "  - { ref: \"四.3[2]\", class: duty, status: people, zh: x }\n"
        "  - { ref: 第十二条.4, class: duty, status: people, zh: x }\n";
    static const struct {
        const char *ref;
        int found;
        const char *nearest;
    } rows[] = {
        { "四.1", 0, "四.1" }, { "四.3[2]", 2, "四.3[2]" },
        { "四.3", -1, "四.3[1]" }, { "四.3[3]", -1, "四.3[1]" },
        { "四.2", -1, "四.1" }, { "第十二条.5", -1, "第十二条.4" },
        { "第十条.4", -1, "第十二条.4" }, { "zzzzz", -1, "" }, { "", -1, "" }
    };
    struct config_check c;
    pol_regulation g;
    size_t i;

    CHECK(read_yaml(&c, &g, yaml), "%s", c.log);
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const pol_article *a =
            pol_regulation_article(&g, config_str(rows[i].ref));

        CHECK_INT_EQ(rows[i].ref, a ? a - g.articles : -1, rows[i].found);
        CHECK_STR_EQ(rows[i].ref,
                     pol_regulation_nearest(&g, config_str(rows[i].ref)),
                     rows[i].nearest);
    }
    config_end(&c);
}

#define ONE_ARTICLE \
    "articles: [{ ref: a, class: duty, status: people, zh: x }]\n"
/* The row's text stands after "id" and "title", on line 3 on. */
static void test_refuses_with_places(void)
{
    static const struct {
        const char *label, *yaml, *log;
    } rows[] = {
        { "no articles", "version: 1\n", "missing-key 1:1+1\n" },
        { "unknown key", "articles: []\nartikles: []\n",
          "unknown-key 4:1+8 ?articles\n" },
        { "kind", "articles: []\nkind: clinic\n", "value-word 4:7+6\n" },
        { "date", "articles: []\nin_force_from: 2026\n",
          "value-read 4:16+4\n" },
        { "articles by key", "articles: { a: 1 }\n", "value-kind 3:11+1\n" },
        { "an article is no text", "articles: [一]\n", "value-kind 3:12+1\n" },
        { "an article lacks its keys", "articles:\n  - { zh: x }\n",
          "missing-key 4:5+1\nmissing-key 4:5+1\nmissing-key 4:5+1\n" },
        { "unknown key of an article", "articles:\n"
          "  - { ref: a, class: meta, status: meta, zh: x, outcom: none }\n",
          "unknown-key 4:49+6 ?outcome\n" },
        { "class and status", "articles:\n"
          "  - { ref: a, class: events, status: rule, zh: x }\n",
          "value-word 4:22+6 ?event\nvalue-word 4:38+4 ?rules\n" },
        { "words", "articles:\n"
          "  - { ref: a, class: meta, status: meta, zh: x, outcome: blok,\n"
          "      timing: at_once, themes: [secret, x] }\n",
          "value-word 4:58+4 ?block\nvalue-word 5:15+7\n"
          "value-word 5:33+6 ?secrets\nvalue-word 5:41+1\n" },
        { "empty reference", "articles:\n"
          "  - { ref: \"\", class: meta, status: meta, zh: x }\n",
          "item-empty 4:12+2\n" },
        { "no text", "articles:\n"
          "  - { ref: 二, class: meta, status: meta }\n",
          "article-text 4:12+1\n" },
        { "partly without a note", "articles:\n"
          "  - { ref: 二, class: event, status: partly, zh: x }\n",
          "article-note 4:12+1\n" },
        { "a demand is not meta", "articles:\n"
          "  - { ref: 二, class: event, status: meta, zh: x }\n",
          "article-meta 4:12+1\n" },
        { "twice", "articles:\n"
          "  - { ref: 二, class: meta, status: meta, zh: x }\n"
          "  - { ref: 三, class: meta, status: meta, zh: x }\n"
          "  - { ref: \"二\", class: meta, status: meta, zh: y }\n",
          "article-twice 6:12+3\n" },
        { "roles", "articles: []\nroles: { audits: [a] }\n",
          "value-kind 4:18+1\n" },
        { "param lacks its default", "articles: []\nparams: { a: { type: int, why: w } }\n",
          "missing-key 4:14+1\n" },
        { "param type", "articles: []\n"
          "params: { a: { type: integer, default: 1, why: w } }\n",
          "value-word 4:22+7\n" },
        { "param as a value", "articles: []\nparams: { a: 1 }\n",
          "value-kind 4:14+1\n" },
        { "default out of range", "articles: []\n"
          "params: { a: { type: int, default: 9, max: 8, why: w } }\n",
          "value-range 4:36+1\n" },
        { "param without why", "articles: []\n"
          "params: { a: { type: int, default: 1 } }\n", "missing-key 4:14+1\n" },
        { "default of another type", "articles: []\n"
          "params: { a: { type: bool, default: 9, why: w } }\n", "value-read 4:37+1\n" },
        { "duration out of range", "articles: []\n"
          "params: { a: { type: duration, default: 8d, max: 1w, why: w } }\n",
          "value-range 4:41+2\n" },
        { "a bound that is no duration", "articles: []\n"
          "params: { a: { type: duration, default: 8d, max: 9, why: w } }\n",
          "value-read 4:50+1\n" },
        { "bounds in the wrong order", "articles: []\n"
          "params: { a: { type: int, default: 5, min: 9, max: 8, why: w } }\n",
          "param-order 4:44+1\n" },
        { "bounds of a word", "articles: []\n"
          "params: { a: { type: word, default: x, max: 8, why: w } }\n",
          "param-bound 4:45+1\n" },
        { "values of a number", "articles: []\n"
          "params: { a: { type: int, default: 1, values: [1], why: w } }\n",
          "param-bound 4:47+1\n" },
        { "default is none of the values", "articles: []\n"
          "params: { a: { type: word, default: cal, values: [calm, x], why: w } }\n",
          "param-value 4:37+3 ?calm\n" },
        { "a param's name", "articles: []\n"
          "params: { A: { type: int, default: 1, why: w } }\n", "name 4:11+1\n" },
        { "a demand cites nothing", "demands: { k: { value: x, cite: 四.3 } }\n"
          "articles:\n"
          "  - { ref: \"四.3[1]\", class: duty, status: people, zh: x }\n",
          "demand-cite 3:33+3 ?四.3[1]\n" },
        { "a demand lacks its cite", "articles: []\n"
          "demands: { k: { value: x } }\n", "missing-key 4:15+1\n" },
        { "a demand's value is a list",
          "demands: { k: { value: [个人], cite: a } }\n" ONE_ARTICLE,
          "key-kind 3:24+1\n" },
        { "a demand for nothing",
          "demands: { k: { value: \" \", cite: a } }\n" ONE_ARTICLE,
          "text-blank 3:24+3\n" },
        { "a demand's key", "demands: { k: { valu: x, cite: a } }\n" ONE_ARTICLE,
          "unknown-key 3:17+4 ?value\nmissing-key 3:15+1\n" },
        { "a demand's name", "demands: { K: { value: x, cite: a } }\n" ONE_ARTICLE,
          "name 3:12+1\n" },
        { "a demand without a table", "demands: { k: personal }\n" ONE_ARTICLE,
          "value-kind 3:15+8\n" },
        { "demands as a list", "demands: [k]\n" ONE_ARTICLE,
          "value-kind 3:10+1\n" },
        { "a demand cites two", "demands: { k: { value: x, cite: [a, b] } }\n"
          ONE_ARTICLE, "key-kind 3:33+1\n" },
        { "a choice demanded twice", "demands: { k: { value: x, cite: a },\n"
          "  k: { value: y, cite: a } }\n" ONE_ARTICLE,
          "duplicate-key 4:3+1\n" },
        { "an article of two demands", "demands: { k: { value: x, cite: a },\n"
          "  l: { value: y, cite: a } }\n" ONE_ARTICLE,
          "demand-twice 4:3+1\n" }
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct config_check c;
        pol_regulation g;
        char yaml[1000];

        snprintf(yaml, sizeof(yaml), "id: a\ntitle: t\n%s", rows[i].yaml);
        CHECK(!read_yaml(&c, &g, yaml), "%s", rows[i].label);
        CHECK_LOG(rows[i].label, &c, rows[i].log);
        config_end(&c);
    }
}

static void test_checks_what_an_organisation_sets(void)
{
    static const struct {
        const char *param, *value;
        bool ok;
    } rows[] = {
        { "near", "2", true }, { "near", "61", false }, { "near", "x", false },
        { "share", "1", true }, { "share", "1.01", false },
        { "wait", "24h", true }, { "wait", "23h", false },
        { "wait", "14d", true }, { "wait", "1y", false },
        { "who", "张三", true }, { "who", "[a]", false },
        { "mood", "angry", true }, { "mood", "cross", false },
        { "on", "false", true }, { "on", "no", false }
    };
    struct config_check c;
    pol_regulation g;
    size_t i;

    CHECK(read_yaml(&c, &g, full), "%s", c.log);
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct config_check v;
        char yaml[100];
        const pol_node *root;

        snprintf(yaml, sizeof(yaml), "v: %s\n", rows[i].value);
        config_begin(&v, config_str(yaml));
        root = config_yaml(&v);
        CHECK(pol_param_check(pol_node_get(g.params, rows[i].param),
                              pol_node_get(root, "v"), &v.reporter) ==
                  rows[i].ok, "%s: %s", rows[i].param, rows[i].value);
        CHECK_INT_EQ(rows[i].value, v.reporter.errors, !rows[i].ok);
        config_end(&v);
    }
    config_end(&c);
}

static void test_survives_every_failed_allocation(void)
{
    size_t n, failures = 0;
    bool ok = false;

    for (n = 1; !ok && n < 200; n++) {
        struct config_check c;
        pol_regulation g;
        const pol_node *root;
        pol_arena arena;

        config_begin(&c, config_str(full));
        root = config_yaml(&c);
        pol_arena_init(&arena, &c.memory.allocator, 16 * n);
        ok = pol_regulation_read(&g, root, &arena, &c.reporter);
        CHECK_LOG("no memory is no mistake", &c, "");
        failures += !ok;
        pol_arena_fini(&arena);
        config_end(&c);
    }
    CHECK(ok && failures >= 10, "%zu failures", failures);
}

static const struct test_case tests[] = {
    { "reads all keys", test_reads_all_keys },
    { "id, title and articles are enough",
      test_id_title_and_articles_are_enough },
    { "finds articles by their exact reference",
      test_finds_articles_by_their_exact_reference },
    { "refuses with places", test_refuses_with_places },
    { "checks what an organisation sets",
      test_checks_what_an_organisation_sets },
    { "survives every failed allocation", test_survives_every_failed_allocation }
};

POLICY_TEST_MAIN("regulation", tests)
