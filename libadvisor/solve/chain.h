/* SPDX-License-Identifier: BSD-3-Clause */
/* The shortest chain from a record that is out to what is in its way. */
#ifndef ADVI_SOLVE_CHAIN_H
#define ADVI_SOLVE_CHAIN_H

#include "solve/scene.h"

/* Why nothing that a request means is in; advi_scene_refuses said so. */
void advi_chain_request(struct advi_chain *out, const struct advi_scene *scene,
			const struct advi_request *request);
/* Whether a record is for another Python than the scene's, whatever else is in its way. */
bool advi_chain_other_python(const struct advi_scene *scene, uint32_t item);
/* Why none of several builds is in. */
void advi_chain_items(struct advi_chain *out, const struct advi_scene *scene, const uint32_t *items,
		      size_t count);

#endif
