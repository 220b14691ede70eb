/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From Lua values to nodes. Tables are read raw and by sorted keys, so neither
 * Lua's random order of keys nor anything a script does shows in the tree or in
 * the numbers that functions get.
 *
 * Places come from the source map, which is walked alongside: a value that was
 * written where it stands has the place of its own tokens; one that came from a
 * variable, a loop or a helper has that of the expression that brought it, or,
 * if it is a call, of the call as found by its name, line and look. The map
 * only ever gives places: a tree is the same without it.
 *
 * A value may be shared, and a table of two that are the same table of two is
 * small in Lua and endless here. So nodes and bytes of text are counted as they
 * are copied, and depth is limited, which ends cycles too. A table that was
 * emptied keeps its room, which lua_next walks through; nobody tells how much
 * that is, so each table that is read again counts as the largest block that
 * there was.
 */
#include <lauxlib.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/slice.h"
#include "base/sort.h"
#include "script/declared.h"

enum {
    DEPTH_MAX = 128,    /* of the path below; limits may ask for less */
    LATELY = 64,        /* keys of rules, and what all of them say */
    LATELY_LEN = 32,
    TEXT_MAX = 8 << 20, /* bytes of all texts; a file has 256 KiB */
    HELPERS_MAX = 32,   /* functions that one function reaches */
    SLOT_BYTES = 16,    /* of an array; of a hash part there are fewer */
    SLOTS_MAX = 128 << 20 /* 8,000 times beside a list of 16,000: 300 ms */
};

typedef struct walk {
    lua_State *lua;
    pol_declared *d;
    size_t nodes, nodes_max, text, slots, depth, depth_max;
    size_t largest; /* block of the state */
    policy_str lately[LATELY]; /* short texts that were copied, by hash */
    int seen;       /* place of the set of the tables that were read */
    const void *path[DEPTH_MAX];
    bool full; /* reported once that it is too much; the rest is skipped */
} walk;

static void read_value(walk *w, int index, const pol_shape *shape,
                       pol_place where, pol_node *out);

static void *new_array(walk *w, size_t count, size_t size)
{
    void *array = count ? pol_arena_array(w->d->arena, count, size) : NULL;

    if (count && !array)
        pol_sandbox_starve(w->lua);
    return array;
}

static void report(walk *w, pol_message m, pol_place where, policy_str a,
                   policy_str b)
{
    w->d->bad = true;
    if (w->d->r)
        pol_report(w->d->r, m, where, a, b);
}

typedef struct number_text {
    char text[24];
} number_text;

static policy_str number(number_text *n, size_t value)
{
    int len = snprintf(n->text, sizeof(n->text), "%zu", value);

    return (policy_str){ n->text, (size_t)len };
}

static void report_numbers(walk *w, pol_message m, pol_place where, size_t a,
                           size_t b)
{
    number_text x, y;

    report(w, m, where, number(&x, a), number(&y, b));
}

static const pol_token *token_of(const walk *w, uint32_t token)
{
    return &w->d->map->tokens[token];
}

/* Room for `count` more nodes; false, after one report, if there is none. */
static bool has_room(walk *w, size_t count, size_t text, pol_place where)
{
    if (!w->full && count <= w->nodes_max - w->nodes &&
        text <= TEXT_MAX - w->text) {
        w->nodes += count;
        w->text += text;
        return true;
    }
    if (!w->full)
        report_numbers(w, POL_MSG_LUA_SIZE, where, w->nodes_max, TEXT_MAX);
    w->full = true;
    return false;
}

/* Is the table at `index` read for the first time? */
static bool is_fresh(walk *w, int index)
{
    bool fresh;

    lua_pushvalue(w->lua, index);
    fresh = lua_rawget(w->lua, w->seen) == LUA_TNIL;
    lua_pop(w->lua, 1);
    if (fresh) {
        lua_pushvalue(w->lua, index);
        lua_pushboolean(w->lua, true);
        lua_rawset(w->lua, w->seen);
    }
    return fresh;
}

/* May the table be walked through? False after one report. */
static bool may_walk(walk *w, int index, pol_place where)
{
    if (is_fresh(w, index))
        return true;
    w->slots += 1 + w->largest / SLOT_BYTES;
    if (w->slots <= SLOTS_MAX)
        return true;
    if (!w->full)
        report_numbers(w, POL_MSG_LUA_SLOTS, where, 0, 0);
    w->full = true;
    return false;
}

