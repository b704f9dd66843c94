/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading ELF files: this program itself, from a file, from memory and as a stream. */
#include "unit.h"

#include <fcntl.h>
#include <unistd.h>

#include "bundle/elf.h"
#include "io/file.h"

static bool needs(const struct advi_elf *elf, const char *name)
{
	for (size_t i = 0; i < elf->needed.count; i++)
		if (strcmp(elf->needed.at[i], name) == 0)
			return true;
	return false;
}

/* Lets 'data' pass by in blocks of 'block' bytes, as often as it is asked for. */
static enum advi_elf_state pass(struct advi_elf *out, struct advi_arena *arena,
				struct advi_str data, size_t block, int *passes)
{
	struct advi_elf_stream stream = {0};
	enum advi_elf_state state = ADVI_ELF_MORE;

	for (*passes = 0; state == ADVI_ELF_MORE && *passes < 6; ++*passes) {
		advi_elf_stream_begin(&stream, data.len);
		for (struct advi_str rest = data; rest.len; rest = advi_str_from(rest, block))
			advi_elf_stream_add(
				&stream,
				(struct advi_str){rest.ptr, rest.len < block ? rest.len : block});
		state = advi_elf_stream_end(&stream, out, arena);
	}
	advi_elf_stream_clear(&stream);
	return state;
}

static void this_program_is_read_alike_in_every_way(void **state)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(1 << 30);
	struct advi_arena arena = {0};
	struct advi_elf whole, opened, passed;
	struct adv_err err = ADV_ERR_INIT;
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC), passes;

	(void)state;
	assert_ok(advi_file_read(&text, "/proc/self/exe", &err));
	assert_int_equal(advi_elf_parse(&whole, &arena, advi_buf_str(&text)), ADVI_ELF_READ);
	assert_int_equal(advi_elf_file(&opened, &arena, fd, text.len), ADVI_ELF_READ);
	assert_int_equal(pass(&passed, &arena, advi_buf_str(&text), 10007, &passes), ADVI_ELF_READ);
	assert_int_equal(passes, 1);
	close(fd);
	assert_true(whole.program && opened.program && passed.program);
	assert_true(needs(&whole, "libc.so.6") && needs(&opened, "libc.so.6"));
	assert_int_equal(whole.needed.count, passed.needed.count);
	assert_int_equal(whole.needed.count, opened.needed.count);
	assert_non_null(whole.glibc);
	assert_string_equal(whole.glibc, opened.glibc);
	assert_string_equal(whole.glibc, passed.glibc);
	assert_true(advi_elf_glibc_cmp(whole.glibc, "2.0") > 0);
	advi_arena_clear(&arena);
}

/*
 * An object as some tools leave it: the program headers and the texts lie behind everything else.
 * 'gap' bytes are before them.
 */
static char *moved(size_t gap, size_t *size)
{
	enum { HEADER = 64, SEGMENT = 56, SEGMENTS = 2, ENTRY = 16 };
	static const char texts[] = "\0libfar.so.1\0libneed.so.2";
	const uint64_t dynamic[] = {14, 1, 1, 13, 5, 0, 10, sizeof(texts), 0, 0};
	size_t at_dynamic = HEADER + gap, at_texts = at_dynamic + sizeof(dynamic);
	size_t at_table = at_texts + 32;
	const uint64_t load[] = {0x400000001, 0, 0, 0, at_table, at_table, 8};
	const uint64_t segment[] = {0x400000002,     at_dynamic,      at_dynamic, at_dynamic,
				    sizeof(dynamic), sizeof(dynamic), 8};
	const uint64_t at_texts_address = at_texts;
	char *data = advi_calloc(1, *size = at_table + SEGMENTS * SEGMENT);

	memcpy(data,
	       "\x7f"
	       "ELF\2\1\1",
	       7);
	memcpy(data + 16, "\3\0\x3E\0\1\0\0\0", 8);
	memcpy(data + 32, &at_table, 8);
	memcpy(data + 52, "\x40\0\x38\0\2\0", 6);
	memcpy(data + at_dynamic, dynamic, sizeof(dynamic));
	memcpy(data + at_dynamic + 2 * ENTRY + 8, &at_texts_address, 8);
	memcpy(data + at_texts, texts, sizeof(texts));
	memcpy(data + at_table, load, SEGMENT);
	memcpy(data + at_table + SEGMENT, segment, SEGMENT);
	return data;
}

static void what_lies_far_is_waited_for(void **state)
{
	static const size_t gaps[] = {0, 100000, 20 << 20};

	(void)state;
#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
	skip();
#endif
	for (size_t i = 0; i < ADVI_COUNT(gaps); i++) {
		size_t size;
		ADVI_AUTO_PTR char *data = moved(gaps[i], &size);
		struct advi_arena arena = {0};
		struct advi_elf elf;
		int passes;

		assert_int_equal(pass(&elf, &arena, (struct advi_str){data, size}, 65537, &passes),
				 ADVI_ELF_READ);
		assert_true(passes > 1 ? gaps[i] > 16 << 20 : gaps[i] < 16 << 20);
		assert_string_equal(elf.soname, "libfar.so.1");
		assert_int_equal(elf.needed.count, 1);
		assert_string_equal(elf.needed.at[0], "libneed.so.2");
		assert_string_equal(elf.kind, "elf64le-x86-64");
		assert_false(elf.program);
		advi_arena_clear(&arena);
	}
}

static void damage_is_told_from_what_is_none(void **state)
{
	struct advi_arena arena = {0};
	struct advi_elf elf;
	size_t size, damaged = 0;
	ADVI_AUTO_PTR char *data = moved(0, &size);

	(void)state;
	assert_int_equal(advi_elf_parse(&elf, &arena, ADVI_STR("")), ADVI_ELF_NONE);
	assert_int_equal(advi_elf_parse(&elf, &arena, ADVI_STR("#!/bin/sh\necho 12345678")),
			 ADVI_ELF_NONE);
	for (size_t cut = 64; cut < size; cut++)
		damaged +=
			advi_elf_parse(&elf, &arena, (struct advi_str){data, cut}) == ADVI_ELF_BAD;
	assert_int_equal(damaged, size - 64);
	data[16] = 1; /* an object file */
	assert_int_equal(advi_elf_parse(&elf, &arena, (struct advi_str){data, size}),
			 ADVI_ELF_NONE);
	advi_arena_clear(&arena);
}

static void versions_of_glibc_are_compared_as_such(void **state)
{
	(void)state;
	assert_true(advi_elf_glibc_cmp("2.9", "2.17") < 0);
	assert_true(advi_elf_glibc_cmp("2.17", "2.2.5") > 0);
	assert_true(advi_elf_glibc_cmp("2.2", "2.2.5") < 0);
	assert_int_equal(advi_elf_glibc_cmp("2.28", "2.28"), 0);
	assert_true(advi_elf_glibc_cmp("2.0", NULL) > 0);
	assert_int_equal(advi_elf_glibc_cmp(NULL, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(this_program_is_read_alike_in_every_way),
		cmocka_unit_test(what_lies_far_is_waited_for),
		cmocka_unit_test(damage_is_told_from_what_is_none),
		cmocka_unit_test(versions_of_glibc_are_compared_as_such),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
