/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a pattern set to the tables of matcher_layout.h, in time linear in the
 * units of all terms, however they nest or repeat:
 *
 * 1. file: the patterns, by id, become pairs and entries. Patterns of one string
 *    are twins, and stand in a chain; so do the strings of one entry;
 * 2. lay out: the outputs of an entry side by side, or its one id into it;
 * 3. filter: mark what each entry is looked for by;
 * 4. bound: the automaton over the heavy strings; what one over all would need.
 *
 * While it lasts, `out` of an entry is the first of its patterns plus 1, and that
 * of a pair is the pattern.
 */
#include <assert.h>

#include "base/alloc.h"
#include "base/error.h"
#include "match/matcher_place.h"
#include "match/matcher_spread.h"
#include "match/pattern_set.h"

/* What is known of a pattern that was filed. Links are numbers plus 1. */
struct filed {
    uint32_t next;      /* string of the entry */
    uint32_t twin;      /* pattern of the string */
    uint32_t last_twin; /* of the string's first pattern: its own is the last */
    uint16_t before, after, ahead;
};

struct builder {
    policy_matcher *m;
    const policy_pattern_set *set;
    uint32_t *order, *spare; /* patterns by id */
    struct filed *filed;     /* by pattern */
    uint32_t *longer; /* a table of strings longer than windows: pattern + 1 */
    size_t longer_slots; /* a power of two */
    uint32_t *most;      /* outputs of a string, by its length */
    size_t longest;
    size_t pairs;        /* patterns of two wide units */
    size_t wide, narrow, windows; /* strings that the filters have */
    pol_string *heavy;
    size_t heavy_count;
};

static const uint16_t *units_of(const struct builder *b, size_t pattern)
{
    return b->set->units + b->set->patterns[pattern].at;
}

static size_t len_of(const struct builder *b, size_t pattern)
{
    return b->set->patterns[pattern].len;
}

/* ---- order ---- */

static bool is_sorted(const struct builder *b)
{
    const pol_pattern *p = b->set->patterns;
    size_t i;

    for (i = 1; i < b->set->count; i++)
        if (p[i].id < p[i - 1].id)
            return false;
    return true;
}

/* Least significant byte first: stable, linear, in place but for `spare`. */
static void sort_by_id(struct builder *b)
{
    const pol_pattern *p = b->set->patterns;
    size_t n = b->set->count, i;
    unsigned shift;

    for (i = 0; i < n; i++)
        b->order[i] = (uint32_t)i;
    for (shift = 0; shift < 32 && !is_sorted(b); shift += 8) {
        size_t at[257] = { 0 };
        uint32_t *swap = b->spare;

        for (i = 0; i < n; i++)
            at[(p[i].id >> shift & 255) + 1]++;
        for (i = 0; i < 256; i++)
            at[i + 1] += at[i];
        for (i = 0; i < n; i++)
            b->spare[at[p[b->order[i]].id >> shift & 255]++] = b->order[i];
        b->spare = b->order;
        b->order = swap;
    }
}

/* ---- file ---- */

static bool same_string(const struct builder *b, size_t x, size_t y)
{
    return len_of(b, x) == len_of(b, y) &&
           memcmp(units_of(b, x), units_of(b, y),
                  len_of(b, x) * sizeof(uint16_t)) == 0;
}

/* Where a string longer than its window is, or belongs. */
static uint32_t *longer_slot(const struct builder *b, uint32_t pattern)
{
    const uint16_t *u = units_of(b, pattern);
    uint64_t h = b->m->seed;
    size_t n = len_of(b, pattern), i;

    for (i = 0; i < n; i++)
        h = (h ^ u[i]) * 0x9e3779b97f4a7c15u;
    i = (size_t)(h >> 32) & (b->longer_slots - 1);
    while (b->longer[i] && !same_string(b, b->longer[i] - 1, pattern))
        i = (i + 1) & (b->longer_slots - 1);
    return &b->longer[i];
}

