/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Extended grapheme clusters (UAX #29, by utf8proc) of raw text: what a mask
 * replaces as one.
 */
#ifndef POL_TEXT_GRAPHEME_H
#define POL_TEXT_GRAPHEME_H

#include <policy/status.h>

/* End of the cluster that begins at `pos`; s.len where `pos` is not below it.
 * An ill-formed subpart is a cluster of its own. */
size_t pol_grapheme_next(policy_str s, size_t pos);
/*
 * Widen `span` so that nothing dangles: over the marks, variation selectors and
 * ZWJ sequences that belong to its last character, over the rest of a cluster
 * that it begins in, and over invisible characters behind it. An empty span and
 * one beyond the text stay as they are. Looks back no further than 64
 * characters for the start of a cluster.
 */
policy_span pol_grapheme_cover(policy_str s, policy_span span);

#endif
