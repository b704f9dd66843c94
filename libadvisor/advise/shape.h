/* SPDX-License-Identifier: BSD-3-Clause */
/* A demand and its prices as a model. */
#ifndef ADVI_ADVISE_SHAPE_H
#define ADVI_ADVISE_SHAPE_H

#include "advise/model.h"
#include "advise/price.h"
#include "advise/quotas.h"

/* Items and goals are in an order that does not depend on the input's. */
struct advi_shape {
	struct advi_model model;
	uint32_t *item_of;    /* of each id of the prices */
	uint32_t *package_of; /* of each item: the demand's package, or UINT32_MAX */
};

/*
 * What is there already is no part of a goal: one that needs nothing else is worth its value in any
 * case. 'quotas' may be NULL.
 * Names are borrowed from the prices.
 */
void advi_shape_make(struct advi_shape *out, const struct advi_prices *prices,
		     const struct advi_quotas *quotas, const struct advi_limits *limits);
void advi_shape_clear(struct advi_shape *shape);

#endif
