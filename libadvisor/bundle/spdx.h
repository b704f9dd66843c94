/* SPDX-License-Identifier: BSD-3-Clause */
/* Licence expressions as SPDX has them (specification 2.3, annex D). */
#ifndef ADVI_BUNDLE_SPDX_H
#define ADVI_BUNDLE_SPDX_H

#include "base/str.h"

enum advi_spdx {
	ADVI_SPDX_NONE,      /* a text of somebody's own, such as "BSD-like" */
	ADVI_SPDX_LICENCE,   /* one name of the list: "MIT" */
	ADVI_SPDX_EXPRESSION /* "MIT OR (GPL-2.0-or-later WITH Bison-exception-2.2)", "LicenseRef-x"
			      */
};

/* What a package's licence is. */
enum advi_spdx advi_spdx_kind(struct advi_str text);

/* Whether a name is on the list: of the licences, of the exceptions. Case matters. */
bool advi_spdx_licence(struct advi_str name);
bool advi_spdx_exception(struct advi_str name);

#endif
