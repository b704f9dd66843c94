/* SPDX-License-Identifier: BSD-3-Clause */
/* Ready-made counts: CSV with a header line that names its columns, in any order. */
#include "io/csv.h"
#include "usage/counts.h"
#include "usage/format.h"

struct reader {
	struct advi_sink *sink;
	struct advi_csv csv;
	int at[ADVI_COUNT_COLUMNS]; /* index of a column, or -1 */
	bool begun;
};

/* A user or a project may be missing altogether; the other columns may not. */
static bool take_header(struct reader *reader, struct advi_str line)
{
	if (advi_csv_read(&reader->csv, line))
		return false;
	for (int i = 0; i < ADVI_COUNT_COLUMNS; i++) {
		reader->at[i] = advi_csv_find(&reader->csv, advi_count_columns[i]);
		if (reader->at[i] < 0 && i != ADVI_COUNT_USER && i != ADVI_COUNT_PROJECT)
			return false;
	}
	return true;
}

static bool recognise(struct advi_str head)
{
	struct reader reader = {.csv = ADVI_CSV_INIT};
	bool found = take_header(&reader, (struct advi_str){head.ptr, advi_str_find(head, '\n')});

	advi_csv_clear(&reader.csv);
	return found;
}

/* Returns NULL, or what is wrong with the row. */
static const char *parse(struct reader *reader, struct advi_str line, struct advi_count_seen *out)
{
	struct advi_str cell[ADVI_COUNT_COLUMNS];
	const char *problem = advi_csv_read(&reader->csv, line);

	if (problem)
		return problem;
	for (int i = 0; i < ADVI_COUNT_COLUMNS; i++)
		cell[i] = advi_csv_field(&reader->csv, reader->at[i]);
	return advi_counts_parse(cell, out);
}

static int take_line(void *context, const struct advi_line *line, struct adv_err *err)
{
	struct reader *reader = context;
	struct advi_count_seen count;
	const char *problem;

	if (!reader->begun) {
		reader->begun = true;
		reader->sink->source.records--;
		return take_header(reader, line->text)
			       ? 0
			       : advi_fail(err, ADV_EINPUT,
					   "the header month,user,project,module,place,runs was "
					   "expected");
	}
	problem = parse(reader, line->text, &count);
	if (!problem)
		return advi_sink_count(reader->sink, &count, err);
	advi_sink_reject(reader->sink, line->offset, problem);
	return 0;
}

static int read_all(const struct advi_source *source, struct advi_sink *sink, struct adv_err *err)
{
	struct reader reader = {.sink = sink, .csv = ADVI_CSV_INIT};
	int r = advi_format_lines(source, sink, take_line, &reader, err);

	advi_csv_clear(&reader.csv);
	return r;
}

const struct advi_log_format advi_format_counts = {"counts", recognise, read_all, false};
