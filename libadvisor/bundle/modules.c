/* SPDX-License-Identifier: BSD-3-Clause */
/* What can be imported of an image. */
#include "bundle/modules.h"

#include "bundle/image.h"
#include "io/json_scan.h"

enum { RECORD_BYTES = 256 << 20, NAME_BYTES = 1024 };

void advi_modules_clear(struct advi_modules *modules)
{
	advi_vec_clear(&modules->all);
	advi_arena_clear(&modules->arena);
}

/* --- from files to names --- */

static bool is_identifier(struct advi_str text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char byte = (unsigned char)text.ptr[i];
		bool letter = byte == '_' || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z') ||
			      byte >= 0x80;

		if (!letter && (i == 0 || byte < '0' || byte > '9'))
			return false;
	}
	return text.len > 0;
}

/* These come into site-packages by mistake, or are no modules. */
static bool is_stray(struct advi_str name)
{
	static const char *const strays[] = {"bin",      "conftest", "doc",     "docs",
					     "examples", "include",  "scripts", "setup",
					     "share",    "test",     "tests"};

	for (size_t i = 0; i < ADVI_COUNT(strays); i++)
		if (advi_str_is(name, strays[i]))
			return true;
	return false;
}

/* "b.py" and "b.cpython-311-x86_64-linux-gnu.so" are module b. */
static struct advi_str stem_of(struct advi_str file)
{
	struct advi_str stem = {file.ptr, advi_str_find(file, '.')};

	if (advi_str_ends(file, ADVI_STR(".so")))
		return stem;
	return stem.len + 3 == file.len && advi_str_ends(file, ADVI_STR(".py"))
		       ? stem
		       : (struct advi_str){0};
}

/* "a/b/c.py" is module a when that is a package, else a.b when that is one, else a.b.c. */
static void add_module(struct advi_map *out, const struct advi_map *packages, struct advi_str path)
{
	ADVI_AUTO(buf) struct advi_buf name = ADVI_BUF_INIT(NAME_BYTES);
	struct advi_str rest = path, part;
	bool first = true;

	while (advi_str_split(&rest, '/', &part)) {
		bool last = rest.ptr == NULL || !rest.len;
		struct advi_str stem = last ? stem_of(part) : part;

		if (!is_identifier(stem) || (first && is_stray(stem)))
			return;
		if (!first)
			advi_buf_byte(&name, '.');
		advi_buf_add(&name, stem);
		first = false;
		if (!last &&
		    !advi_map_get(
			    packages,
			    (struct advi_str){path.ptr, (size_t)(part.ptr + part.len - path.ptr)}))
			continue;
		if (!name.full)
			advi_map_add(out, advi_buf_str(&name), NULL);
		return;
	}
}

/* The path below site-packages of a file that is there; else empty. */
static struct advi_str below(const char *file, const char *site)
{
	size_t length = strlen(site);

	if (strncmp(file, site, length) != 0 || file[length] != '/')
		return (struct advi_str){"", 0};
	return advi_str(file + length + 1);
}

void advi_modules_of(struct advi_map *out, const advi_names *files, const char *site)
{
	ADVI_AUTO(map) struct advi_map packages = {0};

	for (size_t i = 0; i < files->count; i++) {
		struct advi_str path = below(files->at[i], site);
		size_t at = path.len;

		while (at > 0 && path.ptr[at - 1] != '/')
			at--;
		if (at > 0 && advi_str_is(stem_of(advi_str_from(path, at)), "__init__"))
			advi_map_add(&packages, (struct advi_str){path.ptr, at - 1}, NULL);
	}
	for (size_t i = 0; i < files->count; i++)
		add_module(out, &packages, below(files->at[i], site));
}

/* Of the standard library: what stands on libraries of other packages. */
static void add_standard(struct advi_map *out, const advi_names *files)
{
	static const char *const pairs[][2] = {
		{"/_bz2.", "bz2"},         {"/_ctypes.", "ctypes"},    {"/_decimal.", "decimal"},
		{"/_hashlib.", "hashlib"}, {"/_lzma.", "lzma"},        {"/_sqlite3.", "sqlite3"},
		{"/_ssl.", "ssl"},         {"/readline.", "readline"}, {"/zlib.", "zlib"},
	};

	for (size_t i = 0; i < files->count; i++) {
		const char *name = strrchr(files->at[i], '/');

		if (!name || !strstr(files->at[i], "/lib-dynload/"))
			continue;
		for (size_t k = 0; k < ADVI_COUNT(pairs); k++)
			if (strncmp(name, pairs[k][0], strlen(pairs[k][0])) == 0)
				advi_map_add(out, advi_str(pairs[k][1]), NULL);
	}
}

/* --- from an image --- */

struct finding {
	struct advi_modules *out;
	const struct advi_manifest *manifest, *base;
	ADVI_VEC(const char *) sites; /* where Python looks */
};

