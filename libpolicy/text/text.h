/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the layers above see of a policy_text: its fold, and the bytes it was
 * made from.
 */
#ifndef POL_TEXT_TEXT_H
#define POL_TEXT_TEXT_H

#include "text/fold.h"

const pol_folded *pol_text_folded(const policy_text *t);
/* As last given to policy_text_fold, whose caller still owns them. */
policy_str pol_text_source(const policy_text *t);

#endif
