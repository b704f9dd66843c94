/* SPDX-License-Identifier: BSD-3-Clause */
/* What noarch packages leave uncompiled, and the Python of the image that compiles it. */
#include "bundle/compile.h"

#include <stdio.h>

#include "bundle/layer.h"
#include "bundle/place.h"
#include "bundle/pyc.h"
#include "conda/envfile.h"
#include "io/archive.h"

enum { REFUSED_TOLD = 10 };

/* --- as much of Python as is needed to compile --- */

static bool wants_python(const void *context, const struct advi_path *path)
{
	return advi_python_is_core(context, path->target);
}

static bool wants_libraries(const void *context, const struct advi_path *path)
{
	(void)context;
	return advi_python_is_library(path->target);
}

/* Python's dependencies stand before it; those of these before them. */
static size_t find_libraries(struct advi_package **found, const struct advi_package *python,
			     struct advi_package **packages, size_t count)
{
	ADVI_AUTO(map) struct advi_map names = {0};
	const struct advi_package *at = python;
	size_t used = 0;

	for (size_t done = 0; at; at = done < used ? found[done++] : NULL) {
		for (size_t i = 0; i < at->record.depends.count; i++)
			advi_map_add(&names, advi_spec_name(advi_str(at->record.depends.at[i])),
				     NULL);
		for (size_t i = 0; i < count; i++) {
			struct advi_map_entry *entry =
				advi_map_get(&names, advi_str(packages[i]->record.name));

			if (entry && !entry->number && packages[i] != python &&
			    packages[i]->noarch == ADVI_NOARCH_NO) {
				entry->number = 1;
				found[used++] = packages[i];
			}
		}
	}
	return used;
}

/* Python alone first: most need no more, and libraries may be large. */
static int start_own(struct advi_compile *out, const struct advi_install *like,
		     struct advi_package *self, struct advi_package **packages, size_t count,
		     const struct advi_compiler_options *options, struct adv_err *err)
{
	const struct advi_python *python = &like->layout->python;
	ADVI_AUTO_PTR struct advi_package **libraries = advi_calloc(count, sizeof(*libraries));
	struct advi_scratch *scratch = &out->scratch;
	struct adv_err why = ADV_ERR_INIT;
	size_t used;
	int r = advi_scratch_make(scratch, false, err);

	if (r == 0)
		r = advi_scratch_install(scratch, like, &self, 1, wants_python, python, err);
	if (r < 0 || advi_compiler_start(&out->compiler, scratch->path, python, options, &why) == 0)
		return r;
	used = find_libraries(libraries, self, packages, count);
	if (!used)
		return advi_fail(err, ADV_EENV, "%s", why.text);
	r = advi_scratch_install(scratch, like, libraries, used, wants_libraries, NULL, err);
	return r == 0 ? advi_compiler_start(&out->compiler, scratch->path, python, options, err)
		      : r;
}

static bool wants_from_base(const void *python, const char *path)
{
	return advi_python_is_core(python, path) || advi_python_is_library(path);
}

/* A layer has base's Python: where base is installed on this machine, or from its image. */
static int start_base(struct advi_compile *out, const struct advi_base *base,
		      const struct advi_python *python, const struct advi_compiler_options *options,
		      struct adv_err *err)
{
	struct adv_err why = ADV_ERR_INIT;
	int r;

	if (!base->image)
		return advi_compiler_start(&out->compiler, base->prefix, python, options, err);
	r = advi_scratch_make(&out->scratch, false, &why);
	if (r == 0)
		r = advi_scratch_unpack(&out->scratch, base->image, wants_from_base, python, &why);
	/* an image that can't be read is no reason to build no layer */
	if (r < 0)
		return r == ADV_ECANCEL ? r : advi_fail(err, ADV_EENV, "%s", why.text);
	return advi_compiler_start(&out->compiler, out->scratch.path, python, options, err);
}

static int start_python(struct advi_compile *out, const struct advi_install *like,
			struct advi_package **packages, size_t count, unsigned threads,
			struct adv_err *err)
{
	const struct advi_python *python = &like->layout->python;
	const struct advi_compiler_options options = {.threads = threads};

	for (size_t i = 0; i < count; i++)
		if (packages[i] == python->package)
			return start_own(out, like, packages[i], packages, count, &options, err);
	if (like->layer)
		return start_base(out, &like->layer->base, python, &options, err);
	return advi_fail(err, ADV_EENV, "it has none");
}

/* --- paths for what will be compiled --- */

static bool is_source(const struct advi_layout *layout, const struct advi_package *package,
		      const struct advi_path *path)
{
	struct advi_str source = advi_str(path->source);

	return package->noarch == ADVI_NOARCH_PYTHON && layout->python.package &&
	       path->type == ADVI_PATH_FILE &&
	       advi_str_starts(source, ADVI_STR("site-packages/")) &&
	       advi_str_ends(source, ADVI_STR(".py"));
}

