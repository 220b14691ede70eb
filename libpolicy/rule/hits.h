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
/* Why a match does not hold. */
typedef struct pol_match_lack {
    const pol_match *part;   /* that decides: no `all`; what is left of a match
                                that holds is itself */
    const pol_match *absent; /* of NEAR: the kid of which there is nothing */
    uint32_t spans;          /* of AT_LEAST: how many distinct ones there are */
    int64_t apart;           /* of NEAR: characters between the nearest two; -1:
                                no text has both */
} pol_match_lack;
/* As pol_match_eval; what is marked is what a NONE does not want. */
pol_match_lack pol_match_lacks(const pol_rule *rule, const pol_hits *hits,
                               int64_t now, uint8_t *use);
/* Is the text one that the rule looks at? */
bool pol_scope_covers(const pol_scope *f, const pol_event_text *t);

#endif
