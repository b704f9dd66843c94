/* SPDX-License-Identifier: BSD-3-Clause */
/* Where downloads are kept between runs. */
#include "io/cache.h"

#include "base/mem.h"
#include "base/str.h"
#include "io/file.h"

char *advi_cache_folder(const struct adv_net *net)
{
	const char *xdg = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");

	if (net && net->cache)
		return advi_strdup(net->cache);
	if (xdg && xdg[0] == '/')
		return advi_path_join(xdg, "conda-advisor");
	return home && home[0] == '/' ? advi_path_join(home, ".cache/conda-advisor") : NULL;
}

int advi_cache_path(char **out, const struct adv_net *net, const char *name, struct adv_err *err)
{
	ADVI_AUTO_PTR char *folder = advi_cache_folder(net);
	ADVI_AUTO_PTR char *path = folder ? advi_path_join(folder, name) : NULL;
	char *slash;
	int r;

	if (!path)
		return advi_fail(err, ADV_EENV,
				 "there is no home for a cache: name one with --cache");
	slash = strrchr(path, '/');
	*slash = '\0';
	r = advi_mkdirs(path, err);
	*slash = '/';
	if (r == 0)
		*out = advi_take(path);
	return r;
}
