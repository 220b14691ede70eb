/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a pattern set to the tables of matcher_layout.h, in time linear in the
 * units of all terms, however they nest or repeat:
 *
 * 1. file: the strides of every string become entries; equal strings get one
 *    number;
 * 2. give out: the outputs of a string are laid side by side. The patterns come
 *    by id (a stable radix sort), which makes each group sorted by itself;
 * 3. weigh: walk each string once as a scan would, for the greatest number of
 *    hits that one end can have;
 * 4. filter: mark the last two, three and four units of every string;
 * 5. bound: the automaton over the long strings.
 *
 * While it lasts, `out` of entries and nodes holds the string's number plus 1.
 */
#include <assert.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "match/matcher_sieve.h"
#include "match/pattern_set.h"

enum { ENTRY_CAP_MIN = 16 };
/* Numbers of nodes and outputs have these many bits in an entry. */
static const size_t node_max = ((size_t)1 << 29) - 1;
static const size_t output_max = ((size_t)1 << 31) - 1;

struct builder {
    policy_matcher *m;
    const policy_pattern_set *set;
    uint32_t *string; /* of each pattern; room for `count` each */
    uint32_t *order;  /* patterns by id */
    uint32_t *first;  /* of each string: how many outputs; then their place */
    uint32_t *spare;
    size_t strings;
    size_t of_len[STRIDE + 1]; /* strings of 1, 2, 3, and 4 or more units */
};

static void set_entry_cap(policy_matcher *m, size_t cap)
{
    m->entry_cap = cap;
    for (m->entry_shift = 64; cap > 1; cap >>= 1)
        m->entry_shift--;
}

/* At most five eighths full: short runs, and 16 bytes are dear at a million. */
static policy_status grow_entries(policy_matcher *m, policy_error *err)
{
    pol_entry *old = m->entries;
    size_t old_cap = m->entry_cap, i;
    pol_entry *new;

    if (old && (m->entry_count + 1) * 8 <= old_cap * 5)
        return POLICY_OK;
    new = pol_calloc(&m->allocator, old ? old_cap * 2 : ENTRY_CAP_MIN,
                     sizeof(*new));
    if (!new)
        return pol_error_oom(err);
    m->entries = new;
    set_entry_cap(m, old ? old_cap * 2 : ENTRY_CAP_MIN);
    for (i = 0; i < old_cap; i++)
        if (old[i].key)
            *pol_entry_find(m, old[i].key >> 3, old[i].units,
                            old[i].key & 7) = old[i];
    pol_free(&m->allocator, old, old_cap * sizeof(*old));
    return POLICY_OK;
}

/* Make `e` an inner entry, if it is not yet, and give its node. */
static policy_status inner_node(policy_matcher *m, pol_entry *e,
                                uint32_t *node, policy_error *err)
{
    if (!(e->out & 1)) {
        if (m->node_count > node_max)
            return pol_error_set(err, POLICY_ELIMIT, "matcher-size",
                                 "the terms need too many nodes");
        if (!pol_grow(&m->allocator, (void **)&m->nodes, &m->node_cap,
                      m->node_count + 1, sizeof(*m->nodes)))
            return pol_error_oom(err);
        m->nodes[m->node_count] = (pol_node){ e->out >> 1, 0 };
        e->out = (uint32_t)m->node_count++ << 1 | 1;
    }
    *node = e->out >> 1;
    return POLICY_OK;
}

/* The number of a string of `len` units that ends at `*out`, a new one where
 * none did. */
static uint32_t number(struct builder *b, uint32_t *out, unsigned shift,
                       size_t len)
{
    if (!(*out >> shift)) {
        *out |= (uint32_t)(++b->strings) << shift;
        b->of_len[len < STRIDE ? len : STRIDE]++;
    }
    return (*out >> shift) - 1;
}

