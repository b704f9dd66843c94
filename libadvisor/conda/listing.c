/* SPDX-License-Identifier: BSD-3-Clause */
/* What an environment holds: packages taken in, put in order and checked. */
#include "conda/listing.h"

#include <stdarg.h>
#include <stdio.h>

#include "conda/envfile.h"
#include "conda/version.h"

enum { FIELD_LONGEST = 200 };

void advi_listing_clear(struct advi_listing *listing)
{
	advi_vec_clear(&listing->channels);
	advi_vec_clear(&listing->specs);
	advi_vec_clear(&listing->spec_spots);
	advi_vec_clear(&listing->channel_spots);
	advi_vec_clear(&listing->passed_over);
	advi_vec_clear(&listing->packages);
	advi_vec_clear(&listing->pip);
	advi_arena_clear(&listing->arena);
	*listing = (struct advi_listing){0};
}

struct advi_spot advi_spot_at(const advi_spots *spots, size_t index)
{
	return index < spots->count ? spots->at[index] : (struct advi_spot){0};
}

int advi_listing_fail(const struct advi_listing_place *place, struct adv_err *err,
		      const char *format, ...)
{
	char text[800];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (!place->line)
		return advi_fail(err, ADV_EINPUT, "%s: %s", place->path, text);
	advi_fail(err, ADV_EINPUT, "%s: line %u: %s", place->path, place->line, text);
	return advi_fail_at(err, ADV_EINPUT, place->line, place->column);
}

/* --- taking in --- */

static bool is_build(struct advi_str text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.ptr[i] <= ' ' || strchr("=<>!,|[]*\"'\x7F", text.ptr[i]))
			return false;
	return text.len <= FIELD_LONGEST;
}

static int check(const struct advi_record *record, const struct advi_listing_place *place,
		 struct adv_err *err)
{
	struct advi_str name = advi_str(record->name), version = advi_str(record->version);
	struct advi_arena arena = {0};
	struct advi_version parsed;
	struct adv_err why = ADV_ERR_INIT;
	int r;

	if (!advi_package_name_ok(name))
		return advi_listing_fail(place, err, "'%.*s' is no package name", ADVI_ARGS(name));
	if (!version.len || version.len > FIELD_LONGEST)
		return advi_listing_fail(place, err, "package '%s' has %s version", record->name,
					 version.len ? "a monstrous" : "no");
	r = advi_version_parse(&parsed, &arena, version, &why);
	advi_arena_clear(&arena);
	if (r < 0)
		return advi_listing_fail(place, err, "package '%s': %s", record->name, why.text);
	if (!is_build(advi_str(record->build)))
		return advi_listing_fail(place, err, "package '%s': '%.80s' is no build",
					 record->name, record->build);
	return 0;
}

static int too_many(const struct advi_listing_place *place, struct adv_err *err)
{
	return advi_listing_fail(place, err, "more than the %d packages allowed",
				 ADVI_LISTING_PACKAGES);
}

/* conda's names are lower case; old lists have others. */
static const char *lower(struct advi_arena *arena, const char *text)
{
	char *copy = advi_arena_alloc(arena, strlen(text) + 1);

	for (size_t i = 0; text[i]; i++)
		copy[i] = (char)(text[i] >= 'A' && text[i] <= 'Z' ? text[i] + 32 : text[i]);
	return copy;
}

int advi_listing_add(struct advi_listing *out, const struct advi_listed *package,
		     const char *platform, const struct advi_listing_place *place,
		     struct adv_err *err)
{
	const struct advi_record *record = &package->record;
	struct advi_listed *added;

	if (out->packages.count == ADVI_LISTING_PACKAGES)
		return too_many(place, err);
	if (check(record, place, err) < 0)
		return ADV_EINPUT;
	if (platform && record->subdir && strcmp(record->subdir, "noarch") != 0 &&
	    strcmp(record->subdir, platform) != 0)
		return advi_listing_fail(place, err,
					 "package '%s' is for %s, and %s is wanted; give the "
					 "environment of that platform",
					 record->name, record->subdir, platform);
	added = advi_vec_new(&out->packages);
	*added = *package;
	added->record.name = lower(&out->arena, record->name);
	added->spot = (struct advi_spot){place->line, place->column};
	return 0;
}

static int add_pip(struct advi_listing *out, const struct advi_pip *pip,
		   const struct advi_listing_place *place, struct adv_err *err)
{
	if (out->pip.count == ADVI_LISTING_PACKAGES)
		return too_many(place, err);
	if (strlen(pip->name) > FIELD_LONGEST)
		return advi_listing_fail(place, err,
					 "a package name longer than the %d bytes "
					 "allowed",
					 FIELD_LONGEST);
	advi_vec_push(&out->pip, *pip);
	return 0;
}

void advi_listing_pass_over(struct advi_listing *out, struct advi_str what, struct advi_spot spot)
{
	if (out->passed_over.count < ADVI_LISTING_PACKAGES)
		advi_vec_push(&out->passed_over,
			      ((struct advi_passed_over){advi_arena_str(&out->arena, what), spot}));
}

