/* SPDX-License-Identifier: BSD-3-Clause */
/* What lies in users' environments and what reading it costs, for people: a few sentences. */
#include "advise/redundancy.h"
#include "base/text.h"
#include "report/plan_actions.h"
#include "report/table.h"

static void count(struct advi_buf *out, uint64_t number, const char *one, const char *many)
{
	advi_text_count(out, number);
	advi_buf_printf(out, " %s", number == 1 ? one : many);
}

static void installed(struct advi_buf *out, const struct advi_redundancy *redundancy,
		      const struct advi_copies *copies)
{
	advi_text_bytes(out, advi_installed_bytes(redundancy, copies->bytes));
}

void advi_say_copies(struct advi_buf *out, const struct advi_redundancy *redundancy)
{
	const struct advi_copies *lacking = &redundancy->lacking, *freed = &redundancy->freed;

	if (!lacking->copies)
		return;
	count(out, lacking->environments, "environment of users holds ",
	      "environments of users hold ");
	count(out, lacking->copies, "copy", "copies");
	advi_buf_text(out, " of packages that base lacks: ");
	advi_text_bytes(out, lacking->bytes);
	advi_buf_text(out, " to download, about ");
	installed(out, redundancy, lacking);
	advi_buf_text(out, " installed. With the plan base has ");
	advi_text_count(out, redundancy->served.copies);
	advi_buf_text(out, " of these (about ");
	installed(out, redundancy, &redundancy->served);
	advi_buf_text(out, "), and ");
	count(out, freed->environments, "environment is", "environments are");
	advi_buf_text(out, " needed no more (about ");
	installed(out, redundancy, freed);
	advi_buf_text(out, ", copies of what base has already included).");
}

void advi_say_files(struct advi_buf *out, const struct advi_redundancy *redundancy)
{
	uint64_t gone = advi_files_a_month(redundancy, redundancy->node_imports_gone);

	if (!redundancy->node_imports || !redundancy->months)
		return;
	advi_buf_text(out, "Imports from users' environments open about ");
	count(out, advi_files_a_month(redundancy, redundancy->node_imports), "file", "files");
	advi_buf_text(out, " a month; the plan takes away ");
	advi_text_count(out, gone);
	advi_buf_text(out, " of these, with ");
	count(out, gone * ADVI_CALLS_PER_FILE, "file-system call", "file-system calls");
	advi_buf_text(out, " (");
	count(out, redundancy->processes_per_node, "process", "processes");
	advi_buf_text(out, " a node, ");
	count(out, redundancy->files_per_import, "file", "files");
	advi_buf_text(out, " an import).");
}

void advi_print_redundancy(const struct adv_plan *plan, FILE *file, const struct adv_style *style)
{
	ADVI_AUTO(buf) struct advi_buf copies = ADVI_BUF_INIT(4096);
	ADVI_AUTO(buf) struct advi_buf files = ADVI_BUF_INIT(4096);

	advi_say_copies(&copies, &plan->redundancy);
	advi_say_files(&files, &plan->redundancy);
	if (copies.len)
		advi_print_paragraph(file, style, 2, 4, copies.ptr);
	if (files.len)
		advi_print_paragraph(file, style, 2, 4, files.ptr);
}
