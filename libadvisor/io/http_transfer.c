/* SPDX-License-Identifier: BSD-3-Clause */
/* One download on its way: what is asked for, what arrives, the partial file. */
#include <errno.h>
#include <fcntl.h>
#include <strings.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/digest.h"
#include "io/http_in.h"

enum {
	CONNECT_SECONDS = 30,
	STALL_SECONDS = 60, /* less than one byte a second for so long is a fault */
	REDIRECTS = 10,
	HEADER_CAP = 8192
};

static void forget_headers(struct advi_fetch *fetch)
{
	free(advi_take(fetch->etag));
	free(advi_take(fetch->modified));
	free(advi_take(fetch->cache_control));
}

void advi_fetch_clear(struct advi_fetch *fetch)
{
	forget_headers(fetch);
}

long advi_transfer_status(const struct advi_transfer *transfer)
{
	long status = 0;

	curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
	return status;
}

/* A body arrives: bodies of errors are dropped, a server that ignores ranges starts it over. */
static size_t on_body(char *data, size_t size, size_t items, void *context)
{
	struct advi_transfer *transfer = context;
	size_t bytes = size * items;
	long status = advi_transfer_status(transfer);

	if (status >= 300)
		return bytes;
	if (transfer->begun_at && status == 200 && transfer->written == transfer->begun_at) {
		if (fflush(transfer->file) != 0 || ftruncate(fileno(transfer->file), 0) < 0)
			goto failed;
		rewind(transfer->file);
		transfer->written = transfer->begun_at = 0;
	}
	if (transfer->fetch->cap && bytes > transfer->fetch->cap - transfer->written) {
		transfer->over_cap = true;
		return 0;
	}
	if (fwrite(data, 1, bytes, transfer->file) != bytes)
		goto failed;
	transfer->written += bytes;
	return bytes;
failed:
	transfer->sys = errno;
	return 0;
}

static void keep_header(char **to, struct advi_str line, const char *name)
{
	size_t length = strlen(name);

	if (line.len <= length || strncasecmp(line.ptr, name, length) != 0 ||
	    line.ptr[length] != ':')
		return;
	free(*to);
	*to = advi_str_dup(advi_str_trim(advi_str_from(line, length + 1)));
}

static size_t on_header(char *data, size_t size, size_t items, void *context)
{
	struct advi_fetch *fetch = ((struct advi_transfer *)context)->fetch;
	struct advi_str line = {data, size * items};

	/* What a redirection said is not about the file. */
	if (advi_str_starts(line, ADVI_STR("HTTP/")))
		forget_headers(fetch);
	if (line.len < HEADER_CAP) {
		keep_header(&fetch->etag, line, "ETag");
		keep_header(&fetch->modified, line, "Last-Modified");
		keep_header(&fetch->cache_control, line, "Cache-Control");
	}
	return size * items;
}

static void add_header(struct advi_transfer *transfer, const char *name, const char *value)
{
	ADVI_AUTO_PTR char *line = value ? advi_format("%s: %s", name, value) : NULL;

	if (line)
		transfer->headers = curl_slist_append(transfer->headers, line);
}

/* libcurl 7.85 took names for the protocols and deprecated the bits. */
static void set_protocols(CURL *easy)
{
#if LIBCURL_VERSION_NUM >= 0x075500
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https,file");
	curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
#else
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS,
			 (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS | CURLPROTO_FILE));
	curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}

/* What a centre's environment says of credentials and of its own authorities. */
static void set_files(CURL *easy)
{
	static const struct {
		const char *name;
		CURLoption option;
	} files[] = {
		{"NETRC", CURLOPT_NETRC_FILE},
		{"REQUESTS_CA_BUNDLE", CURLOPT_CAINFO},
		{"CURL_CA_BUNDLE", CURLOPT_CAINFO},
		{"SSL_CERT_FILE", CURLOPT_CAINFO},
	};

	for (size_t i = 0; i < ADVI_COUNT(files); i++) {
		const char *path = getenv(files[i].name);

		if (path && *path)
			curl_easy_setopt(easy, files[i].option, path);
	}
}

