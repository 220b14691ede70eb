/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages of the archive: one table of message types tells which strings of
 * the body are text, part, link or file name. Bodies that nest (mixed, chatrecord)
 * hold items whose `content` is a JSON text; it is read with the same table and
 * what it says becomes further parts of the one event.
 *
 * Nothing is lost over a detail: a body field of another kind than expected, a
 * nested text that is no JSON, or a message type that is not in the table leave
 * an event that is marked (unknown_kind). What a message consists of
 * (`required`) is an error where it is missing.
 */
#include "adapt/wecom.h"

#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/slice.h"
#include "event/check.h"

typedef enum shape { MESSAGE, FILE_TRANSFER, PAYMENT, REMOVAL } shape;
typedef enum target { TEXT, LINK, NAME, SIZE, DIGEST, ITEMS } target;

/* `path`: keys joined by "/"; arrays on the way are walked. A TEXT goes to the
 * field `text` if that is free, else to a part of that role. */
typedef struct piece {
    const char *path;
    target target;
    const char *role;
    bool required;
} piece;

typedef struct message_kind {
    const char *name, *body, *other_body;
    shape shape;
    bool forwarded, unknown;
    piece pieces[5];
} message_kind;

static const message_kind kinds[] = {
    { "text", "text", NULL, MESSAGE, false, false,
      { { "content", TEXT, NULL, true } } },
    { "markdown", "info", "markdown", MESSAGE, false, false,
      { { "content", TEXT, NULL, true } } },
    { "link", "link", NULL, MESSAGE, false, false,
      { { "title", TEXT, NULL, false },
        { "description", TEXT, "description", false },
        { "link_url", LINK, NULL, false } } },
    /* What is said or seen in these, the host may add as parts. */
    { "image", "image", NULL, MESSAGE, false, false, { { 0 } } },
    { "voice", "voice", NULL, MESSAGE, false, false, { { 0 } } },
    { "video", "video", NULL, MESSAGE, false, false, { { 0 } } },
    { "emotion", "emotion", NULL, MESSAGE, false, false, { { 0 } } },
    { "voiptext", "info", NULL, MESSAGE, false, false, { { 0 } } },
    { "file", "file", NULL, FILE_TRANSFER, false, false,
      { { "filename", NAME, NULL, true },
        { "filesize", SIZE, NULL, false },
        { "md5sum", DIGEST, NULL, false } } },
    { "voip_doc_share", "voip_doc_share", NULL, FILE_TRANSFER, false, false,
      { { "filename", NAME, NULL, true },
        { "filesize", SIZE, NULL, false },
        { "md5sum", DIGEST, NULL, false } } },
    { "qydiskfile", "info", NULL, FILE_TRANSFER, false, false,
      { { "filename", NAME, NULL, true } } },
    { "docmsg", "doc", NULL, FILE_TRANSFER, false, false,
      { { "title", NAME, NULL, true }, { "link_url", LINK, NULL, false } } },
    { "card", "card", NULL, MESSAGE, false, false,
      { { "corpname", TEXT, NULL, false } } },
    { "location", "location", NULL, MESSAGE, false, false,
      { { "title", TEXT, NULL, false },
        { "address", TEXT, "address", false } } },
    { "weapp", "weapp", NULL, MESSAGE, false, false,
      { { "title", TEXT, NULL, false },
        { "description", TEXT, "description", false },
        { "displayname", TEXT, "name", false } } },
    { "mixed", "mixed", NULL, MESSAGE, false, false,
      { { "item", ITEMS, "text", true } } },
    { "chatrecord", "chatrecord", NULL, MESSAGE, true, false,
      { { "title", TEXT, NULL, false }, { "item", ITEMS, "forward", true } } },
    { "todo", "todo", NULL, MESSAGE, false, false,
      { { "title", TEXT, NULL, false },
        { "content", TEXT, "description", false } } },
    { "vote", "vote", NULL, MESSAGE, false, false,
      { { "votetitle", TEXT, NULL, false },
        { "voteitem", TEXT, "option", false } } },
    { "collect", "collect", NULL, MESSAGE, false, false,
      { { "title", TEXT, NULL, false },
        { "room_name", TEXT, "name", false },
        { "details/ques", TEXT, "question", false } } },
    { "redpacket", "redpacket", NULL, PAYMENT, false, false,
      { { "wish", TEXT, NULL, false } } },
    { "external_redpacket", "redpacket", "external_redpacket", PAYMENT, false,
      false, { { "wish", TEXT, NULL, false } } },
    { "meeting", "meeting", NULL, MESSAGE, false, false,
      { { "topic", TEXT, NULL, false },
        { "address", TEXT, "address", false },
        { "remarks", TEXT, "description", false } } },
    { "meeting_notification", "info", NULL, MESSAGE, false, false,
      { { "content", TEXT, NULL, false } } },
    { "meeting_voice_call", "meeting_voice_call", NULL, MESSAGE, false, false,
      { { "demofiledata/filename", NAME, "filename", false } } },
    { "news", "info", "news", MESSAGE, false, false,
      { { "item/title", TEXT, "title", false },
        { "item/description", TEXT, "description", false },
        { "item/url", LINK, NULL, false } } },
    { "calendar", "calendar", NULL, MESSAGE, false, false,
      { { "title", TEXT, NULL, false },
        { "place", TEXT, "address", false },
        { "remarks", TEXT, "description", false } } },
    { "sphfeed", "sphfeed", NULL, MESSAGE, false, false,
      { { "feed_desc", TEXT, NULL, false },
        { "sph_name", TEXT, "name", false } } },
    /* Consent to archiving by somebody outside; no type of the schema has it. */
    { "agree", "agree", NULL, MESSAGE, false, true, { { 0 } } },
    { "disagree", "disagree", NULL, MESSAGE, false, true, { { 0 } } },
    { "revoke", "revoke", NULL, REMOVAL, false, false, { { 0 } } }
};

