/* SPDX-License-Identifier: BSD-3-Clause */
/* Whether the mount path stands in a file where the manifest says so. */
#include "bundle/verify_prefix.h"

#include "bundle/relocate.h"

void advi_prefix_stream_begin(struct advi_prefix_stream *stream,
			      const struct advi_prefix_at *prefix, const char *mount)
{
	*stream = (struct advi_prefix_stream){.prefix = prefix, .mount = advi_str(mount)};
}

void advi_prefix_stream_add(struct advi_prefix_stream *stream, struct advi_str block)
{
	uint64_t from = stream->at, to = from + block.len;
	const struct advi_prefix_at *prefix = stream->prefix;
	size_t length = stream->mount.len;

	for (uint64_t i = from; i < to && i < sizeof(stream->first); i++)
		stream->first[i] = block.ptr[i - from];
	stream->at = to;
	/* places may lie in two blocks */
	for (size_t i = stream->next; i < prefix->count && prefix->at[i] < to; i++) {
		uint64_t place = prefix->at[i], end = place + length;
		uint64_t low = place > from ? place : from, high = end < to ? end : to;

		if (end < place || low > high ||
		    memcmp(block.ptr + (low - from), stream->mount.ptr + (low - place),
			   (size_t)(high - low)) != 0)
			stream->wrong = true;
		if (end <= to)
			stream->next = i + 1;
	}
}

static bool starts_there(const struct advi_prefix_stream *stream)
{
	struct advi_str first = {stream->first, stream->at < sizeof(stream->first)
							? (size_t)stream->at
							: sizeof(stream->first)};
	struct advi_str path, options;

	first.len = advi_str_find(first, '\n');
	return advi_shebang_split(first, &path, &options) && advi_str_starts(path, stream->mount) &&
	       advi_str_from(path, stream->mount.len).len && path.ptr[stream->mount.len] == '/';
}

const char *advi_prefix_stream_end(const struct advi_prefix_stream *stream, bool relocatable)
{
	if (stream->wrong || stream->next < stream->prefix->count)
		return "has something else where the manifest says that the mount path is";
	if (relocatable && starts_there(stream))
		return "is started by the mount path, and the manifest says that the image may be "
		       "anywhere";
	return NULL;
}

static bool is_bound(const struct advi_manifest_entry *entry, const char *mount)
{
	const struct advi_elf *elf = entry->elf;

	for (size_t i = 0; elf && i < elf->needed.count; i++)
		if (advi_relocate_names(elf->needed.at[i], mount))
			return true;
	return advi_relocate_names(entry->link, mount) ||
	       (elf && (advi_relocate_names(elf->rpath, mount) ||
			advi_relocate_names(elf->runpath, mount)));
}

const char *advi_prefix_verify_all(const struct advi_manifest *manifest)
{
	uint64_t counts[ADVI_PREFIX_USES] = {0};

	if (!manifest->places_known)
		return NULL;
	for (size_t i = 0; i < manifest->entries.count; i++) {
		const struct advi_manifest_entry *entry = &manifest->entries.at[i];

		counts[entry->prefix.use]++;
		if (manifest->relocatable && is_bound(entry, manifest->mount))
			return "the manifest says that the image may be anywhere, and an object or "
			       "a link leads to the mount path";
	}
	for (size_t i = ADVI_PREFIX_SHEBANG; i < ADVI_PREFIX_USES; i++)
		if (counts[i] != manifest->prefixes[i])
			return "the files that name the mount path are not as many as the manifest "
			       "says";
	return NULL;
}
