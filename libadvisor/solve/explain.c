/* SPDX-License-Identifier: BSD-3-Clause */
/* Why something can't be. */
#include "solve/explain.h"

enum { TEXT_CAP = 900, LINKS_SHOWN = 6, LONG = 1 << 20, OTHER_PYTHON = 1000 };

/* A search for the shortest chain; costs are remembered by item. */
struct search {
	const struct adv_world *world;
	const struct advi_kept *kept;
	const struct advi_pool *pool;
	uint32_t *costs; /* 0: not known yet */
	struct advi_buf text;
};

static void search_init(struct search *s, const struct adv_world *world,
			const struct advi_kept *kept)
{
	*s = (struct search){world, kept, &world->pool,
			     advi_calloc(world->pool.items.count + 1, sizeof(*s->costs)),
			     ADVI_BUF_INIT(TEXT_CAP)};
}

static char *search_end(struct search *s)
{
	free(s->costs);
	return advi_buf_take(&s->text);
}

static const char *name_of(const struct search *s, uint32_t name)
{
	return advi_pool_name_text(s->pool, name).ptr;
}

static bool is_python(const struct search *s, uint32_t name)
{
	return strcmp(name_of(s, name), "python") == 0 ||
	       strcmp(name_of(s, name), "python_abi") == 0;
}

/* The one record of a name that is in, where one must be there; otherwise 0. */
static uint32_t stays(const struct search *s, uint32_t name)
{
	struct advi_span span = s->pool->named.at[name];

	if (!s->kept->hard[name] || s->kept->left[name] != 1)
		return 0;
	for (uint32_t i = 0; i < span.count; i++)
		if (advi_kept_in(s->kept, s->pool->by_name.at[span.first + i]))
			return s->pool->by_name.at[span.first + i];
	return 0;
}

/* --- the shortest chain --- */

static uint32_t cost_of(struct search *s, uint32_t item);

/* The item, of those that would satisfy a dependency, whose own chain is the shortest. */
static uint32_t best_provider(struct search *s, uint32_t dependency, uint32_t *cost)
{
	struct advi_span span = s->pool->dependencies.at[dependency].providers;
	uint32_t best = 0;

	*cost = LONG;
	for (uint32_t i = 0; i < span.count; i++) {
		uint32_t item = s->pool->providers.at[span.first + i];
		uint32_t own = advi_kept_in(s->kept, item) ? LONG : cost_of(s, item);

		if (own < *cost || (own == *cost && best &&
				    s->pool->items.at[item].rank > s->pool->items.at[best].rank)) {
			*cost = own;
			best = item;
		}
	}
	return best;
}

/* Chains that end at another Python say least: most packages have builds for several. */
static uint32_t cost_of(struct search *s, uint32_t item)
{
	struct advi_reason reason = s->kept->reasons[item];
	uint32_t cost = 1, name;

	if (s->costs[item])
		return s->costs[item];
	if (reason.out == ADVI_OUT_MISSING) {
		name = s->pool->dependencies.at[reason.by].name;
		if (!stays(s, name))
			best_provider(s, reason.by, &cost);
		cost = cost < LONG ? cost + 1 : cost;
		if (is_python(s, name) && cost < OTHER_PYTHON)
			cost += OTHER_PYTHON;
	}
	s->costs[item] = cost;
	return cost;
}

/* --- words --- */

static void add_package(struct search *s, uint32_t item)
{
	const struct advi_record *record = s->pool->items.at[item].record;

	advi_buf_printf(&s->text, "%s %s", record->name, record->version);
}

static bool in_base(const struct search *s, const struct advi_record *record)
{
	for (size_t i = 0; i < s->world->base.records.count; i++)
		if (s->world->base.records.at[i] == record)
			return true;
	return false;
}

/* "base has numpy 1.26.4" */
static void add_owner(struct search *s, uint32_t item)
{
	const struct advi_item *owner = &s->pool->items.at[item];

	if (owner->is_virtual)
		advi_buf_text(&s->text, "the site has ");
	else if (s->kept != &s->world->frozen)
		advi_buf_text(&s->text, "what base asks for leaves only ");
	else
		advi_buf_text(&s->text, in_base(s, owner->record) ? "base has " : "added before: ");
	add_package(s, item);
}

/* What a record needs of a name, when none of 'items' would do; otherwise UINT32_MAX. */
static uint32_t opposed(const struct search *s, const struct advi_item *holder, uint32_t name,
			const uint32_t *items, size_t count)
{
	for (uint32_t i = 0; i < holder->requires.count; i++) {
		uint32_t own = s->pool->uses.at[holder->requires.first + i];
		bool would = false;

		if (s->pool->dependencies.at[own].name != name)
			continue;
		for (size_t n = 0; n < count && !would; n++)
			would = advi_pool_provides(s->pool, items[n], own);
		if (!would)
			return own;
	}
	return UINT32_MAX;
}

