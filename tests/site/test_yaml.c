/* SPDX-License-Identifier: BSD-3-Clause */
/* YAML trees: lines, values, and everything that is refused. */
#include "unit.h"

#include "base/buf.h"
#include "base/mem.h"
#include "io/yaml.h"

static struct adv_err err;

static int parse(struct advi_yaml *yaml, const char *text)
{
	return advi_yaml_parse(yaml, advi_str(text), "f.yml", &err);
}

static void refuses(const char *text, const char *message)
{
	struct advi_yaml yaml;

	assert_int_equal(parse(&yaml, text), ADV_EINPUT);
	assert_null(yaml.root);
	if (!strstr(err.text, message))
		fail_msg("'%s' does not say '%s'", err.text, message);
}

static void test_tree(void **state)
{
	struct advi_yaml yaml;
	const struct advi_yaml_node *list;

	(void)state;
	assert_ok(parse(&yaml, "# a comment\nname: \"x\"\nlist:\n  - 1\n  - {a: b, c: [d]}\n"));
	assert_int_equal(yaml.root->count, 2);
	assert_str(advi_yaml_get(yaml.root, "name")->text, "x");
	assert_false(advi_yaml_get(yaml.root, "name")->plain);
	assert_int_equal(advi_yaml_get(yaml.root, "name")->line, 2);
	list = advi_yaml_get(yaml.root, "list");
	assert_int_equal(list->count, 2);
	assert_int_equal(list->key_line, 3);
	assert_int_equal(list->first->line, 4);
	assert_int_equal(list->first->next->line, 5);
	assert_int_equal(list->first->next->column, 5);
	assert_str(advi_yaml_get(list->first->next, "c")->first->text, "d");
	assert_null(advi_yaml_get(list, "c"));
	assert_null(advi_yaml_get(yaml.root, "other"));
	assert_int_equal(yaml.root->weight, 8);
	advi_yaml_clear(&yaml);
}

static void test_json(void **state)
{
	struct advi_yaml yaml;

	(void)state;
	assert_ok(parse(&yaml, "{\n\t\"a\\u00e9\": [1, true, null],\n\t\"b\":\"\\/x\"\n}\n"));
	assert_int_equal(advi_yaml_get(yaml.root, "a\xc3\xa9")->count, 3);
	assert_str(advi_yaml_get(yaml.root, "b")->text, "/x");
	advi_yaml_clear(&yaml);
}

static void test_values(void **state)
{
	static const struct {
		const char *text;
		uint64_t bytes;
		bool ok;
	} sizes[] = {
		{"4096", 4096, true},
		{"500M", 500ull << 20, true},
		{"\"2 GiB\"", 2ull << 30, true},
		{"1.5G", 3ull << 29, true},
		{"1.5", 0, false},
		{"-1", 0, false},
		{"2X", 0, false},
		{"99999999999T", 0, false},
		{"", 0, false},
		{"1.0001G", 0, false},
		{"G", 0, false},
	};
	struct advi_yaml yaml;
	uint64_t number;
	bool boolean;

	(void)state;
	for (size_t i = 0; i < ADVI_COUNT(sizes); i++) {
		ADVI_AUTO_PTR char *text = advi_format("k: %s\n", sizes[i].text);

		assert_ok(parse(&yaml, text));
		assert_int_equal(advi_yaml_bytes(yaml.root->first, &number), sizes[i].ok);
		if (sizes[i].ok)
			assert_int_equal(number, sizes[i].bytes);
		advi_yaml_clear(&yaml);
	}
	assert_ok(parse(&yaml, "[7, '7', yes, 'yes', off, ~, '', null, x]\n"));
	const struct advi_yaml_node *at = yaml.root->first;
	assert_true(advi_yaml_u64(at, &number) && number == 7);
	at = at->next;
	assert_false(advi_yaml_u64(at, &number));
	at = at->next;
	assert_true(advi_yaml_bool(at, &boolean) && boolean);
	at = at->next;
	assert_false(advi_yaml_bool(at, &boolean));
	at = at->next;
	assert_true(advi_yaml_bool(at, &boolean) && !boolean);
	at = at->next;
	assert_true(advi_yaml_null(at));
	at = at->next;
	assert_false(advi_yaml_null(at));
	at = at->next;
	assert_true(advi_yaml_null(at));
	at = at->next;
	assert_false(advi_yaml_null(at));
	assert_string_equal(advi_yaml_what(yaml.root), "a list");
	advi_yaml_clear(&yaml);
}

static void test_refused(void **state)
{
	(void)state;
	refuses("", "f.yml: there is nothing in it");
	refuses("# nothing\n", "nothing in it");
	refuses("a: 1\nb: 2\na: 3\n", "f.yml: line 3: the key 'a' is there twice");
	refuses("{\"a\": 1, \"a\": 1}", "line 1: the key 'a' is there twice");
	refuses("a: 1\n---\nb: 1\n", "line 2: a second document");
	refuses("? [a]\n: b\n", "line 1: a key must be a plain word");
	refuses("a: [1\nb: 2\n", "f.yml: line ");
	refuses("a: \"x\\0y\"\n", "NUL");
	refuses("\"a\\0\": y\n", "NUL");
	refuses("a: \xff\n", "not UTF-8");
	refuses("a: *b\n", "no anchor '&b'");
	refuses("a: &x [1, *x]\n", "within what it names");
	refuses("\xff\xfe\x61\n", "not UTF-8");
}

static void test_alias(void **state)
{
	struct advi_yaml yaml;

	(void)state;
	assert_ok(parse(&yaml, "a: &x [1, 2]\nb: *x\nc: &x z\nd: *x\n"));
	assert_int_equal(advi_yaml_get(yaml.root, "b")->count, 2);
	assert_int_equal(advi_yaml_get(yaml.root, "b")->line, 2);
	assert_str(advi_yaml_get(yaml.root, "b")->first->next->text, "2");
	assert_str(advi_yaml_get(yaml.root, "d")->text, "z");
	assert_int_equal(yaml.root->weight, 1 + 3 + 3 + 1 + 1);
	advi_yaml_clear(&yaml);
}

/* Nine levels of nine aliases: 9^9 values from a few hundred bytes. */
static void test_bomb(void **state)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(4096);

	(void)state;
	advi_buf_text(&text, "l0: &l0 x\n");
	for (int i = 1; i < 10; i++) {
		advi_buf_printf(&text, "l%d: &l%d [", i, i);
		for (int j = 0; j < 9; j++)
			advi_buf_printf(&text, "%s*l%d", j ? "," : "", i - 1);
		advi_buf_text(&text, "]\n");
	}
	refuses(text.ptr, "more than the 1048576 values allowed");
}

static void test_depth(void **state)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(100000);
	struct advi_yaml yaml;

	(void)state;
	for (int i = 0; i < ADVI_YAML_DEPTH; i++)
		advi_buf_byte(&text, '[');
	for (int i = 0; i < ADVI_YAML_DEPTH; i++)
		advi_buf_byte(&text, ']');
	assert_ok(parse(&yaml, text.ptr));
	advi_yaml_clear(&yaml);
	advi_buf_reset(&text);
	for (int i = 0; i < 50000; i++)
		advi_buf_byte(&text, '[');
	refuses(text.ptr, "nested deeper than the 64 levels");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tree),   cmocka_unit_test(test_json),
		cmocka_unit_test(test_values), cmocka_unit_test(test_refused),
		cmocka_unit_test(test_alias),  cmocka_unit_test(test_bomb),
		cmocka_unit_test(test_depth),
	};

	return cmocka_run_group_tests_name("yaml", tests, NULL, NULL);
}
