/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Three units in a row of each window, the rarest, are what is looked for; the
 * windows are spread over sixteen buckets. For each of the three units and each
 * of its four nibbles a table of sixteen says which buckets allow its value, and
 * a place is left where one bucket allows all twelve: for 64 places that is
 * two dozen shuffles.
 *
 * (1) No place of a window is lost: each table has all values of its sets.
 * (2) Windows that are alike belong together: a bucket allows all combinations of
 *     what its windows allow. Each window goes where it makes the buckets allow
 *     the least more.
 * (3) What is left is asked of each window of its buckets, set by set. So that
 *     this is linear whatever the text, it has a budget; beyond it a window is
 *     told unasked.
 */
#include "match/regex_sift.h"

#include <assert.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"

enum {
    BUCKETS = 16,
    /* Sets that may be asked: so many for each unit of the text, and these. */
    ASK_A_UNIT = 16,
    ASK_FREE = 512
};

/* A set: of the units below 128 as bits, of others as ranges. */
struct set {
    uint64_t ascii[2];
    const pol_unit_range *ranges;
    uint32_t count;
};

struct window {
    uint32_t name, first; /* of its sets, in `sets` */
    uint16_t len, looked; /* the unit that its place is of */
};

struct pol_regex_sift {
    policy_allocator allocator;
    pol_sift sift;
    pol_sift_tables tables;
    uint32_t starts[BUCKETS + 1]; /* of the buckets, in `windows` */
    struct window *windows;
    struct set *sets;
    pol_unit_range *ranges;
    size_t window_count, set_count, range_count;
};

/* --- building ----------------------------------------------------------- */

/* Values of the nibbles of three units, as bits. */
struct shape {
    uint16_t at[POL_SIFT_LOOKS][POL_SIFT_NIBBLES];
};

static void shape_add_range(uint16_t *at, pol_unit_range r)
{
    for (unsigned n = 0; n < POL_SIFT_NIBBLES; n++) {
        unsigned first = r.first >> 4 * n, last = r.last >> 4 * n, v;

        if (last - first >= 15)
            at[n] = UINT16_MAX;
        else
            for (v = first; v <= last; v++)
                at[n] |= (uint16_t)(1u << (v & 15));
    }
}

static struct shape shape_of(const pol_regex_window *w, uint32_t from)
{
    struct shape s;

    memset(&s, 0xff, sizeof(s));
    for (uint32_t i = 0; i < POL_SIFT_LOOKS && from + i < w->len; i++) {
        const pol_units *u = w->at[from + i];

        memset(s.at[i], 0, sizeof(s.at[i]));
        for (uint32_t k = 0; k < u->count; k++)
            shape_add_range(s.at[i], u->ranges[k]);
    }
    return s;
}

/* Of units that are ASCII, or Han, the part that is allowed. */
static double part_of(const uint16_t *at, bool ascii)
{
    static const uint16_t high[2][2] = { { 0x03f0, 0xffff }, { 1, 1 } };
    double part = __builtin_popcount(at[0]) / 16.0;

    if (ascii)
        part *= __builtin_popcount(at[1] & 0xcc) / 4.0;
    else
        part *= __builtin_popcount(at[1]) / 16.0;
    part *= (double)__builtin_popcount(at[2] & high[ascii][1]) /
            __builtin_popcount(high[ascii][1]);
    return part * __builtin_popcount(at[3] & high[ascii][0]) /
           __builtin_popcount(high[ascii][0]);
}

/* Of the places of a text the part that it allows: what is ASCII, is mostly so
 * in a row. */
static double share(const struct shape *s)
{
    double ascii = 0.15, han = 0.85;

    for (unsigned i = 0; i < POL_SIFT_LOOKS; i++) {
        double a = ascii * part_of(s->at[i], true);
        double h = han * part_of(s->at[i], false);

        ascii = 0.7 * a + 0.07 * h;
        han = 0.3 * a + 0.93 * h;
    }
    return ascii + han;
}

static uint32_t rarest(const pol_regex_window *w)
{
    uint32_t best = 0, i;
    double least = 2;

    for (i = 0; i + POL_SIFT_LOOKS <= w->len || i == 0; i++) {
        struct shape s = shape_of(w, i);
        double one = share(&s);

        if (one < least) {
            least = one;
            best = i;
        }
    }
    return best;
}

static struct shape both(const struct shape *a, const struct shape *b)
{
    struct shape s;

    for (unsigned i = 0; i < POL_SIFT_LOOKS; i++)
        for (unsigned n = 0; n < POL_SIFT_NIBBLES; n++)
            s.at[i][n] = a->at[i][n] | b->at[i][n];
    return s;
}

