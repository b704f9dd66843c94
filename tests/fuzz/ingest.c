/* SPDX-License-Identifier: BSD-3-Clause */
/* Fuzz target: any bytes as a log, read into a store in memory, which then answers. */
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <advisor.h>

#include "base/mem.h"
#include "site/site.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char recipe[] =
	"{\"schema\":\"advisor.site/"
	"1\",\"name\":\"f\",\"places\":[{\"class\":\"home\",\"prefix\":\"/home/\"}],"
	"\"base_packages\":[],\"imports\":{\"numpy\":\"numpy\"}}";

static void read_log(struct adv_store *store, const struct adv_site *site, const char *path)
{
	const struct adv_ingest_options names = {.names = true};
	struct adv_usage_query query = {.by = ADV_BY_MONTH | ADV_BY_MODULE | ADV_BY_PLACE |
					      ADV_BY_PROJECT};
	struct adv_err err = ADV_ERR_INIT;
	struct adv_ingest_summary sum;
	struct adv_usage *usage = NULL;
	int r = adv_ingest(store, site, &path, 1, &names, NULL, &sum, &err);

	if (r < 0 && r != ADV_EINPUT)
		abort();
	if (adv_usage_ask(&usage, store, &query, &err) < 0)
		abort();
	adv_usage_free(usage);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ADV_AUTO(site) struct adv_site *site = NULL;
	ADV_AUTO(store) struct adv_store *store = NULL;
	struct adv_err err = ADV_ERR_INIT;
	int fd = memfd_create("log", MFD_CLOEXEC);
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size ||
	    advi_site_parse(&site, advi_str(recipe), "recipe", &err) < 0 ||
	    adv_store_open(&store, ":memory:", ADV_STORE_WRITE, &err) < 0)
		abort();
	read_log(store, site, path);
	close(fd);
	return 0;
}
