/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Matches over hits: what holds, which hits show it, what phrases take away,
 * and a naive twin on random texts and trees.
 */
#include "harness.h"

#include "base/slice.h"
#include "rule/hits.h"

#define S(literal) POL_STR(literal)

/* In the texts of the tables a capital letter is a hit of its signal, and a
 * phrase in brackets one of PHRASE, brackets included. */
enum { A, B, C, D, PHRASE = 25, HITS = 64 };

struct sample {
    pol_event_text texts[4];
    pol_signal_hit hits[HITS];
    uint8_t use[HITS];
    pol_hits all;
};

static int compare(const void *pa, const void *pb)
{
    const pol_signal_hit *a = pa, *b = pb;

    if (a->text != b->text)
        return a->text < b->text ? -1 : 1;
    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    if (a->end != b->end)
        return a->end < b->end ? -1 : 1;
    return (a->signal > b->signal) - (a->signal < b->signal);
}

static void add_hit(struct sample *s, uint32_t signal, uint32_t text,
                    uint32_t start, uint32_t end)
{
    s->hits[s->all.count++] = (pol_signal_hit){ signal, text, start, end, 0 };
}

static void read_text(struct sample *s, int32_t field, const char *text)
{
    uint32_t number = (uint32_t)s->all.text_count++, open = 0;

    s->texts[number] =
        (pol_event_text){ .field = field, .text = pol_str(text) };
    for (uint32_t i = 0; text[i]; i++) {
        if (text[i] >= 'A' && text[i] <= 'Z')
            add_hit(s, (uint32_t)(text[i] - 'A'), number, i, i + 1);
        if (text[i] == '[')
            open = i;
        if (text[i] == ']')
            add_hit(s, PHRASE, number, open, i + 1);
    }
}

static void make_sample(struct sample *s, const char *text, const char *title)
{
    memset(s, 0, sizeof(*s));
    s->all.texts = s->texts;
    s->all.hits = s->hits;
    if (text)
        read_text(s, POLICY_FIELD_TEXT, text);
    if (title)
        read_text(s, POLICY_FIELD_TITLE, title);
    qsort(s->hits, s->all.count, sizeof(*s->hits), compare);
}

/* The evidence as "text:start" joined by spaces. */
static const char *evidence(const struct sample *s)
{
    static char out[600];
    size_t n = 0;

    out[0] = '\0';
    for (size_t i = 0; i < s->all.count; i++) {
        CHECK(s->use[i] <= 1, "mark %zu is %d", i, s->use[i]);
        if (s->use[i])
            n += (size_t)snprintf(out + n, sizeof(out) - n, "%s%u:%u",
                                  n ? " " : "", s->hits[i].text,
                                  s->hits[i].start);
    }
    return out;
}

static pol_match signal_of(uint32_t signal)
{
    return (pol_match){ .op = POL_MATCH_SIGNAL, .signal = signal };
}

static pol_match join(pol_match_op op, uint32_t count, const pol_match *kids,
                      size_t kid_count)
{
    return (pol_match){
        .op = op, .count = count, .kids = kids, .kid_count = kid_count
    };
}

