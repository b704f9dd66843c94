/* SPDX-License-Identifier: BSD-3-Clause */
/* Environments in all their forms: told by their content, read whole or refused with the place. */
#include "unit.h"

#include "base/buf.h"
#include "conda/listing.h"
#include "conda/package_url.h"

#define MD5 "0123456789abcdef0123456789abcdef"
#define SHA256 "0123456789abcdef0123456789ABCDEF0123456789abcdef0123456789abcdef"
#define URL "https://c.example/ch/linux-64/"

static struct adv_err err;

static const struct advi_listing_wish linux_64 = {.platform = "linux-64"};

/* --- what is told --- */

static void forms_are_told_by_content(void **state)
{
	static const struct {
		const char *text, *form;
		size_t packages, specs, pip;
	} rows[] = {
		{"@EXPLICIT\n" URL "a-1-0.conda\n", "explicit lockfile", 1, 0, 0},
		{"\xEF\xBB\xBF# x\r\n@EXPLICIT\r\n" URL "a-1-0.conda#" MD5 "\r\n\r\n",
		 "explicit lockfile", 1, 0, 0},
		{"@EXPLICIT\n" URL "a-1-0.conda\n" URL "a-1-0.conda#" MD5 "\n", "explicit lockfile",
		 1, 0, 0},
		{"# platform: linux-64\na=1=0\nB_c=2=x_1\npiped=3=pypi_0\n", "conda list --export",
		 2, 0, 1},
		{"a=1=0\nb=2\n", "conda list --export", 0, 2, 0},
		{"# packages in environment at /x:\n#\n# Name Version Build Channel\n"
		 "a 1 0\nb 2 0 conda-forge\nc 3 pypi_0 pypi\n",
		 "conda list", 2, 0, 1},
		{"a    1.0   py27_0\nb    2    <pip>\n", "conda list", 1, 0, 1},
		{"a    1.0   py27_0  defaults\nb    2    <pip>\n", "conda list", 1, 0, 1},
		{"# Name Version\na 1\n", "conda list", 0, 1, 0},
		{"List of packages in environment: \"/x\"\n\n  Name  Version  Build  Channel\n"
		 "\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\n  a  1  0  conda-forge\n",
		 "conda list", 1, 0, 0},
		{"python\nnumpy >=1.26 # why\nconda-forge::x=1\n", "list of packages, one a line",
		 0, 3, 0},
		{"name: e\ndependencies: [a, b=1=0, {pip: [c, c, 'd==1']}]\n", "environment.yml", 0,
		 2, 2},
		{"{\"dependencies\": [\"a\"]}", "environment.yml", 0, 1, 0},
		{"[{\"name\": \"a\", \"version\": \"1\", \"build_string\": \"0\", \"build_number\": 0,"
		 " \"channel\": \"conda-forge\", \"platform\": \"linux-64\"},"
		 " {\"name\": \"b\", \"version\": \"2\", \"build_string\": \"pypi_0\","
		 " \"channel\": \"pypi\", \"platform\": \"pypi\"}]",
		 "conda list --json", 1, 0, 1},
		{"[{\"name\": \"a\", \"version\": \"1\", \"build\": \"0\", \"kind\": \"conda\"},"
		 " {\"name\": \"b\", \"version\": \"2\", \"build\": null, \"kind\": \"pypi\"}]",
		 "conda list --json", 1, 0, 1},
		{"dependencies: [{pip: [c]}]\n", "environment.yml", 0, 0, 1},
		{"version: 1\nmetadata: {channels: [{url: x}]}\npackage:\n"
		 "- {name: a, version: '1', platform: linux-64, manager: conda, url: " URL
		 "a-1-0.conda, hash: {md5: " MD5 ", sha256: " SHA256 "}}\n"
		 "- {name: a, version: '1', platform: linux-64, category: dev, url: " URL
		 "a-1-0.conda}\n"
		 "- {name: z, version: '1', platform: linux-64, category: extra, url: " URL
		 "z-1-0.conda}\n"
		 "- {name: P.Q, version: '1', platform: linux-64, manager: pip, url: x, hash: {}}\n",
		 "conda-lock.yml", 1, 0, 1},
		{"version: 6\nenvironments: {default: {channels: [{url: 'https://c.example/ch/'}], "
		 "packages: {linux-64: [{conda: '" URL
		 "a-1-0.conda'}, {pypi: ./x}, {conda: src}]}}}\n"
		 "packages: [{conda: '" URL "a-1-0.conda', md5: " MD5 "}, {pypi: ./x, name: x},\n"
		 " {conda: src, name: s, version: '1', build: b_0, subdir: noarch}]\n",
		 "pixi.lock", 2, 0, 1},
		{"version: 5\nenvironments: {default: {packages: {linux-64: [{conda: '" URL
		 "a-1-0.conda'}, {pypi: 'https://p/x.whl'}]}}}\n"
		 "packages: [{kind: conda, url: '" URL
		 "a-1-0.conda', name: a, version: 1, build: '0',"
		 " depends: [b], size: 3}, {kind: pypi, url: 'https://p/x.whl', name: x, version: 2}]\n",
		 "pixi.lock", 1, 0, 1},
	};

	(void)state;
	for (size_t i = 0; i < ADVI_COUNT(rows); i++) {
		struct advi_listing listing;

		if (advi_listing_parse(&listing, advi_str(rows[i].text), "x", &linux_64, &err) < 0)
			fail_msg("row %zu: %s", i, err.text);
		assert_string_equal(listing.form, rows[i].form);
		if (listing.packages.count != rows[i].packages ||
		    listing.specs.count != rows[i].specs || listing.pip.count != rows[i].pip)
			fail_msg("row %zu: %zu packages, %zu specs, %zu by pip", i,
				 listing.packages.count, listing.specs.count, listing.pip.count);
		advi_listing_clear(&listing);
	}
}

