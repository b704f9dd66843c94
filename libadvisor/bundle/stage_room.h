/* SPDX-License-Identifier: BSD-3-Clause */
/* Whether there is room for a copy: on the file system, and in memory where that is what it is. */
#ifndef ADVI_BUNDLE_STAGE_ROOM_H
#define ADVI_BUNDLE_STAGE_ROOM_H

#include "base/buf.h"
#include "base/err.h"

/*
 * What memory the cgroups of this process leave: the least over all that it is in and that limit,
 * of both versions; UINT64_MAX without a limit. Memory that the kernel can take back from the
 * cache counts as left. '*who' gets the folder of the cgroup that decides.
 *   root  "" is the machine's /proc and /sys; else the folder that has both
 */
uint64_t advi_memory_left(const char *root, struct advi_buf *who);

/*
 * 0 when 'bytes' (and 'files' files) fit on the file system of 'fd'; else ADV_EENV, and why. On a
 * file system in memory (/dev/shm) what the job may use counts too.
 *   path  for people
 */
int advi_room_check(int fd, const char *path, uint64_t bytes, uint64_t files, struct adv_err *err);

#endif
