/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
#include "harness.h"
#include "json_twin.h"

#define J(literal) { literal, sizeof(literal) - 1 }

/* What must be accepted, and how often jansson does too: always, but for the
 * rows marked `ours`. */
static const struct {
    const char *label;
    policy_str text;
    bool ours;
} good[] = {
    { "array, empty", J("[]"), false },
    { "array, empty string", J("[\"\"]"), false },
    { "array, space inside", J("[ ]"), false },
    { "array, every kind", J("[null,1,\"1\",{},[],true,false]"), false },
    { "array, line feeds", J("[1\n,\n2\n]"), false },
    { "array, tabs", J("\t[\t1\t,\t2\t]\t"), false },
    { "array, carriage returns", J("\r[\r1\r]\r"), false },
    { "array, trailing space", J("[2] "), false },
    { "array of arrays", J("[[],[[]],[[],[[]]]]"), false },
    { "array, several nulls", J("[1,null,null,null,2]"), false },
    { "object, empty", J("{}"), false },
    { "object, space inside", J("{ \t\r\n }"), false },
    { "object, one member", J("{\"a\":1}"), false },
    { "object, two members", J("{\"a\":1,\"b\":2}"), false },
    { "object, empty key", J("{\"\":0}"), false },
    { "object, same key twice", J("{\"a\":1,\"a\":2}"), false },
    { "object, same member twice", J("{\"a\":1,\"a\":1}"), false },
    { "object, NUL in a value", J("{\"a\":\"x\\u0000y\"}"), false },
    { "object, escaped key", J("{\"\\u0061\\n\":1}"), false },
    { "object, Han key", J("{\"消息\":\"你好\"}"), false },
    { "object, nested", J("{\"a\":{\"b\":{\"c\":{}}}}"), false },
    { "object, space around colon", J("{\"a\" \n:\t1}"), false },
    { "object, long strings",
      J("{\"x\":[{\"id\":\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"}],"
        "\"id\":\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"}"), false },
    { "number, zero", J("0"), false },
    { "number, minus zero", J("-0"), false },
    { "number, negative", J("[-123]"), false },
    { "number, minus one", J("-1"), false },
    { "number, fraction", J("[123.456789]"), false },
    { "number, fraction ends in zeros", J("[1.000]"), false },
    { "number, near zero", J("[-0.000000000000000000000000000000000000001]"), false },
    { "number, exponent", J("[1e2]"), false },
    { "number, capital exponent", J("[1E22]"), false },
    { "number, exponent with plus", J("[1e+2]"), false },
    { "number, exponent with minus", J("[1E-2]"), false },
    { "number, zero exponent", J("[0e1]"), false },
    { "number, zero exponent with plus", J("[0e+1]"), false },
    { "number, fraction and exponent", J("[123.456e78]"), false },
    { "number, exponent with zeros", J("[1e0007]"), false },
    { "number, space after", J("[4 ]"), false },
    { "number, int64 max", J("9223372036854775807"), false },
    { "number, int64 min", J("-9223372036854775808"), false },
    { "number, 2^53 + 1", J("9007199254740993"), false },
    { "number, above int64", J("9223372036854775808"), true },
    { "number, 40 digits", J("[1234567890123456789012345678901234567890]"), true },
    { "number, above double", J("[1e400]"), true },
    { "number, below double", J("[-1e400]"), true },
    { "number, underflow", J("[1e-400]"), false },
    { "literal, true", J("true"), false },
    { "literal, false", J("false"), false },
    { "literal, null", J("null"), false },
    { "literal, in space", J(" \n true \t"), false },
    { "string alone", J("\"x\""), false },
    { "string, empty", J("\"\""), false },
    { "string, every short escape", J("[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]"), false },
    { "string, escaped NUL", J("[\"\\u0000\"]"), false },
    { "string, escaped control", J("[\"\\u0012\"]"), false },
    { "string, escaped letter", J("[\"\\u0041\"]"), false },
    { "string, escaped Han", J("[\"\\u4f60\\u597d\"]"), false },
    { "string, capital hex", J("[\"\\uABCD\"]"), false },
    { "string, mixed hex", J("[\"\\uaBcD\"]"), false },
    { "string, surrogate pair", J("[\"\\uD83d\\uDE00\"]"), false },
    { "string, last surrogate pair", J("[\"\\uDBFF\\uDFFF\"]"), false },
    { "string, two pairs", J("[\"\\ud83d\\ude39\\ud83d\\udc8d\"]"), false },
    { "string, escaped backslash and u", J("[\"\\\\u0000\"]"), false },
    { "string, escaped quote at end", J("[\"a\\\"\"]"), false },
    { "string, escaped backslash at end", J("[\"a\\\\\"]"), false },
    { "string, noncharacter escaped", J("[\"\\uFFFF\"]"), false },
    { "string, noncharacter raw", J("[\"\xef\xbf\xbf\"]"), false },
    { "string, noncharacter plane 1", J("[\"\xf0\x9f\xbf\xbe\"]"), false },
    { "string, U+007F raw", J("[\"\x7f\"]"), false },
    { "string, U+0080 raw", J("[\"\xc2\x80\"]"), false },
    { "string, U+10FFFF raw", J("[\"\xf4\x8f\xbf\xbf\"]"), false },
    { "string, U+2028 raw", J("[\"\xe2\x80\xa8\"]"), false },
    { "string, U+FEFF raw", J("[\"\xef\xbb\xbf\"]"), false },
    { "string, U+FFFD raw", J("[\"\xef\xbf\xbd\"]"), false },
    { "string, comment inside", J("[\"a/*b*/c//d\"]"), false },
    { "string, brackets inside", J("[\"]}{[,:\"]"), false },
    { "string, space inside", J("[\" \"]"), false },
    { "string, one to nine bytes",
      J("[\"1\",\"12\",\"123\",\"1234\",\"12345\",\"123456\",\"1234567\","
        "\"12345678\",\"123456789\"]"), false },
    { "string, lone high surrogate", J("[\"\\uD800\"]"), true },
    { "string, lone low surrogate", J("[\"\\uDC00\"]"), true },
    { "string, pair the wrong way", J("[\"\\uDE00\\uD83D\"]"), true },
    { "string, high then letter", J("[\"\\uD800a\"]"), true },
    { "string, high then escape", J("[\"\\uD800\\n\"]"), true },
    { "string, high then other \\u", J("[\"\\uD800\\u0041\"]"), true },
    { "string, two highs and a low", J("[\"\\uD800\\uD83D\\uDE00\"]"), true },
    { "key, lone surrogate", J("{\"\\uDFFF\":0}"), true },
    { "key, NUL", J("{\"a\\u0000b\":0}"), true },
    { "string, stray continuation", J("[\"\x80\"]"), true },
    { "string, overlong slash", J("[\"\xc0\xaf\"]"), true },
    { "string, overlong NUL", J("[\"\xc0\x80\"]"), true },
    { "string, surrogate in UTF-8", J("[\"\xed\xa0\x80\"]"), true },
    { "string, above U+10FFFF", J("[\"\xf4\x90\x80\x80\"]"), true },
    { "string, truncated sequence", J("[\"\xe4\xbd\"]"), true },
    { "string, Latin-1", J("[\"\xe9\"]"), true },
    { "string, GBK", J("[\"\xc4\xe3\xba\xc3\"]"), true },
    { "string, FF", J("[\"\xff\"]"), true },
    { "key, ill-formed", J("{\"\xff\":1}"), true },
};

