/* SPDX-License-Identifier: BSD-3-Clause */
/* Channels: how they are named, and what is none. */
#include "unit.h"

#include <unistd.h>

#include "base/mem.h"
#include "conda/channel.h"
#include "io/file.h"

static void a_folder_without_repodata_is_no_channel(void **state)
{
	char folder[4096];
	struct adv_err err = ADV_ERR_INIT;
	struct advi_channel channel;

	(void)state;
	unit_folder(folder);
	assert_int_equal(advi_channel_open(&channel, folder, "linux-64", NULL, NULL, &err),
			 ADV_EINPUT);
	assert_non_null(strstr(err.text, folder));
	assert_int_equal(rmdir(folder), 0);
}

static void names_become_urls(void **state)
{
	static const struct adv_mirror mirrors[] = {
		{"bioconda", "https://mirror.example.org/bio/"},
		{"https://example.org/held", "/srv/held"},
	};
	static const struct adv_net net = {.mirrors = mirrors, .mirror_count = 2};
	static const struct {
		const char *name, *url, *called;
	} cases[] = {
		{"no-such-channel", "https://conda.anaconda.org/no-such-channel",
		 "no-such-channel"},
		{"conda-forge/label/dev", "https://conda.anaconda.org/conda-forge/label/dev",
		 "conda-forge/label/dev"},
		{"https://conda.anaconda.org/conda-forge/",
		 "https://conda.anaconda.org/conda-forge", "conda-forge"},
		{"https://conda.anaconda.org/t/tok/mine", "https://conda.anaconda.org/mine",
		 "mine"},
		{"pkgs/main", "https://repo.anaconda.com/pkgs/main", "pkgs/main"},
		{"https://repo.anaconda.com/pkgs/r", "https://repo.anaconda.com/pkgs/r", "pkgs/r"},
		{"https://example.org/c/", "https://example.org/c", "https://example.org/c"},
		{"https://me:pw@example.org/c", "https://example.org/c", "https://example.org/c"},
		{"https://$ADVISOR_TEST_USER:${ADVISOR_TEST_PW}@example.org/$c",
		 "https://example.org/c", "https://example.org/c"},
		{"/no/such/folder/", "file:///no/such/folder", "file:///no/such/folder"},
		{"/", "file:///", "file:///"},
		/* a mirror is the channel that it mirrors */
		{"https://mirror.example.org/bio", "https://conda.anaconda.org/bioconda",
		 "bioconda"},
		{"/srv/held", "https://example.org/held", "https://example.org/held"},
	};

	(void)state;
	setenv("ADVISOR_TEST_USER", "me", 1);
	setenv("ADVISOR_TEST_PW", "secret", 1);
	setenv("c", "c", 1);
	for (size_t i = 0; i < ADVI_COUNT(cases); i++) {
		ADVI_AUTO_PTR char *url = NULL;
		struct adv_err err = ADV_ERR_INIT;

		assert_ok(advi_channel_url(&url, cases[i].name, &net, &err));
		assert_string_equal(url, cases[i].url);
		assert_string_equal(advi_channel_name(url), cases[i].called);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_folder_without_repodata_is_no_channel),
		cmocka_unit_test(names_become_urls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
