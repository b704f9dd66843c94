#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# explain --usage, from outside, on a centre that fits on a page.

load tiny.bash

setup() {
	cd "$BATS_TEST_TMPDIR"
	export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
	tiny
}

has() {
	[[ $(tr -s ' \n' ' ' <<< "$output") == *"$1"* ]] || { echo "no '$1' in:"; echo "$output"; false; }
}

explain() {
	run "$ADVISOR" explain "$@" --site site.yml --usage usage.db
	[ -z "$(awk 'length > 80' <<< "$output")" ]
}

demand() { # EXPRESSION: something of the document's demand, by Python; p is the first package
	"$ADVISOR" explain "${@:2}" --site site.yml --usage usage.db --json > e.json || true
	python3 -c '
import json, sys
d = json.load(open("e.json"))["demand"]
p = d["packages"][0]
print(eval(sys.argv[1]))' "$1"
}

need_python() {
	command -v python3 > /dev/null || skip "no python3"
}

@test "who uses it, since when, from where, with what, and what adding it would do" {
	explain zarr
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	has "zarr can be added"
	has "2 users in 2 projects use it since 2025-01, 2 from environments of their own: 6 imports there, of 6"
	has "2 workloads bring it from elsewhere than base"
	has "From: home (2)"
	has "Projects: sea (1), sky (1)"
	has "2025-01 2 2 6 6"
	has "Base would cover 2 users instead of 1 (of 6), and 2 workloads instead of 1 (of 6)."
	has "It takes 2 packages and 2.0 KiB."
}

@test "the same as data" {
	need_python
	[ "$(demand 'p["name"], p["users"], p["own_users"], p["uses"], p["places"]' zarr)" = \
		"('zarr', 2, 2, 6, {'home': 2})" ]
	[ "$(demand 'p["months"]' zarr)" = \
		"[{'month': '2025-01', 'own_users': 2, 'own_uses': 6, 'users': 2, 'uses': 6}]" ]
	[ "$(demand 'd["effect"]["users_covered_before"], d["effect"]["users_covered_after"]' zarr)" = "(1, 2)" ]
	[ "$(demand 'len(d["packages"]), d["effect"]["users_covered_after"]' zarr xarray big)" = "(3, 3)" ]
	[ "$(demand 'p["users"], p["months"][0]["month"], d["since"]' numpy --since 2025-01 --until 2025-01)" = \
		"(2, '2025-01', '2025-01')" ]
}

@test "why not yet, and what else there is" {
	need_python
	explain wild
	[ "$status" -eq 1 ]
	has "wild can't be added to base"
	[[ $output != *"Instead"* ]]
	# With another Python in the channel it could be had, but not in base.
	patch 'p["python-3.12.1-0.conda"] = dict(p["python-3.11.9-0.conda"], version="3.12.1")'
	explain wild
	[ "$status" -eq 1 ]
	has "Instead: base with Python 3.12"
	has "1 user in 1 project uses it"
	has "Instead: a bundle, an environment of its own beside base"
	[[ $output != *"What adding"* ]]
	explain mpi4py
	has "The recipe leaves it to the centre's own module"
	has "Instead: the centre's own module"
	echo "never: [zarr]" >> site.yml
	echo "budget: {max_packages: 1}" >> site.yml
	explain zarr
	has "The recipe excludes it: it is listed under 'never'."
	has "It takes 2 packages of the 1 that the recipe's budget has and 2.0 KiB: beyond the budget."
}

@test "other packages of the same import name" {
	need_python
	printf 'zarr,zarr\nzarr,xarray\nzarr,nowhere\nnumpy,big\nnp,numpy\n' > map.csv
	echo "imports_file: map.csv" >> site.yml
	explain zarr
	has "Instead: xarray provides zarr, too"
	[[ $output != *nowhere* ]]
	[ "$(demand 'p["alternatives"]' big)" = \
		"[{'import': 'numpy', 'in_base': True, 'kind': 'package', 'name': 'numpy'}]" ]
	# An import name that is no package's name leads to its package.
	explain np
	has "Instead: numpy provides np, too, and is in base"
}

@test "few users are not told exactly" {
	need_python
	echo "privacy: {min_users: 2}" >> site.yml
	explain zarr
	has "Projects: 2 with fewer than 2 users each"
	[ "$(demand 'p["projects"]' zarr)" = "{'folded': 2, 'rows': []}" ]
	explain big
	has "<2 users in 1 project use it since 2025-02"
	[ "$(demand 'p["users"], p["places"], p["months"][0]["users"], p["uses"]' big)" = \
		"(None, {'home': None}, None, 1)" ]
}

@test "nobody uses it, or nobody in these months" {
	explain dep1
	[ "$status" -eq 0 ]
	has "Nobody, as far as the store knows."
	explain zarr --since 2025-03
	has "Nobody since 2025-03, as far as the store knows."
}

@test "for several Pythons" {
	need_python
	explain zarr --python 3.11,3.12
	has "Who uses zarr"
	[ "$(demand 'p["users"], d["effect"]' zarr --python 3.11,3.12)" = "(2, None)" ]
}

@test "mistakes on the command line" {
	run "$ADVISOR" explain zarr --site site.yml --since 2025-01
	[ "$status" -eq 2 ]
	run "$ADVISOR" explain zarr --site site.yml --usage absent.db
	[ "$status" -eq 3 ]
	run "$ADVISOR" explain zarr --site site.yml --usage usage.db --since 2025-03 --until 2025-01
	[ "$status" -eq 2 ]
}
