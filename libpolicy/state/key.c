/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The escaping of keys. The rest stands last and bare: its end is the key's.
 */
#include "state/key.h"

#include <string.h>

static bool is_escaped(char c)
{
    return c == '\n' || c == '\\';
}

static size_t part_len(policy_str part)
{
    size_t len = part.len + 1;

    for (size_t i = 0; i < part.len; i++)
        len += is_escaped(part.ptr[i]);
    return len;
}

static char *write_part(char *out, policy_str part)
{
    for (size_t i = 0; i < part.len; i++) {
        char c = part.ptr[i];

        if (is_escaped(c))
            *out++ = '\\';
        *out++ = c == '\n' ? 'n' : c;
    }
    *out++ = '\n';
    return out;
}

size_t pol_record_key_len(const pol_record_key *k)
{
    return part_len(k->org) + part_len(k->kind) + k->rest.len;
}

void pol_record_key_write(char *out, const pol_record_key *k)
{
    out = write_part(write_part(out, k->org), k->kind);
    if (k->rest.len)
        memcpy(out, k->rest.ptr, k->rest.len);
}

policy_str pol_record_key_make(pol_arena *arena, policy_str org,
                               policy_str kind, policy_str rest)
{
    pol_record_key k = { org, kind, rest };
    policy_str key = { NULL, pol_record_key_len(&k) };
    char *room = pol_arena_alloc(arena, key.len);

    if (room)
        pol_record_key_write(room, &k);
    key.ptr = room;
    return key;
}

/* One part from *pos on, which moves past its line feed. */
static bool read_part(policy_str *out, policy_str key, size_t *pos, char *room)
{
    size_t i = *pos, n = 0;

    for (; i < key.len && key.ptr[i] != '\n'; i++) {
        char c = key.ptr[i];

        if (c == '\\') {
            if (++i == key.len || (key.ptr[i] != 'n' && key.ptr[i] != '\\'))
                return false;
            c = key.ptr[i] == 'n' ? '\n' : '\\';
        }
        room[n++] = c;
    }
    if (i >= key.len)
        return false;
    *out = (policy_str){ room, n };
    *pos = i + 1;
    return true;
}

bool pol_record_key_read(pol_record_key *out, policy_str key, char *room)
{
    pol_record_key k;
    size_t pos = 0;

    memset(out, 0, sizeof(*out));
    if (!read_part(&k.org, key, &pos, room) ||
        !read_part(&k.kind, key, &pos, room + k.org.len))
        return false;
    k.rest = (policy_str){ key.ptr + pos, key.len - pos };
    *out = k;
    return true;
}

bool pol_record_key_is_of(policy_str key, policy_str org)
{
    size_t pos = 0;

    for (size_t i = 0; i < org.len; i++) {
        char c = org.ptr[i];

        if (is_escaped(c) && (pos == key.len || key.ptr[pos++] != '\\'))
            return false;
        if (pos == key.len || key.ptr[pos++] != (c == '\n' ? 'n' : c))
            return false;
    }
    return pos < key.len && key.ptr[pos] == '\n';
}