/* `pattern` is of the string of which `first` is the first. */
static void add_twin(struct builder *b, uint32_t first, uint32_t pattern)
{
    b->filed[b->filed[first].last_twin].twin = pattern + 1;
    b->filed[first].last_twin = pattern;
}

static pol_entry *entry_of(const struct builder *b, const pol_window *w)
{
    uint64_t hash = pol_window_hash(b->m->seed, w->units, w->key);

    return pol_entry_find(b->m, pol_entry_slot(b->m->entry_cap, hash), w->units,
                          w->key);
}

/* Strings under the entry, no more than the crowd that makes them heavy. */
static unsigned crowd(const struct builder *b, const pol_entry *e)
{
    unsigned count = 0;
    uint32_t p;

    for (p = e->key ? e->out : 0; p && count <= CROWD_MAX;
         p = b->filed[p - 1].next)
        count++;
    return count;
}

/* The window with the rarest anchor; of a string that is longer, one that is
 * not crowded yet, or else the emptiest. */
static const pol_window *choose(const struct builder *b, const pol_window *w,
                                size_t count, bool longer)
{
    const pol_window *best = w;
    unsigned least;
    size_t i;

    for (i = 1; i < count; i++)
        if (w[i].rarity > best->rarity)
            best = &w[i];
    if (!longer || (least = crowd(b, entry_of(b, best))) < CROWD_MAX)
        return best;
    for (i = 0; i < count; i++) {
        unsigned here = crowd(b, entry_of(b, &w[i]));

        if (here < least || (here == least && w[i].rarity > best->rarity)) {
            least = here;
            best = &w[i];
        }
    }
    return best;
}

static void add_entry(struct builder *b, pol_entry *e, const pol_window *w,
                      uint32_t pattern)
{
    uint32_t anchor;
    unsigned grant = pol_grant_of(w->units, w->key, &anchor);

    *e = (pol_entry){ w->units, w->key, pattern + 1 };
    b->m->entry_count++;
    b->wide += !(w->key & KEY_NARROW);
    b->narrow += (w->key & KEY_NARROW) != 0;
    b->windows += w->key & KEY_NARROW || !(grant & (GRANT_SINGLE | GRANT_ANCHOR));
}

static bool is_longer(const struct filed *f)
{
    return f->before || f->after;
}

static bool is_pair(const struct builder *b, uint32_t pattern)
{
    return len_of(b, pattern) == WIDE_ANCHOR;
}

static uint32_t pair_of(const struct builder *b, uint32_t pattern)
{
    const uint16_t *u = units_of(b, pattern);

    return u[0] | (uint32_t)u[1] << 16;
}

static void file_pair(struct builder *b, uint32_t pattern)
{
    uint32_t anchor = pair_of(b, pattern);
    pol_pair *p = pol_pair_find(b->m, anchor);

    b->filed[pattern].last_twin = pattern;
    if (p->out != OUT_ENTRY) {
        add_twin(b, p->out, pattern);
        return;
    }
    *p = (pol_pair){ anchor, pattern };
    b->wide++;
}

static void file(struct builder *b, uint32_t pattern)
{
    pol_window windows[POL_WINDOWS_MAX];
    size_t count = pol_windows_of(windows, units_of(b, pattern),
                                  len_of(b, pattern));
    const bool longer = windows->before || windows->after;
    struct filed *f = &b->filed[pattern];
    uint32_t *slot = longer ? longer_slot(b, pattern) : NULL;
    const pol_window *w;
    pol_entry *e;

    f->last_twin = pattern;
    if (slot && *slot) {
        add_twin(b, *slot - 1, pattern);
        return;
    }
    if (slot)
        *slot = pattern + 1;
    w = choose(b, windows, count, longer);
    f->before = w->before;
    f->after = w->after;
    f->ahead = w->ahead;
    e = entry_of(b, w);
    if (!e->key) {
        add_entry(b, e, w, pattern);
    } else if (longer) {
        f->next = b->filed[e->out - 1].next;
        b->filed[e->out - 1].next = pattern + 1;
    } else if (is_longer(&b->filed[e->out - 1])) {
        f->next = e->out;
        e->out = pattern + 1;
    } else {
        add_twin(b, e->out - 1, pattern);
    }
}

