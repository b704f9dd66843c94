/* SPDX-License-Identifier: BSD-3-Clause */
/* Several threads read chunks of one stream. */
#include "usage/crew.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

#include "base/mem.h"

/* Batches on their way: so much is read while the caller is long about writing to the store. */
enum { SLOTS = 24, SPINS = 1000 };

struct slot {
	struct advi_crew_batch *out;
	bool done;
};

/* A lane, which one thread at a time is in. */
struct place {
	struct advi_reader *reader;
	uint64_t next; /* chunk that follows the one that was read in it last */
	bool busy;
};

/*
 * Chunks go through three stages: they are brought from the stream, by one thread at a time; read
 * in a lane; and given to the caller. Each stage has them in the order of the stream (lanes: each
 * those that it gets), and whoever is free does what there is to do. There is one lane less than
 * threads, since a lane must learn by itself what others know already. Chunk n lies in slot n
 * modulo their count: those of [given, filled) are to be given, of them [begun, filled) are to be
 * read in lanes.
 */
struct advi_crew {
	pthread_mutex_t lock; /* over all below, but for batches that are being worked on */
	pthread_cond_t changed;
	atomic_uint changes;
	struct advi_chunks *chunks; /* of who has the turn */
	bool turn;                  /* somebody has it */
	bool hold, stop;
	bool ended;         /* the stream is, or can't be read any more */
	int status;         /* why */
	struct adv_err err; /* the same */
	uint64_t filled, begun, given;
	bool giving; /* the caller has the batch of chunk 'given' */
	struct slot slots[SLOTS];
	struct advi_crew_batch batches[SLOTS];
	struct advi_crew_batch *spare[SLOTS]; /* those that are free; the last one was used last */
	size_t spare_count;
	struct place places[ADVI_READERS];
	size_t place_count;
	pthread_t threads[ADVI_READERS];
	size_t started;
	pthread_t caller;
	advi_stream_hear_fn *hearer; /* of the stream: called by the caller alone */
	void *hearer_context;
	bool pulse; /* he is to be told */
};

static void tell(struct advi_crew *crew)
{
	atomic_fetch_add_explicit(&crew->changes, 1, memory_order_release);
	pthread_cond_broadcast(&crew->changed);
}

static void pause_shortly(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#endif
}

/*
 * Waits until something has changed; called and left with the lock. What others do takes some ten
 * microseconds, and so does going to sleep: before that it is awaited for as long.
 */
static void await(struct advi_crew *crew)
{
	unsigned seen = atomic_load_explicit(&crew->changes, memory_order_relaxed);

	pthread_mutex_unlock(&crew->lock);
	for (int i = 0; i < SPINS; i++) {
		if (atomic_load_explicit(&crew->changes, memory_order_acquire) != seen)
			break;
		pause_shortly();
	}
	pthread_mutex_lock(&crew->lock);
	if (atomic_load_explicit(&crew->changes, memory_order_relaxed) == seen)
		pthread_cond_wait(&crew->changed, &crew->lock);
}

/* Somebody has read a good deal. */
static int hear(void *context, struct adv_err *err)
{
	struct advi_crew *crew = context;
	bool stop;

	if (pthread_equal(pthread_self(), crew->caller))
		return crew->hearer ? crew->hearer(crew->hearer_context, err) : 0;
	pthread_mutex_lock(&crew->lock);
	stop = crew->stop;
	crew->pulse = true;
	tell(crew);
	pthread_mutex_unlock(&crew->lock);
	return stop ? ADV_ECANCEL : 0;
}

static struct slot *slot_of(struct advi_crew *crew, uint64_t chunk)
{
	return &crew->slots[chunk % SLOTS];
}

/* All that follow are called and left with the lock. */

/* Brings a chunk from the stream, if that may be. */
static bool fill_one(struct advi_crew *crew)
{
	struct slot *slot = slot_of(crew, crew->filled);
	struct adv_err err = ADV_ERR_INIT;
	int r;

	if (crew->turn || crew->hold || crew->stop || crew->ended || !crew->spare_count)
		return false;
	*slot = (struct slot){.out = crew->spare[--crew->spare_count]};
	crew->turn = true;
	pthread_mutex_unlock(&crew->lock);
	r = advi_chunks_next(crew->chunks, &slot->out->batch.chunk, &err);
	pthread_mutex_lock(&crew->lock);
	crew->turn = false;
	if (r > 0) {
		crew->filled++;
	} else {
		crew->spare[crew->spare_count++] = slot->out;
		crew->ended = true;
		crew->status = r;
		crew->err = err;
	}
	tell(crew);
	return true;
}

/* The free lane for a chunk, best the one that has read the chunk before it; NULL: all are busy. */
static struct place *place_for(struct advi_crew *crew, uint64_t chunk)
{
	struct place *found = NULL;

	for (size_t i = 0; i < crew->place_count; i++) {
		struct place *place = &crew->places[i];

		if (!place->busy && (!found || place->next == chunk))
			found = place;
	}
	return found;
}

