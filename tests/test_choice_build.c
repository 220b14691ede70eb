/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Choices: who makes them, what is overruled, and what becomes of the rules; and
 * a slow twin that counts through all voices for each choice.
 */
#include "compile_cases.h"

#include "base/limits.h"
#include "compile/build.h"
#include "config/yaml.h"

static void test_reports_what_is_wrong(void)
{
    TREE_RUN(choice_base, choice_cases, NULL);
}

static void lay(struct tree *t, const char *organisation)
{
    tree_begin(t);
    for (size_t i = 0; i < sizeof(choice_base) / sizeof(*choice_base); i++)
        tree_put(t, choice_base[i].path, choice_base[i].text);
    if (organisation)
        tree_put(t, "o/organisation.yaml", organisation);
}

/* --- whose value it is ------------------------------------------------------ */

#define ASKING TREE_RULE("match = term \"词\", where = { account_kind = param \"account\" }")

static const struct {
    const char *label, *organisation, *value;
    size_t warnings;
} makers[] = {
    { "the only one", BOTH("enforce", "off"), "personal", 0 },
    { "the only one, and on trial", BOTH("off", "shadow"), "work", 0 },
    { "the one that is followed", BOTH("enforce", "enforce") SETTLED("beta"),
      "work", 0 },
    { "the other", BOTH("enforce", "enforce") SETTLED("alpha"), "personal", 0 },
    { "one in force, against a trial", BOTH("shadow", "enforce") SETTLED("beta"),
      "work", 0 },
    { "one trial against another", BOTH("shadow", "shadow") SETTLED("alpha"),
      "personal", 0 },
    { "not yet in force",
      BOTH("{ from: 2100-01-01 }", "{ from: 2000-01-01 }") SETTLED("alpha"),
      "personal", 0 },
    { "by itself", BOTH("off", "off") "choices: { account: club }\n", "club", 0 },
    { "by itself, as is demanded",
      BOTH("enforce", "off") "choices: { account: \"personal\" }\n", "personal", 0 },
    { "by itself, as is followed", BOTH("enforce", "enforce") SETTLED("beta")
      "choices: { account: work }\n", "work", 0 },
    { "by itself, against a trial",
      BOTH("off", "shadow") "choices: { account: club }\n", "club", 1 },
};

static void test_each_choice_has_one_maker(void)
{
    for (size_t i = 0; i < sizeof(makers) / sizeof(*makers); i++) {
        struct tree t;

        lay(&t, makers[i].organisation);
        tree_put(&t, "o/rules.lua", ASKING);
        if (tree_compile_well(&t, makers[i].label, TREE_ANY)) {
            size_t warnings = 0;

            for (size_t r = 0; r < t.report_count; r++)
                warnings += !strcmp(t.reports[r].code, "choice-tried");
            CHECK_INT_EQ(makers[i].label, warnings, makers[i].warnings);
            CHECK_STR_EQ(makers[i].label,
                         tree_rule(&t, "o/r")->where->values[0].str,
                         makers[i].value);
        }
        tree_end(&t);
    }
}

static void test_one_value_is_written_in_many_ways(void)
{
    static const struct { const char *alpha, *beta; bool same; } rows[] = {
        { "work", "\"work\"", true }, { "work", "Work", false },
        { "1d", "24h", true }, { "1d", "\"24h\"", true }, { "1d", "25h", false },
        { "60s", "1m", true }, { "5bd", "5bd", true }, { "5bd", "40bh", false },
        { "0.5", "0.50", true }, { "5", "5.0", true }, { "5", "\"5.0\"", false },
        { "true", "true", true }, { "true", "yes", false }, { "-0", "0", true },
        { "个人", "个人", true }, { "1d", "1", false },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        char alpha[400], beta[400], label[60];
        struct tree t;

        snprintf(label, sizeof(label), "%s, %s", rows[i].alpha, rows[i].beta);
        snprintf(alpha, sizeof(alpha), DEMANDS("alpha", "%s"), rows[i].alpha);
        snprintf(beta, sizeof(beta), DEMANDS("beta", "%s"), rows[i].beta);
        lay(&t, BOTH("enforce", "enforce"));
        tree_put(&t, "regulations/alpha/regulation.yaml", alpha);
        tree_put(&t, "regulations/beta/regulation.yaml", beta);
        tree_compile(&t);
        CHECK((t.status == POLICY_OK) == rows[i].same && t.warnings == 0, "%s: %d",
              label, t.status);
        tree_end(&t);
    }
}

