/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of an explanation. Names of rules, fields and values are no
 * language's; each list of words has them in English and in Chinese.
 */
#include "evaluate/explain_words.h"

#include "base/slice.h"
#include "base/time.h"
#include "rule/standing.h"

policy_str pol_in_language(const pol_evaluation *v, const char *en,
                           const char *zh)
{
    return pol_str(v->chinese ? zh : en);
}

static policy_str show(pol_evaluation *v, pol_buf *b)
{
    pol_arena *arena = v->aside ? v->aside : &v->s->arena;
    policy_str s = b->status == POLICY_ENOMEM
                       ? (policy_str){ NULL, 0 }
                       : pol_arena_dup(arena, pol_buf_slice(b));

    pol_buf_fini(b);
    if (s.ptr)
        return s;
    v->status = pol_error_oom(v->err);
    return (policy_str){ "", 0 };
}

/* In English and in Chinese. */
static const char *const truth_words[2][2] = { { "false", "否" }, { "true", "是" } };

static void put_value(const pol_evaluation *v, pol_buf *b, const pol_value *x)
{
    char time[40];

    switch (x->kind) {
    case POL_BOOL:
        pol_buf_text(b, truth_words[x->i != 0][v->chinese]);
        break;
    case POL_INT:
        pol_buf_int(b, x->i);
        break;
    case POL_STR:
        pol_buf_str(b, pol_str_cut(x->str, b->max - b->len));
        break;
    case POL_TIME:
        pol_buf_str(b, (policy_str){ time, pol_time_write(time, x->i, x->offset) });
        break;
    case POL_LIST:
        for (size_t i = 0; i < x->list.count; i++) {
            if (i)
                pol_buf_char(b, ' ');
            pol_buf_str(b, x->list.items[i]);
        }
        break;
    default:
        break;
    }
}

policy_str pol_value_shown(pol_evaluation *v, const pol_value *x)
{
    pol_buf b;

    pol_buf_init(&b, &v->s->allocator, POL_SHOWN_BYTES);
    put_value(v, &b, x);
    return show(v, &b);
}

policy_str pol_number_shown(pol_evaluation *v, int64_t n)
{
    const pol_value x = { .kind = POL_INT, .i = n };

    return pol_value_shown(v, &x);
}

policy_str pol_time_shown(pol_evaluation *v, int64_t ms)
{
    const pol_value x = {
        .kind = POL_TIME, .i = ms,
        .offset = pol_zone_offset(&v->org->config.calendar.zone, ms)
    };

    return pol_value_shown(v, &x);
}

/* The point is no locale's. */
policy_str pol_share_shown(pol_evaluation *v, uint64_t share)
{
    uint64_t millionths = (share * 1000000 + POL_SHARE_ALL / 2) / POL_SHARE_ALL;
    pol_buf b;

    pol_buf_init(&b, &v->s->allocator, POL_SHOWN_BYTES);
    pol_buf_uint(&b, millionths / 1000000);
    pol_buf_char(&b, '.');
    for (uint64_t unit = 100000; unit; unit /= 10)
        pol_buf_char(&b, (char)('0' + millionths / unit % 10));
    pol_buf_str(&b, pol_in_language(v, " of all", "（全部为 1）"));
    return show(v, &b);
}

policy_str pol_verdict_shown(pol_evaluation *v, int32_t verdict,
                             const char *rule)
{
    pol_buf b;

    pol_buf_init(&b, &v->s->allocator, POL_SHOWN_BYTES);
    pol_buf_text(&b, policy_verdict_name(verdict));
    if (*rule)
        pol_buf_fmt(&b, v->chinese ? "（%s）" : " (%s)", rule);
    return show(v, &b);
}

policy_str pol_types_shown(pol_evaluation *v, const pol_rule *rule)
{
    pol_buf b;

    pol_buf_init(&b, &v->s->allocator, POL_SHOWN_BYTES);
    for (int32_t t = 0; t < POLICY_TYPE_COUNT; t++) {
        if (!(rule->types >> t & 1))
            continue;
        if (b.len)
            pol_buf_text(&b, " | ");
        pol_buf_text(&b, pol_types[t].name);
    }
    return show(v, &b);
}