/*
 * ", where tensorflow 2.15.0 needs numpy <2": who else keeps a record where it is. Python needs no
 * such word: everything does.
 */
static void add_holder(struct search *s, uint32_t name, const uint32_t *items, size_t count)
{
	if (s->kept != &s->world->frozen || is_python(s, name))
		return;
	for (size_t i = 0; i < s->world->frozen_items.count; i++) {
		uint32_t item = s->world->frozen_items.at[i];
		uint32_t own = opposed(s, &s->pool->items.at[item], name, items, count);

		if (own == UINT32_MAX)
			continue;
		advi_buf_text(&s->text, ", where ");
		add_package(s, item);
		advi_buf_printf(&s->text, " needs %s", advi_pool_dependency_text(s->pool, own).ptr);
		return;
	}
}

/* python_abi is how builds say which Python they are for; people know it as Python. */
static uint32_t spoken(const struct search *s, uint32_t owner)
{
	uint32_t python = advi_pool_name(s->pool, ADVI_STR("python"));
	uint32_t known = 0;

	if (strcmp(s->pool->items.at[owner].record->name, "python_abi") == 0 &&
	    python != UINT32_MAX)
		known = stays(s, python);
	return known ? known : owner;
}

static void add_nobody(struct search *s, uint32_t dependency)
{
	uint32_t name = s->pool->dependencies.at[dependency].name;
	struct advi_span span = s->pool->named.at[name];
	const struct advi_record *newest;

	if (!span.count && name_of(s, name)[0] == '_' && name_of(s, name)[1] == '_') {
		advi_buf_printf(&s->text, ", but the site's machines have no %s", name_of(s, name));
		return;
	}
	if (!span.count) {
		advi_buf_text(&s->text, ", which no channel has");
		return;
	}
	newest = s->pool->items.at[s->pool->by_name.at[span.first]].record;
	if (s->pool->items.at[s->pool->by_name.at[span.first]].is_virtual)
		advi_buf_printf(&s->text, "; the site has %s %s", newest->name, newest->version);
	else
		advi_buf_printf(&s->text, ", which no channel has; the newest is %s",
				newest->version);
}

static const char *constraint_on(const struct search *s, uint32_t item, uint32_t name)
{
	const struct advi_item *from = &s->pool->items.at[item];

	for (uint32_t i = 0; i < from->constrains.count; i++) {
		uint32_t own = s->pool->uses.at[from->constrains.first + i];

		if (s->pool->dependencies.at[own].name == name)
			return advi_pool_dependency_text(s->pool, own).ptr;
	}
	return name_of(s, name);
}

/* What a record says about a name so that 'item' of it does not go with it. */
static void add_saying(struct search *s, uint32_t holder, uint32_t item)
{
	const struct advi_item *from = &s->pool->items.at[holder];
	uint32_t name = s->pool->items.at[item].name, own = opposed(s, from, name, &item, 1);

	if (own == UINT32_MAX)
		advi_buf_printf(&s->text, " goes only with %s", constraint_on(s, holder, name));
	else
		advi_buf_printf(&s->text, " needs %s", advi_pool_dependency_text(s->pool, own).ptr);
}

/* ", but b 1.0 needs x >=2": what would satisfy a dependency goes with nothing left of a name. */
static bool add_contrary(struct search *s, uint32_t dependency)
{
	const struct advi_dependency *d = &s->pool->dependencies.at[dependency];

	for (uint32_t i = 0; i < d->providers.count; i++) {
		uint32_t item = s->pool->providers.at[d->providers.first + i];
		struct advi_reason reason = s->kept->reasons[item];

		if (reason.out != ADVI_OUT_UNSUPPORTED)
			continue;
		advi_buf_text(&s->text, ", but ");
		add_package(s, reason.by);
		add_saying(s, reason.by, item);
		return true;
	}
	return false;
}

/* Behind "X 1.0": a dependency that nothing satisfies. Returns the next item, or 0. */
static uint32_t add_missing(struct search *s, uint32_t dependency)
{
	const struct advi_dependency *d = &s->pool->dependencies.at[dependency];
	uint32_t owner = stays(s, d->name), next, cost;

	if (owner && strcmp(name_of(s, d->name), "python_abi") == 0)
		advi_buf_printf(&s->text, " has no build for this Python (it needs %s)",
				advi_pool_dependency_text(s->pool, dependency).ptr);
	else
		advi_buf_printf(&s->text, " needs %s",
				advi_pool_dependency_text(s->pool, dependency).ptr);
	if (add_contrary(s, dependency))
		return 0;
	if (owner && (d->providers.count || !s->pool->items.at[owner].is_virtual)) {
		advi_buf_text(&s->text, "; ");
		add_owner(s, spoken(s, owner));
		add_holder(s, d->name,
			   d->providers.count ? s->pool->providers.at + d->providers.first : NULL,
			   d->providers.count);
		return 0;
	}
	if (!d->providers.count) {
		add_nobody(s, dependency);
		return 0;
	}
	next = best_provider(s, dependency, &cost);
	advi_buf_text(&s->text, next ? ", and " : "");
	return next;
}

