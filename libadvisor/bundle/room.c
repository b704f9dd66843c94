/* SPDX-License-Identifier: BSD-3-Clause */
/* A room to run what is in an image: its processes. */
#include "bundle/room.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "io/spawn.h"

enum { NOBODY = 65534, REASON_BYTES = 512 };

/* --- in the room --- */

static void write_all(int fd, const char *text, size_t length)
{
	while (length) {
		ssize_t put = write(fd, text, length);

		if (put < 0 && errno != EINTR)
			_exit(1);
		text += put > 0 ? put : 0;
		length -= put > 0 ? (size_t)put : 0;
	}
}

static _Noreturn void give_up(int fd, const struct adv_err *err)
{
	char text[REASON_BYTES];
	int length = snprintf(text, sizeof(text), "-%.400s\n", err->text);

	write_all(fd, text, length > 0 ? (size_t)length : 0);
	_exit(1);
}

static bool put_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool put = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return put;
}

/* Namespaces of our own; who is not root becomes root of what is his alone. */
static int leave(struct adv_err *err)
{
	int spaces = CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWPID;
	unsigned user = geteuid(), group = getegid();
	char map[64];

	if (user != 0)
		spaces |= CLONE_NEWUSER;
	if (unshare(spaces) < 0)
		return advi_fail_errno(err, "namespaces can't be made");
	if (user == 0)
		return 0;
	snprintf(map, sizeof(map), "0 %u 1\n", user);
	if (!put_file("/proc/self/setgroups", "deny") || !put_file("/proc/self/uid_map", map))
		return advi_fail_errno(err, "users can't be mapped");
	snprintf(map, sizeof(map), "0 %u 1\n", group);
	return put_file("/proc/self/gid_map", map) ? 0
						   : advi_fail_errno(err, "groups can't be mapped");
}

/* Programs talk to themselves over the loopback interface. */
static void wake_loopback(void)
{
	struct ifreq request = {.ifr_name = "lo"};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd >= 0 && ioctl(fd, SIOCGIFFLAGS, &request) == 0) {
		request.ifr_flags = (short)(request.ifr_flags | IFF_UP);
		ioctl(fd, SIOCSIFFLAGS, &request);
	}
	if (fd >= 0)
		close(fd);
}

/* Real root becomes nobody, where there is one: what is run needs no rights. */
static void drop_rights(bool is_root)
{
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (is_root && setresgid(NOBODY, NOBODY, NOBODY) == 0 &&
	    setresuid(NOBODY, NOBODY, NOBODY) < 0)
		_exit(1);
	/* a change of rights forgets it */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
}

/* The room's first process: with it all others end. */
static _Noreturn void live(const struct advi_room_wish *wish, int fd, bool is_root)
{
	struct adv_err err = ADV_ERR_INIT;
	int r;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGINT, SIG_IGN);
	wake_loopback();
	r = advi_room_build(wish, &err);
	if (r < 0)
		give_up(fd, &err);
	drop_rights(is_root);
	write_all(fd, "+\n", 2);
	wish->work(wish->context, fd);
	_exit(0);
}

static _Noreturn void keep(const struct advi_room_wish *wish, int fd, pid_t parent)
{
	struct adv_err err = ADV_ERR_INIT;
	bool is_root = geteuid() == 0;
	int status = 0;
	pid_t first;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_DFL);
	if (getppid() != parent)
		_exit(1);
	if (is_root && setgroups(0, NULL) < 0)
		is_root = false;
	if (leave(&err) < 0)
		give_up(fd, &err);
	/* namespaces of processes begin with the next one */
	first = fork();
	if (first < 0) {
		advi_fail_errno(&err, "can't start a process");
		give_up(fd, &err);
	}
	if (first == 0)
		live(wish, fd, is_root);
	close(fd);
	while (waitpid(first, &status, 0) < 0 && errno == EINTR)
		;
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
}

/* --- outside --- */

/* The first line: "+", or "-" and why not. */
static int hear(const struct advi_room *room, struct adv_err *err)
{
	char text[REASON_BYTES];
	size_t have = 0;

	while (have < sizeof(text) - 1) {
		ssize_t got = read(room->fd, text + have, 1);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0 || text[have] == '\n')
			break;
		have++;
	}
	text[have] = '\0';
	if (text[0] == '+')
		return 0;
	return advi_fail(err, ADV_EENV, "%s", text[0] == '-' ? text + 1 : "its first process died");
}

int advi_room_open(struct advi_room *out, const struct advi_room_wish *wish, struct adv_err *err)
{
	struct advi_room room;
	pid_t parent = getpid();
	int ends[2], r;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return advi_fail_errno(err, "can't make a pipe");
	room.fd = ends[0];
	room.pid = fork();
	if (room.pid == 0) {
		close(ends[0]);
		setpgid(0, 0);
		keep(wish, ends[1], parent);
	}
	close(ends[1]);
	if (room.pid < 0) {
		close(ends[0]);
		return advi_fail_errno(err, "can't start a process");
	}
	setpgid(room.pid, room.pid);
	r = hear(&room, err);
	if (r < 0)
		advi_room_close(&room);
	else
		*out = room;
	return r;
}

void advi_room_close(struct advi_room *room)
{
	close(room->fd);
	advi_spawn_stop(room->pid);
}
