/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A row for every environment that is named: its form, how many packages it has, how many of them
 * a channel has, and whether those can be solved. environments.py counts the same by itself.
 */
#include <stdio.h>

#include "conda/channel.h"
#include "conda/listing.h"
#include "conda/matchspec.h"
#include "site/site.h"
#include "solve/world.h"
#include "verify.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

enum { SECONDS = 60, WHY = 160 };

static const char platform[] = "linux-64";

/* One environment on its way to a row. */
struct row {
	struct advi_listing listing;
	advi_names wanted; /* specs that some record of the channel satisfies */
	size_t count, named, matched;
};

/* Every package as a spec: those asked for, or those installed, by name, version and build. */
static void each_spec(struct row *row, advi_names *out)
{
	struct advi_listing *listing = &row->listing;

	for (size_t i = 0; i < listing->specs.count; i++)
		advi_vec_push(out, listing->specs.at[i]);
	for (size_t i = 0; i < listing->packages.count; i++) {
		const struct advi_record *record = &listing->packages.at[i].record;

		advi_vec_push(out, advi_arena_printf(&listing->arena, "%s=%s=%s", record->name,
						     record->version, record->build));
	}
}

static bool is_there(const struct advi_matchspec *spec, const advi_record_refs *records)
{
	struct advi_arena arena = {0};
	bool found = false;

	for (size_t i = 0; i < records->count && !found; i++) {
		struct advi_version version;

		found = advi_version_parse(&version, &arena, advi_str(records->at[i]->version),
					   NULL) == 0 &&
			advi_matchspec_match(spec, records->at[i], &version);
	}
	advi_arena_clear(&arena);
	return found;
}

static int look_up(struct row *row, struct advi_channel *channel, struct adv_err *err)
{
	advi_names specs = {0};
	int r = 0;

	each_spec(row, &specs);
	row->count = specs.count;
	for (size_t i = 0; r == 0 && i < specs.count; i++) {
		advi_record_refs records = {0};
		struct advi_matchspec spec;
		struct advi_str name;

		r = advi_matchspec_parse(&spec, &row->listing.arena, advi_str(specs.at[i]), err);
		if (r < 0)
			break;
		/* Which channel it came from does not matter here: there is only one. */
		spec.channel.set = false;
		name = advi_matchspec_name(&spec);
		r = advi_channel_read(channel, &name, 1, &records, NULL, err);
		row->named += records.count > 0;
		if (is_there(&spec, &records)) {
			row->matched++;
			advi_vec_push(&row->wanted, specs.at[i]);
		}
		advi_vec_clear(&records);
	}
	advi_vec_clear(&specs);
	return r;
}

static struct adv_site *recipe(const advi_names *specs, const char *channel, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(4 << 20);
	struct adv_site *site = NULL;

	advi_buf_printf(&text,
			"name: x\nplaces: [{class: base, prefix: /b}]\nchannels: ['%s']\n"
			"virtual_packages: {__cuda: '12.4', __glibc: '2.35'}\nbase_packages:\n",
			channel);
	for (size_t i = 0; i < specs->count; i++) {
		const char *colons = strstr(specs->at[i], "::");

		advi_buf_printf(&text, "  - \"%s\"\n", colons ? colons + 2 : specs->at[i]);
	}
	if (advi_site_parse(&site, advi_buf_str(&text), "table", err) < 0)
		return NULL;
	return site;
}

/* Solves and prints what came of it; an answer that does not hold is the program's failure. */
static int solve(const struct row *row, const char *channel, const struct adv_net *net)
{
	const struct adv_solving limits = {.max_seconds = SECONDS};
	struct adv_err err = ADV_ERR_INIT;
	ADV_AUTO(site) struct adv_site *site = recipe(&row->wanted, channel, &err);
	ADV_AUTO(world) struct adv_world *world = NULL;
	ADVI_AUTO_PTR char *wrong = NULL;
	const struct advi_env *env;
	int r = site ? adv_world_open(&world, site, net, &limits, NULL, &err) : ADV_EINPUT;

	if (r < 0) {
		printf("%s: %.*s\n", r == ADV_NO ? "no" : "failed", WHY, err.text);
		return r == ADV_NO ? 0 : r;
	}
	env = advi_world_base(world);
	wrong = verify(env->records.at, env->records.count, site->virtuals.at, site->virtuals.count,
		       (const char *const *)env->specs.at, env->specs.count);
	if (wrong)
		printf("wrong: %s\n", wrong);
	else
		printf("yes: %zu packages\n", env->records.count);
	return wrong ? ADV_EINPUT : 0;
}

static int print_row(const char *path, struct advi_channel *channel, const char *name,
		     const struct adv_net *net)
{
	const struct advi_listing_wish wish = {.platform = platform};
	struct adv_err err = ADV_ERR_INIT;
	struct row row = {0};
	int r = advi_listing_read(&row.listing, path, &wish, &err);

	if (r == 0)
		r = look_up(&row, channel, &err);
	printf("%s\t%s\t%s\t%zu\t%zu\t%zu\t%zu\t", path, row.listing.form ? row.listing.form : "-",
	       row.listing.platform ? row.listing.platform : "any", row.count,
	       row.listing.pip.count, row.named, row.matched);
	if (r < 0)
		printf("failed: %s\n", err.text);
	else if (SANITIZED)
		printf("not asked\n");
	else
		r = solve(&row, name, net);
	advi_vec_clear(&row.wanted);
	advi_listing_clear(&row.listing);
	return r;
}

/* environments CACHE CHANNEL FILE... */
int main(int argc, char **argv)
{
	const struct adv_net net = {.cache = argc > 3 ? argv[1] : NULL};
	struct adv_err err = ADV_ERR_INIT;
	struct advi_channel channel = {0};
	int r = 0;

	if (argc < 4 || advi_channel_open(&channel, argv[2], platform, &net, NULL, &err) < 0) {
		fprintf(stderr, "environments: %s\n", err.text);
		return 1;
	}
	for (int i = 3; i < argc; i++)
		r |= print_row(argv[i], &channel, argv[2], &net);
	advi_channel_clear(&channel);
	return r < 0;
}
