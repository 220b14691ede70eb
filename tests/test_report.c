/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
#include "base/report.h"
#include "base/slice.h"
#include "harness.h"

/* The last diagnostic, copied, and how many there were. */
struct seen {
    unsigned count;
    int32_t severity;
    char code[64], message[5000], file[64], source[256], suggestion[64],
        organisation[64], language[8];
    uint32_t line, column, length;
};

static void copy(char *out, size_t cap, policy_str s)
{
    size_t len = s.len < cap - 1 ? s.len : cap - 1;

    if (len)
        memcpy(out, s.ptr, len);
    out[len] = '\0';
}

static void see(void *user, const policy_diagnostic *d)
{
    struct seen *s = user;

    s->count++;
    s->severity = d->severity;
    s->line = d->line;
    s->column = d->column;
    s->length = d->length;
    copy(s->code, sizeof(s->code), pol_str(d->code));
    copy(s->message, sizeof(s->message), d->message);
    copy(s->file, sizeof(s->file), d->file);
    copy(s->source, sizeof(s->source), d->source);
    copy(s->suggestion, sizeof(s->suggestion), d->suggestion);
    copy(s->organisation, sizeof(s->organisation), d->organisation);
    copy(s->language, sizeof(s->language), pol_str(d->language));
}

static const struct {
    const char *name, *code;
    int32_t severity;
    const char *en, *zh;
} catalogue[] = {
#define POL_MESSAGE(name, code, severity, en, zh) { #name, code, severity, en, zh },
#include "base/messages.def"
#undef POL_MESSAGE
};
enum { COUNT = sizeof(catalogue) / sizeof(catalogue[0]) };

/* A bit for each {n}. */
static unsigned placeholders(const char *s)
{
    unsigned set = 0;

    for (; *s; s++)
        if (*s == '{' && s[1] >= '0' && s[1] <= '5' && s[2] == '}')
            set |= 1u << (s[1] - '0');
    return set;
}

static void test_catalogue_agrees_in_both_languages(void)
{
    unsigned i;

    CHECK(COUNT > 0, "%d messages", COUNT);
    for (i = 0; i < COUNT; i++) {
        const char *name = catalogue[i].name;
        unsigned set = placeholders(catalogue[i].en);

        CHECK(set == placeholders(catalogue[i].zh), "%s: placeholders", name);
        CHECK(catalogue[i].severity >= POLICY_NOTE &&
                  catalogue[i].severity <= POLICY_ERROR, "%s: severity", name);
        CHECK(*catalogue[i].en && *catalogue[i].zh, "%s: texts", name);
        CHECK(!strchr(catalogue[i].en, '\n') && !strchr(catalogue[i].zh, '\n'),
              "%s: one line", name);
        CHECK(pol_str_ill_formed(pol_str(catalogue[i].zh)) ==
                  strlen(catalogue[i].zh), "%s: UTF-8", name);
    }
}

/* A code may stand for several wordings of one thing, of one severity. */
static void test_codes_are_names_of_one_severity(void)
{
    unsigned i, k;

    for (i = 0; i < COUNT; i++) {
        const char *c = catalogue[i].code;

        CHECK(*c && strspn(c, "abcdefghijklmnopqrstuvwxyz0123456789-") ==
                  strlen(c), "%s", c);
        for (k = 0; k < i; k++)
            CHECK(strcmp(c, catalogue[k].code) ||
                      catalogue[i].severity == catalogue[k].severity,
                  "%s of %s and %s", c, catalogue[i].name, catalogue[k].name);
    }
}

