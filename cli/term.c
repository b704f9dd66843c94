/* SPDX-License-Identifier: BSD-3-Clause */
/* The terminal: progress, notes, errors, colours, Ctrl-C. */
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"

static volatile sig_atomic_t interrupted;
static bool line_open; /* a progress line stands on the terminal */
static double last_shown, phase_begun;
static char last_phase[64];

static void on_signal(int number)
{
	(void)number;
	interrupted = 1;
}

/* The first Ctrl-C sets a flag that the library polls; the second one kills (SA_RESETHAND). */
void term_init(void)
{
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a limit on file sizes is a full disk: a write fails */
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static bool wanted(const char *when, FILE *file)
{
	const char *term = getenv("TERM");

	if (strcmp(when, "auto") != 0)
		return strcmp(when, "always") == 0;
	return isatty(fileno(file)) && term && strcmp(term, "dumb") != 0;
}

static void amount(char *out, size_t size, const char *unit, double value)
{
	static const char *const steps[] = {"B", "KiB", "MiB", "GiB", "TiB"};
	size_t step = 0;

	if (strcmp(unit, "bytes") != 0) {
		snprintf(out, size, "%.0f %s", value, unit);
		return;
	}
	for (; value >= 1024 && step + 1 < sizeof(steps) / sizeof(steps[0]); step++)
		value /= 1024;
	snprintf(out, size, step ? "%.1f %s" : "%.0f %s", value, steps[step]);
}

static void show(const struct adv_progress *progress, double at)
{
	double spent = at - phase_begun, rate = spent > 0 ? (double)progress->done / spent : 0;
	char done[48], speed[48];

	amount(done, sizeof(done), progress->unit, (double)progress->done);
	amount(speed, sizeof(speed), progress->unit, rate);
	fprintf(stderr, "\r\033[K%s: %s", progress->phase, done);
	if (progress->total)
		fprintf(stderr, " (%.0f %%)",
			100 * (double)progress->done / (double)progress->total);
	if (spent > 1)
		fprintf(stderr, ", %s/s", speed);
	if (spent > 1 && progress->total > progress->done && rate > 0)
		fprintf(stderr, ", %.0f s left", (double)(progress->total - progress->done) / rate);
	fflush(stderr);
	line_open = true;
}

static int on_progress(void *context, const struct adv_progress *progress)
{
	double at;

	(void)context;
	if (interrupted)
		return 1;
	if (globals.quiet || !wanted(globals.progress, stderr))
		return 0;
	at = now();
	if (strncmp(last_phase, progress->phase, sizeof(last_phase) - 1) != 0) {
		snprintf(last_phase, sizeof(last_phase), "%s", progress->phase);
		phase_begun = at;
	} else if (at - last_shown < 0.1) {
		return 0;
	}
	last_shown = at;
	show(progress, at);
	return 0;
}

static void on_note(void *context, const char *text)
{
	(void)context;
	if (globals.quiet)
		return;
	term_done();
	fprintf(stderr, "note: %s\n", text);
}

const struct adv_watch *term_watch(void)
{
	static const struct adv_watch watch = {NULL, on_progress, on_note};

	return &watch;
}

void term_done(void)
{
	if (line_open)
		fputs("\r\033[K", stderr);
	line_open = false;
}

struct adv_style term_style(FILE *file)
{
	struct winsize window;
	const char *no_color = getenv("NO_COLOR");
	struct adv_style style = {0};

	style.color = strcmp(globals.color, "auto") == 0
			      ? wanted("auto", file) && !(no_color && *no_color)
			      : strcmp(globals.color, "always") == 0;
	if (isatty(fileno(file)) && ioctl(fileno(file), TIOCGWINSZ, &window) == 0 && window.ws_col)
		style.width = window.ws_col;
	return style;
}

int term_fail(const struct adv_err *err, int code)
{
	term_done();
	fprintf(stderr, "conda-advisor: %s\n", err->text[0] ? err->text : "failed");
	return adv_exit_status(code);
}

/* Words of the command line may be names that a shell expanded: nothing of them steers a terminal.
 */
__attribute__((format(printf, 2, 0))) static void say(const char *begin, const char *format,
						      va_list args)
{
	char *text = NULL;

	if (vasprintf(&text, format, args) < 0)
		abort();
	adv_text_mask(text);
	fprintf(stderr, "%s%s\n", begin, text);
	free(text);
}

int term_usage(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say("conda-advisor: ", format, args);
	va_end(args);
	return 2;
}

void term_say(const char *format, ...)
{
	va_list args;

	if (globals.quiet)
		return;
	term_done();
	va_start(args, format);
	say("", format, args);
	va_end(args);
}

void term_hint(const char *format, ...)
{
	va_list args;

	if (globals.quiet || !isatty(STDERR_FILENO))
		return;
	term_done();
	va_start(args, format);
	say("next: ", format, args);
	va_end(args);
}

int term_flush(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	fputs("conda-advisor: can't write standard output\n", stderr);
	return 4;
}
