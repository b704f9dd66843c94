/* SPDX-License-Identifier: BSD-3-Clause */
/* Lanes, beside the plain reader of records; chunks cut everywhere; threads that agree. */
#include "unit.h"

#include "base/mem.h"
#include "io/file.h"
#include "usage/format.h"
#include "usage/lane.h"
#include "usage/workload.h"

static uint32_t random_of(uint32_t *state, uint32_t below)
{
	*state = *state * 1664525u + 1013904223u;
	return (*state >> 8) % below;
}

/* --- logs that repeat themselves, with damage --- */

static void add_uuid(struct advi_buf *out, uint32_t run)
{
	advi_buf_printf(out, "0191b011-8672-7fc5-a924-%012x", run);
}

static void add_run(struct advi_buf *out, uint32_t run, uint32_t *seed)
{
	uint32_t environment = random_of(seed, 5), libs = random_of(seed, 4);

	advi_buf_printf(out, "{\"crc\":\"0x%04X\",\"cmdlineA\":[\"/h/e%u/bin/python\",\"m.py\"],",
			random_of(seed, 65536), environment);
	if (random_of(seed, 9))
		advi_buf_text(out, "\"libA\":[");
	else
		advi_buf_text(out, "\"libA\":[[\"/a]]b.so\"],"); /* where a list seems to end */
	for (uint32_t i = 0; i < 3 + libs; i++)
		advi_buf_printf(out, "%s[\"/h/e%u/lib/site-packages/m%u/x.so\",\"0\"]",
				i ? "," : "", environment, i);
	advi_buf_printf(out, "],\"ptA\":[{\"pid\":%u}],\"envT\":{\"PATH\":\"/%s\"",
			random_of(seed, 3), random_of(seed, 9) ? "bin" : "}bin");
	if (random_of(seed, 2))
		advi_buf_printf(out, ",\"CONDA_PREFIX\":\"/h/e%u\"",
				random_of(seed, 9) ? environment : 9);
	if (!random_of(seed, 9))
		advi_buf_text(out, "},\"envT\":{\"VIRTUAL_ENV\":\"\"");
	advi_buf_text(out, "},\"userT\":{\"run_uuid\":\"");
	add_uuid(out, run);
	advi_buf_printf(out,
			"\",\"user\":\"u%u\",\"account\":\"p%u\",\"job_id\":\"%u\",\"syshost\":"
			"\"h\",\"cwd\":\"/h/donn\\u00e9es\",\"exec_path\":\"/usr/bin/python3\"},",
			random_of(seed, 6), random_of(seed, 3), random_of(seed, 50));
	advi_buf_printf(out,
			"\"userDT\":{\"start_time\":17257%05u.2429,\"end_time\":1725999999.5,"
			"\"run_time\":%u.7491,\"probability\":1.0000,\"num_nodes\":%u.0},"
			"\"xaltLinkT\":{},\"XALT_qaT\":{\"V\":\"%u\"}}\n",
			random_of(seed, 99999), random_of(seed, 999), random_of(seed, 4),
			random_of(seed, 2));
}

static void add_package(struct advi_buf *out, uint32_t run, uint32_t module, uint32_t environment,
			uint32_t *seed)
{
	bool usual = random_of(seed, 12) > 0;

	advi_buf_printf(out,
			usual ? "{\"crc\":\"0x%04x\",\"program\":\"python\",\"xalt_run_uuid\":\""
			      : "{\"crc\":\"0x%04x\", \"program\":\"python\",\"xalt_run_uuid\":\"",
			random_of(seed, 65536));
	add_uuid(out, run);
	advi_buf_printf(out,
			"\",\"package_version\":\"3.11\",\"package_name\":\"m%u%s\","
			"\"package_path\":\"/h/e%u/lib/site-packages/m%u/__init__.py\"%s}\n",
			module, random_of(seed, 7) ? "" : ".core", environment, module,
			random_of(seed, 99) ? "" : ",\"xalt_run_uuid\":\"0\"");
}

static void damage(struct advi_buf *text, size_t from, uint32_t *seed)
{
	static const char bytes[] = "{}[]\",:\\u0129.eE+-ntf \t\n\x01\xa1\xc3\xff";
	size_t at = from + random_of(seed, (uint32_t)(text->len - from - 1));

	if (random_of(seed, 3)) {
		text->ptr[at] = bytes[random_of(seed, sizeof(bytes) - 1)];
		return;
	}
	memmove(text->ptr + at, text->ptr + at + 1, text->len - at - 1);
	text->len--;
}

