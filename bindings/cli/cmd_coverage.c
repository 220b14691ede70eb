/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy coverage: every article of every regulation that an organisation
 * adopts, what carries it out, and the rules, duties, ladders and examples that
 * prove it.
 */
#include <stdlib.h>
#include <string.h>

#include "bundle_load.h"
#include "table.h"
#include "tally.h"

enum { RULES, PARTLY, PEOPLE, PLANNED, META, OVERRULED, STATUSES };
static const char *const statuses[STATUSES] = { "rules", "partly", "people",
                                                "planned", "meta", "overruled" };

enum { COLUMNS = 6 };

struct coverage {
    const struct cli *c;
    const policy_bundle *bundle;
    struct cli_tally tally; /* the rules of this organisation, */
    policy_duty_info *duties; /* and duties and ladders, in the bundle's order */
    size_t duty_count, duty_cap;
    const char *organisation, *regulation; /* that the table at hand is of */
    struct cli_table table;
    struct cli_column columns[COLUMNS];
    size_t total, cited, by_status[STATUSES];
    size_t all_total;
};

static bool is_str(policy_str a, const char *b)
{
    return a.len == strlen(b) && !memcmp(a.ptr, b, a.len);
}

/* Not what is overruled, where only rules that are off still name it. */
static bool has_cite(const policy_cite *cites, size_t count,
                     const policy_article_info *a)
{
    for (size_t i = 0; !a->overruled && i < count; i++)
        if (is_str(cites[i].regulation, a->regulation) &&
            is_str(cites[i].article, a->ref))
            return true;
    return false;
}

static bool cites(const policy_rule_info *r, const policy_article_info *a)
{
    return has_cite(r->cites, r->cite_count, a);
}

static int on_duty(void *user, const policy_duty_info *d)
{
    struct coverage *x = user;

    if (x->duty_count == x->duty_cap) {
        x->duty_cap = x->duty_cap ? x->duty_cap * 2 : 32;
        x->duties = cli_realloc(x->duties, x->duty_cap * sizeof(*x->duties));
    }
    x->duties[x->duty_count++] = *d;
    return 0;
}

/* The next from `from` on that cites the article, by itself or by its tracks,
 * which stand behind it: a ladder once. NULL: there is none. */
static const policy_duty_info *next_duty(const struct coverage *x,
                                         const policy_article_info *a,
                                         const char *kind, size_t *from)
{
    while (*from < x->duty_count) {
        size_t first = *from;
        bool found = false;

        for (; *from < x->duty_count &&
               x->duties[*from].id == x->duties[first].id; ++*from)
            found |= has_cite(x->duties[*from].cites,
                              x->duties[*from].cite_count, a);
        if (found && !strcmp(x->duties[first].kind, kind))
            return &x->duties[first];
    }
    return NULL;
}

static void add_name(struct cli_string *to, const char *id, const char *kind)
{
    const char *own = strrchr(id, '/');

    if (to->len)
        cli_string_adds(to, ", ");
    cli_string_adds(to, own ? own + 1 : id);
    cli_string_adds(to, kind);
}

static void add_duties(struct cli_string *to, const struct coverage *x,
                       const policy_article_info *a, const char *kind,
                       enum cli_message shown)
{
    const policy_duty_info *d;

    for (size_t i = 0; (d = next_duty(x, a, kind, &i));)
        add_name(to, d->id, cli_text(x->c, shown));
}

static void article_row(struct coverage *x, const policy_article_info *a)
{
    struct cli_string rules = { NULL, 0, 0 };
    bool zh = x->c->language == CLI_ZH;

    for (size_t i = 0; i < x->tally.count; i++) {
        const policy_rule_info *r = &x->tally.rules[i].info;

        if (cites(r, a))
            add_name(&rules, r->id, "");
    }
    add_duties(&rules, x, a, "duty", CLI_COVERAGE_DUTY);
    add_duties(&rules, x, a, "ladder", CLI_COVERAGE_LADDER);
    cli_table_cell(&x->table, cli_str(a->ref), cli_bold);
    cli_table_cell(&x->table, cli_str(a->kind), NULL);
    cli_table_cell(&x->table, cli_str(a->status),
                   a->overruled ? cli_yellow
                                : a->rules ? cli_green : cli_faint);
    cli_table_number(&x->table, a->tests);
    cli_table_cell(&x->table, cli_string_str(&rules), NULL);
    cli_table_cell(&x->table, zh || !a->en.len ? a->zh : a->en, NULL);
    free(rules.ptr);
}

