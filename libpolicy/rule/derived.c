/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Derived fields (rule-language, "derived"): each is a pure function of the
 * event and the organisation's calendar; `flags` of the texts as folded, which
 * who folded them has left in the view. `hosts` are looked for when they are
 * asked for, which is seldom.
 */
#include "rule/derived.h"

#include "base/hash.h"
#include "base/json.h"
#include "base/slice.h"
#include "match/detect.h"

enum { MINUTE_MS = 60000 };

void pol_view_init(pol_view *view, const policy_event *e,
                   const pol_calendar *calendar, pol_arena *arena,
                   pol_folded *scratch)
{
    view->event = e;
    view->calendar = calendar;
    view->arena = arena;
    view->scratch = scratch;
    view->flags = 0;
    view->past = NULL;
    view->past_user = NULL;
    view->record = NULL;
    view->status = POLICY_OK;
    memset(view->known, 0, sizeof(view->known));
}

static pol_value boolean(bool b)
{
    return (pol_value){ .kind = POL_BOOL, .i = b };
}

static bool is_outside(policy_str kind)
{
    return !pol_str_is(kind, "staff") && !pol_str_is(kind, "pupil");
}

static pol_value is_public(const policy_event *e)
{
    const pol_value *v = pol_event_value(e, POLICY_FIELD_AUDIENCE);

    if (e->type != POLICY_TYPE_POST || v->kind != POL_STR)
        return (pol_value){ .kind = POL_ABSENT };
    return boolean(pol_str_is(v->str, "public"));
}

/* Somebody who is neither staff nor pupil reads it. Who reads a post is known
 * by its audience only. */
static pol_value external(const policy_event *e)
{
    const pol_value *v = pol_event_value(e, e->type == POLICY_TYPE_DATA_USE
                                                ? POLICY_FIELD_RECIPIENT_KIND
                                                : POLICY_FIELD_RECIPIENT_KINDS);

    if (e->type == POLICY_TYPE_POST)
        return is_public(e);
    if (v->kind == POL_STR)
        return boolean(is_outside(v->str));
    if (v->kind != POL_LIST)
        return (pol_value){ .kind = POL_ABSENT };
    for (size_t i = 0; i < v->list.count; i++)
        if (is_outside(v->list.items[i]))
            return boolean(true);
    return boolean(false);
}

static pol_value forwarded(const policy_event *e)
{
    const pol_value *v;

    if (e->type == POLICY_TYPE_POST) {
        v = pol_event_value(e, POLICY_FIELD_REPOST_OF);
        return boolean(v->kind == POL_STR && v->str.len > 0);
    }
    if (e->type == POLICY_TYPE_FILE_TRANSFER) {
        v = pol_event_value(e, POLICY_FIELD_OPERATION);
        if (v->kind == POL_STR)
            return boolean(pol_str_is(v->str, "forward"));
    }
    return (pol_value){ .kind = POL_ABSENT };
}

static pol_value at_work(const pol_view *view, bool hours)
{
    const pol_value *t = pol_event_value(view->event, POLICY_FIELD_TIME);

    if (t->kind != POL_TIME)
        return (pol_value){ .kind = POL_ABSENT };
    return boolean(hours ? pol_calendar_work_hours(view->calendar, t->i)
                         : pol_calendar_work_day(view->calendar, t->i));
}

static pol_value minutes(const policy_event *e)
{
    const pol_value *from = pol_event_value(e, POLICY_FIELD_STARTED);
    const pol_value *to = pol_event_value(e, POLICY_FIELD_ENDED);

    if (from->kind != POL_TIME || to->kind != POL_TIME || to->i < from->i)
        return (pol_value){ .kind = POL_ABSENT };
    return (pol_value){ .kind = POL_INT, .i = (to->i - from->i) / MINUTE_MS };
}

/* What can be reviewed or removed: comment, content, app@version, else the event. */
static pol_value thing(pol_view *view)
{
    static const int32_t ids[] = { POLICY_FIELD_COMMENT_ID,
                                   POLICY_FIELD_CONTENT_ID };
    const pol_value *app = pol_event_value(view->event, POLICY_FIELD_APP);
    const pol_value *version = pol_event_value(view->event, POLICY_FIELD_VERSION);

    for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++) {
        const pol_value *v = pol_event_value(view->event, ids[i]);

        if (v->kind == POL_STR)
            return *v;
    }
    if (app->kind == POL_STR && version->kind == POL_STR) {
        size_t len = app->str.len + 1 + version->str.len;
        char *s = pol_arena_alloc(view->arena, len);

        if (!s) {
            view->status = POLICY_ENOMEM;
            return (pol_value){ .kind = POL_ABSENT };
        }
        memcpy(s, app->str.ptr, app->str.len);
        s[app->str.len] = '@';
        memcpy(s + app->str.len + 1, version->str.ptr, version->str.len);
        return (pol_value){ .kind = POL_STR, .str = { s, len } };
    }
    return *pol_event_value(view->event, POLICY_FIELD_ID);
}

