/* SPDX-License-Identifier: BSD-3-Clause */
/* Fuzz target: an ELF file, in memory and as a stream, which must say the same. */
#include <stdlib.h>

#include "bundle/elf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static enum advi_elf_state stream(struct advi_elf *out, struct advi_arena *arena,
				  const uint8_t *data, size_t size)
{
	enum { BLOCK = 97, PASSES = 6 };
	struct advi_elf_stream stream = {0};
	enum advi_elf_state state = ADVI_ELF_MORE;

	for (int pass = 0; pass < PASSES && state == ADVI_ELF_MORE; pass++) {
		advi_elf_stream_begin(&stream, size);
		for (size_t at = 0; at < size; at += BLOCK) {
			size_t bytes = size - at < BLOCK ? size - at : BLOCK;

			advi_elf_stream_add(&stream,
					    (struct advi_str){(const char *)data + at, bytes});
		}
		state = advi_elf_stream_end(&stream, out, arena);
	}
	advi_elf_stream_clear(&stream);
	return state;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct advi_arena arena = {0};
	struct advi_elf one, other;
	enum advi_elf_state state =
		advi_elf_parse(&one, &arena, (struct advi_str){(const char *)data, size});
	enum advi_elf_state again = stream(&other, &arena, data, size);

	if (size && state != again)
		abort();
	if (state == ADVI_ELF_MORE)
		abort();
	if (size && state == ADVI_ELF_READ &&
	    (!same(one.soname, other.soname) || !same(one.glibc, other.glibc) ||
	     !same(one.rpath, other.rpath) || one.needed.count != other.needed.count))
		abort();
	advi_arena_clear(&arena);
	return 0;
}
