/* SPDX-License-Identifier: BSD-3-Clause */
/* What log formats of JSON records share. */
#include "usage/format_json.h"

#include "io/json_split.h"

static bool is_json(struct advi_str text)
{
	struct advi_json json;
	bool valid;

	advi_json_init(&json, text);
	advi_json_skip(&json);
	valid = advi_json_end(&json);
	advi_json_clear(&json);
	return valid;
}

bool advi_json_has_key(struct advi_str text, const char *key)
{
	struct advi_str name = advi_str(key), rest = text;
	size_t at;

	while ((at = advi_str_search(rest, name)) < rest.len) {
		bool opened = at > 0 && rest.ptr[at - 1] == '"';

		rest = advi_str_from(rest, at + name.len);
		if (rest.len && rest.ptr[0] == '\\')
			rest = advi_str_from(rest, 1);
		if (!opened || !rest.len || rest.ptr[0] != '"')
			continue;
		rest = advi_str_from(rest, 1);
		while (rest.len && (rest.ptr[0] == ' ' || rest.ptr[0] == '\n'))
			rest = advi_str_from(rest, 1);
		if (rest.len && rest.ptr[0] == ':')
			return true;
	}
	return false;
}

/*
 * The first line that begins like JSON tells, or the one after it: one line may be damaged. Noise
 * may stand before it.
 */
bool advi_json_is_lines(struct advi_str head)
{
	struct advi_str line;
	int seen = 0;

	while (seen < 2 && advi_str_split(&head, '\n', &line)) {
		bool indented = line.len && (line.ptr[0] == ' ' || line.ptr[0] == '\t');

		line = advi_str_trim(line);
		if (!line.len || (!seen && line.ptr[0] != '{' && line.ptr[0] != '['))
			continue;
		if (seen && indented)
			return false;
		if (advi_str_is(line, "["))
			return false;
		if (line.ptr[0] == '{' && is_json(line))
			return true;
		seen++;
	}
	return seen == 0;
}

/* One value on its way through its wrappings. */
struct taking {
	const struct advi_json_records *records;
	struct advi_str whole;
	uint64_t offset, taken;
	const char *problem;
};

/* Where a text stands: in the value, unless it had to be decoded. */
static uint64_t offset_of(const struct taking *taking, struct advi_str text)
{
	bool within =
		text.ptr >= taking->whole.ptr && text.ptr < taking->whole.ptr + taking->whole.len;

	return taking->offset + (within ? (uint64_t)(text.ptr - taking->whole.ptr) : 0);
}

static int take_value(void *context, struct advi_str text, struct adv_err *err)
{
	struct taking *taking = context;

	int r = taking->records->take(taking->records->context, text, offset_of(taking, text),
				      &taking->problem, err);

	taking->taken += r == ADVI_TAKEN;
	return r;
}

static int take_text(void *context, struct advi_str text, struct adv_err *err)
{
	struct taking *taking = context;
	const struct advi_json_records *records = taking->records;

	return records->text ? records->text(records->context, text, offset_of(taking, text), err)
			     : ADVI_FOREIGN;
}

/*
 * As advi_json_take, but says what could not be taken instead of refusing it. What was taken of a
 * wrapping and what was refused of it are records of their own; the wrapping itself is counted.
 */
static int take(const struct advi_json_records *records, struct advi_sink *sink,
		struct advi_str text, uint64_t offset, const char **problem, struct adv_err *err)
{
	struct taking taking = {records, text, offset, 0, NULL};
	const struct advi_unwrapped hear = {take_value, take_text, &taking};
	int r = take_value(&taking, text, err);

	if (r == ADVI_FOREIGN)
		r = advi_unwrap(text, &hear, err);
	sink->source.records += taking.taken - (r == ADVI_TAKEN && taking.taken);
	*problem = r == ADVI_BROKEN && taking.problem ? taking.problem : records->foreign;
	return r;
}

int advi_json_take(const struct advi_json_records *records, struct advi_sink *sink,
		   struct advi_str text, uint64_t offset, struct adv_err *err)
{
	const char *problem;
	int r = take(records, sink, text, offset, &problem, err);

	if (r > ADVI_TAKEN)
		advi_sink_reject(sink, offset, problem);
	return r < 0 ? r : 0;
}

struct reading {
	const struct advi_json_records *records;
	struct advi_sink *sink;
};

static int take_line(void *context, const struct advi_line *line, struct adv_err *err)
{
	struct reading *reading = context;

	return advi_json_take(reading->records, reading->sink, line->text, line->offset, err);
}

int advi_json_read_lines(const struct advi_source *source, struct advi_sink *sink,
			 const struct advi_json_records *records, struct adv_err *err)
{
	struct reading reading = {records, sink};

	return advi_format_lines(source, sink, take_line, &reading, err);
}

/*
 * Takes one value that was cut from the stream. A wrapping that can't be read whole is opened, and
 * its members count instead of it; not one of which something was taken (a string in it holds
 * broken JSON), since that would be taken twice.
 */
static int take_cut(struct reading *reading, struct advi_split *split,
		    const struct advi_value *value, struct adv_err *err)
{
	struct advi_sink *sink = reading->sink;
	uint64_t records = sink->source.records, rejected = sink->source.rejected;
	const char *problem = value->problem;
	int r = ADVI_BROKEN;

	if (!problem)
		r = take(reading->records, sink, value->text, value->offset, &problem, err);
	if (r < 0 || r == ADVI_TAKEN)
		return r < 0 ? r : 0;
	if (!value->problem && r == ADVI_BROKEN && sink->source.records == records &&
	    sink->source.rejected == rejected && advi_split_open(split, problem)) {
		sink->source.records--;
		return 0;
	}
	advi_split_refused(split);
	advi_sink_reject(sink, value->offset, problem);
	return 0;
}

int advi_json_read_values(const struct advi_source *source, struct advi_sink *sink,
			  const struct advi_json_records *records, struct adv_err *err)
{
	struct reading reading = {records, sink};
	struct advi_value value;
	struct advi_split split;
	int r;

	advi_split_init(&split, source->stream, ADVI_LINE_BYTES);
	split.base = source->start;
	split.lists = records->lists;
	split.is_record = records->is_record;
	while ((r = advi_split_next(&split, &value, err)) > 0) {
		sink->source.records++;
		r = take_cut(&reading, &split, &value, err);
		if (r < 0)
			break;
	}
	sink->source.bytes = split.base + split.held.len - source->start;
	advi_split_clear(&split);
	return r;
}

int advi_json_read(const struct advi_source *source, struct advi_sink *sink,
		   const struct advi_json_records *records, struct adv_err *err)
{
	/* What is read on was read by lines before. */
	return source->start || advi_json_is_lines(source->head)
		       ? advi_json_read_lines(source, sink, records, err)
		       : advi_json_read_values(source, sink, records, err);
}
