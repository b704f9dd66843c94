/* SPDX-License-Identifier: BSD-3-Clause */
/* A subdir from a repodata.json of any size: its index, made when there is none. */
#include "conda/index.h"

#include <unistd.h>

#include "conda/index_read.h"
#include "io/cache.h"
#include "io/file.h"

enum { WRITE_BYTES = 1 << 20 };

struct index {
	struct advi_subdir subdir;
	struct advi_index_image image;
	char *path; /* of the index file, or NULL */
	char *shown;
	struct advi_arena arena;
	const char *channel, *url, *name; /* of the records: of the channel, of the files, subdir */
	struct advi_record **read;        /* by name: its records, once they are asked for */
	struct advi_list *lists;          /* by list: its texts, once they are asked for */
};

int advi_index_path(char **out, const struct advi_index_source *source, const struct adv_net *net,
		    struct adv_err *err)
{
	const char *slash = strrchr(source->path, '/');
	ADVI_AUTO_PTR char *name = NULL;
	char hex[ADVI_HEX_SIZE];

	/* Beside the repodata, when that was downloaded. */
	advi_sha256(advi_str(source->url), hex);
	name = advi_format("repodata/%.16s/%s.index", hex, slash ? slash + 1 : source->path);
	return advi_cache_path(out, net, name, err);
}

/* ---- records ---- */

static const struct advi_list *list_of(struct index *index, uint32_t number)
{
	static const struct advi_list none = {NULL, 0};
	struct advi_list *list;
	const uint32_t *items;
	const char **at;
	size_t count;

	items = advi_index_list(&index->image, number, &count);
	if (!count)
		return &none;
	list = &index->lists[number];
	if (list->count)
		return list;
	at = advi_arena_alloc(&index->arena, count * sizeof(*at));
	for (size_t i = 0; i < count; i++) {
		at[i] = advi_index_text(&index->image, items[i]);
		at[i] = at[i] ? at[i] : "";
	}
	*list = (struct advi_list){at, count};
	return list;
}

static const char *hex_of(struct index *index, const uint8_t *bytes, size_t count)
{
	char *hex = advi_arena_alloc(&index->arena, 2 * count + 1);

	advi_hex_encode(hex, bytes, count);
	return hex;
}

static char *append(char *at, const char *text)
{
	size_t length = strlen(text);

	memcpy(at, text, length + 1);
	return at + length;
}

/* The URL, whose end is the file name. */
static void set_fn(struct index *index, const struct advi_index_row *row,
		   struct advi_record *record)
{
	const char *fn = advi_index_text(&index->image, row->fn);
	size_t length = strlen(index->url) + 2 + sizeof(".tar.bz2");
	char *url, *at;

	length += fn ? strlen(fn)
		     : strlen(record->name) + strlen(record->version) + strlen(record->build) + 2;
	url = advi_arena_alloc(&index->arena, length);
	at = append(append(url, index->url), "/");
	record->url = url;
	record->fn = at;
	if (fn) {
		append(at, fn);
		return;
	}
	at = append(append(at, record->name), "-");
	at = append(append(at, record->version), "-");
	append(append(at, record->build), row->flags & ADVI_INDEX_CONDA ? ".conda" : ".tar.bz2");
}

static void decode(struct index *index, const struct advi_index_row *row, const char *name,
		   struct advi_record *out)
{
	const struct advi_index_image *image = &index->image;
	const char *version = advi_index_text(image, row->version);
	const char *build = advi_index_text(image, row->build);

	*out = (struct advi_record){
		.name = name,
		.version = version ? version : "",
		.build = build ? build : "",
		.subdir = index->name,
		.channel = index->channel,
		.license = advi_index_text(image, row->license),
		.license_family = advi_index_text(image, row->license_family),
		.noarch = advi_index_text(image, row->noarch),
		.python_site_packages_path = advi_index_text(image, row->python_site_packages_path),
		.track_features = advi_index_text(image, row->track_features),
		.depends = *list_of(index, row->depends),
		.constrains = *list_of(index, row->constrains),
		.build_number = row->build_number,
		.size = row->size,
		.timestamp = row->timestamp,
	};
	set_fn(index, row, out);
	if (row->flags & ADVI_INDEX_MD5)
		out->md5 = hex_of(index, row->md5, sizeof(row->md5));
	if (row->flags & ADVI_INDEX_SHA256)
		out->sha256 = hex_of(index, row->sha256, sizeof(row->sha256));
}

