/* SPDX-License-Identifier: BSD-3-Clause */
/* Site recipes: what they say, what is refused and how, where paths lie. */
#include "unit.h"

#include "base/buf.h"
#include "io/file.h"
#include "site/site.h"

#define PLACES "places:\n- {class: base, prefix: /soft/base/}\n- {class: home, prefix: /home/}\n"
#define MINIMAL "name: x\n" PLACES

static struct adv_err err;

static struct adv_site *parse(const char *text)
{
	struct adv_site *site = NULL;

	assert_ok(advi_site_parse(&site, advi_str(text), "dir/site.yml", &err));
	return site;
}

static void refuses(const char *text, const char *message)
{
	struct adv_site *site = NULL;

	assert_int_equal(advi_site_parse(&site, advi_str(text), "s.yml", &err), ADV_EINPUT);
	assert_null(site);
	assert_string_equal(err.text, message);
}

static void test_defaults(void **state)
{
	ADV_AUTO(site) struct adv_site *site = parse(MINIMAL);

	(void)state;
	assert_string_equal(adv_site_name(site), "x");
	assert_string_equal(site->platform, "linux-64");
	assert_string_equal(site->channel_priority, "strict");
	assert_string_equal(site->timezone, "UTC");
	assert_string_equal(site->base_prefix, "/soft/base");
	assert_int_equal(site->virtuals.count, 4);
	assert_string_equal(site->virtuals.at[0].name, "__archspec");
	assert_string_equal(site->virtuals.at[0].build, "x86_64");
	assert_string_equal(site->virtuals.at[1].name, "__glibc");
	assert_string_equal(site->virtuals.at[1].version, "2.28");
	assert_false(site->no_cuda);
	assert_int_equal(site->max_packages, 0);
}

static void test_all_keys(void **state)
{
	ADV_AUTO(site)
	struct adv_site *site = parse(
		"schema: advisor.site/1\n" MINIMAL
		"timezone: Europe/Berlin\nplatform: linux-aarch64\n"
		"aliases: [{from: /e/, to: /lus/e/}]\nbase_prefix: /b/\n"
		"base: {packages: ['numpy >=1.26', 'conda-forge::Pandas[version=2.*]'], pip: [foo==1]}\n"
		"channels: [https://c.example/a, ./local]\nchannel_priority: flexible\n"
		"virtual_packages: {__glibc: '2.31', __cuda: 12.4, __unix: null, __archspec: 1=zen3}\n"
		"pins: [python 3.11.*]\nnever: [Evil]\nalways: [good]\nby_module: [mpi4py]\n"
		"imports: {yaml: pyyaml, google: g, google.protobuf: protobuf}\n"
		"budget: {max_packages: 7, max_bytes: 2G}\nprivacy: {min_users: 5}\n");

	(void)state;
	assert_string_equal(site->aliases.at[0].from, "/e");
	assert_string_equal(site->base_prefix, "/b");
	assert_int_equal(site->base_specs.count, 2);
	assert_true(advi_site_in_base(site, ADVI_STR("pandas")));
	assert_true(advi_site_in_base(site, ADVI_STR("numpy")));
	assert_false(advi_site_in_base(site, ADVI_STR("conda-forge")));
	assert_string_equal(site->base_pip.at[0].text, "foo==1");
	assert_int_equal(site->channels.count, 2);
	assert_string_equal(site->channels.at[1], "./dir/local");
	assert_int_equal(site->virtuals.count, 4);
	assert_string_equal(site->virtuals.at[0].name, "__archspec");
	assert_string_equal(site->virtuals.at[0].build, "zen3");
	assert_string_equal(site->virtuals.at[1].version, "12.4");
	assert_string_equal(site->virtuals.at[3].name, "__linux");
	assert_string_equal(site->never.at[0], "evil");
	assert_string_equal(advi_site_package(site, ADVI_STR("yaml")), "pyyaml");
	assert_string_equal(advi_site_package(site, ADVI_STR("google.cloud.x")), "g");
	assert_string_equal(advi_site_package(site, ADVI_STR("google.protobuf.any")), "protobuf");
	assert_null(advi_site_package(site, ADVI_STR("yam")));
	assert_null(advi_site_package(site, ADVI_STR("")));
	assert_int_equal(site->max_bytes, 2ull << 30);
	assert_int_equal(site->min_users, 5);
	adv_site_clear_channels(site);
	adv_site_add_channel(site, "c");
	assert_string_equal(site->channels.at[0], "c");
}

