/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A plan's bundles as recipes: NAME.yml and NAME.lock each, and one lockfile of base for those that
 * are layered on it. Each file says by a digest how it was written; one that was changed since is
 * somebody's, and left alone.
 */
#include <unistd.h>

#include "advise/plan.h"
#include "base/err.h"
#include "base/text.h"
#include "conda/lockfile.h"
#include "io/digest.h"
#include "io/file.h"
#include "io/json_write.h"

#define MARK "# unchanged: "

enum { FILE_CAP = 16 << 20, BASE_DIGITS = 12 };

/* What stands under a name. */
enum state {
	ABSENT,
	OURS, /* as it was written */
	SAME, /* as it would be written now */
	EDITED
};

struct writing {
	const struct adv_plan *plan;
	const char *folder;
	char base[64]; /* the name of base's lockfile */
	const struct adv_watch *watch;
	struct adv_err *err;
};

/* --- texts that know whether they were changed --- */

/* The digest of a text without its marked line; where that begins, and ends, or text.len. */
static void digest(struct advi_str text, char hex[ADVI_HEX_SIZE], size_t *from, size_t *to)
{
	struct advi_digest *sha256 = advi_digest_new("SHA256");

	*from = advi_str_starts(text, ADVI_STR(MARK)) ? 0
						      : advi_str_search(text, ADVI_STR("\n" MARK));
	*from += *from && *from < text.len;
	*to = *from;
	while (*to < text.len && text.ptr[*to] != '\n')
		++*to;
	advi_digest_add(sha256, (struct advi_str){text.ptr, *from});
	advi_digest_add(sha256, advi_str_from(text, *to));
	advi_digest_end(sha256, hex);
}

/* Puts the digest where the mark stands. */
static char *seal(const char *text)
{
	struct advi_str all = advi_str(text);
	char hex[ADVI_HEX_SIZE];
	size_t from, to;

	digest(all, hex, &from, &to);
	return advi_format("%.*s" MARK "%s%s", (int)from, text, hex, text + to);
}

static bool is_sealed(struct advi_str text)
{
	char hex[ADVI_HEX_SIZE];
	struct advi_str line;
	size_t from, to;

	digest(text, hex, &from, &to);
	line = (struct advi_str){text.ptr + from, to - from};
	return from < text.len && advi_str_is(advi_str_from(line, strlen(MARK)), hex);
}

static int look(const struct writing *w, const char *name, const char *text, enum state *state)
{
	ADVI_AUTO_PTR char *path = advi_path_join(w->folder, name);
	ADVI_AUTO(buf) struct advi_buf there = ADVI_BUF_INIT(FILE_CAP);
	int r;

	*state = ABSENT;
	if (!advi_path_exists(path))
		return 0;
	r = advi_file_read(&there, path, w->err);
	if (r < 0)
		return advi_while(w->err, r, "looking at a bundle recipe");
	*state = text && advi_str_is(advi_buf_str(&there), text) ? SAME
		 : is_sealed(advi_buf_str(&there))               ? OURS
								 : EDITED;
	return 0;
}

static int put(const struct writing *w, const char *name, const char *text)
{
	ADVI_AUTO_PTR char *path = advi_path_join(w->folder, name);
	struct advi_out out;
	int r = advi_out_open(&out, path, w->err);

	if (r == 0) {
		fputs(text, out.file);
		r = advi_out_commit(&out, w->err);
	}
	advi_out_clear(&out);
	return r;
}

/* --- what is written --- */

/* A text from outside on a line of its own: nothing in it ends the line. */
static void write_text(FILE *file, const char *before, const char *text)
{
	fputs(before, file);
	advi_json_quote(file, advi_str(text));
	fputc('\n', file);
}

static void write_count(FILE *file, const char *before, uint64_t number, const char *what)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(64);

	advi_text_count(&text, number);
	fprintf(file, "%s%s %s%s", before, advi_buf_str(&text).ptr, what, number == 1 ? "" : "s");
}