/* Runs with their packages, mostly in one order, one record in 'rarely' damaged. */
static void make_log(struct advi_buf *out, uint32_t runs, uint32_t rarely, uint32_t seed)
{
	for (uint32_t run = 1; run <= runs; run++) {
		uint32_t environment = random_of(&seed, 5), count = random_of(&seed, 12);
		bool first = random_of(&seed, 3) > 0;

		for (uint32_t i = 0; i < count + 1; i++) {
			size_t from = out->len;
			uint32_t of = random_of(&seed, 20) ? run : random_of(&seed, runs);

			if (i == (first ? 0 : count))
				add_run(out, of, &seed);
			else
				add_package(out, of, random_of(&seed, 9) ? i : random_of(&seed, 30),
					    environment, &seed);
			if (!random_of(&seed, rarely))
				damage(out, from, &seed);
			if (!random_of(&seed, 50))
				advi_buf_text(out, random_of(&seed, 2) ? "\n" : " \r\n");
			if (!random_of(&seed, 90))
				advi_buf_text(out, "{\"result\":{\"linkA\":[]}}\n[1,2]\n");
		}
	}
}

/* --- one lane, beside the plain reader --- */

/* What a record says, as text. */
static void say_run(struct advi_buf *out, const struct advi_run_seen *run)
{
	char uuid[2 * ADVI_UUID_BYTES + 1];

	advi_hex_encode(uuid, run->uuid, ADVI_UUID_BYTES);
	advi_buf_printf(out, "run %s %u %.*s %.*s %.*s %.*s %lld %u %g %.*s\n", uuid, run->month,
			ADVI_ARGS(run->user), ADVI_ARGS(run->project), ADVI_ARGS(run->job),
			ADVI_ARGS(run->host), (long long)run->ticks, run->nodes, run->probability,
			ADVI_ARGS(run->environment));
}

static void say_import(struct advi_buf *out, const unsigned char *of,
		       const struct advi_import_seen *import)
{
	char uuid[2 * ADVI_UUID_BYTES + 1];

	advi_hex_encode(uuid, of, ADVI_UUID_BYTES);
	advi_buf_printf(out, "import %s %.*s %.*s %.*s\n", uuid, ADVI_ARGS(import->name),
			ADVI_ARGS(import->module), ADVI_ARGS(import->path));
}

static void say_lines(struct advi_buf *out, struct advi_str text)
{
	advi_paths libs = {0};
	struct advi_str line;

	while (advi_str_split(&text, '\n', &line)) {
		struct advi_record_seen seen;
		struct advi_json json;

		if (!advi_str_trim(line).len)
			continue;
		advi_json_init(&json, line);
		advi_xalt_read(&json, &libs, &seen);
		if (line.ptr[0] != '{')
			seen.kind = ADVI_RECORD_FOREIGN;
		if (seen.kind == ADVI_RECORD_RUN) {
			say_run(out, &seen.run);
			for (size_t i = 0; i < seen.run.lib_count; i++)
				advi_buf_printf(out, "lib %.*s\n", ADVI_ARGS(seen.run.libs[i]));
		} else if (seen.kind == ADVI_RECORD_IMPORT) {
			say_import(out, seen.import.uuid, &seen.import);
		} else if (seen.kind != ADVI_RECORD_OTHER) {
			advi_buf_printf(out, "left %.*s\n", ADVI_ARGS(line));
		}
		advi_json_clear(&json);
	}
	advi_vec_clear(&libs);
}

/* What the lists of a lane came to, as text. */
struct told {
	ADVI_VEC(struct advi_batch_list) lists;
	ADVI_VEC(struct advi_batch_script) scripts;
	ADVI_VEC(uint32_t) numbers; /* of scripts */
	size_t whole;               /* runs that were told by a script */
	advi_paths paths;
	struct advi_arena texts;
};