/* Enter the table or call at `index`; false: not again, or not so deep. */
static bool enter(walk *w, int index, pol_place where)
{
    const void *self = lua_topointer(w->lua, index);

    for (size_t i = 0; i < w->depth; i++)
        if (w->path[i] == self) {
            report_numbers(w, POL_MSG_LUA_CYCLE, where, 0, 0);
            return false;
        }
    if (w->depth == w->depth_max) {
        report_numbers(w, POL_MSG_LUA_DEPTH, where, w->depth_max, 0);
        return false;
    }
    /* Each level leaves at most three values on the stack of Lua. */
    luaL_checkstack(w->lua, 16, NULL);
    w->path[w->depth++] = self;
    return true;
}

/* --- texts and tables --------------------------------------------------- */

/* A copy. Of 10,000 rules each has the same keys: they share theirs. */
static policy_str read_text(walk *w, int index, pol_place where)
{
    policy_str s, *lately = NULL;

    s.ptr = lua_tolstring(w->lua, index, &s.len);
    if (!has_room(w, 0, s.len, where))
        return (policy_str){ "", 0 };
    if (s.len <= LATELY_LEN) {
        lately = &w->lately[pol_hash(s.ptr, s.len, 0) % LATELY];
        if (lately->ptr && pol_str_eq(*lately, s))
            return *lately;
    }
    if (pol_str_ill_formed(s) != s.len) {
        report_numbers(w, POL_MSG_LUA_TEXT, where, 0, 0);
        return (policy_str){ "", 0 };
    }
    s = pol_arena_dup(w->d->arena, s);
    if (!s.ptr)
        pol_sandbox_starve(w->lua);
    if (lately)
        *lately = s;
    return s;
}

/* How many positions and names the table has. False after a report. */
static bool count_keys(walk *w, int index, pol_place where, size_t *items,
                       size_t *entries)
{
    lua_Integer last = 0;
    bool good = true;

    *items = *entries = 0;
    lua_pushnil(w->lua);
    while (lua_next(w->lua, index)) {
        lua_pop(w->lua, 1);
        if (lua_type(w->lua, -1) == LUA_TSTRING) {
            ++*entries;
        } else if (lua_isinteger(w->lua, -1) &&
                   lua_tointeger(w->lua, -1) >= 1) {
            ++*items;
            if (lua_tointeger(w->lua, -1) > last)
                last = lua_tointeger(w->lua, -1);
        } else if (good) {
            report(w, POL_MSG_LUA_KEY, where,
                   pol_str(lua_typename(w->lua, lua_type(w->lua, -1))),
                   POL_STR(""));
            good = false;
        }
    }
    if (good && (lua_Unsigned)last != *items) {
        report_numbers(w, POL_MSG_LUA_HOLE, where, *items, (size_t)last);
        good = false;
    }
    return good;
}

static int by_key(const void *a, const void *b)
{
    const pol_entry *x = a, *y = b;

    return pol_str_cmp(x->key, y->key);
}

/* A key that stands twice in the braces: Lua would keep one silently. */
static void check_twice(walk *w, const pol_shape_table *shape)
{
    for (size_t i = 1; shape && i < shape->entry_count; i++) {
        const pol_shape_entry *a = &shape->entries[i - 1];
        const pol_shape_entry *b = &shape->entries[i];
        number_text line;

        if (a->key.len && pol_str_eq(a->key, b->key))
            report(w, POL_MSG_YAML_DUPLICATE,
                   pol_token_place(w->d->map, token_of(w, b->token)), b->key,
                   number(&line, token_of(w, a->token)->line));
    }
}

/* Keys first, then their values in the order of the keys. */
static void read_entries(walk *w, int index, const pol_shape_table *shape,
                         pol_place where, pol_entry *entries, size_t count)
{
    size_t n = 0;

    lua_pushnil(w->lua);
    while (lua_next(w->lua, index)) {
        lua_pop(w->lua, 1);
        if (lua_type(w->lua, -1) == LUA_TSTRING)
            entries[n++].key = read_text(w, lua_gettop(w->lua), where);
    }
    pol_sort(entries, count, sizeof(*entries), by_key);
    for (size_t i = 0; i < count && !w->full; i++) {
        pol_entry *e = &entries[i];
        const pol_shape_entry *written =
            shape ? pol_shape_get(shape, e->key) : NULL;

        e->place = where;
        if (written)
            e->place = pol_token_place(w->d->map, token_of(w, written->token));
        lua_pushlstring(w->lua, e->key.ptr, e->key.len);
        lua_rawget(w->lua, index);
        read_value(w, lua_gettop(w->lua), written ? &written->value : NULL,
                   e->place, &e->value);
        lua_pop(w->lua, 1);
    }
}