/* ORDER COND: what stands before the operands, in English and in Chinese. */
static const char *const cond_words[][2] = {
    { "all", "全部成立" }, { "any", "任一成立" }, { "none", "全不成立" },
    { "", "" }, { "none of ", "不含 " }, { "all of ", "全含 " },
    { "more than ", "多于 " }, { "less than ", "少于 " },
    { "among ", "名单内 " }, { "outside ", "名单外 " },
    { "same as ", "等于 " }, { "differs from ", "不同于 " },
    { "beyond ", "超出 " }, { "later than ", "晚于 " },
    { "absent", "没有" }, { "present", "有" }, { "empty", "为空" },
    { "known", "有记录" }, { "unknown", "无记录" },
};

static bool asks_past(const pol_cond *c)
{
    return c->op == POL_COND_KNOWN || c->op == POL_COND_UNKNOWN;
}

static void put_key(pol_buf *b, const pol_key_use *key)
{
    for (size_t i = 0; i < key->count; i++) {
        if (i)
            pol_buf_text(b, ", ");
        pol_buf_text(b, pol_fields[key->fields[i]].name);
    }
}

static void put_span(pol_buf *b, pol_span s, bool chinese)
{
    static const char *const units[][2] = { /* ORDER SPAN */
        { ", within %lld s", "，%lld 秒内" },
        { ", within %lld working days", "，%lld 个工作日内" },
        { ", within %lld working hours", "，%lld 个工作小时内" },
    };

    pol_buf_fmt(b, units[s.unit][chinese],
                (long long)(s.unit == POL_SPAN_MS ? s.count / 1000 : s.count));
}

/* "known, twice or more, by actor, within 86400 s" */
static void put_known(pol_buf *b, const pol_known *k, bool chinese)
{
    if (k->at_least > 1)
        pol_buf_fmt(b, chinese ? " %u 次" : " %u times", (unsigned)k->at_least);
    if (k->key.count) {
        pol_buf_text(b, chinese ? "，按 " : " by ");
        put_key(b, &k->key);
    }
    if (k->other)
        pol_buf_text(b, chinese ? "，另有其他" : ", another");
    if (k->within.count)
        put_span(b, k->within, chinese);
}

policy_str pol_cond_wanted(pol_evaluation *v, const pol_cond *c)
{
    pol_buf b;

    pol_buf_init(&b, &v->s->allocator, POL_SHOWN_BYTES);
    pol_buf_text(&b, cond_words[c->op][v->chinese]);
    if (asks_past(c))
        put_known(&b, c->known, v->chinese);
    for (size_t i = 0; i < c->value_count; i++) {
        if (i)
            pol_buf_text(&b, " | ");
        put_value(v, &b, &c->values[i]);
    }
    if (c->op == POL_COND_MORE || c->op == POL_COND_LESS)
        pol_buf_int(&b, c->number);
    if (c->set)
        pol_buf_str(&b, c->set->name);
    if (c->op >= POL_COND_SAME && c->op <= POL_COND_LATER)
        pol_buf_text(&b, pol_fields[c->other].name);
    if (c->op == POL_COND_LATER && c->number >= 1000)
        pol_buf_fmt(&b, v->chinese ? " %lld 秒以上" : " by more than %lld s",
                    (long long)(c->number / 1000));
    return show(v, &b);
}

policy_str pol_cond_found(pol_evaluation *v, const pol_cond *c)
{
    pol_value fact;
    const pol_value *x;
    pol_buf b;

    if (c->op <= POL_COND_NONE)
        return (policy_str){ "", 0 };
    if (asks_past(c))
        return (pol_cond_eval(c, &v->view, NULL) == POL_TRUE) ==
                       (c->op == POL_COND_KNOWN)
                   ? pol_in_language(v, "known", "有记录")
                   : pol_in_language(v, "unknown", "无记录");
    pol_buf_init(&b, &v->s->allocator, POL_SHOWN_BYTES);
    if (c->attribute) {
        fact = pol_view_attribute(&v->view, c->field, c->attribute);
        x = &fact;
    } else if (c->fact.len) {
        fact = pol_view_fact(&v->view, c->fact);
        x = &fact;
    } else {
        x = pol_view_value(&v->view, c->field);
    }
    if (x->kind == POL_ABSENT || x->kind == POL_NULL)
        pol_buf_str(&b, pol_in_language(v, "absent", "没有"));
    else
        put_value(v, &b, x);
    return show(v, &b);
}

