/* SPDX-License-Identifier: BSD-3-Clause */
/* The bundles of a plan for people: a table, what each is for, and what all of them come to. */
#include "report/table.h"

#include "report/plan_bundles.h"

#include "base/text.h"

enum { TEXT_CAP = 1 << 20, WANTED_SHOWN = 8 };

static void print_table(const struct adv_plan *plan, FILE *file, const struct adv_style *style)
{
	static const struct advi_column columns[] = {
		{"bundle", false, true},   {"kind", false, false},     {"users", true, false},
		{"frees", true, false},    {"workloads", true, false}, {"packages", true, false},
		{"download", true, false},
	};
	struct advi_table table;

	advi_table_init(&table, columns, ADVI_COUNT(columns));
	for (size_t i = 0; i < plan->bundles.count; i++) {
		const struct advi_plan_bundle *bundle = &plan->bundles.at[i];

		advi_table_text(&table, bundle->name);
		advi_table_text(&table, bundle->kind);
		advi_table_count(&table, bundle->users);
		advi_table_dash(&table, bundle->users_freed);
		advi_table_count(&table, bundle->workloads);
		advi_table_count(&table, bundle->packages);
		advi_table_bytes(&table, bundle->bytes);
	}
	advi_table_print(&table, file, style, 2);
	advi_table_clear(&table);
}

/* "torch: torch-geometric, torchvision and 3 more; most users work in Biology" */
static void print_wanted(const struct advi_plan_bundle *bundle, FILE *file,
			 const struct adv_style *style)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(TEXT_CAP);

	advi_buf_printf(&text, "%s is for ", bundle->name);
	for (size_t i = 0; i < bundle->wanted.count && i < WANTED_SHOWN; i++)
		advi_buf_printf(&text, "%s%s", i ? ", " : "", bundle->wanted.at[i]);
	if (bundle->wanted.count > WANTED_SHOWN)
		advi_buf_printf(&text, " and %zu more", bundle->wanted.count - WANTED_SHOWN);
	if (bundle->domain)
		advi_buf_printf(&text, "; most of its users work in %s", bundle->domain);
	advi_print_paragraph(file, style, 2, 4, advi_buf_str(&text).ptr);
}

static void print_sum(const struct adv_plan *plan, FILE *file, const struct adv_style *style)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(TEXT_CAP);
	uint64_t unsized = 0;

	advi_buf_text(&text, "With base as planned and these, ");
	advi_text_count(&text, plan->bundled.users);
	advi_buf_text(&text, " of ");
	advi_text_count(&text, plan->effect.users);
	advi_buf_text(&text, " users and ");
	advi_text_count(&text, plan->bundled.workloads);
	advi_buf_text(&text, " of ");
	advi_text_count(&text, plan->effect.workloads);
	advi_buf_text(&text, " workloads are covered.");
	if (plan->bundled.left) {
		bool one = plan->bundled.left == 1;

		advi_buf_byte(&text, ' ');
		advi_text_count(&text, plan->bundled.left);
		advi_buf_printf(&text, " more lack%s only what the channels have, and %s in none.",
				one ? "s" : "", one ? "is" : "are");
	}
	for (size_t i = 0; i < plan->bundles.count; i++)
		unsized += plan->bundles.at[i].unsized;
	if (unsized) {
		advi_buf_text(&text, " The channels tell no size of ");
		advi_text_count(&text, unsized);
		advi_buf_printf(&text, " of their packages.");
	}
	advi_print_paragraph(file, style, 2, 2, advi_buf_str(&text).ptr);
	if (!plan->bundles.count)
		return;
	advi_print_paragraph(
		file, style, 2, 2,
		"layer: packages on top of base, which stays as it is; whole: on its own, since it "
		"can't be solved with base; users: have a workload that it covers and base does "
		"not; frees: of them, who need nothing else then; packages, download: its own.");
}

void advi_print_bundles(const struct adv_plan *plan, FILE *file, const struct adv_style *style)
{
	size_t most = style && style->rows ? style->rows : SIZE_MAX;

	if (!plan->max_bundles)
		return;
	fputc('\n', file);
	if (plan->bundles.count)
		advi_print_line(file, style, ADVI_BOLD,
				"Bundles beside base, most coverage a byte first (%zu)",
				plan->bundles.count);
	else
		advi_print_line(file, style, ADVI_BOLD, "No bundle beside base would cover more");
	if (plan->bundles.count)
		print_table(plan, file, style);
	for (size_t i = 0; i < plan->bundles.count && i < most; i++)
		if (plan->bundles.at[i].wanted.count > 1 || plan->bundles.at[i].domain)
			print_wanted(&plan->bundles.at[i], file, style);
	print_sum(plan, file, style);
}
