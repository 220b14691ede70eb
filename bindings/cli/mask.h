/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What of a person's data a table shows, and what a view of a text is called.
 */
#ifndef CLI_MASK_H
#define CLI_MASK_H

#include "table.h"

/* The first and the last character (of two the first), stars between: whoever
 * knows the number recognises it, and nobody else learns it. */
void cli_mask(struct cli_string *out, policy_str text);
/* Stars for all of it. */
void cli_mask_all(struct cli_string *out, policy_str text);
/* "squeezed skeleton", each in the language of this run. */
void cli_view_add(struct cli_string *out, const struct cli *c, policy_str view);
/* The text, but numbers of seven digits and more masked, as cli_mask. */
void cli_mask_digits(struct cli_string *out, policy_str text);

#endif
