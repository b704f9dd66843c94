/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Compiling Python sources with the Python of an image.
 *
 * A worker says which .pyc it makes. Then, for each source, it gets one byte, at which it forks;
 * the copy reads lengths, name and source, and answers with a length and either '\0' and the .pyc,
 * or
 * '\1' and why not. Whether marshal writes a reference depends on who else holds a string, so no
 * source may be compiled in a process that compiled another before.
 */
#include "bundle/pyc_compile.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bundle/pyc.h"
#include "io/child.h"
#include "io/spawn.h"

enum {
	WORKERS_MAX = 64,
	LISTEN_MS = 100,
	START_SECONDS = 60,
	FILE_SECONDS = 60,
	FRAME_BYTES = 4,
	PYC_BYTES = 256 << 20,
	TOLD_BYTES = 1 << 20
};
static const uint64_t MEMORY_BYTES = (uint64_t)8 << 30;

static const char script[] =
	"import sys, posix, _imp, _frozen_importlib_external as boot\n"
	"sys.path = [path for path in sys.path if path]\n"
	"magic = int.from_bytes(boot.MAGIC_NUMBER, 'little')\n"
	"def get(count):\n"
	"    data = b''\n"
	"    while len(data) < count:\n"
	"        more = posix.read(0, count - len(data))\n"
	"        if not more:\n"
	"            posix._exit(0)\n"
	"        data += more\n"
	"    return data\n"
	"def put(data):\n"
	"    while data:\n"
	"        data = data[posix.write(1, data):]\n"
	"def number(data):\n"
	"    return int.from_bytes(data, 'little')\n"
	"def one():\n"
	"    lengths = get(8)\n"
	"    name, source = get(number(lengths[:4])), get(number(lengths[4:]))\n"
	"    try:\n"
	"        code = compile(source, name.decode('utf-8', 'surrogateescape'), 'exec', 0, True, 0)\n"
	"        digest = _imp.source_hash(magic, source)\n"
	"        reply = b'\\0' + boot._code_to_hash_pyc(code, digest, False)\n"
	"    except BaseException as error:\n"
	"        text = type(error).__name__ + ': ' + ascii(getattr(error, 'msg', error))\n"
	"        text += ', line %s' % error.lineno if getattr(error, 'lineno', 0) else ''\n"
	"        reply = b'\\1' + text.encode()\n"
	"    put(len(reply).to_bytes(4, 'little') + reply)\n"
	"boot._code_to_hash_pyc\n"
	"put((sys.implementation.cache_tag + ' %d\\n' % magic).encode())\n"
	"while True:\n"
	"    get(1)\n"
	"    copy = posix.fork()\n"
	"    if not copy:\n"
	"        one()\n"
	"        posix._exit(0)\n"
	"    if posix.waitpid(copy, 0)[1]:\n"
	"        posix._exit(1)\n";

struct worker {
	pid_t pid; /* 0: none runs */
	int fd;
	struct advi_compile_job *job; /* NULL: it waits for one */
	struct advi_buf request, reply;
	size_t sent;
	double deadline;
};

struct advi_compiler {
	char *program, *home, *libraries, *root, *tag;
	int told; /* what workers print, to be asked when one fails */
	struct worker workers[WORKERS_MAX];
	unsigned count, file_seconds;
};

/* --- a worker --- */

static void stop(struct worker *worker)
{
	if (!worker->pid)
		return;
	close(worker->fd);
	advi_spawn_stop(worker->pid);
	worker->pid = 0;
}

static int start(const struct advi_compiler *compiler, struct worker *worker, struct adv_err *err)
{
	const char *const argv[] = {compiler->program, "-s", "-S",   "-W",
				    "ignore",          "-c", script, NULL};
	/* order of sets in constants: before Python 3.11 by hash */
	const char *const env[] = {compiler->home,      "PYTHONHASHSEED=0",
				   "LC_ALL=C.UTF-8",    "PYTHONDONTWRITEBYTECODE=1",
				   compiler->libraries, NULL};
	int ends[2], r;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return advi_fail_errno(err, "can't make a pipe to Python");
	if (ftruncate(compiler->told, 0) < 0 || lseek(compiler->told, 0, SEEK_SET) < 0)
		return advi_fail_errno(err, "can't empty what Python told");
	r = advi_spawn(&worker->pid,
		       &(struct advi_spawn){
			       .program = compiler->program,
			       .argv = argv,
			       .env = env,
			       .folder = compiler->root,
			       .in = ends[1],
			       .out = ends[1],
			       .told = compiler->told,
			       .memory_bytes = MEMORY_BYTES,
			       .cpu_seconds = compiler->file_seconds,
			       .file_bytes = TOLD_BYTES,
		       },
		       err);
	close(ends[1]);
	if (r < 0) {
		worker->pid = 0;
		close(ends[0]);
		return r;
	}
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	worker->fd = ends[0];
	return 0;
}

