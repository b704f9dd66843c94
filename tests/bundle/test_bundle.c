/* SPDX-License-Identifier: BSD-3-Clause */
/* The rules of installing, one by one: prefixes, .pyc, entry points, paths, order. */
#include "unit.h"

#include "bundle/entry.h"
#include "bundle/move.h"
#include "bundle/order.h"
#include "bundle/paths.h"
#include "bundle/prefix.h"
#include "bundle/pyc.h"
#include "bundle/relocate.h"

#define HERE "/opt/placehold_placehold_placehold"

static const char magic_311[] = "\xA7\x0D\r\n";

static struct advi_str replaced(struct advi_buf *buf, const char *text, const char *prefix)
{
	advi_buf_reset(buf);
	advi_prefix_text(buf, advi_str(text), ADVI_STR(HERE), advi_str(prefix), NULL);
	return advi_buf_str(buf);
}

static void text_gets_the_prefix_everywhere(void **state)
{
	ADVI_AUTO(buf) struct advi_buf buf = ADVI_BUF_INIT(4096);

	(void)state;
	assert_str(replaced(&buf, "a=" HERE "/a:" HERE "/b\n" HERE, "/x"), "a=/x/a:/x/b\n/x");
	assert_str(replaced(&buf, "nothing", "/x"), "nothing");
	assert_str(replaced(&buf, "", "/x"), "");
	assert_str(replaced(&buf, "#!" HERE "/bin/python\nx", "/x"), "#!/x/bin/python\nx");
}

static void a_long_shebang_is_made_to_work(void **state)
{
	ADVI_AUTO(buf) struct advi_buf buf = ADVI_BUF_INIT(4096);
	char fits[128], long_one[129];

	(void)state;
	memset(fits, 'p', sizeof(fits));
	fits[0] = '/';
	fits[127 - strlen("#!/bin/python")] = '\0';
	snprintf(long_one, sizeof(long_one), "%sq", fits);
	assert_true(advi_str_starts(replaced(&buf, "#!" HERE "/bin/python\n", fits),
				    ADVI_STR("#!/pp")));
	assert_true(
		advi_str_starts(replaced(&buf, "#!" HERE "/bin/python -E\nx" HERE "\n", long_one),
				ADVI_STR("#!/bin/sh\n'''exec' \"/pp")));
	assert_true(advi_str_search(advi_buf_str(&buf),
				    ADVI_STR("q/bin/python\" -E \"$0\" \"$@\" #'''\nx/p")) <
		    buf.len);
	assert_str(replaced(&buf, "#! " HERE "/bin/perl -w\nx", long_one),
		   "#!/usr/bin/env perl -w\nx");
	assert_str(replaced(&buf, "#!" HERE "/bin/python3.11\n", "/a b"),
		   "#!/bin/sh\n'''exec' \"/a b/bin/python3.11\" \"$0\" \"$@\" #'''\n");
	assert_str(replaced(&buf, "#!" HERE "/bin/python3.x\n", "/a b"),
		   "#!/usr/bin/env python3.x\n");
	assert_str(replaced(&buf, "#!/bin/sh\necho " HERE, "/a b"), "#!/bin/sh\necho /a b");
}

static void binary_keeps_every_length(void **state)
{
	char data[] = "\x7f" HERE "/lib:" HERE "/x\0tail\0" HERE;
	static const char wanted[] = "\x7f/m/lib:/m/x";
	size_t gap = 2 * (strlen(HERE) - 2);

	(void)state;
	assert_int_equal(
		advi_prefix_binary(data, sizeof(data) - 1, ADVI_STR(HERE), ADVI_STR("/m"), NULL),
		3);
	assert_memory_equal(data, wanted, sizeof(wanted) - 1);
	for (size_t i = 0; i < gap; i++)
		assert_int_equal(data[sizeof(wanted) - 1 + i], 0);
	assert_memory_equal(data + sizeof(wanted) - 1 + gap, "\0tail\0/m\0", 9);
	assert_int_equal(advi_prefix_binary(data, 0, ADVI_STR(HERE), ADVI_STR("/m"), NULL), 0);
}