static policy_str attribute_name(pol_evaluation *v, const pol_cond *c)
{
    pol_buf b;

    pol_buf_init(&b, &v->s->allocator, POL_SHOWN_BYTES);
    pol_buf_fmt(&b, "%s.%s", pol_fields[c->field].name,
                pol_attributes[c->attribute].name);
    return show(v, &b);
}

policy_str pol_cond_key(pol_evaluation *v, const pol_cond *c)
{
    if (c->op <= POL_COND_NONE)
        return pol_str(cond_words[c->op][0]);
    if (asks_past(c))
        return pol_known_name(c->known);
    if (c->attribute)
        return attribute_name(v, c);
    return c->fact.len ? c->fact : pol_str(pol_fields[c->field].name);
}

typedef policy_str (*cond_shown)(pol_evaluation *v, const pol_cond *c);

/* "direction: in; any (actor: u1; actor: u2)" */
static void put_conds(pol_evaluation *v, pol_buf *b, const pol_cond *c,
                      cond_shown of)
{
    for (size_t i = 0; i < c->kid_count; i++) {
        const pol_cond *kid = &c->kids[i];
        bool several = kid->op <= POL_COND_NONE;

        if (i)
            pol_buf_str(b, pol_in_language(v, "; ", "；"));
        pol_buf_str(b, pol_cond_key(v, kid));
        pol_buf_str(b, several ? POL_STR(" (")
                               : pol_in_language(v, ": ", "："));
        if (several)
            put_conds(v, b, kid, of);
        else
            pol_buf_str(b, of(v, kid));
        if (several)
            pol_buf_char(b, ')');
    }
}

static policy_str conds_shown(pol_evaluation *v, const pol_cond *c, cond_shown of)
{
    pol_buf b;

    if (c->op > POL_COND_NONE)
        return of(v, c);
    pol_buf_init(&b, &v->s->allocator, POL_SHOWN_BYTES);
    put_conds(v, &b, c, of);
    return show(v, &b);
}

policy_str pol_conds_wanted(pol_evaluation *v, const pol_cond *c)
{
    return conds_shown(v, c, pol_cond_wanted);
}

policy_str pol_conds_found(pol_evaluation *v, const pol_cond *c)
{
    return conds_shown(v, c, pol_cond_found);
}

int32_t pol_cond_secret(const pol_evaluation *v, const pol_cond *c)
{
    int32_t secret = 0;

    for (size_t i = 0; i < c->kid_count; i++)
        if (pol_cond_secret(v, &c->kids[i]))
            secret = 2;
    if (c->op > POL_COND_NONE && !asks_past(c) && !c->fact.len && !c->attribute &&
        pol_field_in(v->event->type, c->field)->kind == POL_KIND_TEXT)
        secret = 2;
    return secret;
}

/* ORDER CONFIDENCE; ORDER REASON */
static const char *const confidence_zh[] = { "", "低", "中", "高" };
static const char *const reason_zh[] = {
    "大小写", "全半角", "兼容字形", "繁体", "异体", "附加符号", "花体",
    "数字写法", "隐形字符", "坏字节", "插入符号", "形近字母", "生僻字",
    "数字代字母", "叠字", "汉字数字", "同音", "编码", "拆开的链接", "别名",
    "拆字", "倒写", "拼音"
};

_Static_assert(sizeof(reason_zh) / sizeof(*reason_zh) == POL_REASON_COUNT,
               "ORDER REASON");

static const char *confidence_shown(const pol_evaluation *v, uint8_t confidence)
{
    const char *name = policy_confidence_name(confidence);

    return name && v->chinese ? confidence_zh[confidence] : name;
}

