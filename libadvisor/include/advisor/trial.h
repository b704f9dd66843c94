/* SPDX-License-Identifier: BSD-3-Clause */
/* Trials: whether what an image was built for can be imported from it. */
#ifndef ADVISOR_TRIAL_H
#define ADVISOR_TRIAL_H

#include <stdbool.h>
#include <stddef.h>

#include <advisor/err.h>
#include <advisor/watch.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How to try. NULL or 0 takes the default. */
struct adv_trial_options {
	const char *methods; /* how the image is seen, in this order: "kernel,fuse,extract" */
	const char *mount;   /* where, instead of where it was built for; absolute */
	const char *base; /* the image that a layer stands on; needed for one, and for no other */
	unsigned threads; /* imports at a time; default: one a core */
	unsigned seconds; /* for one import; default 120 */
};
#define ADV_TRIAL_OPTIONS_INIT                                                                     \
	{                                                                                          \
		0                                                                                  \
	}

/* One import. Strings are the trial's. */
struct adv_trial_row {
	const char *package, *version, *module;
	const char *way; /* of a layer, by which it is used: "overlay", "pth", "pythonpath"; NULL */
	bool works;
	double seconds;  /* that the import took, by the clock */
	const char *why; /* it does not; NULL */
};

struct adv_trial;

/*
 * Imports every top-level module of every package that the image was built for, each in a process
 * of its own, with the image's Python, in a room: own processes, network, /tmp and home, nobody's
 * rights, and the image read-only at its mount path. Where no room can be had, that is told, and it
 * is tried where the image was extracted to.
 * Returns 0, whatever works; ADV_EINPUT for what is no image that can be tried; ADV_EUSAGE;
 * ADV_EENV; ADV_ECANCEL.
 */
int adv_trial_make(struct adv_trial **out, const char *image,
		   const struct adv_trial_options *options, const struct adv_watch *watch,
		   struct adv_err *err);
/* NULL is fine. */
void adv_trial_free(struct adv_trial *trial);
ADV_AUTO_DEFINE(trial)

/* Rows are sorted by way, package and module. */
size_t adv_trial_count(const struct adv_trial *trial);
const struct adv_trial_row *adv_trial_row(const struct adv_trial *trial, size_t i);
/* How many imports don't work. */
size_t adv_trial_failures(const struct adv_trial *trial);
/* Packages that were asked for. */
size_t adv_trial_packages(const struct adv_trial *trial);
/* The image's name and file; where it was tried, and how it was seen: "kernel", "fuse", "extract".
 */
const char *adv_trial_base(const struct adv_trial *trial); /* of a layer; NULL */
const char *adv_trial_name(const struct adv_trial *trial);
const char *adv_trial_image(const struct adv_trial *trial);
const char *adv_trial_place(const struct adv_trial *trial);
const char *adv_trial_method(const struct adv_trial *trial);
/* Whether it had a room of its own. */
bool adv_trial_alone(const struct adv_trial *trial);

#ifdef __cplusplus
}
#endif
#endif
