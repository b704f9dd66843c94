/* SPDX-License-Identifier: BSD-3-Clause */
/* What the site's rules have against an answer that solves. */
#include "advise/objection.h"

#include "conda/version.h"

/* The record of a package as base has it installed, or NULL when that is not known. */
static const struct advi_record *installed(const struct adv_site *site, const char *name)
{
	for (size_t i = 0; i < site->base_records.count; i++)
		if (strcmp(site->base_records.at[i].name, name) == 0)
			return &site->base_records.at[i];
	return NULL;
}

/* Whether the rules keep a package of base. */
static bool must_stay(const struct adv_site *site, const advi_names *taken, const char *name)
{
	return advi_site_in_base(site, advi_str(name)) || advi_names_have(taken, name);
}

char *advi_objection(const struct adv_site *site, const struct advi_answer *answer,
		     const advi_names *taken)
{
	for (size_t i = 0; i < answer->removed.count; i++) {
		const char *name = answer->removed.at[i]->name;

		if (must_stay(site, taken, name))
			return advi_format("'%s' would have to go", name);
	}
	for (size_t i = 0; i < answer->changed.count; i++) {
		const struct advi_record *to = answer->changed.at[i];
		const struct advi_record *from = installed(site, to->name);

		if (from &&
		    advi_version_cmp_text(advi_str(from->version), advi_str(to->version)) > 0)
			return advi_format("'%s' would have to go back from %s to %s", to->name,
					   from->version, to->version);
	}
	for (size_t i = 0; i < answer->added.count; i++)
		if (advi_names_have(&site->never, answer->added.at[i]->name))
			return advi_format("it needs '%s', which the site recipe never wants",
					   answer->added.at[i]->name);
	return NULL;
}

/* Adds to what is asked for what would go and must stay; false: there is nothing. */
static bool keep(const struct adv_site *site, const advi_names *taken,
		 const struct advi_answer *answer, advi_names *specs)
{
	size_t before = specs->count;

	for (size_t i = 0; answer->possible && i < answer->removed.count; i++) {
		const char *name = answer->removed.at[i]->name;

		if (must_stay(site, taken, name) && !advi_names_have(specs, name))
			advi_vec_push(specs, name);
	}
	return specs->count > before;
}

int advi_ask_by_rules(const struct advi_oracle *oracle, advi_extend_fn ask,
		      const struct adv_site *site, const advi_names *taken,
		      const struct advi_env *env, advi_names *specs, enum advi_freedom most,
		      struct advi_env *out, struct advi_answer *answer,
		      const struct adv_watch *watch, struct adv_err *err)
{
	int r;

	for (;;) {
		r = ask(oracle->context, env, specs->at, specs->count, most, out, answer, watch,
			err);
		if (r < 0 || !keep(site, taken, answer, specs))
			return r;
		advi_env_clear(out);
		advi_answer_clear(answer);
		*answer = (struct advi_answer){0};
	}
}