/* File one string, and set *string to its number. */
static policy_status file(struct builder *b, const uint16_t *units, size_t len,
                          uint32_t *string, policy_error *err)
{
    policy_matcher *m = b->m;
    size_t left = len;
    uint32_t node = 0;
    policy_status st;

    for (;;) {
        size_t count = left < STRIDE ? left : STRIDE;
        uint64_t window = pol_units_before(units, left, count);
        pol_entry *e;

        if ((st = grow_entries(m, err)) != POLICY_OK)
            return st;
        e = pol_entry_find(m, node, window, count);
        if (!e->key) {
            *e = (pol_entry){ window, node << 3 | (uint32_t)count, 0 };
            m->entry_count++;
        }
        m->nodes[node].more |= 1u << count | pol_more_bit(units[left - 1]);
        left -= count;
        if (left == 0) {
            *string = e->out & 1
                          ? number(b, &m->nodes[e->out >> 1].out, 0, len)
                          : number(b, &e->out, 1, len);
            return POLICY_OK;
        }
        if ((st = inner_node(m, e, &node, err)) != POLICY_OK)
            return st;
    }
}

static policy_status file_all(struct builder *b, policy_error *err)
{
    policy_status st;
    size_t i;

    if (!pol_grow(&b->m->allocator, (void **)&b->m->nodes, &b->m->node_cap, 1,
                  sizeof(*b->m->nodes)))
        return pol_error_oom(err);
    b->m->nodes[b->m->node_count++] = (pol_node){ 0, 0 };
    if ((st = grow_entries(b->m, err)) != POLICY_OK)
        return st;
    for (i = 0; i < b->set->count; i++) {
        const pol_pattern *p = &b->set->patterns[i];

        st = file(b, b->set->units + p->at, p->len, &b->string[i], err);
        if (st != POLICY_OK)
            return st;
    }
    return POLICY_OK;
}

