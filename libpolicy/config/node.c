/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Typed reading of nodes. A plain YAML scalar is only bytes until the schema of
 * its place asks for a number, a truth value or a word, so `no` and `08:30`
 * never turn into something that nobody wrote.
 */
#include <assert.h>

#include "base/slice.h"
#include "base/time.h"
#include "config/node.h"

/* What is quoted in a message: long enough for every name, short enough that a
 * pasted page does not hide the sentence around it. */
enum { SHOWN_MAX = 80 };

static policy_str shown(policy_str s)
{
    return pol_str_cut(s, SHOWN_MAX);
}

const pol_node *pol_node_get(const pol_node *table, const char *key)
{
    size_t i;

    if (!table || table->kind != POL_NODE_TABLE)
        return NULL;
    for (i = 0; i < table->table.entry_count; i++)
        if (pol_str_is(table->table.entries[i].key, key))
            return &table->table.entries[i].value;
    return NULL;
}

bool pol_node_is_call(const pol_node *n, const char *name)
{
    return n && n->kind == POL_NODE_CALL && pol_str_is(n->call.name, name);
}

/* ORDER pol_node_kind */
static const char *const kind_names[][2] = {
    { "nothing", "空值" },
    { "true or false", "真假值（true 或 false）" },
    { "a whole number", "整数" },
    { "a number", "数" },
    { "a text", "文字" },
    { "a table of keys", "键值表" },
    { "a constructor call", "构造调用" },
    { "a function", "函数" }
};
static const char *const list_name[2] = { "a list", "列表" };
static const char *const table_or_list[2] = { "a table or list", "表" };
static const char *const duration_name[2] = {
    "a duration such as “30s”, “10m”, “4h”, “7d”, “2w” or “1y”",
    "时长（如“30s”“10m”“4h”“7d”“2w”“1y”）"
};
static const char *const date_name[2] = {
    "a date such as 2026-10-01", "日期（如 2026-10-01）"
};

policy_str pol_node_kind_name(const pol_node *n, bool zh)
{
    assert(n->kind <= POL_NODE_FUNC);
    if (n->kind == POL_NODE_TABLE &&
        (n->table.sequence || (n->table.item_count && !n->table.entry_count)))
        return pol_str(list_name[zh]);
    return pol_str(kind_names[n->kind][zh]);
}

static bool kind_fails(const pol_node *n, policy_str wanted, pol_reporter *r)
{
    pol_report(r, POL_MSG_VALUE_KIND, n->place, wanted,
               pol_node_kind_name(n, r->zh));
    return false;
}

/* A scalar that YAML left open and that does not read as what is wanted. */
static bool scalar_fails(const pol_node *n, policy_str wanted, pol_reporter *r)
{
    pol_report(r, POL_MSG_VALUE_READ, n->place, shown(n->str), wanted);
    return false;
}

bool pol_node_str(const pol_node *n, policy_str *out, pol_reporter *r)
{
    *out = (policy_str){ NULL, 0 };
    if (n->kind != POL_NODE_STR)
        return kind_fails(n, pol_str(kind_names[POL_NODE_STR][r->zh]), r);
    *out = n->str;
    return true;
}

static bool is_blank(policy_str s)
{
    const uint32_t no_break = 0xa0, full_width = 0x3000;
    size_t pos = 0;

    while (pos < s.len) {
        uint32_t cp = pol_str_next(s, &pos);

        if (cp > ' ' && cp != no_break && cp != full_width)
            return false;
    }
    return true;
}

bool pol_node_said(const pol_node *n, policy_str *out, pol_reporter *r)
{
    if (!pol_node_str(n, out, r))
        return false;
    if (!is_blank(*out))
        return true;
    pol_report(r, POL_MSG_TEXT_BLANK, n->place);
    *out = (policy_str){ NULL, 0 };
    return false;
}

/*
 * Decimal digits with a sign. A leading zero is refused: YAML 1.1 read 010 as
 * eight and 1.2 reads it as ten, so whoever wrote it may mean either.
 */
static bool read_int(policy_str s, int64_t *out)
{
    bool minus = s.len && s.ptr[0] == '-';
    uint64_t v = 0, max = (uint64_t)INT64_MAX + minus;
    size_t i;

    if (s.len == minus || (s.ptr[minus] == '0' && s.len > 1u + minus))
        return false;
    for (i = minus; i < s.len; i++) {
        unsigned digit = (unsigned)((uint8_t)s.ptr[i] - '0');

        if (digit > 9 || v > (max - digit) / 10)
            return false;
        v = v * 10 + digit;
    }
    *out = minus ? (int64_t)(0 - v) : (int64_t)v;
    return true;
}