static void test_refused(void **state)
{
	(void)state;
	refuses(MINIMAL "chanels: [a]\n",
		"s.yml: line 5: unknown key 'chanels'; did you mean 'channels'?");
	refuses(MINIMAL "zzzzzzzzzz: 1\n", "s.yml: line 5: unknown key 'zzzzzzzzzz'");
	refuses("name: x\n", "s.yml: line 1: a site recipe needs the key 'places'");
	refuses("name:\n" PLACES, "s.yml: line 1: a site recipe needs the key 'name'");
	refuses("name: x\nplaces: []\n", "s.yml: line 2: 'places' is empty");
	refuses("name: x\nplaces:\n- {class: house, prefix: /h/}\n",
		"s.yml: line 3: 'class' is one of base, site, user-site, home, project, tmp, system, "
		"not 'house'");
	refuses("name: x\nplaces:\n- {class: home}\n",
		"s.yml: line 3: a place needs the key 'prefix'");
	refuses("name: x\nplaces:\n- {class: home, prefix: home}\n",
		"s.yml: line 3: 'prefix' takes a path that begins with '/', not 'home'");
	refuses("name: x\nplaces:\n- /home\n",
		"s.yml: line 3: a place must be a map of keys and values, not text");
	refuses("[]\n",
		"s.yml: line 1: a site recipe must be a map of keys and values, not a list");
	refuses(MINIMAL "channels: conda-forge\n",
		"s.yml: line 5: 'channels' takes a list of texts, not 'conda-forge'");
	refuses(MINIMAL "name: [a]\n", "s.yml: line 5: the key 'name' is there twice");
	refuses(MINIMAL "budget:\n  max_bytes: lots\n",
		"s.yml: line 6: 'max_bytes' takes a size such as 500M or 2G, not 'lots'");
	refuses(MINIMAL "budget: {max_packages: -1}\n",
		"s.yml: line 5: 'max_packages' takes a whole number, not '-1'");
	refuses(MINIMAL "never: [a, b]\nalways: [c, b]\n",
		"s.yml: line 6: 'b' is in 'never' (line 5) and in 'always'; keep one");
	refuses(MINIMAL "by_module: [h5py]\nalways: [h5py]\n",
		"s.yml: line 6: 'h5py' is in 'by_module' (line 5), so the centre's module provides it, "
		"and in 'always'; keep one");
	refuses(MINIMAL "never: ['a b']\n", "s.yml: line 5: 'a b' is no package name");
	refuses(MINIMAL "pins: ['>=3']\n",
		"s.yml: line 5: an item of 'pins' is a package such as 'numpy >=1.26', not '>=3'");
	refuses(MINIMAL "base: {}\n",
		"s.yml: line 5: 'base' takes one of 'environment', 'prefix' and 'packages'");
	refuses(MINIMAL "base: {prefix: a, packages: []}\n",
		"s.yml: line 5: 'base' takes one of 'environment', 'prefix' and 'packages', not several");
	refuses(MINIMAL "base: {packages: [a]}\nbase_packages: [b]\n",
		"s.yml: line 5: both 'base' and 'base_packages' say what base holds; keep one");
	refuses(MINIMAL "base_packages: [b]\nbase: {packages: [a]}\n",
		"s.yml: line 6: both 'base' and 'base_packages' say what base holds; keep one");
	refuses(MINIMAL "virtual_packages: {glibc: '2.3'}\n",
		"s.yml: line 5: a virtual package's name begins with '__', as '__glibc'; 'glibc' does not");
	refuses(MINIMAL "schema: advisor.site/9\n",
		"s.yml: line 5: the schema is 'advisor.site/9'; this program reads 'advisor.site/1'");
	refuses(MINIMAL "platform: win-64\n",
		"s.yml: line 5: 'platform' is one of linux-64, linux-aarch64, linux-ppc64le, not 'win-64'");
	refuses(MINIMAL "aliases: [{from: /, to: /x}]\n",
		"s.yml: line 5: 'from' takes a path that begins with '/', not '/'");
}

