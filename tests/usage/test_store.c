/* SPDX-License-Identifier: BSD-3-Clause */
/* Names of sources, distinct counts, and stores made in memory. */
#include "lab.h"

#include <unistd.h>

#include "base/mem.h"
#include "io/file.h"
#include "usage/distinct.h"
#include "usage/root.h"
#include "usage/source.h"
#include "usage/schema.h"
#include "usage/workload.h"

static void test_sources(void **state)
{
	static const struct {
		const char *path;
		bool wanted;
	} files[] = {
		{"/logs/219/run.lab.json", true}, {"/logs/219/pkg.json.gz", true},
		{"/logs/219/README", false},      {"/logs/README", true},
		{"/logs/219/.pkg.json", false},   {"/logs/pkg.json.new", false},
		{"/logs/2025/a.jsonl", true},     {"a.jsonl", true},
	};
	static const struct {
		const char *path, *name;
	} names[] = {
		{"/home/alice/"
		 "run.lab.2025_03_01_12_00_00_0042.j.doe.zzz.01a1fd7d-2ade-7afd-b3c2-5eabc47e2ee4."
		 "json",
		 "run.lab.2025_03_01_12_00_00_0042.~.zzz.01a1fd7d-2ade-7afd-b3c2-5eabc47e2ee4."
		 "json"},
		{"pkg.a.b.2025_03_01_12_00_00_42.doe.01a1fd7d-2ade-7afd-b3c2-5eabc47e2ee4."
		 "0524cb83a18d.json.gz",
		 "pkg.a.b.2025_03_01_12_00_00_42.~.01a1fd7d-2ade-7afd-b3c2-5eabc47e2ee4."
		 "0524cb83a18d.json.gz"},
		{"/x/2025-03.jsonl.zst", "2025-03.jsonl.zst"},
		{"-", "-"},
	};
	struct advi_pseudonyms pseudonyms = {.key = "k"};

	(void)state;
	for (size_t i = 0; i < ADVI_COUNT(files); i++)
		assert_int_equal(advi_source_wanted(files[i].path), files[i].wanted);
	for (size_t i = 0; i < ADVI_COUNT(names); i++) {
		ADVI_AUTO(buf) struct advi_buf out = ADVI_BUF_INIT(4096);

		advi_source_name(&out, &pseudonyms, names[i].path);
		assert_string_equal(masked(&out), names[i].name);
	}
	advi_pseudonyms_clear(&pseudonyms);
}

static void test_distinct(void **state)
{
	struct advi_distinct a = {0}, b = {0};
	bool in_a[512] = {false}, in_b[512] = {false};
	size_t count_a = 0, count_b = 0, shared = 0;
	uint32_t seed = 3;

	(void)state;
	for (int i = 0; i < 5000; i++) {
		uint32_t value;

		seed = seed * 1664525u + 1013904223u;
		value = (seed >> 8) % 300 + (i % 2 ? 200 : 0);
		advi_distinct_add(i % 2 ? &a : &b, value);
		(i % 2 ? in_a : in_b)[value] = true;
	}
	assert_true(a.room <= 1024);
	for (int i = 0; i < 512; i++) {
		count_a += in_a[i];
		count_b += in_b[i];
		shared += in_a[i] && in_b[i];
	}
	assert_int_equal(advi_distinct_settle(&a), count_a);
	assert_int_equal(advi_distinct_settle(&b), count_b);
	assert_int_equal(advi_distinct_shared(&a, &b), shared);
	advi_distinct_join(&a, &b);
	assert_int_equal(advi_distinct_settle(&a), count_a + count_b - shared);
	advi_distinct_clear(&a);
	advi_distinct_clear(&b);
}

/* --- stores --- */

#define RUN(uuid, user, prefix, account)                                                           \
	"{\"cmdlineA\":[\"" prefix "/bin/python\"],\"userT\":{\"run_uuid\":\"" uuid                \
	"\",\"user\":\"" user "\",\"account\":\"" account "\",\"exec_path\":\"/x/bin/python\"},"   \
	"\"userDT\":{\"start_time\":1741521600,\"end_time\":1741525200,\"run_time\":3600}}\n"
