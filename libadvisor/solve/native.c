/* SPDX-License-Identifier: BSD-3-Clause */
/* Dependencies in libsolv. */
#include "solve/native.h"

#include <stdio.h>
#include <stdlib.h>

#include "solve/solv.h"

static bool word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* What a name is made of. */
static bool in_name(char c)
{
	return word(c) || c == '.' || c == '_' || c == '-';
}

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Where a name ends: "numpy" in "numpy >=1". */
static size_t name_length(struct advi_str text)
{
	size_t n = 0;

	while (n < text.len && in_name(text.ptr[n]))
		n++;
	return n;
}

/* "1.2.*": the one place where a star means the same to libsolv whatever stands around. */
static bool plain_star(struct advi_str version)
{
	if (advi_str_is(version, "*"))
		return true;
	for (size_t i = 0; i + 2 < version.len; i++)
		if (!word(version.ptr[i]) && version.ptr[i] != '.')
			return false;
	return version.len > 2 && advi_str_ends(version, ADVI_STR(".*")) &&
	       digit(version.ptr[version.len - 3]);
}

/* Takes a plain version off the front: words with single dots between them. */
static bool take_plain(struct advi_str *text)
{
	size_t n = 0;

	while (n < text->len &&
	       (word(text->ptr[n]) || (text->ptr[n] == '.' && n && text->ptr[n - 1] != '.')))
		n++;
	if (!n || text->ptr[n - 1] == '.')
		return false;
	*text = advi_str_from(*text, n);
	return true;
}

/* ">=1.2,<2.0a0": relations of plain versions. */
static bool plain_relations(struct advi_str version)
{
	static const char *const operators[] = {">=", "<=", "==", "!=", ">", "<"};

	for (;;) {
		for (size_t i = 0; i < ADVI_COUNT(operators); i++) {
			struct advi_str op = advi_str(operators[i]);

			if (!advi_str_starts(version, op))
				continue;
			version = advi_str_from(version, op.len);
			break;
		}
		if (!take_plain(&version))
			return false;
		if (!version.len)
			return true;
		if (*version.ptr != ',' && *version.ptr != '|')
			return false;
		version = advi_str_from(version, 1);
	}
}

/*
 * Whether libsolv reads a dependency as conda does: "name", "name VERSION", "name VERSION BUILD"
 * where nothing is unusual. Everything else we match ourselves.
 */
static bool is_native(struct advi_str text)
{
	size_t at = name_length(text);
	struct advi_str rest = advi_str_from(text, at), version, build;
	size_t blank;

	if (!at || at == text.len) /* "x-1-0.conda" is a file */
		return at > 0 && !advi_str_ends(text, ADVI_STR(".conda"));
	if (*rest.ptr != ' ')
		return false;
	rest = advi_str_from(rest, 1);
	blank = advi_str_find(rest, ' ');
	version = (struct advi_str){rest.ptr, blank};
	build = advi_str_from(rest, blank + 1);
	if (!plain_star(version) && !plain_relations(version))
		return false;
	if (advi_str_is(version, "if")) /* "x if y" */
		return false;
	/* "==1" with a build, and "=1" anywhere, are translated in ways of libsolv's own. */
	if (version.ptr[0] == '=')
		return false;
	for (size_t i = 0; i < build.len; i++)
		if (!word(build.ptr[i]) && build.ptr[i] != '.' && build.ptr[i] != '_' &&
		    build.ptr[i] != '*')
			return false;
	return blank == rest.len || build.len > 0;
}

/* Versions that libsolv compares otherwise than conda: a local part, an underscore at the end. */
static bool odd_version(const char *version)
{
	size_t length = strlen(version);

	return strchr(version, '+') || (length && version[length - 1] == '_');
}

static bool has_odd_version(const struct advi_pool *pool, uint32_t name)
{
	struct advi_span span = pool->named.at[name];
	const char *last = NULL;

	for (uint32_t i = 0; i < span.count; i++) {
		const char *version =
			pool->items.at[pool->by_name.at[span.first + i]].record->version;

		if (version != last && odd_version(version))
			return true;
		last = version;
	}
	return false;
}

static bool name_is_odd(struct advi_pool *pool, uint32_t name)
{
	enum { UNKNOWN, EVEN, ODD };

	while (pool->odd.count <= name)
		advi_vec_push(&pool->odd, UNKNOWN);
	if (pool->odd.at[name] == UNKNOWN)
		pool->odd.at[name] = has_odd_version(pool, name) ? ODD : EVEN;
	return pool->odd.at[name] == ODD;
}

struct advi_str advi_native_name(struct advi_str text, struct advi_arena *arena)
{
	size_t length = name_length(text);
	struct advi_matchspec spec;

