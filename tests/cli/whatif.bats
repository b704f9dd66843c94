#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# recommend --whatif, from outside: what a change of base gains, loses and breaks, and for whom.

load tiny.bash

setup() {
	command -v python3 > /dev/null || skip "no python3"
	cd "$BATS_TEST_TMPDIR"
	export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
	tiny
	patch 'p["python-3.12.4-0.conda"] = dict(p["python-3.11.9-0.conda"], version="3.12.4")
p["old-1.0-0.conda"] = dict(p["dep1-1.0-0.conda"], name="old", depends=["python <3.12"])
p["user-1.0-0.conda"] = dict(p["dep1-1.0-0.conda"], name="user", depends=["numpy", "zarr"])'
	sed -i 's/^base_packages.*/base_packages: [python <3.13, numpy, old]/' site.yml
}

has() {
	[[ $output == *"$1"* ]] || { echo "no '$1' in:"; echo "$output"; false; }
}

# whatif STATUS OPTION...: asks, as text and as JSON.
whatif() {
	local expected=$1
	shift
	run "$ADVISOR" recommend usage.db --site site.yml --whatif -o answer.json "$@"
	[ "$status" -eq "$expected" ] || { echo "status $status: $output"; false; }
	[ -z "$(awk 'length > 80' <<< "$output")" ]
}

# answer EXPRESSION: something of the answer, by Python
answer() {
	python3 -c 'import json, sys; a = json.load(open("answer.json")); print(eval(sys.argv[1]))' "$1"
}

@test "with packages: what comes, and who gains" {
	whatif 0 --with zarr
	has "If the base of tiny had zarr"
	has "All of it can be."
	[ "$(answer '[(c["name"], c["users"]) for c in a["comes"]]')" = "[('zarr', 2), ('asciitree', 0)]" ]
	[ "$(answer 'a["goes"], a["changed"], a["breaks"], a["possible"]')" = "([], [], [], True)" ]
	[ "$(answer 'a["effect"]["users"]')" = \
		"{'all': 6, 'covered_after': 2, 'covered_before': 1, 'gained': 1, 'lost': 0}" ]
	[ "$(answer 'a["projects"]')" = \
		"[{'gains': {'users': 1, 'workloads': 1}, 'loses': {'users': 0, 'workloads': 0}, 'name': 'sea'}]" ]
	whatif 0 --with numpy,python
	[ "$(answer '[w["there"] for w in a["change"]["with"]]')" = "[True, True]" ]
	[ "$(answer 'a["comes"], a["effect"]["users"]["gained"]')" = "([], 0)" ]
}

@test "what can't join is explained, and the rest is told" {
	whatif 1 --with wild,zarr
	has "1 package can't join"
	has "wild: wild 1.0 needs numpy >=2"
	[ "$(answer '[(w["name"], w["possible"]) for w in a["change"]["with"]]')" = \
		"[('wild', False), ('zarr', True)]" ]
	[ "$(answer 'a["effect"]["users"]["gained"], a["possible"]')" = "(1, False)" ]
}

@test "without packages: what goes along, what breaks, and who loses" {
	whatif 0 --without numpy
	has "If the base of tiny lost numpy"
	[ "$(answer '[(g["name"], g["users"], g["reason"]) for g in a["goes"]]')" = \
		"[('numpy', 1, 'to be left out')]" ]
	[ "$(answer 'a["effect"]["loses"], a["effect"]["users"]["lost"]')" = \
		"({'users': 1, 'workloads': 1}, 1)" ]
	sed -i 's/^base_packages.*/base_packages: [python 3.11.*, user]/' site.yml
	whatif 1 --without zarr
	has "Breaks: asked for by base, and not there any more (1)"
	has "user (0 users): user 1.0 needs zarr; zarr is left out"
	[ "$(answer 'sorted(g["name"] for g in a["goes"])')" = "['asciitree', 'numpy', 'user', 'zarr']" ]
	[ "$(answer '[b["name"] for b in a["breaks"]]')" = "['user']" ]
}