static void write_purpose(FILE *file, const struct advi_plan_bundle *bundle)
{
	ADVI_AUTO(buf) struct advi_buf bytes = ADVI_BUF_INIT(64);

	fputs("# An environment beside base", file);
	write_count(file, " for ", bundle->users, "user");
	write_count(file, " with ", bundle->workloads, "workload");
	fputs(" that base does not cover;\n", file);
	write_count(file, "# ", bundle->users_freed, "user");
	fputs(bundle->users_freed == 1 ? " needs nothing else then.\n"
				       : " need nothing else then.\n",
	      file);
	advi_text_bytes(&bytes, bundle->bytes);
	write_count(file, "# It has ", bundle->packages, "package");
	fprintf(file, " of its own, %s to download.\n", advi_buf_str(&bytes).ptr);
	if (bundle->domain)
		write_text(file, "# Most of them work in ", bundle->domain);
}

static void write_recipe(const struct writing *w, FILE *file, const struct advi_plan_bundle *bundle)
{
	bool layer = strcmp(bundle->kind, "layer") == 0;

	write_purpose(file, bundle);
	fputs("#\n# conda-advisor wrote this, and writes it anew as long as nobody changes it: a\n"
	      "# file that does not agree with the digest is left alone.\n" MARK "\n"
	      "schema: advisor.bundle/1\n",
	      file);
	fprintf(file, "name: \"%s\"\n", bundle->name);
	fputs("\n# Where the image will be mounted, which is written into its files.\n", file);
	fprintf(file, "mount: \"/opt/conda/%s\"\nformat: squashfs\n", bundle->name);
	fputs(layer ? "\n# Layered: base's packages as they are there, and on them those of 'lockfile'.\n"
		    : "\n# Whole: it stands on its own, since it can't be solved together with base.\n",
	      file);
	if (layer)
		fprintf(file, "base: \"%s\"\n", w->base);
	fprintf(file, "lockfile: \"%s.lock\"\n", bundle->name);
	fputs("\n# What it was solved for.\nspecs:\n", file);
	for (size_t i = 0; i < bundle->specs.count; i++)
		write_text(file, "- ", bundle->specs.at[i]);
}

static void write_lock(const struct writing *w, FILE *file, const struct advi_record *records,
		       size_t count)
{
	fputs(MARK "\n", file);
	advi_lockfile_write(file, w->plan->platform, records, count);
}

static FILE *open_text(char **text, size_t *size)
{
	FILE *file = open_memstream(text, size);

	if (!file)
		abort();
	return file;
}

/* Closes it, seals what was written, and gives it. */
static char *close_text(FILE *file, char **text)
{
	char *sealed;

	if (fclose(file) != 0)
		abort();
	sealed = seal(*text);
	free(*text);
	return sealed;
}

static char *recipe_text(const struct writing *w, const struct advi_plan_bundle *bundle)
{
	char *text;
	size_t size;
	FILE *file = open_text(&text, &size);

	write_recipe(w, file, bundle);
	return close_text(file, &text);
}

static char *lock_text(const struct writing *w, const struct advi_record *records, size_t count)
{
	char *text;
	size_t size;
	FILE *file = open_text(&text, &size);

	write_lock(w, file, records, count);
	return close_text(file, &text);
}

/* --- one bundle, and all --- */

static void tell_unknown(const struct writing *w, const char *what,
			 const struct advi_record *records, size_t count)
{
	size_t unknown = 0;

	for (size_t i = 0; i < count; i++)
		unknown += !records[i].url;
	if (unknown)
		advi_note(w->watch,
			  "%s: no channel says where %zu of its packages can be had; its lockfile "
			  "names them in comments",
			  what, unknown);
}

