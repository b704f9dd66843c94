/* SPDX-License-Identifier: BSD-3-Clause */
/* Making the groups that the dashboard counts from, while it is done. */
#ifndef ADVI_REPORT_HTML_GROUPS_H
#define ADVI_REPORT_HTML_GROUPS_H

#include <string.h>

#include "report/html.h"

/* Of items, apart from their modules: by flags, place and kind. */
enum { MANNERS = ADVI_HTML_FLAGS * ADV_PLACE_COUNT * ADVI_HTML_KINDS };

struct grouping {
	struct advi_html_groups *out;
	struct advi_data *data;
	uint32_t *module_rank, *project_rank; /* by index in the data: in the page, plus 1 */
	uint32_t *set_of, *set_of_tally;      /* by index in the data: the page's set */
	uint32_t manner_row[MANNERS];         /* of what there is: from 1; of the rest 0 */
	uint32_t *item_of;                    /* by manner's row and module's rank */
};

/* Keys of maps that are rows of numbers: one of them, and two rows compared. */
static inline uint32_t advi_html_number(struct advi_str row, size_t at)
{
	uint32_t number;

	memcpy(&number, row.ptr + at, sizeof(number));
	return number;
}
int advi_html_compare_numbers(struct advi_str a, struct advi_str b);

/* The groups, in the order of what they hold, and the jobs that they share. */
void advi_html_collect(struct grouping *grouping);

#endif
