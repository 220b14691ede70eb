/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sequence of events drawn from any bytes, against the store that comes with
 * the library. Judged in batches it decides as judged one by one, events that
 * come again included; a state that gives any bytes for a record is refused as
 * ESTATE or read, and the session works after it.
 */
#include "sequence.h"

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

static unsigned minutes(uint8_t b)
{
    return b % 64;
}

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    policy_str bytes;
    policy_state state = { sizeof(state), &bytes, give_bytes, NULL };
    char *want[EVENTS_MAX];
    policy_memory *m;
    size_t count;

    set_up((policy_str){ yaml, sizeof(yaml) - 1 }, (policy_str){ lua, sizeof(lua) - 1 });
    count = read_sequence(data, size, minutes, write_event);
    if (!count)
        return 0;
    m = new_memory();
    one_by_one(want, count, m, NULL);
    policy_memory_free(m);
    in_batches(want, count, 1 + data[0] % EVENTS_MAX);
    for (size_t i = 0; i < count; i++)
        free(want[i]);
    bytes = (policy_str){ (const char *)data + 1, size - 1 };
    with_any_bytes(events[0], &state);
    return 0;
}
