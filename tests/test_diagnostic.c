/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
#include <jansson.h>

#include <policy/diagnostic.h>

#include "base/slice.h"
#include "harness.h"

static char text[8192];

/* The whole text, a NUL after it. */
static const char *format(const policy_diagnostic *d, uint32_t flags)
{
    size_t len;
    policy_status st = policy_diagnostic_format(text, sizeof(text) - 1, &len, d,
                                                flags);

    CHECK_INT_EQ("status", st, POLICY_OK);
    CHECK(len < sizeof(text), "%zu bytes", len);
    text[len < sizeof(text) ? len : 0] = '\0';
    return text;
}

static policy_diagnostic sample(const char *source, uint32_t column,
                                uint32_t length)
{
    return (policy_diagnostic){
        .severity = POLICY_ERROR, .code = "unknown-key",
        .message = POL_STR("rule has no key “verdcit”"),
        .file = POL_STR("my/rules.lua"), .line = 7, .column = column,
        .length = length, .source = pol_str(source)
    };
}

static void test_place_message_line_and_caret(void)
{
    policy_diagnostic d = sample("  verdcit = \"deny\",", 3, 7);

    CHECK_CSTR_EQ("plain", format(&d, 0),
        "my/rules.lua:7:3: error: rule has no key “verdcit” [unknown-key]\n"
        "  verdcit = \"deny\",\n"
        "  ^~~~~~~\n");
    d.suggestion = POL_STR("verdict");
    CHECK_CSTR_EQ("suggestion", format(&d, 0),
        "my/rules.lua:7:3: error: rule has no key “verdcit”; "
        "did you mean “verdict”? [unknown-key]\n"
        "  verdcit = \"deny\",\n"
        "  ^~~~~~~\n");
}

static void test_fixed_words_follow_the_language(void)
{
    static const struct {
        const char *language;
        int32_t severity;
        const char *want;
    } rows[] = {
        { NULL, POLICY_ERROR, "f: error: m; did you mean “x”? [c]\n" },
        { "en", POLICY_WARNING, "f: warning: m; did you mean “x”? [c]\n" },
        { "en", POLICY_NOTE, "f: note: m; did you mean “x”? [c]\n" },
        { "zh", POLICY_ERROR, "f: 错误: m；你是不是想写“x”？ [c]\n" },
        { "zh", POLICY_WARNING, "f: 警告: m；你是不是想写“x”？ [c]\n" },
        { "zh", POLICY_NOTE, "f: 提示: m；你是不是想写“x”？ [c]\n" },
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        policy_diagnostic d = { .severity = rows[i].severity, .code = "c",
            .message = POL_STR("m"), .file = POL_STR("f"),
            .suggestion = POL_STR("x"), .language = rows[i].language };

        CHECK_CSTR_EQ(rows[i].want, format(&d, 0), rows[i].want);
    }
}

static void test_without_file_or_place(void)
{
    policy_diagnostic d = { .severity = POLICY_ERROR, .code = "c",
                            .message = POL_STR("m") };

    CHECK_CSTR_EQ("neither", format(&d, 0), "error: m [c]\n");
    d.file = POL_STR("f");
    CHECK_CSTR_EQ("file only", format(&d, 0), "f: error: m [c]\n");
    d.line = 3;
    d.source = POL_STR("text");
    CHECK_CSTR_EQ("line only", format(&d, 0), "f:3: error: m [c]\n");
}