/* Where it could be taken for a status alone: by what, why, who answers. */
static void overruling_json(const policy_overruling *o)
{
    fputs(",\"overruled\":{", stdout);
    cli_json_member(stdout, true, "choice", cli_str(o->choice));
    cli_json_member(stdout, false, "demanded", o->demanded);
    cli_json_member(stdout, false, "followed", o->followed);
    cli_json_member(stdout, false, "regulation", cli_str(o->regulation));
    cli_json_member(stdout, false, "article", cli_str(o->ref));
    cli_json_member(stdout, false, "zh", o->zh);
    cli_json_member(stdout, false, "en", o->en);
    cli_json_member(stdout, false, "owner", o->owner);
    putchar('}');
}

static void duties_json(const struct coverage *x, const policy_article_info *a,
                        const char *key, const char *kind)
{
    const policy_duty_info *d;
    bool first = true;

    printf(",\"%s\":[", key);
    for (size_t i = 0; (d = next_duty(x, a, kind, &i)); first = false) {
        if (!first)
            putchar(',');
        cli_json_string(stdout, cli_str(d->id));
    }
    putchar(']');
}

static void article_json(const struct coverage *x, const policy_article_info *a)
{
    bool first = true;

    putchar('{');
    cli_json_member(stdout, true, "organisation", cli_str(a->organisation));
    cli_json_member(stdout, false, "regulation", cli_str(a->regulation));
    cli_json_member(stdout, false, "title", a->title);
    cli_json_member(stdout, false, "article", cli_str(a->ref));
    cli_json_member(stdout, false, "class", cli_str(a->kind));
    cli_json_member(stdout, false, "status", cli_str(a->status));
    fputs(",\"rules\":[", stdout);
    for (size_t i = 0; i < x->tally.count; i++) {
        const policy_rule_info *r = &x->tally.rules[i].info;

        if (!cites(r, a))
            continue;
        if (!first)
            putchar(',');
        cli_json_string(stdout, cli_str(r->id));
        first = false;
    }
    putchar(']');
    duties_json(x, a, "duties", "duty");
    duties_json(x, a, "ladders", "ladder");
    cli_json_count(stdout, "tests", a->tests);
    cli_json_member(stdout, false, "zh", a->zh);
    cli_json_member(stdout, false, "en", a->en);
    cli_json_member(stdout, false, "note", a->note);
    if (a->overruled)
        overruling_json(a->overruled);
    puts("}");
}

/* Nothing is said of overruled ones where regulations agree, as most do. */
static void totals(const struct coverage *x, FILE *out)
{
    const size_t *n = x->by_status;

    if (n[OVERRULED])
        fprintf(out, cli_text(x->c, CLI_COVERAGE_TOTAL_OVERRULED), x->total,
                n[RULES], n[PARTLY], n[PEOPLE], n[PLANNED], n[META],
                n[OVERRULED], x->cited);
    else
        fprintf(out, cli_text(x->c, CLI_COVERAGE_TOTAL), x->total, n[RULES],
                n[PARTLY], n[PEOPLE], n[PLANNED], n[META], x->cited);
    fputc('\n', out);
}

static void overruled_row(struct cli_table *t, const struct cli *c,
                          const policy_article_info *a)
{
    const policy_overruling *o = a->overruled;
    struct cli_string by = { NULL, 0, 0 }, is = { NULL, 0, 0 };
    bool zh = c->language == CLI_ZH ? o->zh.len > 0 : !o->en.len;

    cli_string_adds(&by, o->regulation);
    cli_string_adds(&by, "/");
    cli_string_adds(&by, o->ref);
    cli_string_add(&is, o->followed);
    cli_string_adds(&is, cli_text(c, CLI_COVERAGE_NOT));
    cli_string_add(&is, o->demanded);
    cli_table_cell(t, cli_str(a->ref), cli_bold);
    cli_table_cell(t, cli_string_str(&by), NULL);
    cli_table_cell(t, cli_str(o->choice), NULL);
    cli_table_cell(t, cli_string_str(&is), NULL);
    cli_table_cell(t, o->owner, NULL);
    cli_table_cell(t, zh ? o->zh : o->en, NULL);
    free(by.ptr);
    free(is.ptr);
}

struct overruled {
    const struct coverage *x;
    struct cli_table table;
};

