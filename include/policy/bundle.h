/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * What was compiled, and what an auditor may ask of it.
 */
#ifndef POLICY_BUNDLE_H
#define POLICY_BUNDLE_H

#include <policy/status.h>
#ifdef __cplusplus
extern "C" {
#endif
/* Immutable; share freely. References are atomic; the last unref frees, on
   whatever thread. Parts that did not change are shared with the base bundle. */
typedef struct policy_bundle policy_bundle;
POLICY_API policy_bundle *policy_bundle_ref(policy_bundle *b);
POLICY_API void policy_bundle_unref(policy_bundle *b); /* NULL is fine */
/* "sha256:…" over sources, options, custom detectors, fold tables, time zones
   and the version of the rule language: equal revisions decide equally. */
POLICY_API const char *policy_bundle_revision(const policy_bundle *b);

typedef struct policy_rule_info {
    const char *organisation, *id; /* id as in decisions: regulation/rule */
    policy_str title;
    const char *category, *verdict, *mode;
    policy_str file; uint32_t line;
    const policy_cite *cites; size_t cite_count;
    uint32_t tests, exceptions;        /* counts */
    uint64_t cost;                     /* static bound, see the manual */
} policy_rule_info;
/* A duty or a ladder that is not off. */
typedef struct policy_duty_info {
    const char *organisation, *id; /* id as in decisions: regulation/duty */
    const char *kind;          /* "duty", "ladder" */
    const char *track;         /* of a ladder, with what it cites; NULL: all of it */
    policy_str title;
    const char *mode;
    policy_str file; uint32_t line;
    const policy_cite *cites; size_t cite_count;
    uint32_t tests;            /* of a track: 0 */
} policy_duty_info;
/* Where regulations disagree, one is followed (`settle` in organisation.yaml). */
typedef struct policy_overruling {
    const char *choice;            /* of what they disagree */
    policy_str demanded, followed; /* its value by the article, and what it is */
    const char *regulation, *ref;  /* the article that is followed */
    policy_str zh, en;             /* why; one of them may be empty */
    policy_str owner;              /* who answers for it */
} policy_overruling;
typedef struct policy_article_info {
    const char *organisation, *regulation, *ref, *kind; /* kind: the class */
    const char *status; /* as in the catalogue, or "overruled" */
    policy_str title;          /* of the regulation */
    policy_str zh, en, note;   /* the demand in our words */
    uint32_t rules, tests; /* that cite it and are in force */
    const policy_overruling *overruled; /* NULL: it is not */
} policy_article_info;
typedef struct policy_exception_info {
    const char *organisation, *rule;
    uint32_t number;           /* among the rule's, from 1; as in findings */
    policy_str why, owner;
    int64_t expires;           /* ms since 1970, exclusive; 0: never */
    policy_str file; uint32_t line;
} policy_exception_info;
POLICY_API size_t policy_bundle_organisation_count(const policy_bundle *b);
POLICY_API const char *policy_bundle_organisation(const policy_bundle *b, size_t i);
/* Walk; `visit` returns non-zero to stop. `org` NULL: all. Order of sources. */
POLICY_API void policy_bundle_rules(const policy_bundle *b, const char *org,
    int (*visit)(void *user, const policy_rule_info *r), void *user);
/* Duties, by their ids, then ladders; behind each ladder the tracks of it that
   cite articles of their own. As policy_bundle_rules. */
POLICY_API void policy_bundle_duties(const policy_bundle *b, const char *org,
    int (*visit)(void *user, const policy_duty_info *d), void *user);
/* Exceptions of rules that are not off, as policy_bundle_rules. */
POLICY_API void policy_bundle_exceptions(const policy_bundle *b, const char *org,
    int (*visit)(void *user, const policy_exception_info *e), void *user);
POLICY_API void policy_bundle_articles(const policy_bundle *b, const char *org,
    int (*visit)(void *user, const policy_article_info *a), void *user);
#ifdef __cplusplus
}
#endif

#endif
