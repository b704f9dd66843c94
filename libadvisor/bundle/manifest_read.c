/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading the manifest of an image. */
#include "bundle/manifest.h"

#include "io/archive.h"
#include "io/json_scan.h"

enum { ENTRIES = 16 << 20, PACKAGES = 100000, SPECS = 10000 };

void advi_manifest_clear(struct advi_manifest *manifest)
{
	advi_vec_clear(&manifest->packages);
	advi_vec_clear(&manifest->entries);
	advi_map_clear(&manifest->index);
	advi_arena_clear(&manifest->arena);
}

/* A string or null. */
static void read_text(struct advi_json *json, struct advi_arena *arena, const char **out)
{
	struct advi_str text;

	if (advi_json_peek(json) == ADVI_JSON_NULL)
		advi_json_skip(json);
	else if (advi_json_string(json, &text))
		*out = advi_arena_str(arena, text);
}

/* "0644" */
static bool read_mode(struct advi_json *json, unsigned *mode)
{
	struct advi_str text;

	*mode = 0;
	if (!advi_json_string(json, &text))
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '7' || text.len > 5)
			return advi_json_fail(json, "'mode' is no octal number");
		*mode = *mode * 8 + (unsigned)(text.ptr[i] - '0');
	}
	return true;
}

static void add_entry(struct advi_manifest *manifest, struct advi_json *json, const char *path,
		      const struct advi_manifest_entry *entry)
{
	bool is_new;
	struct advi_map_entry *slot;

	if (!path || !*path) {
		advi_json_fail(json, "an entry of 'files' has no 'path'");
		return;
	}
	if (manifest->entries.count >= ENTRIES) {
		advi_json_fail(json, "there are too many files");
		return;
	}
	slot = advi_map_add(&manifest->index, advi_str(path), &is_new);
	if (!is_new) {
		advi_json_fail(json, "a path is there twice");
		return;
	}
	slot->number = manifest->entries.count;
	advi_vec_push(&manifest->entries, *entry);
}

static void read_file(struct advi_manifest *manifest, struct advi_json *json)
{
	struct advi_manifest_entry entry = {.kind = ADVI_NODE_FILE};
	const char *path = NULL;
	struct advi_str key;

	for (advi_json_object(json); advi_json_key(json, &key);) {
		if (advi_str_is(key, "path"))
			read_text(json, &manifest->arena, &path);
		else if (advi_str_is(key, "sha256"))
			read_text(json, &manifest->arena, &entry.sha256);
		else if (advi_str_is(key, "link"))
			read_text(json, &manifest->arena, &entry.link);
		else if (advi_str_is(key, "mode"))
			read_mode(json, &entry.mode);
		else if (advi_str_is(key, "size"))
			advi_json_u64(json, &entry.size);
		else if (advi_str_is(key, "elf"))
			entry.elf = advi_manifest_read_elf(json, &manifest->arena);
		else if (advi_str_is(key, "prefix"))
			advi_manifest_read_prefix(json, &manifest->arena, &entry.prefix);
		else
			advi_json_skip(json);
	}
	if (entry.link) {
		entry.kind = ADVI_NODE_LINK;
		entry.mode = 0777;
	} else if (!json->problem && !entry.sha256) {
		advi_json_fail(json, "an entry of 'files' has neither 'sha256' nor 'link'");
	}
	if (!json->problem)
		add_entry(manifest, json, path, &entry);
}

static void read_folders(struct advi_manifest *manifest, struct advi_json *json)
{
	const struct advi_manifest_entry entry = {.kind = ADVI_NODE_FOLDER, .mode = 0755};

	for (advi_json_array(json); advi_json_item(json);) {
		const char *path = NULL;

		read_text(json, &manifest->arena, &path);
		if (!json->problem)
			add_entry(manifest, json, path, &entry);
	}
}

static void read_package(struct advi_manifest *manifest, struct advi_json *json)
{
	struct advi_manifest_package package = {0};
	const struct {
		const char *key;
		const char **text;
		uint64_t *number;
		struct advi_list *list;
	} members[] = {
		{"name", &package.name, NULL, NULL},
		{"version", &package.version, NULL, NULL},
		{"build", &package.build, NULL, NULL},
		{"channel", &package.channel, NULL, NULL},
		{"url", &package.url, NULL, NULL},
		{"fn", &package.fn, NULL, NULL},
		{"subdir", &package.subdir, NULL, NULL},
		{"sha256", &package.sha256, NULL, NULL},
		{"md5", &package.md5, NULL, NULL},
		{"license", &package.license, NULL, NULL},
		{"python_site_packages_path", &package.site_packages, NULL, NULL},
		{"files", NULL, &package.files, NULL},
		{"bytes", NULL, &package.bytes, NULL},
		{"size", NULL, &package.size, NULL},
		{"depends", NULL, NULL, &package.depends},
		{"constrains", NULL, NULL, &package.constrains},
	};
	struct advi_str key;

	for (advi_json_object(json); advi_json_key(json, &key);) {
		size_t i = 0;

		while (i < ADVI_COUNT(members) && !advi_str_is(key, members[i].key))
			i++;
		if (i == ADVI_COUNT(members))
			advi_json_skip(json);
		else if (members[i].text)
			read_text(json, &manifest->arena, members[i].text);
		else if (members[i].list)
			advi_manifest_read_texts(json, &manifest->arena, members[i].list, SPECS);
		else
			advi_json_u64(json, members[i].number);
	}
	if (!json->problem && (!package.name || !package.version || !package.build))
		advi_json_fail(json, "a package lacks name, version or build");
	if (manifest->packages.count >= PACKAGES)
		advi_json_fail(json, "there are too many packages");
	advi_vec_push(&manifest->packages, package);
}

