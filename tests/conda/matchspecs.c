/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Answers for matchspecs.py: records and specs from standard input, a line each, fields between
 * tabs. For a spec: its canonical form; then a 0 or 1 for every record, as matched by the spec, by
 * its canonical form, by libsolv's own matching, and by the pool that worlds are solved in (empty
 * for what is no dependency there). Or "?" and what is wrong.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/vec.h"
#include "conda/matchspec.h"
#include "solve/pool.h"
#include "solve/solv.h"

struct table {
	struct advi_arena arena;
	ADVI_VEC(struct advi_record) records; /* first those that were given, then one a spec */
	ADVI_VEC(const char *) specs;
	size_t given;
	struct advi_pool pool;
	uint32_t *items; /* in the pool, of the records given */
};

static const char *field(struct table *table, struct advi_str *rest)
{
	struct advi_str text = {0};

	advi_str_split(rest, '\t', &text);
	return text.len ? advi_arena_str(&table->arena, text) : NULL;
}

static void read_record(struct table *table, struct advi_str rest)
{
	struct advi_record *record = advi_vec_new(&table->records);
	const char *number;

	record->name = field(table, &rest);
	record->version = field(table, &rest);
	record->build = field(table, &rest);
	number = field(table, &rest);
	if (!number || !advi_str_u64(advi_str(number), &record->build_number))
		abort();
	record->channel = field(table, &rest);
	record->subdir = field(table, &rest);
	record->md5 = field(table, &rest);
	record->sha256 = field(table, &rest);
	record->url = field(table, &rest);
	record->fn = field(table, &rest);
	record->license = field(table, &rest);
	record->license_family = field(table, &rest);
	record->track_features = field(table, &rest);
	table->given++;
}

static void read_all(struct table *table)
{
	char line[8192];

	while (fgets(line, sizeof(line), stdin)) {
		struct advi_str rest = advi_str(line), kind;

		if (rest.len && rest.ptr[rest.len - 1] == '\n')
			rest.len--;
		advi_str_split(&rest, '\t', &kind);
		if (advi_str_is(kind, "R"))
			read_record(table, rest);
		else
			advi_vec_push(&table->specs, advi_arena_str(&table->arena, rest));
	}
}

/* A pool of the records and, for every spec, of a record that depends on it. */
static void fill(struct table *table)
{
	struct advi_pool_options options = {.priority = ADVI_PRIORITY_DISABLED};
	struct advi_source source;

	for (size_t i = 0; i < table->specs.count; i++) {
		struct advi_record *record = advi_vec_new(&table->records);

		record->name = advi_arena_printf(&table->arena, "user-%zu", i);
		record->version = "0";
		record->build = "0";
		record->depends = (struct advi_list){&table->specs.at[i], 1};
	}
	source = advi_source_of("c", table->records.at, table->records.count, &table->arena);
	advi_pool_fill(&table->pool, &source, 1, &options);
	table->items = advi_calloc(table->given, sizeof(*table->items));
	for (uint32_t i = 0; i < table->pool.items.count; i++) {
		const struct advi_record *record = table->pool.items.at[i].record;

		if (record && (size_t)(record - table->records.at) < table->given)
			table->items[record - table->records.at] = i;
	}
}

static void say_matches(const struct table *table, const struct advi_matchspec *spec)
{
	putchar('\t');
	for (size_t i = 0; i < table->given; i++)
		putchar(advi_matchspec_match(spec, &table->records.at[i],
					     &table->pool.items.at[table->items[i]].version)
				? '1'
				: '0');
}

static void say_native(const struct table *table, const char *text)
{
	Pool *solv = table->pool.solv;
	Id dependency = pool_conda_matchspec(solv, text);
	Queue queue;

	queue_init(&queue);
	for (Id *p = pool_whatprovides_ptr(solv, dependency); *p; p++)
		queue_push(&queue, *p);
	putchar('\t');
	for (size_t i = 0; i < table->given; i++) {
		int found = 0;

		for (int q = 0; q < queue.count; q++)
			found |= queue.elements[q] == (Id)table->items[i];
		putchar(found ? '1' : '0');
	}
	queue_free(&queue);
}

static void say_pool(const struct table *table, const char *text)
{
	const struct advi_map_entry *entry = advi_map_get(&table->pool.texts, advi_str(text));

	putchar('\t');
	for (size_t i = 0; entry && i < table->given; i++)
		putchar(advi_pool_provides(&table->pool, table->items[i],
					   (uint32_t)(entry - table->pool.texts.entries.at))
				? '1'
				: '0');
}

static void answer(struct table *table, const char *text)
{
	ADVI_AUTO(buf) struct advi_buf printed = ADVI_BUF_INIT(1 << 20);
	struct adv_err err = ADV_ERR_INIT;
	struct advi_matchspec spec, again;

	if (advi_matchspec_parse(&spec, &table->arena, advi_str(text), &err) < 0) {
		printf("?\t%s\n", err.text);
		return;
	}
	advi_matchspec_print(&spec, &printed);
	/* a field of its own, whatever is in it */
	for (size_t i = 0; i < printed.len; i++)
		putchar(printed.ptr[i] == '\t' ? ' ' : printed.ptr[i]);
	say_matches(table, &spec);
	if (advi_matchspec_parse(&again, &table->arena, advi_buf_str(&printed), &err) < 0)
		printf("\t? %s", err.text);
	else
		say_matches(table, &again);
	say_native(table, text);
	say_pool(table, text);
	putchar('\n');
}

int main(void)
{
	struct table table = {0};

	read_all(&table);
	fill(&table);
	for (size_t i = 0; i < table.specs.count; i++)
		answer(&table, table.specs.at[i]);
	advi_pool_clear(&table.pool);
	free(table.items);
	advi_vec_clear(&table.records);
	advi_vec_clear(&table.specs);
	advi_arena_clear(&table.arena);
	return 0;
}
