/* SPDX-License-Identifier: BSD-3-Clause */
/* An oracle without a world: packages by themselves. */
#include "advise/oracle.h"

static const struct advi_record *record_of(struct advi_alone *alone, const char *name)
{
	struct advi_map_entry *entry = advi_map_add(&alone->records, advi_str(name), NULL);

	if (!entry->pointer) {
		struct advi_record *record = advi_arena_alloc(&alone->arena, sizeof(*record));

		*record = (struct advi_record){
			.name = advi_arena_dup(&alone->arena, name), .version = "0", .build = "0"};
		entry->pointer = record;
	}
	return entry->pointer;
}

static int by_name(const void *a, const void *b)
{
	return strcmp((*(const struct advi_record *const *)a)->name,
		      (*(const struct advi_record *const *)b)->name);
}

void advi_alone_init(struct advi_alone *alone, const struct advi_map *base_names)
{
	*alone = (struct advi_alone){0};
	for (size_t i = 0; i < base_names->entries.count; i++)
		advi_vec_push(&alone->base.records,
			      record_of(alone, base_names->entries.at[i].key.ptr));
	advi_vec_sort(&alone->base.records, by_name);
}

void advi_alone_clear(struct advi_alone *alone)
{
	advi_env_clear(&alone->base);
	advi_map_clear(&alone->records);
	advi_arena_clear(&alone->arena);
}

static const struct advi_env *alone_base(void *context)
{
	return &((struct advi_alone *)context)->base;
}

static bool alone_knows(void *context, const char *name)
{
	(void)context;
	(void)name;
	return true;
}

static int alone_want(void *context, const char *const *names, size_t count,
		      const struct adv_watch *watch, struct adv_err *err)
{
	(void)context;
	(void)names;
	(void)count;
	(void)watch;
	(void)err;
	return 0;
}

static int alone_extend(void *context, const struct advi_env *env, const char *const *specs,
			size_t count, enum advi_freedom most, struct advi_env *out,
			struct advi_answer *answer, const struct adv_watch *watch,
			struct adv_err *err)
{
	(void)most;
	(void)watch;
	(void)err;
	*answer = (struct advi_answer){.possible = true};
	advi_env_copy(out, env);
	for (size_t i = 0; i < count; i++) {
		if (advi_env_find(env, specs[i]))
			continue;
		advi_vec_push(&answer->added, record_of(context, specs[i]));
		advi_vec_push(&out->records, record_of(context, specs[i]));
	}
	advi_vec_sort(&answer->added, by_name);
	advi_vec_sort(&out->records, by_name);
	return 0;
}

struct advi_oracle advi_oracle_alone(struct advi_alone *alone)
{
	return (struct advi_oracle){.context = alone,
				    .base = alone_base,
				    .knows = alone_knows,
				    .want = alone_want,
				    .extend = alone_extend,
				    .probe = alone_extend};
}
