/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bytes choose, one production each, a check over the handles: it is always
 * Lua, mostly runs, often for long. Property: whatever it does, it ends within
 * its budget and its memory; it says the same twice, in a state that has run
 * other checks and in a new one; and after the event nothing of it is left.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/slice.h"
#include "script/guard.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TEXT_MAX = 1 << 14, DEPTH_MAX = 6, BUDGET = 20000, BYTES = 100000 };

static void require(bool ok)
{
    if (!ok)
        __builtin_trap();
}

struct maker {
    const uint8_t *data;
    size_t size;
    char text[TEXT_MAX];
    size_t len;
    unsigned depth;
};

static unsigned pick(struct maker *m, unsigned count)
{
    if (!m->size)
        return 0;
    m->size--;
    return *m->data++ % count;
}

static void put(struct maker *m, const char *s)
{
    size_t len = strlen(s);

    if (m->len + len < TEXT_MAX) {
        memcpy(m->text + m->len, s, len + 1);
        m->len += len;
    }
}

#define CHOOSE(m, ...)                                                        \
    put((m), ((const char *const[]){ __VA_ARGS__ })[pick(                      \
                 (m), sizeof((const char *const[]){ __VA_ARGS__ }) /           \
                          sizeof(const char *))])

static void expression(struct maker *m);

/* Things without parts: fields, locals, literals; the first is the shortest. */
static void atom(struct maker *m)
{
    CHOOSE(m, "1", "a", "b", "c", "t", "nil", "true", "false", "''", "'x'",
           "'世界'", "0", "-1", "2.5", "1e308", "math.maxinteger", "math.mininteger",
           "math.huge", "event", "hits", "memory", "event.text", "event.external",
           "event.recipients", "event.time", "event.nothing", "hits[1]", "hits[2]",
           "hits[99]", "memory.seen", "memory.seen[1]", "memory.none", "#memory.seen",
           "memory.seen[1].actor", "memory.seen[2].at", "memory.seen[1].recipients", "hits[1].text", "hits[1].start", "hits[2].kind", "#hits",
           "hits:count()", "event.recipients[1]", "#event.recipients", "math",
           "math.floor", "('').sub", "hits.count", "_ENV", "kept", "{}",
           "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'", "f");
}

static void list(struct maker *m, const char *head, const char *end,
                 unsigned count)
{
    put(m, head);
    for (unsigned i = 0; i < count; i++) {
        put(m, i ? ", " : "");
        expression(m);
    }
    put(m, end);
}

static void binary(struct maker *m)
{
    put(m, "(");
    expression(m);
    CHOOSE(m, " .. ", " + ", " - ", " * ", " / ", " // ", " % ", " == ", " ~= ",
           " < ", " <= ", " and ", " or ");
    expression(m);
    put(m, ")");
}

static void index_of(struct maker *m)
{
    put(m, "(");
    expression(m);
    put(m, ")[");
    expression(m);
    put(m, "]");
}

static void method(struct maker *m)
{
    put(m, "(");
    expression(m);
    CHOOSE(m, "):sub(", "):find(", "):byte(", "):count(", "):rep(");
    list(m, "", ")", 1 + pick(m, 3));
}

static void call(struct maker *m)
{
    CHOOSE(m, "f(", "math.floor(", "math.max(", "math.tointeger(", "math.abs(",
           "h(");
    list(m, "", ")", 1 + pick(m, 3));
}

static void table(struct maker *m)
{
    CHOOSE(m, "{ ", "{ note = ", "{ verdict = ", "{ severity = ", "{ [a] = ",
           "{ n = 1, ");
    list(m, "", " }", 1 + pick(m, 3));
}

static void expression(struct maker *m)
{
    static void (*const kinds[])(struct maker *) = { atom,   binary, binary, index_of,
                                                     method, call,   table, atom };

    if (m->depth >= DEPTH_MAX) {
        atom(m);
        return;
    }
    m->depth++;
    kinds[pick(m, 8)](m);
    m->depth--;
}

static void statements(struct maker *m);

static void block(struct maker *m)
{
    static const char *const heads[] = {
        "if a then ", "while true do ", "for i = 1, 1e6 do ", "for i = 1, 9 do ",
        "repeat ", "do ", "for i = 1, #hits do "
    };
    unsigned kind = pick(m, 7);

    if (m->depth >= DEPTH_MAX)
        return;
    m->depth++;
    put(m, heads[kind]);
    statements(m);
    put(m, kind == 4 ? "until b " : "end ");
    m->depth--;
}

static void assignment(struct maker *m)
{
    CHOOSE(m, "a = ", "b = ", "c = ", "t = ", "kept = ", "t[#t + 1] = ", "t[a] = ",
           "t.n = ", "event.text = ", "math.x = ", "x = ", "hits[1] = ", "memory.seen = ", "f = ",
           "h = ", "_ENV = ", "a = a .. ", "t[a * 1023] = ");
    expression(m);
    put(m, "; ");
}