static void read_table(walk *w, int index, const pol_shape_table *shape,
                       pol_place where, pol_node *out)
{
    size_t items, entries;
    pol_node *item;
    pol_entry *entry;

    out->kind = POL_NODE_TABLE;
    if (!enter(w, index, where))
        return;
    check_twice(w, shape);
    if (may_walk(w, index, where) &&
        count_keys(w, index, where, &items, &entries) &&
        has_room(w, items + entries, 0, where)) {
        item = new_array(w, items, sizeof(*item));
        entry = new_array(w, entries, sizeof(*entry));
        for (size_t i = 0; i < items && !w->full; i++) {
            bool written = shape && i < shape->item_count;

            lua_rawgeti(w->lua, index, (lua_Integer)i + 1);
            read_value(w, lua_gettop(w->lua), written ? &shape->items[i] : NULL,
                       where, &item[i]);
            lua_pop(w->lua, 1);
        }
        read_entries(w, index, shape, where, entry, entries);
        out->table.items = item;
        out->table.item_count = items;
        out->table.entries = entry;
        out->table.entry_count = entries;
    }
    w->depth--;
}

/* --- calls -------------------------------------------------------------- */

typedef struct candidate {
    walk *w;
    int index; /* of the call value */
} candidate;

/* Can the value on top of the stack have been written like this? Texts and the
 * presence of tables and calls decide; the rest could be anything. */
static bool looks_like(const walk *w, const pol_shape *shape)
{
    policy_str literal =
        pol_token_literal(w->d->map, token_of(w, shape->token));
    policy_str s;

    if (shape->kind == POL_SHAPE_TABLE)
        return lua_istable(w->lua, -1);
    if (shape->kind == POL_SHAPE_CALL)
        return !lua_isnil(w->lua, -1);
    if (!literal.ptr || lua_type(w->lua, -1) != LUA_TSTRING)
        return !literal.ptr;
    s.ptr = lua_tolstring(w->lua, -1, &s.len);
    /* The literal may be the first of a longer expression. */
    return pol_str_starts(s, literal);
}

/* Is the entry of no use for telling tables apart? A computed key could be any;
 * of a key that stands twice Lua keeps the last value, and check_twice, which
 * says so, has to find the table. */
static bool is_vague(const pol_shape_table *t, size_t i)
{
    return t->entries[i].key.len == 0 ||
           (i + 1 < t->entry_count &&
            pol_str_eq(t->entries[i].key, t->entries[i + 1].key));
}

/* The table on top of the stack against the entries as written. */
static bool entries_fit(const walk *w, const pol_shape_table *t)
{
    bool fit = true;

    for (size_t i = 0; fit && i < t->entry_count; i++) {
        if (is_vague(t, i))
            continue;
        lua_pushlstring(w->lua, t->entries[i].key.ptr, t->entries[i].key.len);
        lua_rawget(w->lua, -2);
        fit = looks_like(w, &t->entries[i].value);
        lua_pop(w->lua, 1);
    }
    for (size_t i = 0; fit && i < t->item_count; i++) {
        lua_rawgeti(w->lua, -1, (lua_Integer)i + 1);
        fit = looks_like(w, &t->items[i]);
        lua_pop(w->lua, 1);
    }
    return fit;
}

static bool site_fits(void *user, const pol_call_site *s)
{
    const candidate *c = user;
    const pol_call_value *value = lua_touserdata(c->w->lua, c->index);
    bool fit = s->arg_count == value->count;

    for (uint32_t i = 0; fit && i < value->count; i++) {
        lua_getiuservalue(c->w->lua, c->index, (int)i + 1);
        fit = looks_like(c->w, &s->args[i]) &&
              (s->args[i].kind != POL_SHAPE_TABLE ||
               entries_fit(c->w, s->args[i].table));
        lua_pop(c->w->lua, 1);
    }
    return fit;
}

