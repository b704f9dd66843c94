/* SPDX-License-Identifier: BSD-3-Clause */
/* XALT records as JSON Lines, or one document a file. */
#include "usage/format.h"

/* Some line of the beginning opens an object: noise may stand before it. */
static bool recognise(struct advi_str head)
{
	struct advi_str line;

	while (advi_str_split(&head, '\n', &line)) {
		line = advi_str_trim(line);
		if (line.len && line.ptr[0] == '{')
			return true;
	}
	return false;
}

static int take(struct advi_sink *sink, struct advi_str text, uint64_t offset, struct adv_err *err)
{
	struct advi_record_seen record;
	struct advi_json json;
	advi_paths libs = {0};
	struct advi_str words;
	int r = advi_sink_recall(sink, text, &words, err);

	if (r != 0)
		return r < 0 ? r : 0;
	advi_json_init(&json, text);
	advi_xalt_read_known(&json, &libs, advi_sink_knows_libs, sink, &record);
	if (record.kind == ADVI_RECORD_RUN) {
		r = advi_sink_run(sink, &record.run, err);
	} else if (record.kind == ADVI_RECORD_IMPORT) {
		record.import.words = words;
		r = advi_sink_import(sink, &record.import, err);
	} else if (record.kind == ADVI_RECORD_REFUSED) {
		advi_sink_reject(sink, offset, record.problem);
	}
	advi_json_clear(&json);
	advi_vec_clear(&libs);
	return r;
}

static int take_line(void *context, const struct advi_line *line, struct adv_err *err)
{
	return take(context, line->text, line->offset, err);
}

/* One document over several lines: XALT of 2017 wrote records so. */
static bool is_document(const struct advi_source *source)
{
	struct advi_str head = advi_str_trim(source->head);
	size_t end = advi_str_find(head, '\n');
	struct advi_str first = advi_str_trim((struct advi_str){head.ptr, end});
	struct advi_json json;
	bool valid;

	if (!source->whole || end == head.len || !first.len || first.ptr[0] != '{' ||
	    first.ptr[first.len - 1] == '}')
		return false;
	advi_json_init(&json, head);
	advi_json_skip(&json);
	valid = advi_json_end(&json);
	advi_json_clear(&json);
	return valid;
}

static int read_all(const struct advi_source *source, struct advi_sink *sink, struct adv_err *err)
{
	struct advi_str rest;
	int r;

	if (!is_document(source))
		return advi_format_lines(source, sink, take_line, sink, err);
	sink->source.records = 1;
	sink->source.bytes = source->head.len;
	r = take(sink, source->head, 0, err);
	return r < 0 ? r : advi_stream_read(source->stream, &rest, err);
}

const struct advi_log_format advi_format_xalt = {"xalt", recognise, read_all, true};
