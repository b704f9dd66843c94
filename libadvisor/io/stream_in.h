/* SPDX-License-Identifier: BSD-3-Clause */
/* What the files of streams share among each other. */
#ifndef ADVI_IO_STREAM_IN_H
#define ADVI_IO_STREAM_IN_H

#include <archive.h>
#include <archive_entry.h>

#include "io/stream.h"

enum { ADVI_STREAM_BLOCK = 1 << 20 }; /* bytes that are read at once */

struct advi_stream {
	struct archive *archive; /* that data is read from: 'outer', or a member of it undone */
	struct archive *outer;
	bool members; /* it is read member by member */
	char *path;
	bool empty; /* nothing in it: libarchive has no entry for that */
	bool begun; /* the first member was asked for */
	char *block;
	char *packed;           /* a member's data before it is undone */
	size_t packed_bytes;    /* read ahead into it */
	struct advi_buf member; /* the name of the member */
	struct adv_err late;    /* why the member can't be read, told when it is */
	struct advi_buf held;   /* read ahead by advi_stream_peek, given by the next read */
	struct advi_print *print;
	uint64_t print_but; /* bytes that are still left out of it */
	uint64_t given;     /* of the file, or of the member */
	_Atomic uint64_t taken;
	advi_stream_hear_fn *hear;
	void *hear_context;
	size_t unheard; /* bytes read since it was called */
	uint64_t left;  /* of a range, the bytes that it still has at most */
	int fd;         /* of a range, or of plain text; -1: libarchive reads */
	int archived;   /* what libarchive reads; -1: standard input, or nothing */
	struct stat file;
};

/* The code of a system's error: whether it is trouble of the machine, not of the data. */
int advi_stream_code(int sys);
/* libarchive's complaint. */
int advi_stream_complain(const struct advi_stream *stream, struct adv_err *err);
/* Undoes what data is compressed with; archives are to be added. */
struct archive *advi_stream_reader(void);
/* The name of a member that is a regular file; none otherwise. */
void advi_stream_take_name(struct advi_stream *stream, struct archive_entry *entry);
/* Back from a member that was compressed by itself to the archive. */
void advi_stream_close_member(struct advi_stream *stream);

#endif
