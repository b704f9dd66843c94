/* SPDX-License-Identifier: BSD-3-Clause */
/* XALT records: examples, and a slow twin over a JSON tree on records with random damage. */
#include "unit.h"

#include <math.h>
#include <cjson/cJSON.h>

#include "base/mem.h"
#include "usage/record.h"

static const char run_text[] =
	"{\"crc\":\"0x2C0F\",\"cmdlineA\":[\"/home/a/venv/bin/"
	"python\",\"x.py\"],\"hash_id\":\"1d\","
	"\"ptA\":[{\"cmd_name\":\"bash\",\"pid\":5,\"cmdlineA\":[]}],"
	"\"libA\":[[\"/h/lib/python3.11/site-packages/torch/lib/libtorch.so\",\"0\"],"
	"[\"/lib64/libc.so.6\",\"0\"],[\"/usr/lib/python3/dist-packages/_cffi.abi3.so\",\"0\"]],"
	"\"envT\":{\"VIRTUAL_ENV\":\"/home/a/venv\",\"PATH\":\"/"
	"bin\"},\"userT\":{\"syshost\":\"lab\","
	"\"run_uuid\":\"01a1fd7d-2ade-7afd-b3c2-5eabc47e2ee4\",\"exec_path\":\"/usr/bin/"
	"python3.11\","
	"\"cwd\":\"/home/a/donn\\u00e9es\",\"user\":\"ali\\u00e7e\",\"account\":\"proj1\","
	"\"job_id\":\"4242\"},\"userDT\":{\"start_time\":1741521600.0520,\"end_time\":1741521601.0,"
	"\"run_time\":0.8298,\"probability\":0.0100,\"num_nodes\":2.0000},\"xaltLinkT\":{}}";
static const char package_text[] =
	"{\"crc\":\"0x5999\",\"program\":\"python\","
	"\"xalt_run_uuid\":\"4e149746-dae2-4d4f-b022-36b7ca4c7bc0\",\"package_version\":\"3.8.5\","
	"\"package_name\":\"numpy.core\",\"package_path\":\"/a/lib/site-packages/numpy/core.py\"}";

/* As XALT's export script once wrote them: everything of a run in userT, mostly as text. */
static const char oldest_text[] =
	"{\"userT\":{\"run_uuid\":\"01a1fd7d-2ade-7afd-b3c2-5eabc47e2ee4\",\"user\":\"a\","
	"\"start_time\":\"1741521600.5\",\"end_time\":1741521602,\"num_nodes\":\"4\","
	"\"probability\":\"high\"}}";

/* Of the run that was read last. */
static advi_paths libs;

static void read_text(struct advi_json *json, struct advi_str text, struct advi_record_seen *out)
{
	advi_json_init(json, text);
	advi_xalt_read(json, &libs, out);
}

static void test_run(void **state)
{
	struct advi_record_seen record;
	struct advi_json json;

	(void)state;
	read_text(&json, advi_str(run_text), &record);
	assert_null(record.problem);
	assert_int_equal(record.kind, ADVI_RECORD_RUN);
	assert_int_equal(record.run.month, 202503);
	assert_str(record.run.user, "ali\xc3\xa7"
				    "e");
	assert_str(record.run.project, "proj1");
	assert_str(record.run.job, "4242");
	assert_str(record.run.host, "lab");
	assert_int_equal(record.run.ticks, 8298);
	assert_int_equal(record.run.nodes, 2);
	assert_true(record.run.probability == 0.01);
	assert_str(record.run.environment, "/home/a/venv");
	assert_int_equal(record.run.lib_count, 2);
	assert_str(record.run.libs[0], "/h/lib/python3.11/site-packages/torch/lib/libtorch.so");
	assert_str(advi_path_module(record.run.libs[0]), "torch");
	assert_str(advi_path_module(record.run.libs[1]), "_cffi");
	assert_int_equal(record.run.uuid[0], 0x01);
	assert_int_equal(record.run.uuid[15], 0xe4);
	advi_json_clear(&json);
}

