/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Both ways to run a regex against two twins: a backtracker, which tries one
 * way after another through the program, and the tree itself, which says by
 * sets of places where a match may end. And texts made to cost much do not.
 */
#include "match/regex_layout.h"


#include "regex_check.h"
#include "regex_random.h"

/* --- the backtracker ---------------------------------------------------- */

enum { PLACES = 64, STATES = 300 };

struct walk {
    const pol_regex *r;
    const pol_folded *t;
    uint8_t *tried; /* by instruction and place: it fails from there */
    size_t end;
};

static uint32_t class_of(const pol_regex *r, uint32_t cp)
{
    uint32_t class = cp < 0x10000
                         ? r->map[r->top[cp >> POL_MAP_SHIFT] +
                                  (cp & (POL_MAP_BLOCK - 1))]
                         : POL_REGEX_PAIR;
    size_t i;

    if (class != POL_REGEX_PAIR)
        return class;
    for (i = r->wide_count - 1; r->wide[i] > cp; i--)
        ;
    return r->wide_classes[i];
}

static uint32_t char_at(const pol_folded *t, size_t at, size_t *next)
{
    *next = at;
    return pol_utf16_next(t->units, t->count, next);
}

static bool is_word(uint32_t cp)
{
    return (cp >= '0' && cp <= '9') || (cp >= 'a' && cp <= 'z') || cp == '_';
}

static bool is_line(uint32_t cp)
{
    return cp == '\n' || cp == '\r' || cp == 0x2028 || cp == 0x2029;
}

static bool border_at(const pol_folded *t, uint32_t border, size_t at)
{
    bool begin = at == 0, end = at == t->count;
    bool word_before = !begin && is_word(t->units[at - 1]);
    bool word_after = !end && is_word(t->units[at]);

    switch (border) {
    case POL_BORDER_BEGIN: return begin;
    case POL_BORDER_END: return end;
    case POL_BORDER_LINE_BEGIN: return begin || is_line(t->units[at - 1]);
    case POL_BORDER_LINE_END: return end || is_line(t->units[at]);
    case POL_BORDER_WORD: return word_before != word_after;
    default: return word_before == word_after;
    }
}

/* Depth-first; where a way came by before, it came to nothing. */
static bool way(struct walk *w, uint32_t pc, size_t at)
{
    const pol_inst *i = &w->r->insts[pc];
    size_t next;

    if (w->tried[pc * (w->t->count + 1) + at])
        return false;
    w->tried[pc * (w->t->count + 1) + at] = 1;
    switch ((pol_inst_op)i->op) {
    case POL_INST_MATCH: w->end = at; return true;
    case POL_INST_SPLIT: return way(w, i->out, at) || way(w, i->arg, at);
    case POL_INST_BORDER:
        return border_at(w->t, i->arg, at) && way(w, i->out, at);
    default:
        return at < w->t->count &&
               pol_inst_takes(w->r, i,
                              class_of(w->r, char_at(w->t, at, &next))) &&
               way(w, i->out, next);
    }
}

static bool backtrack(const pol_regex *r, const pol_folded *t, size_t from,
                      size_t last, size_t *start, size_t *end)
{
    struct walk w = { .r = r, .t = t };
    size_t size = r->inst_count * (t->count + 1), at;
    bool found = false;

    w.tried = malloc(size);
    for (at = from; w.tried && at <= last && !found; at++) {
        if (regex_inside(t, at))
            continue;
        memset(w.tried, 0, size);
        found = way(&w, r->start, at);
        *start = at;
        *end = w.end;
    }
    free(w.tried);
    return found;
}

/* --- the tree ----------------------------------------------------------- */

/* Where matches of `n` may end that begin at one of the places `at`. */
static uint64_t ends(const pol_node *n, const pol_folded *t, uint64_t at)
{
    uint64_t out = 0, before;
    const pol_node *item;
    uint32_t i;
    size_t p, next;

    switch (n->kind) {
    case POL_NODE_EMPTY: return at;
    case POL_NODE_CHARS:
        for (p = 0; p < t->count; p++)
            if ((at >> p & 1) &&
                pol_chars_has(n->chars, char_at(t, p, &next)))
                out |= (uint64_t)1 << next;
        return out;
    case POL_NODE_BORDER:
        for (p = 0; p <= t->count; p++)
            if ((at >> p & 1) && border_at(t, n->border, p))
                out |= (uint64_t)1 << p;
        return out;
    case POL_NODE_ALL:
        for (item = n->first; item; item = item->next)
            at = ends(item, t, at);
        return at;
    case POL_NODE_ANY:
        for (item = n->first; item; item = item->next)
            out |= ends(item, t, at);
        return out;
    case POL_NODE_REPEAT:
        for (i = 0; i < n->min; i++)
            at = ends(n->first, t, at);
        for (before = ~at; i < n->max && at != before; i++) {
            before = at;
            at |= ends(n->first, t, at);
        }
        return at;
    }
    return 0;
}

