/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Duties, ladders and escalations in a sequence of events drawn from any bytes.
 * Judged in batches it decides as judged one by one, events that come again
 * included. No instance is said to be overdue twice at one time, what is due at a
 * time comes to an end, and a decision says no more than it may look at. A state
 * that gives any bytes for a record, or its own with one of them bent, is refused
 * as ESTATE or read, and the session works after it.
 */
#include "sequence.h"

#include <time.h>

static const char yaml[] = "id: o\nname: o\nkind: company\n"
                           "departments: [d, e]\nlate: 3d\n"
                           "roles: { officer: [u0, u1], head: [u2], checker: [u1] }\n";

#define DUTY(id, rest) \
    "duty { id = \"" id "\", title = \"t\", reason = \"r\", " rest " }\n"
#define RULE(id, rest)                                                           \
    "rule { id = \"" id "\", title = \"t\", reason = \"r\", category = \"off_topic\"," \
    " broad = true, " rest " }\n"

static const char lua[] =
    DUTY("report", "owner = \"officer\", within = \"4h\", remind = { \"1h\", \"2h\" },"
         " open = { on = \"incident\", where = { state = \"noticed\" }, key = \"incident\" },"
         " done = { on = \"incident\", where = { state = \"reported\" }, key = \"incident\" },"
         " stop = { on = \"incident\", where = { state = \"closed\" }, key = \"incident\" },"
         " overdue = { verdict = \"warn\", again = \"1d\","
         "             escalate = { to = \"head\", within = \"1bd\" } }")
    DUTY("watch", "owner = who \"reporter\", every = \"5h\", attest = { by = \"officer\" },"
         " open = { on = \"incident\", key = \"incident\", first = true }")
    DUTY("age", "owner = who \"account.holder\", within = \"10d\", renew = true, grain = \"1h\","
         " open = { on = \"account_change\", where = { change = { \"register\", \"password\" } },"
         "          key = { \"subject_account\", \"app\" } },"
         " stop = { on = \"account_change\", where = { change = \"close\" }, key = \"subject_account\" },"
         " attest = { by = \"checker\", evidence = true, other_than = \"owner\" },"
         " overdue = { again = \"6h\", escalate = { to = \"head\", within = \"8bh\" } }")
    DUTY("week", "owner = \"head\", period = \"week\", attest = { by = \"officer\" }")
    DUTY("month", "owner = \"head\", period = \"month\", times = 2, unique = \"incident\","
         " grace = \"2h\", done = { on = \"incident\" }, remind = { \"7d\" }")
    DUTY("backup", "owner = \"head\", each = \"departments\", every = \"7d\","
         " attest = { by = \"officer\" }")
    DUTY("plan", "each = \"officer\", once = true, within = \"3bd\", attest = { by = \"head\" }")
    DUTY("talk", "owner = who \"person.manager\", within = \"1d\", remind = { \"1h\" },"
         " open = { on = \"violation\", key = \"person\" },"
         " stop = { on = \"staff_change\", where = { change = \"leave\" }, key = \"person\" }")
    DUTY("look", "owner = \"officer\", within = \"1h\", open = { rule = \"b\", key = \"incident\" }")
    DUTY("shadow", "owner = \"head\", every = \"7h\", mode = \"shadow\"")
    RULE("b", "on = \"incident\", where = { severity = \"grave\" }, verdict = \"flag\","
         " escalate = { to = \"officer\", within = \"8bh\", other_than = \"reporter\" }")
    RULE("p", "on = \"account_change\", verdict = \"flag\","
         " where = { pending { \"age\", key = \"subject_account\" } }")
    RULE("o", "on = \"incident\", verdict = \"flag\","
         " where = any { overdue { \"report\", key = \"incident\" }, { none { pending { \"week\" } } } }")
    "ladder { id = \"l\", title = \"t\", reason = \"r\", decide = \"head\", within = \"2d\",\n"
    "  where = any { absent \"merit\", { merit = false } },\n"
    "  repeats = { over = \"10d\", raise = 1 }, also = \"departments\", tracks = {\n"
    "  { id = \"a\", where = { severity = \"minor\" }, steps = { step { \"s1\" }, step { \"s2\" } } },\n"
    "  { id = \"b\", where = { severity = { \"serious\", \"grave\" } },\n"
    "    gravity = { serious = 1, grave = 3 },\n"
    "    steps = { step { \"s1\" }, step { \"s2\" }, step { \"s3\" } } } } }\n";