/* A value is what it is asked for: a word, a number, a duration, a truth value
 * of the host; and the same in a regulation, a theme and the own file. */
static void test_a_choice_stands_wherever_a_parameter_may(void)
{
    struct tree t;

    lay(&t, BOTH("enforce", "off")
        "choices: { grave: 5, length: 8h, trained: true, late: 2d }\n");
    tree_put(&t, "themes/t.lua",
             THEME("", "part = rule { title = \"p\","
                   " verdict = \"flag\", severity = param \"grave\", " ASKS "},\n"
                   "owed = duty { title = \"t\", owner = \"officer\","
                   " open = { on = \"incident\", key = \"incident\" },"
                   " within = param \"late\" }"));
    tree_put(&t, "regulations/delta/rules.lua",
             "use \"t\" { part = { cites = \"四.1\" }, owed = { cites = \"四.1\" } }\n"
             "rule { id = \"r\", title = \"t\", cites = \"四.1\", verdict = \"flag\",\n"
             ASKS "}\n");
    tree_put(&t, "o/rules.lua",
             "rule { id = \"r\", title = \"t\", reason = \"r\", verdict = \"flag\",\n"
             "  on = \"login\", broad = true, category = \"spam\",\n"
             "  where = { [\"facts.trained\"] = param \"trained\" },\n"
             "  count = { by = \"actor\", over = param \"length\", more_than = param \"grave\" },\n"
             "  tests = { hit { state = { {} }, facts = { trained = true } }, miss {} } }\n");
    if (tree_compile_well(&t, "everywhere", TREE_ANY)) {
        const pol_rule *own = tree_rule(&t, "o/r");

        CHECK_STR_EQ("of a regulation",
                     tree_rule(&t, "delta/r")->where->values[0].str, "personal");
        CHECK_STR_EQ("its example",
                     tree_rule(&t, "delta/r")->tests[1].values[1].value.str,
                     "personal");
        CHECK_INT_EQ("of a theme", tree_rule(&t, "delta/t-part")->severity, 5);
        CHECK_STR_EQ("of a theme",
                     tree_rule(&t, "delta/t-part")->where->values[0].str,
                     "personal");
        CHECK_INT_EQ("of a duty", tree_org(&t, "o")->duties[0]->within.count,
                     2 * INT64_C(86400000));
        CHECK_INT_EQ("a truth value", own->where->values[0].kind, POL_BOOL);
        CHECK_INT_EQ("a duration", own->count->over, 8 * INT64_C(3600000));
        CHECK_INT_EQ("a number", own->count->more_than, 5);
    }
    tree_end(&t);
}

/* What is off is compiled all the same, and does not need what is in force. */
static void test_to_turn_a_regulation_off_breaks_nothing(void)
{
    struct tree t;

    lay(&t, TREE_YAML "roles: { officer: [u1] }\n"
            "regulations: { alpha: off, beta: off }\n" SETTLED("alpha"));
    tree_put(&t, "regulations/alpha/rules.lua",
             "rule { id = \"r\", title = \"t\", cites = \"四.1\", verdict = \"flag\",\n"
             ASKS "}\n");
    tree_put(&t, "regulations/beta/regulation.yaml",
             "id: beta\ntitle: 制度\nparams: { account: { type: int, default: 3, why: w } }\n"
             "articles:\n" ARTICLE);
    if (tree_compile_well(&t, "off", 1)) {
        CHECK_CSTR_EQ("nothing to settle", t.reports[0].code, "settle-idle");
        CHECK_INT_EQ("off", tree_rule(&t, "alpha/r")->mode, POL_MODE_OFF);
        CHECK(!tree_org(&t, "o")->articles[0].overruled, "not overruled");
    }
    tree_end(&t);
}

