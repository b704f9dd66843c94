/* SPDX-License-Identifier: BSD-3-Clause */
/* The index file: finding one's way in it, trusting nothing. */
#include "conda/index_file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

enum { VERSION = 1, ORDER = 0x01020304, FRESH_NS = 100 * 1000 * 1000 };

static const char magic[8] = "advindex";

static const size_t element_bytes[ADVI_INDEX_SECTIONS] = {
	[ADVI_INDEX_TEXTS] = 1,
	[ADVI_INDEX_NAMES] = sizeof(struct advi_index_name),
	[ADVI_INDEX_ROWS] = sizeof(struct advi_index_row),
	[ADVI_INDEX_LISTS] = sizeof(uint32_t),
	[ADVI_INDEX_ITEMS] = sizeof(uint32_t),
};

static void check_of(const struct advi_index_header *header, uint8_t check[32])
{
	char hex[ADVI_HEX_SIZE];

	advi_sha256(
		(struct advi_str){(const char *)header, offsetof(struct advi_index_header, check)},
		hex);
	advi_hex_decode(check, hex, 32);
}

void advi_index_seal(struct advi_index_header *header)
{
	memcpy(header->magic, magic, sizeof(magic));
	header->version = VERSION;
	header->order = ORDER;
	header->row_bytes = sizeof(struct advi_index_row);
	check_of(header, header->check);
}

static bool is_sealed(const struct advi_index_header *header)
{
	uint8_t check[32];

	if (memcmp(header->magic, magic, sizeof(magic)) != 0 || header->version != VERSION ||
	    header->order != ORDER || header->row_bytes != sizeof(struct advi_index_row))
		return false;
	check_of(header, check);
	return memcmp(check, header->check, sizeof(check)) == 0;
}

static bool within(const struct advi_index_header *header, int section)
{
	uint64_t at = header->sections[section].at, count = header->sections[section].count;

	return at % 8 == 0 && at >= sizeof(*header) && at <= header->file_bytes &&
	       count <= (header->file_bytes - at) / element_bytes[section];
}

bool advi_index_attach(struct advi_index_image *image, const void *memory, size_t bytes)
{
	const struct advi_index_header *header = memory;
	const char *base = memory;

	if (bytes < sizeof(*header) || !is_sealed(header) || header->file_bytes != bytes)
		return false;
	for (int i = 0; i < ADVI_INDEX_SECTIONS; i++)
		if (!within(header, i))
			return false;
	image->header = header;
	image->texts = base + header->sections[ADVI_INDEX_TEXTS].at;
	image->names = (const void *)(base + header->sections[ADVI_INDEX_NAMES].at);
	image->rows = (const void *)(base + header->sections[ADVI_INDEX_ROWS].at);
	image->lists = (const void *)(base + header->sections[ADVI_INDEX_LISTS].at);
	image->items = (const void *)(base + header->sections[ADVI_INDEX_ITEMS].at);
	image->text_bytes = header->sections[ADVI_INDEX_TEXTS].count;
	image->name_count = header->sections[ADVI_INDEX_NAMES].count;
	image->row_count = header->sections[ADVI_INDEX_ROWS].count;
	image->list_count = header->sections[ADVI_INDEX_LISTS].count;
	image->item_count = header->sections[ADVI_INDEX_ITEMS].count;
	if (!image->text_bytes || image->texts[image->text_bytes - 1] != '\0' ||
	    !image->name_count || !image->list_count)
		return false;
	image->name_count--; /* the last of each only ends the one before it */
	image->list_count--;
	return true;
}

bool advi_index_map(struct advi_index_image *image, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat info;
	void *map = MAP_FAILED;

	*image = (struct advi_index_image){0};
	if (fd < 0)
		return false;
	if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode) &&
	    (uint64_t)info.st_size >= sizeof(struct advi_index_header))
		map = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	if (map == MAP_FAILED)
		return false;
	image->map = map;
	image->bytes = (size_t)info.st_size;
	if (advi_index_attach(image, map, image->bytes))
		return true;
	advi_index_detach(image);
	return false;
}