/* Reads in a lane what was brought, if there is something and a lane is free. */
static bool read_one(struct advi_crew *crew)
{
	uint64_t chunk = crew->begun;
	struct place *place = chunk < crew->filled ? place_for(crew, chunk) : NULL;
	struct slot *slot = slot_of(crew, chunk);

	if (!place || crew->stop)
		return false;
	crew->begun++;
	place->busy = true;
	pthread_mutex_unlock(&crew->lock);
	if (place->next != chunk)
		advi_lane_turn(&place->reader->lane);
	slot->out->intake = &place->reader->intake;
	advi_lane_read(&place->reader->lane, &slot->out->batch);
	pthread_mutex_lock(&crew->lock);
	place->next = chunk + 1;
	place->busy = false;
	slot->done = true;
	tell(crew);
	return true;
}

static void *work(void *context)
{
	struct advi_crew *crew = context;

	pthread_mutex_lock(&crew->lock);
	while (!crew->stop && (!crew->ended || crew->begun < crew->filled))
		if (!read_one(crew) && !fill_one(crew))
			await(crew);
	pthread_mutex_unlock(&crew->lock);
	return NULL;
}

static void start_threads(struct advi_crew *crew, size_t count)
{
	sigset_t all, before;

	/* Signals are the program's: they go to the thread that it knows. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (crew->started < count &&
	       pthread_create(&crew->threads[crew->started], NULL, work, crew) == 0)
		crew->started++;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

struct advi_crew *advi_crew_new(struct advi_sink *sink, struct advi_chunks *chunks)
{
	struct advi_crew *crew = advi_calloc(1, sizeof(*crew));

	pthread_mutex_init(&crew->lock, NULL);
	pthread_cond_init(&crew->changed, NULL);
	crew->chunks = chunks;
	for (size_t i = 0; i < SLOTS; i++)
		crew->spare[crew->spare_count++] = &crew->batches[i];
	crew->place_count = sink->reader_count > 1 ? sink->reader_count - 1 : 1;
	for (size_t i = 0; i < crew->place_count; i++)
		crew->places[i] = (struct place){.reader = &sink->readers[i], .next = UINT64_MAX};
	crew->caller = pthread_self();
	crew->hearer = advi_stream_hearer(chunks->stream, &crew->hearer_context);
	advi_stream_hear(chunks->stream, hear, crew);
	start_threads(crew, sink->reader_count - 1);
	return crew;
}

void advi_crew_free(struct advi_crew *crew)
{
	if (!crew)
		return;
	pthread_mutex_lock(&crew->lock);
	crew->stop = true;
	tell(crew);
	pthread_mutex_unlock(&crew->lock);
	for (size_t i = 0; i < crew->started; i++)
		pthread_join(crew->threads[i], NULL);
	advi_stream_hear(crew->chunks->stream, crew->hearer, crew->hearer_context);
	for (size_t i = 0; i < SLOTS; i++)
		advi_batch_clear(&crew->batches[i].batch);
	pthread_cond_destroy(&crew->changed);
	pthread_mutex_destroy(&crew->lock);
	free(crew);
}

/* The batch before was taken. */
static void take_back(struct advi_crew *crew)
{
	if (!crew->giving)
		return;
	crew->giving = false;
	crew->spare[crew->spare_count++] = slot_of(crew, crew->given++)->out;
	tell(crew);
}

/* Tells who hears the stream; called and left with the lock. */
static int pass_on(struct advi_crew *crew, struct adv_err *err)
{
	int r;

	crew->pulse = false;
	if (!crew->hearer)
		return 0;
	pthread_mutex_unlock(&crew->lock);
	r = crew->hearer(crew->hearer_context, err);
	pthread_mutex_lock(&crew->lock);
	return r;
}

int advi_crew_next(struct advi_crew *crew, const struct advi_crew_batch **out, struct adv_err *err)
{
	struct slot *slot;
	int r = 0;

	pthread_mutex_lock(&crew->lock);
	take_back(crew);
	slot = slot_of(crew, crew->given);
	while (!crew->pulse || (r = pass_on(crew, err)) == 0) {
		if (crew->given < crew->filled && slot->done)
			break;
		if (crew->given == crew->filled && (crew->ended || (crew->hold && !crew->turn)))
			break;
		if (!read_one(crew) && !fill_one(crew))
			await(crew);
	}
	if (r < 0) {
		pthread_mutex_unlock(&crew->lock);
		return r;
	}
	crew->giving = crew->given < crew->filled;
	*out = crew->giving ? slot->out : NULL;
	r = crew->giving ? 1 : crew->ended ? crew->status : 0;
	if (r < 0 && err)
		*err = crew->err;
	pthread_mutex_unlock(&crew->lock);
	return r;
}

void advi_crew_hold(struct advi_crew *crew, bool hold)
{
	pthread_mutex_lock(&crew->lock);
	crew->hold = hold;
	tell(crew);
	pthread_mutex_unlock(&crew->lock);
}

bool advi_crew_ended(struct advi_crew *crew)
{
	bool ended;

	pthread_mutex_lock(&crew->lock);
	ended = crew->ended;
	pthread_mutex_unlock(&crew->lock);
	return ended;
}