/* Where the call was written: here, if what stands here is a call of that name
 * on that line; else wherever the file has one. NULL: not by its own name. */
static pol_call_site *find_site(walk *w, int index, const pol_shape *shape)
{
    const pol_call_value *c = lua_touserdata(w->lua, index);
    policy_str name = pol_constructor_name(c->constructor);
    candidate user = { w, index };

    if (shape && shape->kind == POL_SHAPE_CALL) {
        pol_call_site *s = shape->site;

        if (pol_str_eq(pol_token_text(w->d->map, token_of(w, s->token)),
                       name) &&
            (token_of(w, s->token)->line == c->line ||
             token_of(w, s->first)->line == c->line))
            return s;
    }
    return pol_site_find(w->d->map, name, c->line, site_fits, &user);
}

static void read_call(walk *w, int index, const pol_shape *shape,
                      pol_place where, pol_node *out)
{
    pol_call_value *c = lua_touserdata(w->lua, index);
    pol_call_site *site = w->d->map ? find_site(w, index, shape) : NULL;
    pol_node *args;

    if (site) {
        site->used = true;
        where = pol_token_place(w->d->map, token_of(w, site->token));
    } else if (w->d->map && c->line) {
        where = pol_line_place(w->d->map, c->line);
    }
    c->nested = w->depth > 0;
    out->kind = POL_NODE_CALL;
    out->place = where;
    out->call.name = pol_constructor_name(c->constructor);
    if (!enter(w, index, where))
        return;
    if (has_room(w, c->count, 0, where)) {
        args = new_array(w, c->count, sizeof(*args));
        for (uint32_t i = 0; i < c->count && !w->full; i++) {
            bool written = site && i < site->arg_count;

            lua_getiuservalue(w->lua, index, (int)i + 1);
            read_value(w, lua_gettop(w->lua), written ? &site->args[i] : NULL,
                       where, &args[i]);
            lua_pop(w->lua, 1);
        }
        out->call.args = args;
        out->call.arg_count = c->count;
    }
    w->depth--;
}

/* --- functions ---------------------------------------------------------- */

/* The name `text` as used inside the function at `where`, for the caret. */
static pol_place use_of(const walk *w, const pol_shape *shape, pol_place where,
                        const char *text)
{
    const pol_source_map *m = w->d->map;
    size_t i = shape && m ? shape->token : SIZE_MAX;

    if (m && i < m->token_count &&
        !pol_str_is(pol_token_text(m, &m->tokens[i]), "function"))
        return where;
    for (; m && i < m->token_count; i++)
        if (m->tokens[i].kind == POL_TOKEN_NAME &&
            pol_str_is(pol_token_text(m, &m->tokens[i]), text))
            return pol_token_place(m, &m->tokens[i]);
    return where;
}

typedef struct helpers {
    const void *seen[HELPERS_MAX];
    size_t count;
} helpers;

/*
 * What the function at `index` holds of the file around it: nothing that a call
 * could change and the next one see. Plain values and functions are put back
 * after every call (guard.c); tables could not be.
 */
static void check_upvalues(walk *w, int index, const pol_shape *shape,
                           pol_place where, helpers *h)
{
    const char *name;

    for (size_t i = 0; i < h->count; i++)
        if (h->seen[i] == lua_topointer(w->lua, index))
            return;
    if (h->count == HELPERS_MAX) {
        report_numbers(w, POL_MSG_LUA_UPVALUE_COUNT, where, HELPERS_MAX, 0);
        return;
    }
    h->seen[h->count++] = lua_topointer(w->lua, index);
    luaL_checkstack(w->lua, 8, NULL);
    for (int i = 1; (name = lua_getupvalue(w->lua, index, i)); i++) {
        int top = lua_gettop(w->lua);

        lua_rawgetp(w->lua, LUA_REGISTRYINDEX, &pol_key_globals);
        if (lua_rawequal(w->lua, -1, top))
            ;
        else if (lua_istable(w->lua, top))
            report(w, POL_MSG_LUA_UPVALUE, use_of(w, shape, where, name),
                   pol_str(name), POL_STR(""));
        else if (lua_isuserdata(w->lua, top) || lua_iscfunction(w->lua, top))
            report(w, POL_MSG_LUA_UPVALUE_KIND, use_of(w, shape, where, name),
                   pol_str(name), POL_STR(""));
        else if (lua_isfunction(w->lua, top))
            check_upvalues(w, top, shape, where, h);
        lua_settop(w->lua, top - 1);
    }
}

