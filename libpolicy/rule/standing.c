/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Definitions and clauses of the standing memories. They are kept whether a
 * rule asks for them or not, so that a rule that is new today knows who works
 * where; only types that are rare write them.
 *
 * `people`, `accounts` and `groups` carry: an event says what changes and not
 * all that is so; what it says is null is so no more. The others hold what one
 * event said.
 */
#include "rule/standing.h"

#include "base/slice.h"

#define YEAR_MS INT64_C(31536000000)
#define TYPE(name) (UINT32_C(1) << POLICY_TYPE_##name)
#define COUNT(list) (sizeof(list) / sizeof(*(list)))
#define KEY(field) { { POLICY_FIELD_##field }, 1 }
#define KEYS(a, b) { { POLICY_FIELD_##a, POLICY_FIELD_##b }, 2 }
#define FIELDS(list) list, COUNT(list)
#define RECORD(name, ...) \
    { POL_RECORD_MEMORY, { name, sizeof(name) - 1 }, __VA_ARGS__ }

static const int32_t people_fields[] = {
    POLICY_FIELD_CHANGE, POLICY_FIELD_ROLES, POLICY_FIELD_DEPT,
    POLICY_FIELD_MANAGER
};
static const int32_t account_fields[] = {
    POLICY_FIELD_ACCOUNT_KIND, POLICY_FIELD_HOLDER
};
static const int32_t group_fields[] = {
    POLICY_FIELD_GROUP_KIND, POLICY_FIELD_PURPOSE, POLICY_FIELD_RESPONSIBLE
};
static const int32_t review_fields[] = {
    POLICY_FIELD_REVIEWER_ROLE, POLICY_FIELD_DIGEST, POLICY_FIELD_REVIEWER,
    POLICY_FIELD_DECISION
};
static const int32_t leaver_fields[] = {
    POLICY_FIELD_PERSON, POLICY_FIELD_EFFECTIVE
};
static const int32_t incident_fields[] = {
    POLICY_FIELD_SUBJECT_ACCOUNT, POLICY_FIELD_KIND, POLICY_FIELD_STATE,
    POLICY_FIELD_NOTICED_AT, POLICY_FIELD_REPORTED_AT, POLICY_FIELD_REPORTER,
    POLICY_FIELD_SEVERITY
};
static const int32_t restricted_fields[] = {
    POLICY_FIELD_CHANGE, POLICY_FIELD_UNTIL
};
static const int32_t violation_fields[] = {
    POLICY_FIELD_SUBJECT, POLICY_FIELD_SEVERITY, POLICY_FIELD_REGULATION,
    POLICY_FIELD_REF, POLICY_FIELD_CRIME_SUSPECTED, POLICY_FIELD_MERIT
};
static const int32_t trained_fields[] = {
    POLICY_FIELD_DUTY, POLICY_FIELD_RESULT
};

/* ORDER STANDING */
const pol_record_def pol_standing[POL_STANDING_COUNT] = {
    RECORD("people", 1, { POL_ID_PERSON }, KEY(PERSON), FIELDS(people_fields),
           TYPE(STAFF_CHANGE), INT64_MAX, -1, true, true),
    RECORD("accounts", 1, { POL_ID_ACCOUNT }, KEY(SUBJECT_ACCOUNT),
           FIELDS(account_fields), TYPE(ACCOUNT_CHANGE), INT64_MAX, -1, false,
           true),
    RECORD("groups", 1, { POL_ID_CONVERSATION }, KEY(GROUP),
           FIELDS(group_fields), TYPE(GROUP_CHANGE), INT64_MAX, -1, false, true),
    RECORD("reviews", 1, { POL_ID_ANY }, KEY(SUBJECT), FIELDS(review_fields),
           TYPE(REVIEW), YEAR_MS, -1, true, false),
    RECORD("leavers", 1, { POL_ID_ACCOUNT }, KEY(ACCOUNTS),
           FIELDS(leaver_fields), TYPE(STAFF_CHANGE), 2 * YEAR_MS, -1, true,
           false),
    RECORD("incidents", 1, { POL_ID_INCIDENT }, KEY(INCIDENT),
           FIELDS(incident_fields), TYPE(INCIDENT), 2 * YEAR_MS, -1, true,
           false),
    RECORD("restricted", 1, { POL_ID_ACCOUNT }, KEY(SUBJECT_ACCOUNT),
           FIELDS(restricted_fields), TYPE(ACCOUNT_CHANGE), INT64_MAX,
           POLICY_FIELD_UNTIL, false, false),
    RECORD("violations", 2, { POL_ID_PERSON, POL_ID_THING },
           KEYS(PERSON, ID), FIELDS(violation_fields), TYPE(VIOLATION),
           5 * YEAR_MS, -1, true, false),
    RECORD("trained", 2, { POL_ID_PERSON, POL_ID_DUTY },
           KEYS(DONE_BY, DUTY), FIELDS(trained_fields), TYPE(ATTESTATION),
           5 * YEAR_MS, -1, true, false),
};

