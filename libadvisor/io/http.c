/* SPDX-License-Identifier: BSD-3-Clause */
/* Downloads (libcurl): several at once, resumed, tried again, verified, complete or not there. */
#include "io/http.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/map.h"
#include "io/http_in.h"

enum { PARALLEL = 5, RETRIES = 3, BACKOFF_MS = 250, BACKOFF_MOST_MS = 30000, POLL_MS = 100 };

struct session {
	CURLM *multi;
	struct advi_transfer *all;
	size_t count, busy, done;
	struct advi_map dead; /* servers that failed: avoided where there is a choice */
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

/* "https://host" of an address, in new memory. */
static char *server_of(const char *url)
{
	struct advi_str text = advi_str(url);
	size_t scheme = advi_str_search(text, ADVI_STR("://"));
	struct advi_str rest = advi_str_from(text, scheme + 3);

	return advi_str_dup((struct advi_str){url, scheme + 3 + advi_str_find(rest, '/')});
}

static bool is_dead(const struct session *session, const char *url)
{
	ADVI_AUTO_PTR char *server = server_of(url);

	return advi_map_get(&session->dead, advi_str(server)) != NULL;
}

static void take_route(struct advi_transfer *transfer, size_t route)
{
	transfer->route = route;
	free(transfer->shown);
	transfer->shown = advi_url_public_dup(transfer->routes.urls.at[route]);
}

/* Passes over servers that did not answer, as long as there is another one. */
static void avoid_dead(const struct session *session, struct advi_transfer *transfer)
{
	size_t route = transfer->route;

	while (route + 1 < transfer->routes.urls.count &&
	       is_dead(session, transfer->routes.urls.at[route]))
		route++;
	take_route(transfer, route);
}

/* Turns to the next mirror, if there is one. 'problem' is told; NULL: there is none worth it. */
static bool go_on_elsewhere(struct session *session, struct advi_transfer *transfer,
			    const char *problem)
{
	if (transfer->route + 1 >= transfer->routes.urls.count)
		return false;
	take_route(transfer, transfer->route + 1);
	if (problem)
		advi_note(session->watch, "%s; going on with '%s'", problem, transfer->shown);
	transfer->tries = 0;
	transfer->not_before = 0;
	transfer->problem[0] = '\0';
	return true;
}

/* Flushes, verifies and renames. 1: done; 0: wrong content, fetch it again; negative: failed. */
static int finish(struct session *session, struct advi_transfer *transfer)
{
	int r;

	if (fflush(transfer->file) != 0 ||
	    (!transfer->fetch->unsynced && fsync(fileno(transfer->file)) < 0))
		return advi_fail_errno(session->err, "can't write '%s'", transfer->part);
	r = advi_transfer_check(transfer, session->err);
	if (r < 0)
		return r;
	if (r == 0) {
		unlink(transfer->part);
		transfer->from_start = true;
		if (go_on_elsewhere(session, transfer, session->err->text))
			return 0;
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

static int fault(struct session *session, struct advi_transfer *transfer, CURLcode code,
		 long status)
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
			"can't fetch '%s': %s%s", transfer->shown,
			transfer->problem[0] ? transfer->problem : curl_easy_strerror(code),
			code == CURLE_PEER_FAILED_VERIFICATION
				? " (SSL_CERT_FILE names the certificates that are trusted)"
				: "");
	return advi_fail(
		session->err, status == 404 || status == 410 ? ADV_EINPUT : ADV_EENV,
		"can't fetch '%s': the server answers %ld%s", transfer->shown, status,
		status == 401 || status == 403
			? " (check the credentials: ~/.netrc, $NETRC, or the channel's address)"
			: "");
}

/* Puts a transfer off: the longer the more often it failed, or as the server asks. */
static void postpone(struct advi_transfer *transfer, curl_off_t asked_seconds)
{
	uint64_t wait = (uint64_t)BACKOFF_MS << (transfer->tries < 8 ? transfer->tries - 1 : 7);

	if (asked_seconds > 0)
		wait = (uint64_t)asked_seconds * 1000;
	transfer->not_before = now_ms() + (wait < BACKOFF_MOST_MS ? wait : BACKOFF_MOST_MS);
}

/* A range beyond the end of the file: what is there is more than the file has. */
enum { RANGE_REFUSED = 416, NOT_MODIFIED = 304 };

static bool is_absent(const struct advi_transfer *transfer, CURLcode code, long status)
{
	return code == CURLE_FILE_COULDNT_READ_FILE ||
	       (code == CURLE_OK &&
		(status == 404 || status == 410 || (status == 501 && transfer->fetch->optional)));
}

/* A fault with another mirror left: this one is told, remembered when it is down, and left. */
static bool leave_mirror(struct session *session, struct advi_transfer *transfer, CURLcode code,
			 long status)
{
	bool absent = is_absent(transfer, code, status);

	if (transfer->sys || transfer->over_cap ||
	    transfer->route + 1 >= transfer->routes.urls.count)
		return false;
	fault(session, transfer, code, status);
	if (!absent) {
		ADVI_AUTO_PTR char *server = server_of(transfer->routes.urls.at[transfer->route]);
		bool is_new;

		advi_map_add(&session->dead, advi_str(server), &is_new);
		if (!is_new)
			return go_on_elsewhere(session, transfer, NULL);
	}
	return go_on_elsewhere(session, transfer,
			       absent && transfer->fetch->optional ? NULL : session->err->text);
}

/* Decides about a transfer that ended. 1: done; 0: it will be tried again; negative: failed. */
static int settle(struct session *session, struct advi_transfer *transfer, CURLcode code)
{
	long status = advi_transfer_status(transfer);
	unsigned retries = session->net && session->net->retries ? session->net->retries : RETRIES;
	const char *url = transfer->routes.urls.at[transfer->route];
	bool local = strncmp(url, "file:", 5) == 0;
	curl_off_t asked = 0;

	if (code == CURLE_OK && (local || (status >= 200 && status < 300)))
		return finish(session, transfer);
	if (code == CURLE_OK && status == NOT_MODIFIED) {
		transfer->fetch->unchanged = true;
		unlink(transfer->part);
		return 1;
	}
	if (leave_mirror(session, transfer, code, status))
		return 0;
	if (transfer->fetch->optional && is_absent(transfer, code, status)) {
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
		struct advi_transfer *transfer = &session->all[i];
		int r;

		if (!transfer->fetch || transfer->easy || transfer->not_before > now)
			continue;
		avoid_dead(session, transfer);
		r = advi_transfer_begin(transfer, session->multi, session->err);
		if (r < 0)
			return r;
		session->busy++;
	}
	return 0;
}

static int take_finished(struct session *session)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(session->multi, &left))) {
		CURLcode code = message->data.result;
		struct advi_transfer *transfer;
		char *private_pointer;
		int r;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &private_pointer);
		transfer = (struct advi_transfer *)(void *)private_pointer;
		r = settle(session, transfer, code);
		advi_transfer_end(transfer, session->multi);
		session->busy--;
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

