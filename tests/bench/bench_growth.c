/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the cost of a message grows: with the terms of a list, and with what is
 * found in the message. Beside Hyperscan; results equal before anything is
 * timed. Printed, and drawn into build/growth.svg.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine.h"
#include "ours.h"

enum { ROUNDS = 5, LINES = 12000, POINTS_MAX = 12, CURVES = 3 };
enum { OURS, OURS_BATCH, PEER };
static const char *const curve_names[CURVES] = { "libpolicy, a call a message",
                                                 "libpolicy, batches",
                                                 "Hyperscan" };

struct chart {
    const char *title, *x_title;
    double x[POINTS_MAX], ns[CURVES][POINTS_MAX];
    size_t count;
};

/* ---- measuring ---- */

static void add_point(struct chart *chart, double x, struct ours *o,
                      struct engine_run *peer)
{
    struct bench_side sides[CURVES] = {
        [OURS] = { ours_single, o },
        [OURS_BATCH] = { ours_batch, o },
        [PEER] = { engine_hyperscan.single, peer },
    };
    double s[CURVES];
    size_t i, k = chart->count++;

    bench_race(s, sides, CURVES, o->c->count, ROUNDS);
    chart->x[k] = x;
    for (i = 0; i < CURVES; i++) {
        chart->ns[i][k] = s[i] / (double)o->c->count * 1e9;
        bench_show(chart->ns[i][k], "ns a message", "%s: %.0f %s: %s",
                   chart->title, x, chart->x_title, curve_names[i]);
    }
}

static void compare(struct ours *o, struct engine_run *peer)
{
    size_t i;

    for (i = 0; i < o->c->count; i++)
        if (!same_tally(ours_tally(o, i),
                        engine_tally(&engine_hyperscan, peer, i)))
            bench_fail("growth: line %zu differs", i + 1);
}

static void measure(struct chart *chart, double x, const struct corpus *c,
                    const struct terms *t)
{
    struct engine_run *peer = engine_hyperscan.build(c, t);
    struct ours o;

    ours_build(&o, c, t);
    compare(&o, peer);
    add_point(chart, x, &o, peer);
    ours_fini(&o);
    engine_hyperscan.fini(peer);
}

static void grow_terms(struct chart *chart, const char *file,
                       const struct corpus *c)
{
    static const size_t sizes[] = { 1000, 3000, 10000, 30000, 100000 };
    struct bench_lines all = bench_lines_load(file);
    size_t i;

    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct bench_lines some = some_lines(&all, sizes[i]);
        struct terms t = terms_of(&some);

        measure(chart, (double)sizes[i], c, &t);
        terms_fini(&t);
        free(some.at);
    }
    bench_lines_fini(&all);
    if (!bench_quick) {
        struct bench_lines million = million_lines(file);
        struct terms t = terms_of(&million);

        measure(chart, 1e6, c, &t);
        terms_fini(&t);
        bench_lines_fini(&million);
    }
}

/* Those lines of `all` in which the terms are found `hits` times. */
static struct bench_lines lines_with(const struct corpus *all, struct ours *o,
                                     size_t hits, char *bytes)
{
    struct bench_lines out = { .at = need(calloc(LINES, sizeof(*out.at))) };
    char *p = bytes;
    size_t i;

    for (i = 0; i < all->count && out.count < LINES; i++) {
        char *start = p;

        if (ours_tally(o, i).count != hits)
            continue;
        p = append(p, all->utf8_lines[i]);
        out.at[out.count++] = (policy_str){ start, (size_t)(p - start) };
    }
    out.bytes = bytes;
    out.bytes_len = (size_t)(p - bytes);
    return out;
}

static void grow_hits(struct chart *chart, const struct corpus *all)
{
    enum { FEWEST = 100, MOST = 16 };
    struct bench_lines list = bench_lines_load("dense_10k.txt");
    struct terms t = terms_of(&list);
    struct engine_run *peer;
    struct ours o, part;
    size_t hits;

    ours_build(&o, all, &t);
    for (hits = 0; hits <= MOST; hits += hits < 4 ? 1 : hits < 8 ? 2 : 4) {
        char *bytes = need(malloc(all->bytes[all->all.count] + 1));
        struct corpus c = corpus_of(lines_with(all, &o, hits, bytes));

        if (c.count >= FEWEST) {
            peer = engine_hyperscan.build(&c, &t);
            ours_build(&part, &c, &t);
            compare(&part, peer);
            add_point(chart, (double)hits, &part, peer);
            ours_fini(&part);
            engine_hyperscan.fini(peer);
        }
        corpus_fini(&c);
    }
    ours_fini(&o);
    terms_fini(&t);
    bench_lines_fini(&list);
}

/* ---- drawing ---- */

enum { PANEL = 330, HIGH = 250, LEFT = 60, TOP = 60, GAP = 70,
       DECADES = 3 };
static const char *const colours[CURVES] = { "#0b7285", "#2f9e44", "#e8590c" };

static double x_of(const struct chart *c, size_t i, bool log_x)
{
    double first = c->x[0], last = c->x[c->count - 1], at = c->x[i];

    if (log_x)
        return log(at / first) / log(last / first) * PANEL;
    return (at - first) / (last - first) * PANEL;
}

