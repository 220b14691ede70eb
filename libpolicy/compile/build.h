/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of compile/ share: one build of a bundle, and the part of one
 * organisation while it is made.
 *
 * What lives with the part goes into its arena (`keep`); sources, trees and
 * caches live in the build's arena and end with it.
 */
#ifndef POL_COMPILE_BUILD_H
#define POL_COMPILE_BUILD_H

#include <policy/compiler.h>

#include "base/buffer.h"
#include "base/hash.h"
#include "bundle/layout.h"
#include "compile/sources.h"
#include "config/wordlist.h"
#include "script/load.h"
#include "text/overlay.h"

/* A file looked up once a build: a regulation with its rules, or a theme. */
typedef struct pol_catalogue {
    policy_str id;
    bool loaded;             /* false: there is none, or it is broken */
    const pol_source *yaml, *lua;
    pol_regulation regulation;
    pol_script_file script;
    struct pol_catalogue *next;
} pol_catalogue;

typedef struct pol_build {
    policy_allocator allocator;
    policy_limits limits;
    pol_arena arena;
    pol_reporter reporter;
    pol_sources *sources;
    const policy_str *libraries;
    size_t library_count;
    int64_t today;
    const policy_bundle *base;
    const pol_host_detector *hosts;
    size_t host_count;
    pol_catalogue *regulations, *themes;
    pol_shared *shared;
    const pol_source *const *shared_files; /* of each of its lists */
    pol_wordlist *shared_words; /* the same, once read: pol_shared_words */
    pol_org **by_own;      /* parts of `base` that may stay, by their `own` */
    size_t by_own_cap;
    policy_error *err;
    policy_status status; /* of what could not be loaded: ENOMEM, EIO, ELIMIT */
} pol_build;

/* How a term is looked for: flags of signals, and of words. The first bits are
 * those of the matcher. */
enum {
    POL_TERM_MATCHER = POL_TERM_EXACT | POL_TERM_INSIDE,
    POL_TERM_FOLDED = 1 << 8,      /* in no view but the folded text */
    POL_TERM_OPTIONS = 16,         /* POL_OPTION_*, from this bit on */
    POL_TERM_SEPARATORS = 24       /* POL_SEPARATORS_*, from this bit on */
};

/* A term on its way into a matcher. */
typedef struct pol_word {
    policy_str text;
    uint32_t flags;    /* POL_TERM_*; options that were asked for by itself */
    uint32_t common;   /* POL_OPTION_* that its list has for all */
    uint32_t list, number; /* of pol_term: `list` and `word` */
    bool allowed;
    const pol_alias *aliases; /* of its list */
    size_t alias_count;
} pol_word;

/* Aliases of one list that stand side by side and are of one word. */
typedef struct pol_alias_run {
    const uint16_t *word; /* folded, in the index' units */
    uint32_t at, length;  /* of it there */
    uint32_t first, count; /* aliases of the list */
    uint32_t stamp;  /* of the term in which the word was found last */
    uint64_t total;  /* aliases of this run and of those of the word behind it */
} pol_alias_run;

/* A run whose word is in the term at `place`. */
typedef struct pol_alias_hit {
    uint32_t first, count, place, length;
} pol_alias_hit;

/* The words of one list that have aliases, sorted: a term looks for its own parts
 * among them, and not for each of them in itself. */
typedef struct pol_alias_index {
    const pol_alias *aliases; /* of which list it is */
    size_t alias_count;
    pol_alias_run *runs; /* by word, then in the order of the list */
    size_t run_count, run_cap;
    uint16_t *units;
    size_t unit_count, unit_cap;
    pol_alias_hit *hits;
    size_t hit_count, hit_cap;
    uint32_t stamp;
} pol_alias_index;

/* The patterns of one matcher in the making: each spelling of each term. */
typedef struct pol_spellings {
    policy_allocator allocator;
    policy_limits limits;
    policy_pattern_set *patterns;
    pol_term *terms;   /* by id of the pattern */
    size_t count, cap;
    uint16_t *literals;
    size_t literal_count, literal_cap;
    size_t words;
    uint32_t longest;
    uint8_t views;
    uint64_t left_out; /* spellings of the word that was added last */
    pol_folded folded, made;
    pol_overlay skeleton;
    pol_squeezed collapsed;
    pol_buf text;
    pol_alias_index index;
} pol_spellings;

