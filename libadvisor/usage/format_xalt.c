/* SPDX-License-Identifier: BSD-3-Clause */
/* XALT records as JSON: a record a line, or documents of any shape. */
#include "usage/assembly.h"
#include "usage/format_json.h"

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

static int take_good(struct advi_sink *sink, struct advi_str words, struct advi_record_seen *record,
		     struct adv_err *err)
{
	if (record->kind == ADVI_RECORD_RUN)
		return advi_sink_run(sink, &record->run, err);
	if (record->kind != ADVI_RECORD_IMPORT)
		return 0;
	record->import.words = words;
	return advi_sink_import(sink, &record->import, err);
}

int advi_xalt_take(struct advi_sink *sink, struct advi_str text, uint64_t offset,
		   const char **problem, struct adv_err *err)
{
	struct advi_record_seen record;
	struct advi_json json;
	advi_paths libs = {0};
	struct advi_str words;
	int r;

	if (!text.len || text.ptr[0] != '{')
		return ADVI_FOREIGN;
	r = advi_sink_recall(sink, text, &words, err);
	if (r != 0)
		return r < 0 ? r : ADVI_TAKEN;
	advi_json_init(&json, text);
	advi_xalt_read_known(&json, &libs, advi_sink_knows_libs, sink, &record);
	r = take_good(sink, words, &record, err);
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
	r = advi_json_read(source, sink, &records, err);
	return r < 0 ? r : advi_assembly_end(&assembly, source->start + sink->source.bytes, err);
}

const struct advi_log_format advi_format_xalt = {"xalt", recognise, read_all, true};
const struct advi_log_format advi_format_xalt_documents = {"xalt-documents", recognise_documents,
							   read_all, false};