static void test_domains(void **state)
{
	ADV_AUTO(site) struct adv_site *site = NULL, *plain = parse(MINIMAL);
	struct advi_out out;

	(void)state;
	assert_ok(advi_out_open(&out, "test_domains.csv", &err));
	fputs("field,account,domain\nx,Sky02,air\nx,Sea1,land\nx,Ice,unknown\n,Q,\"a, b\"\n",
	      out.file);
	assert_ok(advi_out_settle(&out, &err));
	assert_ok(advi_out_commit(&out, &err));
	advi_out_clear(&out);
	assert_ok(advi_site_parse(&site,
				  ADVI_STR(MINIMAL "domains: {Sky01: sky, Sky02: sky, 'Sea*': sea, "
						   "'*e*c*': ice, 'S*': late}\n"
						   "domains_file: test_domains.csv\n"),
				  "site.yml", &err));
	remove("test_domains.csv");
	assert_string_equal(advi_site_domain(site, "Sky01"), "sky");
	assert_string_equal(advi_site_domain(site, "Sky02"), "sky");
	assert_string_equal(advi_site_domain(site, "Sea1"), "land");
	assert_string_equal(advi_site_domain(site, "Sea2"), "sea");
	assert_string_equal(advi_site_domain(site, "Sea"), "sea");
	assert_string_equal(advi_site_domain(site, "yes, ecce cd"), "ice");
	assert_string_equal(advi_site_domain(site, "ec"), "ice");
	assert_string_equal(advi_site_domain(site, "Sea-ecc"), "sea");
	assert_string_equal(advi_site_domain(site, "Secc"), "ice");
	assert_string_equal(advi_site_domain(site, "Sun"), "late");
	assert_string_equal(advi_site_domain(site, "ce"), "unknown");
	assert_string_equal(advi_site_domain(site, "Q"), "a, b");
	assert_string_equal(advi_site_domain(site, NULL), "unknown");
	assert_string_equal(advi_site_domain(plain, "Sky01"), "unknown");
	refuses(MINIMAL "domains: {a: [b]}\n",
		"s.yml: line 5: 'domains' maps a project, or a pattern such as 'astro*', to the name "
		"of its domain");
	refuses(MINIMAL "domains_file: absent.csv\n",
		"s.yml: reading the domains: can't open 'absent.csv': No such file or directory");
}

static enum adv_place place(const struct adv_site *site, const char *path)
{
	return advi_site_place(site, advi_str(path));
}

