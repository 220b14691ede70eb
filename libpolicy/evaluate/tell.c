/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Filling in the message to the sender.
 */
#include "evaluate/tell.h"

#include "base/buffer.h"
#include "base/error.h"
#include "base/slice.h"
#include "rule/standing.h"

typedef struct telling {
    pol_evaluation *v;
    const pol_rule *rule;
    const pol_judgement *j;
} telling;

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

static void put_due(pol_buf *b, const pol_evaluation *v, const pol_rule *rule,
                    const pol_judgement *j)
{
    int64_t due = j->due ? j->due
                         : pol_calendar_add(&v->org->config.calendar, v->now,
                                            rule->escalate.within);
    char text[40];

    if (!j->due && !rule->escalate.set)
        return;
    pol_buf_str(b, (policy_str){ text,
                                 pol_time_write(text, due, pol_zone_offset(
                                     &v->org->config.calendar.zone, due)) });
}

/* --- what a gate lacks */

typedef struct missing {
    pol_buf *b;
    pol_evaluation *v;
    const pol_rule *rule;
    const char *between;
    bool zh, names; /* names: as rules write them */
} missing;

static void put_words(pol_buf *b, const char *name)
{
    for (; *name; name++)
        pol_buf_char(b, *name == '_' ? ' ' : *name);
}

/* As the rule names it: what is its own regulation's has no more than an id. */
static policy_str memory_name(const missing *m, const pol_known *k)
{
    size_t own = strcspn(m->rule->id, "/") + 1;
    policy_str id = pol_known_name(k);

    return id.len > own && memcmp(id.ptr, m->rule->id, own) == 0
               ? (policy_str){ id.ptr + own, id.len - own } : id;
}

static void put_memory(const missing *m, pol_buf *b, const pol_known *k)
{
    size_t i = 0;

    while (!m->names && i < POL_STANDING_COUNT && k->record != &pol_standing[i])
        i++;
    if (m->names || i == POL_STANDING_COUNT)
        pol_buf_str(b, memory_name(m, k));
    else
        pol_buf_text(b, m->zh ? pol_standing_names[i].zh
                              : pol_standing_names[i].en);
}

static void put_field(const missing *m, pol_buf *b, const pol_cond *c)
{
    const char *name = pol_fields[c->field].name;

    if (m->names)
        pol_buf_text(b, name);
    else if (m->zh)
        pol_buf_text(b, pol_fields[c->field].zh);
    else
        put_words(b, name);
    if (c->attribute && m->names) {
        pol_buf_char(b, '.');
        pol_buf_text(b, pol_attributes[c->attribute].name);
    }
}

/* What of the caller's bytes was written; `len` counts the rest, too. */
static policy_str written(const pol_buf *b)
{
    policy_str all = { b->ptr, b->len < b->cap ? b->len : b->cap };

    return pol_str_cut(all, b->cap);
}

static bool is_listed(const missing *m, policy_str name)
{
    policy_str list = written(m->b);
    size_t gap = strlen(m->between), from = 0, at;

    for (at = 0; at <= list.len; at++) {
        bool ends = at == list.len;

        if (!ends && (list.len - at < gap ||
                      memcmp(list.ptr + at, m->between, gap) != 0))
            continue;
        if (at > from &&
            pol_str_eq((policy_str){ list.ptr + from, at - from }, name))
            return true;
        from = at + gap;
    }
    return false;
}

/* Once, however many tests ask for it. */
static void put_leaf(const missing *m, const pol_cond *c)
{
    char text[512];
    policy_str name;
    pol_buf b;

    pol_buf_init_fixed(&b, text, sizeof(text));
    if (c->op == POL_COND_KNOWN || c->op == POL_COND_UNKNOWN)
        put_memory(m, &b, c->known);
    else if (c->fact.len)
        pol_buf_str(&b, c->fact);
    else
        put_field(m, &b, c);
    name = written(&b);
    if (is_listed(m, name))
        return;
    if (m->b->len)
        pol_buf_text(m->b, m->between);
    pol_buf_str(m->b, name);
}

