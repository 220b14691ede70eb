/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The allow list: everything that a script can reach, by its path, compared
 * with what is there each time a state is made. What this Lua, this build or a
 * slip of ours brought along ends the state before a script sees it.
 */
#ifndef POL_SCRIPT_ALLOWED_H
#define POL_SCRIPT_ALLOWED_H

#include <stdbool.h>

#include <lua.h>

#include <policy/status.h>

enum { POL_ALLOWED_PATH = 100 };

/* Inside a protected call. False: something is there that is not on the list, or
 * not there that is; its path is written to `what`. While a file is loaded: */
bool pol_allowed_loading(lua_State *lua, char what[POL_ALLOWED_PATH]);
/* In a check, whose handles stand at this place of the stack and behind it: */
bool pol_allowed_calling(lua_State *lua, int event, char what[POL_ALLOWED_PATH]);
/* POLICY_EMISUSE: the Lua that is linked gives scripts what it should not. */
policy_status pol_allowed_error(const char *what, policy_error *err);

#endif
