/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changes of groups: {"event":"change_external_chat", …}, one event a member. A
 * new group is one event of its own, so that what has to be approved once is
 * asked for once, and then one a member who was brought in.
 */
#include "adapt/wecom.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/slice.h"

/* The callback's change_type and update_detail as words of the schema. */
static const struct {
    const char *type, *detail, *change;
    bool members; /* one event for each of them */
} changes[] = {
    { "create", NULL, "invite", true },
    { "dismiss", NULL, "dissolve", false },
    { "update", "add_member", "invite", true },
    { "update", "del_member", "leave", true },
    { "update", "change_owner", "owner", true },
    /* The name and the notice are what the members are told it is for. */
    { "update", "change_name", "purpose", false },
    { "update", "change_notice", "purpose", false }
};

typedef struct change {
    const char *word;  /* NULL: not known */
    bool members;
} change;

static change find_change(policy_str type, policy_str detail)
{
    size_t i;

    for (i = 0; i < sizeof(changes) / sizeof(changes[0]); i++)
        if (pol_str_is(type, changes[i].type) &&
            (!changes[i].detail || pol_str_is(detail, changes[i].detail)))
            return (change){ changes[i].change, changes[i].members };
    return (change){ NULL, false };
}

/* What a group is named is what its members are told it is for, once somebody
 * changes it; a purpose that was registered stands in the directory. */
static policy_status put_name(pol_wecom *w, const char *word)
{
    const pol_tree *name = pol_tree_get(w->root, "name");

    if (!name || name->kind != POL_JSON_STRING)
        return POLICY_OK;
    w->e->lone_surrogate |= name->lone_surrogate;
    if (word && strcmp(word, "purpose") == 0)
        return pol_wecom_put(w, POLICY_FIELD_PURPOSE, name->text, name->pos);
    return pol_event_push_part(w->e, POL_STR("name"), name->text, name->pos,
                               w->err);
}

static policy_status put_group(pol_wecom *w, policy_str chat)
{
    const pol_group *g = pol_directory_group(w->directory, chat);
    uint64_t pos = pol_tree_get(w->root, "chat_id")->pos;
    policy_status st = pol_wecom_put(w, POLICY_FIELD_GROUP, chat, pos);

    if (st == POLICY_OK)
        st = pol_wecom_put(w, POLICY_FIELD_GROUP_KIND,
                           g && g->kind.len ? g->kind : POL_STR("unknown"),
                           pos);
    if (st == POLICY_OK && g && g->responsible.len)
        st = pol_wecom_put(w, POLICY_FIELD_RESPONSIBLE, g->responsible, pos);
    if (st == POLICY_OK && g && g->purpose.len)
        st = pol_wecom_put(w, POLICY_FIELD_PURPOSE, g->purpose, pos);
    return st;
}

/* "m1" alone, "m1#2" as one of several: (source, id) names one event. */
static policy_status event_id(pol_wecom *w, size_t number, policy_str *out)
{
    char digits[24];
    int len = snprintf(digits, sizeof(digits), "#%zu", number);
    policy_str id = w->msgid;
    char *p;

    *out = id;
    if (!number)
        return POLICY_OK;
    p = pol_arena_alloc(&w->e->record, id.len + (size_t)len);
    if (!p)
        return pol_arena_error(&w->e->record, id.len + (size_t)len, w->err);
    memcpy(p, id.ptr, id.len);
    memcpy(p + id.len, digits, (size_t)len);
    *out = (policy_str){ p, id.len + (size_t)len };
    return POLICY_OK;
}

/* Whoever adds or removes himself joins or leaves; the archive's `add_member`
 * does not tell the two apart, its operator does. */
static const char *word_for(change c, const pol_tree *operator,
                            const pol_tree *member)
{
    if (c.word && strcmp(c.word, "invite") == 0 && operator && member &&
        pol_str_eq(operator->text, member->text))
        return "join";
    return c.word;
}

