/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The layout of a bundle, which the compiler fills and the evaluation reads: a
 * list of separately counted parts, the shared lists and one part an
 * organisation. Parts are immutable; a bundle given a predecessor takes over
 * those whose sources did not change.
 */
#ifndef POL_BUNDLE_LAYOUT_H
#define POL_BUNDLE_LAYOUT_H

#include <stdatomic.h>
#include <stddef.h>

#include <policy/bundle.h>
#include <policy/limits.h>

#include "config/organisation.h"
#include "config/regulation.h"
#include "config/wordlist.h"
#include "match/detect.h"
#include "match/host_detect.h"
#include "match/matcher.h"
#include "match/regex_set.h"
#include "rule/index.h"
#include "rule/ladder.h"
#include "rule/rule.h"
#include "text/squeeze.h"

/* The views of a text in which terms are looked for; several at once where one
 * is made of another. The folded text itself is none of them. ORDER VIEW */
enum {
    POL_VIEW_SQUEEZED = 1,
    POL_VIEW_SKELETON = 2,
    POL_VIEW_COLLAPSED = 4,
    POL_VIEW_PINYIN = 8,
    POL_VIEW_DECODED = 16,
    POL_VIEW_NUMERALS = 32 /* of detectors only: no pattern names it */
};

/* What a pattern of a matcher stands for, by its id. A term of a list is one
 * pattern for each of its spellings, and for each view that writes it anew. */
typedef struct pol_term {
    uint32_t list;     /* shared: number of the list; organisation: the signal */
    uint32_t word;     /* which of the list */
    uint32_t how;      /* POL_REASON_* of the spelling; 0: its own */
    /* Of what must be in PINYIN or COLLAPSED: in `literals`, the number of the
     * spelling's folded units, and these. */
    uint32_t literal;
    uint8_t may, must; /* POL_VIEW_*: no others; not without these */
    uint8_t separators; /* POL_SEPARATORS_* */
    bool allowed;      /* an allowed phrase: takes away the hits it covers */
    bool boundary;     /* not where it only arises across two words */
    bool asked;        /* of PINYIN: by itself, and not by its list */
    bool gate;         /* no term: literal `word` of the regexes */
    bool exact;        /* wants the original bytes */
} pol_term;

/* What pol_squeezed_admits is asked for a term. */
static inline unsigned pol_term_gaps(const pol_term *t)
{
    static const uint8_t kinds[POL_SEPARATORS_COUNT] = {
        0, 0, POL_GAP_SYMBOL, POL_GAP_SYMBOL | POL_GAP_SPACE,
        POL_GAP_SYMBOL | POL_GAP_SPACE | POL_GAP_CLAUSE
    };

    return kinds[t->separators];
}

/* The patterns of one matcher. */
typedef struct pol_terms {
    policy_matcher *matcher; /* NULL: there are none */
    const pol_term *at;
    size_t count;
    const uint16_t *literals;
    uint32_t longest;        /* units of the longest pattern */
    uint8_t views;           /* that some term may be found in */
} pol_terms;

typedef struct pol_shared_list {
    policy_str name;
    uint8_t sum[32]; /* of its file */
    uint8_t views; /* that some term of it may be found in */
} pol_shared_list;

/* What all organisations share: every list of the libraries, scanned once, and
 * the host's detectors. */
typedef struct pol_shared {
    atomic_uint refs;
    pol_arena arena;
    uint8_t hash[32];
    pol_terms terms;
    const pol_shared_list *lists; /* by name */
    size_t list_count;
    const pol_host_detector *hosts;
    size_t host_count;
} pol_shared;

typedef struct pol_bundle_article {
    const char *regulation, *ref, *kind, *status;
    policy_str title, zh, en, note;
    uint32_t rules, tests;
    const policy_overruling *overruled; /* or NULL */
} pol_bundle_article;

/* What a part is made of beside the files of its folder. ORDER USE */
typedef enum pol_use_kind {
    POL_USE_REGULATION, POL_USE_THEME, POL_USE_ZONE,
    POL_USE_LIST, /* a shared one: that there is one, not what is in it */
    POL_USE_SET   /* a shared list of ids or hosts, perhaps none */
} pol_use_kind;

typedef struct pol_use {
    pol_use_kind kind;
    bool own; /* found in the organisation's folder */
    policy_str name;
    uint8_t sum[32];
} pol_use;

/*
 * The part of an organisation. One whose shared lists were exchanged is a copy
 * of its first, the `body`, from which it borrows all but `shared` and what
 * binds it to these; the body's memory lives until its last holder goes.
 *
 * Among ten thousand organisations the one that is asked is in no cache. What
 * every event of it needs stands first: POL_ORG_HOT bytes.
 */
