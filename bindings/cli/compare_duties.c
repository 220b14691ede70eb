/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A duty is known by its id, which says by what it was opened and when, and by
 * what became of it; a proposal by its id, which names the event.
 */
#include <stdlib.h>
#include <time.h>

#include "compare_duties.h"
#include "mask.h"

const char *cli_duty_change(enum cli_language language, int32_t change)
{
    /* ORDER DUTY */
    static const enum cli_message texts[] = {
        CLI_DUTY_OPENED, CLI_DUTY_DONE, CLI_DUTY_REMINDED, CLI_DUTY_OVERDUE,
        CLI_DUTY_RETIRED
    };

    if (change < 0 || (size_t)change >= sizeof(texts) / sizeof(texts[0]))
        return "?";
    return cli_message(language, texts[change]);
}

void cli_due_text(char text[CLI_DUE_BYTES], int64_t due)
{
    time_t seconds = (time_t)(due / 1000 - (due % 1000 < 0));
    struct tm day;

    if (!gmtime_r(&seconds, &day) ||
        !strftime(text, CLI_DUE_BYTES, "%Y-%m-%dT%H:%M:%SZ", &day))
        text[0] = 0;
}

static void put_due(int64_t due)
{
    char text[CLI_DUE_BYTES];

    cli_due_text(text, due);
    if (*text)
        cli_json_member(stdout, true, "due", cli_str(text));
}

static void put_duty(const char *key, const policy_duty *d)
{
    if (!d)
        return;
    printf(",\"%s\":{", key);
    put_due(d->due);
    cli_json_member(stdout, false, "who", d->who);
    putchar('}');
}

static policy_str kind_of(const void *before, const void *after)
{
    return cli_str(before && after ? "changed" : after ? "came" : "went");
}

void cli_json_duty(const policy_duty *before, const policy_duty *after)
{
    const policy_duty *d = after ? after : before;

    putchar('{');
    cli_json_member(stdout, true, "duty", cli_str(d->rule));
    cli_json_member(stdout, false, "id", d->id);
    cli_json_member(stdout, false, "outcome",
                    cli_str(cli_duty_change(CLI_EN, d->change)));
    cli_json_member(stdout, false, "change", kind_of(before, after));
    put_duty("before", before);
    put_duty("after", after);
    putchar('}');
}

static void put_proposal(const char *key, const policy_proposal *p)
{
    if (!p)
        return;
    printf(",\"%s\":{", key);
    cli_json_member(stdout, true, "step", cli_str(p->step));
    cli_json_member(stdout, false, "kind", cli_str(p->kind));
    cli_json_member(stdout, false, "why", p->why);
    putchar('}');
}

void cli_json_proposal(const policy_proposal *before,
                       const policy_proposal *after)
{
    const policy_proposal *p = after ? after : before;

    putchar('{');
    cli_json_member(stdout, true, "ladder", cli_str(p->ladder));
    cli_json_member(stdout, false, "id", p->id);
    cli_json_member(stdout, false, "track", cli_str(p->track));
    cli_json_member(stdout, false, "person", p->person);
    cli_json_member(stdout, false, "change", kind_of(before, after));
    put_proposal("before", before);
    put_proposal("after", after);
    putchar('}');
}

static void add(struct cli_string *out, const struct cli *c, policy_str s)
{
    if (c->clear)
        cli_string_add(out, s);
    else
        cli_mask_digits(out, s);
}

void cli_duty_sample(struct cli_string *out, const struct cli *c,
                     const policy_duty *d)
{
    add(out, c, d->id);
    if (!d->who.len)
        return;
    cli_string_adds(out, " · ");
    add(out, c, d->who);
}

void cli_proposal_sample(struct cli_string *out, const struct cli *c,
                         const policy_proposal *p)
{
    add(out, c, p->person);
    cli_string_adds(out, " · ");
    cli_string_adds(out, p->step);
}
