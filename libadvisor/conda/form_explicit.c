/* SPDX-License-Identifier: BSD-3-Clause */
/* "@EXPLICIT" and a URL a line, with a digest: conda list --explicit, explicit lockfiles. */
#include "conda/form.h"
#include "conda/package_url.h"
#include "io/http.h"

static const char mark[] = "@EXPLICIT";

static bool is_package(struct advi_str line)
{
	return advi_is_package_file((struct advi_str){line.ptr, advi_str_find(line, '#')});
}

static bool is(const struct advi_form_input *input)
{
	struct advi_str line = advi_form_first(input);

	return advi_str_is(line, mark) || is_package(line) ||
	       advi_str_starts(line, ADVI_STR("http://")) ||
	       advi_str_starts(line, ADVI_STR("https://")) ||
	       advi_str_starts(line, ADVI_STR("file://"));
}

static int read_package(struct advi_listing *out, const struct advi_form_input *input,
			const struct advi_form_lines *lines, struct adv_err *err)
{
	struct advi_listed package = {0};
	const char *wrong = advi_package_url(&package, &out->arena, lines->line);

	if (!wrong && !advi_package_file(&package.record, &out->arena, package.record.fn))
		wrong = "the URL of a package, ending in NAME-VERSION-BUILD.conda or .tar.bz2, is "
			"expected";
	if (wrong)
		return advi_listing_fail(&lines->place, err, "%s", wrong);
	return advi_listing_add(out, &package, input->wish->platform, &lines->place, err);
}

static int read(struct advi_listing *out, const struct advi_form_input *input, struct adv_err *err)
{
	struct advi_form_lines lines = advi_form_lines(input);
	bool begun = false;
	int r;

	while ((r = advi_form_next(&lines, err)) > 0) {
		struct advi_str platform = advi_form_platform(lines.line);

		if (platform.len)
			out->platform = advi_arena_str(&out->arena, platform);
		if (lines.line.ptr[0] == '#')
			continue;
		if (advi_str_is(lines.line, mark))
			begun = true;
		else if (!begun)
			return advi_listing_fail(&lines.place, err,
						 "'%s' is expected before the first package", mark);
		else if ((r = read_package(out, input, &lines, err)) < 0)
			return r;
	}
	return r;
}

const struct advi_form advi_form_explicit = {"explicit lockfile", false, is, read};
