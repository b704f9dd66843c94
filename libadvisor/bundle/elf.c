/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reading ELF files as the dynamic loader does: program headers, the dynamic segment, and what that
 * points to. Section headers may be stripped, and are not looked at. Formats: elf(5), and the
 * System V ABI with the extensions for symbol versions (Drepper, "ELF Symbol Versioning").
 */
#include "bundle/elf.h"

#include <elf.h>

enum {
	SEGMENTS = 512,
	DYNAMIC_BYTES = 1 << 20,
	TEXT_BYTES = 4096,
	TEXTS_BYTES = 1 << 30,
	NEEDED = 1000,
	VERSIONS = 10000,
};

struct segment {
	uint64_t offset, address, bytes; /* bytes in the file */
};

struct reader {
	advi_elf_bytes *bytes;
	void *context;
	struct advi_arena *arena;
	uint64_t size;
	bool wide, big; /* 64 bits; most significant byte first */
	bool more;      /* something was not at hand */
	bool bad;       /* something can't be */
	ADVI_VEC(struct segment) loads;
	struct segment dynamic, texts;
	uint64_t versions, version_count; /* address and number of what is needed */
};

/* A part that must be in the file. */
static const unsigned char *part(struct reader *reader, uint64_t offset, size_t length)
{
	const char *at = NULL;

	if (offset > reader->size || length > reader->size - offset) {
		reader->bad = true;
		return NULL;
	}
	if (!reader->bytes(reader->context, offset, length, &at)) {
		reader->more = true;
		return NULL;
	}
	return (const unsigned char *)at;
}

static uint64_t number(const struct reader *reader, const unsigned char *at, size_t bytes)
{
	uint64_t value = 0;

	for (size_t i = 0; i < bytes; i++)
		value = value << 8 | at[reader->big ? i : bytes - 1 - i];
	return value;
}

