/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A host as a stranger writes it, against the installed headers: judges stdin,
 * one event a line, by the organisation in argv[1] and the library in argv[2].
 */
#include <policy/policy.h>

#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    policy_compiler *c = NULL;
    policy_bundle *b = NULL;
    policy_session *s = NULL;
    policy_event *e = NULL;
    const policy_decision *d;
    policy_error err = POLICY_ERROR_INIT;
    static char line[4096];

    if (argc != 3 || policy_compiler_new(&c, NULL, &err) ||
        policy_compiler_add_library(c, argv[2], &err) ||
        policy_compiler_add_path(c, argv[1], &err) ||
        policy_compiler_build(&b, c, &err) ||
        policy_session_new(&s, b, NULL, &err) ||
        policy_event_new(&e, NULL, NULL, &err))
        return fprintf(stderr, "%s\n", err.message), 1;
    while (fgets(line, sizeof(line), stdin)) {
        if (policy_event_read_json(e, (policy_str){ line, strlen(line) },
                                   &err) ||
            policy_session_evaluate(&d, s, e, NULL, &err))
            return fprintf(stderr, "%s\n", err.message), 1;
        puts(policy_verdict_name(policy_decision_verdict(d)));
    }
    policy_event_free(e);
    policy_session_free(s);
    policy_bundle_unref(b);
    policy_compiler_free(c);
    return 0;
}