/* --- what is overruled ------------------------------------------------------- */

#define TWO(id, value) DEMANDS(id, value) \
    "  - { ref: 五, class: event, status: planned, zh: 五 }\n"
#define RULE(id, cites, more)                                                \
    "rule { id = \"" id "\", title = \"" id "\", cites = " cites ",\n"       \
    "  verdict = \"flag\", " more ASKS "}\n"

static const char *const beta_rules =
    RULE("only", "\"四.1\"", "")
    RULE("also", "{ \"五\", \"四.1\" }", "severity = 3,")
    RULE("else", "\"五\"", "severity = 4,")
    "duty { id = \"owed\", title = \"t\", cites = \"四.1\", owner = \"officer\",\n"
    "  period = \"month\", attest = { by = \"officer\" } }\n"
    "ladder { id = \"steps\", title = \"t\", cites = \"五\", decide = \"officer\",\n"
    "  within = \"1d\", tracks = {\n"
    "  { id = \"a\", cites = \"四.1\", steps = { step { \"w\", zh = \"警告\" } } },\n"
    "  { id = \"b\", steps = { step { \"w\", zh = \"警告\" } } },\n"
    "  { id = \"c\", cites = { \"四.1\", \"五\" }, steps = { step { \"w\", zh = \"警告\" } } } } }\n";

/* What the organisation says of rules goes first, but not before that. */
static void lay_overruled(struct tree *t)
{
    lay(t, TREE_YAML "roles: { officer: [u1] }\nregulations:\n  alpha: enforce\n"
           "  beta: { rules: { only: { mode: enforce, tell: 停 }, owed: { tell: 停 } } }\n"
           SETTLED("alpha"));
    tree_put(t, "regulations/beta/regulation.yaml", TWO("beta", "work"));
    tree_put(t, "regulations/alpha/rules.lua", RULE("first", "\"四.1\"", ""));
    tree_put(t, "regulations/beta/rules.lua", beta_rules);
    tree_put(t, "o/rules.lua",
             "rule { id = \"own\", title = \"t\", reason = \"x\", verdict = \"flag\",\n"
             "  severity = 5, cites = { \"beta/四.1\" }," ASKS "}\n"
             "rule { id = \"cited\", title = \"t\", verdict = \"flag\",\n"
             "  severity = 1, cites = { \"beta/四.1\" }," ASKS "}\n");
}

static void check_cites(const struct tree *t, const char *id, pol_mode mode,
                        const char *cites)
{
    const pol_rule *r = tree_rule(t, id);
    char got[200] = "";

    if (!CHECK(r != NULL, "%s", id))
        return;
    for (size_t i = 0; i < r->cite_count; i++) {
        size_t len = strlen(got);

        snprintf(got + len, sizeof(got) - len, "%s%s/%s", i ? " " : "",
                 r->cites[i].regulation.ptr, r->cites[i].article.ptr);
    }
    CHECK_INT_EQ(id, r->mode, mode);
    CHECK_CSTR_EQ(id, got, cites);
}

