/* SPDX-License-Identifier: BSD-3-Clause */
/* XALT records as JSON: a record a line, or documents of any shape. */
#include "usage/assembly.h"
#include "usage/format_json.h"
#include "usage/lanes.h"

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

static bool recognise_documents(struct advi_str head)
{
	size_t array = advi_str_find(head, '[');

	return (recognise(head) || array < head.len) && !advi_json_is_lines(head);
}

static int take_good(struct advi_sink *sink, const struct advi_record_seen *record,
		     struct adv_err *err)
{
	if (record->kind == ADVI_RECORD_RUN)
		return advi_sink_run(sink, &record->run, err);
	return record->kind == ADVI_RECORD_IMPORT ? advi_sink_import(sink, &record->import, err)
						  : 0;
}

/* By the sink's own lane, unless what comes was left by one: 1, or 0 when it is nothing for it. */
static int take_by_lane(struct advi_sink *sink, struct advi_str text, struct adv_err *err)
{
	int r;

	if (sink->busy)
		return 0;
	if ((r = advi_sink_trim(sink, err)) < 0 ||
	    !advi_lane_take(&sink->readers[0].lane, &sink->batch, text))
		return r;
	sink->busy = true;
	r = advi_intake_add(&sink->readers[0].intake, sink, &sink->batch, NULL, NULL, err);
	sink->busy = false;
	return r < 0 ? r : 1;
}

int advi_xalt_take(struct advi_sink *sink, struct advi_str text, uint64_t offset,
		   const char **problem, struct adv_err *err)
{
	struct advi_record_seen record;
	struct advi_json json;
	advi_paths libs = {0};
	int r;

	if (!text.len || text.ptr[0] != '{')
		return ADVI_FOREIGN;
	if ((r = take_by_lane(sink, text, err)) != 0)
		return r < 0 ? r : ADVI_TAKEN;
	advi_json_init(&json, text);
	advi_xalt_read(&json, &libs, &record);
	r = take_good(sink, &record, err);
	if (record.kind == ADVI_RECORD_FOREIGN) {
		r = ADVI_FOREIGN;
	} else if (record.kind == ADVI_RECORD_REFUSED && json.problem) {
		*problem = json.problem;
		r = ADVI_BROKEN;
	} else if (record.kind == ADVI_RECORD_REFUSED) {
		advi_sink_reject(sink, offset, record.problem);
	}
	advi_json_clear(&json);
	advi_vec_clear(&libs);
	return r;
}

static int take(void *context, struct advi_str text, uint64_t offset, const char **problem,
		struct adv_err *err)
{
	struct advi_assembly *assembly = context;

	return advi_xalt_take(assembly->sink, text, offset, problem, err);
}

/* A line of a syslog, as Splunk exports it; those of other programs are nothing. */
static int take_text(void *context, struct advi_str text, uint64_t offset, struct adv_err *err)
{
	struct advi_str message;
	int r;

	if (!advi_block_find(text, &message))
		return ADVI_TAKEN;
	r = advi_assembly_take(context, message, offset, err);
	return r < 0 ? r : ADVI_TAKEN;
}

static int read_all(const struct advi_source *source, struct advi_sink *sink, struct adv_err *err)
{
	ADVI_AUTO(assembly) struct advi_assembly assembly;
	const struct advi_json_records records = {
		.take = take,
		.text = take_text,
		.is_record = advi_xalt_is_key,
		.foreign = "is neither a run nor a package nor a link",
		.context = &assembly,
	};
	int r;

	advi_assembly_init(&assembly, sink);
	r = source->start || advi_json_is_lines(source->head)
		    ? advi_lanes_read(source, sink, &records, err)
		    : advi_json_read_values(source, sink, &records, err);
	return r < 0 ? r : advi_assembly_end(&assembly, source->start + sink->source.bytes, err);
}

const struct advi_log_format advi_format_xalt = {"xalt", recognise, read_all, true, true};
const struct advi_log_format advi_format_xalt_documents = {"xalt-documents", recognise_documents,
							   read_all, false};