/* What must be refused, by whom reads it all, with code and byte. */
static const struct {
    const char *label;
    policy_str text;
    const char *code;
    uint64_t byte;
} bad[] = {
    { "nothing", J(""), "json-end", 0 },
    { "only space", J(" \n"), "json-end", 2 },
    { "byte order mark", J("\xef\xbb\xbf{}"), "json-bom", 0 },
    { "only a byte order mark", J("\xef\xbb\xbf"), "json-bom", 0 },
    { "half a byte order mark", J("\xef\xbb{}"), "json-syntax", 0 },
    { "mark after space", J(" \xef\xbb\xbf{}"), "json-syntax", 1 },
    { "UTF-16", J("\xff\xfe[\0]\0"), "json-syntax", 0 },
    { "NUL", J("\0"), "json-syntax", 0 },
    { "NUL after", J("1\0"), "json-trailing", 1 },
    { "form feed", J("[\f]"), "json-syntax", 1 },
    { "vertical tab", J("\v1"), "json-syntax", 0 },
    { "no-break space", J("[\xc2\xa0]"), "json-syntax", 1 },
    { "ideographic space", J("\xe3\x80\x80[]"), "json-syntax", 0 },
    { "word joiner", J("[\xe2\x81\xa0]"), "json-syntax", 1 },
    { "array, open", J("["), "json-end", 1 },
    { "array, open after value", J("[1"), "json-end", 2 },
    { "array, open after comma", J("[1,"), "json-end", 3 },
    { "array, open after string", J("[\"\""), "json-end", 3 },
    { "array, closed by brace", J("[1}"), "json-syntax", 2 },
    { "array, empty closed by brace", J("[}"), "json-syntax", 1 },
    { "array, comma first", J("[,1]"), "json-syntax", 1 },
    { "array, only a comma", J("[,]"), "json-syntax", 1 },
    { "array, comma last", J("[1,]"), "json-syntax", 3 },
    { "array, two commas", J("[1,,2]"), "json-syntax", 3 },
    { "array, two commas last", J("[\"\",,]"), "json-syntax", 4 },
    { "array, no comma", J("[1 2]"), "json-syntax", 3 },
    { "array, no comma before string", J("[1\"a\"]"), "json-syntax", 2 },
    { "array, no comma before array", J("[3[4]]"), "json-syntax", 2 },
    { "array, colon", J("[\"a\":1]"), "json-syntax", 4 },
    { "array, bare word", J("[a"), "json-syntax", 1 },
    { "array, closed twice", J("[1]]"), "json-trailing", 3 },
    { "array, never opened", J("1]"), "json-trailing", 1 },
    { "array, only closed", J("]"), "json-syntax", 0 },
    { "array, ill-formed byte", J("[\xff]"), "json-syntax", 1 },
    { "array, star", J("[*]"), "json-syntax", 1 },
    { "object, open", J("{"), "json-end", 1 },
    { "object, only closed", J("}"), "json-syntax", 0 },
    { "object, closed by bracket", J("{\"a\":1]"), "json-syntax", 6 },
    { "object, empty closed by bracket", J("{]"), "json-syntax", 1 },
    { "object, open key", J("{\"a"), "json-end", 3 },
    { "object, open after key", J("{\"a\""), "json-end", 4 },
    { "object, open after colon", J("{\"a\":"), "json-end", 5 },
    { "object, open after value", J("{\"a\":1"), "json-end", 6 },
    { "object, open after comma", J("{\"a\":1,"), "json-end", 7 },
    { "object, no value", J("{\"a\":}"), "json-syntax", 5 },
    { "object, no colon", J("{\"a\" 1}"), "json-syntax", 5 },
    { "object, only a key", J("{\"a\"}"), "json-syntax", 4 },
    { "object, two colons", J("{\"a\"::1}"), "json-syntax", 5 },
    { "object, comma for colon", J("{\"a\",1}"), "json-syntax", 4 },
    { "object, comma first", J("{,\"a\":1}"), "json-syntax", 1 },
    { "object, comma last", J("{\"a\":1,}"), "json-syntax", 7 },
    { "object, several commas last", J("{\"a\":1,,,}"), "json-syntax", 7 },
    { "object, two commas", J("{\"a\":1,,\"b\":2}"), "json-syntax", 7 },
    { "object, no comma", J("{\"a\":1 \"b\":2}"), "json-syntax", 7 },
    { "object, colon after value", J("{\"a\":1:2}"), "json-syntax", 6 },
    { "object, number as key", J("{1:1}"), "json-syntax", 1 },
    { "object, array as key", J("{[1]:1}"), "json-syntax", 1 },
    { "object, null as key", J("{null:1}"), "json-syntax", 1 },
    { "object, bare key", J("{a:1}"), "json-syntax", 1 },
    { "object, single quotes", J("{'a':1}"), "json-syntax", 1 },
    { "object, ill-formed key", J("{\xff:1}"), "json-syntax", 1 },
    { "object, key then end", J("{\"a\":1,\"b\"}"), "json-syntax", 10 },
    { "object, comment at end", J("{\"a\":1}/**/"), "json-trailing", 7 },
    { "object, comment inside", J("{/**/}"), "json-syntax", 1 },
    { "object, line comment", J("{\"a\":1}//"), "json-trailing", 7 },
    { "object, hash comment", J("{\"a\":1}#"), "json-trailing", 7 },
    { "object, twice", J("{}{}"), "json-trailing", 2 },
    { "object, twice on lines", J("{}\n{}"), "json-trailing", 3 },
    { "two values", J("1 2"), "json-trailing", 2 },
    { "comma after", J("1,"), "json-trailing", 1 },
    { "quote after", J("1\""), "json-trailing", 1 },
    { "string after", J("\"\"x"), "json-trailing", 2 },
    { "number, minus", J("-"), "json-end", 1 },
    { "number, minus in array", J("[-]"), "json-syntax", 2 },
    { "number, minus letter", J("[-foo]"), "json-syntax", 2 },
    { "number, minus space", J("[- 1]"), "json-syntax", 2 },
    { "number, two minuses", J("[--1]"), "json-syntax", 2 },
    { "number, plus", J("[+1]"), "json-syntax", 1 },
    { "number, plus plus", J("[++1]"), "json-syntax", 1 },
    { "number, leading zero", J("[01]"), "json-number", 1 },
    { "number, leading zeros", J("00"), "json-number", 0 },
    { "number, negative leading zero", J("[-012]"), "json-number", 2 },
    { "number, minus zero zero", J("-00"), "json-number", 1 },
    { "number, point first", J("[.5]"), "json-syntax", 1 },
    { "number, minus point", J("[-.5]"), "json-syntax", 2 },
    { "number, point last", J("[1.]"), "json-syntax", 3 },
    { "number, point at the end", J("1."), "json-end", 2 },
    { "number, zero point", J("[0.]"), "json-syntax", 3 },
    { "number, point exponent", J("[1.e1]"), "json-syntax", 3 },
    { "number, zero point exponent", J("[0.e1]"), "json-syntax", 3 },
    { "number, two points", J("[1.2.3]"), "json-syntax", 4 },
    { "number, exponent without digit", J("[1e]"), "json-syntax", 3 },
    { "number, exponent at the end", J("1e"), "json-end", 2 },
    { "number, exponent plus", J("[1e+]"), "json-syntax", 4 },
    { "number, exponent minus at the end", J("1e-"), "json-end", 3 },
    { "number, two exponents", J("[1e2e3]"), "json-syntax", 4 },
    { "number, capital without digit", J("[0.3E]"), "json-syntax", 5 },
    { "number, exponent point", J("[1e2.5]"), "json-syntax", 4 },
    { "number, exponent plus minus", J("[1e+-2]"), "json-syntax", 4 },
    { "number, hexadecimal", J("[0x1F]"), "json-syntax", 2 },
    { "number, letter in it", J("[1a2]"), "json-syntax", 2 },
    { "number, space in it", J("[1 000.0]"), "json-syntax", 3 },
    { "number, underscore", J("[1_000]"), "json-syntax", 2 },
    { "number, long suffix", J("[1L]"), "json-syntax", 2 },
    { "number, NaN", J("[NaN]"), "json-syntax", 1 },
    { "number, minus NaN", J("[-NaN]"), "json-syntax", 2 },
    { "number, Infinity", J("[Infinity]"), "json-syntax", 1 },
    { "number, minus Infinity", J("[-Infinity]"), "json-syntax", 2 },
    { "number, full-width digit", J("[\xef\xbc\x91]"), "json-syntax", 1 },
    { "number, ill-formed byte in it", J("[1\xe5]"), "json-syntax", 2 },
    { "number, ill-formed byte in exponent", J("[1e\xe5]"), "json-syntax", 3 },
    { "literal, tru", J("[tru]"), "json-syntax", 1 },
    { "literal, nul", J("nul"), "json-syntax", 0 },
    { "literal, capital", J("[True]"), "json-syntax", 1 },
    { "literal, longer", J("[truex]"), "json-syntax", 5 },
    { "literal, run together", J("[nulltrue]"), "json-syntax", 5 },
    { "literal, fals with NUL", J("fals\0"), "json-syntax", 0 },
    { "literal, undefined", J("undefined"), "json-syntax", 0 },
    { "string, open", J("\""), "json-end", 1 },
    { "string, open with bytes", J("[\"asd]"), "json-end", 6 },
    { "string, open, eight bytes", J("\"12345678"), "json-end", 9 },
    { "string, single quotes", J("['a']"), "json-syntax", 1 },
    { "string, typographic quotes", J("[“a”]"), "json-syntax", 1 },
    { "string, unknown escape", J("[\"\\a\"]"), "json-escape", 2 },
    { "string, escaped x", J("[\"\\x00\"]"), "json-escape", 2 },
    { "string, escaped quote mark", J("[\"\\'\"]"), "json-escape", 2 },
    { "string, escaped NUL byte", J("[\"\\\0\"]"), "json-escape", 2 },
    { "string, escaped line feed", J("[\"\\\n\"]"), "json-escape", 2 },
    { "string, escaped Han", J("[\"\\\xe5\xad\x97\"]"), "json-escape", 2 },
    { "string, capital U", J("[\"\\U0041\"]"), "json-escape", 2 },
    { "string, backslash at the end", J("\"\\"), "json-end", 2 },
    { "string, only a backslash", J("[\"\\\"]"), "json-end", 5 },
    { "string, three backslashes", J("[\"\\\\\\\"]"), "json-end", 7 },
    { "string, no hex", J("[\"\\u\"]"), "json-syntax", 4 },
    { "string, one hex", J("[\"\\u0\"]"), "json-syntax", 5 },
    { "string, three hex", J("[\"\\u00A\"]"), "json-syntax", 7 },
    { "string, hex cut by the end", J("\"\\u00"), "json-end", 5 },
    { "string, hex with sign", J("[\"\\u+041\"]"), "json-syntax", 4 },
    { "string, hex with space", J("[\"\\u 041\"]"), "json-syntax", 4 },
    { "string, hex letter g", J("[\"\\u00Gx\"]"), "json-syntax", 6 },
    { "string, low cut", J("[\"\\uD834\\uDd\"]"), "json-syntax", 12 },
    { "string, low without hex", J("[\"\\uD834\\u\"]"), "json-syntax", 10 },
    { "string, low with bad hex", J("[\"\\uD800\\u1x\"]"), "json-syntax", 11 },
    { "string, NUL byte", J("[\"a\0b\"]"), "json-control", 3 },
    { "string, line feed", J("[\"a\nb\"]"), "json-control", 3 },
    { "string, tab", J("[\"\t\"]"), "json-control", 2 },
    { "string, U+001F", J("[\"\x1f\"]"), "json-control", 2 },
    { "string, control after eight", J("\"12345678\x01\""), "json-control", 9 },
    { "string, control as the eighth", J("\"1234567\x01\""), "json-control", 8 },
    { "string, control in a key", J("{\"\r\":1}"), "json-control", 2 },
    { "string, escape before control", J("\"\\q\n\""), "json-escape", 1 },
    { "string, control before escape", J("\"\n\\q\""), "json-control", 1 },
    { "angle brackets", J("<null>"), "json-syntax", 0 },
    { "function call", J("f({})"), "json-syntax", 0 },
    { "semicolon", J("[1];"), "json-trailing", 3 },
};
enum { GOOD = sizeof(good) / sizeof(good[0]), BAD = sizeof(bad) / sizeof(bad[0]) };