/* ---- lay out ---- */

static policy_status keep_exact(policy_matcher *m, const pol_pattern *p,
                                const char *bytes, uint32_t *index,
                                policy_error *err)
{
    if (!pol_grow(&m->allocator, (void **)&m->exacts, &m->exact_cap,
                  m->exact_count + 1, sizeof(*m->exacts)) ||
        !pol_grow(&m->allocator, (void **)&m->bytes, &m->byte_cap,
                  m->byte_count + p->bytes_len, 1))
        return pol_error_oom(err);
    memcpy(m->bytes + m->byte_count, bytes + p->bytes_at, p->bytes_len);
    *index = (uint32_t)m->exact_count;
    m->exacts[m->exact_count++] = (pol_exact){ m->byte_count, p->bytes_len };
    m->byte_count += p->bytes_len;
    return POLICY_OK;
}

/* What the string has beside its window, as much of it as `o` says. */
static policy_status keep_rest(struct builder *b, uint32_t first,
                               pol_output *o, policy_error *err)
{
    const struct filed *f = &b->filed[first];
    const uint16_t *window = units_of(b, first) + f->before;
    const uint16_t *behind = units_of(b, first) + len_of(b, first) - f->after;
    size_t count = (size_t)o->before + o->after;
    policy_matcher *m = b->m;

    if (m->rest_count > UINT32_MAX - count)
        return pol_error_set(err, POLICY_ELIMIT, "matcher-size",
                             "the terms have too many units");
    if (!pol_grow(&m->allocator, (void **)&m->rests, &m->rest_cap,
                  m->rest_count + count, sizeof(*m->rests)))
        return pol_error_oom(err);
    o->rest = (uint32_t)m->rest_count;
    memcpy(m->rests + m->rest_count, window - o->before,
           o->before * sizeof(*window));
    memcpy(m->rests + m->rest_count + o->before, behind,
           o->after * sizeof(*behind));
    m->rest_count += count;
    return POLICY_OK;
}

/* One output of the string, unless the one before it says the same. */
static policy_status put_output(struct builder *b, const pol_output *of_string,
                                uint32_t pattern, size_t from,
                                policy_error *err)
{
    const pol_pattern *p = &b->set->patterns[pattern];
    policy_matcher *m = b->m;
    pol_output *o = &m->outputs[m->output_count];

    if (m->output_count > from && !(p->flags & OUTPUT_EXACT) &&
        o[-1].id == p->id &&
        o[-1].flags == (of_string->flags | p->flags))
        return POLICY_OK;
    *o = *of_string;
    o->id = p->id;
    o->flags |= (uint16_t)p->flags;
    m->output_count++;
    return p->flags & OUTPUT_EXACT
               ? keep_exact(m, p, b->set->bytes, &o->exact, err) : POLICY_OK;
}

static void add_heavy(struct builder *b, uint32_t first, size_t output)
{
    b->heavy[b->heavy_count++] = (pol_string){
        .units = units_of(b, first), .len = (uint32_t)len_of(b, first),
        .value = (uint32_t)output
    };
}

static void add_whole(struct builder *b, uint32_t first, uint32_t value,
                      bool mark)
{
    if (b->m->whole)
        pol_whole_add(b->m->whole, units_of(b, first), len_of(b, first), value,
                      mark);
}

/* Outputs from `from` on. One that nothing must be asked for is its id. */
static void add_string(struct builder *b, uint32_t first, size_t from)
{
    enum { ASKED = OUTPUT_WORD_START | OUTPUT_WORD_END | OUTPUT_EXACT };
    const pol_output *o = &b->m->outputs[from];
    const bool mark = o->flags & OUTPUT_STRING_LAST && !(o->flags & ASKED);

    add_whole(b, first, mark ? o->id : (uint32_t)from, mark);
}

