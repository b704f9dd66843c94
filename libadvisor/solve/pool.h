/* SPDX-License-Identifier: BSD-3-Clause */
/* Package records in libsolv, with every dependency resolved to the records that satisfy it. */
#ifndef ADVI_SOLVE_POOL_H
#define ADVI_SOLVE_POOL_H

#include "base/err.h"
#include "base/map.h"
#include "base/vec.h"
#include "conda/matchspec.h"
#include "conda/record.h"

struct s_Pool;

/* Numbers [first, first + count) of a list that many share. */
struct advi_span {
	uint32_t first, count;
};

/* A record that may take part. Its index in the pool is its solvable's Id in libsolv. */
struct advi_item {
	const struct advi_record *record; /* NULL for libsolv's own first two */
	struct advi_version version;
	uint32_t name;    /* index of its name */
	uint32_t channel; /* index of its channel; 0 is the first */
	uint32_t rank;    /* among those of its name; higher is better */
	bool is_virtual;
	struct advi_span requires, constrains; /* into pool->uses: dependency indexes */
	struct advi_span provides;             /* into pool->provided: dependencies it satisfies */
};

/* A "depends" or "constrains" entry, each text once. */
struct advi_dependency {
	int id;                                   /* in libsolv */
	uint32_t name;                            /* index of the name it is about */
	struct advi_span providers;               /* into pool->providers: items, rising */
	struct advi_span requirers, constrainers; /* into pool->users: items, rising */
};

typedef ADVI_VEC(uint32_t) advi_numbers;
/* Rising. */
void advi_numbers_sort(advi_numbers *numbers);
int advi_cmp_number(const void *a, const void *b);

/* A record that strict priority left out: another channel gives its name. */
struct advi_hidden {
	const struct advi_record *record;
	uint32_t channel, owner; /* indexes of the two channels */
};

struct advi_pool {
	struct s_Pool *solv;
	struct advi_arena arena;
	ADVI_VEC(struct advi_item) items;
	struct advi_map names;            /* name -> index */
	ADVI_VEC(struct advi_span) named; /* by name index, into by_name */
	ADVI_VEC(struct advi_span) about; /* by name index, into users: dependencies on it */
	advi_numbers by_name;             /* items, best first within a name */
	struct advi_map texts;            /* dependency as written -> index */
	ADVI_VEC(struct advi_dependency) dependencies; /* by index */
	advi_numbers uses, provided, providers, users;
	struct advi_map dropped; /* "name version build" of records left out -> reason */
	ADVI_VEC(const char *) reasons;
	ADVI_VEC(struct advi_hidden) hidden;
	ADVI_VEC(const struct advi_matchspec *) specs; /* of dependencies that we match */
	ADVI_VEC(uint8_t) odd; /* by name: whether versions are that libsolv compares otherwise */
};

/* One channel's records, in any order. They must outlive the pool. */
struct advi_source {
	const char *channel;
	const struct advi_record *const *records;
	size_t count;
	bool installed; /* base's records: the last source, taken whatever the priority, but for
			 * what a channel gives too */
};
/* A source of records that stand side by side; the list of them lives in 'arena'. */
struct advi_source advi_source_of(const char *channel, const struct advi_record *records,
				  size_t count, struct advi_arena *arena);

enum advi_priority { ADVI_PRIORITY_STRICT, ADVI_PRIORITY_FLEXIBLE, ADVI_PRIORITY_DISABLED };

struct advi_pool_options {
	enum advi_priority priority;
	const struct advi_map *owners; /* name -> index of the channel asked for by name, or NULL */
	const struct advi_record *virtuals;
	size_t virtual_count;
};

/*
 * Loads records. What can't be used (no valid version, a dependency that is no MatchSpec) is
 * left out, with the reason in 'dropped'. The order of records in a source changes nothing.
 */
void advi_pool_fill(struct advi_pool *pool, const struct advi_source *sources, size_t count,
		    const struct advi_pool_options *options);
void advi_pool_clear(struct advi_pool *pool);
/* Drops libsolv's list of what it may use. */
void advi_pool_forget(const struct advi_pool *pool);

/* The items that a spec means, best first, appended to 'out'. */
void advi_pool_match(const struct advi_pool *pool, const struct advi_matchspec *spec,
		     advi_numbers *out);
/* Whether an item satisfies a dependency. */
bool advi_pool_provides(const struct advi_pool *pool, uint32_t item, uint32_t dependency);
/* The index of a name, or UINT32_MAX. */
uint32_t advi_pool_name(const struct advi_pool *pool, struct advi_str name);

static inline struct advi_str advi_pool_name_text(const struct advi_pool *pool, uint32_t name)
{
	return pool->names.entries.at[name].key;
}
static inline struct advi_str advi_pool_dependency_text(const struct advi_pool *pool,
							uint32_t dependency)
{
	return pool->texts.entries.at[dependency].key;
}

#endif
