/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libyaml's events into nodes.
 *
 * The problem. YAML can name a value once and repeat it by reference (nine
 * lines become a billion nodes), give one key twice, change the kind of a value
 * by a tag and hide a second document behind three dashes. None of it is needed
 * in order to describe an organisation, so all of it is refused, at its place.
 *
 * The shape. One array of entries is shared by all open collections; a frame
 * says where its own begin. When a collection ends, its entries are copied to
 * the arena as one array and become one node of the frame below:
 *
 *     a: { b: 1, c: [ 2, 3        entries   b:1   2  3
 *                                           ^     ^
 *                                 frames  a{} b{} c[]
 *
 * Invariants.
 * (1) entries[frame.first ..] belong to that frame or to frames above it.
 * (2) A frame of a mapping is `key_next` exactly when its last key has a value.
 * (3) An event that is refused still leaves a node (nil), so that (2) holds and
 *     reading goes on to the next mistake; the tree is given out only if
 *     nothing at all was wrong.
 * (4) Nothing of libyaml's memory is kept: every text is copied to the arena.
 *
 * Places. libyaml counts characters and never bytes, and it ends lines at
 * U+0085, U+2028 and U+2029 too, which neither an editor nor pol_source_line
 * does. So only the character index of its marks is used; a cursor that moves
 * with it over the source knows line and column as the rest of the library
 * counts them. Marks ascend, so this costs one pass over the source.
 *
 * Cost. libyaml allocates by malloc; source_bytes bounds it before it sees a
 * byte, yaml_depth bounds its stacks, since an event is taken as soon as it is
 * there. Recursion is nowhere. Duplicate keys are found by sorting.
 */
#include <assert.h>
#include <stdio.h>
#include <yaml.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/slice.h"
#include "config/order.h"
#include "config/yaml.h"

struct frame {
    size_t first;           /* of its entries */
    pol_place place;
    policy_str key;         /* read, its value not yet; ptr NULL: refused */
    pol_place key_place;
    bool sequence, key_next;
};

struct cursor {
    size_t pos;             /* byte in the source */
    size_t index;           /* code points from `start` to `pos` */
    size_t start;           /* byte after the byte order mark */
    uint32_t line, column;
};

struct reader {
    yaml_parser_t parser;
    const pol_source *source;
    pol_arena *arena;
    pol_reporter *reporter;
    policy_error *err;
    policy_limits limits;
    struct cursor cursor;
    pol_entry *entries;
    size_t entry_count, entry_cap;
    struct frame *frames;
    size_t frame_count, frame_cap;
    uint64_t nodes, documents;
    uint64_t errors;        /* of the reporter before we began */
    pol_node root;
};

static void cursor_init(struct cursor *c, policy_str s)
{
    c->start = pol_str_starts(s, POL_STR("\xef\xbb\xbf")) ? 3 : 0;
    c->pos = c->start;
    c->index = 0;
    c->line = c->column = 1;
}

/* The index of a mark counts a CR LF as two, as we do. The source is known to
 * be well-formed as far as libyaml has read it. */
static void cursor_seek(struct cursor *c, policy_str s, size_t index)
{
    if (index < c->index)
        cursor_init(c, s);
    while (c->index < index && c->pos < s.len) {
        char byte = s.ptr[c->pos];
        bool end = byte == '\n' ||
                   (byte == '\r' && !(c->pos + 1 < s.len &&
                                      s.ptr[c->pos + 1] == '\n'));

        pol_str_next(s, &c->pos);
        c->index++;
        c->line += end;
        c->column = end ? 1 : c->column + 1;
    }
}

/* How many of `count` code points from `pos` on stand in its line. */
static uint32_t rest_of_line(policy_str s, size_t pos, size_t count)
{
    uint32_t n = 0;

    while (n < count && pos < s.len && s.ptr[pos] != '\n' &&
           s.ptr[pos] != '\r') {
        pol_str_next(s, &pos);
        n++;
    }
    return n;
}

static pol_place place_of(struct reader *y, const yaml_mark_t *from,
                          const yaml_mark_t *to)
{
    size_t count = to && to->index > from->index ? to->index - from->index : 1;
    uint32_t length;

    cursor_seek(&y->cursor, y->source->bytes, from->index);
    length = rest_of_line(y->source->bytes, y->cursor.pos, count);
    return (pol_place){ y->source, y->cursor.line, y->cursor.column,
                        length ? length : 1 };
}

static const char control_problem[] = "control characters are not allowed";

/* What libyaml has to say, for people. The first text is its own. */
static const struct {
    const char *problem, *en, *zh;
} problems[] = {
    { "could not find expected ':'",
      "a key without “:” after it, or a line that is indented wrongly",
      "键后面缺少“:”，或者该行缩进不对" },
    { "mapping values are not allowed in this context",
      "“:” cannot stand here; a text that contains “: ” needs quotes",
      "此处不能出现“:”，含有“: ”的文字要加引号" },
    { "mapping keys are not allowed in this context",
      "a key cannot stand here; look at the indentation",
      "此处不能出现键，请检查缩进" },
    { "block sequence entries are not allowed in this context",
      "a list item (“- ”) cannot stand here; look at the indentation",
      "此处不能出现列表项（“- ”），请检查缩进" },
    { "did not find expected key",
      "a key is expected here; look at the indentation and the quotes",
      "此处应为键，请检查缩进和引号" },
    { "did not find expected '-' indicator",
      "a list item (“- ”) is expected here; look at the indentation",
      "此处应为列表项（“- ”），请检查缩进" },
    { "did not find expected ',' or ']'",
      "“,” or “]” is expected here", "此处应为“,”或“]”" },
    { "did not find expected ',' or '}'",
      "“,” or “}” is expected here", "此处应为“,”或“}”" },
    { "did not find expected node content",
      "a value is expected here", "此处应为值" },
    { "found unexpected end of stream",
      "the file ends inside a quoted text", "文件在引号内的文字中间结束" },
    { "found unexpected document indicator",
      "a quoted text must end before “---” or “...”",
      "引号内的文字必须在“---”或“...”之前结束" },
    { "found character that cannot start any token",
      "no value can begin with this character; put the text in quotes",
      "值不能以此字符开头，请给文字加引号" },
    { "found a tab character that violates indentation",
      "a tab cannot indent; use spaces", "不能用制表符缩进，请用空格" },
    { "found a tab character where an indentation space is expected",
      "a tab cannot indent; use spaces", "不能用制表符缩进，请用空格" },
    { "found unknown escape character",
      "an unknown escape; in double quotes a backslash is written “\\\\”",
      "未知的转义；双引号内的反斜杠要写成“\\\\”" },
    { "did not find expected <document start>",
      "the document has ended before this line; look at the indentation",
      "文档在此行之前已经结束，请检查缩进" },
    { "did not find expected comment or line break",
      "only a comment may follow here", "此处之后只能是注释" },
    { "did not find expected alphabetic or numeric character",
      "a value that begins with “&” or “*” needs quotes",
      "以“&”或“*”开头的值要加引号" },
    { "found undefined tag handle",
      "tags are not accepted; a value that begins with “!” needs quotes",
      "不接受标签，以“!”开头的值要加引号" },
    { control_problem,
      "a control character", "控制字符" },
    { "invalid leading UTF-8 octet",
      "no character begins with this byte", "字符不能以此字节开头" },
    { "invalid trailing UTF-8 octet",
      "the character is broken off", "字符不完整" },
    { "incomplete UTF-8 octet sequence",
      "the file ends inside a character", "文件在字符中间结束" },
    { "invalid length of a UTF-8 sequence",
      "an overlong form", "过长的编码形式" },
    { "invalid Unicode character",
      "a surrogate or a number beyond U+10FFFF",
      "代理码位或超出 U+10FFFF 的码位" },
    { "found unexpected ':'",
      "a text that contains “:” needs quotes here",
      "此处含有“:”的文字要加引号" }
};

static policy_str problem_text(const char *problem, bool zh)
{
    size_t i;

    for (i = 0; i < sizeof(problems) / sizeof(problems[0]); i++)
        if (strcmp(problems[i].problem, problem) == 0)
            return pol_str(zh ? problems[i].zh : problems[i].en);
    return pol_str(problem);
}

/* Known only after the reporter has it: the first error of all. */
static policy_status rules_error(struct reader *y)
{
    char code[sizeof(y->err->code)];
    policy_str first = pol_str_cut(y->reporter->first, sizeof(code) - 1);

    memcpy(code, first.ptr, first.len);
    code[first.len] = '\0';
    return pol_error_set(y->err, POLICY_ERULES, code, "%s",
                         y->reporter->first_message);
}

/* Most complaints about a tab only say that it cannot stand there. */
static bool at_tab(const struct reader *y)
{
    policy_str s = y->source->bytes;

    return y->cursor.pos < s.len && s.ptr[y->cursor.pos] == '\t';
}

/* Of a reader's error libyaml gives the byte, from where it began; of a broken
 * character, the byte where it breaks. We want the one where it starts. */
static size_t bad_byte(const struct reader *y)
{
    size_t ill_formed = pol_str_ill_formed(y->source->bytes);

    if (!y->parser.problem || strcmp(y->parser.problem, control_problem) == 0)
        return y->cursor.start + y->parser.problem_offset;
    return ill_formed;
}

static policy_status report_parser(struct reader *y)
{
    const yaml_parser_t *p = &y->parser;
    const char *problem = p->problem ? p->problem : "";
    pol_place place;

    if (p->error == YAML_MEMORY_ERROR)
        return pol_error_oom(y->err);
    if (p->error == YAML_READER_ERROR) {
        place = pol_place_at(y->source, bad_byte(y), 1);
        place.length = 1;
        pol_report(y->reporter, POL_MSG_YAML_BYTES, place,
                   problem_text(problem, y->reporter->zh));
    } else {
        place = place_of(y, &p->problem_mark, NULL);
        if (at_tab(y))
            problem = "found a tab character that violates indentation";
        pol_report(y->reporter, POL_MSG_YAML_SYNTAX, place,
                   problem_text(problem, y->reporter->zh));
    }
    return rules_error(y);
}

static policy_status report_limit(struct reader *y, pol_message m,
                                  pol_place place, const char *name,
                                  uint64_t max)
{
    char digits[24];
    int len = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)max);

    pol_report(y->reporter, m, place, (policy_str){ digits, (size_t)len });
    return pol_error_limit(y->err, name, max);
}

