#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# explain, from outside: verdicts and their status, reasons, ways out, several packages, JSON.

bats_require_minimum_version 1.5.0
load tiny.bash

setup() {
	cd "$BATS_TEST_TMPDIR"
	tiny_channel channel
	tiny_site > site.yml
	patch 'p["python-3.12.4-0.conda"] = dict(p["python-3.11.9-0.conda"], version="3.12.4")'
}

explain() { # status, argument...
	local wanted=$1
	shift
	run --separate-stderr "$ADVISOR" explain --site site.yml "$@"
	[ "$status" -eq "$wanted" ] || { echo "status $status"; echo "$output$stderr"; false; }
}

says() { # text; line ends of the layout do not count
	[[ $(tr -s ' \n' '  ' <<< "$output") == *"$1"* ]] || { echo "no '$1' in: $output"; false; }
}

field() { # python expression on the document 'd'
	python3 -c 'import json, sys; d = json.load(sys.stdin); print(eval(sys.argv[1]))' "$1" <<< "$output"
}

@test "what can be added, and what comes with it" {
	explain 0 zarr
	says "zarr can be added: what base has stays as it is"
	says "base gains 2 packages, 2.0 KiB to download: asciitree 0.3, zarr 2.18"
	explain 0 big
	says "base gains 3 packages"
}

@test "what is there already, and why it is no newer one" {
	tiny_site | sed 's/numpy\]/numpy, keeper]/' > site.yml
	patch '
p["numpy-2.0.0-0.conda"] = dict(p["numpy-1.26.4-0.conda"], version="2.0.0")
p["keeper-1.0-0.conda"] = dict(p["dep1-1.0-0.conda"], name="keeper", depends=["numpy <2"])'
	explain 0 numpy
	says "numpy is in base already numpy 1.26.4"
	says "Why not newer 2.0.0: base has numpy 1.26.4, since keeper 1.0 needs numpy <2 if base gave up keeper, nothing else would stand in the way"
	says "3 versions, the newest is 2.1.0, for base's Python 2.0.0"
	explain 1 "numpy >=2"
	says "numpy >=2 can't be had together with what base asks for: keeper"
	says "if base gave up keeper: numpy 2.0.0 joins; 1 package of base changes (numpy 1.26.4 to 2.0.0), 1 goes"
}

@test "what can't, with the chain and the way out" {
	explain 1 wild
	says "wild can't be added to base"
	says "wild 1.0 needs numpy >=2, and numpy 2.1.0 needs python >=3.12; base has python 3.11.9, since it asks for python 3.11.*"
	explain 1 "zarr <2"
	says "no channel has zarr <2; the newest is 2.18"
	says "What would help zarr 2.18 can be added"
	explain 1 nothing-like-it
	says "no channel has nothing-like-it"
	says "a channel that has nothing-like-it, given with --channel"
}

@test "another Python is a way out when base can be had with it" {
	explain 1 wild
	says "with Python 3.12 in base: wild 1.0 joins; 2 packages of base change (numpy 1.26.4 to 2.1.0, python 3.11.9 to 3.12.4)"
}

@test "a channel that has priority hides what another one has" {
	tiny_channel second
	sed -i 's/"zarr", "version": "2.18"/"zarr", "version": "3.0"/; s/zarr-2.18/zarr-3.0/' second/linux-64/repodata.json
	explain 1 "zarr >=3" --channel ./channel --channel ./second
	says "has zarr 3.0, but channel"
	says "which has priority, has zarr too"
}

@test "several: together, alone, and which exclude each other" {
	explain 0 zarr xarray
	says "zarr and xarray can be added together"
	patch '
p["old-1.0-0.conda"] = dict(p["dep1-1.0-0.conda"], name="old", depends=["zarr <2.18"])
p["zarr-2.17-0.conda"] = dict(p["zarr-2.18-0.conda"], version="2.17")
p["new-1.0-0.conda"] = dict(p["dep1-1.0-0.conda"], name="new", depends=["zarr >=2.18"])'
	explain 1 old xarray new wild
	says "Can't be added even alone wild:"
	says "Exclude each other new, old: new 1.0 needs zarr >=2.18; old 1.0, wanted too, needs zarr <2.18"
	says "Can be added together, in the order given old, xarray"
	[[ $output != *"xarray 2024"* ]]
	explain 1 new xarray old
	says "in the order given new, xarray"
}

@test "JSON: one document that says the same" {
	explain 1 wild --json
	[ "$(field 'd["schema"], d["verdict"]')" = "('advisor.explain/1', 'refused')" ]
	[ "$(field '[l["record"]["name"] + " " + l["relation"] + " " + l["spec"] for l in d["why"]["chain"]["links"]]')" = \
		"['wild needs numpy >=2', 'numpy needs python >=3.12']" ]
	[ "$(field 'd["why"]["chain"]["end"]["kind"], d["why"]["chain"]["end"]["spec"]')" = "('base asks', 'python=3.11')" ]
	[ "$(field '[c["spec"] for c in d["why"]["clash"]]')" = "['wild', 'python=3.11']" ]
	explain 0 zarr --json
	[ "$(field '[r["name"] for r in d["changes"]["added"]]')" = "['asciitree', 'zarr']" ]
}

@test "mistakes: status 2 and 3" {
	run "$ADVISOR" explain zarr
	[ "$status" -eq 2 ]
	[[ $output == *"needs a site recipe"* ]]
	explain 3 "zarr >=x=="
	[[ $stderr == *"package spec 'zarr >=x=='"* ]]
	explain 3 "*"
	[[ $stderr == *"names no package"* ]]
	explain 3 wild --base missing.yml
	[[ $stderr == *"missing.yml"* ]]
}

@test "names that steer a terminal are masked" {
	patch '
p["evil-1.0-0.conda"] = dict(p["dep1-1.0-0.conda"], name="evil", depends=["gone\u001b[2J >=1"])
p["dark-1.0-0.conda"] = dict(p["dep1-1.0-0.conda"], name="dark", version="1.0\u001b[2J")'
	explain 1 evil
	[[ $output != *$'\e'* ]]
	run "$ADVISOR" explain --site site.yml dark
	[[ $output != *$'\e'* ]]
}

@test "the same answer whatever the order of base" {
	explain 1 wild --json
	first=$output
	tiny_site | sed 's/\[python 3.11.\*, numpy\]/[numpy, python 3.11.*]/' > site.yml
	explain 1 wild --json
	[ "$output" = "$first" ]
}

@test "several Pythons and types of nodes" {
	printf 'node_types:\n- {name: gpu, virtual_packages: {__cuda: "12.4"}}\n- {name: cpu, virtual_packages: {__cuda: null}}\n' >> site.yml
	patch '
p["fast-1.0-0.conda"] = dict(p["dep1-1.0-0.conda"], name="fast", depends=["__cuda", "numpy >=2"])'
	explain 1 fast --python 3.11,3.12 --node-type gpu,cpu
	says "Python 3.11, gpu: can't be added Python 3.11, cpu: can't be added Python 3.12, gpu: can be added Python 3.12, cpu: can't be added"
	says "fast 1.0 needs __cuda, but the site's machines have no __cuda"
	explain 0 zarr --python 3.11,3.12
	explain 1 fast --python 3.11,3.12 --node-type gpu --json
	[ "$(field '[(c["python"], c["node_type"], c["explanation"]["verdict"]) for c in d["cells"]]')" = \
		"[('3.11', 'gpu', 'refused'), ('3.12', 'gpu', 'joins')]" ]
	explain 2 zarr --python three
	explain 2 zarr --node-type tpu
	[[ $stderr == *"no node type 'tpu'"* ]]
}
