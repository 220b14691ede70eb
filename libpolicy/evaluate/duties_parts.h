/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files duties*.c have in common beside duties.h: one instance, which
 * is an entry, and what its body says.
 */
#ifndef POL_EVALUATE_DUTIES_PARTS_H
#define POL_EVALUATE_DUTIES_PARTS_H

#include "base/slice.h"
#include "evaluate/duties.h"
#include "evaluate/evaluation.h"
#include "state/owed.h"

static inline bool pol_duty_is_shadow(const pol_duty *duty)
{
    return duty->face->mode == POL_MODE_SHADOW;
}

/* When the period begins that lies `more` behind the one of `at`. */
static inline int64_t pol_duty_period(const pol_evaluation *v,
                                      const pol_duty *duty, int64_t at,
                                      int more)
{
    return pol_period_begin(duty->period, &v->org->config.calendar.zone, at,
                            more);
}

/* Was it the event that opened it? */
static inline bool pol_duty_is_own(const pol_evaluation *v,
                                   const pol_stored_entry *e)
{
    return pol_str_eq(e->event, v->decision->event) &&
           pol_str_eq(e->source, v->decision->source);
}

/* --- duties.c */

/* The body; false: v->status. */
bool pol_duty_read(pol_evaluation *v, const pol_stored_entry *e, pol_owed *o);
bool pol_duty_write(pol_evaluation *v, pol_stored_entry *e, const pol_owed *o);
/* Of an instance that begins at `at`. */
int64_t pol_duty_deadline(const pol_evaluation *v, const pol_duty *duty,
                          int64_t at);
/* Reminders that are due by then are past. */
void pol_duty_pass_reminders(const pol_evaluation *v, const pol_duty *duty,
                             pol_owed *o, int64_t at);
/* Is it overdue, grace and all? */
bool pol_duty_is_late(const pol_evaluation *v, const pol_duty *duty,
                      const pol_owed *o, int64_t now);
/* An event that took place more than `late` before the tick that last said it to be
 * overdue changes nothing of it any more: what was judged stays judged. */
bool pol_duty_is_settled(const pol_evaluation *v, const pol_owed *o);
/* When a tick looks at what is SET again; `next`: that of a period is there. */
int64_t pol_duty_next_look(const pol_evaluation *v, const pol_duty *duty,
                           const pol_owed *o, bool next);
/* When it was last to be said that it is overdue, up to `now`, which is not before
 * it was said. */
int64_t pol_duty_said_again(const pol_evaluation *v, const pol_duty *duty,
                            int64_t said, int64_t now);
/* Is there one of exactly the key that began at `at`? */
bool pol_duty_has(const pol_stored *s, const pol_stored_entry *key, int64_t at);
/* Of the key or below it, open when it took place, and not by the same event. */
bool pol_duty_is_open(const pol_evaluation *v, const pol_stored_entry *e,
                      const pol_stored_entry *key, int64_t at);
/* A new instance, said; false: v->status. */
bool pol_duty_open(pol_evaluation *v, const pol_duty *duty, pol_slot *slot,
                   const pol_stored_entry *key, int64_t at, policy_str who,
                   bool by_event);
/* It has come to its end, and is remembered as long as (4) of duties.c asks. */
void pol_duty_end(const pol_evaluation *v, const pol_duty *duty,
                  pol_stored_entry *e, pol_entry_state state);
/* Entry `i` of what will be is done, said; what comes again begins. */
void pol_duty_fulfil(pol_evaluation *v, const pol_duty *duty, pol_slot *slot,
                     size_t i, int64_t at, pol_owed *o);

/* --- duties_names.c */

policy_str pol_duty_id(pol_evaluation *v, const pol_duty *duty,
                       const pol_slot *slot, const pol_stored_entry *e);
/* The first part of "/key/…/opened", as pol_duty_put_part wrote it; ptr NULL:
 * no memory. */
policy_str pol_duty_get_part(pol_evaluation *v, policy_str rest);
/* A value as whom it names: "u1,u2" of a list. */
policy_str pol_duty_shown(pol_evaluation *v, const pol_value *x);
policy_str pol_duty_whose(pol_evaluation *v, const pol_duty *duty,
                          const pol_slot *slot, const pol_owed *o);
/* What became of it stands in the decision, unless nobody shall see it yet. */
void pol_duty_say(pol_evaluation *v, const pol_duty *duty, const pol_slot *slot,
                  const pol_stored_entry *e, const pol_owed *o, int32_t change);
/* The same of one that is retired, since its definition is gone. */
void pol_duty_say_gone(pol_evaluation *v, const pol_slot *slot,
                       const pol_stored_entry *e, const pol_owed *o);

#endif