/* Columns are those of the display: what stands above the caret. */
static void test_the_caret_is_right_under(void)
{
    static const struct {
        const char *label, *source;
        uint32_t column, length;
        const char *line, *caret;
    } rows[] = {
        { "ASCII", "abc", 2, 1, "abc", " ^" },
        { "after Han", "标题 = x", 6, 1, "标题 = x", "       ^" },
        { "under Han", "标题", 2, 1, "标题", "  ^~" },
        { "two Han", "a标题", 2, 2, "a标题", " ^~~~" },
        { "combining mark before", "e\xcc\x81=x", 4, 1, "e\xcc\x81=x", "  ^" },
        { "under a combining mark", "e\xcc\x81=", 2, 1, "e\xcc\x81=", " ^" },
        { "emoji", "😀x", 2, 1, "😀x", "  ^" },
        { "full-width letter", "ＡＢ", 2, 1, "ＡＢ", "  ^~" },
        { "half-width katakana", "ｱｲ", 2, 1, "ｱｲ", " ^" },
        { "zero-width space", "a\u200b" "b", 3, 1, "a\u200b" "b", " ^" },
        { "tab", "\tab", 2, 2, "    ab", "    ^~" },
        { "tab in the middle", "ab\tc", 4, 1, "ab  c", "    ^" },
        { "tab after Han", "标\tc", 3, 1, "标  c", "    ^" },
        { "under a tab", "a\tb", 2, 1, "a   b", " ^~~" },
        { "control", "a\x1b[31mb", 7, 1, "a\xef\xbf\xbd[31mb", "      ^" },
        { "NEL", "a\xc2\x85" "b", 3, 1, "a\xef\xbf\xbd" "b", "  ^" },
        { "right-to-left override", "a\u202e" "b", 3, 1, "a\xef\xbf\xbd" "b",
          "  ^" },
        { "ill-formed", "a\xff" "b", 3, 1, "a\xef\xbf\xbd" "b", "  ^" },
        { "no length", "abc", 2, 0, "abc", " ^" },
        { "length beyond the line", "abc", 2, 99, "abc", " ^~" },
        { "at the end", "abc", 4, 1, "abc", "   ^" },
        { "far beyond the end", "abc", 40, 3, "abc", "   ^" },
        { "empty line", "", 1, 1, "", "^" },
        { "last values", "abc", UINT32_MAX, UINT32_MAX, "abc", "   ^" },
        { "whole line, greatest length", "abc", 1, UINT32_MAX, "abc", "^~~" },
    };
    char want[512];
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        policy_diagnostic d = sample(rows[i].source, rows[i].column,
                                     rows[i].length);
        const char *got = strchr(format(&d, 0), '\n') + 1;

        snprintf(want, sizeof(want), "%s\n%s\n", rows[i].line, rows[i].caret);
        CHECK_CSTR_EQ(rows[i].label, got, want);
    }
}

static void test_a_long_line_is_shown_around_the_caret(void)
{
    enum { LEN = 60000 };
    char *line = malloc(LEN + 1);
    policy_diagnostic d;
    const char *shown, *caret;
    uint32_t column;

    CU_ASSERT_PTR_NOT_NULL_FATAL(line);
    memset(line, 'x', LEN);
    line[LEN] = '\0';
    for (column = 1; column <= LEN; column += column < 400 ? 13 : 5000) {
        size_t at;

        line[column - 1] = 'Q';
        d = sample(line, column, 1);
        shown = strchr(format(&d, 0), '\n') + 1;
        caret = strchr(shown, '\n') + 1;
        at = strcspn(caret, "^");
        CHECK(strlen(shown) < 400, "column %u: %zu bytes", column,
              strlen(shown));
        /* "…" is three bytes and one column. */
        CHECK(shown[at + (strncmp(shown, "…", 3) ? 0 : 2)] == 'Q',
              "column %u: caret at %zu", column, at);
        CHECK(!strncmp(shown, "…", 3) == (column > 101), "column %u", column);
        line[column - 1] = 'x';
    }
    free(line);
}

static void test_colour_only_adds_escapes(void)
{
    policy_diagnostic d = sample("标题 = 1", 1, 2);
    char plain[1024], stripped[1024];
    const char *p;
    size_t len = 0;

    d.suggestion = POL_STR("title");
    snprintf(plain, sizeof(plain), "%s", format(&d, 0));
    p = format(&d, POLICY_DIAGNOSTIC_COLOUR);
    CHECK(strstr(p, "\033[1;31m") != NULL, "red");
    while (*p) {
        if (*p == '\033') {
            p = strchr(p, 'm') + 1;
            continue;
        }
        stripped[len++] = *p++;
    }
    stripped[len] = '\0';
    CHECK_CSTR_EQ("the same without", stripped, plain);
}