/* The tests that are not true, in their order. */
static void put_missing(const missing *m, const pol_cond *c)
{
    if (pol_cond_eval(c, &m->v->view, NULL) == POL_TRUE)
        return;
    if (c->op > POL_COND_NONE)
        put_leaf(m, c);
    for (size_t i = 0; c->op < POL_COND_NONE && i < c->kid_count; i++)
        put_missing(m, &c->kids[i]);
    /* Of `none` it is what is true that is in the way. */
    for (size_t i = 0; c->op == POL_COND_NONE && i < c->kid_count; i++)
        if (c->kids[i].op > POL_COND_NONE)
            put_leaf(m, &c->kids[i]);
}

static void put_lacking(pol_buf *b, pol_evaluation *v, const pol_rule *rule,
                        bool zh, bool names)
{
    char text[512];
    pol_buf own;
    missing m = { &own, v, rule, names ? " " : zh ? "、" : ", ", zh, names };

    /* In a buffer of its own, so that it knows where it begins. */
    pol_buf_init_fixed(&own, text, sizeof(text));
    if (rule->requires)
        put_missing(&m, rule->requires);
    pol_buf_str(b, written(&own));
}

policy_str pol_missing(pol_evaluation *v, const pol_rule *rule)
{
    char text[512];
    pol_buf b;
    policy_str s;

    if (!rule->requires)
        return (policy_str){ "", 0 };
    pol_buf_init_fixed(&b, text, sizeof(text));
    put_lacking(&b, v, rule, false, true);
    s = pol_arena_dup(&v->s->arena, (policy_str){ text, b.len });
    if (s.ptr)
        return s;
    v->status = pol_error_oom(v->err);
    return (policy_str){ "", 0 };
}

/* --- places */

static void put_article_place(pol_buf *b, const telling *t, bool zh)
{
    put_articles(b, t->rule, zh);
}

static void put_due_place(pol_buf *b, const telling *t, bool zh)
{
    (void)zh;
    put_due(b, t->v, t->rule, t->j);
}

static void put_count_place(pol_buf *b, const telling *t, bool zh)
{
    (void)zh;
    if (t->rule->count)
        pol_buf_int(b, t->j->amount);
}

static void put_limit_place(pol_buf *b, const telling *t, bool zh)
{
    (void)zh;
    if (t->rule->count)
        pol_buf_int(b, t->rule->count->more_than);
}

static void put_missing_place(pol_buf *b, const telling *t, bool zh)
{
    put_lacking(b, t->v, t->rule, zh, false);
}

/* ORDER TELL: compile/rule_build.c warns of others. */
static const struct place {
    const char *name;
    void (*put)(pol_buf *b, const telling *t, bool zh);
} places[] = {
    { "{article}", put_article_place }, { "{count}", put_count_place },
    { "{due}", put_due_place },         { "{limit}", put_limit_place },
    { "{missing}", put_missing_place },
};

static size_t put_place(pol_buf *b, const telling *t, policy_str rest, bool zh)
{
    for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++)
        if (pol_str_starts(rest, pol_str(places[i].name))) {
            places[i].put(b, t, zh);
            return strlen(places[i].name);
        }
    pol_buf_char(b, '{');
    return 1;
}

/* The text with its places filled in, as far as `room` goes; its whole length. */
static size_t fill(char *to, size_t room, const telling *t, policy_str text,
                   bool zh)
{
    pol_buf b;

    pol_buf_init_fixed(&b, to, room);
    for (size_t i = 0; i < text.len;) {
        policy_str rest = { text.ptr + i, text.len - i };

        if (text.ptr[i] == '{') {
            i += put_place(&b, t, rest, zh);
        } else {
            pol_buf_char(&b, text.ptr[i]);
            i++;
        }
    }
    return b.len;
}

policy_str pol_tell(pol_evaluation *v, const pol_rule *rule,
                    const pol_judgement *j, policy_str text, bool zh)
{
    telling t = { v, rule, j };
    size_t len;
    char *to;

    if (text.len == 0 || !memchr(text.ptr, '{', text.len))
        return text;
    len = fill(NULL, 0, &t, text, zh);
    to = pol_arena_alloc(&v->s->arena, len);
    if (!to) {
        v->status = pol_error_oom(v->err);
        return (policy_str){ "", 0 };
    }
    fill(to, len, &t, text, zh);
    return (policy_str){ to, len };
}
