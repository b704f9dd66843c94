/* SPDX-License-Identifier: BSD-3-Clause */
/* Ready-made counts: CSV with a header line that names its columns, in any order. */
#include "io/csv.h"
#include "usage/format.h"

enum column { MONTH, USER, PROJECT, MODULE, PLACE, RUNS, COLUMNS };

static const char *const names[COLUMNS] = {"month", "user", "project", "module", "place", "runs"};

struct reader {
	struct advi_sink *sink;
	struct advi_csv csv;
	int at[COLUMNS]; /* index of a column, or -1 */
	bool begun;
};

/* A user or a project may be missing altogether; the other columns may not. */
static bool take_header(struct reader *reader, struct advi_str line)
{
	if (advi_csv_read(&reader->csv, line))
		return false;
	for (int i = 0; i < COLUMNS; i++) {
		reader->at[i] = advi_csv_find(&reader->csv, names[i]);
		if (reader->at[i] < 0 && i != USER && i != PROJECT)
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

static int place_of(struct advi_str name)
{
	for (int i = 0; i < ADV_PLACE_COUNT; i++)
		if (advi_str_is(name, adv_place_name((enum adv_place)i)))
			return i;
	return -1;
}

static bool is_name(struct advi_str text)
{
	return text.len <= ADVI_NAME_BYTES && !memchr(text.ptr, '\0', text.len) &&
	       advi_str_utf8(text);
}

/* Returns NULL, or what is wrong with the row. */
static const char *parse(struct reader *reader, struct advi_str line, struct advi_count_seen *out)
{
	struct advi_str cell[COLUMNS];
	const char *problem = advi_csv_read(&reader->csv, line);

	if (problem)
		return problem;
	for (int i = 0; i < COLUMNS; i++)
		cell[i] = advi_csv_field(&reader->csv, reader->at[i]);
	*out = (struct advi_count_seen){
		.month = advi_month_read(cell[MONTH]),
		.user = cell[USER],
		.project = advi_str_is(cell[PROJECT], "unknown") ? ADVI_STR("") : cell[PROJECT],
		.module = {cell[MODULE].ptr, advi_str_find(cell[MODULE], '.')},
		.place = place_of(cell[PLACE]),
	};
	if (!out->month)
		return "has no month such as 2025-03";
	if (!out->module.len || !is_name(out->module))
		return "has no usable module";
	if (!is_name(out->user) || !is_name(out->project))
		return "has an unusable user or project";
	if (out->place < 0)
		return "has an unknown place";
	if (!advi_str_u64(cell[RUNS], &out->runs) || !out->runs || out->runs > UINT32_MAX)
		return "has no usable number of runs";
	return NULL;
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