/* A list of an organisation: shared, own, or both. */
typedef struct pol_org_list {
    policy_str name;
    int32_t kind;          /* POL_LIST_TERMS, … */
    bool extends;
    int32_t shared;        /* number in pol_shared, -1 */
    int32_t signal;        /* -1: no rule asks for it */
    pol_wordlist words;    /* own file; source NULL: none */
    const pol_idset *set;  /* kind ids or hosts */
} pol_org_list;

/* A file of the organisation's `lists/`. */
typedef struct pol_list_file {
    policy_str name; /* of the list */
    const pol_source *source;
} pol_list_file;

/* What a choice is in an organisation: by a regulation's demand, or its own. */
typedef struct pol_chosen {
    policy_str name;
    const pol_node *value; /* a scalar of YAML */
    policy_str by;         /* "regulation/article", or "organisation.yaml" */
    bool off;              /* only regulations that are off demand it */
} pol_chosen;

/* An article in whose place another regulation's is followed. */
typedef struct pol_overruled {
    policy_str regulation, article;
    const policy_overruling *how;
} pol_overruled;

/* The face of a duty or a ladder, be it off. */
typedef struct pol_face {
    const pol_rule *rule;
    const struct pol_face *next;
} pol_face;

struct pol_pending_clause;

typedef struct pol_org_build {
    pol_build *build;
    pol_org *org;
    policy_str dir;
    const pol_source *yaml, *lua;
    pol_list_file *files;
    size_t file_count;
    pol_use *uses;
    size_t use_count, use_cap;
    pol_script_file script;
    const pol_chosen *chosen; /* by name; before any rule */
    size_t chosen_count;
    const pol_overruled *overruled; /* by regulation and article */
    size_t overruled_count;
    pol_org_list *lists;
    size_t list_count;
    uint32_t *list_slots; /* a hash table: 0, or a list's place and one */
    size_t list_slot_count; /* a power of two */
    pol_signal *signals;
    size_t signal_count, signal_cap;
    uint32_t *signal_slots; /* a hash table: 0, or a signal's number and one */
    size_t signal_slot_count; /* a power of two */
    pol_rule *rules;
    size_t rule_count, rule_cap;
    const pol_face *faces;
    const pol_record_def **records;
    size_t record_count, record_cap;
    struct pol_pending_clause *pending; /* until all rules are there, then */
    size_t pending_count, pending_cap;
    pol_clause *clauses;
    size_t clause_count, clause_cap;
    const pol_duty **duties;
    size_t duty_count, duty_cap;
    const pol_ladder **ladders;
    size_t ladder_count, ladder_cap;
    pol_spellings spellings; /* of its own terms */
    const pol_source **guards;
    size_t guard_count, guard_cap;
    struct pol_kept_path *paths; /* of files that something stands in */
    policy_status status;  /* ENOMEM or ELIMIT; sticks */
} pol_org_build;

/* Where a rule comes from: a regulation or the organisation's own file, perhaps
 * through a theme. */
typedef struct pol_origin {
    pol_org_build *o;
    const pol_regulation *regulation; /* NULL: a local rule */
    const pol_adoption *adoption;
    const pol_node *theme_params, *use_params; /* tables or NULL */
    policy_str theme;     /* its id, and the parts that are used of it */
    const pol_node *uses; /* a table or NULL */
    pol_place place;   /* of the rule */
    const pol_record_def *record; /* whose fields a condition names; NULL: the
                                     event's */
    uint32_t asking;   /* then, and of attributes: types of the event, whose
                          fields are operands; 0: those of the condition */
} pol_origin;

/* A clause that is compiled when all rules are known. */
typedef struct pol_pending_clause {
    pol_origin from;
    const pol_node *node;
    const pol_record_def *record;
    pol_clause_does does;
    pol_only only;
} pol_pending_clause;

