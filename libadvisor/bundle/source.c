/* SPDX-License-Identifier: BSD-3-Clause */
/* What an image is built from: a plan, or a bundle recipe. */
#include "bundle/source.h"

#include "bundle/recipe.h"
#include "io/digest.h"
#include "io/file.h"
#include "io/http.h"
#include "io/json_scan.h"

enum { SOURCE_BYTES = 256 << 20, PACKAGES = 20000, HEX_MD5 = 32, HEX_SHA256 = 64 };

void advi_source_clear(struct advi_source *source)
{
	advi_vec_clear(&source->wanted);
	advi_arena_clear(&source->arena);
}

const char *advi_source_beside(struct advi_source *source, const char *file, const char *name)
{
	const char *slash = strrchr(file, '/');

	if (name[0] == '/' || !slash)
		return advi_arena_dup(&source->arena, name);
	return advi_arena_printf(&source->arena, "%.*s/%s", (int)(slash - file), file, name);
}

static const char *lower(struct advi_source *source, struct advi_str text)
{
	char *copy = advi_arena_alloc(&source->arena, text.len + 1);

	for (size_t i = 0; i < text.len; i++)
		copy[i] = (char)(text.ptr[i] >= 'A' && text.ptr[i] <= 'F' ? text.ptr[i] | 0x20
									  : text.ptr[i]);
	return copy;
}

/* "#md5", "#sha256:..." or "#sha256=..." behind a URL, as explicit lockfiles have it. */
static int read_fragment(struct advi_source *source, struct advi_record *record,
			 struct advi_str fragment, struct adv_err *err)
{
	static const struct advi_str marks[] = {
		{"sha256:", 7}, {"sha256=", 7}, {"md5:", 4}, {"md5=", 4}};

	for (size_t i = 0; i < ADVI_COUNT(marks); i++)
		if (advi_str_starts(fragment, marks[i]))
			fragment = advi_str_from(fragment, marks[i].len);
	if (advi_str_hex(fragment, HEX_SHA256))
		record->sha256 = lower(source, fragment);
	else if (advi_str_hex(fragment, HEX_MD5))
		record->md5 = lower(source, fragment);
	else
		return advi_fail(err, ADV_EINPUT, "'#%.*s' is neither an MD5 nor a SHA-256 digest",
				 ADVI_ARGS(fragment));
	return 0;
}

/* The part before the last '/'; empty when there is none. */
static struct advi_str parent(struct advi_str path)
{
	while (path.len > 0 && path.ptr[path.len - 1] != '/')
		path.len--;
	return (struct advi_str){path.ptr, path.len ? path.len - 1 : 0};
}

/* "CHANNEL/SUBDIR/FILE": a query is no part of it, it may hold a signature. */
static void split_url(struct advi_source *source, struct advi_record *record, const char *url)
{
	struct advi_str whole = {url, strcspn(url, "?")};
	struct advi_str folder = parent(whole);

	record->url = advi_arena_str(&source->arena, whole);
	record->fn = advi_arena_str(&source->arena, advi_str_from(whole, folder.len + 1));
	record->channel = advi_arena_str(&source->arena, parent(folder));
}

int advi_source_add(struct advi_source *source, const char *file, struct advi_str from,
		    const char *sha256, struct adv_err *err)
{
	size_t hash = advi_str_find(from, '#');
	struct advi_wanted *wanted;
	const char *text = advi_arena_str(&source->arena, from);
	const char *slash = strrchr(text, '/');
	int r = 0;

	if (advi_str_find(from, '\0') < from.len || !from.len)
		return advi_fail(err, ADV_EINPUT, "a package without a name");
	if (source->wanted.count >= PACKAGES)
		return advi_fail(err, ADV_EINPUT, "more than %d packages", PACKAGES);
	wanted = advi_vec_new(&source->wanted);
	if (advi_is_url(text)) {
		ADVI_AUTO_PTR char *open = NULL;

		if (hash < from.len)
			r = read_fragment(source, &wanted->record, advi_str_from(from, hash + 1),
					  err);
		wanted->from = advi_arena_str(&source->arena, (struct advi_str){from.ptr, hash});
		open = advi_url_public_dup(wanted->from);
		split_url(source, &wanted->record, open);
	} else {
		wanted->from = advi_source_beside(source, file, text);
		wanted->record.fn = slash ? slash + 1 : text;
	}
	if (r == 0 && sha256 && !advi_str_hex(advi_str(sha256), HEX_SHA256))
		r = advi_fail(err, ADV_EINPUT, "'%.80s' is no SHA-256 digest", sha256);
	if (r == 0 && sha256)
		wanted->record.sha256 = lower(source, advi_str(sha256));
	if (r == 0 && !*wanted->record.fn)
		r = advi_fail(err, ADV_EINPUT, "'%.*s' names no file", ADVI_ARGS(from));
	return r;
}

int advi_source_add_lockfile(struct advi_source *source, const char *path, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(SOURCE_BYTES);
	struct advi_str rest, line;
	bool explicit = false;
	int r = advi_file_read(&text, path, err);

	rest = advi_buf_str(&text);
	for (size_t number = 1; r == 0 && advi_str_split(&rest, '\n', &line); number++) {
		line = advi_str_trim(line);
		if (!line.len || line.ptr[0] == '#')
			continue;
		if (advi_str_is(line, "@EXPLICIT"))
			explicit = true;
		else if (!explicit || advi_str_find(line, '\0') < line.len)
			r = advi_fail(
				err, ADV_EINPUT,
				"'%s', line %zu: this is no explicit lockfile; '@EXPLICIT' must come first",
				path, number);
		else if ((r = advi_source_add(source, path, line, NULL, err)) < 0)
			r = advi_while(err, r, "'%s', line %zu", path, number);
	}
	if (r == 0 && !explicit)
		r = advi_fail(err, ADV_EINPUT,
			      "'%s' is no explicit lockfile: it has no line '@EXPLICIT'", path);
	return r;
}

/* Whether a document is JSON of this schema; a damaged one is not. */
static bool is_plan(struct advi_str text)
{
	struct advi_json json;
	struct advi_str key, schema;
	bool plan = false;

	advi_json_init(&json, text);
	for (advi_json_object(&json); !plan && advi_json_key(&json, &key);) {
		if (advi_str_is(key, "schema") && advi_json_string(&json, &schema))
			plan = advi_str_is(schema, "advisor.plan/1");
		else
			advi_json_skip(&json);
	}
	advi_json_clear(&json);
	return plan;
}

int advi_source_read(struct advi_source *source, const char *path, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(SOURCE_BYTES);
	char hex[ADVI_HEX_SIZE];
	int r = advi_file_read(&text, path, err);

	if (r < 0)
		return r;
	advi_sha256(advi_buf_str(&text), hex);
	source->sha256 = advi_arena_dup(&source->arena, hex);
	if (is_plan(advi_buf_str(&text))) {
		source->kind = "plan";
		r = advi_recipe_add_plan(source, path, err);
	} else {
		source->kind = "recipe";
		r = advi_recipe_read(source, path, advi_buf_str(&text), err);
	}
	if (r == 0 && !source->wanted.count)
		r = advi_fail(err, ADV_EINPUT, "'%s' names no package", path);
	return r;
}
