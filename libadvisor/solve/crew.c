/* SPDX-License-Identifier: BSD-3-Clause */
/* Solving in child processes. */
#include "solve/crew.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/text.h"

enum { DEFAULT_SECONDS = 600, LISTEN_MS = 100, SAID_CAP = 64 << 20, MAGIC = 0x61647673 };

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* --- the child --- */

static void say_number(struct advi_buf *out, uint32_t number)
{
	advi_buf_add(out, (struct advi_str){(const char *)&number, sizeof(number)});
}

static void say_numbers(struct advi_buf *out, const advi_numbers *numbers)
{
	say_number(out, (uint32_t)numbers->count);
	advi_buf_add(out, (struct advi_str){(const char *)numbers->at,
					    numbers->count * sizeof(*numbers->at)});
}

static void say(struct advi_buf *out, const struct advi_outcome *outcome)
{
	say_number(out, outcome->solved);
	say_numbers(out, &outcome->found);
	say_numbers(out, &outcome->clash.items);
	say_numbers(out, &outcome->clash.needs);
	say_numbers(out, &outcome->clash.requests);
	say_number(out, MAGIC);
}

/* Bytes of data that this process has now, as RLIMIT_DATA counts them. */
static uint64_t data_bytes(void)
{
	FILE *file = fopen("/proc/self/statm", "re");
	unsigned long long pages = 0;

	if (file && fscanf(file, "%*u %*u %*u %*u %*u %llu", &pages) != 1)
		pages = 0;
	if (file)
		fclose(file);
	return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* Out of memory, libsolv and we say so and abort: nobody is to see that, nor a core file of it. */
static void limit_memory(uint64_t max_bytes)
{
	uint64_t bytes = data_bytes() + max_bytes;
	struct rlimit data = {bytes, bytes}, core = {0, 0};
	int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);

	setrlimit(RLIMIT_CORE, &core);
	setrlimit(RLIMIT_DATA, &data);
	if (nowhere >= 0)
		dup2(nowhere, STDERR_FILENO);
}

static void write_all(int fd, struct advi_str text)
{
	while (text.len) {
		ssize_t wrote = write(fd, text.ptr, text.len);

		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote <= 0)
			_exit(1);
		text = advi_str_from(text, (size_t)wrote);
	}
}

/* The parent decides what an interrupt means; without a parent there is nobody to solve for. */
static _Noreturn void work(const struct advi_crew *crew, const struct advi_job *job, int fd,
			   pid_t parent)
{
	struct advi_outcome outcome;
	struct advi_buf said = ADVI_BUF_INIT(SAID_CAP);

	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_DFL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	if (crew->solving.max_bytes)
		limit_memory(crew->solving.max_bytes);
	crew->run(job, &outcome);
	say(&said, &outcome);
	write_all(fd, advi_buf_str(&said));
	advi_buf_clear(&said);
	advi_outcome_clear(&outcome);
	_exit(0);
}

/* --- the parent --- */

void advi_crew_init(struct advi_crew *crew, const struct adv_solving *solving, const char *phase)
{
	*crew = (struct advi_crew){.solving = *solving,
				   .progress = {.phase = phase, .unit = "packages"},
				   .run = advi_run};
	if (crew->solving.workers > ADVI_WORKERS_MAX)
		crew->solving.workers = ADVI_WORKERS_MAX;
	if (!crew->solving.max_seconds)
		crew->solving.max_seconds = DEFAULT_SECONDS;
}

