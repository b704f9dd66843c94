/* SPDX-License-Identifier: BSD-3-Clause */
/* Installing: the members of a package, made right for the mount path, into an image. */
#include "bundle/install.h"

#include <stdio.h>
#include <strings.h>

#include "bundle/place.h"
#include "bundle/relocate.h"
#include "io/archive.h"

enum {
	HOLD_BYTES = 1 << 20,     /* files up to this are held until the package's end */
	MEMORY_BYTES = 1 << 30,   /* the largest file that can be rewritten */
	PYTHON_BYTES = 256 << 20, /* the largest .py or .pyc that is held */
	AGAIN = 6                 /* times that large objects may have to pass by again */
};

static const size_t NO_LINK = SIZE_MAX;

/* A hard link of an archive, and the member whose content it has. */
struct hard_link {
	size_t path; /* index into the package's paths */
	unsigned mode;
	const char *target;
	size_t next; /* with the same target, or NO_LINK */
};

struct unpack {
	struct advi_place place;
	struct advi_map sources; /* path in the archive -> index into the package's paths */
	bool *seen;
	ADVI_VEC(struct hard_link) hard_links;
	struct advi_map links;   /* path in the archive of a hard link -> index into hard_links */
	struct advi_map targets; /* path that they link to -> the first of them */
	size_t linked; /* of them, those that have their content */
	bool rest;     /* only what was not seen yet */
};

/*
 * The tars of a .conda in the order in which they are read. Links to folders were packed with the
 * metadata by conda's own tool (ncurses 6.2); in most packages the second holds nothing listed.
 */
static const char *const parts[] = {"pkg-", "info-"};

static bool is_python(const char *path)
{
	return advi_str_ends(advi_str(path), ADVI_STR(".py")) ||
	       advi_str_ends(advi_str(path), ADVI_STR(".pyc"));
}

static bool is_wanted(const struct unpack *unpack, const struct advi_path *path)
{
	const struct advi_install *install = unpack->place.install;

	return !install->wants || install->wants(install->context, path);
}

static int mismatch(const struct advi_path *path, const char *what, const char *is,
		    const char *should, struct adv_err *err)
{
	return advi_fail(
		err, ADV_EINPUT,
		"'%s' has %s %s, and the package's own list says %s: the package was built wrongly",
		path->source, what, is, should);
}

static int check_size(const struct advi_path *path, uint64_t size, struct adv_err *err)
{
	char is[24], should[24];

	if (!path->has_size || path->type != ADVI_PATH_FILE || path->size == size)
		return 0;
	snprintf(is, sizeof(is), "%llu", (unsigned long long)size);
	snprintf(should, sizeof(should), "%llu", (unsigned long long)path->size);
	return mismatch(path, "size", is, should, err);
}

static int check_digest(const struct advi_path *path, const char *hex, struct adv_err *err)
{
	if (!path->sha256 || path->type != ADVI_PATH_FILE || strcasecmp(path->sha256, hex) == 0)
		return 0;
	return mismatch(path, "SHA-256", hex, path->sha256, err);
}

/* Where the placeholder stood, in the bytes as they came, and the mount path stands in 'places'. */
static enum advi_prefix_use text_use(const struct advi_path *path, struct advi_str data,
				     const struct advi_places *places)
{
	struct advi_str placeholder = advi_str(path->placeholder);
	size_t line = advi_str_starts(data, ADVI_STR("#!")) ? advi_str_find(data, '\n') : 0;
	struct advi_str rest = advi_str_from(data, line);

	if (advi_str_search(data, placeholder) == data.len)
		return ADVI_PREFIX_NONE;
	if (!places->count)
		return ADVI_PREFIX_RELATIVE;
	return advi_str_search(rest, placeholder) == rest.len ? ADVI_PREFIX_SHEBANG
							      : ADVI_PREFIX_TEXT;
}