/* The .pyc that its sources lack, in the package's arena. */
static void find_missing(advi_names *out, struct advi_layout *layout, struct advi_package *package)
{
	for (size_t i = 0; i < package->paths.count; i++) {
		const struct advi_path *path = &package->paths.at[i];
		const char *pyc;

		/* what another package has there, too, is the matter of the last */
		if (!is_source(layout, package, path) ||
		    advi_layout_find(layout, advi_str(path->target))->owner != path)
			continue;
		pyc = advi_python_pyc(&layout->python, &package->arena, path->target);
		if (!advi_layout_find(layout, advi_str(pyc)))
			advi_vec_push(out, pyc);
	}
}

static void add_paths(struct advi_package *package, const advi_names *names)
{
	package->pyc_missing = 0;
	for (size_t i = 0; i < names->count; i++)
		*advi_vec_new(&package->paths) = (struct advi_path){
			.source = names->at[i], .target = names->at[i], .type = ADVI_PATH_PYC};
}

int advi_compile_prepare(struct advi_compile *out, const struct advi_install *like,
			 struct advi_package **packages, size_t count, unsigned threads, bool keep,
			 struct adv_err *err)
{
	ADVI_AUTO_PTR advi_names *names = advi_calloc(count, sizeof(*names));
	struct adv_err why = ADV_ERR_INIT;
	size_t missing = 0;
	int r = 0;

	for (size_t i = 0; i < count; i++) {
		find_missing(&names[i], like->layout, packages[i]);
		missing += names[i].count;
		packages[i]->pyc_missing = names[i].count;
	}
	if (missing && !keep)
		r = start_python(out, like, packages, count, threads, &why);
	if (r == ADV_EENV) {
		advi_note(like->watch,
			  "the image's Python does not run on this machine, so %zu sources of "
			  "noarch packages stay uncompiled: %s",
			  missing, why.text);
		r = 0;
	}
	for (size_t i = 0; i < count; i++) {
		if (out->compiler)
			add_paths(packages[i], &names[i]);
		advi_vec_clear(&names[i]);
	}
	if (out->compiler)
		advi_layout_place(like->layout, packages, count);
	return r < 0 ? advi_fail(err, r, "%s", why.text) : 0;
}

void advi_compile_clear(struct advi_compile *compile)
{
	advi_compiler_free(compile->compiler);
	compile->compiler = NULL;
	advi_scratch_clear(&compile->scratch);
}

/* --- compiling --- */

/* A job for every .pyc that is still to be written and whose source is held. */
static size_t find_jobs(struct advi_compile_job *jobs, const struct advi_path **paths,
			const struct advi_place *place)
{
	const struct advi_package *package = place->package;
	char source[ADVI_MEMBER_PATH_BYTES];
	size_t count = 0;

	for (size_t i = 0; i < package->paths.count; i++) {
		const struct advi_path *path = &package->paths.at[i];
		const struct advi_held *held;

		if (path->type != ADVI_PATH_PYC || !advi_place_open(place, path) ||
		    (place->install->wants &&
		     !place->install->wants(place->install->context, path)) ||
		    !advi_pyc_source_path(advi_str(path->target), source, sizeof(source)))
			continue;
		held = advi_place_find(place, source);
		if (!held)
			continue;
		/* Python puts the path in that it finds it by */
		jobs[count].name =
			place->install->relocatable
				? advi_strdup(source)
				: advi_format("%.*s/%s", ADVI_ARGS(place->install->mount), source);
		jobs[count].source = advi_buf_str(&held->data);
		paths[count++] = path;
	}
	return count;
}

static void tell_refused(const struct advi_place *place, const struct advi_path *path,
			 const struct advi_compile_job *job)
{
	struct advi_install *install = place->install;

	place->package->pyc_missing++;
	if (install->refused_count++ < REFUSED_TOLD)
		advi_note(install->watch, "package '%s': no '%s': %s", place->package->record.name,
			  path->target, job->why);
}

int advi_compile_held(struct advi_place *place, struct adv_err *err)
{
	size_t room = place->package->paths.count, count;
	ADVI_AUTO_PTR struct advi_compile_job *jobs = NULL;
	ADVI_AUTO_PTR const struct advi_path **paths = NULL;
	int r;

	if (!place->install->compiler)
		return 0;
	jobs = advi_calloc(room, sizeof(*jobs));
	paths = advi_calloc(room, sizeof(*paths));
	count = find_jobs(jobs, paths, place);
	r = advi_compiler_run(place->install->compiler, jobs, count, place->install->watch, err);
	for (size_t i = 0; i < count; i++) {
		if (r == 0 && jobs[i].pyc.len)
			advi_place_add(place, paths[i], 0644, &jobs[i].pyc);
		else if (r == 0 && !place->install->gather)
			tell_refused(place, paths[i], &jobs[i]);
		advi_buf_clear(&jobs[i].pyc);
		free(jobs[i].name);
	}
	return r;
}
