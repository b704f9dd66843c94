/* SPDX-License-Identifier: BSD-3-Clause */
/* A lane's batches, taken by a sink. */
#include "usage/sink.h"

void advi_intake_clear(struct advi_intake *intake)
{
	advi_vec_clear(&intake->lists);
	advi_vec_clear(&intake->scripts);
	advi_vec_clear(&intake->imports);
}

static int add_lists(struct advi_intake *intake, struct advi_sink *sink,
		     const struct advi_batch *batch, struct adv_err *err)
{
	int r = 0;

	if (batch->anew)
		intake->lists.count = intake->scripts.count = intake->imports.count = 0;
	for (size_t i = 0; i < batch->lists.count && r == 0; i++) {
		const struct advi_batch_list *list = &batch->lists.at[i];
		size_t first = intake->imports.count;

		r = list->mapped
			    ? advi_sink_libs(sink,
					     list->count ? &batch->paths.at[list->first] : NULL,
					     list->count, &intake->imports, err)
			    : advi_sink_imports(sink, &list->import, &intake->imports, err);
		advi_vec_push(&intake->lists,
			      ((struct advi_intake_list){
				      (uint32_t)first, (uint32_t)(intake->imports.count - first)}));
	}
	return r;
}

/* Appends a list's imports to those of a script. */
static void extend(struct advi_intake *intake, struct advi_intake_script *script, uint32_t number)
{
	struct advi_intake_list list = intake->lists.at[number];

	for (uint32_t i = 0; i < list.count; i++)
		advi_vec_push(&intake->imports, intake->imports.at[list.first + i]);
	script->count += list.count;
}

/* The imports of a run whose script is told for the first time. */
static void add_script(struct advi_intake *intake, const struct advi_batch *batch,
		       const struct advi_batch_run *run)
{
	const struct advi_batch_script *told = &batch->scripts.at[intake->told++];
	struct advi_intake_script script = {.first = (uint32_t)intake->imports.count};

	extend(intake, &script, run->list);
	for (uint32_t i = 0; i < told->count; i++)
		extend(intake, &script, batch->numbers.at[told->first + i]);
	advi_vec_push(&intake->scripts, script);
}

static const uint32_t *imports_of(const struct advi_intake *intake, uint32_t first, uint32_t count)
{
	return count ? intake->imports.at + first : NULL;
}

static int add_run(struct advi_intake *intake, struct advi_sink *sink,
		   const struct advi_batch *batch, const struct advi_batch_run *run,
		   struct adv_err *err)
{
	struct advi_intake_list list = {0, 0};

	if (run->script != ADVI_NO_LIST) {
		struct advi_intake_script *script;

		if (run->script >= intake->scripts.count)
			add_script(intake, batch, run);
		script = &intake->scripts.at[run->script];
		return advi_sink_run_whole(sink, &run->seen,
					   imports_of(intake, script->first, script->count),
					   script->count, &script->set, err);
	}
	if (run->list != ADVI_NO_LIST)
		list = intake->lists.at[run->list];
	return advi_sink_run_of(sink, &run->seen, imports_of(intake, list.first, list.count),
				list.count, err);
}

static int add_imports(struct advi_intake *intake, struct advi_sink *sink,
		       const struct advi_batch *batch, const struct advi_batch_entry *entry,
		       struct adv_err *err)
{
	sink->libs.count = 0;
	for (uint32_t i = 0; i < entry->count; i++) {
		struct advi_intake_list list =
			intake->lists.at[batch->numbers.at[entry->first + i]];

		for (uint32_t k = 0; k < list.count; k++)
			advi_vec_push(&sink->libs, intake->imports.at[list.first + k]);
	}
	return advi_sink_add(sink, entry->uuid, sink->libs.at, sink->libs.count, err);
}

int advi_intake_add(struct advi_intake *intake, struct advi_sink *sink,
		    const struct advi_batch *batch, advi_intake_line_fn *line, void *context,
		    struct adv_err *err)
{
	int r = add_lists(intake, sink, batch, err);

	intake->told = 0;
	for (size_t i = 0; i < batch->entries.count && r == 0; i++) {
		const struct advi_batch_entry *entry = &batch->entries.at[i];

		if (entry->kind == ADVI_BATCH_RUN)
			r = add_run(intake, sink, batch, &batch->runs.at[entry->first], err);
		else if (entry->kind == ADVI_BATCH_IMPORTS)
			r = add_imports(intake, sink, batch, entry, err);
		else
			r = line(context,
				 (struct advi_str){batch->chunk.lines.ptr + entry->first,
						   entry->count},
				 entry->first, err);
	}
	return r;
}
