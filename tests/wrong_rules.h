/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What may be wrong with a rule, in the source: each row is a rule as it is and
 * as it would be wrong, tests that notice and tests that do not.
 */
#ifndef TESTS_WRONG_RULES_H
#define TESTS_WRONG_RULES_H

struct wrong_rule {
    const char *kind, *change, *key, *wanted;
    const char *rules;       /* with %1$s, what is wrong, and %2$s, the tests */
    const char *right, *wrong;
    const char *notice, *overlook;
};

#define SAID(on, rest)                                                        \
    "rule { id = \"x\", title = \"t\", reason = \"r\", on = " on ","            \
    " category = \"off_topic\", verdict = \"hold\", " rest ", tests = { %2$s } }\n"
#define SEEN                                                                  \
    "memory { id = \"seen\", key = { \"actor\", \"device\" }, keep = \"30d\","  \
    " fields = { \"network\" }, set = { on = \"login\" } }\n"
#define OWED(rest)                                                            \
    "duty { id = \"x\", title = \"t\", reason = \"r\", " rest ", tests = { %2$s } }\n"
#define LOGIN(actor, device, more)                                            \
    "{ type = \"login\", actor = \"" actor "\", device = \"" device "\"" more " }"
#define INCIDENT(id, state, more)                                             \
    "{ type = \"incident\", incident = \"" id "\", state = \"" state "\"" more " }"
#define PASSED(after, expect)                                                 \
    "{ after = \"" after "\", type = \"tick\", expect = \"" expect "\" }"

