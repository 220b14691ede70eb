/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The version of these headers; the build reads it here.
 */
#ifndef POLICY_VERSION_H
#define POLICY_VERSION_H

#define POLICY_VERSION_MAJOR 0
#define POLICY_VERSION_MINOR 1
#define POLICY_VERSION_PATCH 0
#define POLICY_VERSION_STRING "0.1.0"
/* Comparable: 0xMMmmpp. */
#define POLICY_VERSION_NUMBER 0x000100
/* Of the fold tables and every property that a decision depends on. */
#define POLICY_UNICODE_VERSION "15.0.0"

#endif