static int prepare(struct session *session, struct advi_fetch *fetches)
{
	int r = 0;

	for (size_t i = 0; i < session->count; i++) {
		struct advi_transfer *transfer = &session->all[i];

		transfer->fetch = &fetches[i];
		transfer->part = advi_format("%s.part", fetches[i].path);
		transfer->shown = advi_url_public_dup(fetches[i].url);
	}
	if (session->net && session->net->offline)
		return advi_fail(session->err, ADV_EENV,
				 "'%s' is not in the cache, and --offline forbids to fetch it",
				 session->all[0].shown);
	for (size_t i = 0; r == 0 && i < session->count; i++)
		r = advi_routes_find(&session->all[i].routes, fetches[i].url, session->net,
				     session->err);
	return r;
}

static void clear(struct session *session)
{
	for (size_t i = 0; i < session->count; i++) {
		advi_transfer_end(&session->all[i], session->multi);
		free(session->all[i].part);
		free(session->all[i].shown);
		advi_routes_clear(&session->all[i].routes);
	}
	advi_map_clear(&session->dead);
	curl_multi_cleanup(session->multi);
	free(session->all);
}

int advi_http_fetch(struct advi_fetch *fetches, size_t count, const struct adv_net *net,
		    const char *phase, const struct adv_watch *watch, struct adv_err *err)
{
	struct adv_err own = ADV_ERR_INIT; /* faults that were overcome are not the caller's */
	struct session session = {
		.count = count, .net = net, .phase = phase, .watch = watch, .err = &own};
	int r;

	if (count == 0)
		return 0;
	session.all = advi_calloc(count, sizeof(*session.all));
	r = prepare(&session, fetches);
	if (r == 0) {
		curl_global_init(CURL_GLOBAL_DEFAULT);
		session.multi = curl_multi_init();
		if (!session.multi)
			abort();
		r = run(&session);
	}
	clear(&session);
	if (r < 0 && err)
		*err = own;
	return r;
}
