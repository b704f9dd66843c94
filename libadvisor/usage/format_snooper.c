/* SPDX-License-Identifier: BSD-3-Clause */
/* PyModuleSnooper: a JSON object a process, written at its end. */
#include "usage/format_json.h"

/*
 * Of the whole environment that a process logs only these are looked at, and of them only what
 * they say of user, job and place is kept. The order is that of 'env' below.
 */
enum variable {
	USER,
	PBS_O_LOGNAME,
	HOME,
	PBS_JOBID,
	COBALT_JOBID,
	SLURM_JOB_ID,
	PBS_ACCOUNT,
	COBALT_PROJECT,
	SLURM_JOB_ACCOUNT,
	PMI_RANK,
	PALS_RANKID,
	VIRTUAL_ENV,
	CONDA_PREFIX,
	VARIABLES
};

static const char *const variables[VARIABLES] = {
	"USER",         "PBS_O_LOGNAME", "HOME",           "PBS_JOBID",         "COBALT_JOBID",
	"SLURM_JOB_ID", "PBS_ACCOUNT",   "COBALT_PROJECT", "SLURM_JOB_ACCOUNT", "PMI_RANK",
	"PALS_RANKID",  "VIRTUAL_ENV",   "CONDA_PREFIX",
};

struct module {
	struct advi_str name, path, version;
};

struct process {
	struct advi_str timestamp, executable, hostname, env[VARIABLES];
	struct advi_str pid; /* as it stands in the text */
	bool cobalt;         /* the form of 2019: no user is logged */
	bool has_modules;
	struct advi_map by_name; /* of 'modules' */
	ADVI_VEC(struct module) modules;
};

/* A string, or nothing when it is null or anything else. */
static struct advi_str take_string(struct advi_json *json)
{
	struct advi_str text = ADVI_STR("");

	if (advi_json_peek(json) == ADVI_JSON_STRING)
		advi_json_string(json, &text);
	else
		advi_json_skip(json);
	return text;
}

static void take_env(struct advi_json *json, struct process *out)
{
	struct advi_str name;

	for (advi_json_object(json); advi_json_key(json, &name);) {
		struct advi_str value = take_string(json);

		for (size_t i = 0; i < VARIABLES; i++)
			if (advi_str_is(name, variables[i]))
				out->env[i] = value;
	}
}

static struct module *module_of(struct process *process, struct advi_str name)
{
	bool is_new;
	struct advi_map_entry *entry = advi_map_add(&process->by_name, name, &is_new);

	if (!is_new)
		return &process->modules.at[entry->number];
	entry->number = process->modules.count;
	*advi_vec_new(&process->modules) = (struct module){.name = name};
	return &process->modules.at[entry->number];
}

/* {"yaml": "/usr/lib/...", ...}; a namespace package has null for a file. */
static void take_modules(struct advi_json *json, struct process *out)
{
	struct advi_str name;

	out->has_modules = true;
	for (advi_json_object(json); advi_json_key(json, &name);)
		module_of(out, name)->path = take_string(json);
}

/* {"yaml": "6.0", "yaml.cyaml": "None", ...}: str() of __version__. */
static void take_versions(struct advi_json *json, struct process *out)
{
	struct advi_str name;

	for (advi_json_object(json); advi_json_key(json, &name);) {
		struct advi_str version = advi_str_trim(take_string(json));

		if (advi_known_name(version).len && !advi_str_is(version, "None"))
			module_of(out, name)->version = version;
	}
}

static void take_top(struct advi_json *json, struct advi_str name, struct process *out)
{
	enum advi_json_kind kind = advi_json_peek(json);
	const char *from = json->at;

	if (advi_str_is(name, "timestamp"))
		out->timestamp = take_string(json);
	else if (advi_str_is(name, "sys.executable"))
		out->executable = take_string(json);
	else if (advi_str_is(name, "hostname"))
		out->hostname = take_string(json);
	else if (advi_str_is(name, "env") && kind == ADVI_JSON_OBJECT)
		take_env(json, out);
	else if (advi_str_is(name, "modules") && kind == ADVI_JSON_OBJECT)
		take_modules(json, out);
	else if (advi_str_is(name, "versions") && kind == ADVI_JSON_OBJECT)
		take_versions(json, out);
	else if (advi_str_is(name, "cobalt_envs") && kind == ADVI_JSON_OBJECT) {
		out->cobalt = true;
		take_env(json, out);
	} else {
		advi_json_skip(json);
		if (advi_str_is(name, "pid"))
			out->pid = (struct advi_str){from, (size_t)(json->at - from)};
	}
}

static void process_clear(struct process *process)
{
	advi_map_clear(&process->by_name);
	advi_vec_clear(&process->modules);
}

/* "11-21-2026 09:55:25.412752", by the clock of the machine: the month is taken as it stands. */
static uint32_t month_of(struct advi_str timestamp)
{
	char text[8];

	if (timestamp.len < 10 || timestamp.ptr[2] != '-' || timestamp.ptr[5] != '-')
		return 0;
	memcpy(text, timestamp.ptr + 6, 4);
	text[4] = '-';
	memcpy(text + 5, timestamp.ptr, 2);
	return advi_month_read((struct advi_str){text, 7});
}

static struct advi_str first_of(const struct process *process, enum variable from, enum variable to)
{
	for (int i = (int)from; i <= (int)to; i++)
		if (advi_known_name(process->env[i]).len)
			return process->env[i];
	return ADVI_STR("");
}

