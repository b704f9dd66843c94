/* SPDX-License-Identifier: BSD-3-Clause */
/* Putting files and links where the layout wants them. */
#include "bundle/place.h"

#include <stdio.h>

#include "bundle/compile.h"
#include "bundle/gather.h"
#include "bundle/layer.h"
#include "bundle/pyc.h"

static const uint64_t HELD_BYTES = 128 << 20;    /* when more is held, it is written early */
static const uint64_t PYTHON_BYTES = 2ULL << 30; /* that a package may have; it is all held */

void advi_place_clear(struct advi_place *place)
{
	for (size_t i = 0; i < place->held.count; i++)
		advi_buf_clear(&place->held.at[i].data);
	advi_vec_clear(&place->held);
	for (size_t i = 0; i < place->again.count; i++)
		advi_elf_stream_clear(&place->again.at[i].stream);
	advi_vec_clear(&place->again);
}

/* u+rwX,go+rX */
static unsigned normal_mode(unsigned mode)
{
	return mode & 0111 ? 0755 : 0644;
}

static int tick(struct advi_install *install, uint64_t bytes, struct adv_err *err)
{
	install->done += bytes;
	return advi_progress(install->watch, "installing", "bytes", install->done,
			     install->total > install->done ? install->total : 0, err);
}

static struct advi_node *node_of(const struct advi_place *place, const struct advi_path *path)
{
	return advi_layout_find(place->install->layout, advi_str(path->target));
}

/* Whether this package's content is the one that stands there in the end. */
static bool wins(const struct advi_node *node, const struct advi_path *path)
{
	return node->owner == path && !node->shadowed;
}

bool advi_place_open(const struct advi_place *place, const struct advi_path *path)
{
	const struct advi_node *node = node_of(place, path);

	return wins(node, path) && !node->written;
}

static void claim(struct advi_place *place, const struct advi_node *node,
		  const struct advi_path *path, char kind, unsigned mode, const char *hex)
{
	char print[ADVI_HEX_SIZE + 8];

	if (!node->contested && !node->shadowed)
		return;
	snprintf(print, sizeof(print), "%c%o %s", kind, mode, hex);
	advi_layout_claim(place->install->layout, node, place->package->record.name, path, print);
}

static void record_file(struct advi_install *install, struct advi_node *node, unsigned mode,
			uint64_t size, const char *hex)
{
	node->written = true;
	node->kind = ADVI_NODE_FILE;
	node->mode = mode;
	node->size = size;
	memcpy(node->sha256, hex, ADVI_HEX_SIZE);
	install->summary->files++;
	install->summary->bytes += size;
}

static int write_file(struct advi_install *install, const char *path, unsigned mode,
		      struct advi_str data, struct adv_err *err)
{
	struct advi_sink *sink = install->sink;
	int r = sink->ops->begin(sink, path, mode, data.len, err);

	if (r == 0 && data.len)
		r = sink->ops->data(sink, data, err);
	return r == 0 ? sink->ops->end(sink, err) : r;
}

/* What the loader will read of it. What is damaged is nothing that could be loaded. */
static void know_object(const struct advi_place *place, struct advi_node *node,
			enum advi_elf_state state, const struct advi_elf *elf)
{
	struct advi_elf *copy;

	if (state == ADVI_ELF_BAD)
		advi_note(place->install->watch,
			  "package '%s': '%s' begins as an ELF file, and is damaged",
			  place->package->record.name, node->path);
	if (state != ADVI_ELF_READ)
		return;
	copy = advi_arena_alloc(&place->install->layout->arena, sizeof(*copy));
	*copy = *elf;
	node->elf = copy;
}

static void know_held(const struct advi_place *place, struct advi_node *node, struct advi_str data)
{
	struct advi_elf elf;

	know_object(place, node, advi_elf_parse(&elf, &place->install->layout->arena, data), &elf);
}

/* At the end of one that passed by; true when it has to do so again. */
static bool know_passed(const struct advi_place *place, struct advi_node *node,
			struct advi_elf_stream *stream)
{
	struct advi_elf elf;
	enum advi_elf_state state =
		advi_elf_stream_end(stream, &elf, &place->install->layout->arena);

	know_object(place, node, state, &elf);
	return state == ADVI_ELF_MORE;
}

/* Whether base has the same there, so that the layer needs not. */
static int ask_base(const struct advi_place *place, struct advi_node *node, unsigned mode,
		    const char *hex, const char *link, bool *there, struct adv_err *err)
{
	*there = false;
	return node->in_base
		       ? advi_layer_shares(place->install->layer, node, mode, hex, link, there, err)
		       : 0;
}