/* Gives back what a process was waited for with, once it has ended. */
static int reap(struct advi_worker *worker)
{
	int status = 0;

	close(worker->fd);
	while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

void advi_crew_clear(struct advi_crew *crew)
{
	for (size_t i = 0; i < crew->count; i++) {
		kill(crew->at[i].pid, SIGKILL);
		reap(&crew->at[i]);
		advi_buf_clear(&crew->at[i].said);
	}
	crew->count = 0;
}

int advi_crew_start(struct advi_crew *crew, const struct advi_job *job, void *token,
		    struct adv_err *err)
{
	struct advi_worker worker = {.said = ADVI_BUF_INIT(SAID_CAP), .token = token};
	pid_t parent = getpid();
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return advi_fail_errno(err, "can't make a pipe to solve over");
	worker.pid = fork();
	if (worker.pid < 0) {
		int r = advi_fail_errno(err, "can't start a process to solve in");

		close(ends[0]);
		close(ends[1]);
		return r;
	}
	if (worker.pid == 0) {
		close(ends[0]);
		work(crew, job, ends[1], parent);
	}
	close(ends[1]);
	worker.fd = ends[0];
	worker.deadline = now() + (double)crew->solving.max_seconds;
	crew->at[crew->count++] = worker;
	return 0;
}

static bool hear_number(struct advi_str *said, uint32_t *number)
{
	if (said->len < sizeof(*number))
		return false;
	memcpy(number, said->ptr, sizeof(*number));
	*said = advi_str_from(*said, sizeof(*number));
	return true;
}

static bool hear_numbers(struct advi_str *said, advi_numbers *numbers)
{
	uint32_t count, number;

	if (!hear_number(said, &count))
		return false;
	for (uint32_t i = 0; i < count; i++) {
		if (!hear_number(said, &number))
			return false;
		advi_vec_push(numbers, number);
	}
	return true;
}

/* Whether all of an outcome was said. */
static bool hear(struct advi_str said, struct advi_outcome *out)
{
	uint32_t solved = 0, end = 0;
	bool whole = hear_number(&said, &solved) && hear_numbers(&said, &out->found) &&
		     hear_numbers(&said, &out->clash.items) &&
		     hear_numbers(&said, &out->clash.needs) &&
		     hear_numbers(&said, &out->clash.requests) && hear_number(&said, &end);

	out->solved = solved;
	return whole && end == (uint32_t)MAGIC && !said.len;
}

static int blame(const struct advi_crew *crew, const struct advi_worker *worker, int status,
		 struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf limit = ADVI_BUF_INIT(64);

	if (worker->late)
		return advi_fail(err, ADV_EENV,
				 "solving took more than %llu seconds: allow more "
				 "(--solve-seconds), or ask for less at once",
				 (unsigned long long)crew->solving.max_seconds);
	if (crew->solving.max_bytes) {
		advi_text_bytes(&limit, crew->solving.max_bytes);
		return advi_fail(err, ADV_EENV,
				 "solving took more than %s of memory: allow more "
				 "(--solve-memory), or ask for less at once",
				 advi_buf_str(&limit).ptr);
	}
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
		return advi_fail(err, ADV_EENV,
				 "the solver was killed from outside, which the system does when "
				 "memory runs out");
	return advi_fail(err, ADV_EENV, "the solver ended without an answer (%s %d)",
			 WIFSIGNALED(status) ? "signal" : "status",
			 WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
}

/* A worker has said what it had to say. */
static int finish(struct advi_crew *crew, size_t index, struct advi_outcome *out, void **token,
		  struct adv_err *err)
{
	struct advi_worker worker = crew->at[index];
	int status, r = 0;

	memmove(&crew->at[index], &crew->at[index + 1],
		(--crew->count - index) * sizeof(crew->at[0]));
	*token = worker.token;
	status = reap(&worker);
	if (!hear(advi_buf_str(&worker.said), out)) {
		advi_outcome_clear(out);
		r = blame(crew, &worker, status, err);
	}
	advi_buf_clear(&worker.said);
	return r;
}

/* Returns whether a worker has no more to say. */
static bool listen_to(struct advi_worker *worker)
{
	char text[65536];
	ssize_t got = read(worker->fd, text, sizeof(text));

	if (got > 0)
		advi_buf_add(&worker->said, (struct advi_str){text, (size_t)got});
	return got == 0 || (got < 0 && errno != EINTR);
}

static void stop_late(struct advi_crew *crew)
{
	double time = now();

	for (size_t i = 0; i < crew->count; i++)
		if (!crew->at[i].late && time > crew->at[i].deadline) {
			crew->at[i].late = true;
			kill(crew->at[i].pid, SIGKILL);
		}
}

int advi_crew_wait(struct advi_crew *crew, struct advi_outcome *out, void **token,
		   const struct adv_watch *watch, struct adv_err *err)
{
	*out = (struct advi_outcome){0};
	*token = NULL;
	for (;;) {
		struct pollfd fds[ADVI_WORKERS_MAX];
		size_t ended = crew->count;
		int r;

		for (size_t i = 0; i < crew->count; i++)
			fds[i] = (struct pollfd){.fd = crew->at[i].fd, .events = POLLIN};
		r = poll(fds, crew->count, LISTEN_MS);
		if (r < 0 && errno != EINTR)
			return advi_fail_errno(err, "waiting for the solver");
		for (size_t i = 0; r > 0 && ended == crew->count && i < crew->count; i++)
			if (fds[i].revents && listen_to(&crew->at[i]))
				ended = i;
		/* Asked first: what interrupts us may have ended the worker too. */
		r = advi_progress(watch, crew->progress.phase, crew->progress.unit,
				  crew->progress.done, crew->progress.total, err);
		if (r < 0)
			return r;
		if (ended < crew->count)
			return finish(crew, ended, out, token, err);
		stop_late(crew);
	}
}

int advi_crew_run(const struct adv_solving *solving, const struct advi_job *job, const char *phase,
		  struct advi_outcome *out, const struct adv_watch *watch, struct adv_err *err)
{
	struct advi_crew crew;
	void *token;
	int r;

	*out = (struct advi_outcome){0};
	advi_crew_init(&crew, solving, phase);
	crew.progress.total = job->requests->count;
	r = advi_crew_start(&crew, job, NULL, err);
	if (r == 0)
		r = advi_crew_wait(&crew, out, &token, watch, err);
	advi_crew_clear(&crew);
	return r;
}