static void add_part(pol_sha256 *h, policy_str name, policy_str bytes)
{
    pol_sha256_field(h, name);
    pol_sha256_field(h, bytes);
}

/* SHA-256 over all text, attachments and the file's digest. */
static pol_value content_digest(pol_view *view)
{
    const policy_event *e = view->event;
    const pol_value *attachments = pol_event_value(e, POLICY_FIELD_ATTACHMENTS);
    const pol_value *digest = pol_event_value(e, POLICY_FIELD_DIGEST);
    size_t count = pol_event_texts(e, NULL, 0);
    pol_event_text *texts = pol_arena_new(view->arena, pol_event_text, count + 1);
    char *hex = pol_arena_alloc(view->arena, 65);
    uint8_t sum[32];
    pol_sha256 h;

    if (!texts || !hex) {
        view->status = POLICY_ENOMEM;
        return (pol_value){ .kind = POL_ABSENT };
    }
    pol_sha256_init(&h);
    pol_event_texts(e, texts, count);
    /* A name before each, since an attachment must not pass for a text. */
    for (size_t i = 0; i < count; i++)
        add_part(&h, POL_STR("text"), texts[i].text);
    for (size_t i = 0; attachments->kind == POL_LIST && i < attachments->list.count; i++)
        add_part(&h, POL_STR("attachment"), attachments->list.items[i]);
    if (digest->kind == POL_STR)
        add_part(&h, POL_STR("file"), digest->str);
    pol_sha256_done(&h, sum);
    pol_hex(hex, sum);
    return (pol_value){ .kind = POL_STR, .str = { hex, 64 } };
}

/* A list, whatever the type: empty where nothing is odd. */
static pol_value flags(pol_view *view)
{
    pol_value v = { .kind = POL_LIST };
    policy_str *items = pol_arena_new(view->arena, policy_str,
                                      (size_t)__builtin_popcount(view->flags) + 1);

    if (!items) {
        view->status = POLICY_ENOMEM;
        return (pol_value){ .kind = POL_ABSENT };
    }
    v.list.items = items;
    for (unsigned bit = 0; pol_flag_name(bit).len; bit++)
        if (view->flags >> bit & 1)
            items[v.list.count++] = pol_flag_name(bit);
    return v;
}

/* The hosts of one text after the other; NULL items: only how many. */
typedef struct host_list {
    pol_view *view;
    policy_str *items;
    size_t count;
} host_list;

static int on_address(void *user, const pol_detection *d)
{
    host_list *l = user;
    char host[POL_URL_HOST_MAX];
    policy_str s = { host, 0 };

    if (l->items) {
        (void)pol_url_host(host, sizeof(host), &s.len, l->view->scratch,
                           d->start, d->end); /* the room is enough */
        s = pol_arena_dup(l->view->arena, s);
        if (!s.ptr) {
            l->view->status = POLICY_ENOMEM;
            return 1;
        }
        l->items[l->count] = s;
    }
    l->count++;
    return 0;
}

static void find_hosts(host_list *l, const pol_event_text *texts, size_t count)
{
    pol_view *view = l->view;

    l->count = 0;
    for (size_t i = 0; !view->status && i < count; i++) {
        view->status = pol_fold(view->scratch, texts[i].text, NULL);
        if (!view->status)
            pol_detect(view->scratch, POL_DETECT_ADDRESSES, on_address, l);
    }
}

/* A list, whatever the type: links as people write them, in their order. */
static pol_value hosts(pol_view *view)
{
    host_list l = { .view = view };
    size_t count = pol_event_texts(view->event, NULL, 0);
    pol_event_text *texts = pol_arena_new(view->arena, pol_event_text, count + 1);
    pol_value v = { .kind = POL_LIST };

    if (!texts)
        view->status = POLICY_ENOMEM;
    else
        pol_event_texts(view->event, texts, count);
    find_hosts(&l, texts, count);
    if (!view->status &&
        !(l.items = pol_arena_new(view->arena, policy_str, l.count + 1)))
        view->status = POLICY_ENOMEM;
    if (!view->status && l.count)
        find_hosts(&l, texts, count);
    if (view->status)
        return (pol_value){ .kind = POL_ABSENT };
    v.list.items = l.items;
    v.list.count = l.count;
    return v;
}