/* Its first line: the tag in names of .pyc, and their magic number. */
static int hear_hello(const struct advi_compiler *compiler, struct worker *worker,
		      struct adv_err *err)
{
	double deadline = advi_clock() + START_SECONDS;
	char text[64], told[400];
	size_t have = 0, tag = strlen(compiler->tag);

	while (have < sizeof(text) - 1 && (!have || text[have - 1] != '\n')) {
		struct pollfd wait = {.fd = worker->fd, .events = POLLIN};
		ssize_t got;

		if (advi_clock() > deadline)
			return advi_fail(err, ADV_EENV, "it did nothing for %d seconds",
					 START_SECONDS);
		if (poll(&wait, 1, LISTEN_MS) <= 0)
			continue;
		got = read(worker->fd, text + have, sizeof(text) - 1 - have);
		if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
			advi_memory_line(compiler->told, told, sizeof(told));
			return advi_fail(err, ADV_EENV, "%s", *told ? told : "it ended at once");
		}
		have += got > 0 ? (size_t)got : 0;
	}
	text[have] = '\0';
	if (strncmp(text, compiler->tag, tag) != 0 || text[tag] != ' ')
		return advi_fail(err, ADV_EENV, "it is '%.*s' and not '%s'",
				 (int)strcspn(text, " \n"), text, compiler->tag);
	return 0;
}

/* --- one source --- */

static void add_length(struct advi_buf *out, size_t length)
{
	for (int i = 0; i < FRAME_BYTES; i++)
		advi_buf_byte(out, (char)(length >> (8 * i) & 0xFF));
}

static size_t get_length(const char *at)
{
	const unsigned char *byte = (const unsigned char *)at;

	return byte[0] | (size_t)byte[1] << 8 | (size_t)byte[2] << 16 | (size_t)byte[3] << 24;
}

static void hand_out(struct worker *worker, struct advi_compile_job *job, unsigned seconds)
{
	struct advi_str name = advi_str(job->name);

	advi_buf_reset(&worker->request);
	advi_buf_reset(&worker->reply);
	worker->request.cap = name.len + job->source.len + 64;
	advi_buf_byte(&worker->request, '\n');
	add_length(&worker->request, name.len);
	add_length(&worker->request, job->source.len);
	advi_buf_add(&worker->request, name);
	advi_buf_add(&worker->request, job->source);
	worker->job = job;
	worker->sent = 0;
	worker->deadline = advi_clock() + seconds;
}

static void give_up(struct worker *worker, const char *why)
{
	snprintf(worker->job->why, sizeof(worker->job->why), "%.150s", why);
	worker->job = NULL;
	stop(worker);
}

/* What a worker says is believed as far as it can be checked. */
static void take_reply(struct worker *worker)
{
	struct advi_compile_job *job = worker->job;
	struct advi_str said = advi_str_from(advi_buf_str(&worker->reply), FRAME_BYTES),
			pyc = advi_str_from(said, 1);
	uint64_t digest = 0;

	if (said.ptr[0] != '\0') {
		snprintf(job->why, sizeof(job->why), "%.*s", ADVI_ARGS(pyc));
		for (char *at = job->why; *at; at++)
			if ((unsigned char)*at < 0x20 || *at == 0x7F)
				*at = ' ';
		worker->job = NULL;
		return;
	}
	for (int i = 0; i < 8 && pyc.len > ADVI_PYC_HEADER_BYTES; i++)
		digest |= (uint64_t)(unsigned char)pyc.ptr[8 + i] << (8 * i);
	if (pyc.len <= ADVI_PYC_HEADER_BYTES || advi_pyc_kind(pyc) != ADVI_PYC_UNCHECKED ||
	    digest != advi_pyc_source_hash(pyc, job->source)) {
		give_up(worker, "what Python made of it is no .pyc of it");
		return;
	}
	job->pyc.cap = pyc.len + 1;
	advi_buf_add(&job->pyc, pyc);
	worker->job = NULL;
}