static void tell(struct told *told, const struct advi_batch *batch)
{
	if (batch->anew)
		told->lists.count = told->scripts.count = 0;
	for (size_t i = 0; i < batch->lists.count; i++) {
		struct advi_batch_list list = batch->lists.at[i];

		for (uint32_t k = 0; k < list.count; k++)
			advi_vec_push(
				&told->paths,
				advi_arena_slice(&told->texts, batch->paths.at[list.first + k]));
		list.first = (uint32_t)(told->paths.count - list.count);
		list.import.name = advi_arena_slice(&told->texts, list.import.name);
		list.import.module.ptr = list.import.name.ptr;
		list.import.path = advi_arena_slice(&told->texts, list.import.path);
		advi_vec_push(&told->lists, list);
	}
	for (size_t i = 0; i < batch->scripts.count; i++) {
		struct advi_batch_script script = batch->scripts.at[i];

		for (uint32_t k = 0; k < script.count; k++)
			advi_vec_push(&told->numbers, batch->numbers.at[script.first + k]);
		script.first = (uint32_t)(told->numbers.count - script.count);
		advi_vec_push(&told->scripts, script);
	}
}

static void say_lists(struct advi_buf *out, const struct told *told, const unsigned char *uuid,
		      const uint32_t *numbers, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		say_import(out, uuid, &told->lists.at[numbers[i]].import);
}

static void say_script(struct advi_buf *out, struct told *told, const struct advi_batch_run *run)
{
	struct advi_batch_script script;

	if (run->script == ADVI_NO_LIST)
		return;
	assert_true(run->script < told->scripts.count);
	script = told->scripts.at[run->script];
	say_lists(out, told, run->seen.uuid, script.count ? told->numbers.at + script.first : NULL,
		  script.count);
	told->whole++;
}

static void say_batch(struct advi_buf *out, struct told *told, const struct advi_batch *batch)
{
	tell(told, batch);
	for (size_t i = 0; i < batch->entries.count; i++) {
		const struct advi_batch_entry *entry = &batch->entries.at[i];
		const struct advi_batch_run *run = &batch->runs.at[entry->first];

		if (entry->kind == ADVI_BATCH_LINE) {
			advi_buf_printf(out, "left %.*s\n", (int)entry->count,
					batch->chunk.lines.ptr + entry->first);
		} else if (entry->kind == ADVI_BATCH_RUN) {
			const struct advi_batch_list *libs =
				run->list == ADVI_NO_LIST ? NULL : &told->lists.at[run->list];

			say_run(out, &run->seen);
			for (uint32_t k = 0; libs && k < libs->count; k++)
				advi_buf_printf(out, "lib %.*s\n",
						ADVI_ARGS(told->paths.at[libs->first + k]));
			say_script(out, told, run);
		} else {
			say_lists(out, told, entry->uuid, batch->numbers.at + entry->first,
				  entry->count);
		}
	}
}

static size_t lines_of(struct advi_str text)
{
	size_t count = 0;
	struct advi_str line;

	while (advi_str_split(&text, '\n', &line))
		count += advi_str_trim(line).len > 0;
	return count;
}

/*
 * Reads a log in chunks of random size by one lane, as several threads would leave it to it; how
 * many runs it told by a script.
 */
static size_t read_by_lane(struct advi_buf *out, struct advi_str text, uint32_t seed)
{
	struct told told = {0};
	struct advi_batch batch = {0};
	struct advi_lane lane;

	advi_lane_init(&lane);
	for (size_t at = 0, end; at < text.len; at = end) {
		end = at + 1 + random_of(&seed, 20000);
		end = end < text.len ? end : text.len;
		end += advi_str_find(advi_str_from(text, end), '\n') + 1;
		end = end < text.len ? end : text.len;
		if (!random_of(&seed, 20))
			advi_lane_forget(&lane);
		if (!random_of(&seed, 3))
			advi_lane_turn(&lane);
		batch.chunk.lines = (struct advi_str){text.ptr + at, end - at};
		advi_lane_read(&lane, &batch);
		assert_int_equal(batch.records, lines_of(batch.chunk.lines));
		say_batch(out, &told, &batch);
	}
	advi_lane_clear(&lane);
	advi_batch_clear(&batch);
	advi_vec_clear(&told.lists);
	advi_vec_clear(&told.scripts);
	advi_vec_clear(&told.numbers);
	advi_vec_clear(&told.paths);
	advi_arena_clear(&told.texts);
	return told.whole;
}