/* Names of the signals that a match asks for. */
static void put_signals(pol_buf *b, const pol_evaluation *v, const pol_match *m)
{
    if (m->op == POL_MATCH_SIGNAL) {
        if (b->len)
            pol_buf_char(b, ' ');
        pol_buf_str(b, v->org->signals[m->signal].name);
        if (m->confidence)
            pol_buf_fmt(b, " (%s)", confidence_shown(v, m->confidence));
    }
    for (size_t i = 0; i < m->kid_count; i++)
        put_signals(b, v, &m->kids[i]);
}

policy_str pol_match_key(const pol_match *m)
{
    return m->op == POL_MATCH_NEAR       ? POL_STR("near")
           : m->op == POL_MATCH_AT_LEAST ? POL_STR("at_least")
                                         : POL_STR("match");
}

policy_str pol_match_wanted(pol_evaluation *v, const pol_match *m)
{
    pol_buf b;

    pol_buf_init(&b, &v->s->allocator, POL_SHOWN_BYTES);
    put_signals(&b, v, m);
    return show(v, &b);
}

/* " [high width separator]": how sure, and how it was disguised. */
static void put_how(const pol_evaluation *v, pol_buf *b, const pol_signal_hit *h)
{
    const char *sure = confidence_shown(v, h->confidence);
    const char *before = " [";
    uint32_t reasons = h->reasons;

    if (sure)
        pol_buf_fmt(b, "%s%s", before, sure);
    if (sure)
        before = " ";
    for (unsigned bit = 0; bit < POL_REASON_COUNT; bit++) {
        if (!(reasons >> bit & 1))
            continue;
        pol_buf_text(b, before);
        pol_buf_text(b, v->chinese ? reason_zh[bit] : policy_reason_name(1u << bit));
        before = " ";
    }
    if (sure || reasons)
        pol_buf_char(b, ']');
}

static bool is_plain(const pol_evaluation *v, const pol_signal_hit *h)
{
    pol_signal_kind kind = v->org->signals[h->signal].kind;

    return kind == POL_SIGNAL_LIST || kind == POL_SIGNAL_TERM ||
           kind == POL_SIGNAL_PHRASE;
}

static bool is_inside(char b) /* a byte of a character, not its first */
{
    return ((unsigned char)b & 0xc0) == 0x80;
}

/* The first character and the last, and as many stars as there are between, but
 * not so many that a long one shows how long it is. */
static void put_masked(pol_buf *b, policy_str s)
{
    enum { STARS_MAX = 16 };
    size_t first = 1, last = s.len ? s.len - 1 : 0, stars = 0;

    while (first < s.len && is_inside(s.ptr[first]))
        first++;
    while (last > 0 && is_inside(s.ptr[last]))
        last--;
    if (first >= s.len) {
        pol_buf_text(b, s.len ? "*" : "");
        return;
    }
    pol_buf_str(b, (policy_str){ s.ptr, first });
    for (size_t i = first; i < last && stars < STARS_MAX; i++)
        if (!is_inside(s.ptr[i])) {
            pol_buf_char(b, '*');
            stars++;
        }
    if (!stars) /* of two characters both would be shown */
        pol_buf_char(b, '*');
    else
        pol_buf_str(b, (policy_str){ s.ptr + last, s.len - last });
}

/* The words that the marked hits are. */
static policy_str match_found(pol_evaluation *v, bool masked)
{
    pol_buf b;

    pol_buf_init(&b, &v->s->allocator, POL_SHOWN_BYTES);
    for (size_t i = 0; i < v->hits.count; i++) {
        const pol_signal_hit *h = &v->hits.hits[i];
        policy_str word;

        if (!v->s->use[i])
            continue;
        if (b.len)
            pol_buf_char(&b, ' ');
        word = (policy_str){ v->texts[h->text].text.ptr + h->start,
                             h->end - h->start };
        if (masked && !is_plain(v, h))
            put_masked(&b, word);
        else
            pol_buf_str(&b, word);
        put_how(v, &b, h);
    }
    return show(v, &b);
}