/* Lua writes 2^20 as a float; what is whole and exact may stand for an int. */
static bool whole(double v, int64_t *out)
{
    const double exact = 9007199254740992.0; /* 2^53 */

    if (!(v >= -exact && v <= exact) || (double)(int64_t)v != v)
        return false;
    *out = (int64_t)v;
    return true;
}

static policy_str show_int(char out[24], int64_t v)
{
    uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    char *p = out + 24;

    do
        *--p = (char)('0' + u % 10);
    while (u /= 10);
    if (v < 0)
        *--p = '-';
    return (policy_str){ p, (size_t)(out + 24 - p) };
}

bool pol_node_int(const pol_node *n, int64_t min, int64_t max, int64_t *out,
                  pol_reporter *r)
{
    policy_str wanted = pol_str(kind_names[POL_NODE_INT][r->zh]);
    char a[24], b[24], c[24];
    int64_t v = 0;

    assert(min <= max);
    *out = 0;
    if (n->kind == POL_NODE_INT)
        v = n->integer;
    else if (n->kind == POL_NODE_STR && n->plain) {
        if (!read_int(n->str, &v))
            return scalar_fails(n, wanted, r);
    } else if (n->kind != POL_NODE_NUM || !whole(n->number, &v))
        return kind_fails(n, wanted, r);
    if (v < min || v > max) {
        pol_report(r, POL_MSG_VALUE_RANGE, n->place, show_int(a, v),
                   show_int(b, min), show_int(c, max));
        return false;
    }
    *out = v;
    return true;
}

/* A run of digits into `mantissa`; those beyond 18 only move the exponent, so
 * that the value is within one unit of the last place of a double. */
static size_t read_digits(policy_str s, size_t pos, uint64_t *mantissa,
                          int *count, int *dropped)
{
    for (; pos < s.len && s.ptr[pos] >= '0' && s.ptr[pos] <= '9'; pos++) {
        if (*mantissa >= 100000000000000000u) {
            ++*dropped;
            continue;
        }
        *mantissa = *mantissa * 10 + (uint64_t)(s.ptr[pos] - '0');
        ++*count;
    }
    return pos;
}

/* -12.5 and the like, without exponent: strtod would ask the locale for its
 * decimal point. */
static bool read_num(policy_str s, double *out)
{
    bool minus = s.len && s.ptr[0] == '-';
    size_t start = minus, pos, fraction;
    uint64_t mantissa = 0;
    int count = 0, dropped = 0, skipped, places = 0;
    double scale = 1;

    pos = read_digits(s, start, &mantissa, &count, &dropped);
    /* Leading zeros as in read_int; 200 digits are no number anybody wants. */
    if (pos == start || dropped > 200 ||
        (s.ptr[start] == '0' && pos > start + 1))
        return false;
    if (pos < s.len && s.ptr[pos] == '.') {
        fraction = pos + 1;
        count = skipped = 0;
        pos = read_digits(s, fraction, &mantissa, &count, &skipped);
        if (pos == fraction)
            return false;
        places = count;
    }
    if (pos != s.len)
        return false;
    for (; places > 0; places--)
        scale *= 10;
    *out = (double)mantissa / scale;
    for (; dropped > 0; dropped--)
        *out *= 10;
    *out = minus ? -*out : *out;
    return true;
}

/* Bounds are written by us, so three decimals do. */
static policy_str show_num(char out[32], double v)
{
    const double most = 9e14;
    int64_t thousandths;
    char digits[24];
    policy_str s;
    size_t len;

    if (!(v > -most && v < most))
        return v > 0 ? POL_STR("∞") : POL_STR("-∞");
    thousandths = (int64_t)(v * 1000 + (v < 0 ? -0.5 : 0.5));
    s = show_int(digits, thousandths / 1000);
    len = 0;
    if (thousandths < 0 && thousandths > -1000)
        out[len++] = '-';
    memcpy(out + len, s.ptr, s.len);
    len += s.len;
    thousandths = thousandths < 0 ? -thousandths % 1000 : thousandths % 1000;
    if (thousandths) {
        out[len++] = '.';
        out[len++] = (char)('0' + thousandths / 100);
        out[len++] = (char)('0' + thousandths / 10 % 10);
        out[len++] = (char)('0' + thousandths % 10);
        while (out[len - 1] == '0')
            len--;
    }
    return (policy_str){ out, len };
}

