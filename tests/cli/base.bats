#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# Base in all its forms: the same environment, written down in each, gives the same plan.

load tiny.bash

setup() {
	command -v python3 > /dev/null || skip "no python3"
	cd "$BATS_TEST_TMPDIR"
	export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
	tiny
}

has() {
	[[ $output == *"$1"* ]] || { echo "no '$1' in:"; echo "$output"; false; }
}

# lacks PATTERN FILE...: no file has it
lacks() {
	if grep -E "$@"; then false; fi
}

# plan EXPRESSION: something of plan.json, by Python
plan() {
	python3 -c 'import json, sys; p = json.load(open("plan.json")); print(eval(sys.argv[1]))' "$1"
}

recommend() { # BASE...
	rm -f plan.json
	run "$ADVISOR" recommend usage.db --site site.yml -o plan.json --base "$@"
}

url=https://c.example/linux-64
md5=0123456789abcdef0123456789abcdef

# What base holds, in every form that says it to the build.
write_forms() {
	cat > explicit.txt <<-END
	# platform: linux-64
	@EXPLICIT
	$url/python-3.11.9-0.conda#$md5
	$url/numpy-1.26.4-0.conda#$md5
	END
	cat > export.txt <<-END
	# This file may be used to create an environment using:
	# \$ conda create --name <env> --file <this file>
	# platform: linux-64
	numpy=1.26.4=0
	python=3.11.9=0
	END
	cat > table.txt <<-END
	# packages in environment at /soft/base:
	#
	# Name                    Version                   Build  Channel
	numpy                     1.26.4                        0    conda-forge
	python                    3.11.9                        0
	END
	cat > list.json <<-END
	[{"name": "numpy", "version": "1.26.4", "build_string": "0", "channel": "conda-forge", "platform": "linux-64"},
	 {"name": "python", "version": "3.11.9", "build_string": "0", "channel": "conda-forge", "platform": "linux-64"}]
	END
	cat > conda-lock.yml <<-END
	version: 1
	metadata:
	  channels:
	  - url: conda-forge
	    used_env_vars: []
	  platforms: [linux-64, osx-64]
	package:
	- {name: python, version: 3.11.9, manager: conda, platform: linux-64, dependencies: {},
	   url: $url/python-3.11.9-0.conda, hash: {md5: $md5}, category: main, optional: false}
	- {name: numpy, version: 1.26.4, manager: conda, platform: linux-64,
	   dependencies: {python: '>=3.11'}, url: $url/numpy-1.26.4-0.conda,
	   hash: {md5: $md5}, category: main, optional: false}
	- {name: numpy, version: 1.0, manager: conda, platform: osx-64, dependencies: {},
	   url: https://c.example/osx-64/numpy-1.0-0.conda, hash: {md5: $md5}, category: main}
	END
	cat > pixi.lock <<-END
	version: 6
	environments:
	  default:
	    channels:
	    - url: https://c.example/
	    packages:
	      linux-64:
	      - conda: $url/python-3.11.9-0.conda
	      - conda: $url/numpy-1.26.4-0.conda
	  gpu:
	    channels:
	    - url: https://c.example/
	    packages:
	      linux-64:
	      - conda: $url/python-3.11.9-0.conda
	packages:
	- conda: $url/python-3.11.9-0.conda
	  md5: $md5
	- conda: $url/numpy-1.26.4-0.conda
	  md5: $md5
	  depends:
	  - python >=3.11
	END
	mkdir -p prefix/conda-meta
	for package in python-3.11.9 numpy-1.26.4; do
		printf '{"name": "%s", "version": "%s", "build": "0", "files": ["lib/python3.11/site-packages/%s.dist-info/METADATA"]}' \
			"${package%-*}" "${package#*-}" "$package" > "prefix/conda-meta/$package-0.json"
	done
}

@test "every form of one environment gives one plan" {
	write_forms
	for form in explicit.txt export.txt table.txt list.json conda-lock.yml pixi.lock prefix; do
		recommend "$form"
		[ "$status" -eq 0 ] || { echo "$form: $output"; false; }
		python3 - "$form" <<-'CHECK' >> plans
		import json
		plan = json.load(open("plan.json"))
		del plan["inputs"]
		print(json.dumps(plan))
		CHECK
	done
	[ "$(wc -l < plans)" -eq 7 ]
	[ "$(sort -u plans | wc -l)" -eq 1 ]
	[ "$(plan '[a["name"] for a in p["additions"]]')" = "['xarray', 'zarr', 'big']" ]
	[ "$(plan '[c["name"] for c in p["changed"] + p["removed"]]')" = "[]" ]
}

@test "an environment by its name, a platform that is not there" {
	write_forms
	recommend pixi.lock#gpu
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	[ "$(plan '[e["name"] for e in p["environment"]][-2:]')" = "['xarray', 'zarr']" ]
	[ "$(plan 'p["effect"]["users_covered_before"]')" = 0 ]
	recommend pixi.lock#cpu
	[ "$status" -eq 3 ]
	has "pixi.lock: line 3: there is no environment 'cpu'; it has default, gpu"
	sed -i 's/linux-64$/osx-64/; s/linux-64:/osx-64:/' conda-lock.yml pixi.lock
	sed -i 's/platform: linux-64/platform: osx-64/' conda-lock.yml
	for form in conda-lock.yml pixi.lock; do
		recommend $form
		[ "$status" -eq 3 ]
		has "there is nothing for linux-64; it has osx-64"
	done
}

@test "what pip put into base serves, stays, and is told" {
	write_forms
	mkdir -p prefix/lib/python3.11/site-packages/{zarr-2.18,Big_Thing-1.0,numpy-2.0,numpy-1.26.4}.dist-info
	cd prefix/lib/python3.11/site-packages
	printf 'Metadata-Version: 2.1\nName: zarr\nVersion: 2.18\n\nName: no\n' > zarr-2.18.dist-info/METADATA
	printf 'Name: Big_Thing\nVersion: 1.0\n' > Big_Thing-1.0.dist-info/METADATA
	printf 'big/__init__.py,,\nBig_Thing-1.0.dist-info/RECORD,,\n' > Big_Thing-1.0.dist-info/RECORD
	printf 'Name: numpy\nVersion: 2.0\n' > numpy-2.0.dist-info/METADATA
	# what is half removed, damaged, or another way to the same folder
	mkdir '~arr-1.0.dist-info' lost_one-3.1.dist-info
	printf 'Name: old\nVersion: 0.1\n' > old-0.1-py3.11.egg-info
	ln -s python3.11 ../../python3.1
	cd "$BATS_TEST_TMPDIR"
	recommend prefix
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	[ "$(plan '[(r["name"], r["version"], r["conda"]) for r in p["pip"]]')" = \
		"[('big-thing', '1.0', None), ('lost-one', '3.1', None), ('numpy', '2.0', '1.26.4'), ('old', '0.1', None), ('zarr', '2.18', None)]" ]
	[ "$(plan '[a["name"] for a in p["additions"]]')" = "['xarray']" ]
	[ "$(plan '[r["name"] for r in p["refused"]]')" = "['lost', 'mpi4py', 'wild']" ]
	# ann and bob are covered by base as it is, fay is by xarray
	[ "$(plan 'p["effect"]["users_covered_before"], p["effect"]["users_covered_after"]')" = "(2, 3)" ]
	has "In base by pip, which serves but is not solved (5)"
	has "numpy (conda 1.26.4, pip 2.0)"
	grep -q '^  - pip:$' environment.yml
	grep -q '^      - zarr==2.18$' environment.yml
	lacks '^  - zarr' environment.yml
}

@test "usage says what base has by pip" {
	printf 'dependencies: [python 3.11.*, numpy, {pip: [zarr]}]\n' > env.yml
	sed 's/^base_packages.*/base: {environment: env.yml}/' site.yml > pip.yml
	run "$ADVISOR" usage usage.db --site pip.yml --by package --csv
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	python3 - <<-CHECK
	import csv
	rows = {r["package"]: r["in_base"] for r in csv.DictReader("""$output""".splitlines())}
	assert (rows["numpy"], rows["zarr"], rows["big"]) == ("yes", "pip", "no"), rows
	CHECK
}

@test "secrets in URLs of a base are nowhere in what is written" {
	write_forms
	secret="https://me:pass@c.example/t/tk-1-abc/x/linux-64"
	sed -i "s|$url|$secret|" explicit.txt conda-lock.yml pixi.lock
	sed -i 's|https://c.example/$|https://me:pass@c.example/t/tk-1-abc/x/|' pixi.lock
	printf '@EXPLICIT\n%s/gone-1-0.conda?sig=pass#%s\n' "$secret" $md5 >> explicit.txt
	printf 'dependencies: [python, numpy, {pip: ["x @ git+https://me:pass@h/x"]}]\n' > env.yml
	for form in explicit.txt conda-lock.yml pixi.lock env.yml; do
		recommend "$form"
		[ "$status" -eq 0 ] || { echo "$form: $output"; false; }
		lacks 'pass|tk-1' plan.json environment.yml conda-linux-64.lock
		[[ $output != *pass* && $output != *tk-1* ]]
	done
	sed -i 's|/gone-1-0.conda|/gone.conda|' explicit.txt
	recommend explicit.txt
	[ "$status" -eq 3 ]
	has "line 6: the URL of a package"
	[[ $output != *pass* && $output != *tk-1* ]]
}

@test "a file that is no environment: what it might have been, and where it breaks" {
	recommend site.yml
	[ "$status" -eq 3 ]
	has "it is none of explicit lockfile, conda list,"
	has "read as environment.yml"
	has "line 1: unknown key 'schema'"
	printf '\xff\xfed\x00e\x00' > utf16.yml
	recommend utf16.yml
	[ "$status" -eq 3 ]
	has "utf16.yml: it is UTF-16; make it UTF-8"
	recommend "$ADVISOR"
	[ "$status" -eq 3 ]
	: > empty
	recommend empty
	[ "$status" -eq 3 ]
	has "there is nothing in it"
	printf 'version: 2\nmetadata: {}\npackage: []\n' > new.yml
	recommend new.yml
	[ "$status" -eq 3 ]
	has "new.yml: line 1: the lock's version is 2; this program reads 1"
	printf 'version: 8\nenvironments: {}\n' > new.lock
	recommend new.lock
	has "the lock's version is 8; this program reads 4 to 7"
}
