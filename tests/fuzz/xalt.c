/* SPDX-License-Identifier: BSD-3-Clause */
/* Fuzz target: an XALT record is taken or refused with a reason, and what is taken is in range. */
#include <stdlib.h>

#include "usage/record.h"
#include "usage/root.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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
