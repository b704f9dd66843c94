/* SPDX-License-Identifier: BSD-3-Clause */
/* Solving in child processes. */
#include "solve/crew.h"

#include <signal.h>
#include <sys/wait.h>

#include "base/err.h"
#include "base/text.h"

enum { DEFAULT_SECONDS = 600, MAGIC = 0x61647673 };

/* --- the child --- */

static void say_number(struct advi_buf *out, uint32_t number)
{
	advi_buf_add(out, (struct advi_str){(const char *)&number, sizeof(number)});
}

static void say_numbers(struct advi_buf *out, const advi_numbers *numbers)
{
	say_number(out, (uint32_t)numbers->count);
	advi_buf_add(out, (struct advi_str){(const char *)numbers->at,
					    numbers->count * sizeof(*numbers->at)});
}

static void say(struct advi_buf *out, const struct advi_outcome *outcome)
{
	say_number(out, outcome->solved);
	say_numbers(out, &outcome->found);
	say_numbers(out, &outcome->clash.items);
	say_numbers(out, &outcome->clash.needs);
	say_numbers(out, &outcome->clash.requests);
	say_number(out, MAGIC);
}

struct work {
	const struct advi_crew *crew;
	const struct advi_job *job;
};

static void work(void *context, struct advi_buf *said)
{
	const struct work *work = context;
	struct advi_outcome outcome;

	work->crew->run(work->job, &outcome);
	say(said, &outcome);
	advi_outcome_clear(&outcome);
}

/* --- the parent --- */

void advi_crew_init(struct advi_crew *crew, const struct adv_solving *solving, const char *phase)
{
	*crew = (struct advi_crew){.solving = *solving,
				   .progress = {.phase = phase, .unit = "packages"},
				   .run = advi_run};
	if (crew->solving.workers > ADVI_WORKERS_MAX)
		crew->solving.workers = ADVI_WORKERS_MAX;
	if (!crew->solving.max_seconds)
		crew->solving.max_seconds = DEFAULT_SECONDS;
}

void advi_crew_clear(struct advi_crew *crew)
{
	for (size_t i = 0; i < crew->count; i++)
		advi_child_kill(&crew->at[i].child);
	crew->count = 0;
}

int advi_crew_start(struct advi_crew *crew, const struct advi_job *job, void *token,
		    struct adv_err *err)
{
	struct work context = {crew, job};
	struct advi_child_task task = {.work = work,
				       .context = &context,
				       .max_seconds = crew->solving.max_seconds,
				       .max_bytes = crew->solving.max_bytes};
	struct advi_worker *worker = &crew->at[crew->count];
	int r = advi_child_start(&worker->child, &task, err);

	if (r < 0)
		return r;
	worker->token = token;
	crew->count++;
	return 0;
}

static bool hear_number(struct advi_str *said, uint32_t *number)
{
	if (said->len < sizeof(*number))
		return false;
	memcpy(number, said->ptr, sizeof(*number));
	*said = advi_str_from(*said, sizeof(*number));
	return true;
}

static bool hear_numbers(struct advi_str *said, advi_numbers *numbers)
{
	uint32_t count, number;

	if (!hear_number(said, &count))
		return false;
	for (uint32_t i = 0; i < count; i++) {
		if (!hear_number(said, &number))
			return false;
		advi_vec_push(numbers, number);
	}
	return true;
}

/* Whether all of an outcome was said. */
static bool hear(struct advi_str said, struct advi_outcome *out)
{
	uint32_t solved = 0, end = 0;
	bool whole = hear_number(&said, &solved) && hear_numbers(&said, &out->found) &&
		     hear_numbers(&said, &out->clash.items) &&
		     hear_numbers(&said, &out->clash.needs) &&
		     hear_numbers(&said, &out->clash.requests) && hear_number(&said, &end);

	out->solved = solved;
	return whole && end == (uint32_t)MAGIC && !said.len;
}

static int blame(const struct advi_crew *crew, const struct advi_worker *worker, int status,
		 struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf limit = ADVI_BUF_INIT(64);

	if (worker->child.late)
		return advi_fail(err, ADV_EENV,
				 "solving took more than %llu seconds: allow more "
				 "(--solve-seconds), or ask for less at once",
				 (unsigned long long)crew->solving.max_seconds);
	if (crew->solving.max_bytes) {
		advi_text_bytes(&limit, crew->solving.max_bytes);
		return advi_fail(err, ADV_EENV,
				 "solving took more than %s of memory: allow more "
				 "(--solve-memory), or ask for less at once",
				 advi_buf_str(&limit).ptr);
	}
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
		return advi_fail(err, ADV_EENV,
				 "the solver was killed from outside, which the system does when "
				 "memory runs out");
	return advi_fail(err, ADV_EENV, "the solver ended without an answer (%s %d)",
			 WIFSIGNALED(status) ? "signal" : "status",
			 WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
}

/* A worker has said what it had to say. */
static int finish(struct advi_crew *crew, size_t index, struct advi_outcome *out, void **token,
		  struct adv_err *err)
{
	struct advi_worker worker = crew->at[index];
	int status, r = 0;

	memmove(&crew->at[index], &crew->at[index + 1],
		(--crew->count - index) * sizeof(crew->at[0]));
	*token = worker.token;
	status = advi_child_reap(&worker.child);
	if (!hear(advi_buf_str(&worker.child.said), out)) {
		advi_outcome_clear(out);
		r = blame(crew, &worker, status, err);
	}
	advi_buf_clear(&worker.child.said);
	return r;
}

int advi_crew_wait(struct advi_crew *crew, struct advi_outcome *out, void **token,
		   const struct adv_watch *watch, struct adv_err *err)
{
	*out = (struct advi_outcome){0};
	*token = NULL;
	for (;;) {
		size_t ended;
		int r = advi_child_listen(&crew->at[0].child, crew->count, sizeof(crew->at[0]),
					  &ended, err);

		if (r < 0)
			return r;
		/* Asked first: what interrupts us may have ended the worker too. */
		r = advi_progress(watch, crew->progress.phase, crew->progress.unit,
				  crew->progress.done, crew->progress.total, err);
		if (r < 0)
			return r;
		if (ended < crew->count)
			return finish(crew, ended, out, token, err);
	}
}

int advi_crew_run(const struct adv_solving *solving, const struct advi_job *job, const char *phase,
		  struct advi_outcome *out, const struct adv_watch *watch, struct adv_err *err)
{
	struct advi_crew crew;
	void *token;
	int r;

	*out = (struct advi_outcome){0};
	advi_crew_init(&crew, solving, phase);
	crew.progress.total = job->requests->count;
	r = advi_crew_start(&crew, job, NULL, err);
	if (r == 0)
		r = advi_crew_wait(&crew, out, &token, watch, err);
	advi_crew_clear(&crew);
	return r;
}
