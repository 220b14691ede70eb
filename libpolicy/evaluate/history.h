/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The past of one event: stored values read when they are first asked for, each
 * once, and what the event changes in them.
 *
 * A slot holds one stored value twice: as it was before the event, which every
 * condition sees, and as it will be. Writers work on the second. At the end
 * those that differ become changes of the decision.
 */
#ifndef POL_EVALUATE_HISTORY_H
#define POL_EVALUATE_HISTORY_H

#include "rule/derived.h"
#include "rule/history.h"
#include "state/stored.h"

struct pol_evaluation;

typedef struct pol_slot {
    policy_str key;          /* of the store */
    const pol_record_def *record; /* NULL: of a duty that is gone, called `id` */
    policy_str id, first;    /* of the definition; the first key */
    uint64_t version;
    policy_str after_source, after; /* event of the batch that wrote it last */
    policy_str value;        /* as it was */
    pol_stored before, now;
    size_t cap;              /* room of `now` */
    const pol_count *counted; /* by which the event is counted in it, or NULL */
    bool written;            /* `now` is there; else it is as before */
    bool listed;             /* among what is due */
} pol_slot;

/* One event's slots, by key. */
typedef struct pol_history {
    pol_slot **slots;        /* a hash table: `cap` is 0 or a power of two */
    size_t count, cap;
    pol_slot **order;        /* as they were read */
    const pol_rule **fired;  /* enforced rules whose findings write */
    size_t fired_count, fired_cap;
    bool lacking;            /* something was asked, and there is no state */
} pol_history;

/* The parts of a key of the event. */
typedef struct pol_key_parts {
    policy_str parts[POL_KEY_FIELDS];
    uint8_t count;
} pol_key_parts;

/*
 * The keys that `use` makes of the event: one, or one for each element of a
 * list in its first field. *count is 0 where the event lacks a field of it. In
 * the arena; NULL when out of memory (v->status).
 */
pol_key_parts *pol_history_keys(struct pol_evaluation *v, const pol_key_use *use,
                                size_t *count);
/* The slot of a first key; NULL: without a state (v->history.lacking), or the
 * state failed (v->status). */
pol_slot *pol_history_slot(struct pol_evaluation *v, const pol_record_def *record,
                           policy_str first);

struct pol_record_key;
/* The slot of a key of the store that is a duty's, whether its definition is
 * still there or not. ESTATE where it is another's. */
pol_slot *pol_history_slot_of(struct pol_evaluation *v, policy_str key,
                              const struct pol_record_key *parts);
/* The parts of a key behind the first, in an entry that has nothing else. */
pol_stored_entry pol_history_entry_key(const pol_key_parts *key);
static inline bool pol_history_same_key(const pol_stored_entry *a,
                                        const pol_stored_entry *b)
{
    return a->sub_count == b->sub_count && pol_stored_covers(a, b);
}

/* --- reading: as it was before the event */

/* The entry of exactly this key that holds at `now`: the newest that does not
 * lie ahead, unless it is cleared or over. NULL: there is none. */
const pol_stored_entry *pol_history_entry(const pol_stored *s,
                                          const pol_key_parts *key, int64_t now);
/* Those that hold at `now`, of this key or of keys below it, in their order: how
 * many. `out` has room for all entries. */
size_t pol_history_held(const pol_stored *s, const pol_key_parts *key,
                        int64_t now, const pol_stored_entry **out);
/* The answers that conditions get. */
extern const pol_past pol_history_past;

/* --- counting */

/* Count the event for the rule; *amount: what the window then holds. False:
 * without a state, or v->status. */
bool pol_history_count(struct pol_evaluation *v, const pol_count *c, bool shadow,
                       int64_t *amount);

/* --- writing */

/* Put an entry into what will be; it takes the place of one of the same key and
 * event, and sends away what it makes obsolete. */
bool pol_history_put(struct pol_evaluation *v, pol_slot *slot,
                     const pol_stored_entry *e);
/* Room for `more` entries in what will be, which is there from then on. */
bool pol_history_reserve(struct pol_evaluation *v, pol_slot *slot, size_t more);
/* An enforced finding of the rule. */
void pol_history_fired(struct pol_evaluation *v, const pol_rule *rule);
/* Has the event happened, or does its verdict let it? Else what it does counts
 * only as an attempt. */
bool pol_history_passed(const struct pol_evaluation *v);
/* Once the verdict stands: clauses of the event, then of enforced findings;
 * then all that differs becomes changes of the decision. */
void pol_history_write(struct pol_evaluation *v);

#endif
