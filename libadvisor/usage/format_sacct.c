/* SPDX-License-Identifier: BSD-3-Clause */
/* What Slurm's 'sacct --parsable2' prints: a header that names the columns, then jobs and steps. */
#include "usage/format.h"

enum column { JOB, RAW, USER, ACCOUNT, NODES, START, END, ELAPSED, SECONDS, CLUSTER, COLUMNS };

static const char *const names[COLUMNS] = {
	"JobID", "JobIDRaw", "User",    "Account",    "NNodes",
	"Start", "End",      "Elapsed", "ElapsedRaw", "Cluster",
};

enum { MOST_COLUMNS = 300 };

struct reader {
	struct advi_sink *sink;
	int at[COLUMNS]; /* index of a column, or -1 */
	size_t count;    /* of columns */
	bool begun;
	struct advi_buf held; /* the line of the job whose steps come now */
	struct advi_job_seen job;
	bool has_job;
};

static bool take_header(struct reader *reader, struct advi_str line)
{
	struct advi_str name;

	reader->count = 0;
	for (int i = 0; i < COLUMNS; i++)
		reader->at[i] = -1;
	line = advi_str_trim(line);
	while (advi_str_split(&line, '|', &name) && reader->count < MOST_COLUMNS) {
		for (int i = 0; i < COLUMNS; i++)
			if (advi_str_is(name, names[i]))
				reader->at[i] = (int)reader->count;
		reader->count++;
	}
	return reader->count > 1 && (reader->at[JOB] >= 0 || reader->at[RAW] >= 0);
}

static bool recognise(struct advi_str head)
{
	struct reader reader = {0};

	return take_header(&reader, (struct advi_str){head.ptr, advi_str_find(head, '\n')});
}

/* The cells of a row that matter; false when it has not as many as the header. */
static bool split(const struct reader *reader, struct advi_str line, struct advi_str *cells)
{
	struct advi_str cell;
	size_t count = 0;

	for (int i = 0; i < COLUMNS; i++)
		cells[i] = ADVI_STR("");
	if (line.len && line.ptr[line.len - 1] == '\r')
		line.len--;
	while (advi_str_split(&line, '|', &cell)) {
		for (int i = 0; i < COLUMNS; i++)
			if (reader->at[i] == (int)count)
				cells[i] = cell;
		count++;
	}
	/* An empty last cell is none to the splitting. */
	return count == reader->count || count + 1 == reader->count;
}

static struct advi_str name_of(struct advi_str cell)
{
	return cell.len > ADVI_NAME_BYTES || memchr(cell.ptr, '\0', cell.len) ||
			       !advi_str_utf8(cell) || advi_str_is(cell, "unknown")
		       ? ADVI_STR("")
		       : cell;
}

static int64_t ticks_of(const struct advi_str *cells)
{
	uint64_t seconds;

	if (advi_str_u64(cells[SECONDS], &seconds) && seconds < 10000000000)
		return (int64_t)seconds * 10000;
	return advi_job_ticks(cells[ELAPSED]);
}

static uint32_t nodes_of(struct advi_str cell)
{
	uint64_t nodes;

	return advi_str_u64(cell, &nodes) && nodes >= 1 && nodes <= 10000000 ? (uint32_t)nodes : 1;
}

/* Gives the job whose steps have all been seen to the sink. */
static int finish_job(struct reader *reader, struct adv_err *err)
{
	if (!reader->has_job)
		return 0;
	reader->has_job = false;
	return advi_sink_job(reader->sink, &reader->job, err);
}

/* A job's own row. One that has not begun says nothing yet. */
static int take_job(struct reader *reader, const struct advi_line *line, struct adv_err *err)
{
	struct advi_str cells[COLUMNS];
	struct advi_job_seen *job = &reader->job;
	int64_t start;
	int r = finish_job(reader, err);

	if (r < 0)
		return r;
	advi_buf_reset(&reader->held);
	advi_buf_add(&reader->held, line->text);
	split(reader, advi_buf_str(&reader->held), cells);
	start = advi_job_time(cells[START]);
	*job = (struct advi_job_seen){
		.number = advi_job_number(cells[RAW].len ? cells[RAW] : cells[JOB]),
		.host = name_of(cells[CLUSTER]),
		.user = name_of(cells[USER]),
		.project = name_of(cells[ACCOUNT]),
		.nodes = nodes_of(cells[NODES]),
		.ticks = ticks_of(cells),
	};
	if (!job->number.len || job->number.len < (cells[RAW].len ? cells[RAW] : cells[JOB]).len) {
		/* "12_7", "12_[1-9]", "12+1": what a job of an array or a pack is called only here.
		 */
		if (advi_str_find(cells[JOB], '_') == cells[JOB].len &&
		    advi_str_find(cells[JOB], '+') == cells[JOB].len)
			advi_sink_reject(reader->sink, line->offset, "has no usable JobID");
	} else if (reader->at[START] < 0 || !cells[START].len) {
		advi_sink_reject(reader->sink, line->offset, "has no Start");
	} else if (start) {
		if (advi_job_months(job, start, advi_job_time(cells[END])))
			reader->has_job = true;
		else
			advi_sink_reject(reader->sink, line->offset, "has no usable Start and End");
	}
	return 0;
}

/* A step on fewer nodes: a run of one node may well be one of it, and stays so. */
static void take_step(struct reader *reader, struct advi_str name, const struct advi_str *cells)
{
	struct advi_str step = advi_str_from(name, advi_str_find(name, '.') + 1);
	uint64_t number;

	if (reader->has_job && advi_str_u64(step, &number) &&
	    nodes_of(cells[NODES]) < reader->job.nodes)
		reader->job.nodes = 1;
}

static int take_line(void *context, const struct advi_line *line, struct adv_err *err)
{
	struct reader *reader = context;
	struct advi_str cells[COLUMNS], name;

	if (!reader->begun) {
		reader->begun = true;
		reader->sink->source.records--;
		return take_header(reader, line->text)
			       ? 0
			       : advi_fail(err, ADV_EINPUT,
					   "a header with JobID and Start, as sacct --parsable2 "
					   "writes it, was expected");
	}
	if (!split(reader, line->text, cells)) {
		advi_sink_reject(reader->sink, line->offset, "has not the header's columns");
		return 0;
	}
	name = cells[RAW].len ? cells[RAW] : cells[JOB];
	if (advi_str_find(name, '.') == name.len)
		return take_job(reader, line, err);
	take_step(reader, name, cells);
	return 0;
}

static int read_all(const struct advi_source *source, struct advi_sink *sink, struct adv_err *err)
{
	struct reader reader = {.sink = sink, .held = ADVI_BUF_INIT(ADVI_LINE_BYTES)};
	int r = advi_format_lines(source, sink, take_line, &reader, err);

	if (r == 0)
		r = finish_job(&reader, err);
	advi_buf_clear(&reader.held);
	return r;
}

const struct advi_log_format advi_format_sacct = {"sacct", recognise, read_all, false};
