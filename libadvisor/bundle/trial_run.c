/* SPDX-License-Identifier: BSD-3-Clause */
/* Imports, some at a time, each in a process of its own. */
#include "bundle/trial_run.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bundle/room.h"
#include "io/child.h"
#include "io/spawn.h"

enum { TOLD_BYTES = 16 << 20, TEXT_BYTES = 400, PAUSE_NS = 2 * 1000 * 1000 };

/* What modules print goes where errors go; the answer has a way of its own. */
static const char script[] = "import sys, os, time, importlib\n"
			     "answer = os.dup(1)\n"
			     "os.dup2(2, 1)\n"
			     "sys.path += sys.argv[2:]\n"
			     "began = time.perf_counter()\n"
			     "try:\n"
			     "    importlib.import_module(sys.argv[1])\n"
			     "    text = '+'\n"
			     "except BaseException as error:\n"
			     "    text = '-' + type(error).__name__ + ': ' + str(error)\n"
			     "text = '%.3f ' % (time.perf_counter() - began) + text\n"
			     "os.write(answer, text.encode('utf-8', 'replace')[:4000])\n"
			     "os._exit(0)\n";

struct slot {
	pid_t pid; /* 0: free */
	size_t index;
	int answer, told;
	double began;
};

static void start(struct slot *slot, const struct advi_trial_plan *plan, size_t index,
		  struct adv_err *err)
{
	ADVI_AUTO_PTR char *program = advi_format("%s/bin/python", plan->prefix);
	ADVI_AUTO_PTR char *path =
		advi_format("PATH=%s%s%s/bin:/usr/bin:/bin", plan->layer ? plan->layer : "",
			    plan->layer ? "/bin:" : "", plan->prefix);
	ADVI_AUTO_PTR char *python =
		advi_format("PYTHONPATH=%s", plan->python_path ? plan->python_path : "");
	ADVI_AUTO_PTR char *conda = advi_format("CONDA_PREFIX=%s", plan->prefix);
	const char *const argv[] = {
		program, "-s", "-c", script, plan->modules->all.at[index].name, plan->pth, NULL};
	const char *const env[] = {path, conda, ADVI_ROOM_ENV, plan->python_path ? python : NULL,
				   NULL};

	*slot = (struct slot){
		.index = index,
		.answer = advi_memory_file("answer"),
		.told = advi_memory_file("told"),
		.began = advi_clock(),
	};
	if (advi_spawn(&slot->pid,
		       &(struct advi_spawn){.program = program,
					    .argv = argv,
					    .env = env,
					    .in = -1,
					    .out = slot->answer,
					    .told = slot->told,
					    .file_bytes = TOLD_BYTES},
		       err) < 0)
		slot->pid = 0;
}

static void tell(int out, const struct slot *slot, const char *state, const char *seconds,
		 const char *why)
{
	dprintf(out, "%zu\t%s\t%s\t%s\n", slot->index, state, seconds, why);
}

static void close_slot(struct slot *slot)
{
	close(slot->answer);
	close(slot->told);
	slot->pid = 0;
}

/* It ended by itself: "0.123 +", "0.123 -ImportError: ...", or nothing when it crashed. */
static void finish(struct slot *slot, int status, int out)
{
	char text[TEXT_BYTES], told[TEXT_BYTES / 2], seconds[32];
	char *space;

	advi_memory_line(slot->answer, text, sizeof(text));
	space = strchr(text, ' ');
	if (status == 0 && space && (space[1] == '+' || space[1] == '-')) {
		*space = '\0';
		tell(out, slot, space[1] == '+' ? "+" : "-", text, space + 2);
	} else {
		snprintf(seconds, sizeof(seconds), "%.3f", advi_clock() - slot->began);
		advi_memory_line(slot->told, told, sizeof(told));
		if (WIFSIGNALED(status))
			snprintf(text, sizeof(text), "Python was ended by signal %d (%s)%s%s",
				 WTERMSIG(status), strsignal(WTERMSIG(status)), *told ? ": " : "",
				 told);
		else
			snprintf(text, sizeof(text), "Python ended with status %d%s%s",
				 WEXITSTATUS(status), *told ? ": " : "", told);
		tell(out, slot, "-", seconds, text);
	}
	close_slot(slot);
}

static void look_after(struct slot *slot, const struct advi_trial_plan *plan, int out)
{
	int status;
	pid_t ended = waitpid(slot->pid, &status, WNOHANG);
	double took = advi_clock() - slot->began;
	char seconds[32], why[64];

	if (ended == slot->pid) {
		/* what it left behind is not waited for */
		kill(-slot->pid, SIGKILL);
		finish(slot, status, out);
	} else if (took > plan->seconds) {
		advi_spawn_stop(slot->pid);
		snprintf(seconds, sizeof(seconds), "%.3f", took);
		snprintf(why, sizeof(why), "it took more than %u seconds", plan->seconds);
		tell(out, slot, "-", seconds, why);
		close_slot(slot);
	}
}

void advi_trial_run(const void *context, int out)
{
	const struct advi_trial_plan *plan = context;
	const struct timespec pause = {.tv_nsec = PAUSE_NS};
	struct slot *slots = advi_calloc(plan->threads, sizeof(*slots));
	size_t next = 0, count = plan->modules->all.count;
	bool busy = true;

	while (busy || next < count) {
		busy = false;
		for (unsigned i = 0; i < plan->threads; i++) {
			struct adv_err err = ADV_ERR_INIT;

			if (slots[i].pid)
				look_after(&slots[i], plan, out);
			if (!slots[i].pid && next < count) {
				start(&slots[i], plan, next++, &err);
				if (!slots[i].pid) {
					tell(out, &slots[i], "-", "0", err.text);
					close_slot(&slots[i]);
				}
			}
			busy |= slots[i].pid != 0;
		}
		nanosleep(&pause, NULL);
	}
	free(slots);
}
