/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a text hides in encodings, as a text of its own with a map: percent
 * escapes (%E6%9C%BA, %u673A), references of HTML and XML (&#26426; &amp;),
 * escapes of JSON (\u673a), and base64 that holds text.
 *
 * One level and a half: what came out is looked at once more, for everything
 * but base64 (%25E6, base64 of a URL), and never again. What does not decode
 * to a well-formed character of text stays as it is.
 */
#ifndef POL_TEXT_DECODE_H
#define POL_TEXT_DECODE_H

#include <stdbool.h>

#include <policy/text.h>

/* Characters that base64 must have, without padding: 12 bytes, four Han. */
enum { POL_BASE64_MIN = 16 };

typedef struct pol_decoded {
    policy_str text;         /* never longer than what it was decoded from */
    char *bytes;             /* room for it, with the map behind */
    uint32_t *starts, *ends; /* source bytes of each byte, a bit in `ends` */
    size_t room;
    const policy_allocator *allocator;
} pol_decoded;

/* `a` is borrowed as long as `d` lives. Allocates nothing. */
void pol_decoded_init(pol_decoded *d, const policy_allocator *a);
void pol_decoded_fini(pol_decoded *d);
/* d->text is `text`, any bytes, with what is encoded replaced by what it decodes
 * to; empty where nothing is. Grows `d`, never shrinks it. Only ENOMEM and
 * ELIMIT (above POL_FOLD_MAX) fail; the text is empty then. Linear. */
policy_status pol_decode(pol_decoded *d, policy_str text, policy_error *err);
/* The bytes of the original that the bytes `child` of d->text came from, on
 * boundaries of characters: of escapes all, of base64 the groups of four. */
policy_span pol_decoded_source(const pol_decoded *d, policy_span child);
/* Did one of the bytes come out of an encoding? */
bool pol_decoded_touches(const pol_decoded *d, policy_span child);

#endif
