/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
#include "compile_cases.h"
int main(int argc, char **argv) { (void)argc; (void)argv; return 0; }
