/* SPDX-License-Identifier: BSD-3-Clause */
/* Which files of an image Python reads for some statements, and in which order. */
#include "bundle/trace.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bundle/room.h"
#include "bundle/scratch.h"
#include "io/child.h"
#include "io/spawn.h"

enum { LISTEN_MS = 100, TRACE_SECONDS = 900, SAID_BYTES = 64 << 20, TOLD_BYTES = 1 << 20 };

/*
 * Python tells of what it opens by audit events (PEP 578). What the dynamic loader opened on the
 * way is found in the list of mapped files, which is read at the first event after a library was
 * loaded. Paths come on a line each, "." ends them, "!" begins the reason why there is none.
 */
static const char script[] =
	"import sys, posix\n"
	"sys.path = [path for path in sys.path if path]\n"
	"out = posix.dup(1)\n"
	"posix.dup2(2, 1)\n"
	"prefix, text = sys.argv[1] + '/', sys.argv[2]\n"
	"found, loaded = {}, True\n"
	"def add(path):\n"
	"    if isinstance(path, str) and path.startswith(prefix):\n"
	"        found.setdefault(path)\n"
	"def look():\n"
	"    global loaded\n"
	"    loaded = False\n"
	"    with open('/proc/self/maps', errors='surrogateescape') as maps:\n"
	"        paths = {line[line.find('/'):].rstrip('\\n') for line in maps}\n"
	"    for path in sorted(paths):\n"
	"        add(path)\n"
	"def hear(event, args):\n"
	"    global loaded\n"
	"    if loaded:\n"
	"        look()\n"
	"    if event == 'open':\n"
	"        add(args[0])\n"
	"    elif event in ('import', 'ctypes.dlopen'):\n"
	"        loaded = event != 'import' or bool(args[1])\n"
	"def modules():\n"
	"    for module in list(sys.modules.values()):\n"
	"        spec = getattr(module, '__spec__', None)\n"
	"        add(getattr(spec, 'cached', None))\n"
	"        add(getattr(spec, 'origin', None))\n"
	"add(sys.executable)\n"
	"look()\n"
	"modules()\n"
	"if hasattr(sys, 'addaudithook'):\n"
	"    sys.addaudithook(hear)\n"
	"try:\n"
	"    exec(compile(text, '--trace', 'exec'), {'__name__': '__main__'})\n"
	"    said = '.'\n"
	"except BaseException as error:\n"
	"    said = '!' + type(error).__name__ + ': ' + ascii(str(error))[1:-1]\n"
	"if not hasattr(sys, 'addaudithook'):\n"
	"    modules()\n"
	"look()\n"
	"import os\n"
	"real = [os.path.realpath(path) for path in found] if said == '.' else []\n"
	"lines = [path[len(prefix):] for path in real if path.startswith(prefix)] + [said]\n"
	"data = '\\n'.join(lines).encode('utf-8', 'surrogateescape') + b'\\n'\n"
	"while data:\n"
	"    data = data[posix.write(out, data):]\n"
	"posix._exit(0)\n";

/* Where the tree is while it is traced, and what is run there. */
struct tracing {
	const char *prefix, *python, *statements;
};

static int start(pid_t *pid, const struct tracing *tracing, int out, int told, struct adv_err *err)
{
	ADVI_AUTO_PTR char *program = advi_format("%s/bin/%s", tracing->prefix, tracing->python);
	ADVI_AUTO_PTR char *path = advi_format("PATH=%s/bin:/usr/bin:/bin", tracing->prefix);
	const char *const argv[] = {program,
				    "-s",
				    "-B",
				    "-W",
				    "ignore",
				    "-c",
				    script,
				    tracing->prefix,
				    tracing->statements,
				    NULL};
	const char *const env[] = {path, ADVI_ROOM_ENV, NULL};
	const struct advi_spawn spawn = {.program = program,
					 .argv = argv,
					 .env = env,
					 .in = -1,
					 .out = out,
					 .told = told,
					 .cpu_seconds = TRACE_SECONDS,
					 .file_bytes = TOLD_BYTES};

	return advi_spawn(pid, &spawn, err);
}

/* In the room. */
static void trace_there(const void *context, int out)
{
	struct adv_err err = ADV_ERR_INIT;
	char text[400] = "";
	int told = advi_memory_file("told"), status = 0;
	pid_t pid;

	if (start(&pid, context, out, told, &err) == 0) {
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
		if (status == 0)
			return;
		advi_memory_line(told, text, sizeof(text));
	}
	dprintf(out, "?%s\n", *err.text ? err.text : *text ? text : "it ended at once");
}