/* A pair is written together: a recipe goes with the lockfile that it names. */
static int write_one(const struct writing *w, const struct advi_plan_bundle *bundle)
{
	ADVI_AUTO_PTR char *recipe = recipe_text(w, bundle);
	ADVI_AUTO_PTR char *lock = lock_text(w, bundle->records.at, bundle->records.count);
	ADVI_AUTO_PTR char *recipe_name = advi_format("%s.yml", bundle->name);
	ADVI_AUTO_PTR char *lock_name = advi_format("%s.lock", bundle->name);
	enum state at_recipe, at_lock;
	int r = look(w, recipe_name, recipe, &at_recipe);

	if (r == 0)
		r = look(w, lock_name, lock, &at_lock);
	if (r < 0)
		return r;
	if (at_recipe == EDITED || at_lock == EDITED) {
		advi_note(w->watch,
			  "'%s/%s' was changed by hand: the bundle is left as it is there",
			  w->folder, at_recipe == EDITED ? recipe_name : lock_name);
		return 0;
	}
	tell_unknown(w, bundle->name, bundle->records.at, bundle->records.count);
	if (at_lock != SAME)
		r = put(w, lock_name, lock);
	if (r == 0 && at_recipe != SAME)
		r = put(w, recipe_name, recipe);
	return r;
}

/* Base's lockfile is named by what is in it, so that recipes that were left alone keep theirs. */
static int write_base(struct writing *w)
{
	const struct adv_plan *plan = w->plan;
	ADVI_AUTO_PTR char *lock = NULL;
	char hex[ADVI_HEX_SIZE];
	enum state state;
	bool layered = false;
	int r;

	for (size_t i = 0; i < plan->bundles.count; i++)
		layered = layered || strcmp(plan->bundles.at[i].kind, "layer") == 0;
	if (!layered)
		return 0;
	lock = lock_text(w, plan->environment.at, plan->environment.count);
	advi_sha256(advi_str(lock), hex);
	snprintf(w->base, sizeof(w->base), "base-%.*s.lock", BASE_DIGITS, hex);
	tell_unknown(w, "base", plan->environment.at, plan->environment.count);
	r = look(w, w->base, lock, &state);
	if (r == 0 && state == EDITED)
		advi_note(w->watch, "'%s/%s' was changed by hand: it is left as it is", w->folder,
			  w->base);
	return r == 0 && state == ABSENT ? put(w, w->base, lock) : r;
}

static int find_stale(void *context, const char *path, const struct stat *info, struct adv_err *err)
{
	const struct writing *w = context;
	const char *name = strrchr(path, '/') + 1;
	struct advi_str stem = {name, strlen(name)};
	enum state state = ABSENT;
	int r;

	(void)info;
	(void)err;
	if (!advi_str_ends(stem, ADVI_STR(".yml")) ||
	    (size_t)(name - path) != strlen(w->folder) + 1)
		return 0;
	stem.len -= strlen(".yml");
	for (size_t i = 0; i < w->plan->bundles.count; i++)
		if (advi_str_is(stem, w->plan->bundles.at[i].name))
			return 0;
	r = look(w, name, NULL, &state);
	if (r == 0 && state == OURS)
		advi_note(w->watch, "'%s' is not recommended any more; it is left as it is", path);
	return r;
}

int adv_plan_write_bundles(const struct adv_plan *plan, const char *folder,
			   const struct adv_watch *watch, struct adv_err *err)
{
	struct writing w = {.plan = plan, .folder = folder, .watch = watch, .err = err};
	int r = plan->bundles.count ? advi_mkdirs(folder, err) : 0;

	if (r == 0)
		r = write_base(&w);
	for (size_t i = 0; r == 0 && i < plan->bundles.count; i++)
		r = write_one(&w, &plan->bundles.at[i]);
	if (r == 0 && advi_path_exists(folder))
		r = advi_walk(folder, find_stale, &w, watch, NULL, err);
	return r < 0 ? advi_while(err, r, "writing bundle recipes") : 0;
}
