/* SPDX-License-Identifier: BSD-3-Clause */
/* The rules of a recipe's policy: a row each, with the keys that each takes. */
#include "site/policy.h"

#include "conda/matchspec.h"
#include "site/read.h"

#define AT(field) offsetof(struct advi_rule_set, field)

static advi_yaml_read_fn read_severity, read_specs;

/* Every key that some rule takes, by name. */
static const struct advi_yaml_row keys[] = {
	{.key = "allow", .type = ADVI_YAML_WORDS, .offset = AT(allow)},
	{.key = "ban", .type = ADVI_YAML_WORDS, .offset = AT(ban)},
	{.key = "days", .type = ADVI_YAML_COUNT, .offset = AT(days)},
	{.key = "except", .type = ADVI_YAML_WORDS, .offset = AT(except)},
	{.key = "max_added_bytes", .type = ADVI_YAML_SIZE, .offset = AT(max_added_bytes)},
	{.key = "max_added_files", .type = ADVI_YAML_COUNT, .offset = AT(max_added_files)},
	{.key = "max_added_packages", .type = ADVI_YAML_COUNT, .offset = AT(max_added_packages)},
	{.key = "max_bytes", .type = ADVI_YAML_SIZE, .offset = AT(max_bytes)},
	{.key = "max_files", .type = ADVI_YAML_COUNT, .offset = AT(max_files)},
	{.key = "max_packages", .type = ADVI_YAML_COUNT, .offset = AT(max_packages)},
	{.key = "packages", .type = ADVI_YAML_WORDS, .offset = AT(packages), .read = read_specs},
	{.key = "severity", .type = ADVI_YAML_TEXT, .read = read_severity},
	{.key = "users", .type = ADVI_YAML_COUNT, .offset = AT(users)},
};

static const struct {
	const char *name, *purpose;
	enum advi_severity severity; /* where the recipe says nothing */
	uint64_t days, users;        /* likewise */
	const char *takes;           /* keys beside 'severity', parted by blanks */
} rules[] = {
	[ADVI_RULE_ENVIRONMENT] = {"environment", "the file can be read", ADVI_ERROR, 0, 0, ""},
	[ADVI_RULE_SOLVABLE] = {"solvable", "the environment can be solved", ADVI_ERROR, 0, 0, ""},
	[ADVI_RULE_BASE] = {"base", "what it is compared with is known", ADVI_REMARK, 0, 0, ""},
	[ADVI_RULE_UNREAD] = {"unread", "every part of the file is read", ADVI_WARNING, 0, 0, ""},
	[ADVI_RULE_CHANNELS] = {"channels", "channels are the allowed ones", ADVI_WARNING, 0, 0,
				"allow"},
	[ADVI_RULE_BANNED] = {"banned", "banned packages are not there", ADVI_ERROR, 0, 0,
			      "packages"},
	[ADVI_RULE_REQUIRED] = {"required", "required packages are there", ADVI_ERROR, 0, 0,
				"packages"},
	[ADVI_RULE_BY_MODULE] = {"by_module", "what the centre's modules provide is not there",
				 ADVI_WARNING, 0, 0, "packages"},
	[ADVI_RULE_EXTERNAL] = {"external",
				"packages that lean on the machine's own are builds "
				"that do so",
				ADVI_ERROR, 0, 0, "packages"},
	[ADVI_RULE_PINS] = {"pins", "pinned packages have the pinned version", ADVI_ERROR, 0, 0,
			    "packages"},
	[ADVI_RULE_BUDGET] = {"budget", "the environment is within its budget", ADVI_WARNING, 0, 0,
			      "max_added_bytes max_added_files max_added_packages max_bytes "
			      "max_files max_packages"},
	[ADVI_RULE_LICENSES] = {"licenses", "licences are allowed ones", ADVI_ERROR, 0, 0,
				"allow ban except"},
	[ADVI_RULE_PYTHON_EOL] = {"python_eol", "Python is still maintained", ADVI_WARNING, 180, 0,
				  "days"},
	[ADVI_RULE_TOO_YOUNG] = {"too_young", "releases have proved themselves for some days",
				 ADVI_OFF, 7, 0, "days except"},
	[ADVI_RULE_TOO_OLD] = {"too_old", "builds are not too old", ADVI_OFF, 1460, 0,
			       "days except"},
	[ADVI_RULE_UNMAINTAINED] = {"unmaintained", "packages are still released now and then",
				    ADVI_OFF, 1460, 0, "days except"},
	[ADVI_RULE_YANKED] = {"yanked", "no build was taken back or is marked as broken",
			      ADVI_ERROR, 0, 0, "except"},
	[ADVI_RULE_DUPLICATES] = {"duplicates", "no package is there twice", ADVI_WARNING, 0, 0,
				  "except"},
	[ADVI_RULE_PIP_URLS] = {"pip_urls", "pip takes packages from its index, not from URLs",
				ADVI_WARNING, 0, 0, "except"},
	[ADVI_RULE_PIP_UNPINNED] = {"pip_unpinned", "requirements of pip say which version",
				    ADVI_OFF, 0, 0, "except"},
	[ADVI_RULE_LOCKFILE] = {"lockfile", "the lockfile is what the environment asks for",
				ADVI_ERROR, 0, 0, ""},
	[ADVI_RULE_LOSSES] = {"losses", "nobody loses a package that he imports from base",
			      ADVI_WARNING, 0, 1, "except users"},
	[ADVI_RULE_VERSIONS] = {"versions", "nobody loses the version that he imports from base",
				ADVI_REMARK, 0, 1, "except users"},
};

