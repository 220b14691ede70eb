/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Options stand anywhere, as `--name value` or `--name=value`; `--` ends them.
 * One table says which there are, which commands take them, and which words
 * they know, so that a slip can be answered with the nearest name.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "moment.h"
#include "options.h"

enum { SAMPLE_MAX = 1000000000 }; /* far above what anybody waits for */

/* Letters name options in struct cli_command. */
const struct cli_command cli_commands[] = {
    { "check", cli_check, { "DIR" }, 1, 1, "SC" },
    { "test", cli_test, { "DIR" }, 1, 1, "ot" },
    { "eval", cli_eval, { "DIR" }, 1, 1, "fodFci" },
    { "compare", cli_compare, { "OLD", "NEW" }, 2, 2, "fodciF" },
    { "explain", cli_explain, { "DIR" }, 1, 1, "fodciA" },
    { "coverage", cli_coverage, { "DIR" }, 1, 1, "o" },
    { "directory", cli_directory, { "DIR" }, 1, 1, "os" },
    { "fmt", cli_fmt, { "FILE" }, 1, CLI_PATHS_MAX, "k" },
    { "init", cli_init, { "KIND", "DIR" }, 2, 2, "" },
    { "version", cli_version, { NULL }, 0, 0, "" },
    { "help", cli_help, { "COMMAND" }, 0, 1, "" },
    { "", NULL, { NULL }, 0, 0, "" },
};

static const char *const from_words[] = { "json", "wecom", NULL };
static const char *const when_words[] = { "auto", "always", "never", NULL };
/* ORDER FORMAT: the last two are of `policy test` alone. */
static const char *const test_format_words[] = { "auto", "table", "json",
                                                 "junit", "tap", NULL };
static const char *const format_words[] = { "auto", "table", "json", NULL };
static const char *const lang_words[] = { "en", "zh", NULL };
/* ORDER VERDICT */
static const char *const verdict_words[] = { "allow", "flag", "warn", "redact",
                                             "hold", "block", NULL };

/* A setter gets the value and, where the option has words, which one it is. */
struct option {
    const char *name;
    char letter; /* '*': every command takes it */
    bool value;
    const char *const *words;
    int (*set)(struct cli *c, const char *name, const char *value, int word);
};

static int set_library(struct cli *c, const char *name, const char *value,
                       int word)
{
    (void)word;
    if (c->library_count == CLI_PATHS_MAX / 2) /* POLICY_LIBRARY has the rest */
        return cli_fail(c, CLI_OPTION_MANY, name, CLI_PATHS_MAX / 2);
    if (!cli_is_folder(value))
        return cli_fail(c, cli_is_file(value) ? CLI_FOLDER_IS_FILE
                                              : CLI_FOLDER_MISSING, value);
    c->libraries[c->library_count++] = value;
    return CLI_DONE;
}

static int set_input(struct cli *c, const char *name, const char *value,
                     int word)
{
    (void)word;
    if (c->input_count == CLI_PATHS_MAX)
        return cli_fail(c, CLI_OPTION_MANY, name, CLI_PATHS_MAX);
    c->inputs[c->input_count++] = value;
    return CLI_DONE;
}

static int set_org(struct cli *c, const char *name, const char *value, int word)
{
    (void)name;
    (void)word;
    c->org = value;
    return CLI_DONE;
}

static int set_directory(struct cli *c, const char *name, const char *value,
                         int word)
{
    (void)name;
    (void)word;
    c->directory = value;
    return CLI_DONE;
}

static int set_from(struct cli *c, const char *name, const char *value,
                    int word)
{
    (void)name;
    (void)value;
    c->from = word ? CLI_FROM_WECOM : CLI_FROM_JSON;
    return CLI_DONE;
}

static int set_fail_on(struct cli *c, const char *name, const char *value,
                       int word)
{
    (void)name;
    (void)value;
    c->fail_on = word;
    return CLI_DONE;
}

static int set_lang(struct cli *c, const char *name, const char *value,
                    int word)
{
    (void)name;
    (void)value;
    c->language = word ? CLI_ZH : CLI_EN;
    return CLI_DONE;
}

static int set_color(struct cli *c, const char *name, const char *value,
                     int word)
{
    (void)name;
    (void)value;
    c->color = word;
    return CLI_DONE;
}

