/* SPDX-License-Identifier: BSD-3-Clause */
/* The library's version. */
#include <advisor.h>

#include "config.h"

const char *adv_version(void)
{
	return PACKAGE_VERSION;
}
