/* SPDX-License-Identifier: BSD-3-Clause */
/* What http.c and http_transfer.c share: one download on its way. */
#ifndef ADVI_IO_HTTP_IN_H
#define ADVI_IO_HTTP_IN_H

#include <curl/curl.h>
#include <stdio.h>

#include "io/http.h"
#include "io/route.h"

struct advi_transfer {
	struct advi_fetch *fetch;
	struct advi_routes routes;
	size_t route;       /* the one that is being tried */
	char *part, *shown; /* the partial file; the address without credentials */
	CURL *easy;
	FILE *file;
	uint64_t begun_at; /* bytes that were there when this try began */
	uint64_t written;  /* bytes of the partial file */
	unsigned tries;
	bool from_start; /* the partial file was of no use */
	bool refetched;  /* it was fetched once more because its content was wrong */
	bool over_cap;
	int sys;             /* errno of a failed write */
	uint64_t not_before; /* ms: when to try again */
	struct curl_slist *headers;
	char problem[CURL_ERROR_SIZE];
};

/* Opens the partial file and hands the request to 'multi'. Returns 0 or ADV_EENV. */
int advi_transfer_begin(struct advi_transfer *transfer, CURLM *multi, struct adv_err *err);
/* Takes it back and closes the file. */
void advi_transfer_end(struct advi_transfer *transfer, CURLM *multi);
/* The status of the answer, or 0. */
long advi_transfer_status(const struct advi_transfer *transfer);
/* Compares the complete partial file with what is expected of it; 1 when it is right, 0 when not.
 */
int advi_transfer_check(const struct advi_transfer *transfer, struct adv_err *err);

#endif
