/* SPDX-License-Identifier: BSD-3-Clause */
/* Files that find what they need relative to where they are, instead of by the mount path. */
#include "bundle/relocate.h"

#include "bundle/elf.h"

enum { LINE_BYTES = 65536 };

/* Folders that a path lies in, below the root. */
static size_t depth_of(const char *path)
{
	size_t depth = 0;

	for (const char *at = path; *at; at++)
		depth += *at == '/';
	return depth;
}

static void add_up(struct advi_buf *out, size_t folders)
{
	while (folders--)
		advi_buf_text(out, "/..");
}

static void replace(struct advi_buf *out, struct advi_str data, struct advi_str placeholder,
		    struct advi_str with)
{
	size_t at;

	while ((at = advi_str_search(data, placeholder)) < data.len) {
		advi_buf_add(out, (struct advi_str){data.ptr, at});
		advi_buf_add(out, with);
		data = advi_str_from(data, at + placeholder.len);
	}
	advi_buf_add(out, data);
}

/* --- scripts --- */

/* How many bytes of both paths are the same folders. */
static size_t common_folders(const char *path, struct advi_str other)
{
	size_t common = 0;

	for (size_t i = 0; i < other.len && path[i] == other.ptr[i]; i++)
		if (path[i] == '/')
			common = i + 1;
	return common;
}

/*
 * For sh the second line runs Python on this file, for Python it is a text. The form is that of pip
 * and conda for long paths.
 */
void advi_relocate_shebang(struct advi_buf *out, const char *path, struct advi_str python,
			   struct advi_str options)
{
	size_t common = common_folders(path, python), up = depth_of(path + common);
	struct advi_str rest = advi_str_from(python, common), name, folder;
	size_t slash = rest.len;

	while (slash > 0 && rest.ptr[slash - 1] != '/')
		slash--;
	name = advi_str_from(rest, slash);
	folder = (struct advi_str){rest.ptr, slash ? slash - 1 : 0};
	advi_buf_text(out, "#!/bin/sh\n'''exec' \"$(d=$(readlink -f -- \"$0\"); ");
	if (!up && !folder.len) {
		advi_buf_text(out, "printf %s \"${d%/*}\"");
	} else {
		/* without "..", which Python would keep in its paths */
		advi_buf_text(out, "cd -- \"${d%/*}");
		add_up(out, up);
		advi_buf_printf(out, "%s%.*s\" && pwd -P", folder.len ? "/" : "",
				ADVI_ARGS(folder));
	}
	advi_buf_printf(out, ")/%.*s\"%.*s \"$0\" \"$@\" #'''", ADVI_ARGS(name),
			ADVI_ARGS(options));
}

/* "/bin/python3.11" behind the placeholder, as a path in the image; empty when it is none. */
static struct advi_str in_image(struct advi_str path, struct advi_str placeholder)
{
	struct advi_str rest = advi_str_from(path, placeholder.len);

	if (!advi_str_starts(path, placeholder) || !rest.len || rest.ptr[0] != '/')
		return (struct advi_str){"", 0};
	while (rest.len && rest.ptr[0] == '/')
		rest = advi_str_from(rest, 1);
	return rest;
}

/* Whether it can stand in the quotes of sh and of Python. */
static bool can_be_quoted(struct advi_str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (strchr("\"'\\$`", text.ptr[i]))
			return false;
	return true;
}

/*
 * A first line for a script whose interpreter is in the image; false when it needs none.
 * '*is_python' says whether it is a script of Python.
 */
static bool write_first(struct advi_buf *out, struct advi_str line, const struct advi_relocate *of,
			bool *is_python)
{
	struct advi_str path, options, program, name;
	size_t slash;

	if (!advi_shebang_split(line, &path, &options))
		return false;
	program = in_image(path, of->placeholder);
	if (!program.len)
		return false;
	for (slash = program.len; slash > 0 && program.ptr[slash - 1] != '/'; slash--)
		;
	name = advi_str_from(program, slash);
	*is_python = advi_shebang_is_python(name);
	if (*is_python && can_be_quoted(program))
		advi_relocate_shebang(out, of->path, program, options);
	else
		/* without -S all that follows would be one name */
		advi_buf_printf(out, "#!/usr/bin/env %s%.*s%.*s",
				advi_str_trim(options).len ? "-S " : "", ADVI_ARGS(name),
				ADVI_ARGS(options));
	return true;
}

/* --- text --- */

