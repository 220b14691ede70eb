/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Running a regex. The DFA answers for one place where a match may begin, in
 * one look-up a character; most texts are done with by looking for such places.
 *
 * That may be quadratic, where many places begin well and fail late, and the
 * DFA may have been cut. So it has a budget, some times the length of the text;
 * beyond it, or where it is lost, all that is left is done in one pass by a
 * simulation of the NFA that carries every beginning at once (Pike 1994): each
 * instruction at most once a character, the best first. Together they are linear
 * in the text times the states.
 */
#include <assert.h>

#include "base/error.h"
#include "match/regex_layout.h"

/* Steps that the DFA may take for each unit, and beside them. */
enum { BUDGET_FACTOR = 2, BUDGET_FREE = 128 };

struct thread {
    uint32_t pc;
    uint32_t start;
};

struct pol_regex_cache {
    policy_allocator allocator;
    struct thread *now, *next, *stack; /* cap, cap, 2 * cap */
    uint32_t *marks;                   /* by instruction: round of the visit */
    uint32_t cap, round;
    size_t read; /* of the last search */
};

/* --- the cache ---------------------------------------------------------- */

policy_status pol_regex_cache_new(pol_regex_cache **out,
                                  const policy_allocator *a, policy_error *err)
{
    policy_allocator alloc = pol_allocator_or_default(a);

    *out = pol_calloc(&alloc, 1, sizeof(**out));
    if (!*out)
        return pol_error_oom(err);
    (*out)->allocator = alloc;
    return POLICY_OK;
}

/* Bytes of one instruction in all arrays, which are one block. */
enum { ITEM = 4 * sizeof(struct thread) + sizeof(uint32_t) };

uint32_t pol_regex_room(const pol_regex *r)
{
    return r->inst_count + 1;
}

policy_status pol_regex_cache_reserve(pol_regex_cache *c, const pol_regex *r,
                                      policy_error *err)
{
    uint32_t cap = pol_regex_room(r);
    struct thread *block;

    if (cap <= c->cap)
        return POLICY_OK;
    block = pol_calloc(&c->allocator, cap, ITEM);
    if (!block)
        return pol_error_oom(err);
    pol_free(&c->allocator, c->now, (size_t)c->cap * ITEM);
    c->now = block;
    c->next = block + cap;
    c->stack = block + 2 * (size_t)cap;
    c->marks = (uint32_t *)(void *)(block + 4 * (size_t)cap);
    c->cap = cap;
    c->round = 0;
    return POLICY_OK;
}

void pol_regex_cache_free(pol_regex_cache *c)
{
    policy_allocator a;

    if (!c)
        return;
    a = c->allocator;
    pol_free(&a, c->now, (size_t)c->cap * ITEM);
    pol_free(&a, c, sizeof(*c));
}

/* --- characters --------------------------------------------------------- */

static uint32_t wide_class(const pol_regex *r, uint32_t cp)
{
    size_t low = 0, high = r->wide_count - 1;

    while (low < high) {
        size_t mid = (low + high + 1) / 2;

        if (r->wide[mid] <= cp)
            low = mid;
        else
            high = mid - 1;
    }
    return r->wide_classes[low];
}

static __attribute__((noinline)) uint32_t pair_class(const pol_regex *r,
                                                     const pol_folded *t,
                                                     size_t pos, size_t *next)
{
    *next = pos;
    return wide_class(r, pol_utf16_next(t->units, t->count, next));
}

/* The class of the character at `pos`, below the end, and where the next is. */
static inline uint32_t class_at(const pol_regex *r, const pol_folded *t,
                                size_t pos, size_t *next)
{
    uint16_t unit = t->units[pos];
    uint32_t class = r->map[r->top[unit >> POL_MAP_SHIFT] +
                            (unit & (POL_MAP_BLOCK - 1))];

    *next = pos + 1;
    return class == POL_REGEX_PAIR ? pair_class(r, t, pos, next) : class;
}

/* As class_at; the end of the text has the class behind the last. */
static inline uint32_t class_or_end(const pol_regex *r, const pol_folded *t,
                                    size_t pos, size_t *next)
{
    if (pos < t->count)
        return class_at(r, t, pos, next);
    *next = pos;
    return r->class_count;
}

static inline bool inside_pair(const pol_folded *t, size_t pos)
{
    return pos > 0 && pos < t->count && pol_is_low(t->units[pos]) &&
           pol_is_high(t->units[pos - 1]);
}

static pol_side side_before(const pol_regex *r, const pol_folded *t, size_t pos)
{
    size_t next;

    if (pos == 0)
        return POL_SIDE_NONE;
    if (!r->borders)
        return POL_SIDE_OTHER;
    pos--;
    return (pol_side)r->sides[class_at(r, t, pos - inside_pair(t, pos), &next)];
}

static pol_side side_of(const pol_regex *r, uint32_t class)
{
    return class == r->class_count ? POL_SIDE_NONE : (pol_side)r->sides[class];
}

/* --- the simulation ----------------------------------------------------- */

struct pike {
    const pol_regex *r;
    pol_regex_cache *c;
    struct thread *now, *next;
    uint32_t now_count, next_count;
    bool matched;
    size_t start, end;
};

static uint32_t new_round(pol_regex_cache *c)
{
    uint32_t i;

    if (++c->round == 0) {
        for (i = 0; i < c->cap; i++)
            c->marks[i] = 0;
        c->round = 1;
    }
    return c->round;
}

/* Add `pc` and what it leads to without a character. The marks are of the list
 * that is added to. */