static int set_format(struct cli *c, const char *name, const char *value,
                      int word)
{
    (void)name;
    (void)value;
    c->format = word;
    return CLI_DONE;
}

static int set_flag(struct cli *c, const char *name, const char *value,
                    int word)
{
    (void)value;
    (void)word;
    if (!strcmp(name, "--clear"))
        c->clear = true;
    else if (!strcmp(name, "--all"))
        c->all = true;
    else if (!strcmp(name, "--check"))
        c->check_only = true;
    else if (!strcmp(name, "--strict"))
        c->strict = true;
    else if (!strcmp(name, "--cost"))
        c->cost = true;
    else if (!strcmp(name, "--fail-on-change"))
        c->fail_on_change = true;
    else
        c->help = true;
    return CLI_DONE;
}

static int set_testing(struct cli *c, const char *name, const char *value,
                       int word)
{
    /* ORDER TESTING */
    static const char *const names[] = { "--examples", "--evade", "--isolated",
                                         "--coverage", "--mutate" };

    (void)value;
    (void)word;
    for (unsigned way = 0; way < sizeof(names) / sizeof(names[0]); way++)
        if (!strcmp(names[way], name))
            c->testing |= 1u << way;
    return CLI_DONE;
}

/* Digits only; -1 for anything else, and above `max`. */
static int64_t whole_number(const char *value, int64_t max)
{
    int64_t n = 0;

    if (!*value)
        return -1;
    for (; *value; value++) {
        if (*value < '0' || *value > '9')
            return -1;
        n = n * 10 + *value - '0';
        if (n > max)
            return -1;
    }
    return n;
}

static int set_min_coverage(struct cli *c, const char *name, const char *value,
                            int word)
{
    c->min_coverage = (int)whole_number(value, 100);
    if (c->min_coverage < 0)
        return cli_fail(c, CLI_OPTION_NUMBER, name, value, 0, 100);
    return set_testing(c, "--coverage", NULL, word);
}

static int set_sample(struct cli *c, const char *name, const char *value,
                      int word)
{
    bool limit = !strcmp(name, "--limit");
    int64_t n = whole_number(value, SAMPLE_MAX);

    (void)word;
    if (n < limit)
        return cli_fail(c, CLI_OPTION_NUMBER, name, value, limit, SAMPLE_MAX);
    c->sampled = true;
    *(limit ? &c->limit : &c->seed) = (uint64_t)n;
    return CLI_DONE;
}

static int set_today(struct cli *c, const char *name, const char *value,
                     int word)
{
    (void)word;
    if (!cli_date_read(value, &c->today))
        return cli_fail(c, CLI_OPTION_DATE, name, value);
    return CLI_DONE;
}

static int set_since(struct cli *c, const char *name, const char *value,
                     int word)
{
    (void)name;
    (void)word;
    c->since = value;
    return CLI_DONE;
}

static int set_at(struct cli *c, const char *name, const char *value, int word)
{
    (void)word;
    if (!cli_moment_read(value, &c->at, &c->at_offset))
        return cli_fail(c, CLI_OPTION_TIME, name, value);
    c->at_given = true;
    return CLI_DONE;
}

/* Of two with one name the first that the command takes is meant. */
static const struct option options[] = {
    { "--format", 't', true, test_format_words, set_format },
    { "--library", '*', true, NULL, set_library },
    { "--lang", '*', true, lang_words, set_lang },
    { "--color", '*', true, when_words, set_color },
    { "--format", '*', true, format_words, set_format },
    { "--today", '*', true, NULL, set_today },
    { "--help", '*', false, NULL, set_flag },
    { "--from", 'f', true, from_words, set_from },
    { "--org", 'o', true, NULL, set_org },
    { "--directory", 'd', true, NULL, set_directory },
    { "--since", 's', true, NULL, set_since },
    { "--at", 's', true, NULL, set_at },
    { "--fail-on", 'F', true, verdict_words, set_fail_on },
    { "--clear", 'c', false, NULL, set_flag },
    { "--input", 'i', true, NULL, set_input },
    { "--all", 'A', false, NULL, set_flag },
    { "--check", 'k', false, NULL, set_flag },
    { "--strict", 'S', false, NULL, set_flag },
    { "--cost", 'C', false, NULL, set_flag },
    { "--examples", 't', false, NULL, set_testing },
    { "--evade", 't', false, NULL, set_testing },
    { "--isolated", 't', false, NULL, set_testing },
    { "--coverage", 't', false, NULL, set_testing },
    { "--min-coverage", 't', true, NULL, set_min_coverage },
    { "--mutate", 't', false, NULL, set_testing },
    { "--limit", 't', true, NULL, set_sample },
    { "--seed", 't', true, NULL, set_sample },
    { "--fail-on-change", 'F', false, NULL, set_flag },
};
enum { OPTIONS = sizeof(options) / sizeof(options[0]) };