static void test_places(void **state)
{
	ADVI_AUTO(buf) struct advi_buf buf = ADVI_BUF_INIT(4096);
	ADV_AUTO(site)
	struct adv_site *site = parse(
		"name: x\nplaces:\n- {class: base, prefix: /soft/conda/}\n- {class: site, prefix: /soft}\n"
		"- {class: user-site, prefix: /home/*/.local/}\n- {class: home, prefix: /home/}\n"
		"- {class: project, prefix: /lus/*/projects/}\n- {class: tmp, prefix: /var/t*p/x*y*z}\n"
		"aliases:\n- {from: /eagle/, to: /lus/eagle/projects/}\n");

	(void)state;
	assert_int_equal(place(site, "/soft/conda/lib/x"), ADV_PLACE_BASE);
	assert_int_equal(place(site, "/soft/conda"), ADV_PLACE_BASE);
	assert_int_equal(place(site, "/soft/conda2/x"), ADV_PLACE_SITE);
	assert_int_equal(place(site, "/software/x"), ADV_PLACE_OTHER);
	assert_int_equal(place(site, "/home/u/.local/lib/x"), ADV_PLACE_USER_SITE);
	assert_int_equal(place(site, "/home/u/.locale/lib"), ADV_PLACE_HOME);
	assert_int_equal(place(site, "/home/u/v/.local/lib"), ADV_PLACE_HOME);
	assert_int_equal(place(site, "/home//.local/lib"), ADV_PLACE_HOME);
	assert_int_equal(place(site, "/lus/grand/projects/a"), ADV_PLACE_PROJECT);
	assert_int_equal(place(site, "/lus/projects/a"), ADV_PLACE_OTHER);
	assert_int_equal(place(site, "/eagle/a/env"), ADV_PLACE_PROJECT);
	assert_int_equal(place(site, "/eagles/a/env"), ADV_PLACE_OTHER);
	assert_int_equal(place(site, "/var/tmp/x1y2z/q"), ADV_PLACE_TMP);
	assert_int_equal(place(site, "/var/tmp/x1y2zz"), ADV_PLACE_TMP);
	assert_int_equal(place(site, "/var/tmp/xyz"), ADV_PLACE_OTHER);
	assert_int_equal(place(site, "/var/tmp/x1y2zq"), ADV_PLACE_OTHER);
	assert_int_equal(place(site, "frozen"), ADV_PLACE_BUILTIN);
	assert_int_equal(place(site, ""), ADV_PLACE_BUILTIN);
	assert_str(advi_site_unalias(site, ADVI_STR("/eagle/a"), &buf), "/lus/eagle/projects/a");
	assert_str(advi_site_unalias(site, ADVI_STR("/eagle"), &buf), "/lus/eagle/projects");
	assert_str(advi_site_unalias(site, ADVI_STR("/eaglet"), &buf), "/eaglet");
}

/* An obvious twin of the matcher: every way in which stars may be filled. */
static bool twin(const char *p, const char *t)
{
	if (*p == '\0')
		return *t == '\0' || *t == '/';
	if (*p != '*')
		return *p == *t && twin(p + 1, t + 1);
	for (; *t && *t != '/'; t++)
		if (twin(p + 1, t + 1))
			return true;
	return false;
}

static unsigned next(unsigned *seed)
{
	*seed = *seed * 1103515245u + 12345u;
	return *seed >> 16;
}

static void test_places_random(void **state)
{
	unsigned seed = 1, hits = 0;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char pattern[12] = "/", path[16] = "/";
		size_t p = 1 + next(&seed) % 8, t = 1 + next(&seed) % 12;
		struct advi_place_rule rule = {ADV_PLACE_HOME, pattern, 0, 0};
		struct adv_site site = {.places = {&rule, 1, 1}};

		for (size_t i = 1; i < p; i++)
			pattern[i] = "/ab**"[next(&seed) % 5];
		for (size_t i = 1; i < t; i++)
			path[i] = "/ab"[next(&seed) % 3];
		while (p > 0 && pattern[p - 1] == '/')
			pattern[--p] = '\0';
		rule.length = p;
		rule.fixed = strcspn(pattern, "*");
		hits += twin(pattern, path);
		if ((place(&site, path) == ADV_PLACE_HOME) != twin(pattern, path))
			fail_msg("pattern '%s', path '%s'", pattern, path);
	}
	assert_true(hits > 500);
}

static char *written(const struct adv_site *site)
{
	char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);
	struct advi_jout out;

	advi_jout_init(&out, file);
	advi_site_write(site, &out);
	advi_jout_end(&out);
	fclose(file);
	return text;
}

