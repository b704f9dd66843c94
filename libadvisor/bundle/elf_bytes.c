/* SPDX-License-Identifier: BSD-3-Clause */
/* Where the bytes of an ELF file come from: memory, an open file, a stream that passes by. */
#include <errno.h>
#include <unistd.h>

#include "bundle/elf.h"

enum {
	HEAD_BYTES = 16 << 20, /* of a stream: what is looked back for is nearly always there */
	LOOK_BYTES = 64 << 10, /* program headers lie in these, unless a tool moved them */
	WINDOW_BYTES = 16 << 10,
	WINDOWS = 4096
};

static bool bytes_of_memory(void *context, uint64_t offset, size_t length, const char **at)
{
	const struct advi_str *data = context;

	if (offset > data->len || length > data->len - offset)
		return false;
	*at = data->ptr + offset;
	return true;
}

enum advi_elf_state advi_elf_parse(struct advi_elf *out, struct advi_arena *arena,
				   struct advi_str data)
{
	return advi_elf_read(out, arena, data.len, bytes_of_memory, &data);
}

/* --- an open file --- */

struct file {
	int fd;
	uint64_t size;
	ADVI_VEC(struct advi_elf_part) windows;
};

static const char *in_part(const struct advi_elf_part *part, uint64_t offset, size_t length)
{
	if (offset < part->offset || offset - part->offset > part->have ||
	    length > part->have - (offset - part->offset))
		return NULL;
	return part->bytes + (offset - part->offset);
}

static bool bytes_of_file(void *context, uint64_t offset, size_t length, const char **at)
{
	struct file *file = context;
	struct advi_elf_part *window;

	for (size_t i = 0; i < file->windows.count; i++) {
		*at = in_part(&file->windows.at[i], offset, length);
		if (*at)
			return true;
	}
	if (file->windows.count >= WINDOWS)
		return false;
	window = advi_vec_new(&file->windows);
	window->offset = offset;
	window->length = length > WINDOW_BYTES ? length : WINDOW_BYTES;
	window->bytes = advi_malloc(window->length);
	while (window->have < window->length) {
		ssize_t got =
			pread(file->fd, window->bytes + window->have, window->length - window->have,
			      (off_t)(window->offset + window->have));

		if (got > 0)
			window->have += (size_t)got;
		else if (got == 0 || errno != EINTR)
			break;
	}
	*at = in_part(window, offset, length);
	return *at != NULL;
}

enum advi_elf_state advi_elf_file(struct advi_elf *out, struct advi_arena *arena, int fd,
				  uint64_t size)
{
	struct file file = {.fd = fd, .size = size};
	enum advi_elf_state state = advi_elf_read(out, arena, size, bytes_of_file, &file);

	for (size_t i = 0; i < file.windows.count; i++)
		free(file.windows.at[i].bytes);
	advi_vec_clear(&file.windows);
	/* what is in the file and can't be read is no part of it */
	return state == ADVI_ELF_MORE ? ADVI_ELF_BAD : state;
}

/* --- a stream --- */

void advi_elf_stream_clear(struct advi_elf_stream *stream)
{
	for (size_t i = 0; i < stream->parts.count; i++)
		free(stream->parts.at[i].bytes);
	advi_vec_clear(&stream->parts);
	advi_buf_clear(&stream->head);
}

void advi_elf_stream_begin(struct advi_elf_stream *stream, uint64_t size)
{
	stream->size = size;
	stream->at = 0;
	stream->looked = false;
	stream->head.cap = HEAD_BYTES + 1;
	advi_buf_reset(&stream->head);
	for (size_t i = 0; i < stream->parts.count; i++)
		stream->parts.at[i].have = 0;
}

/* What is not at hand is waited for from now on. */
static bool bytes_of_stream(void *context, uint64_t offset, size_t length, const char **at)
{
	struct advi_elf_stream *stream = context;
	struct advi_str head = advi_buf_str(&stream->head);
	struct advi_elf_part *part;

	if (bytes_of_memory(&head, offset, length, at))
		return true;
	for (size_t i = 0; i < stream->parts.count; i++) {
		part = &stream->parts.at[i];
		*at = in_part(part, offset, length);
		if (*at)
			return true;
		if (part->offset == offset && part->length >= length)
			return false;
	}
	if (stream->parts.count >= WINDOWS)
		return false;
	part = advi_vec_new(&stream->parts);
	part->offset = offset;
	part->length = length;
	part->bytes = advi_malloc(length + 1);
	return false;
}

static void fill(struct advi_elf_part *part, uint64_t at, struct advi_str block)
{
	/* only what follows without a gap counts */
	uint64_t next = part->offset + part->have;
	size_t from, take;

	if (part->have == part->length || next < at || next - at >= block.len)
		return;
	from = (size_t)(next - at);
	take = part->length - part->have;
	if (take > block.len - from)
		take = block.len - from;
	for (size_t i = 0; i < take; i++)
		part->bytes[part->have + i] = block.ptr[from + i];
	part->have += take;
}

/* What can be known from the beginning tells what is to be waited for. */
static void look(struct advi_elf_stream *stream)
{
	struct advi_arena arena = {0};
	struct advi_elf ignored;
	enum advi_elf_state state =
		advi_elf_read(&ignored, &arena, stream->size, bytes_of_stream, stream);

	stream->looked = true;
	stream->none = state == ADVI_ELF_NONE;
	advi_arena_clear(&arena);
}

void advi_elf_stream_add(struct advi_elf_stream *stream, struct advi_str block)
{
	size_t room = HEAD_BYTES - stream->head.len;

	if (stream->none)
		return;
	if (stream->at == stream->head.len && room)
		advi_buf_add(&stream->head,
			     (struct advi_str){block.ptr, block.len < room ? block.len : room});
	for (size_t i = 0; i < stream->parts.count; i++)
		fill(&stream->parts.at[i], stream->at, block);
	stream->at += block.len;
	if (!stream->looked && (stream->head.len >= LOOK_BYTES || stream->at == stream->size))
		look(stream);
}

enum advi_elf_state advi_elf_stream_end(struct advi_elf_stream *stream, struct advi_elf *out,
					struct advi_arena *arena)
{
	size_t waited = stream->parts.count;
	enum advi_elf_state state;

	if (stream->none || stream->at != stream->size)
		return ADVI_ELF_NONE;
	state = advi_elf_read(out, arena, stream->size, bytes_of_stream, stream);
	/* nothing new to wait for: another pass would be like this one */
	if (state == ADVI_ELF_MORE && stream->parts.count == waited &&
	    stream->parts.count >= WINDOWS)
		return ADVI_ELF_BAD;
	return state;
}