int advi_listing_add_pip(struct advi_listing *out, struct advi_str requirement,
			 const struct advi_listing_place *place, struct adv_err *err)
{
	struct advi_pip pip = advi_pip_parse(&out->arena, requirement);

	pip.spot = (struct advi_spot){place->line, place->column};

	return add_pip(out, &pip, place, err);
}

int advi_listing_add_pip_package(struct advi_listing *out, struct advi_str name,
				 struct advi_str version, const struct advi_listing_place *place,
				 struct adv_err *err)
{
	struct advi_pip pip = {.name = advi_pypi_name(&out->arena, name)};

	if (!advi_package_name_ok(name))
		return advi_listing_fail(place, err, "'%.*s' is no package name", ADVI_ARGS(name));
	if (version.len > FIELD_LONGEST)
		return advi_listing_fail(place, err, "package '%s' has a monstrous version",
					 pip.name);
	pip.spot = (struct advi_spot){place->line, place->column};
	pip.version = version.len ? advi_arena_str(&out->arena, version) : NULL;
	pip.text = advi_arena_printf(&out->arena, "%s%s%s", pip.name, version.len ? "==" : "",
				     version.len ? pip.version : "");
	return add_pip(out, &pip, place, err);
}

/* --- putting in order --- */

static int by_name(const void *a, const void *b)
{
	const struct advi_listed *x = a, *y = b;
	int order = strcmp(x->record.name, y->record.name);

	return order ? order : (x->spot.line > y->spot.line) - (x->spot.line < y->spot.line);
}

static bool same_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

static int merge(struct advi_listing *out, const char *path, struct adv_err *err)
{
	size_t kept = 0;

	advi_vec_sort(&out->packages, by_name);
	for (size_t i = 0; i < out->packages.count; i++) {
		const struct advi_listed *package = &out->packages.at[i];
		const struct advi_listed *last = kept ? &out->packages.at[kept - 1] : NULL;
		const struct advi_record *a = last ? &last->record : NULL, *b = &package->record;

		if (!a || strcmp(a->name, b->name) != 0) {
			out->packages.at[kept++] = *package;
			continue;
		}
		if (same_text(a->version, b->version) && same_text(a->build, b->build))
			continue;
		return advi_listing_fail(
			&(struct advi_listing_place){path, package->spot.line,
						     package->spot.column},
			err,
			"'%s' is there as %s%s%s too (line %u); an environment holds one of a name",
			a->name, a->version, a->build ? "=" : "", a->build ? a->build : "",
			last->spot.line);
	}
	out->packages.count = kept;
	return 0;
}

static int pip_compare(const struct advi_pip *x, const struct advi_pip *y)
{
	int order = strcmp(x->name, y->name);

	return order ? order : strcmp(x->text, y->text);
}

/* Of equal ones the first that was written is first. */
static int pip_by_name(const void *a, const void *b)
{
	const struct advi_pip *x = a, *y = b;
	int order = pip_compare(x, y);

	return order ? order : (x->spot.line > y->spot.line) - (x->spot.line < y->spot.line);
}

static void merge_pip(struct advi_listing *out)
{
	size_t kept = 0;

	advi_vec_sort(&out->pip, pip_by_name);
	for (size_t i = 0; i < out->pip.count; i++)
		if (!kept || pip_compare(&out->pip.at[kept - 1], &out->pip.at[i]) != 0)
			out->pip.at[kept++] = out->pip.at[i];
	out->pip.count = kept;
}

static void make_specs(struct advi_listing *out)
{
	for (size_t i = 0; i < out->packages.count; i++) {
		const struct advi_record *record = &out->packages.at[i].record;

		const char *build = record->build;

		advi_vec_push(&out->spec_spots, out->packages.at[i].spot);
		advi_vec_push(&out->specs,
			      advi_arena_printf(&out->arena, "%s%s%s%s%s", record->name,
						build ? "=" : "==", record->version,
						build ? "=" : "", build ? build : ""));
	}
	out->packages.count = 0;
}

/* Packages that are for one platform say which it is, where nothing else does. */
static const char *platform_of(const struct advi_listing *listing)
{
	for (size_t i = 0; i < listing->packages.count; i++) {
		const char *subdir = listing->packages.at[i].record.subdir;

		if (subdir && strcmp(subdir, "noarch") != 0)
			return subdir;
	}
	return NULL;
}

int advi_listing_finish(struct advi_listing *out, const char *path, struct adv_err *err)
{
	bool exact = true;
	int r = merge(out, path, err);

	if (r < 0)
		return r;
	merge_pip(out);
	out->platform = out->platform ? out->platform : platform_of(out);
	for (size_t i = 0; i < out->packages.count; i++)
		exact = exact && out->packages.at[i].record.build;
	if (!exact)
		make_specs(out);
	if (!out->packages.count && !out->specs.count && !out->pip.count)
		return advi_fail(err, ADV_EINPUT, "%s: it names no package", path);
	return 0;
}