static void add_exclusion(struct search *s, uint32_t dependency)
{
	uint32_t name = s->pool->dependencies.at[dependency].name, owner = stays(s, name);

	advi_buf_printf(&s->text, " goes only with %s; ",
			advi_pool_dependency_text(s->pool, dependency).ptr);
	if (owner)
		add_owner(s, owner);
	else
		advi_buf_printf(&s->text, "no such %s can be there", name_of(s, name));
}

/* Goes on behind "X 1.0" with why it is out. Returns the next item of the chain, or 0. */
static uint32_t add_link(struct search *s, uint32_t item)
{
	struct advi_reason reason = s->kept->reasons[item];

	switch ((enum advi_absence)reason.out) {
	case ADVI_OUT_MISSING:
		return add_missing(s, reason.by);
	case ADVI_OUT_FROZEN:
		advi_buf_text(&s->text, " can't be; ");
		add_owner(s, reason.by);
		break;
	case ADVI_OUT_EXCLUDED:
		advi_buf_text(&s->text, " can't be; ");
		add_owner(s, reason.by);
		advi_buf_printf(&s->text, ", which goes only with %s",
				constraint_on(s, reason.by, s->pool->items.at[item].name));
		break;
	case ADVI_OUT_EXCLUDES:
		add_exclusion(s, reason.by);
		break;
	case ADVI_OUT_PIN:
	case ADVI_OUT_SPEC:
		advi_buf_printf(&s->text, " is not %s", s->world->rules.at[reason.by].text);
		break;
	case ADVI_OUT_UNSUPPORTED:
		advi_buf_text(&s->text, " can't be; ");
		add_package(s, reason.by);
		add_saying(s, reason.by, item);
		break;
	case ADVI_OUT_NOT:
		break;
	}
	return 0;
}

static void add_chain(struct search *s, uint32_t item, bool newest)
{
	for (int links = 0; item && links < LINKS_SHOWN; links++) {
		add_package(s, item);
		if (!newest && links == 0)
			advi_buf_text(&s->text, ", the newest for this Python,");
		item = add_link(s, item);
	}
}

/* Whether a record is out because it is for another Python. */
static bool other_python(const struct search *s, uint32_t item)
{
	struct advi_reason reason = s->kept->reasons[item];
	uint32_t name;

	if (reason.out != ADVI_OUT_MISSING)
		return false;
	name = s->pool->dependencies.at[reason.by].name;
	return is_python(s, name) && stays(s, name);
}

/*
 * Of the builds of the newest version that is for this Python, the one with the shortest chain;
 * '*newest' says whether that is the newest version at all.
 */
static uint32_t best_of(struct search *s, const uint32_t *items, size_t count, bool *newest)
{
	uint32_t first = 0, best = 0, cost = UINT32_MAX;

	for (size_t i = 0; i < count; i++) {
		const struct advi_version *version = &s->pool->items.at[items[i]].version;

		if (advi_kept_in(s->kept, items[i]))
			continue;
		if (best && !other_python(s, best) &&
		    advi_version_cmp(version, &s->pool->items.at[best].version))
			break;
		if (!best || (other_python(s, best) && !other_python(s, items[i])) ||
		    (other_python(s, best) == other_python(s, items[i]) &&
		     !advi_version_cmp(version, &s->pool->items.at[best].version) &&
		     cost_of(s, items[i]) < cost)) {
			cost = cost_of(s, items[i]);
			best = items[i];
		}
		first = first ? first : items[i];
	}
	*newest = !best || !advi_version_cmp(&s->pool->items.at[first].version,
					     &s->pool->items.at[best].version);
	return best;
}

/* Why a package with this name could not be loaded at all, or NULL. */
static const char *dropped_reason(const struct adv_world *world, struct advi_str name)
{
	for (size_t i = world->pool.dropped.entries.count; i-- > 0;) {
		const struct advi_map_entry *entry = &world->pool.dropped.entries.at[i];

		if (advi_str_starts(entry->key, name) && entry->key.ptr[name.len] == ' ')
			return world->pool.reasons.at[entry->number];
	}
	return NULL;
}

