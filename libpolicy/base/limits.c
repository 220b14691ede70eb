/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The limits: each default with its reason. Input above a limit is refused
 * (POLICY_ELIMIT); work above one becomes an error entry of the decision.
 */
#include <stddef.h>
#include <string.h>

#include "base/limits.h"

#define KIB(n) ((uint64_t)(n) << 10)
#define MIB(n) ((uint64_t)(n) << 20)

static const policy_limits defaults = {
    .size = sizeof(policy_limits),
    /* The longest archive record is a forwarded chat of 100 messages of at
     * most 4 KiB; the rest is room for what platforms wrap around it. */
    .event_bytes = MIB(1),
    /* Ten times the longest text that a platform accepts; offsets of the fold
     * map and every span stay within 32 bits by far. */
    .text_bytes = KIB(256),
    /* Recipients of one event: above the largest group of any platform. */
    .list_items = 10000,
    /* A forwarded chat has at most 100 entries, each with a caption or quote. */
    .parts = 256,
    /* Records nest three or four deep; more is an attack on somebody's stack. */
    .json_depth = 32,
    /* What a host adds about one event; rules name a handful. */
    .facts = 64,
    /* One source file: a list of as many terms as `terms` allows, of a few
     * characters each and some with a reason. What is no list is held tighter
     * where it is read: YAML to yaml_nodes, rule files to 256 KiB, since longer
     * ones are data in disguise. */
    .source_bytes = MIB(64),
    /* Ten a line for the largest catalogue, and far below what an alias bomb
     * needs in order to hurt. */
    .yaml_nodes = 200000,
    /* Catalogues nest five deep. */
    .yaml_depth = 32,
    /* All lists of all organisations: ten times the largest in use, and still
     * an automaton that fits in memory. */
    .terms = 2000000,
    /* A term is a word or a phrase; 300 Chinese characters are neither. */
    .term_bytes = 1024,
    /* Of one admitted regex, after expansion of its counts. */
    .regex_states = 10000,
    /* Of one bundle: a rule id fits in 17 bits of the index. */
    .rules = 100000,
    /* Tenants of one process. */
    .organisations = 100000,
    /* Nobody reads the thousand and first; counting goes on. */
    .diagnostics = 1000,
    /* Overlapping occurrences in one event; a text of 256 KiB that repeats one
     * term has more, and a rule has what it needs long before. */
    .hits = 10000,
    /* Rules that the index offers for one event. */
    .candidates = 10000,
    /* Entries of one decision: what a person could still read. */
    .findings = 1000,
    .spans = 1000,
    /* Conditions told by explain: candidates times some ten conditions. */
    .explain_entries = 100000,
    /* Lua functions called for one event. */
    .guards = 100,
    /* About a millisecond of one guard, and five of all of one event: what a
     * gateway can wait for without a queue. */
    .guard_instructions = 200000,
    .event_instructions = 1000000,
    /* Memory that one guard may hold: twice the largest text. */
    .guard_bytes = KIB(512),
    /* All Lua states of one session; some hundred organisations stay warm. */
    .lua_bytes = MIB(64),
    /* Scratch of one event: the event, its fold and its decision. */
    .arena_bytes = MIB(16),
    /* Members of a large group, cases of one person in years: read and written
     * as a whole, some 60 bytes each. */
    .entries = 1000,
    /* A tick a minute then sees to more than a million a day. */
    .due = 1000
};

/* All fields but `size` are uint64_t in a row, so that they can be walked. */
enum { COUNT = 28 };
_Static_assert(sizeof(policy_limits) == offsetof(policy_limits, event_bytes) +
                                            COUNT * sizeof(uint64_t),
               "a limit was added: give it a default and a reason above");

/* The fields of a caller's struct, which may be of an older and shorter layout;
 * zeros beyond its end. */
static void read_fields(uint64_t field[COUNT], const policy_limits *given)
{
    size_t start = offsetof(policy_limits, event_bytes);
    size_t size = given ? given->size : 0;

    memset(field, 0, COUNT * sizeof(*field));
    if (size > sizeof(*given))
        size = sizeof(*given);
    if (size > start)
        memcpy(field, (const char *)given + start, size - start);
}

static policy_limits from_fields(const uint64_t field[COUNT])
{
    policy_limits l = { .size = sizeof(l) };

    memcpy((char *)&l + offsetof(policy_limits, event_bytes), field,
           COUNT * sizeof(*field));
    return l;
}

void policy_limits_default(policy_limits *out)
{
    size_t size = out->size;

    if (size > sizeof(defaults))
        size = sizeof(defaults);
    if (size <= sizeof(out->size))
        return;
    memcpy((char *)out + sizeof(out->size),
           (const char *)&defaults + sizeof(out->size),
           size - sizeof(out->size));
}

policy_limits pol_limits_from(const policy_limits *given)
{
    uint64_t field[COUNT], standard[COUNT];
    unsigned i;

    read_fields(field, given);
    read_fields(standard, &defaults);
    for (i = 0; i < COUNT; i++)
        if (!field[i])
            field[i] = standard[i];
    return from_fields(field);
}

policy_limits pol_limits_tighten(const policy_limits *a,
                                 const policy_limits *b)
{
    policy_limits whole = pol_limits_from(a);
    uint64_t field[COUNT], other[COUNT];
    unsigned i;

    read_fields(field, &whole);
    read_fields(other, b);
    for (i = 0; i < COUNT; i++)
        if (other[i] && other[i] < field[i])
            field[i] = other[i];
    return from_fields(field);
}