static void weigh(struct builder *b, size_t len, size_t outputs)
{
    if (outputs > b->most[len])
        b->most[len] = (uint32_t)outputs;
}

static policy_status put_string(struct builder *b, uint32_t first, bool heavy,
                                policy_error *err)
{
    const struct filed *f = &b->filed[first];
    size_t from = b->m->output_count, len = len_of(b, first);
    pol_output o = { .before = f->before, .after = f->after,
                     .ahead = f->ahead };
    policy_status st = POLICY_OK;
    uint32_t p;

    if (is_longer(f)) {
        o.flags = OUTPUT_LONGER;
        if (heavy) {
            o.flags |= OUTPUT_HEAVY;
            add_heavy(b, first, from);
        }
        if (len > HEAVY_UNITS) {
            o.flags |= OUTPUT_PART;
            o.before = f->before < REST_MAX ? f->before : REST_MAX;
            o.after = f->after < REST_MAX ? f->after : REST_MAX;
        }
        st = keep_rest(b, first, &o, err);
    }
    if (!(o.flags & OUTPUT_HEAVY))
        b->m->all_heavy = false;
    for (p = first + 1; p && st == POLICY_OK; p = b->filed[p - 1].twin)
        st = put_output(b, &o, p - 1, from, err);
    if (st == POLICY_OK)
        b->m->outputs[b->m->output_count - 1].flags |= OUTPUT_STRING_LAST;
    weigh(b, len, b->m->output_count - from);
    if (st == POLICY_OK)
        add_string(b, first, from);
    return st;
}

/* `crowded`: the entry is. */
static bool is_heavy(const struct builder *b, uint32_t first, bool crowded)
{
    return is_longer(&b->filed[first]) &&
           (crowded || len_of(b, first) > HEAVY_UNITS);
}

/* Is the one pattern of the entry found wherever the window is? */
static bool is_plain(const struct builder *b, uint32_t first)
{
    const struct filed *f = &b->filed[first];

    return !f->next && !f->twin && !is_longer(f) &&
           !b->set->patterns[first].flags;
}

static policy_status lay_out(struct builder *b, pol_entry *e, policy_error *err)
{
    uint32_t first = e->out - 1, p;
    size_t from = b->m->output_count;
    bool crowded, heavy;

    if (is_plain(b, first)) {
        e->key |= KEY_INLINE;
        e->out = b->set->patterns[first].id;
        b->m->all_heavy = false;
        weigh(b, len_of(b, first), 1);
        add_whole(b, first, e->out, true);
        return POLICY_OK;
    }
    crowded = crowd(b, e) > CROWD_MAX;
    e->out = (uint32_t)from;
    for (heavy = false;; heavy = true) {
        for (p = first + 1; p; p = b->filed[p - 1].next) {
            policy_status st = is_heavy(b, p - 1, crowded) == heavy
                                   ? put_string(b, p - 1, heavy, err)
                                   : POLICY_OK;

            if (st != POLICY_OK)
                return st;
        }
        if (heavy)
            break;
    }
    b->m->outputs[b->m->output_count - 1].flags |= OUTPUT_LAST;
    return POLICY_OK;
}

/* The one pattern of a pair says all of it, or else an entry does. */
static void lay_out_pair(struct builder *b, pol_pair *p)
{
    uint32_t first = p->out;
    pol_window w = { .units = p->anchor, .key = WIDE_ANCHOR };

    p->out = OUT_ENTRY;
    if (is_plain(b, first) && b->set->patterns[first].id != OUT_ENTRY) {
        p->out = b->set->patterns[first].id;
        b->m->all_heavy = false;
        weigh(b, WIDE_ANCHOR, 1);
        add_whole(b, first, p->out, true);
        return;
    }
    *entry_of(b, &w) = (pol_entry){ w.units, w.key, first + 1 };
    b->m->entry_count++;
}