static struct advi_str relocated(struct advi_buf *buf, const char *path, const char *text,
				 struct advi_places *places)
{
	const struct advi_relocate of = {path, ADVI_STR(HERE), ADVI_STR("/m"), true};

	advi_buf_reset(buf);
	places->count = 0;
	advi_relocate_text(buf, advi_str(text), &of, places);
	return advi_buf_str(buf);
}

#define BESIDE "#!/bin/sh\n'''exec' \"$(d=$(readlink -f -- \"$0\"); printf %s \"${d%/*}\")/"
#define APART "#!/bin/sh\n'''exec' \"$(d=$(readlink -f -- \"$0\"); cd -- \"${d%/*}"

static void scripts_find_python_beside_themselves(void **state)
{
	static const struct {
		const char *path, *text, *wanted;
		size_t places;
	} rows[] = {
		{"bin/a", "#!" HERE "/bin/python3.11\nx\n",
		 BESIDE "python3.11\" \"$0\" \"$@\" #'''\nx\n", 0},
		{"bin/a", "#! " HERE "/bin/python -E\n" HERE,
		 BESIDE "python\" -E \"$0\" \"$@\" #'''\n/m", 1},
		{"libexec/b/a", "#!" HERE "/bin/python\n",
		 APART "/../../bin\" && pwd -P)/python\" \"$0\" \"$@\" #'''\n", 0},
		{"bin/b/a", "#!" HERE "/bin/python\n",
		 APART "/..\" && pwd -P)/python\" \"$0\" \"$@\" #'''\n", 0},
		{"a", "#!" HERE "/bin/python\n",
		 APART "/bin\" && pwd -P)/python\" \"$0\" \"$@\" #'''\n", 0},
		{"bin/a", "#!" HERE "/bin/perl -w\n", "#!/usr/bin/env -S perl -w\n", 0},
		{"bin/a", "#!" HERE "/bin/bash", "#!/usr/bin/env bash", 0},
		/* what sh would read otherwise stays out of it */
		{"bin/a", "#!" HERE "/$x/python\n", "#!/usr/bin/env python\n", 0},
		{"bin/a", "#!/bin/sh " HERE "\n", "#!/bin/sh /m\n", 1},
		{"lib/pkgconfig/a.pc", "prefix=" HERE "\n", "prefix=${pcfiledir}/../..\n", 0},
		{"lib/a.pc", "prefix=" HERE "\n", "prefix=/m\n", 1},
		{"lib/a", "", "", 0},
		{"bin/a", "#!" HERE "/bin/python\nx = '" HERE "'\n",
		 BESIDE "python\" \"$0\" \"$@\" #'''\nx = (__import__('sys').base_prefix)\n", 0},
		{"bin/a", "#!" HERE "/bin/perl\nx = '" HERE "'\n",
		 "#!/usr/bin/env perl\nx = '/m'\n", 1},
		{"share/jupyter/kernels/a/kernel.json",
		 "[\"" HERE "/bin/python3.11\", \"" HERE "\"]", "[\"python3.11\", \"/m\"]", 1},
		{"kernel.json", "\"" HERE "/bin/python3\"", "\"/m/bin/python3\"", 1},
		{"a/kernel.json", "\"" HERE "/bin/pythonx\"", "\"/m/bin/pythonx\"", 1},
		{"a/kernel.json", "\"" HERE "/bin/python", "\"/m/bin/python", 1},
	};
	ADVI_AUTO(buf) struct advi_buf buf = ADVI_BUF_INIT(4096);
	struct advi_places places = {0};

	(void)state;
	for (size_t i = 0; i < ADVI_COUNT(rows); i++) {
		assert_str(relocated(&buf, rows[i].path, rows[i].text, &places), rows[i].wanted);
		assert_int_equal(places.count, rows[i].places);
		for (size_t k = 0; k < places.count; k++)
			assert_memory_equal(buf.ptr + places.at[k], "/m", 2);
	}
	advi_vec_clear(&places);
}

#define HERE_NOW "__import__('sys').base_prefix"

