/* SPDX-License-Identifier: BSD-3-Clause */
/* Package files: from the cache, from this machine or from a channel, and verified. */
#include "bundle/fetch.h"

#include <errno.h>
#include <stdio.h>
#include <strings.h>

#include "base/map.h"
#include "io/cache.h"
#include "io/digest.h"
#include "io/file.h"
#include "io/http.h"

enum { BLOCK_BYTES = 256 * 1024 };

struct digests {
	char sha256[ADVI_HEX_SIZE], md5[ADVI_HEX_SIZE];
	uint64_t size;
};

static int digest_file(const char *path, bool want_md5, struct digests *out, struct adv_err *err)
{
	struct advi_digest *sha256, *md5;
	FILE *file = fopen(path, "rbe");
	char *block;
	size_t got;
	int r = 0;

	if (!file) {
		int sys = errno;

		r = advi_fail_errno(err, "can't open '%s'", path);
		return sys == ENOENT || sys == ENOTDIR ? ADV_EINPUT : r;
	}
	block = advi_malloc(BLOCK_BYTES);
	sha256 = advi_digest_new("SHA256");
	md5 = want_md5 ? advi_digest_new("MD5") : NULL;
	out->size = 0;
	while ((got = fread(block, 1, BLOCK_BYTES, file)) > 0) {
		out->size += got;
		advi_digest_add(sha256, (struct advi_str){block, got});
		if (md5)
			advi_digest_add(md5, (struct advi_str){block, got});
	}
	if (ferror(file))
		r = advi_fail_errno(err, "can't read '%s'", path);
	advi_digest_end(sha256, out->sha256);
	if (md5)
		advi_digest_end(md5, out->md5);
	free(block);
	fclose(file);
	return r;
}

/*
 * Digests a file and compares with the record: SHA-256, else MD5. ADV_NO when it is another file.
 * SHA-256 and size of the record are filled.
 */
static int verify(struct advi_package *package, const char *path, struct adv_err *err)
{
	struct advi_record *record = &package->record;
	struct digests is;
	int r = digest_file(path, !record->sha256 && record->md5, &is, err);

	if (r < 0)
		return r;
	if (record->sha256 && strcasecmp(record->sha256, is.sha256) != 0)
		return advi_fail(err, ADV_NO, "'%s' has SHA-256 %s, and %s is expected", path,
				 is.sha256, record->sha256);
	if (!record->sha256 && record->md5 && strcasecmp(record->md5, is.md5) != 0)
		return advi_fail(err, ADV_NO, "'%s' has MD5 %s, and %s is expected", path, is.md5,
				 record->md5);
	record->sha256 = advi_arena_dup(&package->arena, is.sha256);
	record->size = is.size;
	return 0;
}

/* A name from a URL that becomes a file of the cache. */
static bool is_plain(const char *name)
{
	return *name && *name != '.' && !strchr(name, '/') && strlen(name) < 200;
}

static const char *label(const struct advi_package *package)
{
	return package->record.name ? package->record.name : package->record.fn;
}

static const char *local_path(const char *from)
{
	if (!advi_is_url(from))
		return from;
	return strncmp(from, "file:///", 8) == 0 && !strchr(from, '%') ? from + 7 : NULL;
}

static int take_local(struct advi_package *package, const char *path, struct adv_err *err)
{
	int r = verify(package, path, err);

	package->file = advi_arena_dup(&package->arena, path);
	if (r == ADV_NO)
		return advi_while(
			err, ADV_EINPUT,
			"package '%s' is not what the source names: put the right file there, or "
			"correct the source",
			label(package));
	return r < 0 ? advi_while(err, r, "package '%s'", label(package)) : 0;
}

struct fetching {
	ADVI_VEC(struct advi_fetch) fetches;
	ADVI_VEC(struct advi_package *) packages; /* of each fetch */
	struct advi_map names;
	const struct adv_net *net;
};

/* Looks for a package in the cache; what is missing or damaged there is put on the list. */
static int take_cached(struct advi_package *package, const char *from, struct fetching *fetching,
		       const struct adv_watch *watch, struct adv_err *err)
{
	struct advi_record *record = &package->record;
	struct advi_fetch *fetch;
	bool is_new;
	ADVI_AUTO_PTR char *name = NULL, *path = NULL;
	int r;

	if (!is_plain(record->fn))
		return advi_fail(err, ADV_EINPUT, "'%s' names no package file", record->url);
	name = advi_format("pkgs/%s", record->fn);
	r = advi_cache_path(&path, fetching->net, name, err);
	if (r < 0)
		return r;
	package->file = advi_arena_dup(&package->arena, path);
	if (advi_path_exists(package->file)) {
		r = verify(package, package->file, err);
		if (r != ADV_NO)
			return r;
		advi_note(watch,
			  "the cache holds another file or a damaged one, fetching it anew: %s",
			  err->text);
	}
	advi_map_add(&fetching->names, advi_str(record->fn), &is_new);
	if (!is_new)
		return advi_fail(err, ADV_EINPUT, "two packages have the file name '%s'",
				 record->fn);
	fetch = advi_vec_new(&fetching->fetches);
	fetch->url = from;
	fetch->path = package->file;
	fetch->sha256 = record->sha256;
	fetch->md5 = record->md5;
	fetch->size = record->size;
	advi_vec_push(&fetching->packages, package);
	return 0;
}

static int fetch_all(struct fetching *fetching, const struct adv_watch *watch, struct adv_err *err)
{
	int r = advi_http_fetch(fetching->fetches.at, fetching->fetches.count, fetching->net,
				"downloading packages", watch, err);

	for (size_t i = 0; i < fetching->packages.count && r == 0; i++) {
		r = verify(fetching->packages.at[i], fetching->packages.at[i]->file, err);
		if (r == ADV_NO)
			r = ADV_EINPUT;
	}
	return r;
}

int advi_fetch_packages(struct advi_package *packages, const struct advi_source *source,
			const struct adv_net *net, const struct adv_watch *watch,
			struct adv_err *err)
{
	struct fetching fetching = {.net = net};
	struct adv_err own = ADV_ERR_INIT;
	int r = 0;

	err = err ? err : &own;
	for (size_t i = 0; i < source->wanted.count && r == 0; i++) {
		const struct advi_wanted *wanted = &source->wanted.at[i];
		const char *local = local_path(wanted->from);

		r = advi_progress(watch, "checking packages", "packages", i, source->wanted.count,
				  err);
		if (r < 0)
			break;
		advi_record_copy(&packages[i].record, &wanted->record, &packages[i].arena);
		r = local ? take_local(&packages[i], local, err)
			  : take_cached(&packages[i], wanted->from, &fetching, watch, err);
	}
	if (r == 0 && fetching.fetches.count)
		r = fetch_all(&fetching, watch, err);
	for (size_t i = 0; i < fetching.fetches.count; i++)
		advi_fetch_clear(&fetching.fetches.at[i]);
	advi_vec_clear(&fetching.fetches);
	advi_vec_clear(&fetching.packages);
	advi_map_clear(&fetching.names);
	return r;
}