static void test_oldest_run(void **state)
{
	struct advi_record_seen record;
	struct advi_json json;

	(void)state;
	read_text(&json, advi_str(oldest_text), &record);
	assert_null(record.problem);
	assert_int_equal(record.kind, ADVI_RECORD_RUN);
	assert_int_equal(record.run.month, 202503);
	assert_int_equal(record.run.ticks, 15000);
	assert_int_equal(record.run.nodes, 4);
	assert_true(record.run.probability == 1);
	advi_json_clear(&json);
	/* What userDT says counts, wherever it stands. */
	read_text(&json,
		  advi_str("{\"userDT\":{\"start_time\":1741521600.0,\"end_time\":1741521601.0},"
			   "\"userT\":{\"run_uuid\":\"01a1fd7d-2ade-7afd-b3c2-5eabc47e2ee4\","
			   "\"user\":\"a\",\"start_time\":\"7\",\"end_time\":[],"
			   "\"run_time\":\"2.5 s\",\"num_nodes\":null}}"),
		  &record);
	assert_int_equal(record.kind, ADVI_RECORD_RUN);
	assert_int_equal(record.run.ticks, 10000);
	assert_int_equal(record.run.nodes, 1);
	advi_json_clear(&json);
}

static void test_package(void **state)
{
	struct advi_record_seen record;
	struct advi_json json;

	(void)state;
	read_text(&json, advi_str(package_text), &record);
	assert_int_equal(record.kind, ADVI_RECORD_IMPORT);
	assert_str(record.import.module, "numpy");
	assert_str(record.import.name, "numpy.core");
	assert_str(record.import.path, "/a/lib/site-packages/numpy/core.py");
	advi_json_clear(&json);
}

