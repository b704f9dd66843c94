/* SPDX-License-Identifier: BSD-3-Clause */
/* The names of packages in what people write. */
#include "conda/envfile.h"

static bool is_name_byte(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
	       (byte >= '0' && byte <= '9') || byte == '_' || byte == '-' || byte == '.';
}

struct advi_str advi_spec_name(struct advi_str spec)
{
	size_t length = 0, colons;

	spec = advi_str_trim(spec);
	colons = advi_str_search(spec, ADVI_STR("::"));
	/* "::" within brackets or behind a blank is no channel. */
	if (colons < advi_str_find(spec, '[') && colons < advi_str_find(spec, ' '))
		spec = advi_str_from(spec, colons + 2);
	while (length < spec.len && is_name_byte(spec.ptr[length]))
		length++;
	return (struct advi_str){spec.ptr, length};
}

bool advi_package_name_ok(struct advi_str name)
{
	if (name.len == 0 || name.len > 128 || name.ptr[0] == '-' || name.ptr[0] == '.')
		return false;
	for (size_t i = 0; i < name.len; i++)
		if (!is_name_byte(name.ptr[i]))
			return false;
	return true;
}
