/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Masking: the words of the evidence give way to asterisks of the same width.
 */
#ifndef POL_EVALUATE_REDACT_H
#define POL_EVALUATE_REDACT_H

#include "base/arena.h"

/*
 * `text` with every grapheme cluster that a span touches replaced by as many
 * asterisks as it has columns (a span without any: one); marks, variation selectors and
 * invisible characters go with their base. `spans` is reordered. ENOMEM.
 */
policy_status pol_redact(policy_str *out, policy_str text, policy_span *spans,
                         size_t count, pol_arena *arena);

#endif