static void explain_absent(struct search *s, const struct advi_request *request)
{
	struct advi_str name = advi_matchspec_name(request->spec);
	const char *dropped = name.len ? dropped_reason(s->world, name) : NULL;
	struct advi_span span = {0};

	if (request->name < s->pool->named.count)
		span = s->pool->named.at[request->name];
	if (span.count)
		advi_buf_printf(&s->text, "no channel has %s; the newest is %s", request->text,
				s->pool->items.at[s->pool->by_name.at[span.first]].record->version);
	else if (dropped)
		advi_buf_printf(&s->text, "no record of %s can be used: %s", request->text,
				dropped);
	else
		advi_buf_printf(&s->text, "no channel has %s", request->text);
}

/* What was asked for is there as another version: who keeps it so. */
static bool explain_kept(struct search *s, const struct advi_request *request)
{
	uint32_t owner = request->name < s->pool->named.count ? stays(s, request->name) : 0;
	bool otherwise = false; /* something would do, were it not for what is there */

	for (size_t i = 0; i < request->items.count; i++)
		otherwise =
			otherwise || s->kept->reasons[request->items.at[i]].out == ADVI_OUT_FROZEN;
	if (!owner || !otherwise || s->kept != &s->world->frozen)
		return false;
	add_owner(s, owner);
	add_holder(s, request->name, request->items.at, request->items.count);
	advi_buf_printf(&s->text, "; %s was asked for", request->text);
	return true;
}

static void explain(struct search *s, const uint32_t *items, size_t count)
{
	bool newest;
	uint32_t item = best_of(s, items, count, &newest);

	add_chain(s, item, newest);
}

char *advi_explain_request(const struct adv_world *world, const struct advi_kept *kept,
			   const struct advi_request *request)
{
	struct search s;

	search_init(&s, world, kept);
	if (!request->items.count)
		explain_absent(&s, request);
	else if (!explain_kept(&s, request))
		explain(&s, request->items.at, request->items.count);
	return search_end(&s);
}

char *advi_explain_name(const struct adv_world *world, const struct advi_kept *kept, uint32_t name)
{
	struct advi_span span = world->pool.named.at[name];
	struct search s;

	search_init(&s, world, kept);
	if (span.count)
		explain(&s, world->pool.by_name.at + span.first, span.count);
	else
		advi_buf_printf(&s.text, "no channel has %s", name_of(&s, name));
	return search_end(&s);
}

/* --- what the solver found --- */

static bool exclude_each_other(const struct advi_pool *pool, uint32_t a, uint32_t b)
{
	struct advi_span span = pool->dependencies.at[a].providers;

	if (a == b || pool->dependencies.at[a].name != pool->dependencies.at[b].name)
		return false;
	for (uint32_t i = 0; i < span.count; i++)
		if (advi_pool_provides(pool, pool->providers.at[span.first + i], b))
			return false;
	return true;
}

/* Needs by the name and version of who has them, so that the same clash reads the same. */
static bool before(const struct advi_pool *pool, const uint32_t *a, const uint32_t *b)
{
	const struct advi_record *x = pool->items.at[a[0]].record, *y = pool->items.at[b[0]].record;
	int order = strcmp(x->name, y->name);

	return order ? order < 0 : a[0] < b[0];
}

static void add_need(struct search *s, const struct advi_clash *clash, size_t at)
{
	add_package(s, clash->needs.at[at]);
	advi_buf_printf(&s->text, " needs %s",
			advi_pool_dependency_text(s->pool, clash->needs.at[at + 1]).ptr);
}

/* Two needs that nothing satisfies together; otherwise what was asked for, as a list. */
char *advi_explain_clash(const struct adv_world *world, const advi_requests *requests,
			 const struct advi_clash *clash)
{
	struct search s;
	size_t shown = 0, first;

	search_init(&s, world, &world->ground);
	for (size_t a = 0; a + 1 < clash->needs.count; a += 2) {
		for (size_t b = a + 2; b + 1 < clash->needs.count; b += 2) {
			if (!exclude_each_other(s.pool, clash->needs.at[a + 1],
						clash->needs.at[b + 1]))
				continue;
			first = before(s.pool, clash->needs.at + a, clash->needs.at + b) ? a : b;
			add_need(&s, clash, first);
			advi_buf_text(&s.text, ", but ");
			add_need(&s, clash, a + b - first);
			return search_end(&s);
		}
	}
	advi_buf_text(&s.text, "these can't be had together:");
	for (size_t i = 0; i < clash->requests.count && shown < 12; i++) {
		if (clash->requests.at[i] >= requests->count)
			continue;
		advi_buf_printf(&s.text, "%s %s", shown++ ? "," : "",
				requests->at[clash->requests.at[i]].text);
	}
	return search_end(&s);
}