static void test_holds_and_shows_why(void)
{
    const pol_match a = signal_of(A), ab[] = { signal_of(A), signal_of(B) },
                    c[] = { signal_of(C) };
    const pol_match any = join(POL_MATCH_ANY, 0, ab, 2);
    const pol_match all = join(POL_MATCH_ALL, 0, ab, 2);
    const pol_match none = join(POL_MATCH_NONE, 0, c, 1);
    const pol_match a_not_c[] = { a, none };
    const pol_match but = join(POL_MATCH_ALL, 0, a_not_c, 2);
    const pol_match near2 = join(POL_MATCH_NEAR, 2, ab, 2);
    const pol_match near0 = join(POL_MATCH_NEAR, 0, ab, 2);
    const pol_match two = join(POL_MATCH_AT_LEAST, 2, &a, 1);
    const pol_match of_any[] = { any };
    const pol_match two_any = join(POL_MATCH_AT_LEAST, 2, of_any, 1);
    const pol_match any_c[] = { any, signal_of(C) };
    const pol_match near_any = join(POL_MATCH_NEAR, 1, any_c, 2);
    const pol_match way[] = { all, signal_of(C) };
    const pol_match either = join(POL_MATCH_ANY, 0, way, 2);
    const struct {
        const char *label;
        const pol_match *match;
        const char *text, *title;
        bool held;
        const char *evidence;
    } rows[] = {
        { "a signal", &a, "xAx", NULL, true, "0:1" },
        { "all of its hits", &a, "AxA", "A", true, "0:0 0:2 1:0" },
        { "not there", &a, "xBx", NULL, false, "" },
        { "no text", &a, NULL, NULL, false, "" },
        { "any", &any, "xBx", NULL, true, "0:1" },
        { "any, both", &any, "ABC", NULL, true, "0:0 0:1" },
        { "all", &all, "AxB", NULL, true, "0:0 0:2" },
        { "all over texts", &all, "A", "B", true, "0:0 1:0" },
        { "all, one missing", &all, "AAA", NULL, false, "" },
        { "none beside", &but, "A", NULL, true, "0:0" },
        { "none spoils it", &but, "A", "C", false, "" },
        { "near", &near2, "A..B", NULL, true, "0:0 0:3" },
        { "near, reversed", &near2, "B..A", NULL, true, "0:0 0:3" },
        { "too far", &near2, "A...B", NULL, false, "" },
        { "near in characters", &near2, "A单位B", NULL, true, "0:0 0:7" },
        { "too far in characters", &near2, "A单位的B", NULL, false, "" },
        { "near in ill-formed ones", &near2, "A\xe5\x8d\xffu", "B", false, "" },
        { "maximal subparts are one", &near2,
          "A\xe5\x8d\xff"
          "B",
          NULL, true, "0:0 0:4" },
        { "near in one text only", &near2, "A", "B", false, "" },
        { "only the near ones", &near2, "A.....A.B", NULL, true, "0:6 0:8" },
        { "side by side", &near0, "AB", NULL, true, "0:0 0:1" },
        { "one between", &near0, "A.B", NULL, false, "" },
        { "itself is not near", &near0, "A", NULL, false, "" },
        { "near any", &near_any, "AxxB.C", NULL, true, "0:3 0:5" },
        { "at least two", &two, "A.A", NULL, true, "0:0 0:2" },
        { "at least two, all shown", &two, "A.A", "A", true, "0:0 0:2 1:0" },
        { "one is not two", &two, "A.B", NULL, false, "" },
        { "two over texts", &two, "A", "A", true, "0:0 1:0" },
        { "two of any", &two_any, "A.B", NULL, true, "0:0 0:2" },
        { "a failed branch shows nothing", &either, "AxC", NULL, true, "0:2" },
        { "both branches", &either, "ABC", NULL, true, "0:0 0:1 0:2" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        pol_rule rule = { .match = rows[i].match, .fields = { .all = true } };
        const pol_except *covered = (const pol_except *)&rule;
        struct sample s;

        make_sample(&s, rows[i].text, rows[i].title);
        memset(s.use, 0xff, sizeof(s.use));
        CHECK(pol_match_eval(&rule, &s.all, 0, s.use, &covered) == rows[i].held,
              "%s", rows[i].label);
        CHECK_CSTR_EQ(rows[i].label, evidence(&s), rows[i].evidence);
        CHECK(!covered, "%s", rows[i].label);
    }
}

static void test_one_span_counts_once(void)
{
    const pol_match ab[] = { signal_of(A), signal_of(B) };
    const pol_match any[] = { join(POL_MATCH_ANY, 0, ab, 2) };
    const pol_match two = join(POL_MATCH_AT_LEAST, 2, any, 1);
    pol_rule rule = { .match = &two, .fields = { .all = true } };
    struct sample s;

    make_sample(&s, "word words", NULL);
    add_hit(&s, A, 0, 0, 4);
    add_hit(&s, B, 0, 0, 4);
    CHECK(!pol_match_eval(&rule, &s.all, 0, s.use, NULL),
          "one span, two lists");
    add_hit(&s, B, 0, 0, 5);
    CHECK(pol_match_eval(&rule, &s.all, 0, s.use, NULL), "a longer one");
}

static void test_asks_how_sure_a_hit_is(void)
{
    pol_match sure = signal_of(A), any_a = signal_of(A), two;
    pol_rule rule = { .match = &sure, .fields = { .all = true } };
    struct sample s;

    make_sample(&s, "AAA", NULL);
    for (uint8_t i = 0; i < 3; i++)
        s.hits[i].confidence = (uint8_t)(POLICY_CONFIDENCE_LOW + i);
    for (uint8_t least = 0; least <= POLICY_CONFIDENCE_HIGH; least++) {
        static const char *const want[] = { "0:0 0:1 0:2", "0:0 0:1 0:2",
                                            "0:1 0:2", "0:2" };

        sure.confidence = least;
        CHECK(pol_match_eval(&rule, &s.all, 0, s.use, NULL), "%u", least);
        CHECK_CSTR_EQ("evidence", evidence(&s), want[least]);
    }
    two = join(POL_MATCH_AT_LEAST, 2, &sure, 1);
    rule.match = &two;
    CHECK(!pol_match_eval(&rule, &s.all, 0, s.use, NULL), "two sure ones");
    two.kids = &any_a;
    CHECK(pol_match_eval(&rule, &s.all, 0, s.use, NULL), "two of any");
}

static void test_overlapping_hits_are_near(void)
{
    const pol_match ab[] = { signal_of(A), signal_of(B) };
    const pol_match near = join(POL_MATCH_NEAR, 0, ab, 2);
    pol_rule rule = { .match = &near, .fields = { .all = true } };
    struct sample s;

    make_sample(&s, "a long text", NULL);
    add_hit(&s, A, 0, 0, 11);
    add_hit(&s, B, 0, 2, 6);
    CHECK(pol_match_eval(&rule, &s.all, 0, s.use, NULL), "inside");
}

static void test_looks_at_the_fields_of_the_rule(void)
{
    const policy_str roles[] = { S("quote"), S("ocr") };
    const pol_event_text text = { POLICY_FIELD_TEXT, 0, S(""), S("A") };
    const pol_event_text title = { POLICY_FIELD_TITLE, 0, S(""), S("A") };
    const pol_event_text quote = { -1, 0, S("quote"), S("A") };
    const pol_event_text caption = { -1, 1, S("caption"), S("A") };
    pol_scope named = { .roles = roles, .role_count = 2 };
    pol_scope parts = { .parts = true }, all = { .all = true }, nothing = { 0 };
    const struct {
        const char *label;
        const pol_scope *scope;
        bool text, title, quote, caption;
    } rows[] = {
        { "all", &all, true, true, true, true },
        { "parts", &parts, false, false, true, true },
        { "named", &named, false, true, true, false },
        { "nothing", &nothing, false, false, false, false },
    };

    named.mask[POLICY_FIELD_TITLE / 64] |= UINT64_C(1)
                                           << (POLICY_FIELD_TITLE % 64);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        CHECK(pol_scope_covers(rows[i].scope, &text) == rows[i].text,
              "%s: text", rows[i].label);
        CHECK(pol_scope_covers(rows[i].scope, &title) == rows[i].title,
              "%s: title", rows[i].label);
        CHECK(pol_scope_covers(rows[i].scope, &quote) == rows[i].quote,
              "%s: quote", rows[i].label);
        CHECK(pol_scope_covers(rows[i].scope, &caption) == rows[i].caption,
              "%s: caption", rows[i].label);
    }
}