static void talk(struct worker *worker, short ready)
{
	struct advi_str left = advi_str_from(advi_buf_str(&worker->request), worker->sent);
	char block[65536];
	ssize_t moved;

	if ((ready & POLLOUT) && left.len) {
		moved = send(worker->fd, left.ptr, left.len, MSG_NOSIGNAL);
		if (moved > 0)
			worker->sent += (size_t)moved;
		else if (errno != EAGAIN && errno != EINTR)
			give_up(worker, "Python died of it");
		return;
	}
	if (!(ready & (POLLIN | POLLHUP | POLLERR)))
		return;
	moved = read(worker->fd, block, sizeof(block));
	if (moved < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (moved <= 0) {
		give_up(worker, "Python died of it");
		return;
	}
	advi_buf_add(&worker->reply, (struct advi_str){block, (size_t)moved});
	if (worker->reply.len < FRAME_BYTES)
		return;
	if (worker->reply.full || get_length(worker->reply.ptr) >= PYC_BYTES ||
	    get_length(worker->reply.ptr) == 0 ||
	    get_length(worker->reply.ptr) + FRAME_BYTES < worker->reply.len)
		give_up(worker, "what Python said of it can't be understood");
	else if (get_length(worker->reply.ptr) + FRAME_BYTES == worker->reply.len)
		take_reply(worker);
}

/* --- all of them --- */

/* Gives every idle worker something to do; returns how many are busy. */
static unsigned employ(struct advi_compiler *compiler, struct advi_compile_job *jobs, size_t count,
		       size_t *next)
{
	unsigned busy = 0;

	for (unsigned i = 0; i < compiler->count; i++) {
		struct worker *worker = &compiler->workers[i];
		struct adv_err err = ADV_ERR_INIT;

		if (!worker->job && *next < count) {
			struct advi_compile_job *job = &jobs[(*next)++];

			if (!worker->pid && (start(compiler, worker, &err) < 0 ||
					     hear_hello(compiler, worker, &err) < 0)) {
				worker->job = job;
				give_up(worker, err.text);
				continue;
			}
			hand_out(worker, job, compiler->file_seconds);
		}
		busy += worker->job != NULL;
	}
	return busy;
}

static void listen_all(struct advi_compiler *compiler)
{
	struct pollfd fds[WORKERS_MAX];
	struct worker *who[WORKERS_MAX];
	nfds_t count = 0;
	double now;

	for (unsigned i = 0; i < compiler->count; i++) {
		struct worker *worker = &compiler->workers[i];
		short what = worker->sent < worker->request.len ? POLLIN | POLLOUT : POLLIN;

		if (!worker->job)
			continue;
		who[count] = worker;
		fds[count++] = (struct pollfd){.fd = worker->fd, .events = what};
	}
	if (poll(fds, count, LISTEN_MS) < 0)
		return;
	now = advi_clock();
	for (nfds_t i = 0; i < count; i++) {
		if (fds[i].revents)
			talk(who[i], fds[i].revents);
		if (who[i]->job && now > who[i]->deadline)
			give_up(who[i], "Python took too long for it");
	}
}

int advi_compiler_run(struct advi_compiler *compiler, struct advi_compile_job *jobs, size_t count,
		      const struct adv_watch *watch, struct adv_err *err)
{
	size_t next = 0;
	int r = 0;

	while (r == 0) {
		if (!employ(compiler, jobs, count, &next)) {
			if (next == count)
				break;
			continue;
		}
		listen_all(compiler);
		r = advi_progress(watch, "compiling", "files", next, count, err);
	}
	if (r < 0)
		for (unsigned i = 0; i < compiler->count; i++)
			if (compiler->workers[i].job)
				give_up(&compiler->workers[i], "stopped");
	return r;
}

static unsigned count_workers(unsigned wanted)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	if (!wanted)
		wanted = cores < 1 ? 1 : (unsigned)cores;
	return wanted > WORKERS_MAX ? WORKERS_MAX : wanted;
}

int advi_compiler_start(struct advi_compiler **out, const char *root,
			const struct advi_python *python,
			const struct advi_compiler_options *options, struct adv_err *err)
{
	struct advi_compiler *compiler = advi_calloc(1, sizeof(*compiler));
	int r = 0;

	compiler->root = advi_strdup(root);
	compiler->tag = advi_strdup(python->tag);
	compiler->program = advi_format("%s/bin/%s", root, python->name);
	compiler->home = advi_format("PYTHONHOME=%s", root);
	compiler->libraries = advi_format("LD_LIBRARY_PATH=%s/lib", root);
	compiler->count = count_workers(options->threads);
	compiler->file_seconds = options->file_seconds ? options->file_seconds : FILE_SECONDS;
	compiler->told = advi_memory_file("told");
	for (unsigned i = 0; i < compiler->count; i++)
		compiler->workers[i].reply.cap = PYC_BYTES + FRAME_BYTES;
	if (compiler->told < 0)
		r = advi_fail_errno(err, "can't keep what Python tells");
	/* the others start when there is something for them to do */
	if (r == 0)
		r = start(compiler, &compiler->workers[0], err);
	if (r == 0)
		r = hear_hello(compiler, &compiler->workers[0], err);
	if (r < 0)
		advi_compiler_free(compiler);
	else
		*out = compiler;
	return r;
}

void advi_compiler_free(struct advi_compiler *compiler)
{
	if (!compiler)
		return;
	for (unsigned i = 0; i < compiler->count; i++) {
		stop(&compiler->workers[i]);
		advi_buf_clear(&compiler->workers[i].request);
		advi_buf_clear(&compiler->workers[i].reply);
	}
	if (compiler->told >= 0)
		close(compiler->told);
	free(compiler->root);
	free(compiler->tag);
	free(compiler->program);
	free(compiler->home);
	free(compiler->libraries);
	free(compiler);
}
