/* SPDX-License-Identifier: BSD-3-Clause */
/* Reports and plans as text: figures, folding of small cells, width, nothing that steers a
 * terminal. */
#include "unit.h"

#include "advise/plan.h"
#include "base/text.h"
#include "report/build.h"

static struct adv_err err;

static uint32_t intern(struct advi_map *map, const char *text)
{
	return (uint32_t)advi_map_intern(map, advi_str(text));
}

/* 'needs' are package names, "+" in front of those that come from outside base. */
static void add(struct advi_workloads *workloads, const char *user, const char *project,
		enum adv_place place, const char *needs, uint32_t nowhere)
{
	struct advi_workload *workload = advi_vec_new(&workloads->all);
	struct advi_str rest = advi_str(needs), name;

	workload->user = intern(&workloads->users, user);
	workload->environment = intern(&workloads->environments, user);
	workload->place = place;
	workload->project = project;
	workload->nowhere = nowhere;
	workload->runs = 1;
	workload->node_hours = 0.5;
	while (advi_str_split(&rest, ' ', &name)) {
		bool outside = name.len && name.ptr[0] == '+';

		name = advi_str_from(name, outside);
		if (name.len)
			advi_vec_push(&workload->needs,
				      ((struct advi_need){
					      (uint32_t)advi_map_intern(&workloads->packages, name),
					      outside}));
	}
}

static void fill(struct advi_workloads *workloads)
{
	*workloads = (struct advi_workloads){0};
	add(workloads, "u0", "alpha", ADV_PLACE_BASE, "numpy", 0);
	add(workloads, "u0", "alpha", ADV_PLACE_HOME, "+numpy +zarr", 0);
	add(workloads, "u1", "alpha", ADV_PLACE_HOME, "+zarr +wild\033[31m", 0);
	add(workloads, "u1", "beta", ADV_PLACE_PROJECT, "+numpy", 1);
	add(workloads, "u2", NULL, ADV_PLACE_USER_SITE, "numpy +zarr +xray", 0);
	advi_map_add(&workloads->nowhere, ADVI_STR("my\nmodule"), NULL)->number = 1;
}

static void names(struct advi_map *map, const char *text)
{
	struct advi_str rest = advi_str(text), name;

	while (advi_str_split(&rest, ' ', &name))
		advi_map_add(map, name, NULL);
}

/* By package of the workloads: whether its name is in the list. */
static bool *has_names(const struct advi_workloads *workloads, const char *text)
{
	ADVI_AUTO(map) struct advi_map map = {0};
	bool *has = advi_calloc(workloads->packages.entries.count, sizeof(*has));

	names(&map, text);
	for (size_t i = 0; i < workloads->packages.entries.count; i++)
		has[i] = advi_map_get(&map, workloads->packages.entries.at[i].key) != NULL;
	return has;
}

static void test_tally(void **state)
{
	static const uint32_t all[] = {0, 1, 2, 3, 4}, beta[] = {3};
	struct advi_workloads workloads;
	struct advi_tally tally;
	bool *now, *then;

	(void)state;
	fill(&workloads);
	now = has_names(&workloads, "numpy");
	then = has_names(&workloads, "numpy zarr");
	advi_tally_make(&tally, &workloads, all, 5, now, then);
	assert_int_equal(tally.cover.users, 3);
	assert_int_equal(tally.cover.users_now, 0);
	assert_int_equal(tally.cover.users_then, 1);
	assert_int_equal(tally.cover.some_now, 1);
	assert_int_equal(tally.cover.workloads, 5);
	assert_int_equal(tally.cover.workloads_now, 1);
	assert_int_equal(tally.cover.workloads_then, 2);
	assert_int_equal(tally.places[ADV_PLACE_HOME].users, 2);
	assert_int_equal(tally.places[ADV_PLACE_BASE].workloads, 1);
	assert_int_equal(tally.nowhere, 1);
	assert_int_equal(tally.own, 4);
	assert_int_equal(tally.own_users, 3);
	assert_string_equal(tally.packages.at[0].name, "zarr");
	assert_int_equal(tally.packages.at[0].users_outside, 3);
	assert_int_equal(tally.packages.at[0].kept, 0);
	assert_int_equal(tally.packages.at[0].place_users[ADV_PLACE_HOME], 2);
	assert_string_equal(tally.packages.at[1].name, "numpy");
	assert_int_equal(tally.packages.at[1].users, 3);
	assert_int_equal(tally.packages.at[1].users_outside, 2);
	/* wild and xray each are what one workload lacks. */
	assert_int_equal(tally.packages.at[2].kept, 1);
	assert_int_equal(tally.packages.at[2].kept_alone, 1);
	advi_tally_clear(&tally);
	advi_tally_make(&tally, &workloads, beta, 1, now, NULL);
	assert_int_equal(tally.cover.users, 1);
	assert_int_equal(tally.cover.workloads_then, 0);
	assert_int_equal(tally.packages.count, 1);
	advi_tally_clear(&tally);
	advi_workloads_clear(&workloads);
	free(now);
	free(then);
}

