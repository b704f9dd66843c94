/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Fuzz target: an XALT record is taken or refused with a reason, what is taken is in range, and by
 * the shape of another record it is what it is without.
 */
#include <stdlib.h>

#include "usage/record.h"
#include "usage/root.h"
#include "usage/shape.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char learned[] =
	"{\"crc\":\"0x1\",\"cmdlineA\":[\"python\"],\"libA\":[[\"a\",\"0\"]],\"ptA\":[{}],"
	"\"envT\":{},\"userT\":{\"syshost\":\"h\",\"cwd\":\"/\",\"run_uuid\":\"0\",\"user\":\"u\"},"
	"\"userDT\":{\"start_time\":1,\"end_time\":2.5,\"num_nodes\":1},\"XALT_qaT\":{\"a\":\"b\"}}";

/* Passes over any value, as one who has met them all: the record must be well-formed by itself. */
static size_t know(void *context, struct advi_str key, struct advi_str rest,
		   struct advi_xalt_environment *environment)
{
	struct advi_json json;
	size_t known;

	(void)context;
	(void)key;
	(void)environment;
	advi_json_init(&json, rest);
	known = advi_json_skip(&json) ? (size_t)(json.at - rest.ptr) : 0;
	advi_json_clear(&json);
	return known;
}

static void check_shape(struct advi_str text, const struct advi_record_seen *want)
{
	const struct advi_xalt_memory memory = {.known = know};
	struct advi_shapes shapes = {0};
	struct advi_record_seen seen;

	advi_shapes_learn(&shapes, ADVI_STR(learned));
	if (advi_shapes_read(&shapes, text, &memory, &seen) &&
	    (seen.kind != want->kind ||
	     (seen.kind == ADVI_RECORD_RUN &&
	      (seen.run.month != want->run.month || seen.run.ticks != want->run.ticks ||
	       seen.run.nodes != want->run.nodes || !advi_str_eq(seen.run.user, want->run.user)))))
		abort();
	advi_shapes_clear(&shapes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct advi_record_seen record;
	struct advi_json json;
	advi_paths libs = {0};
	enum advi_root_kind kind;

	advi_json_init(&json, (struct advi_str){(const char *)data, size});
	advi_xalt_read(&json, &libs, &record);
	if ((record.kind == ADVI_RECORD_REFUSED) != (record.problem != NULL))
		abort();
	check_shape((struct advi_str){(const char *)data, size}, &record);
	if (record.kind == ADVI_RECORD_RUN &&
	    (!record.run.user.len || !record.run.month || record.run.ticks < 0 ||
	     !record.run.nodes || !(record.run.probability > 0) ||
	     record.run.environment.len > ADVI_PATH_BYTES))
		abort();
	for (size_t i = 0; record.kind == ADVI_RECORD_RUN && i < record.run.lib_count; i++)
		if (!advi_path_module(record.run.libs[i]).len)
			abort();
	if (record.kind == ADVI_RECORD_IMPORT) {
		struct advi_str root =
			advi_root_of(record.import.path, record.import.module, &kind);

		if (!record.import.module.len || !root.len || root.len > ADVI_PATH_BYTES)
			abort();
	}
	advi_json_clear(&json);
	advi_vec_clear(&libs);
	return 0;
}
