/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading packed trees: a tar in any compression, or a tar that is packed in a zip. */
#ifndef ADVI_IO_ARCHIVE_H
#define ADVI_IO_ARCHIVE_H

#include "base/buf.h"
#include "base/err.h"

enum advi_member_kind {
	ADVI_MEMBER_FILE,
	ADVI_MEMBER_FOLDER,
	ADVI_MEMBER_LINK,      /* a symbolic link */
	ADVI_MEMBER_HARD_LINK, /* the same file as an earlier member */
	ADVI_MEMBER_OTHER      /* a device, a pipe, a socket */
};

/* A member. Strings are valid until the next one is asked for. */
struct advi_member {
	struct advi_str path; /* relative, without "." and "..", no empty component */
	enum advi_member_kind kind;
	unsigned mode;  /* permission bits */
	uint64_t size;  /* bytes that the archive says a file has */
	uint64_t mtime; /* seconds since 1970 */
	uint32_t uid, gid;
	struct advi_str link; /* text of a link; the path of a hard link's target */
};

enum {
	ADVI_MEMBER_PATH_BYTES = 4096,
	ADVI_MEMBER_NAME_BYTES = 255 /* what Linux file systems take */
};

/*
 * Brings a path into the form of advi_member.path: "./a//b/" is "a/b". ADV_EINPUT when it is
 * absolute, has a ".." component, or is longer than Linux allows. "." is empty.
 */
int advi_member_path(struct advi_buf *out, struct advi_str path, struct adv_err *err);

struct advi_archive;

/*
 * Opens an archive at its first member.
 *   part  for a zip (".conda"): the packed tar whose name begins with this, such as "info-";
 *         ignored for a tar.
 * ADV_EINPUT for what is no archive or has no such part.
 */
int advi_archive_open(struct advi_archive **out, const char *path, const char *part,
		      struct adv_err *err);
void advi_archive_free(struct advi_archive *archive);
static inline void advi_archive_clear(struct advi_archive **archive)
{
	advi_archive_free(*archive);
}
/*
 * 1 with the next member, 0 at the end. ADV_EINPUT for damage, for a path that leaves the tree,
 * and for more than 4 million members or 256 GiB.
 */
int advi_archive_next(struct advi_archive *archive, struct advi_member *member,
		      struct adv_err *err);
/* The next bytes of the member's data, valid until the next call; empty at its end. */
int advi_archive_read(struct advi_archive *archive, struct advi_str *out, struct adv_err *err);
/* The rest of the member's data, appended to 'out'; ADV_EINPUT beyond its cap. */
int advi_archive_read_all(struct advi_archive *archive, struct advi_buf *out, struct adv_err *err);

#endif
