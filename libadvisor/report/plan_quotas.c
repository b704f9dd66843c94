/* SPDX-License-Identifier: BSD-3-Clause */
/* What domains and projects were to get at least, and what they get, for people. */
#include "report/plan_quotas.h"

#include "base/text.h"

static bool is_share(const struct advi_plan_quota *quota)
{
	return strcmp(quota->measure, "share") == 0;
}

static void quota_row(struct advi_table *table, const struct advi_plan_quota *quota)
{
	advi_table_printf(table, "%s %s", quota->group, quota->name);
	advi_table_text(table, is_share(quota) ? "wants" : "users");
	if (is_share(quota))
		advi_table_printf(table, "%llu (%llu %%)", (unsigned long long)quota->asked,
				  (unsigned long long)quota->percent);
	else
		advi_table_count(table, quota->asked);
	advi_table_count(table, quota->now);
	advi_table_count(table, quota->reached);
	advi_table_count(table, quota->all);
	advi_table_text(table, quota->why ? "no" : "yes");
}

static void print_why_not(const struct adv_plan *plan, FILE *file, const struct adv_style *style)
{
	for (size_t i = 0; i < plan->quotas.count; i++) {
		const struct advi_plan_quota *quota = &plan->quotas.at[i];
		ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(4096);

		if (!quota->why)
			continue;
		advi_buf_printf(&text, "%s %s, %s: %s", quota->group, quota->name, quota->measure,
				quota->why);
		advi_print_paragraph(file, style, 2, 4, text.ptr ? text.ptr : "");
	}
}

void advi_print_quotas(const struct adv_plan *plan, FILE *file, const struct adv_style *style)
{
	static const struct advi_column columns[] = {
		{"quota", false, true},    {"counted", false, false},      {"asked", true, false},
		{"now", true, false},      {"with the plan", true, false}, {"of", true, false},
		{"reached", false, false},
	};
	struct advi_table table;
	size_t reached = 0;
	bool wants = false;

	if (!plan->quotas.count)
		return;
	for (size_t i = 0; i < plan->quotas.count; i++) {
		reached += !plan->quotas.at[i].why;
		wants = wants || is_share(&plan->quotas.at[i]);
	}
	fputc('\n', file);
	advi_print_line(file, style, ADVI_BOLD, "Quotas of the recipe (%zu of %zu reached)",
			reached, plan->quotas.count);
	advi_table_init(&table, columns, ADVI_COUNT(columns));
	for (size_t i = 0; i < plan->quotas.count; i++)
		quota_row(&table, &plan->quotas.at[i]);
	advi_table_print(&table, file, style, 2);
	advi_table_clear(&table);
	if (wants)
		advi_print_paragraph(
			file, style, 2, 2,
			"A want is a user and a package that base lacks and one of the "
			"user's workloads there needs.");
	print_why_not(plan, file, style);
}
