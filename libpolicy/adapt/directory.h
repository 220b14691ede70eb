/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is who: people, accounts and groups by id, for adapters.
 */
#ifndef POL_ADAPT_DIRECTORY_H
#define POL_ADAPT_DIRECTORY_H

#include <policy/event.h>

typedef struct pol_person {
    policy_str id, name, kind, dept; /* kind: "staff", …; empty: not said */
    const policy_str *roles;
    size_t role_count;
} pol_person;

typedef struct pol_account {
    policy_str id, holder, kind, dept; /* empty: not said */
} pol_account;

typedef struct pol_group {
    policy_str id, kind, responsible, purpose; /* empty: not said */
} pol_group;

/* NULL where `d` is NULL or does not know the id. */
const pol_person *pol_directory_person(const policy_directory *d,
                                       policy_str id);
const pol_account *pol_directory_account(const policy_directory *d,
                                         policy_str id);
const pol_group *pol_directory_group(const policy_directory *d, policy_str id);

#endif