static void set_options(struct advi_transfer *transfer)
{
	CURL *easy = transfer->easy;

	curl_easy_setopt(easy, CURLOPT_URL, transfer->routes.urls.at[transfer->route]);
	curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->problem);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 1L);
	curl_easy_setopt(easy, CURLOPT_MAXREDIRS, (long)REDIRECTS);
	set_protocols(easy);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)STALL_SECONDS);
	curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_OPTIONAL);
	set_files(easy);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "conda-advisor");
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->headers);
	curl_easy_setopt(easy, CURLOPT_RESUME_FROM_LARGE, (curl_off_t)transfer->begun_at);
}

/*
 * Opens the partial file and keeps other processes off it. One that somebody else is writing is
 * left to them, and this download goes into a file of its own.
 */
static int open_part(struct advi_transfer *transfer, struct adv_err *err)
{
	struct stat mine, there;
	int fd = open(transfer->part, O_RDWR | O_CREAT | O_CLOEXEC, 0666);

	if (fd >= 0 && ((flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK) ||
			stat(transfer->part, &there) < 0 || fstat(fd, &mine) < 0 ||
			mine.st_ino != there.st_ino || mine.st_dev != there.st_dev)) {
		close(fd);
		free(transfer->part);
		transfer->part = advi_format("%s.%ld.part", transfer->fetch->path, (long)getpid());
		fd = open(transfer->part, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	}
	transfer->file = fd < 0 ? NULL : fdopen(fd, "r+b");
	if (!transfer->file)
		return advi_fail_errno(err, "can't write '%s'", transfer->part);
	return 0;
}

/*
 * Only a file whose digest is known can be gone on with: it is the same file, or its digest will
 * say so. Everything else starts over.
 */
int advi_transfer_begin(struct advi_transfer *transfer, CURLM *multi, struct adv_err *err)
{
	bool resumable = (transfer->fetch->sha256 || transfer->fetch->md5) && !transfer->from_start;
	int r = open_part(transfer, err);

	if (r < 0)
		return r;
	if (!resumable && ftruncate(fileno(transfer->file), 0) < 0)
		return advi_fail_errno(err, "can't write '%s'", transfer->part);
	fseeko(transfer->file, 0, SEEK_END);
	transfer->begun_at = transfer->written = (uint64_t)ftello(transfer->file);
	transfer->easy = curl_easy_init();
	if (!transfer->easy)
		abort();
	add_header(transfer, "If-None-Match", transfer->fetch->if_etag);
	add_header(transfer, "If-Modified-Since", transfer->fetch->if_modified);
	set_options(transfer);
	transfer->tries++;
	curl_multi_add_handle(multi, transfer->easy);
	return 0;
}

void advi_transfer_end(struct advi_transfer *transfer, CURLM *multi)
{
	if (transfer->easy) {
		curl_multi_remove_handle(multi, transfer->easy);
		curl_easy_cleanup(transfer->easy);
		transfer->easy = NULL;
	}
	curl_slist_free_all(transfer->headers);
	transfer->headers = NULL;
	if (transfer->file)
		fclose(transfer->file);
	transfer->file = NULL;
}

int advi_transfer_check(const struct advi_transfer *transfer, struct adv_err *err)
{
	const struct advi_fetch *fetch = transfer->fetch;
	const char *want = fetch->sha256 ? fetch->sha256 : fetch->md5;
	char hex[ADVI_HEX_SIZE];
	int r;

	if (fetch->size && transfer->written != fetch->size) {
		advi_fail(err, ADV_EINPUT, "'%s' has %llu bytes where %llu were expected",
			  transfer->shown, (unsigned long long)transfer->written,
			  (unsigned long long)fetch->size);
		return 0;
	}
	if (!want)
		return 1;
	r = advi_digest_file(fetch->sha256 ? "SHA256" : "MD5", transfer->part, hex, err);
	if (r < 0)
		return r;
	if (strcasecmp(hex, want) == 0)
		return 1;
	advi_fail(err, ADV_EINPUT,
		  "'%s' has the %s %s where %s was expected: the file or the channel's "
		  "index is damaged or out of date",
		  transfer->shown, fetch->sha256 ? "sha256" : "md5", hex, want);
	return 0;
}
