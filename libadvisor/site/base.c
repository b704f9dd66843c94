/* SPDX-License-Identifier: BSD-3-Clause */
/* What base holds: from the recipe itself, or from an environment in any form. */
#include "conda/envfile.h"
#include "conda/listing.h"
#include "site/read.h"

enum { NAME_LONGEST = 128 };

static void add_spec(struct adv_site *site, const char *spec, struct advi_spot spot)
{
	struct advi_str name = advi_spec_name(advi_str(spec));
	char lower[NAME_LONGEST];

	advi_vec_push(&site->base_specs, advi_arena_dup(&site->arena, spec));
	advi_vec_push(&site->base_spots, spot);
	for (size_t i = 0; i < name.len && i < sizeof(lower); i++)
		lower[i] = (char)(name.ptr[i] >= 'A' && name.ptr[i] <= 'Z' ? name.ptr[i] + 32
									   : name.ptr[i]);
	if (name.len <= sizeof(lower))
		advi_map_add(&site->base_names, (struct advi_str){lower, name.len}, NULL)->number =
			1;
}

void advi_site_add_base(struct adv_site *site, const advi_names *specs)
{
	for (size_t i = 0; i < specs->count; i++)
		add_spec(site, specs->at[i], (struct advi_spot){0});
}

static void take_pip(struct adv_site *site, const struct advi_pip *from)
{
	struct advi_pip *pip = advi_vec_new(&site->base_pip);
	const char **imports = advi_arena_alloc(
		&site->arena, (from->imports.count ? from->imports.count : 1) * sizeof(*imports));

	for (size_t i = 0; i < from->imports.count; i++)
		imports[i] = advi_arena_dup(&site->arena, from->imports.at[i]);
	*pip = (struct advi_pip){
		.name = advi_arena_dup(&site->arena, from->name),
		.version = advi_arena_dup(&site->arena, from->version),
		.text = advi_arena_dup(&site->arena, from->text),
		.imports = {imports, from->imports.count},
		.spot = from->spot,
	};
}

/* What the recipe says of pip stays beside a file that it names, and goes with another base. */
static void forget(struct adv_site *site)
{
	site->base_specs.count = 0;
	site->base_spots.count = 0;
	site->base_channels.count = 0;
	site->base_channel_spots.count = 0;
	site->base_passed_over.count = 0;
	site->base_records.count = 0;
	site->base_pip.count = 0;
	advi_map_clear(&site->base_names);
}

/* What else it says, for those who judge the file itself. */
static void take_remarks(struct adv_site *site, const struct advi_listing *listing)
{
	for (size_t i = 0; i < listing->channels.count; i++) {
		advi_vec_push(&site->base_channels,
			      advi_arena_dup(&site->arena, listing->channels.at[i]));
		advi_vec_push(&site->base_channel_spots, advi_spot_at(&listing->channel_spots, i));
	}
	for (size_t i = 0; i < listing->passed_over.count; i++) {
		struct advi_passed_over part = listing->passed_over.at[i];

		part.what = advi_arena_dup(&site->arena, part.what);
		advi_vec_push(&site->base_passed_over, part);
	}
}

/* Packages as they are installed are records and each its own spec; otherwise there are specs. */
static void take(struct adv_site *site, const struct advi_listing *listing)
{
	site->base_asked = listing->packages.count == 0;
	for (size_t i = 0; i < listing->specs.count; i++)
		add_spec(site, listing->specs.at[i], advi_spot_at(&listing->spec_spots, i));
	for (size_t i = 0; i < listing->packages.count; i++) {
		struct advi_record record;

		advi_record_copy(&record, &listing->packages.at[i].record, &site->arena);
		advi_vec_push(&site->base_records, record);
		add_spec(site,
			 advi_arena_printf(&site->arena, "%s=%s=%s", record.name, record.version,
					   record.build),
			 listing->packages.at[i].spot);
	}
	for (size_t i = 0; i < listing->pip.count; i++)
		take_pip(site, &listing->pip.at[i]);
	take_remarks(site, listing);
	/* Its channels serve where the recipe names none. */
	if (site->channels.count)
		return;
	for (size_t i = 0; i < listing->channels.count; i++)
		if (strcmp(listing->channels.at[i], "nodefaults") != 0)
			adv_site_add_channel(site, listing->channels.at[i]);
}

static int load(struct adv_site *site, const char *path, bool instead, struct adv_err *err)
{
	const struct advi_listing_wish wish = {.platform = site->platform};
	struct advi_listing listing;
	int r = advi_listing_read(&listing, path, &wish, err);

	if (r < 0)
		return instead ? r : advi_while(err, r, "reading base");
	if (instead)
		forget(site);
	take(site, &listing);
	site->base_path = advi_arena_dup(&site->arena, path);
	advi_listing_clear(&listing);
	return 0;
}

int advi_site_load_base(struct adv_site *site, const char *path, struct adv_err *err)
{
	return load(site, path, false, err);
}

int adv_site_set_base(struct adv_site *site, const char *path, struct adv_err *err)
{
	int r = load(site, path, true, err);

	if (r == 0)
		advi_site_settle_pip(site);
	return r;
}