#define USE(uuid, name, path)                                                                      \
	"{\"program\":\"python\",\"xalt_run_uuid\":\"" uuid "\",\"package_name\":\"" name          \
	"\",\"package_path\":\"" path "\"}\n"
#define U1 "00000000-0000-0000-0000-000000000001"
#define U2 "00000000-0000-0000-0000-000000000002"
#define U3 "00000000-0000-0000-0000-000000000003"
#define SP "/lib/python3.11/site-packages/"

static const char *const lines[] = {
	RUN(U1, "ann", "/sw/base", "p1"),
	USE(U1, "numpy", "/sw/base" SP "numpy/__init__.py"),
	USE(U1, "ase", "/home/ann/.local" SP "ase/__init__.py"),
	RUN(U2, "ann", "/home/ann/envs/e", "p2"),
	USE(U2, "numpy", "/home/ann/envs/e" SP "numpy/__init__.py"),
	USE(U2, "numpy.core", "/sw/base" SP "numpy/core.py"),
	/* A path that was cut off: the whole one counts. */
	USE(U2, "numpy", "/home/ann/envs/e/lib/python3.11/si"),
	USE(U2, "inhouse", "/home/ann/envs/e" SP "inhouse/__init__.py"),
	USE(U2, "utils", "/home/ann/code/utils.py"),
	/* A run twice: the longer one counts, whichever comes first. */
	"{\"userT\":{\"run_uuid\":\"" U1 "\",\"user\":\"zoe\",\"account\":\"p9\"},"
	"\"userDT\":{\"start_time\":1746446400,\"end_time\":1746448200,\"run_time\":1800}}\n",
	USE(U1, "ase.io", "/tmp/ase/io.py"),
	/* Two places of one length: the first in byte order counts. */
	USE(U2, "yaml", "/sw/base/aa" SP "yaml/__init__.py"),
	USE(U2, "yaml", "/sw/base/ab" SP "yaml/__init__.py"),
	RUN(U3, "bob", "/sw/base", "p1"),
	USE(U3, "numpy", "/sw/base" SP "numpy/__init__.py"),
	USE(U3, "json", "/sw/base/lib/python3.11/json/__init__.py"),
};

/* A store in memory that a log was read into. */
static struct adv_store *store_of_text(const struct adv_site *site, const char *text)
{
	const struct adv_ingest_options names = {.names = true};
	struct adv_err err = ADV_ERR_INIT;
	struct adv_store *store = NULL;
	char folder[4096];
	ADVI_AUTO_PTR char *path = advi_path_join(unit_folder(folder), "log");
	const char *paths[] = {path};
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	assert_ok(adv_store_open(&store, ":memory:", ADV_STORE_WRITE, &err));
	assert_ok(adv_ingest(store, site, paths, 1, &names, NULL, NULL, &err));
	assert_ok(advi_remove_tree(folder, &err));
	return store;
}

/* Of the lines from 'from' on, in steps of 'step' around the circle. */
static struct adv_store *store_of(const struct adv_site *site, size_t from, size_t step)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT((size_t)1 << 20);

	for (size_t i = 0; i < ADVI_COUNT(lines); i++)
		advi_buf_text(&text, lines[(from + i * step) % ADVI_COUNT(lines)]);
	return store_of_text(site, text.ptr);
}

static const struct advi_workload *workload(const struct advi_workloads *all, size_t i,
					    const char *user, const char *environment)
{
	const struct advi_workload *one = &all->all.at[i];

	assert_true(i < all->all.count);
	assert_str(all->users.entries.at[one->user].key, user);
	assert_str(all->environments.entries.at[one->environment].key, environment);
	return one;
}

static const char *need_name(const struct advi_workloads *all, const struct advi_workload *one,
			     size_t i)
{
	assert_true(i < one->needs.count);
	return all->packages.entries.at[one->needs.at[i].package].key.ptr;
}

