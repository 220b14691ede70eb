/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A rule file as tokens and as a tree of calls and tables.
 *
 * This is no second parser of Lua: it knows its tokens exactly (manual 3.1) and
 * of its grammar only brackets, commas, `name =`, and which words open and
 * close blocks. Whatever lies between is an expression of no interest. On a
 * file that is no Lua it goes on to the end regardless, since the tokens still
 * serve to place the error; nothing is concluded from its tree unless Lua took
 * the file.
 *
 * The checks come before Lua sees the file, because they are about Lua 5.4.4:
 * an error that names a variable at the end of a long chain of accesses
 * recurses once a link without a limit; bit operators beside many constants
 * compile to wrong code, and so does a name where _ENV is a constant; name
 * resolution costs one step a local of every enclosing function, jump lists one
 * a member, a constant one for each before it if their hashes collide. Two more
 * are about what runs: a power is as exact as the machine's C library, and `<`
 * on texts full of NUL walks through them in steps of some ten nanoseconds a
 * byte, in one instruction. None of this has a use in a rule file.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/slice.h"
#include "base/sort.h"
#include "script/source_map.h"

enum {
    CHAIN_MAX = 100,     /* accesses: 96 bytes of C stack each */
    NESTING_MAX = 100,   /* brackets; Lua's own limit is near 190 */
    BLOCKS_MAX = 100,    /* and so many blocks within blocks */
    FUNCTIONS_MAX = 8,   /* functions within functions, of 200 locals each */
    JUMPS_MAX = 2000,    /* and, or, elseif, break, goto, labels of a file */
    NUMBERS_MAX = 8192,  /* constants whose hashes are made to collide */
    NAMES_MAX = 100000,  /* each times the functions around it: 60 ms */
    CANDIDATES_MAX = 256 /* call sites of one name on one line that are tried */
};

/* --- tokens ------------------------------------------------------------- */

typedef struct lexer {
    const char *bytes;
    size_t len, pos;
    size_t counted; /* line and column are those of this byte */
    uint32_t line, column;
} lexer;

