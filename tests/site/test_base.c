/* SPDX-License-Identifier: BSD-3-Clause */
/* What base holds: environment files, prefixes, mapping files. */
#include "scratch.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "conda/envfile.h"
#include "conda/listing.h"
#include "site/site.h"

static struct adv_err err;
static struct adv_site *parse(const char *more)
{
	ADVI_AUTO_PTR char *path = advi_path_join(scratch, "site.yml");
	ADVI_AUTO_PTR char *text =
		advi_format("name: x\nplaces: [{class: home, prefix: /home}]\n%s", more);
	struct adv_site *site = NULL;

	if (advi_site_parse(&site, advi_str(text), path, &err) < 0)
		return NULL;
	return site;
}

static void test_spec_names(void **state)
{
	static const char *const rows[][2] = {
		{"numpy", "numpy"},
		{"numpy>=1.2", "numpy"},
		{" numpy 1.2 *", "numpy"},
		{"conda-forge::numpy=1", "numpy"},
		{"c/linux-64::ruamel.yaml", "ruamel.yaml"},
		{"numpy[version='>=1', channel=x::y]", "numpy"},
		{"libnetcdf=*=mpi_*", "libnetcdf"},
		{">=1", ""},
		{"", ""},
		{"_openmp_mutex 4.5", "_openmp_mutex"},
	};

	(void)state;
	for (size_t i = 0; i < ADVI_COUNT(rows); i++)
		assert_str(advi_spec_name(advi_str(rows[i][0])), rows[i][1]);
	assert_false(advi_package_name_ok(ADVI_STR("-rf")));
	assert_false(advi_package_name_ok(ADVI_STR("a/b")));
	assert_false(advi_package_name_ok(ADVI_STR("")));
}

static void test_envfile(void **state)
{
	struct advi_listing listing;

	(void)state;
	assert_ok(advi_listing_parse(
		&listing,
		ADVI_STR("name: e\nchannels: [a, nodefaults]\n"
			 "dependencies:\n- python=3.11\n- pip:\n  - foo==1\n"
			 "  - git+https://x/y\n- conda-forge::b >1\nvariables: {A: b}\n"),
		"e.yml", NULL, &err));
	assert_string_equal(listing.name, "e");
	assert_int_equal(listing.specs.count, 2);
	assert_string_equal(listing.specs.at[1], "conda-forge::b >1");
	assert_int_equal(listing.pip.count, 2);
	assert_int_equal(listing.channels.count, 2);
	advi_listing_clear(&listing);
	assert_int_equal(advi_listing_parse(&listing, ADVI_STR("dependencies:\n- a\n-\n"), "e.yml",
					    NULL, &err),
			 ADV_EINPUT);
	assert_string_equal(err.text,
			    "e.yml: line 3: a dependency is a package such as 'numpy >=1.26', "
			    "not nothing");
	assert_int_equal(
		advi_listing_parse(&listing, ADVI_STR("dependancies: []\n"), "e.yml", NULL, &err),
		ADV_EINPUT);
	assert_non_null(strstr(err.text, "did you mean 'dependencies'?"));
	assert_int_equal(advi_listing_parse(&listing, ADVI_STR("name: a\n"), "e.yml", NULL, &err),
			 ADV_EINPUT);
	assert_non_null(strstr(err.text, "needs the key 'dependencies'"));
}

static void test_base_environment(void **state)
{
	ADV_AUTO(site) struct adv_site *site = NULL;
	ADV_AUTO(site) struct adv_site *bad = NULL;

	(void)state;
	scratch_write(
		"env.yml",
		"channels: [conda-forge, nodefaults]\ndependencies: [numpy >1, {pip: [x]}]\n");
	site = parse("base: {environment: env.yml}\n");
	assert_non_null(site);
	assert_string_equal(site->base_specs.at[0], "numpy >1");
	assert_string_equal(site->base_pip.at[0].text, "x");
	assert_int_equal(site->channels.count, 1);
	assert_true(advi_site_in_base(site, ADVI_STR("numpy")));
	bad = parse("base: {environment: missing.yml}\n");
	assert_null(bad);
	assert_non_null(strstr(err.text, "missing.yml"));
	/* A base that can't be read leaves the one that is there. */
	assert_int_equal(adv_site_set_base(site, scratch, &err), ADV_EINPUT);
	assert_int_equal(site->base_specs.count, 1);
}

