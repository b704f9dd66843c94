/* SPDX-License-Identifier: BSD-3-Clause */
/* fetch URL PATH [SHA256]: one download, for the tests. "-" stands for no digest. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/http.h"

int main(int argc, char **argv)
{
	struct adv_net net = {.retries = 3};
	struct adv_err err = ADV_ERR_INIT;
	struct advi_fetch fetch = {0};
	int r;

	if (argc < 3)
		return 2;
	fetch.url = argv[1];
	fetch.path = argv[2];
	fetch.sha256 = argc > 3 && strcmp(argv[3], "-") != 0 ? argv[3] : NULL;
	fetch.optional = getenv("FETCH_OPTIONAL") != NULL;
	fetch.if_etag = getenv("FETCH_ETAG");
	fetch.cap = getenv("FETCH_CAP") ? strtoull(getenv("FETCH_CAP"), NULL, 10) : 0;
	r = advi_http_fetch(&fetch, 1, &net, "downloading", NULL, &err);
	printf("%s%s%s\n", fetch.missing ? "missing " : "", fetch.unchanged ? "unchanged " : "",
	       r < 0 ? err.text : "done");
	advi_fetch_clear(&fetch);
	return adv_exit_status(r);
}