static void test_fills_in_and_counts(void)
{
    const pol_source file = { POL_STR("a/b.yaml"), POL_STR("x: 1\ny: 字\n") };
    struct seen s = { 0 };
    pol_reporter r;

    pol_reporter_init(&r, see, &s, false, 10);
    r.organisation = POL_STR("hospital");
    pol_report(&r, POL_MSG_FILE_UNREADABLE, ((pol_place){ &file, 2, 4, 1 }),
               POL_STR("c.lua"), POL_STR("why"));
    CHECK_INT_EQ("count", s.count, 1);
    CHECK_INT_EQ("severity", s.severity, POLICY_ERROR);
    CHECK_CSTR_EQ("code", s.code, "file-unreadable");
    CHECK_CSTR_EQ("message", s.message, "c.lua cannot be read: why");
    CHECK_CSTR_EQ("file", s.file, "a/b.yaml");
    CHECK_CSTR_EQ("source", s.source, "y: 字");
    CHECK_CSTR_EQ("organisation", s.organisation, "hospital");
    CHECK_CSTR_EQ("language", s.language, "en");
    CHECK(s.line == 2 && s.column == 4 && s.length == 1, "place");
    CHECK(r.errors == 1 && !r.warnings && !r.notes, "counts");
    CHECK_STR_EQ("first", r.first, "file-unreadable");
    CHECK_CSTR_EQ("first message", r.first_message,
                  "a/b.yaml:2:4: c.lua cannot be read: why");
}

static void test_chinese_and_hint(void)
{
    struct seen s = { 0 };
    pol_reporter r;

    pol_reporter_init(&r, see, &s, true, 10);
    pol_report_hint(&r, POL_MSG_FILE_UNREADABLE, (pol_place){ 0 },
                    POL_STR("名"), (const policy_str[]){ POL_STR("甲"),
                    POL_STR("乙") }, 2);
    CHECK_CSTR_EQ("message", s.message, "无法读取 甲：乙");
    CHECK_CSTR_EQ("suggestion", s.suggestion, "名");
    CHECK_CSTR_EQ("language", s.language, "zh");
    CHECK_CSTR_EQ("no place", r.first_message, "无法读取 甲：乙");
}

static void test_a_place_without_a_line_has_no_source(void)
{
    const pol_source file = { POL_STR("f"), POL_STR("text") };
    struct seen s = { 0 };
    pol_reporter r;

    pol_reporter_init(&r, see, &s, false, 10);
    pol_report(&r, POL_MSG_FILE_UNREADABLE, ((pol_place){ &file, 0, 5, 5 }),
               POL_STR("a"), POL_STR("b"));
    CHECK(s.line == 0 && s.column == 0 && s.length == 0, "place");
    CHECK_CSTR_EQ("source", s.source, "");
    CHECK_CSTR_EQ("first message", r.first_message, "f: a cannot be read: b");
}

/* An argument is data: what looks like a placeholder in it stays. */
static void test_arguments_are_not_formats(void)
{
    struct seen s = { 0 };
    pol_reporter r;

    pol_reporter_init(&r, see, &s, false, 10);
    pol_report(&r, POL_MSG_FILE_UNREADABLE, ((pol_place){ 0 }),
               POL_STR("{1}%s{0}"), POL_STR("a\nb\xff\033[2J"));
    CHECK_CSTR_EQ("message", s.message, "{1}%s{0} cannot be read: "
                  "a\xef\xbf\xbd" "b\xef\xbf\xbd\xef\xbf\xbd[2J");
}

static void test_long_arguments_are_cut_at_a_character(void)
{
    enum { LEN = 9000 };
    char *text = malloc(LEN);
    struct seen s = { 0 };
    pol_reporter r;
    unsigned i, shift;

    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    for (shift = 0; shift < 3; shift++) {
        memset(text, 'x', shift);
        for (i = 0; i < 2000; i++)
            memcpy(text + shift + 3 * i, "字", 3);
        pol_reporter_init(&r, see, &s, false, 10);
        pol_report(&r, POL_MSG_FILE_UNREADABLE, ((pol_place){ 0 }),
                   ((policy_str){ text, shift + 6000 }), POL_STR("b"));
        CHECK_INT_EQ("message is whole characters",
                     pol_str_ill_formed(pol_str(s.message)), strlen(s.message));
        CHECK(strlen(s.message) > 4000, "%zu bytes", strlen(s.message));
        CHECK_INT_EQ("first message is whole characters",
                     pol_str_ill_formed(pol_str(r.first_message)),
                     strlen(r.first_message));
        CHECK(strlen(r.first_message) > 190, "%zu bytes",
              strlen(r.first_message));
    }
    free(text);
}

