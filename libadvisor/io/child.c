/* SPDX-License-Identifier: BSD-3-Clause */
/* Work in child processes. */
#include "io/child.h"

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

enum { LISTEN_MS = 100, SAID_CAP = 64 << 20, CHILDREN_MAX = 64 };

double advi_clock(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* --- the child --- */

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

static void silence(int fd)
{
	int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (nowhere >= 0)
		dup2(nowhere, fd);
}

/* Out of memory, libraries and we say so and abort: nobody is to see that, nor a core file of it.
 */
static void limit_memory(uint64_t max_bytes)
{
	uint64_t bytes = data_bytes() + max_bytes;
	struct rlimit data = {bytes, bytes}, core = {0, 0};

	setrlimit(RLIMIT_CORE, &core);
	setrlimit(RLIMIT_DATA, &data);
	silence(STDERR_FILENO);
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

/* The parent decides what an interrupt means; without a parent there is nobody to work for. */
static _Noreturn void work(const struct advi_child_task *task, int fd, pid_t parent)
{
	struct advi_buf said = ADVI_BUF_INIT(SAID_CAP);

	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_DFL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	if (task->max_bytes)
		limit_memory(task->max_bytes);
	if (task->silent) {
		silence(STDOUT_FILENO);
		silence(STDERR_FILENO);
	}
	task->work(task->context, &said);
	write_all(fd, advi_buf_str(&said));
	advi_buf_clear(&said);
	_exit(0);
}

/* --- the parent --- */

int advi_child_start(struct advi_child *out, const struct advi_child_task *task,
		     struct adv_err *err)
{
	struct advi_child child = {.said = ADVI_BUF_INIT(SAID_CAP)};
	pid_t parent = getpid();
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return advi_fail_errno(err, "can't make a pipe to solve over");
	child.pid = fork();
	if (child.pid < 0) {
		int r = advi_fail_errno(err, "can't start a process to solve in");

		close(ends[0]);
		close(ends[1]);
		return r;
	}
	if (child.pid == 0) {
		close(ends[0]);
		work(task, ends[1], parent);
	}
	close(ends[1]);
	child.fd = ends[0];
	child.deadline = task->max_seconds ? advi_clock() + (double)task->max_seconds : 0;
	*out = child;
	return 0;
}

/* Returns whether a child has no more to say. */
static bool listen_to(struct advi_child *child)
{
	char text[65536];
	ssize_t got = read(child->fd, text, sizeof(text));

	if (got > 0)
		advi_buf_add(&child->said, (struct advi_str){text, (size_t)got});
	return got == 0 || (got < 0 && errno != EINTR);
}

static struct advi_child *nth(struct advi_child *at, size_t stride, size_t i)
{
	return (struct advi_child *)(void *)((char *)at + i * stride);
}

static void stop_late(struct advi_child *at, size_t count, size_t stride)
{
	double time = advi_clock();

	for (size_t i = 0; i < count; i++) {
		struct advi_child *child = nth(at, stride, i);

		if (!child->late && child->deadline > 0 && time > child->deadline) {
			child->late = true;
			kill(child->pid, SIGKILL);
		}
	}
}

int advi_child_listen(struct advi_child *at, size_t count, size_t stride, size_t *ended,
		      struct adv_err *err)
{
	struct pollfd fds[CHILDREN_MAX];
	int r;

	*ended = count;
	for (size_t i = 0; i < count; i++)
		fds[i] = (struct pollfd){.fd = nth(at, stride, i)->fd, .events = POLLIN};
	r = poll(fds, count, LISTEN_MS);
	if (r < 0 && errno != EINTR)
		return advi_fail_errno(err, "waiting for the solver");
	for (size_t i = 0; r > 0 && *ended == count && i < count; i++)
		if (fds[i].revents && listen_to(nth(at, stride, i)))
			*ended = i;
	if (*ended == count)
		stop_late(at, count, stride);
	return 0;
}

int advi_child_reap(struct advi_child *child)
{
	int status = 0;

	close(child->fd);
	while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

void advi_child_kill(struct advi_child *child)
{
	kill(child->pid, SIGKILL);
	advi_child_reap(child);
	advi_buf_clear(&child->said);
}
