/* SPDX-License-Identifier: BSD-3-Clause */
/* Who uses a staged image: jobs by their number, and sessions for as long as they live. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "bundle/stage_store.h"
#include "io/file.h"

/* Ticks since boot at which a process began, 0 when there is none: proc(5), stat, field 22. */
static uint64_t started(uint64_t pid)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(4096);
	struct adv_err ignored = ADV_ERR_INIT;
	struct advi_str rest, part;
	uint64_t ticks = 0;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%" PRIu64 "/stat", pid);
	if (advi_file_read(&text, path, &ignored) < 0)
		return 0;
	rest = advi_buf_str(&text);
	/* the second field is a name in brackets that may hold anything, brackets included */
	while (rest.len && rest.ptr[rest.len - 1] != ')')
		rest.len--;
	rest = advi_str_from(advi_buf_str(&text), rest.len + 1);
	for (int field = 3; advi_str_split(&rest, ' ', &part); field++)
		if (field == 22)
			return advi_str_u64(part, &ticks) ? ticks : 0;
	return 0;
}

int advi_store_user(char **out, const char *job, struct adv_err *err)
{
	struct advi_str text = advi_str(job);
	uint64_t session;

	if (!job) {
		/* in a container the session may be of a process that can't be seen: 0 */
		session = (uint64_t)(getsid(0) > 0 ? getsid(0) : getppid());
		*out = advi_format("session-%" PRIu64 "-%" PRIu64, session, started(session));
		return 0;
	}
	for (size_t i = 0; i < text.len; i++)
		if (!(job[i] >= '0' && job[i] <= '9') && !(job[i] >= 'a' && job[i] <= 'z') &&
		    !(job[i] >= 'A' && job[i] <= 'Z') && !strchr("._-+[]:@", job[i]))
			text.len = 0;
	if (text.len == 0 || text.len > ADVI_JOB_BYTES)
		return advi_fail(err, ADV_EUSAGE,
				 "'%s' is no job: at most %d letters, digits and ._-+[]:@", job,
				 ADVI_JOB_BYTES);
	*out = advi_format("job-%s", job);
	return 0;
}

bool advi_store_user_lives(const char *user)
{
	struct advi_str rest = advi_str(user), part;
	uint64_t session, begun, ticks;

	advi_str_split(&rest, '-', &part);
	if (!advi_str_is(part, "session"))
		return true;
	if (!advi_str_split(&rest, '-', &part) || !advi_str_u64(part, &session) ||
	    !advi_str_u64(rest, &begun))
		return false;
	ticks = started(session);
	return ticks != 0 && ticks == begun;
}

static char *user_name(const char *digest, const char *user)
{
	return advi_format("%s.user-%s", digest, user);
}

int advi_store_add_user(struct advi_store *store, const char *digest, const char *user,
			struct adv_err *err)
{
	ADVI_AUTO_PTR char *name = user_name(digest, user);
	int fd = openat(store->own.fd, name, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0)
		return advi_fail_errno(err, "can't write '%s/%s'", store->own.path, name);
	/* a job of an earlier boot would be a user for good */
	if (write(fd, store->boot, strlen(store->boot)) < 0) {
		close(fd);
		return advi_fail_errno(err, "can't write '%s/%s'", store->own.path, name);
	}
	close(fd);
	return 0;
}

void advi_store_drop_user(struct advi_store *store, const char *digest, const char *user)
{
	ADVI_AUTO_PTR char *name = user_name(digest, user);

	unlinkat(store->own.fd, name, 0);
}
