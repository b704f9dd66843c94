/* SPDX-License-Identifier: BSD-3-Clause */
/* NERSC's customs: messages of MODS, one a package that a process has used, or bare lists. */
#include <time.h>

#include "usage/format_json.h"

/*
 * A message: category, event_timestamp, executable, is_compute, job_id, main, num_nodes, qos, repo
 * (the project), subservice (the package), system, username, version ... (SciPy 2021, "Monitoring
 * scientific Python usage on a supercomputer"). It names no process. So a run is taken to be what
 * one user does in one job, on one host, with one interpreter and one main program; outside of
 * jobs, on one day. Where the package lies is not logged either: it is taken to be the
 * interpreter's own environment.
 */
enum field {
	TIME,
	EXECUTABLE,
	JOB,
	MAIN,
	NODES,
	PROJECT,
	PACKAGE,
	SYSTEM,
	HOST,
	USER,
	VERSION,
	FIELDS
};

static const char *const names[FIELDS] = {"event_timestamp", "executable", "job_id",     "main",
					  "num_nodes",       "repo",       "subservice", "system",
					  "hostname",        "username",   "version"};

/* What customs watches of the standard library: it is in every interpreter. */
static const char *const standard[] = {"asyncio", "concurrent", "ctypes",  "multiprocessing",
				       "sqlite3", "threading",  "unittest"};

struct context {
	struct advi_sink *sink;
	uint32_t month; /* of the source's name, for lists; 0: it has none */
};

/* Strings as they are, numbers as they stand; anything else is not there. */
static struct advi_str take_field(struct advi_json *json)
{
	enum advi_json_kind kind = advi_json_peek(json);
	struct advi_str text = ADVI_STR("");
	const char *from = json->at;

	if (kind == ADVI_JSON_STRING) {
		advi_json_string(json, &text);
		return text;
	}
	advi_json_skip(json);
	return kind == ADVI_JSON_NUMBER ? (struct advi_str){from, (size_t)(json->at - from)} : text;
}

/*
 * The day of a time, 20250302: "2025-03-02T05:06:22", or seconds or milliseconds since 1970. 0 when
 * it is none.
 */
static uint32_t day_of(struct advi_str text)
{
	uint32_t month = advi_month_read((struct advi_str){text.ptr, text.len < 7 ? text.len : 7});
	uint64_t seconds, day;
	struct tm date;
	time_t whole;

	if (month)
		return text.len >= 10 && advi_str_u64((struct advi_str){text.ptr + 8, 2}, &day) &&
				       day >= 1 && day <= 31
			       ? month * 100 + (uint32_t)day
			       : 0;
	text.len = advi_str_find(text, '.');
	if (!advi_str_u64(text, &seconds))
		return 0;
	seconds = seconds > 100000000000 ? seconds / 1000 : seconds;
	if (!seconds || !advi_month_of((double)seconds))
		return 0;
	whole = (time_t)seconds;
	gmtime_r(&whole, &date);
	return (uint32_t)(date.tm_year + 1900) * 10000 + (uint32_t)(date.tm_mon + 1) * 100 +
	       (uint32_t)date.tm_mday;
}

static bool is_standard(struct advi_str module)
{
	for (size_t i = 0; i < ADVI_COUNT(standard); i++)
		if (advi_str_is(module, standard[i]))
			return true;
	return false;
}

/* A path such as an import hook would have logged. */
static void path_of(struct advi_buf *out, struct advi_str prefix, struct advi_str module)
{
	if (!prefix.len)
		advi_buf_text(out, "unknown");
	else if (is_standard(module))
		advi_buf_printf(out, "%.*s/lib/python3/%.*s.py", ADVI_ARGS(prefix),
				ADVI_ARGS(module));
	else
		advi_buf_printf(out, "%.*s/lib/python3/site-packages/%.*s/__init__.py",
				ADVI_ARGS(prefix), ADVI_ARGS(module));
}