static const char *const severities[] = {"off", "note", "warning", "error", NULL};

const char *advi_severity_name(enum advi_severity severity)
{
	return severities[severity];
}

const char *advi_rule_name(enum advi_policy_rule rule)
{
	return rules[rule].name;
}

const char *advi_rule_purpose(enum advi_policy_rule rule)
{
	return rules[rule].purpose;
}

void advi_policy_init(struct advi_policy *policy)
{
	*policy = (struct advi_policy){0};
	for (int i = 0; i < ADVI_POLICY_RULES; i++) {
		policy->rules[i].severity = rules[i].severity;
		policy->rules[i].days = rules[i].days;
		policy->rules[i].users = rules[i].users;
	}
}

void advi_policy_clear(struct advi_policy *policy)
{
	for (int i = 0; i < ADVI_POLICY_RULES; i++) {
		advi_vec_clear(&policy->rules[i].allow);
		advi_vec_clear(&policy->rules[i].ban);
		advi_vec_clear(&policy->rules[i].except);
		advi_vec_clear(&policy->rules[i].packages);
	}
}

/* --- reading --- */

static int read_severity(struct advi_yaml_reader *reader, const struct advi_yaml_node *value)
{
	struct advi_rule_set *set = reader->target;

	for (int i = 0; i < ADVI_SEVERITIES; i++) {
		if (!advi_str_is(value->text, severities[i]))
			continue;
		set->severity = (enum advi_severity)i;
		return 0;
	}
	return advi_yaml_fail(reader->yaml, value->line, reader->err,
			      "a severity is error, warning, note or off, not '%.*s'",
			      ADVI_ARGS(value->text));
}

static int read_specs(struct advi_yaml_reader *reader, const struct advi_yaml_node *list)
{
	struct advi_rule_set *set = reader->target;

	for (const struct advi_yaml_node *at = list->first; at; at = at->next) {
		struct advi_matchspec spec;
		struct adv_err why = ADV_ERR_INIT;

		if (at->kind != ADVI_YAML_SCALAR)
			return advi_yaml_fail(reader->yaml, at->line, reader->err,
					      "an item of 'packages' is a package such as "
					      "'mpich * external_*', not %s",
					      advi_yaml_what(at));
		if (advi_matchspec_parse(&spec, reader->arena, advi_str_trim(at->text), &why) < 0)
			return advi_yaml_fail(reader->yaml, at->line, reader->err, "%s", why.text);
		if (!advi_matchspec_name(&spec).len)
			return advi_yaml_fail(reader->yaml, at->line, reader->err,
					      "'%.*s' names no package", ADVI_ARGS(at->text));
		advi_vec_push(&set->packages,
			      advi_arena_str(reader->arena, advi_str_trim(at->text)));
	}
	return 0;
}

static bool takes(enum advi_policy_rule rule, const char *key)
{
	struct advi_str rest = advi_str(rules[rule].takes), word;

	while (advi_str_split(&rest, ' ', &word))
		if (advi_str_is(word, key))
			return true;
	return strcmp(key, "severity") == 0;
}

/* "rule: error", or a map with the severity and the rule's own keys. */
static int read_rule(struct advi_yaml_reader *reader, const struct advi_yaml_node *value,
		     enum advi_policy_rule rule)
{
	struct advi_yaml_row rows[ADVI_COUNT(keys)];
	struct advi_yaml_reader inner = *reader;
	char what[64];
	size_t count = 0;

