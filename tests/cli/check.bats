#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# check, from outside: verdicts, lines that clash, lockfiles.

bats_require_minimum_version 1.5.0
load tiny.bash

setup() {
	cd "$BATS_TEST_TMPDIR"
	tiny_channel channel
	tiny_site > site.yml
	patch 'p["python-3.12.4-0.conda"] = dict(p["python-3.11.9-0.conda"], version="3.12.4")'
}

environment() { # specs
	echo "channels: [./channel]"
	echo "dependencies:"
	printf '  - %s\n' "$@"
}

check() { # status, argument...
	local wanted=$1
	shift
	run --separate-stderr "$ADVISOR" check "$@"
	[ "$status" -eq "$wanted" ] || { echo "status $status"; echo "$output$stderr"; false; }
}

says() { # text; line ends of the layout do not count
	[[ $(tr -s ' \n' '  ' <<< "$output") == *"$1"* ]] || { echo "no '$1' in: $output"; false; }
}

@test "solvable, without a recipe, with its lockfile" {
	{ environment "python 3.11.*" zarr; printf '  - pip:\n    - foo==1.0\n'; } > env.yml
	mkdir -p out
	check 0 env.yml --lock-out out/conda.lock
	says "env.yml can be solved 4 packages, 3.9 KiB to download, Python 3.11.9"
	says "1 pip requirement is passed over: foo==1.0"
	grep -q '^@EXPLICIT$' out/conda.lock
	[ "$(grep -c '\.conda#' out/conda.lock)" -eq 4 ]
	cp out/conda.lock again.lock
	check 0 env.yml --lock-out -
	[ "$output" = "$(cat out/conda.lock)" ]
	# A lockfile is an environment, too: it holds, and is solved to itself.
	check 0 out/conda.lock --channel ./channel --lock-out again.lock
	cmp again.lock out/conda.lock
}

@test "every line that clashes, and none that does not" {
	environment "python 3.11.*" zarr "numpy >=2" xarray no-such-thing big > env.yml
	echo before > out.lock
	check 1 env.yml --lock-out out.lock
	says "env.yml can't be solved"
	says "line 3: python 3.11.* line 5: numpy >=2 numpy 2.1.0 needs python >=3.12; the file asks for python 3.11.*"
	says "line 7: no-such-thing no channel has no-such-thing"
	[[ $output != *xarray* && $output != *big* && $output != *"line 4"* ]]
	[ "$(cat out.lock)" = before ]
}

@test "a line that is no spec is named" {
	environment "python 3.11.*" "zarr >=1..2>" > env.yml
	check 3 env.yml
	[[ $stderr == *"env.yml: line 4: package spec 'zarr >=1..2>'"* ]]
}

@test "the recipe's channels, pins and machines hold" {
	printf 'dependencies: [numpy]\n' > env.yml
	check 2 env.yml
	[[ $stderr == *"give --channel"* ]]
	check 0 env.yml --site site.yml
	echo "pins: [numpy >=3]" >> site.yml
	check 1 env.yml --site site.yml
	says "line 1: numpy numpy 2.1.0 can't be; the recipe pins numpy >=3"
	check 3 missing.yml --site site.yml
}

@test "JSON: one document" {
	environment "python 3.11.*" "numpy >=2" > env.yml
	check 1 env.yml --json
	echo "$output" > verdict.json
	python3 -c '
import json
d = json.load(open("verdict.json"))
assert d["schema"] == "advisor.check/1" and d["solvable"] is False, d
assert [(s["line"], s["spec"]) for s in d["conflicts"][0]["specs"]] == [(3, "python 3.11.*"), (4, "numpy >=2")], d
assert d["conflicts"][0]["why"]["chain"]["links"][0]["spec"] == "python >=3.12", d
'
	check 2 env.yml --json --lock-out -
}

@test "several Pythons: a verdict and a lockfile each" {
	environment "numpy >=2" zarr > env.yml
	check 1 env.yml --python 3.11,3.12 --lock-out 'lock-{}.txt'
	says "env.yml can't be solved: Python 3.11 python 3.11.* line 3: numpy >=2"
	says "env.yml can be solved: Python 3.12"
	[ ! -e lock-py3.11.txt ]
	grep -q python-3.12.4 lock-py3.12.txt
	check 2 env.yml --python 3.11,3.12 --lock-out one.txt
	[[ $stderr == *"{}"* ]]
	check 1 env.yml --python 3.11,3.12 --json
	python3 -c 'import json, sys; d = json.loads(sys.argv[1]); assert [c["solvable"] for c in d["cells"]] == [False, True], d' "$output"
}