	if (length && (length == text.len || strchr(" <>=!~", text.ptr[length])))
		return (struct advi_str){text.ptr, length};
	if (advi_matchspec_parse(&spec, arena, text, NULL) < 0)
		return ADVI_STR("");
	return advi_matchspec_name(&spec);
}

static bool usable(struct advi_str text, struct advi_arena *arena, struct adv_err *err)
{
	struct advi_matchspec spec;

	if (is_native(text))
		return true;
	if (advi_matchspec_parse(&spec, arena, text, err) < 0)
		return false;
	if (spec.when.len)
		advi_fail(err, ADV_EINPUT,
			  "dependency '%.*s' holds under a condition, which is "
			  "not supported",
			  ADVI_ARGS(text));
	else if (!advi_matchspec_name(&spec).len)
		advi_fail(err, ADV_EINPUT, "dependency '%.*s' is about no single package",
			  ADVI_ARGS(text));
	else
		return true;
	return false;
}

bool advi_native_usable(const struct advi_list *list, struct advi_arena *arena, struct adv_err *err)
{
	for (size_t i = 0; i < list->count; i++)
		if (!usable(advi_str(list->at[i]), arena, err))
			return false;
	return true;
}

/* libsolv asks who provides a dependency that is ours: 'evr' carries its number. */
static Id ask(Pool *solv, void *data, Id name, Id evr)
{
	const struct advi_pool *pool = data;
	size_t number = strtoul(pool_id2str(solv, evr), NULL, 10);
	advi_numbers found = {0};
	Queue queue;
	Id offset = 0;

	(void)name;
	queue_init(&queue);
	if (number < pool->specs.count)
		advi_pool_match(pool, pool->specs.at[number], &found);
	/* libsolv walks lists of providers by rising Id. */
	advi_numbers_sort(&found);
	for (size_t i = 0; i < found.count; i++)
		if (!solv->considered || MAPTST(solv->considered, found.at[i]))
			queue_push(&queue, (Id)found.at[i]);
	if (queue.count)
		offset = pool_queuetowhatprovides(solv, &queue);
	queue_free(&queue);
	advi_vec_clear(&found);
	return offset;
}

void advi_native_watch(struct advi_pool *pool)
{
	pool->solv->nscallback = ask;
	pool->solv->nscallbackdata = pool;
}

/* A dependency of libsolv that makes it ask us. */
static Id own_id(struct advi_pool *pool, struct advi_str text, uint32_t *name)
{
	struct advi_matchspec *spec = advi_arena_alloc(&pool->arena, sizeof(*spec));
	struct advi_str package;
	char number[16];
	Id id;

	/* It was parsed before, when the record was let in. */
	if (advi_matchspec_parse(spec, &pool->arena, advi_arena_slice(&pool->arena, text), NULL) <
	    0)
		abort();
	package = advi_matchspec_name(spec);
	id = pool_strn2id(pool->solv, package.ptr, (unsigned)package.len, 1);
	*name = (uint32_t)advi_map_intern(&pool->names, package);
	snprintf(number, sizeof(number), "%zu", pool->specs.count);
	advi_vec_push(&pool->specs, spec);
	return pool_rel2id(pool->solv, id, pool_str2id(pool->solv, number, 1), REL_NAMESPACE, 1);
}

static uint32_t add(struct advi_pool *pool, struct advi_str text)
{
	bool is_new;
	struct advi_map_entry *entry = advi_map_add(&pool->texts, text, &is_new);
	uint32_t index = (uint32_t)(entry - pool->texts.entries.at), name;
	struct advi_dependency made = {0};

	if (!is_new)
		return index;
	text = entry->key;
	name = (uint32_t)advi_map_intern(&pool->names,
					 (struct advi_str){text.ptr, name_length(text)});
	while (pool->named.count < pool->names.entries.count)
		advi_vec_new(&pool->named);
	if (is_native(text) && !name_is_odd(pool, name)) {
		made.id = pool_conda_matchspec(pool->solv, text.ptr);
	} else {
		made.id = own_id(pool, text, &name);
		while (pool->named.count < pool->names.entries.count)
			advi_vec_new(&pool->named);
	}
	made.name = name;
	advi_vec_push(&pool->dependencies, made);
	return index;
}

struct advi_span advi_native_add(struct advi_pool *pool, const struct advi_list *list)
{
	struct advi_span span = {(uint32_t)pool->uses.count, (uint32_t)list->count};

	for (size_t i = 0; i < list->count; i++) {
		uint32_t index = add(pool, advi_str(list->at[i]));

		advi_vec_push(&pool->uses, index);
	}
	return span;
}