@test "another Python: what breaks, and what changes" {
	whatif 1 --python 3.12
	has "had Python 3.12"
	[ "$(answer '[(b["name"], b["users"]) for b in a["breaks"]]')" = "[('old', 0)]" ]
	[ "$(answer '[(c["name"], c["version"], c["to_version"], c["direction"], c["users"]) for c in a["changed"]]')" = \
		"[('numpy', '1.26.4', '2.1.0', 'up', 1), ('python', '3.11.9', '3.12.4', 'up', 0)]" ]
	whatif 0 --python 3.12 --with wild --without old
	[ "$(answer 'a["breaks"], a["possible"]')" = "([], True)" ] || { answer 'a["breaks"]'; false; }
}

@test "a spec with a version stands for base's own" {
	sed -i 's/^base_packages.*/base_packages: [python <3.13, numpy 1.26.*]/' site.yml
	whatif 0 --with 'numpy >=2,<3'
	[ "$(answer '[(c["name"], c["to_version"]) for c in a["changed"]]')" = \
		"[('numpy', '2.1.0')]" ] || { answer 'a["changed"]'; false; }
	# and when it can't be had, base's stays
	whatif 1 --with 'numpy >=3'
	[ "$(answer 'a["changed"], a["goes"], a["breaks"]')" = "([], [], [])" ]
	has "numpy >=3"
}

@test "another base, and everything at once" {
	printf 'dependencies: [python 3.11.*, zarr]\n' > other.yml
	whatif 0 --base other.yml
	has "If the base of tiny were other.yml"
	[ "$(answer 'sorted(g["name"] for g in a["goes"])')" = "['old']" ]
	[ "$(answer '[g["reason"] for g in a["goes"]]')" = "['the other base has it not']" ]
	[ "$(answer 'a["effect"]["users"]["gained"]')" = 1 ]
	whatif 0 --base other.yml --python 3.12 --with wild --without asciitree,zarr
	[ "$(answer '[r["name"] for r in a["base"]["after"]]')" = "['numpy', 'python', 'wild']" ]
	[ "$(answer 'a["change"]["base"], a["change"]["python"], a["change"]["without"]')" = \
		"('other.yml', '3.12', ['asciitree', 'zarr'])" ]
	printf 'dependencies: [python 3.11.*, wild, zarr]\n' > clash.yml
	whatif 1 --base clash.yml
	[ "$(answer '[b["name"] for b in a["breaks"]]')" = "['wild']" ]
	has "wild"
}

@test "an installed base goes as far as what needs it" {
	printf '%s\n' '# packages in environment at /x:' '# Name Version Build Channel' \
		'python 3.11.9 0 local' 'numpy 1.26.4 0 local' 'zarr 2.18 0 local' 'asciitree 0.3 0 local' > list.txt
	sed -i 's/^base_packages.*/base: {environment: list.txt}/' site.yml
	whatif 1 --without numpy
	[ "$(answer '[(g["name"], g["reason"]) for g in a["goes"]]')" = \
		"[('numpy', 'to be left out'), ('zarr', 'it needs numpy, which goes')]" ] || { answer 'a["goes"]'; false; }
	[ "$(answer '[b["name"] for b in a["breaks"]]')" = "['zarr']" ]
	whatif 0 --without asciitree,zarr --with xarray
	[ "$(answer '[r["name"] for r in a["base"]["after"]]')" = "['numpy', 'python', 'xarray']" ]
}

@test "small groups are folded, and not told when they are too few even so" {
	printf 'privacy: {min_users: 2}\ndomains: {sea: Oceans}\n' >> site.yml
	whatif 0 --with zarr
	[ "$(answer 'a["projects"]')" = "[{'folded': 1, 'gains': None, 'loses': None, 'name': None}]" ]
	has "1 with few users"
	sed -i 's/min_users: 2/min_users: 1/' site.yml
	whatif 0 --with zarr
	[ "$(answer '[d["name"] for d in a["domains"]]')" = "['Oceans']" ]
}