static void test_an_overruled_article_is_no_authority(void)
{
    size_t notes = 0;
    struct tree t;

    lay_overruled(&t);
    if (tree_compile_well(&t, "overruled", TREE_ANY)) {
        const pol_org *o = tree_org(&t, "o");

        for (size_t i = 0; i < t.report_count; i++)
            notes += !strcmp(t.reports[i].code, "rule-overruled");
        CHECK_INT_EQ("told: two rules, a duty, a track", notes, 4);
        check_cites(&t, "alpha/first", POL_MODE_ENFORCE, "alpha/四.1");
        check_cites(&t, "beta/only", POL_MODE_OFF, "beta/四.1");
        check_cites(&t, "beta/also", POL_MODE_ENFORCE, "beta/五");
        check_cites(&t, "beta/else", POL_MODE_ENFORCE, "beta/五");
        check_cites(&t, "o/own", POL_MODE_ENFORCE, "");
        check_cites(&t, "o/cited", POL_MODE_OFF, "beta/四.1");
        CHECK_INT_EQ("one duty, to decide", o->duty_count, 1);
        CHECK_INT_EQ("two tracks", o->ladders[0]->track_count, 2);
        CHECK_CSTR_EQ("without cites", o->ladders[0]->tracks[0].id, "b");
        CHECK_INT_EQ("without that", o->ladders[0]->tracks[1].cite_count, 1);
    }
    tree_end(&t);
}

struct seen_article {
    size_t count, overruled, rules;
};

static int on_article(void *user, const policy_article_info *a)
{
    struct seen_article *s = user;
    const policy_overruling *how = a->overruled;

    s->count++;
    s->rules += a->rules;
    if (!how)
        return 0;
    s->overruled++;
    CHECK_CSTR_EQ("of", a->regulation, "beta");
    CHECK_CSTR_EQ("which", a->ref, "四.1");
    CHECK_CSTR_EQ("status", a->status, "overruled");
    CHECK_INT_EQ("no rule", a->rules + a->tests, 0);
    CHECK_CSTR_EQ("choice", how->choice, "account");
    CHECK_STR_EQ("demanded", how->demanded, "work");
    CHECK_STR_EQ("followed", how->followed, "personal");
    CHECK_CSTR_EQ("by", how->regulation, "alpha");
    CHECK_CSTR_EQ("by", how->ref, "四.1");
    CHECK_STR_EQ("why", how->zh, "较新");
    CHECK_STR_EQ("why", how->en, "较新");
    CHECK_STR_EQ("owner", how->owner, "officer");
    return 0;
}

static void test_the_coverage_tells_what_is_overruled(void)
{
    struct seen_article seen = { 0, 0, 0 };
    struct tree t;

    lay_overruled(&t);
    /* Its status claims more than is shown, but not by its own fault. */
    tree_put(&t, "regulations/beta/regulation.yaml",
             "id: beta\ntitle: 制度\ndemands: { account: { value: work, cite: 四.1 } }\n"
             "articles:\n  - { ref: 四.1, class: event, status: rules, zh: 一 }\n"
             "  - { ref: 五, class: event, status: rules, zh: 五 }\n");
    if (tree_compile_well(&t, "coverage", TREE_ANY)) {
        for (size_t i = 0; i < t.report_count; i++)
            CHECK(strcmp(t.reports[i].code, "article-unproved") != 0, "%s",
                  t.reports[i].message);
        policy_bundle_articles(t.bundle, "o", on_article, &seen);
    }
    CHECK_INT_EQ("articles", seen.count, 3);
    CHECK_INT_EQ("overruled", seen.overruled, 1);
    CHECK_INT_EQ("alpha's one, beta's two, a ladder and a track", seen.rules, 5);
    tree_end(&t);
}

