/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lua tells nobody its instructions but in the bytes of lua_dump, which are
 * those of ldump.c of Lua 5.4: a head, then a function with its constants and
 * the functions within it. Opcodes are numbered as in lopcodes.h, alike in all
 * of 5.4. What does not read so is unknown, and unknown is the worst.
 *
 * Without a jump back, each instruction of a function runs once at most, and
 * the count of them bounds a call. Two instructions are dear whatever their
 * operands look like beforehand:
 *
 *   - the remainder of floats, of which the C library may take one step for
 *     each power of two between them: more than a microsecond;
 *   - joining numbers to texts: half a microsecond for each that is written.
 *
 * The hook does not see them one by one, so that where there is one of them each
 * hundred instructions cost as if they were nothing else.
 */
#include <string.h>

#include "base/alloc.h"
#include "script/code.h"

/* Of a hundred instructions. With these a budget of 200,000 lasts 25 ms at most
 * (research on 5.4.4 with glibc 2.36), as it does for what sandbox.c charges. */
enum { MODULO_UNITS = 1000, JOIN_UNITS = 400 };

/* ORDER lopcodes.h */
enum {
    OP_MODK = 25,
    OP_MOD = 37,
    OP_CONCAT = 53,
    OP_JMP = 56,
    OP_FORLOOP = 73,
    OP_TFORLOOP = 77,
    OP_CLOSURE = 79
};

/* The argument of a jump has 25 bits and stands in excess of this. */
enum { OPCODE_BITS = 7, JUMP_ZERO = (1 << 24) - 1 };

/* More than the parser of a file nests (source_map.c). */
enum { DEPTH_MAX = 16, DUMP_STEP = 1024 };

static const pol_code unknown = { POL_CODE_ENDLESS, true, true };

typedef struct reader {
    const unsigned char *at, *end;
    bool bad, loops;
    pol_code code; /* the count is of the outermost function */
} reader;

static const unsigned char *skip(reader *r, size_t len)
{
    const unsigned char *at = r->at;

    if (r->bad || len > (size_t)(r->end - r->at)) {
        r->bad = true;
        return NULL;
    }
    r->at += len;
    return at;
}

static unsigned read_byte(reader *r)
{
    const unsigned char *b = skip(r, 1);

    return b ? *b : 0;
}

/* Seven bits a byte, the highest first; the last byte has the eighth. */
static size_t read_size(reader *r)
{
    size_t n = 0;
    unsigned b;

    do {
        b = read_byte(r);
        r->bad |= n > SIZE_MAX >> 7;
        n = n << 7 | (b & 0x7f);
    } while (!r->bad && !(b & 0x80));
    return r->bad ? 0 : n;
}

static void skip_string(reader *r)
{
    size_t len = read_size(r);

    if (len)
        skip(r, len - 1);
}

static void read_head(reader *r)
{
    static const unsigned char head[] = LUA_SIGNATURE "\x54\0\x19\x93\r\n\x1a\n";
    const unsigned char *b = skip(r, sizeof(head) - 1);

    r->bad |= b && memcmp(b, head, sizeof(head) - 1) != 0;
    r->bad |= read_byte(r) != sizeof(uint32_t);
    r->bad |= read_byte(r) != sizeof(lua_Integer);
    r->bad |= read_byte(r) != sizeof(lua_Number);
    skip(r, sizeof(lua_Integer) + sizeof(lua_Number)); /* samples */
    read_byte(r); /* upvalues */
}

static void read_instruction(reader *r, uint32_t i)
{
    switch (i & ((1 << OPCODE_BITS) - 1)) {
    case OP_MODK:
    case OP_MOD:
        r->code.modulo = true;
        break;
    case OP_CONCAT:
        r->code.joins = true;
        break;
    case OP_JMP:
        r->loops |= i >> OPCODE_BITS < JUMP_ZERO;
        break;
    case OP_FORLOOP:
    case OP_TFORLOOP:
    case OP_CLOSURE:
        r->loops = true;
    }
}