static int compare_keys(const void *items, uint32_t a, uint32_t b)
{
    const pol_entry *e = items;

    return pol_str_cmp(e[a].key, e[b].key);
}

/* A refused key has no bytes and is like no other. */
static policy_status report_duplicates(struct reader *y, const pol_entry *e,
                                       size_t count)
{
    pol_arena_mark here = pol_arena_here(y->arena);
    uint32_t *order = pol_order(e, count, compare_keys, y->arena);
    size_t i, first = 0;
    char digits[16];

    if (!order)
        return pol_error_oom(y->err);
    for (i = 1; i < count; i++) {
        int len;

        if (!pol_str_eq(e[order[i]].key, e[order[first]].key) ||
            !e[order[i]].key.ptr || !e[order[first]].key.ptr) {
            first = i;
            continue;
        }
        len = snprintf(digits, sizeof(digits), "%u",
                       (unsigned)e[order[first]].place.line);
        pol_report(y->reporter, POL_MSG_YAML_DUPLICATE, e[order[i]].place,
                   pol_str_cut(e[order[i]].key, 80),
                   (policy_str){ digits, (size_t)len });
    }
    pol_arena_rewind(y->arena, here);
    return POLICY_OK;
}

static bool grow(struct reader *y, void **array, size_t *cap, size_t want,
                 size_t item)
{
    return pol_grow(&y->arena->allocator, array, cap, want, item);
}