static struct advi_str user_of(const struct process *process)
{
	struct advi_str user = first_of(process, USER, PBS_O_LOGNAME), home = process->env[HOME];

	if (!user.len && advi_is_text(home, ADVI_PATH_BYTES)) {
		while (home.len && home.ptr[home.len - 1] == '/')
			home.len--;
		while (advi_str_split(&home, '/', &user))
			;
		user = advi_known_name(user);
	}
	if (!user.len && process->cobalt)
		return ADVI_STR("unknown");
	return user;
}

/* "4096686.polaris-pbs-01...": the number alone, as XALT has it. */
static struct advi_str job_of(const struct process *process)
{
	struct advi_str job = first_of(process, PBS_JOBID, SLURM_JOB_ID);

	job.len = advi_str_find(job, '.');
	return job;
}

/* Every rank of a run may have logged; the first one stands for all. */
static bool is_later_rank(const struct process *process)
{
	struct advi_str pmi = process->env[PMI_RANK], pals = process->env[PALS_RANKID];

	return (pmi.len && !advi_str_is(pmi, "0")) || (pals.len && !advi_str_is(pals, "0"));
}

/* The logger gives no uuid: what no two processes share stands for it. */
static void identify(const struct process *process, unsigned char uuid[ADVI_UUID_BYTES])
{
	const struct advi_str parts[] = {ADVI_STR("PyModuleSnooper"), process->timestamp,
					 process->hostname,           process->pid,
					 process->executable,         job_of(process)};

	advi_uuid_make(uuid, parts, ADVI_COUNT(parts));
}

/* NULL, or why the process can't be counted. */
static const char *run_of(const struct process *process, struct advi_run_seen *out)
{
	*out = (struct advi_run_seen){
		.month = month_of(process->timestamp),
		.user = user_of(process),
		.project = first_of(process, PBS_ACCOUNT, SLURM_JOB_ACCOUNT),
		.job = job_of(process),
		.ticks = ADVI_TICKS_UNKNOWN,
		.nodes = 1,
		.probability = 1,
		.environment = advi_environment_of(&(struct advi_interpreter){
			process->executable, process->env[VIRTUAL_ENV], process->env[CONDA_PREFIX],
			process->executable}),
	};
	if (!out->month)
		return "has no usable timestamp";
	if (!out->user.len)
		return "names no user";
	identify(process, out->uuid);
	return NULL;
}

static int add_imports(struct advi_sink *sink, const struct process *process,
		       const struct advi_run_seen *run, struct adv_err *err)
{
	int r = 0;

	for (size_t i = 0; i < process->modules.count && r == 0; i++) {
		const struct module *module = &process->modules.at[i];
		struct advi_import_seen import = {
			.name = module->name,
			.module = {module->name.ptr, advi_str_find(module->name, '.')},
			.path = module->path,
			.version = module->version,
		};

		memcpy(import.uuid, run->uuid, sizeof(import.uuid));
		if (advi_is_text(import.module, ADVI_NAME_BYTES) &&
		    advi_is_text(import.path, ADVI_PATH_BYTES))
			r = advi_sink_import(sink, &import, err);
	}
	return r;
}

static int count(struct advi_sink *sink, const struct process *process, uint64_t offset,
		 struct adv_err *err)
{
	struct advi_run_seen run;
	const char *problem;
	int r;

	if (is_later_rank(process))
		return 0;
	problem = run_of(process, &run);
	if (problem) {
		advi_sink_reject(sink, offset, problem);
		return 0;
	}
	r = advi_sink_run(sink, &run, err);
	return r < 0 ? r : add_imports(sink, process, &run, err);
}

static int take(void *context, struct advi_str text, uint64_t offset, const char **problem,
		struct adv_err *err)
{
	struct process process = {0};
	struct advi_json json;
	struct advi_str name;
	int r = ADVI_FOREIGN;

	advi_json_init(&json, text);
	if (advi_json_peek(&json) == ADVI_JSON_OBJECT)
		for (advi_json_object(&json); advi_json_key(&json, &name);)
			take_top(&json, name, &process);
	else
		advi_json_skip(&json);
	if (!advi_json_end(&json)) {
		*problem = json.problem;
		r = ADVI_BROKEN;
	} else if (process.has_modules) {
		r = count(context, &process, offset, err);
	}
	advi_json_clear(&json);
	process_clear(&process);
	return r;
}

static bool is_key(struct advi_str key)
{
	static const char *const keys[] = {"sys.executable", "sys.argv", "sys.path", "env",
					   "cobalt_envs",    "modules",  "versions"};

	for (size_t i = 0; i < ADVI_COUNT(keys); i++)
		if (advi_str_is(key, keys[i]))
			return true;
	return false;
}

static bool recognise(struct advi_str head)
{
	return advi_json_has_key(head, "sys.executable") && !advi_json_has_key(head, "userT") &&
	       !advi_json_has_key(head, "xalt_run_uuid");
}

static int read_all(const struct advi_source *source, struct advi_sink *sink, struct adv_err *err)
{
	const struct advi_json_records records = {
		.take = take,
		.is_record = is_key,
		.foreign = "is no process of PyModuleSnooper",
		.context = sink,
	};

	return advi_json_read(source, sink, &records, err);
}

const struct advi_log_format advi_format_snooper = {"snooper", recognise, read_all, true, true};
