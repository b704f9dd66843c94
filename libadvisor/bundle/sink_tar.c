/* SPDX-License-Identifier: BSD-3-Clause */
/* Images as tar.zst and tar.gz (libarchive). */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>

#include "base/mem.h"
#include "bundle/sink.h"

/* Above this archive_errno is libarchive's own number and no errno. */
enum { ERRNO_LIMIT = 4096 };

struct tar {
	struct advi_sink base;
	struct archive *archive;
	struct archive_entry *entry;
	uint32_t epoch;
};

static struct tar *tar_of(struct advi_sink *sink)
{
	return (struct tar *)sink;
}

static int complain(const struct tar *tar, struct adv_err *err)
{
	const char *text = archive_error_string(tar->archive);
	int sys = archive_errno(tar->archive);

	if (sys > 0 && sys < ERRNO_LIMIT)
		text = strerror(sys);
	return advi_fail(err, ADV_EENV, "can't write the image: %s", text ? text : "out of memory");
}

static void tar_free(struct advi_sink *sink)
{
	struct tar *tar = tar_of(sink);

	if (!tar)
		return;
	archive_write_free(tar->archive);
	archive_entry_free(tar->entry);
	free(tar);
}

static int set_option(struct tar *tar, const char *module, const char *name, unsigned value)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", value);
	return archive_write_set_filter_option(tar->archive, module, name, text);
}

/*
 * GNU tar's format stores names as they are, whatever the locale, and every tar reads it. zstd
 * runs in one thread and gzip without a time: the bytes depend on the content alone.
 */
static int open_tar(struct advi_sink **out, const struct advi_sink_ops *ops,
		    int (*filter)(struct archive *), const char *module, FILE *file,
		    const struct advi_sink_options *options, struct adv_err *err)
{
	struct tar *tar = advi_calloc(1, sizeof(*tar));
	int r;

	tar->base.ops = ops;
	tar->epoch = options->epoch;
	tar->archive = archive_write_new();
	tar->entry = archive_entry_new();
	if (!tar->archive || !tar->entry)
		abort();
	*out = &tar->base;
	r = filter(tar->archive);
	if (r == ARCHIVE_OK)
		r = archive_write_set_format_gnutar(tar->archive);
	if (r == ARCHIVE_OK && strcmp(module, "gzip") == 0)
		r = archive_write_set_filter_option(tar->archive, module, "timestamp", NULL);
	if (r == ARCHIVE_OK && options->level &&
	    set_option(tar, module, "compression-level", options->level) != ARCHIVE_OK)
		return advi_fail(err, ADV_EUSAGE, "%s has no level %u", module, options->level);
	archive_write_set_bytes_in_last_block(tar->archive, 1);
	if (r == ARCHIVE_OK)
		r = archive_write_open_FILE(tar->archive, file);
	return r == ARCHIVE_OK ? 0 : complain(tar, err);
}

static int zst_open(struct advi_sink **out, FILE *file, const struct advi_sink_options *options,
		    struct adv_err *err)
{
	return open_tar(out, &advi_sink_tar_zst, archive_write_add_filter_zstd, "zstd", file,
			options, err);
}

static int gz_open(struct advi_sink **out, FILE *file, const struct advi_sink_options *options,
		   struct adv_err *err)
{
	return open_tar(out, &advi_sink_tar_gz, archive_write_add_filter_gzip, "gzip", file,
			options, err);
}

static int header(struct tar *tar, const char *path, unsigned type, unsigned mode,
		  struct adv_err *err)
{
	archive_entry_set_pathname(tar->entry, path);
	archive_entry_set_filetype(tar->entry, type);
	archive_entry_set_perm(tar->entry, (__LA_MODE_T)mode);
	archive_entry_set_mtime(tar->entry, tar->epoch, 0);
	archive_entry_set_uname(tar->entry, "root");
	archive_entry_set_gname(tar->entry, "root");
	return archive_write_header(tar->archive, tar->entry) < ARCHIVE_WARN ? complain(tar, err)
									     : 0;
}

static int tar_folder(struct advi_sink *sink, const char *path, struct adv_err *err)
{
	struct tar *tar = tar_of(sink);
	ADVI_AUTO_PTR char *name = advi_format("%s/", path);

	archive_entry_clear(tar->entry);
	return header(tar, name, AE_IFDIR, 0755, err);
}

static int tar_link(struct advi_sink *sink, const char *path, const char *text, struct adv_err *err)
{
	struct tar *tar = tar_of(sink);

	archive_entry_clear(tar->entry);
	archive_entry_set_symlink(tar->entry, text);
	return header(tar, path, AE_IFLNK, 0777, err);
}

static int tar_begin(struct advi_sink *sink, const char *path, unsigned mode, uint64_t size,
		     struct adv_err *err)
{
	struct tar *tar = tar_of(sink);

	archive_entry_clear(tar->entry);
	archive_entry_set_size(tar->entry, (la_int64_t)size);
	return header(tar, path, AE_IFREG, mode, err);
}

static int tar_data(struct advi_sink *sink, struct advi_str data, struct adv_err *err)
{
	struct tar *tar = tar_of(sink);

	while (data.len) {
		la_ssize_t done = archive_write_data(tar->archive, data.ptr, data.len);

		if (done <= 0)
			return complain(tar, err);
		data = advi_str_from(data, (size_t)done);
	}
	return 0;
}

static int tar_end(struct advi_sink *sink, struct adv_err *err)
{
	struct tar *tar = tar_of(sink);

	return archive_write_finish_entry(tar->archive) < ARCHIVE_WARN ? complain(tar, err) : 0;
}

static int tar_finish(struct advi_sink *sink, struct adv_err *err)
{
	struct tar *tar = tar_of(sink);

	return archive_write_close(tar->archive) == ARCHIVE_OK ? 0 : complain(tar, err);
}

const struct advi_sink_ops advi_sink_tar_zst = {
	.name = "tar.zst",
	.suffix = ".tar.zst",
	.open = zst_open,
	.folder = tar_folder,
	.link = tar_link,
	.begin = tar_begin,
	.data = tar_data,
	.end = tar_end,
	.finish = tar_finish,
	.free = tar_free,
};

const struct advi_sink_ops advi_sink_tar_gz = {
	.name = "tar.gz",
	.suffix = ".tar.gz",
	.open = gz_open,
	.folder = tar_folder,
	.link = tar_link,
	.begin = tar_begin,
	.data = tar_data,
	.end = tar_end,
	.finish = tar_finish,
	.free = tar_free,
};
