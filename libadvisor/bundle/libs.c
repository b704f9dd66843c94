/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Finding shared libraries as ld.so(8) does. For what an object needs, the directories of its own
 * DT_RPATH are searched, then those of the objects that brought it in, up to the program; an object
 * with a DT_RUNPATH is asked for that alone. What was loaded before under the same name is taken.
 * LD_LIBRARY_PATH, ld.so.cache and the default directories are the node's, and not known here.
 */
#include "bundle/libs.h"

#include <fnmatch.h>

enum { LINKS = 40, PATH_BYTES = 4096, LOADED = 100000 };

/* One that is loaded, or the first one. */
struct object {
	const char *path; /* absolute, links followed */
	const struct advi_elf *elf;
	struct object *loader; /* that needed it first, or NULL */
};

struct asking {
	const struct advi_libs_question *question;
	struct advi_libs *out;
	struct advi_arena arena;
	struct advi_map real;    /* path -> struct found */
	struct advi_map missing; /* "soname" -> index into out->missing */
	struct advi_map told;    /* "soname path": counted */
	struct advi_map reached; /* paths that came along with others */
	ADVI_VEC(struct object *) loaded;
	struct advi_map names; /* of what is loaded */
};

struct found {
	const char *path;
	const struct advi_elf *elf; /* NULL: nothing that could be loaded is there */
};

/* Part of glibc (its shlib-versions), and of what NVIDIA's driver brings to a node. */
static const char *const of_host[] = {
	"ld-linux*.so.*",   "ld64.so.*",         "libBrokenLocale.so.1",
	"libanl.so.1",      "libc.so.6",         "libdl.so.2",
	"libm.so.6",        "libmvec.so.1",      "libnsl.so.1",
	"libnss_*.so.2",    "libpthread.so.0",   "libresolv.so.2",
	"librt.so.1",       "libthread_db.so.1", "libutil.so.1",
	"linux-vdso.so.1",  "libcuda.so.1",      "libnvcuvid.so.1",
	"libnvidia-*.so.1",
};

bool advi_libs_of_host(const char *soname)
{
	for (size_t i = 0; i < ADVI_COUNT(of_host); i++)
		if (fnmatch(of_host[i], soname, 0) == 0)
			return true;
	return false;
}

void advi_libs_clear(struct advi_libs *libs)
{
	advi_vec_clear(&libs->missing);
	advi_arena_clear(&libs->arena);
}

bool advi_layout_as_tree(void *layout, struct advi_str path, struct advi_tree_file *out)
{
	const struct advi_node *node = advi_layout_find(layout, path);

	if (!node || !node->written)
		return false;
	*out = (struct advi_tree_file){
		.kind = node->kind,
		.executable = node->mode & 0100,
		.link = node->link,
		.elf = node->elf,
	};
	return true;
}

/* --- paths --- */

static bool find_in_trees(const struct asking *asking, struct advi_str path,
			  struct advi_tree_file *out)
{
	for (size_t i = 0; i < asking->question->tree_count; i++) {
		const struct advi_tree *tree = &asking->question->trees[i];
		struct advi_str root = advi_str(tree->root);

		if (path.len > root.len + 1 && advi_str_starts(path, root) &&
		    path.ptr[root.len] == '/' &&
		    tree->find(tree->context, advi_str_from(path, root.len + 1), out))
			return true;
	}
	return false;
}

/*
 * Follows links: '*done' grows from empty to the real path. False when there are too many, or it
 * gets too long.
 */
static bool follow(const struct asking *asking, struct advi_buf *done, struct advi_str path,
		   int *links, struct advi_tree_file *last)
{
	struct advi_str part;

	while (advi_str_split(&path, '/', &part)) {
		size_t before = done->len;

		if (part.len == 0 || advi_str_is(part, "."))
			continue;
		if (advi_str_is(part, "..")) {
			while (done->len && done->ptr[--done->len] != '/')
				;
			continue;
		}
		advi_buf_byte(done, '/');
		advi_buf_add(done, part);
		*last = (struct advi_tree_file){.kind = ADVI_NODE_FOLDER};
		if (done->full || !find_in_trees(asking, advi_buf_str(done), last) ||
		    last->kind != ADVI_NODE_LINK) {
			if (done->full)
				return false;
			continue;
		}
		if (++*links > LINKS)
			return false;
		done->len = last->link[0] == '/' ? 0 : before;
		if (!follow(asking, done, advi_str(last->link), links, last))
			return false;
	}
	return true;
}

