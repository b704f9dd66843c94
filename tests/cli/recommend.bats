#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# recommend, from outside, on a centre that fits on a page.

load tiny.bash

setup() {
	cd "$BATS_TEST_TMPDIR"
	export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
	tiny
}

has() {
	[[ $output == *"$1"* ]] || { echo "no '$1' in:"; echo "$output"; false; }
}

# plan EXPRESSION: something of plan.json, by Python
plan() {
	python3 -c 'import json, sys; p = json.load(open("plan.json")); print(eval(sys.argv[1]))' "$1"
}

need_python() {
	command -v python3 > /dev/null || skip "no python3"
}

@test "a plan and what stands beside it" {
	need_python
	run "$ADVISOR" recommend usage.db --site site.yml -o plan.json
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	has "Plan for the base of tiny"
	has "  users        1              3   6  50.0 %"
	[ "$(plan '[a["name"] for a in p["additions"]]')" = "['xarray', 'zarr', 'big']" ]
	[ "$(plan '[(r["name"], r["kind"]) for r in p["refused"]]')" = \
		"[('lost', 'absent'), ('mpi4py', 'module'), ('wild', 'conflict')]" ]
	[ "$(plan '[e["name"] for e in p["environment"]]')" = \
		"['asciitree', 'big', 'dep1', 'dep2', 'numpy', 'python', 'xarray', 'zarr']" ]
	[ "$(plan 'p["added"]["packages"], p["added"]["bytes"], p["removed"], p["changed"]')" = \
		"(6, 6000, [], [])" ]
	[ "$(plan 'p["effect"]["users_covered_before"], p["effect"]["users_covered_after"]')" = "(1, 3)" ]
	grep -q '^  - zarr$' environment.yml
	[ "$(grep -c '#' conda-linux-64.lock)" -ge 8 ]
	grep -q '^@EXPLICIT$' conda-linux-64.lock
}

@test "a refusal says why" {
	run "$ADVISOR" recommend usage.db --site site.yml
	[ "$status" -eq 0 ]
	has "wild (1 user): "
	has "numpy >=2"
	has "lost (1)"
	has "mpi4py (1)"
	[ ! -e plan.json ]
	[ -z "$(awk 'length > 80' <<< "$output")" ]
}

@test "the same twice, to the byte, also from another folder" {
	"$ADVISOR" recommend usage.db --site site.yml -o plan.json > text
	mkdir again
	"$ADVISOR" recommend usage.db --site ./site.yml -o again/plan.json > again/text
	for file in plan.json environment.yml conda-linux-64.lock text; do
		cmp "$file" "again/$file"
	done
}

@test "the plan alone on standard output" {
	need_python
	"$ADVISOR" recommend usage.db --site site.yml -o - > out
	"$ADVISOR" recommend usage.db --site site.yml -o plan.json > /dev/null
	rm environment.yml
	cmp out plan.json
	"$ADVISOR" recommend usage.db --site site.yml -o - > /dev/null
	[ ! -e environment.yml ]
}

@test "a budget" {
	need_python
	run "$ADVISOR" recommend usage.db --site site.yml -o plan.json --max-packages 2
	[ "$status" -eq 0 ]
	has "The budget is 2 packages."
	[ "$(plan '[a["name"] for a in p["additions"]]')" = "['xarray']" ]
	[ "$(plan '[r["name"] for r in p["refused"] if r["kind"] == "budget"]')" = "['zarr', 'big']" ]
	run "$ADVISOR" recommend usage.db --site site.yml -o plan.json --max-bytes 1000
	[ "$(plan '[a["name"] for a in p["additions"]]')" = "['xarray']" ]
}

@test "usage since a month" {
	need_python
	run "$ADVISOR" recommend usage.db --site site.yml -o plan.json --since 2025-03
	[ "$status" -eq 0 ]
	[ "$(plan '[a["name"] for a in p["additions"]]')" = "['xarray']" ]
	[ "$(plan 'p["effect"]["users"], p["since"]')" = "(1, '2025-03')" ]
	run "$ADVISOR" recommend usage.db --site site.yml --since 2025-13
	[ "$status" -eq 2 ]
	run "$ADVISOR" recommend usage.db --site site.yml -o plan.json --since 2025-02 --until 2025-02
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	has "from usage since 2025-02 until 2025-02"
	[ "$(plan '[a["name"] for a in p["additions"]]')" = "['big']" ]
	[ "$(plan 'p["effect"]["users"], p["since"], p["until"]')" = "(3, '2025-02', '2025-02')" ]
	[ "$(plan '[i["name"] for i in p["inputs"] if i["kind"] == "usage"]')" = "['2025-02 until 2025-02']" ]
	run "$ADVISOR" recommend usage.db --site site.yml --since 2025-03 --until 2025-01
	[ "$status" -eq 2 ]
	has "there is no month from 2025-03 until 2025-01"
}

@test "another base, another channel" {
	need_python
	printf 'dependencies: [python, numpy, zarr]\n' > env.yml
	run "$ADVISOR" recommend usage.db --site site.yml -o plan.json --base env.yml
	[ "$status" -eq 0 ]
	[ "$(plan '[a["name"] for a in p["additions"]]')" = "['xarray', 'big']" ]
	mv channel moved
	run "$ADVISOR" recommend usage.db --site site.yml -o plan.json --channel "file://$PWD/moved"
	[ "$status" -eq 0 ]
	[ "$(plan '[a["name"] for a in p["additions"]]')" = "['xarray', 'zarr', 'big']" ]
}

