/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading packed trees (libarchive). */
#include "io/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

enum { BLOCK_BYTES = 256 * 1024, MEMBER_COUNT = 4 << 20 };

static const uint64_t TOTAL_BYTES = (uint64_t)256 << 30;

struct advi_archive {
	struct archive *zip; /* NULL for a plain tar */
	struct archive *tar;
	char *path;
	char *block;     /* data for the caller */
	char *zip_block; /* data of the zip for the tar within */
	struct advi_buf name, link;
	uint64_t members, bytes;
};

/* libarchive's complaint, as bad data or as trouble of the machine. */
static int complain(const struct advi_archive *archive, struct archive *from, struct adv_err *err)
{
	int sys = archive_errno(from);
	const char *text = archive_error_string(from);
	bool system = sys == EIO || sys == EACCES || sys == EPERM || sys == EMFILE;

	return advi_fail(err, system ? ADV_EENV : ADV_EINPUT, "can't unpack '%s': %s",
			 archive->path, text ? text : "it is damaged or cut short");
}

static int add_component(struct advi_buf *out, struct advi_str part, struct advi_str whole,
			 struct adv_err *err)
{
	if (part.len == 0 || advi_str_is(part, "."))
		return 0;
	if (advi_str_is(part, ".."))
		return advi_fail(err, ADV_EINPUT, "path '%.*s' leaves the tree", ADVI_ARGS(whole));
	if (part.len > ADVI_MEMBER_NAME_BYTES)
		return advi_fail(err, ADV_EINPUT,
				 "path '%.60s...' has a name of more than %d bytes", whole.ptr,
				 ADVI_MEMBER_NAME_BYTES);
	if (out->len)
		advi_buf_byte(out, '/');
	advi_buf_add(out, part);
	return 0;
}

int advi_member_path(struct advi_buf *out, struct advi_str path, struct adv_err *err)
{
	struct advi_str rest = path, part;
	int r = 0;

	advi_buf_reset(out);
	if (path.len && path.ptr[0] == '/')
		return advi_fail(err, ADV_EINPUT, "path '%.*s' is absolute", ADVI_ARGS(path));
	if (advi_str_find(path, '\0') < path.len)
		return advi_fail(err, ADV_EINPUT, "path '%s' holds a NUL", path.ptr);
	while (r == 0 && advi_str_split(&rest, '/', &part))
		r = add_component(out, part, path, err);
	if (r == 0 && (out->full || out->len >= ADVI_MEMBER_PATH_BYTES))
		r = advi_fail(err, ADV_EINPUT, "path '%.60s...' has more than %d bytes", path.ptr,
			      ADVI_MEMBER_PATH_BYTES - 1);
	return r;
}

static la_ssize_t read_from_zip(struct archive *tar, void *context, const void **block)
{
	struct advi_archive *archive = context;
	la_ssize_t got = archive_read_data(archive->zip, archive->zip_block, BLOCK_BYTES);

	*block = archive->zip_block;
	if (got < 0)
		archive_set_error(tar, archive_errno(archive->zip), "%s",
				  archive_error_string(archive->zip));
	return got;
}

/* Moves the zip to the packed tar whose name begins with 'part'. */
static int find_part(struct advi_archive *archive, const char *part, struct adv_err *err)
{
	struct archive_entry *entry;
	int r;

	while ((r = archive_read_next_header(archive->zip, &entry)) == ARCHIVE_OK ||
	       r == ARCHIVE_WARN) {
		struct advi_str name = advi_str(archive_entry_pathname(entry));

		if (advi_str_starts(name, advi_str(part)) &&
		    advi_str_search(name, ADVI_STR(".tar")) < name.len)
			return 0;
		if (++archive->members > MEMBER_COUNT)
			break;
	}
	if (r != ARCHIVE_EOF)
		return complain(archive, archive->zip, err);
	return advi_fail(err, ADV_EINPUT, "can't unpack '%s': it holds no '%s...tar.zst'",
			 archive->path, part);
}

static struct archive *new_reader(void)
{
	struct archive *reader = archive_read_new();

	if (!reader)
		abort();
	return reader;
}

static int open_zip(struct advi_archive *archive, const char *part, struct adv_err *err)
{
	int r;

	archive->zip = new_reader();
	archive->zip_block = advi_malloc(BLOCK_BYTES);
	archive_read_support_format_zip(archive->zip);
	if (archive_read_open_filename(archive->zip, archive->path, BLOCK_BYTES) != ARCHIVE_OK)
		return complain(archive, archive->zip, err);
	r = find_part(archive, part, err);
	if (r < 0)
		return r;
	return archive_read_open(archive->tar, archive, NULL, read_from_zip, NULL) == ARCHIVE_OK
		       ? 0
		       : complain(archive, archive->tar, err);
}

/* Whether the file is a zip; ADV_EINPUT or ADV_EENV when it can't be read. */
static int looks_like_zip(const char *path, bool *is_zip, struct adv_err *err)
{
	char magic[4] = {0};
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got;

	if (fd < 0) {
		int sys = errno;
		int r = advi_fail_errno(err, "can't open '%s'", path);

		return sys == ENOENT || sys == ENOTDIR ? ADV_EINPUT : r;
	}
	got = read(fd, magic, sizeof(magic));
	close(fd);
	if (got < 0)
		return advi_fail_errno(err, "can't read '%s'", path);
	*is_zip = got == (ssize_t)sizeof(magic) && memcmp(magic, "PK\3\4", sizeof(magic)) == 0;
	return 0;
}

