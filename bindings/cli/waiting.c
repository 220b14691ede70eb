/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A build is one call, which does not say how far it is: a timer's signal draws
 * the seconds meanwhile. A handler knows nothing but what has static storage,
 * and may call little more than write.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "waiting.h"

static char line[128];
static size_t head; /* bytes of it before the seconds */
static volatile sig_atomic_t seconds, shown, quiet;

/* Cursor to the start, and the rest of the line away (ECMA-48, 8.3.41). */
static const char wipe[] = "\r\033[K";

static size_t put_seconds(char *out, unsigned n)
{
    char digits[12];
    size_t len = 0;

    do
        digits[len++] = (char)('0' + n % 10);
    while (n /= 10);
    for (size_t i = 0; i < len; i++)
        out[i] = digits[len - 1 - i];
    memcpy(out + len, " s", 2);
    return len + 2;
}

static void on_second(int signal)
{
    int kept = errno;

    (void)signal;
    seconds++;
    if (quiet)
        return;
    shown = write(STDERR_FILENO, line,
                  head + put_seconds(line + head, (unsigned)seconds)) > 0;
    errno = kept;
}

static void set_timer(time_t every)
{
    struct itimerval t = { { every, 0 }, { every, 0 } };

    setitimer(ITIMER_REAL, &t, NULL);
}

void cli_waiting_begin(const struct cli *c)
{
    const char *text = cli_text(c, CLI_LOADING);
    size_t len = strlen(text);
    struct sigaction a = { .sa_handler = on_second, .sa_flags = SA_RESTART };

    if (!isatty(STDERR_FILENO) || sizeof(wipe) + len + 16 > sizeof(line))
        return;
    memcpy(line, wipe, sizeof(wipe) - 1);
    memcpy(line + sizeof(wipe) - 1, text, len);
    head = sizeof(wipe) - 1 + len;
    seconds = shown = quiet = 0;
    sigemptyset(&a.sa_mask);
    if (!sigaction(SIGALRM, &a, NULL))
        set_timer(1);
}

void cli_waiting_hide(void)
{
    quiet = 1;
    if (shown && write(STDERR_FILENO, wipe, sizeof(wipe) - 1) < 0)
        return; /* a terminal that is gone shows nothing */
    shown = 0;
}

void cli_waiting_show(void)
{
    quiet = 0;
}

void cli_waiting_end(void)
{
    set_timer(0);
    cli_waiting_hide();
}
