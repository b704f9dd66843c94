/* SPDX-License-Identifier: BSD-3-Clause */
/* Modulefiles of an image, from a template that staff edit. */
#include <advisor/publish.h>

#include <inttypes.h>

#include "bundle/manifest.h"
#include "io/file.h"

enum { TEMPLATE_BYTES = 1 << 20, VALUE_BYTES = 1 << 22 };

/* A language, and how it writes a byte in double quotes that could mean something there. */
struct language {
	const char *suffix;
	bool octal; /* "\134", else decimal */
};
static const struct language languages[] = {{".lua.in", false}, {".tcl.in", true}};

/* What a template may have between two @. */
enum { COUNT, DIGEST, MOUNT, NAME, PACKAGES, VALUES };
static const char *const names[VALUES] = {"@COUNT@", "@DIGEST@", "@MOUNT@", "@NAME@", "@PACKAGES@"};

/*
 * Only what is plain in every language stays as it is: the name of a package must not become a
 * command of whoever loads the module.
 */
static void escape(struct advi_buf *out, const struct language *language, const char *text)
{
	for (const unsigned char *at = (const unsigned char *)text; *at; at++)
		if ((*at >= '0' && *at <= '9') || (*at >= 'a' && *at <= 'z') ||
		    (*at >= 'A' && *at <= 'Z') || strchr(" ,./+=_-:~", *at) || *at >= 0x80)
			advi_buf_byte(out, (char)*at);
		else
			advi_buf_printf(out, language->octal ? "\\%03o" : "\\%03u", *at);
}

static void fill_values(struct advi_buf values[VALUES], const struct language *language,
			const struct advi_manifest *manifest)
{
	ADVI_AUTO(buf) struct advi_buf packages = ADVI_BUF_INIT(VALUE_BYTES);

	for (size_t i = 0; i < manifest->packages.count; i++)
		advi_buf_printf(&packages, "%s%s %s", i ? ", " : "", manifest->packages.at[i].name,
				manifest->packages.at[i].version);
	advi_buf_printf(&values[COUNT], "%zu", manifest->packages.count);
	escape(&values[DIGEST], language, manifest->image_sha256 ? manifest->image_sha256 : "");
	escape(&values[MOUNT], language, manifest->mount);
	escape(&values[NAME], language, manifest->name);
	escape(&values[PACKAGES], language, packages.ptr ? packages.ptr : "");
}

/* Writes the template with its @NAME@ filled in; another @ is one. */
static void write_filled(FILE *file, struct advi_str template, struct advi_buf values[VALUES])
{
	while (template.len) {
		size_t plain = advi_str_find(template, '@'), i;

		fwrite(template.ptr, 1, plain, file);
		template = advi_str_from(template, plain);
		for (i = 0; i < VALUES; i++)
			if (advi_str_starts(template, advi_str(names[i])))
				break;
		if (i < VALUES) {
			fwrite(advi_buf_str(&values[i]).ptr, 1, values[i].len, file);
			template = advi_str_from(template, strlen(names[i]));
		} else if (template.len) {
			putc('@', file);
			template = advi_str_from(template, 1);
		}
	}
}

int adv_bundle_modulefile(const char *image, const char *template_path, FILE *file,
			  struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf template = ADVI_BUF_INIT(TEMPLATE_BYTES);
	struct advi_buf values[VALUES];
	struct advi_manifest manifest = {0};
	size_t i = 0;
	int r;

	while (i < ADVI_COUNT(languages) &&
	       !advi_str_ends(advi_str(template_path), advi_str(languages[i].suffix)))
		i++;
	if (i == ADVI_COUNT(languages))
		return advi_fail(err, ADV_EUSAGE,
				 "the name of template '%s' must end in .lua.in or .tcl.in",
				 template_path);
	r = advi_file_read(&template, template_path, err);
	if (r == 0)
		r = advi_manifest_load(&manifest, image, err);
	if (r == 0) {
		for (size_t k = 0; k < VALUES; k++)
			values[k] = (struct advi_buf)ADVI_BUF_INIT(4 * VALUE_BYTES);
		fill_values(values, &languages[i], &manifest);
		write_filled(file, advi_buf_str(&template), values);
		for (size_t k = 0; k < VALUES; k++)
			advi_buf_clear(&values[k]);
	}
	advi_manifest_clear(&manifest);
	return r;
}
