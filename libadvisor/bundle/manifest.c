/* SPDX-License-Identifier: BSD-3-Clause */
/* Writing the manifest of an image. */
#include "bundle/manifest.h"

#include <stdio.h>

#include "bundle/layer.h"
#include "conda/envfile.h"
#include "io/json_write.h"

enum { TEXT_BYTES = 1 << 30 };

char *advi_manifest_path(const char *image)
{
	return advi_format("%s.manifest.json", image);
}

static void write_clobbers(struct advi_jout *out, const struct advi_layout *layout)
{
	advi_jout_key(out, "clobbers");
	advi_jout_array(out);
	for (size_t i = 0; i < layout->clobbers.count; i++) {
		const struct advi_clobber *clobber = &layout->clobbers.at[i];

		advi_jout_object(out);
		advi_jout_key_text(out, "loser", clobber->loser);
		advi_jout_key_text(out, "path", clobber->path);
		advi_jout_key_text(out, "winner", clobber->winner);
		advi_jout_object_end(out);
	}
	advi_jout_array_end(out);
}

static void write_counts(struct advi_jout *out, const struct adv_bundle_summary *summary)
{
	advi_jout_key(out, "counts");
	advi_jout_object(out);
	advi_jout_key_u64(out, "bytes", summary->bytes);
	advi_jout_key_u64(out, "clobbered", summary->clobbered);
	advi_jout_key_u64(out, "files", summary->files);
	advi_jout_key_u64(out, "folders", summary->folders);
	advi_jout_key_u64(out, "links", summary->links);
	advi_jout_key_u64(out, "ordered", summary->ordered);
	advi_jout_key_u64(out, "packages", summary->packages);
	advi_jout_key_u64(out, "pyc_compiled", summary->pyc_compiled);
	advi_jout_key_u64(out, "pyc_missing", summary->pyc_missing);
	advi_jout_key_u64(out, "pyc_rewritten", summary->pyc_rewritten);
	advi_jout_key_u64(out, "scripts_skipped", summary->scripts_skipped);
	advi_jout_object_end(out);
}

static int by_path(const void *a, const void *b)
{
	return strcmp((*(const struct advi_node *const *)a)->path,
		      (*(const struct advi_node *const *)b)->path);
}

static void write_node(struct advi_jout *out, const struct advi_node *node)
{
	char mode[8];

	advi_jout_object(out);
	if (node->kind == ADVI_NODE_LINK) {
		advi_jout_key_text(out, "link", node->link);
		advi_jout_key_text(out, "path", node->path);
	} else {
		snprintf(mode, sizeof(mode), "0%03o", node->mode & 0777);
		if (node->elf) {
			advi_jout_key(out, "elf");
			advi_manifest_write_elf(out, node->elf);
		}
		advi_jout_key_text(out, "mode", mode);
		advi_jout_key_text(out, "path", node->path);
		if (node->prefix.use > ADVI_PREFIX_RELATIVE) {
			advi_jout_key(out, "prefix");
			advi_manifest_write_prefix(out, &node->prefix);
		}
		advi_jout_key_text(out, "sha256", node->sha256);
		advi_jout_key_u64(out, "size", node->size);
	}
	advi_jout_object_end(out);
}

/* Files and links in byte order. */
static void write_files(struct advi_jout *out, const struct advi_layout *layout)
{
	ADVI_AUTO_PTR const struct advi_node **nodes =
		advi_calloc(layout->nodes.count, sizeof(*nodes));
	size_t count = 0;

	for (size_t i = 0; i < layout->nodes.count; i++)
		if (layout->nodes.at[i].written)
			nodes[count++] = &layout->nodes.at[i];
	if (count > 1)
		qsort(nodes, count, sizeof(*nodes), by_path);
	advi_jout_key(out, "files");
	advi_jout_array(out);
	for (size_t i = 0; i < count; i++)
		write_node(out, nodes[i]);
	advi_jout_array_end(out);
}

static void write_folders(struct advi_jout *out, const struct advi_layout *layout)
{
	advi_jout_key(out, "folders");
	advi_jout_array(out);
	for (size_t i = 0; i < layout->folders.count; i++)
		advi_jout_text(out, layout->folders.at[i]);
	advi_jout_array_end(out);
}

