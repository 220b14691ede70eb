/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scan over the tables of matcher_layout.h. Its passes go over a block of
 * units one by one, and each lists what it leaves for the next, so that the
 * processor is waiting for many places of memory at once:
 *
 *    units    ┌──┬──┬──┬──┬──┬──┬──┬──┐
 *    sieve    └──┴──┴──┴──┴──┴──┴──┴──┘ ──► anchors that filter one grants
 *    spread    their windows, filter two ──► looks at the table, under way
 *    settle    each look: the entry      ──► hits, sorted, and reported once
 *                                            nothing that follows ends earlier
 *
 * Short texts of a batch are copied side by side, and go through as one; a
 * window across two of them is found out when its place is looked at.
 */
#include <assert.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "match/matcher_scratch.h"
#include "match/matcher_spread.h"
#include "match/pattern_set.h"

enum {
    WORTH = 3,
    SORT_MIN = 48 /* below it, insertion beats counting */
};

struct scan {
    const policy_matcher *m;
    const pol_folded *const *texts;
    const policy_str *sources;
    /* The run: one text, or several side by side, of which the one at hand,
     * `index`, lies in [from, to) of `units`. */
    const uint16_t *units;
    size_t count;
    uint32_t index;
    size_t from, to;
    bool dry; /* nothing but the automaton has to look at the rest of it */
    bool taken_over; /* by the automaton, for anchors at or after `taken` */
    size_t taken;
    pol_state state; /* of the automaton, once it has read up to `read` */
    size_t read;
    uint64_t spent; /* looks at heavy terms in this text */
    /* By the host; or, if `handed`, because the automaton over all terms goes on
     * with anchors at or after `hand_at`. */
    bool stopped, handed;
    size_t hand_at;
    uint64_t looked; /* at strings and windows in this run */
    bool overdrawn;
    policy_scratch *scratch;
    pol_found *found, *spare;
    size_t found_count;
    pol_on_hit on_hit;
    void *user;
    pol_survivors left; /* of the block at hand */
    pol_looks looks;
};

/* ---- hits, in order ---- */

/* By end, then id, then the shorter first. */
static bool is_before(const pol_found *a, const pol_found *b)
{
    if (a->end != b->end)
        return a->end < b->end;
    if (a->id != b->id)
        return a->id < b->id;
    return a->start > b->start;
}

static void insertion_sort(pol_found *f, size_t n)
{
    size_t i, j;

    for (i = 1; i < n; i++) {
        pol_found x = f[i];

        for (j = i; j > 0 && is_before(&x, &f[j - 1]); j--)
            f[j] = f[j - 1];
        f[j] = x;
    }
}

static uint32_t sort_key(const pol_found *f, unsigned of)
{
    return of == 0 ? ~f->start : of == 1 ? f->id : f->end;
}

/* By one byte of a key, from s->found to s->spare, which change places. */
static void radix_pass(struct scan *s, unsigned of, unsigned shift)
{
    size_t at[257] = { 0 }, i;
    pol_found *swap = s->found;

    for (i = 0; i < s->found_count; i++)
        at[(sort_key(&s->found[i], of) >> shift & 255) + 1]++;
    for (i = 0; i < 256; i++)
        at[i + 1] += at[i];
    for (i = 0; i < s->found_count; i++)
        s->spare[at[sort_key(&s->found[i], of) >> shift & 255]++] =
            s->found[i];
    s->found = s->spare;
    s->spare = swap;
}

static void sort_found(struct scan *s)
{
    unsigned of, shift;

    if (s->found_count <= SORT_MIN) {
        insertion_sort(s->found, s->found_count);
        return;
    }
    for (of = 0; of < 3; of++) {
        uint32_t differ = 0;
        size_t i;

        for (i = 1; i < s->found_count; i++)
            differ |= sort_key(&s->found[i], of) ^ sort_key(&s->found[0], of);
        for (shift = 0; shift < 32; shift += 8)
            if (differ >> shift & 255)
                radix_pass(s, of, shift);
    }
}

static void report(struct scan *s, const pol_found *f)
{
    pol_hit hit = { f->id, f->start, f->end, s->index };

    s->stopped = s->on_hit(s->user, &hit) != 0;
}