/* Of the duties, an escalation of one, and one of a rule. */
static const char *const duties[] = { "report", "watch", "age", "week", "month",
                                      "backup", "plan", "talk",
                                      "report//escalated/i0", "b/s/0" };

/* DUE_FEW: the due records of one tick in the session `few`; the other has the
 * default. */
enum { DUTIES = sizeof(duties) / sizeof(*duties), DUE_FEW = 3 };

static policy_session *all, *few;
static policy_event *tick;

static void set_up_all(void)
{
    policy_limits limits = POLICY_LIMITS_INIT;
    policy_session_options o = POLICY_SESSION_OPTIONS_INIT;
    policy_error err = POLICY_ERROR_INIT;

    if (!set_up((policy_str){ yaml, sizeof(yaml) - 1 },
                (policy_str){ lua, sizeof(lua) - 1 }))
        return;
    limits.due = DUE_FEW;
    o.limits = &limits;
    all = session;
    if (policy_session_new(&few, bundle, &o, &err) ||
        policy_event_new(&tick, NULL, NULL, &err))
        abort();
}

/* --- events */

static unsigned minutes(uint8_t b)
{
    static const unsigned steps[] = { 0, 0, 1, 30, 60, 60, 120, 240, 300, 720, 1440,
                                      1440, 2880, 4320, 10080, 43200 };

    return steps[b % 16];
}

static void write_time(char to[32], unsigned minute)
{
    time_t t = 1772409600 + 60 * (time_t)minute;
    struct tm parts;

    gmtime_r(&t, &parts);
    strftime(to, 32, "%Y-%m-%dT%H:%M:%SZ", &parts);
}

static int write_incident(char *to, const uint8_t *b)
{
    static const char *const states[] = { "noticed", "noticed", "reported", "closed" };

    return snprintf(to, JSON_MAX, "\"type\":\"incident\",\"kind\":\"leak\","
                    "\"incident\":\"i%u\",\"state\":\"%s\",\"reporter\":\"u%u\",\"severity\":\"%s\"",
                    b[2] % 3, states[b[2] / 4 % 4], b[2] / 16 % 3,
                    b[2] & 128 ? "grave" : "minor");
}

static int write_account_change(char *to, const uint8_t *b)
{
    static const char *const changes[] = { "register", "password", "transfer", "close" };

    return snprintf(to, JSON_MAX, "\"type\":\"account_change\","
                    "\"subject_account\":\"a%u\",\"change\":\"%s\",\"holder\":\"u%u\",\"app\":\"p%u\"", b[2] % 2,
                    changes[b[2] / 2 % 4], b[2] / 8 % 3, b[2] / 64);
}

static int write_violation(char *to, const uint8_t *b)
{
    static const char *const severities[] = { "minor", "serious", "grave" };

    return snprintf(to, JSON_MAX, "\"type\":\"violation\",\"person\":\"u%u\","
                    "\"severity\":\"%s\",\"departments\":[%s]%s", b[2] % 3,
                    severities[b[2] / 4 % 3], b[2] & 64 ? "\"d\",\"e/\"" : "", b[2] & 128 ? ",\"merit\":true" : "");
}

/* By the duty's id and the first part of its key, or by that of the instance. */
static int write_attestation(char *to, const uint8_t *b)
{
    static const char *const subjects[] = { "i0", "a0", "u1", "d" };

    return snprintf(to, JSON_MAX, "\"type\":\"attestation\",\"duty\":\"o/%s%s\","
                    "\"done_by\":\"u%u\",\"%s\":\"%s\"%s%s", duties[b[2] / 4 % DUTIES],
                    b[2] & 128 ? "/i0/2026-03-02T00:00:00Z" : "", b[2] % 3,
                    b[1] & 64 ? "covers" : "subject", subjects[b[0] / 16 % 4],
                    b[0] & 128 ? "" : ",\"evidence\":\"e\"",
                    b[1] & 128 ? ",\"result\":\"fail\"" : "");
}