static bool jansson_accepts(policy_str text)
{
    json_error_t error;
    json_t *v = json_loadb(text.ptr, text.len,
                           JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);

    json_decref(v);
    return v != NULL;
}

/* A block of exactly its size: the sanitizer sees a read beyond it. */
static policy_str exact(policy_str s)
{
    char *p = malloc(s.len + !s.len);

    CU_ASSERT_PTR_NOT_NULL_FATAL(p);
    if (s.len)
        memcpy(p, s.ptr, s.len);
    return (policy_str){ p, s.len };
}

static void test_accepts_what_rfc_8259_allows(void)
{
    struct json_reading r;
    size_t i;

    for (i = 0; i < GOOD; i++) {
        policy_str text = exact(good[i].text);

        json_read(&r, text, 32);
        CHECK(r.accepted, "%s: %s at %u", good[i].label, r.err.message,
              (unsigned)r.err.byte);
        CHECK(json_goes_round(text), "%s: written and read again",
              good[i].label);
        CHECK_INT_EQ(good[i].label, jansson_accepts(text), !good[i].ours);
        CHECK(json_agrees(text), "%s: a listed difference", good[i].label);
        free((char *)text.ptr);
    }
}

static void test_refuses_the_rest_with_code_and_byte(void)
{
    struct json_reading r;
    size_t i;

    for (i = 0; i < BAD; i++) {
        policy_str text = exact(bad[i].text);

        json_read(&r, text, 32);
        CHECK(!r.accepted, "%s", bad[i].label);
        CHECK_INT_EQ(bad[i].label, r.err.status, POLICY_EINPUT);
        CHECK_CSTR_EQ(bad[i].label, r.err.code, bad[i].code);
        CHECK_INT_EQ(bad[i].label, r.err.byte, bad[i].byte);
        CHECK(r.err.message[0] != '\0', "%s has a message", bad[i].label);
        CHECK(json_agrees(text), "%s: jansson refuses too", bad[i].label);
        free((char *)text.ptr);
    }
    CHECK(GOOD + BAD >= 200, "%d cases", GOOD + BAD);
}

