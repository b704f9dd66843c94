/* SPDX-License-Identifier: BSD-3-Clause */
/* Finding and telling what an image needs of a node. */
#include "bundle/needs.h"

#include "conda/envfile.h"

enum { SPECS = 10000 };

/* The first kernels whose squashfs reads a codec (kernel sources, fs/squashfs). */
static const struct {
	const char *codec, *kernel;
} kernels[] = {{"gzip", "2.6.29"}, {"xz", "2.6.38"}, {"lz4", "3.19"}, {"zstd", "4.14"}};

void advi_needs_clear(struct advi_needs *needs)
{
	advi_vec_clear(&needs->virtual_specs);
	advi_libs_clear(&needs->libs);
	advi_arena_clear(&needs->arena);
}

/* The least version that "__glibc >=2.17,<3.0.a0" allows; NULL when it tells none. */
static const char *least(struct advi_arena *arena, struct advi_str spec, struct advi_str name)
{
	struct advi_str rest = advi_str_trim(advi_str_from(spec, name.len)), part;
	const char *most = NULL;

	rest.len = advi_str_find(rest, ' ');
	while (advi_str_split(&rest, ',', &part)) {
		const char *version;
		size_t length = 0;

		if (!advi_str_starts(part, ADVI_STR(">=")))
			continue;
		part = advi_str_from(part, 2);
		while (length < part.len && (part.ptr[length] == '.' ||
					     (part.ptr[length] >= '0' && part.ptr[length] <= '9')))
			length++;
		version = advi_arena_str(arena, (struct advi_str){part.ptr, length});
		if (length && advi_elf_glibc_cmp(version, most) > 0)
			most = version;
	}
	return most;
}

/* "__archspec * x86_64_v3": the build tells the level. */
static uint64_t level_of(struct advi_str spec)
{
	static const char mark[] = "x86_64_v";
	size_t at = advi_str_search(spec, ADVI_STR(mark));
	struct advi_str digit = advi_str_from(spec, at + sizeof(mark) - 1);

	return at < spec.len && digit.len && digit.ptr[0] >= '1' && digit.ptr[0] <= '9'
		       ? (uint64_t)(digit.ptr[0] - '0')
		       : 0;
}

static void take_spec(struct advi_needs *needs, struct advi_str spec, struct advi_map *seen)
{
	struct advi_str name = advi_spec_name(spec);
	const char *version;
	bool is_new;

	if (!advi_str_starts(name, ADVI_STR("__")) || seen->entries.count >= SPECS)
		return;
	advi_map_add(seen, spec, &is_new);
	if (!is_new)
		return;
	advi_vec_push(&needs->virtual_specs, advi_arena_str(&needs->arena, spec));
	if (advi_str_is(name, "__archspec")) {
		uint64_t level = level_of(spec);

		needs->level = level > needs->level ? level : needs->level;
		return;
	}
	version = least(&needs->arena, spec, name);
	if (advi_str_is(name, "__glibc") && advi_elf_glibc_cmp(version, needs->glibc) > 0)
		needs->glibc = version;
	if (advi_str_is(name, "__linux") && advi_elf_glibc_cmp(version, needs->kernel) > 0)
		needs->kernel = version;
}

void advi_needs_of_packages(struct advi_needs *needs, struct advi_package *const *packages,
			    size_t count, const char *codec)
{
	struct advi_map seen = {0};

	for (size_t i = 0; codec && i < ADVI_COUNT(kernels); i++)
		if (strcmp(codec, kernels[i].codec) == 0)
			needs->kernel = kernels[i].kernel;
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < packages[i]->record.depends.count; k++)
			take_spec(needs, advi_str(packages[i]->record.depends.at[k]), &seen);
	advi_vec_sort(&needs->virtual_specs, advi_cmp_cstr);
	advi_map_clear(&seen);
}

void advi_needs_of_files(struct advi_needs *needs, const struct advi_layout *layout)
{
	const struct advi_node *newest = NULL;

	for (size_t i = 0; i < layout->nodes.count; i++) {
		const struct advi_node *node = &layout->nodes.at[i];
		int order;

		if (!node->written || !node->elf || !node->elf->glibc)
			continue;
		order = newest ? advi_elf_glibc_cmp(node->elf->glibc, newest->elf->glibc) : 1;
		if (order > 0 || (order == 0 && strcmp(node->path, newest->path) < 0))
			newest = node;
	}
	if (!newest || advi_elf_glibc_cmp(newest->elf->glibc, needs->glibc) <= 0)
		return;
	needs->glibc = newest->elf->glibc;
	needs->glibc_file = newest->path;
}

void advi_needs_of_libs(struct advi_needs *needs, const struct advi_layout *layout,
			const char *mount)
{
	const struct advi_python *python = &layout->python;
	struct advi_libs_question question = {
		.trees = {{advi_layout_as_tree, (void *)(uintptr_t)layout, mount}},
		.tree_count = 1,
	};
	ADVI_AUTO_PTR const char **objects = advi_calloc(layout->nodes.count + 1, sizeof(*objects));
	ADVI_AUTO_PTR char *program =
		python->name ? advi_format("%s/bin/%s", mount, python->name) : NULL;

	for (size_t i = 0; i < layout->nodes.count; i++)
		if (layout->nodes.at[i].written && layout->nodes.at[i].elf)
			objects[question.object_count++] = advi_arena_printf(
				&needs->arena, "%s/%s", mount, layout->nodes.at[i].path);
	if (question.object_count > 1)
		qsort(objects, question.object_count, sizeof(*objects), advi_cmp_cstr);
	question.objects = objects;
	question.program = program;
	advi_libs_ask(&needs->libs, &question);
}

void advi_needs_write(const struct advi_needs *needs, struct advi_jout *out)
{
	advi_jout_key(out, "requirements");
	advi_jout_object(out);
	advi_jout_key(out, "arch_level");
	if (needs->level)
		advi_jout_u64(out, needs->level);
	else
		advi_jout_null(out);
	advi_jout_key_text(out, "glibc", needs->glibc);
	advi_jout_key_text(out, "glibc_file", needs->glibc_file);
	advi_jout_key_text(out, "kernel", needs->kernel);
	advi_jout_key(out, "libraries");
	advi_jout_array(out);
	for (size_t i = 0; i < needs->libs.missing.count; i++) {
		const struct advi_missing *missing = &needs->libs.missing.at[i];

		advi_jout_object(out);
		advi_jout_key_u64(out, "files", missing->count);
		advi_jout_key_text(out, "name", missing->soname);
		advi_jout_key_text(out, "needed_by", missing->needed_by);
		advi_jout_object_end(out);
	}
	advi_jout_array_end(out);
	advi_jout_texts(out, "virtual", needs->virtual_specs.at, needs->virtual_specs.count);
	advi_jout_object_end(out);
}
