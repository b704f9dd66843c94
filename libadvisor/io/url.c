/* SPDX-License-Identifier: BSD-3-Clause */
/* URLs: as they may be shown and kept, and put together. */
#include <curl/curl.h>

#include "base/mem.h"
#include "io/http.h"

enum { URL_CAP = 64 * 1024 };

bool advi_is_url(const char *text)
{
	struct advi_str url = advi_str(text);

	return advi_str_starts(url, ADVI_STR("https://")) ||
	       advi_str_starts(url, ADVI_STR("http://")) ||
	       advi_str_starts(url, ADVI_STR("file://"));
}

static void add_printable(struct advi_buf *out, struct advi_str text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.ptr[i] >= 0x20 && text.ptr[i] != 0x7F)
			advi_buf_byte(out, text.ptr[i]);
}

/*
 * Drops what stands before a host. curl takes "https:///host" for what was meant, and who writes
 * "https://https://user:password@host" meant the second: wherever a host may be, none is kept.
 */
static void drop_users(struct advi_buf *out, struct advi_str url)
{
	bool file = advi_str_starts(url, ADVI_STR("file:"));
	size_t start = advi_str_search(url, ADVI_STR("//")) + 2, at;

	while (start <= url.len) {
		while (!file && start < url.len && url.ptr[start] == '/')
			start++;
		advi_buf_add(out, (struct advi_str){url.ptr, start});
		url = advi_str_from(url, start);
		for (at = advi_str_find(url, '/'); at > 0 && url.ptr[at - 1] != '@';)
			at--;
		url = advi_str_from(url, at);
		if (file)
			break;
		/* a user of no host: what comes next may be the host that was meant */
		start = at && advi_str_starts(url, ADVI_STR("/"))
				? 1
				: advi_str_search(url, ADVI_STR("//")) + 2;
	}
	advi_buf_add(out, url);
}

void advi_url_public(struct advi_buf *out, struct advi_str url)
{
	ADVI_AUTO(buf) struct advi_buf known = ADVI_BUF_INIT(URL_CAP);
	size_t token, query;

	if (advi_str_search(url, ADVI_STR("://")) == url.len) {
		add_printable(out, url);
		return;
	}
	while ((token = advi_str_search(url, ADVI_STR("/t/"))) < url.len) {
		struct advi_str after = advi_str_from(url, token + 3);

		add_printable(&known, (struct advi_str){url.ptr, token});
		url = advi_str_from(after, advi_str_find(after, '/'));
	}
	query = advi_str_find(url, '?');
	add_printable(&known, (struct advi_str){url.ptr, query});
	url = advi_str_from(url, query);
	add_printable(&known, advi_str_from(url, advi_str_find(url, '#')));
	drop_users(out, advi_buf_str(&known));
}

char *advi_url_public_dup(const char *url)
{
	struct advi_buf out = ADVI_BUF_INIT(URL_CAP);

	advi_url_public(&out, advi_str(url));
	return advi_buf_take(&out);
}

char *advi_url_join(const char *folder, const char *address)
{
	ADVI_AUTO_PTR char *base = advi_format("%s/", folder);
	CURLU *url = curl_url();
	char *full = NULL, *copy = NULL;

	if (!url)
		abort();
	if (curl_url_set(url, CURLUPART_URL, base, 0) == CURLUE_OK &&
	    curl_url_set(url, CURLUPART_URL, address, 0) == CURLUE_OK &&
	    curl_url_get(url, CURLUPART_URL, &full, 0) == CURLUE_OK &&
	    (strncmp(full, "http", 4) == 0 || strncmp(folder, "file://", 7) == 0) &&
	    advi_is_url(full))
		copy = advi_strdup(full);
	curl_free(full);
	curl_url_cleanup(url);
	return copy;
}
