/* SPDX-License-Identifier: BSD-3-Clause */
/* What an image is built from: a plan, or a bundle recipe. */
#include "bundle/source.h"

#include "bundle/recipe.h"
#include "conda/package_url.h"
#include "io/digest.h"
#include "io/file.h"
#include "io/http.h"
#include "io/json_scan.h"

enum { SOURCE_BYTES = 256 << 20, PACKAGES = 20000, HEX_SHA256 = 64 };

void advi_source_clear(struct advi_source *source)
{
	advi_vec_clear(&source->wanted);
	advi_arena_clear(&source->arena);
}

const char *advi_source_beside(struct advi_source *source, const char *file, const char *name)
{
	const char *slash = strrchr(file, '/');

	if (name[0] == '/' || !slash)
		return advi_arena_dup(&source->arena, name);
	return advi_arena_printf(&source->arena, "%.*s/%s", (int)(slash - file), file, name);
}

int advi_source_add(struct advi_source *source, const char *file, struct advi_str from,
		    const char *sha256, struct adv_err *err)
{
	struct advi_listed package = {0};
	const char *wrong;

	if (advi_str_find(from, '\0') < from.len || !from.len)
		return advi_fail(err, ADV_EINPUT, "a package without a name");
	if (source->wanted.count >= PACKAGES)
		return advi_fail(err, ADV_EINPUT, "more than %d packages", PACKAGES);
	wrong = advi_package_url(&package, &source->arena, from);
	if (wrong)
		return advi_fail(err, ADV_EINPUT, "'%s': %s", advi_url_shown(&source->arena, from),
				 wrong);
	if (sha256 && (strlen(sha256) != HEX_SHA256 ||
		       !advi_package_digest(&package.record, &source->arena, advi_str(sha256))))
		return advi_fail(err, ADV_EINPUT, "'%.80s' is no SHA-256 digest", sha256);
	advi_vec_push(&source->wanted, ((struct advi_wanted){package.record, package.from}));
	if (!advi_is_url(package.from))
		source->wanted.at[source->wanted.count - 1].from =
			advi_source_beside(source, file, package.from);
	return 0;
}

/* What the listing lives in goes with it, so everything is copied. */
static int add_listed(struct advi_source *source, const char *path,
		      const struct advi_listed *package, struct adv_err *err)
{
	struct advi_wanted *wanted;

	if (!package->from)
		return advi_listing_fail(
			&(struct advi_listing_place){path, package->spot.line}, err,
			"where the file of '%s' is, is not said; a lockfile with URLs is needed",
			package->record.name);
	wanted = advi_vec_new(&source->wanted);
	advi_record_copy(&wanted->record, &package->record, &source->arena);
	wanted->from = advi_is_url(package->from) ? advi_arena_dup(&source->arena, package->from)
						  : advi_source_beside(source, path, package->from);
	return 0;
}

int advi_source_add_lockfile(struct advi_source *source, const char *path, struct adv_err *err)
{
	const struct advi_listing_wish wish = {.platform = source->platform};
	struct advi_listing listing;
	int r = advi_listing_read(&listing, path, &wish, err);

	if (r < 0)
		return r;
	if (!listing.packages.count)
		r = advi_fail(err, ADV_EINPUT,
			      "'%s' (%s) names no package files; a lockfile with URLs is needed",
			      path, listing.form);
	for (size_t i = 0; r == 0 && i < listing.packages.count; i++)
		r = add_listed(source, path, &listing.packages.at[i], err);
	source->pip_count += listing.pip.count;
	advi_listing_clear(&listing);
	return r;
}

/* Whether a document is JSON of this schema; a damaged one is not. */
static bool is_plan(struct advi_str text)
{
	struct advi_json json;
	struct advi_str key, schema;
	bool plan = false;

	advi_json_init(&json, text);
	for (advi_json_object(&json); !plan && advi_json_key(&json, &key);) {
		if (advi_str_is(key, "schema") && advi_json_string(&json, &schema))
			plan = advi_str_is(schema, "advisor.plan/1");
		else
			advi_json_skip(&json);
	}
	advi_json_clear(&json);
	return plan;
}

int advi_source_read(struct advi_source *source, const char *path, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(SOURCE_BYTES);
	char hex[ADVI_HEX_SIZE];
	int r = advi_file_read(&text, path, err);

	if (r < 0)
		return r;
	advi_sha256(advi_buf_str(&text), hex);
	source->sha256 = advi_arena_dup(&source->arena, hex);
	if (is_plan(advi_buf_str(&text))) {
		source->kind = "plan";
		r = advi_recipe_add_plan(source, path, err);
	} else {
		source->kind = "recipe";
		r = advi_recipe_read(source, path, advi_buf_str(&text), err);
	}
	if (r == 0 && !source->wanted.count)
		r = advi_fail(err, ADV_EINPUT, "'%s' names no package", path);
	return r;
}