/* Lines of at most 'width', no blanks at their ends, no control characters. */
static void check_lines(const char *text, size_t width)
{
	struct advi_str rest = advi_str(text), line;

	while (advi_str_split(&rest, '\n', &line)) {
		if (advi_text_width(line) > width)
			fail_msg("wider than %zu: '%.*s'", width, ADVI_ARGS(line));
		if (line.len && line.ptr[line.len - 1] == ' ')
			fail_msg("blanks at the end of '%.*s'", ADVI_ARGS(line));
		for (size_t i = 0; i < line.len; i++)
			assert_true((unsigned char)line.ptr[i] >= ' ');
	}
}

static void has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no '%s' in:\n%s", part, text);
}

/* A report of a project, or of the site, and whether its figures are folded. */
static char *page_text(const char *project, const char *plan_names, uint64_t min_users, bool public)
{
	struct adv_style style = {.width = 80};
	struct advi_record record = {.name = plan_names, .version = "1", .build = "0"};
	struct advi_refusal refusal = {.name = "wild\033[31m",
				       .users = 1,
				       .workloads = 1,
				       .kind = "conflict",
				       .reason = "it needs \033[2J numpy <2"};
	struct advi_record records[2] = {{.name = "numpy", .version = "1", .build = "0"}, record};
	struct adv_plan plan = {
		.site = "centre", .environment = {records, 2, 2}, .refused = {&refusal, 1, 1}};
	struct adv_site site = {.name = "centre", .min_users = min_users};
	struct advi_facts facts = {
		.site = &site, .plan = plan_names ? &plan : NULL, .public = public};
	struct advi_sheet sheet;
	char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);

	fill(&facts.workloads);
	names(&site.base_names, "numpy");
	advi_facts_count(&facts);
	if (public)
		assert_ok(advi_facts_fold(&facts, &err));
	advi_build_scope(
		&sheet, &facts,
		advi_facts_scope(&facts, project ? ADVI_SCOPE_PROJECT : ADVI_SCOPE_SITE, project),
		false);
	assert_ok(advi_report_emit(&sheet, ADV_FORMAT_TEXT, file, &style, &err));
	fclose(file);
	advi_sheet_clear(&sheet);
	advi_facts_clear(&facts);
	advi_map_clear(&site.base_names);
	return text;
}

static void test_site(void **state)
{
	ADVI_AUTO_PTR char *text = page_text(NULL, "zarr", 0, false);

	(void)state;
	check_lines(text, 80);
	has(text, "Python at centre\n");
	has(text, "  users        3            0              1\n");
	has(text, "  workloads    5            1              2\n");
	has(text, "  zarr           3          1     2        0    0  joins base\n");
	has(text, "  wild?[31m      1          0     1        0    0  can't join base\n");
	has(text, "  xray           1          1     0        0    0  not in the plan\n");
	has(text, "  alpha        2          3            1              2\n");
	has(text, "  my?module        1\n");
}

static void test_project(void **state)
{
	ADVI_AUTO_PTR char *text = page_text("alpha", NULL, 0, false);

	(void)state;
	check_lines(text, 80);
	has(text, "Project alpha at centre\n");
	has(text, "  users        2            0\n");
	has(text, "What keeps environments of their own\n");
	has(text, "  zarr           2          2                1\n");
	has(text, "  Put zarr alone over base instead of a whole environment;");
	assert_null(strstr(text, "xray"));
	assert_null(strstr(text, "plan"));
}

