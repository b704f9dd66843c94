/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * fetch URL PATH [SHA256]: one download, for the tests. "-" stands for no digest. FETCH_MIRRORS is
 * "FROM=TO FROM=TO", FETCH_LOGINS "URL URL".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/http.h"

enum { ROWS = 8 };

static size_t words(char *text, const char **out)
{
	size_t count = 0;

	for (char *word; (word = strsep(&text, " \t")) && count < ROWS;)
		if (*word)
			out[count++] = word;
	return count;
}

static void note(void *context, const char *text)
{
	(void)context;
	fprintf(stderr, "note: %s\n", text);
}

int main(int argc, char **argv)
{
	static const struct adv_watch watch = {NULL, NULL, note};
	const char *logins[ROWS], *rows[ROWS];
	struct adv_mirror mirrors[ROWS];
	struct adv_net net = {.retries = 3, .logins = logins, .mirrors = mirrors};
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
	net.login_count = words(getenv("FETCH_LOGINS"), logins);
	net.mirror_count = words(getenv("FETCH_MIRRORS"), rows);
	for (size_t i = 0; i < net.mirror_count; i++) {
		mirrors[i].to = strchr(rows[i], '=') + 1;
		mirrors[i].from = strndup(rows[i], (size_t)(mirrors[i].to - rows[i] - 1));
	}
	r = advi_http_fetch(&fetch, 1, &net, "downloading", &watch, &err);
	for (size_t i = 0; i < net.mirror_count; i++)
		free((char *)(uintptr_t)mirrors[i].from);
	printf("%s%s%s\n", fetch.missing ? "missing " : "", fetch.unchanged ? "unchanged " : "",
	       r < 0 ? err.text : "done");
	advi_fetch_clear(&fetch);
	return adv_exit_status(r);
}
