/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counting in cells.
 *
 * Invariants of a window:
 *
 * (1) Cells rise by number, and none is empty; marks rise by cell, then hash:
 *     reading checks it. No hash stands twice. So equal histories have equal
 *     bytes.
 * (2) Nothing is older than the window of the newest cell or mark. What is, no
 *     event but a late one could still count, and that one counts it for its
 *     own window only as far as it is there.
 */
#include "state/window.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/slice.h"

enum { DAY_MS = 86400000 };
#define YEARS_MS INT64_C(6307200000000000)

/* ORDER PERIOD */
const char *const pol_period_names[] = { "day", "week", "month", "quarter",
                                         "year" };

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Of a calendar in the zone: days, weeks from Monday, months, … since 1970. */
static int64_t period_number(pol_period p, const pol_zone *zone, int64_t ms)
{
    int32_t offset;
    int64_t day, month;
    pol_civil c;

    /* Two hundred thousand years either way: the calendar counts no further. */
    ms = ms > YEARS_MS ? YEARS_MS : ms < -YEARS_MS ? -YEARS_MS : ms;
    offset = pol_zone_offset(zone, ms);
    day = floor_div(ms + (int64_t)offset * 60000, DAY_MS);
    if (p == POL_PERIOD_DAY)
        return day;
    if (p == POL_PERIOD_WEEK) /* 1970-01-01 was a Thursday */
        return floor_div(day + 3, 7);
    pol_civil_from_ms(&c, ms, offset);
    month = ((int64_t)c.year - 1970) * 12 + c.month - 1;
    if (p == POL_PERIOD_MONTH)
        return month;
    return floor_div(month, p == POL_PERIOD_QUARTER ? 3 : 12);
}

int64_t pol_period_begin(pol_period p, const pol_zone *zone, int64_t ms,
                         int64_t later)
{
    int64_t number = period_number(p, zone, ms) + later, local, guess;
    pol_civil c = { .year = 1970, .month = 1, .day = 1 };

    if (p == POL_PERIOD_DAY || p == POL_PERIOD_WEEK) {
        local = (p == POL_PERIOD_DAY ? number : number * 7 - 3) * DAY_MS;
    } else {
        int64_t month = p == POL_PERIOD_MONTH ? number
                      : number * (p == POL_PERIOD_QUARTER ? 3 : 12);

        c.year += (int32_t)floor_div(month, 12);
        c.month += (int32_t)(month - floor_div(month, 12) * 12);
        local = pol_civil_to_ms(&c, 0);
    }
    /* The offset is that of the beginning itself, which is near the guess. */
    guess = local - (int64_t)pol_zone_offset(zone, local) * 60000;
    return local - (int64_t)pol_zone_offset(zone, guess) * 60000;
}

static int64_t cell_ms(const pol_window_span *s)
{
    int64_t ms = s->over / POL_WINDOW_CELLS;

    return ms > 0 ? ms : 1;
}

int64_t pol_window_cell(const pol_window_span *s, int64_t ms)
{
    return s->period ? period_number(s->period, s->zone, ms)
                     : floor_div(ms, cell_ms(s));
}

int64_t pol_window_until(const pol_window_span *s, int64_t ms)
{
    /* Longer than any such period, and the shift of its zone. */
    static const int64_t days[POL_PERIOD_COUNT] = { 0, 2, 8, 32, 93, 367 };
    int64_t more = s->period ? days[s->period] * DAY_MS : s->over;

    return ms > INT64_MAX - more ? INT64_MAX : ms + more;
}

/* How many cells a window has. */
static int64_t width(const pol_window_span *s)
{
    return s->period ? 1 : POL_WINDOW_CELLS;
}

static bool is_within(const pol_window_span *s, int64_t cell, int64_t of)
{
    return cell <= of && (uint64_t)of - (uint64_t)cell < (uint64_t)width(s);
}

static int64_t add(int64_t a, int64_t b)
{
    return a > INT64_MAX - b ? INT64_MAX : a + b;
}

int64_t pol_window_amount(const pol_window *w, const pol_window_span *s,
                          int64_t ms)
{
    int64_t cell = pol_window_cell(s, ms), amount = 0;

    for (size_t i = 0; i < w->cell_count; i++)
        if (is_within(s, w->cells[i].number, cell))
            amount = add(amount, w->cells[i].amount);
    return amount;
}

