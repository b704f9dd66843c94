/* SPDX-License-Identifier: BSD-3-Clause */
/* Downloads (libcurl): several at once, resumed, tried again, verified, complete or not there. */
#include "io/http.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "io/digest.h"

enum {
	PARALLEL = 5,
	RETRIES = 3,
	BACKOFF_MS = 250,
	BACKOFF_MOST_MS = 30000,
	CONNECT_SECONDS = 30,
	STALL_SECONDS = 60, /* less than one byte a second for so long is a fault */
	POLL_MS = 100,
	REDIRECTS = 10,
	HEADER_CAP = 8192
};

/* One file on its way. */
struct transfer {
	struct advi_fetch *fetch;
	char *part, *shown; /* the partial file; the URL without credentials */
	CURL *easy;
	FILE *file;
	uint64_t begun_at; /* bytes that were there when this try began */
	uint64_t written;  /* bytes of the partial file */
	unsigned tries;
	bool from_start; /* the partial file was of no use */
	bool refetched;  /* it was fetched once more because its content was wrong */
	bool over_cap;
	int sys;             /* errno of a failed write */
	uint64_t not_before; /* ms: when to try again */
	struct curl_slist *headers;
	char problem[CURL_ERROR_SIZE];
};

struct session {
	CURLM *multi;
	struct transfer *all;
	size_t count, next, busy, done;
	const struct adv_net *net;
	const char *phase;
	const struct adv_watch *watch;
	struct adv_err *err;
};

static uint64_t now_ms(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000 + (uint64_t)time.tv_nsec / 1000000;
}

void advi_fetch_clear(struct advi_fetch *fetch)
{
	free(advi_take(fetch->etag));
	free(advi_take(fetch->modified));
	free(advi_take(fetch->cache_control));
}

static long status_of(const struct transfer *transfer)
{
	long status = 0;

	curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
	return status;
}

/* A body arrives: bodies of errors are dropped, a server that ignores ranges starts it over. */
static size_t on_body(char *data, size_t size, size_t items, void *context)
{
	struct transfer *transfer = context;
	size_t bytes = size * items;
	long status = status_of(transfer);

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
	struct advi_fetch *fetch = ((struct transfer *)context)->fetch;
	struct advi_str line = {data, size * items};

	if (line.len < HEADER_CAP) {
		keep_header(&fetch->etag, line, "ETag");
		keep_header(&fetch->modified, line, "Last-Modified");
		keep_header(&fetch->cache_control, line, "Cache-Control");
	}
	return size * items;
}

static void add_header(struct transfer *transfer, const char *name, const char *value)
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

static void set_options(struct transfer *transfer)
{
	CURL *easy = transfer->easy;

	curl_easy_setopt(easy, CURLOPT_URL, transfer->fetch->url);
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
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "conda-advisor");
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->headers);
	curl_easy_setopt(easy, CURLOPT_RESUME_FROM_LARGE, (curl_off_t)transfer->begun_at);
}

/*
 * Only a file whose digest is known can be gone on with: it is the same file, or its digest will
 * say so. Everything else starts over.
 */
static int begin(struct session *session, struct transfer *transfer)
{
	bool resumable = (transfer->fetch->sha256 || transfer->fetch->md5) && !transfer->from_start;

	transfer->file = fopen(transfer->part, resumable ? "abe" : "wbe");
	if (!transfer->file)
		return advi_fail_errno(session->err, "can't write '%s'", transfer->part);
	fseeko(transfer->file, 0, SEEK_END);
	transfer->begun_at = transfer->written = (uint64_t)ftello(transfer->file);
	transfer->easy = curl_easy_init();
	if (!transfer->easy)
		abort();
	add_header(transfer, "If-None-Match", transfer->fetch->if_etag);
	add_header(transfer, "If-Modified-Since", transfer->fetch->if_modified);
	set_options(transfer);
	transfer->tries++;
	curl_multi_add_handle(session->multi, transfer->easy);
	session->busy++;
	return 0;
}

