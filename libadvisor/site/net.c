/* SPDX-License-Identifier: BSD-3-Clause */
/* What a recipe says of channels and of the network. */
#include "io/http.h"
#include "site/site.h"

/* A channel that is several: conda's "defaults". */
static const char *const defaults[] = {"pkgs/main", "pkgs/r"};

/* With credentials or without, it is one channel. */
static bool is_same(const char *a, const char *b)
{
	ADVI_AUTO_PTR char *x = advi_url_public_dup(a), *y = advi_url_public_dup(b);

	return strcmp(x, y) == 0;
}

static void add(struct adv_site *site, const char *channel)
{
	for (size_t i = 0; i < site->channels.count; i++)
		if (is_same(site->channels.at[i], channel))
			return;
	advi_vec_push(&site->channels, advi_arena_dup(&site->arena, channel));
}

void adv_site_add_channel(struct adv_site *site, const char *channel)
{
	if (strcmp(channel, "defaults") != 0)
		add(site, channel);
	for (size_t i = 0; i < ADVI_COUNT(defaults) && strcmp(channel, "defaults") == 0; i++)
		add(site, defaults[i]);
}

void adv_site_clear_channels(struct adv_site *site)
{
	site->channels.count = 0;
}

const char *adv_site_platform(const struct adv_site *site)
{
	return site->platform;
}

const char *const *adv_site_channels(const struct adv_site *site, size_t *count)
{
	*count = site->channels.count;
	return site->channels.at;
}

void adv_site_net(const struct adv_site *site, struct adv_net *net)
{
	if (!net->mirror_count) {
		net->mirrors = site->mirrors.at;
		net->mirror_count = site->mirrors.count;
	}
	if (!net->login_count) {
		net->logins = site->channels.at;
		net->login_count = site->channels.count;
	}
	if (!net->channel_alias)
		net->channel_alias = site->channel_alias;
}
