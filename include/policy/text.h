/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The fold as a tool of its own: text as the matcher reads it, why each unit
 * differs from the original, and where in the original it stands.
 */
#ifndef POLICY_TEXT_H
#define POLICY_TEXT_H

#include <policy/status.h>
#ifdef __cplusplus
extern "C" {
#endif

/* Why a unit differs from the source. ORDER REASON */
enum {
    POLICY_REASON_CASE = 1,        /* A for a */
    POLICY_REASON_WIDTH = 2,       /* full- and half-width forms */
    POLICY_REASON_COMPAT = 4,      /* other compatibility forms: ① ㊙ ﬁ */
    POLICY_REASON_TRADITIONAL = 8, /* a Traditional character */
    POLICY_REASON_VARIANT = 16,    /* a variant form or a radical */
    POLICY_REASON_MARK = 32,       /* combining marks were removed from it */
    POLICY_REASON_STYLED = 64,     /* 🅰 ᴀ ❶, which Unicode does not fold */
    POLICY_REASON_DIGIT = 128,     /* a digit of another script */
    POLICY_REASON_IGNORABLE = 256, /* something invisible stood before it */
    POLICY_REASON_ILLFORMED = 512, /* bytes that are no UTF-8, now U+FFFD */
    /* Of hits, whose term was found in a view of the text: */
    POLICY_REASON_SEPARATOR = 1024, /* separators stood inside */
    POLICY_REASON_HOMOGLYPH = 2048, /* a letter of another script: с for c */
    POLICY_REASON_RARE = 4096,      /* a rare Han character that looks alike */
    POLICY_REASON_LEET = 8192,      /* a digit or sign for a letter: h3ll0 */
    POLICY_REASON_REPEAT = 16384,   /* characters were repeated */
    POLICY_REASON_NUMERAL = 32768,  /* a digit by another name: 一, 壹, o */
    POLICY_REASON_PINYIN = 1 << 16, /* another character of the same sound */
    POLICY_REASON_ENCODED = 1 << 17,  /* %E6, &#26426;, base64 */
    POLICY_REASON_DEFANGED = 1 << 18, /* a link that was broken: hxxp, [.] */
    /* Of hits, whose term was written otherwise: */
    POLICY_REASON_ALIAS = 1 << 19,    /* by another name */
    POLICY_REASON_SPLIT = 1 << 20,    /* a character in its two parts */
    POLICY_REASON_REVERSED = 1 << 21, /* backwards */
    POLICY_REASON_SPELLED = 1 << 22   /* in the letters of its pinyin */
};

/* What is remarkable about a text as a whole. */
enum {
    POLICY_TEXT_ILL_FORMED = 1,     /* bytes that are no UTF-8 */
    POLICY_TEXT_IGNORABLE = 2,      /* invisible characters but emoji's own */
    POLICY_TEXT_CONTROL = 4,        /* C0 or C1 but tab and line ends */
    POLICY_TEXT_BIDI = 8,           /* directional overrides and embeddings */
    POLICY_TEXT_TAG = 16,           /* invisible tag letters */
    POLICY_TEXT_PRIVATE_USE = 32,
    POLICY_TEXT_MIXED_SCRIPT = 64,  /* Latin and Greek or Cyrillic in a word */
    POLICY_TEXT_MIXED_HAN = 128,    /* Traditional beside Simplified only */
    POLICY_TEXT_MARKS = 256,        /* three or more marks removed in a row */
    POLICY_TEXT_RARE_HAN = 512      /* Han beyond the 8105 standard ones */
};

/* Scratch and result; results live until the next fold. One thread at a time. */
typedef struct policy_text policy_text;
/* The allocator is copied; NULL: malloc. */
POLICY_API policy_status policy_text_new(policy_text **out,
    const policy_allocator *a, policy_error *err);
POLICY_API void policy_text_free(policy_text *t);
/* Any bytes up to 16 MiB; only ENOMEM and ELIMIT fail, and leave it empty. */
POLICY_API policy_status policy_text_fold(policy_text *t, policy_str utf8,
    policy_error *err);
/* UTF-16 code units of the folded text, one reason mask for each. `reasons`
   and `count` may be NULL. Folding a unit (a pair) alone gives it again. */
POLICY_API const uint16_t *policy_text_units(const policy_text *t,
    const uint16_t **reasons, size_t *count);
/* Source bytes of the units [start, end): whole characters; removed ones only
   between units. Empty, at the next unit's start, where `start` >= `end`. */
POLICY_API policy_span policy_text_source(const policy_text *t, size_t start,
    size_t end);
/* The folded text as well-formed UTF-8; borrowed from `t`. */
POLICY_API policy_status policy_text_utf8(policy_str *out, policy_text *t);
POLICY_API uint32_t policy_text_flags(const policy_text *t); /* POLICY_TEXT_* */
/* One bit: "width", …; NULL for anything else. Static. */
POLICY_API const char *policy_reason_name(uint32_t reason);

#ifdef __cplusplus
}
#endif

#endif
