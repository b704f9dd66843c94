/* SPDX-License-Identifier: BSD-3-Clause */
/* XALT's records (run, pkg, link): keys in any order, only what is counted is kept. */
#include <math.h>
#include <stddef.h>

#include "base/mem.h"
#include "usage/record.h"

/* Numbers of a run; NaN: not there. */
struct amounts {
	double start, end, seconds, probability, nodes;
};

/* Everything of a record that matters, whatever its kind. Empty and NaN: not there. */
struct fields {
	bool run, package, link; /* by the keys that only such a record has */
	struct advi_str program, pkg_uuid, name, path;
	struct advi_str uuid, user, account, job, host, exec_path, argv0;
	struct advi_xalt_environment environment;
	struct amounts amounts, old; /* of userDT; of userT, in the oldest records */
	advi_paths *libs;
	struct advi_str lib_words;
	bool libs_known;
	const struct advi_xalt_memory *memory; /* or NULL */
};

/* What a key's value is, and where it goes. */
struct key {
	struct advi_str name;
	enum { AS_TEXT, AS_NUMBER, AS_EITHER } form; /* either: a number, perhaps in quotes */
	size_t offset;
};

#define TEXT(name, field)                                                                          \
	{                                                                                          \
		{(name), sizeof(name) - 1}, AS_TEXT, offsetof(struct fields, field)                \
	}
#define NUMBERS(form, to)                                                                          \
	{{"start_time", 10}, (form), offsetof(struct fields, to.start)},                           \
		{{"end_time", 8}, (form), offsetof(struct fields, to.end)},                        \
		{{"run_time", 8}, (form), offsetof(struct fields, to.seconds)},                    \
		{{"probability", 11}, (form), offsetof(struct fields, to.probability)},            \
	{                                                                                          \
		{"num_nodes", 9}, (form), offsetof(struct fields, to.nodes)                        \
	}

static const struct key top_keys[] = {
	TEXT("program", program),
	TEXT("xalt_run_uuid", pkg_uuid),
	TEXT("package_name", name),
	TEXT("package_path", path),
};
static const struct key env_keys[] = {
	TEXT("VIRTUAL_ENV", environment.virtual_env),
	TEXT("CONDA_PREFIX", environment.conda_prefix),
};
static const struct key user_keys[] = {
	TEXT("run_uuid", uuid),  TEXT("user", user),    TEXT("account", account),
	TEXT("job_id", job),     TEXT("syshost", host), TEXT("exec_path", exec_path),
	NUMBERS(AS_EITHER, old),
};
static const struct key data_keys[] = {NUMBERS(AS_NUMBER, amounts)};

static const struct key *find(const struct key *keys, size_t count, struct advi_str name)
{
	for (size_t i = 0; i < count; i++)
		if (advi_str_eq(name, keys[i].name))
			return &keys[i];
	return NULL;
}

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
static void take_value(struct advi_json *json, const struct key *key, struct fields *out)
{
	char *to = (char *)out;

	if (!key || advi_json_peek(json) == ADVI_JSON_NULL)
		advi_json_skip(json);
	else if (key->form == AS_NUMBER)
		advi_json_number(json, (double *)(void *)(to + key->offset));
	else if (key->form == AS_EITHER)
		take_either(json, (double *)(void *)(to + key->offset));
	else
		advi_json_string(json, (struct advi_str *)(void *)(to + key->offset));
}

static void take_object(struct advi_json *json, const struct key *keys, size_t count,
			struct fields *out)
{
	struct advi_str name;

	for (advi_json_object(json); advi_json_key(json, &name);)
		take_value(json, find(keys, count, name), out);
}

/* Of a command line only the interpreter's own name is kept. */
static void take_argv0(struct advi_json *json, struct fields *out)
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
static void take_lib(struct advi_json *json, struct fields *out)
{
	struct advi_str path;

	if (advi_json_peek(json) != ADVI_JSON_STRING)
		advi_json_skip(json);
	else if (advi_json_string(json, &path) && advi_is_text(path, ADVI_PATH_BYTES) &&
		 advi_path_module(path).len)
		advi_vec_push(out->libs, path);
}

/* [["/lib/libc.so.6", "0"], ...]: pairs, of which the first is the path. */
static void take_libs(struct advi_json *json, struct fields *out)
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

static void take_top(struct advi_json *json, struct advi_str name, struct fields *out)
{
	if (advi_str_is(name, "cmdlineA") && advi_json_peek(json) == ADVI_JSON_ARRAY) {
		take_argv0(json, out);
	} else if (advi_str_is(name, "userT")) {
		out->run = true;
		take_object(json, user_keys, ADVI_COUNT(user_keys), out);
	} else if (advi_str_is(name, "userDT")) {
		take_object(json, data_keys, ADVI_COUNT(data_keys), out);
	} else {
		out->package |= advi_str_is(name, "program");
		out->link |= advi_str_is(name, "resultT") || advi_str_is(name, "link_line");
		take_value(json, find(top_keys, ADVI_COUNT(top_keys), name), out);
	}
}

/* Variables that are set in 'from', in place of those that were. */
static void set_variables(struct advi_xalt_environment *to,
			  const struct advi_xalt_environment *from)
{
	if (from->virtual_env.ptr)
		to->virtual_env = from->virtual_env;
	if (from->conda_prefix.ptr)
		to->conda_prefix = from->conda_prefix;
}

