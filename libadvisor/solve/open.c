/* SPDX-License-Identifier: BSD-3-Clause */
/* Opening a world: from a site recipe and its channels. */
#include "solve/world_in.h"

static enum advi_priority priority_of(const struct adv_site *site)
{
	static const char *const names[] = {"strict", "flexible", "disabled"};

	for (size_t i = 0; i < ADVI_COUNT(names); i++)
		if (site->channel_priority && strcmp(site->channel_priority, names[i]) == 0)
			return (enum advi_priority)i;
	return ADVI_PRIORITY_STRICT;
}

static const struct advi_virtual assumed_cuda = {"__cuda", "12.4", "0"};

static bool names_cuda(const struct adv_site *site)
{
	for (size_t i = 0; i < site->virtuals.count; i++)
		if (strcmp(site->virtuals.at[i].name, assumed_cuda.name) == 0)
			return true;
	return false;
}

/*
 * A base that holds GPU builds only, on a site whose recipe says nothing about GPUs: then its
 * machines have them, or nobody could use that base.
 */
static int make_with_cuda(struct adv_world *world, struct advi_world_input *input,
			  const struct adv_watch *watch, struct adv_err *err)
{
	struct advi_virtual *virtuals =
		advi_arena_alloc(&world->arena, (input->virtual_count + 1) * sizeof(*virtuals));
	struct adv_err second = ADV_ERR_INIT;
	int r;

	for (size_t i = 0; i < input->virtual_count; i++)
		virtuals[i] = input->virtuals[i];
	virtuals[input->virtual_count] = assumed_cuda;
	input->virtuals = virtuals;
	input->virtual_count++;
	advi_world_reset(world);
	r = advi_world_make(world, input, watch, &second);
	if (r == ADV_ECANCEL)
		return advi_fail(err, r, "%s", second.text);
	if (r < 0)
		return ADV_NO;
	advi_note(watch,
		  "base can only be solved with GPUs: __cuda %s is assumed; say so, or what "
		  "is right, under virtual_packages of the recipe",
		  assumed_cuda.version);
	return 0;
}

int advi_world_try(struct adv_world **out, const struct adv_site *site, const struct adv_net *net,
		   const struct adv_solving *solving, bool solved, const struct adv_watch *watch,
		   struct adv_err *err)
{
	ADV_AUTO(world) struct adv_world *world = advi_calloc(1, sizeof(*world));
	struct advi_source *installed;
	struct advi_world_input input = {
		.priority = priority_of(site),
		.virtuals = site->virtuals.at,
		.virtual_count = site->virtuals.count,
		.base = site->base_specs.at,
		.base_count = site->base_specs.count,
		.base_asked = site->base_asked,
		.pins = site->pins.at,
		.pin_count = site->pins.count,
	};
	int r;

	world->site = site;
	if (solving)
		world->solving = *solving;
	r = advi_stock_open(&world->input.stock, site, net, watch, err);
	if (r < 0)
		return r;
	input.stock = world->input.stock;
	/* What base has installed and no channel has any more is a channel of its own, the last. */
	if (site->base_records.count && !solved) {
		input.installed = site->base_records.at;
		input.installed_count = site->base_records.count;
		installed = advi_arena_alloc(&world->arena, sizeof(*installed));
		*installed = advi_source_of("installed", site->base_records.at,
					    site->base_records.count, &world->arena);
		installed->installed = true;
		input.sources = installed;
		input.source_count = 1;
	}
	r = advi_world_make(world, &input, watch, err);
	if (r == ADV_NO && !site->no_cuda && !names_cuda(site))
		r = make_with_cuda(world, &input, watch, err);
	if (r == 0 || r == ADV_NO)
		*out = advi_take(world);
	return r;
}

int adv_world_open(struct adv_world **out, const struct adv_site *site, const struct adv_net *net,
		   const struct adv_solving *solving, const struct adv_watch *watch,
		   struct adv_err *err)
{
	ADV_AUTO(world) struct adv_world *world = NULL;
	int r = advi_world_try(&world, site, net, solving, false, watch, err);

	if (r == 0)
		*out = advi_take(world);
	return r;
}

void adv_world_free(struct adv_world *world)
{
	if (!world)
		return;
	advi_world_clear(world);
	free(world);
}
