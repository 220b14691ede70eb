/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A word that was disguised by any trick and put into any text is found, with
 * exactly its bytes and by the right name. docs/disguises.md holds the same
 * figures; `test_disguise --markdown` prints them as they are now.
 */
#include "disguise.h"
#include "host.h"

enum {
    TRIALS = 200,
    LONG_TRIALS = 20000,
    TABLE_TRIALS = 2000, /* of the page, whatever the mode */
    TEXT = DISGUISED + 256
};

/* --- what is asked */

struct asking {
    policy_bundle *bundle;
    policy_session *session;
    policy_event *event;
};

/* What the test itself stands on; `--markdown` has no suite to fail. */
static void need(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "disguise: %s\n", what);
    exit(1);
}

/* The words as a list. */
static const char *list_of(const char *strict)
{
    static char list[8192];
    bool line = strict && strict[0] == '@';
    size_t len = (size_t)snprintf(list, sizeof(list), "%s\n", line ? strict : "");

    for (size_t i = 0; i < DISGUISE_COUNT(words); i++)
        len += (size_t)snprintf(list + len, sizeof(list) - len, "%s%s%s\n",
                                words[i].text, strict && !line ? " | 理由 | " : "",
                                strict && !line ? strict : "");
    return list;
}

static policy_bundle *compile(const char *strict)
{
    static const char rules[] =
        RULE("all", "match = any { list \"own\", pii \"mobile\" }");
    const struct host_file files[] = {
        { "o/organisation.yaml", "id: o\nname: 单位\nkind: company\n" },
        { "o/rules.lua", rules },
        { "o/lists/own.txt", list_of(strict) },
    };
    policy_compiler_options o = POLICY_COMPILER_OPTIONS_INIT;
    policy_compiler *c;
    policy_bundle *b = NULL;

    o.on_diagnostic = host_complain;
    need(policy_compiler_new(&c, &o, NULL) == POLICY_OK, "a compiler");
    for (size_t i = 0; i < DISGUISE_COUNT(files); i++)
        need(policy_compiler_add_file(c, files[i].path, host_str(files[i].text),
                                      NULL) == POLICY_OK, files[i].path);
    need(policy_compiler_build(&b, c, NULL) == POLICY_OK, "a bundle");
    policy_compiler_free(c);
    return b;
}

static void ask_begin(struct asking *a, const char *strict)
{
    memset(a, 0, sizeof(*a));
    a->bundle = compile(strict);
    need(policy_session_new(&a->session, a->bundle, NULL, NULL) == POLICY_OK &&
             policy_event_new(&a->event, NULL, NULL, NULL) == POLICY_OK,
         "a session and an event");
}

static void ask_end(struct asking *a)
{
    policy_event_free(a->event);
    policy_session_free(a->session);
    policy_bundle_unref(a->bundle);
}

static const policy_decision *ask(struct asking *a, const char *text)
{
    static const struct {
        policy_field field;
        const char *value;
    } common[] = { { POLICY_FIELD_TYPE, "message" },
                   { POLICY_FIELD_ID, "m" },
                   { POLICY_FIELD_SOURCE, "s" },
                   { POLICY_FIELD_ORG, "o" } };
    const policy_decision *d = NULL;
    policy_event *e = a->event;
    policy_status st;

    policy_event_reset(e);
    st = policy_event_set_time(e, POLICY_FIELD_TIME, 1772416800000, 480);
    for (size_t i = 0; !st && i < DISGUISE_COUNT(common); i++)
        st = policy_event_set_text(e, common[i].field, host_str(common[i].value));
    if (!st)
        st = policy_event_set_text(e, POLICY_FIELD_TEXT, host_str(text));
    if (!st)
        st = policy_session_evaluate(&d, a->session, e, NULL, NULL);
    need(st == POLICY_OK, text);
    return d;
}

/* --- what is answered */

static bool names(const policy_evidence *e, const char *how)
{
    for (size_t i = 0; e->how[i]; i++)
        if (strcmp(e->how[i], how) == 0)
            return true;
    return false;
}

static bool tells(const policy_evidence *e, const struct trick *t, size_t start,
                  size_t end)
{
    if (e->span.start != start || e->span.end != end)
        return false;
    for (size_t i = 0; i < 2 && t->how[i]; i++)
        if (!names(e, t->how[i]))
            return false;
    return true;
}