static void test_beyond_the_maximum_it_only_counts(void)
{
    struct seen s = { 0 };
    pol_reporter r;
    unsigned i;

    pol_reporter_init(&r, see, &s, false, 3);
    for (i = 0; i < 10; i++)
        pol_report(&r, POL_MSG_FILE_UNREADABLE, ((pol_place){ 0 }),
                   POL_STR("a"), POL_STR("b"));
    CHECK_INT_EQ("told", s.count, 3);
    CHECK_INT_EQ("counted", r.errors, 10);
    pol_reporter_init(&r, NULL, NULL, false, 3);
    pol_report(&r, POL_MSG_FILE_UNREADABLE, ((pol_place){ 0 }), POL_STR("a"),
               POL_STR("b"));
    CHECK_INT_EQ("without a sink", r.errors, 1);
}

static void test_every_message_counts_by_its_severity(void)
{
    static const policy_str args[6] = { { "a", 1 }, { "b", 1 }, { "c", 1 },
                                        { "d", 1 }, { "e", 1 }, { "f", 1 } };
    uint64_t want[3] = { 0 };
    struct seen s = { 0 };
    pol_reporter r;
    unsigned i;

    pol_reporter_init(&r, see, &s, true, COUNT);
    for (i = 0; i < COUNT; i++) {
        want[catalogue[i].severity]++;
        pol_report_hint(&r, (pol_message)i, (pol_place){ 0 },
                        (policy_str){ NULL, 0 }, args, 6);
        CHECK_INT_EQ(catalogue[i].name, s.severity, catalogue[i].severity);
        CHECK_CSTR_EQ(catalogue[i].name, s.code, catalogue[i].code);
        CHECK(placeholders(s.message) == 0, "%s: %s", s.code, s.message);
    }
    CHECK_INT_EQ("told", s.count, COUNT);
    CHECK(r.errors == want[POLICY_ERROR] && r.warnings == want[POLICY_WARNING] &&
              r.notes == want[POLICY_NOTE], "counts");
}

static void report_twice(pol_reporter *r, const pol_source *file, uint32_t line)
{
    pol_report(r, POL_MSG_LIST_TWICE, ((pol_place){ file, line, 1, 1 }),
               POL_STR("a"), POL_STR("1"));
}

static void test_of_many_the_first_are_told_and_how_many(void)
{
    const pol_source file = { POL_STR("f"), POL_STR("a\n") };
    struct seen s = { 0 };
    pol_reporter r;
    pol_few few, inner;

    pol_reporter_init(&r, see, &s, false, 1000);
    pol_few_begin(&few, &r);
    for (unsigned i = 0; i < POL_FEW_MAX; i++)
        report_twice(&r, &file, 1);
    pol_few_end(&few, &r, &file);
    CHECK_INT_EQ("as many as are told", s.count, POL_FEW_MAX);
    pol_few_begin(&few, &r);
    for (unsigned i = 0; i < POL_FEW_MAX + 7; i++) {
        report_twice(&r, &file, 1);
        pol_report(&r, POL_MSG_LIST_FIELDS, ((pol_place){ &file, 1, 1, 1 }));
    }
    CHECK_INT_EQ("until the end", s.count, 3 * POL_FEW_MAX);
    pol_few_end(&few, &r, &file);
    CHECK_INT_EQ("one line a kind", s.count, 3 * POL_FEW_MAX + 2);
    CHECK_CSTR_EQ("code", s.code, "more-warnings");
    CHECK_CSTR_EQ("message", s.message, "and 7 more of [list-twice] in this file");
    CHECK(s.line == 0 && !strcmp(s.file, "f"), "place");
    CHECK_INT_EQ("errors", r.errors, POL_FEW_MAX + 7);
    CHECK_INT_EQ("warnings", r.warnings, 2 * POL_FEW_MAX + 7);
    report_twice(&r, &file, 1);
    CHECK_CSTR_EQ("all are told again", s.code, "list-twice");
    s.count = 0;
    pol_few_begin(&few, &r);
    pol_few_begin(&inner, &r); /* another file, read in between */
    for (unsigned i = 0; i <= POL_FEW_MAX; i++)
        report_twice(&r, &file, 1);
    pol_few_end(&inner, &r, &file);
    CHECK_INT_EQ("of the inner one", s.count, POL_FEW_MAX + 1);
    report_twice(&r, &file, 1);
    CHECK_INT_EQ("of the outer one", few.count[POL_MSG_LIST_TWICE], 1);
    pol_few_end(&few, &r, &file);
    CHECK_INT_EQ("both", s.count, POL_FEW_MAX + 2);
}