static void test_twin(void **state)
{
	enum { CAP = 64 << 20 };
	static const uint32_t rarely[] = {1000000, 100, 5};
	size_t whole = 0;

	(void)state;
	for (uint32_t i = 0; i < 12; i++) {
		ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(CAP);
		ADVI_AUTO(buf) struct advi_buf want = ADVI_BUF_INIT(CAP);
		ADVI_AUTO(buf) struct advi_buf got = ADVI_BUF_INIT(CAP);
		size_t at = 0;

		make_log(&text, 400, rarely[i % ADVI_COUNT(rarely)], i + 1);
		say_lines(&want, advi_buf_str(&text));
		whole += read_by_lane(&got, advi_buf_str(&text), i);
		while (at < want.len && want.ptr[at] == got.ptr[at])
			at++;
		if (want.len != got.len || at < want.len)
			fail_msg("log %u differs at %zu: '%.200s', not '%.200s'", i, at,
				 got.ptr + (at > 80 ? at - 80 : 0),
				 want.ptr + (at > 80 ? at - 80 : 0));
		assert_true(advi_str_search(advi_buf_str(&want), ADVI_STR("\nlib ")) < want.len);
	}
	assert_true(whole > 100);
}

/* --- chunks --- */

static void write_file(const char *path, struct advi_str text)
{
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	assert_int_equal(fwrite(text.ptr, 1, text.len, file), text.len);
	assert_int_equal(fclose(file), 0);
}

/* All that the chunks of a file hold is the file, in whole lines. */
static void check_chunks(const char *path, struct advi_str text)
{
	struct adv_err err = ADV_ERR_INIT;
	struct advi_stream *stream = NULL;
	struct advi_chunk chunk = {0};
	struct advi_chunks chunks;
	uint64_t at = 0;
	int r;

	assert_ok(advi_stream_open(&stream, path, &err));
	advi_chunks_init(&chunks, stream, 1 << 20);
	while ((r = advi_chunks_next(&chunks, &chunk, &err)) > 0) {
		assert_false(chunk.too_long);
		assert_int_equal(chunk.offset, at);
		assert_true(chunk.lines.len > 0);
		assert_memory_equal(chunk.lines.ptr, text.ptr + at, chunk.lines.len);
		at += chunk.lines.len;
		assert_int_equal(chunk.end, at);
		assert_int_equal(chunk.cut, chunk.lines.ptr[chunk.lines.len - 1] != '\n');
		assert_true(!chunk.cut || at == text.len);
	}
	assert_ok(r);
	assert_int_equal(at, text.len);
	advi_chunks_clear(&chunks);
	advi_chunk_clear(&chunk);
	advi_stream_free(stream);
}

/* A record whose every byte comes to lie at the end of what is read at once. */
static void test_chunks(void **state)
{
	enum { AT_ONCE = 128 << 10 };
	static const char record[] = "{\"crc\":\"0x5999\",\"program\":\"python\"}";
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(1 << 20);
	struct adv_err err = ADV_ERR_INIT;
	char folder[4096];
	ADVI_AUTO_PTR char *path = advi_path_join(unit_folder(folder), "log");

	(void)state;
	for (size_t before = AT_ONCE - sizeof(record) - 2; before < AT_ONCE + 2; before++) {
		advi_buf_reset(&text);
		advi_buf_byte(&text, '{');
		while (text.len < before - 1)
			advi_buf_byte(&text, ' ');
		advi_buf_printf(&text, "\n%s\n\n%s%s", record, record, before % 2 ? "\n" : "");
		write_file(path, advi_buf_str(&text));
		check_chunks(path, advi_buf_str(&text));
	}
	assert_ok(advi_remove_tree(folder, &err));
}

/* Of a line that is too long nothing is kept, and the next one is found. */
static void test_long_line(void **state)
{
	static const size_t lengths[] = {400000, 1 << 20, 3 << 20};
	struct adv_err err = ADV_ERR_INIT;
	char folder[4096];
	ADVI_AUTO_PTR char *path = advi_path_join(unit_folder(folder), "log");

	(void)state;
	for (size_t i = 0; i < 2 * ADVI_COUNT(lengths); i++) {
		ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(8 << 20);
		size_t length = lengths[i / 2];
		struct advi_stream *stream = NULL;
		struct advi_chunk chunk = {0};
		struct advi_chunks chunks;

		advi_buf_text(&text, "{}\n");
		memset(advi_buf_room(&text, length), 'x', length);
		text.len += length;
		advi_buf_text(&text, i % 2 ? "\n[]\n" : "");
		write_file(path, advi_buf_str(&text));
		assert_ok(advi_stream_open(&stream, path, &err));
		advi_chunks_init(&chunks, stream, 300000);
		assert_int_equal(advi_chunks_next(&chunks, &chunk, &err), 1);
		assert_str(chunk.lines, "{}\n");
		assert_int_equal(advi_chunks_next(&chunks, &chunk, &err), 1);
		assert_true(chunk.too_long || chunk.lines.len > length);
		assert_int_equal(chunk.offset, 3);
		assert_int_equal(chunk.cut, i % 2 == 0);
		if (i % 2 && chunk.too_long) {
			assert_int_equal(chunk.end, length + 4);
			assert_int_equal(advi_chunks_next(&chunks, &chunk, &err), 1);
			assert_str(chunk.lines, "[]\n");
		}
		assert_int_equal(advi_chunks_next(&chunks, &chunk, &err), 0);
		advi_chunks_clear(&chunks);
		advi_chunk_clear(&chunk);
		advi_stream_free(stream);
	}
	assert_ok(advi_remove_tree(folder, &err));
}

