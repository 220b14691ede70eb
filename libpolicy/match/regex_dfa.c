/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The DFA of a match that begins here, built whole with the regex, so that all
 * threads share it and no run builds any of it.
 *
 * A state is a list of instructions, best first, none twice. Whether a border
 * holds shows only with the character that comes; so where there are some, the
 * list has but what is next, and what stood before. A step goes on from each,
 * in the order of the list, takes the character with each instruction that does,
 * and stops at MATCH: what is below it is worse than a match that is there
 * already. So a match is known one character late, and the end of the text is a
 * character of its own. (A list with the borders still in it, and all behind
 * them left out, puts the rest in a wrong order where a loop leads through one.)
 *
 * Beginning at one place only, such a machine stays small for what people write.
 * Where it does not, it is cut: steps to what was not built lead to LOST, and
 * regex_run.c goes on without a DFA. `work` cuts it too, since a regex of 10,000
 * states may have lists of 10,000.
 */
#include <string.h>

#include "base/error.h"
#include "match/regex_layout.h"

/* Instructions visited: some milliseconds. */
enum { WORK_MAX = 1 << 20 };
/* Instructions in all lists. */
enum { POOL_MAX = 1 << 18 };

struct state {
    uint32_t from, count; /* in the pool */
    uint32_t next;        /* of the same hash, plus one */
    pol_side before;
};

struct builder {
    pol_regex *r;
    pol_arena *arena;
    struct state *states; /* of rows 2 on */
    uint32_t state_count, state_max;
    uint32_t *slots, slot_count;
    uint32_t *pool;
    size_t pool_used, pool_cap;
    uint32_t *list, list_count; /* of the state in the making */
    uint32_t *seen, *listed;    /* by instruction: round of the last visit */
    uint32_t seen_round, listed_round;
    uint32_t *stack;
    bool ended; /* the list has MATCH: nothing comes behind it */
    uint64_t work;
};

/* --- lists -------------------------------------------------------------- */

/* Add `pc` and, through splits, what it leads to; of a regex with borders only
 * `pc`, since the order of what is behind a border shows when it is asked. */
static void list_add(struct builder *b, uint32_t pc)
{
    uint32_t depth = 0;

    b->stack[depth++] = pc;
    while (depth && !b->ended) {
        const pol_inst *i;

        pc = b->stack[--depth];
        if (b->listed[pc] == b->listed_round)
            continue;
        b->listed[pc] = b->listed_round;
        b->work++;
        i = &b->r->insts[pc];
        if (i->op == POL_INST_SPLIT && !b->r->borders) {
            b->stack[depth++] = i->arg;
            b->stack[depth++] = i->out;
            continue;
        }
        b->list[b->list_count++] = pc;
        b->ended = i->op == POL_INST_MATCH;
    }
}

static void list_begin(struct builder *b)
{
    b->list_count = 0;
    b->listed_round++;
    b->ended = false;
}

/* --- states ------------------------------------------------------------- */

static uint32_t *slot_of(struct builder *b, pol_side before)
{
    uint64_t h = before;
    uint32_t i;

    for (i = 0; i < b->list_count; i++)
        h = (h ^ b->list[i]) * 0x9e3779b97f4a7c15u + (h >> 29);
    return &b->slots[(h >> 32) & (b->slot_count - 1)];
}

static bool same(const struct builder *b, const struct state *s,
                 pol_side before)
{
    return s->before == before && s->count == b->list_count &&
           memcmp(b->pool + s->from, b->list,
                  s->count * sizeof(*b->list)) == 0;
}

static bool pool_room(struct builder *b, size_t want)
{
    size_t cap = b->pool_cap ? b->pool_cap * 2 : 256;
    uint32_t *pool;

    if (want <= b->pool_cap)
        return true;
    if (cap < want)
        cap = want;
    pool = pol_arena_new(b->arena, uint32_t, cap);
    if (!pool)
        return false;
    if (b->pool_used)
        memcpy(pool, b->pool, b->pool_used * sizeof(*pool));
    b->pool = pool;
    b->pool_cap = cap;
    return true;
}

/* The row of the list, which is a new state where there is none like it. False:
 * out of memory. */
static bool row_of(struct builder *b, pol_side before, uint32_t *row)
{
    uint32_t *slot, n;

    *row = POL_DFA_DEAD;
    if (b->list_count == 0)
        return true;
    if (!b->r->borders)
        before = POL_SIDE_OTHER;
    slot = slot_of(b, before);
    for (n = *slot; n; n = b->states[n - 1].next)
        if (same(b, &b->states[n - 1], before)) {
            *row = n + POL_DFA_LOST;
            return true;
        }
    *row = POL_DFA_LOST;
    if (b->state_count == b->state_max ||
        b->pool_used + b->list_count > POOL_MAX)
        return true;
    if (!pool_room(b, b->pool_used + b->list_count))
        return false;
    memcpy(b->pool + b->pool_used, b->list,
           b->list_count * sizeof(*b->list));
    b->states[b->state_count] = (struct state){
        (uint32_t)b->pool_used, b->list_count, *slot, before
    };
    b->pool_used += b->list_count;
    *slot = ++b->state_count;
    *row = b->state_count + POL_DFA_LOST;
    return true;
}

/* --- steps -------------------------------------------------------------- */

/* Ask the borders at and behind `pc`, take the character. True: a match ends
 * here, and nothing below counts. */
