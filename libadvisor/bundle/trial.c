/* SPDX-License-Identifier: BSD-3-Clause */
/* Trials: whether what an image was built for can be imported from it. */
#include <advisor/trial.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bundle/image.h"
#include "bundle/modules.h"
#include "bundle/room.h"
#include "bundle/scratch.h"
#include "bundle/sink_tree.h"
#include "bundle/stage_method.h"
#include "bundle/trial_run.h"
#include "io/spawn.h"

enum { LISTEN_MS = 100, THREADS_MAX = 256, DEFAULT_SECONDS = 120, SAID_BYTES = 64 << 20 };

struct adv_trial {
	struct advi_arena arena;
	struct advi_modules modules;
	struct advi_manifest manifest;
	struct advi_manifest base; /* of a layer: what it stands on */
	ADVI_VEC(struct adv_trial_row) rows;
	const char *image, *base_image, *place, *method;
	const char *mount; /* where the image is to be seen */
	size_t failures;
	bool alone;

	int file, base_file; /* of the images */
	struct advi_scratch scratch, base_scratch;
	size_t first; /* of the rows that are tried now */
	struct advi_trial_plan plan;
	const struct adv_watch *watch;
};

void adv_trial_free(struct adv_trial *trial)
{
	if (!trial)
		return;
	if (trial->file >= 0)
		close(trial->file);
	if (trial->base_file >= 0)
		close(trial->base_file);
	advi_scratch_clear(&trial->scratch);
	advi_scratch_clear(&trial->base_scratch);
	advi_vec_clear(&trial->rows);
	advi_modules_clear(&trial->modules);
	advi_manifest_clear(&trial->manifest);
	advi_manifest_clear(&trial->base);
	advi_arena_clear(&trial->arena);
	free(trial);
}

size_t adv_trial_count(const struct adv_trial *trial)
{
	return trial->rows.count;
}

const struct adv_trial_row *adv_trial_row(const struct adv_trial *trial, size_t i)
{
	return &trial->rows.at[i];
}

size_t adv_trial_failures(const struct adv_trial *trial)
{
	return trial->failures;
}

size_t adv_trial_packages(const struct adv_trial *trial)
{
	return trial->modules.packages;
}

const char *adv_trial_name(const struct adv_trial *trial)
{
	return trial->manifest.name;
}

const char *adv_trial_image(const struct adv_trial *trial)
{
	return trial->image;
}

const char *adv_trial_base(const struct adv_trial *trial)
{
	return trial->base_image;
}

const char *adv_trial_place(const struct adv_trial *trial)
{
	return trial->place;
}

const char *adv_trial_method(const struct adv_trial *trial)
{
	return trial->method;
}

bool adv_trial_alone(const struct adv_trial *trial)
{
	return trial->alone;
}

/* --- the image as a folder --- */

static int write_member(struct advi_sink *sink, struct advi_image *image,
			const struct advi_member *member, struct adv_err *err)
{
	ADVI_AUTO_PTR char *path = advi_str_dup(member->path), *text = NULL;
	struct advi_str block;
	int r;

	if (member->kind == ADVI_MEMBER_FOLDER)
		return sink->ops->folder(sink, path, err);
	if (member->kind == ADVI_MEMBER_LINK) {
		text = advi_str_dup(member->link);
		return sink->ops->link(sink, path, text, err);
	}
	if (member->kind != ADVI_MEMBER_FILE)
		return advi_fail(err, ADV_EINPUT,
				 "the image has '%s', which is no file, folder or link", path);
	r = sink->ops->begin(sink, path, member->mode & 0777, member->size, err);
	while (r == 0 && (r = advi_image_read(image, &block, err)) == 0 && block.len)
		r = sink->ops->data(sink, block, err);
	return r == 0 ? sink->ops->end(sink, err) : r;
}

static int extract_image(struct advi_scratch *scratch, const char *path, uint64_t total,
			 const struct adv_watch *watch, struct adv_err *err)
{
	ADVI_AUTO(image) struct advi_image *image = NULL;
	struct advi_sink *sink = NULL;
	struct advi_member member;
	uint64_t done = 0;
	int r = advi_scratch_make(scratch, true, err);

	if (r == 0)
		r = advi_sink_tree(&sink, scratch->path, err);
	if (r == 0)
		r = advi_image_open(&image, path, err);
	while (r == 0 && (r = advi_image_next(image, &member, err)) > 0) {
		done += member.size;
		r = advi_progress(watch, "extracting", "bytes", done, done < total ? total : 0,
				  err);
		if (r == 0)
			r = write_member(sink, image, &member, err);
	}
	advi_sink_free(sink);
	if (r < 0)
		advi_scratch_clear(scratch);
	return r;
}

