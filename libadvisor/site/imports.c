/* SPDX-License-Identifier: BSD-3-Clause */
/* Mapping files: an import name and its package a row, by tabs or commas. */
#include "conda/envfile.h"
#include "io/file.h"
#include "site/read.h"

enum { MAPPING_BYTES = 64 << 20 };

/* The first field of the rest of a line, without blanks and one pair of quotes. */
static struct advi_str field(struct advi_str *rest, char separator)
{
	struct advi_str part = ADVI_STR("");

	advi_str_split(rest, separator, &part);
	part = advi_str_trim(part);
	if (part.len >= 2 && part.ptr[0] == '"' && part.ptr[part.len - 1] == '"')
		part = (struct advi_str){part.ptr + 1, part.len - 2};
	return part;
}

static bool is_import(struct advi_str name)
{
	for (size_t i = 0; i < name.len; i++)
		if ((unsigned char)name.ptr[i] <= ' ' || name.ptr[i] == '/')
			return false;
	return name.len > 0 && name.len <= 512;
}

/* "import<tab>conda_package", "import,package": the names of columns, not a row. */
static bool is_header(struct advi_str module, struct advi_str package)
{
	return advi_str_is(module, "import") || advi_str_is(module, "import_name") ||
	       advi_str_is(package, "package") || advi_str_is(package, "conda_package");
}

static int add_row(struct adv_site *site, struct advi_str line, size_t number, const char *path,
		   struct adv_err *err)
{
	char separator = advi_str_find(line, '\t') < line.len ? '\t' : ',';
	struct advi_str module = field(&line, separator), package = field(&line, separator);
	struct advi_map_entry *entry;
	bool is_new;

	if (number == 1 && is_header(module, package))
		return 0;
	if (!is_import(module) || !advi_package_name_ok(package))
		return advi_fail(err, ADV_EINPUT,
				 "%s: line %zu: expected an import name and a package, "
				 "with a tab or a comma between them",
				 path, number);
	entry = advi_map_add(&site->imports, module, &is_new);
	/* The first row wins, and the recipe's own map before all of them. */
	if (is_new)
		entry->pointer = (void *)(uintptr_t)advi_arena_str(&site->arena, package);
	else if (!advi_str_is(package, entry->pointer))
		advi_vec_push(&site->other_imports,
			      ((struct advi_import_row){entry->key.ptr,
							advi_arena_str(&site->arena, package)}));
	return 0;
}

int advi_site_load_imports(struct adv_site *site, const char *path, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(MAPPING_BYTES);
	struct advi_str rest, line;
	size_t number = 0;
	int r = advi_file_read(&text, path, err);

	if (r < 0)
		return advi_while(err, r, "reading the import names");
	rest = advi_buf_str(&text);
	if (!advi_str_utf8(rest))
		return advi_fail(err, ADV_EINPUT, "%s: not UTF-8 text", path);
	while (r == 0 && advi_str_split(&rest, '\n', &line)) {
		struct advi_str trimmed = advi_str_trim(line);

		number++;
		if (trimmed.len && trimmed.ptr[0] != '#')
			r = add_row(site, trimmed, number, path, err);
	}
	return r;
}