static int on_overruled(void *user, const policy_article_info *a)
{
    struct overruled *o = user;

    if (a->overruled && !strcmp(a->regulation, o->x->regulation))
        overruled_row(&o->table, o->x->c, a);
    return 0;
}

/* By what, why, and who answers for it. */
static void overruled_table(const struct coverage *x)
{
    const struct cli *c = x->c;
    const struct cli_column columns[] = {
        { cli_text(c, CLI_COL_OVERRULED), 8, false, true },
        { cli_text(c, CLI_COL_FOLLOWED), 16, false, true },
        { cli_text(c, CLI_COL_CHOICE), 8, false, true },
        { cli_text(c, CLI_COL_VALUE), 8, false, true },
        { cli_text(c, CLI_COL_OWNER), 6, false, true },
        { cli_text(c, CLI_COL_WHY), 12, false, true },
    };
    struct overruled o = { .x = x };

    cli_table_init(&o.table, c, columns, 6);
    policy_bundle_articles(x->bundle, x->organisation, on_overruled, &o);
    cli_table_flush(&o.table);
    cli_table_fini(&o.table);
}

static void end_regulation(struct coverage *x)
{
    if (!x->regulation)
        return;
    if (x->c->table) {
        cli_table_flush(&x->table);
        cli_table_fini(&x->table);
        totals(x, stdout);
        if (x->by_status[OVERRULED])
            overruled_table(x);
    } else {
        fprintf(stderr, "%s: ", x->regulation);
        totals(x, stderr);
    }
    x->regulation = NULL;
}

static void begin_regulation(struct coverage *x, const policy_article_info *a)
{
    const struct cli *c = x->c;

    end_regulation(x);
    x->organisation = a->organisation;
    x->regulation = a->regulation;
    x->total = x->cited = 0;
    memset(x->by_status, 0, sizeof(x->by_status));
    if (!c->table)
        return;
    printf("%s%s%s · %.*s%s (%s)\n", x->all_total ? "\n" : "",
           c->colour_out ? cli_bold : "", a->organisation, (int)a->title.len,
           a->title.ptr, c->colour_out ? "\033[0m" : "", a->regulation);
    cli_table_init(&x->table, c, x->columns, COLUMNS);
}

static int on_article(void *user, const policy_article_info *a)
{
    struct coverage *x = user;
    const struct cli *c = x->c;

    if (!x->regulation || strcmp(x->regulation, a->regulation) != 0)
        begin_regulation(x, a);
    x->total++;
    x->all_total++;
    x->cited += a->rules > 0;
    for (size_t i = 0; i < STATUSES; i++)
        x->by_status[i] += !strcmp(a->status, statuses[i]);
    if (c->table)
        article_row(x, a);
    else
        article_json(x, a);
    return 0;
}

static bool is_wanted(const struct cli *c, const char *org)
{
    return !c->org || !strcmp(c->org, org);
}

int cli_coverage(const struct cli *c)
{
    struct coverage x = { .c = c, .columns = {
        { cli_text(c, CLI_COL_ARTICLE), 8, false, true },
        { cli_text(c, CLI_COL_CLASS), 6, false, false },
        { cli_text(c, CLI_COL_STATUS), 6, false, false },
        { cli_text(c, CLI_COL_TESTS), 5, true, false },
        { cli_text(c, CLI_COL_BY_RULES), 16, false, true },
        { cli_text(c, CLI_COL_DEMAND), 20, false, true },
    } };
    policy_bundle *bundle;
    int status = cli_bundle_load(&bundle, c, false, NULL);
    bool found = false;

    if (status)
        return status;
    x.bundle = bundle;
    for (size_t i = 0; i < policy_bundle_organisation_count(bundle); i++) {
        const char *org = policy_bundle_organisation(bundle, i);

        if (!is_wanted(c, org))
            continue;
        found = true;
        cli_tally_init(&x.tally, bundle, org);
        x.duty_count = 0;
        policy_bundle_duties(bundle, org, on_duty, &x);
        policy_bundle_articles(bundle, org, on_article, &x);
        end_regulation(&x);
        cli_tally_fini(&x.tally);
    }
    free(x.duties);
    policy_bundle_unref(bundle);
    if (!found)
        return cli_fail(c, CLI_ORG_UNKNOWN, c->args[0], c->org ? c->org : "");
    return CLI_DONE;
}
