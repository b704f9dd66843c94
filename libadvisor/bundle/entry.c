/* SPDX-License-Identifier: BSD-3-Clause */
/* Entry points of noarch Python packages. */
#include "bundle/entry.h"

#include "bundle/paths.h"
#include "bundle/prefix.h"
#include "io/archive.h"

enum { ENTRIES = 10000 };

/* Dotted identifiers; what is beyond ASCII is left to Python. */
static bool is_dotted(struct advi_str text)
{
	bool start = true;

	for (size_t i = 0; i < text.len; i++) {
		unsigned char byte = (unsigned char)text.ptr[i];
		bool letter = ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z') || byte == '_' ||
			      byte >= 0x80;
		bool digit = byte >= '0' && byte <= '9';

		if (byte == '.' && !start)
			start = true;
		else if (letter || (digit && !start))
			start = false;
		else
			return false;
	}
	return !start;
}

static bool is_command(struct advi_str text)
{
	if (!text.len || text.ptr[0] == '.' || text.len > ADVI_MEMBER_NAME_BYTES)
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (memchr("/\\\n\0", text.ptr[i], 4))
			return false;
	return true;
}

int advi_entry_parse(struct advi_entry *out, struct advi_arena *arena, struct advi_str text,
		     struct adv_err *err)
{
	size_t equals = advi_str_find(text, '='), colon = text.len;
	struct advi_str command, module, function;

	while (colon > 0 && text.ptr[colon - 1] != ':')
		colon--;
	if (colon <= equals + 1)
		return advi_fail(err, ADV_EINPUT,
				 "entry point '%.*s' is not 'command = module:function'",
				 ADVI_ARGS(text));
	command = advi_str_trim((struct advi_str){text.ptr, equals});
	module = advi_str_trim((struct advi_str){text.ptr + equals + 1, colon - equals - 2});
	function = advi_str_trim(advi_str_from(text, colon));
	if (!is_command(command) || !is_dotted(module) || !is_dotted(function))
		return advi_fail(
			err, ADV_EINPUT,
			"entry point '%.*s' needs a plain file name, a module and a function",
			ADVI_ARGS(text));
	out->command = advi_arena_str(arena, command);
	out->module = advi_arena_str(arena, module);
	out->function = advi_arena_str(arena, function);
	return 0;
}

static int read_noarch(struct advi_json *json, struct advi_link_info *out, struct advi_arena *arena,
		       struct adv_err *err)
{
	struct advi_str key, text;
	int r = 0;

	if (advi_json_peek(json) == ADVI_JSON_NULL)
		return advi_json_skip(json) ? 0 : r;
	for (advi_json_object(json); r == 0 && advi_json_key(json, &key);) {
		if (advi_str_is(key, "type") && advi_json_peek(json) == ADVI_JSON_STRING) {
			if (advi_json_string(json, &text))
				out->noarch = advi_arena_str(arena, text);
		} else if (advi_str_is(key, "entry_points") &&
			   advi_json_peek(json) == ADVI_JSON_ARRAY) {
			for (advi_json_array(json); r == 0 && advi_json_item(json);) {
				if (out->entries.count >= ENTRIES)
					advi_json_fail(json, "there are too many entry points");
				else if (advi_json_string(json, &text))
					r = advi_entry_parse(advi_vec_new(&out->entries), arena,
							     text, err);
			}
		} else {
			advi_json_skip(json);
		}
	}
	return r;
}

int advi_link_info_read(struct advi_link_info *out, struct advi_arena *arena, struct advi_str text,
			struct adv_err *err)
{
	struct advi_json json;
	struct advi_str key;
	uint64_t version = 0;
	int r = 0;

	advi_json_init(&json, text);
	for (advi_json_object(&json); r == 0 && advi_json_key(&json, &key);) {
		if (advi_str_is(key, "noarch"))
			r = read_noarch(&json, out, arena, err);
		else if (advi_str_is(key, "package_metadata_version"))
			advi_json_u64(&json, &version);
		else
			advi_json_skip(&json);
	}
	if (r == 0 && !advi_json_end(&json))
		r = advi_info_fail(&json, "info/link.json", err);
	else if (r == 0 && version != 1)
		r = advi_fail(err, ADV_EINPUT,
			      "info/link.json: 'package_metadata_version' is not 1");
	else if (r < 0)
		r = advi_while(err, r, "info/link.json");
	advi_json_clear(&json);
	return r;
}

void advi_entry_first(struct advi_buf *out, struct advi_str python)
{
	if (python.len + 2 > ADVI_SHEBANG_BYTES || advi_str_find(python, ' ') < python.len)
		advi_buf_printf(out, "#!/bin/sh\n'''exec' \"%.*s\" \"$0\" \"$@\" #'''\n",
				ADVI_ARGS(python));
	else
		advi_buf_printf(out, "#!%.*s\n", ADVI_ARGS(python));
}

void advi_entry_script(struct advi_buf *out, const struct advi_entry *entry)
{
	struct advi_str function = advi_str(entry->function);
	struct advi_str first = {function.ptr, advi_str_find(function, '.')};

	advi_buf_printf(out,
			"# -*- coding: utf-8 -*-\n"
			"import re\n"
			"import sys\n"
			"\n"
			"from %s import %.*s\n"
			"\n"
			"if __name__ == '__main__':\n"
			"    sys.argv[0] = re.sub(r'(-script\\.pyw?|\\.exe)?$', '', sys.argv[0])\n"
			"    sys.exit(%s())\n",
			entry->module, ADVI_ARGS(first), entry->function);
}
