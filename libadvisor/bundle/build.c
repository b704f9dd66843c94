/* SPDX-License-Identifier: BSD-3-Clause */
/* Building an image: source, packages, layout, image, manifest. */
#include <locale.h>

#include "bundle/checked.h"
#include "bundle/compile.h"
#include "bundle/conclude.h"
#include "bundle/fetch.h"
#include "bundle/gather.h"
#include "bundle/heat.h"
#include "bundle/install.h"
#include "bundle/layer.h"
#include "bundle/manifest.h"
#include "bundle/meta.h"
#include "bundle/order.h"
#include "bundle/relocate.h"
#include "bundle/sign.h"
#include "bundle/source.h"
#include "bundle/trace.h"
#include "conda/package_url.h"
#include "io/archive.h"
#include "io/digest.h"

enum { MOUNT_BYTES = 1024, CLOBBERS_TOLD = 20, ORDERED_BLOCK = 1 << 20 };

/* Everything that one build holds. */
struct build {
	struct advi_source source;
	struct advi_package *packages;
	struct advi_package **ordered; /* the same, in the order of installing */
	size_t count;
	struct advi_layout layout;
	struct advi_compile compile;
	struct advi_layer layer; /* when options->base is given */
	struct advi_needs needs;
	struct advi_map hot; /* path -> rank of what comes first in the image */
	struct advi_sink *sink;
	struct advi_out image;
	const struct advi_sink_ops *format;
	char *mount;
	char fingerprint[ADVI_HEX_SIZE]; /* of the packages */
	uint32_t epoch;
	const struct adv_net *net;
	const struct adv_bundle_options *options;
	const struct adv_watch *watch;
	struct adv_bundle_summary *summary;
};

static void build_clear(struct build *build)
{
	advi_sink_free(build->sink);
	advi_compile_clear(&build->compile);
	advi_map_clear(&build->hot);
	advi_out_clear(&build->image);
	advi_layout_clear(&build->layout);
	advi_layer_clear(&build->layer);
	advi_needs_clear(&build->needs);
	for (size_t i = 0; i < build->count; i++)
		advi_package_clear(&build->packages[i]);
	free(build->packages);
	free(build->ordered);
	free(build->mount);
	advi_source_clear(&build->source);
}

/* A path where something will be mounted: absolute, and in the form that Python prints it. */
static int clean_mount(char **out, const char *mount, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf clean = ADVI_BUF_INIT(MOUNT_BYTES);

	for (const char *at = mount; *at; at++)
		if ((unsigned char)*at < 0x20 || *at == 0x7F || strchr(":\"\\$`", *at))
			return advi_fail(
				err, ADV_EUSAGE,
				"mount path '%s' has a character that scripts in the image would misread",
				mount);
	if (mount[0] != '/' ||
	    advi_member_path(&clean, advi_str(mount + strspn(mount, "/")), NULL) < 0 ||
	    clean.len == 0)
		return advi_fail(err, ADV_EUSAGE,
				 "mount path '%s' is not an absolute path without '..' below '/'",
				 mount);
	*out = advi_format("/%.*s", (int)clean.len, clean.ptr);
	return 0;
}

/* A layer's files have base's prefix in them; its own place is where it is without an overlay. */
static int set_layer_mounts(struct build *build, const char *wanted, struct adv_err *err)
{
	struct advi_layer *layer = &build->layer;
	ADVI_AUTO_PTR char *given =
		wanted ? advi_strdup(wanted)
		       : advi_format("%s.layers/%s", layer->base.prefix,
				     build->source.name ? build->source.name : "layer");
	ADVI_AUTO_PTR char *elsewhere = NULL;
	size_t length = strlen(layer->base.prefix);
	int r = clean_mount(&build->mount, layer->base.prefix, err);

	if (r == 0)
		r = clean_mount(&elsewhere, given, err);
	if (r < 0)
		return r;
	if (strncmp(elsewhere, build->mount, length) == 0 &&
	    (elsewhere[length] == '/' || elsewhere[length] == '\0'))
		return advi_fail(
			err, ADV_EUSAGE,
			"mount path '%s' is in base, which can't be written to; a layer has "
			"one of its own",
			elsewhere);
	layer->elsewhere = advi_arena_dup(&layer->arena, elsewhere);
	return 0;
}

