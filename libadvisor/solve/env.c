/* SPDX-License-Identifier: BSD-3-Clause */
/* Solved environments and what changes between them. */
#include "solve/world_in.h"

void advi_env_clear(struct advi_env *env)
{
	for (size_t i = 0; i < env->specs.count; i++)
		free(env->specs.at[i]);
	for (size_t i = 0; i < env->joined.count; i++)
		free(env->joined.at[i]);
	advi_vec_clear(&env->specs);
	advi_vec_clear(&env->joined);
	advi_vec_clear(&env->records);
}

void advi_env_copy(struct advi_env *to, const struct advi_env *from)
{
	*to = (struct advi_env){0};
	for (size_t i = 0; i < from->records.count; i++)
		advi_vec_push(&to->records, from->records.at[i]);
	for (size_t i = 0; i < from->specs.count; i++)
		advi_vec_push(&to->specs, advi_strdup(from->specs.at[i]));
	for (size_t i = 0; i < from->joined.count; i++)
		advi_vec_push(&to->joined, advi_strdup(from->joined.at[i]));
}

const struct advi_record *advi_env_find(const struct advi_env *env, const char *name)
{
	size_t low = 0, high = env->records.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(env->records.at[middle]->name, name);

		if (order == 0)
			return env->records.at[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

void advi_answer_clear(struct advi_answer *answer)
{
	free(answer->why);
	answer->why = NULL;
	advi_vec_clear(&answer->added);
	advi_vec_clear(&answer->changed);
	advi_vec_clear(&answer->removed);
}

static int by_name(const void *a, const void *b)
{
	const struct advi_record *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

/* Both lists of specs, which are in canonical order, each once. */
static void merge_specs(struct advi_env *env, const struct advi_env *from,
			const advi_requests *requests)
{
	size_t count = from ? from->specs.count : 0, f = 0, r = 0;

	while (f < count || r < requests->count) {
		const char *old = f < count ? from->specs.at[f] : NULL;
		const char *new = r < requests->count ? requests->at[r].text : NULL;
		int order = !old ? 1 : !new ? -1 : advi_specs_order(old, new);

		advi_vec_push(&env->specs, advi_strdup(order <= 0 ? old : new));
		f += order <= 0;
		r += order >= 0;
	}
}

void advi_env_fill(const struct adv_world *world, struct advi_env *env, const advi_numbers *items,
		   const struct advi_env *from, const advi_requests *requests)
{
	for (size_t i = 0; i < items->count; i++)
		advi_vec_push(&env->records, world->pool.items.at[items->at[i]].record);
	advi_vec_sort(&env->records, by_name);
	merge_specs(env, from, requests);
	for (size_t i = 0; from && i < from->joined.count; i++)
		advi_vec_push(&env->joined, advi_strdup(from->joined.at[i]));
	for (size_t i = 0; from && i < requests->count; i++)
		advi_vec_push(&env->joined, advi_strdup(requests->at[i].text));
}

void advi_env_compare(const struct advi_env *from, const struct advi_env *to,
		      struct advi_answer *answer)
{
	size_t f = 0, t = 0;

	while (f < from->records.count || t < to->records.count) {
		const struct advi_record *old =
			f < from->records.count ? from->records.at[f] : NULL;
		const struct advi_record *new = t < to->records.count ? to->records.at[t] : NULL;
		int order = !old ? 1 : !new ? -1 : strcmp(old->name, new->name);

		if (order < 0) {
			advi_vec_push(&answer->removed, old);
		} else if (order > 0) {
			advi_vec_push(&answer->added, new);
			answer->added_bytes += new->size;
		} else if (old != new) {
			advi_vec_push(&answer->changed, new);
		}
		f += order <= 0;
		t += order >= 0;
	}
}
