/* SPDX-License-Identifier: BSD-3-Clause */
/* Where downloads are kept between runs. */
#ifndef ADVI_IO_CACHE_H
#define ADVI_IO_CACHE_H

#include <advisor/net.h>

#include "base/err.h"

/*
 * "CACHE/name" in new memory, with the folder above it made: net->cache, else
 * $XDG_CACHE_HOME/conda-advisor, else ~/.cache/conda-advisor.
 */
int advi_cache_path(char **out, const struct adv_net *net, const char *name, struct adv_err *err);

/* The cache's folder in new memory, whether it is there or not; NULL when nothing names one. */
char *advi_cache_folder(const struct adv_net *net);

#endif
