#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# recommend --backtest, from outside, on a centre that fits on a page.

load tiny.bash

# In January and February most users want zarr and few want big; from March on it is the other way
# round, and xarray is new.
months() {
	cat <<-'END'
	month,user,project,module,place,runs
	2025-01,ann,sea,numpy,base,5
	2025-01,bob,sea,zarr,home,4
	2025-01,cid,sky,zarr,home,1
	2025-02,cid,sky,zarr,home,1
	2025-02,dan,sky,xarray,home,2
	2025-02,eve,sky,big,home,1
	2025-03,ann,sea,numpy,base,5
	2025-03,bob,sea,zarr,home,4
	2025-03,dan,sky,xarray,home,2
	2025-03,fay,sky,xarray,tmp,1
	2025-04,dan,sky,xarray,user-site,3
	2025-04,dan,sky,lost,home,1
	2025-04,gil,sky,big,project,7
	END
}

setup() {
	cd "$BATS_TEST_TMPDIR"
	export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
	tiny_channel channel
	tiny_site > site.yml
	months > usage.csv
	"$ADVISOR" ingest -q -o usage.db --site site.yml usage.csv
}

has() {
	[[ $output == *"$1"* ]] || { echo "no '$1' in:"; echo "$output"; false; }
}

told() { # EXPRESSION: something of the document, by Python; d(i) has the decisions at budget i
	python3 -c '
import json, sys
b = json.load(open("b.json"))
d = lambda i: {one["by"]: one for one in b["budgets"][i]["decisions"]}
print(eval(sys.argv[1]))' "$1"
}

need_python() {
	command -v python3 > /dev/null || skip "no python3"
}

@test "decided on the months before, measured on those after" {
	need_python
	"$ADVISOR" recommend usage.db --site site.yml --backtest 2 --budgets 3,1 -o b.json > text
	[ "$(told 'b["schema"], b["past"]["since"], b["past"]["until"], b["months"]')" = \
		"('advisor.backtest/1', '2025-01', '2025-02', ['2025-03', '2025-04'])" ]
	[ "$(told 'b["past"]["users"], b["past"]["workloads"]')" = "(5, 5)" ]
	[ "$(told '[one["max_packages"] for one in b["budgets"]]')" = "[1, 3]" ]
	# Most users of the past want zarr, which needs a package more than one.
	[ "$(told '[d(0)[by]["packages"] for by in ("popular", "plan", "clairvoyant")]')" = \
		"[['xarray'], ['xarray'], ['xarray']]" ]
	[ "$(told '[sorted(d(1)[by]["packages"]) for by in ("popular", "plan", "clairvoyant")]')" = \
		"[['xarray', 'zarr'], ['xarray', 'zarr'], ['xarray', 'zarr']]" ]
	[ "$(told 'd(1)["plan"]["added"]')" = "['asciitree', 'xarray', 'zarr']" ]
	# Four users besides ann: bob and fay are free then, dan has something from nowhere else.
	[ "$(told '[d(1)["plan"]["total"][k] for k in ("users", "users_covered", "uses", "uses_served", "uses_gone")]')" = \
		"[5, 3, 18, 10, 8]" ]
	[ "$(told '[(m["month"], m["users_covered"], m["uses_gone"]) for m in d(1)["plan"]["months"]]')" = \
		"[('2025-03', 4, 7), ('2025-04', 0, 3)]" ]
	[ "$(told 'b["base"]["total"]["users_covered"], b["base"]["total"]["uses_gone"]')" = "(1, 0)" ]
	grep -q '^  Decided on 2025-01 until 2025-02 (5 users, 5 workloads), measured on 2025-03' text
	[ -z "$(awk 'length > 80' text)" ]
}

@test "what comes to be wanted is known to the clairvoyant alone" {
	need_python
	"$ADVISOR" recommend usage.db --site site.yml --backtest 1 --budgets 3 -o b.json > text
	[ "$(told 'sorted(d(0)["plan"]["packages"]), d(0)["clairvoyant"]["packages"]')" = \
		"(['xarray', 'zarr'], ['big'])" ]
	[ "$(told '[d(0)[by]["total"]["users_covered"] for by in ("popular", "plan", "clairvoyant")]')" = \
		"[0, 0, 1]" ]
	tr "\n" " " < text | tr -s " " | grep -q "as many at 1. Within 3 packages it covers 0 users, most popular first 0, and"
}

@test "the same twice, to the byte, and alone on standard output" {
	"$ADVISOR" recommend usage.db --site site.yml --backtest 2 -o b.json > text
	"$ADVISOR" recommend usage.db --site ./site.yml --backtest 2 -o - > again
	cmp b.json again
	"$ADVISOR" recommend usage.db --site site.yml --backtest 2 > again
	cmp text again
	[ "$(ls)" = "$(printf '%s\n' again b.json cache channel site.yml text usage.csv usage.db usage.db.key)" ]
}

@test "months of a range only" {
	need_python
	"$ADVISOR" recommend usage.db --site site.yml --backtest 1 --since 2025-02 --until 2025-03 -o b.json > text
	[ "$(told 'b["past"]["since"], b["past"]["until"], b["months"]')" = "('2025-02', '2025-02', ['2025-03'])" ]
}

@test "a history that is too short" {
	run "$ADVISOR" recommend usage.db --site site.yml --backtest 4 -o b.json
	[ "$status" -eq 3 ] || { echo "$status: $output"; false; }
	has "the history is too short: usage is known of 4 months, 2025-01 until 2025-04"
	[ ! -e b.json ]
	run "$ADVISOR" recommend usage.db --site site.yml --backtest 1 --since 2026-01
	[ "$status" -eq 3 ]
	has "no usage is known of these months"
	{ months | head -n 1; echo 2025-01,ann,sea,zarr,home,1; echo 2025-09,ann,sea,zarr,home,1; } > gap.csv
	"$ADVISOR" ingest -q -o gap.db --site site.yml gap.csv
	run "$ADVISOR" recommend gap.db --site site.yml --backtest 2 --since 2025-03
	[ "$status" -eq 3 ]
	has "nothing can be decided: no usage is known of 2025-03 until 2025-07"
}

@test "mistakes on the command line" {
	for wrong in "--backtest 0" "--backtest 121" "--backtest x" "--budgets 5" \
		"--backtest 1 --budgets 0" "--backtest 1 --budgets 5,x" "--backtest 1 --budgets -5" \
		"--backtest 1 --since 2025-04 --until 2025-01"; do
		run "$ADVISOR" recommend usage.db --site site.yml $wrong
		[ "$status" -eq 2 ] || { echo "$wrong: $status: $output"; false; }
	done
	run "$ADVISOR" recommend usage.db --site site.yml --backtest 2 -o absent/b.json
	[ "$status" -eq 4 ]
}
