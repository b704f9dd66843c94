/* SPDX-License-Identifier: BSD-3-Clause */
/* Several threads read chunks of one stream. */
#include "usage/crew.h"

#include <pthread.h>
#include <signal.h>

#include "base/mem.h"

enum { SLOTS = 2 * ADVI_READERS };

struct slot {
	struct advi_crew_batch out;
	bool done;
};

struct hand {
	struct advi_crew *crew;
	struct advi_reader *reader;
	uint64_t next; /* chunk that follows the one it has read last */
	pthread_t thread;
};

/*
 * Chunk n lies in slot n modulo their count. Who has the turn reads the next chunk from the stream,
 * gives the turn on, and then reads what is in the chunk; so the stream is read in order, by one at
 * a time. Chunks [given, read) are being read or wait for the caller.
 */
struct advi_crew {
	pthread_mutex_t lock; /* over all below, but for slots that are being read */
	pthread_cond_t changed;
	struct advi_chunks *chunks; /* of who has the turn */
	bool turn;                  /* somebody has it */
	bool hold, stop;
	bool ended;         /* the stream is, or can't be read any more */
	int status;         /* why */
	struct adv_err err; /* the same */
	uint64_t read, given, slot_count;
	bool giving; /* the caller has the batch of chunk 'given' */
	struct slot slots[SLOTS];
	struct hand hands[ADVI_READERS];
	size_t started; /* hands with a thread: those from 1 on */
	pthread_t caller;
	advi_stream_hear_fn *hearer; /* of the stream: called by the caller alone */
	void *hearer_context;
	bool pulse; /* he is to be told */
};

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
	pthread_cond_broadcast(&crew->changed);
	pthread_mutex_unlock(&crew->lock);
	return stop ? ADV_ECANCEL : 0;
}

static bool may_read(const struct advi_crew *crew)
{
	return !crew->turn && !crew->hold && !crew->stop && !crew->ended &&
	       crew->read - crew->given < crew->slot_count;
}

/* Reads one chunk and what is in it; called and left with the lock. */
static void read_one(struct advi_crew *crew, struct hand *hand)
{
	uint64_t number = crew->read;
	struct slot *slot = &crew->slots[number % crew->slot_count];
	struct adv_err err = ADV_ERR_INIT;
	int r;

	crew->turn = true;
	pthread_mutex_unlock(&crew->lock);
	r = advi_chunks_next(crew->chunks, &slot->out.batch.chunk, &err);
	slot->out.intake = &hand->reader->intake;
	slot->done = false;
	pthread_mutex_lock(&crew->lock);
	crew->turn = false;
	if (r <= 0) {
		crew->ended = true;
		crew->status = r;
		crew->err = err;
		pthread_cond_broadcast(&crew->changed);
		return;
	}
	crew->read++;
	pthread_cond_broadcast(&crew->changed);
	pthread_mutex_unlock(&crew->lock);
	if (number != hand->next)
		advi_lane_turn(&hand->reader->lane);
	hand->next = number + 1;
	advi_lane_read(&hand->reader->lane, &slot->out.batch);
	pthread_mutex_lock(&crew->lock);
	slot->done = true;
	pthread_cond_broadcast(&crew->changed);
}

static void *work(void *context)
{
	struct hand *hand = context;
	struct advi_crew *crew = hand->crew;

	pthread_mutex_lock(&crew->lock);
	while (!crew->stop && !crew->ended) {
		if (may_read(crew))
			read_one(crew, hand);
		else
			pthread_cond_wait(&crew->changed, &crew->lock);
	}
	pthread_mutex_unlock(&crew->lock);
	return NULL;
}

struct advi_crew *advi_crew_new(struct advi_sink *sink, struct advi_chunks *chunks)
{
	struct advi_crew *crew = advi_calloc(1, sizeof(*crew));
	sigset_t all, before;

	pthread_mutex_init(&crew->lock, NULL);
	pthread_cond_init(&crew->changed, NULL);
	crew->chunks = chunks;
	crew->slot_count = 2 * sink->reader_count;
	for (size_t i = 0; i < sink->reader_count; i++)
		crew->hands[i] = (struct hand){.crew = crew, .reader = &sink->readers[i]};
	crew->caller = pthread_self();
	crew->hearer = advi_stream_hearer(chunks->stream, &crew->hearer_context);
	advi_stream_hear(chunks->stream, hear, crew);
	/* Signals are the program's: they go to the thread that it knows. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (crew->started + 1 < sink->reader_count) {
		struct hand *hand = &crew->hands[crew->started + 1];

		if (pthread_create(&hand->thread, NULL, work, hand) != 0)
			break;
		crew->started++;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return crew;
}

void advi_crew_free(struct advi_crew *crew)
{
	if (!crew)
		return;
	pthread_mutex_lock(&crew->lock);
	crew->stop = true;
	pthread_cond_broadcast(&crew->changed);
	pthread_mutex_unlock(&crew->lock);
	for (size_t i = 1; i <= crew->started; i++)
		pthread_join(crew->hands[i].thread, NULL);
	advi_stream_hear(crew->chunks->stream, crew->hearer, crew->hearer_context);
	for (size_t i = 0; i < SLOTS; i++)
		advi_batch_clear(&crew->slots[i].out.batch);
	pthread_cond_destroy(&crew->changed);
	pthread_mutex_destroy(&crew->lock);
	free(crew);
}

/* The batch before was taken: its slot is free. */
static void take_back(struct advi_crew *crew)
{
	crew->given += crew->giving;
	if (crew->giving)
		pthread_cond_broadcast(&crew->changed);
	crew->giving = false;
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
	slot = &crew->slots[crew->given % crew->slot_count];
	while (!crew->pulse || (r = pass_on(crew, err)) == 0) {
		if (crew->given < crew->read && slot->done)
			break;
		if (crew->given == crew->read && (crew->ended || (crew->hold && !crew->turn)))
			break;
		if (may_read(crew))
			read_one(crew, &crew->hands[0]);
		else
			pthread_cond_wait(&crew->changed, &crew->lock);
	}
	if (r < 0) {
		pthread_mutex_unlock(&crew->lock);
		return r;
	}
	crew->giving = crew->given < crew->read;
	*out = crew->giving ? &slot->out : NULL;
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
	pthread_cond_broadcast(&crew->changed);
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
