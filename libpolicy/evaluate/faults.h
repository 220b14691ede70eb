/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The catalogue of what goes wrong while an event is judged, in two languages.
 */
#ifndef POL_EVALUATE_FAULTS_H
#define POL_EVALUATE_FAULTS_H

#include "config/node.h"

struct pol_evaluation;

/* POL_FAULT(NAME, "stable-code", "en {0}", "zh {0}") */
typedef enum pol_fault {
#define POL_FAULT(name, code, en, zh) POL_FAULT_##name,
#include "evaluate/faults.def"
#undef POL_FAULT
    POL_FAULT_COUNT
} pol_fault;

const char *pol_fault_code(pol_fault f);
/* With its {0}, {1}, … as they stand. Static. */
const pol_text *pol_fault_text(pol_fault f);
/* {0} … {9} are `args`, each in both languages; in the arena. NULL: v->status. */
const pol_text *pol_fault_fill(struct pol_evaluation *v, pol_fault f,
                               const pol_text *args, size_t count);
/* The same of numbers. */
const pol_text *pol_fault_count(struct pol_evaluation *v, pol_fault f,
                                const int64_t *numbers, size_t count);
/* An entry of the decision's errors, of a rule or of none (""). */
void pol_record_fault(struct pol_evaluation *v, const char *rule, pol_fault f,
                      int32_t acted_as);

#endif