/* (2) */
static unsigned bucket_for(const struct shape *buckets, const double *shares,
                           const struct shape *s)
{
    unsigned best = 0, b;
    double least = 2;

    for (b = 0; b < BUCKETS; b++) {
        struct shape with = both(&buckets[b], s);
        double more = share(&with) - shares[b];

        if (more < least) {
            least = more;
            best = b;
        }
    }
    return best;
}

static void put_tables(pol_sift_tables *t, const struct shape *buckets)
{
    for (unsigned i = 0; i < POL_SIFT_LOOKS; i++)
        for (unsigned n = 0; n < POL_SIFT_NIBBLES; n++)
            for (unsigned v = 0; v < 16; v++) {
                unsigned bits = 0, b;

                for (b = 0; b < BUCKETS; b++)
                    bits |= (buckets[b].at[i][n] >> v & 1u) << b;
                t->bits[i][n][v] = (uint16_t)bits;
                t->halves[0][i][n][v] = (uint8_t)bits;
                t->halves[1][i][n][v] = (uint8_t)(bits >> 8);
            }
}

/* `buckets` of the windows, by their names. */
static void spread(pol_regex_sift *s, const pol_regex_window *windows,
                   uint8_t *bucket)
{
    struct shape shapes[BUCKETS], one;
    double shares[BUCKETS] = { 0 };
    size_t i;

    memset(shapes, 0, sizeof(shapes));
    for (i = 0; i < s->window_count; i++) {
        one = shape_of(&windows[i], rarest(&windows[i]));
        bucket[i] = (uint8_t)bucket_for(shapes, shares, &one);
        shapes[bucket[i]] = both(&shapes[bucket[i]], &one);
        shares[bucket[i]] = share(&shapes[bucket[i]]);
    }
    put_tables(&s->tables, shapes);
}

static struct set set_of(const pol_units *u, pol_unit_range *ranges)
{
    struct set s = { { 0 }, ranges, u->count };

    memcpy(ranges, u->ranges, u->count * sizeof(*ranges));
    for (uint32_t i = 0; i < u->count; i++)
        for (uint32_t v = u->ranges[i].first;
             v <= u->ranges[i].last && v < 128; v++)
            s.ascii[v >> 6] |= UINT64_C(1) << (v & 63);
    return s;
}

/* Windows and their sets, bucket by bucket. */
static void file_windows(pol_regex_sift *s, const pol_regex_window *windows,
                         const uint8_t *bucket)
{
    size_t set = 0, range = 0, at = 0, i;

    for (unsigned b = 0; b < BUCKETS; b++) {
        s->starts[b] = (uint32_t)at;
        for (i = 0; i < s->window_count; i++) {
            const pol_regex_window *w = &windows[i];

            if (bucket[i] != b)
                continue;
            s->windows[at++] = (struct window){ (uint32_t)i, (uint32_t)set,
                                                (uint16_t)w->len,
                                                (uint16_t)rarest(w) };
            for (uint32_t k = 0; k < w->len; k++) {
                s->sets[set++] = set_of(w->at[k], s->ranges + range);
                range += w->at[k]->count;
            }
        }
    }
    s->starts[BUCKETS] = (uint32_t)at;
}

static bool sift_room(pol_regex_sift *s, const pol_regex_window *windows,
                      size_t count)
{
    const policy_allocator *a = &s->allocator;

    s->window_count = count;
    for (size_t i = 0; i < count; i++) {
        s->set_count += windows[i].len;
        for (uint32_t k = 0; k < windows[i].len; k++)
            s->range_count += windows[i].at[k]->count;
    }
    s->windows = pol_calloc(a, count + 1, sizeof(*s->windows));
    s->sets = pol_calloc(a, s->set_count + 1, sizeof(*s->sets));
    s->ranges = pol_calloc(a, s->range_count + 1, sizeof(*s->ranges));
    return s->windows && s->sets && s->ranges;
}

policy_status pol_regex_sift_new(pol_regex_sift **out,
                                 const policy_allocator *a,
                                 const pol_regex_window *windows, size_t count,
                                 policy_error *err)
{
    policy_allocator allocator = pol_allocator_or_default(a);
    pol_regex_sift *s = pol_calloc(&allocator, 1, sizeof(*s));
    uint8_t bucket[POL_SIFT_MAX];

    assert(count <= POL_SIFT_MAX);
    *out = NULL;
    if (!s)
        return pol_error_oom(err);
    s->allocator = allocator;
    if (!sift_room(s, windows, count)) {
        pol_regex_sift_free(s);
        return pol_error_oom(err);
    }
    spread(s, windows, bucket);
    file_windows(s, windows, bucket);
    s->sift = pol_sift_wide(0) ? pol_sift_wide(0) : pol_sift_plain;
    *out = s;
    return POLICY_OK;
}