/* "lib/pythonX.Y/site-packages", and what the package of Python itself says. */
static void find_sites(struct finding *finding)
{
	const struct advi_manifest *from = finding->base ? finding->base : finding->manifest;

	for (size_t i = 0; i < from->packages.count; i++) {
		const struct advi_manifest_package *package = &from->packages.at[i];
		struct advi_str rest = advi_str(package->version), major, minor;

		if (!package->name || strcmp(package->name, "python") != 0)
			continue;
		if (package->site_packages)
			advi_vec_push(&finding->sites, package->site_packages);
		if (advi_str_split(&rest, '.', &major) && advi_str_split(&rest, '.', &minor))
			advi_vec_push(&finding->sites,
				      advi_arena_printf(&finding->out->arena,
							"lib/python%.*s.%.*s/site-packages",
							ADVI_ARGS(major), ADVI_ARGS(minor)));
	}
}

static bool is_asked(const struct advi_manifest *manifest, const char *name)
{
	for (size_t i = 0; i < manifest->requested.count; i++)
		if (strcmp(manifest->requested.at[i], name) == 0)
			return true;
	return !manifest->requested.count;
}

static void add_package(struct finding *finding, const char *name, const char *version,
			const advi_names *files)
{
	ADVI_AUTO(map) struct advi_map found = {0};
	struct advi_arena *arena = &finding->out->arena;

	finding->out->packages++;
	for (size_t i = 0; i < finding->sites.count; i++)
		if (i == 0 || strcmp(finding->sites.at[i], finding->sites.at[0]) != 0)
			advi_modules_of(&found, files, finding->sites.at[i]);
	if (strcmp(name, "python") == 0)
		add_standard(&found, files);
	for (size_t i = 0; i < found.entries.count; i++)
		*advi_vec_new(&finding->out->all) = (struct advi_module){
			.package = advi_arena_dup(arena, name),
			.version = advi_arena_dup(arena, version),
			.name = advi_arena_str(arena, found.entries.at[i].key),
		};
}

static void read_text(struct advi_json *json, struct advi_arena *arena, const char **out)
{
	struct advi_str text;

	if (advi_json_peek(json) == ADVI_JSON_STRING && advi_json_string(json, &text))
		*out = advi_arena_str(arena, text);
	else
		advi_json_skip(json);
}

/* A record of conda-meta. */
static int read_record(struct finding *finding, struct advi_str text, struct advi_str path,
		       struct adv_err *err)
{
	struct advi_arena arena = {0};
	advi_names files = {0};
	const char *name = NULL, *version = "";
	struct advi_json json;
	struct advi_str key;
	int r = 0;

	advi_json_init(&json, text);
	for (advi_json_object(&json); advi_json_key(&json, &key);) {
		const char *file = NULL;

		if (advi_str_is(key, "name"))
			read_text(&json, &arena, &name);
		else if (advi_str_is(key, "version"))
			read_text(&json, &arena, &version);
		else if (!advi_str_is(key, "files"))
			advi_json_skip(&json);
		else
			for (advi_json_array(&json); advi_json_item(&json); file = NULL) {
				read_text(&json, &arena, &file);
				if (file)
					advi_vec_push(&files, file);
			}
	}
	if (!advi_json_end(&json) || !name)
		r = advi_fail(err, ADV_EINPUT, "'%.*s' in the image is no record of a package",
			      ADVI_ARGS(path));
	else if (finding->base || is_asked(finding->manifest, name))
		add_package(finding, name, version, &files);
	advi_json_clear(&json);
	advi_vec_clear(&files);
	advi_arena_clear(&arena);
	return r;
}

static bool is_record(struct advi_str path)
{
	static const char folder[] = "conda-meta/";
	struct advi_str name = advi_str_from(path, sizeof(folder) - 1);

	return advi_str_starts(path, ADVI_STR(folder)) && advi_str_find(name, '/') == name.len &&
	       advi_str_ends(name, ADVI_STR(".json"));
}

static int read_image(struct finding *finding, const char *path, struct adv_err *err)
{
	ADVI_AUTO(image) struct advi_image *image = NULL;
	struct advi_member member;
	int r = advi_image_open(&image, path, err);

	while (r == 0 && (r = advi_image_next(image, &member, err)) > 0) {
		ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(RECORD_BYTES);
		ADVI_AUTO_PTR char *name = NULL;
		struct advi_str block;

		r = 0;
		if (member.kind != ADVI_MEMBER_FILE || !is_record(member.path))
			continue;
		name = advi_str_dup(member.path);
		while ((r = advi_image_read(image, &block, err)) == 0 && block.len)
			advi_buf_add(&text, block);
		if (r == 0)
			r = read_record(finding, advi_buf_str(&text), advi_str(name), err);
	}
	return r;
}

static int by_package(const void *a, const void *b)
{
	const struct advi_module *left = a, *right = b;
	int order = strcmp(left->package, right->package);

	return order ? order : strcmp(left->name, right->name);
}

int advi_modules_find(struct advi_modules *out, const char *image,
		      const struct advi_manifest *manifest, const struct advi_manifest *base,
		      struct adv_err *err)
{
	struct finding finding = {.out = out, .manifest = manifest, .base = base};
	int r;

	find_sites(&finding);
	r = read_image(&finding, image, err);
	advi_vec_sort(&out->all, by_package);
	advi_vec_clear(&finding.sites);
	return r;
}
