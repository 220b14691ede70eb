/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * All of libpolicy. What holds everywhere:
 *
 * 1. Out parameter first, NULL or 0 on failure; an optional policy_error last.
 *    Objects stay usable after any error.
 * 2. A pointer is borrowed for the call, copied, owned by the caller, or
 *    borrowed from an object until it is said. Unless told otherwise arguments
 *    are borrowed for the call and what a getter returns is borrowed from its
 *    object.
 * 3. Bytes are pointer and length; NUL is a byte. C strings are only paths,
 *    field names, ids of organisations and rules. Id and source of an event are
 *    bytes of 1 to 256, without controls.
 * 4. Offsets are bytes, [start, end), of the value of a field: after JSON
 *    escapes are undone, ill-formed bytes kept. Lines and columns count from 1;
 *    a column counts code points.
 * 5. A struct that the caller fills begins with `size` and has an _INIT; zero is
 *    the default. A struct that the library hands out grows only at its end.
 * 6. A callback neither calls back into the object that called it, nor leaves by
 *    longjmp or a C++ exception.
 * 7. Input above a limit is refused (POLICY_ELIMIT); work above a limit is an
 *    entry in the decision's errors.
 * 8. Nothing reads a clock, a locale, the environment or the network; only what
 *    policy_compiler_add_path and _add_library name is read from the disk, and
 *    the system's zone files with it. The library never logs.
 */
#ifndef POLICY_POLICY_H
#define POLICY_POLICY_H

#include <policy/version.h>
#include <policy/status.h>
#include <policy/limits.h>
#include <policy/diagnostic.h>
#include <policy/schema.h>
#include <policy/bundle.h>
#include <policy/compiler.h>
#include <policy/event.h>
#include <policy/state.h>
#include <policy/decision.h>
#include <policy/compare.h>
#include <policy/session.h>
#include <policy/text.h>
#include <policy/matcher.h>

#endif
