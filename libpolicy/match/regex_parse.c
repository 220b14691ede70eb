/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading a regex, by descent. Everything is folded as it is read: a literal
 * becomes what the fold makes of it (nothing, one character, several), a class
 * gains what its members fold to, and only then is negated. So what one meets
 * in a folded text is found whatever its case, width or script form was, and
 * what the fold drops may stand in a pattern and says nothing.
 *
 * What could never be linear is refused by name, and so is what would mean
 * something else in another dialect (a possessive `a++`, a `{,5}`) or is a slip
 * (`{4` without an end): a rule that silently never matches is worse than one
 * that does not load.
 */
#include "match/regex_parse.h"

#include <string.h>

#include "base/error.h"
#include "base/slice.h"
#include "text/fold_tables.h"
#include "text/utf8.h"

/* Of one count, as in RE2. */
enum { COUNT_MAX = 1000 };

/* A property that was asked for, folded. */
struct property {
    struct property *next;
    policy_str name;
    pol_chars chars;
};

struct flags {
    bool lines; /* (?m) */
    bool dot_all; /* (?s) */
    bool ungreedy; /* (?U) */
};

struct parser {
    pol_arena *arena;
    policy_str s;
    size_t pos;
    struct flags flags;
    bool quoted; /* behind \Q */
    unsigned depth;
    uint64_t states, fold_left;
    size_t ranges_left;
    pol_folded folded; /* scratch */
    struct property *properties;
    policy_status status; /* the first failure */
    size_t fault;
    policy_error *err;
};

/* --- failures ----------------------------------------------------------- */

#define FAIL(p, st, at, code, ...)                                           \
    do {                                                                     \
        if ((p)->status == POLICY_OK) {                                      \
            (p)->fault = (at);                                               \
            (p)->status = pol_error_at((p)->err, (st), (at), (code),         \
                                       __VA_ARGS__);                         \
        }                                                                    \
    } while (0)

static void *syntax(struct parser *p, size_t at, const char *why)
{
    FAIL(p, POLICY_EINPUT, at, "regex-syntax", "%s", why);
    return NULL;
}

static void *refuse(struct parser *p, size_t at, const char *what)
{
    FAIL(p, POLICY_EINPUT, at, "regex-refused",
         "%s are not supported: regexes run in linear time", what);
    return NULL;
}

static void *oom(struct parser *p)
{
    if (p->status == POLICY_OK) {
        p->fault = p->pos;
        p->status = pol_error_oom(p->err);
    }
    return NULL;
}

static void *too_large(struct parser *p, size_t at)
{
    FAIL(p, POLICY_ELIMIT, at, "regex-states",
         "the classes of the regex have too many characters or ranges");
    return NULL;
}

/* --- characters --------------------------------------------------------- */

static bool at_end(const struct parser *p)
{
    return p->pos >= p->s.len;
}

static bool looking_at(const struct parser *p, const char *text)
{
    size_t len = strlen(text);

    return p->s.len - p->pos >= len &&
           memcmp(p->s.ptr + p->pos, text, len) == 0;
}

static bool take(struct parser *p, const char *text)
{
    if (!looking_at(p, text))
        return false;
    p->pos += strlen(text);
    return true;
}

/* The character at `pos`, which is not moved; ill-formed UTF-8 fails. */
static uint32_t peek(struct parser *p, size_t *end)
{
    uint32_t cp = 0;
    bool ok = true;

    *end = pol_utf8_next(p->s, p->pos, &cp, &ok);
    if (!ok)
        syntax(p, p->pos, "the regex is no UTF-8 here");
    return cp;
}

static uint32_t take_char(struct parser *p)
{
    size_t end;
    uint32_t cp = peek(p, &end);

    p->pos = end;
    return cp;
}

/* --- nodes -------------------------------------------------------------- */

static pol_node *new_node(struct parser *p, pol_node_kind kind)
{
    pol_node *n = pol_arena_new(p->arena, pol_node, 1);

    if (!n)
        return oom(p);
    n->kind = kind;
    n->nullable = true;
    return n;
}

