/* SPDX-License-Identifier: BSD-3-Clause */
/* Copying in one thread, SHA-256 in another: blocks go round between them. */
#include "bundle/checked.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "io/fingerprint.h"

/* Blocks small enough to be found in a core's cache by who hashes them. */
enum { BLOCK_BYTES = 256 * 1024, BLOCKS = 16 };

struct ring {
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	char *at; /* BLOCKS blocks */
	size_t bytes[BLOCKS];
	uint64_t filled, done; /* blocks since the beginning */
	bool over;             /* no more will be filled */
	struct advi_digest *digest;
};

static void *hash_blocks(void *context)
{
	struct ring *ring = context;

	pthread_mutex_lock(&ring->mutex);
	for (;;) {
		size_t slot = ring->done % BLOCKS;

		while (ring->done == ring->filled && !ring->over)
			pthread_cond_wait(&ring->changed, &ring->mutex);
		if (ring->done == ring->filled)
			break;
		pthread_mutex_unlock(&ring->mutex);
		advi_digest_add(ring->digest, (struct advi_str){ring->at + slot * BLOCK_BYTES,
								ring->bytes[slot]});
		pthread_mutex_lock(&ring->mutex);
		ring->done++;
		pthread_cond_signal(&ring->changed);
	}
	pthread_mutex_unlock(&ring->mutex);
	return NULL;
}

static char *next_block(struct ring *ring, size_t *slot)
{
	pthread_mutex_lock(&ring->mutex);
	while (ring->filled - ring->done == BLOCKS)
		pthread_cond_wait(&ring->changed, &ring->mutex);
	*slot = ring->filled % BLOCKS;
	pthread_mutex_unlock(&ring->mutex);
	return ring->at + *slot * BLOCK_BYTES;
}

static void hand_over(struct ring *ring, size_t slot, size_t bytes)
{
	pthread_mutex_lock(&ring->mutex);
	ring->bytes[slot] = bytes;
	ring->filled++;
	pthread_cond_signal(&ring->changed);
	pthread_mutex_unlock(&ring->mutex);
}

/* Reads until the block is full or the file ends; -1 with errno. */
static ssize_t fill(int from, char *block)
{
	size_t have = 0;

	while (have < BLOCK_BYTES) {
		ssize_t got = read(from, block + have, BLOCK_BYTES - have);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		have += (size_t)got;
	}
	return (ssize_t)have;
}

static int spill(int to, const char *block, size_t bytes, struct adv_err *err)
{
	while (to >= 0 && bytes) {
		ssize_t put = write(to, block, bytes);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return advi_fail_errno(err, "can't write the copy");
		block += put;
		bytes -= (size_t)put;
	}
	return 0;
}

/* What a copy is about. */
struct copy {
	int to, from;
	uint64_t size;
	const char *phase, *path;
	const struct adv_watch *watch;
	struct ring *ring;        /* to who hashes, or NULL */
	struct advi_print *print; /* or NULL */
	char *block;              /* without a ring */
};

static int copy_blocks(const struct copy *copy, struct adv_err *err)
{
	uint64_t done = 0;

	for (;;) {
		int r = advi_progress(copy->watch, copy->phase, "bytes", done, copy->size, err);
		size_t slot = 0;
		char *block;
		ssize_t got;

		if (r < 0)
			return r;
		block = copy->ring ? next_block(copy->ring, &slot) : copy->block;
		got = fill(copy->from, block);
		if (got < 0)
			return advi_fail_errno(err, "can't read '%s'", copy->path);
		done += (uint64_t)got;
		if (done > copy->size || (got == 0 && done < copy->size))
			return advi_fail(err, ADV_EINPUT,
					 "'%s' has %s than the %llu bytes that its manifest says",
					 copy->path, got ? "more" : "less",
					 (unsigned long long)copy->size);
		if (got == 0)
			return 0;
		if (copy->print)
			advi_print_add(copy->print, (struct advi_str){block, (size_t)got});
		r = spill(copy->to, block, (size_t)got, err);
		if (r < 0)
			return r;
		if (copy->ring)
			hand_over(copy->ring, slot, (size_t)got);
	}
}

/* With SHA-256 in a thread beside. */
static int copy_hashed(struct copy *copy, char hex[ADVI_HEX_SIZE], struct adv_err *err)
{
	struct ring ring = {.mutex = PTHREAD_MUTEX_INITIALIZER,
			    .changed = PTHREAD_COND_INITIALIZER};
	pthread_t hasher;
	int r;

	ring.at = advi_malloc((size_t)BLOCKS * BLOCK_BYTES);
	ring.digest = advi_digest_new("SHA256");
	copy->ring = &ring;
	if (pthread_create(&hasher, NULL, hash_blocks, &ring) != 0) {
		r = advi_fail(err, ADV_EENV, "can't start a thread");
	} else {
		r = copy_blocks(copy, err);
		pthread_mutex_lock(&ring.mutex);
		ring.over = true;
		pthread_cond_signal(&ring.changed);
		pthread_mutex_unlock(&ring.mutex);
		pthread_join(hasher, NULL);
	}
	advi_digest_end(ring.digest, hex);
	free(ring.at);
	pthread_cond_destroy(&ring.changed);
	pthread_mutex_destroy(&ring.mutex);
	return r;
}

int advi_checked_copy(struct advi_checks *checks, int to, int from, uint64_t size,
		      const char *phase, const char *path, const struct adv_watch *watch,
		      struct adv_err *err)
{
	struct copy copy = {
		.to = to,
		.from = from,
		.size = size,
		.phase = phase,
		.path = path,
		.watch = watch,
		.print = checks->want_xxh3 ? advi_print_new() : NULL,
	};
	struct advi_fingerprint print;
	int r;

	posix_fadvise(from, 0, 0, POSIX_FADV_SEQUENTIAL);
	if (checks->want_sha256) {
		r = copy_hashed(&copy, checks->sha256, err);
	} else {
		copy.block = advi_malloc(BLOCK_BYTES);
		r = copy_blocks(&copy, err);
		free(copy.block);
	}
	if (copy.print) {
		print = advi_print_now(copy.print);
		advi_hex_encode(checks->xxh3, print.bytes, sizeof(print.bytes));
	}
	advi_print_free(copy.print);
	return r;
}

int advi_checked_file(struct advi_checks *checks, uint64_t *size, const char *path,
		      const char *phase, const struct adv_watch *watch, struct adv_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), r;
	struct stat info;

	if (fd < 0 || fstat(fd, &info) < 0) {
		r = advi_fail_errno(err, "can't open '%s'", path);
	} else {
		*size = (uint64_t)info.st_size;
		r = advi_checked_copy(checks, -1, fd, *size, phase, path, watch, err);
	}
	if (fd >= 0)
		close(fd);
	return r;
}
