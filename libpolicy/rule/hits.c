/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Matches over hits. Two passes: does it hold, then which hits show it, so that
 * a branch that failed leaves no evidence.
 */
#include "rule/hits.h"

#include "base/slice.h"
#include "text/utf8.h"

/* Marks of a hit while a rule looks at it. EVIDENCE alone is left behind. */
enum { EVIDENCE = 1, ELSEWHERE = 2, IN_PHRASE = 4 };

typedef struct matching {
    const pol_hits *hits;
    uint8_t *use;
    uint8_t dead; /* marks that take a hit out of play */
} matching;

bool pol_scope_covers(const pol_scope *f, const pol_event_text *t)
{
    if (f->all)
        return true;
    if (t->field >= 0)
        return f->mask[t->field / 64] >> (t->field % 64) & 1;
    if (f->parts)
        return true;
    for (size_t i = 0; i < f->role_count; i++)
        if (pol_str_eq(f->roles[i], t->role))
            return true;
    return false;
}

static bool asks_for(const pol_match *m, const pol_signal_hit *hit)
{
    if (m->op == POL_MATCH_SIGNAL)
        return m->signal == hit->signal && m->confidence <= hit->confidence;
    for (size_t i = 0; m->op != POL_MATCH_NONE && i < m->kid_count; i++)
        if (asks_for(&m->kids[i], hit))
            return true;
    return false;
}

static bool in_play(const matching *g, const pol_match *m, size_t i)
{
    return !(g->use[i] & g->dead) && asks_for(m, &g->hits->hits[i]);
}

/* At most `max` characters between the two, of which `a` starts first. */
static bool is_near(const pol_hits *h, const pol_signal_hit *a,
                    const pol_signal_hit *b, uint32_t max)
{
    policy_str text = h->texts[a->text].text;

    if (b->start <= a->end)
        return true;
    /* A character has at most four bytes: far apart needs no counting. */
    if ((b->start - a->end) / 4 > max)
        return false;
    return pol_utf8_count((policy_str){ text.ptr + a->end,
                                        b->start - a->end }) <= max;
}

/* Both are in play for one kid each, in either order. */
static bool is_pair(const matching *g, const pol_match *m, size_t i, size_t j)
{
    return (in_play(g, &m->kids[0], i) && in_play(g, &m->kids[1], j)) ||
           (in_play(g, &m->kids[1], i) && in_play(g, &m->kids[0], j));
}

/*
 * Visits the pairs that are near; `mark` sets both as evidence. Hits are sorted
 * by start, so behind the first that is too far away for any character all are.
 */
static bool near_pairs(const matching *g, const pol_match *m, bool mark)
{
    const pol_signal_hit *hits = g->hits->hits;
    bool found = false;

    for (size_t i = 0; i < g->hits->count; i++) {
        if (!in_play(g, &m->kids[0], i) && !in_play(g, &m->kids[1], i))
            continue;
        for (size_t j = i + 1; j < g->hits->count; j++) {
            if (hits[j].text != hits[i].text ||
                (hits[j].start > hits[i].end &&
                 (hits[j].start - hits[i].end) / 4 > m->count))
                break;
            if (!is_pair(g, m, i, j) ||
                !is_near(g->hits, &hits[i], &hits[j], m->count))
                continue;
            found = true;
            if (!mark)
                return true;
            g->use[i] |= EVIDENCE;
            g->use[j] |= EVIDENCE;
        }
    }
    return found;
}

static bool same_span(const pol_signal_hit *a, const pol_signal_hit *b)
{
    return a->text == b->text && a->start == b->start && a->end == b->end;
}

/* Hits are sorted by span, so equal spans are neighbours among those in play. */
static uint32_t count_distinct(const matching *g, const pol_match *m,
                               uint32_t enough)
{
    const pol_signal_hit *last = NULL;
    uint32_t count = 0;

    for (size_t i = 0; i < g->hits->count && count < enough; i++) {
        const pol_signal_hit *hit = &g->hits->hits[i];

        if (!in_play(g, &m->kids[0], i) || (last && same_span(last, hit)))
            continue;
        last = hit;
        count++;
    }
    return count;
}

static bool has_hit(const matching *g, const pol_match *m)
{
    for (size_t i = 0; i < g->hits->count; i++)
        if (in_play(g, m, i))
            return true;
    return false;
}

static bool holds(const matching *g, const pol_match *m)
{
    switch (m->op) {
    case POL_MATCH_SIGNAL:
        return has_hit(g, m);
    case POL_MATCH_NEAR:
        return near_pairs(g, m, false);
    case POL_MATCH_AT_LEAST:
        return count_distinct(g, m, m->count) >= m->count;
    case POL_MATCH_ALL:
        for (size_t i = 0; i < m->kid_count; i++)
            if (!holds(g, &m->kids[i]))
                return false;
        return true;
    default:
        for (size_t i = 0; i < m->kid_count; i++)
            if (holds(g, &m->kids[i]))
                return m->op == POL_MATCH_ANY;
        return m->op == POL_MATCH_NONE;
    }
}

static void mark(const matching *g, const pol_match *m)
{
    switch (m->op) {
    case POL_MATCH_SIGNAL:
    case POL_MATCH_AT_LEAST:
        for (size_t i = 0; i < g->hits->count; i++)
            if (in_play(g, m, i))
                g->use[i] |= EVIDENCE;
        break;
    case POL_MATCH_NEAR:
        near_pairs(g, m, true);
        break;
    case POL_MATCH_NONE:
        break;
    default:
        for (size_t i = 0; i < m->kid_count; i++)
            if (holds(g, &m->kids[i]))
                mark(g, &m->kids[i]);
    }
}

/* Takes the hits inside the phrase `p` out of play; is one among them that the
 * match could have used? Hits are sorted by start. */