static void test_a_lenient_reporter_has_no_errors(void)
{
    struct seen s = { 0 };
    pol_reporter r;
    pol_few few;

    pol_reporter_init(&r, see, &s, false, 1000);
    r.lenient = true;
    pol_few_begin(&few, &r);
    for (unsigned i = 0; i <= POL_FEW_MAX; i++)
        pol_report(&r, POL_MSG_LIST_FIELDS, ((pol_place){ 0 }));
    CHECK_INT_EQ("severity", s.severity, POLICY_WARNING);
    pol_few_end(&few, &r, NULL);
    CHECK_CSTR_EQ("more", s.code, "more-warnings");
    CHECK(!r.errors && r.warnings == POL_FEW_MAX + 1 && !r.first.len, "counts");
    pol_report(&r, POL_MSG_RULE_BROAD, ((pol_place){ 0 }), POL_STR("a"));
    CHECK_INT_EQ("notes stay", s.severity, POLICY_NOTE);
}

static void test_warnings_do_not_hide_errors(void)
{
    struct seen s = { 0 };
    pol_reporter r;

    pol_reporter_init(&r, see, &s, false, 3);
    for (unsigned i = 0; i < 9; i++)
        report_twice(&r, NULL, 0);
    CHECK_INT_EQ("warnings", s.count, 3);
    pol_report(&r, POL_MSG_LIST_FIELDS, ((pol_place){ 0 }));
    CHECK_INT_EQ("an error after them", s.count, 4);
    CHECK_CSTR_EQ("code", s.code, "list-fields");
}

/* A report begins to look for its line where the last one was. */
static void test_lines_come_in_any_order(void)
{
    const pol_source files[2] = {
        { POL_STR("f"), POL_STR("\xef\xbb\xbf" "ab\r\n\rcd\n\n字\nx") },
        { POL_STR("g"), POL_STR("1\n22\n333") }
    };
    struct seen s = { 0 };
    pol_reporter r;
    uint32_t state = 1;

    pol_reporter_init(&r, see, &s, false, 1000);
    for (unsigned i = 0; i < 500; i++) {
        const pol_source *file;
        uint32_t line;

        state = state * 1103515245 + 12345;
        file = &files[state >> 16 & 1];
        line = 1 + (state >> 17) % 8;
        report_twice(&r, file, line);
        CHECK_STR_EQ("line", pol_source_line(file, line), s.source);
    }
}

/* A block of exactly its size: the sanitizer sees a look at what follows. */
static void test_a_last_cr_is_an_end(void)
{
    pol_source s = { POL_STR("f"), { NULL, 2 } };
    char *bytes = malloc(2);
    pol_place p;

    CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
    memcpy(bytes, "a\r", 2);
    s.bytes.ptr = bytes;
    p = pol_place_at(&s, 2, 0);
    CHECK(p.line == 2 && p.column == 1, "%u:%u", p.line, p.column);
    CHECK_STR_EQ("line", pol_source_line(&s, 1), "a");
    free(bytes);
}