/* ORDER STANDING */
const struct pol_standing_name pol_standing_names[POL_STANDING_COUNT] = {
    { "人员记录", "a record of the person" },
    { "账号记录", "a record of the account" },
    { "群记录", "a record of the group" },
    { "审核记录", "a review" },
    { "离职记录", "a record of leaving" },
    { "事件记录", "a record of the incident" },
    { "账号限制", "a restriction" },
    { "违规记录", "a violation" },
    { "培训记录", "a training" },
};

/* --- who writes them */

#define WORD(text) { .kind = POL_STR, .str = { text, sizeof(text) - 1 } }
#define IS(name, f, list)                                                     \
    static const pol_cond name = { .op = POL_COND_IS,                         \
                                   .field = POLICY_FIELD_##f, .other = -1,    \
                                   .values = list, .value_count = COUNT(list) }

static const pol_value leave[] = { WORD("leave"), WORD("gone") };
static const pol_value handed_on[] = { WORD("transfer"), WORD("close") };
static const pol_value restrict_[] = { WORD("restrict"), WORD("freeze") };
static const pol_value restored[] = { WORD("restore"), WORD("close") };
static const pol_value closed[] = { WORD("close") };
static const pol_value dissolved[] = { WORD("dissolve") };
static const pol_value passed[] = { WORD("pass") };
IS(is_leave, CHANGE, leave);
IS(is_handed_on, CHANGE, handed_on);
IS(is_restricted, CHANGE, restrict_);
IS(is_restored, CHANGE, restored);
IS(is_closed, CHANGE, closed);
IS(is_dissolved, CHANGE, dissolved);
/* Whoever attests the training of somebody else is not trained by it. */
static const pol_cond other_passed_parts[] = {
    { .op = POL_COND_IS, .field = POLICY_FIELD_RESULT, .other = -1,
      .values = passed, .value_count = COUNT(passed) },
    { .op = POL_COND_PRESENT, .field = POLICY_FIELD_SUBJECT, .other = -1 },
};
static const pol_cond self_passed_parts[] = {
    { .op = POL_COND_IS, .field = POLICY_FIELD_RESULT, .other = -1,
      .values = passed, .value_count = COUNT(passed) },
    { .op = POL_COND_ABSENT, .field = POLICY_FIELD_SUBJECT, .other = -1 },
};
static const pol_cond other_passed = { .op = POL_COND_ALL, .other = -1,
                                       .kids = other_passed_parts,
                                       .kid_count = 2 };
static const pol_cond self_passed = { .op = POL_COND_ALL, .other = -1,
                                      .kids = self_passed_parts,
                                      .kid_count = 2 };