/* All that is said until the end; ADV_EENV for what takes too long. */
static int hear(struct advi_buf *said, int fd, const struct adv_watch *watch, struct adv_err *err)
{
	double deadline = advi_clock() + TRACE_SECONDS;
	char block[65536];

	for (;;) {
		struct pollfd wait = {.fd = fd, .events = POLLIN};
		ssize_t got;
		int r = advi_progress(watch, "tracing", "bytes", said->len, 0, err);

		if (r < 0)
			return r;
		if (advi_clock() > deadline)
			return advi_fail(err, ADV_EENV, "it took more than %d seconds",
					 TRACE_SECONDS);
		if (poll(&wait, 1, LISTEN_MS) <= 0)
			continue;
		got = read(fd, block, sizeof(block));
		if (got == 0)
			return 0;
		if (got > 0)
			advi_buf_add(said, (struct advi_str){block, (size_t)got});
		else if (errno != EINTR)
			return advi_fail_errno(err, "can't hear what Python says");
	}
}

static int read_lines(struct advi_map *out, const struct advi_buf *said, struct adv_err *err)
{
	struct advi_str rest = advi_buf_str(said), line;

	while (advi_str_split(&rest, '\n', &line)) {
		if (advi_str_is(line, "."))
			return 0;
		if (line.len && line.ptr[0] == '!')
			return advi_fail(err, ADV_EINPUT, "what is traced fails in the image: %.*s",
					 (int)(line.len > 400 ? 399 : line.len - 1), line.ptr + 1);
		if (line.len && line.ptr[0] == '?')
			return advi_fail(err, ADV_EENV, "%.*s",
					 (int)(line.len > 400 ? 399 : line.len - 1), line.ptr + 1);
		if (line.len)
			advi_map_add(out, line, NULL);
	}
	return advi_fail(err, ADV_EENV, "it ended before its time");
}

static int trace_in_room(struct advi_buf *said, const struct advi_scratch *scratch,
			 const struct tracing *tracing, const struct adv_watch *watch, bool *there,
			 struct adv_err *err)
{
	const struct advi_room_wish wish = {
		.view = ADVI_ROOM_TREE,
		.tree = scratch->path,
		.mount = tracing->prefix,
		.work = trace_there,
		.context = tracing,
	};
	struct advi_room room;
	int r = advi_room_open(&room, &wish, err);

	*there = r == 0;
	if (r < 0)
		return r;
	r = hear(said, room.fd, watch, err);
	advi_room_close(&room);
	return r;
}

/* Where there can be no room: among all that is here, and not at the mount path. */
static int trace_here(struct advi_buf *said, const struct tracing *tracing,
		      const struct adv_watch *watch, struct adv_err *err)
{
	int ends[2], told = advi_memory_file("told"), r;
	pid_t pid;

	if (pipe(ends) < 0)
		return advi_fail_errno(err, "can't make a pipe");
	r = start(&pid, tracing, ends[1], told, err);
	close(ends[1]);
	if (r == 0) {
		r = hear(said, ends[0], watch, err);
		advi_spawn_stop(pid);
	}
	close(ends[0]);
	close(told);
	return r;
}

int advi_trace(struct advi_map *out, const struct advi_install *like,
	       struct advi_package **packages, size_t count, const char *statements,
	       struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf said = ADVI_BUF_INIT(SAID_BYTES);
	ADVI_AUTO_PTR char *mount = advi_str_dup(like->mount);
	struct advi_scratch scratch = {0};
	struct tracing tracing = {mount, like->layout->python.name, statements};
	struct adv_err why = ADV_ERR_INIT;
	bool there = false;
	int r;

	if (!tracing.python || like->layer)
		return advi_fail(err, ADV_EINPUT, "--trace needs a Python in the image%s",
				 like->layer ? ", and a layer has none: --order takes a usage store"
					     : "");
	r = advi_scratch_make(&scratch, true, err);
	if (r == 0)
		r = advi_scratch_install(&scratch, like, packages, count, NULL, NULL, err);
	if (r == 0)
		r = trace_in_room(&said, &scratch, &tracing, like->watch, &there, &why);
	if (r < 0 && r != ADV_ECANCEL && !there && scratch.path && *why.text) {
		advi_note(like->watch, "traced without a room of its own: %s", why.text);
		tracing.prefix = scratch.path;
		r = trace_here(&said, &tracing, like->watch, &why);
	}
	if (r == 0)
		r = read_lines(out, &said, &why);
	advi_scratch_clear(&scratch);
	if (r == ADV_EENV && *why.text)
		return advi_fail(err, r,
				 "--trace: the image's Python does not run on this machine: %s; "
				 "--order takes a usage store instead",
				 why.text);
	return r < 0 && *why.text ? advi_fail(err, r, "--trace: %s", why.text) : r;
}