static void test_messages_name_what_was_expected(void)
{
    static const struct {
        const char *text, *message;
    } rows[] = {
        { "{\"a\":1,}", "a key is expected, not “}”" },
        { "{1}", "a key or “}” is expected, not “1”" },
        { "{\"a\" 1}", "“:” is expected, not “1”" },
        { "[1 2]", "“,” or “]” is expected, not “2”" },
        { "{\"a\":1 2}", "“,” or “}” is expected, not “2”" },
        { "[\xff]", "a value is expected, not the byte 0xff" },
        { "[1", "input ends where “,” or “]” is expected" },
        { "\"ab", "input ends where the end of a string is expected" },
        { "1 1", "bytes follow the end of the value" },
        { "\xef\xbb\xbf[]",
          "input begins with a byte order mark, which JSON forbids" },
    };
    struct json_reading r;
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        json_read(&r, pol_str(rows[i].text), 32);
        CHECK_CSTR_EQ(rows[i].text, r.err.message, rows[i].message);
    }
}

/* Tokens as text: `{` `}` `[` `]`, k= s= n= with their text, t f z; E and $ at
 * the end; a ? after what is ill-formed, a ! after a lone surrogate. */
static void render(pol_buf *out, policy_str input)
{
    static const char marks[] = "E${}[]ksntfz";
    pol_json_token t;
    pol_arena arena;
    pol_json j;

    pol_arena_init(&arena, NULL, 0);
    pol_json_init(&j, input, 32, &arena, NULL);
    do {
        pol_json_next(&j, &t);
        pol_buf_char(out, marks[t.kind]);
        if (t.kind >= POL_JSON_KEY && t.kind <= POL_JSON_NUMBER)
            pol_buf_fmt(out, "=%.*s ", (int)t.text.len, t.text.ptr);
        if (t.ill_formed)
            pol_buf_char(out, '?');
        if (t.lone_surrogate)
            pol_buf_char(out, '!');
    } while (t.kind != POL_JSON_ERROR && t.kind != POL_JSON_END);
    pol_arena_fini(&arena);
}

