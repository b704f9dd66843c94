/* SPDX-License-Identifier: BSD-3-Clause */
/* Every file of an image. */
#include <stdio.h>

#include "base/err.h"
#include "bundle/manifest.h"
#include "io/json_write.h"
#include "report/table.h"

/* An entry with its path. */
struct row {
	const char *path;
	const struct advi_manifest_entry *entry;
};

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct row *)a)->path, ((const struct row *)b)->path);
}

static const char *const kinds[] = {
	[ADVI_NODE_FILE] = "file",
	[ADVI_NODE_LINK] = "link",
	[ADVI_NODE_FOLDER] = "folder",
};

static void write_json(const struct advi_manifest *manifest, const struct row *rows, size_t count,
		       FILE *file)
{
	struct advi_jout out;

	advi_jout_init(&out, file);
	advi_jout_object(&out);
	advi_jout_key(&out, "files");
	advi_jout_array(&out);
	for (size_t i = 0; i < count; i++) {
		const struct advi_manifest_entry *entry = rows[i].entry;
		char mode[8];

		snprintf(mode, sizeof(mode), "0%03o", entry->mode & 0777);
		advi_jout_object(&out);
		advi_jout_key_text(&out, "kind", kinds[entry->kind]);
		if (entry->link)
			advi_jout_key_text(&out, "link", entry->link);
		if (!entry->link)
			advi_jout_key_text(&out, "mode", mode);
		advi_jout_key_text(&out, "path", rows[i].path);
		if (entry->sha256) {
			advi_jout_key_text(&out, "sha256", entry->sha256);
			advi_jout_key_u64(&out, "size", entry->size);
		}
		advi_jout_object_end(&out);
	}
	advi_jout_array_end(&out);
	advi_jout_key_text(&out, "mount", manifest->mount);
	advi_jout_key_text(&out, "name", manifest->name);
	advi_jout_key_text(&out, "schema", "advisor.bundle-files/1");
	advi_jout_object_end(&out);
	advi_jout_end(&out);
}

static void write_text(const struct row *rows, size_t count, FILE *file,
		       const struct adv_style *style)
{
	static const struct advi_column columns[] = {
		{"mode", false, false},
		{"bytes", true, false},
		{"path", false, false},
	};
	struct advi_table table;

	advi_table_init(&table, columns, ADVI_COUNT(columns));
	for (size_t i = 0; i < count; i++) {
		const struct advi_manifest_entry *entry = rows[i].entry;
		ADVI_AUTO_PTR char *mode = advi_format("%c%03o",
						       entry->kind == ADVI_NODE_FOLDER ? 'd'
						       : entry->link                   ? 'l'
										       : '-',
						       entry->mode & 0777);
		ADVI_AUTO_PTR char *path =
			entry->link ? advi_format("%s -> %s", rows[i].path, entry->link)
				    : advi_strdup(rows[i].path);

		advi_table_text(&table, mode);
		advi_table_count(&table, entry->size);
		advi_table_text(&table, path);
	}
	advi_table_print(&table, file, style, 0);
	advi_table_clear(&table);
}

int adv_bundle_list_files(const char *image, enum adv_format format, FILE *file,
			  const struct adv_style *style, struct adv_err *err)
{
	struct advi_manifest manifest = {0};
	ADVI_AUTO_PTR struct row *rows = NULL;
	size_t count;
	int r;

	if (format != ADV_FORMAT_TEXT && format != ADV_FORMAT_JSON)
		return advi_fail(err, ADV_EUSAGE, "an image is listed as text or JSON");
	r = advi_manifest_load(&manifest, image, err);
	if (r == 0 && !manifest.image_sha256)
		r = advi_fail(err, ADV_EINPUT,
			      "files are listed from '%s.manifest.json', which is not there",
			      image);
	count = manifest.entries.count;
	rows = advi_calloc(count + 1, sizeof(*rows));
	for (size_t i = 0; i < count; i++)
		rows[i] = (struct row){manifest.index.entries.at[i].key.ptr,
				       &manifest.entries.at[manifest.index.entries.at[i].number]};
	if (r == 0) {
		qsort(rows, count, sizeof(*rows), by_path);
		if (format == ADV_FORMAT_JSON)
			write_json(&manifest, rows, count, file);
		else
			write_text(rows, count, file, style);
		r = advi_print_end(file, err);
	}
	advi_manifest_clear(&manifest);
	return r;
}
