/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sequence of events drawn from any bytes, against the store that comes with
 * the library. Judged in batches it decides as judged one by one, events that
 * come again included; a state that gives any bytes for a record is refused as
 * ESTATE or read, and the session works after it.
 */
#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <policy/policy.h>

static const char yaml[] = "id: o\nname: o\nkind: company\n"
                           "limits: { guard_instructions: 1000 }\n";
static const char lua[] =
    "memory { id = \"seen\", key = { \"actor\", \"conversation\" }, keep = \"1h\",\n"
    "  fields = { \"direction\", \"time\" }, write = \"always\",\n"
    "  set = { { on = \"message\", where = { direction = \"out\" } }, { rule = \"b\" } },\n"
    "  clear = { on = \"login\", key = \"actor\" } }\n"
    "memory { id = \"first\", key = each \"recipients\", keep = \"forever\",\n"
    "  set = { on = \"message\", first = true } }\n"
    "rule { id = \"a\", title = \"a\", reason = \"r\", category = \"off_topic\", broad = true,\n"
    "  on = \"message\", verdict = \"flag\", where = any { known { \"seen\", key = \"actor\",\n"
    "    at_least = 2, within = \"30m\" }, known { \"seen\", key = { \"actor\", \"conversation\" },\n"
    "    where = { direction = differs \"direction\" } }, unknown { \"first\", key = \"recipients\" } } }\n"
    "rule { id = \"b\", title = \"b\", reason = \"r\", category = \"off_topic\", broad = true,\n"
    "  on = \"message\", verdict = \"hold\", where = { present \"actor\" },\n"
    "  count = { by = \"actor\", over = \"1h\", more_than = 3,\n"
    "    reset = { on = \"login\", where = { anomaly = true } } } }\n"
    "rule { id = \"c\", title = \"c\", reason = \"r\", category = \"off_topic\", broad = true,\n"
    "  on = \"message\", verdict = \"warn\", count = { by = { \"actor\", \"conversation\" },\n"
    "    period = \"day\", distinct = \"recipients\", more_than = 1 } }\n"
    "rule { id = \"d\", title = \"d\", reason = \"r\", category = \"off_topic\", broad = true,\n"
    "  on = \"message\", verdict = \"block\", requires = any { { [\"actor.dept\"] = \"d\" },\n"
    "    none { [\"actor.state\"] = \"left\" } } }\n"
    "rule { id = \"e\", title = \"e\", reason = \"r\", category = \"off_topic\", broad = true,\n"
    "  on = \"message\", verdict = \"flag\", check = function(event)\n"
    "    while event.conversation == \"c0\" do end\n"
    "    return true\n"
    "  end }\n"
    "rule { id = \"f\", title = \"f\", reason = \"r\", category = \"off_topic\", broad = true,\n"
    "  on = \"message\", verdict = \"flag\", reads = { { \"first\", key = \"recipients\" },\n"
    "    { \"people\", key = \"actor\" } }, check = function(event, hits, memory)\n"
    "    local first, people = memory.first, memory.people\n"
    "    return { note = #first .. (#people > 0 and people[1].dept or \"\") ..\n"
    "      (#first > 0 and first[1].at or \"\") }\n"
    "  end }\n";

enum { EVENTS_MAX = 24, JSON_MAX = 512 };

static policy_bundle *bundle;
static policy_session *session;
static policy_event *events[EVENTS_MAX];
static bool again[EVENTS_MAX]; /* one that came before */

static void set_up(void)
{
    policy_error err = POLICY_ERROR_INIT;
    policy_compiler *c;

    if (bundle)
        return;
    if (policy_compiler_new(&c, NULL, &err) ||
        policy_compiler_add_file(c, "o/organisation.yaml",
                                 (policy_str){ yaml, sizeof(yaml) - 1 }, &err) ||
        policy_compiler_add_file(c, "o/rules.lua",
                                 (policy_str){ lua, sizeof(lua) - 1 }, &err) ||
        policy_compiler_build(&bundle, c, &err) ||
        policy_session_new(&session, bundle, NULL, &err))
        abort();
    policy_compiler_free(c);
    for (int i = 0; i < EVENTS_MAX; i++)
        if (policy_event_new(&events[i], NULL, NULL, &err))
            abort();
}

/* An event of four bytes, some minutes after the one before it. An id stands for
 * one event: what a store has applied under it, it does not look at again. */