policy_str pol_match_found(pol_evaluation *v)
{
    return match_found(v, false);
}

policy_str pol_match_masked(pol_evaluation *v)
{
    return match_found(v, true);
}

int32_t pol_match_secret(const pol_evaluation *v)
{
    int32_t secret = 0;

    for (size_t i = 0; i < v->hits.count; i++)
        if (v->s->use[i])
            secret = secret < 2 && is_plain(v, &v->hits.hits[i]) ? 1 : 2;
    return secret;
}

policy_str pol_lack_key(const pol_match_lack *l)
{
    return l->part->op == POL_MATCH_NONE ? POL_STR("none")
                                         : pol_match_key(l->part);
}

/* "甲 & 乙, at most 5 characters apart" */
static void put_near(pol_buf *b, pol_evaluation *v, const pol_match *m)
{
    pol_buf_str(b, pol_match_wanted(v, &m->kids[0]));
    pol_buf_text(b, " & ");
    pol_buf_str(b, pol_match_wanted(v, &m->kids[1]));
    pol_buf_fmt(b, v->chinese ? "，相距至多 %u 字" : ", at most %u characters apart",
                (unsigned)m->count);
}

policy_str pol_lack_wanted(pol_evaluation *v, const pol_match_lack *l)
{
    const pol_match *m = l->part;
    pol_buf b;

    pol_buf_init(&b, &v->s->allocator, POL_SHOWN_BYTES);
    if (m->op == POL_MATCH_NEAR) {
        put_near(&b, v, m);
        return show(v, &b);
    }
    if (m->op == POL_MATCH_AT_LEAST)
        pol_buf_fmt(&b, v->chinese ? "至少 %u 处：" : "at least %u: ",
                    (unsigned)m->count);
    else if (m->op == POL_MATCH_NONE)
        pol_buf_str(&b, pol_in_language(v, "none of ", "不得有 "));
    pol_buf_str(&b, pol_match_wanted(v, m));
    return show(v, &b);
}

/* Figures, and names of the rule; of a NONE the words that are marked. */
policy_str pol_lack_found(pol_evaluation *v, const pol_match_lack *l)
{
    pol_buf b;

    if (l->part->op == POL_MATCH_NONE)
        return pol_match_found(v);
    if (l->part->op == POL_MATCH_AT_LEAST)
        return pol_number_shown(v, l->spans);
    if (l->part->op != POL_MATCH_NEAR)
        return (policy_str){ "", 0 };
    if (!l->absent && l->apart < 0)
        return pol_in_language(v, "in no text both", "没有文本两者都有");
    pol_buf_init(&b, &v->s->allocator, POL_SHOWN_BYTES);
    if (l->absent) {
        pol_buf_str(&b, pol_in_language(v, "no ", "没有 "));
        pol_buf_str(&b, pol_match_wanted(v, l->absent));
    } else {
        pol_buf_fmt(&b, v->chinese ? "相距 %lld 字" : "%lld characters apart",
                    (long long)l->apart);
    }
    return show(v, &b);
}

policy_str pol_count_key(pol_evaluation *v, const pol_count *c)
{
    pol_buf b;

    pol_buf_init(&b, &v->s->allocator, POL_SHOWN_BYTES);
    put_key(&b, &c->by);
    return show(v, &b);
}

/* ORDER PERIOD */
static const char *const period_zh[] = { "日", "周", "月", "季", "年" };

policy_str pol_count_wanted(pol_evaluation *v, const pol_count *c)
{
    pol_buf b;

    pol_buf_init(&b, &v->s->allocator, POL_SHOWN_BYTES);
    pol_buf_text(&b, cond_words[POL_COND_MORE][v->chinese]);
    pol_buf_int(&b, c->more_than);
    if (c->period)
        pol_buf_fmt(&b, v->chinese ? "，每%s" : " in a %s",
                    v->chinese ? period_zh[c->period - 1]
                               : pol_period_names[c->period - 1]);
    else
        pol_buf_fmt(&b, v->chinese ? "，%lld 秒内" : " in %lld s",
                    (long long)(c->over / 1000));
    return show(v, &b);
}