static void test_tokens(void)
{
    static const struct {
        const char *text, *tokens;
    } rows[] = {
        { "{\"a\":[1,-2.50e+3,\"x\"],\"b\":{\"c\":null}}",
          "{k=a [n=1 n=-2.50e+3 s=x ]k=b {k=c z}}$" },
        { "[true,false,null,[],{}]", "[tfz[]{}]$" },
        { "\"\\u4f60\\n\\\"\\/\\\\\\b\\f\\r\\t\"", "s=你\n\"/\\\b\f\r\t $" },
        { "\"\\ud83d\\ude00\"", "s=😀 $" },
        { "\"\\udbff\\udfff\\ud800\\udc00\"",
          "s=\xf4\x8f\xbf\xbf\xf0\x90\x80\x80 $" },
        { "\"a\\ud83dz\"", "s=a\xef\xbf\xbdz !$" },
        { "\"\\udc00\\ud800\"", "s=\xef\xbf\xbd\xef\xbf\xbd !$" },
        { "\"\\ud83d\\ud83d\\ude00\"", "s=\xef\xbf\xbd😀 !$" },
        { "\"a\xff\"", "s=a\xff ?$" },
        { "\"\\n\xff\"", "s=\n\xff ?$" },
        { "{\"\xff\":1}", "{k=\xff ?n=1 }$" },
        { "12345678901234567890123", "n=12345678901234567890123 $" },
        { "[1,2", "[n=1 n=2 E" }, { "[1,,", "[n=1 E" }, { "{\"a\"", "{E" },
    };
    size_t i;
    pol_buf b;

    pol_buf_init(&b, NULL, 1000);
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        pol_buf_reset(&b);
        render(&b, pol_str(rows[i].text));
        CHECK_STR_EQ(rows[i].text, pol_buf_slice(&b), rows[i].tokens);
    }
    pol_buf_fini(&b);
}

static void test_positions_are_bytes_of_the_input(void)
{
    static const char text[] = " {\"键\" : \"\\n\" , \"n\":[ -1.5 ,true]} ";
    static const struct {
        pol_json_kind kind;
        uint64_t pos, end;
    } want[] = {
        { POL_JSON_OBJECT, 1, 2 }, { POL_JSON_KEY, 2, 7 },
        { POL_JSON_STRING, 10, 14 }, { POL_JSON_KEY, 17, 20 },
        { POL_JSON_ARRAY, 21, 22 }, { POL_JSON_NUMBER, 23, 27 },
        { POL_JSON_TRUE, 29, 33 }, { POL_JSON_ARRAY_END, 33, 34 },
        { POL_JSON_OBJECT_END, 34, 35 }, { POL_JSON_END, 36, 36 },
        { POL_JSON_END, 36, 36 },
    };
    pol_json_token t;
    pol_arena arena;
    pol_json j;
    size_t i;

    pol_arena_init(&arena, NULL, 0);
    pol_json_init(&j, pol_str(text), 32, &arena, NULL);
    for (i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
        pol_json_next(&j, &t);
        CHECK(t.kind == want[i].kind && t.pos == want[i].pos &&
                  t.end == want[i].end, "token %zu: kind %d, %u to %u", i,
              (int)t.kind, (unsigned)t.pos, (unsigned)t.end);
    }
    pol_arena_fini(&arena);
}

static void test_plain_strings_are_borrowed(void)
{
    policy_str text = POL_STR("[\"plain 字\",\"es\\u0063aped\",\"\xff\"]");
    pol_json_token t;
    pol_arena arena;
    pol_json j;

    pol_arena_init(&arena, NULL, 0);
    pol_json_init(&j, text, 32, &arena, NULL);
    pol_json_next(&j, &t);
    pol_json_next(&j, &t);
    CU_ASSERT_PTR_EQUAL(t.text.ptr, text.ptr + 2);
    CHECK_INT_EQ("nothing allocated", arena.used, 0);
    pol_json_next(&j, &t);
    CHECK_STR_EQ("unescaped", t.text, "escaped");
    CU_ASSERT_TRUE(t.text.ptr < text.ptr || t.text.ptr >= text.ptr + text.len);
    pol_json_next(&j, &t);
    CU_ASSERT_PTR_EQUAL(t.text.ptr, text.ptr + text.len - 3);
    pol_arena_fini(&arena);
}

