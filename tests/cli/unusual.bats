#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# recommend where something is odd: a sensible plan or a clear refusal, and no demand is lost.

load tiny.bash

setup() {
	cd "$BATS_TEST_TMPDIR"
	export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
	command -v python3 > /dev/null || skip "no python3"
	tiny
}

has() {
	[[ $(tr -s ' \n' ' ' <<< "$output") == *"$1"* ]] || { echo "no '$1' in:"; echo "$output"; false; }
}

recommend() { # STATUS, options
	local wanted=$1
	shift
	run "$ADVISOR" recommend usage.db --site site.yml -o plan.json "$@"
	[ "$status" -eq "$wanted" ] || { echo "status $status"; echo "$output"; false; }
	[ "$wanted" -eq 0 ] || [ ! -e plan.json ]
}

plan() {
	python3 -c '
import json, sys
p = json.load(open("plan.json"))
added = sorted(a["name"] for a in p["additions"])
refused = {r["name"]: r["kind"] for r in p["refused"]}
print(eval(sys.argv[1]))' "$1"
}

@test "a base that can't be" {
	sed -i 's/^base_packages.*/base_packages: [python 3.11.*, numpy, absent]/' site.yml
	recommend 1
	has "absent"
	sed -i 's/^base_packages.*/base_packages: [python 3.11.*, wild]/' site.yml
	recommend 1
	sed -i 's/^base_packages.*/base_packages: ["numpy >=2,<1"]/' site.yml
	recommend 1
	recommend 3 --base absent.yml
	echo 'dependencies: {}' > env.yml
	recommend 3 --base env.yml
}

@test "a base of nothing" {
	sed -i 's/^base_packages.*/base_packages: []/' site.yml
	recommend 0
	[ "$(plan '"zarr" in added and "xarray" in added')" = True ]
}

@test "a budget of nothing is refused, and no limit is none" {
	recommend 2 --max-packages 0
	has "leave it away for no limit"
	recommend 2 --max-bytes 0
	recommend 2 --max-files 0
	recommend 2 --budget packages=0
	recommend 0 --max-packages 1
	[ "$(plan 'added, p["added"]["packages"]')" = "(['xarray'], 1)" ]
	[ "$(plan '[refused[n] for n in ("zarr", "big", "wild", "lost", "mpi4py")]')" = \
		"['budget', 'budget', 'conflict', 'absent', 'module']" ]
	recommend 0 --max-bytes 1
	[ "$(plan 'added, refused["xarray"]')" = "([], 'budget')" ]
}

@test "no demand" {
	head -n 1 usage.csv > none.csv
	"$ADVISOR" ingest -q -o none.db --site site.yml none.csv
	run "$ADVISOR" recommend none.db --site site.yml -o plan.json
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	has "Nothing is added"
	[ "$(plan 'added, p["effect"]["users"], p["effect"]["workloads"]')" = "([], 0, 0)" ]
	recommend 0 --since 2030-01
	[ "$(plan 'added, p["effect"]["users"]')" = "([], 0)" ]
}

@test "everything is in base already" {
	sed -i 's/^base_packages.*/base_packages: [python 3.11.*, numpy, zarr, xarray, big]/' site.yml
	printf 'month,user,project,module,place,runs\n2025-01,a,p,zarr,home,1\n2025-01,b,p,big,base,1\n' > in.csv
	"$ADVISOR" ingest -q -o in.db --site site.yml in.csv
	run "$ADVISOR" recommend in.db --site site.yml -o plan.json
	[ "$status" -eq 0 ]
	has "Nothing is added"
	[ "$(plan 'added, refused, p["effect"]["users_covered_before"], p["effect"]["users_covered_after"]')" = \
		"([], {}, 2, 2)" ]
}

@test "a mapping that points nowhere" {
	sed -i 's/zarr: zarr/zarr: no-such-package/' site.yml
	recommend 0
	[ "$(plan 'refused["no-such-package"], added')" = "('absent', ['big', 'xarray'])" ]
	[ "$(plan '[r["users"] for r in p["refused"] if r["name"] == "no-such-package"]')" = "[2]" ]
	sed -i 's/zarr: no-such-package/zarr: "no such package"/' site.yml
	rm plan.json
	recommend 3
}