/* --- what is refused --- */

static void bad_ones_say_where(void **state)
{
	static const struct {
		const char *text, *says;
	} rows[] = {
		{"", "x: there is nothing in it"},
		{"# only\n\n  \n# comments\n", "x: there is nothing in it"},
		{"@EXPLICIT\n", "x: it names no package"},
		{URL "a-1-0.conda\n", "x: line 1: '@EXPLICIT' is expected before"},
		{"@EXPLICIT\n" URL "a-1-0.conda#12\n", "line 2: an md5 or sha256"},
		{"@EXPLICIT\n" URL "a-1-0.conda#sha256:" MD5 "\n", "line 2: an md5 or sha256"},
		{"@EXPLICIT\n" URL "a.conda\n", "line 2: the URL of a package"},
		{"@EXPLICIT\n" URL "a-1-0.whl\n", "line 2: the URL of a package"},
		{"@EXPLICIT\n" URL "a-1.0.x!y!-0.conda\n", "line 2: package 'a': "},
		{"@EXPLICIT\n" URL "a-1-0.conda\n" URL "a-2-0.conda\n",
		 "line 3: 'a' is there as 1=0 too (line 2)"},
		{"@EXPLICIT\nhttps://c.example/ch/osx-64/a-1-0.conda\n",
		 "line 2: package 'a' is for osx-64, and linux-64 is wanted"},
		{"# platform: osx-64\n@EXPLICIT\nhttps://c.example/ch/noarch/a-1-0.conda\n",
		 "x: it is for osx-64, and linux-64 is wanted"},
		{"a=1=0\nb c\n", "line 2: NAME=VERSION=BUILD is expected, not 'b c'"},
		{"a=1=0\nb=2=0=3\n", "line 2: NAME=VERSION=BUILD"},
		{"# Name Version Build\na 1 0\nb\n",
		 "line 3: name, version and build are expected"},
		{"# Name Version Build\na 1 0\n../b 2 0\n", "line 3: '../b' is no package name"},
		{"# Name Version Build\na 1 0\na 1 1\n",
		 "line 3: 'a' is there as 1=0 too (line 2)"},
		{"a >=1,<\n", "read as list of packages, one a line: x: line 1: "},
		{"python\nnumpy[version=\n", "x: line 2: "},
		{"\xFF\xFE"
		 "d\0",
		 "x: it is UTF-16"},
		{"version: 1\npackage: 3\n", "line 2: 'package' takes a list"},
		{"version: 1\npackage: [3, {platform: linux-64}]\n", "line 2: a package is a map"},
		{"version: 1\npackage: [3]\n", "there is nothing for linux-64; it has no platform"},
		{"package: []\n", "line 1: the key 'version' is missing"},
		{"version: x\npackage: []\n", "'version' takes a whole number, not 'x'"},
		{"version: 1\npackage:\n- {name: a, platform: linux-64, version: 1}\n",
		 "line 3: the package has no 'url'"},
		{"version: 1\npackage:\n- {name: a, platform: linux-64, version: [1], url: " URL
		 "a-1-0.conda}\n",
		 "line 3: 'version' takes text, not a list"},
		{"version: 1\npackage:\n- {platform: linux-64, manager: npm, url: " URL
		 "a-1-0.conda}\n",
		 "'manager' is conda or pip, not 'npm'"},
		{"version: 1\npackage:\n- {platform: linux-64, hash: {md5: 12}, url: " URL
		 "a-1-0.conda}\n",
		 "line 3: 'md5' is 32 hexadecimal digits, not '12'"},
		{"version: 1\npackage:\n- {platform: linux-64, dependencies: [a], url: " URL
		 "a-1-0.conda}\n",
		 "'dependencies' takes a map, not a list"},
		{"version: 1\nmetadata: {channels: [[]]}\npackage: []\n",
		 "there is nothing for linux-64; it has no platform"},
		{"version: 6\nenvironments: []\n", "'environments' takes a map, not a list"},
		{"version: 6\nenvironments: {default: {}}\npackages: []\n",
		 "'packages' of an environment takes a map"},
		{"version: 6\nenvironments: {default: {packages: {linux-64: [{conda: x}]}}}\n"
		 "packages: []\n",
		 "line 2: the list 'packages' has no entry for this one"},
		{"version: 6\nenvironments: {default: {packages: {linux-64: [{conda: x}]}}}\n"
		 "packages: [{conda: x, name: a}]\n",
		 "line 3: the lock does not say what 'x' is"},
		{"version: 6\nenvironments: {default: {packages: {linux-64: [{npm: x}]}}}\n"
		 "packages: [{npm: x}]\n",
		 "line 3: a package has 'conda' or 'pypi' with its URL"},
		{"version: 6\nenvironments: {default: {packages: {linux-64: [{conda: '" URL
		 "a-1-0.conda'}]}}}\npackages: [{conda: '" URL "a-1-0.conda', size: -1}]\n",
		 "line 3: 'size' takes a whole number"},
		{"dependencies: 3\n", "line 1: 'dependencies' takes a list, not '3'"},
		{"dependencies: [[a]]\n", "line 1: a dependency is a package"},
		{"dependencies: [{pip: a}]\n", "'pip' takes a list of requirements"},
		{"dependencies: [{pip: [[a]]}]\n", "an item of 'pip' must be text, not a list"},
		{"dependencies: [a\n", "x: line "},
		{"dependencies: [a]\n? [b]\n: c\n", "a key must be a plain word"},
		{"dependencies: [a]\ndependencies: [b]\n", "the key 'dependencies' is there twice"},
		{"dependencies: [a]\n---\ndependencies: [b]\n", "a second document begins"},
		{"a: &a [x, x]\nb: &b [*a, *a]\nc: *c\n", "there is no anchor '&c'"},
		{"[1, 2]\n", "x: line 1: "},
		{"[{name: a, version: 1}, 2]\n", "line 1: a package is a map, not text"},
		{"[{name: a}]\n", "line 1: package 'a' has no version"},
	};

	(void)state;
	for (size_t i = 0; i < ADVI_COUNT(rows); i++) {
		struct advi_listing listing;
		struct advi_str text = advi_str(rows[i].text);

		if (advi_listing_parse(&listing, text, "x", &linux_64, &err) != ADV_EINPUT)
			fail_msg("row %zu is taken", i);
		if (!strstr(err.text, rows[i].says))
			fail_msg("row %zu: '%s' does not say '%s'", i, err.text, rows[i].says);
		assert_int_equal(listing.packages.count + listing.specs.count, 0);
	}
}

