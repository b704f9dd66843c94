/* SPDX-License-Identifier: BSD-3-Clause */
/* Reports on a store: of the whole site, or of one project. */
#include "base/err.h"
#include "report/page.h"

static void then_names(struct advi_map *out, const struct adv_plan *plan)
{
	for (size_t i = 0; i < plan->environment.count; i++)
		advi_map_add(out, advi_str(plan->environment.at[i].name), NULL);
}

static int print(struct advi_page *page, struct adv_err *err)
{
	ADVI_AUTO(map) struct advi_map then = {0};
	struct advi_tally tally;
	int r = 0;

	if (page->plan)
		then_names(&then, page->plan);
	advi_tally_make(&tally, page->workloads, page->project, &page->site->base_names,
			page->plan ? &then : NULL);
	page->tally = &tally;
	if (page->project && !tally.cover.workloads)
		r = advi_fail(err, ADV_EUSAGE,
			      "no usage of a project '%s' is known; "
			      "'conda-advisor usage --by project' lists those that are",
			      page->project);
	else if (page->project)
		advi_page_project(page);
	else
		advi_page_site(page);
	advi_tally_clear(&tally);
	return r < 0 ? r : advi_print_end(page->file, err);
}

int adv_report_write(const struct adv_store *store, const struct adv_plan *plan,
		     const char *project, FILE *file, const struct adv_style *style,
		     struct adv_err *err)
{
	struct advi_workloads workloads = {0};
	struct advi_page page = {.workloads = &workloads,
				 .site = advi_store_site(store),
				 .plan = plan,
				 .project = project,
				 .file = file,
				 .style = style};
	int r = advi_workloads_load(&workloads, store, NULL, plan ? plan->since : NULL,
				    plan ? plan->until : NULL, err);

	if (r == 0)
		r = print(&page, err);
	advi_workloads_clear(&workloads);
	return r;
}
