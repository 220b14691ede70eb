/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the sender is told: the rule's text with its places filled in.
 */
#ifndef POL_EVALUATE_TELL_H
#define POL_EVALUATE_TELL_H

#include "evaluate/evaluation.h"

/* {article}: the articles cited; {due}: when somebody will have looked at it;
 * {missing}: what `requires` lacks; {count}, {limit}: how much there was, and how
 * much may be. Other braces stay as they are. In the arena of the session. */
policy_str pol_tell(pol_evaluation *v, const pol_rule *rule,
                    const pol_judgement *j, policy_str text, bool zh);
/* What `requires` lacks, as the rule names it, with spaces between. */
policy_str pol_missing(pol_evaluation *v, const pol_rule *rule);

#endif