/* `depth` brackets, alternately of arrays and objects, and their ends. */
static policy_str nested(pol_buf *b, unsigned depth)
{
    unsigned i;

    pol_buf_reset(b);
    for (i = 0; i < depth; i++)
        pol_buf_text(b, i % 3 == 2 ? "{\"k\":" : "[");
    pol_buf_text(b, "0");
    for (i = depth; i-- > 0;)
        pol_buf_text(b, i % 3 == 2 ? "}" : "]");
    return pol_buf_slice(b);
}

static void test_depth_is_limited_and_exact(void)
{
    static const unsigned depths[] = { 1, 2, 32, 63, 64, 65, 128, 1023, 1024 };
    struct json_reading r;
    size_t i;
    pol_buf b;

    pol_buf_init(&b, NULL, 1 << 20);
    for (i = 0; i < sizeof(depths) / sizeof(depths[0]); i++) {
        json_read(&r, nested(&b, depths[i]), depths[i]);
        CHECK(r.accepted, "depth %u: %s", depths[i], r.err.message);
        json_read(&r, nested(&b, depths[i] + 1), depths[i]);
        CHECK_INT_EQ("status", r.err.status, POLICY_ELIMIT);
        CHECK_CSTR_EQ("code", r.err.code, "json-depth");
        CHECK(b.ptr[r.err.byte] == '[' || b.ptr[r.err.byte] == '{',
              "depth %u: byte %u", depths[i], (unsigned)r.err.byte);
    }
    json_read(&r, nested(&b, 1025), UINT32_MAX);
    CHECK_CSTR_EQ("1024 is the most", r.err.code, "json-depth");
    json_read(&r, POL_STR("[]"), 0);
    CHECK_CSTR_EQ("none allowed", r.err.message,
                  "nesting is above the limit json_depth (0)");
    json_read(&r, POL_STR("1"), 0);
    CHECK(r.accepted, "a scalar has no depth");
    pol_buf_reset(&b);
    pol_buf_fill(&b, '[', 1000000);
    json_read(&r, pol_buf_slice(&b), 1024);
    CHECK_INT_EQ("a million brackets", r.err.byte, 1024);
    pol_buf_fini(&b);
}

static void test_an_error_sticks(void)
{
    policy_error e = POLICY_ERROR_INIT;
    pol_json_token t;
    pol_arena arena;
    unsigned i;
    pol_json j;

    pol_arena_init(&arena, NULL, 0);
    pol_json_init(&j, POL_STR("[1,x,2]"), 32, &arena, &e);
    while (pol_json_next(&j, &t) != POL_JSON_ERROR)
        ;
    CHECK_INT_EQ("byte", e.byte, 3);
    e.byte = 99;
    for (i = 0; i < 3; i++)
        CHECK_INT_EQ("again", pol_json_next(&j, &t), POL_JSON_ERROR);
    CHECK_INT_EQ("written once", e.byte, 99);
    CU_ASSERT_FALSE(pol_json_skip(&j, NULL));
    pol_arena_fini(&arena);
}

static void test_no_memory_is_told(void)
{
    policy_error e = POLICY_ERROR_INIT;
    struct test_allocator a;
    pol_json_token t;
    pol_arena arena;
    pol_json j;

    test_allocator_init(&a);
    a.fail_at = 1;
    pol_arena_init(&arena, &a.allocator, 0);
    pol_json_init(&j, POL_STR("\"\\n\""), 32, &arena, &e);
    CHECK_INT_EQ("kind", pol_json_next(&j, &t), POL_JSON_ERROR);
    CHECK_INT_EQ("status", e.status, POLICY_ENOMEM);
    pol_arena_fini(&arena);
    pol_arena_init(&arena, &a.allocator, 16);
    pol_json_init(&j, POL_STR("\"\\n1234567890123456\""), 32, &arena, &e);
    CHECK_INT_EQ("kind", pol_json_next(&j, &t), POL_JSON_ERROR);
    CHECK_INT_EQ("status", e.status, POLICY_ELIMIT);
    pol_arena_fini(&arena);
    test_allocator_clean(&a);
}

static void test_skip_drops_whole_values(void)
{
    policy_str raw;
    pol_json_token t;
    pol_arena arena;
    pol_json j;

    pol_arena_init(&arena, NULL, 0);
    pol_json_init(&j, POL_STR("{\"a\": {\"x\":[1,{\"y\":\"\\n\"}]} ,\"b\":12 ,"
                              "\"c\":[ 1, [2] , 3]}"), 32, &arena, NULL);
    pol_json_next(&j, &t);
    pol_json_next(&j, &t);
    CU_ASSERT_TRUE(pol_json_skip(&j, &raw));
    CHECK_STR_EQ("object", raw, "{\"x\":[1,{\"y\":\"\\n\"}]}");
    CHECK_INT_EQ("nothing was unescaped", arena.used, 0);
    CHECK_INT_EQ("key", pol_json_next(&j, &t), POL_JSON_KEY);
    CU_ASSERT_TRUE(pol_json_skip(&j, &raw));
    CHECK_STR_EQ("number", raw, "12");
    pol_json_next(&j, &t);
    CHECK_INT_EQ("array", pol_json_next(&j, &t), POL_JSON_ARRAY);
    CU_ASSERT_TRUE(pol_json_skip(&j, NULL));
    CU_ASSERT_TRUE(pol_json_skip(&j, &raw));
    CHECK_STR_EQ("inner array", raw, "[2]");
    CHECK_INT_EQ("last", pol_json_next(&j, &t), POL_JSON_NUMBER);
    CU_ASSERT_TRUE(pol_json_skip_rest(&j, &t, &raw));
    CHECK_STR_EQ("scalar that was read", raw, "3");
    CHECK_INT_EQ("end of array", pol_json_next(&j, &t), POL_JSON_ARRAY_END);
    CHECK_INT_EQ("end of object", pol_json_next(&j, &t), POL_JSON_OBJECT_END);
    CHECK_INT_EQ("end", pol_json_next(&j, &t), POL_JSON_END);
    CU_ASSERT_FALSE(pol_json_skip_rest(&j, &t, &raw));
    CU_ASSERT_FALSE(pol_json_skip(&j, &raw));
    pol_arena_fini(&arena);
}

