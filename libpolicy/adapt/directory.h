/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is who: people, accounts and groups by id, for adapters, and as events.
 */
#ifndef POL_ADAPT_DIRECTORY_H
#define POL_ADAPT_DIRECTORY_H

#include <policy/event.h>

#include "base/arena.h"

typedef struct pol_person {
    policy_str id, name, kind, dept; /* kind: "staff", …; empty: not said */
    policy_str manager;
    const policy_str *roles;
    size_t role_count;
} pol_person;

typedef struct pol_account {
    policy_str id, holder, kind, dept, approved_by; /* empty: not said */
} pol_account;

typedef struct pol_group {
    policy_str id, kind, responsible, purpose; /* empty: not said */
    policy_str approved_by;
} pol_group;

/* Each array by id, as pol_str_cmp has it. */
struct policy_directory {
    pol_arena arena;
    pol_person *people;
    pol_account *accounts;
    pol_group *groups;
    const uint32_t *by_holder; /* accounts by holder, then by id */
    size_t person_count, account_count, group_count;
};

/* NULL where `d` is NULL or does not know the id. */
const pol_person *pol_directory_person(const policy_directory *d,
                                       policy_str id);
const pol_account *pol_directory_account(const policy_directory *d,
                                         policy_str id);
const pol_group *pol_directory_group(const policy_directory *d, policy_str id);
/* The accounts that the person holds: of by_holder, *count from here. */
const uint32_t *pol_directory_held(const policy_directory *d, policy_str holder,
                                   size_t *count);
/* The kind where it is a role too, then the roles: *count of them in `arena`.
 * NULL: out of memory. */
const policy_str *pol_person_roles(const pol_person *p, pol_arena *arena,
                                   size_t *count);

#endif
