/* SPDX-License-Identifier: BSD-3-Clause */
/* XALT's records (run, pkg, link): keys in any order, only what is counted is kept. */
#include <math.h>

#include "base/mem.h"
#include "usage/xalt_fields.h"

/* What is no number is not there. */
static void take_either(struct advi_json *json, double *out)
{
	struct advi_json quoted;
	struct advi_str text;
	double value = NAN;

	if (advi_json_peek(json) == ADVI_JSON_NUMBER) {
		advi_json_number(json, out);
	} else if (advi_json_peek(json) != ADVI_JSON_STRING) {
		advi_json_skip(json);
	} else if (advi_json_string(json, &text)) {
		advi_json_init(&quoted, text);
		advi_json_number(&quoted, &value);
		if (advi_json_end(&quoted))
			*out = value;
		advi_json_clear(&quoted);
	}
}

/* Takes the value of a key, or passes over it when the key means nothing; null is absence. */
static void take_value(struct advi_json *json, const struct advi_xalt_key *key,
		       struct advi_xalt_fields *out)
{
	char *to = (char *)out;

	if (!key || advi_json_peek(json) == ADVI_JSON_NULL)
		advi_json_skip(json);
	else if (key->form == ADVI_XALT_NUMBER)
		advi_json_number(json, (double *)(void *)(to + key->offset));
	else if (key->form == ADVI_XALT_EITHER)
		take_either(json, (double *)(void *)(to + key->offset));
	else
		advi_json_string(json, (struct advi_str *)(void *)(to + key->offset));
}

static void take_object(struct advi_json *json, enum advi_xalt_object object,
			struct advi_xalt_fields *out)
{
	struct advi_str name;

	for (advi_json_object(json); advi_json_key(json, &name);)
		take_value(json, advi_xalt_key(object, name), out);
}

/* Of a command line only the interpreter's own name is kept. */
static void take_argv0(struct advi_json *json, struct advi_xalt_fields *out)
{
	size_t count = 0;

	for (advi_json_array(json); advi_json_item(json); count++) {
		if (count == 0 && advi_json_peek(json) == ADVI_JSON_STRING)
			advi_json_string(json, &out->argv0);
		else
			advi_json_skip(json);
	}
}

struct advi_str advi_path_module(struct advi_str path)
{
	static const struct advi_str folders[] = {{"/site-packages/", 15}, {"/dist-packages/", 15}};
	size_t at = path.len, end;

	for (size_t i = 0; i < ADVI_COUNT(folders) && at == path.len; i++)
		at = advi_str_search(path, folders[i]);
	if (at == path.len)
		return ADVI_STR("");
	path = advi_str_from(path, at + folders[0].len);
	end = advi_str_find(path, '/');
	path.len = end;
	path.len = advi_str_find(path, '.');
	return path;
}

/* Of what was mapped only what lies below a folder of packages is kept. */
static void take_lib(struct advi_json *json, struct advi_xalt_fields *out)
{
	struct advi_str path;

	if (advi_json_peek(json) != ADVI_JSON_STRING)
		advi_json_skip(json);
	else if (advi_json_string(json, &path) && advi_is_text(path, ADVI_PATH_BYTES) &&
		 advi_path_module(path).len)
		advi_vec_push(out->libs, path);
}

/* [["/lib/libc.so.6", "0"], ...]: pairs, of which the first is the path. */
static void take_libs(struct advi_json *json, struct advi_xalt_fields *out)
{
	out->libs->count = 0; /* of a key that is there twice the last one counts */
	for (advi_json_array(json); advi_json_item(json);) {
		if (advi_json_peek(json) != ADVI_JSON_ARRAY) {
			advi_json_skip(json);
			continue;
		}
		advi_json_array(json);
		for (size_t i = 0; advi_json_item(json); i++)
			i ? (void)advi_json_skip(json) : take_lib(json, out);
	}
}

static void take_top(struct advi_json *json, struct advi_str name, struct advi_xalt_fields *out)
{
	if (advi_str_is(name, "cmdlineA") && advi_json_peek(json) == ADVI_JSON_ARRAY) {
		take_argv0(json, out);
	} else if (advi_str_is(name, "userT")) {
		out->run = true;
		take_object(json, ADVI_XALT_USERT, out);
	} else if (advi_str_is(name, "userDT")) {
		take_object(json, ADVI_XALT_USERDT, out);
	} else {
		out->package |= advi_str_is(name, "program");
		out->link |= advi_str_is(name, "resultT") || advi_str_is(name, "link_line");
		take_value(json, advi_xalt_key(ADVI_XALT_TOP, name), out);
	}
}

static void take_environment(struct advi_json *json, struct advi_xalt_fields *out,
			     struct advi_xalt_environment *own)
{
	struct advi_xalt_environment before = out->environment;

	out->environment = *own;
	take_object(json, ADVI_XALT_ENVT, out);
	*own = out->environment;
	out->environment = before;
}

/* Values that many records have in the same words. */
static void take_same(struct advi_json *json, struct advi_str name, struct advi_xalt_fields *out)
{
	const struct advi_xalt_memory *memory = out->memory;
	enum advi_json_kind kind = advi_json_peek(json);
	bool libs = kind == ADVI_JSON_ARRAY && advi_str_is(name, "libA");
	bool variables = kind == ADVI_JSON_OBJECT && advi_str_is(name, "envT");
	struct advi_str rest = advi_json_rest(json);
	struct advi_xalt_environment own = {0};
	size_t known = 0;

	if (memory && !json->problem)
		known = memory->known(memory->context, name, rest, &own);
	if (known)
		advi_json_pass(json, known);
	else if (libs)
		take_libs(json, out);
	else if (variables)
		take_environment(json, out, &own);
	else
		advi_json_skip(json);
	rest.len = (size_t)(json->at - rest.ptr);
	if (libs) {
		out->lib_words = rest;
		out->libs_known = known > 0;
	}
	advi_xalt_set_variables(&out->environment, &own);
	if (memory && !known && !json->problem)
		memory->met(memory->context, name, rest, &own);
}

/* Whether nearly all records have one of few values there. */
static bool is_same(struct advi_str name)
{
	return advi_str_is(name, "libA") || advi_str_is(name, "envT");
}

void advi_xalt_read(struct advi_json *json, advi_paths *libs, struct advi_record_seen *out)
{
	advi_xalt_read_known(json, libs, NULL, out);
}

void advi_xalt_read_known(struct advi_json *json, advi_paths *libs,
			  const struct advi_xalt_memory *memory, struct advi_record_seen *out)
{
	struct advi_xalt_fields in;
	struct advi_str name;

	advi_xalt_fields_init(&in, libs, memory);
	*out = (struct advi_record_seen){.kind = ADVI_RECORD_REFUSED};
	for (advi_json_object(json); advi_json_key(json, &name);)
		is_same(name) ? take_same(json, name, &in) : take_top(json, name, &in);
	if (!advi_json_end(json)) {
		out->problem = json->problem;
		return;
	}
	advi_xalt_settle(&in, out);
}

bool advi_xalt_is_key(struct advi_str key)
{
	static const char *const keys[] = {
		"crc",      "cmdlineA",        "hash_id",   "libA",         "ptA",
		"envT",     "userT",           "userDT",    "xaltLinkT",    "XALT_measureT",
		"XALT_qaT", "xalt_run_uuid",   "program",   "package_name", "package_path",
		"resultT",  "package_version", "link_line", "linkA",        "function",
	};

	for (size_t i = 0; i < ADVI_COUNT(keys); i++)
		if (advi_str_is(key, keys[i]))
			return true;
	return false;
}