/* Equal rules of both become one, which cites the one that is followed. */
static void test_a_finding_cites_what_is_followed(void)
{
    static const char json[] =
        "{\"id\":\"m\",\"source\":\"s\",\"type\":\"message\",\"org\":\"o\","
        "\"text\":\"词\",\"account_kind\":\"%s\","
        "\"time\":\"2026-03-02T09:15:00+08:00\"}";
    static const struct { const char *follow, *kind, *cites; } rows[] = {
        { "alpha", "work", "alpha/四.1" }, { "alpha", "personal", "" },
        { "beta", "work", "" }, { "beta", "personal", "beta/四.1" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        char yaml[400], event[300], got[100] = "";
        policy_error err = POLICY_ERROR_INIT;
        const policy_decision *d = NULL;
        policy_session *s = NULL;
        policy_event *e = NULL;
        struct tree t;

        snprintf(yaml, sizeof(yaml), BOTH("enforce", "enforce") SETTLED("%s"),
                 rows[i].follow);
        snprintf(event, sizeof(event), json, rows[i].kind);
        lay(&t, yaml);
        tree_put(&t, "regulations/alpha/rules.lua", RULE("r", "\"四.1\"", ""));
        tree_put(&t, "regulations/beta/rules.lua", RULE("r", "\"四.1\"", ""));
        tree_compile_well(&t, rows[i].follow, TREE_ANY);
        if (CHECK(t.bundle && !policy_session_new(&s, t.bundle, NULL, &err) &&
                      !policy_event_new(&e, NULL, NULL, &err) &&
                      !policy_event_read_json(e, pol_str(event), &err) &&
                      !policy_session_evaluate(&d, s, e, NULL, &err),
                  "%s", err.message)) {
            for (size_t f = 0; f < policy_decision_finding_count(d, POLICY_ENFORCED);
                 f++) {
                const policy_finding *found =
                    policy_decision_finding(d, POLICY_ENFORCED, f);

                for (size_t c = 0; c < found->cite_count; c++) {
                    size_t len = strlen(got);

                    snprintf(got + len, sizeof(got) - len, "%s/%s",
                             found->cites[c].regulation.ptr,
                             found->cites[c].article.ptr);
                }
            }
            CHECK_CSTR_EQ(rows[i].follow, got, rows[i].cites);
        }
        policy_event_free(e);
        policy_session_free(s);
        tree_end(&t);
    }
}

/* --- the slow twin ----------------------------------------------------------- */

enum { REGULATIONS = 4, CHOICES = 3, ROUNDS = 250 };
static const char *const values[] = { "personal", "work", "club" };
static const char *const modes[] = { "off", "shadow", "enforce" };
static const char *const choices[] = { "one", "two", "three" };

/* -1: nothing is said. settle: -2 none, else a regulation, REGULATIONS: none
 * that is there. */
struct world {
    int mode[REGULATIONS], demand[REGULATIONS][CHOICES];
    int settle[CHOICES], own[CHOICES];
};

static int draw(uint32_t *seed, int n)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (int)((*seed >> 8) % (uint32_t)n);
}

static void draw_world(struct world *w, uint32_t *seed)
{
    for (int g = 0; g < REGULATIONS; g++) {
        w->mode[g] = draw(seed, 4) ? 2 : draw(seed, 3);
        for (int c = 0; c < CHOICES; c++)
            w->demand[g][c] = draw(seed, 2) ? draw(seed, 3) : -1;
    }
    for (int c = 0; c < CHOICES; c++) {
        w->settle[c] = draw(seed, 3) ? draw(seed, REGULATIONS + 1) : -2;
        w->own[c] = draw(seed, 4) ? -1 : draw(seed, 3);
    }
}

/* What must be reported of choice `c`, by letters; *value: what it is then, -1
 * nothing; *lost: of how many regulations the article is overruled. */
