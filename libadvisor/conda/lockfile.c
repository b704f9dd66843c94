/* SPDX-License-Identifier: BSD-3-Clause */
/* Explicit lockfiles. */
#include "conda/lockfile.h"

#include "base/map.h"
#include "base/mem.h"

/* --- writing --- */

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

/* --- reading --- */

void advi_lockfile_clear(struct advi_lockfile *lockfile)
{
	advi_vec_clear(&lockfile->records);
	advi_arena_clear(&lockfile->arena);
}

/* The index behind the last 'byte', 0 when there is none. */
static size_t behind_last(struct advi_str text, char byte)
{
	size_t at = text.len;

	while (at && text.ptr[at - 1] != byte)
		at--;
	return at;
}

/* "name-version-build.conda" in its parts. */
static bool split_file(struct advi_lockfile *out, struct advi_record *record, struct advi_str file)
{
	static const char *const extensions[] = {".conda", ".tar.bz2"};
	struct advi_str stem = {0};
	const char **parts[] = {&record->build, &record->version};

	for (size_t i = 0; i < ADVI_COUNT(extensions); i++)
		if (advi_str_ends(file, advi_str(extensions[i])))
			stem = (struct advi_str){file.ptr, file.len - strlen(extensions[i])};
	for (size_t i = 0; i < ADVI_COUNT(parts); i++) {
		size_t at = behind_last(stem, '-');

		if (at < 2 || at == stem.len)
			return false;
		*parts[i] = advi_arena_str(&out->arena, advi_str_from(stem, at));
		stem.len = at - 1;
	}
	record->name = advi_arena_str(&out->arena, stem);
	record->fn = advi_arena_str(&out->arena, file);
	return true;
}

static const char *read_record(struct advi_lockfile *out, struct advi_str line)
{
	struct advi_record record = {0};
	size_t hash = advi_str_find(line, '#');
	struct advi_str url = {line.ptr, hash}, digest = advi_str_from(line, hash + 1);

	if (advi_str_starts(digest, ADVI_STR("sha256:")))
		digest = advi_str_from(digest, strlen("sha256:"));
	if (!split_file(out, &record, advi_str_from(url, behind_last(url, '/'))))
		return "the URL of a package, ending in NAME-VERSION-BUILD.conda or .tar.bz2, is "
		       "expected";
	if (advi_str_hex(digest, 64))
		record.sha256 = advi_arena_str(&out->arena, digest);
	else if (advi_str_hex(digest, 32))
		record.md5 = advi_arena_str(&out->arena, digest);
	else if (digest.len)
		return "an md5 or sha256 in hexadecimal is expected behind '#'";
	record.url = advi_arena_str(&out->arena, url);
	advi_vec_push(&out->records, record);
	return NULL;
}

int advi_lockfile_parse(struct advi_lockfile *out, struct advi_str text, const char *path,
			struct adv_err *err)
{
	static const struct advi_str platform = {"# platform:", 11};
	struct advi_str line;
	bool explicit = false;
	const char *wrong = NULL;
	size_t number = 0;

	*out = (struct advi_lockfile){0};
	while (!wrong && advi_str_split(&text, '\n', &line)) {
		number++;
		line = advi_str_trim(line);
		if (advi_str_starts(line, platform))
			out->platform = advi_arena_str(
				&out->arena, advi_str_trim(advi_str_from(line, platform.len)));
		if (!line.len || line.ptr[0] == '#')
			continue;
		if (advi_str_is(line, "@EXPLICIT"))
			explicit = true;
		else if (!explicit)
			wrong = "'@EXPLICIT' is expected before the first package";
		else
			wrong = read_record(out, line);
	}
	if (!wrong && !explicit)
		wrong = "'@EXPLICIT' is expected";
	if (!wrong)
		return 0;
	advi_lockfile_clear(out);
	return advi_fail(err, ADV_EINPUT, "'%s', line %zu: %s", path, number, wrong);
}