@test "questions that make no sense" {
	ask() { # STATUS TEXT OPTION...
		local expected=$1 text=$2
		shift 2
		run "$ADVISOR" recommend usage.db --site site.yml "$@"
		[ "$status" -eq "$expected" ] || { echo "status $status for $*: $output"; false; }
		has "$text"
	}
	ask 2 "needs a change" --whatif
	ask 2 "belong to --whatif" --with zarr
	ask 2 "belong to --whatif" --python 3.12
	ask 2 "both" --whatif --with zarr --without zarr
	ask 2 "twice" --whatif --with zarr,zarr
	ask 2 "names no package" --whatif --with '*'
	ask 2 "no name of a package" --whatif --without 'numpy >2'
	ask 2 "one Python" --whatif --python 3.11,3.12
	ask 2 "minor versions" --whatif --python three
	ask 3 "no channel has such a package" --whatif --with nothing
	ask 3 "base has no such package" --whatif --without zarr
	ask 3 "missing.yml" --whatif --base missing.yml
	printf 'dependencies: []\n' > empty.yml
	run "$ADVISOR" recommend usage.db --site site.yml --whatif --base empty.yml
	[ "$status" -lt 4 ] || { echo "status $status: $output"; false; }
	sed -i 's/^base_packages.*/base_packages: [python 3.11.*, wild]/' site.yml
	ask 1 "base can't be solved" --whatif --with zarr
}

@test "a store without usage" {
	printf 'month,user,project,module,place,runs\n' > none.csv
	"$ADVISOR" ingest -q -o none.db --site site.yml none.csv
	run "$ADVISOR" recommend none.db --site site.yml --whatif --with zarr -o answer.json
	[ "$status" -eq 0 ] || { echo "status $status: $output"; false; }
	[ "$(answer 'a["effect"]["users"]["all"], len(a["comes"]), a["projects"]')" = "(0, 2, [])" ]
}

@test "the same answer twice, to the byte, and alone on standard output" {
	whatif 1 --python 3.12 --with zarr,wild
	"$ADVISOR" recommend usage.db --site site.yml --whatif --python 3.12 --with zarr,wild -o - > again.json || true
	cmp answer.json again.json
}

@test "every figure found again by a twin that knows the usage alone" {
	for options in "--with zarr" "--without numpy" "--python 3.12 --with wild" "--with zarr,big,xarray --without old"; do
		"$ADVISOR" recommend usage.db --site site.yml --whatif -o answer.json $options > /dev/null || [ $? -eq 1 ]
		run python3 - <<-'END'
		import collections, csv, json
		a = json.load(open("answer.json"))
		before, after = ({r["name"] for r in a["base"][k]} for k in ("before", "after"))
		needs, base, project, places = collections.defaultdict(set), collections.defaultdict(set), {}, collections.defaultdict(set)
		for row in csv.DictReader(open("usage.csv")):
		    # ready-made counts: a workload is a user and a place
		    key = row["user"], row["place"]
		    needs[key].add(row["module"])
		    project[key] = row["project"]
		    places[row["module"], row["place"] == "base"].add(row["user"])
		    if row["place"] == "base":
		        base[key].add(row["module"])
		covered = [{k for k in needs if needs[k] <= have} for have in (before, after)]
		users = [{u for u, _ in needs} - {u for u, _ in set(needs) - done} for done in covered]
		loses = (covered[0] - covered[1]) | {k for k in needs if base[k] & (before - after)}
		assert a["effect"]["users"] == {"all": len({u for u, _ in needs}), "covered_before": len(users[0]),
		    "covered_after": len(users[1]), "gained": len(users[1] - users[0]), "lost": len(users[0] - users[1])}, a["effect"]
		assert a["effect"]["loses"] == {"users": len({u for u, _ in loses}), "workloads": len(loses)}, a["effect"]
		for one in a["comes"]:
		    assert one["users"] == len(places[one["name"], False]), one
		for one in a["goes"] + a["changed"]:
		    assert one["users"] == len(places[one["name"], True]), one
		gains = covered[1] - covered[0]
		assert sorted(p["name"] for p in a["projects"]) == sorted({project[k] for k in gains | loses})
		for p in a["projects"]:
		    for what, keys in (("gains", gains), ("loses", loses)):
		        mine = {k for k in keys if project[k] == p["name"]}
		        assert p[what] == {"users": len({u for u, _ in mine}), "workloads": len(mine)}, p
		END
		[ "$status" -eq 0 ] || { echo "$options: $output"; false; }
	done
}
