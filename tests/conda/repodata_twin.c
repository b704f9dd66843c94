/* SPDX-License-Identifier: BSD-3-Clause */
/* The index beside the slow and obvious way to read a repodata.json. */
#include "repodata_twin.h"

#include <stdio.h>
#include <stdlib.h>

#include "conda/index.h"
#include "conda/repodata.h"

/* ---- telling ---- */

static void add_list(struct advi_buf *out, const struct advi_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		advi_buf_printf(out, "%s%s", i ? "|" : "", list->at[i]);
	advi_buf_byte(out, '\t');
}

static char *line_of(const struct advi_record *record)
{
	const char *const texts[] = {record->name,
				     record->version,
				     record->build,
				     record->fn,
				     record->subdir,
				     record->channel,
				     record->url,
				     record->license,
				     record->license_family,
				     record->noarch,
				     record->python_site_packages_path,
				     record->track_features};
	ADVI_AUTO(buf) struct advi_buf out = ADVI_BUF_INIT(SIZE_MAX / 2);

	for (size_t i = 0; i < ADVI_COUNT(texts); i++)
		advi_buf_printf(&out, "%s\t", texts[i] ? texts[i] : "(none)");
	/* Digests are kept as bytes, so their case is lost. */
	for (const char *c = record->md5; c && *c; c++)
		advi_buf_byte(&out, (char)(*c >= 'A' && *c <= 'F' ? *c | 0x20 : *c));
	advi_buf_byte(&out, '\t');
	for (const char *c = record->sha256; c && *c; c++)
		advi_buf_byte(&out, (char)(*c >= 'A' && *c <= 'F' ? *c | 0x20 : *c));
	advi_buf_byte(&out, '\t');
	add_list(&out, &record->depends);
	add_list(&out, &record->constrains);
	advi_buf_printf(&out, "%llu %llu %llu", (unsigned long long)record->build_number,
			(unsigned long long)record->size, (unsigned long long)record->timestamp);
	return advi_buf_take(&out);
}

static void tell(const advi_record_refs *records, struct advi_buf *out)
{
	ADVI_VEC(char *) lines = {0};

	for (size_t i = 0; i < records->count; i++)
		advi_vec_push(&lines, line_of(records->at[i]));
	advi_vec_sort(&lines, advi_cmp_cstr);
	for (size_t i = 0; i < lines.count; i++) {
		advi_buf_printf(out, "%s\n", lines.at[i]);
		free(lines.at[i]);
	}
	advi_vec_clear(&lines);
}

static void tell_repodata(const struct advi_repodata *repodata, struct advi_buf *out)
{
	advi_record_refs refs = {0};

	for (size_t i = 0; i < repodata->records.count; i++)
		advi_vec_push(&refs, &repodata->records.at[i]);
	tell(&refs, out);
	advi_vec_clear(&refs);
}

typedef ADVI_VEC(struct advi_str) names;

static int push_name(void *context, struct advi_str name)
{
	names *all = context;

	if (all->count && advi_str_cmp(all->at[all->count - 1], name) >= 0)
		abort();
	advi_vec_push(all, name);
	return 0;
}

int twin_tell_subdir(struct advi_subdir *subdir, struct advi_buf *out, struct adv_err *err)
{
	advi_record_refs refs = {0};
	names all = {0};
	int r;

	subdir->kind->each_name(subdir, push_name, &all);
	r = subdir->kind->read(subdir, all.at, all.count, &refs, NULL, err);
	for (size_t i = 0; r == 0 && i < all.count; i++)
		if (!subdir->kind->has(subdir, all.at[i]))
			abort();
	if (r == 0 && refs.count != subdir->records)
		abort();
	tell(&refs, out);
	advi_vec_clear(&all);
	advi_vec_clear(&refs);
	return r;
}

/* ---- comparing ---- */

static void put_file(const char *path, struct advi_str text)
{
	FILE *file = fopen(path, "wb");

	if (!file || fwrite(text.ptr, 1, text.len, file) != text.len || fclose(file) != 0)
		abort();
}

static void same(struct advi_buf *ours, struct advi_buf *theirs)
{
	struct advi_str a = advi_buf_str(ours), b = advi_buf_str(theirs);

	if (advi_str_eq(a, b))
		return;
	fprintf(stderr, "index:\n%.*s\ntwin:\n%.*s\n", ADVI_ARGS(a), ADVI_ARGS(b));
	abort();
}

int twin_compare(struct advi_str text, const char *path, const char *cache)
{
	static const char url[] = "https://example.org/c/linux-64";
	struct advi_index_source source = {path, "r.json", "c", url, "linux-64"};
	struct adv_net net = {.cache = cache};
	ADVI_AUTO(buf) struct advi_buf ours = ADVI_BUF_INIT(SIZE_MAX / 2);
	ADVI_AUTO(buf) struct advi_buf theirs = ADVI_BUF_INIT(SIZE_MAX / 2);
	struct advi_subdir *subdir = NULL;
	struct adv_err err = ADV_ERR_INIT, twin_err = ADV_ERR_INIT;
	struct advi_repodata_source twin_source = {"r.json", url, "linux-64"};
	struct advi_repodata twin = {.channel = "c"};
	int twin_r = advi_repodata_read(&twin, text, &twin_source, NULL, &twin_err), r;

	put_file(path, text);
	/* Once made from the file, once from its index. */
	for (int pass = 0; pass < 2; pass++) {
		r = advi_index_open(&subdir, &source, &net, NULL, &err);
		if (r != twin_r) {
			fprintf(stderr, "index: %d %s; twin: %d %s\n", r, err.text, twin_r,
				twin_err.text);
			abort();
		}
		if (r < 0)
			break;
		advi_buf_reset(&ours);
		advi_buf_reset(&theirs);
		if (twin_tell_subdir(subdir, &ours, &err) < 0)
			abort();
		tell_repodata(&twin, &theirs);
		advi_buf_printf(&ours, "%llu", (unsigned long long)subdir->rejected);
		advi_buf_printf(&theirs, "%zu", twin.rejected);
		same(&ours, &theirs);
		advi_subdir_close(subdir);
	}
	advi_repodata_clear(&twin);
	return r;
}
