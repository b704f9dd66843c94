/* SPDX-License-Identifier: BSD-3-Clause */
/* Worlds as small text files. */
#include "unit.h"

#include "case.h"
#include "io/file.h"

struct adv_site *case_site(const case_lines *base, const char *channel)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(1 << 20);
	struct adv_err err = ADV_ERR_INIT;
	struct adv_site *site;

	advi_buf_printf(&text,
			"name: x\nplaces: [{class: base, prefix: /b}]\nbase_prefix: /b\n"
			"channels: ['%s']\nvirtual_packages: {__cuda: '12.4', __glibc: '2.31'}\n"
			"base_packages:\n",
			channel);
	for (size_t i = 0; i < base->count; i++)
		advi_buf_printf(&text, "  - \"%s\"\n", base->at[i]);
	assert_ok(advi_site_parse(&site, advi_buf_str(&text), "test.yml", &err));
	return site;
}

uint64_t case_random(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return *seed >> 33;
}

static void push(struct advi_arena *arena, struct advi_list *list, struct advi_str text)
{
	const char **at = advi_arena_alloc(arena, (list->count + 1) * sizeof(*at));

	for (size_t i = 0; i < list->count; i++)
		at[i] = list->at[i];
	at[list->count] = advi_arena_str(arena, text);
	*list = (struct advi_list){at, list->count + 1};
}

static void option(struct solve_case *c, struct advi_record *record, struct advi_str word)
{
	size_t equals = advi_str_find(word, '=');
	struct advi_str key = {word.ptr, equals}, value = advi_str_from(word, equals + 1);

	if (advi_str_is(key, "number"))
		assert_true(advi_str_u64(value, &record->build_number));
	else if (advi_str_is(key, "time"))
		assert_true(advi_str_u64(value, &record->timestamp));
	else if (advi_str_is(key, "size"))
		assert_true(advi_str_u64(value, &record->size));
	else if (advi_str_is(key, "features"))
		record->track_features = advi_arena_str(&c->arena, value);
	else if (advi_str_is(key, "subdir"))
		record->subdir = advi_arena_str(&c->arena, value);
	else
		fail_msg("'%.*s' is no option of a record", ADVI_ARGS(word));
}

/* "name version build option=value", or, indented, "depends SPEC" and "constrains SPEC". */
static void record_line(struct solve_case *c, struct advi_str line)
{
	struct case_channel *channel = &c->channels.at[c->channels.count - 1];
	struct advi_record *record;
	struct advi_str word, rest = advi_str_trim(line);

	advi_str_split(&rest, ' ', &word);
	if (line.ptr[0] == ' ') {
		assert_true(channel->records.count > 0);
		record = &channel->records.at[channel->records.count - 1];
		assert_true(advi_str_is(word, "depends") || advi_str_is(word, "constrains"));
		push(&c->arena,
		     advi_str_is(word, "depends") ? &record->depends : &record->constrains,
		     advi_str_trim(rest));
		return;
	}
	record = advi_vec_new(&channel->records);
	record->name = advi_arena_str(&c->arena, word);
	record->channel = channel->name;
	record->subdir = "linux-64";
	assert_true(advi_str_split(&rest, ' ', &word));
	record->version = advi_arena_str(&c->arena, word);
	assert_true(advi_str_split(&rest, ' ', &word));
	record->build = advi_arena_str(&c->arena, word);
	while (advi_str_split(&rest, ' ', &word))
		option(c, record, word);
	record->fn = advi_arena_printf(&c->arena, "%s-%s-%s.conda", record->name, record->version,
				       record->build);
}

static void virtual_line(struct solve_case *c, struct advi_str line)
{
	struct advi_virtual *row = advi_vec_new(&c->virtuals);
	struct advi_str word;

	assert_true(advi_str_split(&line, ' ', &word));
	row->name = advi_arena_str(&c->arena, word);
	assert_true(advi_str_split(&line, ' ', &word));
	row->version = advi_arena_str(&c->arena, word);
	row->build = advi_str_split(&line, ' ', &word) ? advi_arena_str(&c->arena, word) : "0";
}

/* "a 1 0", a record of the first channel, is named by "a=1=0", as a prefix is. */
static void installed_line(struct solve_case *c, const char *text)
{
	const case_records *records = &c->channels.at[0].records;
	size_t count = c->installed.count;

	for (size_t i = 0; i < records->count; i++) {
		const struct advi_record *record = &records->at[i];
		ADVI_AUTO_PTR char *name =
			advi_format("%s %s %s", record->name, record->version, record->build);

		if (strcmp(name, text) != 0)
			continue;
		advi_vec_push(&c->installed, *record);
		advi_vec_push(&c->base, advi_arena_printf(&c->arena, "%s=%s=%s", record->name,
							  record->version, record->build));
	}
	assert_int_equal(c->installed.count, count + 1);
}