static void test_places_from_bytes(void)
{
    static const struct {
        const char *label, *text;
        size_t byte, len;
        uint32_t line, column, length;
    } rows[] = {
        { "first", "abc", 0, 1, 1, 1, 1 },
        { "last", "abc", 2, 1, 1, 3, 1 },
        { "end of the file", "abc", 3, 5, 1, 4, 0 },
        { "beyond", "abc", 99, 5, 1, 4, 0 },
        { "second line", "ab\ncd", 3, 2, 2, 1, 2 },
        { "the line feed", "ab\ncd", 2, 1, 1, 3, 0 },
        { "after a last line feed", "ab\n", 3, 0, 2, 1, 0 },
        { "CR LF is one end", "a\r\nb\r\nc", 6, 1, 3, 1, 1 },
        { "between CR and LF", "a\r\nb", 2, 1, 1, 3, 0 },
        { "lone CR", "a\rb", 2, 1, 2, 1, 1 },
        { "code points", "键：值", 6, 3, 1, 3, 1 },
        { "length in code points", "键：值x", 0, 10, 1, 1, 4 },
        { "length ends with the line", "ab\ncd", 1, 99, 1, 2, 1 },
        { "empty file", "", 0, 1, 1, 1, 0 },
        { "empty lines", "\n\n\n", 2, 1, 3, 1, 0 },
        { "ill-formed", "\xff\xffx", 2, 1, 1, 3, 1 },
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        pol_source s = { POL_STR("f"), pol_str(rows[i].text) };
        pol_place p = pol_place_at(&s, rows[i].byte, rows[i].len);

        CHECK(p.line == rows[i].line && p.column == rows[i].column &&
                  p.length == rows[i].length, "%s: %u:%u %u", rows[i].label,
              p.line, p.column, p.length);
        CU_ASSERT_PTR_EQUAL(p.source, &s);
    }
}

static void test_lines_without_their_ends(void)
{
    static const struct {
        const char *label, *text;
        uint32_t line;
        const char *want;
    } rows[] = {
        { "first", "ab\ncd\n", 1, "ab" }, { "second", "ab\ncd\n", 2, "cd" },
        { "after the last end", "ab\ncd\n", 3, "" },
        { "beyond", "ab\ncd\n", 4, "" }, { "no end", "ab\ncd", 2, "cd" },
        { "CR LF", "ab\r\ncd\r\n", 1, "ab" }, { "CR LF second", "ab\r\ncd\r\n", 2, "cd" },
        { "lone CR", "ab\rcd", 2, "cd" }, { "empty first", "\nx", 1, "" },
        { "empty file", "", 1, "" }, { "line 0", "ab", 0, "" },
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        pol_source s = { POL_STR("f"), pol_str(rows[i].text) };

        CHECK_STR_EQ(rows[i].label, pol_source_line(&s, rows[i].line),
                     rows[i].want);
    }
}

static const struct test_case tests[] = {
    { "catalogue agrees in both languages",
      test_catalogue_agrees_in_both_languages },
    { "codes are names of one severity", test_codes_are_names_of_one_severity },
    { "fills in and counts", test_fills_in_and_counts },
    { "Chinese and hint", test_chinese_and_hint },
    { "a place without a line has no source",
      test_a_place_without_a_line_has_no_source },
    { "arguments are not formats", test_arguments_are_not_formats },
    { "long arguments are cut at a character",
      test_long_arguments_are_cut_at_a_character },
    { "beyond the maximum it only counts",
      test_beyond_the_maximum_it_only_counts },
    { "of many the first are told, and how many",
      test_of_many_the_first_are_told_and_how_many },
    { "a lenient reporter has no errors",
      test_a_lenient_reporter_has_no_errors },
    { "warnings do not hide errors", test_warnings_do_not_hide_errors },
    { "lines come in any order", test_lines_come_in_any_order },
    { "every message counts by its severity",
      test_every_message_counts_by_its_severity },
    { "a last CR is an end", test_a_last_cr_is_an_end },
    { "places from bytes", test_places_from_bytes },
    { "lines without their ends", test_lines_without_their_ends },
};
POLICY_TEST_MAIN("report", tests)
