/* SPDX-License-Identifier: BSD-3-Clause */
/* The Python of a set of packages. */
#include "bundle/python.h"

#include <stdio.h>

#include "io/archive.h"

static struct advi_str digits(struct advi_str text)
{
	size_t count = 0;

	while (count < text.len && text.ptr[count] >= '0' && text.ptr[count] <= '9')
		count++;
	return (struct advi_str){text.ptr, count};
}

/* Free-threaded builds say so in the build string: "h1234_0_cp313t". */
static bool is_free_threaded(const char *build, struct advi_str major, struct advi_str minor)
{
	ADVI_AUTO_PTR char *mark = advi_format("cp%.*s%.*st", ADVI_ARGS(major), ADVI_ARGS(minor));
	const char *found = strstr(build, mark);
	char next = found ? found[strlen(mark)] : 'x';

	return next == '\0' || next == '_';
}

int advi_python_describe(struct advi_python *python, struct advi_package *package,
			 struct adv_err *err)
{
	struct advi_arena *arena = &package->arena;
	struct advi_str version = advi_str(package->record.version);
	struct advi_str major = digits(version),
			minor = digits(advi_str_from(version, major.len + 1));
	const char *own = package->record.python_site_packages_path, *suffix;

	if (!major.len || !minor.len || version.ptr[major.len] != '.')
		return advi_fail(err, ADV_EINPUT,
				 "package 'python' has version '%s', not one like 3.11.2",
				 package->record.version);
	suffix = is_free_threaded(package->record.build, major, minor) ? "t" : "";
	python->package = package;
	python->name = advi_arena_printf(arena, "python%.*s.%.*s%s", ADVI_ARGS(major),
					 ADVI_ARGS(minor), suffix);
	python->tag =
		advi_arena_printf(arena, "cpython-%.*s%.*s", ADVI_ARGS(major), ADVI_ARGS(minor));
	if (own && *own) {
		int r = advi_path_clean(&python->site_packages, arena, advi_str(own), err);

		return r < 0 ? advi_while(err, r, "python_site_packages_path of 'python'") : 0;
	}
	python->site_packages = advi_arena_printf(arena, "lib/%s/site-packages", python->name);
	return 0;
}

int advi_python_find(struct advi_python *python, struct advi_package **packages, size_t count,
		     struct adv_err *err)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(packages[i]->record.name, "python") == 0)
			return advi_python_describe(python, packages[i], err);
	return 0;
}

const char *advi_python_pyc(const struct advi_python *python, struct advi_arena *arena,
			    const char *source)
{
	const char *slash = strrchr(source, '/');
	int folder = slash ? (int)(slash + 1 - source) : 0;
	int stem = (int)strlen(source) - folder - 3;

	return advi_arena_printf(arena, "%.*s__pycache__/%.*s.%s.pyc", folder, source, stem,
				 source + folder, python->tag);
}

/* Folders of the standard library that starting and compiling touch, the codecs of sources
 * included. */
static const char *const core_folders[] = {"__pycache__", "collections", "encodings",
					   "importlib",   "lib-dynload", "re"};

bool advi_python_is_core(const struct advi_python *python, const char *target)
{
	struct advi_str rest = advi_str(target), part;

	if (advi_str_starts(rest, ADVI_STR("bin/")))
		return strcmp(target + 4, python->name) == 0;
	if (!advi_str_starts(rest, ADVI_STR("lib/")))
		return false;
	rest = advi_str_from(rest, 4);
	if (advi_str_starts(rest, ADVI_STR("libpython")))
		return true;
	if (!advi_str_split(&rest, '/', &part) || !advi_str_is(part, python->name))
		return false;
	if (advi_str_find(rest, '/') == rest.len)
		return true;
	advi_str_split(&rest, '/', &part);
	for (size_t i = 0; i < ADVI_COUNT(core_folders); i++)
		if (advi_str_is(part, core_folders[i]))
			return true;
	return false;
}

bool advi_python_is_library(const char *target)
{
	return strncmp(target, "lib/", 4) == 0 && strstr(target, ".so") && !strchr(target + 4, '/');
}