static policy_status add_entry(struct reader *y, const pol_entry *e)
{
    if (!grow(y, (void **)&y->entries, &y->entry_cap, y->entry_count + 1,
              sizeof(*y->entries)))
        return pol_error_oom(y->err);
    y->entries[y->entry_count++] = *e;
    return POLICY_OK;
}

/* Nil without a scalar: an alias stood here and is reported already. */
static bool is_refused(const pol_node *n)
{
    return n->kind == POL_NODE_NIL && !n->plain;
}

static void take_key(struct reader *y, struct frame *f, const pol_node *n)
{
    f->key = (policy_str){ NULL, 0 };
    f->key_place = n->place;
    f->key_next = false;
    if (n->kind == POL_NODE_STR)
        f->key = n->str;
    else if (!is_refused(n))
        pol_report(y->reporter, POL_MSG_YAML_KEY, n->place);
}

/* A whole node goes to the innermost collection, as key or as value. */
static policy_status add_node(struct reader *y, const pol_node *n)
{
    struct frame *f;
    pol_entry e = { .value = *n };

    if (y->frame_count == 0) {
        y->root = *n;
        return POLICY_OK;
    }
    f = &y->frames[y->frame_count - 1];
    if (f->key_next) {
        take_key(y, f, n);
        return POLICY_OK;
    }
    e.key = f->key;
    e.place = f->key_place;
    f->key_next = !f->sequence;
    return add_entry(y, &e);
}

