/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where Debian's Rspamd is: POLICY_BENCH_RSPAMD names the folder that has its
 * bin/, lib/ and share/, "/usr" or one where the package was unpacked.
 */
#ifndef TESTS_RSPAMD_PLACE_H
#define TESTS_RSPAMD_PLACE_H

#include "child.h"

/* NULL, or why it cannot be had. */
const char *rspamd_lacks(void);
const char *rspamd_share(void); /* its share/rspamd */
/* Start one of its programs in the folder of `c`, which is all that it writes
 * to. `args` end with NULL. */
void rspamd_start(struct child *c, const char *program,
                  const char *const *args);

#endif
