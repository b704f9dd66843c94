/* SPDX-License-Identifier: BSD-3-Clause */
/* Names of channels and their addresses: one channel, however it is written. */
#include <stdlib.h>

#include "conda/channel.h"
#include "io/http.h"
#include "io/route.h"

#define ANACONDA_COM "https://repo.anaconda.com"

/* Bare names of what lies elsewhere than below the alias. */
static const char *const elsewhere[] = {"pkgs/main", "pkgs/r", "pkgs/msys2", "pkgs/free"};

/* The URL of an existing folder, or of what is written like one; NULL for anything else. */
static char *folder_url(const char *text)
{
	ADVI_AUTO_PTR char *full = realpath(text, NULL);

	if (full)
		return advi_format("file://%s", full);
	return text[0] == '/' || (text[0] == '.' && strchr(text, '/'))
		       ? advi_format("file://%s", text)
		       : NULL;
}

static char *bare_url(const char *name, const struct adv_net *net)
{
	for (size_t i = 0; i < ADVI_COUNT(elsewhere); i++)
		if (strcmp(name, elsewhere[i]) == 0)
			return advi_format(ANACONDA_COM "/%s", name);
	return advi_route_of_name(name, net);
}

/* The public address of what a mirror's row names. */
static char *mirror_end(const char *text, const struct adv_net *net)
{
	ADVI_AUTO_PTR char *open = advi_expand(text, NULL);

	if (!open)
		return NULL;
	if (advi_is_url(open))
		return advi_url_public_dup(open);
	return open[0] == '/' ? advi_format("file://%s", open) : bare_url(open, net);
}

/* A mirror that is named as a channel is the channel that it mirrors. */
static void undo_mirror(char **url, const struct adv_net *net)
{
	for (size_t i = 0; net && i < net->mirror_count; i++) {
		ADVI_AUTO_PTR char *to = mirror_end(net->mirrors[i].to, net);
		ADVI_AUTO_PTR char *from = to ? mirror_end(net->mirrors[i].from, net) : NULL;
		const char *rest = from ? advi_url_below(*url, to) : NULL;
		char *real;

		if (!rest)
			continue;
		real = advi_format("%s%s", from, rest);
		free(*url);
		*url = real;
		return;
	}
}

int advi_channel_url(char **out, const char *channel, const struct adv_net *net,
		     struct adv_err *err)
{
	ADVI_AUTO_PTR char *text = advi_expand(channel, err);
	size_t length = text ? strlen(text) : 0;

	if (!text)
		return ADV_EUSAGE;
	while (length > 1 && text[length - 1] == '/')
		text[--length] = '\0';
	if (advi_is_url(text))
		*out = advi_url_public_dup(text);
	else if (!(*out = folder_url(text)))
		*out = bare_url(text, net);
	undo_mirror(out, net);
	return 0;
}

const char *advi_channel_name(const char *url)
{
	static const char *const known[] = {ADVI_CHANNEL_ALIAS, ANACONDA_COM};

	for (size_t i = 0; url && i < ADVI_COUNT(known); i++) {
		const char *rest = advi_url_below(url, known[i]);

		if (rest && rest[0] && rest[1])
			return rest + 1;
	}
	return url;
}