/* Staff sees every figure, others see none of fewer than three users, and no row of these. */
static void test_folded(void **state)
{
	ADVI_AUTO_PTR char *all = page_text(NULL, "zarr", 3, false);
	ADVI_AUTO_PTR char *public = page_text(NULL, "zarr", 3, true);

	(void)state;
	has(all, "  zarr           3          1     2        0    0  joins base\n");
	has(all, "  wild?[31m");
	has(public, "  zarr         3         <3    <3        0    0  joins base\n");
	has(public, "  workloads    *            *              *\n");
	has(public, "  and 2 of fewer than 3 users each\n");
	assert_null(strstr(public, "wild"));
	assert_null(strstr(public, "alpha"));
	assert_null(strstr(public, "Environments"));
}

static void test_plan(void **state)
{
	static const char *const moves[] = {"numpy"};
	struct adv_style style = {.width = 80, .rows = 1}, all = {.width = 80};
	struct advi_addition additions[] = {
		{.name = "zarr",
		 .users = 30,
		 .users_freed = 7,
		 .closure_packages = 3,
		 .closure_bytes = 5 << 20,
		 .record = {.version = "2.18"},
		 .moves = {moves, 1}},
		{.name = "asciitree", .users = 1, .record = {.version = "0.3"}},
		{.name = "six", .users = 1200, .record = {.version = "1.16"}},
		{.name = "big", .users = 1, .closure_packages = 1, .record = {.version = "1"}},
	};
	struct advi_refusal refused[] = {
		{"wild\033[31m", 9, 9, "import", "conflict",
		 "it needs python >=3.12 and base is pinned to python 3.11.*, which every other package "
		 "of base was built for"},
		{"gone", 4, 4, "import", "absent", "no channel has it"},
		{"lost", 2, 2, "import", "absent", "no channel has it"},
		{"big", 2, 2, "import", "budget", "it would add 9 packages", 9, 5 << 20},
	};
	struct advi_change changes[] = {{"numpy", "2.1", "0", "1.26", "1"},
					{"six", "1.15", "0", "1.15", "1"}};
	struct adv_plan plan = {
		.site = "centre",
		.additions = {additions, 4, 4},
		.refused = {refused, 4, 4},
		.changed = {changes, 2, 2},
		.effect = {.users = 480,
			   .users_covered_before = 38,
			   .users_covered_after = 100,
			   .workloads = 1100,
			   .workloads_covered_before = 245,
			   .workloads_covered_after = 600},
		.added_packages = 3,
		.added_bytes = 5 << 20,
		.added_unsized = 1,
		.max_packages = 10,
	};
	char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);

	(void)state;
	assert_ok(adv_plan_print(&plan, file, &style, &err));
	fclose(file);
	check_lines(text, 80);
	has(text, "Plan for the base of centre\n");
	has(text, "  users       38            100    480  20.8 %\n");
	has(text, "  workloads  245            600  1,100  54.5 %\n");
	has(text, "Base gains 3 packages, 5.0 MiB to download (the channel tells no size of 1");
	has(text, "The budget is 10 packages.\n");
	has(text, "Added, in the order of choice (2)\n");
	has(text,
	    "  zarr     2.18        30      7       2      1   5.0 MiB  -\n  ... and 1 more\n");
	has(text, "Wanted too, and there as dependencies (2; users in brackets)\n  six (1,200)\n"
		  "  ... and 1 more\n");
	has(text, "  wild?[31m (9 users): it needs python >=3.12");
	has(text, "  gone (4)\n  ... and 1 more\n");
	has(text, "  big          2          2          9   5.0 MiB\n");
	has(text, "Changed in base (2)\n");
	has(text, "  numpy    2.1  1.26  goes back  zarr\n  ... and 1 more\n");
	free(text);
	file = open_memstream(&text, &size);
	assert_ok(adv_plan_print(&plan, file, &all, &err));
	fclose(file);
	check_lines(text, 80);
	has(text, "  six      1.15 0  1.15 1\n");
	has(text, "  six (1,200), asciitree (1)\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tally),   cmocka_unit_test(test_site),
		cmocka_unit_test(test_project), cmocka_unit_test(test_folded),
		cmocka_unit_test(test_plan),
	};

	return cmocka_run_group_tests_name("reports", tests, NULL, NULL);
}