/* Levenshtein's distance; names are short, and longer ones are not near. */
static size_t distance(const char *a, const char *b)
{
    enum { MAX = 32 };
    size_t row[MAX + 1], la = strlen(a), lb = strlen(b);

    if (la > MAX || lb > MAX)
        return MAX;
    for (size_t j = 0; j <= lb; j++)
        row[j] = j;
    for (size_t i = 1; i <= la; i++) {
        size_t before = row[0];

        row[0] = i;
        for (size_t j = 1; j <= lb; j++) {
            size_t change = before + (a[i - 1] != b[j - 1]);
            size_t other = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;

            before = row[j];
            row[j] = change < other ? change : other;
        }
    }
    return row[lb];
}

/* Keeps the nearest name within a third of its length, rounded up. */
static void nearer(const char **best, size_t *least, const char *name,
                   const char *wrong)
{
    size_t d = distance(name, wrong), near = (strlen(name) + 2) / 3;

    if (d <= near && d < *least) {
        *least = d;
        *best = name;
    }
}

static int wrong_option(const struct cli *c, const struct cli_command *command,
                        const char *wrong)
{
    const char *best = NULL;
    size_t least = (size_t)-1;
    int status = cli_fail(c, CLI_OPTION_UNKNOWN, command->name, wrong);

    for (size_t i = 0; i < OPTIONS; i++)
        if (options[i].letter == '*' ||
            strchr(command->options, options[i].letter))
            nearer(&best, &least, options[i].name, wrong);
    if (best)
        cli_note(c, CLI_DID_YOU_MEAN, best);
    return status;
}

static int wrong_command(const struct cli *c, const char *wrong)
{
    const char *best = NULL;
    size_t least = (size_t)-1;
    int status = cli_fail(c, CLI_COMMAND_UNKNOWN, wrong);

    for (const struct cli_command *k = cli_commands; k->run; k++)
        nearer(&best, &least, k->name, wrong);
    if (best)
        cli_note(c, CLI_DID_YOU_MEAN, best);
    return status;
}

/* The value of this option is the next argument. */
static bool takes_next(const char *arg)
{
    for (size_t i = 0; i < OPTIONS; i++)
        if (options[i].value && !strcmp(options[i].name, arg))
            return true;
    return false;
}

static int set_word(struct cli *c, const struct option *o, const char *value)
{
    char all[128] = "";

    for (int i = 0; o->words[i]; i++) {
        if (!strcmp(o->words[i], value))
            return o->set(c, o->name, value, i);
        snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s%s",
                 i ? ", " : "", o->words[i]);
    }
    return cli_fail(c, CLI_OPTION_WORD, o->name, value, all);
}

/* `*i` is the place of the option, and moves over a value of its own. */
static int read_option(struct cli *c, const struct cli_command *command,
                       int argc, char **argv, int *i)
{
    const char *arg = argv[*i], *equals = strchr(arg, '=');
    size_t len = equals ? (size_t)(equals - arg) : strlen(arg);
    const struct option *o = NULL;
    const char *value = equals ? equals + 1 : NULL;

    if (!strcmp(arg, "-h"))
        return set_flag(c, "--help", NULL, 0);
    for (size_t k = 0; k < OPTIONS && !o; k++)
        if (strlen(options[k].name) == len &&
            !memcmp(options[k].name, arg, len) &&
            (options[k].letter == '*' ||
             strchr(command->options, options[k].letter)))
            o = &options[k];
    if (!o)
        return wrong_option(c, command, arg);
    if (!o->value)
        return value ? cli_fail(c, CLI_OPTION_NO_VALUE, o->name)
                     : o->set(c, o->name, NULL, 0);
    if (!value && *i + 1 < argc)
        value = argv[++*i];
    if (!value)
        return cli_fail(c, CLI_OPTION_VALUE, o->name);
    return o->words ? set_word(c, o, value) : o->set(c, o->name, value, 0);
}