static void report_many(struct scan *s, size_t end)
{
    const pol_found *f;
    size_t i;

    sort_found(s);
    f = s->found;
    for (i = 0; i < s->found_count && f[i].end <= end && !s->stopped; i++) {
        if (i && f[i].id == f[i - 1].id && f[i].start == f[i - 1].start &&
            f[i].end == f[i - 1].end)
            continue; /* two terms, one as written and one folded */
        report(s, &f[i]);
    }
    s->found_count -= i;
    if (s->found_count && i)
        memmove(s->found, s->found + i, s->found_count * sizeof(*s->found));
}

/* Report what ends at `end` or before; nothing more will. */
static inline void report_up_to(struct scan *s, size_t end)
{
    if (s->found_count > 1) {
        report_many(s, end);
    } else if (s->found_count && s->found->end <= end && !s->stopped) {
        s->found_count = 0;
        report(s, s->found);
    }
}

/* ---- terms where they were found ---- */

static const pol_folded *text_of(const struct scan *s)
{
    return s->texts[s->index];
}

/* Between two letters or digits there is no border of a word. */
static bool in_word(const pol_folded *t, size_t pos)
{
    return pos > 0 && pos < t->count &&
           pol_class_in_word(t->classes[pos - 1]) &&
           pol_class_in_word(t->classes[pos]);
}

static bool exact_bytes(const struct scan *s, const pol_output *o,
                        size_t start, size_t end)
{
    const pol_exact *x = &s->m->exacts[o->exact];
    policy_span span = pol_folded_source(text_of(s), start, end);

    return span.end - span.start == x->len &&
           memcmp(s->sources[s->index].ptr + span.start, s->m->bytes + x->at,
                  x->len) == 0;
}

static void keep(struct scan *s, uint32_t id, size_t start, size_t end)
{
    assert(s->found_count < s->m->most_hits * FOUND_ENDS);
    s->found[s->found_count++] = (pol_found){ id, (uint32_t)start,
                                              (uint32_t)end };
}

/* Places of the text. The output after those of the string. */
static const pol_output *take_string(struct scan *s, const pol_output *o,
                                     size_t start, size_t end)
{
    for (;; o++) {
        if (!(o->flags & OUTPUT_WORD_START && in_word(text_of(s), start)) &&
            !(o->flags & OUTPUT_WORD_END && in_word(text_of(s), end)) &&
            !(o->flags & OUTPUT_EXACT && !exact_bytes(s, o, start, end)))
            keep(s, o->id, start, end);
        if (o->flags & OUTPUT_STRING_LAST)
            return o + 1;
    }
}

/* Is what the term has beside its window, [start, end) of the run, there? */
static bool rest_is(const struct scan *s, const pol_output *o, size_t start,
                    size_t end)
{
    const uint16_t *rest = s->m->rests + o->rest;

    return start - s->from >= o->before && s->to - end >= o->after &&
           memcmp(s->units + start - o->before, rest,
                  o->before * sizeof(*rest)) == 0 &&
           memcmp(s->units + end, rest + o->before,
                  o->after * sizeof(*rest)) == 0;
}

static void take_over(struct scan *s, size_t at)
{
    const size_t longest = s->m->heavy.longest;

    s->taken_over = true;
    s->taken = at;
    s->read = at - s->from > longest ? at - longest : s->from;
    s->state = pol_automaton_start(&s->m->heavy);
    s->dry = s->m->all_heavy && s->to == s->count;
}

/* True if the automaton over all terms goes on from there. */
static bool hand_over(struct scan *s, size_t at)
{
    s->overdrawn = true;
    if (s->stopped || !pol_whole_get(s->m->whole))
        return false;
    s->handed = s->stopped = true;
    s->hand_at = at;
    return true;
}

/* True to look at the string. */
static bool charge(struct scan *s, const pol_output *o, size_t at)
{
    s->looked++;
    if (!(o->flags & OUTPUT_HEAVY))
        return true;
    s->spent += 1 + (o->before + o->after) / 8u;
    if (s->spent <= s->m->budget * (at + 1 - s->from))
        return true;
    if (!hand_over(s, at))
        take_over(s, at);
    return false;
}

static const pol_output *skip_string(const pol_output *o)
{
    while (!(o->flags & OUTPUT_STRING_LAST))
        o++;
    return o + 1;
}

