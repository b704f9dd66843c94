/* SPDX-License-Identifier: BSD-3-Clause */
/* What every bench shares. */
#include "bench.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "io/file.h"
#include "site/site.h"

enum { SKIPPED = 77 }; /* exit status that 'run' knows */

void bench_fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("bench: ", stderr);
	vfprintf(stderr, format, args);
	va_end(args);
	putc('\n', stderr);
	exit(1);
}

static double seconds_of(int who)
{
	struct rusage usage;

	getrusage(who, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

double bench_cpu(void)
{
	return seconds_of(RUSAGE_SELF) + seconds_of(RUSAGE_CHILDREN);
}

/* A field of /proc/self/status, in bytes; 0 where there is none. */
static double status_bytes(const char *field)
{
	FILE *file = fopen("/proc/self/status", "r");
	unsigned long long kib = 0;
	char line[256];

	while (file && fgets(line, sizeof(line), file))
		if (strncmp(line, field, strlen(field)) == 0)
			sscanf(line + strlen(field), ": %llu", &kib);
	if (file)
		fclose(file);
	return (double)kib * 1024;
}

static double clock_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void in_child(int fd, void (*work)(void *context, double *figures), void *context)
{
	double before = status_bytes("VmRSS"), began = bench_cpu(), clock = clock_seconds();
	struct bench_result result = {0};
	struct rusage children;

	work(context, result.figures);
	result.seconds = bench_cpu() - began;
	result.elapsed = clock_seconds() - clock;
	getrusage(RUSAGE_CHILDREN, &children);
	result.peak_bytes = status_bytes("VmHWM");
	if ((double)children.ru_maxrss * 1024 > result.peak_bytes)
		result.peak_bytes = (double)children.ru_maxrss * 1024;
	result.peak_bytes -= before;
	if (write(fd, &result, sizeof(result)) != sizeof(result))
		_exit(1);
	_exit(0);
}

static struct bench_result once(void (*work)(void *context, double *figures), void *context)
{
	struct bench_result result;
	int ends[2], status;
	pid_t child;

	if (pipe(ends) < 0)
		bench_fail("no pipe");
	fflush(stdout);
	child = fork();
	if (child < 0)
		bench_fail("no process");
	if (child == 0)
		in_child(ends[1], work, context);
	close(ends[1]);
	if (read(ends[0], &result, sizeof(result)) != sizeof(result))
		bench_fail("a piece of work failed");
	close(ends[0]);
	waitpid(child, &status, 0);
	return result;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(const struct bench_result *all, unsigned times, size_t offset)
{
	double *values = advi_calloc(times, sizeof(*values)), middle;

	for (unsigned i = 0; i < times; i++)
		values[i] = *(const double *)((const char *)&all[i] + offset);
	qsort(values, times, sizeof(*values), by_value);
	middle = values[times / 2];
	free(values);
	return middle;
}

struct bench_result bench_measure(unsigned times, void (*work)(void *context, double *figures),
				  void *context)
{
	struct bench_result *all = advi_calloc(times, sizeof(*all)), result;

	for (unsigned i = 0; i < times; i++)
		all[i] = once(work, context);
	for (size_t at = 0; at < sizeof(result); at += sizeof(double))
		*(double *)((char *)&result + at) = median(all, times, at);
	free(all);
	return result;
}

int bench_run(const char *const *argv)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		int null = open("/dev/null", O_WRONLY);

		dup2(null, STDOUT_FILENO);
		execvp(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) < 0 || !WIFEXITED(status))
		bench_fail("'%s' was ended", argv[0]);
	return WEXITSTATUS(status);
}

static void amount(double value, const char *unit)
{
	if (value < 0)
		printf("\t-");
	else
		printf("\t%.*f %s",
		       value < 0.1   ? 4
		       : value < 10  ? 3
		       : value < 100 ? 1
				     : 0,
		       value, unit);
}

void bench_row(const char *what, double ours, double peer, const char *unit, const char *asked)
{
	printf("%s", what);
	amount(ours, unit);
	amount(peer, unit);
	if (peer <= 0 || ours <= 0)
		printf("\t-");
	else if (ours < peer)
		printf("\t1/%.*f", peer / ours < 10 ? 1 : 0, peer / ours);
	else
		printf("\t%.1f", ours / peer);
	printf("\t%s\n", asked ? asked : "");
	fflush(stdout);
}

void bench_note(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	printf("# ");
	vprintf(format, args);
	va_end(args);
	printf("\n");
	fflush(stdout);
}

char *bench_folder(void)
{
	const char *temporary = getenv("TMPDIR"), *kept = getenv("BENCH_FOLDER");
	struct adv_err err = ADV_ERR_INIT;
	char *folder =
		kept ? advi_strdup(kept)
		     : advi_path_join(temporary ? temporary : P_tmpdir, "conda-advisor-bench");

	if (advi_mkdirs(folder, &err) < 0)
		bench_fail("%s", err.text);
	return folder;
}

struct adv_site *bench_site(const char *channel, const advi_names *base)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(1 << 20);
	struct adv_err err = ADV_ERR_INIT;
	struct adv_site *site;

	advi_buf_printf(&text,
			"name: x\nplaces: [{class: base, prefix: /b}]\nbase_prefix: /b\n"
			"channels: ['%s']\nvirtual_packages: {__cuda: '12.4', __glibc: '2.31'}\n"
			"base_packages:\n",
			channel);
	for (size_t i = 0; i < base->count; i++)
		advi_buf_printf(&text, "  - '%s'\n", base->at[i]);
	if (advi_site_parse(&site, advi_buf_str(&text), "bench.yml", &err) < 0)
		bench_fail("%s", err.text);
	return site;
}

char *bench_shared(const char *name)
{
	const char *shared = getenv("SHARED");
	char *path = advi_format("%s/%s", shared ? shared : "../shared", name);

	if (access(path, F_OK) < 0) {
		printf("# skipped: no %s\n", path);
		exit(SKIPPED);
	}
	return path;
}

void bench_lines(advi_names *out, struct advi_buf *text, const char *path)
{
	struct adv_err err = ADV_ERR_INIT;
	char *rest = NULL;

	if (advi_file_read(text, path, &err) < 0)
		bench_fail("%s", err.text);
	for (char *line = strtok_r(text->ptr, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest))
		if (line[0] != '#' && line[0] != '\0')
			advi_vec_push(out, line);
}

void bench_shuffle(advi_names *lines, uint64_t seed)
{
	for (size_t i = lines->count; i > 1; i--) {
		const char *kept = lines->at[i - 1];
		size_t other;

		seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
		other = (seed >> 33) % i;
		lines->at[i - 1] = lines->at[other];
		lines->at[other] = kept;
	}
}
