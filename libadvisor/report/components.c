/* SPDX-License-Identifier: BSD-3-Clause */
/* The version of the program, of the libraries that it runs with, and what is built in. */
#include <advisor.h>

#include <archive.h>
#include <cJSON.h>
#include <curl/curl.h>
#include <openssl/crypto.h>
#include <solv/solvversion.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <xxhash.h>
#include <yaml.h>
#include <zlib.h>

#include "advise/cbc_there.h"
#include "base/text.h"
#include "config.h"
#include "io/json_write.h"
#include "report/html.h"
#include "report/table.h"

enum { VERSION_BYTES = 64 };

struct component {
	const char *name;
	char version[VERSION_BYTES];
};

/* As libraries tell it when they run, in the order of their names. */
static size_t find_components(struct component out[16])
{
	unsigned xxhash = XXH_versionNumber();
	size_t count = 0;

#define ADD(what, ...)                                                                             \
	do {                                                                                       \
		out[count].name = (what);                                                          \
		snprintf(out[count++].version, VERSION_BYTES, __VA_ARGS__);                        \
	} while (0)
	if (advi_cbc_there())
		ADD("cbc", "%s", advi_cbc_version());
	ADD("cjson", "%s", cJSON_Version());
	ADD("libarchive", "%s",
	    archive_version_string() + strcspn(archive_version_string(), " ") + 1);
	ADD("libcrypto", "%s", OpenSSL_version(OPENSSL_VERSION_STRING));
	ADD("libcurl", "%s", curl_version_info(CURLVERSION_NOW)->version);
	ADD("libsolv", "%s", solv_version);
#ifdef HAVE_SQUASHFS
	/* it doesn't tell; this is what it was built with */
	ADD("libsquashfs", "%s", SQUASHFS_VERSION);
#endif
	ADD("libyaml", "%s", yaml_get_version_string());
	ADD("sqlite", "%s", sqlite3_libversion());
	ADD("xxhash", "%u.%u.%u", xxhash / 10000, xxhash / 100 % 100, xxhash % 100);
	ADD("zlib", "%s", zlibVersion());
#undef ADD
	return count;
}

struct feature {
	const char *name;
	bool there;
};

static size_t find_features(struct feature out[16])
{
	/* libarchive's own filters: "zstd/1.5.4" where it has one. Asked twice it loses its first
	 * answer. */
	const char *filters = archive_version_details();
	const struct feature features[] = {
		{"cbc", advi_cbc_there()},
#ifdef HAVE_MARIADB
		{"mariadb", true},
#else
		{"mariadb", false},
#endif
		{"page", advi_page_bytes > 0},
#ifdef HAVE_SQUASHFS
		{"squashfs", true},
#else
		{"squashfs", false},
#endif
		{"xz", strstr(filters, "liblzma") != NULL},
		{"zstd", strstr(filters, "libzstd") != NULL},
	};

	memcpy(out, features, sizeof(features));
	return sizeof(features) / sizeof(features[0]);
}

static void write_json(FILE *file, const struct component *components, size_t count,
		       const struct feature *features, size_t feature_count)
{
	struct advi_jout out;

	advi_jout_init(&out, file);
	advi_jout_object(&out);
	advi_jout_key(&out, "features");
	advi_jout_object(&out);
	for (size_t i = 0; i < feature_count; i++) {
		advi_jout_key(&out, features[i].name);
		advi_jout_bool(&out, features[i].there);
	}
	advi_jout_object_end(&out);
	advi_jout_key(&out, "libraries");
	advi_jout_object(&out);
	for (size_t i = 0; i < count; i++)
		advi_jout_key_text(&out, components[i].name, components[i].version);
	advi_jout_object_end(&out);
	advi_jout_key_text(&out, "schema", "advisor.version/1");
	advi_jout_key_text(&out, "version", adv_version());
	advi_jout_object_end(&out);
	advi_jout_end(&out);
}

void adv_text_mask(char *text)
{
	advi_text_mask(text);
}

int adv_version_write(enum adv_format format, FILE *file, struct adv_err *err)
{
	struct component components[16];
	struct feature features[16];
	size_t count = find_components(components), feature_count = find_features(features);

	if (format == ADV_FORMAT_JSON)
		write_json(file, components, count, features, feature_count);
	else
		fprintf(file, "conda-advisor %s\n", adv_version());
	return advi_print_end(file, err);
}
