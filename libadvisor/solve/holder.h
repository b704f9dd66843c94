/* SPDX-License-Identifier: BSD-3-Clause */
/* Who keeps a name where it is. */
#ifndef ADVI_SOLVE_HOLDER_H
#define ADVI_SOLVE_HOLDER_H

#include "solve/scene.h"

/*
 * What of a scene lets none of 'items', all of the name 'name', be.
 * Returns whether there is a single such thing; every one of 'items' then really is opposed by it.
 */
bool advi_holder_find(struct advi_holder *out, const struct advi_scene *scene, uint32_t name,
		      const uint32_t *items, size_t count);
/* Why nothing at all satisfies a dependency or a spec on 'name'. */
void advi_holder_nowhere(struct advi_holder *out, const struct advi_scene *scene,
			 struct advi_str name, const char *spec);
/* As advi_holder_find for one item that left since all of the name of 'by' go without it. */
void advi_holder_forced(struct advi_holder *out, const struct advi_scene *scene, uint32_t item,
			uint32_t by);
/* The item of a name that must be there and is the only one left; otherwise 0. */
uint32_t advi_holder_stays(const struct advi_scene *scene, uint32_t name);
/* Which end a record that stays is: base's, a virtual one, or one that joined. */
enum advi_end advi_holder_kind(const struct advi_scene *scene, uint32_t item);
bool advi_holder_is_python(const struct advi_pool *pool, uint32_t name);

#endif
