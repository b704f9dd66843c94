/* SPDX-License-Identifier: BSD-3-Clause */
/* Emitters of usage answers: one function a format. */
#ifndef ADVI_REPORT_USAGE_EMIT_H
#define ADVI_REPORT_USAGE_EMIT_H

#include <advisor/report.h>

typedef void advi_usage_emit(const struct adv_usage *usage, FILE *file,
			     const struct adv_style *style);

advi_usage_emit advi_usage_text, advi_usage_json, advi_usage_csv;

/* One key that rows can be grouped by. */
struct advi_usage_key {
	enum adv_usage_by by;
	const char *name;
	/* Its value in a row. */
	const char *(*text)(const struct adv_usage_row *row);
};
enum { ADVI_USAGE_KEYS = 6 };
/* In the order of enum adv_usage_by. */
extern const struct advi_usage_key advi_usage_keys[ADVI_USAGE_KEYS];

/* Whether rows of this answer are of exactly these users (an overlap). */
bool advi_usage_is_overlap(const struct adv_usage *usage);

#endif