static void read_counts(struct advi_manifest *manifest, struct advi_json *json)
{
	struct adv_bundle_summary *summary = &manifest->summary;
	const struct {
		const char *key;
		uint64_t *to;
	} members[] = {
		{"bytes", &summary->bytes},
		{"clobbered", &summary->clobbered},
		{"files", &summary->files},
		{"folders", &summary->folders},
		{"links", &summary->links},
		{"packages", &summary->packages},
		{"ordered", &summary->ordered},
		{"pyc_compiled", &summary->pyc_compiled},
		{"pyc_missing", &summary->pyc_missing},
		{"pyc_rewritten", &summary->pyc_rewritten},
		{"scripts_skipped", &summary->scripts_skipped},
	};
	struct advi_str key;

	for (advi_json_object(json); advi_json_key(json, &key);) {
		size_t i = 0;

		while (i < ADVI_COUNT(members) && !advi_str_is(key, members[i].key))
			i++;
		if (i == ADVI_COUNT(members))
			advi_json_skip(json);
		else
			advi_json_u64(json, members[i].to);
	}
}

static void read_image(struct advi_manifest *manifest, struct advi_json *json)
{
	struct advi_str key;

	for (advi_json_object(json); advi_json_key(json, &key);) {
		if (advi_str_is(key, "sha256"))
			read_text(json, &manifest->arena, &manifest->image_sha256);
		else if (advi_str_is(key, "xxh3"))
			read_text(json, &manifest->arena, &manifest->image_xxh3);
		else if (advi_str_is(key, "bytes"))
			advi_json_u64(json, &manifest->summary.image_bytes);
		else
			advi_json_skip(json);
	}
}

static void read_root(struct advi_manifest *manifest, struct advi_json *json, const char **schema)
{
	struct advi_arena *arena = &manifest->arena;
	const struct {
		const char *key;
		const char **to;
	} texts[] = {
		{"schema", schema},
		{"name", &manifest->name},
		{"mount", &manifest->mount},
		{"format", &manifest->format},
		{"fingerprint", &manifest->fingerprint},
		{"sbom_sha256", &manifest->sbom_sha256},
	};
	struct advi_str key;

	for (advi_json_object(json); advi_json_key(json, &key);) {
		size_t i = 0;

		while (i < ADVI_COUNT(texts) && !advi_str_is(key, texts[i].key))
			i++;
		if (i < ADVI_COUNT(texts))
			read_text(json, arena, texts[i].to);
		else if (advi_str_is(key, "epoch"))
			advi_json_u64(json, &manifest->epoch);
		else if (advi_str_is(key, "image"))
			read_image(manifest, json);
		else if (advi_str_is(key, "counts"))
			read_counts(manifest, json);
		else if (advi_str_is(key, "requested"))
			advi_manifest_read_texts(json, arena, &manifest->requested, PACKAGES);
		else if (advi_str_is(key, "prefix"))
			advi_manifest_read_prefixes(json, manifest);
		else if (advi_str_is(key, "relocatable"))
			advi_json_bool(json, &manifest->relocatable);
		else if (advi_str_is(key, "layer"))
			advi_manifest_read_layer(json, arena, &manifest->layer);
		else if (advi_str_is(key, "folders"))
			read_folders(manifest, json);
		else if (advi_str_is(key, "files"))
			for (advi_json_array(json); advi_json_item(json);)
				read_file(manifest, json);
		else if (advi_str_is(key, "packages"))
			for (advi_json_array(json); advi_json_item(json);)
				read_package(manifest, json);
		else
			advi_json_skip(json);
	}
}

int advi_manifest_read(struct advi_manifest *manifest, struct advi_str text, const char *name,
		       struct adv_err *err)
{
	const char *schema = NULL;
	struct advi_json json;
	int r = 0;

	advi_json_init(&json, text);
	read_root(manifest, &json, &schema);
	if (!advi_json_end(&json))
		r = advi_info_fail(&json, name, err);
	else if (!schema || strcmp(schema, "advisor.manifest/1") != 0)
		r = advi_fail(err, ADV_EINPUT,
			      "'%s' is no manifest of an image (advisor.manifest/1)", name);
	else if (!manifest->name || !manifest->mount || !manifest->format)
		r = advi_fail(err, ADV_EINPUT, "'%s' lacks name, mount or format", name);
	advi_json_clear(&json);
	return r;
}
