/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * WeCom records: the envelope, and who is behind its ids.
 *
 * Who is inside: members of the enterprise have ids that it chose; everybody
 * else has one that begins with `wm` or `wo`. The directory goes before that.
 */
#include "adapt/wecom.h"

#include <assert.h>

#include "base/error.h"
#include "base/slice.h"
#include "event/check.h"

uint64_t pol_wecom_pos(const pol_wecom *w, const pol_tree *t)
{
    return w->nested ? w->outer_pos : t->pos;
}

static bool is_one_of(policy_str s, const char *const *words, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++)
        if (pol_str_is(s, words[i]))
            return true;
    return false;
}

pol_wecom_who pol_wecom_who_is(const pol_wecom *w, policy_str id)
{
    static const char *const outside[] = { "family", "customer", "partner",
                                           "patient", "outsider" };
    const pol_account *a = pol_directory_account(w->directory, id);
    pol_wecom_who who = { .id = id, .account = id };
    bool stranger = pol_str_starts(id, POL_STR("wm")) ||
                    pol_str_starts(id, POL_STR("wo"));

    if (a && a->holder.len)
        who.id = a->holder;
    who.person = pol_directory_person(w->directory, who.id);
    who.kind = pol_str(stranger ? "outsider" : "unknown");
    who.outside = stranger;
    if (who.person && who.person->kind.len) {
        who.kind = who.person->kind;
        who.outside = is_one_of(who.kind, outside, 5);
    }
    /* An enterprise's own WeCom account is a work account by its nature. */
    who.account_kind = pol_str(who.outside ? "" : "work");
    if (a && a->kind.len)
        who.account_kind = a->kind;
    who.dept = who.person ? who.person->dept : POL_STR("");
    if (!who.dept.len && a)
        who.dept = a->dept;
    return who;
}

policy_status pol_wecom_put(pol_wecom *w, int32_t field, policy_str v,
                            uint64_t pos)
{
    const pol_field_use *u = pol_field_in(w->e->type, field);
    pol_value value = { .kind = POL_STR, .str = v };
    policy_status st = pol_check_str(field, u, v, &w->e->limits, pos, w->err);

    if (st != POLICY_OK)
        return st;
    if (u->kind == POL_KIND_ENUM)
        value.word = pol_word_find(v);
    pol_event_put(w->e, field, value);
    w->e->pos[field] = (uint32_t)pos;
    return POLICY_OK;
}

policy_status pol_wecom_put_word(pol_wecom *w, int32_t field, const char *word)
{
    return pol_wecom_put(w, field, pol_str(word), 0);
}

void pol_wecom_put_bool(pol_wecom *w, int32_t field, bool v)
{
    pol_event_put(w->e, field, (pol_value){ .kind = POL_BOOL, .i = v });
}

void pol_wecom_put_list(pol_wecom *w, int32_t field, const policy_str *items,
                        size_t count, uint64_t pos)
{
    pol_event_put(w->e, field,
                  (pol_value){ .kind = POL_LIST, .list = { items, count } });
    w->e->pos[field] = (uint32_t)pos;
}

static policy_status missing(pol_wecom *w, const pol_tree *object,
                             const char *key)
{
    return pol_error_at(w->err, POLICY_EINPUT, pol_wecom_pos(w, object),
                        "record-missing", "the record lacks “%s”", key);
}

policy_status pol_wecom_id(pol_wecom *w, const pol_tree *object,
                           const char *key, bool required, policy_str *out)
{
    const pol_tree *t = pol_tree_get(object, key);

    *out = POL_STR("");
    if (!t || t->kind == POL_JSON_NULL)
        return required ? missing(w, object, key) : POLICY_OK;
    if (t->kind != POL_JSON_STRING && t->kind != POL_JSON_NUMBER)
        return pol_error_at(w->err, POLICY_EINPUT, pol_wecom_pos(w, t),
                            "record-kind", "“%s” must be a string", key);
    if (t->text.len > POL_ID_MAX || t->lone_surrogate || !pol_id_clean(t->text))
        return pol_error_at(w->err, POLICY_EINPUT, pol_wecom_pos(w, t),
                            "id-bytes", "“%s” must be an id of at most %d "
                            "bytes of UTF-8 without controls", key, POL_ID_MAX);
    *out = t->text;
    return t->text.len || !required ? POLICY_OK : missing(w, object, key);
}

/* Milliseconds, as a number or as its digits. */
static policy_status read_time(pol_wecom *w, const char *key)
{
    const pol_tree *t = pol_tree_get(w->root, key);

    if (!t)
        return missing(w, w->root, key);
    w->time_pos = t->pos;
    if ((t->kind != POL_JSON_NUMBER && t->kind != POL_JSON_STRING) ||
        !pol_json_int(t->text, &w->time) || !pol_time_in_range(w->time, 0))
        return pol_error_at(w->err, POLICY_EINPUT, t->pos, "record-time",
                            "“%s” must be milliseconds since 1970", key);
    return POLICY_OK;
}

