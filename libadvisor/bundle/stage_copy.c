/* SPDX-License-Identifier: BSD-3-Clause */
/* Copying in one thread, hashing in another: blocks go round between them. */
#include "bundle/stage_copy.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include "base/mem.h"

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

static int copy_blocks(struct ring *ring, int to, int from, uint64_t size, const char *phase,
		       const char *path, const struct adv_watch *watch, struct adv_err *err)
{
	uint64_t done = 0;

	for (;;) {
		int r = advi_progress(watch, phase, "bytes", done, size, err);
		size_t slot;
		char *block;
		ssize_t got;

		if (r < 0)
			return r;
		block = next_block(ring, &slot);
		got = fill(from, block);
		if (got < 0)
			return advi_fail_errno(err, "can't read '%s'", path);
		done += (uint64_t)got;
		if (done > size || (got == 0 && done < size))
			return advi_fail(err, ADV_EINPUT,
					 "'%s' has %s than the %llu bytes that its manifest says",
					 path, got ? "more" : "less", (unsigned long long)size);
		if (got == 0)
			return 0;
		r = spill(to, block, (size_t)got, err);
		if (r < 0)
			return r;
		hand_over(ring, slot, (size_t)got);
	}
}

int advi_copy_hashed(int to, int from, uint64_t size, char hex[ADVI_HEX_SIZE], const char *phase,
		     const char *path, const struct adv_watch *watch, struct adv_err *err)
{
	struct ring ring = {.mutex = PTHREAD_MUTEX_INITIALIZER,
			    .changed = PTHREAD_COND_INITIALIZER};
	pthread_t hasher;
	int r;

	ring.at = advi_malloc((size_t)BLOCKS * BLOCK_BYTES);
	ring.digest = advi_digest_new("SHA256");
	posix_fadvise(from, 0, 0, POSIX_FADV_SEQUENTIAL);
	if (pthread_create(&hasher, NULL, hash_blocks, &ring) != 0) {
		r = advi_fail(err, ADV_EENV, "can't start a thread");
	} else {
		r = copy_blocks(&ring, to, from, size, phase, path, watch, err);
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
