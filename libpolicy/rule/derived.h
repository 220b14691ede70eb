/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a rule sees of an event: its fields, and those that are derived from
 * them, computed once an event and only when asked for.
 */
#ifndef POL_RULE_DERIVED_H
#define POL_RULE_DERIVED_H

#include "event/event.h"
#include "rule/rule.h"
#include "state/kept.h"
#include "text/fold.h"

typedef enum pol_truth { POL_FALSE, POL_TRUE, POL_UNKNOWN } pol_truth;

struct pol_view;
/* Who answers what a view is asked of the past. */
typedef struct pol_past {
    pol_truth (*known)(struct pol_view *view, const pol_known *k);
    /* Of the one whose id `of` is; absent where nothing is known. */
    pol_value (*attribute)(struct pol_view *view, pol_attribute a,
                           policy_str of);
} pol_past;

typedef struct pol_view {
    const policy_event *event;
    const pol_calendar *calendar;
    pol_arena *arena;      /* for values that need room */
    pol_folded *scratch;   /* for comparing texts as folded */
    uint32_t flags;        /* POLICY_TEXT_* of the texts, and POL_FLAG_* */
    uint64_t known[(POLICY_FIELD_COUNT + 63) / 64]; /* derived and computed */
    pol_value derived[POLICY_FIELD_COUNT];
    const pol_past *past;  /* NULL: nothing can be known */
    void *past_user;
    const pol_kept *record; /* whose fields a condition tests; NULL: the event's */
    policy_status status;  /* ENOMEM, ELIMIT of what was asked; first one */
} pol_view;

/* `view` stays good until the event changes. Fills only what is asked for.
 * `flags` are the one thing that an event does not tell by itself: none, until
 * whoever folds the texts sets them, before the first look at the field. */
void pol_view_init(pol_view *view, const policy_event *e,
                   const pol_calendar *calendar, pol_arena *arena,
                   pol_folded *scratch);
/* A field, derived ones too (a value set on the event goes first). */
const pol_value *pol_view_value(pol_view *view, int32_t field);
/* `field.attribute`: absent where the event lacks the field, or nothing is known
 * of whom it names. */
pol_value pol_view_attribute(pol_view *view, int32_t field, pol_attribute a);
/* `facts.name`: its JSON as a value; absent where not given. */
pol_value pol_view_fact(pol_view *view, policy_str name);

#endif
