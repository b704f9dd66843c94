/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What was found, as GitLab's code quality report: marks at their lines in a merge request.
 * Format: GitLab Docs, "Code Quality", "Code Quality report format".
 */
#include "base/map.h"
#include "io/digest.h"
#include "io/json_write.h"
#include "report/check.h"

enum { KEY_CAP = 1 << 16 };

static const char *const severities[] = {[ADVI_OFF] = "info",
					 [ADVI_REMARK] = "info",
					 [ADVI_WARNING] = "minor",
					 [ADVI_ERROR] = "critical"};

/*
 * By this GitLab knows a fault again in another commit: so the line is not in it, and of equal ones
 * the number is.
 */
static void fingerprint(const struct advi_check_view *view, const struct advi_finding *finding,
			struct advi_map *seen, char hex[ADVI_HEX_SIZE])
{
	ADVI_AUTO(buf) struct advi_buf key = ADVI_BUF_INIT(KEY_CAP);

	advi_buf_printf(&key, "%s\n%s\n%s", view->path, advi_rule_name(finding->rule),
			finding->message);
	advi_buf_printf(&key, "\n%llu",
			(unsigned long long)advi_map_add(seen, advi_buf_str(&key), NULL)->number++);
	advi_sha256(advi_buf_str(&key), hex);
}

static void write_finding(struct advi_jout *out, const struct advi_check_view *view,
			  const struct advi_finding *finding, const char *hex)
{
	advi_jout_object(out);
	advi_jout_key_text(out, "check_name", advi_rule_name(finding->rule));
	advi_jout_key_text(out, "description", finding->message);
	advi_jout_key_text(out, "fingerprint", hex);
	advi_jout_key(out, "location");
	advi_jout_object(out);
	advi_jout_key(out, "lines");
	advi_jout_object(out);
	advi_jout_key_u64(out, "begin", finding->spot.line ? finding->spot.line : 1);
	advi_jout_object_end(out);
	advi_jout_key_text(out, "path", view->path);
	advi_jout_object_end(out);
	advi_jout_key_text(out, "severity", severities[finding->severity]);
	advi_jout_object_end(out);
}

void advi_check_gitlab(const struct advi_check_view *view, FILE *file,
		       const struct adv_style *style)
{
	ADVI_AUTO(map) struct advi_map seen = {0};
	struct advi_jout out;

	(void)style;
	advi_jout_init(&out, file);
	advi_jout_array(&out);
	for (size_t i = 0; i < view->findings.count; i++) {
		char hex[ADVI_HEX_SIZE];

		fingerprint(view, &view->findings.at[i], &seen, hex);
		write_finding(&out, view, &view->findings.at[i], hex);
	}
	advi_jout_array_end(&out);
	advi_jout_end(&out);
}