static pol_node *border(struct parser *p, pol_border border)
{
    pol_node *n = new_node(p, POL_NODE_BORDER);

    if (n) {
        n->border = border;
        n->states = 1;
    }
    return n;
}

static pol_node *chars_node(struct parser *p, pol_chars *chars, size_t at)
{
    pol_node *n = new_node(p, POL_NODE_CHARS);

    if (!n)
        return NULL;
    if (chars->count > p->ranges_left)
        return too_large(p, at);
    p->ranges_left -= chars->count;
    n->chars = chars;
    n->states = 1;
    n->nullable = false;
    return n;
}

static pol_node *char_node(struct parser *p, uint32_t cp, size_t at)
{
    pol_chars *chars = pol_arena_new(p->arena, pol_chars, 1);

    if (!chars || !pol_chars_add(p->arena, chars, cp, cp))
        return oom(p);
    return chars_node(p, chars, at);
}

static void append(pol_node *parent, pol_node *item)
{
    item->prev = parent->last;
    if (parent->last)
        parent->last->next = item;
    else
        parent->first = item;
    parent->last = item;
    parent->count++;
}

static uint64_t plus(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static uint64_t times(uint64_t a, uint64_t b)
{
    return b && a > UINT64_MAX / b ? UINT64_MAX : a * b;
}

/* `n` if its instructions are few enough. */
static pol_node *within_states(struct parser *p, pol_node *n, size_t at)
{
    if (n->states <= p->states)
        return n;
    FAIL(p, POLICY_ELIMIT, at, "regex-states",
         "the regex has more than %llu states once its counts are expanded",
         (unsigned long long)p->states);
    return NULL;
}

/* --- literals ----------------------------------------------------------- */

/* The fold of the bytes [from, to): a sequence that one quantifier holds for. */
static pol_node *folded_node(struct parser *p, policy_str utf8, size_t at)
{
    pol_folded *f = &p->folded;
    pol_node *all = new_node(p, POL_NODE_ALL), *n;
    size_t i = 0;

    if (!all)
        return NULL;
    if (pol_fold(f, utf8, NULL) != POLICY_OK)
        return oom(p);
    while (i < f->count) {
        n = char_node(p, pol_utf16_next(f->units, f->count, &i), at);
        if (!n)
            return NULL;
        append(all, n);
        all->states++;
        all->nullable = false;
    }
    if (all->count == 0)
        all->kind = POL_NODE_EMPTY;
    return all->count == 1 ? all->first : all;
}

static pol_node *escaped_literal(struct parser *p, uint32_t cp, size_t at)
{
    char bytes[4];

    return folded_node(p, (policy_str){ bytes, pol_utf8_put(bytes, cp) }, at);
}

/* With the marks that follow it, since they may become one character. */
static pol_node *literal(struct parser *p)
{
    size_t at = p->pos, end;

    take_char(p);
    while (p->status == POLICY_OK && !at_end(p) &&
           pol_cell_combines(pol_fold_cell(peek(p, &end))))
        p->pos = end;
    if (p->status != POLICY_OK)
        return NULL;
    return folded_node(p, (policy_str){ p->s.ptr + at, p->pos - at }, at);
}

/* --- classes ------------------------------------------------------------ */

static bool fold_chars(struct parser *p, pol_chars *c, uint32_t reasons,
                       size_t at)
{
    policy_status st;

    pol_chars_tidy(c);
    st = pol_chars_fold(p->arena, c, &p->folded, reasons,
                        &p->fold_left);
    if (st == POLICY_EINPUT)
        too_large(p, at);
    else if (st != POLICY_OK)
        oom(p);
    return st == POLICY_OK;
}

static bool add(struct parser *p, pol_chars *c, uint32_t first, uint32_t last)
{
    if (pol_chars_add(p->arena, c, first, last))
        return true;
    oom(p);
    return false;
}

/* Add the folded `more`, or all but it. */
static bool add_chars(struct parser *p, pol_chars *c, const pol_chars *more,
                      bool negated)
{
    pol_chars copy = *more;

    if ((negated && !pol_chars_negate(p->arena, &copy)) ||
        !pol_chars_add_all(p->arena, c, &copy)) {
        oom(p);
        return false;
    }
    if (c->count > POL_REGEX_RANGES)
        too_large(p, p->pos);
    return p->status == POLICY_OK;
}

/* Folded: A to Z are a to z. */
static const struct named {
    const char *name;
    pol_range ranges[4];
    unsigned count;
} named[] = {
    { "d", { { '0', '9' } }, 1 },
    { "s", { { '\t', '\n' }, { '\f', '\r' }, { ' ', ' ' } }, 3 },
    { "w", { { '0', '9' }, { '_', '_' }, { 'a', 'z' } }, 3 },
    { "alnum", { { '0', '9' }, { 'a', 'z' } }, 2 },
    { "alpha", { { 'a', 'z' } }, 1 },
    { "ascii", { { 0, 127 } }, 1 },
    { "blank", { { '\t', '\t' }, { ' ', ' ' } }, 2 },
    { "cntrl", { { 0, 31 }, { 127, 127 } }, 2 },
    { "digit", { { '0', '9' } }, 1 },
    { "graph", { { '!', '~' } }, 1 },
    { "lower", { { 'a', 'z' } }, 1 },
    { "print", { { ' ', '~' } }, 1 },
    { "punct", { { '!', '/' }, { ':', '@' }, { '[', '`' }, { '{', '~' } }, 4 },
    { "space", { { '\t', '\r' }, { ' ', ' ' } }, 2 },
    { "upper", { { 'a', 'z' } }, 1 },
    { "word", { { '0', '9' }, { '_', '_' }, { 'a', 'z' } }, 3 },
    { "xdigit", { { '0', '9' }, { 'a', 'f' } }, 2 },
};

static bool add_named(struct parser *p, pol_chars *c, policy_str name,
                      bool negated, size_t at)
{
    size_t i;

    for (i = 0; i < sizeof(named) / sizeof(*named); i++)
        if (pol_str_is(name, named[i].name)) {
            pol_range ranges[4];
            pol_chars set = { ranges, named[i].count, 4, 0 };

            memcpy(ranges, named[i].ranges, sizeof(ranges));
            return add_chars(p, c, &set, negated);
        }
    syntax(p, at, "there is no class of this name; [:alpha:], [:digit:], "
                  "[:space:] are some");
    return false;
}

/* Of a name folded once, and kept. */
static const pol_chars *property(struct parser *p, policy_str name, size_t at)
{
    struct property *known = p->properties;
    policy_status st;

    for (; known; known = known->next)
        if (pol_str_eq(known->name, name))
            return &known->chars;
    known = pol_arena_new(p->arena, struct property, 1);
    if (!known)
        return oom(p);
    known->name = name;
    st = pol_chars_property(p->arena, &known->chars, name);
    if (st == POLICY_EINPUT)
        return syntax(p, at, "there is no Unicode property of this name; \\p{L}, "
                             "\\p{Lu}, \\p{Han} are some");
    if (st != POLICY_OK)
        return oom(p);
    if (!fold_chars(p, &known->chars, POL_REASON_CASE, at))
        return NULL;
    known->next = p->properties;
    p->properties = known;
    return &known->chars;
}

/* Behind `\p` or `\P` at `at`. */
static bool add_property(struct parser *p, pol_chars *c, bool negated,
                         size_t at)
{
    policy_str name = { p->s.ptr + p->pos, 1 };
    const pol_chars *chars;
    const char *end;

    if (at_end(p)) {
        syntax(p, at, "the name of a property must follow, as in \\p{Han}");
        return false;
    }
    if (take(p, "{")) {
        if (take(p, "^"))
            negated = !negated;
        name.ptr = p->s.ptr + p->pos;
        end = memchr(name.ptr, '}', p->s.len - p->pos);
        if (!end) {
            syntax(p, at, "this \\p{ has no }");
            return false;
        }
        name.len = (size_t)(end - name.ptr);
        p->pos += name.len + 1;
    } else {
        take_char(p);
    }
    chars = property(p, name, at);
    return chars && add_chars(p, c, chars, negated);
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Behind `\x`: two digits, or any in braces. */
static uint32_t hex_char(struct parser *p, size_t at)
{
    bool braces = take(p, "{");
    uint32_t cp = 0, digits = 0;

    while (!at_end(p) && cp <= POL_CP_MAX && (braces || digits < 2)) {
        int d = hex_digit(p->s.ptr[p->pos]);

        if (d < 0)
            break;
        cp = cp << 4 | (uint32_t)d;
        digits++;
        p->pos++;
    }
    if (digits == 0 || (braces ? !take(p, "}") : digits < 2) ||
        cp > POL_CP_MAX || pol_is_surrogate(cp))
        syntax(p, at, "\\x takes two hexadecimal digits, or those of a "
                      "character in braces: \\x{4F60}");
    return cp;
}

static uint32_t octal_char(struct parser *p, uint32_t cp)
{
    int digits;

    for (digits = 1; digits < 3 && !at_end(p); digits++) {
        char c = p->s.ptr[p->pos];

        if (c < '0' || c > '7')
            break;
        cp = cp << 3 | (uint32_t)(c - '0');
        p->pos++;
    }
    return cp;
}

/* The character that an escape stands for; `at` is its backslash, pos behind
 * what follows it. */
static uint32_t escaped_char(struct parser *p, uint32_t c, size_t at)
{
    static const char letters[] = "afnrtv", meant[] = "\a\f\n\r\t\v";
    const char *found = c && c < 128 ? strchr(letters, (int)c) : NULL;

    if (found)
        return (uint32_t)(unsigned char)meant[found - letters];
    if (c == 'x')
        return hex_char(p, at);
    if (c == '0')
        return octal_char(p, 0);
    if (c >= '1' && c <= '9')
        refuse(p, at, "back-references");
    else if (c == 'k' || c == 'g')
        refuse(p, at, "back-references and subroutine calls");
    else if (c == 'C')
        refuse(p, at, "\\C and other ways to match part of a character");
    else if (c == 'R' || c == 'X' || c == 'K' || c == 'G' || c == 'N')
        refuse(p, at, "the escapes \\G, \\K, \\N, \\R, \\X");
    else if (c < 128 && ((c | 0x20) - 'a' < 26))
        syntax(p, at, "there is no such escape");
    return c;
}

/* `\d` and its like, `\p`: added to `c`. False where it is none of them, with
 * pos behind the letter; look at the status. */
static bool add_escaped_class(struct parser *p, pol_chars *c, uint32_t letter,
                              size_t at)
{
    char low = (char)(letter | 0x20);

    if (letter >= 128 || !strchr("dswp", low) || !low)
        return false;
    if (low == 'p')
        add_property(p, c, letter == 'P', at);
    else
        add_named(p, c, (policy_str){ &low, 1 }, letter != (uint32_t)low, at);
    return true;
}

static uint32_t take_escape(struct parser *p, size_t at)
{
    if (at_end(p)) {
        syntax(p, at, "nothing follows the backslash");
        return 0;
    }
    return take_char(p);
}

/* One end of a range in a class, `\` and all. */
static uint32_t range_end(struct parser *p)
{
    size_t at = p->pos;

    if (take(p, "\\"))
        return escaped_char(p, take_escape(p, at), at);
    return take_char(p);
}

/* `[:alpha:]` inside of a class. */
static bool posix_item(struct parser *p, pol_chars *done, bool *was)
{
    size_t at = p->pos, end;
    bool negated;

    *was = false;
    if (!looking_at(p, "[:"))
        return true;
    for (end = p->pos + 2; end + 1 < p->s.len && p->s.ptr[end] != ']'; end++)
        if (p->s.ptr[end] == ':' && p->s.ptr[end + 1] == ']') {
            policy_str name = { p->s.ptr + at + 2, end - at - 2 };

            negated = name.len && *name.ptr == '^';
            if (negated)
                name = (policy_str){ name.ptr + 1, name.len - 1 };
            p->pos = end + 2;
            *was = true;
            return add_named(p, done, name, negated, at);
        }
    return true;
}

/* One item of a class: what is folded yet goes to `done`, characters to `raw`. */
static bool class_item(struct parser *p, pol_chars *raw, pol_chars *done)
{
    size_t at = p->pos;
    uint32_t first, last;
    bool was;

    if (!posix_item(p, done, &was) || was)
        return p->status == POLICY_OK;
    if (take(p, "\\")) {
        first = take_escape(p, at);
        if (p->status == POLICY_OK && add_escaped_class(p, done, first, at))
            return p->status == POLICY_OK;
        first = escaped_char(p, first, at);
    } else {
        first = take_char(p);
    }
    last = first;
    if (looking_at(p, "-") && p->pos + 1 < p->s.len &&
        p->s.ptr[p->pos + 1] != ']') {
        p->pos++;
        last = range_end(p);
        if (last < first)
            syntax(p, at, "the range ends before it begins");
    }
    return p->status == POLICY_OK && add(p, raw, first, last);
}

static pol_node *finish_class(struct parser *p, pol_chars *raw, pol_chars *done,
                              bool negated, size_t at)
{
    if (p->status != POLICY_OK || !fold_chars(p, raw, UINT32_MAX, at) ||
        !add_chars(p, raw, done, false))
        return NULL;
    pol_chars_tidy(raw);
    if (negated && !pol_chars_negate(p->arena, raw))
        return oom(p);
    return chars_node(p, raw, at);
}

static pol_node *class(struct parser *p)
{
    pol_chars *raw = pol_arena_new(p->arena, pol_chars, 1);
    pol_chars done = { .id = 0 };
    size_t at = p->pos++;
    bool negated = take(p, "^"), first = true;

    if (!raw)
        return oom(p);
    /* A ] first of all is itself. */
    for (; first || !take(p, "]"); first = false) {
        if (at_end(p))
            return syntax(p, at, "this [ has no ]");
        if (!class_item(p, raw, &done))
            return NULL;
    }
    return finish_class(p, raw, &done, negated, at);
}

/* What ends a line: the fold keeps these four. */
static pol_node *dot(struct parser *p, size_t at)
{
    pol_chars *c = pol_arena_new(p->arena, pol_chars, 1);

    if (!c)
        return oom(p);
    if (!p->flags.dot_all &&
        (!add(p, c, '\n', '\n') || !add(p, c, '\r', '\r') ||
         !add(p, c, 0x2028, 0x2029)))
        return NULL;
    if (!pol_chars_negate(p->arena, c))
        return oom(p);
    return chars_node(p, c, at);
}

/* --- quantifiers -------------------------------------------------------- */

static bool number(const struct parser *p, size_t *pos, uint32_t *n)
{
    size_t from = *pos;

    *n = 0;
    for (; *pos < p->s.len && p->s.ptr[*pos] >= '0' && p->s.ptr[*pos] <= '9';
         (*pos)++)
        if (*n <= COUNT_MAX)
            *n = *n * 10 + (uint32_t)(p->s.ptr[*pos] - '0');
    return *pos > from;
}

/* `{n}`, `{n,}` or `{n,m}` at pos; what does not begin so is a literal, as in
 * RE2. */
static bool count(struct parser *p, uint32_t *min, uint32_t *max)
{
    size_t pos = p->pos + 1, at = p->pos;
    bool from = number(p, &pos, min);

    *max = *min;
    if (pos < p->s.len && p->s.ptr[pos] == ',') {
        pos++;
        if (!number(p, &pos, max))
            *max = POL_REPEAT_MAX;
    }
    if (pos >= p->s.len || p->s.ptr[pos] != '}') {
        if (from)
            syntax(p, at, "a count ends with }: the sign itself is \\{");
        return false;
    }
    if (pos == at + 1)
        return false;
    if (!from) {
        if (*max != POL_REPEAT_MAX)
            syntax(p, at, "a count has a minimum: write {0,…}");
        return false;
    }
    p->pos = pos + 1;
    if (*min > COUNT_MAX || (*max > COUNT_MAX && *max != POL_REPEAT_MAX))
        syntax(p, at, "a count is at most 1000");
    else if (*max < *min)
        syntax(p, at, "the count ends before it begins");
    return true;
}

static bool quantifier(struct parser *p, uint32_t *min, uint32_t *max)
{
    if (at_end(p))
        return false;
    *min = 0;
    *max = POL_REPEAT_MAX;
    switch (p->s.ptr[p->pos]) {
    case '*': break;
    case '+': *min = 1; break;
    case '?': *max = 1; break;
    case '{': return count(p, min, max);
    default: return false;
    }
    p->pos++;
    return true;
}

/* --- atoms -------------------------------------------------------------- */

static pol_node *either(struct parser *p);

static pol_node *escape(struct parser *p)
{
    size_t at = p->pos++;
    uint32_t c = take_escape(p, at);
    pol_chars *chars;

    if (p->status != POLICY_OK)
        return NULL;
    switch (c) {
    case 'A': return border(p, POL_BORDER_BEGIN);
    case 'z': return border(p, POL_BORDER_END);
    case 'b': return border(p, POL_BORDER_WORD);
    case 'B': return border(p, POL_BORDER_NO_WORD);
    case 'Z': return syntax(p, at, "there is no \\Z; write \\z, the end of the "
                                   "text");
    }
    chars = pol_arena_new(p->arena, pol_chars, 1);
    if (!chars)
        return oom(p);
    if (add_escaped_class(p, chars, c, at)) {
        pol_chars_tidy(chars);
        return p->status == POLICY_OK ? chars_node(p, chars, at) : NULL;
    }
    c = escaped_char(p, c, at);
    return p->status == POLICY_OK ? escaped_literal(p, c, at) : NULL;
}

/* What begins with `(?` and is no group of ours. */
static bool refused_group(struct parser *p, size_t at)
{
    static const struct {
        const char *begin, *what;
    } refused[] = {
        { "(?=", "look-arounds such as (?=…)" },
        { "(?!", "look-arounds such as (?!…)" },
        { "(?<=", "look-arounds such as (?<=…)" },
        { "(?<!", "look-arounds such as (?<!…)" },
        { "(?>", "atomic groups (?>…)" },
        { "(?|", "branch resets (?|…)" },
        { "(?(", "conditionals (?(…)…)" },
        { "(?R", "recursions (?R)" },
        { "(?&", "recursions (?&…)" },
        { "(?P>", "recursions (?P>…)" },
        { "(?P=", "back-references (?P=…)" },
        { "(?#", "comments (?#…)" },
        { "(*", "verbs (*…)" },
    };
    size_t i;

    for (i = 0; i < sizeof(refused) / sizeof(*refused); i++)
        if (looking_at(p, refused[i].begin)) {
            refuse(p, at, refused[i].what);
            return true;
        }
    if (looking_at(p, "(?") && p->s.len - p->pos > 2 &&
        ((p->s.ptr[p->pos + 2] >= '0' && p->s.ptr[p->pos + 2] <= '9') ||
         p->s.ptr[p->pos + 2] == '+')) {
        refuse(p, at, "recursions (?1)");
        return true;
    }
    return false;
}

/* Behind `(?P<` or `(?<`. */
static bool skip_name(struct parser *p, size_t at)
{
    size_t from = p->pos;

    while (!at_end(p) && p->s.ptr[p->pos] != '>') {
        char c = p->s.ptr[p->pos], low = (char)(c | 0x20);

        if (!(low >= 'a' && low <= 'z') && c != '_' && !(c >= '0' && c <= '9'))
            break;
        p->pos++;
    }
    if (p->pos > from && take(p, ">"))
        return true;
    syntax(p, at, "the name of a group is letters, digits and _ up to a >");
    return false;
}

/* Behind `(?`: letters up to `:` or `)`. False: failed. */
static bool read_flags(struct parser *p, struct flags *f, bool *group,
                       size_t at)
{
    bool on = true;

    for (; !at_end(p); p->pos++) {
        switch (p->s.ptr[p->pos]) {
        case 'i':
            if (!on) {
                refuse(p, p->pos, "regexes with regard to case, (?-i),");
                return false;
            }
            break;
        case 'm': f->lines = on; break;
        case 's': f->dot_all = on; break;
        case 'U': f->ungreedy = on; break;
        case 'x':
            refuse(p, p->pos, "free spacing and comments, (?x),");
            return false;
        case '-':
            if (!on) {
                syntax(p, p->pos, "a second - among the flags");
                return false;
            }
            on = false;
            break;
        case ':':
        case ')':
            *group = p->s.ptr[p->pos++] == ':';
            return true;
        default:
            syntax(p, p->pos, "no group begins so; the flags are i, m, s, U");
            return false;
        }
    }
    syntax(p, at, "this ( has no )");
    return false;
}

static pol_node *group_body(struct parser *p, size_t at, struct flags inside)
{
    struct flags outside = p->flags;
    pol_node *n;

    if (p->depth == POL_REGEX_DEPTH) {
        FAIL(p, POLICY_ELIMIT, at, "regex-depth",
             "groups are nested more than %d deep", POL_REGEX_DEPTH);
        return NULL;
    }
    p->flags = inside;
    p->depth++;
    n = either(p);
    p->depth--;
    p->flags = outside;
    if (n && !take(p, ")"))
        return syntax(p, at, "this ( has no )");
    return n;
}

/* *flags_only: a `(?i)`, which nothing may repeat. */
static pol_node *group(struct parser *p, bool *flags_only)
{
    struct flags flags = p->flags;
    size_t at = p->pos;
    bool inside = true;

    if (refused_group(p, at))
        return NULL;
    p->pos++;
    if (take(p, "?P<") || take(p, "?<")) {
        if (!skip_name(p, at))
            return NULL;
    } else if (take(p, "?")) {
        if (!read_flags(p, &flags, &inside, at))
            return NULL;
    }
    if (inside)
        return group_body(p, at, flags);
    p->flags = flags;
    *flags_only = true;
    return new_node(p, POL_NODE_EMPTY);
}

static pol_node *atom(struct parser *p, bool *flags_only)
{
    size_t at = p->pos;
    uint32_t min, max;

    switch (p->s.ptr[p->pos]) {
    case '(': return group(p, flags_only);
    case '[': return class(p);
    case '\\': return escape(p);
    case '.': p->pos++; return dot(p, at);
    case '^':
        p->pos++;
        return border(p, p->flags.lines ? POL_BORDER_LINE_BEGIN
                                        : POL_BORDER_BEGIN);
    case '$':
        p->pos++;
        return border(p, p->flags.lines ? POL_BORDER_LINE_END : POL_BORDER_END);
    case '*':
    case '+':
    case '?':
    case '{':
        if (quantifier(p, &min, &max))
            return syntax(p, at, "nothing stands before this to repeat");
        break;
    }
    return p->status == POLICY_OK ? literal(p) : NULL;
}

/* --- sequences ---------------------------------------------------------- */

static uint64_t repeat_states(const pol_node *item, uint32_t min, uint32_t max)
{
    uint64_t s = item->states;

    if (max != POL_REPEAT_MAX)
        return plus(times(min, s), times(max - min, plus(s, 1)));
    if (min == 0)
        return plus(s, item->nullable ? 2 : 1);
    return plus(times(min, s), 1);
}

static pol_node *repeat(struct parser *p, pol_node *item, uint32_t min,
                        uint32_t max, bool lazy, size_t at)
{
    pol_node *n = new_node(p, POL_NODE_REPEAT);

    if (!n)
        return NULL;
    if (item->states == 0 || max == 0) {
        n->kind = POL_NODE_EMPTY;
        return n;
    }
    append(n, item);
    n->min = min;
    n->max = max;
    n->lazy = lazy;
    n->nullable = min == 0 || item->nullable;
    n->states = repeat_states(item, min, max);
    return within_states(p, n, at);
}

/* The quantifier behind `item`, if there is one. */
static pol_node *quantified(struct parser *p, pol_node *item)
{
    size_t at = p->pos;
    uint32_t min, max;
    bool lazy = p->flags.ungreedy;

    if (!quantifier(p, &min, &max) || p->status != POLICY_OK)
        return p->status == POLICY_OK ? item : NULL;
    if (take(p, "?"))
        lazy = !lazy;
    else if (looking_at(p, "+"))
        return refuse(p, at, "possessive quantifiers such as a++");
    item = repeat(p, item, min, max, lazy, at);
    at = p->pos;
    if (item && quantifier(p, &min, &max))
        return syntax(p, at, "a quantifier follows a quantifier; use a group");
    return p->status == POLICY_OK ? item : NULL;
}

/* What says nothing: `\Q` and `\E`, and what the fold drops. */
static bool skip_silent(struct parser *p)
{
    size_t end;

    if (take(p, p->quoted ? "\\E" : "\\Q")) {
        p->quoted = !p->quoted;
        return true;
    }
    if (take(p, "\\E"))
        return true;
    if (at_end(p) || !pol_cell_deletes(pol_fold_cell(peek(p, &end))))
        return false;
    p->pos = end;
    return true;
}

/* An atom and its quantifier. EMPTY also for what nothing may repeat. */
static pol_node *piece(struct parser *p)
{
    bool quoted = p->quoted, flags_only = false;
    pol_node *n = quoted ? literal(p) : atom(p, &flags_only);

    if (!n || flags_only)
        return n;
    while (skip_silent(p))
        ;
    return quoted && p->quoted ? n : quantified(p, n);
}

static bool more(const struct parser *p)
{
    return !at_end(p) &&
           (p->quoted || (p->s.ptr[p->pos] != '|' && p->s.ptr[p->pos] != ')'));
}

static pol_node *sequence(struct parser *p)
{
    pol_node *all = new_node(p, POL_NODE_ALL), *n;

    while (all && more(p)) {
        size_t at = p->pos;

        if (skip_silent(p))
            continue;
        n = p->status == POLICY_OK ? piece(p) : NULL;
        if (!n || p->status != POLICY_OK)
            return NULL;
        if (n->states == 0)
            continue;
        append(all, n);
        all->states = plus(all->states, n->states);
        all->nullable = all->nullable && n->nullable;
        if (!within_states(p, all, at))
            return NULL;
    }
    if (all && all->count == 0)
        all->kind = POL_NODE_EMPTY;
    if (!all || all->count != 1)
        return all;
    all->first->next = all->first->prev = NULL;
    return all->first;
}

static pol_node *either(struct parser *p)
{
    pol_node *n = sequence(p), *any;

    if (!n || !looking_at(p, "|"))
        return n;
    any = new_node(p, POL_NODE_ANY);
    if (!any)
        return NULL;
    any->nullable = n->nullable;
    any->states = n->states;
    append(any, n);
    while (take(p, "|")) {
        size_t at = p->pos;

        n = sequence(p);
        if (!n)
            return NULL;
        append(any, n);
        any->states = plus(any->states, plus(n->states, 1));
        any->nullable = any->nullable || n->nullable;
        if (!within_states(p, any, at))
            return NULL;
    }
    return any;
}

static pol_node *whole(struct parser *p)
{
    pol_node *n;

    if (p->s.len > POL_REGEX_BYTES) {
        FAIL(p, POLICY_ELIMIT, POL_REGEX_BYTES, "regex-states",
             "the regex is longer than %zu bytes", POL_REGEX_BYTES);
        return NULL;
    }
    n = either(p);
    if (n && !at_end(p))
        return syntax(p, p->pos, "this ) has no (");
    return n ? within_states(p, n, 0) : NULL;
}

policy_status pol_regex_parse(pol_node **root, pol_arena *a, policy_str pattern,
                              uint64_t states, size_t *at, policy_error *err)
{
    struct parser p = { .arena = a, .s = pattern, .err = err,
                        .states = states, .fold_left = POL_REGEX_FOLDED,
                        .ranges_left = POL_REGEX_RANGES };

    pol_folded_init(&p.folded, &a->allocator);
    *root = whole(&p);
    pol_folded_fini(&p.folded);
    if (at)
        *at = p.fault;
    return p.status;
}