/* 10 ns at the bottom, 10 us on top. */
static double y_of(double ns)
{
    double share = log10(ns / 10) / DECADES;

    return HIGH - (share < 0 ? 0 : share > 1 ? 1 : share) * HIGH;
}

static void draw_axes(FILE *f, const struct chart *c, bool log_x)
{
    static const char *const decades[DECADES + 1] = { "10 ns", "100 ns",
                                                      "1 µs", "10 µs" };
    size_t i;

    fprintf(f, "<text x=\"0\" y=\"-14\" class=\"t\">%s</text>\n", c->title);
    for (i = 0; i <= DECADES; i++)
        fprintf(f, "<line x1=\"0\" x2=\"%d\" y1=\"%g\" y2=\"%g\" class=\"g\"/>"
                   "<text x=\"-6\" y=\"%g\" class=\"l\">%s</text>\n",
                PANEL, HIGH - i * HIGH / (double)DECADES, HIGH - i * HIGH / (double)DECADES,
                HIGH - i * HIGH / (double)DECADES + 4, decades[i]);
    for (i = 0; i < c->count; i++)
        fprintf(f, "<text x=\"%.1f\" y=\"%d\" class=\"m\">%g%s</text>\n",
                x_of(c, i, log_x), HIGH + 18,
                c->x[i] >= 1e6 ? c->x[i] / 1e6
                : c->x[i] >= 1e3 ? c->x[i] / 1e3 : c->x[i],
                c->x[i] >= 1e6 ? "M" : c->x[i] >= 1e3 ? "k" : "");
    fprintf(f, "<text x=\"%d\" y=\"%d\" class=\"m\">%s</text>\n", PANEL / 2,
            HIGH + 38, c->x_title);
}

static void draw_chart(FILE *f, const struct chart *c, size_t panel, bool log_x)
{
    size_t curve, i;

    fprintf(f, "<g transform=\"translate(%zu %d)\">\n",
            LEFT + panel * (PANEL + GAP), TOP);
    draw_axes(f, c, log_x);
    for (curve = 0; curve < CURVES; curve++) {
        fprintf(f, "<polyline fill=\"none\" stroke-width=\"2\" stroke=\"%s\" "
                   "points=\"", colours[curve]);
        for (i = 0; i < c->count; i++)
            fprintf(f, "%.1f,%.1f ", x_of(c, i, log_x), y_of(c->ns[curve][i]));
        fprintf(f, "\"/>\n");
        for (i = 0; i < c->count; i++)
            fprintf(f, "<circle r=\"3\" fill=\"%s\" cx=\"%.1f\" cy=\"%.1f\"/>"
                       "\n", colours[curve], x_of(c, i, log_x),
                    y_of(c->ns[curve][i]));
    }
    fprintf(f, "</g>\n");
}

/* Grey of a middle tone is read on white and on black. */
static void draw(const char *path, const struct chart charts[3])
{
    const int width = LEFT + 3 * (PANEL + GAP), height = TOP + HIGH + 90;
    FILE *f = fopen(path, "w");
    size_t i;

    if (!f)
        bench_fail("%s cannot be written", path);
    fprintf(f, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
               "font-family=\"sans-serif\" font-size=\"12\">\n"
               "<title>CPU time of a message</title>\n"
               "<style>text{fill:#808080}.t{font-size:14px}.l{text-anchor:end}"
               ".m{text-anchor:middle}.g{stroke:#808080;stroke-opacity:.3}"
               "</style>\n", width, height);
    for (i = 0; i < 3; i++)
        draw_chart(f, &charts[i], i, i < 2);
    for (i = 0; i < CURVES; i++)
        fprintf(f, "<g transform=\"translate(%zu %d)\"><rect width=\"14\" "
                   "height=\"4\" fill=\"%s\"/><text x=\"20\" y=\"6\">%s</text>"
                   "</g>\n", LEFT + i * 220, TOP + HIGH + 66, colours[i],
                curve_names[i]);
    fprintf(f, "</svg>\n");
    if (fclose(f))
        bench_fail("%s cannot be written", path);
    bench_note("drawn into %s", path);
}

void bench_growth(void)
{
    struct chart charts[3] = {
        { .title = "rare words", .x_title = "terms" },
        { .title = "frequent words", .x_title = "terms" },
        { .title = "10k frequent words", .x_title = "hits in a message" },
    };
    struct bench_lines all = bench_lines_load("zh.txt");
    struct corpus some = corpus_of(some_lines(&all, LINES));
    struct corpus every = corpus_of(all);

    bench_title("growth: the time of a message");
    if (engine_hyperscan.lacks())
        bench_fail("without Hyperscan: %s", engine_hyperscan.lacks());
    grow_terms(&charts[0], "sparse_100k.txt", &some);
    grow_terms(&charts[1], "dense_100k.txt", &some);
    grow_hits(&charts[2], &every);
    draw(SOURCE_ROOT "/build/growth.svg", charts);
    corpus_fini(&some);
    corpus_fini(&every);
}