static void texts_of_python_say_where_it_is(void **state)
{
	static const char *const rows[][2] = {
		{"a = '" HERE "/x'\n", "a = (" HERE_NOW " + '/x')\n"},
		{"f(r\"a" HERE "\", u'" HERE ":" HERE "')",
		 "f((r\"a\" + " HERE_NOW "), (" HERE_NOW " + u':' + " HERE_NOW "))"},
		{"x = {'" HERE "': [\n  '" HERE "/a', # it's\n]}",
		 "x = {(" HERE_NOW "): [\n  (" HERE_NOW " + '/a'), # it's\n]}"},
		{"x = f'{a}' # '\ny = '" HERE "'", "x = f'{a}' # '\ny = (" HERE_NOW ")"},
		{"x = '''it's'''; y = '\\'" HERE "'", "x = '''it's'''; y = ('\\'' + " HERE_NOW ")"},
		{"x = '" HERE "' % 1 if case else 2", "x = (" HERE_NOW ") % 1 if case else 2"},
		/* these stay as they are */
		{"'" HERE "'\nfrom __future__ import a", NULL},
		{"def f():\n    '" HERE "'", NULL},
		{"x = 'a' '" HERE "'", NULL},
		{"x = ('" HERE "' # then\n  'a')", NULL},
		{"x = '" HERE "' \\\n r'a'", NULL},
		{"x = '" HERE "' \\\r\n 'a'", NULL},
		{"x = b'" HERE "'", NULL},
		{"x = f'" HERE "/{a}'", NULL},
		{"x = '''" HERE "'''", NULL},
		{"match x:\n  case ('" HERE "' | 'a'):\n    pass", NULL},
		{"x = '\\" HERE "'", NULL},
		{"# '" HERE "'", NULL},
		{"", NULL},
		/* and these can't be read with certainty */
		{"x = f'{a['b']}'; y = '" HERE "'", NULL},
		{"x = 'a\ny = '" HERE "'", NULL},
		{"x = '" HERE, NULL},
		{"x = '''" HERE "' ''", NULL},
	};
	ADVI_AUTO(buf) struct advi_buf buf = ADVI_BUF_INIT(4096);

	(void)state;
	for (size_t i = 0; i < ADVI_COUNT(rows); i++) {
		bool changed = advi_relocate_python(&buf, advi_str(rows[i][0]), ADVI_STR(HERE));

		assert_int_equal(changed, rows[i][1] != NULL);
		assert_str(advi_buf_str(&buf), changed ? rows[i][1] : "");
		advi_buf_reset(&buf);
	}
}

static void places_are_where_the_prefix_is(void **state)
{
	char data[] = "\x7f" HERE "/lib:" HERE "/x\0tail\0" HERE, long_one[200];
	static const char *const texts[] = {"a=" HERE "/a:" HERE "\n",
					    "#!" HERE "/bin/python\n" HERE,
					    "#!" HERE "/bin/perl " HERE, HERE HERE};
	ADVI_AUTO(buf) struct advi_buf buf = ADVI_BUF_INIT(4096);
	struct advi_places places = {0};

	(void)state;
	memset(long_one, 'p', sizeof(long_one));
	long_one[0] = '/';
	long_one[sizeof(long_one) - 1] = '\0';
	for (size_t i = 0; i < ADVI_COUNT(texts) * 2; i++) {
		struct advi_str prefix = advi_str(i % 2 ? long_one : "/m"), rest;
		size_t count = 0;

		advi_buf_reset(&buf);
		places.count = 0;
		advi_prefix_text(&buf, advi_str(texts[i / 2]), ADVI_STR(HERE), prefix, &places);
		rest = advi_buf_str(&buf);
		for (size_t at; (at = advi_str_search(rest, prefix)) < rest.len; count++) {
			rest = advi_str_from(rest, at);
			assert_true(count < places.count);
			assert_int_equal(places.at[count], rest.ptr - buf.ptr);
			rest = advi_str_from(rest, prefix.len);
		}
		assert_int_equal(count, places.count);
	}
	places.count = 0;
	advi_prefix_binary(data, sizeof(data) - 1, ADVI_STR(HERE), ADVI_STR("/m"), &places);
	assert_int_equal(places.count, 3);
	for (size_t i = 0; i < places.count; i++)
		assert_memory_equal(data + places.at[i], "/m", 2);
	advi_vec_clear(&places);
}