static bool is_alpha(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(unsigned char c)
{
    return c >= '0' && c <= '9';
}

static bool is_hex(unsigned char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_space(unsigned char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* 0 beyond the end: no token goes on with a NUL. */
static unsigned char at(const lexer *x, size_t i)
{
    return i < x->len ? (unsigned char)x->bytes[i] : 0;
}

/* Count lines and columns up to `to`. */
static void count_to(lexer *x, size_t to)
{
    for (; x->counted < to; x->counted++) {
        unsigned char c = (unsigned char)x->bytes[x->counted];

        if (c == '\n') {
            x->line++;
            x->column = 1;
        } else if ((c & 0xc0) != 0x80) {
            x->column++;
        }
    }
}

/* The level of the long bracket that opens at `i`, or -1. */
static int long_level(const lexer *x, size_t i)
{
    size_t j = i + 1;

    if (at(x, i) != '[')
        return -1;
    while (at(x, j) == '=')
        j++;
    return at(x, j) == '[' ? (int)(j - i - 1) : -1;
}

/* After the long bracket of `level` that opens at `i`; false: it never ends. */
static bool long_end(const lexer *x, size_t i, int level, size_t *end)
{
    for (i += (size_t)level + 2; i < x->len; i++) {
        size_t j = i + 1;

        if (x->bytes[i] != ']')
            continue;
        while (j - i - 1 < (size_t)level && at(x, j) == '=')
            j++;
        if (j - i - 1 == (size_t)level && at(x, j) == ']') {
            *end = j + 1;
            return true;
        }
    }
    *end = x->len;
    return false;
}

size_t pol_comment_end(policy_str bytes, size_t pos)
{
    const lexer x = { .bytes = bytes.ptr, .len = bytes.len };
    int level = long_level(&x, pos + 2);
    size_t end = pos;

    if (level >= 0)
        long_end(&x, pos + 2, level, &end);
    else
        while (end < bytes.len && bytes.ptr[end] != '\n')
            end++;
    return end;
}

/* White space and comments. False: a comment that never ends stands at pos. */
static bool skip_blank(lexer *x)
{
    for (;;) {
        while (is_space(at(x, x->pos)))
            x->pos++;
        if (at(x, x->pos) != '-' || at(x, x->pos + 1) != '-')
            return true;
        int level = long_level(x, x->pos + 2);
        if (level >= 0) {
            size_t end;

            if (!long_end(x, x->pos + 2, level, &end))
                return false;
            x->pos = end;
        } else {
            while (x->pos < x->len && x->bytes[x->pos] != '\n')
                x->pos++;
        }
    }
}

/* From the quote at `i`. False: the line ends first. */
static bool quoted_end(const lexer *x, size_t i, size_t *end)
{
    unsigned char quote = at(x, i++);

    while (i < x->len && at(x, i) != quote) {
        if (at(x, i) == '\n')
            break;
        if (at(x, i) != '\\') {
            i++;
        } else if (at(x, i + 1) == 'z') {
            for (i += 2; is_space(at(x, i));)
                i++;
        } else if (at(x, i + 1) == '\r' && at(x, i + 2) == '\n') {
            i += 3;
        } else {
            i += 2;
        }
    }
    if (i > x->len)
        i = x->len;
    *end = at(x, i) == quote ? i + 1 : i;
    return at(x, i) == quote;
}

/* As Lua reads numerals: greedily, malformed ones too. */
static size_t number_end(const lexer *x, size_t i)
{
    bool hex = at(x, i) == '0' && (at(x, i + 1) | 0x20) == 'x';

    i += hex ? 2 : 1;
    for (;;) {
        unsigned char c = at(x, i);

        if ((c | 0x20) == (hex ? 'p' : 'e')) {
            i++;
            if (at(x, i) == '+' || at(x, i) == '-')
                i++;
        } else if (is_hex(c) || c == '.') {
            i++;
        } else {
            return is_alpha(c) ? i + 1 : i;
        }
    }
}

static size_t symbol_len(const lexer *x, size_t i)
{
    static const char *const longer[] = { "...", "..", "==", "~=", "<=",
                                          ">=",  "//", "::", "<<", ">>" };

    for (size_t k = 0; k < sizeof(longer) / sizeof(*longer); k++) {
        size_t n = strlen(longer[k]);

        if (x->len - i >= n && memcmp(x->bytes + i, longer[k], n) == 0)
            return n;
    }
    return 1;
}

/* The kind and the end of what begins at `i`, which is no blank. */
static pol_token_kind token_end(const lexer *x, size_t i, size_t *end)
{
    unsigned char c = at(x, i);
    int level;

    if (is_alpha(c)) {
        for (*end = i + 1; is_alpha(at(x, *end)) || is_digit(at(x, *end));)
            ++*end;
        return POL_TOKEN_NAME;
    }
    if (is_digit(c) || (c == '.' && is_digit(at(x, i + 1)))) {
        *end = number_end(x, i);
        return POL_TOKEN_NUMBER;
    }
    if (c == '"' || c == '\'')
        return quoted_end(x, i, end) ? POL_TOKEN_STRING : POL_TOKEN_BAD;
    if ((level = long_level(x, i)) >= 0)
        return long_end(x, i, level, end) ? POL_TOKEN_STRING : POL_TOKEN_BAD;
    *end = i + symbol_len(x, i);
    if (c && strchr("+-*/%^#&~|<>=(){}[];:,.", c))
        return POL_TOKEN_SYMBOL;
    /* A word of another script is one mistake, not one a byte. */
    while (c >= 0x80 && at(x, *end) >= 0x80)
        ++*end;
    return POL_TOKEN_BAD;
}

/* False at the end of the file. */
static bool next_token(lexer *x, pol_token *t)
{
    bool blank = skip_blank(x);
    size_t end = x->len;

    if (x->pos >= x->len)
        return false;
    t->kind = POL_TOKEN_BAD;
    if (blank)
        t->kind = (uint8_t)token_end(x, x->pos, &end);
    count_to(x, x->pos);
    t->pos = (uint32_t)x->pos;
    t->len = (uint32_t)(end - x->pos);
    t->line = x->line;
    t->column = x->column;
    t->length = 0;
    for (size_t i = x->pos; i < end && x->bytes[i] != '\n'; i++)
        t->length +=
            ((unsigned char)x->bytes[i] & 0xc0) != 0x80 && x->bytes[i] != '\r';
    if (t->length == 0)
        t->length = 1;
    x->pos = end;
    return true;
}

static policy_status read_tokens(pol_source_map *m, pol_arena *arena)
{
    policy_str bytes = m->source->bytes;
    lexer x = { bytes.ptr, bytes.len, 0, 0, 1, 1 };
    lexer count;
    pol_token t;

    /* A byte order mark is no part of the line (base/report.c). */
    if (pol_str_starts(bytes, POL_STR("\xef\xbb\xbf")))
        x.pos = x.counted = 3;
    count = x;
    while (next_token(&count, &t))
        m->token_count++;
    m->tokens = pol_arena_new(arena, pol_token, m->token_count + 1);
    if (!m->tokens)
        return POLICY_ENOMEM;
    for (size_t i = 0; i < m->token_count; i++)
        next_token(&x, &m->tokens[i]);
    return POLICY_OK;
}

policy_str pol_token_text(const pol_source_map *m, const pol_token *t)
{
    return (policy_str){ m->source->bytes.ptr + t->pos, t->len };
}

pol_place pol_token_place(const pol_source_map *m, const pol_token *t)
{
    return (pol_place){ m->source, t->line, t->column, t->length };
}

static bool token_is(const pol_source_map *m, size_t i, const char *text)
{
    return i < m->token_count && m->tokens[i].kind != POL_TOKEN_STRING &&
           pol_str_is(pol_token_text(m, &m->tokens[i]), text);
}

static bool token_in(const pol_source_map *m, size_t i,
                     const char *const *words, size_t count)
{
    for (size_t k = 0; k < count; k++)
        if (token_is(m, i, words[k]))
            return true;
    return false;
}

#define TOKEN_IN(m, i, ...)                                                    \
    token_in((m), (i), (const char *const[]){ __VA_ARGS__ },                   \
             sizeof((const char *const[]){ __VA_ARGS__ }) /                    \
                 sizeof(const char *))

/* Index of the first token on or after `line`. */
static size_t line_token(const pol_source_map *m, uint32_t line)
{
    size_t low = 0, high = m->token_count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (m->tokens[mid].line < line)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

pol_place pol_line_place(const pol_source_map *m, uint32_t line)
{
    size_t i = line_token(m, line);

    if (m->token_count == 0)
        return (pol_place){ m->source, 0, 0, 0 };
    return pol_token_place(m, &m->tokens[i < m->token_count ? i : i - 1]);
}

const pol_token *pol_token_on_line(const pol_source_map *m, uint32_t line,
                                   policy_str text)
{
    const pol_token *longer = NULL;
    size_t i = line_token(m, line);

    for (; i < m->token_count && m->tokens[i].line == line; i++) {
        policy_str s = pol_token_text(m, &m->tokens[i]);

        if (pol_str_eq(s, text))
            return &m->tokens[i];
        if (!longer && pol_str_starts(s, text))
            longer = &m->tokens[i];
    }
    return longer;
}

const pol_token *pol_token_before(const pol_source_map *m, size_t pos)
{
    size_t low = 0, high = m->token_count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (m->tokens[mid].pos < pos)
            low = mid + 1;
        else
            high = mid;
    }
    return low ? &m->tokens[low - 1] : NULL;
}

policy_str pol_token_literal(const pol_source_map *m, const pol_token *t)
{
    policy_str s = pol_token_text(m, t);
    size_t edge = 1;

    if (t->kind != POL_TOKEN_STRING)
        return (policy_str){ NULL, 0 };
    if (s.ptr[0] == '[') {
        while (s.ptr[edge] == '=')
            edge++;
        edge++;
    } else if (memchr(s.ptr, '\\', s.len)) {
        return (policy_str){ NULL, 0 };
    }
    s.ptr += edge;
    s.len -= 2 * edge;
    /* A long string's first line end is not part of it, and CRLF becomes LF:
     * texts of more than a line are known by their place only. */
    if (memchr(s.ptr, '\n', s.len))
        return (policy_str){ NULL, 0 };
    return s;
}

/* --- what Lua is not given ---------------------------------------------- */

typedef struct checker {
    const pol_source_map *map;
    pol_reporter *r;
    uint32_t chain, links[NESTING_MAX]; /* of this bracket, of those around */
    size_t nesting;
    bool function[BLOCKS_MAX];
    char open[NESTING_MAX];
    size_t blocks, functions, jumps, numbers, names;
    bool unbalanced; /* no Lua; a tree of it could be of any depth */
} checker;

static bool refuse(const checker *c, size_t i, pol_message m, int max)
{
    char text[24];
    pol_place where = pol_token_place(c->map, &c->map->tokens[i]);
    size_t n = (size_t)snprintf(text, sizeof(text), "%d", max);

    pol_report(c->r, m, where, pol_token_text(c->map, &c->map->tokens[i]),
               (policy_str){ text, n });
    return false;
}

/* Does a bracket after token i - 1 index or call what stands before it? */
static bool is_suffix(const pol_source_map *m, size_t i)
{
    return i > 0 && (m->tokens[i - 1].kind == POL_TOKEN_NAME ||
                     m->tokens[i - 1].kind == POL_TOKEN_STRING ||
                     TOKEN_IN(m, i - 1, ")", "]", "}"));
}

/*
 * Links of the chain that token `i` belongs to. A bracket keeps the count of
 * what stands before it; after it the longer of both counts goes on, so that
 * neither calls nor parentheses hide a part of the chain.
 */
static bool check_chain(checker *c, size_t i)
{
    const pol_source_map *m = c->map;

    if (TOKEN_IN(m, i, "(", "[", "{")) {
        if (c->nesting == NESTING_MAX)
            return refuse(c, i, POL_MSG_LUA_NESTING, NESTING_MAX);
        c->open[c->nesting] = token_is(m, i, "(")   ? ')'
                              : token_is(m, i, "[") ? ']'
                                                    : '}';
        c->links[c->nesting++] =
            is_suffix(m, i) ? c->chain + token_is(m, i, "[") : 0;
        c->chain = 0;
    } else if (TOKEN_IN(m, i, ")", "]", "}")) {
        uint32_t before = c->nesting ? c->links[--c->nesting] : 0;

        c->unbalanced |=
            c->open[c->nesting] != *pol_token_text(m, &m->tokens[i]).ptr;
        if (before > c->chain)
            c->chain = before;
    } else if (TOKEN_IN(m, i, ".", ":")) {
        c->chain++;
    } else if (!(m->tokens[i].kind == POL_TOKEN_NAME && i > 0 &&
                 TOKEN_IN(m, i - 1, ".", ":")) &&
               m->tokens[i].kind != POL_TOKEN_STRING) {
        c->chain = 0;
    }
    return c->chain <= CHAIN_MAX || refuse(c, i, POL_MSG_LUA_CHAIN, CHAIN_MAX);
}

static bool check_block(checker *c, size_t i)
{
    bool function = token_is(c->map, i, "function");

    if (TOKEN_IN(c->map, i, "and", "or", "elseif", "break", "goto", "::") &&
        ++c->jumps > JUMPS_MAX)
        return refuse(c, i, POL_MSG_LUA_JUMPS, JUMPS_MAX);
    if (function || TOKEN_IN(c->map, i, "if", "do", "repeat")) {
        if (c->blocks == BLOCKS_MAX)
            return refuse(c, i, POL_MSG_LUA_NESTING, BLOCKS_MAX);
        c->function[c->blocks++] = function;
        c->functions += function;
        if (c->functions > FUNCTIONS_MAX)
            return refuse(c, i, POL_MSG_LUA_NESTING, FUNCTIONS_MAX);
    } else if (TOKEN_IN(c->map, i, "end", "until") && c->blocks) {
        c->functions -= c->function[--c->blocks];
    }
    return true;
}

static bool check_operator(const checker *c, size_t i)
{
    const pol_source_map *m = c->map;

    if (m->tokens[i].kind == POL_TOKEN_SYMBOL &&
        TOKEN_IN(m, i, "&", "|", "~", "<<", ">>"))
        return refuse(c, i, POL_MSG_LUA_BITS, 0);
    if (m->tokens[i].kind == POL_TOKEN_SYMBOL && token_is(m, i, "^"))
        return refuse(c, i, POL_MSG_LUA_POWER, 0);
    if (token_is(m, i, "_ENV") && token_is(m, i + 1, "<"))
        return refuse(c, i, POL_MSG_LUA_ENV, 0);
    return true;
}

static bool check_count(checker *c, size_t i)
{
    uint8_t kind = c->map->tokens[i].kind;

    c->numbers += kind == POL_TOKEN_NUMBER;
    c->names += kind == POL_TOKEN_NAME ? c->functions : 0;
    if (c->numbers > NUMBERS_MAX)
        return refuse(c, i, POL_MSG_LUA_NUMBERS, NUMBERS_MAX);
    return c->names <= NAMES_MAX || refuse(c, i, POL_MSG_LUA_NAMES, NAMES_MAX);
}

/* Does the escape whose backslash stands before `s` give a NUL? */
static bool escapes_nul(policy_str s)
{
    size_t start = pol_str_starts(s, POL_STR("u{")) ? 2 : 0, i = start;

    if (pol_str_starts(s, POL_STR("x00")))
        return true;
    while (i < s.len && s.ptr[i] == '0' && (start || i < 3))
        i++;
    if (i == start || i == s.len)
        return false;
    return start ? s.ptr[i] == '}'
                 : i == 3 || !is_digit((unsigned char)s.ptr[i]);
}

/* Long texts have no escapes, and a NUL by itself was refused before. */
static bool check_text(const checker *c, size_t i)
{
    policy_str s = pol_token_text(c->map, &c->map->tokens[i]);

    if (c->map->tokens[i].kind != POL_TOKEN_STRING || s.ptr[0] == '[')
        return true;
    for (size_t k = 0; k + 1 < s.len; k++) {
        if (s.ptr[k] != '\\')
            continue;
        k++;
        if (escapes_nul((policy_str){ s.ptr + k, s.len - k }))
            return refuse(c, i, POL_MSG_LUA_NUL, 0);
    }
    return true;
}

static policy_status check_tokens(const pol_source_map *m, pol_reporter *r,
                                  bool *balanced)
{
    checker c = { .map = m, .r = r };

    for (size_t i = 0; i < m->token_count; i++)
        if (!check_operator(&c, i) || !check_text(&c, i) ||
            !check_count(&c, i) || !check_chain(&c, i) || !check_block(&c, i))
            return POLICY_ERULES;
    *balanced = !c.unbalanced;
    return POLICY_OK;
}

/* --- calls and tables --------------------------------------------------- */

typedef struct builder {
    pol_source_map *map;
    pol_arena *arena;
    size_t i;              /* the token that comes next */
    pol_shape_entry *open; /* entries of tables and calls not yet closed */
    size_t open_count, open_cap;
    size_t site_cap;
    bool failed; /* out of memory; the rest is skipped */
} builder;

static bool here(const builder *b, const char *text)
{
    return token_is(b->map, b->i, text);
}

static bool at_end(const builder *b)
{
    return b->failed || b->i >= b->map->token_count;
}

static bool is_reserved(const pol_source_map *m, size_t i)
{
    return TOKEN_IN(m, i, "and", "break", "do", "else", "elseif", "end",
                    "false", "for", "function", "goto", "if", "in", "local",
                    "nil", "not", "or", "repeat", "return", "then", "true",
                    "until", "while");
}

static bool starts_args(const pol_source_map *m, size_t i)
{
    return i < m->token_count &&
           (m->tokens[i].kind == POL_TOKEN_STRING || TOKEN_IN(m, i, "{", "("));
}

static bool starts_call(const pol_source_map *m, size_t i)
{
    return i < m->token_count && m->tokens[i].kind == POL_TOKEN_NAME &&
           starts_args(m, i + 1) && !is_reserved(m, i) &&
           !(i > 0 && token_is(m, i - 1, "function"));
}

static void open_entry(builder *b, pol_shape_entry e)
{
    if (b->failed ||
        !pol_grow(&b->arena->allocator, (void **)&b->open, &b->open_cap,
                  b->open_count + 1, sizeof(*b->open))) {
        b->failed = true;
        return;
    }
    b->open[b->open_count++] = e;
}

/* By key; pol_sort is not stable, so equal keys go by their tokens. */
static int by_key(const void *a, const void *b)
{
    const pol_shape_entry *x = a, *y = b;
    int c = pol_str_cmp(x->key, y->key);

    return c ? c : (x->token > y->token) - (x->token < y->token);
}

/* Entries from `first` on become a table: those without a key are its items. */
static pol_shape_table *close_table(builder *b, size_t first)
{
    size_t count = b->failed ? 0 : b->open_count - first;
    pol_shape_table *t = pol_arena_new(b->arena, pol_shape_table, 1);
    pol_shape *items = pol_arena_new(b->arena, pol_shape, count + 1);
    pol_shape_entry *entries =
        pol_arena_new(b->arena, pol_shape_entry, count + 1);

    if (!t || !items || !entries) {
        b->failed = true;
        return NULL;
    }
    for (size_t i = first; i < first + count; i++) {
        if (b->open[i].key.ptr)
            entries[t->entry_count++] = b->open[i];
        else
            items[t->item_count++] = b->open[i].value;
    }
    pol_sort(entries, t->entry_count, sizeof(*entries), by_key);
    t->items = items;
    t->entries = entries;
    b->open_count = b->failed ? 0 : first;
    return t;
}

static pol_shape read_expression(builder *b);
static void skip_one(builder *b);

/* At `{`. Nesting is bounded: check_tokens saw the same brackets. */
static pol_shape_table *read_table(builder *b)
{
    size_t first = b->open_count;

    b->i++;
    while (!at_end(b) && !here(b, "}")) {
        pol_shape_entry e = { .token = (uint32_t)b->i };
        const pol_token *t = &b->map->tokens[b->i];

        if (TOKEN_IN(b->map, b->i, ",", ";", ")", "]")) {
            b->i++;
            continue;
        }
        if (t->kind == POL_TOKEN_NAME && token_is(b->map, b->i + 1, "=")) {
            e.key = pol_token_text(b->map, t);
            b->i += 2;
        } else if (here(b, "[")) {
            e.key = (policy_str){ "", 0 }; /* computed: not compared */
            if (token_is(b->map, b->i + 2, "]") &&
                pol_token_literal(b->map, t + 1).ptr) {
                e.key = pol_token_literal(b->map, t + 1);
                e.token++;
            }
            skip_one(b);
            b->i += here(b, "=");
        }
        e.value = read_expression(b);
        open_entry(b, e);
    }
    b->i++;
    return close_table(b, first);
}

/* At `(`: expressions up to its end. */
static void read_arguments(builder *b)
{
    b->i++;
    while (!at_end(b) && !here(b, ")")) {
        if (TOKEN_IN(b->map, b->i, ",", ";", "}", "]"))
            b->i++;
        else
            open_entry(b, (pol_shape_entry){ .value = read_expression(b) });
    }
    b->i++;
}

static pol_call_site *new_site(builder *b)
{
    pol_source_map *m = b->map;
    pol_call_site *s = pol_arena_new(b->arena, pol_call_site, 1);

    if (!s || !pol_grow(&b->arena->allocator, (void **)&m->sites, &b->site_cap,
                        m->site_count + 1, sizeof(*m->sites))) {
        b->failed = true;
        return NULL;
    }
    s->token = (uint32_t)b->i;
    s->first = s->token + 1;
    m->sites[m->site_count++] = s;
    return s;
}

/* At the name. */
static pol_call_site *read_call(builder *b)
{
    pol_call_site *s = new_site(b);
    size_t first = b->open_count;
    pol_shape_table *args;

    b->i++;
    while (s && !b->failed && starts_args(b->map, b->i)) {
        pol_shape one = { .token = (uint32_t)b->i };

        if (here(b, "(")) {
            read_arguments(b);
            continue;
        }
        if (here(b, "{")) {
            one.kind = POL_SHAPE_TABLE;
            one.table = read_table(b);
        } else {
            b->i++;
        }
        open_entry(b, (pol_shape_entry){ .value = one });
    }
    args = close_table(b, first);
    if (!s || !args)
        return NULL;
    s->args = args->items;
    s->arg_count = args->item_count;
    return s;
}

/* At `function`: past the `end` of it. A bracket that was not opened in it
 * ends it too: then the file is no Lua. */
static void skip_function(builder *b)
{
    size_t blocks = 0;

    do {
        if (TOKEN_IN(b->map, b->i, "function", "if", "do", "repeat")) {
            blocks++;
            b->i++;
        } else if (TOKEN_IN(b->map, b->i, "end", "until")) {
            blocks--;
            b->i++;
        } else if (TOKEN_IN(b->map, b->i, ")", "]", "}")) {
            return;
        } else {
            skip_one(b);
        }
    } while (blocks && !at_end(b));
}

/* One token, or all that belongs to it: a call, a table, a bracket, a
 * function. Calls within are noted. */
static void skip_one(builder *b)
{
    if (starts_call(b->map, b->i)) {
        read_call(b);
    } else if (here(b, "{")) {
        read_table(b);
    } else if (here(b, "(") || here(b, "[")) {
        const char *end = here(b, "(") ? ")" : "]";

        b->i++;
        while (!at_end(b) && !here(b, end) && !here(b, "}"))
            skip_one(b);
        b->i++;
    } else if (here(b, "function")) {
        skip_function(b);
    } else {
        b->i++;
    }
}

static bool ends_expression(const builder *b)
{
    return at_end(b) || TOKEN_IN(b->map, b->i, ",", ";", "}", ")", "]");
}

static pol_shape read_expression(builder *b)
{
    pol_shape s = { .token = (uint32_t)b->i };

    if (b->i >= b->map->token_count) {
        s.token = b->i ? (uint32_t)b->i - 1 : 0;
        return s;
    }
    if (starts_call(b->map, b->i)) {
        s.site = read_call(b);
        s.kind = s.site ? POL_SHAPE_CALL : POL_SHAPE_OTHER;
    } else if (here(b, "{")) {
        s.table = read_table(b);
        s.kind = s.table ? POL_SHAPE_TABLE : POL_SHAPE_OTHER;
    }
    if (!ends_expression(b))
        s.kind = POL_SHAPE_OTHER;
    while (!ends_expression(b))
        skip_one(b);
    return s;
}

static policy_status read_calls(pol_source_map *m, pol_arena *arena)
{
    builder b = { .map = m, .arena = arena };
    pol_call_site **sites;

    while (!at_end(&b))
        skip_one(&b);
    sites = b.failed ? NULL
                     : pol_arena_new(arena, pol_call_site *, m->site_count + 1);
    if (sites && m->site_count)
        memcpy(sites, m->sites, m->site_count * sizeof(*sites));
    pol_free(&arena->allocator, m->sites, b.site_cap * sizeof(*m->sites));
    pol_free(&arena->allocator, b.open, b.open_cap * sizeof(*b.open));
    m->sites = sites;
    if (!sites) {
        m->site_count = 0;
        return POLICY_ENOMEM;
    }
    return POLICY_OK;
}

const pol_shape_entry *pol_shape_get(const pol_shape_table *t, policy_str key)
{
    size_t low = 0, high = t->entry_count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (pol_str_cmp(t->entries[mid].key, key) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low < t->entry_count && pol_str_eq(t->entries[low].key, key)
               ? &t->entries[low]
               : NULL;
}

/* The first site whose name (or, with `first`, what follows it) stands on
 * `line` or after it. */
static size_t site_from(const pol_source_map *m, uint32_t line, bool first)
{
    size_t low = 0, high = m->site_count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        const pol_call_site *s = m->sites[mid];

        if (m->tokens[first ? s->first : s->token].line < line)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

pol_call_site *pol_site_find(const pol_source_map *m, policy_str name,
                             uint32_t line,
                             bool (*fits)(void *user, const pol_call_site *s),
                             void *user)
{
    pol_call_site *fallback = NULL;

    /* Lua gives a call the line on which its reader stood at the name: the
     * name's, or that of what follows where it had to look ahead. */
    for (int first = 0; first < 2; first++) {
        size_t i = site_from(m, line, first);
        size_t end = i + CANDIDATES_MAX;

        for (; i < m->site_count && i < end; i++) {
            pol_call_site *s = m->sites[i];

            if (m->tokens[first ? s->first : s->token].line != line)
                break;
            if ((s->used && fallback) ||
                !pol_str_eq(pol_token_text(m, &m->tokens[s->token]), name) ||
                !fits(user, s))
                continue;
            if (!s->used)
                return s;
            fallback = s;
        }
    }
    return fallback;
}

policy_status pol_source_map_build(pol_source_map *out,
                                   const pol_source *source, pol_arena *arena,
                                   pol_reporter *r)
{
    policy_status st;
    bool balanced = false;

    memset(out, 0, sizeof(*out));
    out->source = source;
    if ((st = read_tokens(out, arena)) != POLICY_OK ||
        (st = check_tokens(out, r, &balanced)) != POLICY_OK)
        return st;
    return balanced ? read_calls(out, arena) : POLICY_OK;
}