static bool is_found(const policy_decision *d, const struct trick *t,
                     size_t start, size_t end)
{
    const policy_finding *f = host_finding(d, POLICY_ENFORCED, "o/all");

    for (size_t i = 0; f && i < f->evidence_count; i++)
        if (tells(&f->evidence[i], t, start, end))
            return true;
    return false;
}

/* The trick's own stream, so that a new row changes no other. */
static uint64_t seed_of(const struct trick *t)
{
    uint64_t seed = 14695981039346656037u;

    for (const char *s = t->name; *s; s++)
        seed = (seed ^ (unsigned char)*s) * 1099511628211u;
    return seed;
}

/* How many of `trials` were found; the first that was not in `missed`. */
static size_t count_found(struct asking *a, const struct trick *t, size_t trials,
                          char missed[TEXT])
{
    static char word[DISGUISED], text[TEXT];
    uint64_t seed = seed_of(t);
    struct disguise d;
    size_t found = 0;

    missed[0] = '\0';
    for (size_t i = 0; i < trials; i++) {
        size_t start, end;

        disguise_draw(&d, t, &seed);
        disguise_end(&d, word, &start, &end);
        disguise_carry(text, sizeof(text), word, &start, &end, &seed);
        if (is_found(ask(a, text), t, start, end))
            found++;
        else if (!missed[0])
            strcpy(missed, text);
    }
    return found;
}

/* --- tests */

static void test_carriers_are_harmless(void)
{
    struct asking a;

    ask_begin(&a, NULL);
    for (size_t i = 0; i < DISGUISE_COUNT(carriers); i++) {
        char text[256], *bar;

        snprintf(text, sizeof(text), "%s", carriers[i]);
        bar = strchr(text, '|');
        if (!CHECK(bar != NULL, "no place for a word: %s", text))
            continue;
        memmove(bar, bar + 1, strlen(bar));
        CHECK_INT_EQ(text, policy_decision_cost(ask(&a, text))->hits, 0);
    }
    ask_end(&a);
}

/* All rows, also those that nothing finds yet. */
static void test_tricks_change_a_word(void)
{
    static char word[DISGUISED];

    for (size_t i = 0; i < DISGUISE_COUNT(tricks); i++) {
        const struct trick *t = &tricks[i];
        uint64_t seed = seed_of(t);
        size_t same = 0;

        for (int n = 0; n < TRIALS; n++) {
            struct disguise d;
            size_t start, end;

            disguise_draw(&d, t, &seed);
            disguise_end(&d, word, &start, &end);
            CHECK(start < end && end <= strlen(word), "%s: %zu to %zu", t->name,
                  start, end);
            same += strcmp(word, d.word->text) == 0;
        }
        CHECK_INT_EQ(t->name, same, i == 0 ? TRIALS : 0);
    }
}

static void check_recall(const struct trick *t, size_t trials)
{
    static char missed[TEXT];
    struct asking a;
    size_t found;

    ask_begin(&a, t->strict);
    found = count_found(&a, t, trials, missed);
    ask_end(&a);
    if (t->state == FOUND)
        CHECK(found * 100 >= t->min * trials, "%s: %zu of %zu; not: %s", t->name,
              found, trials, missed);
    else
        CHECK(found == 0, "%s: %zu of %zu", t->name, found, trials);
}

static void test_disguises_are_found(void)
{
    const char *mode = getenv("POLICY_TEST_LONG");
    size_t trials = mode && strcmp(mode, "1") == 0 ? LONG_TRIALS : TRIALS;

    for (size_t i = 0; i < DISGUISE_COUNT(tricks); i++)
        check_recall(&tricks[i], trials);
}

/* --- the page */

typedef struct page {
    char text[1 << 16];
    size_t len;
} page;

static void put(page *p, const char *s)
{
    size_t len = strlen(s);

    if (p->len + len < sizeof(p->text)) {
        memcpy(p->text + p->len, s, len + 1);
        p->len += len;
    }
}

static bool is_among(uint32_t cp, const char *const *parts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *at = parts[i];

        if (next_cp(&at) == cp)
            return true;
    }
    return false;
}

/* Those of an emoji are seen. */
static bool is_seen(uint32_t cp, uint32_t last)
{
    if ((cp == 0x200D || cp == 0xFE0F) && last >= 0x2600 &&
        (last < 0x2E80 || last >= 0x1F000))
        return true;
    return !is_among(cp, invisible, DISGUISE_COUNT(invisible)) &&
           !is_among(cp, selectors, DISGUISE_COUNT(selectors));
}

