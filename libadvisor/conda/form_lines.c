/* SPDX-License-Identifier: BSD-3-Clause */
/* Forms made of lines. */
#include "conda/form.h"

enum { LINE_LONGEST = 64 << 10 };

struct advi_form_lines advi_form_lines(const struct advi_form_input *input)
{
	return (struct advi_form_lines){.rest = input->text, .place = {.path = input->path}};
}

static unsigned blanks(struct advi_str line)
{
	unsigned count = 0;

	while (count < line.len && (line.ptr[count] == ' ' || line.ptr[count] == '\t'))
		count++;
	return count;
}

int advi_form_next(struct advi_form_lines *lines, struct adv_err *err)
{
	while (advi_str_split(&lines->rest, '\n', &lines->line)) {
		lines->place.line++;
		if (lines->line.len > LINE_LONGEST)
			return advi_listing_fail(&lines->place, err,
						 "longer than the %d KiB allowed",
						 LINE_LONGEST >> 10);
		if (advi_str_find(lines->line, '\0') < lines->line.len)
			return advi_listing_fail(&lines->place, err, "a NUL character");
		lines->place.column = blanks(lines->line) + 1;
		lines->line = advi_str_trim(lines->line);
		if (lines->line.len)
			return 1;
	}
	return 0;
}

struct advi_str advi_form_first(const struct advi_form_input *input)
{
	struct advi_str rest = input->text, line;

	while (advi_str_split(&rest, '\n', &line)) {
		line = advi_str_trim(line);
		if (line.len && line.ptr[0] != '#')
			return line;
	}
	return (struct advi_str){"", 0};
}

bool advi_form_word(struct advi_str *rest, struct advi_str *word)
{
	size_t length = 0;

	*rest = advi_str_trim(*rest);
	while (length < rest->len && rest->ptr[length] != ' ' && rest->ptr[length] != '\t')
		length++;
	*word = (struct advi_str){rest->ptr, length};
	*rest = advi_str_from(*rest, length);
	return length > 0;
}

struct advi_str advi_form_platform(struct advi_str line)
{
	static const struct advi_str mark = {"# platform:", 11};

	return advi_str_starts(line, mark) ? advi_str_trim(advi_str_from(line, mark.len))
					   : (struct advi_str){"", 0};
}