static void take_environment(struct advi_json *json, struct fields *out,
			     struct advi_xalt_environment *own)
{
	struct advi_xalt_environment before = out->environment;

	out->environment = *own;
	take_object(json, env_keys, ADVI_COUNT(env_keys), out);
	*own = out->environment;
	out->environment = before;
}

/* Values that many records have in the same words. */
static void take_same(struct advi_json *json, struct advi_str name, struct fields *out)
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
	set_variables(&out->environment, &own);
	if (memory && !known && !json->problem)
		memory->met(memory->context, name, rest, &own);
}

/* Whether nearly all records have one of few values there. */
static bool is_same(struct advi_str name)
{
	return advi_str_is(name, "libA") || advi_str_is(name, "envT");
}

/* What userDT does not say is as userT has it. */
static struct amounts amounts_of(const struct fields *in)
{
	const struct amounts *new = &in->amounts, *old = &in->old;

	return (struct amounts){
		isnan(new->start) ? old->start : new->start,
		isnan(new->end) ? old->end : new->end,
		isnan(new->seconds) ? old->seconds : new->seconds,
		isnan(new->probability) ? old->probability : new->probability,
		isnan(new->nodes) ? old->nodes : new->nodes,
	};
}

static const char *take_run(const struct fields *in, const struct amounts *amounts,
			    struct advi_run_seen *out)
{
	const double most = 1e9; /* of seconds and of nodes: the product stays far within 64 bits */
	double seconds = isnan(amounts->seconds) ? amounts->end - amounts->start : amounts->seconds;
	double nodes = isnan(amounts->nodes) ? 1 : amounts->nodes;

	*out = (struct advi_run_seen){.user = in->user};
	if (!advi_uuid_read(in->uuid, out->uuid))
		return "has no usable run_uuid";
	out->month = amounts->start >= 1 ? advi_month_of(amounts->start) : 0;
	if (!out->month)
		return "has no usable start_time";
	if (!advi_is_text(in->user, ADVI_NAME_BYTES))
		return "names no user";
	if (seconds > most || nodes > most)
		return "has a run_time or num_nodes out of range";
	out->ticks = seconds > 0 ? llround(seconds * 1e4) : 0;
	out->nodes = nodes >= 1 ? (uint32_t)nodes : 1;
	out->probability =
		amounts->probability > 0 && amounts->probability < 1 ? amounts->probability : 1;
	out->project = advi_known_name(in->account);
	out->job = advi_known_name(in->job);
	out->host = advi_known_name(in->host);
	out->environment = advi_environment_of(
		&(struct advi_interpreter){in->argv0, in->environment.virtual_env,
					   in->environment.conda_prefix, in->exec_path});
	out->libs = in->libs->at;
	out->lib_count = in->libs->count;
	out->lib_words = in->lib_words;
	out->libs_known = in->libs_known;
	return NULL;
}

static const char *take_import(const struct fields *in, struct advi_import_seen *out)
{
	if (!advi_uuid_read(in->pkg_uuid, out->uuid))
		return "has no usable xalt_run_uuid";
	out->name = in->name;
	out->module = (struct advi_str){in->name.ptr, advi_str_find(in->name, '.')};
	out->version = ADVI_STR("");
	out->path = in->path;
	if (!advi_is_text(out->module, ADVI_NAME_BYTES))
		return "has no usable package_name";
	if (!advi_is_text(out->path, ADVI_PATH_BYTES))
		return "has no usable package_path";
	return NULL;
}

void advi_xalt_read(struct advi_json *json, advi_paths *libs, struct advi_record_seen *out)
{
	advi_xalt_read_known(json, libs, NULL, out);
}

void advi_xalt_read_known(struct advi_json *json, advi_paths *libs,
			  const struct advi_xalt_memory *memory, struct advi_record_seen *out)
{
	static const struct amounts none = {NAN, NAN, NAN, NAN, NAN};
	struct fields in = {.amounts = none, .old = none, .libs = libs, .memory = memory};
	struct amounts amounts;
	struct advi_str name;

	libs->count = 0;
	*out = (struct advi_record_seen){.kind = ADVI_RECORD_REFUSED};
	for (advi_json_object(json); advi_json_key(json, &name);)
		is_same(name) ? take_same(json, name, &in) : take_top(json, name, &in);
	if (!advi_json_end(json)) {
		out->problem = json->problem;
		return;
	}
	amounts = amounts_of(&in);
	if (in.run && !(amounts.end > 0)) {
		/* A start record (or one from before there was an end): its run may still end. */
		out->kind = isnan(amounts.end) ? ADVI_RECORD_REFUSED : ADVI_RECORD_OTHER;
		out->problem = isnan(amounts.end) ? "has no usable end_time" : NULL;
	} else if (in.run) {
		out->problem = take_run(&in, &amounts, &out->run);
		out->kind = out->problem ? ADVI_RECORD_REFUSED : ADVI_RECORD_RUN;
	} else if (in.package && !advi_str_is(in.program, "python")) {
		out->kind = ADVI_RECORD_OTHER;
	} else if (in.package) {
		out->problem = take_import(&in, &out->import);
		out->kind = out->problem ? ADVI_RECORD_REFUSED : ADVI_RECORD_IMPORT;
	} else {
		out->kind = in.link ? ADVI_RECORD_OTHER : ADVI_RECORD_FOREIGN;
	}
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