/* The image, and what it stands on: once for all ways. */
static int extract(struct adv_trial *trial, struct adv_err *err)
{
	int r = 0;

	if (trial->base_image && !trial->base_scratch.path)
		r = extract_image(&trial->base_scratch, trial->base_image,
				  trial->base.summary.bytes, trial->watch, err);
	if (r == 0 && !trial->scratch.path)
		r = extract_image(&trial->scratch, trial->image, trial->manifest.summary.bytes,
				  trial->watch, err);
	return r;
}

/* --- results --- */

/* "INDEX\t+ or -\tSECONDS\tWHY" */
static void take_line(struct adv_trial *trial, struct advi_str line)
{
	struct advi_str index, state, seconds;
	ADVI_AUTO_PTR char *number = NULL;
	struct adv_trial_row *row;
	uint64_t at;

	if (!advi_str_split(&line, '\t', &index) || !advi_str_split(&line, '\t', &state) ||
	    !advi_str_split(&line, '\t', &seconds) || !advi_str_u64(index, &at) ||
	    at >= trial->modules.all.count)
		return;
	row = &trial->rows.at[trial->first + at];
	number = advi_str_dup(seconds);
	row->seconds = strtod(number, NULL);
	row->works = advi_str_is(state, "+");
	row->why = row->works ? NULL : advi_arena_str(&trial->arena, line);
}

static size_t take_lines(struct adv_trial *trial, const struct advi_buf *said, size_t from)
{
	struct advi_str rest = advi_str_from(advi_buf_str(said), from);
	size_t end;

	while ((end = advi_str_find(rest, '\n')) < rest.len) {
		take_line(trial, (struct advi_str){rest.ptr, end});
		rest = advi_str_from(rest, end + 1);
		from += end + 1;
	}
	return from;
}

static int hear(struct adv_trial *trial, int fd, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf said = ADVI_BUF_INIT(SAID_BYTES);
	size_t taken = 0, done = 0;
	char block[65536];

	for (;;) {
		struct pollfd wait = {.fd = fd, .events = POLLIN};
		ssize_t got;
		int r = advi_progress(trial->watch, "importing", "modules", trial->first + done,
				      trial->rows.count, err);

		if (r < 0)
			return r;
		if (poll(&wait, 1, LISTEN_MS) <= 0)
			continue;
		got = read(fd, block, sizeof(block));
		if (got == 0)
			return 0;
		if (got < 0 && errno != EINTR)
			return advi_fail_errno(err, "can't hear how it went");
		advi_buf_add(&said, (struct advi_str){block, got > 0 ? (size_t)got : 0});
		for (ssize_t i = 0; i < got; i++)
			done += block[i] == '\n';
		taken = take_lines(trial, &said, taken);
	}
}

/* --- rooms --- */

static const struct {
	const char *name;
	enum advi_room_view view;
	bool tar; /* for images that are no squashfs, too */
} views[] = {
	{"kernel", ADVI_ROOM_KERNEL, false},
	{"fuse", ADVI_ROOM_FUSE, false},
	{"extract", ADVI_ROOM_TREE, true},
};

static int try_view(struct adv_trial *trial, size_t which, struct adv_err *err)
{
	struct advi_room_layer layer = {
		.image = trial->file,
		.mount = trial->manifest.layer.elsewhere,
		.overlay = !trial->plan.layer,
	};
	struct advi_room_wish wish = {
		.view = views[which].view,
		.image = trial->base_image ? trial->base_file : trial->file,
		.layer = trial->base_image ? &layer : NULL,
		.mount = trial->mount,
		.work = advi_trial_run,
		.context = &trial->plan,
	};
	struct advi_room room;
	int r = 0;

	if (wish.view == ADVI_ROOM_TREE)
		r = extract(trial, err);
	wish.tree = trial->base_image ? trial->base_scratch.path : trial->scratch.path;
	layer.tree = trial->scratch.path;
	trial->plan.prefix = trial->mount;
	if (r == 0)
		r = advi_room_open(&room, &wish, err);
	if (r < 0)
		return r;
	trial->method = views[which].name;
	trial->place = trial->mount;
	trial->alone = true;
	r = hear(trial, room.fd, err);
	advi_room_close(&room);
	return r;
}