static void read_function(walk *w, int index, const pol_shape *shape,
                          pol_place where, pol_node *out)
{
    helpers h = { .count = 0 };

    if (lua_iscfunction(w->lua, index)) {
        report_numbers(w, POL_MSG_LUA_VALUE, where, 0, 0);
        return;
    }
    check_upvalues(w, index, shape, where, &h);
    out->kind = POL_NODE_FUNC;
    out->function = w->d->functions++;
    lua_rawgetp(w->lua, LUA_REGISTRYINDEX, &pol_key_functions);
    lua_pushvalue(w->lua, index);
    lua_rawseti(w->lua, -2, (lua_Integer)out->function + 1);
    lua_pop(w->lua, 1);
}

/* --- all of them -------------------------------------------------------- */

/* `shape` is the expression as written, if it is known; `where` the place of
 * what brought the value. `out` is zeroed. */
static void read_value(walk *w, int index, const pol_shape *shape,
                       pol_place where, pol_node *out)
{
    if (shape)
        where = pol_token_place(w->d->map, token_of(w, shape->token));
    out->place = where;
    switch (lua_type(w->lua, index)) {
    case LUA_TBOOLEAN:
        out->kind = POL_NODE_BOOL;
        out->boolean = lua_toboolean(w->lua, index);
        break;
    case LUA_TNUMBER:
        if (lua_isinteger(w->lua, index)) {
            out->kind = POL_NODE_INT;
            out->integer = lua_tointeger(w->lua, index);
        } else {
            out->kind = POL_NODE_NUM;
            out->number = lua_tonumber(w->lua, index);
            if (!isfinite(out->number))
                report_numbers(w, POL_MSG_LUA_NUMBER, where, 0, 0);
        }
        break;
    case LUA_TSTRING:
        out->kind = POL_NODE_STR;
        out->str = read_text(w, index, where);
        break;
    case LUA_TTABLE:
        read_table(w, index,
                   shape && shape->kind == POL_SHAPE_TABLE ? shape->table
                                                           : NULL,
                   where, out);
        break;
    case LUA_TUSERDATA: /* there is no other kind of them */
        read_call(w, index, shape, where, out);
        break;
    case LUA_TFUNCTION:
        read_function(w, index, shape, where, out);
        break;
    default:
        out->kind = POL_NODE_NIL;
    }
}

void pol_declared_read(lua_State *lua, pol_declared *d)
{
    size_t count =
        ((const pol_environment *)pol_sandbox_of(lua)->owner)->declared;
    walk w = { .lua = lua, .d = d, .nodes_max = d->limits->yaml_nodes,
               .largest = pol_sandbox_of(lua)->largest };
    pol_node *nodes = new_array(&w, count, sizeof(*nodes));
    pol_place nowhere = { d->source, 0, 0, 0 };
    int list;

    /* A constructor and its table are two levels of Lua and one of YAML. */
    w.depth_max = d->limits->yaml_depth > DEPTH_MAX / 2
                      ? DEPTH_MAX
                      : 2 * (size_t)d->limits->yaml_depth;
    luaL_checkstack(lua, 16, NULL);
    lua_newtable(lua);
    w.seen = lua_gettop(lua);
    lua_rawgetp(lua, LUA_REGISTRYINDEX, &pol_key_declared);
    list = lua_gettop(lua);
    /* Backwards: what contains a rule is mostly declared after it, so a rule of
     * a theme is known as such before its turn comes, and read once. */
    for (size_t i = count; i-- > 0 && !w.full;) {
        lua_rawgeti(lua, list, (lua_Integer)i + 1);
        if (!((pol_call_value *)lua_touserdata(lua, -1))->nested)
            read_value(&w, lua_gettop(lua), NULL, nowhere, &nodes[i]);
        lua_pop(lua, 1);
    }
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(lua, list, (lua_Integer)i + 1);
        if (!((pol_call_value *)lua_touserdata(lua, -1))->nested)
            nodes[d->count++] = nodes[i];
        lua_pop(lua, 1);
    }
    d->nodes = nodes;
}
