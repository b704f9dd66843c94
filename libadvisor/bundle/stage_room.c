/* SPDX-License-Identifier: BSD-3-Clause */
/* Free space, and limits of memory (cgroups(7)). */
#include "bundle/stage_room.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>

#include "base/mem.h"
#include "base/text.h"
#include "io/file.h"

enum { FILE_BYTES = 1 << 20, BLOCK_BYTES = 4096 };
enum { TMPFS_KIND = 0x01021994, RAMFS_KIND = 0x858458f6 };

/* The two hierarchies: where they are, and what their files are called. */
static const struct hierarchy {
	const char *line; /* of /proc/self/cgroup, between its two colons */
	const char *mounts[3];
	const char *limit, *used;
	const char *cached[2]; /* rows of memory.stat: the kernel can take these back */
} hierarchies[] = {
	{"",
	 {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"},
	 "memory.max",
	 "memory.current",
	 {"active_file", "inactive_file"}},
	{"memory",
	 {"/sys/fs/cgroup/memory"},
	 "memory.limit_in_bytes",
	 "memory.usage_in_bytes",
	 {"total_active_file", "total_inactive_file"}},
};

static bool read_file(struct advi_buf *text, const char *folder, const char *name)
{
	ADVI_AUTO_PTR char *path = advi_path_join(folder, name);
	struct adv_err ignored = ADV_ERR_INIT;

	advi_buf_reset(text);
	return advi_file_read(text, path, &ignored) == 0;
}

static bool read_number(uint64_t *out, const char *folder, const char *name)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(256);

	return read_file(&text, folder, name) &&
	       advi_str_u64(advi_str_trim(advi_buf_str(&text)), out);
}

/* The number after a name at the beginning of a line: "active_file 4096". */
static uint64_t row(struct advi_str text, const char *name)
{
	struct advi_str line, key;
	uint64_t number;

	while (advi_str_split(&text, '\n', &line))
		if (advi_str_split(&line, ' ', &key) && advi_str_is(key, name) &&
		    advi_str_u64(advi_str_trim(line), &number))
			return number;
	return 0;
}

/* What one cgroup leaves; UINT64_MAX when it has no limit ("max", or larger than any memory). */
static uint64_t group_left(const struct hierarchy *kind, const char *folder)
{
	ADVI_AUTO(buf) struct advi_buf stat = ADVI_BUF_INIT(FILE_BYTES);
	uint64_t limit, used, back = 0;

	if (!read_number(&limit, folder, kind->limit) || limit >= (uint64_t)1 << 62 ||
	    !read_number(&used, folder, kind->used))
		return UINT64_MAX;
	if (read_file(&stat, folder, "memory.stat"))
		for (size_t i = 0; i < ADVI_COUNT(kind->cached); i++)
			back += row(advi_buf_str(&stat), kind->cached[i]);
	used = used > back ? used - back : 0;
	return limit > used ? limit - used : 0;
}

/* The groups from 'path' up to the root. */
static void groups_left(const struct hierarchy *kind, const char *root, const char *mount,
			const char *path, uint64_t *left, struct advi_buf *who)
{
	ADVI_AUTO_PTR char *folder = advi_format("%s%s%s", root, mount, path);
	size_t end = strlen(root) + strlen(mount);

	for (;;) {
		uint64_t one = group_left(kind, folder);
		char *slash;

		if (one < *left) {
			*left = one;
			advi_buf_reset(who);
			advi_buf_text(who, folder + strlen(root));
		}
		slash = strrchr(folder + end, '/');
		if (!slash)
			return;
		*slash = '\0';
	}
}

