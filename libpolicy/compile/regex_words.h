/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is wrong with a regex, in the language of who wrote it.
 */
#ifndef POL_COMPILE_REGEX_WORDS_H
#define POL_COMPILE_REGEX_WORDS_H

#include <stdbool.h>

#include <policy/status.h>

/* The reason that pol_regex_compile gave; as it is where it has no words in
 * Chinese. Of `err`, or for ever. */
policy_str pol_regex_reason(const policy_error *err, bool zh);

#endif
