/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A brake compares two counters over the same time: what its rule found, and
 * the events of the rule's types. Both are records like any other, so a
 * decision is still a function of what it reads, and an event that is judged
 * twice counts once.
 *
 * What a braked rule finds goes on counting: the brake holds as long as the rule
 * hits that much, and lets go by itself when the window has moved on. A rule
 * that is out of its ratio for this actor is counted, too, since its share of
 * all events is what tells a bad rule, to however few it applies.
 */
#include "evaluate/brake.h"

#include "base/error.h"
#include "base/slice.h"

/* Shares are parts of 2^32, and counts far below the 2^31 at which this would
 * not fit; above it the quotient is as good. */
static bool is_above(int64_t hits, int64_t events, uint64_t share)
{
    if ((uint64_t)hits < POL_SHARE_ALL / 2 && (uint64_t)events < POL_SHARE_ALL / 2)
        return (uint64_t)hits * POL_SHARE_ALL > (uint64_t)events * share;
    return (double)hits / (double)events > pol_share_part(share);
}

static const pol_text *say(pol_evaluation *v, const pol_brake *b, int64_t hits,
                           int64_t events)
{
    int64_t numbers[] = { hits, events, b->hits->over / 1000 };

    return pol_fault_count(v, POL_FAULT_BRAKED, numbers, 3);
}

bool pol_brake_holds(pol_evaluation *v, const pol_rule *rule)
{
    const pol_brake *b = rule->rollout->brake;
    int64_t hits, events;

    if (!pol_history_count(v, b->hits, false, &hits) ||
        !pol_history_count(v, b->events, false, &events)) {
        if (!v->status)
            pol_record_fault(v, rule->id, POL_FAULT_BRAKE_RESTS, POLICY_ALLOW);
        return false;
    }
    if (hits < b->min || !is_above(hits, events, b->share))
        return false;
    pol_record_error(v, rule->id, pol_fault_code(POL_FAULT_BRAKED),
                     say(v, b, hits, events), POLICY_ALLOW);
    return true;
}

void pol_brake_event(pol_evaluation *v)
{
    int64_t events;

    if (!v->state)
        return;
    for (size_t i = 0; i < v->org->watched_count && !v->status; i++)
        if (v->org->watched[i]->record->types >> v->event->type & 1)
            pol_history_count(v, v->org->watched[i], false, &events);
}