static void another_path_is_put_where_the_manifest_says(void **state)
{
	static const char packed[] = "\x7f" HERE "/lib:" HERE "/x\0tail\0" HERE "\0end";
	static const char *const paths[] = {"/m", "/opt/other", HERE};
	struct advi_str first = ADVI_STR("/m");
	struct advi_places places = {0};
	struct advi_prefix_at prefix = {.use = ADVI_PREFIX_BINARY, .room = strlen(HERE)};
	struct adv_err err = ADV_ERR_INIT;

	(void)state;
	for (size_t i = 0; i < ADVI_COUNT(paths); i++) {
		ADVI_AUTO(buf) struct advi_buf data = ADVI_BUF_INIT(4096);
		ADVI_AUTO(buf) struct advi_buf wanted = ADVI_BUF_INIT(4096);

		advi_buf_add(&data, (struct advi_str){packed, sizeof(packed) - 1});
		advi_buf_add(&wanted, advi_buf_str(&data));
		places.count = 0;
		advi_prefix_binary(data.ptr, data.len, ADVI_STR(HERE), first, &places);
		advi_prefix_binary(wanted.ptr, wanted.len, ADVI_STR(HERE), advi_str(paths[i]),
				   NULL);
		prefix.at = places.at;
		prefix.count = places.count;
		assert_ok(advi_move_prefix(&data, &prefix, first, advi_str(paths[i]), "x", &err));
		assert_int_equal(data.len, wanted.len);
		assert_memory_equal(data.ptr, wanted.ptr, data.len);
	}
	advi_vec_clear(&places);
}

static void what_is_not_as_told_is_not_moved(void **state)
{
	static const uint64_t far[] = {UINT64_MAX - 1}, twice[] = {0, 1}, end[] = {4}, fine[] = {0};
	static const struct {
		struct advi_prefix_at prefix;
		const char *text;
		size_t bytes;
	} rows[] = {
		{{ADVI_PREFIX_TEXT, far, 1, 0}, "/m/m", 4},
		{{ADVI_PREFIX_TEXT, twice, 2, 0}, "/m/m", 4},
		{{ADVI_PREFIX_TEXT, end, 1, 0}, "/m/m", 4},
		{{ADVI_PREFIX_TEXT, fine, 1, 0}, "x", 1},
		{{ADVI_PREFIX_BINARY, fine, 1, 4}, "/m\0x", 4},
		{{ADVI_PREFIX_BINARY, fine, 1, 4}, "/m\0", 3},
		{{ADVI_PREFIX_BINARY, fine, 1, UINT64_MAX}, "/m\0\0", 4},
		{{ADVI_PREFIX_BINARY, fine, 1, 1}, "/m\0\0", 4},
		{{ADVI_PREFIX_BINARY, fine, 1, 2}, "/m\0\0", 4},
	};

	(void)state;
	for (size_t i = 0; i < ADVI_COUNT(rows); i++) {
		ADVI_AUTO(buf) struct advi_buf data = ADVI_BUF_INIT(4096);
		struct adv_err err = ADV_ERR_INIT;

		advi_buf_add(&data, (struct advi_str){rows[i].text, rows[i].bytes});
		assert_int_equal(advi_move_prefix(&data, &rows[i].prefix, ADVI_STR("/m"),
						  ADVI_STR("/mm"), "x", &err),
				 ADV_EINPUT);
		assert_int_equal(data.len, rows[i].bytes);
		assert_memory_equal(data.ptr, rows[i].text, data.len);
	}
}