static void test_json_has_every_field(void)
{
    policy_diagnostic d = sample("  verd\"cit = 1", 3, 7);
    json_error_t error;
    json_t *v;

    d.suggestion = POL_STR("verdict");
    d.organisation = POL_STR("hospital");
    CHECK_CSTR_EQ("all", format(&d, POLICY_DIAGNOSTIC_JSON),
        "{\"severity\":\"error\",\"code\":\"unknown-key\",\"message\":"
        "\"rule has no key “verdcit”\",\"file\":\"my/rules.lua\",\"line\":7,"
        "\"column\":3,\"length\":7,\"end\":10,\"source\":\"  verd\\\"cit = 1\","
        "\"suggestion\":\"verdict\",\"organisation\":\"hospital\"}\n");
    d.message = (policy_str){ "a\0\xff\n", 4 };
    d.source = POL_STR("\xff\x01");
    d.language = "zh";
    v = json_loads(format(&d, POLICY_DIAGNOSTIC_JSON), JSON_ALLOW_NUL, &error);
    CHECK(v != NULL, "%s", error.text);
    CHECK(v && !strcmp(json_string_value(json_object_get(v, "severity")),
                       "error"), "severity is for machines, never Chinese");
    json_decref(v);
    d = (policy_diagnostic){ .severity = POLICY_NOTE, .code = "c",
                             .message = POL_STR("m") };
    CHECK_CSTR_EQ("least", format(&d, POLICY_DIAGNOSTIC_JSON),
                  "{\"severity\":\"note\",\"code\":\"c\",\"message\":\"m\"}\n");
}

static void test_never_writes_beyond_the_room(void)
{
    policy_diagnostic d = sample("标题 = 1", 1, 2);
    static const uint32_t flags[] = { 0, POLICY_DIAGNOSTIC_COLOUR,
                                      POLICY_DIAGNOSTIC_JSON };
    size_t f, cap, len, need;

    for (f = 0; f < 3; f++) {
        need = strlen(format(&d, flags[f]));
        CHECK_INT_EQ("without a buffer", policy_diagnostic_format(NULL, 0, &len,
                     &d, flags[f]), POLICY_OK);
        CHECK_INT_EQ("length needed", len, need);
        for (cap = 0; cap <= need; cap++) {
            char *buf = malloc(cap + !cap);

            CU_ASSERT_PTR_NOT_NULL_FATAL(buf);
            policy_diagnostic_format(buf, cap, &len, &d, flags[f]);
            CHECK(len == need && !memcmp(buf, text, cap), "room %zu", cap);
            free(buf);
        }
    }
}

static void test_misuse_is_told(void)
{
    policy_diagnostic d = sample("x", 1, 1);
    size_t len = 9;

    d.severity = 3;
    CHECK_INT_EQ("severity 3", policy_diagnostic_format(text, 9, &len, &d, 0),
                 POLICY_EMISUSE);
    CHECK_INT_EQ("length", len, 0);
    d.severity = -1;
    CHECK_INT_EQ("severity -1", policy_diagnostic_format(text, 9, &len, &d, 0),
                 POLICY_EMISUSE);
    d.severity = 0;
    CHECK_INT_EQ("unknown flag", policy_diagnostic_format(text, 9, &len, &d, 4),
                 POLICY_EMISUSE);
    d.code = NULL;
    CHECK_INT_EQ("no code", policy_diagnostic_format(text, 9, &len, &d, 0),
                 POLICY_EMISUSE);
}

static const struct test_case tests[] = {
    { "place, message, line and caret", test_place_message_line_and_caret },
    { "fixed words follow the language", test_fixed_words_follow_the_language },
    { "without file or place", test_without_file_or_place },
    { "the caret is right under", test_the_caret_is_right_under },
    { "a long line is shown around the caret",
      test_a_long_line_is_shown_around_the_caret },
    { "colour only adds escapes", test_colour_only_adds_escapes },
    { "JSON has every field", test_json_has_every_field },
    { "never writes beyond the room", test_never_writes_beyond_the_room },
    { "misuse is told", test_misuse_is_told },
};
POLICY_TEST_MAIN("diagnostic", tests)
