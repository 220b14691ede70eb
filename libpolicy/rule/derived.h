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
#include "text/fold.h"

typedef struct pol_view {
    const policy_event *event;
    const pol_calendar *calendar;
    pol_arena *arena;      /* for values that need room */
    pol_folded *scratch;   /* for comparing texts as folded */
    uint32_t flags;        /* POLICY_TEXT_* of the texts, and POL_FLAG_* */
    uint64_t known[(POLICY_FIELD_COUNT + 63) / 64]; /* derived and computed */
    pol_value derived[POLICY_FIELD_COUNT];
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
/* `facts.name`: its JSON as a value; absent where not given. */
pol_value pol_view_fact(pol_view *view, policy_str name);

#endif
