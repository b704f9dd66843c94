/* SPDX-License-Identifier: BSD-3-Clause */
/* A mount by squashfuse_ll, which stays in the background as long as it is mounted. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "bundle/stage_method.h"

enum { READY_TRIES = 500, TOLD_BYTES = 400 };

extern char **environ;

/* Moves a descriptor out of the way of those that the child gets. */
static int above_three(int fd)
{
	int moved = fcntl(fd, F_DUPFD_CLOEXEC, 10);

	close(fd);
	return moved;
}

/*
 * Finds a program in PATH that nobody else can change; a handle, or -1. What root runs in a prolog
 * must not come from a folder of a user that stands in PATH.
 */
static int find_program(const char *name)
{
	const char *path = getenv("PATH");
	struct advi_str rest = advi_str(path ? path : "/usr/bin:/bin"), part;

	while (advi_str_split(&rest, ':', &part)) {
		ADVI_AUTO_PTR char *text = advi_str_dup(part);
		struct advi_folder folder = ADVI_FOLDER_INIT;
		struct adv_err ignored = ADV_ERR_INIT;
		struct stat info;
		int fd = -1;

		if (*text != '/' ||
		    advi_folder_open(&folder, text, ADVI_TRUST_OWN, false, &ignored) < 0)
			continue;
		fd = openat(folder.fd, name, O_RDONLY | O_CLOEXEC);
		advi_folder_clear(&folder);
		if (fd < 0)
			continue;
		if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && (info.st_mode & 0111) &&
		    (info.st_uid == 0 || info.st_uid == geteuid()) &&
		    !(info.st_mode & (S_IWGRP | S_IWOTH)))
			return above_three(fd);
		close(fd);
	}
	return -1;
}

/* In the child: 'keep' stays open as descriptor 3, what is told goes to 'told'. */
static void run_child(int program, char *const *argv, int keep, int told, pid_t parent)
{
	int null = open("/dev/null", O_RDWR);
	struct sigaction plain = {.sa_handler = SIG_DFL};
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	sigaction(SIGPIPE, &plain, NULL);
	/* what mounts after we were killed would mount a second time over the next call's */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	/* a Ctrl-C on the terminal is not for what stays */
	setpgid(0, 0);
	if (dup2(null, 0) < 0 || dup2(null, 1) < 0 || dup2(told, 2) < 0)
		_exit(127);
	/* dup2 of a descriptor to itself would leave it to be closed */
	if (keep >= 0 && (keep == 3 ? fcntl(3, F_SETFD, 0) < 0 : dup2(keep, 3) < 0))
		_exit(127);
	fexecve(program, argv, environ);
	_exit(127);
}

/* Runs a program to its end; its first words on standard error become the error. */
static int run_program(int program, char *const *argv, int keep, struct adv_err *err)
{
	char text[TOLD_BYTES + 1];
	size_t have = 0;
	int ends[2], status = 0;
	pid_t parent = getpid(), child;
	ssize_t got;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return advi_fail_errno(err, "can't run '%s'", argv[0]);
	ends[1] = above_three(ends[1]);
	child = fork();
	if (child < 0) {
		close(ends[0]);
		close(ends[1]);
		return advi_fail_errno(err, "can't run '%s'", argv[0]);
	}
	if (child == 0)
		run_child(program, argv, keep, ends[1], parent);
	close(ends[1]);
	while (have < TOLD_BYTES && ((got = read(ends[0], text + have, TOLD_BYTES - have)) > 0 ||
				     (got < 0 && errno == EINTR)))
		have += got > 0 ? (size_t)got : 0;
	close(ends[0]);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	while (have && (text[have - 1] == '\n' || text[have - 1] == ' '))
		have--;
	text[have] = '\0';
	for (char *at = text; *at; at++)
		if (*at == '\n')
			*at = ' ';
	return advi_fail(err, ADV_EENV, "%s failed%s%s", argv[0], have ? ": " : "", text);
}

/* The daemon answers once it has greeted the kernel. */
static int wait_ready(const struct advi_target *target, struct adv_err *err)
{
	const struct timespec pause = {.tv_nsec = 10 * 1000 * 1000};

	for (int i = 0; i < READY_TRIES; i++) {
		struct stat above, root;

		if (fstat(target->above.fd, &above) == 0 &&
		    fstatat(target->above.fd, target->name, &root, AT_SYMLINK_NOFOLLOW) == 0 &&
		    above.st_dev != root.st_dev)
			return 0;
		nanosleep(&pause, NULL);
	}
	return advi_fail(err, ADV_EENV, "squashfuse_ll does not answer");
}

int advi_fuse_start(int image, const char *options, const char *at, struct adv_err *err)
{
	ADVI_AUTO_PTR char *how = advi_strdup(options), *where = advi_strdup(at);
	char file[] = "/proc/self/fd/3", program_name[] = "squashfuse_ll", option[] = "-o";
	char *const argv[] = {program_name, option, how, file, where, NULL};
	int program = find_program("squashfuse_ll"), r;

	if (program < 0) {
		int old = find_program("squashfuse");

		if (old >= 0)
			close(old);
		return advi_fail(err, ADV_EENV, "squashfuse_ll is not installed%s",
				 old >= 0
					 ? "; squashfuse is, and not used: every import would cost "
					   "more CPU in it than in Python"
					 : "");
	}
	r = run_program(program, argv, image, err);
	close(program);
	return r;
}

static int fuse_mount(struct advi_store *store, const struct advi_verified *image,
		      const struct advi_target *target, const struct adv_watch *watch,
		      struct adv_err *err)
{
	ADVI_AUTO_PTR char *name = advi_store_fuse_name(store, image->digest);
	ADVI_AUTO_PTR char *options =
		advi_format("ro,nosuid,nodev,fsname=%s%s", name,
			    geteuid() == 0 ? ",allow_other,default_permissions" : "");
	int point, r = advi_target_point(&point, target, err);

	(void)watch;
	if (r == 0) {
		close(point);
		r = advi_fuse_start(image->fd, options, target->path, err);
	}
	if (r == 0)
		r = wait_ready(target, err);
	return r;
}

static int fuse_unmount(struct advi_store *store, const struct advi_mounted *mounted, bool force,
			struct adv_err *err)
{
	static const char *const names[] = {"fusermount3", "fusermount"};
	char *path = advi_strdup(mounted->path);
	char take_off[] = "-u", lazily[] = "-uz", program_name[] = "fusermount";
	char *const argv[] = {program_name, force ? lazily : take_off, path, NULL};
	int program = -1, r;

	(void)store;
	if (geteuid() == 0) {
		free(path);
		return advi_unmount(mounted->path, force, err);
	}
	for (size_t i = 0; i < ADVI_COUNT(names) && program < 0; i++)
		program = find_program(names[i]);
	if (program < 0) {
		free(path);
		return advi_fail(err, ADV_EENV, "can't unmount '%s': there is no fusermount",
				 mounted->path);
	}
	r = run_program(program, argv, -1, err);
	close(program);
	free(path);
	/* it says only in words that something is in it */
	return r < 0 && err && strstr(err->text, "busy")
		       ? advi_fail(err, ADV_NO, "'%s' is in use and stays", mounted->path)
		       : r;
}

const struct advi_method advi_method_fuse = {
	.name = "fuse",
	.mount = fuse_mount,
	.unmount = fuse_unmount,
};