static const char *judge(const struct world *w, int c, int *value, int *lost)
{
    int voices[3] = { 0, 0, 0 }, tried = -1, forced = -1, spread = 0, by;
    static char out[8];
    size_t n = 0;

    *value = w->own[c];
    *lost = 0;
    for (int g = 0; g < REGULATIONS; g++) {
        if (w->mode[g] == 0 || w->demand[g][c] < 0)
            continue;
        voices[w->demand[g][c]]++;
        if (w->mode[g] == 2 && forced < 0)
            forced = g;
        if (w->mode[g] == 1 && tried < 0)
            tried = g;
    }
    for (int v = 0; v < 3; v++)
        spread += voices[v] > 0;
    by = forced >= 0 ? forced : tried;
    if (spread == 0) {
        n += w->settle[c] >= -1 ? (size_t)sprintf(out + n, "i") : 0;
        n += w->settle[c] == REGULATIONS ? (size_t)sprintf(out + n, "f") : 0;
    } else if (spread == 1) {
        n += w->settle[c] >= -1 ? (size_t)sprintf(out + n, "i") : 0;
    } else if (w->settle[c] == -2) {
        n += (size_t)sprintf(out + n, "u");
    } else {
        int to = w->settle[c];
        bool good = to < REGULATIONS && w->mode[to] && w->demand[to][c] >= 0;

        for (int g = 0; good && g < REGULATIONS; g++)
            if (w->mode[to] == 1 && w->mode[g] == 2 && w->demand[g][c] >= 0 &&
                w->demand[g][c] != w->demand[to][c])
                good = false;
        if (good)
            by = to;
        else
            n += (size_t)sprintf(out + n, "f");
        for (int g = 0; good && g < REGULATIONS; g++)
            *lost += w->mode[g] && w->demand[g][c] >= 0 &&
                     w->demand[g][c] != w->demand[to][c];
    }
    if (by >= 0 && w->own[c] >= 0 && w->own[c] != w->demand[by][c])
        n += (size_t)sprintf(out + n, w->mode[by] == 1 ? "t" : "o");
    if (by >= 0 && (w->own[c] < 0 || w->mode[by] == 2))
        *value = w->demand[by][c];
    out[n] = '\0';
    return out;
}

static void lay_regulation(const struct world *w, int g, char *out, size_t cap)
{
    size_t n = (size_t)snprintf(out, cap, "id: r%d\ntitle: t\ndemands:\n", g);
    bool any = false;

    for (int c = 0; c < CHOICES; c++)
        if (w->demand[g][c] >= 0) {
            n += (size_t)snprintf(out + n, cap - n,
                                  "  %s: { value: %s, cite: a%d }\n", choices[c],
                                  values[w->demand[g][c]], c);
            any = true;
        }
    if (!any)
        n -= strlen("demands:\n");
    n += (size_t)snprintf(out + n, cap - n, "articles:\n");
    for (int c = 0; c < CHOICES; c++)
        n += (size_t)snprintf(out + n, cap - n, "  - { ref: a%d, class: event,"
                              " status: planned, zh: x }\n", c);
}

static void lay_organisation(const struct world *w, char *out, size_t cap)
{
    size_t n = (size_t)snprintf(out, cap, TREE_YAML "roles: { hr: [u1] }\n"
                                "regulations:\n");
    const char *head = "choices:\n";

    for (int g = 0; g < REGULATIONS; g++)
        n += (size_t)snprintf(out + n, cap - n, "  r%d: %s\n", g,
                              modes[w->mode[g]]);
    for (int c = 0; c < CHOICES; c++, head = w->own[c - 1] < 0 ? head : "")
        if (w->own[c] >= 0)
            n += (size_t)snprintf(out + n, cap - n, "%s  %s: %s\n", head,
                                  choices[c], values[w->own[c]]);
    head = "settle:\n";
    for (int c = 0; c < CHOICES; c++)
        if (w->settle[c] >= -1) {
            n += (size_t)snprintf(out + n, cap - n, "%s  %s: { follow: r%d,"
                                  " why: w, owner: hr }\n", head, choices[c],
                                  w->settle[c]);
            head = "";
        }
}

static size_t told(const struct tree *t, const char *code)
{
    size_t n = 0;

    for (size_t i = 0; i < t->report_count; i++)
        n += !strcmp(t->reports[i].code, code);
    return n;
}

static size_t letters(const char *all, char letter)
{
    size_t n = 0;

    for (; *all; all++)
        n += *all == letter;
    return n;
}

/* A rule that is flagged for one value of each choice is compiled for all that
 * have one. */