/* Every term of the window [start, end) of the run. */
static void take(struct scan *s, const pol_output *o, size_t start, size_t end,
                 size_t at)
{
    bool last;

    do {
        size_t before = 0, after = 0;
        bool is = true;

        if (o->flags & OUTPUT_HEAVY && (s->taken_over || s->handed))
            return; /* the others are heavy as well */
        if (o->flags & OUTPUT_LONGER) {
            is = charge(s, o, at) && rest_is(s, o, start, end);
            before = o->before;
            after = o->after;
            if (is && o->flags & OUTPUT_PART) {
                take_over(s, at);
                is = false;
            }
        }
        o = is ? take_string(s, o, start - before - s->from,
                             end + after - s->from)
               : skip_string(o);
        last = o[-1].flags & OUTPUT_LAST;
    } while (!last);
}

/* ---- the automaton ---- */

/* The heavy terms that end at `end`, which is what was read, and whose anchors
 * come no earlier than the automaton took over. */
static void take_heavy(struct scan *s, size_t end)
{
    const pol_automaton *a = &s->m->heavy;
    uint32_t e;

    for (e = pol_automaton_out(a, s->state); e; e = a->ends[e].next) {
        const pol_output *o = s->m->outputs + a->ends[e].value;

        if (end - 1 - o->ahead >= s->taken)
            take_string(s, o, end - a->ends[e].len - s->from, end - s->from);
    }
}

/* Let the automaton read up to `end`. */
static void read_up_to(struct scan *s, size_t end)
{
    const pol_automaton *a = &s->m->heavy;

    while (s->read < end && !s->stopped) {
        s->read += pol_automaton_run(a, &s->state, s->units + s->read,
                                     end - s->read);
        if (pol_automaton_out(a, s->state) && s->read > s->taken) {
            report_up_to(s, s->read - 1 - s->from);
            take_heavy(s, s->read);
        }
    }
}

/* ---- the passes ---- */

static void begin_text(struct scan *s, size_t from, size_t to)
{
    s->from = from;
    s->to = to;
    s->spent = 0;
    s->taken_over = s->dry = false;
}

static void end_text(struct scan *s)
{
    if (s->taken_over)
        read_up_to(s, s->to);
    report_up_to(s, s->to - s->from);
}

/* To the text of the run that has its unit `at`. */
static void reach(struct scan *s, size_t at)
{
    while (at >= s->to) {
        end_text(s);
        s->index++;
        begin_text(s, s->to, s->to + text_of(s)->count);
    }
}

/* To where anchors end at units[at]; what ends before it is reported. */
static inline void go_to(struct scan *s, size_t at)
{
    if (at >= s->to)
        reach(s, at);
    if (s->taken_over)
        read_up_to(s, at);
    report_up_to(s, at - s->from);
}

static void settle_look(struct scan *s, const pol_look *l)
{
    const pol_entry *e = pol_entry_find(s->m, l->slot, l->window, l->key);
    size_t units = l->key & KEY_UNITS, start = l->end - units;

    if (!e->key)
        return;
    go_to(s, l->at);
    if (l->end < s->from + units || l->end > s->to)
        return;
    if (e->key & KEY_INLINE)
        keep(s, e->out, start - s->from, l->end - s->from);
    else
        take(s, s->m->outputs + e->out, start, l->end, l->at);
}

/* The two units up to units[at], a zero before the text. */
static inline uint32_t pair_at(const struct scan *s, size_t at)
{
    return (at ? s->units[at - 1] : 0) | (uint32_t)s->units[at] << 16;
}

static void settle_pair(struct scan *s, size_t at)
{
    const pol_pair *p = pol_pair_find(s->m, pair_at(s, at));

    if (p->out != OUT_ENTRY) {
        go_to(s, at);
        if (at > s->from)
            keep(s, p->out, at - 1 - s->from, at + 1 - s->from);
    } else {
        uint64_t hash = pol_window_hash(s->m->seed, pair_at(s, at),
                                        WIDE_ANCHOR);
        pol_look l = { pair_at(s, at), WIDE_ANCHOR,
                       (uint32_t)pol_entry_slot(s->m->entry_cap, hash),
                       (uint32_t)at, (uint32_t)at + 1 };

        settle_look(s, &l);
    }
}