static size_t outputs_of(const struct builder *b, const pol_entry *e)
{
    size_t count = 0;
    uint32_t p, t;

    if (!e->key || is_plain(b, e->out - 1))
        return 0;
    for (p = e->out; p; p = b->filed[p - 1].next)
        for (t = p; t; t = b->filed[t - 1].twin)
            count++;
    return count;
}

static policy_status lay_out_all(struct builder *b, policy_error *err)
{
    policy_matcher *m = b->m;
    policy_status st;
    size_t i;

    m->all_heavy = true;
    for (i = 0; i < pol_pair_cap(m); i++)
        if (m->pairs[i].out != OUT_ENTRY)
            lay_out_pair(b, &m->pairs[i]);
    for (i = 0; i < m->entry_cap; i++)
        m->output_cap += outputs_of(b, &m->entries[i]);
    if (m->output_cap) {
        m->outputs = pol_calloc(&m->allocator, m->output_cap,
                                sizeof(*m->outputs));
        if (!m->outputs)
            return pol_error_oom(err);
    }
    for (i = 0; i < m->entry_cap; i++)
        if (m->entries[i].key &&
            (st = lay_out(b, &m->entries[i], err)) != POLICY_OK)
            return st;
    for (i = 0; i <= b->longest; i++)
        m->most_hits += b->most[i];
    return POLICY_OK;
}

/* ---- filter ---- */

/* Few keys have many slots each, up to what fits in the nearest cache and leaves
 * some room for others: the matchers of several organisations are read in turn.
 * Many keys have four, which keeps 100,000 of them in the second. An
 * organisation's hundred terms take some hundred bytes, which are fetched from
 * far. */
static size_t slots_for(size_t keys, size_t terms)
{
    enum { NEAREST = 32 << 10, EACH_MAX = 32, EACH_MIN = 8 };
    size_t each = EACH_MAX;

    if (terms <= 512)
        return keys * EACH_MIN;
    if (keys * EACH_MIN > NEAREST)
        return keys * (keys <= 16384 ? 16 : 4);
    while (keys * each > NEAREST)
        each /= 2;
    return keys * each;
}

static uint32_t shift_for(size_t want)
{
    uint32_t shift = 32 - 6;

    while ((size_t)1 << (32 - shift) < want && shift > 4)
        shift--;
    return shift;
}

/* Vectors load four bytes from each. */
enum { LOADED = 3 };

static policy_status make_grants(policy_matcher *m, pol_grants *g, size_t keys,
                                 policy_error *err)
{
    g->shift = shift_for(slots_for(keys, m->terms));
    g->bytes = ((size_t)1 << (32 - g->shift)) + LOADED;
    g->slots = pol_calloc(&m->allocator, g->bytes, 1);
    return g->slots ? POLICY_OK : pol_error_oom(err);
}

static policy_status make_windows(policy_matcher *m, size_t keys,
                                  policy_error *err)
{
    pol_windows *w = &m->windows;

    w->shift = shift_for(keys * 16);
    w->bytes = ((size_t)1 << (32 - w->shift)) / 8;
    w->bits = pol_calloc(&m->allocator, w->bytes, 1);
    return w->bits ? POLICY_OK : pol_error_oom(err);
}

static void mark_anchor(pol_marks *m, bool narrow, uint32_t anchor)
{
    if (narrow) {
        pol_mark_set(m->letters, (uint16_t)(anchor >> 16));
    } else {
        pol_mark_set(m->before, (uint16_t)anchor);
        pol_mark_set(m->last, (uint16_t)(anchor >> 16));
    }
}

static policy_status make_marks(policy_matcher *m, size_t keys,
                                policy_error *err)
{
    if (keys > MARKED_MAX || m->singles)
        return POLICY_OK;
    m->marks = pol_calloc(&m->allocator, 1, sizeof(*m->marks));
    return m->marks ? POLICY_OK : pol_error_oom(err);
}