/* Remembers where the mount path stands now; 'places' is empty where it is not needed. */
static void note_prefix(struct unpack *unpack, const struct advi_path *path,
			enum advi_prefix_use use, const struct advi_places *places)
{
	struct advi_layout *layout = unpack->place.install->layout;
	struct advi_node *node = advi_layout_find(layout, advi_str(path->target));
	uint64_t *at;

	if (node->owner != path)
		return;
	node->prefix = (struct advi_prefix_at){.use = use, .count = places->count};
	if (use == ADVI_PREFIX_BINARY)
		node->prefix.room = strlen(path->placeholder);
	if (!places->count)
		return;
	at = advi_arena_alloc(&layout->arena, places->count * sizeof(*at));
	memcpy(at, places->at, places->count * sizeof(*at));
	node->prefix.at = at;
}

static int rewrite_binary(struct advi_buf *data, const struct advi_install *install,
			  const struct advi_relocate *of, struct advi_places *places,
			  struct adv_err *err)
{
	if (install->relocatable)
		return advi_relocate_binary(data->ptr, data->len, of, places, err);
	advi_prefix_binary(data->ptr, data->len, of->placeholder, of->mount, places);
	return 0;
}

static int rewrite_text(struct advi_buf *out, struct advi_str data,
			const struct advi_install *install, const struct advi_relocate *of,
			struct advi_places *places, struct adv_err *err)
{
	if (install->relocatable)
		advi_relocate_text(out, data, of, places);
	else
		advi_prefix_text(out, data, of->placeholder, of->mount, places);
	return out->full ? advi_fail(err, ADV_EINPUT,
				     "'%s' is larger than %d MiB with the mount path in it",
				     of->path, MEMORY_BYTES >> 20)
			 : 0;
}

/* The bytes as the mounted image must have them; 'data' is taken. */
static int rewrite(struct unpack *unpack, const struct advi_path *path, struct advi_buf *data,
		   struct adv_err *err)
{
	const struct advi_install *install = unpack->place.install;
	const struct advi_relocate of = {
		.path = path->target,
		.placeholder = advi_str(path->placeholder),
		.mount = install->mount,
		.python3 = install->layout->python.name &&
			   strncmp(install->layout->python.name, "python3", 7) == 0,
	};
	ADVI_AUTO(buf) struct advi_buf before = ADVI_BUF_INIT(MEMORY_BYTES);
	struct advi_places places = {0};
	bool had;
	int r;

	if (!path->placeholder)
		return 0;
	if (path->binary) {
		had = advi_str_search(advi_buf_str(data), of.placeholder) < data->len;
		r = rewrite_binary(data, install, &of, &places, err);
		note_prefix(unpack, path,
			    places.count ? ADVI_PREFIX_BINARY
			    : had        ? ADVI_PREFIX_RELATIVE
					 : ADVI_PREFIX_NONE,
			    &places);
	} else {
		before = *data;
		*data = (struct advi_buf)ADVI_BUF_INIT(MEMORY_BYTES);
		r = rewrite_text(data, advi_buf_str(&before), install, &of, &places, err);
		note_prefix(unpack, path, text_use(path, advi_buf_str(&before), &places), &places);
	}
	advi_vec_clear(&places);
	return r;
}

static int take_bytes(struct unpack *unpack, const struct advi_path *path, unsigned mode,
		      struct advi_buf *data, struct adv_err *err)
{
	char hex[ADVI_HEX_SIZE];
	int r = check_size(path, data->len, err);

	if (r == 0 && path->sha256) {
		advi_sha256(advi_buf_str(data), hex);
		r = check_digest(path, hex, err);
	}
	if (r == 0)
		r = rewrite(unpack, path, data, err);
	return r == 0 ? advi_place_hold(&unpack->place, path, mode, data,
					path->sha256 && !path->placeholder ? hex : NULL, err)
		      : r;
}

static int take_whole(struct unpack *unpack, struct advi_archive *archive,
		      const struct advi_member *member, const struct advi_path *path,
		      struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf data = ADVI_BUF_INIT(MEMORY_BYTES);
	int r = advi_archive_read_all(archive, &data, err);

	return r == 0 ? take_bytes(unpack, path, member->mode, &data, err) : r;
}