/* The survivors [i, to) of the block at `block`, and their looks. */
static void settle(struct scan *s, size_t block, size_t i, size_t to)
{
    size_t look = 0;

    for (; i < to && !s->stopped; i++) {
        if (pol_survivor_may(s->left.left[i]) & GRANT_ANCHOR)
            settle_pair(s, pol_survivor_at(s->left.left[i], block));
        for (; look < s->looks.end[i] && !s->stopped; look++)
            settle_look(s, &s->looks.at[look]);
    }
}

/* ---- the automaton over all terms ---- */

/* Hits that end at `end` of the text, of `ends` from `e` on. */
static void take_ends(struct scan *s, const pol_automaton *a, uint32_t e,
                      size_t end)
{
    for (; e; e = a->ends[e].next) {
        const pol_end *x = &a->ends[e];

        if (x->mark)
            keep(s, x->value, end - x->len, end);
        else
            take_string(s, s->m->outputs + x->value, end - x->len, end);
    }
    report_up_to(s, end);
}

/* All that ends in the text behind `at`; nothing else was found there. */
static void read_text(struct scan *s, size_t at)
{
    const pol_automaton *a = pol_whole_get(s->m->whole);
    const size_t from = s->from, to = s->to;
    size_t i = at - from < a->longest ? from : at - a->longest;
    pol_state state = pol_automaton_start(a);
    pol_hit hit = { .text = s->index };
    uint32_t e = 0;

    while (i < to) {
        if (e) /* where one ends, others soon do */
            state = pol_automaton_step(a, state, s->units[i++]);
        else
            i += pol_automaton_run(a, &state, s->units + i, to - i);
        e = a->outs[state.cell];
        if (!e || i <= at)
            continue;
        if (!a->ends[e].mark || a->ends[e].next) {
            take_ends(s, a, e, i - from);
            if (s->stopped)
                return;
            continue;
        }
        hit.id = a->ends[e].value;
        hit.end = (uint32_t)(i - from);
        hit.start = hit.end - a->ends[e].len;
        if (s->on_hit(s->user, &hit)) {
            s->stopped = true;
            return;
        }
    }
}

/* Hits that are still kept are found again. */
static __attribute__((noinline)) void read_run(struct scan *s)
{
    go_to(s, s->hand_at);
    s->found_count = 0;
    s->taken_over = false;
    if (!s->stopped)
        read_text(s, s->hand_at);
    while (!s->stopped && s->to < s->count) {
        s->index++;
        begin_text(s, s->to, s->to + text_of(s)->count);
        read_text(s, s->from);
    }
}

/* ---- a run ---- */

/* At units[at], before which all is looked at. */
static void weigh(struct scan *s, size_t at)
{
    if (s->looked * BUDGET_SHARE > s->m->budget * (at + BUDGET_FREE) &&
        s->m->whole && !s->stopped && !s->overdrawn)
        hand_over(s, at);
}

/* Units [at, end) of the run. */
static void scan_block(struct scan *s, size_t at, size_t end)
{
    pol_spread_input in = { s->m, s->units, s->count, at, &s->left };
    pol_spread spread = pol_spread_plain;
    size_t from, to;

    s->left.count = 0;
    s->m->sieve(s->m, s->units, at, end, &s->left);
    if (s->m->spread && s->left.windowed >= WORTH &&
        s->left.windowed * 2 >= s->left.count)
        spread = s->m->spread;
    for (from = 0; from < s->left.count && !s->stopped; from = to) {
        s->looks.count = 0;
        to = spread(&in, from, &s->looks);
        settle(s, at, from, to);
        s->looked += s->looks.count;
        weigh(s, to < s->left.count
                     ? pol_survivor_at(s->left.left[to], at) : end);
    }
}

/* Is it one of the runs that are left to the automaton? */
static bool in_mood(struct scan *s)
{
    policy_scratch *x = s->scratch;

    if (x->mood_of != s->m || !s->count)
        return false;
    x->mood_left--;
    return pol_whole_get(s->m->whole) != NULL;
}

/* The more dear runs in turn, the more are left to the automaton after them; it
 * takes some that are not to forget. */
