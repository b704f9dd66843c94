/* SPDX-License-Identifier: BSD-3-Clause */
/* A MatchSpec a line, as conda create --file takes them. */
#include "conda/form.h"
#include "conda/matchspec.h"

/* The name that a spec asks for, in 'arena'; "" with 'err' set when it is no spec. */
static struct advi_str name_of(struct advi_arena *arena, struct advi_str line, struct adv_err *err)
{
	struct advi_matchspec spec;

	if (advi_matchspec_parse(&spec, arena, line, err) < 0)
		return (struct advi_str){"", 0};
	if (!advi_matchspec_name(&spec).len)
		advi_fail(err, ADV_EINPUT, "'%.*s' names no package", ADVI_ARGS(line));
	return advi_matchspec_name(&spec);
}

static bool is(const struct advi_form_input *input)
{
	struct advi_arena arena = {0};
	bool yes = name_of(&arena, advi_form_first(input), NULL).len > 0;

	advi_arena_clear(&arena);
	return yes;
}

static int read_line(struct advi_listing *out, const struct advi_form_lines *lines,
		     struct adv_err *err)
{
	struct advi_arena arena = {0};
	struct adv_err why = ADV_ERR_INIT;
	bool good = name_of(&arena, lines->line, &why).len > 0;

	advi_arena_clear(&arena);
	if (!good)
		return advi_listing_fail(&lines->place, err, "%s", why.text);
	if (out->specs.count == ADVI_LISTING_PACKAGES)
		return advi_listing_fail(&lines->place, err, "more than the %d packages allowed",
					 ADVI_LISTING_PACKAGES);
	advi_vec_push(&out->specs, advi_arena_str(&out->arena, lines->line));
	advi_vec_push(&out->spec_spots,
		      ((struct advi_spot){lines->place.line, lines->place.column}));
	return 0;
}

static int read(struct advi_listing *out, const struct advi_form_input *input, struct adv_err *err)
{
	struct advi_form_lines lines = advi_form_lines(input);
	int r;

	while ((r = advi_form_next(&lines, err)) > 0)
		if (lines.line.ptr[0] != '#' && (r = read_line(out, &lines, err)) < 0)
			return r;
	return r;
}

const struct advi_form advi_form_specs = {"list of packages, one a line", false, is, read};
