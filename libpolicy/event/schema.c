/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looking names up in the vocabulary. Every field of every event passes here,
 * so a name costs one hash of at most sixteen of its bytes and one comparison.
 */
#include "event/schema.h"

#include <string.h>

#include "base/slice.h"
#include "event/schema_tables.h"

static uint64_t load1(const char *text)
{
    return *(const unsigned char *)text;
}

/*
 * First and last bytes and the length; overlapping for short names, blind to
 * the middle of long ones, of which no two in the schema agree. The same as
 * name_hash() of gen_schema.py, on every byte order.
 */
static uint64_t name_hash(policy_str s)
{
    uint64_t lo, hi = 0;

    if (s.len >= 8) {
        lo = pol_load64(s.ptr);
        hi = pol_load64(s.ptr + s.len - 8);
    } else if (s.len >= 4) {
        lo = pol_load32(s.ptr);
        hi = pol_load32(s.ptr + s.len - 4);
    } else {
        lo = load1(s.ptr) | load1(s.ptr + s.len / 2) << 8 |
             load1(s.ptr + s.len - 1) << 16;
    }
    lo = ((lo ^ s.len) * 0x9E3779B97F4A7C15u) ^ hi;
    return lo * 0xD6E8FEB86659FD93u >> 40;
}

static bool same(policy_str a, policy_str b)
{
    return a.len == b.len && memcmp(a.ptr, b.ptr, a.len) == 0;
}

int32_t pol_type_find(policy_str name)
{
    size_t mask = POL_SCHEMA_TYPE_SLOTS - 1, h, n;

    if (!name.len)
        return -1;
    for (h = name_hash(name) & mask; (n = pol_schema_type_slots[h]) != 0;
         h = (h + 1) & mask)
        if (same(pol_schema_types[n - 1], name))
            return (int32_t)n - 1;
    return -1;
}

int32_t pol_field_find(policy_str name)
{
    size_t mask = POL_SCHEMA_FIELD_SLOTS - 1, h, n;

    if (!name.len)
        return -1;
    for (h = name_hash(name) & mask; (n = pol_schema_field_slots[h]) != 0;
         h = (h + 1) & mask)
        if (same(pol_schema_fields[n - 1], name))
            return (int32_t)n - 1;
    return -1;
}

uint16_t pol_word_find(policy_str name)
{
    size_t mask = POL_SCHEMA_WORD_SLOTS - 1, h, n;

    if (!name.len)
        return 0;
    for (h = name_hash(name) & mask; (n = pol_schema_word_slots[h]) != 0;
         h = (h + 1) & mask)
        if (same(pol_schema_words[n - 1], name))
            return (uint16_t)n;
    return 0;
}

policy_str pol_word_name(uint16_t word)
{
    if (word == 0 || word > POL_SCHEMA_WORD_COUNT)
        return POL_STR("");
    return pol_schema_words[word - 1];
}

const pol_field_use *pol_field_in(int32_t type, int32_t field)
{
    if (type < 0 || type >= POLICY_TYPE_COUNT || field < 0 ||
        field >= POLICY_FIELD_COUNT)
        return &pol_schema_uses[0];
    return &pol_schema_uses[pol_schema_matrix[type][field]];
}

const uint64_t *pol_fields_of_text(int32_t type)
{
    static const uint64_t none[POL_FIELD_WORDS] = { 0 };

    return type < 0 || type >= POLICY_TYPE_COUNT ? none : pol_schema_texts[type];
}

bool pol_field_has_word(const pol_field_use *u, uint16_t word)
{
    size_t i;

    for (i = 0; i < u->word_count; i++)
        if (u->words[i] == word)
            return word != 0;
    return false;
}

policy_str pol_field_nearest_word(const pol_field_use *u, policy_str name)
{
    policy_str all[POL_SCHEMA_WORDS_MAX];
    size_t i;

    for (i = 0; i < u->word_count; i++)
        all[i] = pol_word_name(u->words[i]);
    return pol_nearest(name, all, u->word_count);
}

policy_str pol_flag_name(unsigned bit)
{
    const pol_field_use *u = pol_field_in(0, POLICY_FIELD_FLAGS); /* common */

    return bit < u->word_count ? pol_word_name(u->words[bit]) : POL_STR("");
}