static void check_workloads(const struct adv_store *store)
{
	struct adv_err err = ADV_ERR_INIT;
	struct advi_workloads all;
	const struct advi_workload *one;

	assert_ok(advi_workloads_load(&all, store, NULL, NULL, NULL, &err));
	assert_int_equal(all.all.count, 3);
	/* What is added to base at ~/.local is an environment of its own. */
	one = workload(&all, 0, "ann", "/home/ann/.local");
	assert_int_equal(one->place, ADV_PLACE_USER_SITE);
	assert_string_equal(one->project, "p1");
	assert_int_equal(one->needs.count, 2);
	assert_string_equal(need_name(&all, one, 0), "ase");
	assert_true(one->needs.at[0].outside);
	assert_string_equal(need_name(&all, one, 1), "numpy");
	assert_false(one->needs.at[1].outside);
	assert_true(one->node_hours == 1);
	one = workload(&all, 1, "ann", "/home/ann/envs/e");
	assert_int_equal(one->nowhere, 1);
	assert_int_equal(one->needs.count, 2);
	assert_string_equal(need_name(&all, one, 0), "numpy");
	assert_true(one->needs.at[0].outside);
	one = workload(&all, 2, "bob", "/sw/base");
	assert_int_equal(one->runs, 1);
	assert_int_equal(one->needs.count, 1);
	assert_int_equal(all.nowhere.entries.count, 1);
	assert_int_equal(all.nowhere.entries.at[0].number, 1);
	advi_workloads_clear(&all);
}

/* All runs are of March 2025. */
static void test_months(void **state)
{
	static const struct {
		const char *since, *until;
		size_t workloads;
	} cases[] = {
		{NULL, NULL, 3},           {"2025-03", NULL, 3}, {NULL, "2025-03", 3},
		{"2025-03", "2025-03", 3}, {"2025-04", NULL, 0}, {NULL, "2025-02", 0},
	};
	struct adv_site *site = make_site();
	struct adv_store *store = store_of(site, 0, 1);
	struct adv_err err = ADV_ERR_INIT;
	struct advi_workloads all;

	(void)state;
	for (size_t i = 0; i < ADVI_COUNT(cases); i++) {
		assert_ok(advi_workloads_load(&all, store, NULL, cases[i].since, cases[i].until,
					      &err));
		assert_int_equal(all.all.count, cases[i].workloads);
		advi_workloads_clear(&all);
	}
	assert_int_equal(advi_workloads_load(&all, store, NULL, "2025-04", "2025-03", &err),
			 ADV_EUSAGE);
	assert_non_null(strstr(err.text, "there is no month from 2025-04 until 2025-03"));
	assert_int_equal(advi_workloads_load(&all, store, NULL, NULL, "2025-3", &err), ADV_EUSAGE);
	adv_store_free(store);
	adv_site_free(site);
}

/* A step that shares no factor with the number of lines goes through all of them: 16, so an odd
 * one. */
static void test_order(void **state)
{
	struct adv_site *site = make_site();
	char first[ADVI_HEX_SIZE] = "", hex[ADVI_HEX_SIZE];
	struct adv_err err = ADV_ERR_INIT;

	(void)state;
	assert_int_equal(ADVI_COUNT(lines), 16);
	for (size_t step = 1; step < ADVI_COUNT(lines); step += 2) {
		for (size_t from = 0; from < ADVI_COUNT(lines); from += 3) {
			struct adv_store *store = store_of(site, from, step);

			check_workloads(store);
			assert_ok(advi_store_fingerprint(store, hex, &err));
			if (!*first)
				memcpy(first, hex, sizeof(first));
			assert_string_equal(hex, first);
			adv_store_free(store);
		}
	}
	adv_site_free(site);
}

#define NAMESPACE "/h/lib/python3.11/site-packages/google/"

