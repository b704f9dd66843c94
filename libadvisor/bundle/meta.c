/* SPDX-License-Identifier: BSD-3-Clause */
/* conda-meta: what makes a tree an environment. */
#include "bundle/meta.h"

#include <stdio.h>
#include <time.h>

#include "bundle/place.h"
#include "io/json_write.h"

enum { META_BYTES = 1 << 30, LINK_COPY = 3, LINK_STEPS = 40 };

static const char frozen_text[] =
	"{\n \"message\": \"this environment is a read-only image: change its plan or recipe and build "
	"a new one\"\n}\n";

void advi_meta_lay_out(struct advi_layout *layout, struct advi_package **packages, size_t count,
		       bool layer)
{
	for (size_t i = 0; i < count; i++) {
		ADVI_AUTO_PTR char *path =
			advi_format("conda-meta/%s.json", advi_package_dist(packages[i]));

		advi_layout_add(layout, path);
	}
	advi_layout_add(layout, layer ? ADVI_LAYER_MANIFEST : ADVI_INNER_MANIFEST);
	if (layer)
		return;
	advi_layout_add(layout, "conda-meta/history");
	advi_layout_add(layout, "conda-meta/frozen");
}

/* The file that a link of the image leads to, or NULL when it leads out or nowhere. */
static const struct advi_node *follow(const struct advi_layout *layout,
				      const struct advi_node *node)
{
	for (int step = 0; node && node->kind == ADVI_NODE_LINK; step++) {
		ADVI_AUTO(buf) struct advi_buf path = ADVI_BUF_INIT(ADVI_MEMBER_PATH_BYTES);
		struct advi_str rest = advi_str(node->link), part;

		if (step == LINK_STEPS || advi_link_leaves(node->path, rest))
			return NULL;
		advi_buf_text(&path, node->path);
		for (part = ADVI_STR("..");;) {
			if (advi_str_is(part, "..")) {
				while (path.len && path.ptr[--path.len] != '/')
					;
			} else if (part.len && !advi_str_is(part, ".")) {
				if (path.len)
					advi_buf_byte(&path, '/');
				advi_buf_add(&path, part);
			}
			if (!advi_str_split(&rest, '/', &part))
				break;
		}
		node = advi_layout_find(layout, advi_buf_str(&path));
	}
	return node && (node->written || node->shared) && node->kind == ADVI_NODE_FILE ? node
										       : NULL;
}

static void key_text(struct advi_jout *out, const char *key, const char *text)
{
	if (text)
		advi_jout_key_text(out, key, text);
}

static const char *path_type(const struct advi_path *path)
{
	switch (path->type) {
	case ADVI_PATH_LINK:
		return "softlink";
	case ADVI_PATH_FOLDER:
		return "directory";
	case ADVI_PATH_ENTRY:
		return "unix_python_entry_point";
	case ADVI_PATH_PYC:
		return "pyc_file";
	default:
		return "hardlink";
	}
}

static void write_path(struct advi_jout *out, const struct advi_layout *layout,
		       const struct advi_path *path)
{
	const struct advi_node *node = advi_layout_find(layout, advi_str(path->target));
	const struct advi_node *file = follow(layout, node);

	advi_jout_object(out);
	advi_jout_key_text(out, "_path", path->target);
	if (path->placeholder)
		advi_jout_key_text(out, "file_mode", path->binary ? "binary" : "text");
	if (path->no_link) {
		advi_jout_key(out, "no_link");
		advi_jout_bool(out, true);
	}
	advi_jout_key_text(out, "path_type", path_type(path));
	key_text(out, "prefix_placeholder", path->placeholder);
	key_text(out, "sha256", path->sha256);
	if (file) {
		advi_jout_key_text(out, "sha256_in_prefix", file->sha256);
		advi_jout_key_u64(out, "size_in_bytes", path->has_size ? path->size : file->size);
	}
	advi_jout_object_end(out);
}

static int by_target(const void *a, const void *b)
{
	return strcmp((*(const struct advi_path *const *)a)->target,
		      (*(const struct advi_path *const *)b)->target);
}

/* "files" and "paths_data", both in byte order, a target that comes twice once. */
static void write_paths(struct advi_jout *out, const struct advi_layout *layout,
			const struct advi_package *package, bool names_only)
{
	size_t count = package->paths.count;
	ADVI_AUTO_PTR const struct advi_path **paths = advi_calloc(count, sizeof(*paths));

	for (size_t i = 0; i < count; i++)
		paths[i] = &package->paths.at[i];
	if (count > 1)
		qsort(paths, count, sizeof(*paths), by_target);
	advi_jout_array(out);
	for (size_t i = 0; i < count; i++) {
		if (i > 0 && strcmp(paths[i]->target, paths[i - 1]->target) == 0)
			continue;
		/* what could not be compiled is not there */
		if (paths[i]->type == ADVI_PATH_PYC &&
		    !advi_layout_find(layout, advi_str(paths[i]->target))->written)
			continue;
		if (names_only)
			advi_jout_text(out, paths[i]->target);
		else
			write_path(out, layout, paths[i]);
	}
	advi_jout_array_end(out);
}

