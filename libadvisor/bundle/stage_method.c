/* SPDX-License-Identifier: BSD-3-Clause */
/* The table of methods, and where an image is to be seen. */
#include "bundle/stage_method.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#ifndef UMOUNT_NOFOLLOW
#define UMOUNT_NOFOLLOW 8
#endif

static const struct advi_method *const methods[] = {
	&advi_method_kernel,
	&advi_method_fuse,
	&advi_method_extract,
	&advi_method_overlay,
};

const struct advi_method *advi_method_find(struct advi_str name)
{
	for (size_t i = 0; i < ADVI_COUNT(methods); i++)
		if (advi_str_is(name, methods[i]->name))
			return methods[i];
	return NULL;
}

int advi_methods_check(const char *names, struct adv_err *err)
{
	struct advi_str rest = advi_str(names), name;
	size_t count = 0;

	while (advi_str_split(&rest, ',', &name)) {
		count++;
		if (advi_str_is(name, "squashfuse"))
			return advi_fail(
				err, ADV_EUSAGE,
				"squashfuse is not used: every import would cost more CPU "
				"in it than in Python; fuse runs squashfuse_ll, which does "
				"not");
		if (!advi_method_find(name) || !advi_method_find(name)->mount)
			return advi_fail(
				err, ADV_EUSAGE,
				"there is no method '%.*s'; there are kernel, fuse and extract",
				ADVI_ARGS(name));
	}
	return count ? 0 : advi_fail(err, ADV_EUSAGE, "name a method: kernel, fuse or extract");
}

int advi_target_open(struct advi_target *target, const char *path, struct adv_err *err)
{
	int r;

	if (*path != '/')
		return advi_fail(err, ADV_EUSAGE, "the mount path '%s' is not absolute", path);
	r = advi_folder_open_above(&target->above, &target->name, path, ADVI_TRUST_OWN, true, err);
	if (r == 0)
		target->path = advi_format(
			"%s/%s", strcmp(target->above.path, "/") ? target->above.path : "",
			target->name);
	return r;
}

void advi_target_clear(struct advi_target *target)
{
	advi_folder_clear(&target->above);
	free(target->name);
	free(target->path);
	*target = (struct advi_target)ADVI_TARGET_INIT;
}

static bool is_empty(int fd)
{
	int own = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = own < 0 ? NULL : fdopendir(own);
	struct dirent *entry;
	bool empty = true;

	if (!folder) {
		if (own >= 0)
			close(own);
		return false;
	}
	while (empty && (entry = readdir(folder)))
		empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
	closedir(folder);
	return empty;
}

int advi_target_point(int *fd, const struct advi_target *target, struct adv_err *err)
{
	struct stat info;
	int r = 0;

	if (advi_folder_make(target->above.fd, target->name) < 0)
		return advi_fail_errno(err, "can't make the folder '%s'", target->path);
	*fd = openat(target->above.fd, target->name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (*fd < 0 || fstat(*fd, &info) < 0)
		r = advi_fail_errno(err, "can't open the folder '%s'", target->path);
	else if ((info.st_uid != 0 && info.st_uid != geteuid()) ||
		 (info.st_mode & (S_IWGRP | S_IWOTH)))
		r = advi_fail(err, ADV_EENV,
			      "'%s' (of user %u, mode %04o) is not to be trusted: others can write "
			      "to it",
			      target->path, (unsigned)info.st_uid, (unsigned)info.st_mode & 07777);
	else if (!is_empty(*fd))
		r = advi_fail(err, ADV_EENV, "'%s' is not empty; a mount would hide what is in it",
			      target->path);
	if (r < 0 && *fd >= 0)
		close(*fd);
	return r;
}

int advi_unmount(const char *path, bool force, struct adv_err *err)
{
	if (umount2(path, UMOUNT_NOFOLLOW | (force ? MNT_DETACH : 0)) == 0)
		return 0;
	if (errno == EBUSY)
		return advi_fail(err, ADV_NO, "'%s' is in use and stays", path);
	return advi_fail_errno(err, "can't unmount '%s'", path);
}