static pol_value derive(pol_view *view, int32_t field)
{
    switch (field) {
    case POLICY_FIELD_EXTERNAL:
        return external(view->event);
    case POLICY_FIELD_PUBLIC:
        return is_public(view->event);
    case POLICY_FIELD_FORWARDED:
        return forwarded(view->event);
    case POLICY_FIELD_WORK_HOURS:
        return at_work(view, true);
    case POLICY_FIELD_WORK_DAY:
        return at_work(view, false);
    case POLICY_FIELD_MINUTES:
        return minutes(view->event);
    case POLICY_FIELD_THING:
        return thing(view);
    case POLICY_FIELD_CONTENT_DIGEST:
        return content_digest(view);
    case POLICY_FIELD_HOSTS:
        return hosts(view);
    case POLICY_FIELD_FLAGS:
        return flags(view);
    default:
        return (pol_value){ .kind = POL_ABSENT };
    }
}

static bool is_derived(int32_t field)
{
    return pol_fields[field].derived || field == POLICY_FIELD_FORWARDED;
}

const pol_value *pol_view_value(pol_view *view, int32_t field)
{
    const pol_value *v = pol_event_value(view->event, field);
    uint64_t bit = UINT64_C(1) << (field % 64);

    if (v->kind != POL_ABSENT || !is_derived(field))
        return v;
    if (!(view->known[field / 64] & bit)) {
        view->derived[field] = derive(view, field);
        view->known[field / 64] |= bit;
    }
    return &view->derived[field];
}

pol_value pol_view_attribute(pol_view *view, int32_t field, pol_attribute a)
{
    const pol_value *v = pol_view_value(view, field);

    if (v->kind != POL_STR || !view->past)
        return (pol_value){ .kind = POL_ABSENT };
    return view->past->attribute(view, a, v->str);
}

/* An array is a list of its strings, and of other elements as they are written;
 * an object a list of itself, so that only `{}` and `[]` are empty. */
static pol_value fact_list(pol_view *view, policy_str json, bool array)
{
    size_t room = 1, count = 0;
    pol_value v = { .kind = POL_LIST };
    policy_str *items;
    pol_json_token t;
    pol_json j;

    for (size_t i = 0; i < json.len; i++)
        room += json.ptr[i] == ',';
    items = pol_arena_new(view->arena, policy_str, room);
    if (!items) {
        view->status = POLICY_ENOMEM;
        return v;
    }
    pol_json_init(&j, json, 1024, view->arena, NULL);
    pol_json_next(&j, &t);
    pol_json_next(&j, &t);
    if (!array && t.kind != POL_JSON_OBJECT_END)
        items[count++] = json;
    while (array && t.kind > POL_JSON_END && t.kind != POL_JSON_ARRAY_END) {
        items[count] = t.text;
        if (t.kind != POL_JSON_STRING &&
            !pol_json_skip_rest(&j, &t, &items[count]))
            break;
        count++;
        pol_json_next(&j, &t);
    }
    if (t.kind == POL_JSON_ERROR) /* as in fact_value */
        view->status = POLICY_ENOMEM;
    v.list.items = items;
    v.list.count = count;
    return v;
}

static pol_value fact_value(pol_view *view, policy_str json)
{
    pol_value v = { .kind = POL_NULL };
    pol_json j;
    pol_json_token t;

    pol_json_init(&j, json, 1024, view->arena, NULL);
    switch (pol_json_next(&j, &t)) {
    case POL_JSON_TRUE:
    case POL_JSON_FALSE:
        return boolean(t.kind == POL_JSON_TRUE);
    case POL_JSON_NUMBER:
        v.kind = pol_json_int(t.text, &v.i) ? POL_INT : POL_STR;
        if (v.kind == POL_STR)
            v.str = t.text;
        return v;
    case POL_JSON_STRING:
        v.kind = POL_STR;
        v.str = t.text;
        return v;
    case POL_JSON_OBJECT:
    case POL_JSON_ARRAY:
        return fact_list(view, json, t.kind == POL_JSON_ARRAY);
    case POL_JSON_ERROR: /* it was read before: only memory can be short */
        view->status = POLICY_ENOMEM;
        return v;
    default:
        return v;
    }
}

pol_value pol_view_fact(pol_view *view, policy_str name)
{
    const policy_event *e = view->event;

    for (size_t i = 0; i < e->fact_count; i++)
        if (pol_str_eq(e->facts[i].name, name))
            return fact_value(view, e->facts[i].json);
    return (pol_value){ .kind = POL_ABSENT };
}
