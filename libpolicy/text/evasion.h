/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The other side of the fold and its views: makers of disguises. Each writes a
 * word of a text as somebody would who hides it, in a way that the library
 * promises to see through; for the rules' own tests, and for ours.
 *
 * Nothing here is random: the same text gives the same disguise. Forms are
 * those of the fold's own tables read backwards, so that a table that grows
 * brings its disguises with it.
 */
#ifndef POL_TEXT_EVASION_H
#define POL_TEXT_EVASION_H

#include "base/buffer.h"
#include "text/squeeze.h"

/* What sees through it. */
typedef enum pol_evasion_by {
    POL_EVADES_FOLD,     /* the units are the same */
    POL_EVADES_SQUEEZE, POL_EVADES_SKELETON, POL_EVADES_COLLAPSE,
    POL_EVADES_PINYIN, POL_EVADES_DECODE, POL_EVADES_NUMERALS,
    POL_EVADES_SPELLING  /* a spelling of the term of its own */
} pol_evasion_by;

typedef struct pol_evasion {
    const char *name;
    uint32_t reason;     /* POL_REASON_* that a hit names */
    pol_evasion_by by;
    bool alone;          /* wants spaces on both sides, outside of the word */
    bool addresses;      /* a host name stays one */
    uint8_t gap;         /* POL_GAP_* that it puts between characters */
} pol_evasion;

/* In the order in which they are told. */
extern const pol_evasion pol_evasions[];
extern const size_t pol_evasion_count;

/* One thread at a time. */
typedef struct pol_evader pol_evader;
policy_status pol_evader_new(pol_evader **out, const policy_allocator *a,
                             policy_error *err);
void pol_evader_free(pol_evader *e); /* NULL is fine */

/*
 * The bytes [start, end) of `text`, a word as it is written plainly, in disguise
 * `number`, into `out`, from its first character to its last. *changed is false
 * where it has nothing for this disguise, or is too short, or stands so that
 * nobody promises to find it; `out` means nothing then. Only ENOMEM fails.
 */
policy_status pol_evade(pol_evader *e, size_t number, policy_str text,
                        size_t start, size_t end, pol_buf *out, bool *changed,
                        policy_error *err);

#endif