static void write_packages(struct advi_jout *out, const struct advi_manifest_source *from)
{
	advi_jout_key(out, "packages");
	advi_jout_array(out);
	for (size_t i = 0; i < from->count; i++) {
		const struct advi_package *package = from->packages[i];
		const struct advi_record *record = &package->record;

		advi_jout_object(out);
		advi_jout_key_text(out, "build", record->build);
		advi_jout_key_u64(out, "bytes", package->bytes);
		advi_jout_key_text(out, "channel", record->channel);
		advi_jout_texts(out, "constrains", record->constrains.at, record->constrains.count);
		advi_jout_texts(out, "depends", record->depends.at, record->depends.count);
		advi_jout_key_u64(out, "files", package->files);
		advi_jout_key_text(out, "fn", record->fn);
		advi_jout_key_text(out, "license", record->license);
		advi_jout_key_text(out, "md5", record->md5);
		advi_jout_key_text(out, "name", record->name);
		advi_jout_key_u64(out, "pyc_missing", package->pyc_missing);
		if (record->python_site_packages_path)
			advi_jout_key_text(out, "python_site_packages_path",
					   record->python_site_packages_path);
		advi_jout_key_text(out, "sha256", record->sha256);
		advi_jout_key_u64(out, "size", record->size);
		advi_jout_key_text(out, "subdir", record->subdir);
		advi_jout_key_text(out, "url", record->url);
		advi_jout_key_text(out, "version", record->version);
		advi_jout_object_end(out);
	}
	advi_jout_array_end(out);
}

/* Names of what people asked for; specs that name no package, such as virtual ones, tell none. */
static void write_requested(struct advi_jout *out, const struct advi_source *source)
{
	advi_jout_key(out, "requested");
	advi_jout_array(out);
	for (size_t i = 0; i < source->specs.count; i++) {
		struct advi_str name = advi_spec_name(advi_str(source->specs.at[i]));
		ADVI_AUTO_PTR char *text = advi_str_dup(name);

		if (name.len && *text != '_')
			advi_jout_text(out, text);
	}
	advi_jout_array_end(out);
}

static void write_scripts(struct advi_jout *out, const struct advi_manifest_source *from)
{
	advi_jout_key(out, "scripts_skipped");
	advi_jout_array(out);
	for (size_t i = 0; i < from->count; i++) {
		const struct advi_package *package = from->packages[i];

		for (size_t k = 0; k < package->scripts.count; k++) {
			advi_jout_object(out);
			advi_jout_key_text(out, "package", package->record.name);
			advi_jout_key_text(out, "path", package->scripts.at[k]);
			advi_jout_object_end(out);
		}
	}
	advi_jout_array_end(out);
}

void advi_manifest_write(const struct advi_manifest_source *from, FILE *file)
{
	struct advi_jout out;

	advi_jout_init(&out, file);
	advi_jout_object(&out);
	write_clobbers(&out, from->layout);
	write_counts(&out, from->summary);
	advi_jout_key_u64(&out, "epoch", from->epoch);
	if (from->image_sha256)
		write_files(&out, from->layout);
	advi_jout_key_text(&out, "fingerprint", from->fingerprint);
	if (from->image_sha256)
		write_folders(&out, from->layout);
	advi_jout_key_text(&out, "format", from->format);
	if (from->image_sha256) {
		advi_jout_key(&out, "image");
		advi_jout_object(&out);
		advi_jout_key_u64(&out, "bytes", from->summary->image_bytes);
		advi_jout_key_text(&out, "sha256", from->image_sha256);
		advi_jout_key_text(&out, "xxh3", from->image_xxh3);
		advi_jout_object_end(&out);
	}
	if (from->layer)
		advi_layer_write(from->layer, &out);
	advi_jout_key_text(&out, "mount", from->mount);
	advi_jout_key_text(&out, "name", from->name);
	write_packages(&out, from);
	advi_manifest_write_prefixes(&out, from->layout, from->relocatable, from->layer != NULL);
	write_requested(&out, from->source);
	advi_needs_write(from->needs, &out);
	if (from->sbom_sha256)
		advi_jout_key_text(&out, "sbom_sha256", from->sbom_sha256);
	advi_jout_key_text(&out, "schema", "advisor.manifest/1");
	write_scripts(&out, from);
	advi_jout_key(&out, "source");
	advi_jout_object(&out);
	advi_jout_key_text(&out, "kind", from->source->kind);
	advi_jout_key_text(&out, "plan_sha256", from->source->plan_sha256);
	advi_jout_key_text(&out, "sha256", from->source->sha256);
	advi_jout_object_end(&out);
	advi_jout_object_end(&out);
	advi_jout_end(&out);
}

struct advi_buf advi_manifest_text(const struct advi_manifest_source *from)
{
	struct advi_buf out = ADVI_BUF_INIT(TEXT_BYTES);
	FILE *file = open_memstream(&out.ptr, &out.len);

	if (!file)
		abort();
	advi_manifest_write(from, file);
	fclose(file);
	return out;
}
