/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Regexes and what they find first. A text is what stands before the match, the
 * match and what is behind; a match of NULL: none, and `before` is the text.
 */
static const struct regex_case {
    const char *pattern, *before, *match, *after;
} regex_cases[] = {
    { "abc", "xx", "abc", "yy" },
    { "ABC", "xx", "abc", "yy" },
    { "a|ab", "x", "a", "b" },
    { "ab|a", "x", "ab", "" },
    { "a*", "", "aa", "b" },
    { "a*?", "", "", "aab" },
    { "a+?b", "", "aaab", "" },
    { "(a+)+b", "aaaaaaaaaaaaaaaaaaaaaaaac", NULL, NULL },
    { "^ab$", "", "ab", "" },
    { "^ab$", "xab", NULL, NULL },
    { "(?m)^b$", "a\n", "b", "\nc" },
    { "\\bfoo\\b", "afoo ", "foo", "." },
    { "[^a]", "aa", "\xF0\x9F\x98\x80", "b" },
    { ".", "", "\xF0\x9F\x98\x80", "" },
    { "\\p{Han}+", "ab", "\xE4\xBD\xA0\xE5\xA5\xBD", "c" },
    { "\\d{3,}", "12a", "1234", "x" },
    { "[A-Z]{2}\\d", "a1", "bc2", "" },
    { "(?:)", "", "", "abc" },
    { "x{2,3}", "x", NULL, NULL },
    { "(?s)a.b", "", "a\nb", "" },
    { "a.b", "a\nb", NULL, NULL },
    { "", "", "", "a" },
    { "(|a)+", "", "", "aaa" },
    { "(a|)+", "", "aaa", "" },
    { "(a*)+", "", "aa", "b" },
    { "(?i)Straße", "", "strasse", "" },
};
