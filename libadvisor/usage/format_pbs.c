/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Accounting logs of PBS (OpenPBS, PBS Professional, Torque): "date time;type;job;key=value ...".
 * Of the types only E, the end of a job, says all that there is to know.
 */
#include "usage/format.h"

struct fields {
	struct advi_str user, account, start, end, nodes, walltime;
};

static const struct {
	const char *key;
	size_t offset;
} keys[] = {
	{"user", offsetof(struct fields, user)},
	{"account", offsetof(struct fields, account)},
	{"start", offsetof(struct fields, start)},
	{"end", offsetof(struct fields, end)},
	{"Resource_List.nodect", offsetof(struct fields, nodes)},
	{"resources_used.walltime", offsetof(struct fields, walltime)},
};

/* "03/01/2025 10:00:00;E;1234.server;..." in its type, the job's name and the rest. */
static bool split(struct advi_str line, char *type, struct advi_str *job, struct advi_str *rest)
{
	static const char form[] = "00/00/0000 00:00:00;";
	struct advi_str part;

	if (line.len < sizeof(form) + 2)
		return false;
	for (size_t i = 0; i + 1 < sizeof(form); i++)
		if (form[i] == '0' ? line.ptr[i] < '0' || line.ptr[i] > '9'
				   : line.ptr[i] != form[i])
			return false;
	line = advi_str_from(line, sizeof(form) - 1);
	if (!advi_str_split(&line, ';', &part) || part.len != 1)
		return false;
	*type = part.ptr[0];
	if (!advi_str_split(&line, ';', job))
		return false;
	*rest = line;
	return true;
}

static bool recognise(struct advi_str head)
{
	struct advi_str line, job, rest;
	char type;

	while (advi_str_split(&head, '\n', &line))
		if (advi_str_trim(line).len)
			return split(line, &type, &job, &rest);
	return false;
}

static void keep(struct fields *out, struct advi_str key, struct advi_str value)
{
	for (size_t i = 0; i < ADVI_COUNT(keys); i++)
		if (advi_str_is(key, keys[i].key))
			*(struct advi_str *)(void *)((char *)out + keys[i].offset) = value;
}

/* Values with blanks in them stand in quotes. */
static void read_fields(struct advi_str text, struct fields *out)
{
	*out = (struct fields){.user = ADVI_STR(""), .account = ADVI_STR("")};
	while (text.len) {
		size_t equals = advi_str_find(text, '='), blank = advi_str_find(text, ' '), end;
		struct advi_str value;

		if (blank < equals || equals == text.len) {
			text = advi_str_from(text, blank + 1);
			continue;
		}
		value = advi_str_from(text, equals + 1);
		if (value.len && (value.ptr[0] == '"' || value.ptr[0] == '\'')) {
			char quote = value.ptr[0];

			value = advi_str_from(value, 1);
			end = advi_str_find(value, quote);
		} else {
			end = advi_str_find(value, ' ');
		}
		keep(out, (struct advi_str){text.ptr, equals},
		     advi_str_trim((struct advi_str){value.ptr, end}));
		text = advi_str_from(value, end + 1);
	}
}

static struct advi_str name_of(struct advi_str value)
{
	return value.len > ADVI_NAME_BYTES || memchr(value.ptr, '\0', value.len) ||
			       !advi_str_utf8(value) || advi_str_is(value, "unknown")
		       ? ADVI_STR("")
		       : value;
}

/* Returns NULL, or what is wrong with the record. */
static const char *parse(struct advi_str name, struct advi_str text, struct advi_job_seen *out)
{
	struct fields fields;
	uint64_t start, end, nodes;

	read_fields(text, &fields);
	*out = (struct advi_job_seen){
		.number = advi_job_number(name),
		.user = name_of(fields.user),
		.project = name_of(fields.account),
		.nodes = 1,
		.ticks = advi_job_ticks(fields.walltime),
	};
	if (!out->number.len)
		return "has no usable job number";
	if (!advi_str_u64(fields.start, &start) || !advi_str_u64(fields.end, &end) ||
	    start > (uint64_t)1 << 40 || end > (uint64_t)1 << 40 || end < start ||
	    !advi_job_months(out, (int64_t)start, (int64_t)end))
		return "has no usable start and end";
	if (advi_str_u64(fields.nodes, &nodes) && nodes >= 1 && nodes <= 10000000)
		out->nodes = (uint32_t)nodes;
	if (out->ticks < 0)
		out->ticks = (int64_t)(end - start) * 10000;
	return NULL;
}

static int take_line(void *context, const struct advi_line *line, struct adv_err *err)
{
	struct advi_sink *sink = context;
	struct advi_str name, text;
	struct advi_job_seen job;
	const char *problem;
	char type;

	if (!split(line->text, &type, &name, &text)) {
		advi_sink_reject(sink, line->offset, "is no record of a PBS accounting log");
		return 0;
	}
	if (type != 'E')
		return 0;
	/* A value that is cut off may look like a shorter one. */
	problem = line->cut ? "has no line end" : parse(name, advi_str_trim(text), &job);
	if (!problem)
		return advi_sink_job(sink, &job, err);
	advi_sink_reject(sink, line->offset, problem);
	return 0;
}

static int read_all(const struct advi_source *source, struct advi_sink *sink, struct adv_err *err)
{
	return advi_format_lines(source, sink, take_line, sink, err);
}

const struct advi_log_format advi_format_pbs = {"pbs", recognise, read_all, true};