static policy_status open_frame(struct reader *y, bool sequence,
                                pol_place place)
{
    struct frame f = { .first = y->entry_count, .place = place,
                       .sequence = sequence, .key_next = !sequence };

    if (y->frame_count >= y->limits.yaml_depth)
        return report_limit(y, POL_MSG_YAML_DEPTH, place, "yaml_depth",
                            y->limits.yaml_depth);
    if (!grow(y, (void **)&y->frames, &y->frame_cap, y->frame_count + 1,
              sizeof(*y->frames)))
        return pol_error_oom(y->err);
    y->frames[y->frame_count++] = f;
    return POLICY_OK;
}

static policy_status copy_items(struct reader *y, pol_node *n,
                                const pol_entry *e, size_t count)
{
    pol_node *items = pol_arena_new(y->arena, pol_node, count);
    size_t i;

    if (!items)
        return pol_error_oom(y->err);
    for (i = 0; i < count; i++)
        items[i] = e[i].value;
    n->table.items = items;
    n->table.item_count = count;
    n->table.sequence = true;
    return POLICY_OK;
}

static policy_status copy_entries(struct reader *y, pol_node *n,
                                  const pol_entry *e, size_t count)
{
    pol_entry *entries = pol_arena_new(y->arena, pol_entry, count);

    if (!entries)
        return pol_error_oom(y->err);
    if (count)
        memcpy(entries, e, count * sizeof(*e));
    n->table.entries = entries;
    n->table.entry_count = count;
    return report_duplicates(y, entries, count);
}

static policy_status close_frame(struct reader *y)
{
    const struct frame *f = &y->frames[y->frame_count - 1];
    size_t count = y->entry_count - f->first;
    const pol_entry *own = y->entries ? y->entries + f->first : NULL;
    pol_node n = { .kind = POL_NODE_TABLE, .place = f->place };
    policy_status st;

    assert(y->frame_count && f->first <= y->entry_count);
    st = f->sequence ? copy_items(y, &n, own, count)
                     : copy_entries(y, &n, own, count);
    if (st != POLICY_OK)
        return st;
    y->entry_count = f->first;
    y->frame_count--;
    return add_node(y, &n);
}

static policy_status count_node(struct reader *y, pol_place place)
{
    if (++y->nodes <= y->limits.yaml_nodes)
        return POLICY_OK;
    return report_limit(y, POL_MSG_YAML_NODES, place, "yaml_nodes",
                        y->limits.yaml_nodes);
}

/* An anchor that nobody refers to does no harm and no good; it is refused with
 * the rest, so that the alias needs no message of its own to be understood. */
static void refuse_marks(struct reader *y, const yaml_char_t *anchor,
                         const yaml_char_t *tag, pol_place place)
{
    place.length = 1;
    if (anchor)
        pol_report(y->reporter, POL_MSG_YAML_ANCHOR, place,
                   pol_str_cut(pol_str((const char *)anchor), 80));
    if (tag)
        pol_report(y->reporter, POL_MSG_YAML_TAG, place);
}

static policy_status take_scalar(struct reader *y, const yaml_event_t *e,
                                 pol_place place)
{
    policy_str value = { (const char *)e->data.scalar.value,
                         e->data.scalar.length };
    pol_node n = { .kind = POL_NODE_STR, .place = place };

    n.plain = e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    refuse_marks(y, e->data.scalar.anchor, e->data.scalar.tag, place);
    if (n.plain && value.len == 0) {
        n.kind = POL_NODE_NIL;
        n.place.length = 1;
        return add_node(y, &n);
    }
    n.str = pol_arena_dup(y->arena, value);
    if (!n.str.ptr)
        return pol_error_oom(y->err);
    return add_node(y, &n);
}

static policy_status take_alias(struct reader *y, const yaml_event_t *e,
                                pol_place place)
{
    pol_node n = { .kind = POL_NODE_NIL, .place = place };

    pol_report(y->reporter, POL_MSG_YAML_ALIAS, place,
               pol_str_cut(pol_str((const char *)e->data.alias.anchor), 80));
    return add_node(y, &n);
}

/* What follows a second document's start is not looked at: it may be all sorts
 * of things. */
static policy_status take_document(struct reader *y, pol_place place)
{
    if (++y->documents == 1)
        return POLICY_OK;
    pol_report(y->reporter, POL_MSG_YAML_DOCUMENTS, place);
    return rules_error(y);
}

static policy_status take_start(struct reader *y, const yaml_event_t *e,
                                pol_place place)
{
    bool sequence = e->type == YAML_SEQUENCE_START_EVENT;

    place.length = 1;
    refuse_marks(y,
                 sequence ? e->data.sequence_start.anchor
                          : e->data.mapping_start.anchor,
                 sequence ? e->data.sequence_start.tag
                          : e->data.mapping_start.tag, place);
    return open_frame(y, sequence, place);
}

