/* SPDX-License-Identifier: BSD-3-Clause */
/* What the actions of bundle have in common: their options. */
#ifndef CLI_BUNDLE_H
#define CLI_BUNDLE_H

#include "cli.h"

/* What was asked for; cmd_bundle.c has the table that fills it. */
extern struct bundle_opts {
	struct adv_bundle_options build;
	struct adv_publish_options publish;
	struct adv_verify_options verify;
	struct adv_trial_options trial;
	const char *image, *site_path; /* build */
	const char *releases, *template_path;
	const char *junit;  /* test */
	const char *second; /* operand */
	struct opt_list host_libraries;
	uint64_t level, block_bytes, threads, keep, timeout;
	bool as_json, files;
} bundle_opts;

/* The actions, each with its first operand or NULL. They return the exit status. */
int bundle_build(const char *source);
int bundle_verify(const char *image);
int bundle_test(const char *image);
int bundle_sbom(const char *image);
int bundle_sign(const char *image);
int bundle_list(const char *image);
int bundle_diff(const char *image);
int bundle_publish(const char *image);
int bundle_rollback(const char *none);
int bundle_unpack(const char *image);
int bundle_modulefile(const char *image);

static inline double bundle_mib(uint64_t bytes)
{
	return (double)bytes / (1 << 20);
}

#endif
