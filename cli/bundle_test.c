/* SPDX-License-Identifier: BSD-3-Clause */
/* bundle test: what an image was built for is imported from it. */
#include "bundle.h"

int bundle_test(const char *image)
{
	ADV_AUTO(trial) struct adv_trial *trial = NULL;
	struct adv_style style = term_style(stdout);
	struct adv_err err = ADV_ERR_INIT;
	int r;

	if (bundle_opts.threads > 1024 || bundle_opts.timeout > 86400)
		return term_usage("--threads is at most 1024, --timeout 86400");
	bundle_opts.trial.base = bundle_opts.build.base;
	bundle_opts.trial.mount = bundle_opts.build.mount;
	bundle_opts.trial.threads = (unsigned)bundle_opts.threads;
	bundle_opts.trial.seconds = (unsigned)bundle_opts.timeout;
	r = adv_trial_make(&trial, image, &bundle_opts.trial, term_watch(), &err);
	if (r < 0)
		return term_fail(&err, r);
	term_done();
	if (bundle_opts.junit)
		r = adv_trial_write_file(trial, ADV_FORMAT_JUNIT, bundle_opts.junit, &err);
	if (r == 0)
		r = adv_trial_write(trial, bundle_opts.as_json ? ADV_FORMAT_JSON : ADV_FORMAT_TEXT,
				    stdout, &style, &err);
	return r < 0 ? term_fail(&err, r) : term_flush(adv_trial_failures(trial) ? 1 : 0);
}
