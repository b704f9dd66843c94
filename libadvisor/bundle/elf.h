/* SPDX-License-Identifier: BSD-3-Clause */
/* What the dynamic loader reads of an ELF file: what it needs, and where it looks for that. */
#ifndef ADVI_BUNDLE_ELF_H
#define ADVI_BUNDLE_ELF_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"
#include "conda/record.h"

/* A program or a shared object. Strings live in the arena that it was read into. */
struct advi_elf {
	const char *kind;    /* "elf64le-x86-64": objects of one kind can be loaded together */
	bool program;        /* the kernel starts it: it names a loader */
	const char *soname;  /* or NULL */
	const char *rpath;   /* DT_RPATH; NULL when there is none, or a DT_RUNPATH beside it */
	const char *runpath; /* DT_RUNPATH, or NULL */
	uint64_t path_at;    /* where in the file the rpath or runpath stands; 0: in two parts */
	uint64_t interp_at, interp_bytes; /* of a program: where it names its loader */
	const char *glibc;       /* "2.17": the newest GLIBC_ version that it needs, or NULL */
	struct advi_list needed; /* DT_NEEDED, in its order */
};

enum advi_elf_state {
	ADVI_ELF_READ, /* it is one, and was read */
	ADVI_ELF_NONE, /* it is none that could be loaded: text, an object file, a core */
	ADVI_ELF_BAD,  /* it says it is one, and is damaged */
	ADVI_ELF_MORE  /* a part that it depends on is not at hand */
};

/*
 * A file of which parts are at hand. '*at' becomes the address of 'length' bytes from 'offset' on,
 * which stay there until all is read; false when they are not at hand.
 */
typedef bool advi_elf_bytes(void *context, uint64_t offset, size_t length, const char **at);

/* Reads one; 'size' is that of the file. */
enum advi_elf_state advi_elf_read(struct advi_elf *out, struct advi_arena *arena, uint64_t size,
				  advi_elf_bytes *bytes, void *context);
/* The same of one that is in memory. */
enum advi_elf_state advi_elf_parse(struct advi_elf *out, struct advi_arena *arena,
				   struct advi_str data);
/* The same of an open file. */
enum advi_elf_state advi_elf_file(struct advi_elf *out, struct advi_arena *arena, int fd,
				  uint64_t size);

/* Compares "2.9" and "2.17" as versions; NULL is less than any. */
int advi_elf_glibc_cmp(const char *a, const char *b);

/* A part of a file that passes by. */
struct advi_elf_part {
	uint64_t offset;
	size_t length, have; /* bytes */
	char *bytes;
};

/*
 * A file that passes by in blocks, of which only what matters is kept. What is found out too late
 * is waited for when the file passes by again. Zero is empty.
 */
struct advi_elf_stream {
	uint64_t size, at; /* of the file, and of what comes next */
	bool none;         /* it is no ELF file: nothing is kept */
	bool looked;       /* what can be known from its beginning is known */
	struct advi_buf head;
	ADVI_VEC(struct advi_elf_part) parts;
};

void advi_elf_stream_clear(struct advi_elf_stream *stream);
/* Begins to listen to a file from its first byte on, for the first time or again. */
void advi_elf_stream_begin(struct advi_elf_stream *stream, uint64_t size);
void advi_elf_stream_add(struct advi_elf_stream *stream, struct advi_str block);
/* At the file's end. ADVI_ELF_MORE: let it pass by again. */
enum advi_elf_state advi_elf_stream_end(struct advi_elf_stream *stream, struct advi_elf *out,
					struct advi_arena *arena);

#endif
