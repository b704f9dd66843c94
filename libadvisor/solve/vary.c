/* SPDX-License-Identifier: BSD-3-Clause */
/* Another world over the same channels: other nodes, another Python. */
#include "base/err.h"
#include "conda/envfile.h"
#include "solve/world_in.h"

static const struct advi_virtual *find(const advi_virtuals *virtuals, const char *name)
{
	for (size_t i = 0; i < virtuals->count; i++)
		if (strcmp(virtuals->at[i].name, name) == 0)
			return &virtuals->at[i];
	return NULL;
}

/* What all nodes have, but for what those of this type have otherwise. */
static void set_virtuals(struct advi_world_input *input, const struct advi_node_type *type,
			 struct advi_arena *arena)
{
	size_t room = input->virtual_count + type->virtuals.count, count = 0;
	struct advi_virtual *made = advi_arena_alloc(arena, (room + 1) * sizeof(*made));

	for (size_t i = 0; i < input->virtual_count; i++)
		if (!find(&type->virtuals, input->virtuals[i].name))
			made[count++] = input->virtuals[i];
	for (size_t i = 0; i < type->virtuals.count; i++)
		if (type->virtuals.at[i].version)
			made[count++] = type->virtuals.at[i];
	input->virtuals = made;
	input->virtual_count = count;
}

static bool about_python(const char *spec)
{
	return advi_str_is(advi_spec_name(advi_str(spec)), "python");
}

/* Whether some record that is loaded satisfies both. */
static int agree(const struct adv_world *world, const char *a, const char *b, bool *out,
		 struct adv_err *err)
{
	advi_requests both = {0};
	struct advi_arena arena = {0};
	const char *specs[] = {a, b};
	int r = advi_requests_add(&both, &world->pool, &arena, specs, 2, err);

	*out = r == 0 && both.count == 1;
	for (size_t i = 0; r == 0 && both.count == 2 && i < both.at[0].items.count; i++)
		for (size_t n = 0; n < both.at[1].items.count; n++)
			*out = *out || both.at[0].items.at[i] == both.at[1].items.at[n];
	advi_requests_clear(&both);
	advi_arena_clear(&arena);
	return r;
}

/* Base asks for this Python, and for nothing that contradicts it. */
static int set_python(struct advi_world_input *input, const struct adv_world *world,
		      const char *python, struct advi_arena *arena, struct adv_err *err)
{
	const char **base = advi_arena_alloc(arena, (input->base_count + 1) * sizeof(*base));
	const char *pin = advi_arena_printf(arena, "python %s.*", python);
	bool by_records = input->installed_count && !input->base_asked;
	size_t count = 0;

	for (size_t i = 0; i < input->base_count; i++) {
		const char *spec = input->base[i];
		bool fits = true;

		if (by_records)
			spec = advi_arena_str(arena, advi_spec_name(advi_str(spec)));
		if (about_python(spec)) {
			int r = agree(world, spec, pin, &fits, err);

			if (r < 0)
				return r;
		}
		if (fits)
			base[count++] = spec;
	}
	base[count++] = pin;
	input->base = base;
	input->base_count = count;
	input->installed = NULL;
	input->installed_count = 0;
	input->base_asked = true;
	return 0;
}

static bool named(const advi_names *names, const char *spec)
{
	struct advi_str name = advi_spec_name(advi_str(spec));

	for (size_t i = 0; i < names->count; i++)
		if (advi_str_is(name, names->at[i]))
			return true;
	return false;
}

/* What a list of installed packages leaves out, the channels' records of them say. */
static const struct advi_list *needs_of(const struct adv_world *world,
					const struct advi_record *record)
{
	const struct advi_record *known = advi_env_find(&world->base, record->name);

	return known ? &known->depends : &record->depends;
}

static bool needs_any(const struct advi_list *needs, const advi_names *gone)
{
	for (size_t i = 0; i < needs->count; i++)
		if (named(gone, needs->at[i]))
			return true;
	return false;
}