static void set_mood(struct scan *s)
{
    policy_scratch *x = s->scratch;
    size_t span = x->mood_of == s->m ? x->mood_span : 0;

    if (s->overdrawn) {
        span = span * 2 + 1 < MOOD_MAX ? span * 2 + 1 : MOOD_MAX;
        x->mood_of = s->m;
        x->mood_left = x->mood_span = span;
    } else if (x->mood_of == s->m) {
        x->mood_left = x->mood_span = span / 2;
    }
}

/* The table was looked at as far as it will be. Out of the way of other runs. */
static __attribute__((noinline)) void finish_dear(struct scan *s)
{
    const bool handed = s->handed;

    set_mood(s);
    if (handed)
        s->stopped = false;
    else if (s->overdrawn)
        pol_whole_miss(s->m->whole, s->count);
    s->handed = s->overdrawn = false;
    if (handed && s->hand_at < s->count)
        read_run(s);
    else
        end_text(s);
}

/* Everything in the run, whose first text is the one at hand. */
static void scan_run(struct scan *s)
{
    size_t at = 0, end;

    s->looked = 0;
    if (s->scratch->mood_left && in_mood(s)) {
        s->hand_at = 0;
        read_run(s);
        return;
    }
    for (; at < s->count && !s->stopped && !s->dry; at = end) {
        end = s->count - at < SIEVE_BLOCK ? s->count : at + SIEVE_BLOCK;
        scan_block(s, at, end);
    }
    if (s->overdrawn || s->scratch->mood_span)
        finish_dear(s);
    else
        end_text(s);
}

static void scan_text(struct scan *s, size_t index)
{
    s->index = (uint32_t)index;
    s->units = text_of(s)->units;
    s->count = text_of(s)->count;
    begin_text(s, 0, s->count);
    scan_run(s);
}

/* As many of the texts from `first` on as make a run. How many they are. */
static size_t scan_together(struct scan *s, size_t first, size_t count,
                            uint16_t *run)
{
    size_t units = 0, i;

    for (i = first; i < count; i++) {
        const pol_folded *t = s->texts[i];

        if (t->count > RUN_UNITS - units)
            break;
        if (t->count)
            memcpy(run + units, t->units, t->count * sizeof(*run));
        units += t->count;
    }
    s->index = (uint32_t)first;
    s->units = run;
    s->count = units;
    begin_text(s, 0, text_of(s)->count);
    scan_run(s);
    return i - first;
}

static void scan_texts(struct scan *s, size_t count)
{
    uint16_t run[RUN_UNITS];
    size_t i = 0;

    while (i < count && !s->stopped) {
        if (i + 1 == count || s->texts[i]->count > RUN_TEXT_MAX)
            scan_text(s, i++);
        else
            i += scan_together(s, i, count, run);
    }
}

static bool begin(struct scan *s, const policy_matcher *m, policy_scratch *x,
                  policy_status *st)
{
    *st = POLICY_OK;
    if (!m || !m->most_hits)
        return false;
    if (x->found_cap < 2 * m->most_hits * FOUND_ENDS &&
        (*st = pol_scratch_reserve(x, m, NULL)) != POLICY_OK)
        return false;
    s->m = m;
    s->scratch = x;
    s->found = x->found;
    s->spare = x->found + m->most_hits * FOUND_ENDS;
    s->found_count = 0;
    s->stopped = s->handed = s->overdrawn = false;
    return true;
}

policy_status pol_matcher_scan(const policy_matcher *m, policy_scratch *x,
                               const pol_folded *text, policy_str source,
                               pol_on_hit on_hit, void *user)
{
    policy_status st;
    struct scan s;

    if (!begin(&s, m, x, &st))
        return st;
    s.texts = &text;
    s.sources = &source;
    s.on_hit = on_hit;
    s.user = user;
    scan_text(&s, 0);
    return POLICY_OK;
}

policy_status pol_matcher_scan_batch(const policy_matcher *m, policy_scratch *x,
                                     const pol_folded *const *texts,
                                     const policy_str *sources, size_t count,
                                     pol_on_hit on_hit, void *user)
{
    policy_status st;
    struct scan s;

    if (!begin(&s, m, x, &st))
        return st;
    s.texts = texts;
    s.sources = sources;
    s.on_hit = on_hit;
    s.user = user;
    scan_texts(&s, count);
    return POLICY_OK;
}