/* Whether it goes into the image is known when its digest is. */
static bool may_be_shared(const struct unpack *unpack, const struct advi_path *path)
{
	return advi_layout_find(unpack->place.install->layout, advi_str(path->target))->in_base;
}

static int take_file(struct unpack *unpack, struct advi_archive *archive,
		     const struct advi_member *member, const struct advi_path *path,
		     struct adv_err *err)
{
	char hex[ADVI_HEX_SIZE];
	int r = check_size(path, member->size, err);

	if (r < 0)
		return r;
	if (path->placeholder || member->size <= HOLD_BYTES || may_be_shared(unpack, path) ||
	    unpack->place.install->gather ||
	    (is_python(path->target) && member->size <= PYTHON_BYTES))
		return take_whole(unpack, archive, member, path, err);
	r = advi_place_stream(&unpack->place, path, member, archive, hex, err);
	return r == 0 ? check_digest(path, hex, err) : r;
}

static int take_link(struct unpack *unpack, const struct advi_member *member,
		     struct advi_path *path, struct adv_err *err)
{
	/* conda leaves what is listed as a link alone, and refuses others */
	if (path->placeholder && path->type != ADVI_PATH_LINK)
		return advi_fail(err, ADV_EINPUT, "'%s' is a link with a prefix in it",
				 path->source);
	if (!member->link.len || advi_str_find(member->link, '\0') < member->link.len)
		return advi_fail(err, ADV_EINPUT, "link '%s' points to nothing", path->source);
	if (member->link.len >= ADVI_MEMBER_PATH_BYTES)
		return advi_fail(err, ADV_EINPUT, "link '%s' has more than %d bytes", path->source,
				 ADVI_MEMBER_PATH_BYTES - 1);
	if (!advi_str_utf8(member->link))
		return advi_fail(err, ADV_EINPUT, "link '%s' points to what is no UTF-8",
				 path->source);
	path->placeholder = NULL;
	path->type = ADVI_PATH_LINK; /* info/files does not tell links from files */
	return advi_place_link(&unpack->place, path, member->link, err);
}

static int take_hard_link(struct unpack *unpack, const struct advi_member *member, size_t index)
{
	struct hard_link link = {.path = index, .mode = member->mode, .next = NO_LINK};
	struct advi_map_entry *entry = advi_map_get(&unpack->links, member->link);
	bool is_new;

	/* A hard link to a hard link is one to that one's target. */
	link.target = entry ? unpack->hard_links.at[entry->number].target
			    : advi_arena_str(&unpack->place.package->arena, member->link);
	entry = advi_map_add(&unpack->targets, advi_str(link.target), &is_new);
	if (!is_new)
		link.next = entry->number;
	entry->number = unpack->hard_links.count;
	advi_map_add(&unpack->links, member->path, NULL)->number = unpack->hard_links.count;
	advi_vec_push(&unpack->hard_links, link);
	return 0;
}

static int take_member(struct unpack *unpack, struct advi_archive *archive,
		       const struct advi_member *member, struct adv_err *err)
{
	struct advi_map_entry *entry = advi_map_get(&unpack->sources, member->path);
	struct advi_path *path;

	if (!entry)
		return 0;
	path = &unpack->place.package->paths.at[entry->number];
	if (member->kind == ADVI_MEMBER_FOLDER && path->type == ADVI_PATH_FOLDER)
		return 0;
	if (member->kind == ADVI_MEMBER_FOLDER || member->kind == ADVI_MEMBER_OTHER ||
	    path->type == ADVI_PATH_FOLDER)
		return advi_fail(err, ADV_EINPUT, "'%s' is listed as something else than it is",
				 path->source);
	if (unpack->seen[entry->number] && unpack->rest)
		return 0;
	if (unpack->seen[entry->number])
		return advi_fail(err, ADV_EINPUT, "'%s' is in it twice", path->source);
	unpack->seen[entry->number] = true;
	switch (member->kind) {
	case ADVI_MEMBER_LINK:
		return take_link(unpack, member, path, err);
	case ADVI_MEMBER_HARD_LINK:
		return take_hard_link(unpack, member, entry->number);
	default:
		return take_file(unpack, archive, member, path, err);
	}
}

