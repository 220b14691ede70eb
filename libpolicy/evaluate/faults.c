/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What goes wrong in words. Most of it is said as it stands; where a number or a
 * name belongs in it, it is put together in the arena.
 */
#include "evaluate/faults.h"

#include <assert.h>

#include "base/buffer.h"
#include "base/slice.h"
#include "evaluate/evaluation.h"

static const struct {
    const char *code;
    pol_text text;
} catalogue[POL_FAULT_COUNT] = {
#define POL_FAULT(name, code, en, zh) \
    { code, { { zh, sizeof(zh) - 1 }, { en, sizeof(en) - 1 } } },
#include "evaluate/faults.def"
#undef POL_FAULT
};

const char *pol_fault_code(pol_fault f)
{
    return catalogue[f].code;
}

const pol_text *pol_fault_text(pol_fault f)
{
    return &catalogue[f].text;
}

/* --- filled in */

static policy_str in_language(const pol_text *t, bool zh)
{
    return zh ? t->zh : t->en;
}

/* "{n}" at `i`? */
static bool is_hole(policy_str s, size_t i)
{
    return i + 2 < s.len && s.ptr[i] == '{' && s.ptr[i + 1] >= '0' &&
           s.ptr[i + 1] <= '9' && s.ptr[i + 2] == '}';
}

static size_t put(char *to, size_t room, pol_fault f, const pol_text *args,
                  size_t count, bool zh)
{
    policy_str s = in_language(pol_fault_text(f), zh);
    pol_buf b;

    pol_buf_init_fixed(&b, to, room);
    for (size_t i = 0; i < s.len; i++) {
        size_t n = is_hole(s, i) ? (size_t)(s.ptr[i + 1] - '0') : count;

        if (n >= count) {
            assert(!is_hole(s, i));
            pol_buf_char(&b, s.ptr[i]);
            continue;
        }
        pol_buf_str(&b, in_language(&args[n], zh));
        i += 2;
    }
    return b.len;
}

static policy_str fill(pol_evaluation *v, pol_fault f, const pol_text *args,
                       size_t count, bool zh)
{
    size_t len = put(NULL, 0, f, args, count, zh);
    char *to = pol_arena_alloc(&v->s->arena, len);

    if (!to) {
        pol_no_memory(v);
        return (policy_str){ "", 0 };
    }
    put(to, len, f, args, count, zh);
    return (policy_str){ to, len };
}

const pol_text *pol_fault_fill(pol_evaluation *v, pol_fault f,
                               const pol_text *args, size_t count)
{
    pol_text *out = pol_arena_new(&v->s->arena, pol_text, 1);

    if (!out) {
        pol_no_memory(v);
        return NULL;
    }
    out->en = fill(v, f, args, count, false);
    out->zh = fill(v, f, args, count, true);
    return v->status ? NULL : out;
}

const pol_text *pol_fault_count(pol_evaluation *v, pol_fault f,
                                const int64_t *numbers, size_t count)
{
    enum { MOST = 4, DIGITS = 24 };
    char digits[MOST][DIGITS];
    pol_text args[MOST];

    assert(count <= MOST);
    for (size_t i = 0; i < count; i++) {
        pol_buf b;

        pol_buf_init_fixed(&b, digits[i], DIGITS);
        pol_buf_int(&b, numbers[i]);
        args[i].en = args[i].zh = pol_buf_slice(&b);
    }
    return pol_fault_fill(v, f, args, count);
}

void pol_record_fault(pol_evaluation *v, const char *rule, pol_fault f,
                      int32_t acted_as)
{
    pol_record_error(v, rule, pol_fault_code(f), pol_fault_text(f), acted_as);
}