static void test_a_hit_elsewhere_does_not_count(void)
{
    const pol_match a = signal_of(A);
    pol_rule rule = { .match = &a };
    struct sample s;

    rule.fields.mask[POLICY_FIELD_TITLE / 64] |= UINT64_C(1)
                                                 << (POLICY_FIELD_TITLE % 64);
    make_sample(&s, "A", "x");
    CHECK(!pol_match_eval(&rule, &s.all, 0, s.use, NULL), "in the text");
    make_sample(&s, "A", "A");
    CHECK(pol_match_eval(&rule, &s.all, 0, s.use, NULL), "in the title");
    CHECK_CSTR_EQ("in the title", evidence(&s), "1:0");
}

/* --- phrases of exceptions */

static void test_phrases_take_hits_away(void)
{
    const pol_match a = signal_of(A), ab[] = { signal_of(A), signal_of(B) };
    const pol_match all = join(POL_MATCH_ALL, 0, ab, 2);
    const pol_match b[] = { signal_of(B) };
    const pol_match none_b[] = { a, join(POL_MATCH_NONE, 0, b, 1) };
    const pol_match but = join(POL_MATCH_ALL, 0, none_b, 2);
    const struct {
        const char *label;
        const pol_match *match;
        const char *text, *title;
        int64_t now;
        bool held, excepted;
        const char *evidence;
    } rows[] = {
        { "inside", &a, "x[ A ]x", NULL, 0, false, true, "0:3" },
        { "beside", &a, "[ ]A", NULL, 0, true, false, "0:3" },
        { "one inside, one out", &a, "[A]A", NULL, 0, true, false, "0:3" },
        { "in another text", &a, "A", "[ ]", 0, true, false, "0:0" },
        { "two phrases", &a, "[A]..[A]", NULL, 0, false, true, "0:1 0:6" },
        { "on the last day", &a, "[A]", NULL, 99, false, true, "0:1" },
        { "expired", &a, "[A]", NULL, 100, true, false, "0:1" },
        { "half of it inside", &all, "[A]B", NULL, 0, false, true, "0:1 0:3" },
        { "no hit at all", &a, "[x]", NULL, 0, false, false, "" },
        { "would not have held", &all, "[A]", NULL, 0, false, false, "" },
        { "spoils no longer", &but, "A[B]", NULL, 0, true, false, "0:0" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        pol_except excepts[2] = {
            { .phrase_signal = -1, .expires = INT64_MAX },
            { .phrase_signal = PHRASE, .expires = 100 },
        };
        pol_rule rule = { .match = rows[i].match,
                          .fields = { .all = true },
                          .excepts = excepts,
                          .except_count = 2 };
        const pol_except *covered = NULL;
        struct sample s;

        make_sample(&s, rows[i].text, rows[i].title);
        CHECK(pol_match_eval(&rule, &s.all, rows[i].now, s.use, &covered) ==
                  rows[i].held,
              "%s", rows[i].label);
        CHECK(covered == (rows[i].excepted ? &excepts[1] : NULL), "%s",
              rows[i].label);
        CHECK_CSTR_EQ(rows[i].label, evidence(&s), rows[i].evidence);
    }
}

static void test_names_the_exception_that_took_the_hit(void)
{
    const pol_match a = signal_of(A);
    const pol_except excepts[2] = {
        { .phrase_signal = PHRASE - 1, .expires = INT64_MAX },
        { .phrase_signal = PHRASE, .expires = INT64_MAX },
    };
    pol_rule rule = { .match = &a,
                      .fields = { .all = true },
                      .excepts = excepts,
                      .except_count = 2 };
    const pol_except *covered = NULL;
    struct sample s;

    make_sample(&s, "B..[A]", NULL);
    add_hit(&s, PHRASE - 1, 0, 0, 2); /* a phrase over the B alone */
    qsort(s.hits, s.all.count, sizeof(*s.hits), compare);
    CHECK(!pol_match_eval(&rule, &s.all, 0, s.use, &covered), "dropped");
    CHECK(covered == &excepts[1], "the second");
}

/* --- the naive twin: every question over every hit, or every pair */

struct twin {
    const pol_rule *rule;
    const struct sample *s;
    bool in_play[HITS], evidence[HITS];
};

static bool twin_signal(const pol_match *m, uint32_t signal)
{
    bool found = m->op == POL_MATCH_SIGNAL && m->signal == signal;

    for (size_t i = 0; m->op != POL_MATCH_NONE && i < m->kid_count; i++)
        found |= twin_signal(&m->kids[i], signal);
    return found;
}

static bool twin_plays(const struct twin *t, const pol_match *m, size_t i)
{
    return t->in_play[i] && twin_signal(m, t->s->hits[i].signal);
}

static bool twin_near(const struct twin *t, size_t i, size_t j, uint32_t max)
{
    const pol_signal_hit *a = &t->s->hits[i], *b = &t->s->hits[j];
    uint32_t from = a->end < b->end ? a->end : b->end;
    uint32_t to = a->start > b->start ? a->start : b->start, count = 0;

    if (i == j || a->text != b->text)
        return false;
    for (; from < to; from++) /* characters of two bytes: c3 xx */
        count += (t->s->texts[a->text].text.ptr[from] & 0xc0) != 0x80;
    return count <= max;
}

static bool twin_holds(struct twin *t, const pol_match *m, bool mark)
{
    uint32_t held = 0, spans = 0;

    if (m->op == POL_MATCH_NEAR) {
        for (size_t i = 0; i < t->s->all.count; i++)
            for (size_t j = 0; j < t->s->all.count; j++)
                if (twin_plays(t, &m->kids[0], i) &&
                    twin_plays(t, &m->kids[1], j) &&
                    twin_near(t, i, j, m->count)) {
                    held = 1;
                    t->evidence[i] |= mark;
                    t->evidence[j] |= mark;
                }
        return held;
    }
    if (m->op == POL_MATCH_SIGNAL || m->op == POL_MATCH_AT_LEAST) {
        for (size_t i = 0; i < t->s->all.count; i++) {
            bool first = true;

            if (!twin_plays(t, m, i))
                continue;
            for (size_t j = 0; j < i; j++)
                first &= !(twin_plays(t, m, j) &&
                           t->s->hits[j].text == t->s->hits[i].text &&
                           t->s->hits[j].start == t->s->hits[i].start &&
                           t->s->hits[j].end == t->s->hits[i].end);
            spans += first;
            t->evidence[i] |= mark;
        }
        return spans >= (m->op == POL_MATCH_SIGNAL ? 1 : m->count);
    }
    for (size_t i = 0; i < m->kid_count; i++)
        if (twin_holds(t, &m->kids[i], false)) {
            held++;
            if (mark && m->op != POL_MATCH_NONE)
                twin_holds(t, &m->kids[i], true);
        }
    return m->op == POL_MATCH_ALL   ? held == m->kid_count
           : m->op == POL_MATCH_ANY ? held > 0
                                    : held == 0;
}

static void twin_run(struct twin *t, bool phrases)
{
    const struct sample *s = t->s;

    memset(t->evidence, 0, sizeof(t->evidence));
    for (size_t i = 0; i < s->all.count; i++) {
        t->in_play[i] =
            pol_scope_covers(&t->rule->fields, &s->texts[s->hits[i].text]);
        for (size_t p = 0; phrases && p < s->all.count; p++)
            if (s->hits[p].signal == PHRASE &&
                s->hits[p].text == s->hits[i].text &&
                s->hits[p].start <= s->hits[i].start &&
                s->hits[p].end >= s->hits[i].end)
                t->in_play[i] = false;
    }
}

static void random_sample(struct sample *s, uint64_t *seed)
{
    /* Characters of one and of two bytes, cut only between them. */
    static const char text[] = "ab\xc3\xa9\xc3\xa8"
                               "c\xc3\xa9"
                               "de\xc3\xa8"
                               "f";
    static const uint8_t cuts[] = { 0, 1, 2, 4, 6, 7, 9, 10, 11, 13, 14 };
    size_t count = test_random(seed) % 14;

    memset(s, 0, sizeof(*s));
    s->all.texts = s->texts;
    s->all.hits = s->hits;
    s->all.text_count = 2;
    s->texts[0] =
        (pol_event_text){ .field = POLICY_FIELD_TEXT, .text = pol_str(text) };
    s->texts[1] =
        (pol_event_text){ .field = POLICY_FIELD_TITLE, .text = pol_str(text) };
    while (s->all.count < count) {
        uint64_t r = test_random(seed);
        uint32_t from = r % 10, to = from + 1 + (r >> 8) % (10 - from);
        bool phrase = (r >> 16) % 6 == 0;

        add_hit(s, phrase ? PHRASE : (uint32_t)((r >> 24) % 4),
                (r >> 32) % 3 == 0, cuts[from], cuts[to]);
    }
    qsort(s->hits, s->all.count, sizeof(*s->hits), compare);
}

static pol_match random_match(uint64_t *seed, pol_match **room, int depth)
{
    pol_match_op op =
        depth ? (pol_match_op)(test_random(seed) % 6) : POL_MATCH_SIGNAL;
    pol_match m = { .op = op, .signal = test_random(seed) % 4 };
    pol_match *kids = *room;

    m.count = op == POL_MATCH_NEAR ? test_random(seed) % 5
                                   : 1 + test_random(seed) % 3;
    m.kid_count = op == POL_MATCH_SIGNAL     ? 0
                  : op == POL_MATCH_NEAR     ? 2
                  : op == POL_MATCH_AT_LEAST ? 1
                                             : 1 + test_random(seed) % 3;
    *room += m.kid_count;
    for (size_t i = 0; i < m.kid_count; i++)
        kids[i] = random_match(seed, room, depth - 1);
    m.kids = kids;
    return m;
}

/* Characters between two hits, by the naive question. */
static int64_t twin_apart(const struct twin *t, size_t i, size_t j)
{
    int64_t apart = 0;

    while (apart < 20 && !twin_near(t, i, j, (uint32_t)apart))
        apart++;
    return apart < 20 ? apart : -1;
}

static int64_t twin_nearest(const struct twin *t, const pol_match *m)
{
    int64_t best = -1;

    for (size_t i = 0; i < t->s->all.count; i++)
        for (size_t j = 0; j < t->s->all.count; j++) {
            int64_t apart = twin_plays(t, &m->kids[0], i) &&
                                    twin_plays(t, &m->kids[1], j)
                                ? twin_apart(t, i, j) : -1;

            if (apart >= 0 && (best < 0 || apart < best))
                best = apart;
        }
    return best;
}

/* What is said to be missing is: the part does not hold by itself, and of the
 * figures none is nearer, and none more. */
static bool twin_lacks(struct twin *t, const pol_match_lack *l)
{
    pol_match more = *l->part;
    bool good = !twin_holds(t, l->part, false) && l->part->op != POL_MATCH_ALL;

    if (l->part->op == POL_MATCH_AT_LEAST) {
        good &= l->spans < l->part->count;
        more.count = l->spans;
        good &= twin_holds(t, &more, false);
    } else if (l->part->op == POL_MATCH_NEAR && l->absent) {
        good &= !twin_holds(t, l->absent, false);
    } else if (l->part->op == POL_MATCH_NEAR) {
        good &= l->apart == twin_nearest(t, l->part);
    }
    return good;
}

static void test_agrees_with_a_naive_twin(void)
{
    const pol_except except = { .phrase_signal = PHRASE, .expires = INT64_MAX };
    uint64_t seed = 7;
    size_t held = 0, excepted = 0, near = 0;

    for (int n = 0; n < 20000; n++) {
        pol_match trees[64], *room = trees, match;
        pol_rule rule = { .excepts = &except, .except_count = 1 };
        const pol_except *covered;
        struct sample s;
        struct twin t = { &rule, &s, { false }, { false } };
        bool got, want, without;

        random_sample(&s, &seed);
        match = random_match(&seed, &room, 3);
        rule.match = &match;
        rule.fields.all = test_random(&seed) % 2;
        rule.fields.mask[0] = rule.fields.mask[1] = UINT64_MAX;
        rule.fields.mask[POLICY_FIELD_TITLE / 64] = 0;
        got = pol_match_eval(&rule, &s.all, 0, s.use, &covered);
        twin_run(&t, false);
        without = twin_holds(&t, &match, false);
        twin_run(&t, true);
        want = twin_holds(&t, &match, false);
        if (!want && without)
            twin_run(&t, false);
        if (want || without)
            twin_holds(&t, &match, true);
        held += want;
        if (!CHECK(got == want, "case %d", n))
            return;
        if (covered || want)
            for (size_t i = 0; i < s.all.count; i++)
                CHECK(s.use[i] == t.evidence[i], "case %d, hit %zu", n, i);
        if (!want) {
            pol_match_lack lack = pol_match_lacks(&rule, &s.all, 0, s.use);

            twin_run(&t, true);
            CHECK(twin_lacks(&t, &lack), "case %d: what is missing", n);
            near += lack.apart >= 0;
            excepted += covered != NULL;
            /* Taking hits away makes a match fail only by its positives. */
            CHECK(!covered || without, "case %d", n);
        }
    }
    CHECK(held > 3000 && excepted > 100 && near > 10,
          "%zu held, %zu excepted, %zu too far", held, excepted, near);
}

/* A text that repeats two words and a phrase to the limit of hits. */
static void test_ten_thousand_hits_are_quick(void)
{
    enum { MANY = 10000 };
    pol_signal_hit *hits = calloc(MANY, sizeof(*hits));
    uint8_t *use = calloc(MANY, 1);
    char *text = malloc(MANY * 10);
    const pol_match ab[] = { signal_of(A), signal_of(B) };
    const pol_match near = join(POL_MATCH_NEAR, 3, ab, 2);
    const pol_except except = { .phrase_signal = PHRASE, .expires = 1 };
    pol_rule rule = { .match = &near,
                      .fields = { .all = true },
                      .excepts = &except,
                      .except_count = 1 };
    pol_event_text one = { .field = POLICY_FIELD_TEXT };
    pol_hits all = { &one, 1, hits, MANY };

    memset(text, 'x', MANY * 10);
    one.text = (policy_str){ text, MANY * 10 };
    for (uint32_t i = 0; i < MANY; i++)
        hits[i] = (pol_signal_hit){ i % 3 == 2 ? PHRASE : i % 3, 0, i * 10,
                                    i * 10 + 2, 0 };
    /* Pairs over all of them would be two thousand million steps. */
    for (int n = 0; n < 20; n++)
        CHECK(!pol_match_eval(&rule, &all, 0, use, NULL) &&
                  pol_match_lacks(&rule, &all, 0, use).apart == 8, "too far");
    free(hits);
    free(use);
    free(text);
}

static const struct test_case tests[] = {
    { "holds and shows why", test_holds_and_shows_why },
    { "one span counts once", test_one_span_counts_once },
    { "asks how sure a hit is", test_asks_how_sure_a_hit_is },
    { "overlapping hits are near", test_overlapping_hits_are_near },
    { "looks at the fields of the rule", test_looks_at_the_fields_of_the_rule },
    { "a hit elsewhere does not count", test_a_hit_elsewhere_does_not_count },
    { "phrases take hits away", test_phrases_take_hits_away },
    { "names the exception that took the hit",
      test_names_the_exception_that_took_the_hit },
    { "agrees with a naive twin", test_agrees_with_a_naive_twin },
    { "ten thousand hits are quick", test_ten_thousand_hits_are_quick },
};

POLICY_TEST_MAIN("hits", tests)