static void end(struct session *session, struct transfer *transfer)
{
	if (transfer->easy) {
		curl_multi_remove_handle(session->multi, transfer->easy);
		curl_easy_cleanup(transfer->easy);
		transfer->easy = NULL;
		session->busy--;
	}
	curl_slist_free_all(transfer->headers);
	transfer->headers = NULL;
	if (transfer->file)
		fclose(transfer->file);
	transfer->file = NULL;
}

/* Compares the complete partial file with what is expected of it; 1 when it is right. */
static int check(struct transfer *transfer, struct adv_err *err)
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

/* Flushes, verifies and renames. 1: done; 0: wrong content, fetch it again; negative: failed. */
static int finish(struct session *session, struct transfer *transfer)
{
	int r;

	if (fflush(transfer->file) != 0 || fsync(fileno(transfer->file)) < 0)
		return advi_fail_errno(session->err, "can't write '%s'", transfer->part);
	r = check(transfer, session->err);
	if (r < 0)
		return r;
	if (r == 0) {
		unlink(transfer->part);
		transfer->from_start = true;
		if (transfer->refetched)
			return ADV_EINPUT;
		transfer->refetched = true;
		return 0;
	}
	if (rename(transfer->part, transfer->fetch->path) < 0)
		return advi_fail_errno(session->err, "can't write '%s'", transfer->fetch->path);
	return 1;
}

static bool worth_a_retry(CURLcode code, long status)
{
	if (code == CURLE_OK)
		return status == 408 || status == 425 || status == 429 || status >= 500;
	return code != CURLE_UNSUPPORTED_PROTOCOL && code != CURLE_URL_MALFORMAT &&
	       code != CURLE_FILE_COULDNT_READ_FILE && code != CURLE_PEER_FAILED_VERIFICATION &&
	       code != CURLE_TOO_MANY_REDIRECTS;
}

static int fault(struct session *session, struct transfer *transfer, CURLcode code, long status)
{
	if (transfer->sys) {
		errno = transfer->sys;
		return advi_fail_errno(session->err, "can't write '%s'", transfer->part);
	}
	if (transfer->over_cap)
		return advi_fail(session->err, ADV_EINPUT,
				 "'%s' is larger than the %llu MiB allowed", transfer->shown,
				 (unsigned long long)transfer->fetch->cap >> 20);
	if (code != CURLE_OK)
		return advi_fail(
			session->err, code == CURLE_FILE_COULDNT_READ_FILE ? ADV_EINPUT : ADV_EENV,
			"can't fetch '%s': %s", transfer->shown,
			transfer->problem[0] ? transfer->problem : curl_easy_strerror(code));
	return advi_fail(session->err, status == 404 || status == 410 ? ADV_EINPUT : ADV_EENV,
			 "can't fetch '%s': the server answers %ld%s", transfer->shown, status,
			 status == 401 || status == 403 ? " (check the credentials in ~/.netrc)"
							: "");
}

/* Puts a transfer off: the longer the more often it failed, or as the server asks. */
static void postpone(struct transfer *transfer, curl_off_t asked_seconds)
{
	uint64_t wait = (uint64_t)BACKOFF_MS << (transfer->tries < 8 ? transfer->tries - 1 : 7);

	if (asked_seconds > 0)
		wait = (uint64_t)asked_seconds * 1000;
	transfer->not_before = now_ms() + (wait < BACKOFF_MOST_MS ? wait : BACKOFF_MOST_MS);
}

/* A range beyond the end of the file: what is there is more than the file has. */
enum { RANGE_REFUSED = 416, NOT_MODIFIED = 304 };

