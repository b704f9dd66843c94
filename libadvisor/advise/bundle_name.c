/* SPDX-License-Identifier: BSD-3-Clause */
/* The name of a bundle: the field that it serves and the package that is most its own. */
#include "base/buf.h"

#include "advise/grouping.h"

enum { NAME_BYTES = 64 };

/* Users, each counted once, of a package: in all workloads, or in those that a bundle serves. */
static uint64_t users_of(const struct advi_demand *demand, uint32_t package, const bool *served,
			 bool *users)
{
	const struct advi_wanted *wanted = &demand->packages.at[package];
	uint64_t count = 0;

	memset(users, 0, demand->user_count * sizeof(*users));
	for (uint32_t i = 0; i < wanted->count; i++) {
		uint32_t workload = demand->by_package[wanted->first + i];
		uint32_t user = demand->workloads.at[workload].user;

		if (served && !served[workload])
			continue;
		count += !users[user];
		users[user] = true;
	}
	return count;
}

static bool is_lead(const struct advi_bundles *all, const struct advi_bundle *bundle,
		    const char *name)
{
	for (size_t i = 0; i < all->all.count; i++)
		if (&all->all.at[i] != bundle && all->all.at[i].lead &&
		    strcmp(all->all.at[i].lead, name) == 0)
			return true;
	return false;
}

/* Those that the bundle is there for: the ones that can't join base, where it stands on its own. */
static bool may_lead(const struct advi_grouping *g, const struct advi_bundles *all,
		     const struct advi_bundle *bundle, uint32_t package, int pass)
{
	bool other = is_lead(all, bundle, g->demand->packages.at[package].name);
	bool joins = g->prices[package].closure.count > 0;

	return pass == 2 || (!other && (pass == 1 || bundle->layer || !joins));
}

/*
 * The package that most of the bundle's users need, and few others: the square of the former by
 * all of its users is the highest. No two bundles have the same, if that can be.
 */
static const char *find_lead(const struct advi_grouping *g, const struct advi_bundles *all,
			     const struct advi_bundle *bundle, const bool *served)
{
	const struct advi_demand *demand = g->demand;
	ADVI_AUTO_PTR bool *users = advi_calloc(demand->user_count + 1, sizeof(*users));
	const char *best = NULL;
	uint64_t best_here = 0, best_all = 1;

	for (int pass = 0; !best && pass < 3; pass++)
		for (size_t i = 0; i < bundle->wanted.count; i++) {
			const char *name = bundle->wanted.at[i];
			uint32_t package = (uint32_t)(advi_map_get(&demand->names, advi_str(name)) -
						      demand->names.entries.at);
			uint64_t here, everywhere;
			unsigned __int128 ours, theirs;

			if (!may_lead(g, all, bundle, package, pass))
				continue;
			here = users_of(demand, package, served, users);
			everywhere = users_of(demand, package, NULL, users);
			ours = (unsigned __int128)here * here * best_all;
			theirs = (unsigned __int128)best_here * best_here * everywhere;
			if (!best || ours > theirs || (ours == theirs && here > best_here)) {
				best = name;
				best_here = here;
				best_all = everywhere;
			}
		}
	return best;
}

/*
 * The domain of more than two thirds of the bundle's users; NULL when there is none, or when it has
 * too few users to be named. A user counts in each domain that one of the workloads has.
 */
static const char *find_domain(const struct advi_bundle *bundle, const struct advi_demand *demand,
			       const bool *served, uint64_t min_users)
{
	ADVI_AUTO_PTR bool *users = advi_calloc(demand->user_count + 1, sizeof(*users));
	const struct advi_map_entry *unknown = advi_map_get(&demand->domains, ADVI_STR("unknown"));

	for (size_t d = 0; d < demand->domains.entries.count; d++) {
		uint64_t count = 0;

		memset(users, 0, demand->user_count * sizeof(*users));
		for (size_t i = 0; i < demand->workloads.count; i++) {
			const struct advi_worth *worth = &demand->workloads.at[i];

			if (!served[i] || worth->domain != d)
				continue;
			count += !users[worth->user];
			users[worth->user] = true;
		}
		if (&demand->domains.entries.at[d] != unknown && count >= min_users &&
		    3 * count > 2 * bundle->users)
			return demand->domains.entries.at[d].key.ptr;
	}
	return NULL;
}

/* Lower case, digits, '.', '_' and '-', beginning and ending with one of the first two. */
static void add_slug(struct advi_buf *out, const char *text)
{
	size_t start = out->len;

	for (; *text && out->len - start < NAME_BYTES; text++) {
		char c = *text >= 'A' && *text <= 'Z' ? (char)(*text - 'A' + 'a') : *text;
		bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');

		if (plain)
			advi_buf_byte(out, c);
		else if (out->len > start && out->ptr[out->len - 1] != '-')
			advi_buf_byte(out, c == '.' || c == '_' ? c : '-');
	}
	while (out->len > start && strchr("-._", out->ptr[out->len - 1]))
		out->ptr[--out->len] = '\0';
}

static bool is_taken(const struct advi_bundles *all, const struct advi_bundle *bundle,
		     const char *name)
{
	for (size_t i = 0; i < all->all.count; i++)
		if (&all->all.at[i] != bundle && all->all.at[i].name &&
		    strcmp(all->all.at[i].name, name) == 0)
			return true;
	return false;
}

void advi_bundle_name(const struct advi_grouping *g, struct advi_bundles *all,
		      struct advi_bundle *bundle, const bool *served)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(4 * NAME_BYTES);

	bundle->lead = find_lead(g, all, bundle, served);
	bundle->domain = find_domain(bundle, g->demand, served, g->limits->min_users);
	if (bundle->domain)
		add_slug(&text, bundle->domain);
	if (text.len)
		advi_buf_byte(&text, '-');
	add_slug(&text, bundle->lead);
	if (!text.len)
		advi_buf_text(&text, "bundle");
	bundle->name = advi_strdup(text.ptr);
	for (unsigned n = 2; is_taken(all, bundle, bundle->name); n++) {
		free(bundle->name);
		bundle->name = advi_format("%s-%u", text.ptr, n);
	}
}