static void identify(const struct advi_str field[FIELDS], struct advi_str job, uint32_t day,
		     unsigned char uuid[ADVI_UUID_BYTES])
{
	ADVI_AUTO(buf) struct advi_buf when = ADVI_BUF_INIT(32);
	const struct advi_str parts[] = {ADVI_STR("MODS"), field[SYSTEM], field[HOST],
					 field[USER],      job,           field[EXECUTABLE],
					 field[MAIN],      ADVI_STR("")};
	struct advi_str all[ADVI_COUNT(parts)];

	/* A job that runs over a month's end has runs in both. */
	advi_buf_printf(&when, "%u", job.len ? day / 100 : day);
	memcpy(all, parts, sizeof(all));
	all[ADVI_COUNT(parts) - 1] = advi_buf_str(&when);
	advi_uuid_make(uuid, all, ADVI_COUNT(all));
}

/* Takes one message. NULL, or why it is refused. */
static const char *count(struct advi_sink *sink, const struct advi_str field[FIELDS], int *r,
			 struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf path = ADVI_BUF_INIT(2 * ADVI_PATH_BYTES);
	uint32_t day = day_of(field[TIME]);
	uint64_t nodes = 1;
	struct advi_str environment = advi_environment_of(&(struct advi_interpreter){
		.called = field[EXECUTABLE], .binary = field[EXECUTABLE]});
	struct advi_run_seen run = {
		.month = day / 100,
		.user = field[USER],
		.project = advi_known_name(field[PROJECT]),
		.job = advi_known_name(field[JOB]),
		.host = advi_known_name(field[SYSTEM]),
		.ticks = ADVI_TICKS_UNKNOWN,
		.probability = 1,
		.environment = environment,
	};
	struct advi_import_seen import = {
		.name = field[PACKAGE],
		.module = {field[PACKAGE].ptr, advi_str_find(field[PACKAGE], '.')},
		.version = advi_known_name(field[VERSION]),
	};

	if (!day)
		return "has no usable event_timestamp";
	if (!advi_is_text(run.user, ADVI_NAME_BYTES))
		return "names no user";
	if (!advi_is_text(import.module, ADVI_NAME_BYTES) ||
	    memchr(import.module.ptr, '/', import.module.len))
		return "has no usable subservice";
	if (!advi_str_u64(field[NODES], &nodes) || !nodes || nodes > UINT32_MAX)
		nodes = 1;
	run.nodes = (uint32_t)nodes;
	identify(field, run.job, day, run.uuid);
	memcpy(import.uuid, run.uuid, sizeof(import.uuid));
	path_of(&path, environment, import.module);
	import.path = advi_buf_str(&path);
	*r = advi_sink_run(sink, &run, err);
	if (*r >= 0)
		*r = advi_sink_import(sink, &import, err);
	return NULL;
}

/* ["numpy", "scipy"]: one process, and nothing is known of it but the month of the file's name. */
static int take_list(const struct context *context, struct advi_json *json, uint64_t offset,
		     struct adv_err *err)
{
	struct advi_count_seen one = {.month = context->month,
				      .user = ADVI_STR(""),
				      .project = ADVI_STR(""),
				      .place = ADV_PLACE_OTHER,
				      .runs = 1};
	ADVI_AUTO(map) struct advi_map seen = {0};
	bool is_new;
	int r = 0;

	if (!one.month)
		advi_sink_reject(context->sink, offset,
				 "is a list without a month: its file's name has none such as "
				 "2025-03");
	for (advi_json_array(json); r >= 0 && advi_json_item(json);) {
		struct advi_str name = take_field(json);

		one.module = (struct advi_str){name.ptr, advi_str_find(name, '.')};
		if (!one.month || !advi_is_text(one.module, ADVI_NAME_BYTES))
			continue;
		advi_map_add(&seen, one.module, &is_new);
		if (is_new)
			r = advi_sink_count(context->sink, &one, err);
	}
	return r < 0 ? r : ADVI_TAKEN;
}