int64_t pol_window_distinct(const pol_window *w, const pol_window_span *s,
                            int64_t ms)
{
    int64_t cell = pol_window_cell(s, ms), count = 0;

    for (size_t i = 0; i < w->mark_count; i++)
        count += is_within(s, w->marks[i].cell, cell);
    return count;
}

/*
 * 64 bits of a hash without a secret, since the same history must give the same
 * bytes everywhere. Who could choose ids freely would have to try some 2^32 of
 * them for two that count once, and 2^56 for one of those that are there.
 */
uint64_t pol_window_hash(policy_str a, policy_str b)
{
    uint8_t sum[32];
    uint64_t hash = 0;
    pol_sha256 h;

    pol_sha256_init(&h);
    pol_sha256_field(&h, a);
    pol_sha256_field(&h, b);
    pol_sha256_done(&h, sum);
    for (int i = 0; i < 8; i++)
        hash = hash << 8 | sum[i];
    return hash;
}

/* --- adding */

static int64_t newest(const pol_window *w)
{
    int64_t cell = INT64_MIN;

    if (w->cell_count)
        cell = w->cells[w->cell_count - 1].number;
    if (w->mark_count && w->marks[w->mark_count - 1].cell > cell)
        cell = w->marks[w->mark_count - 1].cell;
    return cell;
}

/* (2) */
static void forget_old(pol_window *w, const pol_window_span *s)
{
    int64_t last = newest(w);
    size_t cells = 0, marks = 0;

    while (cells < w->cell_count && !is_within(s, w->cells[cells].number, last))
        cells++;
    while (marks < w->mark_count && !is_within(s, w->marks[marks].cell, last))
        marks++;
    w->cell_count -= cells;
    w->mark_count -= marks;
    memmove(w->cells, w->cells + cells, w->cell_count * sizeof(*w->cells));
    memmove(w->marks, w->marks + marks, w->mark_count * sizeof(*w->marks));
}

static void add_amount(pol_window *w, int64_t cell, int64_t amount)
{
    size_t i = w->cell_count;

    while (i > 0 && w->cells[i - 1].number >= cell)
        i--;
    if (i < w->cell_count && w->cells[i].number == cell) {
        w->cells[i].amount = add(w->cells[i].amount, amount);
        return;
    }
    memmove(w->cells + i + 1, w->cells + i,
            (w->cell_count - i) * sizeof(*w->cells));
    w->cells[i] = (pol_cell){ cell, amount };
    w->cell_count++;
}

static size_t find_mark(const pol_window *w, uint64_t hash)
{
    size_t i = 0;

    while (i < w->mark_count && w->marks[i].hash != hash)
        i++;
    return i;
}

static void remove_mark(pol_window *w, size_t i)
{
    w->mark_count--;
    memmove(w->marks + i, w->marks + i + 1,
            (w->mark_count - i) * sizeof(*w->marks));
}

static void add_mark(pol_window *w, int64_t cell, uint64_t hash)
{
    size_t i = w->mark_count;

    while (i > 0 && (w->marks[i - 1].cell > cell ||
                     (w->marks[i - 1].cell == cell &&
                      w->marks[i - 1].hash > hash)))
        i--;
    memmove(w->marks + i + 1, w->marks + i,
            (w->mark_count - i) * sizeof(*w->marks));
    w->marks[i] = (pol_mark){ cell, hash };
    w->mark_count++;
}

bool pol_window_add(pol_window *w, const pol_window_span *s, int64_t ms,
                    uint64_t hash, int64_t amount)
{
    int64_t cell = pol_window_cell(s, ms);

    if (find_mark(w, hash) < w->mark_count)
        return false;
    add_mark(w, cell, hash);
    if (amount > 0)
        add_amount(w, cell, amount);
    if (w->mark_count > POL_WINDOW_MARKS)
        remove_mark(w, 0);
    forget_old(w, s);
    return true;
}

bool pol_window_see(pol_window *w, const pol_window_span *s, int64_t ms,
                    uint64_t hash, uint64_t max, bool *full)
{
    int64_t cell = pol_window_cell(s, ms);
    size_t i = find_mark(w, hash);

    *full = false;
    if (i < w->mark_count && w->marks[i].cell >= cell)
        return false;
    if (i < w->mark_count)
        remove_mark(w, i);
    add_mark(w, cell, hash);
    forget_old(w, s);
    if (w->mark_count > max) {
        *full = true;
        remove_mark(w, 0);
    }
    return true;
}

/* --- bytes: the cells, then the marks; numbers as steps from the one before */

