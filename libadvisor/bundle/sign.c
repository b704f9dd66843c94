/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Detached signatures by the tools that are installed: ssh-keygen -Y (OpenSSH 8.2 and later; format
 * in its PROTOCOL.sshsig), and minisign. Neither is given the manifest by name: what was read is
 * what is signed or checked.
 */
#include "bundle/sign.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bundle/manifest.h"
#include "io/file.h"
#include "io/spawn.h"

#define NAMESPACE "conda-advisor"

enum { KEY_BYTES = 1 << 16, SIGNATURE_BYTES = 1 << 20, ARGUMENTS = 16, LINE = 400 };

/* What can sign: one row each. */
static const struct tool {
	const char *program, *package; /* the package that has it */
	const char *suffix;            /* of the signature, behind the manifest's name */
	const char *marks[6];          /* that keys begin with */
} tools[] = {
	{"ssh-keygen",
	 "openssh-client",
	 ".sig",
	 {"-----BEGIN ", "ssh-", "ecdsa-", "sk-ssh-", "sk-ecdsa-"}},
	{"minisign", "minisign", ".minisig", {"untrusted comment:"}},
};

enum { SSH, MINISIGN };

static int tool_of_key(const struct tool **out, const char *key, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(KEY_BYTES);
	int r = advi_file_read(&text, key, err);

	if (r < 0)
		return advi_while(err, r, "signing key");
	for (size_t i = 0; i < ADVI_COUNT(tools); i++)
		for (size_t k = 0; k < ADVI_COUNT(tools[i].marks) && tools[i].marks[k]; k++)
			if (advi_str_starts(advi_buf_str(&text), advi_str(tools[i].marks[k]))) {
				*out = &tools[i];
				return 0;
			}
	return advi_fail(err, ADV_EINPUT,
			 "'%s' is neither an OpenSSH nor a minisign key to sign with", key);
}

/* Looks for the program as a shell would. */
static int find_program(char **out, const struct tool *tool, struct adv_err *err)
{
	const char *path = getenv("PATH");
	struct advi_str rest = advi_str(path ? path : "/usr/bin:/bin"), folder;

	while (advi_str_split(&rest, ':', &folder)) {
		ADVI_AUTO_PTR char *file = NULL;

		if (!folder.len || folder.ptr[0] != '/')
			continue;
		file = advi_format("%.*s/%s", ADVI_ARGS(folder), tool->program);
		if (access(file, X_OK) == 0) {
			*out = advi_take(file);
			return 0;
		}
	}
	return advi_fail(err, ADV_EENV,
			 "'%s' is not installed; it comes with the package '%s' of most systems",
			 tool->program, tool->package);
}

/* --- running one --- */

/* What a tool reads and writes, in memory. */
struct run {
	int in, out, told;
	const char *argv[ARGUMENTS];
	size_t count;
};

