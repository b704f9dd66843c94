/* SPDX-License-Identifier: BSD-3-Clause */
/* "name=version=build" a line: conda list --export. */
#include "conda/form.h"

/* What conda gives a package of pip as its build. */
static const char pypi_build[] = "pypi_0";

struct parts {
	struct advi_str name, version, build;
};

static bool cut(struct parts *out, struct advi_str line)
{
	struct advi_str rest = line;

	*out = (struct parts){{"", 0}, {"", 0}, {"", 0}};
	if (advi_str_find(line, ' ') < line.len || advi_str_find(line, '\t') < line.len)
		return false;
	advi_str_split(&rest, '=', &out->name);
	advi_str_split(&rest, '=', &out->version);
	advi_str_split(&rest, '=', &out->build);
	return out->name.len && out->version.len && !rest.ptr;
}

static bool is(const struct advi_form_input *input)
{
	struct parts parts;

	return cut(&parts, advi_form_first(input)) && parts.build.len;
}

static int read_line(struct advi_listing *out, const struct advi_form_input *input,
		     const struct advi_form_lines *lines, struct adv_err *err)
{
	struct advi_listed package = {0};
	struct parts parts;

	if (!cut(&parts, lines->line))
		return advi_listing_fail(&lines->place, err,
					 "NAME=VERSION=BUILD is expected, not '%.*s'",
					 ADVI_ARGS(lines->line));
	if (advi_str_is(parts.build, pypi_build) || advi_str_is(parts.build, "<pip>"))
		return advi_listing_add_pip_package(out, parts.name, parts.version, &lines->place,
						    err);
	package.record.name = advi_arena_str(&out->arena, parts.name);
	package.record.version = advi_arena_str(&out->arena, parts.version);
	if (parts.build.len)
		package.record.build = advi_arena_str(&out->arena, parts.build);
	return advi_listing_add(out, &package, input->wish->platform, &lines->place, err);
}

static int read(struct advi_listing *out, const struct advi_form_input *input, struct adv_err *err)
{
	struct advi_form_lines lines = advi_form_lines(input);
	int r;

	while ((r = advi_form_next(&lines, err)) > 0) {
		struct advi_str platform = advi_form_platform(lines.line);

		if (platform.len)
			out->platform = advi_arena_str(&out->arena, platform);
		if (lines.line.ptr[0] != '#' && (r = read_line(out, input, &lines, err)) < 0)
			return r;
	}
	return r;
}

const struct advi_form advi_form_export = {"conda list --export", false, is, read};