static policy_status one_event(pol_wecom *w, change c, policy_str chat,
                               const pol_tree *member, size_t number)
{
    const pol_tree *operator = pol_tree_get(w->root, "operator");
    const char *word = word_for(c, operator, member);
    policy_str id;
    policy_status st;

    if (operator && operator->text.len == 0)
        operator = NULL;
    if ((st = event_id(w, number, &id)) != POLICY_OK ||
        (st = pol_wecom_begin(w, "group_change", id)) != POLICY_OK ||
        (operator && (st = pol_wecom_actor(w, operator)) != POLICY_OK) ||
        (st = put_group(w, chat)) != POLICY_OK ||
        (!member && (st = put_name(w, word)) != POLICY_OK))
        return st;
    if (word)
        st = pol_wecom_put_word(w, POLICY_FIELD_CHANGE, word);
    w->e->unknown_kind = !word;
    if (st == POLICY_OK && member) {
        pol_wecom_who who = pol_wecom_who_is(w, member->text);

        st = pol_wecom_put(w, POLICY_FIELD_MEMBER, who.id, member->pos);
        if (st == POLICY_OK)
            st = pol_wecom_put(w, POLICY_FIELD_MEMBER_KIND, who.kind,
                               member->pos);
    }
    if (st == POLICY_OK)
        pol_wecom_emit(w);
    return st;
}

/* Each an id; how many. */
static policy_status check_members(pol_wecom *w, const pol_tree *members,
                                   size_t *count)
{
    const pol_tree *m;

    *count = 0;
    if (!members || members->kind == POL_JSON_NULL)
        return POLICY_OK;
    if (members->kind != POL_JSON_ARRAY)
        return pol_error_at(w->err, POLICY_EINPUT, members->pos, "record-kind",
                            "“members” must be an array of ids");
    for (m = members->child; m; m = m->next, ++*count) {
        if (m->kind != POL_JSON_STRING || m->lone_surrogate || !m->text.len)
            return pol_error_at(w->err, POLICY_EINPUT, m->pos, "record-kind",
                                "a member must be an id");
        if (*count >= w->e->limits.list_items)
            return pol_error_at(w->err, POLICY_ELIMIT, m->pos, "limit",
                                "more members than the limit list_items (%llu)",
                                (unsigned long long)w->e->limits.list_items);
    }
    return POLICY_OK;
}

policy_status pol_wecom_group(pol_wecom *w)
{
    const pol_tree *members = pol_tree_get(w->root, "members"), *m = NULL;
    policy_str event, chat, type, detail, operator;
    policy_status st;
    size_t count, i = 0;
    change c;

    if ((st = pol_wecom_id(w, w->root, "event", true, &event)) != POLICY_OK)
        return st;
    if (!pol_str_is(event, "change_external_chat"))
        return pol_wecom_unknown(w);
    if ((st = pol_wecom_id(w, w->root, "chat_id", true, &chat)) != POLICY_OK ||
        (st = pol_wecom_id(w, w->root, "change_type", true, &type)) !=
            POLICY_OK ||
        (st = pol_wecom_id(w, w->root, "update_detail", false, &detail)) !=
            POLICY_OK ||
        (st = pol_wecom_id(w, w->root, "operator", false, &operator)) !=
            POLICY_OK ||
        (st = check_members(w, members, &count)) != POLICY_OK)
        return st;
    c = find_change(type, detail);
    if (pol_str_is(type, "create")) {
        st = one_event(w, (change){ "create", false }, chat, NULL, 0);
        if (!count)
            return st;
        count++; /* its own id is taken */
    }
    if (c.members && count)
        m = members->child;
    while (st == POLICY_OK && !w->stopped) {
        st = one_event(w, c, chat, m, m && count > 1 ? ++i : 0);
        m = m ? m->next : NULL;
        if (!m)
            break;
    }
    return st;
}
