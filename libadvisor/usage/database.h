/* SPDX-License-Identifier: BSD-3-Clause */
/* The XALT database (MySQL, MariaDB) as a source. */
#ifndef ADVI_USAGE_DATABASE_H
#define ADVI_USAGE_DATABASE_H

#include "usage/ingest.h"

/* Where a database is; texts are owned. Zero is none. */
struct advi_database_url {
	char *host, *user, *database; /* NULL: what the option files say, or the default */
	char *socket, *defaults;      /* a socket's path; an option file to read before others */
	unsigned port;                /* 0: the default */
};

/*
 * "mysql://[user@]host[:port]/database[?socket=PATH][&defaults=FILE]". A password in it is refused:
 * everybody can see the command line.
 */
int advi_database_url_read(struct advi_database_url *out, const char *url, struct adv_err *err);
void advi_database_url_clear(struct advi_database_url *url);

/*
 * Reads runs, packages and mapped objects from where the last reading ended, page by page, each a
 * transaction with its place. The password comes from an option file or MYSQL_PWD.
 */
int advi_database_read(struct advi_ingest *ingest, const char *url, struct adv_err *err);

#endif
