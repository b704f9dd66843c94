/* SPDX-License-Identifier: BSD-3-Clause */
/* Rules about where packages come from: what was taken back, what is there twice, what pip takes.
 */
#include "advise/check.h"
#include "conda/envfile.h"
#include "site/site.h"

/* --- taken back --- */

/* conda-forge moves builds that don't work behind the label "broken" of its channel. */
static bool is_broken(const char *text)
{
	return text && (strstr(text, "/label/broken") || strstr(text, ":broken"));
}

/*
 * A build that is named and that the channels have not, though they have others of its name: what
 * repodata lists as removed, or marks as revoked, is left out when it is read.
 */
static bool is_gone(const struct advi_part *part, const advi_record_refs *records)
{
	if (part->record || !part->build)
		return false;
	for (size_t i = 0; i < records->count; i++)
		if (strcmp(records->at[i]->name, part->name) == 0)
			return true;
	return false;
}

static int find_gone(struct adv_check *check, const struct adv_watch *watch, struct adv_err *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < check->now.conda; i++) {
		const struct advi_part *part = &check->now.parts.at[i];
		struct advi_str name = advi_str(part->name);
		advi_record_refs records = {0};

		if (part->record || !part->build)
			continue;
		r = advi_world_read(check->world, &name, 1, &records, watch, err);
		if (r == 0 && is_gone(part, &records))
			advi_find_part(check, ADVI_RULE_YANKED, part,
				       "build %s is not in the channels: it was taken back, or is "
				       "another channel's",
				       part->build)
				->help = "take a build that is there";
		advi_vec_clear(&records);
	}
	return r;
}

int advi_rule_yanked(struct adv_check *check, const struct advi_rule_set *set,
		     const struct adv_watch *watch, struct adv_err *err)
{
	const struct adv_site *site = check->site;

	(void)set;
	for (size_t i = 0; i < site->base_channels.count; i++)
		if (is_broken(site->base_channels.at[i]))
			advi_find(check, ADVI_RULE_YANKED,
				  advi_spot_at(&site->base_channel_spots, i), NULL,
				  "the channel '%s' is where builds are put that don't work",
				  site->base_channels.at[i]);
	for (size_t i = 0; i < site->base_specs.count; i++)
		if (is_broken(site->base_specs.at[i]))
			advi_find(check, ADVI_RULE_YANKED, advi_spot_at(&site->base_spots, i), NULL,
				  "'%s' asks for a build that is marked as broken",
				  site->base_specs.at[i]);
	for (size_t i = 0; i < check->now.conda; i++) {
		const struct advi_part *part = &check->now.parts.at[i];

		if (part->record &&
		    (is_broken(part->record->channel) || is_broken(part->record->url)))
			advi_find_part(check, ADVI_RULE_YANKED, part, "is marked as broken");
	}
	return find_gone(check, watch, err);
}

/* --- twice --- */

static void find_lines_twice(struct adv_check *check)
{
	const struct adv_site *site = check->site;
	ADVI_AUTO(map) struct advi_map names = {0};

	for (size_t i = 0; i < site->base_specs.count; i++) {
		struct advi_str name = advi_spec_name(advi_str(site->base_specs.at[i]));
		unsigned line = advi_spot_at(&site->base_spots, i).line;
		bool is_new;
		struct advi_map_entry *entry = advi_map_add(&names, name, &is_new);

		if (is_new) {
			entry->number = line;
			continue;
		}
		advi_find(check, ADVI_RULE_DUPLICATES, advi_spot_at(&site->base_spots, i),
			  advi_arena_str(&check->arena, name),
			  "%.*s is asked for in line %llu, too", ADVI_ARGS(name),
			  (unsigned long long)entry->number)
			->help = "put both into one line";
	}
}

int advi_rule_duplicates(struct adv_check *check, const struct advi_rule_set *set,
			 const struct adv_watch *watch, struct adv_err *err)
{
	const struct adv_site *site = check->site;

	(void)watch, (void)err, (void)set;
	find_lines_twice(check);
	for (size_t i = 0; i < check->now.conda; i++) {
		const struct advi_part *part = &check->now.parts.at[i];
		const struct advi_pip *pip = advi_site_pip(site, advi_str(part->name));

		if (!pip)
			continue;
		advi_find(check, ADVI_RULE_DUPLICATES, pip->spot, part->name,
			  "pip would put '%s' over conda's %s%s%s", pip->text, part->name,
			  part->version ? " " : "", part->version ? part->version : "")
			->help = "leave it to one of the two";
	}
	return 0;
}

/* --- what pip is asked for --- */

static bool is_option(const struct advi_pip *pip)
{
	return pip->text[0] == '-';
}

static bool is_elsewhere(const struct advi_pip *pip)
{
	return strstr(pip->text, "://") || pip->text[0] == '.' || pip->text[0] == '/';
}

int advi_rule_pip_urls(struct adv_check *check, const struct advi_rule_set *set,
		       const struct adv_watch *watch, struct adv_err *err)
{
	(void)watch, (void)err, (void)set;
	for (size_t i = 0; i < check->site->base_pip.count; i++) {
		const struct advi_pip *pip = &check->site->base_pip.at[i];
		const char *name = *pip->name ? pip->name : NULL;

		if (is_option(pip))
			advi_find(check, ADVI_RULE_PIP_URLS, pip->spot, name,
				  "'%s' is an option of pip: what it brings is not seen here",
				  pip->text)
				->help = "write down the packages themselves";
		else if (is_elsewhere(pip))
			advi_find(check, ADVI_RULE_PIP_URLS, pip->spot, name,
				  "'%s' is not taken from pip's index: what it is can change "
				  "without a word",
				  pip->text)
				->help = "ask for a released version, such as 'name==1.2'";
	}
	return 0;
}

int advi_rule_pip_unpinned(struct adv_check *check, const struct advi_rule_set *set,
			   const struct adv_watch *watch, struct adv_err *err)
{
	(void)watch, (void)err, (void)set;
	for (size_t i = 0; i < check->site->base_pip.count; i++) {
		const struct advi_pip *pip = &check->site->base_pip.at[i];

		if (!pip->version && !is_option(pip) && !is_elsewhere(pip))
			advi_find(check, ADVI_RULE_PIP_UNPINNED, pip->spot,
				  *pip->name ? pip->name : NULL,
				  "'%s' does not say which version: it is another one tomorrow",
				  pip->text)
				->help = advi_arena_printf(&check->arena,
							   "write '%s==' and a version", pip->name);
	}
	return 0;
}