void pol_regex_sift_free(pol_regex_sift *s)
{
    policy_allocator a;

    if (!s)
        return;
    a = s->allocator;
    pol_free(&a, s->windows, (s->window_count + 1) * sizeof(*s->windows));
    pol_free(&a, s->sets, (s->set_count + 1) * sizeof(*s->sets));
    pol_free(&a, s->ranges, (s->range_count + 1) * sizeof(*s->ranges));
    pol_free(&a, s, sizeof(*s));
}

size_t pol_regex_sift_bytes(const pol_regex_sift *s)
{
    return s ? sizeof(*s) + (s->window_count + 1) * sizeof(*s->windows) +
                   (s->set_count + 1) * sizeof(*s->sets) +
                   (s->range_count + 1) * sizeof(*s->ranges)
             : 0;
}

const pol_sift_tables *pol_regex_sift_tables(const pol_regex_sift *s)
{
    return &s->tables;
}

/* --- sifting ------------------------------------------------------------ */

static unsigned allowed(const uint16_t (*t)[16], unsigned unit)
{
    return t[0][unit & 15] & t[1][unit >> 4 & 15] & t[2][unit >> 8 & 15] &
           t[3][unit >> 12];
}

uint64_t pol_sift_plain(const pol_sift_tables *t, const uint16_t *units,
                        size_t count, pol_sifted *out)
{
    size_t end = count < POL_SIFT_BLOCK ? count : POL_SIFT_BLOCK;
    uint64_t left = 0;

    for (size_t i = 0; i < end; i++) {
        unsigned bits = allowed(t->bits[0], units[i]);

        for (size_t k = 1; k < POL_SIFT_LOOKS && bits; k++)
            bits &= allowed(t->bits[k], i + k < count ? units[i + k] : 0);
        if (!bits)
            continue;
        left |= UINT64_C(1) << i;
        out->halves[0][i] = (uint8_t)bits;
        out->halves[1][i] = (uint8_t)(bits >> 8);
    }
    return left;
}

/* --- asking ------------------------------------------------------------- */

struct asker {
    const pol_regex_sift *s;
    const uint16_t *units;
    size_t count;
    uint64_t budget; /* sets that may yet be asked */
    pol_on_window on_window;
    void *user;
};

static bool set_has(const struct set *s, uint16_t unit)
{
    if (unit < 128)
        return s->ascii[unit >> 6] >> (unit & 63) & 1;
    for (uint32_t i = 0; i < s->count; i++)
        if (unit <= s->ranges[i].last)
            return unit >= s->ranges[i].first;
    return false;
}

/* Does it stand there? The sets that were looked at come first. */
static bool stands(struct asker *a, const struct window *w, size_t start)
{
    const struct set *sets = a->s->sets + w->first;
    const uint16_t *units = a->units + start;
    uint32_t i, k = w->looked;

    for (i = 0; i < w->len; i++) {
        if (a->budget == 0)
            return true;
        a->budget--;
        if (!set_has(&sets[k], units[k]))
            return false;
        k = k + 1 == w->len ? 0 : k + 1;
    }
    return true;
}

static void ask_bucket(struct asker *a, unsigned bucket, size_t at)
{
    const pol_regex_sift *s = a->s;

    for (uint32_t i = s->starts[bucket]; i < s->starts[bucket + 1]; i++) {
        const struct window *w = &s->windows[i];

        if (at >= w->looked && at - w->looked + w->len <= a->count &&
            stands(a, w, at - w->looked))
            a->on_window(a->user, w->name, (uint32_t)(at - w->looked));
    }
}

static void ask_block(struct asker *a, uint64_t left, size_t from,
                      const pol_sifted *sifted)
{
    for (; left; left &= left - 1) {
        unsigned i = (unsigned)__builtin_ctzll(left);
        unsigned bits = sifted->halves[0][i] |
                        (unsigned)sifted->halves[1][i] << 8;

        for (; bits; bits &= bits - 1)
            ask_bucket(a, (unsigned)__builtin_ctz(bits), from + i);
    }
}

void pol_regex_sift_run(const pol_regex_sift *s, const uint16_t *units,
                        size_t count, pol_on_window on_window, void *user)
{
    struct asker a = { s, units, count,
                       (uint64_t)ASK_A_UNIT * count + ASK_FREE, on_window,
                       user };
    pol_sifted sifted;

    for (size_t from = 0; from < count; from += POL_SIFT_BLOCK) {
        uint64_t left = s->sift(&s->tables, units + from, count - from,
                                &sifted);

        if (left)
            ask_block(&a, left, from, &sifted);
    }
}
