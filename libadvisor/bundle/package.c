/* SPDX-License-Identifier: BSD-3-Clause */
/* A package file and what its own metadata says (CEP 34). */
#include "bundle/package.h"

#include <stdio.h>

#include "io/archive.h"

enum { INFO_BYTES = 256 << 20, LIST_COUNT = 10000 };

/* The members of info/ that matter here. */
enum { INDEX, PATHS, LINK, OLD_LINK, FILES, HAS_PREFIX, NO_LINK, NO_SOFTLINK, INFO_COUNT };

static const char *const info_names[INFO_COUNT] = {
	[INDEX] = "info/index.json", [PATHS] = "info/paths.json",
	[LINK] = "info/link.json",   [OLD_LINK] = "info/package_metadata.json",
	[FILES] = "info/files",      [HAS_PREFIX] = "info/has_prefix",
	[NO_LINK] = "info/no_link",  [NO_SOFTLINK] = "info/no_softlink",
};

struct info {
	struct advi_buf texts[INFO_COUNT];
	bool there[INFO_COUNT];
};

static void advi_info_clear(struct info *info)
{
	for (size_t i = 0; i < INFO_COUNT; i++)
		advi_buf_clear(&info->texts[i]);
}

void advi_package_clear(struct advi_package *package)
{
	advi_vec_clear(&package->paths);
	advi_vec_clear(&package->entries);
	advi_vec_clear(&package->scripts);
	advi_arena_clear(&package->arena);
	*package = (struct advi_package){0};
}

const char *advi_package_dist(struct advi_package *package)
{
	const struct advi_record *record = &package->record;

	return advi_arena_printf(&package->arena, "%s-%s-%s", record->name, record->version,
				 record->build);
}

static int read_info(struct info *info, const char *file, struct adv_err *err)
{
	ADVI_AUTO(archive) struct advi_archive *archive = NULL;
	struct advi_member member;
	int r = advi_archive_open(&archive, file, "info-", err);

	while (r == 0 && (r = advi_archive_next(archive, &member, err)) > 0) {
		for (size_t i = 0; i < INFO_COUNT; i++) {
			if (!advi_str_is(member.path, info_names[i]) ||
			    member.kind != ADVI_MEMBER_FILE)
				continue;
			advi_buf_reset(&info->texts[i]);
			info->there[i] = true;
			r = advi_archive_read_all(archive, &info->texts[i], err);
			if (r < 0)
				return r;
		}
		r = 0;
	}
	return r;
}

/* A string in the arena; null and what is no string say nothing. */
static void read_text(struct advi_json *json, struct advi_arena *arena, const char **out)
{
	struct advi_str text;

	if (advi_json_peek(json) == ADVI_JSON_STRING && advi_json_string(json, &text))
		*out = advi_arena_str(arena, text);
	else
		advi_json_skip(json);
}

static void read_list(struct advi_json *json, struct advi_arena *arena, struct advi_list *out)
{
	ADVI_VEC(const char *) list = {0};
	const char **copy;

	if (advi_json_peek(json) != ADVI_JSON_ARRAY) {
		advi_json_skip(json);
		return;
	}
	for (advi_json_array(json); advi_json_item(json);) {
		const char *text = NULL;

		read_text(json, arena, &text);
		if (list.count >= LIST_COUNT)
			advi_json_fail(json, "a list is too long");
		else if (text)
			advi_vec_push(&list, text);
	}
	copy = advi_arena_alloc(arena, (list.count + 1) * sizeof(*copy));
	for (size_t i = 0; i < list.count; i++)
		copy[i] = list.at[i];
	*out = (struct advi_list){copy, list.count};
	advi_vec_clear(&list);
}

static void read_number(struct advi_json *json, uint64_t *out)
{
	if (advi_json_peek(json) == ADVI_JSON_NUMBER) {
		double number;

		if (advi_json_number(json, &number) && number >= 0 && number < 9e15)
			*out = (uint64_t)number;
	} else {
		advi_json_skip(json);
	}
}

/* "noarch" is "python", "generic", or the true of old, which means generic. */
static void read_noarch(struct advi_json *json, struct advi_arena *arena, const char **out)
{
	bool old;

	if (advi_json_peek(json) != ADVI_JSON_BOOL)
		read_text(json, arena, out);
	else if (advi_json_bool(json, &old) && old)
		*out = "generic";
}

/* info/index.json: its record, and what a record has no place for. */
static int read_index(struct advi_package *package, struct advi_record *record,
		      struct advi_str text, struct adv_err *err)
{
	struct advi_arena *arena = &package->arena;
	const struct {
		const char *key;
		const char **to;
	} texts[] = {
		{"name", &record->name},
		{"version", &record->version},
		{"build", &record->build},
		{"subdir", &record->subdir},
		{"license", &record->license},
		{"python_site_packages_path", &record->python_site_packages_path},
		{"track_features", &record->track_features},
		{"arch", &package->arch},
		{"platform", &package->platform},
		{"features", &package->features},
		{"license_family", &package->license_family},
	};
	struct advi_json json;
	struct advi_str key;
	int r = 0;

	advi_json_init(&json, text);
	for (advi_json_object(&json); advi_json_key(&json, &key);) {
		size_t i = 0;

		while (i < ADVI_COUNT(texts) && !advi_str_is(key, texts[i].key))
			i++;
		if (i < ADVI_COUNT(texts))
			read_text(&json, arena, texts[i].to);
		else if (advi_str_is(key, "noarch"))
			read_noarch(&json, arena, &record->noarch);
		else if (advi_str_is(key, "depends"))
			read_list(&json, arena, &record->depends);
		else if (advi_str_is(key, "constrains"))
			read_list(&json, arena, &record->constrains);
		else if (advi_str_is(key, "build_number"))
			read_number(&json, &record->build_number);
		else if (advi_str_is(key, "timestamp"))
			read_number(&json, &record->timestamp);
		else
			advi_json_skip(&json);
	}
	if (!advi_json_end(&json))
		r = advi_info_fail(&json, "info/index.json", err);
	else if (!record->name || !record->version || !record->build)
		r = advi_fail(err, ADV_EINPUT, "info/index.json lacks name, version or build");
	advi_json_clear(&json);
	return r;
}

