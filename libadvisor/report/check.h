/* SPDX-License-Identifier: BSD-3-Clause */
/* Verdicts on an environment on their way out: what the writers share. */
#ifndef ADVI_REPORT_CHECK_H
#define ADVI_REPORT_CHECK_H

#include <advisor/report.h>

#include "advise/check.h"
#include "base/buf.h"

/* Verdicts on one environment, and all that was found, by line. */
struct advi_check_view {
	const struct adv_check *const *checks;
	size_t count;
	const char *path;       /* of the environment, without "./" in front */
	advi_findings findings; /* of all verdicts; what is not in each says in which */
	size_t counts[ADVI_SEVERITIES];
	struct advi_arena arena;
};

/* A form of verdicts: writes all of them as one document; errors are left to ferror(). */
typedef void advi_check_writer(const struct advi_check_view *view, FILE *file,
			       const struct adv_style *style);
advi_check_writer advi_check_text, advi_check_json, advi_check_junit, advi_check_sarif;
advi_check_writer advi_check_github, advi_check_gitlab, advi_check_markdown;

/* "added", "removed", "up", "down", "rebuilt" */
const char *advi_change_name(enum advi_change_kind kind);
/* "12 packages more, 3.4 MiB more to download, about 650 files more" */
void advi_check_say_growth(const struct adv_check *check, struct advi_buf *out);
/* The path as a reference of a URI: what may not stand in one is percent-encoded. */
void advi_check_uri(const struct advi_check_view *view, struct advi_buf *out);

#endif
