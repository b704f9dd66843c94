/* SPDX-License-Identifier: BSD-3-Clause */
/* Building an image: source, packages, layout, image, manifest. */
#include <locale.h>

#include "bundle/checked.h"
#include "bundle/compile.h"
#include "bundle/fetch.h"
#include "bundle/install.h"
#include "bundle/manifest.h"
#include "bundle/meta.h"
#include "bundle/order.h"
#include "bundle/source.h"
#include "conda/package_url.h"
#include "io/archive.h"
#include "io/digest.h"

enum { MOUNT_BYTES = 1024, CLOBBERS_TOLD = 20 };

/* Everything that one build holds. */
struct build {
	struct advi_source source;
	struct advi_package *packages;
	struct advi_package **ordered; /* the same, in the order of installing */
	size_t count;
	struct advi_layout layout;
	struct advi_compile compile;
	struct advi_sink *sink;
	struct advi_out image, manifest;
	const struct advi_sink_ops *format;
	char *mount;
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
	advi_out_clear(&build->image);
	advi_out_clear(&build->manifest);
	advi_layout_clear(&build->layout);
	for (size_t i = 0; i < build->count; i++)
		advi_package_clear(&build->packages[i]);
	free(build->packages);
	free(build->ordered);
	free(build->mount);
	advi_source_clear(&build->source);
}

/* The prefix that is written into files: absolute, and in the form that Python prints it. */
static int set_mount(struct build *build, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf clean = ADVI_BUF_INIT(MOUNT_BYTES);
	const char *mount = build->options->mount ? build->options->mount : build->source.mount;

	if (!mount || !*mount)
		return advi_fail(err, ADV_EUSAGE,
				 "where will the image be mounted? --mount /path says so");
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
	build->mount = advi_format("/%.*s", (int)clean.len, clean.ptr);
	return 0;
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

static int survey(struct build *build, struct adv_err *err)
{
	int r;

	build->count = build->source.wanted.count;
	build->packages = advi_calloc(build->count, sizeof(*build->packages));
	build->ordered = advi_calloc(build->count, sizeof(struct advi_package *));
	r = advi_fetch_packages(build->packages, &build->source, build->net, build->watch, err);
	for (size_t i = 0; i < build->count && r == 0; i++) {
		build->ordered[i] = &build->packages[i];
		r = advi_progress(build->watch, "reading packages", "packages", i, build->count,
				  err);
		if (r == 0)
			r = advi_package_survey(&build->packages[i], err);
	}
	return r == 0 ? advi_order(build->ordered, build->count, err) : r;
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
		.sink = build->sink,
		.mount = advi_str(build->mount),
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
	int r = advi_layout_make(&build->layout, build->ordered, build->count, err);

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
	advi_meta_lay_out(&build->layout, build->ordered, build->count);
	advi_layout_fold(&build->layout);
	summary->packages = build->count;
	summary->folders = build->layout.folders.count;
	return 0;
}

static int open_sink(struct build *build, const char *image, struct adv_err *err)
{
	const struct adv_bundle_options *options = build->options;
	const struct advi_sink_options wish = {
		.codec = options->codec ? options->codec : build->source.codec,
		.level = options->level ? options->level : (unsigned)build->source.level,
		.threads = options->threads,
		.block_bytes = options->block_bytes ? options->block_bytes
						    : (uint32_t)build->source.block_bytes,
		.epoch = build->epoch,
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
		.epoch = build->epoch,
	};
}

static int install_manifest(struct build *build, struct advi_install *install, struct adv_err *err)
{
	struct advi_manifest_source from;
	char *text = NULL;
	size_t length = 0;
	FILE *file = open_memstream(&text, &length);
	int r;

	if (!file)
		abort();
	describe(build, &from);
	advi_manifest_write(&from, file);
	fclose(file);
	r = advi_install_own(install, ADVI_INNER_MANIFEST, 0644, (struct advi_str){text, length},
			     err);
	free(text);
	return r;
}

static int fill_image(struct build *build, struct adv_err *err)
{
	struct advi_install install;
	int r = 0;

	begin_install(build, &install);
	for (size_t i = 0; i < build->layout.folders.count && r == 0; i++)
		r = build->format->folder(build->sink, build->layout.folders.at[i], err);
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
	r = advi_meta_write(&install, build->ordered, build->count, &build->source, err);
	if (r == 0)
		r = install_manifest(build, &install, err);
	return r == 0 ? build->format->finish(build->sink, err) : r;
}

/* The image's digest is taken from what was written, before it gets its name. */
static int finish(struct build *build, const char *image, struct adv_err *err)
{
	ADVI_AUTO_PTR char *path = advi_manifest_path(image);
	struct advi_checks checks = {.want_sha256 = true, .want_xxh3 = true};
	struct advi_manifest_source from;
	int r;

	if (fflush(build->image.file) != 0)
		return advi_fail_errno(err, "can't write '%s'", image);
	r = advi_checked_file(&checks, &build->summary->image_bytes, build->image.temp, "finishing",
			      build->watch, err);
	if (r == 0)
		r = advi_out_open(&build->manifest, path, err);
	if (r < 0)
		return r;
	describe(build, &from);
	from.image_sha256 = checks.sha256;
	from.image_xxh3 = checks.xxh3;
	advi_manifest_write(&from, build->manifest.file);
	/* The manifest first: an image that has its name has its manifest too. */
	r = advi_out_commit(&build->manifest, err);
	return r == 0 ? advi_out_commit(&build->image, err) : r;
}

static int build_all(struct build *build, const char *source, const char *image,
		     struct adv_err *err)
{
	int r = read_source(build, source, image, err);

	if (r == 0)
		r = check_source(build, err);
	if (r < 0 || build->options->dry_run)
		return r;
	r = survey(build, err);
	if (r == 0)
		r = lay_out(build, err);
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
	r = image && strcmp(image, "-") == 0
		    ? advi_fail(err, ADV_EUSAGE,
				"an image can't go to standard output; name a file")
		    : build_all(&build, source, image, err);
	build_clear(&build);
	uselocale(before);
	freelocale(plain);
	return r;
}
