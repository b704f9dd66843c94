/* SPDX-License-Identifier: BSD-3-Clause */
/* From the address of a file as it is shown to the addresses where it is asked for. */
#ifndef ADVI_IO_ROUTE_H
#define ADVI_IO_ROUTE_H

#include <advisor/net.h>

#include "base/err.h"
#include "base/vec.h"

#define ADVI_CHANNEL_ALIAS "https://conda.anaconda.org"

/* Addresses with credentials, in the order in which they are tried. */
struct advi_routes {
	ADVI_VEC(char *) urls;
};
void advi_routes_clear(struct advi_routes *routes);

/*
 * The addresses of 'url': the mirrors of net, else itself; with credentials where net has some.
 * Returns 0 with at least one, or ADV_EUSAGE when a variable that is named is not set.
 */
int advi_routes_find(struct advi_routes *out, const char *url, const struct adv_net *net,
		     struct adv_err *err);

/*
 * A text with $NAME and ${NAME} replaced from the environment, in new memory; a '$' before
 * anything else stays. NULL with ADV_EUSAGE in 'err' when a variable is not set.
 */
char *advi_expand(const char *text, struct adv_err *err);

/* The URL of a channel that is given by a bare name, in new memory; 'net' may be NULL. */
char *advi_route_of_name(const char *name, const struct adv_net *net);
/*
 * What is left of 'url' below 'above' (as "/linux-64"; empty when it is the same), or NULL when it
 * is not below it. Slashes at the end of 'above' do not count.
 */
const char *advi_url_below(const char *url, const char *above);

#endif