/* Reference values: Python's own _imp.source_hash, 3.11 for the first four. */
static void source_hashes_are_pythons(void **state)
{
	char all[768];

	(void)state;
	for (size_t i = 0; i < sizeof(all); i++)
		all[i] = (char)i;
	assert_true(advi_pyc_source_hash(advi_str(magic_311), ADVI_STR("")) == 0x737fe8d5d59c8d73u);
	assert_true(advi_pyc_source_hash(advi_str(magic_311), ADVI_STR("a")) == 0x7bfdc3007db30fau);
	assert_true(advi_pyc_source_hash(advi_str(magic_311), ADVI_STR("import os\n")) ==
		    0x117b6c49712945bfu);
	assert_true(
		advi_pyc_source_hash(advi_str(magic_311), (struct advi_str){all, sizeof(all)}) ==
		0xddad41f4402f2f75u);
}

static void pyc_headers_are_told_apart(void **state)
{
	char time_one[] = "\xA7\x0D\r\n\0\0\0\0\1\2\3\4\5\0\0\0code";
	char checked[] = "\xA7\x0D\r\n\3\0\0\0\1\2\3\4\5\6\7\10code";
	char python2[] = "\x03\xF3\r\n\1\2\3\4codecodecode";
	struct advi_str source = ADVI_STR("import os\n");
	struct advi_str pyc = {time_one, sizeof(time_one) - 1};
	uint64_t hash = 0;

	(void)state;
	assert_int_equal(advi_pyc_kind(pyc), ADVI_PYC_TIME);
	assert_int_equal(advi_pyc_time(pyc), 0x04030201);
	assert_true(advi_pyc_rewrite(time_one, sizeof(time_one) - 1, &source, 7));
	assert_int_equal(advi_pyc_kind(pyc), ADVI_PYC_UNCHECKED);
	memcpy(&hash, time_one + 8, sizeof(hash));
	assert_true(hash == 0x117b6c49712945bfu);
	assert_memory_equal(time_one + 16, "code", 4);
	assert_false(advi_pyc_rewrite(time_one, sizeof(time_one) - 1, &source, 7));
	assert_int_equal(advi_pyc_kind((struct advi_str){checked, 20}), ADVI_PYC_CHECKED);
	assert_true(advi_pyc_rewrite(checked, 20, NULL, 7));
	assert_memory_equal(checked + 4, "\1\0\0\0\0\0\0\0\0\0\0\0code", 16);
	assert_int_equal(advi_pyc_kind((struct advi_str){python2, 20}), ADVI_PYC_OLD);
	assert_true(advi_pyc_rewrite(python2, 20, &source, 7));
	assert_int_equal(advi_pyc_time((struct advi_str){python2, 20}), 7);
	assert_int_equal(advi_pyc_kind((struct advi_str){time_one, 15}), ADVI_PYC_UNKNOWN);
	assert_false(advi_pyc_rewrite(time_one, 15, &source, 7));
}

static void a_pyc_knows_its_source(void **state)
{
	char path[32];

	(void)state;
	assert_true(advi_pyc_source_path(ADVI_STR("a/__pycache__/b.cpython-311.pyc"), path,
					 sizeof(path)));
	assert_string_equal(path, "a/b.py");
	assert_true(advi_pyc_source_path(ADVI_STR("__pycache__/b.cpython-311.opt-1.pyc"), path,
					 sizeof(path)));
	assert_string_equal(path, "b.py");
	assert_true(advi_pyc_source_path(ADVI_STR("a/b.pyc"), path, sizeof(path)));
	assert_string_equal(path, "a/b.py");
	assert_false(advi_pyc_source_path(ADVI_STR("a/b.py"), path, sizeof(path)));
	assert_false(advi_pyc_source_path(ADVI_STR("a/__pycache__/b.pyc"), path, sizeof(path)));
	assert_false(advi_pyc_source_path(ADVI_STR(".pyc"), path, sizeof(path)));
	assert_false(advi_pyc_source_path(ADVI_STR("a/b/c/d/e/f/g/h/i/j/k/l/m/n/o.pyc"), path,
					  sizeof(path)));
}

