/* SPDX-License-Identifier: BSD-3-Clause */
/* Small worlds at random, and trying every combination of their records. */
#include "unit.h"

#include "random.h"
#include "verify.h"

enum { VERSIONS = 3, LINKS = 3 };

static const char *const relations[] = {"",     " >=2", " <3",           " 2.*",
					" !=2", " 1|3", "[version='<2']"};

const char *random_spec(struct advi_arena *arena, uint64_t *seed)
{
	return advi_arena_printf(arena, "n%u%s", (unsigned)(case_random(seed) % (RANDOM_NAMES + 1)),
				 relations[case_random(seed) % ADVI_COUNT(relations)]);
}

static struct advi_list random_list(struct advi_arena *arena, uint64_t *seed, uint64_t most)
{
	size_t count = case_random(seed) % (most + 1);
	const char **at = advi_arena_alloc(arena, (count + 1) * sizeof(*at));

	for (size_t i = 0; i < count; i++)
		at[i] = random_spec(arena, seed);
	return (struct advi_list){at, count};
}

void random_world(struct solve_case *c, uint64_t *seed)
{
	struct case_channel *channel;

	memset(c, 0, sizeof(*c));
	channel = advi_vec_new(&c->channels);
	channel->name = "main";
	for (unsigned name = 0; name < RANDOM_NAMES; name++) {
		for (unsigned version = 1; version <= VERSIONS; version++) {
			struct advi_record *record;

			if (case_random(seed) % 5 == 0)
				continue;
			record = advi_vec_new(&channel->records);
			record->name = advi_arena_printf(&c->arena, "n%u", name);
			record->version = advi_arena_printf(&c->arena, "%u", version);
			record->build = "0";
			record->channel = "main";
			record->subdir = "noarch";
			record->depends = random_list(&c->arena, seed, LINKS);
			record->constrains = random_list(&c->arena, seed, 1);
		}
	}
	for (uint64_t i = case_random(seed) % 3; i < 3; i++)
		advi_vec_push(&c->base, random_spec(&c->arena, seed));
}

static bool exists(const struct case_channel *channel, size_t next,
		   const struct advi_record **chosen, size_t count, const case_lines *specs)
{
	const char *name;
	size_t end = next;
	char *wrong;

	if (next == channel->records.count) {
		wrong = verify(chosen, count, NULL, 0, specs->at, specs->count);
		free(wrong);
		return !wrong;
	}
	name = channel->records.at[next].name;
	while (end < channel->records.count && strcmp(channel->records.at[end].name, name) == 0)
		end++;
	for (size_t i = next; i < end; i++) {
		chosen[count] = &channel->records.at[i];
		if (exists(channel, end, chosen, count + 1, specs))
			return true;
	}
	return exists(channel, end, chosen, count, specs);
}

bool random_possible(const struct solve_case *c, const case_lines *specs)
{
	const struct advi_record *chosen[RANDOM_NAMES];

	return exists(&c->channels.at[0], 0, chosen, 0, specs);
}
