/* SPDX-License-Identifier: BSD-3-Clause */
/* What makes a shell use a staged image: one row a form. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/text.h"
#include "bundle/stage.h"
#include "io/file.h"
#include "io/json_scan.h"
#include "io/json_write.h"

enum { VARIABLES_BYTES = 1 << 20, VARIABLES = 1000, SCRIPTS = 1000 };

struct variable {
	const char *name, *value;
};

/* What is to be set, and the scripts to be read after that. */
struct environment {
	struct advi_arena arena;
	const char *bin;            /* to be put in front of PATH */
	const char *prefix, *built; /* where it is, and the path that it may name; NULL: none */
	ADVI_VEC(struct variable) set;
	advi_names unset;
	advi_names scripts; /* paths, by name */
};

static void environment_clear(struct environment *env)
{
	advi_vec_clear(&env->set);
	advi_vec_clear(&env->unset);
	advi_vec_clear(&env->scripts);
	advi_arena_clear(&env->arena);
}

/* A later value of the same name wins. */
static void set(struct environment *env, const char *name, const char *value)
{
	for (size_t i = 0; i < env->set.count; i++)
		if (strcmp(env->set.at[i].name, name) == 0) {
			env->set.at[i].value = value;
			return;
		}
	advi_vec_push(&env->set, ((struct variable){name, value}));
}

static bool is_name(struct advi_str name)
{
	for (size_t i = 0; i < name.len; i++)
		if (!(name.ptr[i] == '_' || (name.ptr[i] >= 'A' && name.ptr[i] <= 'Z') ||
		      (name.ptr[i] >= 'a' && name.ptr[i] <= 'z') ||
		      (i && name.ptr[i] >= '0' && name.ptr[i] <= '9')))
			return false;
	return name.len > 0;
}

/* A value that names where the image was built for means where it is. */
static const char *value_here(struct environment *env, struct advi_str value)
{
	ADVI_AUTO(buf) struct advi_buf out = ADVI_BUF_INIT(VARIABLES_BYTES);
	struct advi_str built = advi_str(env->built), rest = value;
	size_t at;

	while (built.len && (at = advi_str_search(rest, built)) < rest.len) {
		struct advi_str after = advi_str_from(rest, at + built.len);
		bool whole = !after.len || strchr("/:;, \n", after.ptr[0]);

		advi_buf_add(&out, (struct advi_str){rest.ptr, at});
		advi_buf_text(&out, whole ? env->prefix : env->built);
		rest = after;
	}
	advi_buf_add(&out, rest);
	return advi_arena_str(&env->arena, out.full ? value : advi_buf_str(&out));
}

/* {"NAME": "value"}: a package's env_vars.d/NAME.json, or "env_vars" of conda-meta/state. */
static void read_variables(struct environment *env, struct advi_json *json)
{
	struct advi_str key, value;

	for (advi_json_object(json); advi_json_key(json, &key);) {
		const char *name = advi_arena_str(&env->arena, key);

		/* conda's mark of one that was unset */
		if (advi_json_string(json, &value) && is_name(advi_str(name)) &&
		    memchr(value.ptr, '\0', value.len) == NULL &&
		    !advi_str_is(value, "***unset***") && env->set.count < VARIABLES)
			set(env, name, value_here(env, value));
	}
}

static int read_json(struct environment *env, const char *path, const char *member,
		     struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(VARIABLES_BYTES);
	int r = advi_file_read(&text, path, err);
	struct advi_json json;
	struct advi_str key;

	if (r < 0)
		return r;
	advi_json_init(&json, advi_buf_str(&text));
	if (!member)
		read_variables(env, &json);
	else
		for (advi_json_object(&json); advi_json_key(&json, &key);)
			if (advi_str_is(key, member))
				read_variables(env, &json);
			else
				advi_json_skip(&json);
	if (!advi_json_end(&json))
		r = advi_fail(err, ADV_EINPUT, "'%s' holds no variables: %s", path,
			      json.problem ? json.problem : "there is more than one value");
	advi_json_clear(&json);
	return r;
}

/* Names in a folder of the image that end in 'suffix', as paths in byte order. */
static void list(struct environment *env, advi_names *out, const char *folder, const char *suffix)
{
	DIR *open_folder = opendir(folder);
	struct dirent *entry;

	while (open_folder && out->count < SCRIPTS && (entry = readdir(open_folder)))
		if (advi_str_ends(advi_str(entry->d_name), advi_str(suffix)))
			advi_vec_push(out, advi_arena_printf(&env->arena, "%s/%s", folder,
							     entry->d_name));
	if (open_folder)
		closedir(open_folder);
	advi_vec_sort(out, advi_cmp_cstr);
}