static void test_written_reads_back(void **state)
{
	ADV_AUTO(site)
	struct adv_site *site = parse(
		MINIMAL "aliases: [{from: /e, to: /f}]\nbase_packages: [numpy, 'python 3.11.*']\n"
			"virtual_packages: {__unix: null, __cuda: '12'}\nimports: {b: x, a: y}\n"
			"budget: {max_bytes: 1K}\nnever: [q]\nchannels: [c]\n"
			"domains: {z: x, 'b*': c, a: w, 'a*': d}\n"
			"quotas: [{domain: '*', users: 1, share: 5%}, {project: p, share: 30 %},\n"
			"  {domain: 'as*', users: 0}, {domain: astro, users: 4}]\n");
	ADVI_AUTO_PTR char *once = written(site);
	ADV_AUTO(site) struct adv_site *again = parse(once);
	ADVI_AUTO_PTR char *twice = written(again);

	(void)state;
	assert_string_equal(once, twice);
	assert_int_equal(again->virtuals.count, 4);
	assert_true(strstr(once, "\"__unix\": null") || strstr(once, "\"__unix\":null"));
}

static void test_quotas(void **state)
{
	ADV_AUTO(site)
	struct adv_site *site = parse(
		MINIMAL "quotas: [{domain: '*', users: 1, share: 5%}, {project: p, share: 30 %},\n"
			"  {domain: 'as*', users: 0}, {domain: astro, users: 4}]\n");

	(void)state;
	assert_int_equal(advi_site_quota(site, ADVI_GROUP_DOMAIN, ADVI_QUOTA_USERS, "sea"), 1);
	assert_int_equal(advi_site_quota(site, ADVI_GROUP_DOMAIN, ADVI_QUOTA_USERS, "asia"), 0);
	assert_int_equal(advi_site_quota(site, ADVI_GROUP_DOMAIN, ADVI_QUOTA_USERS, "astro"), 4);
	assert_int_equal(advi_site_quota(site, ADVI_GROUP_DOMAIN, ADVI_QUOTA_USERS, "unknown"), 0);
	assert_int_equal(advi_site_quota(site, ADVI_GROUP_DOMAIN, ADVI_QUOTA_SHARE, "astro"), 5);
	assert_int_equal(advi_site_quota(site, ADVI_GROUP_PROJECT, ADVI_QUOTA_SHARE, "p"), 30);
	assert_int_equal(advi_site_quota(site, ADVI_GROUP_PROJECT, ADVI_QUOTA_USERS, "p"), 0);
}

static void test_refused_quotas(void **state)
{
	(void)state;
	refuses(MINIMAL "quotas: [{domain: a, users: 2},\n {domain: a, users: 3}]\n",
		"s.yml: line 6: 'users' of domain 'a' is in 'quotas' already (line 5); keep one");
	refuses(MINIMAL "quotas: [{domain: a, project: b, users: 2}]\n",
		"s.yml: line 5: a quota is of a 'domain' or of a 'project', one of both");
	refuses(MINIMAL "quotas: [{users: 2}]\n",
		"s.yml: line 5: a quota is of a 'domain' or of a 'project', one of both");
	refuses(MINIMAL "quotas: [{domain: a}]\n",
		"s.yml: line 5: a quota asks for 'users' or for a 'share'");
	refuses(MINIMAL "quotas: [{domain: a, share: 101%}]\n",
		"s.yml: line 5: 'share' takes whole percents up to 100%, such as 25%, not '101%'");
	refuses(MINIMAL "quotas: [{domain: a, share: 0.3}]\n",
		"s.yml: line 5: 'share' takes whole percents up to 100%, such as 25%, not '0.3'");
	refuses(MINIMAL "quotas: [{domain: a, users: many}]\n",
		"s.yml: line 5: 'users' takes a number of users, such as 3, not 'many'");
	refuses(MINIMAL "quotas: {domain: a}\n", "s.yml: line 5: 'quotas' takes a list, not a map");
}