static bool visit(struct builder *b, uint32_t pc, uint32_t class,
                  pol_side before, pol_side after)
{
    uint32_t depth = 0;

    b->stack[depth++] = pc;
    while (depth) {
        const pol_inst *i;

        pc = b->stack[--depth];
        if (b->seen[pc] == b->seen_round)
            continue;
        b->seen[pc] = b->seen_round;
        b->work++;
        i = &b->r->insts[pc];
        switch ((pol_inst_op)i->op) {
        case POL_INST_MATCH: return true;
        case POL_INST_SPLIT:
            b->stack[depth++] = i->arg;
            b->stack[depth++] = i->out;
            break;
        case POL_INST_BORDER:
            if (pol_border_holds(i->arg, before, after))
                b->stack[depth++] = i->out;
            break;
        case POL_INST_CLASS:
        case POL_INST_CLASSES:
            if (class < b->r->class_count && pol_inst_takes(b->r, i, class)) {
                /* The stack is free for it: what is below waits in it. */
                uint32_t *stack = b->stack;

                b->stack += depth;
                list_add(b, i->out);
                b->stack = stack;
            }
            break;
        }
    }
    return false;
}

static bool step(struct builder *b, uint32_t state, uint32_t class,
                 uint16_t *out)
{
    struct state s = b->states[state];
    bool end = class == b->r->class_count, match = false;
    pol_side after = end ? POL_SIDE_NONE : (pol_side)b->r->sides[class];
    uint32_t i, row;

    list_begin(b);
    b->seen_round++;
    for (i = 0; i < s.count && !match; i++)
        match = visit(b, b->pool[s.from + i], class, s.before, after);
    if (!row_of(b, after, &row))
        return false;
    *out = (uint16_t)(row * b->r->width | (match ? POL_DFA_MATCH : 0));
    return true;
}

static uint32_t rows_max(const pol_regex *r)
{
    return (POL_DFA_STEPS - 1) / r->width;
}

static bool start_states(struct builder *b, uint32_t *rows)
{
    int side;

    for (side = 0; side < POL_SIDE_COUNT; side++) {
        list_begin(b);
        list_add(b, b->r->start);
        if (!row_of(b, (pol_side)side, &rows[side]))
            return false;
        b->r->starts[side] = (uint16_t)(rows[side] * b->r->width);
    }
    return true;
}

/* Rows of the states, in the order in which they came up. */
static bool fill_rows(struct builder *b, uint16_t *steps)
{
    uint32_t state, class, width = b->r->width;

    for (class = 0; class < width; class++)
        steps[width + class] = (uint16_t)(POL_DFA_LOST * width);
    for (state = 0; state < b->state_count; state++)
        for (class = 0; class < width; class++) {
            uint16_t *out = &steps[(state + 2) * width + class];

            if (b->work > WORK_MAX)
                *out = (uint16_t)(POL_DFA_LOST * width);
            else if (!step(b, state, class, out))
                return false;
        }
    return true;
}

/* A character that leads nowhere from any start begins no match. */
static void find_first(pol_regex *r)
{
    uint32_t class;
    int side;

    r->at_begin = true;
    for (class = 0; class < r->width; class++)
        for (side = 0; side < POL_SIDE_COUNT; side++) {
            bool leads = !r->steps ||
                         r->steps[r->starts[side] + class] != POL_DFA_DEAD;

            r->first[class] |= leads;
            r->at_begin = r->at_begin && (!leads || side == POL_SIDE_NONE);
        }
}

static policy_status keep(struct builder *b, const uint16_t *steps,
                          policy_error *err)
{
    pol_regex *r = b->r;
    size_t count = (size_t)(b->state_count + 2) * r->width;

    r->steps = pol_regex_hold(r, count, sizeof(*steps));
    if (!r->steps)
        return pol_error_oom(err);
    memcpy(r->steps, steps, count * sizeof(*steps));
    return POLICY_OK;
}

static bool builder_init(struct builder *b)
{
    size_t n = b->r->inst_count;

    b->state_max = rows_max(b->r) - 2;
    b->slot_count = 1024;
    b->states = pol_arena_new(b->arena, struct state, b->state_max);
    b->slots = pol_arena_new(b->arena, uint32_t, b->slot_count);
    b->list = pol_arena_new(b->arena, uint32_t, n);
    b->seen = pol_arena_new(b->arena, uint32_t, n);
    b->listed = pol_arena_new(b->arena, uint32_t, n);
    /* Each walk leaves one behind for every split that it met, and two may be
     * on their way at once. */
    b->stack = pol_arena_new(b->arena, uint32_t, 2 * n + 4);
    return b->states && b->slots && b->list && b->seen && b->listed &&
           b->stack;
}

policy_status pol_regex_dfa(pol_regex *r, pol_arena *a, policy_error *err)
{
    struct builder b = { .r = r, .arena = a };
    uint32_t rows[POL_SIDE_COUNT];
    policy_status st;
    uint16_t *steps;

    r->width = r->class_count + 1;
    r->first = pol_regex_hold(r, r->width, 1);
    if (!r->first)
        return pol_error_oom(err);
    /* Too many classes for a machine that is worth it: none. */
    if (rows_max(r) < 2 + POL_SIDE_COUNT) {
        find_first(r);
        return POLICY_OK;
    }
    steps = pol_arena_new(a, uint16_t, POL_DFA_STEPS);
    if (!steps || !builder_init(&b) || !start_states(&b, rows) ||
        !fill_rows(&b, steps))
        return pol_error_oom(err);
    st = keep(&b, steps, err);
    if (st == POLICY_OK)
        find_first(r);
    return st;
}
