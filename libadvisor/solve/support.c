/* SPDX-License-Identifier: BSD-3-Clause */
/* What all that is left of a name that must be there says about other names. */
#include "solve/support.h"

/* What a record says about another name, by the entry of it that allows least. */
struct saying {
	uint32_t name, dependency;
};

struct advi_scratch {
	/* by name: the record that spoke of it last, where that stands in 'said', and how many
	 * records spoke of it at all, and how many of them need it */
	uint32_t *speaker, *place, *spoken, *needed;
	uint32_t *allowed; /* by item: the round in which it was allowed last */
	uint32_t *heard;   /* by dependency: the round in which it was counted last */
	uint32_t round;
	advi_numbers names; /* that are spoken of */
	ADVI_VEC(struct saying) said;
};

static struct advi_scratch *scratch_of(struct advi_kept *kept)
{
	const struct advi_pool *pool = kept->pool;
	struct advi_scratch *s = kept->scratch;
	size_t names = pool->named.count + 1;

	if (s)
		return s;
	s = kept->scratch = advi_calloc(1, sizeof(*s));
	s->speaker = advi_calloc(names, sizeof(*s->speaker));
	s->place = advi_calloc(names, sizeof(*s->place));
	s->spoken = advi_calloc(names, sizeof(*s->spoken));
	s->needed = advi_calloc(names, sizeof(*s->needed));
	s->allowed = advi_calloc(pool->items.count + 1, sizeof(*s->allowed));
	s->heard = advi_calloc(pool->dependencies.count + 1, sizeof(*s->heard));
	return s;
}

void advi_scratch_free(struct advi_scratch *s)
{
	if (!s)
		return;
	free(s->speaker);
	free(s->place);
	free(s->spoken);
	free(s->needed);
	free(s->allowed);
	free(s->heard);
	advi_vec_clear(&s->names);
	advi_vec_clear(&s->said);
	free(s);
}

static void hear(const struct advi_pool *pool, struct advi_scratch *s, uint32_t item,
		 struct advi_span span, bool needs)
{
	for (uint32_t i = 0; i < span.count; i++) {
		uint32_t d = pool->uses.at[span.first + i];
		const struct advi_dependency *dependency = &pool->dependencies.at[d];
		uint32_t name = dependency->name;

		if (name == pool->items.at[item].name)
			continue;
		if (s->speaker[name] == item) {
			struct saying *before = &s->said.at[s->place[name]];

			if (dependency->providers.count <
			    pool->dependencies.at[before->dependency].providers.count)
				before->dependency = d;
			continue;
		}
		if (!s->spoken[name])
			advi_vec_push(&s->names, name);
		s->speaker[name] = item;
		s->place[name] = (uint32_t)s->said.count;
		s->spoken[name]++;
		s->needed[name] += needs;
		advi_vec_push(&s->said, ((struct saying){name, d}));
	}
}

static void allow(const struct advi_pool *pool, struct advi_scratch *s, uint32_t dependency)
{
	struct advi_span span = pool->dependencies.at[dependency].providers;

	if (s->heard[dependency] == s->round)
		return;
	s->heard[dependency] = s->round;
	for (uint32_t i = 0; i < span.count; i++)
		s->allowed[pool->providers.at[span.first + i]] = s->round;
}

static void draw(struct advi_kept *kept, struct advi_scratch *s, uint32_t speaker, uint32_t left)
{
	const struct advi_pool *pool = kept->pool;

	s->round++;
	for (size_t i = 0; i < s->said.count; i++)
		if (s->spoken[s->said.at[i].name] == left)
			allow(pool, s, s->said.at[i].dependency);
	for (size_t i = 0; i < s->names.count; i++) {
		uint32_t name = s->names.at[i];
		struct advi_span span = pool->named.at[name];

		for (uint32_t n = 0; s->spoken[name] == left && n < span.count; n++) {
			uint32_t item = pool->by_name.at[span.first + n];

			if (s->allowed[item] != s->round)
				advi_kept_leave(kept, item, ADVI_OUT_UNSUPPORTED, speaker);
		}
		if (s->needed[name] == left)
			advi_kept_require(kept, name);
	}
}

void advi_support(struct advi_kept *kept, uint32_t name)
{
	const struct advi_pool *pool = kept->pool;
	struct advi_scratch *s = scratch_of(kept);
	struct advi_span span = pool->named.at[name];
	uint32_t best = 0;

	for (uint32_t i = 0; i < span.count; i++) {
		uint32_t item = pool->by_name.at[span.first + i];

		if (!advi_kept_in(kept, item))
			continue;
		best = best ? best : item;
		hear(pool, s, item, pool->items.at[item].requires, true);
		hear(pool, s, item, pool->items.at[item].constrains, false);
	}
	if (kept->left[name])
		draw(kept, s, best, kept->left[name]);
	for (size_t i = 0; i < s->names.count; i++)
		s->speaker[s->names.at[i]] = s->spoken[s->names.at[i]] = s->needed[s->names.at[i]] =
			0;
	s->names.count = s->said.count = 0;
}