/* Parts of a namespace package are packages; the module is counted whole; mapped apart. */
static void test_evidence(void **state)
{
	static const char parts[] =
		"name: lab\nplaces: [{class: base, prefix: /sw}]\nimports: {google.cloud.storage: google-cloud-storage, "
		"google.auth: google-auth, torch: pytorch}";
	static const char log[] = RUN(U1, "ann", "/h", "p1") USE(
		U1, "google", NAMESPACE "__init__.py") USE(U1, "google.cloud.storage.blob",
							   NAMESPACE "cloud/storage/blob.py")
		USE(U1, "torch",
		    "/h" SP
		    "torch/__init__.py") "{\"libA\":[[\"/h" SP
					 "google/auth/_x.so\",\"0\"]],\"userT\":{\"run_uuid\":"
					 "\"" U2
					 "\",\"user\":\"bob\"},\"userDT\":{\"start_time\":1741521600,"
					 "\"end_time\":1741525200,\"run_time\":3600}}\n";
	static const struct {
		unsigned by;
		enum adv_evidence evidence;
		const char *rows; /* keys and users */
	} cases[] = {
		{ADV_BY_MODULE, ADV_EVIDENCE_IMPORT, "google 1 namespace, torch 1 package"},
		{ADV_BY_PACKAGE, ADV_EVIDENCE_IMPORT, "google-cloud-storage 1, pytorch 1"},
		{ADV_BY_MODULE, ADV_EVIDENCE_MAPPED, "google 1 namespace"},
		{ADV_BY_PACKAGE, ADV_EVIDENCE_MAPPED, "google-auth 1"},
		{0, ADV_EVIDENCE_IMPORT, " 1"},
	};
	struct adv_err err = ADV_ERR_INIT;
	struct adv_site *site = NULL;
	struct adv_store *store;
	struct advi_workloads all;

	(void)state;
	assert_ok(advi_site_parse(&site, advi_str(parts), "recipe", &err));
	store = store_of_text(site, log);
	for (size_t i = 0; i < ADVI_COUNT(cases); i++) {
		struct adv_usage_query query = {.by = cases[i].by, .evidence = cases[i].evidence};
		ADVI_AUTO(buf) struct advi_buf rows = ADVI_BUF_INIT(1000);
		ADV_AUTO(usage) struct adv_usage *usage = NULL;

		assert_ok(adv_usage_ask(&usage, store, &query, &err));
		for (size_t n = 0; n < adv_usage_count(usage); n++) {
			const struct adv_usage_row *row = adv_usage_row(usage, n);
			const char *name = row->module ? row->module : row->package;

			advi_buf_printf(&rows, "%s%s %d%s%s", n ? ", " : "", name ? name : "",
					(int)row->users, row->kinds ? " " : "",
					row->kinds ? row->kinds : "");
		}
		assert_str(advi_buf_str(&rows), cases[i].rows);
	}
	/* Bob's run has nothing that was imported: no workload. */
	assert_ok(advi_workloads_load(&all, store, NULL, NULL, NULL, &err));
	assert_int_equal(all.all.count, 1);
	assert_int_equal(all.all.at[0].nowhere, 0);
	assert_int_equal(all.all.at[0].needs.count, 2);
	assert_string_equal(need_name(&all, &all.all.at[0], 0), "google-cloud-storage");
	advi_workloads_clear(&all);
	adv_store_free(store);
	adv_site_free(site);
}

/* Makes a store one of version 3. */
static const char back_to_3[] =
	"CREATE TABLE i(set_id INTEGER NOT NULL, module INTEGER NOT NULL,"
	" evidence INTEGER NOT NULL, root INTEGER NOT NULL, version INTEGER NOT NULL,"
	" dotted INTEGER NOT NULL, path_bytes INTEGER NOT NULL,"
	" PRIMARY KEY(set_id, evidence, module)) WITHOUT ROWID;"
	"INSERT INTO i(set_id, module, evidence, root, version, dotted, path_bytes)"
	" SELECT set_id, module, evidence, root, version, dotted, path_bytes FROM import;"
	"DROP VIEW import; ALTER TABLE i RENAME TO import;"
	"ALTER TABLE import_set DROP COLUMN items; PRAGMA user_version=3;";