/* --- threads --- */

static struct adv_site *make_site(void)
{
	static const char recipe[] = "{\"schema\":\"advisor.site/1\",\"name\":\"t\",\"places\":["
				     "{\"class\":\"base\",\"prefix\":\"/h/e0/\"},"
				     "{\"class\":\"home\",\"prefix\":\"/h/\"}]}";
	struct adv_err err = ADV_ERR_INIT;
	struct adv_site *site = NULL;

	assert_ok(advi_site_parse(&site, advi_str(recipe), "recipe", &err));
	return site;
}

/* What a store holds after reading a log: its figures, and what was refused. */
static void ingest(struct advi_buf *out, const char *path, unsigned threads)
{
	const struct adv_ingest_options options = {.names = true, .threads = threads};
	struct adv_ingest_summary sum = {0};
	struct adv_site *site = make_site();
	struct adv_err err = ADV_ERR_INIT;
	struct adv_store *store = NULL;
	char figures[ADVI_HEX_SIZE];
	ADVI_AUTO_SQL *rows = NULL;

	assert_ok(adv_store_open(&store, ":memory:", ADV_STORE_WRITE, &err));
	assert_ok(adv_ingest(store, site, &path, 1, &options, NULL, &sum, &err));
	assert_ok(advi_store_fingerprint(store, figures, &err));
	advi_buf_printf(out, "%s\n%llu records, %llu runs, %llu uses, %llu refused, %llu bytes\n",
			figures, (unsigned long long)sum.records, (unsigned long long)sum.runs,
			(unsigned long long)sum.uses, (unsigned long long)sum.rejected,
			(unsigned long long)sum.bytes);
	assert_ok(advi_sql_prepare(&rows, store->db, "store",
				   "SELECT at, reason FROM reject ORDER BY at, reason", &err));
	while (advi_sql_step(rows, "store", &err) > 0)
		advi_buf_printf(out, "%lld %s\n", (long long)sqlite3_column_int64(rows, 0),
				(const char *)sqlite3_column_text(rows, 1));
	sqlite3_finalize(rows);
	rows = NULL;
	adv_store_free(store);
	adv_site_free(site);
}

/* The same log in every order of threads, and one by one in small files, gives the same store. */
static void test_threads(void **state)
{
	enum { CAP = 64 << 20 };
	static const unsigned threads[] = {2, 3, 8, 2};
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(CAP);
	ADVI_AUTO(buf) struct advi_buf want = ADVI_BUF_INIT(CAP);
	struct adv_err err = ADV_ERR_INIT;
	char folder[4096];
	ADVI_AUTO_PTR char *path = advi_path_join(unit_folder(folder), "log");

	(void)state;
	make_log(&text, 4000, 300, 5);
	text.len--; /* the last line has no end */
	assert_true(text.len > 3 << 20);
	write_file(path, advi_buf_str(&text));
	ingest(&want, path, 1);
	assert_true(lines_of(advi_buf_str(&want)) > 50);
	for (size_t i = 0; i < ADVI_COUNT(threads); i++) {
		ADVI_AUTO(buf) struct advi_buf got = ADVI_BUF_INIT(CAP);

		ingest(&got, path, threads[i]);
		assert_string_equal(got.ptr, want.ptr);
	}
	assert_ok(advi_remove_tree(folder, &err));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_twin),
		cmocka_unit_test(test_chunks),
		cmocka_unit_test(test_long_line),
		cmocka_unit_test(test_threads),
	};

	return cmocka_run_group_tests_name("lane", tests, NULL, NULL);
}