@test "a base that is asked for holds what it is solved to, a list what it lists" {
	need_python
	printf 'month,user,project,module,place,runs\n2025-01,gus,sea,dep1,base,1\n' > more.csv
	sed 's/^imports: {/imports: {dep1: dep1, /' site.yml > dep.yml
	"$ADVISOR" ingest -q -o dep.db --site dep.yml more.csv
	printf 'dependencies: [python, big]\n' > env.yml
	run "$ADVISOR" recommend dep.db --site dep.yml -o plan.json --base env.yml
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	[ "$(plan 'p["effect"]["users_covered_before"], p["effect"]["users_covered_after"]')" = "(1, 1)" ]
	sed -i 's/^base_packages.*/base_packages: [python, big]/' dep.yml
	run "$ADVISOR" recommend dep.db --site dep.yml -o plan.json
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	[ "$(plan 'p["effect"]["users_covered_before"], p["effect"]["users_covered_after"]')" = "(0, 1)" ]
}

@test "what always, never or by a module" {
	need_python
	{ tiny_site; echo "always: [dep1]"; echo "never: [asciitree]"; } > site.yml
	run "$ADVISOR" recommend usage.db --site site.yml -o plan.json
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	[ "$(plan '[a["name"] for a in p["additions"]]')" = "['dep1', 'xarray', 'big']" ]
	[ "$(plan '"asciitree" in str([r for r in p["refused"] if r["name"] == "zarr"])')" = True ]
}

@test "a base that can't be solved" {
	sed -i 's/^base_packages.*/base_packages: [python 3.11.*, wild]/' site.yml
	run "$ADVISOR" recommend usage.db --site site.yml -o plan.json
	[ "$status" -eq 1 ] || { echo "status $status: $output"; false; }
	[ ! -e plan.json ]
}

@test "a channel that is cut off, or not there" {
	head -c 400 channel/linux-64/repodata.json > cut
	cp cut channel/linux-64/repodata.json
	run "$ADVISOR" recommend usage.db --site site.yml -o plan.json
	[ "$status" -eq 3 ] || { echo "status $status: $output"; false; }
	has "repodata.json"
	rm -r channel
	run "$ADVISOR" recommend usage.db --site site.yml -o plan.json
	[ "$status" -eq 3 ] || [ "$status" -eq 4 ]
	[ ! -e plan.json ]
}

@test "nothing half-written" {
	run "$ADVISOR" recommend usage.db --site site.yml -o absent/plan.json
	[ "$status" -eq 4 ]
	has "absent/"
	mkdir out
	run "$ADVISOR" recommend usage.db --site site.yml -o out/environment.yml
	[ "$status" -eq 2 ]
	[ -z "$(ls out)" ]
}

@test "mistakes on the command line" {
	run "$ADVISOR" recommend usage.db
	[ "$status" -eq 2 ]
	has "--site"
	run "$ADVISOR" recommend --site site.yml
	[ "$status" -eq 2 ]
	run "$ADVISOR" recommend usage.db --site site.yml --max-bytes much
	[ "$status" -eq 2 ]
	run "$ADVISOR" recommend absent.db --site site.yml
	[ "$status" -eq 3 ] || [ "$status" -eq 4 ]
	[ ! -e absent.db ]
}

@test "a report with the plan" {
	"$ADVISOR" recommend usage.db --site site.yml -o plan.json > /dev/null
	run "$ADVISOR" report usage.db --plan plan.json --rows 0
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	has "  users        6            1              3"
	has "  zarr         2          0     2        0    0  joins base"
	has "  wild         1          0     1        0    0  can't join base"
	run "$ADVISOR" report usage.db --plan plan.json --project sky
	[ "$status" -eq 0 ]
	has "What keeps environments even with the plan, and why"
}

@test "a full disk leaves the old plan and what stands beside it" {
	need_python
	"$ADVISOR" recommend -q usage.db --site site.yml -o plan.json --max-packages 1 > /dev/null
	cat plan.json environment.yml conda-linux-64.lock > before
	run bash -c 'ulimit -f 4; exec "$ADVISOR" recommend usage.db --site site.yml -o plan.json'
	[ "$status" -eq 4 ] || { echo "status $status: $output"; false; }
	has "can't write 'plan.json'"
	cat plan.json environment.yml conda-linux-64.lock | cmp - before
	[ "$(ls | grep -c 'plan.json\|environment.yml\|conda-linux-64.lock')" -eq 3 ]
}

@test "a channel compressed either way says the same" {
	need_python
	"$ADVISOR" recommend -q usage.db --site site.yml -o plan.json > /dev/null
	cp plan.json first.json
	for tool in zstd bzip2; do
		command -v $tool > /dev/null || continue
		for folder in channel/linux-64 channel/noarch; do
			$tool -q -k -f $folder/repodata.json
			mv $folder/repodata.json $folder/hidden
		done
		"$ADVISOR" recommend -q usage.db --site site.yml -o plan.json > /dev/null
		cmp plan.json first.json
		for folder in channel/linux-64 channel/noarch; do
			mv $folder/hidden $folder/repodata.json
			rm $folder/repodata.json.*
		done
	done
}