/* A store as an older version wrote it answers as one that is made anew. */
static void test_migration(void **state)
{
	static const char back[] =
		"DROP VIEW counted; DROP TABLE version; DROP TABLE piece;"
		"CREATE TABLE r(uuid BLOB PRIMARY KEY, month INTEGER NOT NULL, user INTEGER NOT"
		" NULL, project INTEGER, job INTEGER, ticks INTEGER NOT NULL, nodes INTEGER NOT"
		" NULL, probability REAL NOT NULL, environment INTEGER, set_id INTEGER) WITHOUT"
		" ROWID; INSERT INTO r SELECT * FROM run; DROP TABLE run;"
		"ALTER TABLE r RENAME TO run;"
		"CREATE TABLE i(set_id INTEGER NOT NULL, module INTEGER NOT NULL, root INTEGER NOT"
		" NULL, dotted INTEGER NOT NULL, path_bytes INTEGER NOT NULL, PRIMARY KEY(set_id,"
		" module)) WITHOUT ROWID;"
		"INSERT INTO i SELECT set_id, module, root, dotted, path_bytes FROM import;"
		"DROP VIEW import; ALTER TABLE i RENAME TO import;"
		"ALTER TABLE import_set DROP COLUMN items;"
		"CREATE TABLE w(uuid BLOB NOT NULL, module INTEGER NOT NULL, root INTEGER NOT"
		" NULL, dotted INTEGER NOT NULL, path_bytes INTEGER NOT NULL, PRIMARY KEY(uuid,"
		" module)) WITHOUT ROWID;"
		"INSERT INTO w SELECT uuid, module, root, dotted, path_bytes FROM waiting;"
		"DROP TABLE waiting; ALTER TABLE w RENAME TO waiting;"
		"DROP TABLE accounting; DROP TABLE progress;"
		"CREATE TABLE t(month INTEGER NOT NULL, user INTEGER, project INTEGER,"
		" module INTEGER NOT NULL, place TEXT NOT NULL, runs INTEGER NOT NULL);"
		"DROP TABLE tally; ALTER TABLE t RENAME TO tally;"
		"INSERT INTO tally VALUES(202501, NULL, NULL, 1, 'base', 7);"
		"CREATE TABLE s(fingerprint BLOB PRIMARY KEY, name TEXT, format TEXT NOT NULL,"
		" bytes INTEGER NOT NULL, records INTEGER NOT NULL, runs INTEGER NOT NULL,"
		" rejected INTEGER NOT NULL) WITHOUT ROWID;"
		"INSERT INTO s SELECT fingerprint, name, 'counts', bytes, records, runs, rejected"
		" FROM source; DROP TABLE source; ALTER TABLE s RENAME TO source;"
		"DROP TABLE reject; CREATE TABLE reject(source BLOB NOT NULL, at INTEGER NOT NULL,"
		" reason TEXT NOT NULL); PRAGMA user_version=1;";
	static const char count[] =
		"INSERT INTO tally VALUES(x'00', 202501, NULL, NULL, 1, 'base', 7)";
	struct adv_site *site = make_site();
	struct adv_store *store = store_of(site, 0, 1);
	char before[ADVI_HEX_SIZE], after[ADVI_HEX_SIZE];
	struct adv_err err = ADV_ERR_INIT;

	(void)state;
	assert_int_equal(sqlite3_exec(store->db, count, NULL, NULL, NULL), SQLITE_OK);
	assert_ok(advi_store_fingerprint(store, before, &err));
	assert_int_equal(sqlite3_exec(store->db, back_to_3, NULL, NULL, NULL), SQLITE_OK);
	assert_ok(advi_schema_migrate(store, 3, &err));
	assert_ok(advi_store_fingerprint(store, after, &err));
	assert_string_equal(after, before);
	assert_int_equal(sqlite3_exec(store->db, back, NULL, NULL, NULL), SQLITE_OK);
	assert_ok(advi_schema_migrate(store, 1, &err));
	assert_ok(advi_store_fingerprint(store, after, &err));
	assert_string_equal(after, before);
	check_workloads(store);
	assert_int_equal(advi_schema_migrate(store, ADVI_STORE_VERSION + 1, &err), ADV_EINPUT);
	assert_non_null(strstr(err.text, "use a newer program"));
	adv_store_free(store);
	adv_site_free(site);
}