/* Gives a member's content to the hard links to it. */
static int take_target(struct unpack *unpack, struct advi_archive *archive,
		       const struct advi_member *member, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf data = ADVI_BUF_INIT(MEMORY_BYTES);
	const struct advi_map_entry *entry = advi_map_get(&unpack->targets, member->path);
	size_t next = entry ? entry->number : NO_LINK;
	bool read = false;
	int r = 0;

	if (member->kind != ADVI_MEMBER_FILE && member->kind != ADVI_MEMBER_LINK)
		return 0;
	while (next != NO_LINK && r == 0) {
		const struct hard_link *link = &unpack->hard_links.at[next];
		struct advi_path *path = &unpack->place.package->paths.at[link->path];
		ADVI_AUTO(buf) struct advi_buf copy = ADVI_BUF_INIT(MEMORY_BYTES);

		next = link->next;
		unpack->linked++;
		if (member->kind == ADVI_MEMBER_LINK) {
			r = take_link(unpack, member, path, err);
			continue;
		}
		r = read ? 0 : advi_archive_read_all(archive, &data, err);
		read = true;
		advi_buf_add(&copy, advi_buf_str(&data));
		if (r == 0)
			r = take_bytes(unpack, path, link->mode, &copy, err);
	}
	return r;
}

/* Goes through a tar of the archive once more, for the content of hard links. */
static int take_linked(struct unpack *unpack, const char *part, struct adv_err *err)
{
	ADVI_AUTO(archive) struct advi_archive *archive = NULL;
	struct advi_member member;
	int r = advi_archive_open(&archive, unpack->place.package->file, part, err);

	while (r == 0 && unpack->linked < unpack->hard_links.count &&
	       (r = advi_archive_next(archive, &member, err)) > 0)
		r = take_target(unpack, archive, &member, err);
	return r;
}

/* Goes through the archive again for large objects whose parts lie apart: at most a few times. */
static int take_again(struct unpack *unpack, struct adv_err *err)
{
	struct advi_place *place = &unpack->place;
	int r = 0;

	for (int turn = 0; turn < AGAIN && r == 0 && place->again.count; turn++) {
		ADVI_AUTO(archive) struct advi_archive *archive = NULL;
		struct advi_member member;

		r = advi_archive_open(&archive, place->package->file, "pkg-", err);
		while (r == 0 && (r = advi_archive_next(archive, &member, err)) > 0) {
			struct advi_map_entry *entry = advi_map_get(&unpack->sources, member.path);

			r = entry && member.kind == ADVI_MEMBER_FILE
				    ? advi_place_again(place,
						       &place->package->paths.at[entry->number],
						       member.size, archive, err)
				    : 0;
		}
	}
	return r;
}

/* The script of an entry point, for the Python of the image. */
static void write_entry(struct unpack *unpack, struct advi_buf *script,
			const struct advi_path *path, const struct advi_entry *entry)
{
	const struct advi_install *install = unpack->place.install;
	const char *name = install->layout->python.name;
	ADVI_AUTO_PTR char *python = advi_format("bin/%s", name ? name : "python");
	ADVI_AUTO_PTR char *whole = advi_format("%.*s/%s", ADVI_ARGS(install->mount), python);
	struct advi_places places = {0};

	if (install->relocatable) {
		advi_relocate_shebang(script, path->target, advi_str(python), ADVI_STR(""));
		advi_buf_byte(script, '\n');
	} else {
		advi_entry_first(script, advi_str(whole));
		advi_vec_push(&places,
			      (uint64_t)advi_str_search(advi_buf_str(script), install->mount));
	}
	note_prefix(unpack, path, install->relocatable ? ADVI_PREFIX_RELATIVE : ADVI_PREFIX_SHEBANG,
		    &places);
	advi_entry_script(script, entry);
	advi_vec_clear(&places);
}