/* The records of one name. What can't be one comes of a file that somebody tampered with. */
static int read_name(struct index *index, size_t name, advi_record_refs *out, struct adv_err *err)
{
	const char *text = advi_index_text(&index->image, index->image.names[name].text);
	size_t first, end;

	advi_index_rows(&index->image, name, &first, &end);
	if (!index->read[name]) {
		index->read[name] =
			advi_arena_alloc(&index->arena, (end - first + 1) * sizeof(**index->read));
		for (size_t i = first; i < end; i++) {
			struct advi_record *record = &index->read[name][i - first];

			decode(index, &index->image.rows[i], text ? text : "", record);
			if (!advi_record_problem(record))
				continue;
			index->read[name] = NULL;
			if (index->path)
				unlink(index->path);
			return advi_fail(err, ADV_EINPUT,
					 "the index of '%s' is damaged; it was removed, so that "
					 "it is made anew when this is run again",
					 index->shown);
		}
	}
	for (size_t i = first; i < end; i++)
		advi_vec_push(out, &index->read[name][i - first]);
	return 0;
}

/* ---- a subdir ---- */

static bool index_has(const struct advi_subdir *subdir, struct advi_str name)
{
	return advi_index_find(&((const struct index *)subdir)->image, name) != SIZE_MAX;
}

static int index_read(struct advi_subdir *subdir, const struct advi_str *names, size_t count,
		      advi_record_refs *out, const struct adv_watch *watch, struct adv_err *err)
{
	struct index *index = (struct index *)subdir;
	int r = 0;

	for (size_t i = 0; r == 0 && i < count; i++) {
		size_t name = advi_index_find(&index->image, names[i]);

		if (name != SIZE_MAX)
			r = read_name(index, name, out, err);
		if (r == 0 && i % 1024 == 0)
			r = advi_progress(watch, "loading channels", "records", out->count, 0, err);
	}
	return r;
}

static int index_each_name(const struct advi_subdir *subdir, advi_subdir_name_fn *each,
			   void *context)
{
	const struct index *index = (const struct index *)subdir;
	int r = 0;

	for (size_t i = 0; r == 0 && i < index->image.name_count; i++) {
		const char *text = advi_index_text(&index->image, index->image.names[i].text);

		r = each(context, advi_str(text ? text : ""));
	}
	return r;
}

static void index_close(struct advi_subdir *subdir)
{
	struct index *index = (struct index *)subdir;

	advi_index_detach(&index->image);
	advi_arena_clear(&index->arena);
	free(index->read);
	free(index->lists);
	free(index->path);
	free(index->shown);
	free(index);
}

static const struct advi_subdir_kind kind = {index_has, index_read, index_each_name, index_close};

/* ---- making and finding the index ---- */

/* Writes the index and maps it. False when it can't be written there. */
static bool keep_in_file(struct index *index, struct advi_index_maker *maker,
			 const struct advi_index_origin *origin, const uint8_t sha256[32])
{
	struct advi_out out;

	if (!index->path || advi_out_open(&out, index->path, NULL) < 0)
		return false;
	setvbuf(out.file, NULL, _IOFBF, WRITE_BYTES);
	advi_index_write(maker, origin, sha256, out.file);
	if (advi_out_commit(&out, NULL) < 0 || !advi_index_map(&index->image, index->path))
		return false;
	/* Somebody else may have put another one there meanwhile. */
	if (memcmp(index->image.header->sha256, sha256, 32) == 0)
		return true;
	advi_index_detach(&index->image);
	return false;
}

static void keep_in_memory(struct index *index, struct advi_index_maker *maker,
			   const struct advi_index_origin *origin, const uint8_t sha256[32])
{
	size_t bytes = (size_t)advi_index_bytes(maker);
	char *memory = advi_malloc(bytes);
	FILE *file = fmemopen(memory, bytes, "wb");

	if (!file)
		abort();
	setvbuf(file, NULL, _IOFBF, WRITE_BYTES);
	advi_index_write(maker, origin, sha256, file);
	if (fclose(file) != 0 || !advi_index_attach(&index->image, memory, bytes))
		abort();
	index->image.memory = memory;
	free(index->path);
	index->path = NULL;
}

