/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sequences of events by the minute, for what rules know and count.
 */
#ifndef TESTS_PAST_STEPS_H
#define TESTS_PAST_STEPS_H

#include "past.h"

/* A rule of any type. */
#define R(id, on, rest)                                                       \
    "rule { id = \"" id "\", title = \"标题\", reason = \"理由\",\n"          \
    "  category = \"off_topic\", on = \"" on "\", verdict = \"flag\",\n"      \
    "  " rest " }\n"

/* 09:00 and so many minutes on a Monday. */
static inline const char *past_time(int64_t minutes)
{
    static char text[16];
    int64_t day = minutes >= 0 ? minutes / 1440 : -1;
    int64_t rest = minutes - day * 1440 + 9 * 60;
    int month = 3, date = 2 + (int)day;

    if (rest >= 1440) {
        rest -= 1440;
        date++;
    }
    for (; month < 12; month++) {
        int days = month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;

        if (date <= days)
            break;
        date -= days;
    }
    snprintf(text, sizeof(text), "%02d-%02dT%02d:%02d", month % 100, date % 100,
             (int)(rest / 60) % 100, (int)(rest % 60));
    return text;
}

struct step {
    const char *id;
    int64_t minutes;
    const char *type, *fields;
    const char *finds; /* ids of rules that find something, or "" */
};

static inline void step_json(char *json, size_t room, const struct step *s)
{
    past_json(json, room, s->id, past_time(s->minutes), s->type, s->fields);
}

static inline bool judge(struct host *h, const policy_state *state,
                         const struct step *s)
{
    static char json[1 << 16];

    step_json(json, sizeof(json), s);
    return past_judge(h, state, json);
}

/* Each step is judged, applied, judged again and applied again: the second time
 * nothing is found that was not, and nothing changes. */
static inline void run_steps(const char *yaml, const char *rules,
                             const struct step *steps, size_t count)
{
    struct past p;

    if (!past_open(&p, yaml, rules))
        return;
    for (size_t i = 0; i < count; i++) {
        if (!judge(&p.h, &p.state, &steps[i]))
            break;
        CHECK_CSTR_EQ(steps[i].id, past_found(p.h.decision), steps[i].finds);
        past_apply(&p, steps[i].id);
        if (!judge(&p.h, &p.state, &steps[i]))
            break;
        CHECK_INT_EQ(steps[i].id, policy_decision_change_count(p.h.decision), 0);
        past_apply(&p, steps[i].id);
    }
    past_close(&p);
}
#define RUN(yaml, rules, steps) \
    run_steps(yaml, rules, steps, sizeof(steps) / sizeof(*(steps)))

#endif
