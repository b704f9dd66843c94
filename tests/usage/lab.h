/* SPDX-License-Identifier: BSD-3-Clause */
/* An invented centre with places of every kind, and its texts without their pseudonyms. */
#ifndef TESTS_USAGE_LAB_H
#define TESTS_USAGE_LAB_H

#include "unit.h"

#include "site/site.h"

static const char recipe[] =
	"{\"schema\":\"advisor.site/1\",\"name\":\"t\",\"base_prefix\":\"/sw/base/\",\"places\":["
	"{\"class\":\"base\",\"prefix\":\"/sw/base/\"},{\"class\":\"site\",\"prefix\":\"/sw/\"},"
	"{\"class\":\"user-site\",\"prefix\":\"/home/*/.local/\"},{\"class\":\"home\",\"prefix\":\"/home/\"},"
	"{\"class\":\"project\",\"prefix\":\"/lus/proj/\"},{\"class\":\"tmp\",\"prefix\":\"/tmp/\"}],"
	"\"aliases\":[{\"from\":\"/p/q/\",\"to\":\"/lus/proj/\"}],\"base_packages\":[\"numpy\"],"
	"\"imports\":{\"numpy\":\"numpy\",\"ase\":\"ase\",\"yaml\":\"pyyaml\"}}";

static inline struct adv_site *make_site(void)
{
	struct adv_err err = ADV_ERR_INIT;
	struct adv_site *site = NULL;

	assert_ok(advi_site_parse(&site, advi_str(recipe), "recipe", &err));
	return site;
}

/* Replaces every pseudonym by "~", so that what stays can be told. */
static inline const char *masked(struct advi_buf *text)
{
	char *to = text->ptr;

	for (const char *from = text->ptr; *from; from++) {
		*to++ = *from;
		if (*from == '~')
			from += 16;
	}
	*to = '\0';
	return text->ptr;
}

#endif
