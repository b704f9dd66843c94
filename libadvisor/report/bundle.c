/* SPDX-License-Identifier: BSD-3-Clause */
/* What an image holds. */
#include "base/err.h"
#include "bundle/manifest.h"
#include "io/json_write.h"
#include "report/table.h"

static void write_json(const struct advi_manifest *manifest, FILE *file)
{
	const struct adv_bundle_summary *summary = &manifest->summary;
	struct advi_jout out;

	advi_jout_init(&out, file);
	advi_jout_object(&out);
	advi_jout_key_u64(&out, "bytes", summary->bytes);
	advi_jout_key_u64(&out, "files", summary->files);
	advi_jout_key_text(&out, "format", manifest->format);
	if (summary->image_bytes)
		advi_jout_key_u64(&out, "image_bytes", summary->image_bytes);
	advi_jout_key_text(&out, "mount", manifest->mount);
	advi_jout_key_text(&out, "name", manifest->name);
	advi_jout_key(&out, "packages");
	advi_jout_array(&out);
	for (size_t i = 0; i < manifest->packages.count; i++) {
		const struct advi_manifest_package *package = &manifest->packages.at[i];

		advi_jout_object(&out);
		advi_jout_key_text(&out, "build", package->build);
		advi_jout_key_u64(&out, "bytes", package->bytes);
		advi_jout_key_text(&out, "channel", package->channel);
		advi_jout_key_u64(&out, "files", package->files);
		advi_jout_key_text(&out, "license", package->license);
		advi_jout_key_text(&out, "name", package->name);
		advi_jout_key_text(&out, "sha256", package->sha256);
		advi_jout_key_text(&out, "url", package->url);
		advi_jout_key_text(&out, "version", package->version);
		advi_jout_object_end(&out);
	}
	advi_jout_array_end(&out);
	advi_jout_key_text(&out, "schema", "advisor.bundle-list/1");
	advi_jout_object_end(&out);
	advi_jout_end(&out);
}

static int by_name(const void *a, const void *b)
{
	const struct advi_manifest_package *left = a, *right = b;

	return strcmp(left->name, right->name);
}

static void write_text(const struct advi_manifest *manifest, FILE *file,
		       const struct adv_style *style)
{
	static const struct advi_column columns[] = {
		{"package", false, false}, {"version", false, false}, {"build", false, true},
		{"files", true, false},    {"bytes", true, false},    {"licence", false, true},
	};
	const struct adv_bundle_summary *summary = &manifest->summary;
	struct advi_table table;

	advi_print_line(file, style, ADVI_BOLD, "%s: %s, to be mounted at %s", manifest->name,
			manifest->format, manifest->mount);
	advi_table_init(&table, columns, ADVI_COUNT(columns));
	for (size_t i = 0; i < manifest->packages.count; i++) {
		const struct advi_manifest_package *package = &manifest->packages.at[i];

		advi_table_text(&table, package->name);
		advi_table_text(&table, package->version);
		advi_table_text(&table, package->build);
		advi_table_count(&table, package->files);
		advi_table_bytes(&table, package->bytes);
		advi_table_text(&table, package->license);
	}
	advi_table_print(&table, file, style, 0);
	advi_print_line(file, style, ADVI_PLAIN, "%zu packages, %llu files, %.1f MiB installed",
			manifest->packages.count, (unsigned long long)summary->files,
			(double)summary->bytes / (1 << 20));
	advi_table_clear(&table);
}

int adv_bundle_list(const char *image, enum adv_format format, FILE *file,
		    const struct adv_style *style, struct adv_err *err)
{
	struct advi_manifest manifest = {0};
	int r;

	if (format != ADV_FORMAT_TEXT && format != ADV_FORMAT_JSON)
		return advi_fail(err, ADV_EUSAGE, "an image is listed as text or JSON");
	r = advi_manifest_load(&manifest, image, err);
	if (r == 0) {
		advi_vec_sort(&manifest.packages, by_name);
		if (format == ADV_FORMAT_JSON)
			write_json(&manifest, file);
		else
			write_text(&manifest, file, style);
		r = advi_print_end(file, err);
	}
	advi_manifest_clear(&manifest);
	return r;
}