int advi_place_write(struct advi_place *place, struct advi_held *held, struct adv_err *err)
{
	struct advi_node *node = node_of(place, held->path);
	struct advi_str data = advi_buf_str(&held->data);
	unsigned mode = normal_mode(held->mode);
	const char *hex = held->sha256;
	bool there;
	int r = tick(place->install, data.len, err);

	if (!*hex)
		advi_sha256(data, held->sha256);
	claim(place, node, held->path, 'f', mode, hex);
	if (r < 0 || !advi_place_open(place, held->path))
		return r;
	r = ask_base(place, node, mode, hex, NULL, &there, err);
	if (r < 0 || there)
		return r;
	r = write_file(place->install, node->path, mode, data, err);
	record_file(place->install, node, mode, data.len, hex);
	know_held(place, node, data);
	place->install->summary->pyc_compiled += held->path->type == ADVI_PATH_PYC;
	place->package->files++;
	place->package->bytes += data.len;
	return r;
}

static int by_target(const void *a, const void *b)
{
	const struct advi_held *left = a, *right = b;

	return strcmp(left->path->target, right->path->target);
}

const struct advi_held *advi_place_find(const struct advi_place *place, const char *target)
{
	struct advi_path path = {.target = target};
	struct advi_held key = {.path = &path};

	return bsearch(&key, place->held.at, place->held.count, sizeof(key), by_target);
}

/* What its source has of the mount path, a .pyc has, too. */
static void note_compiled(const struct advi_place *place, const struct advi_held *held)
{
	const struct advi_node *source;
	struct advi_node *node = node_of(place, held->path);
	char path[ADVI_MEMBER_PATH_BYTES];

	if (node->owner != held->path ||
	    !advi_pyc_source_path(advi_str(held->path->target), path, sizeof(path)))
		return;
	source = advi_layout_find(place->install->layout, advi_str(path));
	if (source && source->prefix.use == ADVI_PREFIX_TEXT &&
	    node->prefix.use == ADVI_PREFIX_NONE)
		node->prefix.use = ADVI_PREFIX_COMPILED;
}

static void free_pyc(struct advi_place *place, struct advi_held *held)
{
	const struct advi_held *source = NULL;
	struct advi_str text;
	char path[ADVI_MEMBER_PATH_BYTES];

	if (!advi_pyc_source_path(advi_str(held->path->target), path, sizeof(path)))
		return;
	source = advi_place_find(place, path);
	if (source)
		text = advi_buf_str(&source->data);
	if (!advi_pyc_rewrite(held->data.ptr, held->data.len, source ? &text : NULL,
			      place->install->epoch))
		return;
	held->sha256[0] = '\0';
	place->install->summary->pyc_rewritten += advi_place_open(place, held->path);
}

static bool waits_for_end(const struct advi_held *held)
{
	struct advi_str path = advi_str(held->path->target);

	return advi_str_ends(path, ADVI_STR(".py")) || advi_str_ends(path, ADVI_STR(".pyc"));
}

int advi_place_flush(struct advi_place *place, bool end, struct adv_err *err)
{
	size_t kept = 0;
	int r = 0;

	advi_vec_sort(&place->held, by_target);
	for (size_t i = 0; end && i < place->held.count; i++)
		if (waits_for_end(&place->held.at[i]))
			free_pyc(place, &place->held.at[i]);
	if (end) {
		r = advi_compile_held(place, err);
		advi_vec_sort(&place->held, by_target);
		for (size_t i = 0; i < place->held.count; i++)
			note_compiled(place, &place->held.at[i]);
	}
	place->held_bytes = 0;
	for (size_t i = 0; i < place->held.count; i++) {
		struct advi_held *held = &place->held.at[i];

		if (r == 0 && !end && waits_for_end(held)) {
			place->held.at[kept++] = *held;
			continue;
		}
		if (place->install->gather)
			advi_gather_take(place->install->gather, place->package, held);
		else if (r == 0)
			r = advi_place_write(place, held, err);
		advi_buf_clear(&held->data);
	}
	place->held.count = kept;
	return r;
}

void advi_place_add(struct advi_place *place, const struct advi_path *path, unsigned mode,
		    struct advi_buf *data)
{
	struct advi_held *held = advi_vec_new(&place->held);

	held->path = path;
	held->mode = mode;
	held->data = *data;
	*data = (struct advi_buf){.cap = data->cap};
	/* What waits for the end anyway does not count: flushing would not free it. */
	*(waits_for_end(held) ? &place->python_bytes : &place->held_bytes) += held->data.len;
}

int advi_place_hold(struct advi_place *place, const struct advi_path *path, unsigned mode,
		    struct advi_buf *data, const char *sha256, struct adv_err *err)
{
	advi_place_add(place, path, mode, data);
	if (sha256)
		memcpy(place->held.at[place->held.count - 1].sha256, sha256, ADVI_HEX_SIZE);
	if (place->python_bytes > PYTHON_BYTES)
		return advi_fail(err, ADV_EINPUT, "it has more than %llu MiB of .py and .pyc files",
				 (unsigned long long)PYTHON_BYTES >> 20);
	return place->held_bytes > HELD_BYTES ? advi_place_flush(place, false, err) : 0;
}

