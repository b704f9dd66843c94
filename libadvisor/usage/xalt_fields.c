/* SPDX-License-Identifier: BSD-3-Clause */
/* What the keys of an XALT record come to. */
#include "usage/xalt_fields.h"

#include <math.h>
#include <stddef.h>

#include "base/mem.h"

#define TEXT(name, field)                                                                          \
	{                                                                                          \
		{(name), sizeof(name) - 1}, ADVI_XALT_TEXT,                                        \
			offsetof(struct advi_xalt_fields, field)                                   \
	}
#define NUMBERS(form, to)                                                                          \
	{{"start_time", 10}, (form), offsetof(struct advi_xalt_fields, to.start)},                 \
		{{"end_time", 8}, (form), offsetof(struct advi_xalt_fields, to.end)},              \
		{{"run_time", 8}, (form), offsetof(struct advi_xalt_fields, to.seconds)},          \
		{{"probability", 11}, (form), offsetof(struct advi_xalt_fields, to.probability)},  \
	{                                                                                          \
		{"num_nodes", 9}, (form), offsetof(struct advi_xalt_fields, to.nodes)              \
	}

static const struct advi_xalt_key top_keys[] = {
	TEXT("program", program),
	TEXT("xalt_run_uuid", pkg_uuid),
	TEXT("package_name", name),
	TEXT("package_path", path),
};
static const struct advi_xalt_key env_keys[] = {
	TEXT("VIRTUAL_ENV", environment.virtual_env),
	TEXT("CONDA_PREFIX", environment.conda_prefix),
};
static const struct advi_xalt_key user_keys[] = {
	TEXT("run_uuid", uuid),         TEXT("user", user),
	TEXT("account", account),       TEXT("job_id", job),
	TEXT("syshost", host),          TEXT("exec_path", exec_path),
	NUMBERS(ADVI_XALT_EITHER, old),
};
static const struct advi_xalt_key data_keys[] = {NUMBERS(ADVI_XALT_NUMBER, amounts)};

const struct advi_xalt_key *advi_xalt_key(enum advi_xalt_object object, struct advi_str name)
{
	static const struct {
		const struct advi_xalt_key *keys;
		size_t count;
	} objects[] = {
		[ADVI_XALT_TOP] = {top_keys, ADVI_COUNT(top_keys)},
		[ADVI_XALT_ENVT] = {env_keys, ADVI_COUNT(env_keys)},
		[ADVI_XALT_USERT] = {user_keys, ADVI_COUNT(user_keys)},
		[ADVI_XALT_USERDT] = {data_keys, ADVI_COUNT(data_keys)},
	};

	for (size_t i = 0; i < objects[object].count; i++)
		if (advi_str_eq(name, objects[object].keys[i].name))
			return &objects[object].keys[i];
	return NULL;
}

void advi_xalt_fields_init(struct advi_xalt_fields *fields, advi_paths *libs,
			   const struct advi_xalt_memory *memory)
{
	static const struct advi_xalt_amounts none = {NAN, NAN, NAN, NAN, NAN};

	*fields = (struct advi_xalt_fields){
		.amounts = none, .old = none, .libs = libs, .memory = memory};
	libs->count = 0;
}

/* Variables that are set in 'from', in place of those that were. */
void advi_xalt_set_variables(struct advi_xalt_environment *to,
			     const struct advi_xalt_environment *from)
{
	if (from->virtual_env.ptr)
		to->virtual_env = from->virtual_env;
	if (from->conda_prefix.ptr)
		to->conda_prefix = from->conda_prefix;
}

/* What userDT does not say is as userT has it. */
static struct advi_xalt_amounts amounts_of(const struct advi_xalt_fields *in)
{
	const struct advi_xalt_amounts *new = &in->amounts, *old = &in->old;

	return (struct advi_xalt_amounts){
		isnan(new->start) ? old->start : new->start,
		isnan(new->end) ? old->end : new->end,
		isnan(new->seconds) ? old->seconds : new->seconds,
		isnan(new->probability) ? old->probability : new->probability,
		isnan(new->nodes) ? old->nodes : new->nodes,
	};
}

static const char *take_run(const struct advi_xalt_fields *in,
			    const struct advi_xalt_amounts *amounts, struct advi_run_seen *out)
{
	const double most = 1e9; /* of seconds and of nodes: the product stays far within 64 bits */
	double seconds = isnan(amounts->seconds) ? amounts->end - amounts->start : amounts->seconds;
	double nodes = isnan(amounts->nodes) ? 1 : amounts->nodes;

	*out = (struct advi_run_seen){.user = in->user};
	if (!advi_uuid_read(in->uuid, out->uuid))
		return "has no usable run_uuid";
	out->month = amounts->start >= 1 ? advi_month_of(amounts->start) : 0;
	if (!out->month)
		return "has no usable start_time";
	if (!advi_is_text(in->user, ADVI_NAME_BYTES))
		return "names no user";
	if (seconds > most || nodes > most)
		return "has a run_time or num_nodes out of range";
	out->ticks = seconds > 0 ? llround(seconds * 1e4) : 0;
	out->nodes = nodes >= 1 ? (uint32_t)nodes : 1;
	out->probability =
		amounts->probability > 0 && amounts->probability < 1 ? amounts->probability : 1;
	out->project = advi_known_name(in->account);
	out->job = advi_known_name(in->job);
	out->host = advi_known_name(in->host);
	out->environment = advi_environment_of(
		&(struct advi_interpreter){in->argv0, in->environment.virtual_env,
					   in->environment.conda_prefix, in->exec_path});
	out->libs = in->libs->at;
	out->lib_count = in->libs->count;
	out->lib_words = in->lib_words;
	out->libs_known = in->libs_known;
	return NULL;
}

static const char *take_import(const struct advi_xalt_fields *in, struct advi_import_seen *out)
{
	if (!advi_uuid_read(in->pkg_uuid, out->uuid))
		return "has no usable xalt_run_uuid";
	out->name = in->name;
	out->module = (struct advi_str){in->name.ptr, advi_str_find(in->name, '.')};
	out->version = ADVI_STR("");
	out->path = in->path;
	if (!advi_is_text(out->module, ADVI_NAME_BYTES))
		return "has no usable package_name";
	if (!advi_is_text(out->path, ADVI_PATH_BYTES))
		return "has no usable package_path";
	return NULL;
}

void advi_xalt_settle(const struct advi_xalt_fields *fields, struct advi_record_seen *out)
{
	struct advi_xalt_amounts amounts = amounts_of(fields);

	if (fields->run && !(amounts.end > 0)) {
		/* A start record (or one from before there was an end): its run may still end. */
		out->kind = isnan(amounts.end) ? ADVI_RECORD_REFUSED : ADVI_RECORD_OTHER;
		out->problem = isnan(amounts.end) ? "has no usable end_time" : NULL;
	} else if (fields->run) {
		out->problem = take_run(fields, &amounts, &out->run);
		out->kind = out->problem ? ADVI_RECORD_REFUSED : ADVI_RECORD_RUN;
	} else if (fields->package && !advi_str_is(fields->program, "python")) {
		out->kind = ADVI_RECORD_OTHER;
	} else if (fields->package) {
		out->problem = take_import(fields, &out->import);
		out->kind = out->problem ? ADVI_RECORD_REFUSED : ADVI_RECORD_IMPORT;
	} else {
		out->kind = fields->link ? ADVI_RECORD_OTHER : ADVI_RECORD_FOREIGN;
	}
}
