/* SPDX-License-Identifier: BSD-3-Clause */
/* Columns of name, version, build and channel: conda list, mamba list. */
#include "conda/form.h"
#include "conda/package_url.h"

enum column { NAME, VERSION, BUILD, CHANNEL, COLUMNS };

/* Where each column stands among the words of a line. */
struct layout {
	size_t at[COLUMNS];
};

static const char *const headings[COLUMNS] = {"Name", "Version", "Build", "Channel"};
static const struct layout usual = {{0, 1, 2, 3}};

/* "# Name  Version  Build  Channel", with or without the '#'. */
static bool is_heading(struct advi_str line, struct layout *out)
{
	struct advi_str word;
	unsigned found = 0;

	while (line.len && line.ptr[0] == '#')
		line = advi_str_from(line, 1);
	*out = (struct layout){{SIZE_MAX, SIZE_MAX, SIZE_MAX, SIZE_MAX}};
	for (size_t at = 0; advi_form_word(&line, &word); at++) {
		enum column column = NAME;

		while (column < COLUMNS && !advi_str_is(word, headings[column]))
			column++;
		if (column == COLUMNS)
			continue;
		out->at[column] = at;
		found |= 1u << column;
	}
	return (found & 3u) == 3u;
}

/* What stands around the rows: comments, a title, a rule. */
static bool is_frame(struct advi_str line)
{
	return line.ptr[0] == '#' || advi_str_starts(line, ADVI_STR("List of packages in ")) ||
	       advi_str_starts(line, ADVI_STR("\xE2\x94\x80")) || /* U+2500 */
	       advi_str_starts(line, ADVI_STR("---")) || advi_str_starts(line, ADVI_STR("==="));
}

/* A row without any heading above it: a name, a version that begins with a digit, a build. */
static bool is_row(struct advi_str line)
{
	struct advi_str word;
	size_t words = 0;
	bool digit = false;

	for (; advi_form_word(&line, &word); words++)
		if (words == 1)
			digit = word.ptr[0] >= '0' && word.ptr[0] <= '9';
	return words >= 3 && words <= COLUMNS && digit;
}

static bool is(const struct advi_form_input *input)
{
	struct advi_form_lines lines = advi_form_lines(input);
	struct layout layout;
	int r;

	while ((r = advi_form_next(&lines, NULL)) > 0) {
		if (is_heading(lines.line, &layout))
			return true;
		if (!is_frame(lines.line))
			return is_row(lines.line);
	}
	return false;
}

static int read_row(struct advi_listing *out, const struct layout *layout,
		    const struct advi_form_input *input, const struct advi_form_lines *lines,
		    struct adv_err *err)
{
	struct advi_str cells[COLUMNS] = {{"", 0}, {"", 0}, {"", 0}, {"", 0}};
	struct advi_str rest = lines->line, word;
	struct advi_listed package = {0};

	for (size_t at = 0; advi_form_word(&rest, &word); at++)
		for (enum column column = NAME; column < COLUMNS; column++)
			if (layout->at[column] == at)
				cells[column] = word;
	if (!cells[VERSION].len)
		return advi_listing_fail(&lines->place, err,
					 "name, version and build are expected, not '%.*s'",
					 ADVI_ARGS(lines->line));
	/* conda 4.5 and older wrote "<pip>" for a build, newer ones a channel "pypi". */
	if (advi_str_is(cells[BUILD], "<pip>") || advi_str_is(cells[CHANNEL], "pypi") ||
	    advi_str_is(cells[CHANNEL], "<pip>"))
		return advi_listing_add_pip_package(out, cells[NAME], cells[VERSION], &lines->place,
						    err);
	package.record.name = advi_arena_str(&out->arena, cells[NAME]);
	package.record.version = advi_arena_str(&out->arena, cells[VERSION]);
	if (cells[BUILD].len)
		package.record.build = advi_arena_str(&out->arena, cells[BUILD]);
	if (cells[CHANNEL].len)
		package.record.channel = advi_url_shown(&out->arena, cells[CHANNEL]);
	return advi_listing_add(out, &package, input->wish->platform, &lines->place, err);
}

static int read(struct advi_listing *out, const struct advi_form_input *input, struct adv_err *err)
{
	static const struct advi_str title = {"# packages in environment at ", 29};
	struct advi_form_lines lines = advi_form_lines(input);
	struct layout layout = usual, heading;
	int r;

	while ((r = advi_form_next(&lines, err)) > 0) {
		if (advi_str_starts(lines.line, title)) {
			struct advi_str path = advi_str_from(lines.line, title.len);

			path.len -= path.len && path.ptr[path.len - 1] == ':';
			out->prefix = advi_arena_str(&out->arena, path);
		}
		if (is_heading(lines.line, &heading))
			layout = heading;
		else if (!is_frame(lines.line) &&
			 (r = read_row(out, &layout, input, &lines, err)) < 0)
			return r;
	}
	return r;
}

const struct advi_form advi_form_table = {"conda list", false, is, read};
