/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What this library is made of.
 */
#include <lua.h>
#include <utf8proc.h>

#include <policy/status.h>
#include <policy/version.h>

#define TEXT(x) #x
#define VALUE(x) TEXT(x)

uint32_t policy_version(void)
{
    return POLICY_VERSION_NUMBER;
}

const char *policy_build_info(void)
{
    return "libpolicy " POLICY_VERSION_STRING
           ", Unicode " POLICY_UNICODE_VERSION
           ", utf8proc " VALUE(UTF8PROC_VERSION_MAJOR) "."
           VALUE(UTF8PROC_VERSION_MINOR) "." VALUE(UTF8PROC_VERSION_PATCH)
           ", " LUA_RELEASE;
}