static int write_review(char *to, const uint8_t *b)
{
    static const char *const decisions[] = { "pass", "reject", "change" };

    return snprintf(to, JSON_MAX, "\"type\":\"review\",\"subject\":\"o/l/%s/s/%u\","
                    "\"reviewer\":\"u%u\",\"decision\":\"%s\"", b[0] & 128 ? "a" : "b",
                    b[2] / 4 % EVENTS_MAX, b[2] % 3, decisions[b[1] / 4 % 3]);
}

static int write_staff_change(char *to, const uint8_t *b)
{
    static const char *const changes[] = { "join", "move", "leave" };

    return snprintf(to, JSON_MAX, "\"type\":\"staff_change\",\"person\":\"u%u\","
                    "\"change\":\"%s\",\"manager\":\"u%u\"", b[2] % 3,
                    changes[b[2] / 4 % 3], b[2] / 16 % 3);
}

static int write_tick(char *to, const uint8_t *b)
{
    (void)b;
    return snprintf(to, JSON_MAX, "\"type\":\"tick\"");
}

/* Some took place long before they came. */
static void write_event(char *to, const uint8_t *b, unsigned id, unsigned minute)
{
    static int (*const kinds[])(char *, const uint8_t *) = {
        write_tick, write_tick, write_tick, write_tick, write_tick, write_incident,
        write_incident, write_incident, write_account_change, write_account_change,
        write_violation, write_violation, write_attestation, write_attestation,
        write_review, write_staff_change
    };
    unsigned before = b[3] & 128 ? minutes(b[3] / 16 % 8 + 6) : 0;
    char time[32], rest[JSON_MAX];

    write_time(time, before < minute ? minute - before : 0);
    kinds[b[0] % 16](rest, b);
    if (snprintf(to, JSON_MAX, "{\"id\":\"%u\",\"source\":\"s\",\"org\":\"o\","
                 "\"time\":\"%s\",%s}", id, time, rest) >= JSON_MAX)
        abort();
}

/* --- what a tick says */

enum { SAID_MAX = 4096 };

/* The instances that ticks of one time, with nothing between them, said are
 * overdue. */
static struct said {
    int64_t time;
    size_t count;
    uint64_t ids[SAID_MAX]; /* hashed: of so few no two are the same */
} said;

static uint64_t hash_of(policy_str s)
{
    uint64_t h = UINT64_C(14695981039346656037);

    for (size_t i = 0; i < s.len; i++)
        h = (h ^ (uint8_t)s.ptr[i]) * UINT64_C(1099511628211);
    return h;
}

static void see_overdue(const policy_decision *d)
{
    for (size_t i = 0; i < policy_decision_duty_count(d); i++) {
        const policy_duty *duty = policy_decision_duty(d, i);
        uint64_t id = hash_of(duty->id);

        if (duty->change != POLICY_DUTY_OVERDUE)
            continue;
        for (size_t j = 0; j < said.count; j++)
            assert(said.ids[j] != id);
        assert(said.count < SAID_MAX);
        said.ids[said.count++] = id;
    }
}

/* Each step of a tick says at most that one is overdue, that another begins, and
 * that somebody has to look at it; other events open, end and fulfil for each
 * clause, and a violation for each track and department. */
static void see_bounds(const policy_decision *d, bool ticks)
{
    size_t most = ticks && session == few ? 3 * DUE_FEW : 64;

    if (ticks && session == few)
        assert(policy_decision_finding_count(d, POLICY_ENFORCED) +
                   policy_decision_finding_count(d, POLICY_SHADOW) <= DUE_FEW);
    if (!ticks || session == few) {
        assert(policy_decision_duty_count(d) <= most);
        assert(policy_decision_change_count(d) <= most);
    }
    assert(ticks || !policy_decision_more(d));
}

static bool is_tick(size_t i)
{
    return strstr(json[i], "\"type\":\"tick\"") != NULL;
}

static void look(size_t i, const policy_decision *d)
{
    bool before = i && is_tick(i - 1) && !again[i - 1] && !again[i] &&
                  said.time == policy_decision_time(d);

    see_bounds(d, is_tick(i));
    if (!is_tick(i))
        return;
    if (!before)
        said.count = 0;
    said.time = policy_decision_time(d);
    see_overdue(d);
}