static void write_event(char *to, const uint8_t *b, unsigned id, unsigned minute)
{
    static const char *const changes[] = { "join", "move", "leave" };
    char time[48];

    snprintf(time, sizeof(time), "\"time\":\"2026-03-%02uT%02u:%02u:00Z\"",
             2 + minute / 1440, minute / 60 % 24, minute % 60);
    if (b[0] % 8 == 0)
        snprintf(to, JSON_MAX, "{\"id\":\"%u\",\"source\":\"s\",\"type\":\"login\",\"org\":\"o\","
                 "%s,\"actor\":\"u%u\",\"anomaly\":%s}", id, time, b[2] % 3,
                 b[2] & 64 ? "true" : "false");
    else if (b[0] % 8 == 1)
        snprintf(to, JSON_MAX, "{\"id\":\"%u\",\"source\":\"s\",\"type\":\"staff_change\","
                 "\"org\":\"o\",%s,\"person\":\"u%u\",\"change\":\"%s\",\"dept\":\"%s\"}",
                 id, time, b[2] % 3, changes[b[2] / 4 % 3], b[2] & 64 ? "d" : "e");
    else
        snprintf(to, JSON_MAX, "{\"id\":\"%u\",\"source\":\"s\",\"type\":\"message\",\"org\":\"o\","
                 "%s,\"actor\":\"u%u\",\"conversation\":\"c%u\",\"direction\":\"%s\","
                 "\"recipients\":[\"p%u\",\"p%u\"],\"text\":\"t\"}",
                 id, time, b[2] % 3, b[2] / 4 % 3, b[2] & 64 ? "in" : "out",
                 b[0] / 8 % 5, b[0] / 64);
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
static void cut_changes(char *json)
{
    char *at = strstr(json, "\"changes\":");
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

static void one_by_one(char **want, size_t count)
{
    policy_memory *m;
    policy_state state;

    if (policy_memory_new(&m, NULL, 0, NULL))
        abort();
    state = policy_memory_state(m);
    for (size_t i = 0; i < count; i++) {
        policy_error err = POLICY_ERROR_INIT;
        const policy_decision *d;

        assert(!policy_session_evaluate(&d, session, events[i], &state, &err));
        want[i] = as_json(d);
        assert(!policy_memory_apply(m, d, &err));
    }
    policy_memory_free(m);
}

/* What does not apply is evaluated again, from there on. */
static void in_batches(char **want, size_t count, size_t size)
{
    const policy_decision *out[EVENTS_MAX];
    policy_status status[EVENTS_MAX];
    policy_memory *m;
    policy_state state;
    size_t done, j;

    if (policy_memory_new(&m, NULL, 0, NULL))
        abort();
    state = policy_memory_state(m);
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

static void with_any_bytes(const policy_event *e, policy_str bytes)
{
    policy_state state = { sizeof(state), &bytes, give_bytes, NULL };
    policy_error err = POLICY_ERROR_INIT;
    const policy_decision *d;
    policy_status st = policy_session_evaluate(&d, session, e, &state, &err);

    assert(st == POLICY_OK || (st == POLICY_ESTATE && err.message[0]));
    assert(!policy_session_evaluate(&d, session, e, NULL, &err));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char json[EVENTS_MAX][JSON_MAX];
    char *want[EVENTS_MAX];
    unsigned minute = 0;
    size_t count = size > 1 ? (size - 1) / 4 : 0;

    set_up();
    if (!count)
        return 0;
    if (count > EVENTS_MAX)
        count = EVENTS_MAX;
    for (size_t i = 0; i < count; i++) {
        policy_error err = POLICY_ERROR_INIT;

        const uint8_t *b = data + 1 + i * 4;

        minute += b[3] % 64;
        again[i] = i && b[1] % 4 == 0;
        if (again[i])
            memcpy(json[i], json[b[1] / 4 % i], JSON_MAX);
        else
            write_event(json[i], b, (unsigned)i, minute);
        if (policy_event_read_json(events[i], (policy_str){ json[i], strlen(json[i]) },
                                   &err))
            abort();
    }
    one_by_one(want, count);
    in_batches(want, count, 1 + data[0] % EVENTS_MAX);
    for (size_t i = 0; i < count; i++)
        free(want[i]);
    with_any_bytes(events[0], (policy_str){ (const char *)data + 1, size - 1 });
    return 0;
}