/* --- org_build.c */
policy_status pol_org_compile(pol_org **out, pol_build *b, policy_str dir);
/* Copies into the part's arena; an empty slice and `status` set on failure. */
policy_str pol_keep(pol_org_build *o, policy_str s);
/* The place, with the name of its file kept once; nowhere and `status` set on
 * failure. */
pol_spot pol_spot_of(pol_org_build *o, pol_place place);
void *pol_keep_array(pol_org_build *o, size_t count, size_t item);
#define pol_keep_new(o, type, count) \
    ((type *)pol_keep_array((o), (count), sizeof(type)))
/* Number of the signal, made if it is new; UINT32_MAX on failure. */
uint32_t pol_org_signal(pol_org_build *o, pol_signal_kind kind, policy_str name,
                        uint32_t flags);
/* A term of the organisation's own matcher; `word->list` is a signal. */
void pol_org_term(pol_org_build *o, const pol_word *word, pol_place place);
/* The signal of a regex, compiled; UINT32_MAX after a report, or on failure.
 * *bare: it has no literal of two characters. */
/* Look at all patterns of organisation.yaml: names, regexes, words. */
void pol_org_patterns(pol_org_build *o);
/* The signal of a pattern; UINT32_MAX on failure. */
uint32_t pol_org_pattern(pol_org_build *o, const pol_pattern_use *p);
uint32_t pol_org_regex(pol_org_build *o, const pol_node *n, bool *bare);
/* Does somebody have the role? Reports an unknown one with the nearest name. */
bool pol_org_role_need(pol_org_build *o, policy_str role, pol_place place);
/* The nearest of a role and `also`. */
policy_str pol_org_role_nearest(pol_org_build *o, policy_str role,
                                const char *const *also, size_t also_count);
/* Over the system's file of a zone; zeros where there is none. */
policy_status pol_zone_sum(uint8_t sum[32], pol_build *b, policy_str name);

/* --- term_build.c */
enum {
    /* Spellings of one term: more are noise, and 30,000 terms of thirty each
     * are a million patterns. */
    POL_SPELLINGS_MAX = 24
};
policy_status pol_spellings_init(pol_spellings *s, const policy_allocator *a,
                                 const policy_limits *limits,
                                 policy_error *err);
void pol_spellings_fini(pol_spellings *s); /* takes a half-built one */
/* Every spelling of the word, up to POL_SPELLINGS_MAX by aliases, splits and
 * letters; `left_out` counts those above, which are not made. EINPUT where nothing is left of it once folded,
 * ELIMIT above `terms` or `term_bytes`, ENOMEM. */
policy_status pol_spellings_add(pol_spellings *s, const pol_word *word,
                                policy_error *err);
/* The literals of the regexes, as terms that are gates. ENOMEM. */
policy_status pol_spellings_gates(pol_spellings *s, const pol_regex_set *set,
                                  policy_error *err);
/* Is the word that was added last too short to be told from chance: a single
 * character, or up to three digits? */
bool pol_spellings_short(const pol_spellings *s);
/* Build the matcher, and move all into `arena`. */
policy_status pol_spellings_build(pol_terms *out, const pol_spellings *s,
                                  pol_arena *arena, policy_error *err);
/* The flags of a term of a list. */
uint32_t pol_list_term_flags(const pol_list_term *t);
/* Is a word of these flags looked for through disguises? */
static inline bool pol_is_disguised(uint32_t flags)
{
    return !(flags & (POL_TERM_EXACT | POL_TERM_FOLDED));
}

/* --- reuse.c: what a part is made of, and whether a predecessor's may stay */
/* Over the files of the folder, which were found: `own` of the part. */
void pol_own_sum(pol_org_build *o);
/* One more thing that it is made of; each name once. */
void pol_use_add(pol_org_build *o, pol_use_kind kind, policy_str name, bool own,
                 const uint8_t sum[32]);
/* Over all of that: `hash` of the part. */
void pol_part_sum(pol_org_build *o);
/* Of a shared list, and its number; zeros and -1 where there is none. */
const uint8_t *pol_shared_sum(const pol_shared *s, policy_str name,
                              int32_t *number);
/* Which signals the shared lists stand for; `signals` has room for one more
 * than there are lists, and becomes the part's. */