/* Where there can be no room. */
static int try_here(struct adv_trial *trial, struct adv_err *err)
{
	int ends[2], r = extract(trial, err);
	pid_t pid;

	if (r < 0)
		return r;
	trial->plan.prefix = trial->place = trial->scratch.path;
	trial->method = "extract";
	if (pipe2(ends, O_CLOEXEC) < 0)
		return advi_fail_errno(err, "can't make a pipe");
	pid = fork();
	if (pid == 0) {
		setpgid(0, 0);
		close(ends[0]);
		advi_trial_run(&trial->plan, ends[1]);
		_exit(0);
	}
	close(ends[1]);
	r = pid < 0 ? advi_fail_errno(err, "can't start a process") : hear(trial, ends[0], err);
	close(ends[0]);
	if (pid > 0)
		advi_spawn_stop(pid);
	return r;
}

static bool is_wanted(const char *methods, const char *name)
{
	struct advi_str rest = advi_str(methods ? methods : name), part;

	while (advi_str_split(&rest, ',', &part))
		if (advi_str_is(part, name))
			return true;
	return false;
}

static int try_all(struct adv_trial *trial, const struct adv_trial_options *options,
		   struct adv_err *err)
{
	bool squashfs = strcmp(trial->manifest.format, "squashfs") == 0 &&
			(!trial->base_image || strcmp(trial->base.format, "squashfs") == 0);
	struct adv_err why = ADV_ERR_INIT;
	int r = ADV_EENV;

	trial->alone = false;
	for (size_t i = 0; i < ADVI_COUNT(views); i++) {
		if ((!squashfs && !views[i].tar) || !is_wanted(options->methods, views[i].name))
			continue;
		r = try_view(trial, i, &why);
		if (r != ADV_EENV || trial->alone)
			return r < 0 ? advi_fail(err, r, "%s", why.text) : 0;
		if (options->methods)
			advi_note(trial->watch, "%s: %s", views[i].name, why.text);
	}
	if (!is_wanted(options->methods, "extract"))
		return advi_fail(err, ADV_EENV, "the image can't be seen: %s",
				 *why.text ? why.text : "a packed tar can only be extracted");
	if (trial->base_image)
		return advi_fail(err, ADV_EENV, "a layer is tried in a room of its own: %s",
				 why.text);
	advi_note(trial->watch,
		  "no room of its own, so it is tried among all that is here, and not at its mount "
		  "path: %s",
		  why.text);
	return try_here(trial, err);
}

/* --- */

/* Where the image was built for, or elsewhere when it may be there. */
static int choose_mount(struct adv_trial *trial, const char *wanted, struct adv_err *err)
{
	const char *built = trial->manifest.mount;
	ADVI_AUTO(buf) struct advi_buf clean = ADVI_BUF_INIT(ADVI_MEMBER_PATH_BYTES);

	trial->mount = wanted ? wanted : built;
	if (!wanted || strcmp(wanted, built) == 0)
		return 0;
	if (trial->base_image)
		return advi_fail(err, ADV_EUSAGE, "layer '%s' is tried where its base is: '%s'",
				 trial->image, built);
	if (wanted[0] != '/' ||
	    advi_member_path(&clean, advi_str(wanted + strspn(wanted, "/")), NULL) < 0 ||
	    !clean.len)
		return advi_fail(err, ADV_EUSAGE,
				 "'%s' is not an absolute path without '..' below '/'", wanted);
	trial->mount = advi_arena_printf(&trial->arena, "/%.*s", (int)clean.len, clean.ptr);
	if (trial->manifest.relocatable)
		return 0;
	return advi_fail(err, ADV_EUSAGE,
			 "image '%s' was built for '%s' and works there alone; build it with "
			 "--relocatable to have it elsewhere",
			 trial->image, built);
}

/* What a layer stands on, and nothing else will do. */
static int read_base(struct adv_trial *trial, const char *base, struct adv_err *err)
{
	const struct advi_manifest_layer *layer = &trial->manifest.layer;
	int r;

	if (!layer->prefix)
		return base ? advi_fail(err, ADV_EUSAGE, "'%s' is no layer, and needs no base",
					trial->image)
			    : 0;
	if (!base)
		return advi_fail(err, ADV_EUSAGE,
				 "'%s' is a layer on '%s': --base names that image", trial->image,
				 layer->base_name);
	trial->base_image = advi_arena_dup(&trial->arena, base);
	r = advi_image_probe(base, err);
	if (r == 0)
		r = advi_manifest_load(&trial->base, base, err);
	if (r < 0)
		return advi_while(err, r, "base");
	if (!trial->base.fingerprint || strcmp(trial->base.fingerprint, layer->fingerprint) != 0 ||
	    strcmp(trial->base.mount, layer->prefix) != 0 || trial->base.layer.prefix)
		return advi_fail(err, ADV_EINPUT,
				 "layer '%s' was built on '%s' (%.12s) at '%s', and not on '%s'",
				 trial->image, layer->base_name, layer->fingerprint, layer->prefix,
				 base);
	trial->base_file = open(base, O_RDONLY | O_CLOEXEC);
	return trial->base_file < 0 ? advi_fail_errno(err, "can't open '%s'", base) : 0;
}