/* Whether the image is to run anywhere. */
static bool is_relocatable(const struct build *build)
{
	return build->options->relocatable || build->source.relocatable;
}

static int set_mount(struct build *build, struct adv_err *err)
{
	const char *mount = build->options->mount ? build->options->mount : build->source.mount;

	if (mount && !*mount)
		mount = NULL;
	if (build->options->base && is_relocatable(build))
		return advi_fail(err, ADV_EUSAGE,
				 "a layer is where its base is: it can't be relocatable");
	if (build->options->base)
		return set_layer_mounts(build, mount, err);
	if (!mount)
		return advi_fail(err, ADV_EUSAGE,
				 "where will the image be mounted? --mount /path says so");
	return clean_mount(&build->mount, mount, err);
}

/* SOURCE_DATE_EPOCH, as reproducible-builds.org specifies it, or 0. */
static int set_epoch(struct build *build, struct adv_err *err)
{
	const char *text = getenv("SOURCE_DATE_EPOCH");
	uint64_t seconds = 0;

	if (text && *text && (!advi_str_u64(advi_str(text), &seconds) || seconds > UINT32_MAX))
		return advi_fail(
			err, ADV_EUSAGE,
			"SOURCE_DATE_EPOCH is '%s', not seconds since 1970 up to 4294967295", text);
	build->epoch = (uint32_t)seconds;
	return 0;
}

static int read_source(struct build *build, const char *path, const char *image,
		       struct adv_err *err)
{
	const char *format = build->options->format;
	int r = advi_source_read(&build->source, path, err);

	if (r == 0 && build->source.pip_count)
		advi_note(build->watch,
			  "%zu packages of the lockfile come by pip; the image holds conda's only",
			  build->source.pip_count);
	if (r == 0 && build->source.base && !build->options->base)
		advi_note(build->watch,
			  "the image is whole, with the packages of '%s'; with --base and their "
			  "image it becomes a layer on that",
			  build->source.base);
	if (r == 0 && build->options->base)
		r = advi_base_read(&build->layer.base, build->options->base, err);
	if (r == 0)
		r = set_mount(build, err);
	if (r == 0)
		r = set_epoch(build, err);
	if (r == 0)
		r = advi_sink_find(&build->format, format ? format : build->source.format,
				   image ? image : "", err);
	return r;
}

/* All that can be said before anything is fetched. */
static int check_source(struct build *build, struct adv_err *err)
{
	ADVI_AUTO(map) struct advi_map names = {0};

	for (size_t i = 0; i < build->source.wanted.count; i++) {
		const struct advi_wanted *wanted = &build->source.wanted.at[i];
		bool is_new;

		/* that of a file is known once it was read */
		if (!wanted->record.name)
			continue;
		advi_map_add(&names, advi_str(wanted->record.name), &is_new);
		if (!is_new)
			return advi_fail(
				err, ADV_EINPUT, "package '%s' is there twice: the second is '%s'",
				wanted->record.name,
				advi_url_shown(&build->source.arena, advi_str(wanted->from)));
	}
	build->summary->packages = names.entries.count;
	return 0;
}

/* What base has needs not be fetched: as far as the source tells which package it is. */
static int leave_out_wanted(struct build *build, struct adv_err *err)
{
	size_t kept = 0;
	int takes = 1;

	for (size_t i = 0; i < build->source.wanted.count && takes >= 0; i++) {
		const struct advi_wanted *wanted = &build->source.wanted.at[i];

		takes = wanted->record.name ? advi_layer_takes(&build->layer, &wanted->record, err)
					    : 1;
		if (takes > 0)
			build->source.wanted.at[kept++] = *wanted;
	}
	build->source.wanted.count = kept;
	return takes < 0 ? takes : 0;
}

/* The same, when all that can be known of every package is known. */
static int leave_out_packages(struct build *build, struct adv_err *err)
{
	size_t kept = 0;
	int r = 0;

	for (size_t i = 0; i < build->count; i++) {
		int takes =
			r < 0 ? r
			      : advi_layer_takes(&build->layer, &build->packages[i].record, err);

		if (takes > 0)
			build->packages[kept++] = build->packages[i];
		else
			advi_package_clear(&build->packages[i]);
		r = takes < 0 ? takes : r;
	}
	build->count = kept;
	return r;
}

