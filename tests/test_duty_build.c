/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Duties as they are compiled.
 */
#include "compile_cases.h"

static void test_reports_what_is_wrong(void)
{
    TREE_RUN(case_base, duty_cases, NULL);
}

static const pol_duty *duty_of(const pol_org *o, const char *id)
{
    for (size_t i = 0; o && i < o->duty_count; i++)
        if (pol_str_is(o->duties[i]->record->id, id))
            return o->duties[i];
    CHECK(false, "no duty %s", id);
    return NULL;
}

static const char all[] =
    "duty { id = \"report\", title = \"t\", reason = \"x\", owner = \"officer\",\n"
    "  within = \"3bd\", remind = { \"1h\", \"2bd\" }, grace = \"1bh\",\n"
    "  open = { on = \"incident\", key = \"incident\" },\n"
    "  done = { on = \"incident\", key = \"incident\" },\n"
    "  attest = { by = \"officer\", evidence = true, other_than = \"owner\" },\n"
    "  overdue = { verdict = \"warn\", again = \"7d\", tell = \"迟\",\n"
    "              escalate = { to = \"officer\", within = \"8bh\" } } }\n"
    "duty { id = \"push\", title = \"t\", reason = \"x\", owner = \"officer\",\n"
    "  period = \"month\", times = 12, unique = \"content_id\", done = { on = \"post\" },\n"
    "  overdue = { escalate = { to = \"officer\" } } }\n"
    "duty { id = \"own\", title = \"t\", reason = \"x\", each = \"officer\", every = \"7d\" }\n"
    "duty { id = \"off\", title = \"t\", reason = \"x\", mode = \"off\", owner = \"officer\",\n"
    "  every = \"7d\" }\n";

static void test_a_duty_is_what_was_written(void)
{
    struct tree t;
    const pol_org *o;
    const pol_duty *d;

    tree_begin(&t);
    tree_put(&t, "o/organisation.yaml", TREE_YAML "roles: { officer: [u1, u/2] }\n");
    tree_put(&t, "o/rules.lua", all);
    if (tree_compile_well(&t, "duties", 3) && (o = t.bundle->orgs[0])) {
        CHECK_INT_EQ("none that is off", o->duty_count, 6);
        d = duty_of(o, "o/report");
        if (d) {
            CHECK(d->within.count == 3 && d->within.unit == POL_SPAN_WORK_DAYS, "within");
            CHECK(d->remind_count == 2 && d->remind[0].count == 3600000 &&
                      d->remind[1].count == 2 &&
                      d->remind[1].unit == POL_SPAN_WORK_DAYS, "reminders");
            CHECK(d->grace.count == 1 && d->grace.unit == POL_SPAN_WORK_HOURS &&
                      d->again.count == 604800000, "times");
            CHECK(!d->timer && !d->stands && d->attested && d->evidence &&
                      d->not_owner, "attested");
            CHECK_STR_EQ("by", d->by, "officer");
            CHECK_STR_EQ("tell", d->face->tell.zh, "迟");
            CHECK_INT_EQ("verdict", d->face->verdict, POLICY_WARN);
            CHECK(d->escalated == duty_of(o, "o/report//escalated"), "escalated");
        }
        d = duty_of(o, "o/push");
        if (d)
            CHECK(d->stands && d->times == 12 && d->unique == POLICY_FIELD_CONTENT_ID &&
                      d->period == POL_PERIOD_MONTH && d->grace.count == 86400000, "a quota");
        d = duty_of(o, "o/push//escalated");
        if (d)
            CHECK(d->within.count == 3600000 && d->within.unit == POL_SPAN_MS,
                  "an hour by default");
        d = duty_of(o, "o/own/u%2F2");
        if (d) {
            CHECK(d->timer && d->record->key_count == 0, "a timer");
            CHECK_STR_EQ("whose", d->person, "u/2");
        }
    }
    tree_end(&t);
}

static void test_the_revision_knows_of_duties(void)
{
    char revisions[3][80] = { "" };

    for (int i = 0; i < 3; i++) {
        struct tree t;

        tree_begin(&t);
        tree_put(&t, "o/organisation.yaml", TREE_YAML "roles: { officer: [u1] }\n");
        tree_put(&t, "o/rules.lua",
                 i == 1 ? "duty { id = \"d\", title = \"t\", reason = \"x\", owner = \"officer\", every = \"8d\" }"
                        : "duty { id = \"d\", title = \"t\", reason = \"x\", owner = \"officer\", every = \"7d\" }");
        if (tree_compile_well(&t, "revision", 1))
            snprintf(revisions[i], sizeof(revisions[i]), "%s", t.bundle->revision);
        tree_end(&t);
    }
    CHECK_CSTR_EQ("the same", revisions[0], revisions[2]);
    CHECK(strcmp(revisions[0], revisions[1]) != 0, "another");
}

static const struct test_case tests[] = {
    { "reports what is wrong", test_reports_what_is_wrong },
    { "a duty is what was written", test_a_duty_is_what_was_written },
    { "the revision knows of duties", test_the_revision_knows_of_duties },
};

POLICY_TEST_MAIN("duty_build", tests)
