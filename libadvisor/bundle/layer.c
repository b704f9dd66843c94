/* SPDX-License-Identifier: BSD-3-Clause */
/* Whether a layer fits its base: packages, paths, contents. */
#include "bundle/layer.h"

#include <fnmatch.h>

#include "conda/envfile.h"
#include "conda/matchspec.h"

enum { TOLD = 20 };

void advi_layer_clear(struct advi_layer *layer)
{
	for (size_t i = 0; i < ADVI_WAYS; i++) {
		advi_vec_clear(&layer->ways[i].problems);
		advi_vec_clear(&layer->ways[i].limits);
	}
	advi_vec_clear(&layer->clashes);
	advi_base_clear(&layer->base);
	advi_arena_clear(&layer->arena);
}

int advi_layer_takes(const struct advi_layer *layer, const struct advi_record *record,
		     struct adv_err *err)
{
	const struct advi_base *base = &layer->base;
	const struct advi_record *has = advi_base_record(base, advi_str(record->name));

	if (!has)
		return 1;
	if (advi_record_same(has, record))
		return 0;
	return advi_fail(
		err, ADV_EINPUT,
		"base '%s' has %s %s %s, and the layer would have %s %s: base stays as it is, "
		"so solve the layer with base's packages as they are",
		base->name, has->name, has->version, has->build, record->version, record->build);
}

/* --- what packages need --- */

/* What there is of a name: in the layer, else in base. */
static const struct advi_record *there(const struct advi_layer *layer,
				       struct advi_package *const *packages, size_t count,
				       struct advi_str name)
{
	for (size_t i = 0; i < count; i++)
		if (advi_str_is(name, packages[i]->record.name))
			return &packages[i]->record;
	return advi_base_record(&layer->base, name);
}

static int matches(bool *out, struct advi_arena *arena, const char *text,
		   const struct advi_record *record, struct adv_err *err)
{
	struct advi_matchspec spec;
	struct advi_version version;
	int r = advi_matchspec_parse(&spec, arena, advi_str(text), err);

	if (r == 0)
		r = advi_version_parse(&version, arena, advi_str(record->version), err);
	if (r == 0)
		*out = advi_matchspec_match(&spec, record, &version);
	return r;
}

static int need_fails(const struct advi_layer *layer, const struct advi_record *of,
		      const char *text, const struct advi_record *has, struct adv_err *err)
{
	bool python =
		has && (strcmp(has->name, "python") == 0 || strcmp(has->name, "python_abi") == 0);

	if (!has)
		return advi_fail(
			err, ADV_EINPUT,
			"package '%s' needs '%s', which neither the layer nor base '%s' has",
			of->name, text, layer->base.name);
	return advi_fail(err, ADV_EINPUT, "package '%s' %s '%s', and %s %s %s is there%s", of->name,
			 python ? "is for another Python: it needs" : "needs", text, has->name,
			 has->version, has->build,
			 advi_base_record(&layer->base, advi_str(has->name)) == has ? " in base"
										    : "");
}

/* 'depends' must be there, 'constrains' only if it is. */
static int check_specs(const struct advi_layer *layer, const struct advi_record *of,
		       const struct advi_list *specs, bool needed,
		       struct advi_package *const *packages, size_t count, struct adv_err *err)
{
	struct advi_arena arena = {0};
	int r = 0;

	for (size_t i = 0; i < specs->count && r == 0; i++) {
		struct advi_str name = advi_spec_name(advi_str(specs->at[i]));
		const struct advi_record *has;
		bool fits = false;

		/* the node's own; and what is no name of a package */
		if (advi_str_starts(name, ADVI_STR("__")) || !name.len)
			continue;
		has = there(layer, packages, count, name);
		if (!has && !needed)
			continue;
		if (has)
			r = matches(&fits, &arena, specs->at[i], has, err);
		if (r < 0)
			r = advi_while(err, r, "package '%s'", of->name);
		else if (!fits)
			r = need_fails(layer, of, specs->at[i], has, err);
	}
	advi_arena_clear(&arena);
	return r;
}

int advi_layer_fits(const struct advi_layer *layer, struct advi_package *const *packages,
		    size_t count, struct adv_err *err)
{
	const struct advi_base *base = &layer->base;
	int r = 0;

	if (!count)
		return advi_fail(err, ADV_EINPUT,
				 "base '%s' has every package already: there is nothing to layer",
				 base->name);
	for (size_t i = 0; i < count && r == 0; i++) {
		const struct advi_record *record = &packages[i]->record;

		r = check_specs(layer, record, &record->depends, true, packages, count, err);
		if (r == 0)
			r = check_specs(layer, record, &record->constrains, false, packages, count,
					err);
	}
	/* base's packages fit each other; what they rule out may be in the layer */
	for (size_t i = 0; i < base->records.count && r == 0; i++)
		r = check_specs(layer, &base->records.at[i], &base->records.at[i].constrains, false,
				packages, count, err);
	return r;
}

