/* SPDX-License-Identifier: BSD-3-Clause */
/* Small worlds at random, and trying every combination of their records. */
#include "unit.h"

#include "random.h"
#include "verify.h"

enum { VERSIONS = 3, BUILDS = 2, LINKS = 3 };

static const char *const relations[] = {
	"",     " >=2",           " <3",   " 2.*",  " !=2",
	" 1|3", "[version='<2']", " * b0", " 2 b1", "[build_number='>0']"};

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

/* Builds of a version mostly need the same, so that one of them can stand for the other. */
static void random_record(struct solve_case *c, struct case_channel *channel, unsigned name,
			  unsigned number, uint64_t *seed)
{
	struct advi_record *record = advi_vec_new(&channel->records), *before = record - 1;

	*record = (struct advi_record){.channel = "main", .subdir = "noarch"};
	record->name = advi_arena_printf(&c->arena, "n%u", name);
	record->version = advi_arena_printf(&c->arena, "%u", 1 + number / BUILDS);
	record->build = advi_arena_printf(&c->arena, "b%u", number % BUILDS);
	record->build_number = number % BUILDS;
	if (channel->records.count > 1 && strcmp(before->name, record->name) == 0 &&
	    strcmp(before->version, record->version) == 0 && case_random(seed) % 3) {
		record->depends = before->depends;
		record->constrains = before->constrains;
		return;
	}
	record->depends = random_list(&c->arena, seed, LINKS);
	record->constrains = random_list(&c->arena, seed, 1);
}

void random_world(struct solve_case *c, uint64_t *seed)
{
	struct case_channel *channel;

	memset(c, 0, sizeof(*c));
	channel = advi_vec_new(&c->channels);
	channel->name = "main";
	for (unsigned name = 0; name < RANDOM_NAMES; name++)
		for (unsigned n = 0; n < VERSIONS * BUILDS; n++)
			if (case_random(seed) % 2)
				random_record(c, channel, name, n, seed);
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
