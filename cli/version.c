/* SPDX-License-Identifier: BSD-3-Clause */
/* --version, and --version --json. */
#include "cli.h"

int version_print(bool as_json)
{
	struct adv_err err = ADV_ERR_INIT;
	int r = adv_version_write(as_json ? ADV_FORMAT_JSON : ADV_FORMAT_TEXT, stdout, &err);

	return r < 0 ? term_fail(&err, r) : term_flush(0);
}