/* The same after what is there already: of a layer, which comes after its base. */
static void list_more(struct environment *env, advi_names *out, const char *folder,
		      const char *suffix)
{
	advi_names more = {0};

	list(env, &more, folder, suffix);
	for (size_t i = 0; i < more.count; i++)
		advi_vec_push(out, more.at[i]);
	advi_vec_clear(&more);
}

/* In front of what the caller's has, once. */
static const char *python_path(struct environment *env, const char *folder)
{
	const char *given = getenv("PYTHONPATH"), *path = folder;
	struct advi_str rest = advi_str(given ? given : ""), part;

	while (advi_str_split(&rest, ':', &part))
		if (part.len && !advi_str_is(part, folder))
			path = advi_arena_printf(&env->arena, "%s:%.*s", path, ADVI_ARGS(part));
	return path;
}

/* As conda activates: env_vars.d by name, then the state's, then the scripts of activate.d. */
static int collect(struct environment *env, const struct adv_stage *stage, const char *suffix,
		   struct adv_err *err)
{
	const char *prefix = stage->prefix;
	const char *state = advi_arena_printf(&env->arena, "%s/conda-meta/state", prefix);
	advi_names files = {0};
	char *name;
	int r = 0;

	env->prefix = prefix;
	env->built = stage->built;
	env->bin = advi_arena_printf(&env->arena, "%s/bin", prefix);
	if (stage->site_packages) {
		env->bin = advi_arena_printf(&env->arena, "%s/bin:%s", stage->layer, env->bin);
		set(env, "PYTHONPATH", python_path(env, stage->site_packages));
	}
	/* shells put it before their prompt */
	name = (char *)(uintptr_t)advi_arena_dup(&env->arena, stage->name);
	advi_text_mask(name);
	set(env, "CONDA_DEFAULT_ENV", name);
	set(env, "CONDA_PREFIX", prefix);
	/* the image is whole, and can't be written to */
	set(env, "PYTHONDONTWRITEBYTECODE", "1");
	set(env, "PYTHONNOUSERSITE", "1");
	/* it would make this Python look for another's modules */
	advi_vec_push(&env->unset, "PYTHONHOME");
	list(env, &files, advi_arena_printf(&env->arena, "%s/etc/conda/env_vars.d", prefix),
	     ".json");
	if (stage->site_packages)
		list_more(env, &files,
			  advi_arena_printf(&env->arena, "%s/etc/conda/env_vars.d", stage->layer),
			  ".json");
	for (size_t i = 0; i < files.count && r == 0; i++)
		r = read_json(env, files.at[i], NULL, err);
	advi_vec_clear(&files);
	if (r == 0 && advi_path_exists(state))
		r = read_json(env, state, "env_vars", err);
	if (suffix)
		list(env, &env->scripts,
		     advi_arena_printf(&env->arena, "%s/etc/conda/activate.d", prefix), suffix);
	if (suffix && stage->site_packages)
		list_more(env, &env->scripts,
			  advi_arena_printf(&env->arena, "%s/etc/conda/activate.d", stage->layer),
			  suffix);
	return r;
}

/* Texts in quotes that keep a shell from reading them. */
static void quote_sh(FILE *file, const char *text)
{
	putc('\'', file);
	for (; *text; text++)
		if (*text == '\'')
			fputs("'\\''", file);
		else
			putc(*text, file);
	putc('\'', file);
}

/* csh reads "!" and newlines even in quotes. */
static void quote_csh(FILE *file, const char *text)
{
	putc('\'', file);
	for (; *text; text++)
		if (*text == '\'')
			fputs("'\\''", file);
		else if (*text == '!' || *text == '\n')
			fprintf(file, "\\%c", *text);
		else
			putc(*text, file);
	putc('\'', file);
}

/* In fish's quotes a backslash is one only before a quote or a backslash. */
static void quote_fish(FILE *file, const char *text)
{
	putc('\'', file);
	for (; *text; text++)
		fprintf(file, *text == '\'' || *text == '\\' ? "\\%c" : "%c", *text);
	putc('\'', file);
}

/* How a shell is told; what is quoted stands between the words. */
struct shell {
	const char *unset, *set, *is, *path, *rest, *source, *end;
	void (*quote)(FILE *file, const char *text);
};

static const struct shell sh = {
	.unset = "unset ",
	.set = "export ",
	.is = "=",
	.path = "export PATH=",
	.rest = "${PATH:+\":$PATH\"}",
	.source = ". ",
	.end = "\n",
	.quote = quote_sh,
};