static void take_fingerprint(struct build *build)
{
	ADVI_AUTO_PTR const struct advi_record **records =
		advi_calloc(build->count + 1, sizeof(*records));

	for (size_t i = 0; i < build->count; i++)
		records[i] = &build->packages[i].record;
	advi_base_fingerprint(records, build->count, build->fingerprint);
}

static int survey(struct build *build, struct adv_err *err)
{
	bool layered = build->options->base != NULL;
	int r;

	build->count = build->source.wanted.count;
	build->packages = advi_calloc(build->count + 1, sizeof(*build->packages));
	build->ordered = advi_calloc(build->count + 1, sizeof(struct advi_package *));
	r = advi_fetch_packages(build->packages, &build->source, build->net, build->watch, err);
	for (size_t i = 0; i < build->count && r == 0; i++) {
		r = advi_progress(build->watch, "reading packages", "packages", i, build->count,
				  err);
		if (r == 0)
			r = advi_package_survey(&build->packages[i], err);
	}
	if (r == 0 && layered)
		r = leave_out_packages(build, err);
	if (r < 0)
		return r;
	for (size_t i = 0; i < build->count; i++)
		build->ordered[i] = &build->packages[i];
	take_fingerprint(build);
	r = advi_order(build->ordered, build->count, err);
	return r == 0 && layered ? advi_layer_fits(&build->layer, build->ordered, build->count, err)
				 : r;
}

/* A binary's placeholder is all the room there is. */
static int check_room(const struct build *build, const struct advi_package *package,
		      struct adv_err *err)
{
	size_t length = strlen(build->mount);

	for (size_t i = 0; i < package->paths.count; i++) {
		const struct advi_path *path = &package->paths.at[i];

		if (path->placeholder && path->binary && strlen(path->placeholder) < length)
			return advi_fail(
				err, ADV_EINPUT,
				"package '%s': '%s' has room for a prefix of %zu bytes, and the mount "
				"path has %zu; choose a shorter one",
				package->record.name, path->source, strlen(path->placeholder),
				length);
	}
	return 0;
}

static uint64_t total_bytes(const struct build *build)
{
	uint64_t total = 0;

	for (size_t i = 0; i < build->count; i++)
		for (size_t k = 0; k < build->packages[i].paths.count; k++)
			total += build->packages[i].paths.at[k].size;
	return total;
}

static void begin_install(struct build *build, struct advi_install *install)
{
	*install = (struct advi_install){
		.layout = &build->layout,
		.layer = build->options->base ? &build->layer : NULL,
		.sink = build->sink,
		.mount = advi_str(build->mount),
		.relocatable = is_relocatable(build),
		.epoch = build->epoch,
		.watch = build->watch,
		.summary = build->summary,
		.total = total_bytes(build),
		.compiler = build->compile.compiler,
	};
}

static int prepare_compile(struct build *build, struct adv_err *err)
{
	struct advi_install install;

	begin_install(build, &install);
	return advi_compile_prepare(&build->compile, &install, build->ordered, build->count,
				    build->options->threads, build->options->no_compile, err);
}

static int lay_out(struct build *build, struct adv_err *err)
{
	struct adv_bundle_summary *summary = build->summary;
	struct advi_package *python = &build->layer.base.python;
	int r = python->record.name ? advi_python_describe(&build->layout.python, python, err) : 0;

	if (r == 0)
		r = advi_layout_make(&build->layout, build->ordered, build->count, err);

	for (size_t i = 0; i < build->count && r == 0; i++) {
		struct advi_package *package = build->ordered[i];

		r = check_room(build, package, err);
		summary->scripts_skipped += package->scripts.count;
		for (size_t k = 0; k < package->scripts.count; k++)
			advi_note(build->watch,
				  "package '%s': '%s' is not run: it would act on this machine",
				  package->record.name, package->scripts.at[k]);
	}
	if (r == 0)
		r = prepare_compile(build, err);
	if (r < 0)
		return r;
	advi_meta_lay_out(&build->layout, build->ordered, build->count,
			  build->options->base != NULL);
	advi_layout_fold(&build->layout);
	if (build->options->base)
		advi_layer_meet(&build->layer, &build->layout);
	summary->packages = build->count;
	summary->folders = build->layout.folders.count;
	return 0;
}