void pol_org_link(pol_org *org, int32_t *signals);
/* Before the first part; the shared lists are there. */
policy_status pol_reuse_begin(pol_build *b);
/* The predecessor's part made of the same, referenced, or NULL. */
policy_status pol_reuse_find(pol_org **out, pol_org_build *o);
/* The predecessor's part itself, referenced, whose folder is not looked at;
 * NULL after a report that it cannot stay. */
policy_status pol_reuse_keep(pol_org **out, pol_build *b, pol_org *old);

/* --- list_build.c */
/* All lists of the libraries; takes over the predecessor's if equal. */
policy_status pol_shared_compile(pol_shared **out, pol_build *b);
/* The words of one of them, read when they are first asked for; NULL when out
 * of memory. */
const pol_wordlist *pol_shared_words(pol_build *b, size_t list);
/* The files of the organisation's lists, not yet read. */
policy_status pol_list_files_find(pol_org_build *o);
/* The lists that the organisation may name. */
void pol_lists_find(pol_org_build *o);
pol_org_list *pol_list_find(pol_org_build *o, policy_str name);
/* Reports an unknown list with the nearest name. */
pol_org_list *pol_list_need(pol_org_build *o, policy_str name, pol_place place);
/* The set of an ids or hosts list; NULL after a report. */
const pol_idset *pol_list_set(pol_org_build *o, pol_org_list *l, pol_place place);
/* Terms and allowed phrases of the lists that rules asked for. */
void pol_lists_add_terms(pol_org_build *o);
/* Warns of terms and phrases that do nothing; needs the matchers. */
policy_status pol_lists_check(pol_org_build *o);

/* --- theme_build.c */
pol_catalogue *pol_regulation_load(pol_build *b, policy_str dir, policy_str id);
/* The nearest name in such a folder ("themes") of the organisation, or else of a
 * library; `ending` is none of the name. Empty where none is near. */
policy_str pol_folder_nearest(pol_org_build *o, const char *folder,
                              const char *ending, policy_str name);
/* What is asked for comes before what asks. */
typedef enum pol_declared_phase {
    POL_PHASE_RECORDS, /* every `memory` of a file, */
    POL_PHASE_RULES    /* then every `rule` and `use` */
} pol_declared_phase;
void pol_declarations_compile(pol_org_build *o, const pol_script_file *script,
                              const pol_regulation *regulation,
                              const pol_adoption *adoption,
                              pol_declared_phase phase);
/* What the part of the theme in hand is called here; `ptr` NULL where it has no
 * such part that is used. So what stands in a theme names its other parts. */
policy_str pol_part_id(const pol_origin *from, policy_str name);
/* The node, or what the parameter or the choice that it names stands for. */
const pol_node *pol_param(const pol_origin *from, const pol_node *n);
/* Tell pol_use_add of the regulations that are adopted and the themes that are
 * used; *places: a digest over where the regulations lie. */
void pol_catalogues_use(pol_org_build *o, uint8_t places[32]);
/* Over the files of that name in the folder (`dir.ptr` NULL: not there) and the
 * libraries; zeros where there are none. *place: the path of the first. */
policy_status pol_regulation_sum(uint8_t sum[32], policy_str *place,
                                 pol_build *b, policy_str dir, policy_str id);
policy_status pol_theme_sum(uint8_t sum[32], pol_build *b, policy_str dir,
                            policy_str id);

/* --- choice_build.c */
/* What each choice of the organisation is, and which articles are overruled. */
void pol_choices_compile(pol_org_build *o);
/* NULL: there is no such choice. */
const pol_chosen *pol_chosen_find(const pol_org_build *o, policy_str name);
/* Reports parameters (a table or NULL) that have the name of a choice; nothing
 * of an adoption (may be NULL) that is off. */
void pol_choices_clash(pol_org_build *o, const pol_adoption *adoption,
                       const pol_node *params);
/* Drop the citations that are overruled. Where that is all of them they stay, and
 * it is told by what: there is no authority then, unless a local rule gives a
 * `reason`. Else NULL. */
const policy_overruling *pol_cites_overruled(const pol_origin *from,
                                             policy_cite *cites, size_t *count,
                                             bool reason);
