/* SPDX-License-Identifier: BSD-3-Clause */
/* A channel that is asked for packages. */
#ifndef ADVI_CONDA_CHANNEL_ASK_H
#define ADVI_CONDA_CHANNEL_ASK_H

#include <advisor/channel.h>

#include "conda/channel.h"

struct adv_channel {
	struct advi_arena arena;
	struct advi_channel channel;
	const char *url, *platform; /* of the channel, without credentials */
	char *data;                 /* path of channeldata.json, or NULL */
	const char *asked;          /* the MatchSpec asked for last, or NULL: none */
	advi_record_refs found;     /* its records, newest first */
	/* What channeldata.json says of the package, where it is one; or NULL. */
	const char *summary, *home, *license;
};

#endif