void advi_index_detach(struct advi_index_image *image)
{
	if (image->map)
		munmap(image->map, image->bytes);
	free(image->memory);
	*image = (struct advi_index_image){0};
}

const char *advi_index_text(const struct advi_index_image *image, uint32_t text)
{
	if (!text)
		return NULL;
	return text < image->text_bytes ? image->texts + text : "";
}

void advi_index_rows(const struct advi_index_image *image, size_t name, size_t *first, size_t *end)
{
	*first = image->names[name].row;
	*end = image->names[name + 1].row;
	if (*first > *end || *end > image->row_count)
		*first = *end = 0;
}

const uint32_t *advi_index_list(const struct advi_index_image *image, uint32_t list, size_t *count)
{
	uint32_t from, to;

	*count = 0;
	if (list >= image->list_count)
		return image->items;
	from = image->lists[list];
	to = image->lists[list + 1];
	if (from > to || to > image->item_count)
		return image->items;
	*count = to - from;
	return image->items + from;
}

size_t advi_index_find(const struct advi_index_image *image, struct advi_str name)
{
	size_t low = 0, high = image->name_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const char *text = advi_index_text(image, image->names[middle].text);
		int order = advi_str_cmp(advi_str(text ? text : ""), name);

		if (order == 0)
			return middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return SIZE_MAX;
}

static uint64_t nanoseconds(struct timespec time)
{
	return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

struct advi_index_origin advi_index_origin(const struct stat *info)
{
	struct advi_index_origin origin = {
		.size = (uint64_t)info->st_size,
		.device = info->st_dev,
		.inode = info->st_ino,
		.mtime_ns = nanoseconds(info->st_mtim),
		.ctime_ns = nanoseconds(info->st_ctim),
	};
	struct timespec now;

	/* What was written just now may be written again without a change of its stamps. */
	clock_gettime(CLOCK_REALTIME, &now);
	if (nanoseconds(now) < origin.ctime_ns + FRESH_NS)
		origin.mtime_ns = origin.ctime_ns = 0;
	return origin;
}

static bool same_stamps(const struct advi_index_origin *a, const struct advi_index_origin *b)
{
	return a->mtime_ns && a->size == b->size && a->device == b->device &&
	       a->inode == b->inode && a->mtime_ns == b->mtime_ns && a->ctime_ns == b->ctime_ns;
}

/* Puts the stamps of a file whose bytes are the same into the index, so that they do next time. */
static void restamp(const struct advi_index_image *image, const char *index_path,
		    const struct advi_index_origin *origin)
{
	struct advi_index_header header = *image->header;
	int fd;

	if (!origin->mtime_ns)
		return;
	header.origin = *origin;
	memcpy(header.origin.sha256, image->header->origin.sha256, sizeof(header.origin.sha256));
	advi_index_seal(&header);
	fd = open(index_path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	/* One that is written in part has a wrong check and is made anew. */
	if (pwrite(fd, &header, sizeof(header), 0) < 0)
		origin = NULL;
	close(fd);
}

bool advi_index_is_of(const struct advi_index_image *image, const char *index_path,
		      const char *path)
{
	struct advi_index_origin origin;
	char hex[ADVI_HEX_SIZE];
	uint8_t sha256[32];
	struct stat info;

	if (stat(path, &info) < 0 || (uint64_t)info.st_size != image->header->origin.size)
		return false;
	origin = advi_index_origin(&info);
	if (same_stamps(&image->header->origin, &origin))
		return true;
	if (advi_digest_file("SHA256", path, hex, NULL) < 0)
		return false;
	advi_hex_decode(sha256, hex, sizeof(sha256));
	if (memcmp(sha256, image->header->origin.sha256, sizeof(sha256)) != 0)
		return false;
	restamp(image, index_path, &origin);
	return true;
}
