/* SPDX-License-Identifier: BSD-3-Clause */
/* Starting programs that are not ours. */
#include "io/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- the child: between fork and exec other threads' locks may be held, so no memory is taken ---
 */

static void limit(int what, uint64_t most)
{
	struct rlimit now, wish = {most, most};

	if (!most)
		return;
	if (getrlimit((__rlimit_resource_t)what, &now) == 0 && now.rlim_max < most)
		wish.rlim_cur = wish.rlim_max = now.rlim_max;
	setrlimit((__rlimit_resource_t)what, &wish);
}

/* Descriptors 0, 1 and 2, which others of the three may be before. */
static bool connect_three(const struct advi_spawn *spawn)
{
	int from[3] = {spawn->in, spawn->out, spawn->told};

	for (int i = 0; i < 3; i++) {
		int fd = from[i] >= 0 ? from[i] : open("/dev/null", O_RDWR);

		from[i] = fcntl(fd, F_DUPFD_CLOEXEC, 10);
		if (from[i] < 0)
			return false;
	}
	for (int i = 0; i < 3; i++)
		if (dup2(from[i], i) < 0)
			return false;
	return true;
}

static _Noreturn void become(const struct advi_spawn *spawn, int report, pid_t parent)
{
	struct sigaction plain = {.sa_handler = SIG_DFL};
	sigset_t none;
	int sys;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	sigaction(SIGPIPE, &plain, NULL);
	sigaction(SIGINT, &plain, NULL);
	sigaction(SIGTERM, &plain, NULL);
	/* a Ctrl-C on the terminal is for us alone: we decide what it means */
	if (!spawn->foreground)
		setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	limit(RLIMIT_AS, spawn->memory_bytes);
	limit(RLIMIT_CPU, spawn->cpu_seconds);
	limit(RLIMIT_FSIZE, spawn->file_bytes);
	setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
	if (getppid() == parent && connect_three(spawn) &&
	    (!spawn->folder || chdir(spawn->folder) == 0))
		execve(spawn->program, (char *const *)(uintptr_t)spawn->argv,
		       (char *const *)(uintptr_t)spawn->env);
	sys = errno;
	while (write(report, &sys, sizeof(sys)) < 0 && errno == EINTR)
		;
	_exit(127);
}

/* --- the parent --- */

int advi_spawn(pid_t *out, const struct advi_spawn *spawn, struct adv_err *err)
{
	pid_t parent = getpid(), pid;
	int ends[2], sys = 0;
	ssize_t got;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return advi_fail_errno(err, "can't make a pipe");
	/* above those three that the program gets */
	sys = fcntl(ends[1], F_DUPFD_CLOEXEC, 10);
	close(ends[1]);
	ends[1] = sys;
	pid = fork();
	if (pid == 0)
		become(spawn, ends[1], parent);
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return advi_fail_errno(err, "can't start a process");
	}
	/* in both processes, as either may be first */
	if (!spawn->foreground)
		setpgid(pid, pid);
	while ((got = read(ends[0], &sys, sizeof(sys))) < 0 && errno == EINTR)
		;
	close(ends[0]);
	if (got != (ssize_t)sizeof(sys)) {
		*out = pid;
		return 0;
	}
	advi_spawn_stop(pid);
	errno = sys;
	return advi_fail_errno(err, "can't run '%s'", spawn->program);
}

int advi_spawn_stop(pid_t pid)
{
	int status = 0;

	kill(-pid, SIGKILL);
	kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

int advi_memory_file(const char *name)
{
	return memfd_create(name, MFD_CLOEXEC);
}

void advi_memory_line(int fd, char *out, size_t size)
{
	ssize_t got = pread(fd, out, size - 1, 0);
	size_t length = got > 0 ? (size_t)got : 0;

	while (length && ((unsigned char)out[length - 1] <= ' '))
		length--;
	out[length] = '\0';
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)out[i] < 0x20 || out[i] == 0x7F)
			out[i] = ' ';
}