static void entry_points_become_scripts(void **state)
{
	ADVI_AUTO(buf) struct advi_buf buf = ADVI_BUF_INIT(4096);
	struct advi_arena arena = {0};
	struct advi_entry entry;
	struct adv_err err = ADV_ERR_INIT;
	static const char *const bad[] = {"a",       "a=b",    "a:b=c",    "=m:f",
					  "a/b=m:f", ".a=m:f", "a=m-n:f",  "a=m:f()",
					  "a=:f",    "a=m:",   "a=m..n:f", "a\n=m:1"};

	(void)state;
	assert_ok(advi_entry_parse(&entry, &arena, ADVI_STR("my-tool = pkg.sub:Class.run"), &err));
	advi_entry_first(&buf, ADVI_STR("/m/bin/python3.11"));
	advi_entry_script(&buf, &entry);
	assert_str(advi_buf_str(&buf),
		   "#!/m/bin/python3.11\n# -*- coding: utf-8 -*-\nimport re\nimport sys\n\n"
		   "from pkg.sub import Class\n\nif __name__ == '__main__':\n"
		   "    sys.argv[0] = re.sub(r'(-script\\.pyw?|\\.exe)?$', '', sys.argv[0])\n"
		   "    sys.exit(Class.run())\n");
	advi_buf_reset(&buf);
	advi_entry_first(&buf, ADVI_STR("/a b/bin/python3.11"));
	advi_entry_script(&buf, &entry);
	assert_true(advi_str_starts(
		advi_buf_str(&buf),
		ADVI_STR("#!/bin/sh\n'''exec' \"/a b/bin/python3.11\" \"$0\" \"$@\" #'''\n# -*-")));
	for (size_t i = 0; i < ADVI_COUNT(bad); i++)
		assert_int_equal(advi_entry_parse(&entry, &arena, advi_str(bad[i]), &err),
				 ADV_EINPUT);
	advi_arena_clear(&arena);
}

static void paths_json_is_read(void **state)
{
	struct advi_arena arena = {0};
	struct advi_paths paths = {0};
	struct adv_err err = ADV_ERR_INIT;
	static const char *const bad[] = {
		"",
		"{}",
		"[]",
		"{\"paths\": [], \"paths_version\": 2}",
		"{\"paths_version\": 1}",
		"{\"paths\": [{}], \"paths_version\": 1}",
		"{\"paths\": [{\"_path\": \"../a\"}], \"paths_version\": 1}",
		"{\"paths\": [{\"_path\": \"/a\"}], \"paths_version\": 1}",
		"{\"paths\": [{\"_path\": \"conda-meta/x.json\"}], \"paths_version\": 1}",
		"{\"paths\": [{\"_path\": \"a\", \"path_type\": \"pipe\"}], \"paths_version\": 1}",
		"{\"paths\": [{\"_path\": \"a\\u0000b\"}], \"paths_version\": 1}",
		"{\"paths\": [{\"_path\": \"a\"}], \"paths_version\": 1} x",
	};

	(void)state;
	assert_ok(advi_paths_read_json(
		&paths, &arena,
		ADVI_STR(
			"{\"paths\": [{\"_path\": \"bin/a\", \"path_type\": \"hardlink\", \"file_mode\": \"binary\","
			" \"prefix_placeholder\": \"/p\", \"size_in_bytes\": 5, \"new\": [1]},"
			" {\"_path\": \"info/x\"}, {\"_path\": \"b\", \"path_type\": \"softlink\", \"prefix_placeholder\": null}],"
			" \"paths_version\": 1}"),
		&err));
	assert_int_equal(paths.count, 2);
	assert_string_equal(paths.at[0].source, "bin/a");
	assert_string_equal(paths.at[0].placeholder, "/p");
	assert_true(paths.at[0].binary && paths.at[0].has_size && paths.at[0].size == 5);
	assert_int_equal(paths.at[1].type, ADVI_PATH_LINK);
	for (size_t i = 0; i < ADVI_COUNT(bad); i++)
		if (advi_paths_read_json(&paths, &arena, advi_str(bad[i]), &err) != ADV_EINPUT)
			fail_msg("taken: %s", bad[i]);
	advi_vec_clear(&paths);
	advi_arena_clear(&arena);
}