policy_status pol_wecom_begin(pol_wecom *w, const char *type, policy_str id)
{
    policy_event *e = w->e;
    policy_status st;

    policy_event_reset(e);
    w->link_count = 0;
    pol_event_put(e, POLICY_FIELD_TYPE,
                  (pol_value){ .kind = POL_STR, .str = pol_str(type),
                               .word = pol_word_find(pol_str(type)) });
    st = pol_wecom_put(w, POLICY_FIELD_ID, id, w->msgid_pos);
    if (st == POLICY_OK)
        st = pol_wecom_put(w, POLICY_FIELD_ORG, w->org, 0);
    if (st == POLICY_OK)
        st = pol_wecom_put_word(w, POLICY_FIELD_SOURCE, "wecom");
    if (st == POLICY_OK)
        st = pol_wecom_put_word(w, POLICY_FIELD_PLATFORM, "wecom");
    if (st != POLICY_OK)
        return st;
    pol_event_put(e, POLICY_FIELD_TIME,
                  (pol_value){ .kind = POL_TIME, .i = w->time });
    e->pos[POLICY_FIELD_TIME] = (uint32_t)w->time_pos;
    /* An archive tells what has happened. */
    return pol_wecom_put_word(w, POLICY_FIELD_PHASE, "done");
}

static policy_status put_roles(pol_wecom *w, const pol_person *p, uint64_t pos)
{
    size_t count;
    const policy_str *roles = pol_person_roles(p, &w->e->arena, &count);

    if (!roles)
        return pol_arena_error(&w->e->arena, sizeof(*roles) *
                                                 (p->role_count + 1), w->err);
    if (count)
        pol_wecom_put_list(w, POLICY_FIELD_ACTOR_ROLES, roles, count, pos);
    return POLICY_OK;
}

policy_status pol_wecom_actor(pol_wecom *w, const pol_tree *id)
{
    pol_wecom_who who = pol_wecom_who_is(w, id->text);
    uint64_t pos = pol_wecom_pos(w, id);
    policy_status st = pol_wecom_put(w, POLICY_FIELD_ACTOR, who.id, pos);

    if (st == POLICY_OK)
        st = pol_wecom_put(w, POLICY_FIELD_ACCOUNT, who.account, pos);
    if (st == POLICY_OK && who.account_kind.len)
        st = pol_wecom_put(w, POLICY_FIELD_ACCOUNT_KIND, who.account_kind, pos);
    if (st == POLICY_OK && who.dept.len)
        st = pol_wecom_put(w, POLICY_FIELD_ACTOR_DEPT, who.dept, pos);
    if (st == POLICY_OK && who.person)
        st = put_roles(w, who.person, pos);
    return st;
}

void pol_wecom_emit(pol_wecom *w)
{
    assert(pol_event_check(w->e, NULL) == POLICY_OK);
    if (!w->stopped)
        w->stopped = w->on_event(w->user, w->e) != 0;
}

policy_status pol_wecom_unknown(pol_wecom *w)
{
    policy_status st = pol_wecom_begin(w, "message", w->msgid);

    if (st != POLICY_OK)
        return st;
    w->e->unknown_kind = true;
    pol_wecom_emit(w);
    return POLICY_OK;
}

/*
 * Three shapes: a message has `msgtype`, a change of a group has `event`, and
 * a member who switched to another enterprise leaves `action` = "switch" with
 * nothing to judge in it: the one kind of record that makes no event.
 */
static policy_status read_record(pol_wecom *w)
{
    const pol_tree *event = pol_tree_get(w->root, "event");
    const pol_tree *action = pol_tree_get(w->root, "action");
    const pol_tree *id;
    policy_status st;

    if (w->root->kind != POL_JSON_OBJECT)
        return pol_error_at(w->err, POLICY_EINPUT, w->root->pos,
                            "record-object", "a record must be a JSON object");
    if ((st = pol_wecom_id(w, w->root, "msgid", true, &w->msgid)) != POLICY_OK)
        return st;
    id = pol_tree_get(w->root, "msgid");
    w->msgid_pos = id->pos;
    if (action && action->kind == POL_JSON_STRING &&
        pol_str_is(action->text, "switch"))
        return read_time(w, "time");
    st = read_time(w, event ? "time" : "msgtime");
    if (st != POLICY_OK)
        return st;
    return event ? pol_wecom_group(w) : pol_wecom_message(w);
}

static policy_status read_wecom(pol_wecom *w, policy_str record)
{
    policy_event *e = w->e;
    policy_status st;

    pol_arena_reset(&e->record);
    w->depth = (uint32_t)(e->limits.json_depth < 1024 ? e->limits.json_depth :
                                                        1024);
    st = pol_tree_read(&w->root, record, w->depth, &e->record, w->err);
    return st == POLICY_OK ? read_record(w) : st;
}

policy_status policy_adapter_read(int32_t adapter, policy_str record,
                                  const char *org, const policy_directory *d,
                                  policy_event *e,
                                  int (*on_event)(void *user, policy_event *e),
                                  void *user, policy_error *err)
{
    policy_error own = POLICY_ERROR_INIT;
    pol_wecom w = { .e = e, .org = pol_str(org), .directory = d,
                    .on_event = on_event, .user = user };
    policy_status st;

    w.err = err && err->size >= sizeof(*err) ? err : &own;
    w.err->status = POLICY_OK;
    if (adapter != POLICY_ADAPTER_WECOM)
        return pol_error_set(w.err, POLICY_EMISUSE, "adapter-unknown",
                             "there is no adapter %ld", (long)adapter);
    if (!e || !on_event)
        return pol_error_set(w.err, POLICY_EMISUSE, "misuse",
                             "`e` and `on_event` must not be NULL");
    policy_event_reset(e);
    if (record.len > e->limits.event_bytes)
        return pol_error_limit(w.err, "event_bytes", e->limits.event_bytes);
    st = read_wecom(&w, record);
    if (st != POLICY_OK)
        policy_event_reset(e); /* never half an event */
    return st;
}