static void refused(const struct advi_buf *text, const char *says)
{
	struct advi_listing listing;

	assert_int_equal(advi_listing_parse(&listing, advi_buf_str(text), "x", NULL, &err),
			 ADV_EINPUT);
	if (!strstr(err.text, says))
		fail_msg("'%s' does not say '%s'", err.text, says);
}

/* Aliases of aliases, ten times each: a billion at the ninth level. */
static void what_is_too_much_is_refused(void **state)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(64 << 20);

	(void)state;
	advi_buf_text(&text, "x0: &x0 [a, a, a, a, a, a, a, a, a, a]\n");
	for (int i = 1; i < 10; i++) {
		advi_buf_printf(&text, "x%d: &x%d [", i, i);
		for (int j = 0; j < 10; j++)
			advi_buf_printf(&text, "*x%d,", i - 1);
		advi_buf_text(&text, "]\n");
	}
	advi_buf_text(&text, "dependencies: *x9\n");
	refused(&text, "more than the 1048576 values allowed");

	advi_buf_reset(&text);
	advi_buf_text(&text, "@EXPLICIT\n");
	for (int i = 0; i < 1000000; i++)
		advi_buf_printf(&text, "c/n%d-1-0.conda\n", i);
	refused(&text, "line 100002: more than the 100000 packages allowed");

	advi_buf_reset(&text);
	for (int i = 0; i < 1000000; i++)
		advi_buf_printf(&text, "n%d\n", i);
	refused(&text, "line 100001: more than the 100000 packages allowed");

	advi_buf_reset(&text);
	advi_buf_text(&text, "a=1=0\nb=");
	for (int i = 0; i < 1 << 20; i++)
		advi_buf_byte(&text, '1');
	refused(&text, "line 2: longer than the 64 KiB allowed");

	advi_buf_reset(&text);
	advi_buf_add(&text, ADVI_STR("a=1=0\nb=2\0=0\n"));
	refused(&text, "line 2: a NUL character");

	advi_buf_reset(&text);
	for (int i = 0; i < 100; i++)
		advi_buf_byte(&text, '[');
	refused(&text, "nested deeper than the 64 levels allowed");
}

