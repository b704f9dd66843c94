/* SPDX-License-Identifier: BSD-3-Clause */
/* The channels of a world, and what of them is loaded. */
#include "solve/stock.h"

#include "base/seen.h"
#include "solve/native.h"

static int open_channels(struct advi_stock *stock, const struct adv_site *site,
			 const struct adv_net *net, const struct adv_watch *watch,
			 struct adv_err *err)
{
	struct advi_digest *digest = advi_digest_new("SHA256");
	struct adv_net mine = net ? *net : (struct adv_net)ADV_NET_INIT;
	int r = 0;

	adv_site_net(site, &mine);

	if (!site->channels.count)
		r = advi_fail(err, ADV_EUSAGE,
			      "the site has no channel: add 'channels' to '%s', or "
			      "give --channel",
			      site->base_path ? site->base_path
			      : site->path    ? site->path
					      : "the recipe");
	for (size_t i = 0; r == 0 && i < site->channels.count; i++) {
		struct advi_channel *channel = advi_vec_new(&stock->channels);

		r = advi_channel_open(channel, site->channels.at[i], site->platform, &mine, watch,
				      err);
		if (r == 0)
			advi_digest_add(digest, advi_str(channel->sha256));
	}
	advi_digest_end(digest, stock->fingerprint);
	stock->records = advi_calloc(stock->channels.count + 1, sizeof(*stock->records));
	return r;
}

int advi_stock_open(struct advi_stock **out, const struct adv_site *site, const struct adv_net *net,
		    const struct adv_watch *watch, struct adv_err *err)
{
	struct advi_stock *stock = advi_calloc(1, sizeof(*stock));
	int r;

	stock->owners = 1;
	r = open_channels(stock, site, net, watch, err);
	if (r < 0)
		advi_stock_release(stock);
	else
		*out = stock;
	return r;
}

struct advi_stock *advi_stock_share(struct advi_stock *stock)
{
	stock->owners++;
	return stock;
}

void advi_stock_release(struct advi_stock *stock)
{
	if (!stock || --stock->owners)
		return;
	for (size_t i = 0; i < stock->channels.count; i++) {
		advi_channel_clear(&stock->channels.at[i]);
		advi_vec_clear(&stock->records[i]);
	}
	free(stock->records);
	advi_vec_clear(&stock->channels);
	advi_map_clear(&stock->names);
	free(stock);
}

size_t advi_stock_count(const struct advi_stock *stock)
{
	size_t count = 0;

	for (size_t i = 0; i < stock->channels.count; i++)
		count += stock->records[i].count;
	return count;
}

/* Notes the names that the records of a channel from 'first' on depend on. */
static void note_needs(struct advi_stock *stock, const advi_record_refs *records, size_t first)
{
	struct advi_arena arena = {0};
	struct advi_seen seen = {0};
	bool is_new;

	for (size_t i = first; i < records->count; i++) {
		const struct advi_list *depends = &records->at[i]->depends;

		if (depends->count)
			advi_seen_add(&seen, depends->at, &is_new);
		if (!depends->count || !is_new)
			continue;
		for (size_t d = 0; d < depends->count; d++) {
			struct advi_str name = advi_native_name(advi_str(depends->at[d]), &arena);

			if (name.len)
				advi_map_add(&stock->names, name, NULL);
		}
	}
	advi_arena_clear(&arena);
	advi_seen_clear(&seen);
}

/* Loads the records of all names that are noted and not loaded; that notes further names. */
static int load_round(struct advi_stock *stock, const struct adv_watch *watch, struct adv_err *err)
{
	ADVI_VEC(struct advi_str) names = {0};
	size_t end = stock->names.entries.count, *before;
	int r = 0;

	before = advi_calloc(stock->channels.count + 1, sizeof(*before));
	for (size_t i = stock->reached; i < end; i++)
		advi_vec_push(&names, stock->names.entries.at[i].key);
	for (size_t c = 0; c < stock->channels.count; c++)
		before[c] = stock->records[c].count;
	for (size_t c = 0; r == 0 && c < stock->channels.count; c++)
		r = advi_channel_read(&stock->channels.at[c], names.at, names.count,
				      &stock->records[c], watch, err);
	for (size_t c = 0; c < stock->channels.count; c++) {
		if (r < 0)
			stock->records[c].count = before[c];
		else
			note_needs(stock, &stock->records[c], before[c]);
	}
	if (r == 0)
		stock->reached = end;
	advi_vec_clear(&names);
	free(before);
	return r;
}

/* A spec whose name is a pattern, and the stock that it is to be looked up in. */
struct lookup {
	struct advi_stock *stock;
	struct advi_matchspec spec;
};

static int note_if_matched(void *context, struct advi_str name)
{
	struct lookup *lookup = context;

	if (advi_pattern_match(&lookup->spec.name.pattern, name))
		advi_map_add(&lookup->stock->names, name, NULL);
	return 0;
}

static void note_spec(struct advi_stock *stock, const char *text)
{
	struct advi_arena arena = {0};
	struct lookup lookup = {.stock = stock};
	struct advi_str name;

	if (advi_matchspec_parse(&lookup.spec, &arena, advi_str(text), NULL) == 0) {
		name = advi_matchspec_name(&lookup.spec);
		if (name.len)
			advi_map_add(&stock->names, name, NULL);
		for (size_t c = 0; !name.len && c < stock->channels.count; c++)
			advi_channel_each_name(&stock->channels.at[c], note_if_matched, &lookup);
	}
	advi_arena_clear(&arena);
}

int advi_stock_want(struct advi_stock *stock, const char *const *specs, size_t count,
		    const struct adv_watch *watch, struct adv_err *err)
{
	int r = 0;

	for (size_t i = 0; i < count; i++)
		note_spec(stock, specs[i]);
	while (r == 0 && stock->reached < stock->names.entries.count)
		r = load_round(stock, watch, err);
	return r;
}