/* The first place where a match may begin, and all its ends; 0: none. */
static uint64_t tree_ends(const pol_node *root, const pol_folded *t,
                          size_t *start)
{
    uint64_t out = 0;

    for (*start = 0; *start <= t->count; ++*start) {
        if (regex_inside(t, *start))
            continue;
        out = ends(root, t, (uint64_t)1 << *start);
        if (out)
            break;
    }
    return out;
}

/* --- random ------------------------------------------------------------- */

static bool backtrack_agrees(struct regex_bench *b, struct regex_random *r)
{
    size_t from = regex_pick(r, 3) ? 0 : regex_pick(r, b->text.count + 1);
    size_t last = regex_pick(r, 3) ? b->text.count
                                   : from + regex_pick(r, b->text.count + 1);
    size_t start = 0, end = 0, s = 0, e = 0;
    bool got, want;

    if (last > b->text.count)
        last = b->text.count;
    want = backtrack(b->regex, &b->text, from, last, &s, &e);
    got = regex_find(b, from, last, &start, &end);
    CHECK(got == want && (!got || (start == s && end == e)),
          "%.*s from %zu to %zu: %d %zu %zu, want %d %zu %zu", (int)r->len,
          r->pattern, from, last, got, start, end, want, s, e);
    return got;
}

static void test_backtracker(void)
{
    struct regex_random r = { .seed = 11 };
    struct regex_bench b;
    char text[REGEX_TEXT_MAX];
    size_t n, k, found = 0, all = test_rounds(6000, 400000);

    regex_begin(&b);
    for (n = 0; n < all; n++) {
        if (regex_try(&b, regex_make(&r), STATES) != POLICY_OK)
            continue;
        for (k = 0; k < 6; k++) {
            regex_text(&b, regex_make_text(&r, text, 40));
            found += backtrack_agrees(&b, &r);
        }
    }
    CHECK(found > all && found < 6 * all, "%zu matches", found);
    regex_end(&b);
}

static void check_tree(struct regex_bench *b, const pol_node *root,
                       struct regex_random *r)
{
    size_t start = 0, end = 0, want;
    uint64_t may = tree_ends(root, &b->text, &want);
    bool got = regex_find(b, 0, b->text.count, &start, &end);

    CHECK(got == (may != 0) && (!got || (start == want && (may >> end & 1))),
          "%.*s: %d from %zu to %zu, want %zu, %llx", (int)r->len, r->pattern,
          got, start, end, want, (unsigned long long)may);
}

static void test_tree(void)
{
    struct regex_random r = { .seed = 12 };
    struct regex_bench b;
    pol_arena arena;
    pol_node *root;
    char text[REGEX_TEXT_MAX];
    size_t n, k, all = test_rounds(6000, 400000);

    regex_begin(&b);
    pol_arena_init(&arena, NULL, 0);
    for (n = 0; n < all; n++) {
        policy_str pattern = regex_make(&r);

        pol_arena_reset(&arena);
        if (regex_try(&b, pattern, STATES) != POLICY_OK ||
            pol_regex_parse(&root, &arena, pattern, STATES, NULL, NULL) !=
                POLICY_OK)
            continue;
        for (k = 0; k < 5; k++) {
            regex_text(&b, regex_make_text(&r, text, 30));
            if (b.text.count < PLACES)
                check_tree(&b, root, &r);
        }
    }
    pol_arena_fini(&arena);
    regex_end(&b);
}

/* --- hostile ------------------------------------------------------------ */

static void fill(char *text, size_t count, const char *with)
{
    size_t len = strlen(with), i;

    for (i = 0; i + len <= count; i += len)
        memcpy(text + i, with, len);
    while (i < count)
        text[i++] = ' ';
}

/* Characters read by one find that finds nothing in `count` bytes of `with`. */
static size_t read_in_vain(struct regex_bench *b, const char *with,
                           size_t count)
{
    char *text = malloc(count);
    size_t start, end;

    CU_ASSERT_FATAL(text != NULL);
    fill(text, count, with);
    regex_text(b, (policy_str){ text, count });
    free(text);
    CHECK(!pol_regex_find(b->regex, b->cache, &b->text, 0, b->text.count,
                          &start, &end), "found");
    return pol_regex_read(b->cache);
}

/* What would be quadratic or worse by trying. The DFA reads the text twice, and
 * some more of it, the simulation once, and each looks at a state no more than
 * once a character. */
