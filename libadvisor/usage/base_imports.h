/* SPDX-License-Identifier: BSD-3-Clause */
/* Who imports which packages from base, and in which versions. */
#ifndef ADVI_USAGE_BASE_IMPORTS_H
#define ADVI_USAGE_BASE_IMPORTS_H

#include "usage/workload.h"

/* That a user did, for a project. Indexes; project and version are those plus 1, 0: not known. */
struct advi_base_import {
	uint32_t package, user, project, version;
};

struct advi_base_imports {
	struct advi_arena arena;
	advi_names packages, users, projects, versions;
	ADVI_VEC(struct advi_base_import) all; /* by package, user, project, version; each once */
	uint32_t first, last;                  /* months of the runs (202503); 0: there are none */
};

/*
 * Loads them from a store; of probes nothing is counted, packages that base has by pip are.
 *   site          classifies and maps; NULL: the recipe that the store was made with
 *   since, until  months "YYYY-MM", both included; NULL: open on that side
 * Returns 0, ADV_EUSAGE for what is no month or a range of none, ADV_EINPUT, ADV_EENV; the caller
 * clears 'out' in any case.
 */
int advi_base_imports_load(struct advi_base_imports *out, const struct adv_store *store,
			   const struct adv_site *site, const char *since, const char *until,
			   struct adv_err *err);
void advi_base_imports_clear(struct advi_base_imports *imports);

#endif
