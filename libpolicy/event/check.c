/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values against the schema. Every message names the field and, where it can
 * be shown, the value.
 */
#include "event/check.h"

#include "base/error.h"
#include "base/slice.h"

/* How much of a wrong value a message shows. */
enum { SHOWN = 60 };

static int shown(policy_str *v)
{
    *v = pol_str_cut(*v, SHOWN);
    return (int)v->len;
}

/* Most ids are printable ASCII; what follows the first other byte is looked at
 * closely. */
static size_t skip_ascii(policy_str id)
{
    size_t i = 0;

    while (i < id.len && id.ptr[i] >= 0x20 && id.ptr[i] < 0x7f)
        i++;
    return i;
}

bool pol_id_clean(policy_str id)
{
    size_t i = skip_ascii(id);

    if (i == id.len)
        return true;
    for (; i < id.len; i++) {
        unsigned char b = (unsigned char)id.ptr[i];

        if (b < 0x20 || b == 0x7f)
            return false;
        /* U+0080 to U+009F, the second set of controls. */
        if (b == 0xc2 && i + 1 < id.len &&
            (unsigned char)id.ptr[i + 1] < 0xa0)
            return false;
    }
    return pol_str_ill_formed(id) == id.len;
}

bool pol_time_in_range(int64_t ms, int32_t offset)
{
    return ms >= -62167219200000 && ms <= 253402300799999 &&
           offset > -24 * 60 && offset < 24 * 60;
}

/* What names an event may not be empty; elsewhere "" is a value of its own. */
static bool may_be_empty(int32_t field)
{
    return field != POLICY_FIELD_ID && field != POLICY_FIELD_ORG &&
           field != POLICY_FIELD_SOURCE;
}

static policy_status check_id(int32_t field, const pol_field_use *use,
                              policy_str v, uint64_t pos, policy_error *err)
{
    const char *name = pol_fields[field].name;

    if (!use->long_id && v.len > POL_ID_MAX)
        return pol_error_at(err, POLICY_EINPUT, pos, "id-long",
                            "field “%s” has %zu bytes; an id has at most %d",
                            name, v.len, POL_ID_MAX);
    if (!v.len && !may_be_empty(field))
        return pol_error_at(err, POLICY_EINPUT, pos, "id-empty",
                            "field “%s” must not be empty", name);
    if (!pol_id_clean(v))
        return pol_error_at(err, POLICY_EINPUT, pos, "id-bytes",
                            "field “%s” must be UTF-8 without controls", name);
    return POLICY_OK;
}

static policy_status check_word(int32_t field, const pol_field_use *use,
                                policy_str v, uint64_t pos, policy_error *err)
{
    const char *name = pol_fields[field].name;
    policy_str near;
    int len;

    if (pol_field_has_word(use, pol_word_find(v)))
        return POLICY_OK;
    if (use->open && v.len)
        return check_id(field, use, v, pos, err);
    near = pol_field_nearest_word(use, v);
    len = shown(&v);
    if (near.len)
        return pol_error_at(err, POLICY_EINPUT, pos, "word-unknown",
                            "field “%s” cannot be “%.*s”; did you mean “%.*s”?",
                            name, len, v.ptr, (int)near.len, near.ptr);
    return pol_error_at(err, POLICY_EINPUT, pos, "word-unknown",
                        "field “%s” cannot be “%.*s”", name, len, v.ptr);
}

policy_status pol_check_str(int32_t field, const pol_field_use *use,
                            policy_str value, const policy_limits *limits,
                            uint64_t pos, policy_error *err)
{
    bool long_one = use->kind == POL_KIND_TEXT || use->long_id;

    if (long_one && value.len > limits->text_bytes)
        return pol_error_at(err, POLICY_ELIMIT, pos, "limit",
                            "field “%s” is above the limit text_bytes (%llu)",
                            pol_fields[field].name,
                            (unsigned long long)limits->text_bytes);
    switch (use->kind) {
    case POL_KIND_TEXT:
        return POLICY_OK;
    case POL_KIND_ID:
    case POL_KIND_LIST:
        return check_id(field, use, value, pos, err);
    case POL_KIND_ENUM:
    case POL_KIND_WORDS:
        return check_word(field, use, value, pos, err);
    default:
        return pol_check_kind(field, use, pos, err);
    }
}

policy_status pol_check_kind(int32_t field, const pol_field_use *use,
                             uint64_t pos, policy_error *err)
{
    static const char *const names[] = {
        [POL_KIND_NONE] = "absent",
        [POL_KIND_ID] = "a string of at most 256 bytes, or an integer",
        [POL_KIND_TEXT] = "a string",
        [POL_KIND_ENUM] = "a string",
        [POL_KIND_BOOL] = "true or false",
        [POL_KIND_INT] = "an integer of 64 bits",
        [POL_KIND_TIME] = "an RFC 3339 time, or milliseconds since 1970",
        [POL_KIND_LIST] = "an array of strings",
        [POL_KIND_WORDS] = "an array of strings"
    };

    return pol_error_at(err, POLICY_EINPUT, pos, "field-kind",
                        "field “%s” must be %s", pol_fields[field].name,
                        names[use->kind]);
}
