/* SPDX-License-Identifier: BSD-3-Clause */
/* A table of accounts and their domains: a CSV file with the columns account and domain. */
#ifndef ADVI_SITE_ACCOUNTS_H
#define ADVI_SITE_ACCOUNTS_H

#include <advisor/err.h>

#include "base/str.h"

/* Takes a row; the texts are gone afterwards. Returns NULL, or what is wrong with it. */
typedef const char *advi_account_fn(void *context, struct advi_str account, struct advi_str domain);

/*
 * Hands each row that names a domain other than "unknown" to 'take', in the file's order.
 * Returns 0, or ADV_EINPUT with the file and the line.
 */
int advi_accounts_read(const char *path, advi_account_fn *take, void *context, struct adv_err *err);

#endif