static void grant_anchor(policy_matcher *m, bool narrow, uint32_t anchor,
                         unsigned grant)
{
    pol_grants *g = narrow ? &m->narrow : &m->wide;
    const uint32_t hash = pol_grant_hash(anchor);
    uint8_t *slot = &g->slots[pol_grant_slot(g, hash)];
    unsigned tag = pol_grant_tag(g, hash);

    if (*slot && *slot >> TAG_SHIFT != tag)
        tag = TAG_ANY;
    *slot = (uint8_t)(tag << TAG_SHIFT | (*slot & 15) | grant);
    if (m->marks)
        mark_anchor(m->marks, narrow, anchor);
    m->wide_ascii |= !narrow && !(anchor & 0xff80ff80u);
}

static void mark(policy_matcher *m, const pol_entry *e)
{
    const bool narrow = e->key & KEY_NARROW;
    uint32_t key = e->key & KEY_ALL, anchor, bit;
    unsigned grant = pol_grant_of(e->window, key, &anchor);

    if (grant == GRANT_SINGLE) {
        m->singles[anchor >> 3] |= (uint8_t)(1u << (anchor & 7));
        return;
    }
    grant_anchor(m, narrow, anchor, grant);
    bit = pol_windows_bit(&m->windows,
                          pol_window_hash(m->seed, e->window, key));
    m->windows.bits[bit >> 3] |= (uint8_t)(1u << (bit & 7));
}

static policy_status filter(struct builder *b, policy_error *err)
{
    policy_matcher *m = b->m;
    policy_status st;
    size_t i;

    if (b->most[1]) {
        m->singles = pol_calloc(&m->allocator, SINGLES_BYTES, 1);
        if (!m->singles)
            return pol_error_oom(err);
    }
    if ((st = make_grants(m, &m->wide, b->wide, err)) != POLICY_OK ||
        (b->narrow &&
         (st = make_grants(m, &m->narrow, b->narrow, err)) != POLICY_OK) ||
        (st = make_windows(m, b->windows, err)) != POLICY_OK ||
        (st = make_marks(m, b->wide + b->narrow, err)) != POLICY_OK)
        return st;
    m->wide_ascii = !m->narrow.slots;
    for (i = 0; i < pol_pair_cap(m); i++)
        if (m->pairs[i].anchor || m->pairs[i].out != OUT_ENTRY)
            grant_anchor(m, false, m->pairs[i].anchor, GRANT_ANCHOR);
    for (i = 0; i < m->entry_cap; i++)
        if (m->entries[i].key)
            mark(m, &m->entries[i]);
    m->sieve = pol_sieve_wide(0);
    if (!m->sieve)
        m->sieve = pol_sieve_plain;
    m->spread = pol_spread_wide();
    return POLICY_OK;
}

/* ---- all of it ---- */

/* Half full at most. */
static policy_status make_pairs(struct builder *b, policy_error *err)
{
    policy_matcher *m = b->m;
    size_t i;

    for (m->pair_shift = 31; pol_pair_cap(m) < b->pairs * 2 + 1;)
        m->pair_shift--;
    m->pairs = pol_calloc(&m->allocator, pol_pair_cap(m), sizeof(*m->pairs));
    if (!m->pairs)
        return pol_error_oom(err);
    for (i = 0; i < pol_pair_cap(m); i++)
        m->pairs[i].out = OUT_ENTRY;
    return POLICY_OK;
}

/* For all other patterns, and the pairs that need more than an id. Two thirds
 * full at most. */
static policy_status make_entries(struct builder *b, policy_error *err)
{
    policy_matcher *m = b->m;
    size_t count = b->set->count - b->pairs, i;

    for (i = 0; i < pol_pair_cap(m); i++)
        count += m->pairs[i].out != OUT_ENTRY &&
                 (!is_plain(b, m->pairs[i].out) ||
                  b->set->patterns[m->pairs[i].out].id == OUT_ENTRY);
    m->entry_cap = count + count / 2 + 2;
    m->entries = pol_calloc(&m->allocator, m->entry_cap, sizeof(*m->entries));
    return m->entries ? POLICY_OK : pol_error_oom(err);
}

