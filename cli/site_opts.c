/* SPDX-License-Identifier: BSD-3-Clause */
/* Options that say which world is asked. */
#include "site_opts.h"

struct site_opts site_opts;

int site_opts_open(struct adv_site **site, struct adv_err *err)
{
	int r = site_opts.site ? adv_site_read(site, site_opts.site, err)
			       : adv_site_plain(site, err);

	if (r == 0 && site_opts.channels.count)
		adv_site_clear_channels(*site);
	for (size_t i = 0; r == 0 && i < site_opts.channels.count; i++)
		adv_site_add_channel(*site, site_opts.channels.at[i]);
	if (r == 0 && site_opts.base)
		r = adv_site_set_base(*site, site_opts.base, err);
	return r;
}
