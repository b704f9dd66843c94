/* SPDX-License-Identifier: BSD-3-Clause */
/* XALT's records in a syslog, cut into blocks, among the messages of everybody else. */
#include "usage/assembly.h"
#include "usage/format.h"

/* Not what a collector has wrapped in JSON: that is read as such, and its texts come here. */
static bool recognise(struct advi_str head)
{
	struct advi_str line, message;

	while (advi_str_split(&head, '\n', &line)) {
		line = advi_str_trim(line);
		if (line.len && line.ptr[0] != '{' && line.ptr[0] != '[' && line.ptr[0] != '"' &&
		    advi_block_find(line, &message))
			return true;
	}
	return false;
}

/* Whether the end of a line that has no line end is that of its message. */
static bool is_whole(struct advi_str message)
{
	struct advi_block block;

	if (advi_block_read(message, &block))
		return false;
	if (block.at + 1 < block.count)
		return block.value.len == ADVI_BLOCK_BYTES;
	return block.version < 3 ? block.value.len % 4 == 0
				 : advi_str_ends(block.value, ADVI_STR("}"));
}

struct reading {
	struct advi_assembly assembly;
	struct advi_sink *sink;
	uint64_t end;
};

static int take_line(void *context, const struct advi_line *line, struct adv_err *err)
{
	struct reading *reading = context;
	struct advi_str message;

	reading->end = line->offset;
	reading->sink->source.records--; /* a line is none; whole records are counted */
	if (!advi_block_find(line->text, &message))
		return 0;
	if (line->cut && !is_whole(message)) {
		reading->sink->source.records++;
		advi_sink_reject(reading->sink, line->offset, "is a message without its end");
		return 0;
	}
	return advi_assembly_take(&reading->assembly, message, line->offset, err);
}

static int read_all(const struct advi_source *source, struct advi_sink *sink, struct adv_err *err)
{
	struct reading reading = {.sink = sink};
	int r;

	advi_assembly_init(&reading.assembly, sink);
	r = advi_format_lines(source, sink, take_line, &reading, err);
	if (r == 0)
		r = advi_assembly_end(&reading.assembly, reading.end, err);
	advi_assembly_clear(&reading.assembly);
	return r;
}

const struct advi_log_format advi_format_syslog = {"syslog", recognise, read_all, true};
