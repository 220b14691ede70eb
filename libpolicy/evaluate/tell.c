/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Filling in the message to the sender.
 */
#include "evaluate/tell.h"

#include "base/buffer.h"
#include "base/error.h"
#include "base/slice.h"

static void put_articles(pol_buf *b, const pol_rule *rule, bool zh)
{
    for (size_t i = 0; i < rule->cite_count; i++) {
        if (i)
            pol_buf_text(b, zh ? "、" : ", ");
        pol_buf_text(b, "《");
        pol_buf_str(b, rule->cites[i].title);
        pol_buf_text(b, "》");
        pol_buf_str(b, rule->cites[i].article);
    }
    if (rule->cite_count == 0)
        pol_buf_str(b, rule->reason);
}

static void put_due(pol_buf *b, const pol_evaluation *v, const pol_rule *rule)
{
    int64_t due = v->now + rule->escalate.within;
    char text[40];

    if (!rule->escalate.set)
        return;
    pol_buf_str(b, (policy_str){ text,
                                 pol_time_write(text, due, pol_zone_offset(
                                     &v->org->config.calendar.zone, due)) });
}

static size_t put_place(pol_buf *b, const pol_evaluation *v,
                        const pol_rule *rule, policy_str rest, bool zh)
{
    if (pol_str_starts(rest, POL_STR("{article}"))) {
        put_articles(b, rule, zh);
        return strlen("{article}");
    }
    if (pol_str_starts(rest, POL_STR("{due}"))) {
        put_due(b, v, rule);
        return strlen("{due}");
    }
    pol_buf_char(b, '{');
    return 1;
}

/* The text with its places filled in, as far as `room` goes; its whole length. */
static size_t fill(char *to, size_t room, const pol_evaluation *v,
                   const pol_rule *rule, policy_str text, bool zh)
{
    pol_buf b;

    pol_buf_init_fixed(&b, to, room);
    for (size_t i = 0; i < text.len;) {
        policy_str rest = { text.ptr + i, text.len - i };

        if (text.ptr[i] == '{') {
            i += put_place(&b, v, rule, rest, zh);
        } else {
            pol_buf_char(&b, text.ptr[i]);
            i++;
        }
    }
    return b.len;
}

policy_str pol_tell(pol_evaluation *v, const pol_rule *rule, policy_str text,
                    bool zh)
{
    size_t len;
    char *to;

    if (text.len == 0 || !memchr(text.ptr, '{', text.len))
        return text;
    len = fill(NULL, 0, v, rule, text, zh);
    to = pol_arena_alloc(&v->s->arena, len);
    if (!to) {
        v->status = pol_error_oom(v->err);
        return (policy_str){ "", 0 };
    }
    fill(to, len, v, rule, text, zh);
    return (policy_str){ to, len };
}