static void run_clear(struct run *run)
{
	int fds[] = {run->in, run->out, run->told};

	for (size_t i = 0; i < ADVI_COUNT(fds); i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

static void add(struct run *run, const char *argument)
{
	if (run->count < ARGUMENTS - 1)
		run->argv[run->count++] = argument;
}

static int memory_with(struct advi_str text, struct adv_err *err)
{
	int fd = advi_memory_file("manifest");

	while (fd >= 0 && text.len) {
		ssize_t put = write(fd, text.ptr, text.len);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0) {
			close(fd);
			fd = -1;
			break;
		}
		text = advi_str_from(text, (size_t)put);
	}
	if (fd < 0 || lseek(fd, 0, SEEK_SET) < 0)
		return advi_fail_errno(err, "can't keep the manifest in memory");
	return fd;
}

static int run_open(struct run *run, struct advi_str text, struct adv_err *err)
{
	*run = (struct run){.in = memory_with(text, err), .out = -1, .told = -1};
	if (run->in < 0)
		return run->in;
	run->out = advi_memory_file("out");
	run->told = advi_memory_file("told");
	return run->out < 0 || run->told < 0
		       ? advi_fail_errno(err, "can't keep a signature in memory")
		       : 0;
}

/* Runs it to its end; '*fine' is whether it says that all went well. */
static int run_tool(struct run *run, const struct tool *tool, int in, bool *fine,
		    struct adv_err *err)
{
	ADVI_AUTO_PTR char *program = NULL;
	struct advi_spawn spawn = {
		.argv = run->argv,
		.env = (const char *const *)(uintptr_t)environ,
		.in = in,
		.out = run->out,
		.told = run->told,
		.foreground = true,
	};
	int status = 0, r = find_program(&program, tool, err);
	pid_t pid;

	if (r < 0)
		return r;
	run->argv[0] = tool->program;
	spawn.program = program;
	r = advi_spawn(&pid, &spawn, err);
	if (r < 0)
		return r;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	*fine = WIFEXITED(status) && WEXITSTATUS(status) == 0;
	return 0;
}

/* What it said of a failure. */
static void complaint(const struct run *run, char line[LINE])
{
	advi_memory_line(run->told, line, LINE);
	if (!line[0])
		advi_memory_line(run->out, line, LINE);
	if (!line[0])
		snprintf(line, LINE, "it does not say why");
}

/* --- signing --- */

int advi_sign_check_key(const char *key, struct adv_err *err)
{
	const struct tool *tool;
	ADVI_AUTO_PTR char *program = NULL;
	int r = tool_of_key(&tool, key, err);

	return r == 0 ? find_program(&program, tool, err) : r;
}

static int write_signature(const char *path, int from, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(SIGNATURE_BYTES);
	struct advi_out out = {0};
	char again[32];
	int r;

	snprintf(again, sizeof(again), "/proc/self/fd/%d", from);
	r = advi_file_read(&text, again, err);
	if (r == 0 && !text.len)
		return advi_fail(err, ADV_EENV, "the signature is empty");
	if (r == 0)
		r = advi_out_open(&out, path, err);
	if (r == 0)
		fwrite(text.ptr, 1, text.len, out.file);
	if (r == 0)
		r = advi_out_commit(&out, err);
	advi_out_clear(&out);
	return r;
}

int advi_sign(const char *image, struct advi_str text, const char *key, struct adv_err *err)
{
	const struct tool *tool;
	ADVI_AUTO_PTR char *manifest = advi_manifest_path(image);
	ADVI_AUTO_PTR char *path = NULL, *message = NULL, *signature = NULL;
	struct run run = {.in = -1, .out = -1, .told = -1};
	bool fine = false, terminal = isatty(STDIN_FILENO) == 1;
	char line[LINE];
	int made = -1, r = tool_of_key(&tool, key, err);

	if (r == 0)
		r = run_open(&run, text, err);
	if (r < 0)
		return r;
	path = advi_format("%s%s", manifest, tool->suffix);
	add(&run, tool->program);
	if (tool == &tools[SSH]) {
		/* a passphrase is asked for on the terminal itself */
		add(&run, "-Y");
		add(&run, "sign");
		add(&run, "-n");
		add(&run, NAMESPACE);
		add(&run, "-f");
		add(&run, key);
		r = run_tool(&run, tool, run.in, &fine, err);
	} else {
		/* a password comes by descriptor 0 */
		made = advi_memory_file("signature");
		message = advi_format("/proc/%ld/fd/%d", (long)getpid(), run.in);
		signature = advi_format("/proc/%ld/fd/%d", (long)getpid(), made);
		add(&run, "-S");
		add(&run, "-s");
		add(&run, key);
		add(&run, "-t");
		add(&run, NAMESPACE);
		add(&run, "-x");
		add(&run, signature);
		add(&run, "-m");
		add(&run, message);
		r = run_tool(&run, tool, terminal ? STDIN_FILENO : -1, &fine, err);
	}
	if (r == 0 && !fine) {
		complaint(&run, line);
		r = advi_fail(err, ADV_EENV, "%s can't sign with '%s'%s: %s", tool->program, key,
			      terminal ? ""
				       : " (one with a passphrase needs a terminal, or an agent)",
			      line);
	}
	if (r == 0)
		r = write_signature(path, made >= 0 ? made : run.out, err);
	if (made >= 0)
		close(made);
	run_clear(&run);
	return r;
}

/* --- checking --- */

static int no_signature(const char *path, struct adv_err *err)
{
	return advi_fail(err, ADV_NO, "there is no signature '%s'", path);
}

/* Who signed, as the file of allowed signers has it. */
static int find_signer(char **out, const char *signature, const char *allowed, struct advi_str text,
		       struct adv_err *err)
{
	struct run run;
	char line[LINE];
	bool fine = false;
	int r = run_open(&run, text, err);

	add(&run, "ssh-keygen");
	add(&run, "-Y");
	add(&run, "find-principals");
	add(&run, "-s");
	add(&run, signature);
	add(&run, "-f");
	add(&run, allowed);
	if (r == 0)
		r = run_tool(&run, &tools[SSH], run.in, &fine, err);
	if (r == 0 && !fine)
		r = advi_fail(err, ADV_NO, "the manifest is not signed by anybody in '%s'",
			      allowed);
	if (r == 0) {
		advi_memory_line(run.out, line, LINE);
		/* several names may stand for one key: the first will do */
		line[strcspn(line, " \t\n,")] = '\0';
		*out = advi_strdup(line);
	}
	run_clear(&run);
	return r;
}

static int verify_ssh(char **signer, const char *signature, struct advi_str text,
		      const struct adv_verify_options *options, struct adv_err *err)
{
	ADVI_AUTO_PTR char *found = NULL;
	struct run run = {.in = -1, .out = -1, .told = -1};
	char line[LINE];
	bool fine = false;
	int r = 0;

	if (options->signer)
		found = advi_strdup(options->signer);
	else
		r = find_signer(&found, signature, options->allowed_signers, text, err);
	if (r == 0)
		r = run_open(&run, text, err);
	if (r < 0)
		return r;
	add(&run, "ssh-keygen");
	add(&run, "-Y");
	add(&run, "verify");
	add(&run, "-n");
	add(&run, NAMESPACE);
	add(&run, "-f");
	add(&run, options->allowed_signers);
	add(&run, "-I");
	add(&run, found);
	add(&run, "-s");
	add(&run, signature);
	r = run_tool(&run, &tools[SSH], run.in, &fine, err);
	if (r == 0 && !fine) {
		complaint(&run, line);
		r = advi_fail(err, ADV_NO, "the manifest's signature does not hold for '%s': %s",
			      found, line);
	}
	if (r == 0)
		*signer = advi_take(found);
	run_clear(&run);
	return r;
}

static int verify_minisign(char **signer, const char *signature, struct advi_str text,
			   const struct adv_verify_options *options, struct adv_err *err)
{
	ADVI_AUTO_PTR char *message = NULL;
	struct run run;
	char line[LINE];
	bool fine = false;
	int r = run_open(&run, text, err);

	message = advi_format("/proc/%ld/fd/%d", (long)getpid(), run.in);
	add(&run, "minisign");
	add(&run, "-V");
	add(&run, "-q");
	add(&run, "-p");
	add(&run, options->public_key);
	add(&run, "-x");
	add(&run, signature);
	add(&run, "-m");
	add(&run, message);
	if (r == 0)
		r = run_tool(&run, &tools[MINISIGN], -1, &fine, err);
	if (r == 0 && !fine) {
		complaint(&run, line);
		r = advi_fail(err, ADV_NO, "the manifest's signature does not hold for '%s': %s",
			      options->public_key, line);
	}
	if (r == 0)
		*signer = advi_strdup(options->public_key);
	run_clear(&run);
	return r;
}

int advi_sign_verify(char **signer, const char *image, struct advi_str text,
		     const struct adv_verify_options *options, struct adv_err *err)
{
	bool ssh = options->allowed_signers != NULL;
	const char *keys = ssh ? options->allowed_signers : options->public_key;
	ADVI_AUTO_PTR char *manifest = advi_manifest_path(image);
	ADVI_AUTO_PTR char *signature =
		advi_format("%s%s", manifest, tools[ssh ? SSH : MINISIGN].suffix);

	/* a tool's own words on this are hard to understand */
	if (access(keys, R_OK) < 0)
		return advi_fail_errno(err, "can't read '%s'", keys);
	if (access(signature, R_OK) < 0)
		return no_signature(signature, err);
	return (ssh ? verify_ssh : verify_minisign)(signer, signature, text, options, err);
}
