/* SPDX-License-Identifier: BSD-3-Clause */
/* Parts that the site's and a project's report share. */
#ifndef ADVI_REPORT_PAGE_H
#define ADVI_REPORT_PAGE_H

#include "advise/plan.h"
#include "report/table.h"
#include "report/tally.h"

struct advi_page {
	const struct advi_workloads *workloads;
	const struct adv_site *site;
	const struct adv_plan *plan; /* or NULL */
	const struct advi_tally *tally;
	const char *project; /* or NULL */
	FILE *file;
	const struct adv_style *style;
};

/* A cell of users; fewer than the site's min_users are not told exactly. */
void advi_page_users(const struct advi_page *page, struct advi_table *table, uint64_t users);
/* Users and workloads, covered now and with the plan. */
void advi_page_cover(const struct advi_page *page);
/* Where environments lie. */
void advi_page_places(const struct advi_page *page);
/* Packages that are imported from elsewhere than base, and what the plan does about them. */
void advi_page_packages(const struct advi_page *page);

/* The whole reports. */
void advi_page_site(const struct advi_page *page);
void advi_page_project(const struct advi_page *page);

#endif
