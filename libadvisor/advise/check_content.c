/* SPDX-License-Identifier: BSD-3-Clause */
/* What an environment holds: as it is solved, or as it is written. */
#include "advise/check.h"

#include "base/map.h"
#include "conda/envfile.h"
#include "site/site.h"

/* --- from a spec: "name=version=build", "name==version", "name version build" --- */

/* "1!2.0" has an epoch, "!=2.0" an operator. */
static bool is_plain(struct advi_str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (strchr("<>~,|*[]()^$'\" ", text.ptr[i]))
			return false;
	return text.len > 0 && text.ptr[0] != '!';
}

/* Takes what stands before the next '=' or blank. */
static struct advi_str take_field(struct advi_str *rest)
{
	struct advi_str field;
	size_t length = 0;

	while (rest->len && (rest->ptr[0] == '=' || rest->ptr[0] == ' '))
		*rest = advi_str_from(*rest, 1);
	while (length < rest->len && rest->ptr[length] != '=' && rest->ptr[length] != ' ')
		length++;
	field = (struct advi_str){rest->ptr, length};
	*rest = advi_str_from(*rest, length);
	return field;
}

static const char *lower(struct advi_arena *arena, struct advi_str text)
{
	char *copy = advi_arena_alloc(arena, text.len + 1);

	for (size_t i = 0; i < text.len; i++)
		copy[i] = (char)(text.ptr[i] >= 'A' && text.ptr[i] <= 'Z' ? text.ptr[i] + 32
									  : text.ptr[i]);
	return copy;
}

/* What a spec says for sure: its name, and version and build when each is one. */
static struct advi_part read_spec(struct advi_arena *arena, const char *text)
{
	struct advi_str spec = advi_str_trim(advi_str(text)), name = advi_spec_name(spec);
	struct advi_str rest = advi_str_from(spec, (size_t)(name.ptr - spec.ptr) + name.len);
	struct advi_part part = {.name = lower(arena, name)};
	struct advi_str version = take_field(&rest), build = take_field(&rest);

	if (is_plain(version))
		part.version = advi_arena_str(arena, version);
	if (part.version && is_plain(build))
		part.build = advi_arena_str(arena, build);
	return part;
}

bool advi_content_is_written(const struct adv_site *site)
{
	struct advi_arena arena = {0};
	bool written = site->base_specs.count > 0;

	for (size_t i = 0; written && i < site->base_specs.count; i++)
		written = read_spec(&arena, site->base_specs.at[i]).build != NULL;
	advi_arena_clear(&arena);
	return written;
}

/* --- all of them --- */

static int by_name(const void *a, const void *b)
{
	const struct advi_part *x = a, *y = b;

	if (x->pip != y->pip)
		return x->pip ? 1 : -1;
	return strcmp(x->name, y->name);
}

static struct advi_part part_of(const struct advi_record *record)
{
	return (struct advi_part){record->name, record->version, record->build, record, false};
}

static void fill_written(struct advi_content *out, const struct adv_site *site,
			 struct advi_arena *arena)
{
	bool versions = true;

	for (size_t i = 0; i < site->base_records.count; i++) {
		struct advi_part part = part_of(&site->base_records.at[i]);

		part.record = NULL;
		advi_vec_push(&out->parts, part);
	}
	for (size_t i = 0; !site->base_records.count && i < site->base_specs.count; i++) {
		struct advi_part part = read_spec(arena, site->base_specs.at[i]);

		versions = versions && part.version;
		advi_vec_push(&out->parts, part);
	}
	out->knowledge = versions && out->parts.count ? ADVI_WRITTEN : ADVI_ASKED;
}

static void add_pip(struct advi_content *out, const struct adv_site *site)
{
	for (size_t i = 0; i < site->base_pip.count; i++) {
		const struct advi_pip *pip = &site->base_pip.at[i];
		struct advi_part part = {.name = *pip->name ? pip->name : pip->text,
					 .version = pip->version,
					 .pip = true};

		advi_vec_push(&out->parts, part);
	}
}

