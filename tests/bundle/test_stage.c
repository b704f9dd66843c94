/* SPDX-License-Identifier: BSD-3-Clause */
/* The parts of staging: copies and digests, limits of memory, folders reached by handles, users. */
#include "unit.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "bundle/checked.h"
#include "bundle/folder.h"
#include "bundle/stage_method.h"
#include "bundle/stage_room.h"
#include "bundle/stage_store.h"
#include "io/file.h"
#include "io/fingerprint.h"

/* Writes FOLDER/PATH and the folders above it. */
static void put(const char *folder, const char *path, const char *text)
{
	ADVI_AUTO_PTR char *whole = advi_path_join(folder, path);
	ADVI_AUTO_PTR char *above = advi_strdup(whole);
	struct adv_err err = ADV_ERR_INIT;
	struct advi_out out = {0};

	*strrchr(above, '/') = '\0';
	assert_ok(advi_mkdirs(above, &err));
	assert_ok(advi_out_open(&out, whole, &err));
	fputs(text, out.file);
	assert_ok(advi_out_commit(&out, &err));
}

static uint64_t left_in(const char *root, const char *who)
{
	ADVI_AUTO(buf) struct advi_buf told = ADVI_BUF_INIT(4096);
	uint64_t left = advi_memory_left(root, &told);

	assert_str(advi_buf_str(&told), who);
	return left;
}

