/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Fuzz targets, one a log format: any bytes as a log of the format that the program is named after
 * (log_syslog, log_counts-json, ...). All inputs go into one store in memory, which is taken back
 * after each: so there are many in a second. Reading the same again must change nothing.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <advisor.h>

#include "base/mem.h"
#include "site/site.h"
#include "usage/format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char recipe[] =
	"{\"schema\":\"advisor.site/1\",\"name\":\"f\",\"imports\":{\"numpy\":\"numpy\"},"
	"\"places\":[{\"class\":\"home\",\"prefix\":\"/home/\"}],\"base_packages\":[]}";

/* What is made once. */
static struct {
	const struct advi_log_format *format;
	struct adv_site *site;
	struct adv_store *store;
	struct advi_sink sink;
	int fd; /* of the log */
	char path[64];
} all;

/* What came of one reading. */
struct outcome {
	int r;
	uint64_t records, rejected, runs;
};

static void make(void)
{
	const char *name = strstr(program_invocation_short_name, "log_");
	struct advi_pseudonyms names = {.names = true, .has_key = true};
	struct adv_err err = ADV_ERR_INIT;

	all.format = name ? advi_format_named(name + 4) : NULL;
	all.fd = memfd_create("log", MFD_CLOEXEC);
	snprintf(all.path, sizeof(all.path), "/proc/self/fd/%d", all.fd);
	if (!all.format || all.fd < 0 ||
	    advi_site_parse(&all.site, advi_str(recipe), "recipe", &err) < 0 ||
	    adv_store_open(&all.store, ":memory:", ADV_STORE_WRITE, &err) < 0 ||
	    advi_sink_open(&all.sink, all.store, all.site, &names, &err) < 0)
		abort();
}

/* A header that is none ends the reading; nothing else does. */
static struct outcome read_log(const uint8_t *data, size_t size)
{
	ADVI_AUTO(stream) struct advi_stream *stream = NULL;
	struct advi_source source = {
		.head = {(const char *)data, size}, .whole = true, .name = "log.2025-03.json"};
	struct advi_sink *sink = &all.sink;
	struct adv_err err = ADV_ERR_INIT;
	struct outcome out;

	if (advi_stream_open_range(&stream, all.path, 0, UINT64_MAX, &err) < 0)
		abort();
	source.stream = stream;
	out.r = all.format->read(&source, sink, &err);
	if ((out.r < 0 && (out.r != ADV_EINPUT || !err.text[0])) || sink->failed ||
	    advi_gather_flush(&sink->gather, &err) < 0)
		abort();
	for (size_t i = 0; i < sink->rejects.count; i++)
		if (sink->rejects.at[i].offset > size || !sink->rejects.at[i].reason)
			abort();
	out.records = sink->source.records;
	out.rejected = sink->source.rejected;
	out.runs = sink->gather.runs_added;
	if (out.rejected > out.records || out.runs > out.records)
		abort();
	sink->gather.runs_added = 0;
	advi_sink_drop_source(sink);
	return out;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct adv_err err = ADV_ERR_INIT;
	struct outcome first, again;

	if (!all.format)
		make();
	if (ftruncate(all.fd, 0) < 0 || pwrite(all.fd, data, size, 0) != (ssize_t)size ||
	    advi_sink_begin(&all.sink, &err) < 0)
		abort();
	first = read_log(data, size);
	again = read_log(data, size);
	if (first.r != again.r || first.records != again.records ||
	    first.rejected != again.rejected || again.runs)
		abort();
	advi_sink_rollback(&all.sink);
	all.sink.pieces.any = false;
	return 0;
}