static void hold_round(const struct world *w, uint32_t round, size_t *seen)
{
    char text[REGULATIONS][600], path[REGULATIONS][60], yaml[900], lua[2000] = "";
    char label[30], all[40] = "";
    int value[CHOICES], lost, lost_all = 0;
    size_t unsettled = 0, overruled = 0, n = 0;
    struct tree t;

    snprintf(label, sizeof(label), "round %u", (unsigned)round);
    tree_begin(&t);
    lay_organisation(w, yaml, sizeof(yaml));
    tree_put(&t, "o/organisation.yaml", yaml);
    for (int g = 0; g < REGULATIONS; g++) {
        snprintf(path[g], sizeof(path[g]), "regulations/r%d/regulation.yaml", g);
        lay_regulation(w, g, text[g], sizeof(text[g]));
        tree_put(&t, path[g], text[g]);
    }
    for (int c = 0; c < CHOICES; c++) {
        strcat(all, judge(w, c, &value[c], &lost));
        lost_all += lost;
        if (value[c] >= 0)
            n += (size_t)snprintf(lua + n, sizeof(lua) - n,
                "rule { id = \"%s\", title = \"t\", reason = \"x\", severity = %d,\n"
                "  category = \"spam\", on = \"message\", match = term \"词\",\n"
                "  where = { account_kind = param \"%s\" }, verdict = \"flag\",\n"
                "  tests = { hit \"词\", miss \"好\" } }\n", choices[c], c + 1,
                choices[c]);
    }
    tree_put(&t, "o/rules.lua", lua);
    tree_compile(&t);
    unsettled = told(&t, "choice-unsettled");
    CHECK((unsettled > 0) == (letters(all, 'u') > 0), "%s: %s", label, yaml);
    CHECK_INT_EQ(label, told(&t, "settle-follow"), letters(all, 'f'));
    CHECK_INT_EQ(label, told(&t, "settle-idle"), letters(all, 'i'));
    CHECK_INT_EQ(label, told(&t, "choice-own"), letters(all, 'o'));
    CHECK_INT_EQ(label, told(&t, "choice-tried"), letters(all, 't'));
    for (int c = 0; t.bundle && c < CHOICES; c++) {
        char id[20];

        snprintf(id, sizeof(id), "o/%s", choices[c]);
        CHECK((tree_rule(&t, id) != NULL) == (value[c] >= 0), "%s", label);
        if (value[c] >= 0 && tree_rule(&t, id))
            CHECK_STR_EQ(label, tree_rule(&t, id)->where->values[0].str,
                         values[value[c]]);
    }
    for (size_t i = 0; t.bundle && i < tree_org(&t, "o")->article_count; i++)
        overruled += tree_org(&t, "o")->articles[i].overruled != NULL;
    if (t.bundle)
        CHECK_INT_EQ(label, overruled, lost_all);
    seen[0] += t.bundle != NULL;
    seen[1] += t.bundle && overruled;
    seen[2] += unsettled > 0;
    seen[3] += letters(all, 'f') > 0;
    seen[4] += letters(all, 'i') > 0;
    seen[5] += letters(all, 'o') > 0;
    seen[6] += letters(all, 't') > 0;
    tree_end(&t);
}

static void test_a_slow_twin_chooses_the_same(void)
{
    uint32_t seed = 20260301;
    size_t seen[7] = { 0 };

    for (uint32_t round = 0; round < ROUNDS; round++) {
        struct world w;

        draw_world(&w, &seed);
        hold_round(&w, round, seen);
    }
    for (size_t i = 0; i < 7; i++)
        CHECK(seen[i] >= 2, "%zu: %zu times", i, seen[i]);
}

/* --- lack of memory ----------------------------------------------------------- */

/* What choices are made of: catalogues that were loaded, and an organisation. A
 * limit of an arena stands for the allocator's: it fails at every place and not
 * only where a new block begins. */
struct bench {
    struct test_allocator memory;
    pol_build build;
    pol_org org;
    pol_org_build of;
    policy_error err;
};