/* A note that what is called `id` is off. */
void pol_report_overruled(const pol_origin *from, pol_place place, policy_str id,
                          const policy_overruling *how);
/* NULL: the article is not overruled. */
const policy_overruling *pol_overruled_find(const pol_org_build *o,
                                            policy_str regulation,
                                            policy_str article);

/* --- rule_build.c */
/* `table` with entries of `over` (may be NULL) before its own. */
void pol_rule_compile(const pol_origin *from, const pol_node *table,
                      const pol_node *over, policy_str id_default);
/* `within` of an escalation: so long has whoever is asked to look at it; an hour
 * where `n` is NULL. False after a report. */
bool pol_escalate_within(const pol_origin *from, const pol_node *n,
                         pol_span *out);
/* What a duty has of a rule, and the finding that it is overdue: id, title,
 * cites, mode; `over` is its table `overdue`, or NULL. *out lives with the part.
 * False after a report. */
bool pol_face_compile(const pol_origin *from, const pol_node *table,
                      const pol_node *over, pol_rule *out);
/* Warn of what it lacks, once its tests are read. */
void pol_face_lint(const pol_origin *from, const pol_node *table,
                   const pol_node *over, const pol_rule *face);
/* The `cites` of a table that has an id; false after a report. *count 0 after a
 * note that all of them are overruled. */
bool pol_cites_compile(const pol_origin *from, const pol_node *table,
                       const policy_cite **cites, size_t *count);
/* The event type that the node names, or -1 after a report. */
int32_t pol_type_need(const pol_origin *from, const pol_node *n);
/* Has the table no named keys, which nobody would read? Reports the first. */
bool pol_is_list(const pol_origin *from, const pol_node *n, const char *what);
/* --- rule_merge.c: rules that decide alike become one, citations united. */
void pol_rules_merge(pol_org_build *o);

/* --- cond_build.c */
/* NULL where there was nothing, or after a report. `types`: bits. */
const pol_cond *pol_cond_compile(const pol_origin *from, const pol_node *n,
                                 uint32_t types);
/* A scalar as a value of the field; reports what does not fit. */
bool pol_scalar_compile(const pol_origin *from, const pol_node *n, int32_t field,
                        uint32_t types, pol_value *out);
/* The field of that name in the types, or -1 after a report. `all`: in each. */
int32_t pol_field_need(const pol_origin *from, policy_str name, uint32_t types,
                       bool all, pol_place place);

/* --- fact_build.c */
/* Is it "facts.…"? */
bool pol_is_fact(policy_str name);
/* What stands behind "facts."; reports where nothing does. */
bool pol_fact_name(const pol_origin *from, policy_str name, pol_place place,
                   policy_str *out);
/* The operands of the test of `key`: a scalar, or a list that is not empty;
 * reports. */
bool pol_operand_items(const pol_origin *from, const pol_node *n,
                       policy_str key, const pol_node **items, size_t *count);
/* `["facts.name"] = test` */
bool pol_fact_test(const pol_origin *from, const pol_entry *e, uint32_t types,
                   pol_cond *c);
/* Warns of facts that the conditions (each a node or NULL) ask for and `needs`
 * (NULL: nothing) does not name, and the other way round. The rule is compiled. */
void pol_needs_check(const pol_origin *from, const pol_rule *rule,
                     const pol_node *needs, const pol_node *const *conditions,
                     size_t count);

/* --- history_build.c */
/* What `memory { … }` defines; its clauses wait. */
void pol_memory_define(const pol_origin *from, const pol_node *table);
/* Once all rules are there, and before equal ones become one. */
void pol_clauses_compile(pol_org_build *o);
/* Move what was gathered into the part; `rules` are those of the part. */
void pol_history_settle(pol_org_build *o, pol_rule *rules, size_t rule_count);
/* Of `known { … }`, `unknown { … }`; NULL after a report. */
const pol_known *pol_known_compile(const pol_origin *from, const pol_node *call,
                                   uint32_t types, bool all);
/* A field that the record of `from` keeps, or -1 after a report. */
int32_t pol_record_field_need(const pol_origin *from, policy_str name,
                              pol_place place);