static void test_hostile(void)
{
    static const struct {
        const char *pattern, *text;
    } rows[] = {
        { "(a+)+b", "a" },
        { "(a|a)*b", "a" },
        { "(a|aa)+$b", "a" },
        { "(a*)*b", "a" },
        { "a*a*a*a*a*a*b", "a" },
        { "(?:a?){30}a{30}b", "a" },
        { "(?:a?){60}a{60}b", "a" },
        { "((a{0,5}){0,5}){0,5}b", "a" },
        { ".*.*=.*;", "x" },
        { "(.*)(.*)(.*)(.*)(.*)[^x]!", "xy" },
        { "(.{1,30}c)+b", "a" },
        { "(\\w+\\s?)+!", "a" },
        { "a[^c]*c", "a" },
        { "[a-b]{500}c", "a" },
        { "(^|a)+b|(a|\\b)*c", "a" },
        { "a.{12}b$c", "a" },
        { "(?:.*a.{10})+=", "ab" },
        { "x*y", "x" },
        { "(?:x+x+)+y", "x" },
        { "[\xE4\xBD\xA0\xE5\xA5\xBD]+!", "\xE4\xBD\xA0" },
        { "\\b(?:a \\b)+\\bb", "a " },
    };
    struct regex_bench b;
    size_t i, dear = 0;

    regex_begin(&b);
    for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        size_t read;

        if (!regex_set(&b, (policy_str){ rows[i].pattern,
                                         strlen(rows[i].pattern) }))
            continue;
        read = read_in_vain(&b, rows[i].text, 64000);
        CHECK(read <= 3 * b.text.count + 200, "%s: %zu of %zu read",
              rows[i].pattern, read, b.text.count);
        dear += read > 2 * b.text.count;
    }
    CHECK(dear > sizeof(rows) / sizeof(*rows) / 2,
          "only %zu take the DFA to its end", dear);
    regex_end(&b);
}

static void test_begins_with_the_text(void)
{
    static const struct row {
        const char *pattern;
        bool only_there;
    } rows[] = {
        { "^hello", true }, { "\\Ahello", true }, { "^(?:a|b)c*", true },
        { "^a|^b", true }, { "(?m)^hello", false }, { "^a|b", false },
        { "(?:^)?a", false },
    };
    struct regex_bench b;
    size_t i, start, end;

    regex_begin(&b);
    for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        if (!regex_set(&b, (policy_str){ rows[i].pattern,
                                         strlen(rows[i].pattern) }))
            continue;
        CHECK_INT_EQ(rows[i].pattern, b.regex->at_begin, rows[i].only_there);
        regex_text(&b, (policy_str){ "x\nhello ab", 10 });
        regex_find(&b, 0, b.text.count, &start, &end);
        regex_find(&b, 2, b.text.count, &start, &end);
        if (rows[i].only_there)
            CHECK_INT_EQ(rows[i].pattern, pol_regex_read(b.cache), 0);
    }
    regex_end(&b);
}

/* No fold makes them; nothing breaks if one did. */
static void test_half_pairs(void)
{
    static const char *const patterns[] = { ".", "[^a]+", "\\W\\b", "a.b",
                                            "(?s).*$", "\\p{Any}{2}",
                                            "\xF0\x9F\x98\x80" };
    static const uint16_t units[] = { 'a', 0xD83D, 'b', 0xDE00, 0xDE00, 0xD83D,
                                      0xD83D, 0xDE00, 0, 0xFFFF, 0xDC00 };
    struct regex_bench b;
    size_t i, from, start = 0, end = 0;

    regex_begin(&b);
    regex_text(&b, (policy_str){ "xxxxxxxxxxx", 11 });
    memcpy(b.text.units, units, sizeof(units));
    for (i = 0; i < sizeof(patterns) / sizeof(*patterns); i++) {
        if (!regex_set(&b, (policy_str){ patterns[i], strlen(patterns[i]) }))
            continue;
        for (from = 0; from <= b.text.count; from++) {
            size_t s = 0, e = 0;
            bool want = backtrack(b.regex, &b.text, from, b.text.count, &s, &e);
            bool got = pol_regex_find(b.regex, b.cache, &b.text, from,
                                      b.text.count, &start, &end);

            CHECK(got == want && (!got || (start == s && end == e)),
                  "%s from %zu: %zu to %zu, want %zu to %zu", patterns[i], from,
                  start, end, s, e);
            CHECK(!got || (start != 7 && end != 7), "half of a pair");
        }
    }
    regex_end(&b);
}

static void test_allocates_nothing(void)
{
    struct regex_random r = { .seed = 13 };
    struct regex_bench b;
    char text[REGEX_TEXT_MAX];
    size_t n, start, end, requests;

    regex_begin(&b);
    for (n = 0; n < 300; n++) {
        if (regex_try(&b, regex_make(&r), STATES) != POLICY_OK)
            continue;
        regex_text(&b, regex_make_text(&r, text, 60));
        requests = b.memory.requests;
        pol_regex_find(b.regex, b.cache, &b.text, 0, b.text.count, &start,
                       &end);
        CHECK(b.memory.requests == requests, "%.*s", (int)r.len, r.pattern);
    }
    regex_end(&b);
}

static const struct test_case tests[] = {
    { "a backtracker finds the same", test_backtracker },
    { "matches are those of the tree", test_tree },
    { "hostile texts cost by their length", test_hostile },
    { "begins with the text, or not", test_begins_with_the_text },
    { "half pairs are characters", test_half_pairs },
    { "a run allocates nothing", test_allocates_nothing },
};

POLICY_TEST_MAIN("regex_run", tests)