/* They compiled before. */
static policy_status add_regexes(struct builder *b, policy_error *err)
{
    const policy_pattern_set *set = b->set;
    policy_status st;

    if (!set->regex_count)
        return POLICY_OK;
    st = pol_regex_set_new(&b->m->regexes, &b->m->allocator, err);
    for (size_t i = 0; !st && i < set->regex_count; i++) {
        const pol_regex_pattern *p = &set->regexes[i];

        st = pol_regex_set_add(b->m->regexes,
                               (policy_str){ set->bytes + p->bytes_at,
                                             p->bytes_len },
                               p->id, set->limits.regex_states, NULL, err);
    }
    return st ? st : pol_regex_set_build(b->m->regexes, err);
}

static policy_status fill(struct builder *b, policy_error *err)
{
    policy_matcher *m = b->m;
    policy_status st = add_regexes(b, err);
    size_t i;

    if (st != POLICY_OK)
        return st;
    sort_by_id(b);
    for (i = 0; i < b->set->count; i++)
        if (is_pair(b, b->order[i]))
            file_pair(b, b->order[i]);
    if ((st = make_entries(b, err)) != POLICY_OK)
        return st;
    for (i = 0; i < b->set->count; i++)
        if (!is_pair(b, b->order[i]))
            file(b, b->order[i]);
    if ((st = lay_out_all(b, err)) != POLICY_OK ||
        (st = filter(b, err)) != POLICY_OK)
        return st;
    m->budget = HEAVY_BUDGET;
    return pol_automaton_build(&m->heavy, &m->allocator, b->heavy,
                               b->heavy_count, err);
}

static size_t count_longer(struct builder *b)
{
    size_t n = 0, i;

    for (i = 0; i < b->set->count; i++) {
        n += b->set->patterns[i].len > WIDE_MAX;
        b->pairs += b->set->patterns[i].len == WIDE_ANCHOR;
        if (b->set->patterns[i].len > b->longest)
            b->longest = b->set->patterns[i].len;
    }
    return n;
}

static policy_status make_whole(struct builder *b, policy_error *err)
{
    const policy_pattern_set *set = b->set;

    if ((set->count < WHOLE_TERMS_MIN && !set->whole_of_few) ||
        set->unit_count > WHOLE_UNITS_MAX ||
        set->unit_count > set->count * WHOLE_MEAN_MAX || !set->count)
        return POLICY_OK;
    b->m->whole = pol_whole_new(&b->m->allocator, set->count, set->unit_count);
    return b->m->whole ? POLICY_OK : pol_error_oom(err);
}

struct room { void *at; size_t bytes; };

static void *make_room(struct room *r, const policy_allocator *a, size_t count,
                       size_t size)
{
    r->bytes = count * size;
    return r->at = pol_calloc(a, count, size);
}

static policy_status prepare(struct builder *b, struct room rooms[6],
                             policy_error *err)
{
    const policy_allocator *a = &b->set->allocator;
    size_t n = b->set->count, longer = count_longer(b);
    policy_status st;

    if (n >= UINT32_MAX / 2)
        return pol_error_limit(err, "terms", UINT32_MAX / 2);
    for (b->longer_slots = 1; b->longer_slots < longer * 2 + 1;)
        b->longer_slots *= 2;
    b->order = make_room(&rooms[0], a, n + 1, sizeof(*b->order));
    b->spare = make_room(&rooms[1], a, n + 1, sizeof(*b->spare));
    b->filed = make_room(&rooms[2], a, n + 1, sizeof(*b->filed));
    b->longer = make_room(&rooms[3], a, b->longer_slots, sizeof(*b->longer));
    b->most = make_room(&rooms[4], a, b->longest + 2, sizeof(*b->most));
    b->heavy = make_room(&rooms[5], a, longer + 1, sizeof(*b->heavy));
    if (!b->order || !b->spare || !b->filed || !b->longer || !b->most ||
        !b->heavy)
        return pol_error_oom(err);
    st = make_whole(b, err);
    return st ? st : make_pairs(b, err);
}