/* POL_ATTRIBUTE_NONE after a report. */
pol_attribute pol_attribute_need(const pol_origin *from, policy_str field_name,
                                 int32_t field, policy_str name, uint32_t types,
                                 pol_place place);
/* `rule`: its full id. NULL after a report. */
const pol_count *pol_count_compile(const pol_origin *from, const pol_node *table,
                                   uint32_t types, policy_str rule);

/* --- reads_build.c */
/* What the check of a rule may see of the past; reports. */
bool pol_reads_compile(const pol_origin *from, const pol_node *n, uint32_t types,
                       const pol_read **reads, size_t *count);

/* --- duty_build.c */
/* What `duty { … }` defines, one for each of `each`; its clauses wait. `theme`:
 * the part of a theme over which `table` was laid, or NULL. */
void pol_duty_define(const pol_origin *from, const pol_node *table,
                     const pol_node *theme);
/* The duties to look at what rules find, of the rules of the part. */
void pol_escalations_define(pol_org_build *o, pol_rule *rules,
                            size_t rule_count);
/* The duty to decide, by whoever has the role, what is called `id` and more. */
const pol_duty *pol_decision_duty(pol_org_build *o, policy_str id,
                                  const pol_rule *face, policy_str role,
                                  pol_span within);
/* Move them into the part. */
void pol_duties_settle(pol_org_build *o);

/* --- ladder_build.c */
void pol_ladder_define(const pol_origin *from, const pol_node *table);
/* Move them into the part. */
void pol_ladders_settle(pol_org_build *o);

/* --- rollout_build.c */
typedef struct pol_rollout_nodes {
    const pol_node *ratio, *sample, *brake; /* NULL: not said */
} pol_rollout_nodes;
/* *out NULL where nothing is said; `rule`: its full id. False after a report. */
bool pol_rollout_compile(const pol_rollout **out, const pol_origin *from,
                         const pol_rollout_nodes *n, uint32_t types,
                         policy_str rule);
/* What brakes of the rules, which are those of the part, count. */
void pol_brakes_settle(pol_org_build *o, const pol_rule *rules,
                       size_t rule_count);

/* --- match_build.c */
const pol_match *pol_match_compile(const pol_origin *from, const pol_node *n,
                                   uint32_t types, policy_str *category);

/* --- lint.c: warnings of what is said in vain */
/* A rule that was compiled from these nodes (`where`, `match` may be NULL). */
void pol_lint_rule(const pol_origin *from, const pol_rule *r,
                   const pol_node *on, const pol_node *where,
                   const pol_node *match);
void pol_lint_exception(const pol_origin *from, const pol_rule *r,
                        const pol_except *e, pol_place place);
/* An exception that has ended, or will within a month. */
void pol_lint_expiry(pol_build *b, int64_t expires, policy_str date,
                     pol_place place);
void pol_lint_article(const pol_org_build *o, const pol_regulation *g,
                      const pol_article *a, const pol_adoption *adoption);
/* Files in the folder of an organisation or regulation that look like its rules
 * and are not. ENOMEM. */
policy_status pol_lint_folder(pol_build *b, policy_str dir);
/* Themes of the organisation's own folder that nothing uses, and regulations
 * there that it did not adopt. */
void pol_lint_own_folders(pol_org_build *o);
/* All rules beside each other, once equal ones are one. */
void pol_lint_rules(pol_org_build *o);
/* --- lint_duty.c */
/* What somebody has to do, or a rule requires, and another rule blocks; then,
 * too. */
void pol_lint_duties(pol_org_build *o);

/* --- rule_test_build.c */
/* `replaced`: a verdict in whose place the rule's stands, in tests too; -1. */
void pol_rule_tests_compile(const pol_origin *from, const pol_node *tests,
                            pol_rule *rule, uint32_t first_type,
                            int32_t replaced);
/* Those of a duty, or of the ladder, whose face has its `of`; `replaced` as
 * above. */
void pol_face_tests_compile(const pol_origin *from, const pol_node *tests,
                            pol_rule *face, const pol_ladder *ladder,
                            int32_t replaced);

#endif