/* 'text' with the first 'from' replaced by 'to'; the caller frees it. */
static char *changed(const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);

	assert_non_null(at);
	return advi_format("%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

static void test_refusals(void **state)
{
	static const struct {
		const char *text, *from, *to;
		enum advi_record_kind kind;
		const char *problem;
	} rows[] = {
		{run_text, "\"end_time\":1741521601.0", "\"end_time\":0.0000", ADVI_RECORD_OTHER,
		 NULL},
		{run_text, "\"end_time\":1741521601.0,", "", ADVI_RECORD_REFUSED,
		 "has no usable end_time"},
		{run_text, "1741521600.0520", "0.0", ADVI_RECORD_REFUSED,
		 "has no usable start_time"},
		{run_text, "1741521600.0520", "1e300", ADVI_RECORD_REFUSED,
		 "has no usable start_time"},
		{run_text, "01a1fd7d", "01A1FD7D", ADVI_RECORD_REFUSED, "has no usable run_uuid"},
		{run_text, "01a1fd7d-2ade-7afd-b3c2-5eabc47e2ee4",
		 "deadbeaf-dead-beef-1111-deadbeef1111", ADVI_RECORD_REFUSED,
		 "has no usable run_uuid"},
		{run_text, "\"ali\\u00e7e\"", "\"\"", ADVI_RECORD_REFUSED, "names no user"},
		{run_text, "\"ali\\u00e7e\"", "\"a\\u0000b\"", ADVI_RECORD_REFUSED,
		 "names no user"},
		{run_text, "\"ali\\u00e7e\"", "7", ADVI_RECORD_REFUSED, "a string was expected"},
		{run_text, "0.8298", "1e12", ADVI_RECORD_REFUSED,
		 "has a run_time or num_nodes out of range"},
		{run_text, "0.8298", "null", ADVI_RECORD_RUN, NULL},
		{package_text, "python", "R", ADVI_RECORD_OTHER, NULL},
		{package_text, "\"package_name\":\"numpy.core\",", "", ADVI_RECORD_REFUSED,
		 "has no usable package_name"},
		{package_text, "numpy.core", ".core", ADVI_RECORD_REFUSED,
		 "has no usable package_name"},
		{package_text, "4e149746", "4e14974", ADVI_RECORD_REFUSED,
		 "has no usable xalt_run_uuid"},
		{package_text, "core.py\"}", "core.py\"} {}", ADVI_RECORD_REFUSED,
		 "has something after its end"},
		{package_text, "core.py\"}", "core.py\"", ADVI_RECORD_REFUSED, "ends early"},
		{package_text, "site-", "\xa1", ADVI_RECORD_REFUSED, "is not UTF-8"},
		{package_text, "program", "resultT", ADVI_RECORD_OTHER, NULL},
		{package_text, "program", "x", ADVI_RECORD_FOREIGN, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ADVI_COUNT(rows); i++) {
		ADVI_AUTO_PTR char *text = changed(rows[i].text, rows[i].from, rows[i].to);
		struct advi_record_seen record;
		struct advi_json json;

		read_text(&json, advi_str(text), &record);
		if (record.kind != rows[i].kind || !record.problem != !rows[i].problem ||
		    (record.problem && strcmp(record.problem, rows[i].problem) != 0))
			fail_msg("row %zu: kind %d, '%s'", i, record.kind, record.problem);
		advi_json_clear(&json);
	}
}

static void test_environment(void **state)
{
	static const char base[] =
		"{\"cmdlineA\":[\"%s\"],\"envT\":{%s},\"userT\":{\"run_uuid\":"
		"\"01a1fd7d-2ade-7afd-b3c2-5eabc47e2ee4\",\"exec_path\":\"%s\",\"user\":\"a\"},"
		"\"userDT\":{\"start_time\":10,\"end_time\":20}}";
	static const struct {
		const char *called, *env, *binary, *environment;
	} rows[] = {
		{"python", "", "/sw/base/bin/python3.11", "/sw/base"},
		{"/v/bin/python", "", "/sw/base/bin/python3.11", "/v"},
		{"/v/bin/ipython", "", "/sw/base/bin/python3.11", "/sw/base"},
		{"python", "\"VIRTUAL_ENV\":\"/v\"", "/sw/base/bin/python3.11", "/v"},
		{"/v/bin/python", "\"VIRTUAL_ENV\":\"/v\"", "/sw/base/bin/python3.11", "/v"},
		{"/w/bin/python", "\"VIRTUAL_ENV\":\"/v\"", "/sw/base/bin/python3.11", "/w"},
		{"/vv/bin/python", "\"VIRTUAL_ENV\":\"/v\"", "/sw/base/bin/python3.11", "/vv"},
		{"python", "\"CONDA_PREFIX\":\"/c/envs/e\"", "/c/envs/e/bin/python3.11",
		 "/c/envs/e"},
		{"python", "\"CONDA_PREFIX\":\"/c/envs/e\"", "/usr/bin/python3.11", "/usr"},
		{"python", "\"VIRTUAL_ENV\":\"v\"", "/usr/bin/python3", "/usr"},
		{"./a.out", "", "/home/a/a.out", ""},
		{"python", "", "", ""},
	};

	(void)state;
	for (size_t i = 0; i < ADVI_COUNT(rows); i++) {
		ADVI_AUTO_PTR char *text =
			advi_format(base, rows[i].called, rows[i].env, rows[i].binary);
		struct advi_record_seen record;
		struct advi_json json;

		read_text(&json, advi_str(text), &record);
		assert_int_equal(record.kind, ADVI_RECORD_RUN);
		assert_str(record.run.environment, rows[i].environment);
		advi_json_clear(&json);
	}
}

/* --- the twin: what a tree says, looked up key by key --- */

static const cJSON *member(const cJSON *object, const char *name)
{
	const cJSON *item, *last = NULL;

	cJSON_ArrayForEach(item, object) if (item->string && strcmp(item->string, name) == 0) last =
		item;
	return last;
}

static const char *text_of(const cJSON *object, const char *name)
{
	const cJSON *item = member(object, name);

	return item && cJSON_IsString(item) ? item->valuestring : "";
}

/* The member of an object that is there; of both that are there twice the last one. */
static const cJSON *below(const cJSON *tree, const char *object, const char *name)
{
	const cJSON *item, *last = NULL;

	cJSON_ArrayForEach(item, tree) if (item->string && strcmp(item->string, object) == 0 &&
					   member(item, name)) last = member(item, name);
	return last;
}

/* A number of a run, of userDT or, perhaps in quotes, of userT; NaN when there is none. */
static double number_of(const cJSON *tree, const char *name)
{
	const cJSON *item = below(tree, "userDT", name);
	char *end;

	if (item && cJSON_IsNumber(item))
		return item->valuedouble;
	item = below(tree, "userT", name);
	if (item && cJSON_IsString(item) && item->valuestring[0]) {
		double value = strtod(item->valuestring, &end);

		return *end ? NAN : value;
	}
	return item && cJSON_IsNumber(item) ? item->valuedouble : NAN;
}

static enum advi_record_kind twin_kind(const cJSON *tree)
{
	double end = number_of(tree, "end_time");

	if (member(tree, "userT"))
		return isnan(end) ? ADVI_RECORD_REFUSED
		       : end > 0  ? ADVI_RECORD_RUN
				  : ADVI_RECORD_OTHER;
	if (member(tree, "program"))
		return strcmp(text_of(tree, "program"), "python") == 0 ? ADVI_RECORD_IMPORT
								       : ADVI_RECORD_OTHER;
	return member(tree, "resultT") || member(tree, "link_line") ? ADVI_RECORD_OTHER
								    : ADVI_RECORD_FOREIGN;
}

static void compare_libs(const cJSON *libs_tree, const struct advi_run_seen *run)
{
	const cJSON *pair;
	size_t at = 0;

	if (!cJSON_IsArray(libs_tree))
		libs_tree = NULL;
	cJSON_ArrayForEach(pair, libs_tree)
	{
		const char *path = cJSON_IsArray(pair)
					   ? cJSON_GetStringValue(cJSON_GetArrayItem(pair, 0))
					   : NULL;
		const char *below = path ? strstr(path, "/site-packages/") : NULL;

		below = below || !path ? below : strstr(path, "/dist-packages/");
		if (!below || below[15] == '.' || below[15] == '/' || !below[15])
			continue;
		assert_true(at < run->lib_count);
		assert_str(run->libs[at++], path);
	}
	assert_int_equal(at, run->lib_count);
}

static void same_fields(const struct advi_record_seen *record, const cJSON *tree, const char *text)
{
	const char *dot;

	if (twin_kind(tree) != record->kind)
		fail_msg("kind %d, twin %d: %s", record->kind, twin_kind(tree), text);
	if (record->kind == ADVI_RECORD_RUN) {
		double seconds = number_of(tree, "run_time"), nodes = number_of(tree, "num_nodes");

		if (isnan(seconds))
			seconds = number_of(tree, "end_time") - number_of(tree, "start_time");
		assert_str(record->run.user, cJSON_GetStringValue(below(tree, "userT", "user")));
		assert_int_equal(record->run.ticks,
				 seconds > 0 ? (int64_t)(seconds * 1e4 + .5) : 0);
		assert_int_equal(record->run.nodes, nodes >= 1 ? (uint32_t)nodes : 1);
		compare_libs(member(tree, "libA"), &record->run);
	} else if (record->kind == ADVI_RECORD_IMPORT) {
		dot = strchrnul(text_of(tree, "package_name"), '.');
		assert_str(record->import.path, text_of(tree, "package_path"));
		assert_int_equal(record->import.module.len, dot - text_of(tree, "package_name"));
		assert_str(record->import.name, text_of(tree, "package_name"));
	}
}

/* Why a scanner may refuse what the lenient tree parser takes. */
static bool is_strict(const char *problem)
{
	static const char *const reasons[] = {
		"UTF-8",         "control",  "escape",       "number",       "nested",
		"has no usable", "names no", "out of range", "was expected", "neither"};

	for (size_t i = 0; i < ADVI_COUNT(reasons); i++)
		if (strstr(problem, reasons[i]))
			return true;
	return false;
}

static uint32_t random_of(uint32_t *state, uint32_t below)
{
	*state = *state * 1664525u + 1013904223u;
	return (*state >> 8) % below;
}

static size_t damage(char *text, size_t length, uint32_t *state)
{
	static const char bytes[] = "{}[]\",:\\u0129.eE+-ntf \t\n\x01\xa1\xc3\xff";

	for (uint32_t times = random_of(state, 3); times + 1 > 0; times--) {
		size_t at = random_of(state, (uint32_t)length);

		switch (random_of(state, 4)) {
		case 0:
			text[at] = bytes[random_of(state, sizeof(bytes) - 1)];
			break;
		case 1:
			memmove(text + at, text + at + 1, length - at - 1);
			length--;
			break;
		case 2:
			length = random_of(state, 8) ? length : at + 1;
			break;
		default:
			text[at] = text[random_of(state, (uint32_t)length)];
		}
		if (!times)
			break;
	}
	return length;
}

static void test_twin(void **state)
{
	static const char *const from[] = {run_text, package_text, oldest_text};
	uint32_t seed = 7;
	unsigned taken = 0, refused = 0;

	(void)state;
	for (unsigned i = 0; i < 40000; i++) {
		const char *original = from[i % ADVI_COUNT(from)];
		ADVI_AUTO_PTR char *text = advi_strdup(original);
		size_t length = damage(text, strlen(original), &seed);
		struct advi_record_seen record;
		struct advi_json json;
		const char *end = NULL;
		cJSON *tree;

		text[length] = '\0';
		read_text(&json, (struct advi_str){text, length}, &record);
		tree = cJSON_ParseWithOpts(text, &end, true);
		if (record.kind != ADVI_RECORD_REFUSED) {
			/* Lone surrogates are replaced by the scanner and refused by the tree
			 * parser. */
			if (!tree && !strcasestr(text, "\\ud"))
				fail_msg("taken, and no tree: %s", text);
			if (tree && cJSON_IsObject(tree) && !strstr(text, "\\u0000"))
				same_fields(&record, tree, text);
			taken++;
		} else {
			if (tree && cJSON_IsObject(tree) && !is_strict(record.problem))
				fail_msg("refused (%s), and a good tree: %s", record.problem, text);
			refused++;
		}
		cJSON_Delete(tree);
		advi_json_clear(&json);
	}
	assert_true(taken > 2000 && refused > 2000);
}

static void test_months(void **state)
{
	(void)state;
	assert_int_equal(advi_month_of(0), 197001);
	assert_int_equal(advi_month_of(1740787199.9), 202502);
	assert_int_equal(advi_month_of(1740787200), 202503);
	assert_int_equal(advi_month_of(-1), 0);
	assert_int_equal(advi_month_of(1e18), 0);
	assert_int_equal(advi_month_read(ADVI_STR("2025-03")), 202503);
	assert_int_equal(advi_month_read(ADVI_STR("2025-13")), 0);
	assert_int_equal(advi_month_read(ADVI_STR("2025-3")), 0);
	assert_int_equal(advi_month_read(ADVI_STR("202503x")), 0);
}

static void test_path_version(void **state)
{
	static const char *const cases[][2] = {
		{"/h/lib/python3.11/site-packages/zarr-2.18.0-py3.11.egg/zarr/__init__.py",
		 "2.18.0"},
		{"/h/site-packages/a_b-1.0rc1.dist-info/RECORD", "1.0rc1"},
		{"/h/site-packages/a-1!2+x.egg-info", "1!2+x"},
		{"/h/dist-packages/numpy-1.24-py3-linux-x86_64.egg/numpy/x.so", "1.24"},
		{"/h/site-packages/x-1.egg/lib/site-packages/y-2.egg/y.py", "2"},
		{"/h/site-packages/numpy/core/numpy-1.2.egg", ""},
		{"/h/site-packages/a-dev.egg/a.py", ""},
		{"/h/site-packages/a.egg/a.py", ""},
		{"/h/a-1.0.egg/a.py", ""},
		{"/h/site-packages/", ""},
		{"", ""},
	};

	(void)state;
	for (size_t i = 0; i < ADVI_COUNT(cases); i++) {
		struct advi_str version = advi_path_version(advi_str(cases[i][0]));

		if (!advi_str_is(version, cases[i][1]))
			fail_msg("'%s': '%.*s'", cases[i][0], ADVI_ARGS(version));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_path_version), cmocka_unit_test(test_run),
		cmocka_unit_test(test_oldest_run),   cmocka_unit_test(test_package),
		cmocka_unit_test(test_refusals),     cmocka_unit_test(test_environment),
		cmocka_unit_test(test_twin),         cmocka_unit_test(test_months),
	};

	return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
