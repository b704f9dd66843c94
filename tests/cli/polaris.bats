#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# A plan from real input: 480 users, 49,949 records; its claims against the logs' truth.

load ../says.bash

setup_file() {
	! sanitized || return 0
	[ -e "$SHARED/data/usage/polaris-40MB.jsonl.zst" ] || return 0
	command -v zstd > /dev/null && command -v python3 > /dev/null || return 0
	cd "$BATS_FILE_TMPDIR"
	zstd -qdc "$SHARED/data/usage/polaris-40MB.truth.json.zst" > truth.json
	"$ADVISOR" ingest -q -o usage.db --site "$SHARED/data/usage/site.json" \
		"$SHARED/data/usage/polaris-40MB.jsonl.zst"
}

setup() {
	! sanitized || skip "sanitized: the real channel takes too long"
	[ -e "$BATS_FILE_TMPDIR/usage.db" ] || skip "no \$SHARED with polaris-40MB, no zstd or no python3"
	cd "$BATS_FILE_TMPDIR"
}

recommend() { # folder, options
	local folder=$1
	shift
	mkdir -p "$folder"
	"$ADVISOR" recommend usage.db --site "$SHARED/data/usage/site.json" --cache "$PWD/cache" \
		--channel "$SHARED/data/channels/conda-forge" -o "$folder/plan.json" "$@" > "$folder/text"
}

check() { # folder
	run python3 "$SRCDIR/tests/advise/check_plan.py" "$1/plan.json" truth.json "$SHARED/data/usage/site.json"
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	run python3 "$SRCDIR/tests/advise/check_redundancy.py" "$1/plan.json" \
		"$SHARED/data/usage/polaris-40MB.jsonl.zst" "$SHARED/data/usage/site.json"
	[ "$status" -eq 0 ] || { echo "$output"; false; }
}

@test "everything that can be added" {
	recommend all
	check all
	grep -q '^  users  *38  *254 ' all/text
	# sentence-transformers is among them: one of its answers makes go what users import
	grep -q '^  workloads  *245  *809 ' all/text
	# no terminal: every name is whole
	grep -q ' tensorflow-datasets$' all/text
	refute grep -q '~ ' all/text
	run python3 "$SRCDIR/tests/advise/check_trends.py" usage.db all/plan.json "$SHARED/data/usage/site.json" truth.json
	[ "$status" -eq 0 ] || { echo "$output"; false; }
}

@test "within a budget, twice the same" {
	recommend one --max-packages 60 --max-bytes 1G --unused 6
	check one
	run python3 "$SRCDIR/tests/advise/check_actions.py" usage.db one/plan.json "$SHARED/data/usage/site.json"
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	recommend two --max-packages 60 --max-bytes 1G --unused 6
	for file in plan.json environment.yml conda-linux-64.lock text; do
		cmp "one/$file" "two/$file"
	done
}

@test "a frontier: its rows are the plans" {
	[ -e one/plan.json ] || recommend one --max-packages 60 --max-bytes 1G --unused 6
	"$ADVISOR" recommend usage.db --site "$SHARED/data/usage/site.json" --cache "$PWD/cache" \
		--channel "$SHARED/data/channels/conda-forge" --frontier --budgets 10,60,150 --max-bytes 1G \
		-o frontier.json > text
	grep -q '^  *60  ' text
	python3 -c '
import json
rows, plan = json.load(open("frontier.json"))["budgets"], json.load(open("one/plan.json"))
row = [one for one in rows if one["max_packages"] == 60][0]
assert row["packages"] == [one["name"] for one in plan["additions"]]
assert row["choice"] == plan["choice"] and row["added"]["bytes"] == plan["added"]["bytes"]
assert row["workloads_covered"] == plan["effect"]["workloads_covered_after"]
assert all(one["choice"]["proved"] for one in rows)
covered = [one["choice"]["value"] for one in rows]
assert covered == sorted(covered) and covered[0] < covered[-1]
'
}