static int take_message(const struct context *context, struct advi_json *json, uint64_t offset,
			const char **problem, struct adv_err *err)
{
	struct advi_str field[FIELDS], key;
	bool known = false;
	int r = 0;

	for (int i = 0; i < FIELDS; i++)
		field[i] = ADVI_STR("");
	for (advi_json_object(json); advi_json_key(json, &key);) {
		int at = 0;

		while (at < FIELDS && !advi_str_is(key, names[at]))
			at++;
		if (at < FIELDS)
			field[at] = take_field(json);
		else
			advi_json_skip(json);
		known |= at == PACKAGE;
	}
	if (!advi_json_end(json)) {
		*problem = json->problem;
		return ADVI_BROKEN;
	}
	if (!known)
		return ADVI_FOREIGN;
	*problem = count(context->sink, field, &r, err);
	if (*problem)
		advi_sink_reject(context->sink, offset, *problem);
	return r < 0 ? r : ADVI_TAKEN;
}

/* Whether a text is an array of strings alone. */
static bool is_list(struct advi_str text)
{
	struct advi_json json;
	bool strings = text.len && text.ptr[0] == '[';

	advi_json_init(&json, text);
	for (strings = strings && advi_json_array(&json); strings && advi_json_item(&json);) {
		strings = advi_json_peek(&json) == ADVI_JSON_STRING;
		advi_json_skip(&json);
	}
	strings = strings && advi_json_end(&json);
	advi_json_clear(&json);
	return strings;
}

static int take(void *context, struct advi_str text, uint64_t offset, const char **problem,
		struct adv_err *err)
{
	bool list = is_list(text);
	struct advi_json json;
	int r;

	if (!list && (!text.len || text.ptr[0] != '{'))
		return ADVI_FOREIGN;
	advi_json_init(&json, text);
	r = list ? take_list(context, &json, offset, err)
		 : take_message(context, &json, offset, problem, err);
	advi_json_clear(&json);
	return r;
}

/* The month that a name has in it, 2025-03, 2025_03, 2025/03 or 202503; 0 when there is none. */
static uint32_t month_in(const char *name)
{
	static const char *const separators = "-_/.";
	char text[8] = "";
	uint32_t month;

	for (const char *at = name; *at; at++) {
		size_t digits = strspn(at, "0123456789");
		bool whole = digits == 4 && at[4] && strchr(separators, at[4]);

		if (digits >= 4 && (whole || digits == 6 || digits == 8)) {
			memcpy(text, at, 4);
			text[4] = '-';
			memcpy(text + 5, at + (whole ? 5 : 4), strnlen(at + (whole ? 5 : 4), 2));
			text[7] = '\0';
			month = advi_month_read((struct advi_str){text, 7});
			if (month / 100 >= 1990 && month / 100 < 2200)
				return month;
		}
		at += digits ? digits - 1 : 0;
	}
	return 0;
}

static bool is_key(struct advi_str key)
{
	return advi_str_is(key, "subservice") || advi_str_is(key, "event_timestamp");
}

static bool recognise(struct advi_str head)
{
	struct advi_str text = advi_str_trim(head);

	text.len = text.len && text.ptr[0] == '[' ? advi_str_find(text, ']') : 0;
	return (advi_json_has_key(head, "subservice") && advi_json_has_key(head, "username")) ||
	       (text.len > 1 && advi_str_find(text, '"') < text.len &&
		advi_str_find(text, '{') == text.len &&
		advi_str_find(advi_str_from(text, 1), '[') == text.len - 1);
}

static int read_all(const struct advi_source *source, struct advi_sink *sink, struct adv_err *err)
{
	struct context context = {sink, source->name ? month_in(source->name) : 0};
	const struct advi_json_records records = {
		.take = take,
		.is_record = is_key,
		.lists = true,
		.foreign = "is neither a message of MODS nor a list of packages",
		.context = &context,
	};

	return advi_json_read(source, sink, &records, err);
}

const struct advi_log_format advi_format_mods = {"mods", recognise, read_all, true, true};