/* What the file was while it was read; nothing, when it became another meanwhile. */
static struct advi_index_origin origin_of(const char *path, const struct stat *before,
					  const char *hex, bool plain)
{
	struct advi_index_origin origin = advi_index_origin(before);
	char file_hex[ADVI_HEX_SIZE];
	struct stat after;

	if (!plain && advi_digest_file("SHA256", path, file_hex, NULL) == 0)
		hex = file_hex;
	if (stat(path, &after) < 0 || after.st_ino != before->st_ino ||
	    after.st_size != before->st_size || after.st_mtim.tv_sec != before->st_mtim.tv_sec ||
	    after.st_mtim.tv_nsec != before->st_mtim.tv_nsec)
		return (struct advi_index_origin){0};
	advi_hex_decode(origin.sha256, hex, sizeof(origin.sha256));
	return origin;
}

static int make(struct index *index, const struct advi_index_source *source,
		const struct adv_watch *watch, struct adv_err *err)
{
	struct advi_index_maker maker;
	struct advi_index_origin origin;
	char hex[ADVI_HEX_SIZE];
	uint8_t sha256[32];
	struct stat before;
	bool plain;
	int r;

	if (stat(source->path, &before) < 0)
		return advi_fail_errno(err, "can't open '%s'", source->path);
	advi_index_maker_init(&maker);
	r = advi_index_read(&maker, source, hex, &plain, watch, err);
	if (r == 0) {
		advi_hex_decode(sha256, hex, sizeof(sha256));
		origin = origin_of(source->path, &before, hex, plain);
		advi_index_settle(&maker);
		if (!keep_in_file(index, &maker, &origin, sha256))
			keep_in_memory(index, &maker, &origin, sha256);
	}
	advi_index_maker_clear(&maker);
	return r;
}

/* Whether there is an index of the file as it is. */
static bool find(struct index *index, const struct advi_index_source *source,
		 const struct adv_net *net)
{
	if (advi_index_path(&index->path, source, net, NULL) < 0 ||
	    !advi_index_map(&index->image, index->path))
		return false;
	if (advi_index_is_of(&index->image, index->path, source->path))
		return true;
	advi_index_detach(&index->image);
	return false;
}

/* Where the files are: base_url, itself relative to the folder when it has no scheme. */
static const char *files_url(struct index *index, const char *url)
{
	struct advi_str base =
		advi_str(advi_index_text(&index->image, index->image.header->base_url));

	while (base.len && base.ptr[base.len - 1] == '/')
		base.len--;
	if (!base.len)
		return advi_arena_dup(&index->arena, url);
	if (advi_str_search(base, ADVI_STR("://")) < base.len)
		return advi_arena_str(&index->arena, base);
	return advi_arena_printf(&index->arena, "%s/%.*s", url, (int)base.len, base.ptr);
}

static void tell(const struct index *index, const struct adv_watch *watch)
{
	const struct advi_index_header *header = index->image.header;
	size_t count;
	const uint32_t *told = advi_index_list(&index->image, header->told, &count);

	for (size_t i = 0; i < count && i < ADVI_INDEX_TOLD; i++) {
		const char *text = advi_index_text(&index->image, told[i]);

		advi_note(watch, "%s: %s", index->shown, text ? text : "");
	}
	if (header->rejected > ADVI_INDEX_TOLD)
		advi_note(watch, "%s: %llu records were passed over in all", index->shown,
			  (unsigned long long)header->rejected);
}

int advi_index_open(struct advi_subdir **out, const struct advi_index_source *source,
		    const struct adv_net *net, const struct adv_watch *watch, struct adv_err *err)
{
	struct index *index = advi_calloc(1, sizeof(*index));
	int r = 0;

	index->subdir.kind = &kind;
	index->shown = advi_strdup(source->shown);
	if (!find(index, source, net))
		r = make(index, source, watch, err);
	if (r < 0) {
		index_close(&index->subdir);
		return r;
	}
	index->channel = advi_arena_dup(&index->arena, source->channel);
	index->name = advi_arena_dup(&index->arena, source->subdir);
	index->url = files_url(index, source->url);
	index->read = advi_calloc(index->image.name_count + 1, sizeof(struct advi_record *));
	index->lists = advi_calloc(index->image.list_count + 1, sizeof(*index->lists));
	index->subdir.records = index->image.row_count;
	index->subdir.rejected = index->image.header->rejected;
	advi_hex_encode(index->subdir.sha256, index->image.header->sha256, 32);
	tell(index, watch);
	*out = &index->subdir;
	return 0;
}