/* Decides about a transfer that ended. 1: done; 0: it will be tried again; negative: failed. */
static int settle(struct session *session, struct transfer *transfer, CURLcode code)
{
	long status = status_of(transfer);
	unsigned retries = session->net && session->net->retries ? session->net->retries : RETRIES;
	bool local = strncmp(transfer->fetch->url, "file:", 5) == 0;
	curl_off_t asked = 0;

	if (code == CURLE_OK && (local || (status >= 200 && status < 300)))
		return finish(session, transfer);
	if (code == CURLE_OK && status == NOT_MODIFIED) {
		transfer->fetch->unchanged = true;
		unlink(transfer->part);
		return 1;
	}
	if (transfer->fetch->optional && (code == CURLE_FILE_COULDNT_READ_FILE ||
					  (code == CURLE_OK && (status == 404 || status == 410)))) {
		transfer->fetch->missing = true;
		unlink(transfer->part);
		return 1;
	}
	if ((status == RANGE_REFUSED || code == CURLE_RANGE_ERROR ||
	     code == CURLE_BAD_DOWNLOAD_RESUME) &&
	    !transfer->from_start) {
		transfer->from_start = true;
		return 0;
	}
	if (transfer->sys || transfer->over_cap || !worth_a_retry(code, status) ||
	    transfer->tries > retries)
		return fault(session, transfer, code, status);
	curl_easy_getinfo(transfer->easy, CURLINFO_RETRY_AFTER, &asked);
	postpone(transfer, asked);
	return 0;
}

static int tell(const struct session *session)
{
	uint64_t done = 0, total = 0;

	for (size_t i = 0; i < session->count; i++) {
		done += session->all[i].written;
		total += session->all[i].fetch->size;
	}
	return advi_progress(session->watch, session->phase, "bytes", done,
			     total >= done ? total : 0, session->err);
}

/* Starts what may start now: new transfers and those whose wait is over. */
static int start_some(struct session *session)
{
	size_t most = session->net && session->net->parallel ? session->net->parallel : PARALLEL;
	uint64_t now = now_ms();

	for (size_t i = 0; i < session->count && session->busy < most; i++) {
		struct transfer *transfer = &session->all[i];
		int r;

		if (!transfer->fetch || transfer->easy || transfer->not_before > now)
			continue;
		r = begin(session, transfer);
		if (r < 0)
			return r;
	}
	return 0;
}

static int take_finished(struct session *session)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(session->multi, &left))) {
		CURLcode code = message->data.result;
		struct transfer *transfer;
		char *private_pointer;
		int r;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &private_pointer);
		transfer = (struct transfer *)(void *)private_pointer;
		r = settle(session, transfer, code);
		end(session, transfer);
		if (r < 0)
			return r;
		if (r == 1) {
			transfer->not_before = UINT64_MAX;
			session->done++;
		}
	}
	return 0;
}

static int run(struct session *session)
{
	int r = 0, running;

	while (r == 0 && session->done < session->count) {
		r = start_some(session);
		if (r < 0)
			break;
		curl_multi_perform(session->multi, &running);
		r = take_finished(session);
		if (r == 0)
			r = tell(session);
		if (r == 0 && session->done < session->count)
			curl_multi_poll(session->multi, NULL, 0, POLL_MS, NULL);
	}
	return r;
}

int advi_http_fetch(struct advi_fetch *fetches, size_t count, const struct adv_net *net,
		    const char *phase, const struct adv_watch *watch, struct adv_err *err)
{
	struct session session = {
		.count = count, .net = net, .phase = phase, .watch = watch, .err = err};
	int r;

	if (count == 0)
		return 0;
	session.all = advi_calloc(count, sizeof(*session.all));
	for (size_t i = 0; i < count; i++) {
		struct transfer *transfer = &session.all[i];

		transfer->fetch = &fetches[i];
		transfer->part = advi_format("%s.part", fetches[i].path);
		transfer->shown = advi_url_public_dup(fetches[i].url);
	}
	if (net && net->offline) {
		r = advi_fail(err, ADV_EENV,
			      "'%s' is not in the cache, and --offline forbids to fetch it",
			      session.all[0].shown);
	} else {
		curl_global_init(CURL_GLOBAL_DEFAULT);
		session.multi = curl_multi_init();
		if (!session.multi)
			abort();
		r = run(&session);
	}
	for (size_t i = 0; i < count; i++) {
		end(&session, &session.all[i]);
		free(session.all[i].part);
		free(session.all[i].shown);
	}
	curl_multi_cleanup(session.multi);
	free(session.all);
	return r;
}
