/* SPDX-License-Identifier: BSD-3-Clause */
/* Sharded repodata (CEP 16): a subdir whose records come name by name. */
#include "conda/shards.h"

#include "io/cache.h"
#include "io/file.h"
#include "io/http.h"
#include "io/stream.h"

enum { SHARD_PARALLEL = 16 }; /* they are small: what counts is the way there and back */

static const size_t index_cap = (size_t)512 << 20; /* decompressed; conda-forge has 2 MB */
static const size_t shard_cap = (size_t)256 << 20; /* the same; the largest one has 2 MB */

struct shards {
	struct advi_subdir subdir;
	struct advi_shard_index index;
	struct advi_arena arena; /* what follows */
	struct adv_net net;
	struct advi_repodata_source source;
	const char *channel;
	struct advi_str *sorted;                /* names, by bytes */
	ADVI_VEC(struct advi_repodata *) waves; /* the records of each call that read some */
};

static struct shards *shards_of(const struct advi_subdir *subdir)
{
	return (struct shards *)(uintptr_t)subdir;
}

static bool shards_has(const struct advi_subdir *subdir, struct advi_str name)
{
	return advi_map_get(&shards_of(subdir)->index.names, name) != NULL;
}

static int shards_each_name(const struct advi_subdir *subdir, advi_subdir_name_fn *each,
			    void *context)
{
	const struct shards *shards = shards_of(subdir);
	int r = 0;

	for (size_t i = 0; r == 0 && i < shards->index.names.entries.count; i++)
		r = each(context, shards->sorted[i]);
	return r;
}

static void shards_close(struct advi_subdir *subdir)
{
	struct shards *shards = shards_of(subdir);

	for (size_t i = 0; i < shards->waves.count; i++) {
		advi_repodata_clear(shards->waves.at[i]);
		free(shards->waves.at[i]);
	}
	advi_vec_clear(&shards->waves);
	advi_shard_index_clear(&shards->index);
	advi_arena_clear(&shards->arena);
	free(shards);
}

/* A shard that a call of read has to bring. */
struct want {
	const char *name;
	struct advi_shard *shard;
	char *path, *url;
};

struct wave {
	struct shards *shards;
	ADVI_VEC(struct want) wants;
	struct advi_repodata *records;
	const struct adv_watch *watch;
};

static int decode(struct wave *wave, const struct want *want, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf document = ADVI_BUF_INIT(shard_cap);
	ADVI_AUTO(stream) struct advi_stream *stream = NULL;
	ADVI_AUTO_PTR char *shown = advi_url_public_dup(want->url);
	struct advi_repodata_source source = wave->shards->source;
	struct advi_shard *shard = want->shard;
	int r = advi_stream_open(&stream, want->path, err);

	source.file = shown;
	shard->first = wave->records->records.count;
	if (r == 0)
		r = advi_stream_read_all(stream, &document, err);
	if (r == 0)
		r = advi_shard_read(wave->records, advi_buf_str(&document), want->name, &source,
				    wave->watch, err);
	if (r < 0)
		return advi_while(err, r, "the shard of '%s'", want->name);
	shard->records = wave->records;
	shard->count = wave->records->records.count - shard->first;
	shard->loaded = true;
	return 0;
}

/* Whether the cache has the very file: its name is its digest. */
static bool is_cached(const struct want *want)
{
	char hex[ADVI_HEX_SIZE];

	return advi_path_exists(want->path) &&
	       advi_digest_file("SHA256", want->path, hex, NULL) == 0 &&
	       strcmp(hex, want->shard->sha256) == 0;
}

static int plan_wave(struct wave *wave, const struct advi_str *names, size_t count,
		     struct adv_err *err)
{
	struct shards *shards = wave->shards;
	int r = 0;

	for (size_t i = 0; r == 0 && i < count; i++) {
		const struct advi_map_entry *entry = advi_map_get(&shards->index.names, names[i]);
		struct advi_shard *shard = entry ? &shards->index.shards.at[entry->number] : NULL;
		ADVI_AUTO_PTR char *place = NULL;
		struct want *want;

		if (!shard || shard->loaded || shard->wanted)
			continue;
		shard->wanted = true;
		want = advi_vec_new(&wave->wants);
		want->name = entry->key.ptr;
		want->shard = shard;
		want->url =
			advi_format("%s%s.msgpack.zst", shards->index.shards_url, shard->sha256);
		place = advi_format("shards/%.2s/%s.msgpack.zst", shard->sha256, shard->sha256);
		r = advi_cache_path(&want->path, &shards->net, place, err);
	}
	return r;
}

static int fetch_wave(struct wave *wave, struct adv_err *err)
{
	ADVI_VEC(struct advi_fetch) fetches = {0};
	int r;

	for (size_t i = 0; i < wave->wants.count; i++) {
		const struct want *want = &wave->wants.at[i];

		if (!is_cached(want))
			advi_vec_push(&fetches, ((struct advi_fetch){.url = want->url,
								     .path = want->path,
								     .sha256 = want->shard->sha256,
								     .cap = shard_cap,
								     .unsynced = true}));
	}
	r = advi_http_fetch(fetches.at, fetches.count, &wave->shards->net, "fetching shards",
			    wave->watch, err);
	for (size_t i = 0; i < fetches.count; i++)
		advi_fetch_clear(&fetches.at[i]);
	advi_vec_clear(&fetches);
	if (r == ADV_EENV && wave->shards->net.offline)
		return advi_while(err, r,
				  "the cache has not all shards that are needed; fetched with "
				  "--no-shards a channel is there as a whole");
	if (r == ADV_EINPUT)
		return advi_while(err, r,
				  "'conda-advisor channel fetch' may help, since the index of "
				  "shards may be out of date");
	return r;
}

