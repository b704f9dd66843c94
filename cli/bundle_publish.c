/* SPDX-License-Identifier: BSD-3-Clause */
/* bundle publish, rollback and modulefile: the way to users, and back. */
#include <string.h>

#include "bundle.h"

/* Says where a link points now. */
static int tell_release(const struct adv_release *release)
{
	term_done();
	printf("%s/%s is %s", bundle_opts.releases,
	       bundle_opts.publish.name ? bundle_opts.publish.name : "current", release->name);
	if (*release->before && strcmp(release->before, release->name) != 0)
		printf(", and was %s", release->before);
	putchar('\n');
	if (release->removed)
		printf("  old releases removed: %u\n", release->removed);
	return term_flush(0);
}

int bundle_publish(const char *path)
{
	struct adv_release release;
	struct adv_err err = ADV_ERR_INIT;
	int r;

	if (!bundle_opts.releases)
		return term_usage("bundle publish needs --to RELEASES");
	if (bundle_opts.keep > 1000)
		return term_usage("--keep is at most 1000");
	bundle_opts.publish.keep = (unsigned)bundle_opts.keep;
	r = adv_bundle_publish(&release, path, bundle_opts.releases, &bundle_opts.publish,
			       term_watch(), &err);
	return r < 0 ? term_fail(&err, r) : tell_release(&release);
}

int bundle_rollback(const char *none)
{
	struct adv_release release;
	struct adv_err err = ADV_ERR_INIT;
	int r;

	(void)none;
	if (!bundle_opts.releases)
		return term_usage("bundle rollback needs --to RELEASES");
	r = adv_bundle_rollback(&release, bundle_opts.releases, &bundle_opts.publish, term_watch(),
				&err);
	return r < 0 ? term_fail(&err, r) : tell_release(&release);
}

int bundle_modulefile(const char *path)
{
	struct adv_err err = ADV_ERR_INIT;
	int r;

	if (!bundle_opts.template_path)
		return term_usage("bundle modulefile needs --template FILE; two are among the "
				  "recipes, in 'modulefiles'");
	r = adv_bundle_modulefile(path, bundle_opts.template_path, stdout, &err);
	return r < 0 ? term_fail(&err, r) : term_flush(0);
}