/* A level of nesting is an object, a key's array, an item and its string. */
enum { LEVELS_OF_ITEM = 4 };

static const message_kind *find_kind(policy_str name)
{
    size_t i;

    for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (pol_str_is(name, kinds[i].name))
            return &kinds[i];
    return NULL;
}

/* "ChatRecordText" inside of a forwarded chat is "text" elsewhere. */
static const message_kind *find_item_kind(policy_str name)
{
    policy_str prefix = POL_STR("ChatRecord");
    char lower[24];
    size_t i;

    if (!pol_str_starts(name, prefix) || name.len - prefix.len > sizeof(lower))
        return find_kind(name);
    for (i = prefix.len; i < name.len; i++) {
        char c = name.ptr[i];

        lower[i - prefix.len] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
    /* A forwarded chat inside of another is a bare "ChatRecord". */
    return name.len == prefix.len ? find_kind(POL_STR("chatrecord")) :
        find_kind((policy_str){ lower, name.len - prefix.len });
}

static bool is_scalar(const pol_tree *t)
{
    return t->kind == POL_JSON_STRING || t->kind == POL_JSON_NUMBER;
}

static policy_status add_part(pol_wecom *w, const char *role, const pol_tree *t)
{
    w->e->lone_surrogate |= t->lone_surrogate;
    if (!t->text.len)
        return POLICY_OK;
    return pol_event_push_part(w->e, pol_str(role), t->text,
                               pol_wecom_pos(w, t), w->err);
}

static bool is_forward(const char *role)
{
    return role && strcmp(role, "forward") == 0;
}

/* `name` and `text` take one value, of what the sender himself wrote; what
 * comes later is a part. */
static policy_status add_text(pol_wecom *w, int32_t field, const char *role,
                              const pol_tree *t)
{
    bool has = pol_field_in(w->e->type, field)->kind == POL_KIND_TEXT &&
               !pol_event_has(w->e, field);

    if (!has || is_forward(role))
        return add_part(w, role ? role : "text", t);
    w->e->lone_surrogate |= t->lone_surrogate;
    return pol_wecom_put(w, field, t->text, pol_wecom_pos(w, t));
}

/* What cannot be an address is still something that somebody reads. */
static policy_status add_link(pol_wecom *w, const pol_tree *t)
{
    policy_event *e = w->e;

    if (!t->text.len)
        return POLICY_OK;
    if (e->type != POLICY_TYPE_MESSAGE || t->lone_surrogate ||
        !pol_id_clean(t->text) || t->text.len > e->limits.text_bytes)
        return add_part(w, "link", t);
    if (w->link_count >= e->limits.list_items)
        return pol_error_at(w->err, POLICY_ELIMIT, pol_wecom_pos(w, t), "limit",
                            "more links than the limit list_items (%llu)",
                            (unsigned long long)e->limits.list_items);
    if (!pol_grow(&e->allocator, (void **)&e->items, &e->item_cap,
                  w->link_count + 1, sizeof(*e->items)))
        return pol_error_oom(w->err);
    e->items[w->link_count++] = t->text;
    return POLICY_OK;
}

static void add_size(pol_wecom *w, const pol_tree *t)
{
    pol_value v = { .kind = POL_INT };

    if (w->e->type != POLICY_TYPE_FILE_TRANSFER)
        return;
    if (pol_json_int(t->text, &v.i))
        pol_event_put(w->e, POLICY_FIELD_SIZE, v);
    else
        w->e->unknown_kind = true;
}

static policy_status add_digest(pol_wecom *w, const pol_tree *t)
{
    if (w->e->type != POLICY_TYPE_FILE_TRANSFER)
        return POLICY_OK;
    if (t->lone_surrogate) {
        w->e->unknown_kind = true;
        return POLICY_OK;
    }
    return pol_wecom_put(w, POLICY_FIELD_DIGEST, t->text, pol_wecom_pos(w, t));
}

static policy_status read_item(pol_wecom *w, const pol_tree *item,
                               const char *role);

static policy_status add_piece(pol_wecom *w, const piece *p, const char *role,
                               const pol_tree *t)
{
    if (p->target == ITEMS)
        return read_item(w, t, role);
    if (!is_scalar(t)) {
        w->e->unknown_kind |= t->kind != POL_JSON_NULL;
        return POLICY_OK;
    }
    switch (p->target) {
    case TEXT:
        return add_text(w, POLICY_FIELD_TEXT, role, t);
    case NAME:
        if (w->e->type == POLICY_TYPE_FILE_TRANSFER)
            return add_text(w, POLICY_FIELD_NAME, "filename", t);
        return add_part(w, is_forward(role) ? role : "filename", t);
    case LINK:
        return add_link(w, t);
    case DIGEST:
        return add_digest(w, t);
    default:
        add_size(w, t);
        return POLICY_OK;
    }
}

/* Follow `path` from `t` and add what is found there. */
static policy_status walk(pol_wecom *w, const piece *p, const char *role,
                          const pol_tree *t, const char *path)
{
    const char *slash = strchr(path, '/');
    size_t len = slash ? (size_t)(slash - path) : strlen(path);
    policy_status st = POLICY_OK;
    const pol_tree *c;

    if (t->kind == POL_JSON_ARRAY) {
        for (c = t->child; c && st == POLICY_OK; c = c->next)
            st = walk(w, p, role, c, path);
        return st;
    }
    if (!*path)
        return add_piece(w, p, role, t);
    if (t->kind != POL_JSON_OBJECT) {
        w->e->unknown_kind |= t->kind != POL_JSON_NULL;
        return POLICY_OK;
    }
    for (c = t->child; c && st == POLICY_OK; c = c->next)
        if (pol_str_eq(c->key, (policy_str){ path, len }))
            st = walk(w, p, role, c, path + len + (slash ? 1 : 0));
    return st;
}

/* Does the body have what the message consists of? */
static policy_status check_required(pol_wecom *w, const message_kind *k,
                                    const piece *p, const pol_tree *body)
{
    const pol_tree *t = pol_tree_get(body, p->path);
    bool fits = t && (p->target == ITEMS ? t->kind == POL_JSON_ARRAY :
                                           is_scalar(t));

    if (!p->required || fits)
        return POLICY_OK;
    if (w->nested) {
        w->e->unknown_kind = true;
        return POLICY_OK;
    }
    return pol_error_at(w->err, POLICY_EINPUT, pol_wecom_pos(w, t ? t : body),
                        t ? "record-kind" : "record-missing",
                        t ? "“%s” of a %s message is of the wrong kind" :
                            "“%s” is missing in a %s message",
                        p->path, k->name);
}

/* `role`: of every text where the body is an item of a forwarded chat or of a
 * mixed message; NULL: as the table says. */
static policy_status read_body(pol_wecom *w, const message_kind *k,
                               const pol_tree *body, const char *role)
{
    policy_status st = POLICY_OK;
    size_t i;

    w->e->unknown_kind |= k->unknown;
    for (i = 0; i < 5 && k->pieces[i].path && st == POLICY_OK; i++) {
        const piece *p = &k->pieces[i];

        st = check_required(w, k, p, body);
        if (st == POLICY_OK)
            st = walk(w, p, role ? role : p->role, body, p->path);
    }
    return st;
}

/*
 * The JSON text of an item. What is no JSON is taken for the text itself, and
 * marked: whoever wrote the record meant something by it.
 */
static policy_status read_text_of(pol_wecom *w, const message_kind *k,
                                  const pol_tree *content, const char *role)
{
    policy_error err = POLICY_ERROR_INIT;
    const pol_tree *body;
    policy_status st = pol_tree_read(&body, content->text, w->depth,
                                     &w->e->record, &err);

    w->outer_pos = pol_wecom_pos(w, content);
    w->nested = true;
    if (st == POLICY_OK && body->kind == POL_JSON_OBJECT)
        return read_body(w, k, body, role);
    if (st == POLICY_OK || st == POLICY_EINPUT) {
        w->e->unknown_kind = true;
        return add_part(w, role, content);
    }
    return pol_error_at(w->err, st, w->outer_pos, err.code, "%s", err.message);
}

/* One item of a mixed message or of a forwarded chat; walk() has come to it
 * through the array. Each costs depth, also where its content is an object as
 * it stands, so that the recursion is bounded. */
static policy_status read_item(pol_wecom *w, const pol_tree *item,
                               const char *role)
{
    const pol_tree *type = pol_tree_get(item, "type");
    const pol_tree *content = pol_tree_get(item, "content");
    const message_kind *k = type && type->kind == POL_JSON_STRING ?
        find_item_kind(type->text) : NULL;
    pol_wecom outer = *w;
    policy_status st = POLICY_OK;

    if (w->depth <= LEVELS_OF_ITEM)
        return pol_error_at(w->err, POLICY_ELIMIT, pol_wecom_pos(w, item),
                            "json-depth",
                            "nesting is above the limit json_depth (%llu)",
                            (unsigned long long)w->e->limits.json_depth);
    w->depth -= LEVELS_OF_ITEM;
    if (k && content && content->kind == POL_JSON_STRING)
        st = read_text_of(w, k, content, role);
    else if (k && content && content->kind == POL_JSON_OBJECT)
        st = read_body(w, k, content, role);
    else
        w->e->unknown_kind = true;
    w->nested = outer.nested;
    w->outer_pos = outer.outer_pos;
    w->depth = outer.depth;
    return st;
}

/* Everybody in `tolist` with what they are, in its order. */
static policy_status put_recipients(pol_wecom *w, const pol_tree *list)
{
    policy_event *e = w->e;
    policy_str *ids, *kinds_of;
    const pol_tree *t;
    size_t count = 0, i;

    if (!list || list->kind == POL_JSON_NULL)
        return POLICY_OK;
    if (list->kind != POL_JSON_ARRAY)
        return pol_error_at(w->err, POLICY_EINPUT, list->pos, "record-kind",
                            "“tolist” must be an array of ids");
    for (t = list->child; t; t = t->next)
        count++;
    if (count > e->limits.list_items)
        return pol_error_at(w->err, POLICY_ELIMIT, list->pos, "limit",
                            "more recipients than the limit list_items (%llu)",
                            (unsigned long long)e->limits.list_items);
    ids = pol_arena_new(&e->arena, policy_str, count);
    kinds_of = pol_arena_new(&e->arena, policy_str, count);
    if (!ids || !kinds_of)
        return pol_arena_error(&e->arena, count * sizeof(*ids), w->err);
    for (t = list->child, i = 0; t; t = t->next, i++) {
        pol_wecom_who who;

        if (t->kind != POL_JSON_STRING || t->lone_surrogate ||
            t->text.len > POL_ID_MAX || !pol_id_clean(t->text))
            return pol_error_at(w->err, POLICY_EINPUT, t->pos, "id-bytes",
                                "a recipient must be an id of at most %d bytes "
                                "of UTF-8 without controls", POL_ID_MAX);
        who = pol_wecom_who_is(w, t->text);
        ids[i] = who.id;
        kinds_of[i] = who.kind;
    }
    pol_wecom_put_list(w, POLICY_FIELD_RECIPIENTS, ids, count, list->pos);
    pol_wecom_put_list(w, POLICY_FIELD_RECIPIENT_KINDS, kinds_of, count,
                       list->pos);
    return POLICY_OK;
}

/* A chat of two has no id in the archive: both ids in order make one, the same
 * in both directions. */
static policy_status put_pair(pol_wecom *w, policy_str a, const pol_tree *list)
{
    const pol_tree *to = list && list->kind == POL_JSON_ARRAY ? list->child :
                                                                NULL;
    policy_str b, swap;
    char *p;

    if (!to || to->next || to->kind != POL_JSON_STRING)
        return POLICY_OK;
    b = to->text;
    if (!b.len || a.len + b.len + 1 > POL_ID_MAX)
        return POLICY_OK;
    if (pol_str_cmp(a, b) > 0) {
        swap = a;
        a = b;
        b = swap;
    }
    p = pol_arena_alloc(&w->e->arena, a.len + b.len + 1);
    if (!p)
        return pol_arena_error(&w->e->arena, a.len + b.len + 1, w->err);
    memcpy(p, a.ptr, a.len);
    p[a.len] = '|';
    memcpy(p + a.len + 1, b.ptr, b.len);
    return pol_wecom_put(w, POLICY_FIELD_CONVERSATION,
                         (policy_str){ p, a.len + b.len + 1 }, to->pos);
}

static policy_status put_conversation(pol_wecom *w, policy_str room,
                                      const pol_tree *from,
                                      const pol_tree *list)
{
    const pol_group *g = pol_directory_group(w->directory, room);
    uint64_t pos;
    policy_status st;

    if (!room.len) {
        if ((st = put_pair(w, from->text, list)) != POLICY_OK)
            return st;
        return pol_wecom_put_word(w, POLICY_FIELD_CONVERSATION_KIND, "direct");
    }
    pos = pol_tree_get(w->root, "roomid")->pos;
    if ((st = pol_wecom_put(w, POLICY_FIELD_CONVERSATION, room, pos)) !=
            POLICY_OK ||
        (st = pol_wecom_put_word(w, POLICY_FIELD_CONVERSATION_KIND, "group")) !=
            POLICY_OK)
        return st;
    return pol_wecom_put(w, POLICY_FIELD_GROUP_KIND,
                         g && g->kind.len ? g->kind : POL_STR("unknown"), pos);
}

static policy_status put_envelope(pol_wecom *w, const pol_tree *from,
                                  policy_str room)
{
    const pol_tree *list = pol_tree_get(w->root, "tolist");
    bool out = !pol_wecom_who_is(w, from->text).outside;
    policy_status st;

    st = pol_wecom_put_word(w, POLICY_FIELD_DIRECTION, out ? "out" : "in");
    if (st == POLICY_OK && w->e->type == POLICY_TYPE_FILE_TRANSFER)
        st = pol_wecom_put_word(w, POLICY_FIELD_OPERATION,
                                out ? "send" : "receive");
    if (st == POLICY_OK)
        st = put_recipients(w, list);
    return st == POLICY_OK ? put_conversation(w, room, from, list) : st;
}

/* A red packet goes to the other side of a chat of two, or to a whole group. */
static policy_status put_payment(pol_wecom *w, policy_str room)
{
    const pol_tree *list = pol_tree_get(w->root, "tolist");
    const pol_tree *to = list && list->kind == POL_JSON_ARRAY ? list->child :
                                                                NULL;
    policy_status st = pol_wecom_put_word(w, POLICY_FIELD_KIND, "transfer");

    if (st != POLICY_OK || room.len || !to || to->next ||
        to->kind != POL_JSON_STRING)
        return st;
    return pol_wecom_put(w, POLICY_FIELD_COUNTERPARTY,
                         pol_wecom_who_is(w, to->text).id, to->pos);
}

static policy_status put_removal(pol_wecom *w, const pol_tree *body)
{
    const pol_tree *actor = pol_tree_get(w->root, "from");
    policy_str id;
    policy_status st = pol_wecom_id(w, body, "pre_msgid", true, &id);

    if (st == POLICY_OK)
        st = pol_wecom_put(w, POLICY_FIELD_SUBJECT, id,
                           pol_tree_get(body, "pre_msgid")->pos);
    if (st == POLICY_OK)
        st = pol_wecom_put(w, POLICY_FIELD_REMOVED_BY,
                           pol_wecom_who_is(w, actor->text).id, actor->pos);
    return st;
}

static policy_status put_links(pol_wecom *w)
{
    policy_event *e = w->e;
    policy_str *links;

    if (!w->link_count)
        return POLICY_OK;
    links = pol_arena_new(&e->arena, policy_str, w->link_count);
    if (!links)
        return pol_arena_error(&e->arena, w->link_count * sizeof(*links),
                               w->err);
    memcpy(links, e->items, w->link_count * sizeof(*links));
    pol_wecom_put_list(w, POLICY_FIELD_LINKS, links, w->link_count, 0);
    return POLICY_OK;
}

/* The body where the platform or one of the SDKs puts it; else the record. */
static const pol_tree *find_body(const pol_wecom *w, const message_kind *k)
{
    const pol_tree *b = pol_tree_get(w->root, k->body);

    if (!b && k->other_body)
        b = pol_tree_get(w->root, k->other_body);
    return b && b->kind == POL_JSON_OBJECT ? b : w->root;
}

static policy_status fill(pol_wecom *w, const message_kind *k, policy_str room)
{
    const pol_tree *from = pol_tree_get(w->root, "from");
    const pol_tree *body = find_body(w, k);
    policy_status st = pol_wecom_actor(w, from);

    if (st != POLICY_OK)
        return st;
    if (k->shape == REMOVAL)
        return put_removal(w, body);
    st = k->shape == PAYMENT ? put_payment(w, room) :
                               put_envelope(w, from, room);
    if (st == POLICY_OK)
        st = read_body(w, k, body, NULL);
    if (st == POLICY_OK)
        st = put_links(w);
    if (st == POLICY_OK && k->forwarded)
        pol_wecom_put_bool(w, POLICY_FIELD_FORWARDED, true);
    return st;
}

policy_status pol_wecom_message(pol_wecom *w)
{
    static const char *const types[] = {
        [MESSAGE] = "message", [FILE_TRANSFER] = "file_transfer",
        [PAYMENT] = "payment", [REMOVAL] = "content_remove"
    };
    /* What is not known has an envelope all the same. */
    static const message_kind unknown = {
        .name = "unknown", .body = "", .shape = MESSAGE, .unknown = true
    };
    policy_str msgtype, from, room;
    const message_kind *k;
    policy_status st;

    if ((st = pol_wecom_id(w, w->root, "msgtype", true, &msgtype)) !=
            POLICY_OK ||
        (st = pol_wecom_id(w, w->root, "from", true, &from)) != POLICY_OK ||
        (st = pol_wecom_id(w, w->root, "roomid", false, &room)) != POLICY_OK)
        return st;
    k = find_kind(msgtype);
    if (!k)
        k = &unknown;
    if ((st = pol_wecom_begin(w, types[k->shape], w->msgid)) != POLICY_OK ||
        (st = fill(w, k, room)) != POLICY_OK)
        return st;
    pol_wecom_emit(w);
    return POLICY_OK;
}