@test "no mapping at all: every import is listed as unknown" {
	sed -i '/^imports:/d' site.yml
	cat > more.jsonl <<-'END'
	{"userT":{"run_uuid":"00000000-0000-0000-0000-000000000001","user":"ann","exec_path":"/home/ann/e/bin/python"},"cmdlineA":["/home/ann/e/bin/python"],"userDT":{"start_time":1741521600,"end_time":1741525200,"run_time":3600,"num_nodes":1,"probability":1}}
	{"program":"python","xalt_run_uuid":"00000000-0000-0000-0000-000000000001","package_name":"zarr","package_path":"/home/ann/e/lib/python3.11/site-packages/zarr/__init__.py"}
	END
	"$ADVISOR" ingest -q -o raw.db --site site.yml more.jsonl
	run "$ADVISOR" recommend raw.db --site site.yml -o plan.json
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	[ "$(plan 'p["unmapped"]')" = "[{'module': 'zarr', 'users': 1}]" ]
}

@test "a package in two channels: the one that has priority" {
	tiny_channel other
	mv channel first
	python3 - <<-'END'
	import json
	path = 'other/linux-64/repodata.json'
	data = json.load(open(path))
	data['packages.conda'] = {'zarr-9.0-0.conda': dict(data['packages.conda']['zarr-2.18-0.conda'], version='9.0')}
	json.dump(data, open(path, 'w'))
	END
	sed -i 's|^channels:.*|channels: [./first, ./other]|' site.yml
	recommend 0
	[ "$(plan '[a["record"]["version"] for a in p["additions"] if a["name"] == "zarr"]')" = "['2.18']" ]
	sed -i 's|^channels:.*|channels: [./other, ./first]|' site.yml
	recommend 0
	[ "$(plan '[a["record"]["version"] for a in p["additions"] if a["name"] == "zarr"]')" = "['9.0']" ]
}

@test "thousands of private modules with names of packages are no demand" {
	python3 - > private.jsonl <<-'END'
	import json
	uuid = '00000000-0000-0000-0000-0000000000%02d'
	for user in range(20):
	    home = '/home/u%d' % user
	    print(json.dumps({'userT': {'run_uuid': uuid % user, 'user': 'u%d' % user}, 'cmdlineA': ['/soft/base/bin/python'],
	                      'userDT': {'start_time': 1741521600, 'end_time': 1741525200, 'run_time': 3600, 'num_nodes': 1, 'probability': 1}}))
	    uses = [('zarr', home + '/code/zarr.py'), ('big', home + '/big/__init__.py'), ('numpy', '/soft/base/lib/python3.11/site-packages/numpy/__init__.py')]
	    uses += [('m%d' % i, '%s/code/m%d.py' % (home, i)) for i in range(200)]
	    if user == 0:
	        uses.append(('xarray', home + '/.local/lib/python3.11/site-packages/xarray/__init__.py'))
	    for name, path in uses:
	        print(json.dumps({'program': 'python', 'xalt_run_uuid': uuid % user, 'package_name': name, 'package_path': path}))
	END
	"$ADVISOR" ingest -q -o private.db --site site.yml private.jsonl
	run "$ADVISOR" recommend private.db --site site.yml -o plan.json
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	[ "$(plan 'added, refused, p["unmapped"]')" = "(['xarray'], {}, [])" ]
	[ "$(plan 'p["effect"]["users_covered_before"], p["effect"]["users_covered_after"]')" = "(19, 20)" ]
}

@test "a recipe that contradicts itself" {
	echo "always: [zarr]" >> site.yml
	echo "never: [zarr]" >> site.yml
	run "$ADVISOR" recommend usage.db --site site.yml -o plan.json
	[ "$status" -eq 3 ] || { echo "$status: $output"; false; }
	has "zarr"
	tiny_site > site.yml
	echo "always: [wild]" >> site.yml
	recommend 0
	[ "$(plan 'refused["wild"], "wild" in added')" = "('conflict', False)" ]
	tiny_site > site.yml
	echo "always: [zarr]" >> site.yml
	echo 'pins: ["zarr <2"]' >> site.yml
	recommend 0
	[ "$(plan 'refused["zarr"], "zarr" in added')" = "('conflict', False)" ]
	tiny_site > site.yml
	echo "never: [numpy]" >> site.yml
	# base has it already: it stays, since nothing says that it is to go
	recommend 0
	[ "$(plan '"numpy" in {e["name"] for e in p["environment"]}, p["removed"]')" = "(True, [])" ]
	tiny_site > site.yml
	echo 'pins: ["numpy >=2"]' >> site.yml
	rm -f plan.json
	recommend 1
}