static bool is_pkgconfig(struct advi_str path)
{
	static const char folder[] = "pkgconfig";
	size_t at = path.len;

	while (at > 0 && path.ptr[at - 1] != '/')
		at--;
	return advi_str_ends(path, ADVI_STR(".pc")) && at > 0 &&
	       advi_str_ends((struct advi_str){path.ptr, at - 1}, ADVI_STR(folder));
}

/* pkg-config(1): where the .pc file is. */
static void relocate_pkgconfig(struct advi_buf *out, struct advi_str data,
			       const struct advi_relocate *of)
{
	ADVI_AUTO(buf) struct advi_buf root = ADVI_BUF_INIT(LINE_BYTES);

	advi_buf_text(&root, "${pcfiledir}");
	add_up(&root, depth_of(of->path));
	replace(out, data, of->placeholder, advi_buf_str(&root));
}

/* What Python was built with, which building on it asks for: one dictionary of texts. */
static bool is_sysconfigdata(struct advi_str path, struct advi_str data)
{
	size_t at = path.len;

	while (at > 0 && path.ptr[at - 1] != '/')
		at--;
	return advi_str_starts(advi_str_from(path, at), ADVI_STR("_sysconfigdata")) &&
	       advi_str_ends(path, ADVI_STR(".py")) &&
	       advi_str_search(data, ADVI_STR("build_time_vars")) < data.len;
}

static const char sysconfig_head[] = "\n# The image may be anywhere.\n"
				     "import sys\n"
				     "build_time_vars = {\n"
				     "    name: value.replace(\"";
static const char sysconfig_tail[] = "\", getattr(sys, 'base_prefix', sys.prefix))\n"
				     "    if isinstance(value, str) else value\n"
				     "    for name, value in build_time_vars.items()\n"
				     "}\n";

/* A kernel of Jupyter names its Python, which knows itself by a plain name (jupyter_client). */
static bool relocate_kernel(struct advi_buf *out, struct advi_str data,
			    const struct advi_relocate *of)
{
	ADVI_AUTO(buf) struct advi_buf named = ADVI_BUF_INIT(LINE_BYTES);
	size_t at, end;

	advi_buf_byte(&named, '"');
	advi_buf_add(&named, of->placeholder);
	advi_buf_text(&named, "/bin/python");
	at = advi_str_search(data, advi_buf_str(&named));
	end = at + 1 + advi_str_find(advi_str_from(data, at + 1), '"');
	if (at == data.len || end >= data.len ||
	    !advi_str_ends(advi_str(of->path), ADVI_STR("/kernel.json")))
		return false;
	at += 1 + of->placeholder.len + sizeof("/bin/") - 1;
	if (!advi_shebang_is_python((struct advi_str){data.ptr + at, end - at}))
		return false;
	advi_buf_add(out,
		     (struct advi_str){data.ptr, at - of->placeholder.len - sizeof("/bin/") + 1});
	advi_buf_add(out, advi_str_from(data, at));
	return true;
}

/* The texts of a source of Python, and what stands before them. */
static void relocate_source(struct advi_buf *out, struct advi_str data,
			    const struct advi_relocate *of)
{
	struct advi_str line = {data.ptr, advi_str_find(data, '\n')}, rest;
	bool is_python = advi_str_ends(advi_str(of->path), ADVI_STR(".py"));

	if (write_first(out, line, of, &is_python))
		rest = advi_str_from(data, line.len);
	else
		rest = data;
	if (!is_python || !of->python3 || !advi_relocate_python(out, rest, of->placeholder))
		advi_buf_add(out, rest);
}

void advi_relocate_text(struct advi_buf *out, struct advi_str data, const struct advi_relocate *of,
			struct advi_places *places)
{
	struct advi_str path = advi_str(of->path);
	ADVI_AUTO(buf) struct advi_buf changed = ADVI_BUF_INIT(out->cap);

	if (advi_str_search(data, of->placeholder) == data.len) {
		advi_buf_add(out, data);
		return;
	}
	if (is_pkgconfig(path)) {
		relocate_pkgconfig(out, data, of);
		return;
	}
	if (is_sysconfigdata(path, data)) {
		advi_buf_add(&changed, data);
		advi_buf_text(&changed, sysconfig_head);
		advi_buf_add(&changed, of->placeholder);
		advi_buf_text(&changed, sysconfig_tail);
	} else if (!relocate_kernel(&changed, data, of)) {
		relocate_source(&changed, data, of);
	}
	if (changed.full)
		out->full = true;
	advi_prefix_text(out, advi_buf_str(&changed), of->placeholder, of->mount, places);
}

/* --- objects --- */