@test "a backtest: emerging packages, decided three ways" {
	"$ADVISOR" recommend usage.db --site "$SHARED/data/usage/site.json" --cache "$PWD/cache" \
		--channel "$SHARED/data/channels/conda-forge" --backtest 3 -o backtest.json > text
	run python3 "$SRCDIR/tests/advise/check_backtest.py" backtest.json \
		"$SHARED/data/usage/polaris-40MB.jsonl.zst" "$SHARED/data/usage/site.json"
	echo "$output"
	[ "$status" -eq 0 ]
	# Better than most popular first at every budget above 5: users and workloads covered, imports gone; as good at 5.
	python3 -c '
import json
for budget in json.load(open("backtest.json"))["budgets"]:
    by = {one["by"]: one["total"] for one in budget["decisions"]}
    for key in ("users_covered", "workloads_covered", "uses_gone"):
        plan, popular = by["plan"][key], by["popular"][key]
        assert plan > popular or budget["max_packages"] <= 5 and plan >= popular, (budget["max_packages"], key)
'
	grep -q 'The plan covers more users than most popular first at 4 of 5 budgets' text
}

@test "explanations joined with usage" {
	explain() { # file, arguments
		local file=$1
		shift
		"$ADVISOR" explain -q "$@" --site "$SHARED/data/usage/site.json" --cache "$PWD/cache" \
			--channel "$SHARED/data/channels/conda-forge" --usage usage.db --json > "$file"
	}
	explain several.json dask pint-xarray zarr
	explain some.json pytorch --since 2025-02 --until 2025-05
	run python3 "$SRCDIR/tests/advise/check_explain.py" "$SHARED/data/usage/polaris-40MB.jsonl.zst" \
		"$SHARED/data/usage/site.json" several.json some.json
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "what if base were otherwise" {
	[ -e all/plan.json ] || recommend all
	python3 -c '
import json, sys
site = json.load(open(sys.argv[1]))
site["domains_file"] = sys.argv[2]
site["privacy"] = {"min_users": 3}
json.dump(site, open("private.json", "w"))' "$SHARED/data/usage/site.json" "$SHARED/data/usage/polaris-40MB.accounts.csv"
	for change in "--with zarr,umap-learn,av" "--without numpy" "--python 3.11 --with umap-learn" \
		"--without scikit-learn --with zarr --python 3.12"; do
		"$ADVISOR" recommend usage.db --site private.json --cache "$PWD/cache" --whatif -o whatif.json \
			--channel "$SHARED/data/channels/conda-forge" $change > whatif.txt || [ $? -eq 1 ]
		run python3 "$SRCDIR/tests/advise/check_whatif.py" whatif.json truth.json \
			"$SHARED/data/usage/polaris-40MB.accounts.csv" 3
		[ "$status" -eq 0 ] || { echo "$change: $output"; false; }
		# what a plan says of base as it is solved
		python3 -c '
import json
what, plan = (json.load(open(name))["effect"] for name in ("whatif.json", "all/plan.json"))
for key in ("users", "workloads"):
    assert what[key]["covered_before"] == plan[key + "_covered_solved"], (what, plan)'
	done
}

@test "bundles of what base leaves" {
	recommend three --max-packages 60 --bundles 3
	check three
	[ "$(ls three/bundles/*.yml | wc -l)" -eq 3 ]
	for recipe in three/bundles/*.yml; do
		"$ADVISOR" bundle build "$recipe" --dry-run
	done
	# All of it, to the build, asked of the channel anew: a layer together with base.
	for recipe in three/bundles/*.yml; do
		local lock=${recipe%.yml}.lock base
		base=$(sed -n 's/^base: "\(.*\)"$/\1/p' "$recipe")
		{ cat "$lock"; [ -z "$base" ] || grep -v -e '^@' -e '^#' "three/bundles/$base"; } > whole.lock
		run "$ADVISOR" check whole.lock --site "$SHARED/data/usage/site.json" --cache "$PWD/cache" \
			--channel "$SHARED/data/channels/conda-forge"
		[ "$status" -eq 0 ] || { echo "$recipe: $output"; false; }
	done
}