/* Ticks at one time, until nothing more is due. */
static void see_the_end(policy_memory *m, unsigned minute)
{
    policy_state state = policy_memory_state(m);
    policy_error err = POLICY_ERROR_INIT;
    const policy_decision *d;
    static char text[JSON_MAX]; /* `tick` borrows from it */
    char time[32];
    size_t ticks = 0;

    said.count = 0;
    write_time(time, minute);
    do {
        snprintf(text, sizeof(text), "{\"id\":\"t%zu\",\"source\":\"s\",\"org\":\"o\","
                 "\"time\":\"%s\",\"type\":\"tick\"}", ticks, time);
        read_json(tick, text);
        assert(!policy_session_evaluate(&d, session, tick, &state, &err));
        see_bounds(d, true);
        see_overdue(d);
        assert(!policy_memory_apply(m, d, &err));
        assert(ticks++ < 400);
    } while (policy_decision_more(d));
}

/* --- stores that hand over what is none of theirs */

struct hostile {
    policy_state of; /* what it bends */
    const uint8_t *data;
    policy_str bytes;
    size_t used;
    char room[1 << 16];
};

/* One byte of each record is another. */
static policy_status give_bent(void *user, policy_str key, policy_record *out)
{
    struct hostile *h = user;
    policy_status st = h->of.get(h->of.user, key, out);
    size_t len = out->value.len;
    char *copy = h->room + h->used;

    if (st || !len || len > sizeof(h->room) - h->used)
        return st;
    memcpy(copy, out->value.ptr, len);
    copy[(h->data[1] * 256u + h->data[2]) % len] ^= (char)h->data[0];
    h->used += len;
    out->value.ptr = copy;
    return POLICY_OK;
}

static policy_status due_of_it(void *user, policy_str org, int64_t until, policy_str cursor,
                               policy_str *keys, size_t cap, size_t *count)
{
    struct hostile *h = user;

    return h->of.due(h->of.user, org, until, cursor, keys, cap, count);
}

static policy_status give_any(void *user, policy_str key, policy_record *out)
{
    return give_bytes(&((struct hostile *)user)->bytes, key, out);
}

/* A duty's record, and the bytes as a key. */
static policy_status due_any(void *user, policy_str org, int64_t until, policy_str cursor,
                             policy_str *keys, size_t cap, size_t *count)
{
    struct hostile *h = user;
    static char key[64];

    (void)org, (void)until, (void)cursor;
    snprintf(key, sizeof(key), "o\ndue\no/%s\ni0", duties[h->data[0] % DUTIES]);
    keys[0] = (policy_str){ key, strlen(key) };
    keys[1] = h->bytes;
    *count = h->data[3] & 1 && cap > 1 ? 2 : 1;
    return POLICY_OK;
}

static void with_hostile(const policy_event *e, policy_memory *m, const uint8_t *data,
                         size_t size)
{
    static struct hostile h;
    policy_state bent = { sizeof(bent), &h, give_bent, due_of_it };
    policy_state any = { sizeof(any), &h, give_any, due_any };

    h.of = policy_memory_state(m);
    h.data = data;
    h.bytes = (policy_str){ (const char *)data, size };
    h.used = 0;
    with_any_bytes(e, &bent);
    with_any_bytes(e, &any);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first byte: how many in a batch, and how many one tick may look at. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *want[EVENTS_MAX];
    policy_memory *m;
    unsigned minute = 0;
    size_t count;

    set_up_all();
    count = read_sequence(data, size, minutes, write_event);
    if (!count)
        return 0;
    session = data[0] & 128 ? few : all;
    said.count = 0;
    m = new_memory();
    one_by_one(want, count, m, look);
    in_batches(want, count, 1 + data[0] % EVENTS_MAX);
    for (size_t i = 0; i < count; i++) {
        minute += minutes(data[4 + i * 4]);
        free(want[i]);
    }
    see_the_end(m, minute);
    with_hostile(events[count - 1], m, data + 1, size - 1);
    with_hostile(tick, m, data + 1, size - 1);
    policy_memory_free(m);
    return 0;
}