static int make_entries(struct unpack *unpack, struct adv_err *err)
{
	struct advi_package *package = unpack->place.package;
	size_t entry = 0;
	int r = 0;

	for (size_t i = 0; i < package->paths.count && r == 0; i++) {
		ADVI_AUTO(buf) struct advi_buf script = ADVI_BUF_INIT(MEMORY_BYTES);

		if (package->paths.at[i].type != ADVI_PATH_ENTRY)
			continue;
		write_entry(unpack, &script, &package->paths.at[i], &package->entries.at[entry++]);
		r = advi_place_hold(&unpack->place, &package->paths.at[i], 0755, &script, NULL,
				    err);
	}
	return r;
}

/* The first path that is listed and wanted, and was not met; or NULL. */
static const struct advi_path *missing(const struct unpack *unpack)
{
	const struct advi_paths *paths = &unpack->place.package->paths;

	for (size_t i = 0; i < paths->count; i++)
		if (!unpack->seen[i] && paths->at[i].type < ADVI_PATH_FOLDER &&
		    is_wanted(unpack, &paths->at[i]))
			return &paths->at[i];
	return NULL;
}

static int take_part(struct unpack *unpack, const char *part, struct adv_err *err)
{
	ADVI_AUTO(archive) struct advi_archive *archive = NULL;
	struct advi_member member;
	int r = advi_archive_open(&archive, unpack->place.package->file, part, err);

	while (r == 0 && (r = advi_archive_next(archive, &member, err)) > 0)
		r = take_member(unpack, archive, &member, err);
	return r;
}

static int unpack_all(struct unpack *unpack, struct adv_err *err)
{
	int r = take_part(unpack, parts[0], err);

	unpack->rest = true;
	if (r == 0 && missing(unpack))
		r = take_part(unpack, parts[1], err);
	if (r == 0 && missing(unpack))
		r = advi_fail(err, ADV_EINPUT, "'%s' is listed and not in it",
			      missing(unpack)->source);
	for (size_t i = 0; i < ADVI_COUNT(parts) && r == 0; i++)
		if (unpack->linked < unpack->hard_links.count)
			r = take_linked(unpack, parts[i], err);
	if (r == 0 && unpack->linked < unpack->hard_links.count)
		r = advi_fail(
			err, ADV_EINPUT, "'%s' is a hard link to something that is not in it",
			unpack->place.package->paths.at[unpack->hard_links.at[0].path].source);
	if (r == 0)
		r = take_again(unpack, err);
	if (r == 0 && !unpack->place.install->wants)
		r = make_entries(unpack, err);
	return r == 0 ? advi_place_flush(&unpack->place, true, err) : r;
}

int advi_install_package(struct advi_install *install, struct advi_package *package,
			 struct adv_err *err)
{
	struct unpack unpack = {.place = {.install = install, .package = package}};
	int r;

	unpack.seen = advi_calloc(package->paths.count, sizeof(*unpack.seen));
	for (size_t i = 0; i < package->paths.count; i++)
		if (package->paths.at[i].type < ADVI_PATH_ENTRY &&
		    is_wanted(&unpack, &package->paths.at[i]))
			advi_map_add(&unpack.sources, advi_str(package->paths.at[i].source), NULL)
				->number = i;
	r = unpack_all(&unpack, err);
	advi_place_clear(&unpack.place);
	advi_map_clear(&unpack.sources);
	advi_vec_clear(&unpack.hard_links);
	advi_map_clear(&unpack.links);
	advi_map_clear(&unpack.targets);
	free(unpack.seen);
	if (r == ADV_EINPUT)
		return advi_while(err, r, "package '%s'", package->record.name);
	return r;
}
