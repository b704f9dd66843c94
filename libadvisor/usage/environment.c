/* SPDX-License-Identifier: BSD-3-Clause */
/* The environment that an interpreter belongs to. */
#include "usage/record.h"

/* The folder above "/bin/...", or an empty slice. */
static struct advi_str prefix_of(struct advi_str program, bool python_only)
{
	struct advi_str bin = ADVI_STR("/bin/");

	if (!advi_is_text(program, ADVI_PATH_BYTES) || program.ptr[0] != '/')
		return ADVI_STR("");
	for (size_t at = program.len; at-- > 0;) {
		struct advi_str rest = advi_str_from(program, at);

		if (!advi_str_starts(rest, bin))
			continue;
		if (python_only &&
		    !advi_str_starts(advi_str_from(rest, bin.len), ADVI_STR("python")))
			return ADVI_STR("");
		return (struct advi_str){program.ptr, at};
	}
	return ADVI_STR("");
}

static bool is_below(struct advi_str path, struct advi_str folder)
{
	while (folder.len > 1 && folder.ptr[folder.len - 1] == '/')
		folder.len--;
	return folder.len > 1 && advi_str_starts(path, folder) && path.len > folder.len &&
	       path.ptr[folder.len] == '/';
}

/*
 * A venv on base runs base's own binary, so what the person called comes first: an activated
 * environment (believed unless another interpreter was called by its path), then the interpreter as
 * called, then the binary.
 */
struct advi_str advi_environment_of(const struct advi_interpreter *in)
{
	struct advi_str called = prefix_of(in->called, true);

	if (advi_is_text(in->virtual_env, ADVI_PATH_BYTES) && in->virtual_env.ptr[0] == '/' &&
	    (!called.len || is_below(in->called, in->virtual_env)))
		return in->virtual_env;
	if (advi_is_text(in->conda_prefix, ADVI_PATH_BYTES) && in->conda_prefix.ptr[0] == '/' &&
	    !called.len && is_below(in->binary, in->conda_prefix))
		return in->conda_prefix;
	return called.len ? called : prefix_of(in->binary, false);
}

struct advi_str advi_known_name(struct advi_str text)
{
	return !advi_is_text(text, ADVI_NAME_BYTES) || advi_str_is(text, "unknown") ? ADVI_STR("")
										    : text;
}
