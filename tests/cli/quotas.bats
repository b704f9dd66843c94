#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# Quotas of a recipe, from outside: what they change, and what can't be met.

load tiny.bash
load ../says.bash

# Four users of the sea want zarr, one of the sky xarray; dan of the sky wants what is nowhere.
setup() {
	cd "$BATS_TEST_TMPDIR"
	export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
	tiny_channel channel
	tiny_site > site.yml
	{
		echo 'domains: {p-sea: sea, p-sky: sky}'
		echo 'budget: {max_packages: 2}'
	} >> site.yml
	{
		echo month,user,project,module,place,runs
		for user in ann bob cid dee; do echo "2025-01,$user,p-sea,zarr,home,1"; done
		echo 2025-01,eve,p-sky,xarray,home,1
		echo 2025-01,dan,p-sky,lost,home,1
	} > usage.csv
	"$ADVISOR" ingest -q -o usage.db --site site.yml usage.csv
}

has() {
	[[ $output == *"$1"* ]] || { echo "no '$1' in:"; echo "$output"; false; }
}

plan() {
	command -v python3 > /dev/null || skip "no python3"
	python3 -c 'import json, sys; p = json.load(open("plan.json")); print(eval(sys.argv[1]))' "$1"
}

recommend() {
	run "$ADVISOR" recommend usage.db --site site.yml -o plan.json "$@"
	[ "$status" -eq 0 ] || { echo "$output"; false; }
}

additions='[a["name"] for a in p["additions"]]'
quotas='[[q[k] for k in ("group", "name", "measure", "asked", "now", "reached", "all")] for q in p["quotas"]]'

@test "without quotas the many are served" {
	recommend
	[ "$(plan "$additions")" = "['zarr']" ]
	[ "$(plan 'p["quotas"]')" = "[]" ]
	[[ $output != *Quotas* ]]
}

@test "no domain goes empty-handed" {
	echo "quotas: [{domain: '*', users: 1}]" >> site.yml
	recommend --max-packages 1
	[ "$(plan "$additions")" = "['xarray']" ]
	[ "$(plan "$quotas")" = \
		"[['domain', 'sea', 'users', 1, 0, 0, 4], ['domain', 'sky', 'users', 1, 0, 1, 2]]" ]
	has "Quotas of the recipe (1 of 2 reached)"
	has "domain sky  users        1    0              1   2  yes"
	has "domain sea, users: it can't be reached within the budget beside the other"
	has "It is proved that no other choice that comes as near to the quotas serves"
	recommend --max-packages 3
	[ "$(plan 'sorted(a["name"] for a in p["additions"])')" = "['xarray', 'zarr']" ]
	has "Quotas of the recipe (2 of 2 reached)"
}

@test "a closer pattern counts before a wider one, by project and by share too" {
	cat >> site.yml <<-'END'
	quotas:
	- {project: "p-*", share: 50%}
	- {project: p-sea, share: 0%}
	END
	recommend
	[ "$(plan "$additions")" = "['xarray']" ]
	[ "$(plan "$quotas")" = "[['project', 'p-sky', 'share', 1, 0, 1, 2]]" ]
	has "1 (50 %)"
	has "A want is a user and a package that base lacks"
}

@test "what can't be reached is said, with the reason, and the rest is planned" {
	cat >> site.yml <<-'END'
	quotas:
	- {domain: sky, users: 2}
	- {domain: sea, users: 9}
	- {domain: skye, users: 1}
	END
	recommend
	[ "$(plan "$additions")" = "['zarr']" ]
	[ "$(plan '[q["why_not"] for q in p["quotas"]]')" = "['there are only 4 users', \
'of 2 users only 1 can be served by what can join base', 'no workload is of a domain of this name']" ]
	has "Quotas of the recipe (0 of 3 reached)"
}

@test "a plan with quotas reads back, and a recipe that contradicts itself is refused" {
	echo "quotas: [{domain: '*', users: 1}]" >> site.yml
	recommend
	"$ADVISOR" report usage.db --project p-sky --plan plan.json > report.txt
	grep -q "p-sky" report.txt
	sed -i '$d' site.yml
	printf 'quotas:\n- {domain: sky, users: 1}\n- {domain: sky, users: 2}\n' >> site.yml
	run "$ADVISOR" recommend usage.db --site site.yml -o plan.json
	[ "$status" -eq 3 ]
	has "'users' of domain 'sky' is in 'quotas' already (line "
}
