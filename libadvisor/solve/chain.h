/* SPDX-License-Identifier: BSD-3-Clause */
/* The shortest chain from a record that is out to what is in its way. */
#ifndef ADVI_SOLVE_CHAIN_H
#define ADVI_SOLVE_CHAIN_H

#include "solve/scene.h"

/* Why nothing that a request means is in; advi_scene_refuses said so. */
void advi_chain_request(struct advi_chain *out, const struct advi_scene *scene,
			const struct advi_request *request);
/* Why a name has no record left that is in. */
void advi_chain_name(struct advi_chain *out, const struct advi_scene *scene, uint32_t name);
/* Why one record is out. */
void advi_chain_item(struct advi_chain *out, const struct advi_scene *scene, uint32_t item);

#endif
