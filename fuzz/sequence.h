/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sequence of events drawn from any bytes, against the store that comes with
 * the library: read, judged one by one, and judged in batches.
 */
#ifndef FUZZ_SEQUENCE_H
#define FUZZ_SEQUENCE_H

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <policy/policy.h>

enum { EVENTS_MAX = 24, JSON_MAX = 512 };

static policy_bundle *bundle;
static policy_session *session;
static policy_event *events[EVENTS_MAX];
static char json[EVENTS_MAX][JSON_MAX];
static bool again[EVENTS_MAX]; /* one that came before */

/* False where that was done before. */
static bool set_up(policy_str yaml, policy_str lua)
{
    policy_error err = POLICY_ERROR_INIT;
    policy_compiler *c;

    if (bundle)
        return false;
    if (policy_compiler_new(&c, NULL, &err) ||
        policy_compiler_add_file(c, "o/organisation.yaml", yaml, &err) ||
        policy_compiler_add_file(c, "o/rules.lua", lua, &err) ||
        policy_compiler_build(&bundle, c, &err) ||
        policy_session_new(&session, bundle, NULL, &err))
        abort();
    policy_compiler_free(c);
    for (int i = 0; i < EVENTS_MAX; i++)
        if (policy_event_new(&events[i], NULL, NULL, &err))
            abort();
    return true;
}

static void read_json(policy_event *e, const char *text)
{
    policy_error err = POLICY_ERROR_INIT;

    if (policy_event_read_json(e, (policy_str){ text, strlen(text) }, &err))
        abort();
}

/* Events of four bytes each, behind one that is the caller's: how many. The last
 * byte says how many minutes after the one before it. An id stands for one event:
 * what a store has applied under it, it does not look at again. */
static size_t read_sequence(const uint8_t *data, size_t size,
                            unsigned (*minutes)(uint8_t b),
                            void (*write)(char *to, const uint8_t *b, unsigned id,
                                          unsigned minute))
{
    size_t count = size > 1 ? (size - 1) / 4 : 0;
    unsigned minute = 0;

    if (count > EVENTS_MAX)
        count = EVENTS_MAX;
    for (size_t i = 0; i < count; i++) {
        const uint8_t *b = data + 1 + i * 4;

        minute += minutes(b[3]);
        again[i] = i && b[1] % 4 == 0;
        if (again[i])
            memcpy(json[i], json[b[1] / 4 % i], JSON_MAX);
        else
            write(json[i], b, (unsigned)i, minute);
        read_json(events[i], json[i]);
    }
    return count;
}

/* The last that is judged with the one at `from`: at most `size`, and none behind
 * one that came before. That it was applied is known to the store only, which will
 * not apply what it changes now; those behind it in its batch would see it. */
static size_t batch_end(size_t from, size_t count, size_t size)
{
    size_t end = from;

    while (end < count && end < from + size && !again[end])
        end++;
    return end < count && end < from + size ? end + 1 : end;
}

/* Of one that comes again the store takes none. */
static void cut_changes(char *decision)
{
    char *at = strstr(decision, "\"changes\":");
    char *end = at ? strchr(at, ',') : NULL;

    if (end)
        memmove(at, end + 1, strlen(end));
}

static char *as_json(const policy_decision *d)
{
    size_t len = 0;
    char *s;

    policy_decision_json(NULL, 0, &len, d, POLICY_JSON_CLEAR);
    s = calloc(1, len + 1);
    if (!s || policy_decision_json(s, len, &len, d, POLICY_JSON_CLEAR))
        abort();
    cut_changes(s);
    return s;
}

static policy_memory *new_memory(void)
{
    policy_memory *m;

    if (policy_memory_new(&m, NULL, 0, NULL))
        abort();
    return m;
}

/* `look`, if there is one, sees each decision before it is applied. */
static void one_by_one(char **want, size_t count, policy_memory *m,
                       void (*look)(size_t i, const policy_decision *d))
{
    policy_state state = policy_memory_state(m);

    for (size_t i = 0; i < count; i++) {
        policy_error err = POLICY_ERROR_INIT;
        const policy_decision *d;

        assert(!policy_session_evaluate(&d, session, events[i], &state, &err));
        want[i] = as_json(d);
        if (look)
            look(i, d);
        assert(!policy_memory_apply(m, d, &err));
    }
}

/* What does not apply is evaluated again, from there on. */
static void in_batches(char **want, size_t count, size_t size)
{
    const policy_decision *out[EVENTS_MAX];
    policy_status status[EVENTS_MAX];
    policy_memory *m = new_memory();
    policy_state state = policy_memory_state(m);
    size_t done, j;

    for (size_t i = 0; i < count; i += j) {
        policy_error err = POLICY_ERROR_INIT;

        assert(!policy_session_evaluate_many(
            out, status, &done, session, (const policy_event *const *)events + i,
            batch_end(i, count, size) - i, &state, &err));
        for (j = 0; j < done; j++) {
            char *got = as_json(out[j]);

            assert(strcmp(got, want[i + j]) == 0);
            free(got);
            if (policy_memory_apply(m, out[j], &err))
                break;
        }
        assert(j > 0);
    }
    policy_memory_free(m);
}

static policy_status give_bytes(void *user, policy_str key, policy_record *out)
{
    (void)key;
    *out = (policy_record){ *(policy_str *)user, 1 };
    return POLICY_OK;
}

/* What the state hands over is refused, or read; the session works after it. */
static void with_any_bytes(const policy_event *e, const policy_state *state)
{
    policy_error err = POLICY_ERROR_INIT;
    const policy_decision *d;
    policy_status st = policy_session_evaluate(&d, session, e, state, &err);

    assert(st == POLICY_OK || (st == POLICY_ESTATE && err.message[0]));
    assert(!policy_session_evaluate(&d, session, e, NULL, &err));
}

#endif