/* These become parts of file names. */
static bool is_plain(const char *text)
{
	return *text && *text != '.' && !strchr(text, '/') &&
	       strlen(text) < ADVI_MEMBER_NAME_BYTES / 3;
}

/* What the source says wins: channels mend records after the package was built. */
static int merge(struct advi_record *own, const struct advi_record *index, struct adv_err *err)
{
	const struct {
		const char **to;
		const char *from, *what;
	} same[] =
		{
			{&own->name, index->name, "name"},
			{&own->version, index->version, "version"},
			{&own->build, index->build, "build"},
		},
	  more[] = {
		  {&own->subdir, index->subdir, NULL},
		  {&own->license, index->license, NULL},
		  {&own->noarch, index->noarch, NULL},
		  {&own->python_site_packages_path, index->python_site_packages_path, NULL},
		  {&own->track_features, index->track_features, NULL},
	  };

	for (size_t i = 0; i < ADVI_COUNT(same); i++) {
		if (*same[i].to && strcmp(*same[i].to, same[i].from) != 0)
			return advi_fail(err, ADV_EINPUT, "it is of %s '%s', not '%s'",
					 same[i].what, same[i].from, *same[i].to);
		if (!is_plain(same[i].from))
			return advi_fail(err, ADV_EINPUT,
					 "its %s '%.80s' can't be part of a file name",
					 same[i].what, same[i].from);
		*same[i].to = same[i].from;
	}
	for (size_t i = 0; i < ADVI_COUNT(more); i++)
		if (!*more[i].to)
			*more[i].to = more[i].from;
	if (!own->depends.count)
		own->depends = index->depends;
	if (!own->constrains.count)
		own->constrains = index->constrains;
	if (!own->build_number)
		own->build_number = index->build_number;
	if (!own->timestamp)
		own->timestamp = index->timestamp;
	return 0;
}

static int by_source(const void *a, const void *b)
{
	const struct advi_path *left = a, *right = b;

	return strcmp(left->source, right->source);
}

static int read_paths(struct advi_package *package, const struct info *info, struct adv_err *err)
{
	const struct advi_info_texts texts = {
		.files = advi_buf_str(&info->texts[FILES]),
		.has_prefix = advi_buf_str(&info->texts[HAS_PREFIX]),
		.no_link = advi_buf_str(&info->texts[NO_LINK]),
		.no_softlink = advi_buf_str(&info->texts[NO_SOFTLINK]),
	};
	int r;

	if (info->there[PATHS])
		r = advi_paths_read_json(&package->paths, &package->arena,
					 advi_buf_str(&info->texts[PATHS]), err);
	else if (info->there[FILES])
		r = advi_paths_read_files(&package->paths, &package->arena, &texts, err);
	else
		r = advi_fail(err, ADV_EINPUT, "it has neither info/paths.json nor info/files");
	if (r == 0)
		advi_vec_sort(&package->paths, by_source);
	return r;
}

static int read_link(struct advi_package *package, const struct info *info, struct adv_err *err)
{
	struct advi_link_info link = {0};
	size_t which = info->there[LINK] ? LINK : OLD_LINK;
	const char *noarch;
	int r = 0;

	if (info->there[which])
		r = advi_link_info_read(&link, &package->arena, advi_buf_str(&info->texts[which]),
					err);
	package->entries.at = link.entries.at;
	package->entries.count = link.entries.count;
	package->entries.room = link.entries.room;
	noarch = package->record.noarch ? package->record.noarch : link.noarch;
	if (noarch && strcmp(noarch, "python") == 0)
		package->noarch = ADVI_NOARCH_PYTHON;
	else if (noarch)
		package->noarch = ADVI_NOARCH_GENERIC;
	package->record.noarch = noarch;
	return r;
}

/* bin/.NAME-{pre-link,post-link,pre-unlink}.sh */
static void find_scripts(struct advi_package *package)
{
	static const char *const kinds[] = {"pre-link", "post-link", "pre-unlink"};

	for (size_t i = 0; i < package->paths.count; i++) {
		const char *source = package->paths.at[i].source;

		for (size_t k = 0; k < ADVI_COUNT(kinds); k++) {
			ADVI_AUTO_PTR char *name =
				advi_format("bin/.%s-%s.sh", package->record.name, kinds[k]);

			if (strcmp(source, name) == 0)
				advi_vec_push(&package->scripts, source);
		}
	}
}

int advi_package_survey(struct advi_package *package, struct adv_err *err)
{
	struct info info = {0};
	struct advi_record index = {0};
	int r;

	for (size_t i = 0; i < INFO_COUNT; i++)
		info.texts[i].cap = INFO_BYTES;
	r = read_info(&info, package->file, err);
	if (r == 0 && !info.there[INDEX])
		r = advi_fail(err, ADV_EINPUT, "it has no info/index.json");
	if (r == 0)
		r = read_index(package, &index, advi_buf_str(&info.texts[INDEX]), err);
	if (r == 0)
		r = merge(&package->record, &index, err);
	if (r == 0)
		r = read_paths(package, &info, err);
	if (r == 0)
		r = read_link(package, &info, err);
	if (r == 0)
		find_scripts(package);
	advi_info_clear(&info);
	return r < 0 ? advi_while(err, r, "package '%s'", package->file) : 0;
}