static void deprecated_files_say_the_same(void **state)
{
	struct advi_arena arena = {0};
	struct advi_paths paths = {0};
	struct adv_err err = ADV_ERR_INIT;
	struct advi_info_texts texts = {
		.files = ADVI_STR("bin/a\nlib/b c\ninfo/x\nbin/a\nd\n"),
		.has_prefix = ADVI_STR("bin/a\n\"/p q\" binary \"lib/b c\"\n/p text gone\n"),
		.no_link = ADVI_STR("d\n"),
	};
	ADVI_AUTO_PTR char *usual = advi_format("/opt/%s", "anaconda1anaconda2anaconda3");

	(void)state;
	assert_ok(advi_paths_read_files(&paths, &arena, &texts, &err));
	assert_int_equal(paths.count, 3);
	assert_string_equal(paths.at[0].placeholder, usual);
	assert_false(paths.at[0].binary);
	assert_string_equal(paths.at[1].placeholder, "/p q");
	assert_true(paths.at[1].binary);
	assert_true(paths.at[2].no_link && !paths.at[2].placeholder);
	paths.count = 0;
	texts.has_prefix = ADVI_STR("/p text\n");
	assert_int_equal(advi_paths_read_files(&paths, &arena, &texts, &err), ADV_EINPUT);
	texts.has_prefix = ADVI_STR("\"/p text d\n");
	paths.count = 0;
	assert_int_equal(advi_paths_read_files(&paths, &arena, &texts, &err), ADV_EINPUT);
	advi_vec_clear(&paths);
	advi_arena_clear(&arena);
}

static void order_follows_dependencies(void **state)
{
	static const char *const a_needs[] = {"m >=1", "zz"},
				 *const python_needs[] = {"libz", "pip"},
				 *const pip_needs[] = {"python >=3"},
				 *const m_needs[] = {"conda-forge::python=3.11", "absent"};
	struct advi_package set[] = {
		{.record = {.name = "a", .depends = {a_needs, 2}}},
		{.record = {.name = "zz"}},
		{.record = {.name = "pip", .depends = {pip_needs, 1}},
		 .noarch = ADVI_NOARCH_PYTHON},
		{.record = {.name = "python", .depends = {python_needs, 2}}},
		{.record = {.name = "m", .depends = {m_needs, 2}}},
		{.record = {.name = "libz"}},
	};
	static const char *const wanted[] = {"libz", "zz", "python", "m", "a", "pip"};
	struct adv_err err = ADV_ERR_INIT;

	(void)state;
	for (size_t turn = 0; turn < ADVI_COUNT(set); turn++) {
		struct advi_package *packages[ADVI_COUNT(set)];

		for (size_t i = 0; i < ADVI_COUNT(set); i++)
			packages[i] = &set[(i + turn) % ADVI_COUNT(set)];
		assert_ok(advi_order(packages, ADVI_COUNT(set), &err));
		for (size_t i = 0; i < ADVI_COUNT(set); i++)
			assert_string_equal(packages[i]->record.name, wanted[i]);
	}
	struct advi_package *doubled[] = {&set[0], &set[1], &set[0]};

	set[0].file = "a.conda";
	assert_int_equal(advi_order(doubled, 3, &err), ADV_EINPUT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_gets_the_prefix_everywhere),
		cmocka_unit_test(a_long_shebang_is_made_to_work),
		cmocka_unit_test(binary_keeps_every_length),
		cmocka_unit_test(scripts_find_python_beside_themselves),
		cmocka_unit_test(texts_of_python_say_where_it_is),
		cmocka_unit_test(places_are_where_the_prefix_is),
		cmocka_unit_test(another_path_is_put_where_the_manifest_says),
		cmocka_unit_test(what_is_not_as_told_is_not_moved),
		cmocka_unit_test(source_hashes_are_pythons),
		cmocka_unit_test(pyc_headers_are_told_apart),
		cmocka_unit_test(a_pyc_knows_its_source),
		cmocka_unit_test(entry_points_become_scripts),
		cmocka_unit_test(paths_json_is_read),
		cmocka_unit_test(deprecated_files_say_the_same),
		cmocka_unit_test(order_follows_dependencies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