typedef struct pol_org {
    const char *id;
    size_t id_len;
    pol_shared *shared;             /* referenced */
    const int32_t *shared_signal;   /* by shared list, -1: not asked for */
    uint32_t detectors;             /* mask of those asked for */
    uint8_t shared_views;           /* of the shared lists that are asked for */
    bool clear_logs;                /* mask: { logs: false } */
    bool english;                   /* is its first language */
    bool asks_attested;             /* a rule or clause is on attestations */
    const policy_limits *limits;    /* what it sets, zeros say nothing; or NULL */
    const int32_t *host_signal;     /* by the host's detector, -1: not asked for */
    uint64_t hosts;                 /* mask of those asked for, and */
    uint64_t host_numbers;          /* of those among them that know digits */
    pol_terms terms;                /* its own, `list` a signal */
    /* By signal; NULL: there are none. The literals of the first stand in
     * `terms`. The others have no literal worth it, and are run only where the
     * event has a hit, since they stand beside one in their rules. */
    pol_regex_set *regexes, *late_regexes;
    const pol_rule *rules;
    size_t rule_count;
    const pol_signal *signals;
    size_t signal_count;
    pol_index index;
    /* --- what some of its events need */
    int32_t detector_signal[POL_DETECTOR_COUNT];
    pol_organisation config;
    const policy_str *guard_names, *guard_files; /* rule files with a check */
    const uint64_t *guard_sums; /* of their bytes */
    size_t guard_count;
    const pol_record_def *const *records; /* its own: memories, counts, duties */
    size_t record_count;
    const pol_clause *clauses;      /* of events; by their number */
    size_t clause_count;
    pol_index clause_index;
    const pol_duty *const *duties;  /* by the ids of their records */
    size_t duty_count;
    const pol_ladder *const *ladders; /* in the order of the sources */
    size_t ladder_count;
    const pol_count *const *watched; /* of events, for the brakes of rules */
    size_t watched_count;
    /* --- what no event needs */
    const pol_bundle_article *articles;
    size_t article_count;
    uint8_t hash[32];   /* over all that decides but the shared lists */
    uint8_t own[32];    /* over the files of its folder */
    uint8_t places[32]; /* over where its rule files lie, which they show */
    const pol_use *uses;
    size_t use_count;
    pol_arena arena;
    struct pol_org *body; /* held; NULL: it is its own */
    atomic_uint refs;
    atomic_uint holders;  /* of a body: itself, while it is referred to, and its
                             copies */
} pol_org;

/* Whose rules and scripts are one: a part and its copies. */
static inline bool pol_org_same(const pol_org *a, const pol_org *b)
{
    return (a->body ? a->body : a) == (b->body ? b->body : b);
}

enum { POL_ORG_HOT = offsetof(pol_org, detector_signal) };

/*
 * Where an organisation is found, and where its hot memory is: in one line of
 * the cache, so that all the others can be asked for at once. A longer id is
 * compared with the part's.
 */
enum { POL_SEAT = 64, POL_SEAT_ID = 15 };
typedef struct pol_seat {
    const pol_org *org;     /* NULL: free */
    const void *hot[POL_HOT_RANGES]; /* of its matcher, */
    uint8_t lines[POL_HOT_RANGES];   /* so many each */
    uint32_t number;        /* in `orgs` */
    uint8_t id_len;         /* POL_SEAT_ID + 1: longer */
    char id[POL_SEAT_ID];
} pol_seat;
_Static_assert(sizeof(pol_seat) == POL_SEAT, "one line");

struct policy_bundle {
    atomic_uint refs;
    policy_allocator allocator;
    policy_limits limits;
    char revision[72];
    pol_shared *shared;
    pol_org **orgs;        /* order of the sources */
    uint32_t *by_id;       /* the same by id */
    size_t org_count;
    pol_seat *seats;       /* by hash of the id, two thirds taken at most; on a
                              border of the cache's lines */
    size_t seat_count;
    void *seat_block;      /* in which they lie */
};

/* NULL where there is none; *number (may be NULL): its place in `orgs`. Its hot
 * memory is asked for, and on its way into the caches. */
const pol_org *pol_bundle_find(const policy_bundle *b, policy_str id,
                               size_t *number);
/* Once `orgs` are there, so that they are found. ENOMEM. */
policy_status pol_bundle_seat(policy_bundle *b);
void pol_shared_unref(pol_shared *s);
void pol_org_unref(pol_org *o);
/* Over the parts' hashes, the options and the versions of what decides. */
void pol_bundle_seal(policy_bundle *b);

#endif
