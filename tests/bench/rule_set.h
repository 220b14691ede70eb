/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules that every engine can have, each a few words with a verdict, and the
 * messages that all of them decide. Both are folded beforehand, so that a word
 * is in a message where its bytes are, whoever looks.
 */
#ifndef TESTS_RULE_SET_H
#define TESTS_RULE_SET_H

#include "bench.h"

enum { RULE_TERMS = 6, RULE_VERDICTS = 3, RULE_TERM_MAX = 240 };

struct rule_set {
    size_t rules;
    policy_str *terms; /* RULE_TERMS of each rule in turn; no two alike */
    /* The first `timed` messages are raced: lines, one in a hundred with a term
     * of some rule. The rest are but compared: lines with several terms. */
    size_t messages, timed;
    policy_str *text;
    char *bytes; /* what all of it points into */
};

/* The same for the same numbers. Free with rule_set_fini. */
void rule_set_init(struct rule_set *s, size_t rules, size_t timed);
void rule_set_fini(struct rule_set *s);

/* What a rule decides: 0 is the mildest. */
unsigned rule_verdict(size_t rule);

#endif
