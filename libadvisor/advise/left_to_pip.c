/* SPDX-License-Identifier: BSD-3-Clause */
/* What a plan says of the packages that pip put into base. */
#include "advise/make.h"
#include "conda/envfile.h"

enum { NAME_LONGEST = 256 };

/* The version that the result has by conda of what pip calls 'name', or NULL. */
static const char *by_conda(const struct adv_plan *plan, const char *name)
{
	for (size_t i = 0; i < plan->environment.count; i++) {
		struct advi_str other = advi_str(plan->environment.at[i].name);
		char buf[NAME_LONGEST];

		if (other.len <= sizeof(buf) && advi_str_is(advi_pypi_normal(other, buf), name))
			return plan->environment.at[i].version;
	}
	return NULL;
}

static bool asks_for_pip(const struct adv_plan *plan)
{
	for (size_t i = 0; i < plan->specs.count; i++)
		if (advi_str_is(advi_spec_name(advi_str(plan->specs.at[i])), "pip"))
			return true;
	return false;
}

static int by_name(const void *a, const void *b)
{
	const struct advi_left_to_pip *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : strcmp(x->requirement, y->requirement);
}

void advi_plan_add_pip(struct adv_plan *plan, const struct adv_site *site)
{
	for (size_t i = 0; i < site->base_pip.count; i++) {
		const struct advi_pip *from = &site->base_pip.at[i];

		advi_vec_push(&plan->pip,
			      ((struct advi_left_to_pip){
				      .name = advi_arena_dup(&plan->arena, from->name),
				      .version = advi_arena_dup(&plan->arena, from->version),
				      .requirement = advi_arena_dup(&plan->arena, from->text),
				      .conda = by_conda(plan, from->name)}));
	}
	advi_vec_sort(&plan->pip, by_name);
	if (!plan->pip.count || asks_for_pip(plan) || !by_conda(plan, "pip"))
		return;
	advi_vec_push(&plan->specs, "pip");
	advi_vec_sort(&plan->specs, advi_cmp_cstr);
}
