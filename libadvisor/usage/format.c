/* SPDX-License-Identifier: BSD-3-Clause */
/* Log formats: the table, and what line-by-line ones share. */
#include "usage/format.h"

#include "usage/format_json.h"

/* In the order in which they are tried on a source's beginning. */
static const struct advi_log_format *const formats[] = {
	&advi_format_counts,      &advi_format_sacct,          &advi_format_pbs,
	&advi_format_syslog,      &advi_format_snooper,        &advi_format_mods,
	&advi_format_counts_json, &advi_format_xalt_documents, &advi_format_xalt,
};

const struct advi_log_format *advi_format_named(const char *name)
{
	for (size_t i = 0; i < ADVI_COUNT(formats); i++)
		if (strcmp(formats[i]->name, name) == 0)
			return formats[i];
	return NULL;
}

const struct advi_log_format *advi_format_of(struct advi_str head)
{
	for (size_t i = 0; i < ADVI_COUNT(formats); i++)
		if (formats[i]->recognise(head))
			return formats[i];
	return NULL;
}

bool advi_format_accounts(const struct advi_log_format *format)
{
	return format == &advi_format_sacct || format == &advi_format_pbs;
}

bool advi_format_by_line(const struct advi_log_format *format, struct advi_str head)
{
	return format->by_line && (!format->json || advi_json_is_lines(head));
}

const char *advi_format_names(void)
{
	return "counts, counts-json, mods, pbs, sacct, snooper, syslog, xalt, xalt-documents";
}

int advi_format_line(struct advi_sink *sink, const struct advi_line *line,
		     advi_format_line_fn *each, void *context, struct adv_err *err)
{
	uint64_t rejected = sink->source.rejected;
	int r = 0;

	if (line->too_long)
		advi_sink_reject(sink, line->offset, "is longer than 16 MiB");
	else
		r = each(context, line, err);
	if (r == 0 && line->cut && sink->source.rejected > rejected)
		sink->cut_at = (struct advi_cut){true, line->offset};
	return r;
}

int advi_format_lines(const struct advi_source *source, struct advi_sink *sink,
		      advi_format_line_fn *each, void *context, struct adv_err *err)
{
	ADVI_AUTO(lines) struct advi_lines lines;
	struct advi_line line;
	int r;

	advi_lines_init(&lines, source->stream, ADVI_LINE_BYTES);
	lines.offset = source->start;
	while ((r = advi_lines_next(&lines, &line, err)) > 0) {
		sink->source.bytes = lines.offset - source->start;
		if (!line.too_long && !advi_str_trim(line.text).len)
			continue;
		sink->source.records++;
		if ((r = advi_format_line(sink, &line, each, context, err)) < 0)
			return r;
	}
	return r;
}