static void test_skip_of_what_was_opened(void)
{
    policy_str raw;
    pol_json_token t;
    pol_json j;

    pol_json_init(&j, POL_STR("[{\"a\":[]},5]"), 32, NULL, NULL);
    pol_json_next(&j, &t);
    pol_json_next(&j, &t);
    CU_ASSERT_TRUE(pol_json_skip_rest(&j, &t, &raw));
    CHECK_STR_EQ("object", raw, "{\"a\":[]}");
    CHECK_INT_EQ("after it", pol_json_next(&j, &t), POL_JSON_NUMBER);
}

static void test_skip_finds_errors(void)
{
    static const struct {
        const char *text, *code;
    } rows[] = {
        { "[", "json-end" }, { "[]", "json-syntax" }, { "[{\"a\":1", "json-end" },
        { "[[[[x", "json-syntax" }, { "[\"\\x\"", "json-escape" },
        { "[{]", "json-syntax" },
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        policy_error e = POLICY_ERROR_INIT;
        policy_str raw = POL_STR("x");
        pol_json_token t;
        pol_json j;

        pol_json_init(&j, pol_str(rows[i].text), 32, NULL, &e);
        pol_json_next(&j, &t);
        CHECK(!pol_json_skip(&j, &raw), "%s", rows[i].text);
        CHECK_INT_EQ(rows[i].text, raw.len, 0);
        CHECK_CSTR_EQ(rows[i].text, e.code, rows[i].code);
    }
}

static void test_integers(void)
{
    static const struct {
        const char *text;
        bool ok;
        int64_t value;
    } rows[] = {
        { "0", true, 0 }, { "-0", true, 0 }, { "7", true, 7 },
        { "-7", true, -7 }, { "9223372036854775807", true, INT64_MAX },
        { "-9223372036854775808", true, INT64_MIN },
        { "9223372036854775808", false, 0 },
        { "-9223372036854775809", false, 0 },
        { "18446744073709551616", false, 0 },
        { "99999999999999999999999999", false, 0 },
        { "1.0", false, 0 }, { "1e2", false, 0 }, { "", false, 0 },
        { "-", false, 0 }, { "+1", false, 0 }, { "1 ", false, 0 },
    };
    int64_t v;
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        CHECK_INT_EQ(rows[i].text, pol_json_int(pol_str(rows[i].text), &v),
                     rows[i].ok);
        CHECK_INT_EQ(rows[i].text, v, rows[i].value);
    }
}

/* Every prefix of a good text is refused, at its end at the latest. */
static void test_every_prefix_is_refused(void)
{
    static const char text[] = "{\"a\":[1.5e3,\"\\ud83d\\ude00\\n字\",true,"
                               "{\"b\":null}],\"\\u0000\":-0}";
    struct json_reading r;
    size_t len;

    for (len = 0; len < strlen(text); len++) {
        policy_str cut = exact((policy_str){ text, len });

        json_read(&r, cut, 32);
        CHECK(!r.accepted && r.err.byte <= len, "%zu bytes", len);
        free((char *)cut.ptr);
    }
    json_read(&r, pol_str(text), 32);
    CHECK(r.accepted, "whole: %s", r.err.message);
    json_read(&r, (policy_str){ NULL, 0 }, 32);
    CHECK_CSTR_EQ("no bytes at all", r.err.code, "json-end");
}

static void random_string(pol_buf *b, uint64_t *seed)
{
    static const char *const pieces[] = { "a", "plain text, longer than eight",
        "字", "你好世界", "😀", "\\n", "\\u0041", "\\ud83d\\ude00", "\\ud83d",
        "\\u0000", "\\\\", "\\\"", "\x7f", "é", "\xff", "]", "{" };
    unsigned n = test_random(seed) % 5;

    pol_buf_char(b, '"');
    for (; n; n--)
        pol_buf_text(b, pieces[test_random(seed) %
                               (sizeof(pieces) / sizeof(pieces[0]))]);
    pol_buf_char(b, '"');
}

static void random_value(pol_buf *b, uint64_t *seed, unsigned depth)
{
    static const char *const scalars[] = { "0", "-1", "3.25", "1e5", "true",
        "false", "null", "9007199254740993", "[]", "{}", "-0.0E-2", "1e999" };
    static const char *const spaces[] = { "", "", " ", "\n\t", "\r" };
    unsigned kind = test_random(seed) % 4, n = test_random(seed) % 5, i;

    pol_buf_text(b, spaces[test_random(seed) % 5]);
    if (kind == 0) {
        pol_buf_text(b, scalars[test_random(seed) %
                                (sizeof(scalars) / sizeof(scalars[0]))]);
    } else if (kind == 1 || depth == 0) {
        random_string(b, seed);
    } else {
        pol_buf_char(b, kind == 2 ? '[' : '{');
        for (i = 0; i < n; i++) {
            if (i)
                pol_buf_char(b, ',');
            if (kind == 3) {
                random_string(b, seed);
                pol_buf_char(b, ':');
            }
            random_value(b, seed, depth - 1);
        }
        pol_buf_char(b, kind == 2 ? ']' : '}');
    }
    pol_buf_text(b, spaces[test_random(seed) % 5]);
}