static void memory_is_what_the_tightest_group_leaves(void **state)
{
	char root[4096];
	struct adv_err err = ADV_ERR_INIT;

	(void)state;
	unit_folder(root);
	assert_true(left_in(root, "") == UINT64_MAX);
	put(root, "proc/self/cgroup", "0::/slurm/job_1/step_0\n");
	assert_true(left_in(root, "") == UINT64_MAX);
	put(root, "sys/fs/cgroup/slurm/job_1/step_0/memory.max", "max\n");
	put(root, "sys/fs/cgroup/slurm/job_1/step_0/memory.current", "5\n");
	put(root, "sys/fs/cgroup/slurm/job_1/memory.max", "1000000\n");
	put(root, "sys/fs/cgroup/slurm/job_1/memory.current", "900000\n");
	assert_int_equal(left_in(root, "/sys/fs/cgroup/slurm/job_1"), 100000);
	/* what is only cached can be given back; a file in memory is none of that */
	put(root, "sys/fs/cgroup/slurm/job_1/memory.stat",
	    "anon 7\nfile 800000\nshmem 500000\nactive_file 100000\ninactive_file 200000\n");
	assert_int_equal(left_in(root, "/sys/fs/cgroup/slurm/job_1"), 400000);
	put(root, "sys/fs/cgroup/slurm/memory.max", "300000\n");
	put(root, "sys/fs/cgroup/slurm/memory.current", "400000\n");
	assert_int_equal(left_in(root, "/sys/fs/cgroup/slurm"), 0);
	/* version 1, and both at once */
	put(root, "proc/self/cgroup", "9:cpu,memory:/job\n0::/\n");
	put(root, "sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
	put(root, "sys/fs/cgroup/memory/memory.usage_in_bytes", "1\n");
	put(root, "sys/fs/cgroup/memory/job/memory.limit_in_bytes", "5000\n");
	put(root, "sys/fs/cgroup/memory/job/memory.usage_in_bytes", "2000\n");
	put(root, "sys/fs/cgroup/memory/job/memory.stat",
	    "active_file 9\ntotal_active_file 100\ntotal_inactive_file 1000\n");
	assert_int_equal(left_in(root, "/sys/fs/cgroup/memory/job"), 4100);
	put(root, "proc/self/cgroup", "nonsense\n:\n9:memory\n9:memory:/absent\n");
	assert_true(left_in(root, "") == UINT64_MAX);
	assert_ok(advi_remove_tree(root, &err));
}

/* The one-pass copy against the plain digests of the same bytes. */
static void copies_are_what_was_read(void **state)
{
	static const size_t sizes[] = {0, 1, 262143, 262144, 262145, 4194304, 5000000, 9000001};
	struct adv_err err = ADV_ERR_INIT;
	char folder[4096];

	(void)state;
	unit_folder(folder);
	for (size_t i = 0; i < ADVI_COUNT(sizes); i++) {
		ADVI_AUTO_PTR char *from = advi_path_join(folder, "from");
		ADVI_AUTO_PTR char *to = advi_path_join(folder, "to");
		ADVI_AUTO_PTR char *data = advi_malloc(sizes[i] + 1);
		ADVI_AUTO(buf) struct advi_buf copied = ADVI_BUF_INIT(16 << 20);
		struct advi_checks checks = {.want_sha256 = i % 3 != 1, .want_xxh3 = i % 3 != 2};
		struct advi_str text = {data, sizes[i]};
		struct advi_fingerprint print;
		char hex[ADVI_HEX_SIZE], print_hex[ADVI_XXH3_SIZE];
		struct advi_out out = {0};
		int in, fd;

		for (size_t k = 0; k < sizes[i]; k++)
			data[k] = (char)(k * 2654435761u >> 13);
		assert_ok(advi_out_open(&out, from, &err));
		fwrite(data, 1, sizes[i], out.file);
		assert_ok(advi_out_commit(&out, &err));
		in = open(from, O_RDONLY);
		fd = open(to, O_RDWR | O_CREAT | O_TRUNC, 0600);
		assert_ok(
			advi_checked_copy(&checks, fd, in, sizes[i], "copying", from, NULL, &err));
		close(fd);
		assert_ok(advi_file_read(&copied, to, &err));
		assert_true(advi_str_eq(advi_buf_str(&copied), text));
		advi_sha256(text, hex);
		print = advi_fingerprint_of(text);
		advi_hex_encode(print_hex, print.bytes, sizeof(print.bytes));
		if (checks.want_sha256)
			assert_string_equal(checks.sha256, hex);
		if (checks.want_xxh3)
			assert_string_equal(checks.xxh3, print_hex);
		lseek(in, 0, SEEK_SET);
		assert_int_equal(advi_checked_copy(&checks, -1, in, sizes[i] + 1, "copying", from,
						   NULL, &err),
				 ADV_EINPUT);
		lseek(in, 0, SEEK_SET);
		if (sizes[i])
			assert_int_equal(advi_checked_copy(&checks, -1, in, sizes[i] - 1, "copying",
							   from, NULL, &err),
					 ADV_EINPUT);
		close(in);
	}
	assert_ok(advi_remove_tree(folder, &err));
}

static int stop(void *context, const struct adv_progress *progress)
{
	(void)context;
	return progress->done > 1 << 20;
}

static void a_copy_can_be_stopped(void **state)
{
	const struct adv_watch watch = {.progress = stop};
	struct advi_checks checks = {.want_sha256 = true};
	struct adv_err err = ADV_ERR_INIT;
	int zero = open("/dev/zero", O_RDONLY);

	(void)state;
	assert_int_equal(advi_checked_copy(&checks, -1, zero, UINT64_MAX, "copying", "/dev/zero",
					   &watch, &err),
			 ADV_ECANCEL);
	close(zero);
}

/* What a path leads to, or the code of the error. */
static int leads(const char *root, const char *path, const char *wanted)
{
	ADVI_AUTO_PTR char *whole = *path == '/' ? advi_strdup(path) : advi_path_join(root, path);
	ADVI_AUTO_PTR char *end = advi_path_join(root, wanted ? wanted : "");
	struct advi_folder folder = ADVI_FOLDER_INIT;
	struct adv_err err = ADV_ERR_INIT;
	int r = advi_folder_open(&folder, whole, ADVI_TRUST_OWN, false, &err);

	if (r == 0 && wanted && strcmp(folder.path, end) != 0)
		fail_msg("'%s' leads to '%s' and not to '%s'", whole, folder.path, end);
	if (r < 0 && wanted)
		fail_msg("'%s': %s", whole, err.text);
	advi_folder_clear(&folder);
	return r;
}

static void link_to(const char *root, const char *text, const char *name)
{
	ADVI_AUTO_PTR char *path = advi_path_join(root, name);

	assert_int_equal(symlink(text, path), 0);
}

static void folders_are_reached_by_handles(void **state)
{
	char root[4096], real[4096];
	struct adv_err err = ADV_ERR_INIT;
	struct advi_folder made = ADVI_FOLDER_INIT;
	ADVI_AUTO_PTR char *deep = NULL, *open_one = NULL;

	(void)state;
	unit_folder(root);
	assert_non_null(realpath(root, real));
	put(real, "a/b/c/file", "");
	link_to(real, "a/b", "near");
	link_to(real, real, "far");
	link_to(real, "../b/./c/..", "a/b/up");
	link_to(real, "loop", "loop");
	link_to(real, "absent", "nowhere");
	leads(real, "a/b", "a/b");
	leads(real, "./a//b/./c/../c/", "a/b/c");
	leads(real, "near/c", "a/b/c");
	leads(real, "near/../b", "a/b");
	leads(real, "far/near/up/c", "a/b/c");
	leads(real, "far/far/far/a", "a");
	assert_int_equal(leads(real, "/../..", NULL), 0);
	assert_int_equal(leads(real, "loop", NULL), ADV_EINPUT);
	assert_int_equal(leads(real, "nowhere", NULL), ADV_EINPUT);
	assert_int_equal(leads(real, "a/b/c/file", NULL), ADV_EINPUT);
	assert_int_equal(leads(real, "a/b/c/file/x", NULL), ADV_EINPUT);
	/* others' right to write, with and without the sticky bit */
	open_one = advi_path_join(real, "a/b");
	chmod(open_one, 0777);
	assert_int_equal(leads(real, "a/b/c", NULL), ADV_EENV);
	chmod(open_one, 0775);
	assert_int_equal(leads(real, "a/b/c", NULL), ADV_EENV);
	chmod(open_one, 01777);
	leads(real, "a/b/c", "a/b/c");
	deep = advi_path_join(real, "far/new/one/two");
	assert_ok(advi_folder_open(&made, deep, ADVI_TRUST_OWN, true, &err));
	assert_true(advi_str_ends(advi_str(made.path), ADVI_STR("/new/one/two")));
	advi_folder_clear(&made);
	assert_ok(advi_remove_tree(root, &err));
}

static void users_are_named_and_end(void **state)
{
	struct adv_err err = ADV_ERR_INIT;
	char *user = NULL, long_one[80];

	(void)state;
	memset(long_one, '1', sizeof(long_one));
	long_one[65] = '\0';
	assert_int_equal(advi_store_user(&user, long_one, &err), ADV_EUSAGE);
	assert_int_equal(advi_store_user(&user, "", &err), ADV_EUSAGE);
	assert_int_equal(advi_store_user(&user, "a/b", &err), ADV_EUSAGE);
	assert_int_equal(advi_store_user(&user, "a\nb", &err), ADV_EUSAGE);
	long_one[64] = '\0';
	assert_ok(advi_store_user(&user, long_one, &err));
	assert_true(advi_store_user_lives(user));
	free(user);
	assert_ok(advi_store_user(&user, NULL, &err));
	assert_true(advi_store_user_lives(user));
	/* another process with the same number began at another time */
	user[strlen(user) - 1] = user[strlen(user) - 1] == '0' ? '1' : '0';
	assert_false(advi_store_user_lives(user));
	free(user);
	assert_false(advi_store_user_lives("session-1"));
	assert_false(advi_store_user_lives("session-x-1"));
	assert_false(advi_store_user_lives("session-99999999-1"));
}

static void methods_are_checked(void **state)
{
	struct adv_err err = ADV_ERR_INIT;

	(void)state;
	assert_ok(advi_methods_check("kernel,fuse,extract", &err));
	assert_ok(advi_methods_check("extract", &err));
	assert_int_equal(advi_methods_check("", &err), ADV_EUSAGE);
	assert_int_equal(advi_methods_check("kernel,,fuse", &err), ADV_EUSAGE);
	assert_int_equal(advi_methods_check("kernel,squashfuse", &err), ADV_EUSAGE);
	assert_non_null(strstr(err.text, "squashfuse_ll"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_is_what_the_tightest_group_leaves),
		cmocka_unit_test(copies_are_what_was_read),
		cmocka_unit_test(a_copy_can_be_stopped),
		cmocka_unit_test(folders_are_reached_by_handles),
		cmocka_unit_test(users_are_named_and_end),
		cmocka_unit_test(methods_are_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