/* --- paths --- */

static void clash(struct advi_layer *layer, const char *path)
{
	advi_vec_push(&layer->clashes, advi_arena_dup(&layer->arena, path));
}

void advi_layer_meet(struct advi_layer *layer, struct advi_layout *layout)
{
	struct advi_tree_file file;

	for (size_t i = 0; i < layout->folders.count; i++)
		if (advi_base_find(&layer->base, advi_str(layout->folders.at[i]), &file) &&
		    file.kind != ADVI_NODE_FOLDER)
			clash(layer, layout->folders.at[i]);
	for (size_t i = 0; i < layout->nodes.count; i++) {
		struct advi_node *node = &layout->nodes.at[i];

		node->in_base = !node->shadowed && node->kind != ADVI_NODE_FOLDER &&
				advi_base_find(&layer->base, advi_str(node->path), &file);
	}
}

int advi_layer_shares(struct advi_layer *layer, struct advi_node *node, unsigned mode,
		      const char *hex, const char *link, bool *shares, struct adv_err *err)
{
	struct advi_tree_file file = {0};
	char own[ADVI_HEX_SIZE];
	int r = 0;

	*shares = false;
	if (!advi_base_find(&layer->base, advi_str(node->path), &file))
		return 0;
	if (link) {
		*shares = file.kind == ADVI_NODE_LINK && strcmp(file.link, link) == 0;
	} else if (file.kind == ADVI_NODE_FILE && file.executable == ((mode & 0100) != 0)) {
		r = advi_base_digest(&layer->base, node->path, own, err);
		*shares = r == 0 && strcmp(own, hex) == 0;
	}
	if (r < 0)
		return r;
	if (!*shares) {
		clash(layer, node->path);
		return 0;
	}
	layer->shared++;
	node->shared = true;
	node->kind = file.kind;
	node->mode = mode;
	if (hex)
		memcpy(node->sha256, hex, ADVI_HEX_SIZE);
	return 0;
}

static bool named(const struct advi_list *patterns, const char *soname)
{
	for (size_t i = 0; i < patterns->count; i++)
		if (fnmatch(patterns->at[i], soname, 0) == 0)
			return true;
	return false;
}

/* What is against using the layer without an overlay, for who builds it. */
static void tell_ways(const struct advi_layer *layer, const struct adv_watch *watch)
{
	const struct advi_layer_way *way = &layer->ways[ADVI_WAY_PYTHONPATH];

	for (size_t i = 0; i < way->problems.count; i++)
		advi_note(watch, "needs an overlay on base%s: %s",
			  layer->ways[ADVI_WAY_PTH].problems.count ? ""
								   : ", or a line in a .pth file",
			  way->problems.at[i]);
	for (size_t i = 0; i < way->limits.count; i++)
		advi_note(watch, "without an overlay: %s", way->limits.at[i]);
}

int advi_layer_judge(const struct advi_layer *layer, const struct advi_libs *missing,
		     const struct advi_list *host, const struct adv_watch *watch,
		     struct adv_err *err)
{
	const struct advi_missing *first = NULL;
	size_t count = 0;

	for (size_t i = 0; i < layer->clashes.count && i < TOLD; i++)
		advi_note(watch, "'%s' is in base '%s', too, and not the same there",
			  layer->clashes.at[i], layer->base.name);
	if (layer->clashes.count)
		return advi_fail(err, ADV_EINPUT,
				 "%zu path%s of the layer, '%s' among them, %s in base '%s' with "
				 "another content",
				 layer->clashes.count, layer->clashes.count == 1 ? "" : "s",
				 layer->clashes.at[0], layer->clashes.count == 1 ? "is" : "are",
				 layer->base.name);
	for (size_t i = 0; i < missing->missing.count; i++) {
		const struct advi_missing *library = &missing->missing.at[i];

		if (named(host, library->soname))
			continue;
		if (count++ < TOLD)
			advi_note(watch, "'%s' needs '%s', which neither the layer nor base has",
				  library->needed_by, library->soname);
		first = first ? first : library;
	}
	if (!count) {
		tell_ways(layer, watch);
		return 0;
	}
	return advi_fail(
		err, ADV_EINPUT,
		"%zu shared librar%s not found, such as '%s' for '%s'; add the package that "
		"has it, or say with --host-library that every node does",
		count, count == 1 ? "y is" : "ies are", first->soname, first->needed_by);
}
