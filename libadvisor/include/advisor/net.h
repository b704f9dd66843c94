/* SPDX-License-Identifier: BSD-3-Clause */
/* How the library reaches channels and packages. */
#ifndef ADVISOR_NET_H
#define ADVISOR_NET_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

struct adv_net {
	const char *cache; /* folder for repodata and packages; NULL: the user's cache folder */
	bool offline;      /* use the cache, ask no server */
	unsigned parallel; /* downloads at once; 0: 5 */
	unsigned retries;  /* after a network fault; 0: 3 */
};
#define ADV_NET_INIT                                                                               \
	{                                                                                          \
		0                                                                                  \
	}

#ifdef __cplusplus
}
#endif
#endif