#define CLAUSE(what, memory, type, cond, use, time)                           \
    { POL_CLAUSE_##what, &pol_standing[POL_STANDING_##memory], TYPE(type),    \
      { "", 0 }, cond, use, POLICY_FIELD_##time, false }

/* What ends comes behind what begins: of one event the second counts. */
const pol_clause pol_standing_clauses[] = {
    CLAUSE(SET, PEOPLE, STAFF_CHANGE, NULL, KEY(PERSON), EFFECTIVE),
    CLAUSE(SET, ACCOUNTS, ACCOUNT_CHANGE, NULL, KEY(SUBJECT_ACCOUNT), TIME),
    CLAUSE(CLEAR, ACCOUNTS, ACCOUNT_CHANGE, &is_closed, KEY(SUBJECT_ACCOUNT),
           TIME),
    CLAUSE(SET, GROUPS, GROUP_CHANGE, NULL, KEY(GROUP), TIME),
    CLAUSE(CLEAR, GROUPS, GROUP_CHANGE, &is_dissolved, KEY(GROUP), TIME),
    CLAUSE(SET, REVIEWS, REVIEW, NULL, KEY(SUBJECT), TIME),
    CLAUSE(SET, LEAVERS, STAFF_CHANGE, &is_leave, KEY(ACCOUNTS), EFFECTIVE),
    CLAUSE(CLEAR, LEAVERS, ACCOUNT_CHANGE, &is_handed_on, KEY(SUBJECT_ACCOUNT),
           TIME),
    CLAUSE(SET, INCIDENTS, INCIDENT, NULL, KEY(INCIDENT), TIME),
    CLAUSE(SET, RESTRICTED, ACCOUNT_CHANGE, &is_restricted, KEY(SUBJECT_ACCOUNT),
           TIME),
    CLAUSE(CLEAR, RESTRICTED, ACCOUNT_CHANGE, &is_restored, KEY(SUBJECT_ACCOUNT),
           TIME),
    CLAUSE(SET, VIOLATIONS, VIOLATION, NULL, KEYS(PERSON, ID), TIME),
    CLAUSE(SET, TRAINED, ATTESTATION, &other_passed, KEYS(SUBJECT, DUTY), TIME),
    CLAUSE(SET, TRAINED, ATTESTATION, &self_passed, KEYS(DONE_BY, DUTY), TIME),
};
const size_t pol_standing_clause_count = COUNT(pol_standing_clauses);

/* --- attributes */

/* ORDER ATTRIBUTE */
const pol_attribute_info pol_attributes[POL_ATTRIBUTE_COUNT] = {
    { "", POL_ID_ANY, 0, -1, -1 },
    { "roles", POL_ID_PERSON, POL_STANDING_PEOPLE, POLICY_FIELD_ROLES,
      POLICY_TYPE_STAFF_CHANGE },
    { "dept", POL_ID_PERSON, POL_STANDING_PEOPLE, POLICY_FIELD_DEPT,
      POLICY_TYPE_STAFF_CHANGE },
    { "manager", POL_ID_PERSON, POL_STANDING_PEOPLE, POLICY_FIELD_MANAGER,
      POLICY_TYPE_STAFF_CHANGE },
    { "state", POL_ID_PERSON, POL_STANDING_PEOPLE, POLICY_FIELD_HOLDER_STATE,
      POLICY_TYPE_ACCOUNT_CHANGE },
    { "holder", POL_ID_ACCOUNT, POL_STANDING_ACCOUNTS, POLICY_FIELD_HOLDER,
      POLICY_TYPE_ACCOUNT_CHANGE },
    { "kind", POL_ID_ACCOUNT, POL_STANDING_ACCOUNTS, POLICY_FIELD_ACCOUNT_KIND,
      POLICY_TYPE_ACCOUNT_CHANGE },
    { "dept", POL_ID_ACCOUNT, POL_STANDING_ACCOUNTS, POLICY_FIELD_DEPT,
      POLICY_TYPE_STAFF_CHANGE },
    { "responsible", POL_ID_CONVERSATION, POL_STANDING_GROUPS,
      POLICY_FIELD_RESPONSIBLE, POLICY_TYPE_GROUP_CHANGE },
    { "group_kind", POL_ID_CONVERSATION, POL_STANDING_GROUPS,
      POLICY_FIELD_GROUP_KIND, POLICY_TYPE_GROUP_CHANGE },
    { "purpose", POL_ID_CONVERSATION, POL_STANDING_GROUPS, POLICY_FIELD_PURPOSE,
      POLICY_TYPE_GROUP_CHANGE },
};

policy_str pol_person_state(policy_str change)
{
    if (pol_str_is(change, "leave") || pol_str_is(change, "gone"))
        return POL_STR("left");
    if (pol_str_is(change, "join") || pol_str_is(change, "listed"))
        return POL_STR("active");
    if (pol_str_is(change, "move"))
        return POL_STR("moving");
    return POL_STR("");
}
