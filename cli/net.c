/* SPDX-License-Identifier: BSD-3-Clause */
/* The options of the network, which several subcommands take. */
#include <string.h>

#include "cli.h"

enum { PARALLEL_MOST = 64 };

struct net_asked net_asked = {.net = ADV_NET_INIT};

static const struct opt rows[] = {
	{0, "cache", OPT_TEXT, &net_asked.net.cache, "DIR", "folder for what is downloaded"},
	{0, "offline", OPT_FLAG, &net_asked.net.offline, NULL, "use the cache, ask no server"},
	{0, "mirror", OPT_LIST, &net_asked.mirrors, "FROM=TO",
	 "fetch from TO what lies below FROM; may be repeated"},
	{0, "parallel", OPT_COUNT, &net_asked.parallel, "N", "downloads at once; default 5"},
	/* of channels only */
	{0, "fresh", OPT_FLAG, &net_asked.net.fresh, NULL,
	 "ask servers even where the cache is fresh"},
	{0, "no-shards", OPT_FLAG, &net_asked.net.no_shards, NULL,
	 "fetch whole repodata where shards are offered"},
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]), OF_CHANNELS = 2 };

const struct opts net_opts = {rows, ROWS - OF_CHANNELS}, net_channel_opts = {rows, ROWS};

bool net_ready(void)
{
	static struct adv_mirror mirrors[sizeof(net_asked.mirrors.at) / sizeof(char *)];

	for (size_t i = 0; i < net_asked.mirrors.count; i++) {
		char *from = (char *)(uintptr_t)net_asked.mirrors.at[i];
		char *equals = strchr(from, '=');

		if (!equals || equals == from || !equals[1]) {
			term_usage("--mirror takes FROM=TO, such as conda-forge=https://mirror/cf");
			return false;
		}
		*equals = '\0';
		mirrors[i] = (struct adv_mirror){from, equals + 1};
	}
	if (net_asked.parallel > PARALLEL_MOST) {
		term_usage("--parallel is at most %d", PARALLEL_MOST);
		return false;
	}
	net_asked.net.mirrors = mirrors;
	net_asked.net.mirror_count = net_asked.mirrors.count;
	net_asked.net.parallel = (unsigned)net_asked.parallel;
	return true;
}