#define META(name, more) "{\"name\":\"" name "\",\"version\":\"1\",\"build\":\"0\"" more "}"

static void test_prefix(void **state)
{
	ADVI_AUTO_PTR char *path = advi_path_join(scratch, "p");
	ADV_AUTO(site) struct adv_site *site = parse("");
	const struct advi_record *record;

	(void)state;
	scratch_write("p/conda-meta/history", "==> x <==\n");
	scratch_write(
		"p/conda-meta/b-1-0.json",
		META("b",
		     ",\"depends\":[\"a >=1\"],\"size\":7,\"noarch\":\"python\",\"files\":[],"
		     "\"subdir\":\"noarch\",\"channel\":\"https://u:p@h.example/t/tk-1/c/noarch\","
		     "\"url\":\"https://h.example/t/tk-1/c/noarch/b-1-0.conda\",\"track_features\":[\"f\",\"g\"]"));
	scratch_write("p/conda-meta/a-1-0.json", META("a", ",\"license\":null"));
	assert_ok(adv_site_set_base(site, path, &err));
	assert_int_equal(site->base_records.count, 2);
	assert_string_equal(site->base_specs.at[0], "a=1=0");
	record = &site->base_records.at[1];
	assert_string_equal(record->channel, "https://h.example/c");
	assert_string_equal(record->url, "https://h.example/c/noarch/b-1-0.conda");
	assert_string_equal(record->depends.at[0], "a >=1");
	assert_string_equal(record->track_features, "f g");
	assert_int_equal(record->size, 7);
	scratch_write("p/conda-meta/z.json", META("a", ""));
	assert_int_equal(adv_site_set_base(site, path, &err), ADV_EINPUT);
	assert_non_null(strstr(err.text, "'a' is recorded twice"));
	scratch_write("p/conda-meta/z.json", "{\"name\":\"z\"}");
	assert_int_equal(adv_site_set_base(site, path, &err), ADV_EINPUT);
	assert_non_null(strstr(err.text, "z.json: 'version' is missing"));
	scratch_write("p/conda-meta/z.json", "{\"name\":\"z\"");
	assert_int_equal(adv_site_set_base(site, path, &err), ADV_EINPUT);
	assert_int_equal(site->base_records.count, 2);
}

static void test_imports_file(void **state)
{
	ADV_AUTO(site) struct adv_site *site = NULL;
	ADV_AUTO(site) struct adv_site *bad = NULL;

	(void)state;
	scratch_write(
		"map.tsv",
		"import\tconda_package\thow\ncv2\tlibopencv\tx\ncv2\topencv\ty\nyaml\tpyyaml\n");
	site = parse("imports_file: map.tsv\nimports: {yaml: mine}\n");
	assert_non_null(site);
	assert_string_equal(advi_site_package(site, ADVI_STR("cv2")), "libopencv");
	assert_string_equal(advi_site_package(site, ADVI_STR("yaml")), "mine");
	assert_null(advi_site_package(site, ADVI_STR("import")));
	scratch_write("map.csv", "# comment\n\na,b\n\"c\", \"d\"\nlonely\n");
	bad = parse("imports_file: map.csv\n");
	assert_null(bad);
	assert_non_null(strstr(err.text, "map.csv: line 5: expected an import name and a package"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spec_names),       cmocka_unit_test(test_envfile),
		cmocka_unit_test(test_base_environment), cmocka_unit_test(test_prefix),
		cmocka_unit_test(test_imports_file),
	};

	return cmocka_run_group_tests_name("base of a site", tests, scratch_set_up,
					   scratch_tear_down);
}