/* Sorts, and drops what is there twice: names that a file asks for in two lines. */
static void settle(struct advi_content *out)
{
	size_t kept = 0;

	advi_vec_sort(&out->parts, by_name);
	for (size_t i = 0; i < out->parts.count; i++)
		if (!kept || by_name(&out->parts.at[kept - 1], &out->parts.at[i]) != 0)
			out->parts.at[kept++] = out->parts.at[i];
	out->parts.count = kept;
	for (out->conda = 0; out->conda < kept && !out->parts.at[out->conda].pip;)
		out->conda++;
}

void advi_content_fill(struct advi_content *out, const struct adv_site *site,
		       const struct advi_env *env, struct advi_arena *arena)
{
	if (!env)
		fill_written(out, site, arena);
	for (size_t i = 0; env && i < env->records.count; i++)
		advi_vec_push(&out->parts, part_of(env->records.at[i]));
	if (env)
		out->knowledge = ADVI_SOLVED;
	add_pip(out, site);
	settle(out);
}

void advi_content_clear(struct advi_content *content)
{
	advi_vec_clear(&content->parts);
}

const struct advi_part *advi_content_find(const struct advi_content *content, const char *name,
					  bool pip)
{
	struct advi_part key = {.name = name, .pip = pip};

	if (!content->parts.count)
		return NULL;
	return bsearch(&key, content->parts.at, content->parts.count, sizeof(key), by_name);
}

/* --- what the channels know of them --- */

static bool is_record_of(const struct advi_part *part, const struct advi_record *record)
{
	return part->version && strcmp(part->version, record->version) == 0 && part->build &&
	       strcmp(part->build, record->build) == 0;
}

int advi_content_join(struct advi_content *content, struct adv_world *world,
		      const struct adv_watch *watch, struct adv_err *err)
{
	ADVI_AUTO_PTR struct advi_str *names = advi_calloc(content->conda + 1, sizeof(*names));
	advi_record_refs records = {0};
	int r;

	for (size_t i = 0; i < content->conda; i++)
		names[i] = advi_str(content->parts.at[i].name);
	r = advi_world_read(world, names, content->conda, &records, watch, err);
	for (size_t i = 0; r == 0 && i < records.count; i++) {
		struct advi_part *part =
			(void *)(uintptr_t)advi_content_find(content, records.at[i]->name, false);

		if (part && !part->record && is_record_of(part, records.at[i]))
			part->record = records.at[i];
	}
	advi_vec_clear(&records);
	return r;
}

/* --- which line brings what --- */

static size_t index_of(const struct advi_content *content, struct advi_str name,
		       struct advi_arena *arena)
{
	const struct advi_part *part = advi_content_find(content, lower(arena, name), false);

	return part ? (size_t)(part - content->parts.at) : SIZE_MAX;
}

/* Breadth first from the file's lines: of several ways the shortest, of these the first line's. */
void advi_check_trace(struct adv_check *check)
{
	const advi_names *specs = &check->site->base_specs;
	const struct advi_content *now = &check->now;
	ADVI_VEC(uint32_t) queue = {0};
	struct advi_arena arena = {0};

	check->origins = advi_calloc(now->parts.count + 1, sizeof(*check->origins));
	for (size_t i = 0; i < specs->count; i++) {
		size_t at = index_of(now, advi_spec_name(advi_str(specs->at[i])), &arena);

		if (at == SIZE_MAX || check->origins[at])
			continue;
		check->origins[at] = (uint32_t)i + 1;
		advi_vec_push(&queue, (uint32_t)at);
	}
	for (size_t head = 0; head < queue.count; head++) {
		uint32_t from = queue.at[head];
		const struct advi_record *record = now->parts.at[from].record;

		for (size_t d = 0; record && d < record->depends.count; d++) {
			size_t at = index_of(now, advi_spec_name(advi_str(record->depends.at[d])),
					     &arena);

			if (at == SIZE_MAX || check->origins[at])
				continue;
			check->origins[at] = check->origins[from];
			advi_vec_push(&queue, (uint32_t)at);
		}
	}
	advi_vec_clear(&queue);
	advi_arena_clear(&arena);
}