int advi_archive_open(struct advi_archive **out, const char *path, const char *part,
		      struct adv_err *err)
{
	ADVI_AUTO(archive) struct advi_archive *archive = NULL;
	bool is_zip = false;
	int r = looks_like_zip(path, &is_zip, err);

	if (r < 0)
		return r;
	archive = advi_calloc(1, sizeof(*archive));
	archive->path = advi_strdup(path);
	archive->name.cap = archive->link.cap = ADVI_MEMBER_PATH_BYTES;
	archive->block = advi_malloc(BLOCK_BYTES);
	archive->tar = new_reader();
	/* Not all that libarchive knows: for some it would start other programs. */
	archive_read_support_filter_bzip2(archive->tar);
	archive_read_support_filter_gzip(archive->tar);
	archive_read_support_filter_xz(archive->tar);
	archive_read_support_filter_zstd(archive->tar);
	archive_read_support_format_tar(archive->tar);
	archive_read_support_format_empty(archive->tar);
	if (is_zip)
		r = open_zip(archive, part, err);
	else if (archive_read_open_filename(archive->tar, path, BLOCK_BYTES) != ARCHIVE_OK)
		r = complain(archive, archive->tar, err);
	if (r < 0)
		return r;
	*out = advi_take(archive);
	return 0;
}

void advi_archive_free(struct advi_archive *archive)
{
	if (!archive)
		return;
	archive_read_free(archive->tar);
	archive_read_free(archive->zip);
	advi_buf_clear(&archive->name);
	advi_buf_clear(&archive->link);
	free(archive->path);
	free(archive->block);
	free(archive->zip_block);
	free(archive);
}

static enum advi_member_kind kind_of(struct archive_entry *entry)
{
	if (archive_entry_hardlink(entry))
		return ADVI_MEMBER_HARD_LINK;
	switch (archive_entry_filetype(entry)) {
	case AE_IFREG:
		return ADVI_MEMBER_FILE;
	case AE_IFDIR:
		return ADVI_MEMBER_FOLDER;
	case AE_IFLNK:
		return ADVI_MEMBER_LINK;
	default:
		return ADVI_MEMBER_OTHER;
	}
}

static int fill(struct advi_archive *archive, struct archive_entry *entry,
		struct advi_member *member, struct adv_err *err)
{
	const char *path = archive_entry_pathname(entry);
	int r;

	if (!path)
		return advi_fail(err, ADV_EINPUT, "a path that is no text");
	r = advi_member_path(&archive->name, advi_str(path), err);
	if (r < 0)
		return r;
	*member = (struct advi_member){
		.path = advi_buf_str(&archive->name),
		.kind = kind_of(entry),
		.mode = archive_entry_perm(entry),
		.size = archive_entry_size(entry) < 0 ? 0 : (uint64_t)archive_entry_size(entry),
		.mtime = archive_entry_mtime(entry) < 0 ? 0 : (uint64_t)archive_entry_mtime(entry),
		.uid = (uint32_t)archive_entry_uid(entry),
		.gid = (uint32_t)archive_entry_gid(entry),
	};
	if (member->kind == ADVI_MEMBER_LINK) {
		member->link = advi_str(archive_entry_symlink(entry));
	} else if (member->kind == ADVI_MEMBER_HARD_LINK) {
		r = advi_member_path(&archive->link, advi_str(archive_entry_hardlink(entry)), err);
		member->link = advi_buf_str(&archive->link);
	}
	return r;
}

int advi_archive_next(struct advi_archive *archive, struct advi_member *member, struct adv_err *err)
{
	struct archive_entry *entry;
	int r = archive_read_next_header(archive->tar, &entry);

	if (r == ARCHIVE_EOF)
		return 0;
	if (r != ARCHIVE_OK && r != ARCHIVE_WARN)
		return complain(archive, archive->tar, err);
	if (++archive->members > MEMBER_COUNT)
		return advi_fail(err, ADV_EINPUT,
				 "can't unpack '%s': it holds more than %d members", archive->path,
				 MEMBER_COUNT);
	r = fill(archive, entry, member, err);
	if (r < 0)
		return advi_while(err, r, "can't unpack '%s'", archive->path);
	return 1;
}

int advi_archive_read(struct advi_archive *archive, struct advi_str *out, struct adv_err *err)
{
	la_ssize_t got = archive_read_data(archive->tar, archive->block, BLOCK_BYTES);

	*out = (struct advi_str){archive->block, 0};
	if (got < 0)
		return complain(archive, archive->tar, err);
	out->len = (size_t)got;
	archive->bytes += out->len;
	if (archive->bytes > TOTAL_BYTES)
		return advi_fail(err, ADV_EINPUT, "can't unpack '%s': it holds more than 256 GiB",
				 archive->path);
	return 0;
}

int advi_archive_read_all(struct advi_archive *archive, struct advi_buf *out, struct adv_err *err)
{
	struct advi_str block;
	int r;

	while ((r = advi_archive_read(archive, &block, err)) == 0 && block.len) {
		advi_buf_add(out, block);
		if (out->full)
			return advi_fail(
				err, ADV_EINPUT,
				"can't unpack '%s': '%.*s' is larger than the %zu MiB allowed",
				archive->path, (int)archive->name.len, archive->name.ptr,
				out->cap >> 20);
	}
	return r;
}