static policy_status take_event(struct reader *y, const yaml_event_t *e)
{
    pol_place place;
    policy_status st;

    switch (e->type) {
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return close_frame(y);
    case YAML_DOCUMENT_START_EVENT:
        return take_document(y, place_of(y, &e->start_mark, &e->end_mark));
    case YAML_SCALAR_EVENT:
    case YAML_ALIAS_EVENT:
    case YAML_SEQUENCE_START_EVENT:
    case YAML_MAPPING_START_EVENT:
        break;
    default:
        return POLICY_OK;
    }
    place = place_of(y, &e->start_mark, &e->end_mark);
    if ((st = count_node(y, place)) != POLICY_OK)
        return st;
    if (e->type == YAML_SCALAR_EVENT)
        return take_scalar(y, e, place);
    if (e->type == YAML_ALIAS_EVENT)
        return take_alias(y, e, place);
    return take_start(y, e, place);
}

static policy_status take_events(struct reader *y)
{
    yaml_event_t event;
    policy_status st;
    bool end = false;

    while (!end) {
        if (!yaml_parser_parse(&y->parser, &event))
            return report_parser(y);
        end = event.type == YAML_STREAM_END_EVENT;
        st = take_event(y, &event);
        yaml_event_delete(&event);
        if (st != POLICY_OK)
            return st;
    }
    return POLICY_OK;
}

static void check_root(struct reader *y)
{
    pol_place top = { y->source, 1, 1, 1 };

    assert(y->frame_count == 0 && y->entry_count == 0);
    if (!y->documents || (y->root.kind == POL_NODE_NIL && y->root.plain))
        pol_report(y->reporter, POL_MSG_YAML_EMPTY, top);
    else if (!is_refused(&y->root) &&
             (y->root.kind != POL_NODE_TABLE || y->root.table.sequence))
        pol_report(y->reporter, POL_MSG_YAML_ROOT, y->root.place,
                   pol_node_kind_name(&y->root, y->reporter->zh));
}

static policy_status check_size(struct reader *y)
{
    uint64_t len = y->source->bytes.len, max = y->limits.source_bytes;
    char a[24], b[24];

    if (len <= max)
        return POLICY_OK;
    snprintf(a, sizeof(a), "%llu", (unsigned long long)len);
    snprintf(b, sizeof(b), "%llu", (unsigned long long)max);
    pol_report(y->reporter, POL_MSG_SOURCE_BYTES,
               ((pol_place){ y->source, 0, 0, 0 }), pol_str(a), pol_str(b));
    return pol_error_limit(y->err, "source_bytes", max);
}

/* The byte order mark is taken off before libyaml sees it: it would count it as
 * a column of the first line, and read UTF-16 where it finds that one's. */
static policy_status read_source(struct reader *y)
{
    policy_str s = y->source->bytes.len ? y->source->bytes : POL_STR("");
    policy_status st;

    if ((st = check_size(y)) != POLICY_OK)
        return st;
    cursor_init(&y->cursor, s);
    if (!yaml_parser_initialize(&y->parser))
        return pol_error_oom(y->err);
    yaml_parser_set_encoding(&y->parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&y->parser,
                                 (const unsigned char *)s.ptr + y->cursor.start,
                                 s.len - y->cursor.start);
    st = take_events(y);
    yaml_parser_delete(&y->parser);
    if (st != POLICY_OK)
        return st;
    check_root(y);
    return y->reporter->errors == y->errors ? POLICY_OK : rules_error(y);
}

policy_status pol_yaml_read(const pol_node **out, const pol_source *source,
                            pol_arena *arena, const policy_limits *limits,
                            pol_reporter *r, policy_error *err)
{
    struct reader y = { .source = source, .arena = arena, .reporter = r,
                        .err = err, .limits = pol_limits_from(limits),
                        .errors = r->errors };
    pol_node *root = NULL;
    policy_status st;

    *out = NULL;
    st = read_source(&y);
    pol_free(&arena->allocator, y.entries, y.entry_cap * sizeof(*y.entries));
    pol_free(&arena->allocator, y.frames, y.frame_cap * sizeof(*y.frames));
    if (st != POLICY_OK)
        return st;
    root = pol_arena_new(arena, pol_node, 1);
    if (!root)
        return pol_error_oom(err);
    *root = y.root;
    *out = root;
    return POLICY_OK;
}