/* Least significant byte first: stable, linear, in place but for `spare`. */
static void sort_by_id(struct builder *b)
{
    const pol_pattern *p = b->set->patterns;
    size_t n = b->set->count, i;
    unsigned shift;

    for (i = 0; i < n; i++)
        b->order[i] = (uint32_t)i;
    for (shift = 0; shift < 32; shift += 8) {
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

/* One pattern's output at `at`, unless the one before it, of the same string
 * from `first`, says the same. */
static policy_status put_output(struct builder *b, const pol_pattern *p,
                                uint32_t first, uint32_t *at,
                                policy_error *err)
{
    pol_output *o = &b->m->outputs[*at];
    policy_status st;

    if (*at > first && !(p->flags & OUTPUT_EXACT) && o[-1].id == p->id &&
        o[-1].flags == p->flags)
        return POLICY_OK;
    *o = (pol_output){ p->id, p->flags, 0 };
    if (p->flags & OUTPUT_EXACT) {
        st = keep_exact(b->m, p, b->set->bytes, &o->exact, err);
        if (st != POLICY_OK)
            return st;
    }
    ++*at;
    return POLICY_OK;
}

/* `first` from counts to places; the room of a string that has fewer outputs
 * than patterns stays unused. */
static policy_status give_out(struct builder *b, policy_error *err)
{
    policy_matcher *m = b->m;
    size_t n = b->set->count, i, place = 1;
    policy_status st;

    if (n >= output_max)
        return pol_error_limit(err, "terms", output_max);
    m->output_cap = n + 1;
    m->outputs = pol_calloc(&m->allocator, n + 1, sizeof(*m->outputs));
    if (!m->outputs)
        return pol_error_oom(err);
    for (i = 0; i < n; i++)
        b->first[b->string[i]]++;
    for (i = 0; i < b->strings; i++) {
        uint32_t count = b->first[i];

        b->spare[i] = b->first[i] = (uint32_t)place;
        place += count;
    }
    for (i = 0; i < n; i++) {
        uint32_t s = b->string[b->order[i]];

        st = put_output(b, &b->set->patterns[b->order[i]], b->first[s],
                        &b->spare[s], err);
        if (st != POLICY_OK)
            return st;
    }
    for (i = 0; i < b->strings; i++) {
        m->outputs[b->spare[i] - 1].flags |= OUTPUT_LAST;
        m->output_count += b->spare[i] - b->first[i];
    }
    return POLICY_OK;
}

/* From numbers of strings to places of their outputs. */
static void place_outputs(struct builder *b)
{
    policy_matcher *m = b->m;
    size_t i;

    for (i = 0; i < m->entry_cap; i++) {
        pol_entry *e = &m->entries[i];

        if (e->key && !(e->out & 1))
            e->out = b->first[(e->out >> 1) - 1] << 1;
    }
    for (i = 1; i < m->node_count; i++)
        if (m->nodes[i].out)
            m->nodes[i].out = b->first[m->nodes[i].out - 1];
}

static uint32_t output_of(const policy_matcher *m, const pol_entry *e)
{
    return e->out & 1 ? m->nodes[e->out >> 1].out : e->out >> 1;
}

/* The outputs of a string and of all its suffixes; `weight` has those of one
 * string by their place, and 0 at 0. */
static size_t weigh(const policy_matcher *m, const uint32_t *weight,
                    const uint16_t *units, size_t len)
{
    uint32_t node = 0, next = 0;
    size_t sum = 0;

    do {
        size_t count;

        next = 0;
        for (count = 1; count <= STRIDE && count <= len; count++) {
            const pol_entry *e;

            if (!(m->nodes[node].more >> count & 1))
                continue;
            e = pol_entry_find(m, node, pol_units_before(units, len, count),
                               count);
            if (!e->key)
                continue;
            sum += weight[output_of(m, e)];
            next = e->out & 1 ? e->out >> 1 : 0; /* (1): only the last */
        }
        node = next;
        len -= next ? STRIDE : 0;
    } while (next);
    return sum;
}

static void weigh_all(struct builder *b)
{
    uint32_t *weight = b->order; /* no longer needed as the order */
    size_t i;

    weight[0] = 0;
    for (i = 0; i < b->strings; i++)
        weight[b->first[i]] = b->spare[i] - b->first[i];
    for (i = 0; i < b->set->count; i++) {
        const pol_pattern *p = &b->set->patterns[i];
        size_t sum = weigh(b->m, weight, b->set->units + p->at, p->len);

        if (sum > b->m->most_hits)
            b->m->most_hits = sum;
    }
}

/* Room for `keys`. Few keys have many slots each, since all fits in the nearest
 * cache; many keys have eight, which keeps 100,000 of them in the second. An
 * organisation's twenty terms take some hundred bytes. */
static policy_status make_filter(policy_matcher *m, pol_filter *f, size_t keys,
                                 policy_error *err)
{
    size_t want = keys * (keys <= 2048 ? 64 : keys <= 16384 ? 32 : 8);
    size_t slots = 64;

    for (f->shift = 32 - 6; slots < want && f->shift > 4; slots *= 2)
        f->shift--;
    f->bytes = slots / 4;
    f->bits = pol_calloc(&m->allocator, f->bytes, 1);
    return f->bits ? POLICY_OK : pol_error_oom(err);
}

static void mark(pol_filter *f, const uint16_t *units, size_t len, size_t keep)
{
    uint32_t slot = pol_slot(pol_units_before(units, len, keep), f->shift);

    f->bits[slot >> 2] |= (uint8_t)((len == keep ? 1 : 2) << (slot & 3) * 2);
}

static void mark_all(struct builder *b)
{
    policy_matcher *m = b->m;
    size_t i;

    for (i = 0; i < b->set->count; i++) {
        const pol_pattern *p = &b->set->patterns[i];
        const uint16_t *units = b->set->units + p->at;

        m->inside |= p->inside;
        if (p->len == 1)
            m->singles[units[0] >> 3] |= (uint8_t)(1u << (units[0] & 7));
        if (p->len >= 2)
            mark(&m->two, units, p->len, 2);
        if (p->len >= 3)
            mark(&m->three, units, p->len, 3);
        if (p->len >= 4)
            mark(&m->four, units, p->len, 4);
    }
}

static policy_status make_filters(struct builder *b, policy_error *err)
{
    policy_matcher *m = b->m;
    const size_t *of_len = b->of_len;
    policy_status st;

    if (of_len[1]) {
        m->singles = pol_calloc(&m->allocator, SINGLES_BYTES, 1);
        if (!m->singles)
            return pol_error_oom(err);
    }
    if ((st = make_filter(m, &m->two, of_len[2] + of_len[3] + of_len[4],
                          err)) != POLICY_OK ||
        (st = make_filter(m, &m->three, of_len[3] + of_len[4], err)) !=
            POLICY_OK ||
        (st = make_filter(m, &m->four, of_len[4], err)) != POLICY_OK)
        return st;
    mark_all(b);
    m->sieve = pol_sieve_wide(0);
    if (!m->sieve)
        m->sieve = pol_sieve_plain;
    return POLICY_OK;
}

static size_t list_long(const struct builder *b, pol_string *list)
{
    size_t i, n = 0;

    for (i = 0; i < b->set->count; i++) {
        const pol_pattern *p = &b->set->patterns[i];

        if (p->len <= SHORT_MAX)
            continue;
        if (list)
            list[n] = (pol_string){ b->set->units + p->at, (uint32_t)p->len,
                                    b->first[b->string[i]] };
        n++;
    }
    return n;
}

static policy_status bound(struct builder *b, policy_error *err)
{
    policy_matcher *m = b->m;
    size_t count = list_long(b, NULL);
    pol_string *list;
    policy_status st;

    m->walk_budget = WALK_BUDGET;
    if (!count)
        return POLICY_OK;
    list = pol_calloc(&m->allocator, count, sizeof(*list));
    if (!list)
        return pol_error_oom(err);
    list_long(b, list);
    st = pol_automaton_build(&m->longs, &m->allocator, list, count, m->seed,
                             err);
    pol_free(&m->allocator, list, count * sizeof(*list));
    return st;
}

static policy_status fill(struct builder *b, policy_error *err)
{
    policy_status st;

    if ((st = file_all(b, err)) != POLICY_OK)
        return st;
    sort_by_id(b);
    if ((st = give_out(b, err)) != POLICY_OK)
        return st;
    place_outputs(b);
    weigh_all(b);
    if ((st = make_filters(b, err)) != POLICY_OK)
        return st;
    return bound(b, err);
}

policy_status policy_matcher_build(policy_matcher **out,
                                   const policy_pattern_set *set,
                                   policy_error *err)
{
    const policy_allocator *a = &set->allocator;
    size_t room = (set->count + 1) * sizeof(uint32_t);
    struct builder b = { .set = set };
    policy_status st;

    *out = NULL;
    b.m = pol_calloc(a, 1, sizeof(*b.m));
    if (b.m) {
        b.m->allocator = *a;
        b.m->seed = set->seed;
        b.m->terms = set->count;
    }
    b.string = pol_calloc(a, 4, room);
    if (b.m && b.string) {
        b.order = b.string + set->count + 1;
        b.first = b.order + set->count + 1;
        b.spare = b.first + set->count + 1;
        st = fill(&b, err);
    } else {
        st = pol_error_oom(err);
    }
    pol_free(a, b.string, 4 * room);
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
    pol_free(&a, m->two.bits, m->two.bytes);
    pol_free(&a, m->three.bits, m->three.bytes);
    pol_free(&a, m->four.bits, m->four.bytes);
    pol_free(&a, m->singles, SINGLES_BYTES);
    pol_free(&a, m->entries, m->entry_cap * sizeof(*m->entries));
    pol_free(&a, m->nodes, m->node_cap * sizeof(*m->nodes));
    pol_free(&a, m->outputs, m->output_cap * sizeof(*m->outputs));
    pol_free(&a, m->exacts, m->exact_cap * sizeof(*m->exacts));
    pol_free(&a, m->bytes, m->byte_cap);
    pol_automaton_fini(&m->longs, &a);
    pol_free(&a, m, sizeof(*m));
}

size_t policy_matcher_size(const policy_matcher *m)
{
    return sizeof(*m) + m->two.bytes + m->three.bytes + m->four.bytes +
           (m->singles ? SINGLES_BYTES : 0) +
           m->entry_cap * sizeof(*m->entries) +
           m->node_cap * sizeof(*m->nodes) +
           m->output_cap * sizeof(*m->outputs) +
           m->exact_cap * sizeof(*m->exacts) + m->byte_cap +
           pol_automaton_bytes(&m->longs);
}

size_t pol_matcher_terms(const policy_matcher *m)
{
    return m ? m->terms : 0;
}