static void test_shared_site(void **state)
{
	char path[4096];
	ADV_AUTO(site) struct adv_site *site = NULL;

	(void)state;
	unit_shared(path, "data/usage/site.json");
	assert_ok(adv_site_read(&site, path, &err));
	assert_string_equal(site->name, "polaris");
	assert_int_equal(site->places.count, 13);
	assert_true(advi_site_in_base(site, ADVI_STR("absl-py")));
	assert_string_equal(advi_site_package(site, ADVI_STR("gmpy2")), "gmpy2");
	assert_int_equal(place(site, "/home/a/.local/lib/x.py"), ADV_PLACE_USER_SITE);
	assert_int_equal(place(site, "/soft/applications/conda/2024-04-29/mconda3/x"),
			 ADV_PLACE_BASE);
}

/* The recipes that are shipped, and paths as people have them there. */
static void test_recipes(void **state)
{
	static const struct {
		const char *recipe, *path;
		enum adv_place place;
	} rows[] = {
		{"generic", "/opt/conda/lib/python3.11/site-packages/numpy", ADV_PLACE_BASE},
		{"generic", "/home/a/.local/lib/python3.11/site-packages/x", ADV_PLACE_USER_SITE},
		{"polaris", "/soft/applications/conda/2025-09-25/mconda3/lib/x", ADV_PLACE_BASE},
		{"polaris", "/eagle/Climate/envs/x", ADV_PLACE_PROJECT},
		{"polaris", "/home/a/envs/x", ADV_PLACE_HOME},
		{"perlmutter", "/global/homes/e/elvis/.local/perlmutter/python-3.11/lib/x",
		 ADV_PLACE_USER_SITE},
		{"perlmutter", "/global/u1/e/elvis/envs/x", ADV_PLACE_HOME},
		{"perlmutter", "/global/common/software/m1234/env/lib/x", ADV_PLACE_PROJECT},
		{"perlmutter",
		 "/global/common/software/nersc/pe/conda-envs/24.1.0/python-3.11/"
		 "nersc-python/lib/x",
		 ADV_PLACE_BASE},
		{"perlmutter", "/pscratch/sd/e/elvis/env/lib/x", ADV_PLACE_HOME},
		{"mpcdf", "/mpcdf/soft/SLE_15/packages/x86_64/anaconda/3/2023.03/lib/x",
		 ADV_PLACE_BASE},
		{"mpcdf", "/raven/u/abc/envs/x", ADV_PLACE_HOME},
		{"mpcdf", "/u/abc/.local/lib/x", ADV_PLACE_USER_SITE},
	};
	const char *srcdir = getenv("SRCDIR");

	(void)state;
	for (size_t i = 0; i < ADVI_COUNT(rows); i++) {
		ADVI_AUTO_PTR char *path = advi_format("%s/recipes/sites/%s.yml",
						       srcdir ? srcdir : ".", rows[i].recipe);
		ADV_AUTO(site) struct adv_site *site = NULL;

		assert_ok(adv_site_read(&site, path, &err));
		if (place(site, rows[i].path) != rows[i].place)
			fail_msg("%s: '%s' is %s", rows[i].recipe, rows[i].path,
				 adv_place_name(place(site, rows[i].path)));
		assert_string_equal(site->channels.at[0], "conda-forge");
		assert_true(site->base_specs.count >= 6);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_all_keys),
		cmocka_unit_test(test_domains),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_places_random),
		cmocka_unit_test(test_written_reads_back),
		cmocka_unit_test(test_quotas),
		cmocka_unit_test(test_refused_quotas),
		cmocka_unit_test(test_shared_site),
		cmocka_unit_test(test_recipes),
	};

	return cmocka_run_group_tests_name("site", tests, NULL, NULL);
}
