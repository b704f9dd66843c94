/* SPDX-License-Identifier: BSD-3-Clause */
/* A subdir from a repodata.json. */
#include "conda/index.h"

#include "conda/repodata.h"
#include "io/stream.h"

static const size_t repodata_cap = (size_t)4 << 30; /* decompressed; conda-forge has 0.4 GB */

struct index {
	struct advi_subdir subdir;
	struct advi_repodata repodata; /* sorted by name */
	char *texts[3];                /* channel, url and subdir, which records point to */
};

static int by_name(const void *a, const void *b)
{
	const struct advi_record *x = a, *y = b;

	return strcmp(x->name, y->name);
}

/* The first record of a name, or of the name that would follow it. */
static size_t find(const struct index *index, struct advi_str name)
{
	size_t low = 0, high = index->repodata.records.count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (advi_str_cmp(advi_str(index->repodata.records.at[middle].name), name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_of(const struct index *index, size_t at, struct advi_str name)
{
	return at < index->repodata.records.count &&
	       advi_str_is(name, index->repodata.records.at[at].name);
}

static bool index_has(const struct advi_subdir *subdir, struct advi_str name)
{
	const struct index *index = (const struct index *)subdir;

	return is_of(index, find(index, name), name);
}

static int index_read(struct advi_subdir *subdir, const struct advi_str *names, size_t count,
		      advi_record_refs *out, const struct adv_watch *watch, struct adv_err *err)
{
	const struct index *index = (const struct index *)subdir;

	for (size_t i = 0; i < count; i++)
		for (size_t at = find(index, names[i]); is_of(index, at, names[i]); at++)
			advi_vec_push(out, &index->repodata.records.at[at]);
	return advi_progress(watch, "loading channels", "records", out->count, 0, err);
}

static int index_each_name(const struct advi_subdir *subdir, advi_subdir_name_fn *each,
			   void *context)
{
	const struct index *index = (const struct index *)subdir;
	const char *last = "";
	int r = 0;

	for (size_t i = 0; r == 0 && i < index->repodata.records.count; i++) {
		const char *name = index->repodata.records.at[i].name;

		if (strcmp(name, last) != 0)
			r = each(context, advi_str(name));
		last = name;
	}
	return r;
}

static void index_close(struct advi_subdir *subdir)
{
	struct index *index = (struct index *)subdir;

	advi_repodata_clear(&index->repodata);
	for (size_t i = 0; i < ADVI_COUNT(index->texts); i++)
		free(index->texts[i]);
	free(index);
}

static const struct advi_subdir_kind kind = {index_has, index_read, index_each_name, index_close};

static int read_file(struct index *index, const struct advi_index_source *source,
		     const struct adv_watch *watch, struct adv_err *err)
{
	struct advi_repodata_source repodata = {source->shown, index->texts[1], index->texts[2]};
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(repodata_cap);
	ADVI_AUTO(stream) struct advi_stream *stream = NULL;
	int r = advi_stream_open(&stream, source->path, err);

	index->repodata.channel = index->texts[0];
	if (r == 0)
		r = advi_stream_read_all(stream, &text, err);
	if (r == 0)
		r = advi_repodata_read(&index->repodata, advi_buf_str(&text), &repodata, watch,
				       err);
	advi_sha256(advi_buf_str(&text), index->subdir.sha256);
	return r;
}

int advi_index_open(struct advi_subdir **out, const struct advi_index_source *source,
		    const struct adv_net *net, const struct adv_watch *watch, struct adv_err *err)
{
	struct index *index = advi_calloc(1, sizeof(*index));
	int r;

	(void)net;
	index->subdir.kind = &kind;
	index->texts[0] = advi_strdup(source->channel);
	index->texts[1] = advi_strdup(source->url);
	index->texts[2] = advi_strdup(source->subdir);
	r = read_file(index, source, watch, err);
	if (r < 0) {
		index_close(&index->subdir);
		return r;
	}
	advi_vec_sort(&index->repodata.records, by_name);
	index->subdir.records = index->repodata.records.count;
	index->subdir.rejected = index->repodata.rejected;
	*out = &index->subdir;
	return 0;
}
