/* SPDX-License-Identifier: BSD-3-Clause */
/* Writing explicit lockfiles. */
#include "conda/lockfile.h"

#include "base/map.h"
#include "base/mem.h"

enum mark { NEW, OPEN, DONE };

/* The records by name, on their way out. */
struct order {
	const struct advi_record **sorted;
	struct advi_map names; /* name -> index into sorted */
	uint8_t *marks;
	size_t *out;
	size_t count, written;
};

static int by_name(const void *a, const void *b)
{
	const struct advi_record *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

static struct advi_str spec_name(const char *spec)
{
	return (struct advi_str){spec, strcspn(spec, " =<>!~[")};
}

/* A record to be written, and the next of its dependencies to look at. */
struct step {
	size_t record, next;
};

/*
 * Depth first, with a stack of its own since chains are as long as the input makes them. A cycle
 * is cut where it closes.
 */
static void visit(struct order *order, size_t first)
{
	ADVI_VEC(struct step) stack = {0};

	if (order->marks[first] == NEW)
		advi_vec_push(&stack, (struct step){first});
	order->marks[first] = order->marks[first] == NEW ? OPEN : order->marks[first];
	while (stack.count) {
		struct step *top = &stack.at[stack.count - 1];
		const struct advi_list *needs = &order->sorted[top->record]->depends;
		const struct advi_map_entry *entry;

		if (top->next == needs->count) {
			order->marks[top->record] = DONE;
			order->out[order->written++] = top->record;
			stack.count--;
			continue;
		}
		entry = advi_map_get(&order->names, spec_name(needs->at[top->next++]));
		if (!entry || order->marks[entry->number] != NEW)
			continue;
		order->marks[entry->number] = OPEN;
		advi_vec_push(&stack, (struct step){entry->number});
	}
	advi_vec_clear(&stack);
}

static void write_record(FILE *file, const struct advi_record *record)
{
	/* Installed from somewhere that nobody wrote down: said, rather than left out silently. */
	if (!record->url) {
		fprintf(file, "# %s %s %s: its URL is not known\n", record->name,
			record->version ? record->version : "", record->build ? record->build : "");
		return;
	}
	fputs(record->url, file);
	/* Every conda understands an md5 here, only newer ones a sha256. */
	if (record->md5)
		fprintf(file, "#%s", record->md5);
	else if (record->sha256)
		fprintf(file, "#sha256:%s", record->sha256);
	fputc('\n', file);
}

void advi_lockfile_write(FILE *file, const char *platform, const struct advi_record *records,
			 size_t count)
{
	size_t room = count ? count : 1;
	struct order order = {
		.sorted = advi_calloc(room, sizeof(*order.sorted)),
		.marks = advi_calloc(room, 1),
		.out = advi_calloc(room, sizeof(*order.out)),
		.count = count,
	};
	const struct advi_map_entry *python;

	for (size_t i = 0; i < count; i++)
		order.sorted[i] = &records[i];
	if (count > 1)
		qsort(order.sorted, count, sizeof(*order.sorted), by_name);
	for (size_t i = 0; i < count; i++)
		advi_map_add(&order.names, advi_str(order.sorted[i]->name), NULL)->number = i;
	/* noarch packages are compiled by Python, so it comes first, with what it needs. */
	python = advi_map_get(&order.names, ADVI_STR("python"));
	if (python)
		visit(&order, python->number);
	for (size_t i = 0; i < count; i++)
		visit(&order, i);
	fprintf(file, "# platform: %s\n@EXPLICIT\n", platform);
	for (size_t i = 0; i < order.written; i++)
		write_record(file, order.sorted[order.out[i]]);
	advi_map_clear(&order.names);
	free(order.sorted);
	free(order.marks);
	free(order.out);
}