	if (value->kind == ADVI_YAML_SCALAR)
		return read_severity(&inner, value);
	for (size_t i = 0; i < ADVI_COUNT(keys); i++)
		if (takes(rule, keys[i].key))
			rows[count++] = keys[i];
	snprintf(what, sizeof(what), "the rule '%s'", rules[rule].name);
	return advi_yaml_rows(&inner, value, what, rows, count);
}

static int unknown_rule(struct advi_yaml_reader *reader, const struct advi_yaml_node *value)
{
	const char *names[ADVI_POLICY_RULES];
	const char *near;

	for (int i = 0; i < ADVI_POLICY_RULES; i++)
		names[i] = rules[i].name;
	near = advi_nearest(value->key, names, ADVI_POLICY_RULES);
	return advi_yaml_fail(reader->yaml, value->key_line, reader->err,
			      near ? "there is no rule '%.*s'; did you mean '%s'?"
				   : "there is no rule '%.*s'; conda-advisor-check(1) lists them",
			      ADVI_ARGS(value->key), near);
}

int advi_site_read_policy(struct advi_yaml_reader *reader, const struct advi_yaml_node *map)
{
	struct advi_policy *policy = &((struct advi_site_draft *)reader->target)->site.policy;

	for (const struct advi_yaml_node *at = map->first; at; at = at->next) {
		struct advi_yaml_reader inner = *reader;
		int rule = 0, r;

		while (rule < ADVI_POLICY_RULES && !advi_str_is(at->key, rules[rule].name))
			rule++;
		if (rule == ADVI_POLICY_RULES)
			return unknown_rule(reader, at);
		if (advi_yaml_null(at))
			continue;
		inner.target = &policy->rules[rule];
		r = read_rule(&inner, at, (enum advi_policy_rule)rule);
		if (r < 0)
			return r;
	}
	return 0;
}

/* --- writing --- */

static uint64_t usual_number(enum advi_policy_rule rule, const char *key)
{
	return strcmp(key, "days") == 0    ? rules[rule].days
	       : strcmp(key, "users") == 0 ? rules[rule].users
					   : 0;
}

/* Whether the recipe says something by this key. */
static bool is_said(const struct advi_rule_set *set, enum advi_policy_rule rule,
		    const struct advi_yaml_row *row)
{
	const void *at = (const char *)set + row->offset;

	if (!takes(rule, row->key))
		return false;
	if (strcmp(row->key, "severity") == 0)
		return set->severity != rules[rule].severity;
	if (row->type == ADVI_YAML_WORDS)
		return ((const advi_names *)at)->count > 0;
	return *(const uint64_t *)at != usual_number(rule, row->key);
}

static bool is_usual(const struct advi_rule_set *set, enum advi_policy_rule rule)
{
	for (size_t i = 0; i < ADVI_COUNT(keys); i++)
		if (is_said(set, rule, &keys[i]))
			return false;
	return true;
}

static void write_rule(struct advi_jout *out, const struct advi_rule_set *set,
		       enum advi_policy_rule rule)
{
	advi_jout_object(out);
	for (size_t i = 0; i < ADVI_COUNT(keys); i++) {
		const void *at = (const char *)set + keys[i].offset;

		if (!is_said(set, rule, &keys[i]))
			continue;
		if (strcmp(keys[i].key, "severity") == 0)
			advi_jout_key_text(out, keys[i].key, severities[set->severity]);
		else if (keys[i].type == ADVI_YAML_WORDS)
			advi_jout_texts(out, keys[i].key, ((const advi_names *)at)->at,
					((const advi_names *)at)->count);
		else
			advi_jout_key_u64(out, keys[i].key, *(const uint64_t *)at);
	}
	advi_jout_object_end(out);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(rules[*(const int *)a].name, rules[*(const int *)b].name);
}

void advi_policy_write(const struct advi_policy *policy, struct advi_jout *out)
{
	int order[ADVI_POLICY_RULES], count = 0;

	for (int i = 0; i < ADVI_POLICY_RULES; i++)
		if (!is_usual(&policy->rules[i], (enum advi_policy_rule)i))
			order[count++] = i;
	if (!count)
		return;
	qsort(order, (size_t)count, sizeof(order[0]), by_name);
	advi_jout_key(out, "policy");
	advi_jout_object(out);
	for (int i = 0; i < count; i++) {
		advi_jout_key(out, rules[order[i]].name);
		write_rule(out, &policy->rules[order[i]], (enum advi_policy_rule)order[i]);
	}
	advi_jout_object_end(out);
}