/* A text cut anywhere is read as what is left of it, or refused; never half. */
static void cut_anywhere(void **state)
{
	static const char lock[] =
		"version: 1\nmetadata: {}\npackage:\n"
		"- name: a\n  version: 1\n  manager: conda\n  platform: linux-64\n  url: " URL
		"a-1-0.conda\n  hash:\n    md5: " MD5 "\n"
		"- name: b\n  version: 2\n  manager: conda\n  platform: linux-64\n  url: " URL
		"b-2-0.conda\n  hash:\n    md5: " MD5 "\n";

	(void)state;
	for (size_t length = 0; length < sizeof(lock); length++) {
		struct advi_listing listing;
		struct advi_str text = {lock, length};

		if (advi_listing_parse(&listing, text, "x", &linux_64, &err) < 0)
			continue;
		for (size_t i = 0; i < listing.packages.count; i++)
			assert_non_null(listing.packages.at[i].record.build);
		advi_listing_clear(&listing);
	}
}

/* --- URLs and pip's names --- */

static void urls_have_two_views(void **state)
{
	static const struct {
		const char *url, *shown, *from, *fn, *subdir, *channel;
	} rows[] = {
		{"https://u:p@h.x/t/tk/ch/linux-64/a-1-0.conda?s=1#" MD5,
		 "https://h.x/ch/linux-64/a-1-0.conda",
		 "https://u:p@h.x/t/tk/ch/linux-64/a-1-0.conda?s=1", "a-1-0.conda", "linux-64",
		 "https://h.x/ch"},
		{"https://h.x/ch/noarch/a-1%21164-0.conda",
		 "https://h.x/ch/noarch/a-1%21164-0.conda",
		 "https://h.x/ch/noarch/a-1%21164-0.conda", "a-1!164-0.conda", "noarch",
		 "https://h.x/ch"},
		{"https://h.x/files/a-1-0%2f%00%zz.conda", "https://h.x/files/a-1-0%2f%00%zz.conda",
		 "https://h.x/files/a-1-0%2f%00%zz.conda", "a-1-0%2f%00%zz.conda", NULL,
		 "https://h.x"},
		{"https://h:1/t/@x/t/tk/ch/noarch/a-1-0.conda", "https://h:1/ch/noarch/a-1-0.conda",
		 "https://h:1/t/@x/t/tk/ch/noarch/a-1-0.conda", "a-1-0.conda", "noarch",
		 "https://h:1/ch"},
		{"../x/a-1-0.conda", NULL, "../x/a-1-0.conda", "a-1-0.conda", NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ADVI_COUNT(rows); i++) {
		struct advi_arena arena = {0};
		struct advi_listed out = {0};

		assert_null(advi_package_url(&out, &arena, advi_str(rows[i].url)));
		assert_string_equal(out.from, rows[i].from);
		assert_string_equal(out.record.fn, rows[i].fn);
		if (rows[i].shown)
			assert_string_equal(out.record.url, rows[i].shown);
		else
			assert_null(out.record.url);
		if (rows[i].subdir)
			assert_string_equal(out.record.subdir, rows[i].subdir);
		else
			assert_null(out.record.subdir);
		if (rows[i].channel)
			assert_string_equal(out.record.channel, rows[i].channel);
		advi_arena_clear(&arena);
	}
}

static void requirements_are_cut_up(void **state)
{
	static const struct {
		const char *text, *name, *version, *shown;
	} rows[] = {
		{"Foo_Bar.baz==1.2", "foo-bar-baz", "1.2", NULL},
		{"foo[x,y] == 1.2 ; python_version<'3.9'", "foo", "1.2", NULL},
		{"foo===1.2", "foo", "1.2", NULL},
		{"foo==1.*", "foo", NULL, NULL},
		{"foo>=1,<2", "foo", NULL, NULL},
		{"foo @ https://u:p@h/x.whl", "foo", NULL, "foo @ https://h/x.whl"},
		{"git+https://u:p@h/x.git@v1#egg=Foo&a=b", "foo", NULL,
		 "git+https://h/x.git@v1#egg=Foo&a=b"},
		{"git+https://h/x.git", "", NULL, NULL},
		{"-e git+https://h/x#egg=foo-1", "foo-1", NULL, NULL},
		{"--index-url https://u:p@h/simple", "", NULL, "--index-url https://h/simple"},
		{"./local/x.whl", "", NULL, NULL},
		{"", "", NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ADVI_COUNT(rows); i++) {
		struct advi_arena arena = {0};
		struct advi_pip pip = advi_pip_parse(&arena, advi_str(rows[i].text));

		assert_string_equal(pip.name, rows[i].name);
		assert_string_equal(pip.text, rows[i].shown ? rows[i].shown : rows[i].text);
		if (rows[i].version)
			assert_string_equal(pip.version, rows[i].version);
		else
			assert_null(pip.version);
		advi_arena_clear(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forms_are_told_by_content),
		cmocka_unit_test(bad_ones_say_where),
		cmocka_unit_test(what_is_too_much_is_refused),
		cmocka_unit_test(cut_anywhere),
		cmocka_unit_test(urls_have_two_views),
		cmocka_unit_test(requirements_are_cut_up),
	};

	return cmocka_run_group_tests_name("forms of environments", tests, NULL, NULL);
}
