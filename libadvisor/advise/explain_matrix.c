/* SPDX-License-Identifier: BSD-3-Clause */
/* Explanations for several Pythons and node types. */
#include "advise/explain.h"

enum { CELLS = 64 };

/* Cells come in the order of the variants, whatever they are found to be. */
static int add_cell(struct adv_explanation *ex, const struct adv_world *world,
		    const struct adv_variant *variant, const char *const *specs, size_t count,
		    const struct adv_watch *watch, struct adv_err *err)
{
	struct advi_cell *cell = advi_vec_new(&ex->cells);
	struct adv_variant *copy = advi_arena_alloc(&ex->arena, sizeof(*copy));
	struct adv_err why = ADV_ERR_INIT;
	int r;

	if (variant->python)
		copy->python = advi_arena_dup(&ex->arena, variant->python);
	if (variant->node_type)
		copy->node_type = advi_arena_dup(&ex->arena, variant->node_type);
	cell->variant = copy;
	cell->label = advi_variant_label(variant, &ex->arena);
	r = advi_world_try_vary(&cell->world, world, variant, watch, &why);
	if (r == ADV_NO) {
		cell->base_why = advi_arena_dup(&ex->arena, why.text);
		return 0;
	}
	if (r < 0)
		return advi_fail(err, r, "%s", why.text);
	return adv_explain(&cell->ex, cell->world, specs, count, watch, err);
}

int adv_explain_matrix(struct adv_explanation **out, const struct adv_world *world,
		       const struct adv_variant *variants, size_t variant_count,
		       const char *const *specs, size_t count, const struct adv_watch *watch,
		       struct adv_err *err)
{
	ADV_AUTO(explanation) struct adv_explanation *ex = advi_calloc(1, sizeof(*ex));
	int r = 0;

	if (!variant_count || variant_count > CELLS)
		return advi_fail(err, ADV_EUSAGE,
				 "between 1 and %d Pythons and node types are asked at once",
				 CELLS);
	for (size_t i = 0; r == 0 && i < variant_count; i++)
		r = add_cell(ex, world, &variants[i], specs, count, watch, err);
	if (r < 0)
		return r;
	*out = advi_take(ex);
	return 0;
}
