/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Decoding of sharded repodata (CEP 16). The index: {version, info: {base_url, shards_base_url},
 * shards: {name: sha256}}; a shard: {packages, packages.conda, removed}, digests as bytes.
 */
#include "conda/shards.h"

#include <stdio.h>

#include "io/http.h"
#include "io/msgpack.h"

enum { VERSION = 1, DIGEST_BYTES = 32, NAME_BYTES = 1024 };

static const size_t json_cap = (size_t)1 << 30; /* a shard has some hundred kilobytes at most */

void advi_shard_index_clear(struct advi_shard_index *index)
{
	advi_map_clear(&index->names);
	advi_vec_clear(&index->shards);
	advi_arena_clear(&index->arena);
	*index = (struct advi_shard_index){0};
}

/* An address that the index gives, relative to the folder where it stands. */
static const char *address(struct advi_shard_index *out, const struct advi_msgpack *info,
			   const char *key, const char *url)
{
	const struct advi_msgpack *value = info ? advi_msgpack_get(info, key) : NULL;
	ADVI_AUTO_PTR char *text = NULL, *full = NULL;
	size_t length;

	if (value && value->kind == ADVI_MSGPACK_TEXT)
		text = advi_str_dup(value->text);
	full = advi_url_join(url, text && *text ? text : "./");
	if (!full)
		return NULL;
	length = strlen(full);
	return advi_arena_printf(&out->arena, "%s%s", full, full[length - 1] == '/' ? "" : "/");
}

/* No name holds a blank or what steers a terminal; what else is wrong, its records are refused for.
 */
static bool is_plain(struct advi_str name)
{
	for (size_t i = 0; i < name.len; i++)
		if ((unsigned char)name.ptr[i] <= ' ' || name.ptr[i] == 0x7F)
			return false;
	return name.len > 0 && advi_str_utf8(name);
}

static void add_shard(struct advi_shard_index *out, const struct advi_msgpack *name,
		      const struct advi_msgpack *digest)
{
	struct advi_shard *shard;
	bool is_new;
	struct advi_map_entry *entry;

	if (name->kind != ADVI_MSGPACK_TEXT || name->text.len > NAME_BYTES ||
	    !is_plain(name->text) || digest->kind != ADVI_MSGPACK_BYTES ||
	    digest->text.len != DIGEST_BYTES) {
		out->rejected++;
		return;
	}
	entry = advi_map_add(&out->names, name->text, &is_new);
	if (is_new) {
		entry->number = out->shards.count;
		advi_vec_new(&out->shards);
	}
	shard = &out->shards.at[entry->number];
	for (size_t i = 0; i < DIGEST_BYTES; i++)
		snprintf(shard->sha256 + 2 * i, 3, "%02x", (unsigned char)digest->text.ptr[i]);
}

static int take(struct advi_shard_index *out, const struct advi_msgpack *root, const char *url,
		const char *file, struct adv_err *err)
{
	const struct advi_msgpack *version = advi_msgpack_get(root, "version");
	const struct advi_msgpack *info = advi_msgpack_get(root, "info");
	const struct advi_msgpack *shards = advi_msgpack_get(root, "shards");

	if (version && (version->kind != ADVI_MSGPACK_UINT || version->number > VERSION))
		return advi_fail(err, ADV_EINPUT,
				 "'%s' is of a version that is not known here; --no-shards takes "
				 "the whole repodata instead",
				 file);
	if (!shards || shards->kind != ADVI_MSGPACK_MAP)
		return advi_fail(err, ADV_EINPUT, "'%s' has no 'shards': it is no index of shards",
				 file);
	out->base_url = address(out, info, "base_url", url);
	out->shards_url = address(out, info, "shards_base_url", url);
	if (!out->base_url || !out->shards_url)
		return advi_fail(err, ADV_EINPUT,
				 "'%s': 'base_url' or 'shards_base_url' is no address", file);
	for (const struct advi_msgpack *at = shards->first; at; at = at->next->next)
		add_shard(out, at, at->next);
	return 0;
}

int advi_shard_index_read(struct advi_shard_index *out, struct advi_str document, const char *url,
			  const char *file, struct adv_err *err)
{
	ADVI_AUTO(arena) struct advi_arena arena = {0};
	const char *problem;
	const struct advi_msgpack *root = advi_msgpack_read(&arena, document, &problem);
	int r;

	if (!root)
		return advi_fail(err, ADV_EINPUT, "'%s': the MessagePack %s; fetch it again", file,
				 problem);
	r = take(out, root, url, file, err);
	if (r < 0)
		advi_shard_index_clear(out);
	return r;
}

/* A shard is there for one name; what else is in it is not asked for, and is no news. */
static void drop_others(struct advi_repodata *out, size_t first, const char *name)
{
	size_t kept = first;

	for (size_t i = first; i < out->records.count; i++)
		if (strcmp(out->records.at[i].name, name) == 0)
			out->records.at[kept++] = out->records.at[i];
	out->rejected += out->records.count - kept;
	out->records.count = kept;
}

/* Through JSON, so that there is one reader of records, and one judge of what is wrong with them.
 */
int advi_shard_read(struct advi_repodata *out, struct advi_str document, const char *name,
		    const struct advi_repodata_source *source, const struct adv_watch *watch,
		    struct adv_err *err)
{
	ADVI_AUTO(arena) struct advi_arena arena = {0};
	ADVI_AUTO(buf) struct advi_buf json = ADVI_BUF_INIT(json_cap);
	size_t first = out->records.count;
	const char *problem;
	const struct advi_msgpack *root = advi_msgpack_read(&arena, document, &problem);
	int r;

	if (!root)
		return advi_fail(err, ADV_EINPUT, "'%s': the MessagePack %s", source->file,
				 problem);
	advi_msgpack_json(&json, root);
	if (json.full)
		return advi_fail(err, ADV_EINPUT, "'%s' is larger than any shard may be",
				 source->file);
	r = advi_repodata_read(out, advi_buf_str(&json), source, watch, err);
	if (r == 0)
		drop_others(out, first, name);
	return r;
}