/* The object at a path, remembered. */
static struct found *resolve(struct asking *asking, struct advi_str path)
{
	bool is_new;
	struct advi_map_entry *entry = advi_map_add(&asking->real, path, &is_new);
	ADVI_AUTO(buf) struct advi_buf done = ADVI_BUF_INIT(PATH_BYTES);
	struct advi_tree_file last = {0};
	struct found *found;
	int links = 0;

	if (!is_new)
		return entry->pointer;
	entry->pointer = found = advi_arena_alloc(&asking->arena, sizeof(*found));
	if (follow(asking, &done, path, &links, &last) && last.kind == ADVI_NODE_FILE) {
		found->path = advi_arena_str(&asking->arena, advi_buf_str(&done));
		found->elf = last.elf;
	}
	return found;
}

/* --- loading --- */

static void miss(struct asking *asking, const char *soname, const char *path)
{
	ADVI_AUTO_PTR char *pair = advi_format("%s %s", soname, path);
	struct advi_map_entry *entry;
	struct advi_missing *missing;
	bool is_new;

	advi_map_add(&asking->told, advi_str(pair), &is_new);
	if (!is_new)
		return;
	entry = advi_map_add(&asking->missing, advi_str(soname), &is_new);
	if (is_new) {
		entry->number = asking->out->missing.count;
		missing = advi_vec_new(&asking->out->missing);
		missing->soname = advi_arena_dup(&asking->out->arena, soname);
	}
	missing = &asking->out->missing.at[entry->number];
	if (!missing->count++ || strcmp(path, missing->needed_by) < 0)
		missing->needed_by = advi_arena_dup(&asking->out->arena, path);
}

static void load(struct asking *asking, const struct found *found, const char *name,
		 struct object *loader)
{
	struct object *object = advi_arena_alloc(&asking->arena, sizeof(*object));

	*object = (struct object){found->path, found->elf, loader};
	advi_map_add(&asking->names, advi_str(name), NULL);
	if (found->elf->soname)
		advi_map_add(&asking->names, advi_str(found->elf->soname), NULL);
	advi_vec_push(&asking->loaded, object);
}

/* "$ORIGIN/../lib" of an object, into 'out'; false for what only a node could know. */
static bool expand(struct advi_buf *out, struct advi_str dir, const char *path)
{
	static const char *const names[] = {"$ORIGIN", "${ORIGIN}"};
	struct advi_str origin = advi_str(path);

	while (origin.len && origin.ptr[--origin.len] != '/')
		;
	advi_buf_reset(out);
	while (dir.len) {
		size_t i = 0;

		if (dir.ptr[0] != '$') {
			advi_buf_byte(out, dir.ptr[0]);
			dir = advi_str_from(dir, 1);
			continue;
		}
		while (i < ADVI_COUNT(names) && !advi_str_starts(dir, advi_str(names[i])))
			i++;
		if (i == ADVI_COUNT(names))
			return false;
		advi_buf_add(out, origin);
		dir = advi_str_from(dir, strlen(names[i]));
	}
	return !out->full && out->len && out->ptr[0] == '/';
}

/* Searches a list of directories, as it stands in 'owner'. */
static const struct found *search(struct asking *asking, const char *dirs,
				  const struct object *owner, const char *soname, const char *kind)
{
	struct advi_str rest = advi_str(dirs), dir;
	ADVI_AUTO(buf) struct advi_buf path = ADVI_BUF_INIT(PATH_BYTES);

	while (advi_str_split(&rest, ':', &dir)) {
		const struct found *found;

		if (!expand(&path, dir, owner->path))
			continue;
		advi_buf_byte(&path, '/');
		advi_buf_text(&path, soname);
		if (path.full)
			continue;
		found = resolve(asking, advi_buf_str(&path));
		/* one for another machine is passed over */
		if (found->elf && strcmp(found->elf->kind, kind) == 0)
			return found;
	}
	return NULL;
}