static void statements(struct maker *m)
{
    for (unsigned count = 1 + pick(m, 4); count && m->size; count--) {
        if (pick(m, 3) == 0)
            block(m);
        else
            assignment(m);
    }
}

/* Locals of three kinds, a helper, an upvalue that could keep something. */
static policy_str make(struct maker *m)
{
    put(m, "local kept, h = nil, function(...) return ... end\n"
           "rule { check = function(event, hits, memory)\n"
           "local a, b, c, t = 1, 'xy', event.text, {}\n"
           "local f f = function(n, ...) if not n then return end ");
    statements(m);
    put(m, "return ");
    expression(m);
    put(m, " end\n");
    statements(m);
    put(m, "return ");
    expression(m);
    put(m, "\nend }\nrule { check = function(event, hits)\n"
           "return #hits == 2 and event.text == 'some words' end }\n");
    return (policy_str){ m->text, m->len };
}

static const pol_value *value_of(void *user, int32_t field)
{
    const pol_value *values = user;

    return &values[field % 5];
}

static const policy_str names[2] = { { "an", 2 }, { "", 0 } };
static const pol_value values[5] = {
    { .kind = POL_STR, .str = { "some words", 10 } },
    { .kind = POL_INT, .i = -7 },
    { .kind = POL_BOOL, .i = 1 },
    { .kind = POL_ABSENT },
    { .kind = POL_LIST, .list = { .items = names, .count = 2 } },
};
static const pol_guard_hit hits[2] = {
    { { "list", 4 }, { "term", 4 }, { "text", 4 }, { "some", 4 }, 0, 4, { "", 0 } },
    { { "", 0 }, { "mobile", 6 }, { "text", 4 }, { "w\0rds", 5 }, 5, 10,
      { "high", 4 } },
};

static const int32_t kept_fields[2] = { POLICY_FIELD_ACTOR,
                                        POLICY_FIELD_RECIPIENTS };
static pol_kept_field kept[2] = {
    { POLICY_FIELD_ACTOR, { .kind = POL_STR, .str = { "a\0n", 3 } } },
    { POLICY_FIELD_RECIPIENTS,
      { .kind = POL_LIST, .list = { .items = names, .count = 2 } } },
};
static const pol_guard_record records[2] = { { 5, { kept, 2 } },
                                             { -5, { kept, 0 } } };
static const pol_guard_memory memories[2] = {
    { { "seen", 4 }, true, kept_fields, 2, records, 2 },
    { { "none", 4 }, false, kept_fields, 2, NULL, 0 },
};

static pol_guard *open_guard(const policy_str *file, policy_status *status)
{
    static const policy_str name = { "rules.lua", 9 };
    policy_limits limits = pol_limits_from(NULL);
    policy_error err = POLICY_ERROR_INIT;
    pol_guard *g = NULL;

    limits.guard_bytes = BYTES;
    *status = pol_guard_open(&g, &name, file, 1, &limits, NULL, &err);
    return g;
}

static void run(pol_guard *g, uint32_t function, pol_guard_result *out)
{
    pol_guard_call call = { .function = function, .value = value_of,
                            .user = (void *)(uintptr_t)values, .hits = hits, .hit_count = 2,
                            .memories = memories, .memory_count = 2,
                            .instructions = BUDGET };
    policy_error err = POLICY_ERROR_INIT;

    require(pol_guard_run(g, &call, out, &err) == POLICY_OK);
    /* One hook may come late by what the longest text and table cost. */
    require(out->instructions <= BUDGET + 200 + BYTES / 32 + 2 * BYTES / 24);
    pol_guard_rest(g);
}

static void require_same(const pol_guard_result *a, const pol_guard_result *b)
{
    require(a->outcome == b->outcome && a->verdict == b->verdict);
    require(a->severity == b->severity && a->instructions == b->instructions);
    require(strcmp(a->code, b->code) == 0 && strcmp(a->note, b->note) == 0);
    require(strcmp(a->message, b->message) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* The second check is read first. */
    enum { GOOD = 0, MADE = 1 };
    struct maker *m = calloc(1, sizeof(*m));
    pol_guard_result first, again, good;
    policy_status status;
    policy_str file;
    pol_guard *g;
    size_t used;

    if (!m)
        return 0;
    m->data = data;
    m->size = size;
    file = make(m);
    if (getenv("POLICY_FUZZ_SHOW"))
        fwrite(file.ptr, 1, file.len, stderr);
    g = open_guard(&file, &status);
    if (m->len + 1000 < TEXT_MAX && g) {
        run(g, MADE, &first);
        run(g, GOOD, &good);
        used = pol_guard_used(g);
        for (int i = 0; i < 2; i++) {
            run(g, MADE, &again);
            require_same(&first, &again);
            run(g, GOOD, &again);
            require_same(&good, &again);
            require(pol_guard_used(g) <= used + 2048);
        }
        pol_guard_close(g);
        g = open_guard(&file, &status);
        require(g != NULL);
        run(g, GOOD, &again);
        require_same(&good, &again);
        run(g, MADE, &again);
        require_same(&first, &again);
    }
    pol_guard_close(g);
    free(m);
    return 0;
}
