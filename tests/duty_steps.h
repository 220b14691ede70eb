/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sequences of events with ticks, and what becomes of duties in them.
 */
#ifndef TESTS_DUTY_STEPS_H
#define TESTS_DUTY_STEPS_H

#include "past.h"

#define DUTY(id, rest)                                                        \
    "duty { id = \"" id "\", title = \"职责\", reason = \"理由\", " rest " }\n"

static const char people[] =
    "roles: { officer: [u1, u2], head: [u9], checker: [u3] }\n"
    "departments: [内科, 外科]\n";

/* One that clauses open, fulfil and stop. */
#define REPORT                                                                \
    DUTY("report",                                                            \
         "owner = \"officer\", within = \"4h\", remind = { \"1h\", \"2h\" },"  \
         " open = { on = \"incident\", where = { state = \"noticed\" }, key = \"incident\" }," \
         " done = { on = \"incident\", where = { state = \"reported\" }, key = \"incident\" }," \
         " stop = { on = \"incident\", where = { state = \"closed\" }, key = \"incident\" }," \
         " overdue = { verdict = \"warn\", again = \"1d\" }")
#define INCIDENT(i, state) \
    "\"kind\":\"leak\",\"incident\":\"" i "\",\"state\":\"" state "\""

struct step {
    const char *id, *time; /* of 2026, UTC+8 */
    const char *type, *fields;
    const char *finds;     /* findings, !errors */
    const char *duties;    /* "opened key/day;" */
};

static inline void step_json(char *json, size_t room, const struct step *s)
{
    past_json(json, room, s->id, s->time, s->type, s->fields);
}

static inline bool judge(struct host *h, const policy_state *state,
                         const struct step *s)
{
    static char json[1 << 14];

    step_json(json, sizeof(json), s);
    return past_judge(h, state, json);
}

/* "opened o/d/key/2026-…Z who due;" of all, without what is always the same. */
static inline const char *duties(const policy_decision *d)
{
    static const char *const changes[] = { "opened", "done", "reminded", "overdue",
                                           "retired" };
    static char text[4096];
    size_t n = 0;

    text[0] = '\0';
    for (size_t i = 0; i < policy_decision_duty_count(d) && n < 3900; i++) {
        const policy_duty *duty = policy_decision_duty(d, i);
        policy_str id = duty->id;
        bool timed = id.len > 12 && id.ptr[id.len - 1] == 'Z';
        size_t end = id.len - (timed ? strlen("T00:00:00Z") : 0);

        n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s %.*s %.*s",
                              n ? "; " : "", changes[duty->change],
                              (int)(end - 2), id.ptr + 2, (int)duty->who.len,
                              duty->who.ptr);
    }
    return text;
}

/* Each step is judged, applied, and judged again, which changes nothing: an
 * event counts once. */
static inline void run_steps(const char *rules, const policy_limits *limits,
                             const struct step *steps, size_t count)
{
    struct past p;

    if (!past_open_with(&p, people, rules, limits))
        return;
    for (size_t i = 0; i < count; i++) {
        bool more;

        if (!judge(&p.h, &p.state, &steps[i]))
            break;
        CHECK_CSTR_EQ(steps[i].id, past_found(p.h.decision), steps[i].finds);
        CHECK_CSTR_EQ(steps[i].id, duties(p.h.decision), steps[i].duties);
        more = policy_decision_more(p.h.decision);
        past_apply(&p, steps[i].id);
        if (!more && judge(&p.h, &p.state, &steps[i]))
            CHECK_INT_EQ(steps[i].id, policy_decision_change_count(p.h.decision), 0);
    }
    past_close(&p);
}
#define RUN(rules, steps)                                                     \
    run_steps(rules, NULL, steps, sizeof(steps) / sizeof(*(steps)))

#endif
