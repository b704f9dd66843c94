/* SPDX-License-Identifier: BSD-3-Clause */
/* How two images differ: their packages, their files, what they are made for. */
#include "base/err.h"
#include "bundle/manifest.h"
#include "io/json_write.h"
#include "report/table.h"

/* A package or a path; where one side has none it is NULL. */
struct package_change {
	const struct advi_manifest_package *old, *new;
};

struct path_change {
	const char *path;
	const struct advi_manifest_entry *old, *new;
};

struct difference {
	struct advi_manifest old, new;
	bool files_known; /* the manifests beside both images were there; those within list no files
			   */
	ADVI_VEC(struct package_change) packages; /* by name */
	ADVI_VEC(struct path_change) paths;       /* by path */
};

static void difference_clear(struct difference *diff)
{
	advi_vec_clear(&diff->packages);
	advi_vec_clear(&diff->paths);
	advi_manifest_clear(&diff->old);
	advi_manifest_clear(&diff->new);
}

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static int by_package(const void *a, const void *b)
{
	const struct advi_manifest_package *left = a, *right = b;

	return strcmp(left->name, right->name);
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct path_change *)a)->path, ((const struct path_change *)b)->path);
}

/* Two lists in the same order, side by side. */
static void compare_packages(struct difference *diff)
{
	const struct advi_manifest_package *old, *new;
	size_t i = 0, k = 0;

	advi_vec_sort(&diff->old.packages, by_package);
	advi_vec_sort(&diff->new.packages, by_package);
	while (i < diff->old.packages.count || k < diff->new.packages.count) {
		int order;

		old = i < diff->old.packages.count ? &diff->old.packages.at[i] : NULL;
		new = k < diff->new.packages.count ? &diff->new.packages.at[k] : NULL;
		order = !old ? 1 : !new ? -1 : strcmp(old->name, new->name);
		i += order <= 0;
		k += order >= 0;
		if (order == 0 && same(old->version, new->version) &&
		    same(old->build, new->build) && same(old->sha256, new->sha256))
			continue;
		advi_vec_push(&diff->packages, ((struct package_change){order <= 0 ? old : NULL,
									order >= 0 ? new : NULL}));
	}
}

static bool same_entry(const struct advi_manifest_entry *a, const struct advi_manifest_entry *b)
{
	return a->kind == b->kind && a->mode == b->mode && same(a->sha256, b->sha256) &&
	       same(a->link, b->link);
}

static void compare_paths(struct difference *diff)
{
	for (size_t i = 0; i < diff->old.index.entries.count; i++) {
		const struct advi_map_entry *slot = &diff->old.index.entries.at[i], *other;
		const struct advi_manifest_entry *old = &diff->old.entries.at[slot->number], *new;

		other = advi_map_get(&diff->new.index, slot->key);
		new = other ? &diff->new.entries.at[other->number] : NULL;
		if (!new || !same_entry(old, new))
			advi_vec_push(&diff->paths,
				      ((struct path_change){slot->key.ptr, old, new}));
	}
	for (size_t i = 0; i < diff->new.index.entries.count; i++) {
		const struct advi_map_entry *slot = &diff->new.index.entries.at[i];

		if (!advi_map_get(&diff->old.index, slot->key))
			advi_vec_push(&diff->paths,
				      ((struct path_change){slot->key.ptr, NULL,
							    &diff->new.entries.at[slot->number]}));
	}
	advi_vec_sort(&diff->paths, by_path);
}

static void write_package(struct advi_jout *out, const char *key,
			  const struct advi_manifest_package *package)
{
	advi_jout_key(out, key);
	if (!package) {
		advi_jout_null(out);
		return;
	}
	advi_jout_object(out);
	advi_jout_key_text(out, "build", package->build);
	advi_jout_key_text(out, "sha256", package->sha256);
	advi_jout_key_text(out, "version", package->version);
	advi_jout_object_end(out);
}

static void write_image(struct advi_jout *out, const char *key, const struct advi_manifest *image)
{
	advi_jout_key(out, key);
	advi_jout_object(out);
	advi_jout_key_u64(out, "bytes", image->summary.bytes);
	advi_jout_key_u64(out, "files", image->summary.files);
	advi_jout_key_text(out, "format", image->format);
	advi_jout_key_text(out, "mount", image->mount);
	advi_jout_key_text(out, "name", image->name);
	advi_jout_key_text(out, "sha256", image->image_sha256);
	advi_jout_object_end(out);
}

static const char *word(const void *old, const void *new)
{
	return !old ? "added" : !new ? "removed" : "changed";
}