static const struct found *find_needed(struct asking *asking, const struct object *object,
				       const struct object *program, const char *soname)
{
	const struct advi_elf *elf = object->elf;
	const struct found *found = NULL;
	bool saw_program = false;

	if (strchr(soname, '/')) {
		ADVI_AUTO(buf) struct advi_buf path = ADVI_BUF_INIT(PATH_BYTES);

		if (!expand(&path, advi_str(soname), object->path))
			return NULL;
		found = resolve(asking, advi_buf_str(&path));
		return found->elf && strcmp(found->elf->kind, elf->kind) == 0 ? found : NULL;
	}
	if (elf->runpath)
		return search(asking, elf->runpath, object, soname, elf->kind);
	for (const struct object *at = object; at && !found; at = at->loader) {
		saw_program |= at == program;
		if (at->elf->rpath)
			found = search(asking, at->elf->rpath, at, soname, elf->kind);
	}
	if (!found && program && !saw_program && program->elf->rpath)
		found = search(asking, program->elf->rpath, program, soname, elf->kind);
	return found;
}

/* Loads what everything that is loaded needs, from the one at 'from' on. */
static void load_needed(struct asking *asking, size_t from, const struct object *program, bool tell)
{
	for (size_t i = from; i < asking->loaded.count && i < LOADED; i++) {
		struct object *object = asking->loaded.at[i];

		for (size_t k = 0; k < object->elf->needed.count; k++) {
			const char *soname = object->elf->needed.at[k];
			const struct found *found;

			if (advi_map_get(&asking->names, advi_str(soname)) ||
			    advi_libs_of_host(soname))
				continue;
			found = find_needed(asking, object, program, soname);
			if (found) {
				load(asking, found, soname, object);
				advi_map_add(&asking->reached, advi_str(found->path), NULL);
			} else if (tell) {
				miss(asking, soname, object->path);
			}
		}
	}
}

/* Begins a process: with Python in it, unless what is to be loaded is a program. */
static void load_one(struct asking *asking, const struct found *found, const struct found *python)
{
	struct object *program = NULL;

	asking->loaded.count = 0;
	advi_map_clear(&asking->names);
	if (!found->elf->program && python && python->elf &&
	    strcmp(python->elf->kind, found->elf->kind) == 0) {
		load(asking, python, "", NULL);
		program = asking->loaded.at[0];
		/* what Python lacks is told where Python is asked for */
		load_needed(asking, 0, program, false);
	}
	load(asking, found, "", program);
	load_needed(asking, asking->loaded.count - 1,
		    program ? program : asking->loaded.at[asking->loaded.count - 1], true);
}

static int by_soname(const void *a, const void *b)
{
	return strcmp(((const struct advi_missing *)a)->soname,
		      ((const struct advi_missing *)b)->soname);
}

/* Names that some object of the question needs. */
static void list_needed(struct asking *asking, struct advi_map *needed)
{
	for (size_t i = 0; i < asking->question->object_count; i++) {
		const struct found *found = resolve(asking, advi_str(asking->question->objects[i]));

		for (size_t k = 0; found->elf && k < found->elf->needed.count; k++)
			advi_map_add(needed, advi_str(found->elf->needed.at[k]), NULL);
	}
}

static bool is_needed(const struct advi_map *needed, const struct found *found)
{
	const char *name = strrchr(found->path, '/') + 1;

	return advi_map_get(needed, advi_str(name)) ||
	       (found->elf->soname && advi_map_get(needed, advi_str(found->elf->soname)));
}

void advi_libs_ask(struct advi_libs *out, const struct advi_libs_question *question)
{
	struct asking asking = {.question = question, .out = out};
	const struct found *python =
		question->program ? resolve(&asking, advi_str(question->program)) : NULL;
	struct advi_map needed = {0};

	list_needed(&asking, &needed);
	/* then what nobody brought along: circles, and what is loaded by name */
	for (int turn = 0; turn < 2; turn++)
		for (size_t i = 0; i < question->object_count; i++) {
			const struct found *found =
				resolve(&asking, advi_str(question->objects[i]));

			if (!found->elf)
				continue;
			if (turn == 0
				    ? found->elf->program || !is_needed(&needed, found)
				    : !found->elf->program && is_needed(&needed, found) &&
					      !advi_map_get(&asking.reached, advi_str(found->path)))
				load_one(&asking, found, python);
		}
	advi_vec_sort(&out->missing, by_soname);
	advi_map_clear(&needed);
	advi_map_clear(&asking.real);
	advi_map_clear(&asking.missing);
	advi_map_clear(&asking.told);
	advi_map_clear(&asking.reached);
	advi_map_clear(&asking.names);
	advi_vec_clear(&asking.loaded);
	advi_arena_clear(&asking.arena);
}
