/* SPDX-License-Identifier: BSD-3-Clause */
/* Putting the mount path where a package has its placeholder. */
#include "bundle/prefix.h"

#include <assert.h>

#include "base/mem.h"

static void replace_all(struct advi_buf *out, struct advi_str data, struct advi_str placeholder,
			struct advi_str prefix, struct advi_places *places)
{
	size_t at;

	while ((at = advi_str_search(data, placeholder)) < data.len) {
		advi_buf_add(out, (struct advi_str){data.ptr, at});
		if (places)
			advi_vec_push(places, (uint64_t)out->len);
		advi_buf_add(out, prefix);
		data = advi_str_from(data, at + placeholder.len);
	}
	advi_buf_add(out, data);
}

bool advi_shebang_is_python(struct advi_str name)
{
	size_t at = 6, digits;

	if (!advi_str_starts(name, ADVI_STR("python")))
		return false;
	for (int part = 0; part < 2 && at < name.len; part++) {
		if (part == 1 && name.ptr[at++] != '.')
			return false;
		for (digits = 0; at < name.len && name.ptr[at] >= '0' && name.ptr[at] <= '9'; at++)
			digits++;
		if (digits == 0)
			return false;
	}
	return at == name.len;
}

bool advi_shebang_split(struct advi_str line, struct advi_str *path, struct advi_str *options)
{
	size_t from = 2, at;

	if (!advi_str_starts(line, ADVI_STR("#!")))
		return false;
	while (from < line.len && line.ptr[from] == ' ')
		from++;
	if (from == line.len || line.ptr[from] != '/')
		return false;
	for (at = from; at < line.len; at++) {
		if (line.ptr[at] == '\\' && at + 1 < line.len && line.ptr[at + 1] == ' ')
			at++;
		else if (line.ptr[at] == ' ' || line.ptr[at] == '\t' || line.ptr[at] == '\r')
			break;
	}
	*path = (struct advi_str){line.ptr + from, at - from};
	*options = advi_str_from(line, at);
	return true;
}

/* A first line that works whatever the length and the blanks of the path. */
static void write_indirect(struct advi_buf *out, struct advi_str line, struct advi_str placeholder,
			   struct advi_str prefix, struct advi_places *places)
{
	struct advi_str path, options, exe;
	size_t slash;

	if (!advi_shebang_split(line, &path, &options)) {
		replace_all(out, line, placeholder, prefix, places);
		return;
	}
	for (slash = path.len; path.ptr[slash - 1] != '/'; slash--)
		;
	exe = advi_str_from(path, slash);
	if (advi_shebang_is_python(exe)) {
		advi_buf_text(out, "#!/bin/sh\n'''exec' \"");
		replace_all(out, path, placeholder, prefix, places);
		advi_buf_byte(out, '"');
		replace_all(out, options, placeholder, prefix, places);
		advi_buf_text(out, " \"$0\" \"$@\" #'''");
	} else {
		advi_buf_text(out, "#!/usr/bin/env ");
		replace_all(out, exe, placeholder, prefix, places);
		replace_all(out, options, placeholder, prefix, places);
	}
}

void advi_prefix_text(struct advi_buf *out, struct advi_str data, struct advi_str placeholder,
		      struct advi_str prefix, struct advi_places *places)
{
	struct advi_str line = {data.ptr, advi_str_find(data, '\n')};
	size_t before = out->len, known = places ? places->count : 0;

	if (!advi_str_starts(data, ADVI_STR("#!"))) {
		replace_all(out, data, placeholder, prefix, places);
		return;
	}
	replace_all(out, line, placeholder, prefix, places);
	/* The line is judged after replacement, but taken apart before it: a prefix with a blank
	 * would otherwise end the path. */
	if (out->len - before > ADVI_SHEBANG_BYTES ||
	    (advi_str_find(prefix, ' ') < prefix.len &&
	     advi_str_search(line, placeholder) < line.len)) {
		out->len = before;
		if (places)
			places->count = known;
		write_indirect(out, line, placeholder, prefix, places);
	}
	replace_all(out, advi_str_from(data, line.len), placeholder, prefix, places);
}

size_t advi_prefix_binary(char *data, size_t len, struct advi_str placeholder,
			  struct advi_str prefix, struct advi_places *places)
{
	size_t at = 0, count = 0;

	assert(prefix.len <= placeholder.len);
	for (;;) {
		size_t found =
			at + advi_str_search((struct advi_str){data + at, len - at}, placeholder);
		size_t end, to, from;

		if (found >= len)
			return count;
		end = found + advi_str_find((struct advi_str){data + found, len - found}, '\0');
		for (to = from = found; from < end;) {
			struct advi_str rest = {data + from, end - from};

			if (advi_str_starts(rest, placeholder)) {
				memcpy(data + to, prefix.ptr, prefix.len);
				if (places)
					advi_vec_push(places, (uint64_t)to);
				to += prefix.len;
				from += placeholder.len;
				count++;
			} else {
				data[to++] = data[from++];
			}
		}
		memset(data + to, 0, end - to);
		at = end;
	}
}
