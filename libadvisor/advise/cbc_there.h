/* SPDX-License-Identifier: BSD-3-Clause */
/* Whether CBC was built in. */
#ifndef ADVI_ADVISE_CBC_THERE_H
#define ADVI_ADVISE_CBC_THERE_H

#include <stdbool.h>

bool advi_cbc_there(void);
/* As the library tells it; NULL when it was not built in. */
const char *advi_cbc_version(void);

#endif