bool pol_node_num(const pol_node *n, double min, double max, double *out,
                  pol_reporter *r)
{
    policy_str wanted = pol_str(kind_names[POL_NODE_NUM][r->zh]);
    char a[32], b[32];
    double v = 0;

    *out = 0;
    if (n->kind == POL_NODE_INT)
        v = (double)n->integer;
    else if (n->kind == POL_NODE_NUM)
        v = n->number;
    else if (n->kind == POL_NODE_STR && n->plain) {
        if (!read_num(n->str, &v))
            return scalar_fails(n, wanted, r);
    } else
        return kind_fails(n, wanted, r);
    /* Written so that NaN, which Lua can make, is outside of every range. */
    if (!(v >= min && v <= max)) {
        policy_str got = n->kind == POL_NODE_STR ? shown(n->str) : wanted;

        pol_report(r, POL_MSG_VALUE_RANGE, n->place, got, show_num(a, min),
                   show_num(b, max));
        return false;
    }
    *out = v;
    return true;
}

bool pol_node_bool(const pol_node *n, bool *out, pol_reporter *r)
{
    policy_str wanted = pol_str(kind_names[POL_NODE_BOOL][r->zh]);

    *out = false;
    if (n->kind == POL_NODE_BOOL) {
        *out = n->boolean;
        return true;
    }
    if (n->kind != POL_NODE_STR || !n->plain)
        return kind_fails(n, wanted, r);
    *out = pol_str_is(n->str, "true");
    return *out || pol_str_is(n->str, "false") || scalar_fails(n, wanted, r);
}

/* Names joined by `between`, into a fixed room; what does not fit is left out
 * whole and an ellipsis says so. */
struct joined {
    char bytes[600];
    size_t len;
    bool cut;
};

static void join(struct joined *j, const char *between, const char *name)
{
    const char *gap = j->len ? between : "";
    size_t a = strlen(gap), b = strlen(name);

    if (j->cut || j->len + a + b + sizeof(" …") > sizeof(j->bytes)) {
        if (!j->cut) {
            memcpy(j->bytes + j->len, " …", sizeof(" …") - 1);
            j->len += sizeof(" …") - 1;
        }
        j->cut = true;
        return;
    }
    memcpy(j->bytes + j->len, gap, a);
    memcpy(j->bytes + j->len + a, name, b);
    j->len += a + b;
}

static policy_str joined_str(const struct joined *j)
{
    return (policy_str){ j->bytes, j->len };
}

/* Vocabularies are small; the nearest of more than these is the nearest of the
 * first ones. */
enum { NEAREST_NAMES = 128 };

static void word_fails(const pol_node *n, policy_str got,
                       const char *const *words, size_t count, pol_reporter *r)
{
    policy_str names[NEAREST_NAMES];
    struct joined all = { .len = 0 };
    size_t i;

    for (i = 0; i < count && i < NEAREST_NAMES; i++) {
        names[i] = pol_str(words[i]);
        join(&all, r->zh ? "、" : ", ", words[i]);
    }
    pol_report_hint(r, POL_MSG_VALUE_WORD, n->place, pol_nearest(got, names, i),
                    (const policy_str[]){ shown(got), joined_str(&all) }, 2);
}

/* Where the place is in its file; the file's end where it has none. */
static size_t place_pos(const pol_place *p)
{
    policy_str s = p->source->bytes;
    size_t pos = 0;

    for (uint32_t line = 1; pos < s.len && line < p->line; pos++)
        line += s.ptr[pos] == '\n';
    if (p->line == 1 && pol_str_starts(s, POL_STR("\xef\xbb\xbf")))
        pos = 3;
    for (uint32_t column = 1; pos < s.len && column < p->column; column++)
        pol_str_next(s, &pos);
    return pos;
}

/* What stands before a text: a quote, [[ or [=[ with the line end behind it. */
static size_t opening(policy_str s)
{
    size_t n = 0;

    if (s.len && (*s.ptr == '"' || *s.ptr == '\''))
        return 1;
    if (!s.len || *s.ptr != '[')
        return 0;
    for (n = 1; n < s.len && s.ptr[n] == '=';)
        n++;
    if (n == s.len || s.ptr[n] != '[')
        return 0;
    n++;
    n += n < s.len && s.ptr[n] == '\r';
    n += n < s.len && s.ptr[n] == '\n';
    return n;
}

