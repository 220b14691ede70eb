/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a stored value, as what a record keeps of an event, and as a
 * window. What can be read is written again to the very same bytes, so there is
 * one form of each; a window that was read can be counted in and stays readable.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/slice.h"
#include "state/kept.h"
#include "state/stored.h"
#include "state/window.h"

static pol_arena arena;

static void check_stored(policy_str bytes)
{
    policy_error err = POLICY_ERROR_INIT;
    pol_stored s;
    policy_status st = pol_stored_read(&s, bytes, &arena, &err);

    assert(st == POLICY_OK || (st == POLICY_ESTATE && err.message[0]));
    if (!st && bytes.len)
        assert(pol_str_eq(pol_stored_write(&s, &arena), bytes));
}

static void check_kept(policy_str bytes)
{
    pol_kept k;
    policy_status st = pol_kept_read(&k, bytes, &arena, NULL);

    assert(st == POLICY_OK || st == POLICY_ESTATE);
    if (!st)
        assert(pol_str_eq(pol_kept_write(&k, &arena), bytes));
}

static void check_window(policy_str bytes, const pol_window_span *span, int64_t ms)
{
    pol_window w, again;
    bool full;

    if (pol_window_read(&w, bytes, &arena, NULL))
        return;
    if (bytes.len)
        assert(pol_str_eq(pol_window_write(&w, &arena), bytes));
    assert(pol_window_amount(&w, span, ms) >= 0);
    if (ms & 1)
        pol_window_add(&w, span, ms, (uint64_t)ms, 1);
    else
        pol_window_see(&w, span, ms, (uint64_t)ms, 50, &full);
    assert(pol_window_read(&again, pol_window_write(&w, &arena), &arena, NULL) ==
           POLICY_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first bytes: what it is to be, and when. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pol_zone zone = { .standard = 480 };
    pol_window_span span = { .zone = &zone };
    policy_str bytes;
    int64_t ms = 0;
    char *copy;

    if (size < 9)
        return 0;
    memcpy(&ms, data + 1, 8);
    copy = malloc(size - 9 + 1);
    if (!copy)
        return 0;
    memcpy(copy, data + 9, size - 9);
    bytes = (policy_str){ copy, size - 9 };
    span.period = data[0] / 3 % POL_PERIOD_COUNT;
    span.over = span.period ? 0 : 3600000;
    pol_arena_init(&arena, NULL, 0);
    if (data[0] % 3 == 0)
        check_stored(bytes);
    else if (data[0] % 3 == 1)
        check_kept(bytes);
    else
        check_window(bytes, &span, ms);
    pol_arena_fini(&arena);
    free(copy);
    return 0;
}
