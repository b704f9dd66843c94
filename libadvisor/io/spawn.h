/* SPDX-License-Identifier: BSD-3-Clause */
/* Starting programs that are not ours: nothing is inherited but what is named, and limits hold. */
#ifndef ADVI_IO_SPAWN_H
#define ADVI_IO_SPAWN_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"

/* A program to start. Zero is an empty field's default. */
struct advi_spawn {
	const char *program; /* a path */
	const char *const *argv, *const *env;
	const char *folder; /* to start in; NULL: where we are */
	bool foreground;    /* it stays with us on the terminal, where it may ask for a passphrase */
	int in, out, told;  /* become descriptors 0, 1 and 2; -1: /dev/null */
	uint64_t memory_bytes, cpu_seconds, file_bytes; /* limits of each process; 0: none */
};

/*
 * Starts it, in a process group of its own, which dies with us. Returns 0, or ADV_EENV with why it
 * can't be run: the format of another machine, a file system without execution.
 */
int advi_spawn(pid_t *out, const struct advi_spawn *spawn, struct adv_err *err);

/* Stops it and what it started, and waits for it; gives its status as waitpid does. */
int advi_spawn_stop(pid_t pid);

/* Something in memory for a program to write to; a descriptor, or -1 with errno. */
int advi_memory_file(const char *name);
/* The first bytes of it as one line of printable text; empty when there is nothing. */
void advi_memory_line(int fd, char *out, size_t size);

#endif
