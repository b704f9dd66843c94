/* SPDX-License-Identifier: BSD-3-Clause */
/* What a centre wants of an environment: rules, how grave each is, and their parameters. */
#ifndef ADVI_SITE_POLICY_H
#define ADVI_SITE_POLICY_H

#include "base/vec.h"
#include "io/json_write.h"

/* Of a rule, and of what breaks it. */
enum advi_severity { ADVI_OFF, ADVI_REMARK, ADVI_WARNING, ADVI_ERROR, ADVI_SEVERITIES };
/* "off", "note", "warning", "error". */
const char *advi_severity_name(enum advi_severity severity);

/* In the order in which findings of one line are told. */
enum advi_policy_rule {
	ADVI_RULE_ENVIRONMENT,
	ADVI_RULE_SOLVABLE,
	ADVI_RULE_BASE,
	ADVI_RULE_UNREAD,
	ADVI_RULE_CHANNELS,
	ADVI_RULE_BANNED,
	ADVI_RULE_REQUIRED,
	ADVI_RULE_BY_MODULE,
	ADVI_RULE_EXTERNAL,
	ADVI_RULE_PINS,
	ADVI_RULE_BUDGET,
	ADVI_RULE_LICENSES,
	ADVI_RULE_PYTHON_EOL,
	ADVI_RULE_TOO_YOUNG,
	ADVI_RULE_TOO_OLD,
	ADVI_RULE_UNMAINTAINED,
	ADVI_RULE_YANKED,
	ADVI_RULE_DUPLICATES,
	ADVI_RULE_PIP_URLS,
	ADVI_RULE_PIP_UNPINNED,
	ADVI_RULE_LOCKFILE,
	ADVI_RULE_LOSSES,
	ADVI_RULE_VERSIONS,
	ADVI_POLICY_RULES
};

/* One rule as a recipe sets it. A list that is empty and a number that is 0 say nothing. */
struct advi_rule_set {
	enum advi_severity severity;
	advi_names allow, ban, except, packages; /* channels, licences, names, MatchSpecs */
	uint64_t days, users;
	uint64_t max_packages, max_bytes, max_files; /* of the whole environment */
	uint64_t max_added_packages, max_added_bytes, max_added_files; /* beyond base */
};

struct advi_policy {
	struct advi_rule_set rules[ADVI_POLICY_RULES];
};

/* "banned"; and what it asks, as half a sentence. */
const char *advi_rule_name(enum advi_policy_rule rule);
const char *advi_rule_purpose(enum advi_policy_rule rule);

/* What holds where a recipe says nothing. */
void advi_policy_init(struct advi_policy *policy);
/* Writes what differs from that, if anything, as the key 'policy' of a recipe. */
void advi_policy_write(const struct advi_policy *policy, struct advi_jout *out);
void advi_policy_clear(struct advi_policy *policy);

#endif