/* The language is wanted before the first message, wherever it stands. */
static void look_ahead(struct cli *c, int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        const char *value = NULL;

        if (!strncmp(argv[i], "--lang=", 7))
            value = argv[i] + 7;
        else if (!strcmp(argv[i], "--lang") && i + 1 < argc)
            value = argv[i + 1];
        if (value && cli_language_find(value) >= 0)
            c->language = (enum cli_language)cli_language_find(value);
    }
}

static size_t terminal_width(void)
{
    const char *columns = getenv("COLUMNS");
    struct winsize size;
    long n = columns ? strtol(columns, NULL, 10) : 0;

    if (n <= 0 && !ioctl(STDOUT_FILENO, TIOCGWINSZ, &size))
        n = size.ws_col;
    if (n <= 0)
        n = 100;
    return n < 60 ? 60 : n > 200 ? 200 : (size_t)n;
}

/* https://no-color.org: set and not empty. --color is the stronger word. */
static bool wants_colour(const struct cli *c, int fd)
{
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

    if (c->color != CLI_WHEN_AUTO)
        return c->color == CLI_WHEN_ALWAYS;
    if ((no && *no) || !isatty(fd))
        return false;
    return !term || strcmp(term, "dumb") != 0;
}

static void settle(struct cli *c)
{
    c->table = c->format == CLI_FORMAT_AUTO ? isatty(STDOUT_FILENO)
                                            : c->format == CLI_FORMAT_TABLE;
    c->colour_out = wants_colour(c, STDOUT_FILENO);
    c->colour_err = wants_colour(c, STDERR_FILENO);
    c->width = terminal_width();
}

const struct cli_command *cli_command_find(const char *name)
{
    for (const struct cli_command *k = cli_commands; k->run; k++)
        if (!strcmp(k->name, name))
            return k;
    return NULL;
}

/* Also --version and -h, which people try first. */
static const struct cli_command *first_word(const char *word)
{
    if (!strcmp(word, "--help") || !strcmp(word, "-h"))
        return cli_command_find("help");
    if (!strcmp(word, "--version"))
        return cli_command_find("version");
    return cli_command_find(word);
}

static int read_words(struct cli *c, const struct cli_command *command,
                      int argc, char **argv, int first)
{
    bool ended = false;
    int status = CLI_DONE;

    for (int i = 1; i < argc && !status; i++) {
        const char *arg = argv[i];

        if (i == first)
            continue;
        if (!ended && !strcmp(arg, "--"))
            ended = true;
        else if (!ended && arg[0] == '-' && arg[1])
            status = read_option(c, command, argc, argv, &i);
        else if (c->arg_count == command->arg_max)
            status = cli_fail(c, CLI_ARGUMENT_EXTRA, command->name, arg);
        else
            c->args[c->arg_count++] = arg;
    }
    return status;
}

int cli_options_read(struct cli *c, const struct cli_command **command,
                     int argc, char **argv)
{
    int first = 1, status;

    memset(c, 0, sizeof(*c));
    c->fail_on = -1;
    c->min_coverage = -1;
    c->today = (int64_t)time(NULL) * 1000;
    c->language = cli_language_of_environment();
    look_ahead(c, argc, argv);
    settle(c);
    /* --lang and its like may stand before the command, too. */
    while (first < argc && argv[first][0] == '-' && !first_word(argv[first]))
        first += takes_next(argv[first]) ? 2 : 1;
    *command = first < argc ? first_word(argv[first]) : cli_command_find("help");
    if (!*command)
        return wrong_command(c, argv[first]);
    c->command = (*command)->name;
    if ((status = read_words(c, *command, argc, argv, first)))
        return status;
    settle(c);
    if (!c->help && c->arg_count < (*command)->arg_min)
        return cli_fail(c, CLI_ARGUMENT_MISSING, c->command,
                        (*command)->args[c->arg_count], c->command);
    return argc < 2 ? CLI_WRONG : CLI_DONE;
}
