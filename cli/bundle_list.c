/* SPDX-License-Identifier: BSD-3-Clause */
/* bundle list and diff: what is in an image, and how two differ. */
#include "bundle.h"

int bundle_list(const char *path)
{
	struct adv_style style = term_style(stdout);
	struct adv_err err = ADV_ERR_INIT;
	int r = (bundle_opts.files ? adv_bundle_list_files : adv_bundle_list)(
		path, bundle_opts.as_json ? ADV_FORMAT_JSON : ADV_FORMAT_TEXT, stdout, &style,
		&err);

	return r < 0 ? term_fail(&err, r) : term_flush(0);
}

int bundle_diff(const char *path)
{
	struct adv_style style = term_style(stdout);
	struct adv_err err = ADV_ERR_INIT;
	bool equal = false;
	int r = adv_bundle_diff(&equal, path, bundle_opts.second,
				bundle_opts.as_json ? ADV_FORMAT_JSON : ADV_FORMAT_TEXT, stdout,
				&style, &err);

	return r < 0 ? term_fail(&err, r) : term_flush(equal ? 0 : 1);
}