static void bench_begin(struct bench *s)
{
    const pol_source *yaml = NULL;
    const pol_node *root = NULL;

    memset(s, 0, sizeof(*s));
    test_allocator_init(&s->memory);
    s->err = (policy_error)POLICY_ERROR_INIT;
    s->build.allocator = s->memory.allocator;
    s->build.limits = pol_limits_from(NULL);
    s->build.err = &s->err;
    pol_arena_init(&s->build.arena, &s->memory.allocator, 0);
    pol_arena_init(&s->org.arena, &s->memory.allocator, 0);
    pol_reporter_init(&s->build.reporter, NULL, NULL, false, 100);
    s->of = (pol_org_build){ .build = &s->build, .org = &s->org,
                             .dir = POL_STR("o") };
    CHECK(!pol_sources_new(&s->build.sources, &s->memory.allocator, 100000),
          "sources");
    for (size_t i = 0; i < sizeof(choice_base) / sizeof(*choice_base); i++)
        CHECK(!pol_sources_put(s->build.sources, pol_str(choice_base[i].path),
                               pol_str(choice_base[i].text)), "put");
    CHECK(!pol_sources_get(&yaml, s->build.sources,
                           POL_STR("o/organisation.yaml"), NULL) &&
              !pol_yaml_read(&root, yaml, &s->org.arena, &s->build.limits,
                             &s->build.reporter, &s->err) &&
              pol_organisation_read(&s->org.config, root, &s->org.arena,
                                    &s->build.reporter), "read");
    for (size_t i = 0; i < s->org.config.regulation_count; i++)
        CHECK(pol_regulation_load(&s->build, s->of.dir,
                                  s->org.config.regulations[i].regulation) !=
                  NULL, "loaded");
}

static void bench_end(struct bench *s)
{
    pol_sources_free(s->build.sources);
    pol_arena_fini(&s->build.arena);
    pol_arena_fini(&s->org.arena);
    test_allocator_clean(&s->memory);
}

static void test_survives_every_failed_allocation(void)
{
    static const char *const labels[] = { "the build's arena", "the part's" };

    for (int which = 0; which < 2; which++) {
        size_t n, failures = 0;
        bool ok = false;

        for (n = 0; !ok && n < 500; n++) {
            struct bench s;
            pol_arena *a;

            bench_begin(&s);
            a = which ? &s.org.arena : &s.build.arena;
            a->max = a->used + 16 * n + 1;
            pol_choices_compile(&s.of);
            ok = s.of.status == POLICY_OK;
            CHECK(ok || s.of.status == POLICY_ENOMEM, "%s, %zu: %d",
                  labels[which], n, s.of.status);
            CHECK_INT_EQ("no memory is no mistake", s.build.reporter.errors, 0);
            if (ok)
                CHECK(pol_overruled_find(&s.of, POL_STR("beta"),
                                         POL_STR("四.1")) != NULL, "%s",
                      labels[which]);
            failures += !ok;
            bench_end(&s);
        }
        CHECK(ok && failures >= 8, "%s: %zu failures", labels[which], failures);
    }
}

static const struct test_case tests[] = {
    { "reports what is wrong", test_reports_what_is_wrong },
    { "each choice has one maker", test_each_choice_has_one_maker },
    { "one value is written in many ways",
      test_one_value_is_written_in_many_ways },
    { "a choice stands wherever a parameter may",
      test_a_choice_stands_wherever_a_parameter_may },
    { "to turn a regulation off breaks nothing",
      test_to_turn_a_regulation_off_breaks_nothing },
    { "an overruled article is no authority",
      test_an_overruled_article_is_no_authority },
    { "the coverage tells what is overruled",
      test_the_coverage_tells_what_is_overruled },
    { "a finding cites what is followed", test_a_finding_cites_what_is_followed },
    { "a slow twin chooses the same", test_a_slow_twin_chooses_the_same },
    { "survives every failed allocation", test_survives_every_failed_allocation },
};

POLICY_TEST_MAIN("choice_build", tests)