pol_place pol_node_inside(const pol_node *n, size_t byte)
{
    pol_place p = n->place;
    policy_str file;
    size_t pos, first, end;

    if (n->kind != POL_NODE_STR || !p.source || !p.line || byte > n->str.len)
        return p;
    file = p.source->bytes;
    pos = place_pos(&p);
    first = pos + opening((policy_str){ file.ptr + pos, file.len - pos });
    end = first + byte;
    if (end >= file.len || memcmp(file.ptr + first, n->str.ptr, byte) != 0)
        return n->place;
    while (pos < end) {
        bool line = file.ptr[pos] == '\n';

        pol_str_next(file, &pos);
        p.line += line;
        p.column = line ? 1 : p.column + 1;
    }
    p.length = 1;
    return p;
}

bool pol_node_word(const pol_node *n, const char *const *words, size_t count,
                   size_t *out, pol_reporter *r)
{
    policy_str s;
    size_t i;

    *out = 0;
    if (!pol_node_str(n, &s, r))
        return false;
    for (i = 0; i < count; i++)
        if (pol_str_is(s, words[i])) {
            *out = i;
            return true;
        }
    word_fails(n, s, words, count, r);
    return false;
}

bool pol_is_work_span(policy_str s)
{
    if (s.len < 3 || s.ptr[s.len - 2] != 'b' ||
        (s.ptr[s.len - 1] != 'd' && s.ptr[s.len - 1] != 'h'))
        return false;
    for (size_t i = 0; i + 2 < s.len; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
    return true;
}

bool pol_node_duration(const pol_node *n, int64_t *out, pol_reporter *r)
{
    policy_str wanted = pol_str(duration_name[r->zh]);

    *out = 0;
    if (n->kind != POL_NODE_STR)
        return kind_fails(n, wanted, r);
    if (pol_is_work_span(n->str)) {
        pol_report(r, POL_MSG_SPAN_WORK, n->place, pol_str_cut(n->str, 80));
        return false;
    }
    return pol_duration_read(n->str, out) || scalar_fails(n, wanted, r);
}

bool pol_node_list(const pol_node *n, const pol_node **items, size_t *count,
                   pol_reporter *r)
{
    bool scalar = n->kind >= POL_NODE_BOOL && n->kind <= POL_NODE_STR;

    *items = NULL;
    *count = 0;
    if (n->kind == POL_NODE_TABLE && n->table.entry_count == 0) {
        *items = n->table.items;
        *count = n->table.item_count;
    } else if (scalar) {
        *items = n;
        *count = 1;
    } else {
        return kind_fails(n, pol_str(list_name[r->zh]), r);
    }
    return true;
}

static bool name_ok(policy_str s, const char *also)
{
    size_t i;

    for (i = 0; i < s.len; i++) {
        char c = s.ptr[i];

        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
            (i == 0 || c == '\0' || !strchr(also, c)))
            return false;
    }
    return s.len > 0 && s.len <= 64;
}

static bool check_name(policy_str s, pol_place place, const char *also,
                       pol_reporter *r)
{
    if (name_ok(s, also))
        return true;
    pol_report(r, POL_MSG_NAME, place, shown(s), pol_str(also));
    return false;
}

bool pol_node_name(const pol_node *n, const char *also, policy_str *out,
                   pol_reporter *r)
{
    if (!pol_node_str(n, out, r))
        return false;
    if (check_name(n->str, n->place, also, r))
        return true;
    *out = (policy_str){ NULL, 0 };
    return false;
}

bool pol_entry_name(const pol_entry *e, const char *also, pol_reporter *r)
{
    return check_name(e->key, e->place, also, r);
}

bool pol_node_date(const pol_node *n, int64_t *days, pol_reporter *r)
{
    policy_str wanted = pol_str(date_name[r->zh]);

    *days = 0;
    if (n->kind != POL_NODE_STR)
        return kind_fails(n, wanted, r);
    return pol_date_read(n->str, days) || scalar_fails(n, wanted, r);
}

bool pol_node_text(const pol_node *n, pol_text *out, pol_reporter *r)
{
    static const pol_key keys[] = {
        { "zh", POL_IS_STR, false }, { "en", POL_IS_STR, false }
    };
    const pol_node *zh = pol_node_get(n, "zh"), *en = pol_node_get(n, "en");

    *out = (pol_text){ { NULL, 0 }, { NULL, 0 } };
    if (n->kind == POL_NODE_STR) {
        out->zh = out->en = n->str;
        return true;
    }
    if (n->kind != POL_NODE_TABLE)
        return kind_fails(n, pol_str(kind_names[POL_NODE_STR][r->zh]), r);
    if (!pol_node_closed(n, "text", keys, 2, r))
        return false;
    if (!zh && !en) {
        pol_report(r, POL_MSG_MISSING_KEY, n->place, POL_STR("text"),
                   POL_STR("zh"));
        return false;
    }
    if (zh)
        out->zh = zh->str;
    if (en)
        out->en = en->str;
    return true;
}

