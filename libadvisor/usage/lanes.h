/* SPDX-License-Identifier: BSD-3-Clause */
/* XALT's records in lines, read by lanes, chunk by chunk. */
#ifndef ADVI_USAGE_LANES_H
#define ADVI_USAGE_LANES_H

#include "usage/format_json.h"

/* As advi_json_read_lines for records of XALT, to the same end. */
int advi_lanes_read(const struct advi_source *source, struct advi_sink *sink,
		    const struct advi_json_records *records, struct adv_err *err);

#endif