/* Change, drop or double some bytes, most of them to what JSON is made of. */
static void mutate(pol_buf *b, uint64_t *seed)
{
    static const char bytes[] = "{}[]:,\"\\u0n1-.eE \n\x01\xe5\xff\0";
    unsigned n = 1 + test_random(seed) % 3;

    for (; n && b->len; n--) {
        size_t at = test_random(seed) % b->len;

        switch (test_random(seed) % 3) {
        case 0:
            b->ptr[at] = bytes[test_random(seed) % sizeof(bytes)];
            break;
        case 1:
            memmove(b->ptr + at, b->ptr + at + 1, b->len - at - 1);
            b->len--;
            break;
        default:
            pol_buf_char(b, ' ');
            memmove(b->ptr + at + 1, b->ptr + at, b->len - at - 1);
        }
    }
}

static void test_random_documents_agree_with_jansson(void)
{
    unsigned i, accepted = 0, refused = 0;
    struct json_reading r;
    uint64_t seed = 2;
    pol_buf b;

    pol_buf_init(&b, NULL, 1 << 20);
    for (i = 0; i < 30000; i++) {
        pol_buf_reset(&b);
        random_value(&b, &seed, 4);
        if (i % 4)
            mutate(&b, &seed);
        json_read(&r, pol_buf_slice(&b), 1024);
        accepted += r.accepted;
        refused += !r.accepted;
        if (i % 4 == 0 && !r.accepted)
            CHECK(false, "%u: %s", i, r.err.message);
        if (!r.accepted && r.err.byte > b.len)
            CHECK(false, "%u: byte beyond the input", i);
        if (!json_agrees(pol_buf_slice(&b)) ||
            !json_goes_round(pol_buf_slice(&b))) {
            CHECK(false, "%u: %.*s (%zu bytes)", i, (int)b.len, b.ptr, b.len);
            break;
        }
    }
    CHECK(accepted > 8000 && refused > 8000, "%u accepted, %u refused",
          accepted, refused);
    pol_buf_fini(&b);
}

/* A special byte at every offset of a long plain run. */
static void test_the_search_finds_every_place(void)
{
    static const char specials[] = { '"', '\\', '\n', '\0', '\x1f' };
    char text[64];
    struct json_reading r;
    size_t at, s;

    for (s = 0; s < sizeof(specials); s++)
        for (at = 1; at < 62; at++) {
            memset(text, at % 2 ? 0x20 : 0x5d, sizeof(text));
            text[0] = text[63] = '"';
            text[at] = specials[s];
            json_read(&r, (policy_str){ text, 64 }, 1);
            CHECK(!r.accepted, "byte %zu", at);
            /* After an early quote the rest is trailing: brackets at once,
             * spaces not before the last quote. */
            CHECK_INT_EQ("byte", r.err.byte,
                         s ? at : at % 2 ? 63 : at + 1);
        }
}

/* What stands behind a string, in the same eight bytes, is not of it. */
static void test_each_string_is_ill_formed_by_itself(void)
{
    for (size_t first = 0; first < 20; first++)
        for (size_t at = 0; at < 20; at++) {
            char text[64] = "[\"aaaaaaaaaaaaaaaaaaaaaaaa";
            size_t len = 2 + first;
            pol_json_token t;
            pol_json j;

            memcpy(text + len, "\",\"", 3);
            memset(text + len + 3, 'b', 20);
            text[len + 3 + at] = '\xff';
            memcpy(text + len + 23, "\"]", 2);
            pol_json_init(&j, (policy_str){ text, len + 25 }, 4, NULL, NULL);
            pol_json_next(&j, &t);
            CU_ASSERT_EQUAL(pol_json_next(&j, &t), POL_JSON_STRING);
            CHECK(!t.ill_formed && t.text.len == first, "%zu, %zu", first, at);
            CU_ASSERT_EQUAL(pol_json_next(&j, &t), POL_JSON_STRING);
            CHECK(t.ill_formed && t.text.len == 20, "%zu, %zu", first, at);
        }
}

static const struct test_case tests[] = {
    { "accepts what RFC 8259 allows", test_accepts_what_rfc_8259_allows },
    { "refuses the rest with code and byte",
      test_refuses_the_rest_with_code_and_byte },
    { "messages name what was expected", test_messages_name_what_was_expected },
    { "tokens", test_tokens },
    { "positions are bytes of the input", test_positions_are_bytes_of_the_input },
    { "plain strings are borrowed", test_plain_strings_are_borrowed },
    { "depth is limited and exact", test_depth_is_limited_and_exact },
    { "an error sticks", test_an_error_sticks },
    { "no memory is told", test_no_memory_is_told },
    { "skip drops whole values", test_skip_drops_whole_values },
    { "skip of what was opened", test_skip_of_what_was_opened },
    { "skip finds errors", test_skip_finds_errors },
    { "integers", test_integers },
    { "every prefix is refused", test_every_prefix_is_refused },
    { "the search finds every place", test_the_search_finds_every_place },
    { "each string is ill-formed by itself",
      test_each_string_is_ill_formed_by_itself },
    { "random documents agree with jansson",
      test_random_documents_agree_with_jansson },
};
POLICY_TEST_MAIN("json", tests)