/* "4:memory:/slurm/job_1", "0::/system.slice" */
static void line_left(const char *root, struct advi_str line, uint64_t *left, struct advi_buf *who)
{
	struct advi_str number, controllers, one, rest;

	if (!advi_str_split(&line, ':', &number))
		return;
	rest = line;
	if (advi_str_find(rest, ':') == rest.len)
		return;
	controllers = (struct advi_str){rest.ptr, advi_str_find(rest, ':')};
	rest = advi_str_from(rest, controllers.len + 1);
	for (size_t i = 0; i < ADVI_COUNT(hierarchies); i++) {
		const struct hierarchy *kind = &hierarchies[i];
		struct advi_str list = controllers;
		bool is = controllers.len == 0 && !*kind->line;

		while (*kind->line && !is && advi_str_split(&list, ',', &one))
			is = advi_str_is(one, kind->line);
		for (size_t k = 0; is && kind->mounts[k]; k++) {
			ADVI_AUTO_PTR char *path =
				advi_str_is(rest, "/") ? advi_strdup("") : advi_str_dup(rest);

			groups_left(kind, root, kind->mounts[k], path, left, who);
		}
	}
}

uint64_t advi_memory_left(const char *root, struct advi_buf *who)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(FILE_BYTES);
	ADVI_AUTO_PTR char *proc = advi_format("%s/proc", root);
	struct advi_str rest, line;
	uint64_t left = UINT64_MAX;

	advi_buf_reset(who);
	if (!read_file(&text, proc, "self/cgroup"))
		return left;
	rest = advi_buf_str(&text);
	while (advi_str_split(&rest, '\n', &line))
		line_left(root, line, &left, who);
	return left;
}

/* "12.0 MiB" in memory that the caller frees. */
static char *amount(uint64_t bytes)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(64);

	advi_text_bytes(&text, bytes);
	return advi_buf_take(&text);
}

static int check_memory(const char *path, uint64_t bytes, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf who = ADVI_BUF_INIT(8192), info = ADVI_BUF_INIT(FILE_BYTES);
	uint64_t left = advi_memory_left("", &who), machine = UINT64_MAX;
	ADVI_AUTO_PTR char *need = amount(bytes), *have = NULL;

	if (read_file(&info, "/proc", "meminfo")) {
		struct advi_str rest = advi_buf_str(&info), line, key;
		uint64_t kib;

		while (advi_str_split(&rest, '\n', &line))
			if (advi_str_split(&line, ':', &key) && advi_str_is(key, "MemAvailable") &&
			    (line = advi_str_trim(line), line.len > 3) &&
			    advi_str_u64((struct advi_str){line.ptr, advi_str_find(line, ' ')},
					 &kib))
				machine = kib * 1024;
	}
	have = amount(left < machine ? left : machine);
	if (bytes <= left && bytes <= machine)
		return 0;
	return advi_fail(err, ADV_EENV,
			 "'%s' is memory: %s are needed, and %s leaves %s; stage to a disk, or ask "
			 "for more memory",
			 path, need,
			 left < machine ? advi_buf_str(&who).ptr : "what the machine has", have);
}

int advi_room_check(int fd, const char *path, uint64_t bytes, uint64_t files, struct adv_err *err)
{
	/* a file takes whole blocks, and something to be found by */
	uint64_t need = bytes + files * BLOCK_BYTES;
	struct statvfs room;
	struct statfs kind;

	if (fstatvfs(fd, &room) < 0 || fstatfs(fd, &kind) < 0)
		return advi_fail_errno(err, "can't tell the free space of '%s'", path);
	if ((uint64_t)room.f_bavail * room.f_frsize < need) {
		ADVI_AUTO_PTR char *want = amount(need);
		ADVI_AUTO_PTR char *have = amount((uint64_t)room.f_bavail * room.f_frsize);

		return advi_fail(err, ADV_EENV, "'%s' has %s free, and %s are needed", path, have,
				 want);
	}
	if (room.f_files && room.f_favail < files)
		return advi_fail(err, ADV_EENV,
				 "'%s' can take %" PRIu64 " more files, and %" PRIu64 " are needed",
				 path, (uint64_t)room.f_favail, files);
	if ((uint32_t)kind.f_type == TMPFS_KIND || (uint32_t)kind.f_type == RAMFS_KIND)
		return check_memory(path, need, err);
	return 0;
}