/* What a value may be, as one kind of word each: NUM covers INT. */
static policy_str wanted_kinds(struct joined *j, uint32_t kinds, bool zh)
{
    unsigned kind;

    for (kind = POL_NODE_BOOL; kind <= POL_NODE_FUNC; kind++) {
        if (!(kinds & 1u << kind) ||
            (kind == POL_NODE_INT && kinds & 1u << POL_NODE_NUM))
            continue;
        join(j, zh ? "或" : " or ", kind == POL_NODE_TABLE ?
             table_or_list[zh] : kind_names[kind][zh]);
    }
    return joined_str(j);
}

bool pol_node_is(const pol_node *n, uint32_t kinds)
{
    const uint32_t scalars = POL_IS_BOOL | POL_IS_NUM | POL_IS_STR;

    return kinds & 1u << n->kind ||
           (n->kind == POL_NODE_STR && n->plain && kinds & scalars);
}

static bool check_value(const pol_node *n, policy_str key, uint32_t kinds,
                        pol_reporter *r)
{
    struct joined j = { .len = 0 };

    if (pol_node_is(n, kinds))
        return true;
    if (n->kind == POL_NODE_NIL)
        pol_report(r, POL_MSG_KEY_EMPTY, n->place, shown(key),
                   wanted_kinds(&j, kinds, r->zh));
    else
        pol_report(r, POL_MSG_KEY_KIND, n->place, shown(key),
                   wanted_kinds(&j, kinds, r->zh),
                   pol_node_kind_name(n, r->zh));
    return false;
}

static const pol_key *find_key(const pol_key *keys, size_t count,
                               policy_str name)
{
    size_t i;

    for (i = 0; i < count; i++)
        if (pol_str_is(name, keys[i].name))
            return &keys[i];
    return NULL;
}

static void unknown_key(const pol_entry *e, const char *what,
                        const pol_key *keys, size_t count, pol_reporter *r)
{
    policy_str names[NEAREST_NAMES];
    size_t i;

    for (i = 0; i < count && i < NEAREST_NAMES; i++)
        names[i] = pol_str(keys[i].name);
    pol_report_hint(r, POL_MSG_UNKNOWN_KEY, e->place,
                    pol_nearest(e->key, names, i),
                    (const policy_str[]){ pol_str(what), shown(e->key) }, 2);
}

/* Items are welcome only where `keys` has the name "[]". */
static bool check_items(const pol_node *table, const char *what,
                        const pol_key *keys, size_t count, pol_reporter *r)
{
    const pol_key *k = find_key(keys, count, POL_STR("[]"));
    bool ok = true;
    size_t i;

    if (table->table.item_count && !k) {
        pol_report(r, POL_MSG_STRAY_ITEM, table->table.items[0].place,
                   pol_str(what));
        return false;
    }
    for (i = 0; i < table->table.item_count; i++)
        ok &= check_value(&table->table.items[i], pol_str(what), k->kinds, r);
    return ok;
}

bool pol_node_closed(const pol_node *table, const char *what,
                     const pol_key *keys, size_t count, pol_reporter *r)
{
    bool ok = true;
    size_t i;

    if (table->kind != POL_NODE_TABLE || table->table.sequence)
        return kind_fails(table, pol_str(kind_names[POL_NODE_TABLE][r->zh]), r);
    for (i = 0; i < table->table.entry_count; i++) {
        const pol_entry *e = &table->table.entries[i];
        const pol_key *k = find_key(keys, count, e->key);

        if (k)
            ok &= check_value(&e->value, e->key, k->kinds, r);
        else {
            unknown_key(e, what, keys, count, r);
            ok = false;
        }
    }
    ok &= check_items(table, what, keys, count, r);
    for (i = 0; i < count; i++) {
        if (!keys[i].required || pol_node_get(table, keys[i].name))
            continue;
        pol_report(r, POL_MSG_MISSING_KEY, table->place, pol_str(what),
                   pol_str(keys[i].name));
        ok = false;
    }
    return ok;
}