/* Of an installed base goes with a package whatever needs it. */
static void leave_installed(struct advi_world_input *input, const struct adv_world *world,
			    advi_names *gone, struct advi_arena *arena)
{
	struct advi_record *left =
		advi_arena_alloc(arena, (input->installed_count + 1) * sizeof(*left));
	size_t before, count;

	do {
		before = gone->count;
		count = 0;
		for (size_t i = 0; i < input->installed_count; i++) {
			const struct advi_record *record = &input->installed[i];

			if (named(gone, record->name))
				continue;
			if (needs_any(needs_of(world, record), gone))
				advi_vec_push(gone, record->name);
			else
				left[count++] = *record;
		}
	} while (gone->count > before);
	input->installed = left;
	input->installed_count = count;
}

/* Base without some names, and without the specs of some others. */
static void leave_out(struct advi_world_input *input, const struct adv_world *world,
		      const struct advi_base_change *change, struct advi_arena *arena)
{
	const char **base = advi_arena_alloc(arena, (input->base_count + 1) * sizeof(*base));
	const char **barred =
		advi_arena_alloc(arena, (change->without.count + 1) * sizeof(*barred));
	size_t count = 0;
	advi_names gone = {0};

	for (size_t i = 0; i < change->without.count; i++) {
		barred[i] = advi_arena_dup(arena, change->without.at[i]);
		advi_vec_push(&gone, barred[i]);
	}
	if (input->installed_count)
		leave_installed(input, world, &gone, arena);
	for (size_t i = 0; i < input->base_count; i++)
		if (!named(&gone, input->base[i]) && !named(&change->anew, input->base[i]))
			base[count++] = input->base[i];
	advi_vec_clear(&gone);
	input->barred = barred;
	input->barred_count = change->without.count;
	input->base = base;
	input->base_count = count;
}

int advi_world_try_vary(struct adv_world **out, const struct adv_world *world,
			const struct adv_variant *variant, const struct adv_watch *watch,
			struct adv_err *err)
{
	const struct advi_base_change change = {.variant = *variant};

	return advi_world_try_change(out, world, &change, watch, err);
}

int advi_world_try_change(struct adv_world **out, const struct adv_world *world,
			  const struct advi_base_change *change, const struct adv_watch *watch,
			  struct adv_err *err)
{
	const struct adv_variant *variant = &change->variant;
	ADV_AUTO(world) struct adv_world *made = advi_calloc(1, sizeof(*made));
	struct advi_world_input input = world->input;
	const struct advi_node_type *type =
		variant->node_type && world->site
			? advi_site_node_type(world->site, variant->node_type)
			: NULL;
	int r = 0;

	if (variant->node_type && !type)
		return advi_fail(err, ADV_EUSAGE,
				 "the recipe has no node type '%s': add it under node_types",
				 variant->node_type);
	made->solving = world->solving;
	made->site = world->site;
	if (input.stock)
		made->input.stock = input.stock = advi_stock_share(input.stock);
	if (type)
		set_virtuals(&input, type, &made->arena);
	if (variant->python)
		r = set_python(&input, world, variant->python, &made->arena, err);
	if (r == 0 && change->without.count + change->anew.count)
		leave_out(&input, world, change, &made->arena);
	if (r == 0)
		r = advi_world_make(made, &input, watch, err);
	if (r < 0 && r != ADV_NO)
		return advi_while(err, r, "%s", advi_variant_label(variant, &made->arena));
	*out = advi_take(made);
	return r;
}

const char *advi_variant_label(const struct adv_variant *variant, struct advi_arena *arena)
{
	const char *type = variant->node_type ? variant->node_type : "";

	if (variant->python)
		return advi_arena_printf(arena, "Python %s%s%s", variant->python, *type ? ", " : "",
					 type);
	return *type ? advi_arena_printf(arena, "nodes of type %s", type) : "as the recipe says";
}

int adv_world_vary(struct adv_world **out, const struct adv_world *world,
		   const struct adv_variant *variant, const struct adv_watch *watch,
		   struct adv_err *err)
{
	ADV_AUTO(world) struct adv_world *made = NULL;
	struct advi_arena arena = {0};
	int r = advi_world_try_vary(&made, world, variant, watch, err);

	if (r == 0)
		*out = advi_take(made);
	else if (r == ADV_NO)
		advi_while(err, r, "%s", advi_variant_label(variant, &arena));
	advi_arena_clear(&arena);
	return r;
}