/* A member of a structure, of this file's class. */
#define FIELD(reader, at, type, member)                                                            \
	((reader)->wide ? number(reader, (at) + offsetof(Elf64_##type, member),                    \
				 sizeof(((Elf64_##type *)0)->member))                              \
			: number(reader, (at) + offsetof(Elf32_##type, member),                    \
				 sizeof(((Elf32_##type *)0)->member)))
#define BYTES(reader, type) ((reader)->wide ? sizeof(Elf64_##type) : sizeof(Elf32_##type))

static const char *machine_name(struct advi_arena *arena, uint64_t machine)
{
	static const struct {
		uint64_t machine;
		const char *name;
	} names[] = {
		{EM_386, "i386"},    {EM_X86_64, "x86-64"}, {EM_AARCH64, "aarch64"},
		{EM_ARM, "arm"},     {EM_PPC64, "ppc64"},   {EM_S390, "s390"},
		{EM_RISCV, "riscv"},
	};

	for (size_t i = 0; i < ADVI_COUNT(names); i++)
		if (names[i].machine == machine)
			return names[i].name;
	return advi_arena_printf(arena, "machine-%llu", (unsigned long long)machine);
}

static void read_segment(struct reader *reader, struct advi_elf *out, const unsigned char *at)
{
	struct segment segment = {
		.offset = FIELD(reader, at, Phdr, p_offset),
		.address = FIELD(reader, at, Phdr, p_vaddr),
		.bytes = FIELD(reader, at, Phdr, p_filesz),
	};

	switch (FIELD(reader, at, Phdr, p_type)) {
	case PT_LOAD:
		advi_vec_push(&reader->loads, segment);
		break;
	case PT_DYNAMIC:
		reader->dynamic = segment;
		break;
	case PT_INTERP:
		out->program = true;
		out->interp_at = segment.offset;
		out->interp_bytes = segment.bytes;
		break;
	default:
		break;
	}
}

static enum advi_elf_state read_header(struct reader *reader, struct advi_elf *out)
{
	const unsigned char *ident, *head, *table;
	uint64_t type, offset, count, each;

	if (reader->size < EI_NIDENT)
		return ADVI_ELF_NONE;
	ident = part(reader, 0, EI_NIDENT);
	if (!ident)
		return ADVI_ELF_MORE;
	if (memcmp(ident, ELFMAG, SELFMAG) != 0)
		return ADVI_ELF_NONE;
	if ((ident[EI_CLASS] != ELFCLASS32 && ident[EI_CLASS] != ELFCLASS64) ||
	    (ident[EI_DATA] != ELFDATA2LSB && ident[EI_DATA] != ELFDATA2MSB))
		return ADVI_ELF_BAD;
	reader->wide = ident[EI_CLASS] == ELFCLASS64;
	reader->big = ident[EI_DATA] == ELFDATA2MSB;
	head = part(reader, 0, BYTES(reader, Ehdr));
	if (!head)
		return reader->bad ? ADVI_ELF_BAD : ADVI_ELF_MORE;
	type = FIELD(reader, head, Ehdr, e_type);
	if (type != ET_EXEC && type != ET_DYN)
		return ADVI_ELF_NONE;
	out->kind = advi_arena_printf(
		reader->arena, "elf%d%s-%s", reader->wide ? 64 : 32, reader->big ? "be" : "le",
		machine_name(reader->arena, FIELD(reader, head, Ehdr, e_machine)));
	offset = FIELD(reader, head, Ehdr, e_phoff);
	count = FIELD(reader, head, Ehdr, e_phnum);
	each = FIELD(reader, head, Ehdr, e_phentsize);
	if (count == 0)
		return ADVI_ELF_READ;
	if (count > SEGMENTS || each != BYTES(reader, Phdr))
		return ADVI_ELF_BAD;
	table = part(reader, offset, (size_t)(count * each));
	if (!table)
		return reader->bad ? ADVI_ELF_BAD : ADVI_ELF_MORE;
	for (uint64_t i = 0; i < count; i++)
		read_segment(reader, out, table + i * each);
	return ADVI_ELF_READ;
}

/* What goes on in other segments, in memory as in the file, is one: patchelf cuts tables so. */
static void join(const struct reader *reader, struct segment *at)
{
	for (size_t i = 0; i < reader->loads.count; i++) {
		const struct segment *load = &reader->loads.at[i];

		if (load->address == at->address + at->bytes &&
		    load->offset == at->offset + at->bytes && load->bytes <= UINT32_MAX &&
		    at->bytes <= UINT32_MAX)
			at->bytes += load->bytes;
	}
}

/* Where in the file an address of memory is, and how many bytes of its segment follow. */
static bool find(struct reader *reader, uint64_t address, struct segment *out)
{
	for (size_t i = 0; i < reader->loads.count; i++) {
		const struct segment *load = &reader->loads.at[i];

		if (address < load->address || address - load->address >= load->bytes)
			continue;
		*out = (struct segment){
			.address = address,
			.bytes = load->bytes - (address - load->address),
		};
		if (__builtin_add_overflow(load->offset, address - load->address, &out->offset))
			return false;
		join(reader, out);
		return true;
	}
	return false;
}

/* Bytes at an address of memory, which must lie in one segment. */
static const unsigned char *part_at(struct reader *reader, uint64_t address, size_t length)
{
	struct segment at;

	if (!find(reader, address, &at) || at.bytes < length) {
		reader->bad = true;
		return NULL;
	}
	return part(reader, at.offset, length);
}

/*
 * A text of the dynamic segment's table; NULL when it is not at hand or can't be. What is one in
 * memory may be two in the file: tools that change a file put parts of it into segments of their
 * own. '*offset' is where it begins in the file; 0 when it is in two parts.
 */
static const char *text_from(struct reader *reader, uint64_t index, uint64_t *offset)
{
	ADVI_AUTO(buf) struct advi_buf out = ADVI_BUF_INIT(TEXT_BYTES + 1);
	struct segment at = {0};
	const unsigned char *bytes = NULL;

	while (out.len < TEXT_BYTES) {
		uint64_t address = reader->texts.address + index + out.len;
		size_t length = TEXT_BYTES - out.len, end;

		if (index + out.len >= reader->texts.bytes || !find(reader, address, &at))
			break;
		if (length > at.bytes)
			length = (size_t)at.bytes;
		if (length > reader->texts.bytes - index - out.len)
			length = (size_t)(reader->texts.bytes - index - out.len);
		bytes = part(reader, at.offset, length);
		if (!bytes)
			return NULL;
		end = advi_str_find((struct advi_str){(const char *)bytes, length}, '\0');
		*offset = out.len ? 0 : at.offset;
		advi_buf_add(&out, (struct advi_str){(const char *)bytes, end});
		if (end < length)
			return advi_arena_str(reader->arena, advi_buf_str(&out));
	}
	reader->bad = true;
	return NULL;
}

static const char *text(struct reader *reader, uint64_t index)
{
	uint64_t offset;

	return text_from(reader, index, &offset);
}

/* The entries of the dynamic segment, from the first on until one is not at hand or ends it. */
static const unsigned char *entries(struct reader *reader, size_t *count)
{
	size_t each = BYTES(reader, Dyn), bytes = (size_t)reader->dynamic.bytes;
	const unsigned char *at;

	if (reader->dynamic.bytes > DYNAMIC_BYTES) {
		reader->bad = true;
		return NULL;
	}
	at = part(reader, reader->dynamic.offset, bytes);
	*count = 0;
	while (at && *count < bytes / each &&
	       FIELD(reader, at + *count * each, Dyn, d_tag) != DT_NULL)
		++*count;
	return at;
}

/* Where the texts and the versions are, which other entries need. */
static void read_places(struct reader *reader, const unsigned char *at, size_t count)
{
	uint64_t address = 0, bytes = 0;
	bool any = false;

	for (size_t i = 0; i < count; i++, at += BYTES(reader, Dyn)) {
		uint64_t value = FIELD(reader, at, Dyn, d_un.d_val);

		switch (FIELD(reader, at, Dyn, d_tag)) {
		case DT_STRTAB:
			address = value;
			any = true;
			break;
		case DT_STRSZ:
			bytes = value;
			break;
		case DT_VERNEED:
			reader->versions = value;
			break;
		case DT_VERNEEDNUM:
			reader->version_count = value;
			break;
		default:
			break;
		}
	}
	reader->texts = (struct segment){.address = address, .bytes = any ? bytes : 0};
	/* so that sums with what is in it don't overflow */
	if (address > UINT64_MAX / 2 || bytes > TEXTS_BYTES)
		reader->bad = true;
}

static void read_entries(struct reader *reader, struct advi_elf *out, const unsigned char *at,
			 size_t count)
{
	advi_names needed = {0};
	const char **copy;

	for (size_t i = 0; i < count && !reader->bad; i++, at += BYTES(reader, Dyn)) {
		uint64_t tag = FIELD(reader, at, Dyn, d_tag);
		const char **to = tag == DT_SONAME    ? &out->soname
				  : tag == DT_RPATH   ? &out->rpath
				  : tag == DT_RUNPATH ? &out->runpath
						      : NULL;
		const char *value;
		uint64_t offset = 0;

		if (!to && tag != DT_NEEDED)
			continue;
		value = text_from(reader, FIELD(reader, at, Dyn, d_un.d_val), &offset);
		if (tag == DT_RUNPATH || (tag == DT_RPATH && !out->runpath))
			out->path_at = offset;
		if (to)
			*to = value;
		else if (needed.count >= NEEDED)
			reader->bad = true;
		else if (value)
			advi_vec_push(&needed, value);
	}
	/* the loader does not read the one beside the other */
	if (out->runpath)
		out->rpath = NULL;
	copy = advi_arena_alloc(reader->arena, (needed.count + 1) * sizeof(*copy));
	for (size_t i = 0; i < needed.count; i++)
		copy[i] = needed.at[i];
	out->needed = (struct advi_list){copy, needed.count};
	advi_vec_clear(&needed);
}

int advi_elf_glibc_cmp(const char *a, const char *b)
{
	struct advi_str left = advi_str(a), right = advi_str(b), part_left, part_right;

	while (left.len || right.len) {
		uint64_t x = 0, y = 0;

		if (!left.len || !right.len)
			return left.len ? 1 : -1;
		advi_str_split(&left, '.', &part_left);
		advi_str_split(&right, '.', &part_right);
		advi_str_u64(part_left, &x);
		advi_str_u64(part_right, &y);
		if (x != y)
			return x < y ? -1 : 1;
	}
	return 0;
}

/* "GLIBC_2.17" */
static void take_version(struct reader *reader, struct advi_elf *out, const char *name)
{
	static const char prefix[] = "GLIBC_";
	struct advi_str version = advi_str_from(advi_str(name), sizeof(prefix) - 1);
	const char *found;

	if (strncmp(name, prefix, sizeof(prefix) - 1) != 0)
		return;
	/* a mark in place of a number: packed relocations, which glibc reads since 2.36 */
	if (advi_str_is(version, "ABI_DT_RELR"))
		version = ADVI_STR("2.36");
	for (size_t i = 0; i < version.len; i++)
		if (version.ptr[i] != '.' && (version.ptr[i] < '0' || version.ptr[i] > '9'))
			return;
	found = advi_arena_str(reader->arena, version);
	if (version.len && advi_elf_glibc_cmp(found, out->glibc) > 0)
		out->glibc = found;
}

/* The versions that are needed of one library: a Verneed at 'address' with its list of Vernaux. */
static void read_library(struct reader *reader, struct advi_elf *out, uint64_t address,
			 const unsigned char *need, size_t *budget)
{
	uint64_t count = FIELD(reader, need, Verneed, vn_cnt);
	uint64_t by = FIELD(reader, need, Verneed, vn_aux);

	for (uint64_t i = 0; i < count && by; i++) {
		const unsigned char *aux = part_at(reader, address += by, sizeof(Elf64_Vernaux));
		const char *name;

		if (!aux || (*budget)-- == 0) {
			reader->bad |= aux != NULL;
			return;
		}
		name = text(reader, FIELD(reader, aux, Vernaux, vna_name));
		if (name)
			take_version(reader, out, name);
		by = FIELD(reader, aux, Vernaux, vna_next);
	}
}

/* Lists whose links are distances, of 32 bits: an address can't overflow before the budget ends. */
static void read_versions(struct reader *reader, struct advi_elf *out)
{
	uint64_t address = reader->versions;
	size_t budget = VERSIONS;

	if (!address || address > UINT64_MAX / 2)
		return;
	for (uint64_t i = 0; i < reader->version_count && !reader->bad; i++) {
		const unsigned char *need = part_at(reader, address, sizeof(Elf64_Verneed));
		uint64_t by;

		if (!need || budget-- == 0) {
			reader->bad |= need != NULL;
			return;
		}
		read_library(reader, out, address, need, &budget);
		by = FIELD(reader, need, Verneed, vn_next);
		if (!by)
			return;
		address += by;
	}
}

enum advi_elf_state advi_elf_read(struct advi_elf *out, struct advi_arena *arena, uint64_t size,
				  advi_elf_bytes *bytes, void *context)
{
	struct reader reader = {.bytes = bytes, .context = context, .arena = arena, .size = size};
	enum advi_elf_state state;
	const unsigned char *at = NULL;
	size_t count = 0;

	*out = (struct advi_elf){0};
	state = read_header(&reader, out);
	if (state == ADVI_ELF_READ && reader.dynamic.bytes)
		at = entries(&reader, &count);
	if (at) {
		read_places(&reader, at, count);
		read_entries(&reader, out, at, count);
		read_versions(&reader, out);
	}
	advi_vec_clear(&reader.loads);
	if (state != ADVI_ELF_READ)
		return state;
	return reader.bad ? ADVI_ELF_BAD : reader.more ? ADVI_ELF_MORE : ADVI_ELF_READ;
}