static void read_code(reader *r, bool outermost)
{
    size_t count = read_size(r);
    const unsigned char *b = NULL;

    if (count <= SIZE_MAX / sizeof(uint32_t))
        b = skip(r, count * sizeof(uint32_t));
    if (!b || count >= POL_CODE_ENDLESS) {
        r->bad = true;
        return;
    }
    for (size_t i = 0; i < count; i++) {
        uint32_t instruction;

        memcpy(&instruction, b + i * sizeof(instruction), sizeof(instruction));
        read_instruction(r, instruction);
    }
    if (outermost)
        r->code.instructions = (uint32_t)count;
}

/* Tags are those of lobject.h: the type, and a variant above its four bits. */
static void skip_constants(reader *r)
{
    for (size_t n = read_size(r); n && !r->bad; n--) {
        unsigned tag = read_byte(r);

        switch (tag & 0xf) {
        case LUA_TNUMBER:
            skip(r, sizeof(lua_Number));
            break;
        case LUA_TSTRING:
            skip_string(r);
            break;
        case LUA_TNIL:
        case LUA_TBOOLEAN:
            break;
        default:
            r->bad = true;
        }
    }
}

/* What lines and names it has: none, where they were left out. */
static void skip_debug(reader *r)
{
    for (int i = 0; i < 4; i++)
        r->bad |= read_size(r) != 0;
}

static void read_function(reader *r, int depth)
{
    size_t upvalues, functions;

    r->bad |= depth > DEPTH_MAX;
    skip_string(r); /* source */
    read_size(r);   /* first line, */
    read_size(r);   /* last line */
    skip(r, 3);     /* parameters, varargs, registers */
    read_code(r, depth == 0);
    skip_constants(r);
    upvalues = read_size(r);
    if (upvalues > UINT8_MAX)
        r->bad = true;
    skip(r, upvalues * 3);
    functions = read_size(r);
    for (size_t i = 0; i < functions && !r->bad; i++)
        read_function(r, depth + 1);
    skip_debug(r);
}

typedef struct dump {
    policy_allocator allocator;
    unsigned char *bytes;
    size_t len, cap;
} dump;

/* lua_Writer; nearly all that comes are single bytes. */
static int add(lua_State *lua, const void *bytes, size_t len, void *ud)
{
    dump *d = ud;

    (void)lua;
    if (len > d->cap - d->len &&
        !pol_grow(&d->allocator, (void **)&d->bytes, &d->cap,
                  d->len + len + DUMP_STEP, 1))
        return 1;
    if (len == 1)
        d->bytes[d->len] = *(const unsigned char *)bytes;
    else if (len)
        memcpy(d->bytes + d->len, bytes, len);
    d->len += len;
    return 0;
}

static pol_code read_dump(const dump *d)
{
    reader r = { .at = d->bytes, .end = d->bytes + d->len };

    read_head(&r);
    read_function(&r, 0);
    if (r.bad || r.at != r.end)
        return unknown;
    if (r.loops)
        r.code.instructions = POL_CODE_ENDLESS;
    return r.code;
}

policy_status pol_code_read(pol_code *out, lua_State *lua,
                            const policy_allocator *a)
{
    dump d = { .allocator = pol_allocator_or_default(a) };
    bool failed = lua_dump(lua, add, &d, 1) != 0;

    *out = failed ? unknown : read_dump(&d);
    pol_free(&d.allocator, d.bytes, d.cap);
    return failed ? POLICY_ENOMEM : POLICY_OK;
}

pol_code pol_code_both(pol_code caller, pol_code called)
{
    return (pol_code){ POL_CODE_ENDLESS, caller.modulo || called.modulo,
                       caller.joins || called.joins };
}

uint32_t pol_code_dear(pol_code c)
{
    return (c.modulo ? MODULO_UNITS : 0) + (c.joins ? JOIN_UNITS : 0);
}