static bool drop_inside(const matching *g, const pol_match *m, size_t p)
{
    const pol_signal_hit *hits = g->hits->hits;
    size_t i = p;
    bool useful = false;

    while (i > 0 && hits[i - 1].text == hits[p].text &&
           hits[i - 1].start == hits[p].start)
        i--;
    for (; i < g->hits->count && hits[i].text == hits[p].text &&
           hits[i].start <= hits[p].end; i++) {
        if (hits[i].end > hits[p].end)
            continue;
        if (!(g->use[i] & ELSEWHERE) && asks_for(m, &hits[i]))
            useful = true;
        g->use[i] |= IN_PHRASE;
    }
    return useful;
}

/* Hits inside phrases of exceptions that are in force; the first exception that
 * took one away which the match could have used. */
static const pol_except *drop_in_phrases(const matching *g,
                                         const pol_rule *rule, int64_t now)
{
    const pol_hits *h = g->hits;
    const pol_except *by = NULL;

    for (size_t x = 0; x < rule->except_count; x++) {
        const pol_except *e = &rule->excepts[x];

        if (e->phrase_signal < 0 || now >= e->expires)
            continue;
        for (size_t p = 0; p < h->count; p++)
            if (h->hits[p].signal == (uint32_t)e->phrase_signal &&
                drop_inside(g, rule->match, p) && !by)
                by = e;
    }
    return by;
}

bool pol_match_eval(const pol_rule *rule, const pol_hits *hits, int64_t now,
                    uint8_t *use, const pol_except **covered)
{
    matching g = { hits, use, ELSEWHERE | IN_PHRASE };
    const pol_except *by;
    bool held;

    if (covered)
        *covered = NULL;
    for (size_t i = 0; i < hits->count; i++)
        use[i] = pol_scope_covers(&rule->fields, &hits->texts[hits->hits[i].text])
                     ? 0 : ELSEWHERE;
    by = drop_in_phrases(&g, rule, now);
    held = holds(&g, rule->match);
    if (held) {
        mark(&g, rule->match);
    } else if (by && covered) {
        g.dead = ELSEWHERE;
        if (holds(&g, rule->match)) {
            mark(&g, rule->match);
            *covered = by;
        }
    }
    for (size_t i = 0; i < hits->count; i++)
        use[i] &= EVIDENCE;
    return held;
}

/* --- why it does not hold */

static const pol_match *first_lacking(const matching *g, const pol_match *m)
{
    for (size_t i = 0; i < m->kid_count; i++)
        if (!holds(g, &m->kids[i]))
            return &m->kids[i];
    return NULL;
}

static const pol_match *deciding(const matching *g, const pol_match *m)
{
    while (m->op == POL_MATCH_ALL ||
           (m->op == POL_MATCH_ANY && m->kid_count == 1)) {
        const pol_match *kid = first_lacking(g, m);

        if (!kid)
            break;
        m = kid;
    }
    return m;
}

static int64_t characters_between(const matching *g, const pol_signal_hit *to,
                                  uint32_t from)
{
    policy_str text = g->hits->texts[to->text].text;

    if (to->start <= from)
        return 0;
    return (int64_t)pol_utf8_count((policy_str){ text.ptr + from,
                                                 to->start - from });
}

/*
 * The nearest two of which one is in play for each kid. Of either kid the end
 * that lies farthest right is kept; what is behind it is measured once until the
 * other comes again, since the next of the same kid is farther away. So the
 * stretches that are counted do not overlap, and the time is linear.
 */
static int64_t nearest(const matching *g, const pol_match *m)
{
    uint32_t end[2] = { 0, 0 };
    bool seen[2] = { false, false }, fresh[2] = { false, false };
    int64_t best = -1;

    for (size_t i = 0; i < g->hits->count; i++) {
        const pol_signal_hit *h = &g->hits->hits[i];
        bool is[2] = { in_play(g, &m->kids[0], i), in_play(g, &m->kids[1], i) };

        if (i && h->text != h[-1].text)
            seen[0] = seen[1] = false;
        for (int k = 0; k < 2; k++)
            if (is[k] && seen[!k] && fresh[!k]) {
                int64_t apart = characters_between(g, h, end[!k]);

                best = best < 0 || apart < best ? apart : best;
                fresh[!k] = false;
            }
        for (int k = 0; k < 2; k++)
            if (is[k] && (!seen[k] || h->end > end[k])) {
                end[k] = h->end;
                seen[k] = fresh[k] = true;
            }
    }
    return best;
}

pol_match_lack pol_match_lacks(const pol_rule *rule, const pol_hits *hits,
                               int64_t now, uint8_t *use)
{
    matching g = { hits, use, ELSEWHERE | IN_PHRASE };
    pol_match_lack out = { .apart = -1 };
    const pol_match *part;

    for (size_t i = 0; i < hits->count; i++)
        use[i] = pol_scope_covers(&rule->fields, &hits->texts[hits->hits[i].text])
                     ? 0 : ELSEWHERE;
    drop_in_phrases(&g, rule, now);
    out.part = part = deciding(&g, rule->match);
    if (part->op == POL_MATCH_AT_LEAST) {
        out.spans = count_distinct(&g, part, UINT32_MAX);
    } else if (part->op == POL_MATCH_NEAR) {
        out.absent = first_lacking(&g, part);
        out.apart = out.absent ? -1 : nearest(&g, part);
    } else if (part->op == POL_MATCH_NONE) {
        for (size_t i = 0; i < part->kid_count; i++)
            if (holds(&g, &part->kids[i]))
                mark(&g, &part->kids[i]);
    }
    for (size_t i = 0; i < hits->count; i++)
        use[i] &= EVIDENCE;
    return out;
}