static const char *package_type(const struct advi_package *package)
{
	return package->noarch == ADVI_NOARCH_PYTHON    ? "noarch_python"
	       : package->noarch == ADVI_NOARCH_GENERIC ? "noarch_generic"
							: NULL;
}

static void write_record(struct advi_jout *out, const struct advi_layout *layout,
			 const struct advi_package *package)
{
	const struct advi_record *record = &package->record;

	advi_jout_object(out);
	key_text(out, "arch", package->arch);
	advi_jout_key_text(out, "build", record->build);
	advi_jout_key_u64(out, "build_number", record->build_number);
	advi_jout_key_text(out, "channel", record->channel ? record->channel : "");
	advi_jout_texts(out, "constrains", record->constrains.at, record->constrains.count);
	advi_jout_texts(out, "depends", record->depends.at, record->depends.count);
	advi_jout_key_text(out, "extracted_package_dir", "");
	key_text(out, "features", package->features);
	advi_jout_key(out, "files");
	write_paths(out, layout, package, true);
	advi_jout_key_text(out, "fn", record->fn);
	key_text(out, "license", record->license);
	key_text(out, "license_family", package->license_family);
	advi_jout_key(out, "link");
	advi_jout_object(out);
	advi_jout_key_text(out, "source", "");
	advi_jout_key_u64(out, "type", LINK_COPY);
	advi_jout_object_end(out);
	key_text(out, "md5", record->md5);
	advi_jout_key_text(out, "name", record->name);
	key_text(out, "noarch", record->noarch);
	advi_jout_key_text(out, "package_tarball_full_path", "");
	key_text(out, "package_type", package_type(package));
	advi_jout_key(out, "paths_data");
	advi_jout_object(out);
	advi_jout_key(out, "paths");
	write_paths(out, layout, package, false);
	advi_jout_key_u64(out, "paths_version", 1);
	advi_jout_object_end(out);
	key_text(out, "platform", package->platform);
	key_text(out, "python_site_packages_path", record->python_site_packages_path);
	advi_jout_key(out, "requested_specs");
	advi_jout_array(out);
	advi_jout_array_end(out);
	advi_jout_key_text(out, "sha256", record->sha256);
	advi_jout_key_u64(out, "size", record->size);
	advi_jout_key_text(out, "subdir", record->subdir ? record->subdir : "");
	if (record->timestamp)
		advi_jout_key_u64(out, "timestamp", record->timestamp);
	key_text(out, "track_features", record->track_features);
	advi_jout_key_text(out, "url", record->url ? record->url : "");
	advi_jout_key_text(out, "version", record->version);
	advi_jout_object_end(out);
}

static int install_record(struct advi_install *install, struct advi_package *package,
			  struct adv_err *err)
{
	ADVI_AUTO_PTR char *path = advi_format("conda-meta/%s.json", advi_package_dist(package));
	char *text = NULL;
	size_t length = 0;
	FILE *file = open_memstream(&text, &length);
	struct advi_jout out;
	int r;

	if (!file)
		abort();
	advi_jout_init(&out, file);
	write_record(&out, install->layout, package);
	advi_jout_end(&out);
	fclose(file);
	r = advi_install_own(install, path, 0644, (struct advi_str){text, length}, err);
	free(text);
	return r;
}

/* conda's history: when, by what, which packages came, what was asked for. */
static void write_history(struct advi_buf *out, struct advi_package **packages, size_t count,
			  const struct advi_source *source, uint32_t epoch)
{
	time_t when = (time_t)epoch;
	struct tm parts;
	char text[32];

	gmtime_r(&when, &parts);
	strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &parts);
	advi_buf_printf(out, "==> %s <==\n# cmd: conda-advisor bundle build\n", text);
	for (size_t i = 0; i < count; i++) {
		const struct advi_record *record = &packages[i]->record;

		advi_buf_printf(out, "+%s/%s::%s\n", record->channel ? record->channel : "local",
				record->subdir ? record->subdir : "noarch",
				advi_package_dist(packages[i]));
	}
	if (!source->specs.count)
		return;
	advi_buf_text(out, "# update specs: [");
	for (size_t i = 0; i < source->specs.count; i++) {
		advi_buf_text(out, i ? ", '" : "'");
		for (const char *at = source->specs.at[i]; *at; at++)
			if (*at != '\'' && *at != '\n')
				advi_buf_byte(out, *at);
		advi_buf_byte(out, '\'');
	}
	advi_buf_text(out, "]\n");
}

int advi_meta_write(struct advi_install *install, struct advi_package **packages, size_t count,
		    const struct advi_source *source, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf history = ADVI_BUF_INIT(META_BYTES);
	int r = 0;

	for (size_t i = 0; i < count && r == 0; i++)
		r = install_record(install, packages[i], err);
	if (r < 0 || install->layer)
		return r;
	write_history(&history, packages, count, source, install->epoch);
	r = advi_install_own(install, "conda-meta/history", 0644, advi_buf_str(&history), err);
	if (r == 0)
		r = advi_install_own(install, "conda-meta/frozen", 0644,
				     (struct advi_str){frozen_text, sizeof(frozen_text) - 1}, err);
	return r;
}
