/* SPDX-License-Identifier: BSD-3-Clause */
/* What a store keeps of paths and of people's names. */
#include "lab.h"

#include "base/mem.h"
#include "usage/root.h"

static void test_roots(void **state)
{
	static const struct {
		const char *path, *module, *root;
		enum advi_root_kind kind;
	} rows[] = {
		{"/e/lib/python3.11/site-packages/a/__init__.py", "a",
		 "/e/lib/python3.11/site-packages", ADVI_ROOT_PACKAGES},
		{"/usr/lib/python3/dist-packages/a.py", "a", "/usr/lib/python3/dist-packages",
		 ADVI_ROOT_PACKAGES},
		{"/e/lib/python3.11/json/__init__.py", "json", "/e/lib/python3.11",
		 ADVI_ROOT_STDLIB},
		{"/e/lib64/python3.9/lib-dynload/m.so", "m", "/e/lib64/python3.9",
		 ADVI_ROOT_STDLIB},
		{"/e/lib/python311.zip/json.pyc", "json", "/e/lib/python311.zip", ADVI_ROOT_STDLIB},
		{"/home/a/lib/lib/python3.9/x.py", "x", "/home/a/lib/lib/python3.9",
		 ADVI_ROOT_STDLIB},
		{"/home/a/code/utils.py", "utils", "/home/a/code", ADVI_ROOT_PRIVATE},
		{"/home/a/code/utils/__init__.py", "utils", "/home/a/code", ADVI_ROOT_PRIVATE},
		{"/home/a/utils/code/utils/core.py", "utils", "/home/a", ADVI_ROOT_PRIVATE},
		{"/home/a/site-packages", "x", "/home/a", ADVI_ROOT_PRIVATE},
		{"/x.py", "x", "/", ADVI_ROOT_PRIVATE},
		{"/x/__init__.py", "x", "/", ADVI_ROOT_PRIVATE},
		{"/", "x", "/", ADVI_ROOT_PRIVATE},
		{"built-in", "x", "built-in", ADVI_ROOT_BUILTIN},
		{"frozen", "x", "frozen", ADVI_ROOT_BUILTIN},
		{"alice/x.py", "x", "unknown", ADVI_ROOT_BUILTIN},
		{"", "x", "unknown", ADVI_ROOT_BUILTIN},
	};

	(void)state;
	for (size_t i = 0; i < ADVI_COUNT(rows); i++) {
		enum advi_root_kind kind;

		assert_str(advi_root_of(advi_str(rows[i].path), advi_str(rows[i].module), &kind),
			   rows[i].root);
		assert_int_equal(kind, rows[i].kind);
	}
	assert_str(advi_root_prefix(ADVI_STR("/e/x/lib/python3.11/site-packages")), "/e/x");
	assert_str(advi_root_prefix(ADVI_STR("/e/x/lib/python3.11")), "/e/x");
}

static void test_hiding(void **state)
{
	static const struct {
		const char *path, *hidden;
	} rows[] = {
		{"/sw/base/lib/python3.11/site-packages", "/sw/base/lib/python3.11/site-packages"},
		{"/sw/cray/python", "/sw/cray/python"},
		{"/home/alice/miniconda3/envs/ml/lib/python3.9/site-packages",
		 "/home/~/miniconda3/envs/~/lib/python3.9/site-packages"},
		{"/home/lib/code", "/home/~/~"},
		{"/home/alice/.local/lib/python3.11/site-packages",
		 "/home/~/.local/lib/python3.11/site-packages"},
		{"/home/alice/.local/polaris/x", "/home/~/.local/~/~"},
		{"/lus/proj/chem7/alice/venv/lib", "/lus/proj/chem7/~/venv/lib"},
		{"/p/q/chem7/alice", "/lus/proj/chem7/~"},
		{"/tmp/lib/env", "/tmp/~/env"},
		{"/flare/alice/x", "/flare/~/~"},
		{"/", "/"},
		{"/home/alice//x/", "/home/~//~/"},
		{"unknown", "unknown"},
	};
	struct adv_site *site = make_site();
	struct advi_pseudonyms pseudonyms = {.key = "k"};

	(void)state;
	for (size_t i = 0; i < ADVI_COUNT(rows); i++) {
		ADVI_AUTO(buf) struct advi_buf out = ADVI_BUF_INIT(4096);
		enum adv_place before = advi_site_place(site, advi_str(rows[i].path));

		advi_root_hide(&out, site, &pseudonyms, advi_str(rows[i].path));
		assert_int_equal(advi_site_place(site, advi_buf_str(&out)), before);
		assert_string_equal(masked(&out), rows[i].hidden);
		advi_buf_reset(&out);
		pseudonyms.names = true;
		advi_root_hide(&out, site, &pseudonyms, advi_str(rows[i].path));
		if (!strstr(rows[i].path, "/p/q"))
			assert_str(advi_buf_str(&out), rows[i].path);
		pseudonyms.names = false;
	}
	advi_pseudonyms_clear(&pseudonyms);
	adv_site_free(site);
}

static void test_pseudonyms(void **state)
{
	struct advi_pseudonyms a = {.key = "one"}, b = {.key = "two"};
	char mark_a[ADVI_HEX_SIZE], mark_b[ADVI_HEX_SIZE];
	struct advi_str alice = advi_pseudonym(&a, ADVI_STR("alice"));

	(void)state;
	assert_int_equal(alice.len, 17);
	assert_true(advi_str_eq(alice, advi_pseudonym(&a, ADVI_STR("alice"))));
	assert_false(advi_str_eq(alice, advi_pseudonym(&a, ADVI_STR("alicf"))));
	assert_false(advi_str_eq(alice, advi_pseudonym(&b, ADVI_STR("alice"))));
	advi_pseudonyms_mark(&a, mark_a);
	advi_pseudonyms_mark(&b, mark_b);
	assert_string_not_equal(mark_a, mark_b);
	advi_pseudonyms_clear(&a);
	advi_pseudonyms_clear(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_roots),
		cmocka_unit_test(test_hiding),
		cmocka_unit_test(test_pseudonyms),
	};

	return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