/* How many follow, each of at least `least` bytes. */
static size_t read_count(pol_state_reader *r, size_t least)
{
    uint64_t count = pol_state_uint(r);

    if (count > (size_t)(r->end - r->at) / least)
        r->bad = true;
    return r->bad ? 0 : (size_t)count;
}

/* From `before` on by a step that came as an unsigned number. */
static int64_t stepped(pol_state_reader *r, int64_t before, bool first)
{
    uint64_t step;

    if (first)
        return pol_state_int(r);
    step = pol_state_uint(r);
    if (step > (uint64_t)INT64_MAX - (before > 0 ? (uint64_t)before : 0))
        r->bad = true;
    return r->bad ? before : before + (int64_t)step;
}

static uint64_t read_hash(pol_state_reader *r)
{
    uint64_t hash = 0;

    if (r->end - r->at < 8) {
        r->bad = true;
        return 0;
    }
    for (int i = 0; i < 8; i++)
        hash = hash << 8 | *r->at++;
    return hash;
}

static void read_cells(pol_state_reader *r, pol_window *w, size_t count)
{
    for (size_t i = 0; i < count && !r->bad; i++) {
        pol_cell *c = &w->cells[i];

        c->number = stepped(r, i ? c[-1].number : 0, i == 0);
        c->amount = pol_state_int(r);
        if (c->amount <= 0 || (i && c->number == c[-1].number))
            r->bad = true; /* (1) */
    }
    w->cell_count = count;
}

static void read_marks(pol_state_reader *r, pol_window *w, size_t count)
{
    for (size_t i = 0; i < count && !r->bad; i++) {
        pol_mark *m = &w->marks[i];

        m->cell = stepped(r, i ? m[-1].cell : 0, i == 0);
        m->hash = read_hash(r);
        if (i && m->cell == m[-1].cell && m->hash <= m[-1].hash)
            r->bad = true; /* (1) */
    }
    w->mark_count = count;
}

policy_status pol_window_read(pol_window *out, policy_str body,
                              pol_arena *arena, policy_error *err)
{
    pol_state_reader r = { (const uint8_t *)body.ptr,
                           (const uint8_t *)body.ptr + body.len, false };
    size_t count;

    memset(out, 0, sizeof(*out));
    count = body.len ? read_count(&r, 2) : 0;
    out->cells = pol_arena_new(arena, pol_cell, count + 1);
    if (!out->cells)
        return pol_error_oom(err);
    read_cells(&r, out, count);
    count = body.len && !r.bad ? read_count(&r, 9) : 0;
    out->marks = pol_arena_new(arena, pol_mark, count + 1);
    if (!out->marks)
        return pol_error_oom(err);
    read_marks(&r, out, count);
    if (r.bad || r.at != r.end)
        return pol_error_set(err, POLICY_ESTATE, "state-bytes",
                             "a stored count is not what was written");
    return POLICY_OK;
}

static void put_hash(pol_state_writer *w, uint64_t hash)
{
    for (int i = 7; i >= 0; i--)
        pol_state_put_byte(w, (uint8_t)(hash >> (8 * i)));
}

static void put_step(pol_state_writer *w, int64_t number, int64_t before,
                     bool first)
{
    assert(first || number >= before);
    if (first)
        pol_state_put_int(w, number);
    else
        pol_state_put_uint(w, (uint64_t)number - (uint64_t)before);
}

static void put_window(pol_state_writer *out, const pol_window *w)
{
    pol_state_put_uint(out, w->cell_count);
    for (size_t i = 0; i < w->cell_count; i++) {
        put_step(out, w->cells[i].number, i ? w->cells[i - 1].number : 0, i == 0);
        pol_state_put_int(out, w->cells[i].amount);
    }
    pol_state_put_uint(out, w->mark_count);
    for (size_t i = 0; i < w->mark_count; i++) {
        put_step(out, w->marks[i].cell, i ? w->marks[i - 1].cell : 0, i == 0);
        put_hash(out, w->marks[i].hash);
    }
}

policy_str pol_window_write(const pol_window *w, pol_arena *arena)
{
    pol_state_writer out = { NULL, 0, 0 };

    put_window(&out, w);
    out = (pol_state_writer){ pol_arena_alloc(arena, out.len), 0, out.len };
    if (!out.to)
        return (policy_str){ NULL, 0 };
    put_window(&out, w);
    return (policy_str){ out.to, out.len };
}
