/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The trigger of a rule over the hits of an event, and the evidence it leaves.
 */
#ifndef POL_RULE_HITS_H
#define POL_RULE_HITS_H

#include "event/event.h"
#include "rule/rule.h"

/* All hits of an event, by text, then start, then end, then signal. */
typedef struct pol_hits {
    const pol_event_text *texts;
    size_t text_count;
    pol_signal_hit *hits;
    size_t count;
} pol_hits;

/*
 * Does `rule->match` hold over the hits in the rule's fields, less those inside
 * phrases of its exceptions that are in force at `now` (ms since 1970)? `use`
 * has room for hits->count marks; those that are 1 afterwards are the evidence. `covered` (may be NULL) is the exception whose phrases took
 * away the hits that would have made it hold.
 */
bool pol_match_eval(const pol_rule *rule, const pol_hits *hits, int64_t now,
                    uint8_t *use, const pol_except **covered);
/* Is the text one that the rule looks at? */
bool pol_scope_covers(const pol_scope *f, const pol_event_text *t);

#endif
