/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a test and a match ask for, and what the event has, for people to read:
 * in English, or in Chinese where `chinese` says so. In the arena `aside`, or
 * the session's where there is none. Without memory they are empty, and
 * v->status says so.
 */
#ifndef POL_EVALUATE_EXPLAIN_WORDS_H
#define POL_EVALUATE_EXPLAIN_WORDS_H

#include "evaluate/evaluation.h"

/* The most that is shown of a value, or of all words found. */
enum { POL_SHOWN_BYTES = 512 };

/* Static, as both are. */
policy_str pol_in_language(const pol_evaluation *v, const char *en,
                           const char *zh);

/* Of a value that is absent: empty. */
policy_str pol_value_shown(pol_evaluation *v, const pol_value *x);
policy_str pol_number_shown(pol_evaluation *v, int64_t n);
/* In the organisation's zone. */
policy_str pol_time_shown(pol_evaluation *v, int64_t ms);
/* "0.250000 of all": `share` of POL_SHARE_ALL. */
policy_str pol_share_shown(pol_evaluation *v, uint64_t share);
/* "hold (o/rule)"; the rule may be "". */
policy_str pol_verdict_shown(pol_evaluation *v, int32_t verdict,
                             const char *rule);
/* The types of event that the rule is for. */
policy_str pol_types_shown(pol_evaluation *v, const pol_rule *rule);

policy_str pol_cond_key(pol_evaluation *v, const pol_cond *c);
policy_str pol_cond_wanted(pol_evaluation *v, const pol_cond *c);
/* Of a condition of several: empty. */
policy_str pol_cond_found(pol_evaluation *v, const pol_cond *c);
/* "near", "at_least"; of all others "match". Static. */
policy_str pol_match_key(const pol_match *m);
/* Of a condition of several all that it joins: "direction: in; actor: u1". */
policy_str pol_conds_wanted(pol_evaluation *v, const pol_cond *c);
policy_str pol_conds_found(pol_evaluation *v, const pol_cond *c);
/* What policy_explanation.secret is of what was found for it. */
int32_t pol_cond_secret(const pol_evaluation *v, const pol_cond *c);
/* "near", "at_least", "none", else "match"; "at least 3: 甲"; "2". */
policy_str pol_lack_key(const pol_match_lack *l);
policy_str pol_lack_wanted(pol_evaluation *v, const pol_match_lack *l);
policy_str pol_lack_found(pol_evaluation *v, const pol_match_lack *l);
int32_t pol_match_secret(const pol_evaluation *v);
policy_str pol_match_wanted(pol_evaluation *v, const pol_match *m);
/* The words that are the hits marked in the session's `use`. */
policy_str pol_match_found(pol_evaluation *v);
/* The same, of what detectors and regexes found the first and the last
 * character. */
policy_str pol_match_masked(pol_evaluation *v);
policy_str pol_count_key(pol_evaluation *v, const pol_count *c);
policy_str pol_count_wanted(pol_evaluation *v, const pol_count *c);

#endif