static int read_image(struct adv_trial *trial, const char *base, struct adv_err *err)
{
	int r = advi_image_probe(trial->image, err);

	if (r == 0)
		r = advi_manifest_load(&trial->manifest, trial->image, err);
	if (r == 0 && (!trial->manifest.mount || !trial->manifest.format))
		r = advi_fail(err, ADV_EINPUT, "'%s' has no manifest that tells its mount path",
			      trial->image);
	if (r == 0)
		r = read_base(trial, base, err);
	if (r == 0)
		r = advi_modules_find(&trial->modules, trial->image, &trial->manifest,
				      trial->base_image ? &trial->base : NULL, err);
	if (r < 0)
		return r;
	trial->file = open(trial->image, O_RDONLY | O_CLOEXEC);
	return trial->file < 0 ? advi_fail_errno(err, "can't open '%s'", trial->image) : 0;
}

static void make_rows(struct adv_trial *trial, const char *way)
{
	for (size_t i = 0; i < trial->modules.all.count; i++) {
		const struct advi_module *module = &trial->modules.all.at[i];

		*advi_vec_new(&trial->rows) = (struct adv_trial_row){
			.package = module->package,
			.version = module->version,
			.module = module->name,
			.way = way,
			.why = "it was not tried: what tries died",
		};
	}
}

static unsigned count_threads(unsigned wanted)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	if (!wanted)
		wanted = cores < 1 ? 1 : (unsigned)cores;
	return wanted > THREADS_MAX ? THREADS_MAX : wanted;
}

/* What Python is told of a layer that is no part of one tree. */
static void plan_way(struct adv_trial *trial, const char *way)
{
	const struct advi_manifest_layer *layer = &trial->manifest.layer;
	const char *site = NULL;

	trial->plan.layer = trial->plan.pth = trial->plan.python_path = NULL;
	if (!way || strcmp(way, "overlay") == 0)
		return;
	trial->plan.layer = layer->elsewhere;
	if (layer->site_packages)
		site = advi_arena_printf(&trial->arena, "%s/%s", layer->elsewhere,
					 layer->site_packages);
	if (strcmp(way, "pth") == 0)
		trial->plan.pth = site;
	else
		trial->plan.python_path = site;
}

/* An image once, a layer in every way that its manifest offers. */
static int try_ways(struct adv_trial *trial, const struct adv_trial_options *options,
		    struct adv_err *err)
{
	const struct advi_manifest_layer *layer = &trial->manifest.layer;
	const struct {
		const char *name;
		bool works;
	} ways[] = {
		{NULL, !trial->base_image},
		{"overlay", trial->base_image && layer->overlay},
		{"pth", trial->base_image && layer->pth},
		{"pythonpath", trial->base_image && layer->pythonpath},
	};
	int r = 0;

	for (size_t i = 0; i < ADVI_COUNT(ways); i++)
		if (ways[i].works)
			make_rows(trial, ways[i].name);
	for (size_t i = 0; i < ADVI_COUNT(ways) && r == 0; i++) {
		if (!ways[i].works)
			continue;
		plan_way(trial, ways[i].name);
		r = try_all(trial, options, err);
		trial->first += trial->modules.all.count;
	}
	return r;
}

int adv_trial_make(struct adv_trial **out, const char *image,
		   const struct adv_trial_options *options, const struct adv_watch *watch,
		   struct adv_err *err)
{
	static const struct adv_trial_options defaults = ADV_TRIAL_OPTIONS_INIT;
	ADV_AUTO(trial) struct adv_trial *trial = advi_calloc(1, sizeof(*trial));
	int r;

	options = options ? options : &defaults;
	trial->file = trial->base_file = -1;
	trial->watch = watch;
	trial->image = advi_arena_dup(&trial->arena, image);
	r = options->methods ? advi_methods_check(options->methods, err) : 0;
	if (r == 0)
		r = read_image(trial, options->base, err);
	if (r == 0)
		r = choose_mount(trial, options->mount, err);
	if (r < 0)
		return r;
	trial->plan = (struct advi_trial_plan){
		.modules = &trial->modules,
		.threads = count_threads(options->threads),
		.seconds = options->seconds ? options->seconds : DEFAULT_SECONDS,
	};
	r = try_ways(trial, options, err);
	for (size_t i = 0; i < trial->rows.count; i++)
		trial->failures += !trial->rows.at[i].works;
	if (r == 0)
		*out = advi_take(trial);
	return r;
}
