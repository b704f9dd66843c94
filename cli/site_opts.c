/* SPDX-License-Identifier: BSD-3-Clause */
/* Options that say which world is asked. */
#include "site_opts.h"

#include <string.h>

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

static bool is_minor(const char *text)
{
	size_t digits = strspn(text, "0123456789");
	const char *rest = text + digits + (text[digits] == '.');

	return digits && text[digits] == '.' && *rest && rest[strspn(rest, "0123456789")] == '\0';
}

int site_opts_cells(struct adv_variant cells[SITE_CELLS])
{
	const struct opt_list *pythons = &site_opts.pythons, *types = &site_opts.node_types;
	size_t rows = pythons->count ? pythons->count : 1,
	       columns = types->count ? types->count : 1;
	int count = 0;

	if (!pythons->count && !types->count)
		return 0;
	for (size_t i = 0; i < pythons->count; i++) {
		if (!is_minor(pythons->at[i])) {
			term_usage("--python takes minor versions such as 3.11,3.12, not '%s'",
				   pythons->at[i]);
			return -1;
		}
	}
	if (rows * columns > SITE_CELLS) {
		term_usage("--python and --node-type make at most %d cells", SITE_CELLS);
		return -1;
	}
	for (size_t i = 0; i < rows; i++)
		for (size_t n = 0; n < columns; n++)
			cells[count++] = (struct adv_variant){
				pythons->count ? pythons->at[i] : NULL,
				types->count ? types->at[n] : NULL,
			};
	return count;
}