static void add_thread(struct pike *p, struct thread **list, uint32_t *count,
                       uint32_t pc, uint32_t start, pol_side before,
                       pol_side after)
{
    pol_regex_cache *c = p->c;
    struct thread *stack = c->stack;
    uint32_t depth = 0;

    stack[depth++].pc = pc;
    while (depth) {
        const pol_inst *i;

        pc = stack[--depth].pc;
        if (c->marks[pc] == c->round)
            continue;
        c->marks[pc] = c->round;
        i = &p->r->insts[pc];
        if (i->op == POL_INST_SPLIT) {
            stack[depth++].pc = i->arg;
            stack[depth++].pc = i->out;
        } else if (i->op == POL_INST_BORDER) {
            if (pol_border_holds(i->arg, before, after))
                stack[depth++].pc = i->out;
        } else {
            (*list)[(*count)++] = (struct thread){ pc, start };
        }
    }
}

/* Take the character of `class` that ends at `pos`, before what is of `after`;
 * `here` is where it begins. */
static void pike_step(struct pike *p, uint32_t class, size_t here,
                      pol_side after)
{
    pol_side before = side_of(p->r, class);
    struct thread *swap;
    uint32_t i;

    new_round(p->c);
    p->next_count = 0;
    for (i = 0; i < p->now_count; i++) {
        struct thread t = p->now[i];
        const pol_inst *inst = &p->r->insts[t.pc];

        if (inst->op == POL_INST_MATCH) {
            p->matched = true;
            p->start = t.start;
            p->end = here;
            break; /* all below are worse */
        }
        if (class < p->r->class_count && pol_inst_takes(p->r, inst, class))
            add_thread(p, &p->next, &p->next_count, inst->out, t.start, before,
                       after);
    }
    swap = p->now;
    p->now = p->next;
    p->next = swap;
    p->now_count = p->next_count;
}

bool pol_regex_pike(const pol_regex *r, pol_regex_cache *c,
                    const pol_folded *t, size_t from, size_t last,
                    size_t *start, size_t *end)
{
    struct pike p = { .r = r, .c = c, .now = c->now, .next = c->next };
    size_t pos = from, next, after_next;
    uint32_t class = class_or_end(r, t, pos, &next);
    pol_side before = side_before(r, t, pos);

    assert(c->cap > r->inst_count);
    new_round(c);
    for (;;) {
        uint32_t class_after = class_or_end(r, t, next, &after_next);

        /* A beginning here is worse than all that began before; the marks are
         * those of the list as it stands. */
        if (!p.matched && pos <= last)
            add_thread(&p, &p.now, &p.now_count, r->start, (uint32_t)pos,
                       before, side_of(r, class));
        if (p.now_count == 0 && (p.matched || pos >= last))
            break;
        pike_step(&p, class, pos, side_of(r, class_after));
        if (pos >= t->count)
            break;
        before = side_of(r, class);
        pos = next;
        next = after_next;
        class = class_after;
    }
    c->read += pos - from;
    if (p.matched) {
        *start = p.start;
        *end = p.end;
    }
    return p.matched;
}

/* --- the DFA ------------------------------------------------------------ */

typedef enum outcome { NONE, MATCHED, LOST } outcome;

/* The match that begins at `pos`. *steps goes down by one a character, and ends
 * the run when there are none. */
static inline outcome run_dfa(const pol_regex *r, const pol_folded *t,
                              size_t pos, pol_side before, size_t *end,
                              int64_t *steps)
{
    uint32_t row = r->starts[before], lost = POL_DFA_LOST * r->width;
    outcome found = NONE;

    do {
        size_t next;
        uint32_t step = r->steps[row + class_or_end(r, t, pos, &next)];

        if (step & POL_DFA_MATCH) {
            found = MATCHED;
            *end = pos;
        }
        row = step & ~POL_DFA_MATCH;
        if (row <= lost)
            return row == POL_DFA_DEAD ? found : LOST;
        if (pos >= t->count)
            return found;
        pos = next;
    } while (--*steps >= 0);
    return LOST;
}

/* The first place from `pos` on, at most `last`, where a match may begin. */
static inline bool skip(const pol_regex *r, const pol_folded *t, size_t *pos,
                        size_t last)
{
    size_t next;

    for (; *pos <= last; *pos = next)
        if (r->first[class_or_end(r, t, *pos, &next)])
            return true;
        else if (*pos >= t->count)
            break;
    return false;
}

size_t pol_regex_read(const pol_regex_cache *c)
{
    return c->read;
}

bool pol_regex_find(const pol_regex *r, pol_regex_cache *c,
                    const pol_folded *text, size_t from, size_t last,
                    size_t *start, size_t *end)
{
    int64_t steps, all;
    size_t pos = from + inside_pair(text, from), next;

    c->read = 0;
    if (last > text->count)
        last = text->count;
    if (r->at_begin)
        last = 0;
    if (pos > last)
        return false;
    all = (int64_t)(text->count - pos) * BUDGET_FACTOR + BUDGET_FREE;
    steps = all;
    while (skip(r, text, &pos, last)) {
        outcome found = !r->steps ? LOST
                                  : run_dfa(r, text, pos,
                                            side_before(r, text, pos), end,
                                            &steps);

        c->read = (size_t)(all - steps);
        if (found == LOST)
            return pol_regex_pike(r, c, text, pos, last, start, end);
        if (found == MATCHED) {
            *start = pos;
            return true;
        }
        if (pos >= text->count)
            return false;
        class_at(r, text, pos, &next);
        pos = next;
    }
    return false;
}
