/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The skeleton of a folded text: what look-alikes are taken for. Terms and
 * texts go through the same mapping, so that their skeletons meet:
 *
 *   - letters of other scripts, and those of Latin beyond ASCII, that look like
 *     one of a to z become it, in words that have a Latin letter (vіagrа);
 *   - rare Han becomes the common character it is made of (洊 存);
 *   - digits and signs that stand for letters become them, in words that have a
 *     Latin letter: 0134 5789 are oleastbg; @ $ ! | are a s l l, one or two of
 *     them between letters or digits (p0rn, b!tch);
 *   - i becomes l everywhere, without a reason: 1, | and I stand for both.
 *
 * What became a letter is of class LATIN.
 */
#ifndef POL_TEXT_SKELETON_H
#define POL_TEXT_SKELETON_H

#include "text/overlay.h"

/*
 * The view of `f`, which is the fold of `source`. It is empty where nothing in
 * the text is disguised, as it nearly always is, at a quick look; digits are
 * honest at the ends of words (win10, covid19, 3rd), but for fr33 and hell0,
 * 1diot and 5ecret. ENOMEM leaves it empty. Linear.
 */
policy_status pol_skeleton(pol_overlay *out, const pol_folded *f,
                           policy_str source, policy_error *err);
/* The same, of anything: for the other side, the terms. */
policy_status pol_skeleton_term(pol_overlay *out, const pol_folded *f,
                                policy_str source, policy_error *err);

#endif