static void write_json(const struct difference *diff, FILE *file)
{
	struct advi_jout out;

	advi_jout_init(&out, file);
	advi_jout_object(&out);
	advi_jout_key(&out, "files");
	if (diff->files_known) {
		advi_jout_array(&out);
		for (size_t i = 0; i < diff->paths.count; i++) {
			const struct path_change *change = &diff->paths.at[i];

			advi_jout_object(&out);
			advi_jout_key_text(&out, "change", word(change->old, change->new));
			advi_jout_key_text(&out, "path", change->path);
			advi_jout_object_end(&out);
		}
		advi_jout_array_end(&out);
	} else {
		advi_jout_null(&out);
	}
	write_image(&out, "new", &diff->new);
	write_image(&out, "old", &diff->old);
	advi_jout_key(&out, "packages");
	advi_jout_array(&out);
	for (size_t i = 0; i < diff->packages.count; i++) {
		const struct package_change *change = &diff->packages.at[i];

		advi_jout_object(&out);
		advi_jout_key_text(&out, "change", word(change->old, change->new));
		advi_jout_key_text(&out, "name",
				   change->old ? change->old->name : change->new->name);
		write_package(&out, "new", change->new);
		write_package(&out, "old", change->old);
		advi_jout_object_end(&out);
	}
	advi_jout_array_end(&out);
	advi_jout_key_text(&out, "schema", "advisor.bundle-diff/1");
	advi_jout_object_end(&out);
	advi_jout_end(&out);
}

static void print_packages(const struct difference *diff, FILE *file, const struct adv_style *style)
{
	static const struct advi_column columns[] = {
		{"package", false, false},
		{"change", false, false},
		{"from", false, true},
		{"to", false, true},
	};
	struct advi_table table;

	advi_print_line(file, style, ADVI_BOLD, "Packages (%zu)", diff->packages.count);
	advi_table_init(&table, columns, ADVI_COUNT(columns));
	for (size_t i = 0; i < diff->packages.count; i++) {
		const struct advi_manifest_package *old = diff->packages.at[i].old;
		const struct advi_manifest_package *new = diff->packages.at[i].new;

		advi_table_text(&table, old ? old->name : new->name);
		advi_table_text(&table, word(old, new));
		advi_table_printf(&table, "%s %s", old ? old->version : "-", old ? old->build : "");
		advi_table_printf(&table, "%s %s", new ? new->version : "-", new ? new->build : "");
	}
	advi_table_print(&table, file, style, 2);
	advi_table_clear(&table);
}

static void print_paths(const struct difference *diff, FILE *file, const struct adv_style *style)
{
	static const struct advi_column columns[] = {{"path", false, true},
						     {"change", false, false}};
	struct advi_table table;

	if (!diff->files_known) {
		advi_print_line(
			file, style, ADVI_PLAIN,
			"Files are not compared: that needs the manifest beside both images.");
		return;
	}
	advi_print_line(file, style, ADVI_BOLD, "Files, links and folders (%zu)",
			diff->paths.count);
	if (!diff->paths.count)
		return;
	advi_table_init(&table, columns, ADVI_COUNT(columns));
	for (size_t i = 0; i < diff->paths.count; i++) {
		advi_table_text(&table, diff->paths.at[i].path);
		advi_table_text(&table, word(diff->paths.at[i].old, diff->paths.at[i].new));
	}
	advi_table_print(&table, file, style, 2);
	advi_table_clear(&table);
}

static void write_text(const struct difference *diff, FILE *file, const struct adv_style *style)
{
	const struct advi_manifest *old = &diff->old, *new = &diff->new;

	advi_print_line(file, style, ADVI_BOLD, "%s to %s", old->name, new->name);
	if (!same(old->mount, new->mount))
		advi_print_line(file, style, ADVI_PLAIN, "  mounted at %s, then at %s", old->mount,
				new->mount);
	if (!same(old->format, new->format))
		advi_print_line(file, style, ADVI_PLAIN, "  format %s, then %s", old->format,
				new->format);
	advi_print_line(
		file, style, ADVI_PLAIN,
		"  %llu files with %.1f MiB installed, then %llu with %.1f MiB",
		(unsigned long long)old->summary.files, (double)old->summary.bytes / (1 << 20),
		(unsigned long long)new->summary.files, (double)new->summary.bytes / (1 << 20));
	if (diff->packages.count)
		print_packages(diff, file, style);
	print_paths(diff, file, style);
}

int adv_bundle_diff(bool *equal, const char *old, const char *new, enum adv_format format,
		    FILE *file, const struct adv_style *style, struct adv_err *err)
{
	struct difference diff = {0};
	int r;

	if (format != ADV_FORMAT_TEXT && format != ADV_FORMAT_JSON)
		return advi_fail(err, ADV_EUSAGE, "images are compared as text or JSON");
	r = advi_manifest_load(&diff.old, old, err);
	if (r == 0)
		r = advi_manifest_load(&diff.new, new, err);
	if (r == 0) {
		diff.files_known = diff.old.entries.count && diff.new.entries.count;
		compare_packages(&diff);
		if (diff.files_known)
			compare_paths(&diff);
		*equal = !diff.packages.count && !diff.paths.count &&
			 same(diff.old.mount, diff.new.mount) &&
			 same(diff.old.format, diff.new.format);
		if (format == ADV_FORMAT_JSON)
			write_json(&diff, file);
		else
			write_text(&diff, file, style);
		r = advi_print_end(file, err);
	}
	difference_clear(&diff);
	return r;
}