static const char *begin(struct solve_case *c, struct advi_str line)
{
	struct advi_str name;

	advi_str_split(&line, ' ', &name);
	if (advi_str_is(name, "@CHANNEL")) {
		struct case_channel *channel = advi_vec_new(&c->channels);

		channel->name = advi_arena_str(&c->arena, line.len ? line : ADVI_STR("main"));
	} else if (advi_str_is(name, "@WANT") || advi_str_is(name, "@JOIN") ||
		   advi_str_is(name, "@NEWER")) {
		struct case_question *question = advi_vec_new(&c->questions);

		question->kind = name.ptr[1] == 'W'   ? CASE_WANT
				 : name.ptr[1] == 'J' ? CASE_JOIN
						      : CASE_NEWER;
		question->most = advi_str_is(line, "frozen") ? ADVI_FROZEN
				 : advi_str_is(line, "free") ? ADVI_FREE
							     : ADVI_FAVOURED;
	} else if (advi_str_is(name, "@PRIORITY")) {
		c->priority = advi_str_is(line, "flexible")   ? ADVI_PRIORITY_FLEXIBLE
			      : advi_str_is(line, "disabled") ? ADVI_PRIORITY_DISABLED
							      : ADVI_PRIORITY_STRICT;
	}
	return advi_arena_str(&c->arena, name);
}

static void take(struct solve_case *c, const char *section, struct advi_str line)
{
	const char *text = advi_arena_str(&c->arena, advi_str_trim(line));
	struct case_question *question =
		c->questions.count ? &c->questions.at[c->questions.count - 1] : NULL;

	if (strcmp(section, "@CHANNEL") == 0)
		record_line(c, line);
	else if (strcmp(section, "@VIRTUAL") == 0)
		virtual_line(c, line);
	else if (strcmp(section, "@BASE") == 0)
		advi_vec_push(&c->base, text);
	else if (strcmp(section, "@PINS") == 0)
		advi_vec_push(&c->pins, text);
	else if (strcmp(section, "@INSTALLED") == 0)
		installed_line(c, text);
	else if (strcmp(section, "@WANT") == 0 || strcmp(section, "@JOIN") == 0 ||
		 strcmp(section, "@NEWER") == 0)
		advi_vec_push(&question->want, text);
	else if (strcmp(section, "@EXPECT") == 0 && question)
		advi_vec_push(&question->expect, text);
	else if (strcmp(section, "@EXPECT") == 0)
		advi_vec_push(&c->expect_base, text);
	else
		fail_msg("section '%s' is not known", section);
}

void case_read(struct solve_case *out, const char *path)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(1 << 20);
	struct adv_err err = ADV_ERR_INIT;
	const char *section = "";
	struct advi_str rest, line;

	memset(out, 0, sizeof(*out));
	assert_ok(advi_file_read(&text, path, &err));
	rest = advi_buf_str(&text);
	while (advi_str_split(&rest, '\n', &line)) {
		if (!line.len || line.ptr[0] == '#')
			continue;
		if (line.ptr[0] == '@')
			section = begin(out, line);
		else
			take(out, section, line);
	}
}

void case_clear(struct solve_case *c)
{
	for (size_t i = 0; i < c->channels.count; i++)
		advi_vec_clear(&c->channels.at[i].records);
	for (size_t i = 0; i < c->questions.count; i++) {
		advi_vec_clear(&c->questions.at[i].want);
		advi_vec_clear(&c->questions.at[i].expect);
	}
	advi_vec_clear(&c->channels);
	advi_vec_clear(&c->virtuals);
	advi_vec_clear(&c->questions);
	advi_vec_clear(&c->base);
	advi_vec_clear(&c->installed);
	advi_vec_clear(&c->pins);
	advi_vec_clear(&c->expect_base);
	advi_arena_clear(&c->arena);
}

#define SHUFFLE(vec, seed)                                                                         \
	for (size_t i_ = (vec)->count; (seed) && i_ > 1; i_--) {                                   \
		size_t j_ = case_random(&(seed)) % i_;                                             \
		__typeof__((vec)->at[0]) kept_ = (vec)->at[j_];                                    \
		(vec)->at[j_] = (vec)->at[i_ - 1];                                                 \
		(vec)->at[i_ - 1] = kept_;                                                         \
	}

int case_world(struct solve_case *c, uint64_t seed, struct adv_world *world, struct adv_err *err)
{
	struct advi_source sources[8];
	struct advi_world_input input = {
		.sources = sources,
		.source_count = c->channels.count,
		.priority = c->priority,
		.virtuals = c->virtuals.at,
		.virtual_count = c->virtuals.count,
		.pins = c->pins.at,
		.pin_count = c->pins.count,
	};

	assert_true(c->channels.count <= ADVI_COUNT(sources));
	for (size_t i = 0; i < c->channels.count; i++) {
		SHUFFLE(&c->channels.at[i].records, seed);
		sources[i] = advi_source_of(c->channels.at[i].name, c->channels.at[i].records.at,
					    c->channels.at[i].records.count, &c->arena);
	}
	SHUFFLE(&c->base, seed);
	SHUFFLE(&c->virtuals, seed);
	input.installed = c->installed.at;
	input.installed_count = c->installed.count;
	input.base = c->base.at;
	input.base_count = c->base.count;
	memset(world, 0, sizeof(*world));
	return advi_world_make(world, &input, NULL, err);
}

void case_read_lines(struct advi_buf *text, case_lines *lines, const char *path)
{
	struct adv_err err = ADV_ERR_INIT;
	char *rest;

	assert_ok(advi_file_read(text, path, &err));
	for (char *line = strtok_r(text->ptr, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest))
		if (line[0] != '#' && line[0] != '\0')
			advi_vec_push(lines, line);
}
