/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What was found, as SARIF. Format: OASIS, "Static Analysis Results Interchange Format (SARIF)
 * Version 2.1.0".
 */
#include <advisor.h>

#include "io/digest.h"
#include "io/json_write.h"
#include "report/check.h"

enum { URI_CAP = 1 << 16 };

static const char *const levels[] = {[ADVI_OFF] = "none",
				     [ADVI_REMARK] = "note",
				     [ADVI_WARNING] = "warning",
				     [ADVI_ERROR] = "error"};

static void write_message(struct advi_jout *out, const char *key, const char *text)
{
	advi_jout_key(out, key);
	advi_jout_object(out);
	advi_jout_key_text(out, "text", text);
	advi_jout_object_end(out);
}

static void write_rules(struct advi_jout *out)
{
	advi_jout_key(out, "rules");
	advi_jout_array(out);
	for (int i = 0; i < ADVI_POLICY_RULES; i++) {
		advi_jout_object(out);
		advi_jout_key_text(out, "id", advi_rule_name((enum advi_policy_rule)i));
		write_message(out, "shortDescription", advi_rule_purpose((enum advi_policy_rule)i));
		advi_jout_object_end(out);
	}
	advi_jout_array_end(out);
}

static void write_tool(struct advi_jout *out)
{
	advi_jout_key(out, "tool");
	advi_jout_object(out);
	advi_jout_key(out, "driver");
	advi_jout_object(out);
	advi_jout_key_text(out, "name", "conda-advisor");
	write_rules(out);
	advi_jout_key_text(out, "version", adv_version());
	advi_jout_object_end(out);
	advi_jout_object_end(out);
}

static void write_location(struct advi_jout *out, const struct advi_finding *finding,
			   const char *uri)
{
	advi_jout_key(out, "locations");
	advi_jout_array(out);
	advi_jout_object(out);
	advi_jout_key(out, "physicalLocation");
	advi_jout_object(out);
	advi_jout_key(out, "artifactLocation");
	advi_jout_object(out);
	advi_jout_key_text(out, "uri", uri);
	advi_jout_object_end(out);
	advi_jout_key(out, "region");
	advi_jout_object(out);
	if (finding->spot.line && finding->spot.column)
		advi_jout_key_u64(out, "startColumn", finding->spot.column);
	/* Viewers show nothing that has no line. */
	advi_jout_key_u64(out, "startLine", finding->spot.line ? finding->spot.line : 1);
	advi_jout_object_end(out);
	advi_jout_object_end(out);
	advi_jout_object_end(out);
	advi_jout_array_end(out);
}

static const char *with_help(struct advi_buf *buf, const struct advi_finding *finding)
{
	advi_buf_reset(buf);
	advi_buf_text(buf, finding->message);
	if (finding->help)
		advi_buf_printf(buf, "\n%s", finding->help);
	return buf->ptr;
}

static void write_result(struct advi_jout *out, const struct advi_finding *finding, const char *uri)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(URI_CAP);
	char hex[ADVI_HEX_SIZE];

	advi_sha256(advi_str(finding->message), hex);
	advi_jout_object(out);
	advi_jout_key_text(out, "level", levels[finding->severity]);
	write_location(out, finding, uri);
	write_message(out, "message", with_help(&text, finding));
	advi_jout_key(out, "partialFingerprints");
	advi_jout_object(out);
	advi_jout_key_text(out, "message/v1", hex);
	advi_jout_object_end(out);
	advi_jout_key_text(out, "ruleId", advi_rule_name(finding->rule));
	advi_jout_key_u64(out, "ruleIndex", (uint64_t)finding->rule);
	advi_jout_object_end(out);
}

void advi_check_sarif(const struct advi_check_view *view, FILE *file, const struct adv_style *style)
{
	ADVI_AUTO(buf) struct advi_buf uri = ADVI_BUF_INIT(URI_CAP);
	struct advi_jout out;

	(void)style;
	advi_check_uri(view, &uri);
	advi_jout_init(&out, file);
	advi_jout_object(&out);
	advi_jout_key_text(
		&out, "$schema",
		"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json");
	advi_jout_key(&out, "runs");
	advi_jout_array(&out);
	advi_jout_object(&out);
	/* Columns count characters, as YAML's do. */
	advi_jout_key_text(&out, "columnKind", "unicodeCodePoints");
	advi_jout_key(&out, "results");
	advi_jout_array(&out);
	for (size_t i = 0; i < view->findings.count; i++)
		write_result(&out, &view->findings.at[i], advi_buf_str(&uri).ptr);
	advi_jout_array_end(&out);
	write_tool(&out);
	advi_jout_object_end(&out);
	advi_jout_array_end(&out);
	advi_jout_key_text(&out, "version", "2.1.0");
	advi_jout_object_end(&out);
	advi_jout_end(&out);
}