policy_status policy_matcher_build(policy_matcher **out,
                                   const policy_pattern_set *set,
                                   policy_error *err)
{
    const policy_allocator *a = &set->allocator;
    struct builder b = { .set = set };
    struct room rooms[6] = { { NULL, 0 } };
    policy_status st;
    size_t i;

    *out = NULL;
    b.m = pol_calloc(a, 1, sizeof(*b.m));
    if (!b.m)
        return pol_error_oom(err);
    b.m->allocator = *a;
    b.m->seed = set->seed;
    b.m->terms = set->count;
    st = prepare(&b, rooms, err);
    if (st == POLICY_OK)
        st = fill(&b, err);
    for (i = 0; i < 6; i++)
        pol_free(a, rooms[i].at, rooms[i].bytes);
    if (st != POLICY_OK)
        policy_matcher_free(b.m);
    else
        *out = b.m;
    return st;
}

void policy_matcher_free(policy_matcher *m)
{
    policy_allocator a;

    if (!m)
        return;
    a = m->allocator;
    pol_free(&a, m->wide.slots, m->wide.bytes);
    pol_free(&a, m->narrow.slots, m->narrow.bytes);
    pol_free(&a, m->marks, sizeof(*m->marks));
    pol_free(&a, m->windows.bits, m->windows.bytes);
    pol_free(&a, m->singles, SINGLES_BYTES);
    if (m->pairs)
        pol_free(&a, m->pairs, pol_pair_cap(m) * sizeof(*m->pairs));
    pol_free(&a, m->entries, m->entry_cap * sizeof(*m->entries));
    pol_free(&a, m->outputs, m->output_cap * sizeof(*m->outputs));
    pol_free(&a, m->rests, m->rest_cap * sizeof(*m->rests));
    pol_free(&a, m->exacts, m->exact_cap * sizeof(*m->exacts));
    pol_free(&a, m->bytes, m->byte_cap);
    pol_automaton_fini(&m->heavy, &a);
    pol_whole_free(m->whole);
    pol_regex_set_free(m->regexes);
    pol_free(&a, m, sizeof(*m));
}

size_t policy_matcher_size(const policy_matcher *m)
{
    return sizeof(*m) + m->wide.bytes + m->narrow.bytes + m->windows.bytes +
           (m->marks ? sizeof(*m->marks) : 0) +
           (m->singles ? SINGLES_BYTES : 0) +
           pol_pair_cap(m) * sizeof(*m->pairs) +
           m->entry_cap * sizeof(*m->entries) +
           m->output_cap * sizeof(*m->outputs) +
           m->rest_cap * sizeof(*m->rests) +
           m->exact_cap * sizeof(*m->exacts) + m->byte_cap +
           pol_automaton_bytes(&m->heavy) + pol_whole_bytes(m->whole) +
           pol_regex_set_bytes(m->regexes);
}

size_t pol_matcher_terms(const policy_matcher *m)
{
    return m ? m->terms : 0;
}

static void warm(pol_hot *out, size_t i, const void *at, size_t bytes)
{
    size_t lines = (bytes + 63) / 64;

    out->at[i] = at;
    out->lines[i] = (uint8_t)(lines > POL_HOT_MAX ? 0 : lines);
}

pol_hot pol_matcher_hot(const policy_matcher *m)
{
    pol_hot out = { { NULL }, { 0 } };

    if (!m)
        return out;
    warm(&out, 0, m, sizeof(*m));
    if (m->marks) { /* and hardly ever more than that */
        warm(&out, 1, m->marks, sizeof(*m->marks));
        return out;
    }
    warm(&out, 1, m->wide.slots, m->wide.bytes);
    warm(&out, 2, m->windows.bits, m->windows.bytes);
    warm(&out, 3, m->narrow.slots, m->narrow.bytes);
    return out;
}