/* As code; what is invisible by its number. */
static void put_example(page *p, const char *at, const char *end)
{
    uint32_t last = 0;

    put(p, "`");
    while (at < end) {
        char s[16];
        uint32_t cp = next_cp(&at);

        if (!is_seen(cp, last))
            snprintf(s, sizeof(s), "‹%04X›", (unsigned)cp);
        else if (cp == '|' || cp == '\n')
            strcpy(s, cp == '|' ? "\\|" : "⏎");
        else
            put_cp(s, cp);
        put(p, s);
        last = cp;
    }
    put(p, "`");
}

static void put_how(page *p, const struct trick *t)
{
    for (size_t i = 0; i < 2 && t->how[i]; i++) {
        put(p, i ? " `" : "`");
        put(p, t->how[i]);
        put(p, "`");
    }
}

static void put_name(page *p, const struct trick *t)
{
    static char word[DISGUISED];
    uint64_t seed = seed_of(t);
    struct disguise d;
    size_t start, end;

    disguise_draw(&d, t, &seed);
    disguise_end(&d, word, &start, &end);
    put(p, "| ");
    put(p, t->name);
    put(p, " | ");
    if (t->state == NEVER) { /* what stands beside it tells why */
        start = 0;
        end = strlen(word);
    }
    put_example(p, word + start, word + end);
    put(p, " | ");
}

static void put_found(page *p, const struct trick *t)
{
    static char missed[TEXT];
    struct asking a;
    size_t found;
    char number[32];

    ask_begin(&a, t->strict);
    found = count_found(&a, t, TABLE_TRIALS, missed);
    ask_end(&a);
    snprintf(number, sizeof(number), "%zu.%zu %%", found * 100 / TABLE_TRIALS,
             found * 1000 / TABLE_TRIALS % 10);
    put(p, number);
}

static void put_row(page *p, const struct trick *t)
{
    put_name(p, t);
    if (t->state == FOUND) {
        put_how(p, t);
        put(p, " | ");
    }
    put_found(p, t);
    if (t->state == FOUND) {
        put(p, " | ");
        put(p, t->strict ? "`" : "always");
        for (const char *s = t->strict; s && *s; s++)
            put(p, *s == '|' ? "\\|" : (char[]){ *s, '\0' });
        put(p, t->strict ? "`" : "");
    }
    put(p, " |\n");
}

static void put_tables(page *p)
{
    p->len = 0;
    put(p, "| trick | example | `how` | found | when |\n"
           "|---|---|---|---|---|\n");
    for (size_t i = 0; i < DISGUISE_COUNT(tricks); i++)
        if (tricks[i].state == FOUND)
            put_row(p, &tricks[i]);
    put(p, "\nLeft alone on purpose:\n\n| trick | example | found |\n"
           "|---|---|---|\n");
    for (size_t i = 0; i < DISGUISE_COUNT(tricks); i++)
        if (tricks[i].state == NEVER)
            put_row(p, &tricks[i]);
}

static void test_the_page_is_up_to_date(void)
{
    static const char begin[] = "<!-- test_disguise --markdown -->\n",
                      end[] = "<!-- end -->\n";
    static page here, there;
    const char *root = getenv("POLICY_SOURCE_ROOT");
    char path[600], *from, *to;
    FILE *f;

    snprintf(path, sizeof(path), "%s/docs/disguises.md", root ? root : ".");
    f = fopen(path, "rb");
    if (!CHECK(f != NULL, "%s", path))
        return;
    there.len = fread(there.text, 1, sizeof(there.text) - 1, f);
    there.text[there.len] = '\0';
    fclose(f);
    from = strstr(there.text, begin);
    to = from ? strstr(from, end) : NULL;
    if (!CHECK(to != NULL, "two lines to write between in %s", path))
        return;
    *to = '\0';
    put_tables(&here);
    CHECK(strcmp(from + strlen(begin), here.text) == 0,
          "%s is not what test_disguise --markdown prints", path);
}

static const struct test_case tests[] = {
    { "carriers are harmless", test_carriers_are_harmless },
    { "tricks change a word", test_tricks_change_a_word },
    { "disguises are found", test_disguises_are_found },
    { "the page is up to date", test_the_page_is_up_to_date },
};

static void print_tables(void)
{
    static page p;

    put_tables(&p);
    fputs(p.text, stdout);
}

int main(int argc, char **argv)
{
    need(load_pairs(), "no table of Traditional characters");
    if (argc == 2 && strcmp(argv[1], "--markdown") == 0) {
        print_tables();
        return 0;
    }
    return test_run("disguise", tests, DISGUISE_COUNT(tests));
}