static int read_wave(struct wave *wave, struct adv_err *err)
{
	int r = fetch_wave(wave, err);

	for (size_t i = 0; r == 0 && i < wave->wants.count; i++) {
		r = decode(wave, &wave->wants.at[i], err);
		if (r == 0)
			r = advi_progress(wave->watch, "loading channels", "records",
					  wave->records->records.count, 0, err);
	}
	wave->shards->subdir.rejected += wave->records->rejected;
	return r;
}

static void wave_clear(struct wave *wave)
{
	for (size_t i = 0; i < wave->wants.count; i++) {
		wave->wants.at[i].shard->wanted = false;
		free(wave->wants.at[i].path);
		free(wave->wants.at[i].url);
	}
	advi_vec_clear(&wave->wants);
}

static int shards_read(struct advi_subdir *subdir, const struct advi_str *names, size_t count,
		       advi_record_refs *out, const struct adv_watch *watch, struct adv_err *err)
{
	struct shards *shards = shards_of(subdir);
	struct wave wave = {.shards = shards, .watch = watch};
	int r = plan_wave(&wave, names, count, err);

	if (r == 0 && wave.wants.count) {
		/* It is never grown again after this call: records stay where they are. */
		wave.records = advi_calloc(1, sizeof(*wave.records));
		wave.records->channel = shards->channel;
		advi_vec_push(&shards->waves, wave.records);
		r = read_wave(&wave, err);
	}
	wave_clear(&wave);
	for (size_t i = 0; r == 0 && i < count; i++) {
		const struct advi_map_entry *entry = advi_map_get(&shards->index.names, names[i]);
		const struct advi_shard *shard =
			entry ? &shards->index.shards.at[entry->number] : NULL;

		for (size_t k = 0; shard && k < shard->count; k++)
			advi_vec_push(out, &shard->records->records.at[shard->first + k]);
	}
	return r;
}

static const struct advi_subdir_kind shards_kind = {shards_has, shards_read, shards_each_name,
						    shards_close};

static void copy_net(struct shards *shards, const struct adv_net *net)
{
	struct advi_arena *arena = &shards->arena;
	struct adv_mirror *mirrors;
	const char **logins;

	if (net)
		shards->net = *net;
	net = &shards->net;
	mirrors = advi_arena_alloc(arena, (net->mirror_count + 1) * sizeof(*mirrors));
	logins = advi_arena_alloc(arena, (net->login_count + 1) * sizeof(*logins));
	for (size_t i = 0; i < net->mirror_count; i++)
		mirrors[i] = (struct adv_mirror){advi_arena_dup(arena, net->mirrors[i].from),
						 advi_arena_dup(arena, net->mirrors[i].to)};
	for (size_t i = 0; i < net->login_count; i++)
		logins[i] = advi_arena_dup(arena, net->logins[i]);
	shards->net.mirrors = mirrors;
	shards->net.logins = logins;
	shards->net.cache = advi_arena_dup(arena, net->cache);
	shards->net.channel_alias = advi_arena_dup(arena, net->channel_alias);
	if (!net->parallel)
		shards->net.parallel = SHARD_PARALLEL;
}

static int by_bytes(const void *a, const void *b)
{
	return advi_str_cmp(*(const struct advi_str *)a, *(const struct advi_str *)b);
}

static void sort_names(struct shards *shards)
{
	size_t count = shards->index.names.entries.count;

	shards->sorted = advi_arena_alloc(&shards->arena, (count + 1) * sizeof(*shards->sorted));
	for (size_t i = 0; i < count; i++)
		shards->sorted[i] = shards->index.names.entries.at[i].key;
	if (count)
		qsort(shards->sorted, count, sizeof(*shards->sorted), by_bytes);
}

static int read_index(struct shards *shards, const struct advi_shards_source *source,
		      struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf document = ADVI_BUF_INIT(index_cap);
	ADVI_AUTO(stream) struct advi_stream *stream = NULL;
	int r = advi_stream_open(&stream, source->path, err);

	if (r == 0)
		r = advi_stream_read_all(stream, &document, err);
	if (r < 0)
		return r;
	advi_sha256(advi_buf_str(&document), shards->subdir.sha256);
	return advi_shard_index_read(&shards->index, advi_buf_str(&document), source->url,
				     source->shown, err);
}

/* Where the package files are: without the slash at the end, as everywhere. */
static const char *files_url(struct shards *shards)
{
	ADVI_AUTO_PTR char *shown = advi_url_public_dup(shards->index.base_url);
	size_t length = strlen(shown);

	while (length && shown[length - 1] == '/')
		length--;
	return advi_arena_str(&shards->arena, (struct advi_str){shown, length});
}

int advi_shards_open(struct advi_subdir **out, const struct advi_shards_source *source,
		     const struct adv_net *net, struct adv_err *err)
{
	struct shards *shards = advi_calloc(1, sizeof(*shards));
	int r;

	shards->subdir.kind = &shards_kind;
	r = read_index(shards, source, err);
	if (r < 0) {
		shards_close(&shards->subdir);
		return r;
	}
	copy_net(shards, net);
	sort_names(shards);
	shards->subdir.rejected = shards->index.rejected;
	shards->channel = advi_arena_dup(&shards->arena, source->channel);
	shards->source.url = files_url(shards);
	shards->source.subdir = advi_arena_dup(&shards->arena, source->subdir);
	*out = &shards->subdir;
	return 0;
}