int advi_place_stream(struct advi_place *place, const struct advi_path *path,
		      const struct advi_member *member, struct advi_archive *archive,
		      char hex[ADVI_HEX_SIZE], struct adv_err *err)
{
	struct advi_install *install = place->install;
	struct advi_sink *sink = install->sink;
	struct advi_node *node = node_of(place, path);
	struct advi_digest *digest = advi_digest_new("SHA256");
	struct advi_place_again object = {.path = path};
	unsigned mode = normal_mode(member->mode);
	uint64_t size = member->size, got = 0;
	bool written = advi_place_open(place, path);
	struct advi_str block;
	int r = written ? sink->ops->begin(sink, node->path, mode, size, err) : 0;

	advi_elf_stream_begin(&object.stream, size);
	while (r == 0 && (r = advi_archive_read(archive, &block, err)) == 0 && block.len) {
		got += block.len;
		advi_digest_add(digest, block);
		if (written)
			advi_elf_stream_add(&object.stream, block);
		r = tick(install, block.len, err);
		if (r == 0 && written)
			r = sink->ops->data(sink, block, err);
	}
	advi_digest_end(digest, hex);
	if (r == 0 && got != size)
		r = advi_fail(err, ADV_EINPUT, "'%s' is cut short", path->source);
	if (r == 0 && written)
		r = sink->ops->end(sink, err);
	if (r == 0 && written && know_passed(place, node, &object.stream))
		advi_vec_push(&place->again, object);
	else
		advi_elf_stream_clear(&object.stream);
	if (r < 0)
		return r;
	claim(place, node, path, 'f', mode, hex);
	if (!written)
		return 0;
	record_file(install, node, mode, size, hex);
	place->package->files++;
	place->package->bytes += size;
	return 0;
}

int advi_place_again(struct advi_place *place, const struct advi_path *path, uint64_t size,
		     struct advi_archive *archive, struct adv_err *err)
{
	struct advi_place_again *object = NULL;
	struct advi_str block;
	int r;

	for (size_t i = 0; i < place->again.count && !object; i++)
		if (place->again.at[i].path == path)
			object = &place->again.at[i];
	if (!object)
		return 0;
	advi_elf_stream_begin(&object->stream, size);
	while ((r = advi_archive_read(archive, &block, err)) == 0 && block.len)
		advi_elf_stream_add(&object->stream, block);
	if (r < 0 || know_passed(place, node_of(place, path), &object->stream))
		return r;
	advi_elf_stream_clear(&object->stream);
	*object = place->again.at[--place->again.count];
	return 0;
}

bool advi_link_leaves(const char *path, struct advi_str text)
{
	struct advi_str rest = text, part;
	size_t depth = 0;

	if (text.len && text.ptr[0] == '/')
		return true;
	for (const char *at = path; *at; at++)
		depth += *at == '/';
	while (advi_str_split(&rest, '/', &part)) {
		if (advi_str_is(part, "..") && depth-- == 0)
			return true;
		if (part.len && !advi_str_is(part, ".") && !advi_str_is(part, ".."))
			depth++;
	}
	return false;
}

int advi_place_link(struct advi_place *place, const struct advi_path *path, struct advi_str text,
		    struct adv_err *err)
{
	struct advi_install *install = place->install;
	struct advi_node *node = node_of(place, path);
	char hex[ADVI_HEX_SIZE];
	bool there;
	int r;

	advi_sha256(text, hex);
	claim(place, node, path, 'l', 0777, hex);
	if (!wins(node, path))
		return 0;
	if (advi_link_leaves(node->path, text))
		advi_note(install->watch,
			  "package '%s': link '%s' points out of the image, to '%.*s'",
			  place->package->record.name, node->path, ADVI_ARGS(text));
	node->link = advi_arena_str(&install->layout->arena, text);
	r = ask_base(place, node, 0777, NULL, node->link, &there, err);
	if (r < 0 || there)
		return r;
	node->written = true;
	node->kind = ADVI_NODE_LINK;
	node->mode = 0777;
	install->summary->links++;
	place->package->files++;
	return install->sink->ops->link(install->sink, node->path, node->link, err);
}

int advi_install_own(struct advi_install *install, const char *path, unsigned mode,
		     struct advi_str data, struct adv_err *err)
{
	struct advi_node *node = advi_layout_find(install->layout, advi_str(path));
	char hex[ADVI_HEX_SIZE];

	advi_sha256(data, hex);
	record_file(install, node, mode, data.len, hex);
	return write_file(install, path, mode, data, err);
}