static bool has(struct advi_str text, const struct advi_relocate *of)
{
	return advi_str_search(text, of->placeholder) < text.len;
}

static int bound(const struct advi_relocate *of, const char *how, struct adv_err *err)
{
	return advi_fail(err, ADV_EINPUT,
			 "'%s' %s by its absolute path, so the image can't be anywhere; it can "
			 "be built without --relocatable",
			 of->path, how);
}

/* What the loader of objects reads must not name the mount path. */
static int check_object(const char *data, size_t len, const struct advi_elf *elf,
			const struct advi_relocate *of, struct adv_err *err)
{
	if (elf->program && elf->interp_at <= len && elf->interp_bytes <= len - elf->interp_at &&
	    has((struct advi_str){data + elf->interp_at, (size_t)elf->interp_bytes}, of))
		return bound(of, "names its loader", err);
	for (size_t i = 0; i < elf->needed.count; i++)
		if (has(advi_str(elf->needed.at[i]), of))
			return bound(of, "needs a library", err);
	return 0;
}

/* DT_RPATH or DT_RUNPATH: ld.so(8) knows $ORIGIN, the folder of the object. */
static int relocate_paths(char *data, size_t len, const struct advi_elf *elf,
			  const struct advi_relocate *of, struct adv_err *err)
{
	const char *text = elf->runpath ? elf->runpath : elf->rpath;
	ADVI_AUTO(buf) struct advi_buf origin = ADVI_BUF_INIT(LINE_BYTES);
	ADVI_AUTO(buf) struct advi_buf paths = ADVI_BUF_INIT(LINE_BYTES);
	struct advi_str old = advi_str(text);

	if (!text || !has(old, of))
		return 0;
	advi_buf_text(&origin, "$ORIGIN");
	add_up(&origin, depth_of(of->path));
	replace(&paths, old, of->placeholder, advi_buf_str(&origin));
	if (!elf->path_at || elf->path_at > len || old.len >= len - elf->path_at ||
	    memcmp(data + elf->path_at, old.ptr, old.len) != 0 || paths.len > old.len)
		return bound(of, "finds libraries", err);
	memset(data + elf->path_at, 0, old.len);
	memcpy(data + elf->path_at, paths.ptr, paths.len);
	return 0;
}

int advi_relocate_binary(char *data, size_t len, const struct advi_relocate *of,
			 struct advi_places *places, struct adv_err *err)
{
	struct advi_str all = {data, len}, line = {data, advi_str_find(all, '\n')};
	struct advi_arena arena = {0};
	struct advi_elf elf;
	int r = 0;

	if (advi_elf_parse(&elf, &arena, all) == ADVI_ELF_READ) {
		r = check_object(data, len, &elf, of, err);
		if (r == 0)
			r = relocate_paths(data, len, &elf, of, err);
	} else if (advi_str_starts(line, ADVI_STR("#!")) && has(line, of)) {
		r = bound(of, "names its interpreter", err);
	}
	if (r == 0)
		advi_prefix_binary(data, len, of->placeholder, of->mount, places);
	advi_arena_clear(&arena);
	return r;
}

/* --- the whole image --- */

bool advi_relocate_names(const char *paths, const char *mount)
{
	struct advi_str rest = advi_str(paths), part;
	size_t length = strlen(mount);

	while (advi_str_split(&rest, ':', &part))
		if (advi_str_starts(part, advi_str(mount)) &&
		    (part.len == length || part.ptr[length] == '/'))
			return true;
	return false;
}

static bool is_bound(const struct advi_node *node, const char *mount)
{
	const struct advi_elf *elf = node->elf;

	if (node->kind == ADVI_NODE_LINK)
		return advi_relocate_names(node->link, mount);
	if (!elf)
		return false;
	for (size_t i = 0; i < elf->needed.count; i++)
		if (advi_relocate_names(elf->needed.at[i], mount))
			return true;
	return advi_relocate_names(elf->rpath, mount) || advi_relocate_names(elf->runpath, mount);
}

int advi_relocate_check(const struct advi_layout *layout, const char *mount, uint64_t *named,
			struct adv_err *err)
{
	*named = 0;
	for (size_t i = 0; i < layout->nodes.count; i++) {
		const struct advi_node *node = &layout->nodes.at[i];

		if (!node->written)
			continue;
		if (is_bound(node, mount))
			return advi_fail(err, ADV_EINPUT,
					 "'%s' leads to '%s', so the image can't be anywhere; it "
					 "can be built without --relocatable",
					 node->path, mount);
		*named += node->prefix.use > ADVI_PREFIX_RELATIVE;
	}
	return 0;
}