/* The codec of a squashfs; NULL for what is none. */
static const char *codec_of(const struct build *build)
{
	const char *codec = build->options->codec ? build->options->codec : build->source.codec;

	if (strcmp(build->format->name, "squashfs") != 0)
		return NULL;
	return codec ? codec : "zstd";
}

/* What was measured here comes before what is known of people. */
static int find_order(struct build *build, struct adv_err *err)
{
	const struct adv_bundle_options *options = build->options;
	ADVI_AUTO(map) struct advi_map order = {0};
	struct advi_install install;
	int r = 0;

	begin_install(build, &install);
	if (options->trace)
		r = advi_trace(&order, &install, build->ordered, build->count, options->trace, err);
	if (r == 0 && options->order)
		r = advi_heat_read(&order, &build->layout, build->ordered, build->count,
				   options->order, err);
	if (r == 0)
		advi_gather_choose(&build->hot, &order, &build->layout);
	build->summary->ordered = build->hot.entries.count;
	return r;
}

static uint32_t block_bytes(const struct build *build)
{
	if (build->options->block_bytes)
		return build->options->block_bytes;
	if (build->source.block_bytes)
		return (uint32_t)build->source.block_bytes;
	/* large blocks are smaller, and cost what is read for nothing: little when it lies together
	 */
	return build->hot.entries.count ? ORDERED_BLOCK : 0;
}

static int open_sink(struct build *build, const char *image, struct adv_err *err)
{
	const struct adv_bundle_options *options = build->options;
	const struct advi_sink_options wish = {
		.codec = options->codec ? options->codec : build->source.codec,
		.level = options->level ? options->level : (unsigned)build->source.level,
		.threads = options->threads,
		.block_bytes = block_bytes(build),
		.epoch = build->epoch,
		.hot = &build->hot,
	};
	int r = advi_out_open(&build->image, image, err);

	return r == 0 ? build->format->open(&build->sink, build->image.file, &wish, err) : r;
}

static void tell_clobbers(const struct build *build)
{
	size_t count = build->layout.clobbers.count;

	for (size_t i = 0; i < count && i < CLOBBERS_TOLD; i++) {
		const struct advi_clobber *clobber = &build->layout.clobbers.at[i];

		if (clobber->winner)
			advi_note(build->watch, "'%s' of package '%s' replaces that of '%s'",
				  clobber->path, clobber->winner, clobber->loser);
		else
			advi_note(build->watch, "'%s' of package '%s' gives way to a folder",
				  clobber->path, clobber->loser);
	}
	if (count > CLOBBERS_TOLD)
		advi_note(build->watch,
			  "%zu more paths are in several packages; the manifest lists them",
			  count - CLOBBERS_TOLD);
}

static void describe(const struct build *build, struct advi_manifest_source *from)
{
	*from = (struct advi_manifest_source){
		.source = &build->source,
		.packages = build->ordered,
		.count = build->count,
		.layout = &build->layout,
		.summary = build->summary,
		.name = build->source.name ? build->source.name : "bundle",
		.mount = build->mount,
		.format = build->format->name,
		.needs = &build->needs,
		.layer = build->options->base ? &build->layer : NULL,
		.relocatable = is_relocatable(build),
		.fingerprint = build->fingerprint,
		.epoch = build->epoch,
	};
}

static int install_manifest(struct build *build, struct advi_install *install, struct adv_err *err)
{
	struct advi_manifest_source from;
	struct advi_buf text;
	int r;

	describe(build, &from);
	text = advi_manifest_text(&from);
	r = advi_install_own(install, from.layer ? ADVI_LAYER_MANIFEST : ADVI_INNER_MANIFEST, 0644,
			     advi_buf_str(&text), err);
	advi_buf_clear(&text);
	return r;
}

/* What the node must have, once it is known what is in the image; whether a layer holds. */
static int find_needs(struct build *build, struct adv_err *err)
{
	const struct adv_bundle_options *options = build->options;
	const struct advi_list host = {options->host_libraries, options->host_library_count};
	struct advi_needs *needs = &build->needs;

	advi_needs_of_packages(needs, build->ordered, build->count, codec_of(build));
	advi_needs_of_files(needs, &build->layout);
	if (options->base)
		advi_layer_settle(&build->layer, &build->layout, &needs->libs);
	else
		advi_needs_of_libs(needs, &build->layout, build->mount);
	build->summary->libraries_missing = needs->libs.missing.count;
	build->summary->shared = build->layer.shared;
	return options->base
		       ? advi_layer_judge(&build->layer, &needs->libs, &host, build->watch, err)
		       : 0;
}