static const struct shell csh = {
	.unset = "unsetenv ",
	.set = "setenv ",
	.is = " ",
	.path = "setenv PATH ",
	.rest = "\":${PATH}\"",
	.source = "source ",
	.end = ";\n",
	.quote = quote_csh,
};

static const struct shell fish = {
	.unset = "set -e ",
	.set = "set -gx ",
	.is = " ",
	.path = "set -gx PATH ",
	.rest = " $PATH",
	.source = "source ",
	.end = ";\n",
	.quote = quote_fish,
};

static void write_shell(const struct environment *env, const struct shell *shell, FILE *file)
{
	for (size_t i = 0; i < env->unset.count; i++)
		fprintf(file, "%s%s%s", shell->unset, env->unset.at[i], shell->end);
	for (size_t i = 0; i < env->set.count; i++) {
		fprintf(file, "%s%s%s", shell->set, env->set.at[i].name, shell->is);
		shell->quote(file, env->set.at[i].value);
		fputs(shell->end, file);
	}
	fputs(shell->path, file);
	shell->quote(file, env->bin);
	fprintf(file, "%s%s", shell->rest, shell->end);
	for (size_t i = 0; i < env->scripts.count; i++) {
		fputs(shell->source, file);
		shell->quote(file, env->scripts.at[i]);
		fputs(shell->end, file);
	}
}

/* A TaskProlog's lines are taken as they are, up to their end; there is no shell to read scripts.
 */
static void write_slurm(const struct environment *env, FILE *file)
{
	const char *path = getenv("PATH");

	for (size_t i = 0; i < env->unset.count; i++)
		fprintf(file, "unset %s\n", env->unset.at[i]);
	for (size_t i = 0; i < env->set.count; i++)
		if (!strchr(env->set.at[i].value, '\n'))
			fprintf(file, "export %s=%s\n", env->set.at[i].name, env->set.at[i].value);
	if (path && *path && !strchr(path, '\n'))
		fprintf(file, "export PATH=%s:%s\n", env->bin, path);
	else
		fprintf(file, "export PATH=%s:/usr/local/bin:/usr/bin:/bin\n", env->bin);
}

static const struct form {
	const char *name;
	const char *scripts; /* how the scripts that its shell reads end; NULL: it reads none */
	const struct shell *shell; /* NULL: none */
} forms[] = {
	{"sh", ".sh", &sh},    {"csh", ".csh", &csh}, {"fish", ".fish", &fish},
	{"slurm", NULL, NULL}, {"json", ".sh", NULL},
};

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct variable *)a)->name, ((const struct variable *)b)->name);
}

static void write_json(const struct adv_stage *stage, struct environment *env, FILE *file)
{
	struct advi_jout out;

	advi_vec_sort(&env->set, by_name);
	advi_jout_init(&out, file);
	advi_jout_object(&out);
	advi_jout_key_text(&out, "digest", stage->digest);
	advi_jout_key_text(&out, "layer", stage->layer);
	advi_jout_key_text(&out, "method", stage->method);
	advi_jout_key_text(&out, "mount", stage->prefix);
	advi_jout_key_text(&out, "name", stage->name);
	advi_jout_key_text(&out, "path", env->bin);
	advi_jout_key_text(&out, "schema", "advisor.stage/1");
	advi_jout_texts(&out, "scripts", env->scripts.at, env->scripts.count);
	advi_jout_key(&out, "set");
	advi_jout_object(&out);
	for (size_t i = 0; i < env->set.count; i++)
		advi_jout_key_text(&out, env->set.at[i].name, env->set.at[i].value);
	advi_jout_object_end(&out);
	advi_jout_texts(&out, "unset", env->unset.at, env->unset.count);
	advi_jout_object_end(&out);
	advi_jout_end(&out);
}

int adv_stage_write(const struct adv_stage *stage, const char *form, FILE *file,
		    struct adv_err *err)
{
	struct environment env = {0};
	size_t i = 0;
	int r;

	while (i < ADVI_COUNT(forms) && strcmp(forms[i].name, form) != 0)
		i++;
	if (i == ADVI_COUNT(forms))
		return advi_fail(err, ADV_EUSAGE,
				 "there is no form '%s'; there are sh, csh, fish, slurm and json",
				 form);
	r = collect(&env, stage, forms[i].scripts, err);
	if (r == 0 && forms[i].shell)
		write_shell(&env, forms[i].shell, file);
	else if (r == 0 && strcmp(form, "slurm") == 0)
		write_slurm(&env, file);
	else if (r == 0)
		write_json(stage, &env, file);
	environment_clear(&env);
	return r;
}
