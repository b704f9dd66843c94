/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A room to run what is in an image: it sees the image at its mount path, the system's own programs
 * and libraries, and nothing else of this machine. Processes, network, /tmp and home are its own.
 */
#ifndef ADVI_BUNDLE_ROOM_H
#define ADVI_BUNDLE_ROOM_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"

/* How an image is seen in a room. */
enum advi_room_view {
	ADVI_ROOM_KERNEL, /* mounted by the kernel: only root may */
	ADVI_ROOM_FUSE,   /* by squashfuse_ll */
	ADVI_ROOM_TREE    /* it is a folder already */
};

/* A layer that is seen with an image, in the same way. */
struct advi_room_layer {
	int image;
	const char *tree;
	const char *mount; /* where it is seen by itself */
	bool overlay;      /* it is not, but as one tree with the image */
};

struct advi_room_wish {
	enum advi_room_view view;
	int image;                           /* kernel, fuse: an open descriptor of the squashfs */
	const char *tree;                    /* the folder */
	const char *mount;                   /* where it is to be seen: an absolute path */
	const struct advi_room_layer *layer; /* NULL: none */
	/*
	 * What is done there, in the room's first process. What it writes to 'out' is for who
	 * opened the room.
	 */
	void (*work)(const void *context, int out);
	const void *context;
};

/* An open room. */
struct advi_room {
	pid_t pid;
	int fd; /* what 'work' writes; at its end the room is empty */
};

/*
 * Opens a room. ADV_EENV when that can't be done here, with the reason: nothing was run then.
 */
int advi_room_open(struct advi_room *out, const struct advi_room_wish *wish, struct adv_err *err);
/* Ends all that still runs there. */
void advi_room_close(struct advi_room *room);

/* Within the room's first process, for room.c: builds the root folder and moves there. */
int advi_room_build(const struct advi_room_wish *wish, struct adv_err *err);

/* The environment for what is run there, but for PATH: HOME and TMPDIR are the room's own. */
#define ADVI_ROOM_ENV                                                                              \
	"HOME=/home/room", "TMPDIR=/tmp", "LC_ALL=C.UTF-8", "PYTHONDONTWRITEBYTECODE=1",           \
		"PYTHONHASHSEED=0"

#endif
