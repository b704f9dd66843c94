#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# recommend --frontier, from outside: each row is what a plan within that budget says.

load tiny.bash

setup() {
	cd "$BATS_TEST_TMPDIR"
	export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
	tiny
}

has() {
	[[ $output == *"$1"* ]] || { echo "no '$1' in:"; echo "$output"; false; }
}

need_python() {
	command -v python3 > /dev/null || skip "no python3"
}

frontier() { # OPTION...
	"$ADVISOR" recommend usage.db --site site.yml --frontier "$@"
}

# Holds f.json against plans that were made one by one with the same options, p1.json and so on.
equals_plans() { # BUDGETS OPTION...
	local budgets=$1 n
	shift
	frontier --budgets "$budgets" "$@" -o f.json > text
	for n in ${budgets//,/ }; do
		"$ADVISOR" recommend usage.db --site site.yml --max-packages "$n" "$@" -o "p$n.json" > /dev/null
	done
	python3 - "$budgets" <<-'END'
	import json, sys
	f = json.load(open("f.json"))
	assert f["schema"] == "advisor.frontier/1"
	assert [row["max_packages"] for row in f["budgets"]] == sorted({int(n) for n in sys.argv[1].split(",")})
	packages, users = 0, f["base"]["users_covered"]
	for row in f["budgets"]:
	    plan = json.load(open("p%d.json" % row["max_packages"]))
	    effect, added = plan["effect"], plan["added"]
	    assert row["packages"] == [one["name"] for one in plan["additions"]], row
	    assert row["added"] == {key: added[key] for key in ("bytes", "files", "packages")}, row
	    assert row["choice"] == plan["choice"], row
	    assert (f["users"], f["workloads"]) == (effect["users"], effect["workloads"])
	    assert f["base"]["users_covered"] == effect["users_covered_before"]
	    assert f["base"]["workloads_covered"] == effect["workloads_covered_before"]
	    assert row["users_covered"] == effect["users_covered_after"], row
	    assert row["workloads_covered"] == effect["workloads_covered_after"], row
	    assert (f["since"], f["until"], f["weight"]) == (plan["since"], plan["until"], plan["weight"])
	    assert (f["max_bytes"], f["max_files"]) == tuple(plan["budget"][k] for k in ("max_bytes", "max_files"))
	    # A package more brings so many users more than the row before.
	    more = row["added"]["packages"] - packages
	    if more > 0:
	        assert abs(row["users_per_package"] * more - (row["users_covered"] - users)) < 1e-9, row
	    else:
	        assert row["users_per_package"] is None, row
	    packages, users = row["added"]["packages"], row["users_covered"]
	END
}

@test "each row is the plan within its budget" {
	need_python
	equals_plans 3,1,2,6,3
	[ -z "$(awk 'length > 80' text)" ]
	# Base serves ann; xarray frees fay, zarr with asciitree bob; cid lacks wild, dan what is nowhere.
	python3 - <<-'END'
	import json
	rows = json.load(open("f.json"))["budgets"]
	assert [row["packages"] for row in rows][0] == ["xarray"], rows
	assert sorted(rows[2]["packages"]) == ["xarray", "zarr"], rows
	assert [row["users_per_package"] for row in rows] == [1, None, 0.5, 0], rows
	assert [row["users_covered"] for row in rows] == [2, 2, 3, 3], rows
	assert all(abs(row["benefit_share"] - row["choice"]["value"] / 6) < 1e-9 for row in rows), rows
	shares = [row["benefit_share"] for row in rows]
	assert shares == sorted(shares) and 0 < shares[0] < shares[-1] < 1, shares
	END
}

@test "so it is with other weights, limits, months and objectives" {
	need_python
	equals_plans 1,2,5 --objective users
	equals_plans 1,3 --max-bytes 2500 --keep-base
	equals_plans 2,4 --since 2025-02 --until 2025-03
	equals_plans 1,4 --weight file-operations
}

@test "more budget never covers fewer users, when users are what is asked for" {
	need_python
	frontier --objective users --budgets 1,2,3,4,5,6,7,8 -o f.json > /dev/null
	python3 - <<-'END'
	import json
	f = json.load(open("f.json"))
	users = [f["base"]["users_covered"]] + [row["users_covered"] for row in f["budgets"]]
	assert users == sorted(users) and users[0] < users[-1], users
	assert all(row["added"]["packages"] <= row["max_packages"] for row in f["budgets"])
	END
}

@test "the table says it, with the usual budgets" {
	frontier > text
	[ "$(awk '$1 ~ /^(base|[0-9]+)$/ && NF > 6 { print $1 }' text | xargs)" = "base 5 10 25 50 100 200" ]
	grep -q '^  budget  packages  download  users  workloads  benefit  per package  proof$' text
	tr '\n' ' ' < text | tr -s ' ' | grep -q 'The step to a budget of 5 brings most users a package. From 10 on more budget brings no more'
	[ -z "$(awk 'length > 80' text)" ]
}

@test "the same twice, to the byte, and alone on standard output" {
	frontier --budgets 1,3 -o f.json > text
	frontier --budgets 3,1,1 -o - > again
	cmp f.json again
	frontier --budgets 1,3 > again
	cmp text again
	[ "$(ls)" = "$(printf '%s\n' again cache channel f.json site.yml text usage.csv usage.db usage.db.key)" ]
}

@test "mistakes on the command line" {
	for wrong in "--budgets 0" "--budgets 5,x" "--budgets -5" "--budgets 1.5" "--budgets 9999999999" \
		"--budgets $(seq -s, 33)" "--backtest 1" "--whatif --with zarr" "--max-packages 5" \
		"--budget packages=5" "--bundles 2" "--since 2025-04 --until 2025-01"; do
		run frontier $wrong
		[ "$status" -eq 2 ] || { echo "$wrong: $status: $output"; false; }
	done
	run "$ADVISOR" recommend usage.db --site site.yml --budgets 5
	[ "$status" -eq 2 ]
	has "--budgets belongs to --frontier or --backtest"
	run frontier --budgets 3 -o absent/f.json
	[ "$status" -eq 4 ]
	[ ! -e absent ]
	run "$ADVISOR" recommend absent.db --site site.yml --frontier
	[ "$status" -eq 3 ]
}