/* Pieces that version 2 has kept are kept; where they were is not known. */
static void test_migration_of_pieces(void **state)
{
	static const char back[] =
		"DROP TABLE piece; CREATE TABLE piece(record BLOB NOT NULL, at INTEGER NOT NULL,"
		" count INTEGER NOT NULL, value BLOB NOT NULL, PRIMARY KEY(record, at)) WITHOUT"
		" ROWID; INSERT INTO piece VALUES(x'01', 2, 3, x'00112233445566778899');"
		"PRAGMA user_version=2;";
	struct adv_site *site = make_site();
	struct adv_store *store = store_of(site, 0, 1);
	ADVI_AUTO_SQL *rows = NULL;
	struct adv_err err = ADV_ERR_INIT;

	(void)state;
	assert_int_equal(sqlite3_exec(store->db, back_to_3, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_exec(store->db, back, NULL, NULL, NULL), SQLITE_OK);
	assert_ok(advi_schema_migrate(store, 2, &err));
	check_workloads(store);
	assert_ok(advi_sql_prepare(&rows, store->db, store->path,
				   "SELECT group_concat(hex(record)||' '||at||' '||hex(mark)||' '||"
				   "hex(source)||' '||count||' '||start||' '||hex(run)||hex(value))"
				   " FROM piece",
				   &err));
	assert_int_equal(advi_sql_step(rows, store->path, &err), 1);
	assert_str(advi_sql_column(rows, 0), "01 2 0011223344556677 00 3 0 00112233445566778899");
	sqlite3_finalize(advi_take(rows));
	adv_store_free(store);
	adv_site_free(site);
}

/* Words that were read before are recalled for good records only, and mean the same. */
static void test_recall(void **state)
{
#define PACKAGE(crc, uuid, name, rest)                                                             \
	"{\"crc\":\"0x" crc "\",\"program\":\"python\",\"xalt_run_uuid\":\"" uuid                  \
	"\",\"package_version\":\"3.11.8\",\"package_name\":\"" name                               \
	"\",\"package_path\":\"/sw/base" SP name "/__init__.py\"}" rest "\n"
#define BOTH                                                                                       \
	RUN(U1, "ann", "/sw/base", "p1")                                                           \
	RUN(U2, "ann", "/sw/base", "p1")                                                           \
	PACKAGE("0A1b", U1, "numpy", "") PACKAGE("FFFF", U2, "numpy", "")
	/* Each damaged line names a module that must not be counted for U3. */
#define OTHER_RUN(uuid, other)                                                                       \
	"{\"crc\":\"0x0000\",\"program\":\"python\",\"xalt_run_uuid\":\"" uuid                       \
	"\",\"package_version\":\"3.11.8\",\"package_name\":\"yaml\",\"package_path\":\"/sw/base" SP \
	"yaml/__init__.py\",\"xalt_run_uuid\":\"" other "\"}\n"
	static const char good[] = BOTH RUN(U3, "bob", "/sw/base", "p1")
		PACKAGE("0000", U3, "ase", "") PACKAGE("0000", U2, "yaml", "");
	static const char damaged[] = BOTH RUN(U3, "bob", "/sw/base", "p1")
		PACKAGE("0000", U3, "ase", "") PACKAGE("00\"0", U3, "numpy", "")
			PACKAGE("0000", "deadbeaf-dead-beef-1111-deadbeef1111", "numpy", "")
				PACKAGE("0000", U3, "numpy", "}")
					PACKAGE("00\xa1\xa1", U3, "numpy", "")
		/* Of a key that is there twice the last one counts, the second time too. */
		OTHER_RUN(U1, U2) OTHER_RUN(U3, U2);
	struct adv_site *site = make_site();
	char one[ADVI_HEX_SIZE], other[ADVI_HEX_SIZE];
	struct adv_err err = ADV_ERR_INIT;
	struct adv_store *a, *b;

	(void)state;
	a = store_of_text(site, good);
	b = store_of_text(site, damaged);
	assert_ok(advi_store_fingerprint(a, one, &err));
	assert_ok(advi_store_fingerprint(b, other, &err));
	assert_string_equal(one, other);
	adv_store_free(a);
	adv_store_free(b);
	adv_site_free(site);
}

static void test_fingerprint_differs(void **state)
{
	struct adv_site *site = make_site();
	char all[ADVI_HEX_SIZE], some[ADVI_HEX_SIZE];
	struct adv_err err = ADV_ERR_INIT;
	struct adv_store *whole = store_of(site, 0, 1), *part = store_of(site, 0, 2);

	(void)state;
	assert_ok(advi_store_fingerprint(whole, all, &err));
	assert_ok(advi_store_fingerprint(part, some, &err));
	assert_string_not_equal(all, some);
	adv_store_free(whole);
	adv_store_free(part);
	adv_site_free(site);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sources),
		cmocka_unit_test(test_distinct),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_months),
		cmocka_unit_test(test_evidence),
		cmocka_unit_test(test_migration),
		cmocka_unit_test(test_migration_of_pieces),
		cmocka_unit_test(test_recall),
		cmocka_unit_test(test_fingerprint_differs),
	};

	return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