static const struct wrong_rule wrong_rules[] = {
    { "where", "drop", "conversation_kind", "direct",
      SAID("\"message\"", "match = term \"甲\", where = { conversation_kind = %1$s }"),
      "{ \"group\", \"direct\" }", "{ \"group\" }",
      "hit { \"甲\", conversation_kind = \"direct\" }", "hit \"甲\"" },
    { "where", "more", "size", "more than 5",
      SAID("\"file_transfer\"", "match = term \"甲\", where = { size = more_than(%1$s) }"),
      "5", "6", "hit { name = \"甲\", size = 6 }", "hit { name = \"甲\", size = 7 }" },
    { "where", "less", "size", "less than 5",
      SAID("\"file_transfer\"", "match = term \"甲\", where = { size = less_than(%1$s) }"),
      "5", "4", "hit { name = \"甲\", size = 4 }", "hit { name = \"甲\", size = 3 }" },
    { "where", "half", "reported_at", NULL,
      SAID("\"incident\"", "where = { reported_at = later(\"noticed_at\", \"%1$s\") }"),
      "1h", "30m",
      "miss { noticed_at = \"2026-03-02T08:00:00+08:00\","
      " reported_at = \"2026-03-02T08:40:00+08:00\" }",
      "miss { noticed_at = \"2026-03-02T08:00:00+08:00\","
      " reported_at = \"2026-03-02T08:20:00+08:00\" }" },
    { "where", "twice", "within", "o/seen",
      SEEN SAID("\"message\"", "match = term \"甲\","
                " where = known { \"seen\", key = \"actor\", within = \"%1$s\" }"),
      "2d", "4d",
      "miss { \"甲\", actor = \"u1\", after = \"3d\", state = { " LOGIN("u1", "d1", "") " } }",
      "hit { \"甲\", actor = \"u1\", after = \"1d\", state = { " LOGIN("u1", "d1", "") " } }" },
    { "where", "half", "within", "o/seen",
      SEEN SAID("\"message\"", "match = term \"甲\","
                " where = known { \"seen\", key = \"actor\", within = \"%1$s\" }"),
      "2d", "1d",
      "hit { \"甲\", actor = \"u1\", after = \"36h\", state = { " LOGIN("u1", "d1", "") " } }",
      "hit { \"甲\", actor = \"u1\", after = \"1h\", state = { " LOGIN("u1", "d1", "") " } }" },
    { "where", "less", "at_least", "o/seen",
      SEEN SAID("\"message\"", "match = term \"甲\","
                " where = known { \"seen\", key = \"actor\", at_least = %1$s }"),
      "2", "1",
      "miss { \"甲\", actor = \"u1\", state = { " LOGIN("u1", "d1", "") " } }",
      "hit { \"甲\", actor = \"u1\", state = { " LOGIN("u1", "d1", "") ", "
      LOGIN("u1", "d2", "") " } }" },
    { "where", "drop", "other", "o/seen",
      SEEN SAID("\"login\"", "where = known { \"seen\","
                " key = { \"actor\", \"device\" }, other = %1$s }, broad = true"),
      "true", "false",
      "miss { actor = \"u1\", device = \"d1\", state = { " LOGIN("u1", "d1", "") " } }",
      "miss { actor = \"u1\", device = \"d1\" }" },
    { "where", "drop", "network", "public",
      SEEN SAID("\"message\"", "match = term \"甲\", where = known { \"seen\","
                " key = \"actor\"%1$s }"),
      ", where = { network = \"public\" }", "",
      "miss { \"甲\", actor = \"u1\", state = { "
      LOGIN("u1", "d1", ", network = \"trusted\"") " } }",
      "hit { \"甲\", actor = \"u1\", state = { "
      LOGIN("u1", "d1", ", network = \"public\"") " } }" },
    { "requires", "negate", "network", "public",
      SEEN SAID("\"message\"", "match = term \"甲\", requires = known { \"seen\","
                " key = \"actor\", where = %1$s }"),
      "{ network = \"public\" }", "none { { network = \"public\" } }",
      "miss { \"甲\", actor = \"u1\", state = { "
      LOGIN("u1", "d1", ", network = \"public\"") " } }", "hit { \"甲\", actor = \"u1\" }" },
    { "except", "drop", "direction", "in",
      SAID("\"message\"", "match = term \"甲\", except = { { actor = \"u2\","
           " %1$s why = \"w\", owner = \"o\", expires = \"2030-01-01\" } }"),
      "direction = \"in\",", "", "hit { \"甲\", actor = \"u2\", direction = \"out\" }",
      "hit { \"甲\", actor = \"u1\", direction = \"out\" }" },
    { "except", "negate", "direction", "in",
      SAID("\"message\"", "match = term \"甲\", except = { { actor = \"u2\","
           " %1$s, why = \"w\", owner = \"o\", expires = \"2030-01-01\" } }"),
      "{ direction = \"in\" }", "none { { direction = \"in\" } }",
      "miss { \"甲\", actor = \"u2\", direction = \"in\" }",
      "hit { \"甲\", actor = \"u1\", direction = \"out\" }" },
    { "match", "half", "near", "甲 乙",
      SAID("\"message\"", "match = near(term \"甲\", term \"乙\", %1$s)"), "6", "3",
      "hit \"甲1234乙\"", "hit \"甲12乙\"" },
    { "match", "twice", "near", "甲 乙",
      SAID("\"message\"", "match = near(term \"甲\", term \"乙\", %1$s)"), "6", "12",
      "miss \"甲12345678乙\"", "miss \"甲1234567890123乙\"" },
    { "match", "drop", "confidence", "mobile (high)",
      SAID("\"message\"", "match = pii { \"mobile\"%1$s }"),
      ", confidence = \"high\"", "", "miss \"订单号 13800138000\"", "hit \"手机 13800138000\"" },
    { "scope", "drop", "on", "comment",
      SAID("%1$s", "match = term \"甲\""), "{ \"message\", \"comment\" }",
      "\"message\"", "hit { \"甲\", type = \"comment\" }", "hit \"甲\"" },
    { "scope", "drop", "fields", "parts",
      SAID("\"message\"", "match = term \"甲\", fields = %1$s"), "{ \"text\", \"parts\" }",
      "\"text\"", "hit { \"好\", parts = { { role = \"quote\", text = \"甲\" } } }",
      "hit \"甲\"" },
    { "scope", "drop", "fields", "parts.quote",
      SAID("\"message\"", "match = term \"甲\", fields = %1$s"),
      "{ \"text\", \"parts.quote\" }", "\"text\"",
      "hit { \"好\", parts = { { role = \"quote\", text = \"甲\" } } }", "hit \"甲\"" },
    { "count", "half", "over", "more than 1 in 3600 s",
      SAID("\"message\"", "match = term \"甲\", count = { by = \"actor\","
           " over = \"%1$s\", more_than = 1 }"), "1h", "30m",
      "steps { { \"甲\", actor = \"u1\" },"
      " { \"甲\", actor = \"u1\", after = \"45m\", expect = \"hit\" } }",
      "steps { { \"甲\", actor = \"u1\" }, { \"甲\", actor = \"u1\", expect = \"hit\" } }" },
    { "count", "drop", "distinct", "conversation",
      SAID("\"message\"", "match = term \"甲\", count = { by = \"actor\","
           " over = \"1h\", more_than = 1%1$s }"), ", distinct = \"conversation\"", "",
      "steps { { \"甲\", actor = \"u1\", conversation = \"c\" },"
      " { \"甲\", actor = \"u1\", conversation = \"c\", expect = \"miss\" } }",
      "steps { { \"甲\", actor = \"u1\", conversation = \"c\" },"
      " { \"甲\", actor = \"u1\", conversation = \"d\", expect = \"hit\" } }" },
    { "count", "drop", "sum", "minutes",
      SAID("\"usage_period\"", "count = { by = \"actor\", over = \"1d\","
           " more_than = 60%1$s }, broad = true"), ", sum = \"minutes\"", "",
      "hit { actor = \"u1\", minutes = 61 }", "miss { actor = \"u1\", minutes = 60 }" },
    { "count", "drop", "reset", "login",
      SAID("\"message\"", "match = term \"甲\", count = { by = \"actor\","
           " over = \"1h\", more_than = 1%1$s }"), ", reset = { on = \"login\" }", "",
      "steps { { \"甲\", actor = \"u1\" }, " LOGIN("u1", "d", "") ","
      " { \"甲\", actor = \"u1\", expect = \"miss\" } }",
      "steps { { \"甲\", actor = \"u1\" }, { \"甲\", actor = \"u1\", expect = \"hit\" } }" },
    { "count", "drop", "network", "public",
      SAID("\"message\"", "match = term \"甲\", count = { by = \"actor\","
           " over = \"1h\", more_than = 1, reset = { on = \"login\"%1$s } }"),
      ", where = { network = \"public\" }", "",
      "steps { { \"甲\", actor = \"u1\" }, " LOGIN("u1", "d", ", network = \"trusted\"") ","
      " { \"甲\", actor = \"u1\", expect = \"hit\" } }",
      "steps { { \"甲\", actor = \"u1\" }, { \"甲\", actor = \"u1\", expect = \"hit\" } }" },
    { "memory", "drop", "network", "public",
      "memory { id = \"seen\", key = \"actor\", keep = \"30d\", set = { on = \"login\","
      " where = { network = %1$s } } }\n"
      SAID("\"message\"", "match = term \"甲\", where = known { \"seen\", key = \"actor\" }"),
      "{ \"trusted\", \"public\" }", "{ \"trusted\" }",
      "hit { \"甲\", actor = \"u1\", state = { "
      LOGIN("u1", "d1", ", network = \"public\"") " } }",
      "hit { \"甲\", actor = \"u1\", state = { "
      LOGIN("u1", "d1", ", network = \"trusted\"") " } }" },
    { "memory", "drop", "clear", "account_change",
      "memory { id = \"seen\", key = \"account\", keep = \"30d\", set = { on = \"login\" }%1$s }\n"
      SAID("\"message\"", "match = term \"甲\", where = known { \"seen\", key = \"account\" }"),
      ", clear = { on = \"account_change\", key = \"subject_account\" }", "",
      "miss { \"甲\", account = \"a\", state = { { type = \"login\", account = \"a\" },"
      " { type = \"account_change\", subject_account = \"a\" } } }",
      "hit { \"甲\", account = \"a\", state = { { type = \"login\", account = \"a\" } } }" },
    /* The index knows the clause by the state that it no longer asks for. */
    { "memory", "negate", "state", "noticed",
      "memory { id = \"seen\", key = \"incident\", keep = \"30d\", set = { on = \"incident\","
      " where = %1$s } }\n"
      SAID("\"incident\"", "where = all { known { \"seen\", key = \"incident\" },"
           " { kind = \"leak\" } }"),
      "{ state = \"noticed\" }", "none { { state = \"noticed\" } }",
      "miss { incident = \"i\", state = { " INCIDENT("i", "closed", "") " } }",
      "miss { incident = \"i\" }" },
    { "memory", "drop", "set", "o/other",
      "memory { id = \"seen\", key = \"actor\", keep = \"30d\","
      " set = { { on = \"login\" }%1$s } }\n"
      "rule { id = \"other\", title = \"t\", reason = \"r\", on = \"message\","
      " category = \"off_topic\", verdict = \"flag\", match = term \"乙\","
      " tests = { hit { \"乙\", verdict = \"flag\" } } }\n"
      SAID("\"message\"", "match = term \"甲\", where = known { \"seen\", key = \"actor\" }"),
      ", { rule = \"other\" }", "",
      "hit { \"甲\", actor = \"u1\", state = { { \"乙\", actor = \"u1\" } } }",
      "hit { \"甲\", actor = \"u1\", state = { " LOGIN("u1", "d", "") " } }" },
    { "duty", "drop", "state", "noticed",
      OWED("owner = \"officer\", within = \"3d\", open = { on = \"incident\","
           " key = \"incident\"%1$s }"), ", where = { state = \"noticed\" }", "",
      "steps { " INCIDENT("i", "closed", ", expect = \"miss\"") " }",
      "steps { " INCIDENT("i", "noticed", ", expect = \"opened\"") " }" },
    { "duty", "negate", "state", "closed",
      OWED("owner = \"officer\", within = \"3d\", open = { on = \"incident\","
           " where = { state = \"noticed\" }, key = \"incident\" },"
           " done = { on = \"incident\", key = \"incident\", where = %1$s }"),
      "{ state = \"closed\" }", "none { { state = \"closed\" } }",
      "steps { " INCIDENT("i", "noticed", "") ", "
      INCIDENT("i", "reported", ", expect = \"miss\"") " }",
      "steps { " INCIDENT("i", "noticed", ", expect = \"opened\"") " }" },
    { "duty", "half", "within", "",
      OWED("owner = \"officer\", within = \"%1$s\", open = { on = \"incident\","
           " key = \"incident\" }"), "4d", "2d",
      "steps { " INCIDENT("i", "noticed", "") ", " PASSED("3d", "miss") " }",
      "steps { " INCIDENT("i", "noticed", "") ", " PASSED("4d", "overdue") " }" },
    { "duty", "twice", "within", "",
      OWED("owner = \"officer\", within = \"%1$s\", open = { on = \"incident\","
           " key = \"incident\" }"), "4d", "8d",
      "steps { " INCIDENT("i", "noticed", "") ", " PASSED("5d", "overdue") " }",
      "steps { " INCIDENT("i", "noticed", "") ", " PASSED("3d", "miss") " }" },
    { "duty", "drop", "renew", "",
      OWED("owner = \"officer\", within = \"4d\"%1$s, open = { on = \"incident\","
           " key = \"incident\" }"), ", renew = true", "",
      "steps { " INCIDENT("i", "noticed", "") ", "
      INCIDENT("i", "noticed", ", after = \"2d\"") ", " PASSED("3d", "miss") " }",
      "steps { " INCIDENT("i", "noticed", "") ", " PASSED("5d", "overdue") " }" },
    { "duty", "drop", "grace", "",
      OWED("owner = \"officer\", within = \"4d\"%1$s, open = { on = \"incident\","
           " key = \"incident\" }"), ", grace = \"2d\"", "",
      "steps { " INCIDENT("i", "noticed", "") ", " PASSED("5d", "miss") " }",
      "steps { " INCIDENT("i", "noticed", "") ", " PASSED("7d", "overdue") " }" },
    { "duty", "less", "times", "",
      OWED("owner = \"officer\", period = \"month\", times = %1$s, done = {"
           " on = \"post\" }"), "2", "1",
      "steps { { type = \"tick\" }, { type = \"post\", after = \"30d\", expect = \"miss\" } }",
      "steps { { type = \"tick\", expect = \"opened\" } }" },
    { "duty", "drop", "unique", "",
      OWED("owner = \"officer\", period = \"month\", times = 2%1$s, done = {"
           " on = \"post\" }"), ", unique = \"content_id\"", "",
      "steps { { type = \"tick\" }, { type = \"post\", content_id = \"p\", after = \"30d\" },"
      " { type = \"post\", content_id = \"p\", expect = \"miss\" } }",
      "steps { { type = \"tick\" }, { type = \"post\", content_id = \"p\", after = \"30d\" },"
      " { type = \"post\", content_id = \"q\", expect = \"done\" } }" },
    { "duty", "drop", "evidence", "",
      OWED("owner = \"pair\", once = true, within = \"3d\", attest = {"
           " by = \"officer\"%1$s }"), ", evidence = true", "",
      "steps { { type = \"tick\" }, { type = \"attestation\", duty = \"o/x\","
      " done_by = \"u1\", expect = \"miss\" } }",
      "steps { { type = \"tick\" }, { type = \"attestation\", duty = \"o/x\","
      " done_by = \"u1\", evidence = \"e\", expect = \"done\" } }" },
    { "duty", "drop", "again", "",
      OWED("owner = \"officer\", within = \"4d\", open = { on = \"incident\","
           " key = \"incident\" }, overdue = { verdict = \"flag\"%1$s }"),
      ", again = \"1d\"", "",
      "steps { " INCIDENT("i", "noticed", "") ", " PASSED("5d", "overdue") ", "
      PASSED("2d", "overdue") " }",
      "steps { " INCIDENT("i", "noticed", "") ", " PASSED("5d", "overdue") " }" },
    { "duty", "drop", "escalate", "",
      OWED("owner = \"pair\", within = \"4d\", open = { on = \"incident\","
           " key = \"incident\" }, overdue = { verdict = \"flag\"%1$s }"),
      ", escalate = { to = \"officer\", within = \"1d\" }", "",
      "steps { " INCIDENT("i", "noticed", "") ", " PASSED("5d", "opened") " }",
      "steps { " INCIDENT("i", "noticed", "") ", " PASSED("5d", "overdue") " }" },
    { "duty", "drop", "escalate", "",
      SAID("\"message\"", "match = term \"甲\"%1$s"),
      ", escalate = { to = \"officer\", within = \"1h\" }", "",
      "steps { { \"甲\", expect = \"opened\" } }", "hit \"甲\"" },
    { "ladder", "drop", "gravity", "grave",
      "ladder { id = \"x\", title = \"t\", reason = \"r\", decide = \"officer\","
      " within = \"5d\", tracks = { { id = \"a\"%1$s, steps = { step { \"p\" },"
      " step { \"q\" } } } }, tests = { %2$s } }\n", ", gravity = { grave = 2 }", "",
      "steps { { person = \"u2\", severity = \"grave\", expect = \"proposed\", at = \"q\" } }",
      "steps { { person = \"u2\", severity = \"minor\", expect = \"proposed\", at = \"p\" } }" },
    { "ladder", "half", "over", "",
      "ladder { id = \"x\", title = \"t\", reason = \"r\", decide = \"officer\","
      " within = \"5d\", repeats = { over = \"%1$s\", raise = 1 }, tracks = { { id = \"a\","
      " steps = { step { \"p\" }, step { \"q\" } } } }, tests = { %2$s } }\n", "20d", "10d",
      "steps { { person = \"u2\", severity = \"minor\" }, { person = \"u2\", after = \"15d\","
      " severity = \"minor\", expect = \"proposed\", at = \"q\" } }",
      "steps { { person = \"u2\", severity = \"minor\" }, { person = \"u2\", after = \"5d\","
      " severity = \"minor\", expect = \"proposed\", at = \"q\" } }" },
    { "ladder", "drop", "also", "",
      "ladder { id = \"x\", title = \"t\", reason = \"r\", decide = \"officer\","
      " within = \"5d\"%1$s, tracks = { { id = \"a\", steps = { step { \"p\" } } } },"
      " tests = { %2$s } }\n", ", also = \"departments\"", "",
      "steps { { departments = \"d\", severity = \"minor\", expect = \"proposed\" } }",
      "steps { { person = \"u2\", severity = \"minor\", expect = \"proposed\" } }" },
};

#endif