static int fill_image(struct build *build, struct adv_err *err)
{
	struct advi_install install;
	int r = 0;

	begin_install(build, &install);
	for (size_t i = 0; i < build->layout.folders.count && r == 0; i++)
		r = build->format->folder(build->sink, build->layout.folders.at[i], err);
	if (r == 0)
		r = advi_gather_install(&install, build->ordered, build->count, &build->hot, err);
	for (size_t i = 0; i < build->count && r == 0; i++) {
		r = advi_progress(build->watch, "installing", "bytes", install.done, install.total,
				  err);
		if (r == 0)
			r = advi_install_package(&install, build->ordered[i], err);
	}
	if (r < 0)
		return r;
	for (size_t i = 0; i < build->count; i++)
		build->summary->pyc_missing += build->ordered[i]->pyc_missing;
	advi_layout_settle(&build->layout);
	build->summary->clobbered = build->layout.clobbers.count;
	tell_clobbers(build);
	r = find_needs(build, err);
	if (r == 0 && is_relocatable(build))
		r = advi_relocate_check(&build->layout, build->mount, &build->summary->prefixed,
					err);
	if (r == 0)
		r = advi_meta_write(&install, build->ordered, build->count, &build->source, err);
	if (r == 0)
		r = install_manifest(build, &install, err);
	return r == 0 ? build->format->finish(build->sink, err) : r;
}

/* The image's digest is taken from what was written, before it gets its name. */
static int finish(struct build *build, const char *image, struct adv_err *err)
{
	struct advi_checks checks = {.want_sha256 = true, .want_xxh3 = true};
	struct advi_manifest_source from;
	int r;

	if (fflush(build->image.file) != 0)
		return advi_fail_errno(err, "can't write '%s'", image);
	r = advi_checked_file(&checks, &build->summary->image_bytes, build->image.temp, "finishing",
			      build->watch, err);
	if (r < 0)
		return r;
	describe(build, &from);
	from.image_sha256 = checks.sha256;
	from.image_xxh3 = checks.xxh3;
	return advi_conclude(&build->image, &from, build->options, err);
}

static int build_all(struct build *build, const char *source, const char *image,
		     struct adv_err *err)
{
	int r = build->options->sign ? advi_sign_check_key(build->options->sign, err) : 0;

	if (r == 0)
		r = read_source(build, source, image, err);
	if (r == 0)
		r = check_source(build, err);
	if (r == 0 && build->options->base)
		r = leave_out_wanted(build, err);
	if (r < 0 || build->options->dry_run)
		return r;
	r = survey(build, err);
	if (r == 0)
		r = lay_out(build, err);
	if (r == 0)
		r = find_order(build, err);
	if (r == 0)
		r = open_sink(build, image, err);
	if (r == 0)
		r = fill_image(build, err);
	return r == 0 ? finish(build, image, err) : r;
}

int adv_bundle_build(const char *source, const char *image, const struct adv_net *net,
		     const struct adv_bundle_options *options, const struct adv_watch *watch,
		     struct adv_bundle_summary *summary, struct adv_err *err)
{
	static const struct adv_bundle_options defaults = ADV_BUNDLE_OPTIONS_INIT;
	struct adv_bundle_summary own;
	struct build build = {
		.net = net,
		.options = options ? options : &defaults,
		.watch = watch,
		.summary = summary ? summary : &own,
	};
	/* libarchive converts names by the thread's locale: in "C" they stay the bytes they are. */
	locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0), before;
	int r;

	if (!plain)
		abort();
	before = uselocale(plain);
	*build.summary = (struct adv_bundle_summary){0};
	r = image && advi_out_flows(image)
		    ? advi_fail(err, ADV_EUSAGE, "an image can't go to '%s': name a file", image)
		    : build_all(&build, source, image, err);
	build_clear(&build);
	uselocale(before);
	freelocale(plain);
	return r;
}
