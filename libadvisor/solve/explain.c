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
	return strcmp(name_of(s, name), "python") == 0 || strcmp(name_of(s, name), "python_abi") == 0;
}

/* The record of a name that stays for sure, or 0. */
static uint32_t stays(const struct search *s, uint32_t name)
{
	struct advi_span span = s->pool->named.at[name];

	for (uint32_t i = 0; i < span.count; i++) {
		struct advi_reason reason = s->kept->reasons[s->pool->by_name.at[span.first + i]];

		if (reason.out == ADVI_OUT_FROZEN)
			return reason.by;
	}
	if (span.count == 1 && s->kept->hard[name] && s->kept->left[name])
		return s->pool->by_name.at[span.first];
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

		if (own < *cost || (own == *cost && best && s->pool->items.at[item].rank >
								    s->pool->items.at[best].rank)) {
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
	else
		advi_buf_text(&s->text, in_base(s, owner->record) ? "base has "
								  : "added before: ");
	add_package(s, item);
}

/* The dependency of a record that stays on a name, such that nothing satisfies both. */
static uint32_t opposed(const struct search *s, const struct advi_item *holder, uint32_t dependency)
{
	struct advi_span providers = s->pool->dependencies.at[dependency].providers;

	for (uint32_t i = 0; i < holder->requires.count; i++) {
		uint32_t own = s->pool->uses.at[holder->requires.first + i];
		bool both = false;

		if (s->pool->dependencies.at[own].name != s->pool->dependencies.at[dependency].name)
			continue;
		for (uint32_t p = 0; p < providers.count && !both; p++)
			both = advi_pool_provides(s->pool, s->pool->providers.at[providers.first + p],
						  own);
		if (!both)
			return own;
	}
	return UINT32_MAX;
}

/* ", which tensorflow 2.15.0 needs (numpy <2)": who else keeps a record where it is. */
static void add_holder(struct search *s, uint32_t dependency)
{
	for (size_t i = 0; i < s->world->frozen_items.count; i++) {
		uint32_t item = s->world->frozen_items.at[i];
		uint32_t own = opposed(s, &s->pool->items.at[item], dependency);

		if (own == UINT32_MAX || s->kept != &s->world->frozen)
			continue;
		advi_buf_text(&s->text, ", where ");
		add_package(s, item);
		advi_buf_printf(&s->text, " needs %s", advi_pool_dependency_text(s->pool, own).ptr);
		return;
	}
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
		advi_buf_printf(&s->text, ", which no channel has; the newest is %s", newest->version);
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

/* Goes on behind "X 1.0" with why it is out. Returns the next item of the chain, or 0. */
static uint32_t add_link(struct search *s, uint32_t item)
{
	struct advi_reason reason = s->kept->reasons[item];
	uint32_t cost, owner, name, next;

	switch ((enum advi_out)reason.out) {
	case ADVI_OUT_MISSING:
		name = s->pool->dependencies.at[reason.by].name;
		advi_buf_printf(&s->text, " needs %s",
				advi_pool_dependency_text(s->pool, reason.by).ptr);
		if (!s->pool->dependencies.at[reason.by].providers.count) {
			owner = stays(s, name);
			if (owner && !s->pool->items.at[owner].is_virtual) {
				advi_buf_text(&s->text, "; ");
				add_owner(s, owner);
			} else {
				add_nobody(s, reason.by);
			}
			return 0;
		}
		owner = stays(s, name);
		if (owner) {
			advi_buf_text(&s->text, "; ");
			add_owner(s, owner);
			add_holder(s, reason.by);
			return 0;
		}
		next = best_provider(s, reason.by, &cost);
		advi_buf_text(&s->text, next ? ", and " : "");
		return next;
	case ADVI_OUT_FROZEN:
		advi_buf_text(&s->text, " is not what is there; ");
		add_owner(s, reason.by);
		return 0;
	case ADVI_OUT_EXCLUDED:
		advi_buf_text(&s->text, " is excluded: ");
		add_owner(s, reason.by);
		advi_buf_printf(&s->text, ", which goes only with %s",
				constraint_on(s, reason.by, s->pool->items.at[item].name));
		return 0;
	case ADVI_OUT_EXCLUDES:
		name = s->pool->dependencies.at[reason.by].name;
		advi_buf_printf(&s->text, " goes only with %s",
				advi_pool_dependency_text(s->pool, reason.by).ptr);
		owner = stays(s, name);
		advi_buf_text(&s->text, "; ");
		if (owner)
			add_owner(s, owner);
		else
			advi_buf_printf(&s->text, "no such %s can be there", name_of(s, name));
		return 0;
	case ADVI_OUT_PIN:
		advi_buf_printf(&s->text, " is not %s", s->world->rules.at[reason.by].text);
		return 0;
	case ADVI_OUT_SPEC:
		advi_buf_printf(&s->text, " is not what was asked for, %s",
				s->world->rules.at[reason.by].text);
		return 0;
	case ADVI_OUT_NOT:
		break;
	}
	return 0;
}

static void add_chain(struct search *s, uint32_t item)
{
	for (int links = 0; item && links < LINKS_SHOWN; links++) {
		add_package(s, item);
		item = add_link(s, item);
	}
}

/* Of the newest version's builds, the one with the shortest chain. */
static uint32_t best_of(struct search *s, const uint32_t *items, size_t count)
{
	uint32_t best = 0, cost = UINT32_MAX;

	for (size_t i = 0; i < count; i++) {
		const struct advi_item *item = &s->pool->items.at[items[i]];

		if (best && advi_version_cmp(&item->version, &s->pool->items.at[best].version))
			break;
		if (!advi_kept_in(s->kept, items[i]) && cost_of(s, items[i]) < cost) {
			cost = cost_of(s, items[i]);
			best = items[i];
		}
	}
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
		advi_buf_printf(&s->text, "no record of %s can be used: %s", request->text, dropped);
	else
		advi_buf_printf(&s->text, "no channel has %s", request->text);
}

char *advi_explain_request(const struct adv_world *world, const struct advi_kept *kept,
			   const struct advi_request *request)
{
	struct search s;

	search_init(&s, world, kept);
	if (request->items.count)
		add_chain(&s, best_of(&s, request->items.at, request->items.count));
	else
		explain_absent(&s, request);
	return search_end(&s);
}

char *advi_explain_name(const struct adv_world *world, const struct advi_kept *kept, uint32_t name)
{
	struct advi_span span = world->pool.named.at[name];
	struct search s;

	search_init(&s, world, kept);
	if (span.count)
		add_chain(&s, best_of(&s, world->pool.by_name.at + span.first, span.count));
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
	size_t shown = 0;

	search_init(&s, world, &world->ground);
	for (size_t a = 0; a + 1 < clash->needs.count; a += 2) {
		for (size_t b = a + 2; b + 1 < clash->needs.count; b += 2) {
			if (!exclude_each_other(s.pool, clash->needs.at[a + 1],
						clash->needs.at[b + 1]))
				continue;
			add_need(&s, clash, a);
			advi_buf_text(&s.text, ", but ");
			add_need(&s, clash, b);
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
