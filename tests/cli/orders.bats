#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# The order of what has none changes nothing; nor does the machine that the program runs on.

load ../says.bash
load tiny.bash

setup_file() {
	export XDG_CACHE_HOME=$BATS_FILE_TMPDIR/cache
}

setup() {
	command -v python3 > /dev/null || skip "no python3"
	cd "$BATS_TEST_TMPDIR"
}

# Checks the environment of a seed in a folder that is always of the same name.
solved() { # seed, file for what is said, file for the lockfile
	rm -rf world
	python3 "$SRCDIR/tests/cli/orders.py" world "$1"
	cd world
	run "$ADVISOR" check environment.yml --channel ./first --channel ./second --json \
		--lock-out "$3"
	echo "$output"
	[ "$status" -eq 0 ]
	cd ..
	# what the files are is told by their digests
	sed -E 's/"(sha256|fingerprint)": *"[0-9a-f]{64}"/"digest"/' <<< "$output" > "$2"
}

@test "records, fields, sections and lines in any order: the same solution, the same lockfile" {
	solved 0 "$PWD/first.json" "$PWD/first.lock"
	[ "$(grep -c '\.conda\|\.tar\.bz2' first.lock)" -gt 10 ]
	grep -q '/first/' first.lock
	for seed in 1 2 3 4 5 6; do
		solved $seed "$PWD/other.json" "$PWD/other.lock"
		diff first.lock other.lock
		diff first.json other.json
	done
}

@test "without priorities, too" {
	solved 0 "$PWD/first.json" "$PWD/first.lock"
	cp first.lock strict.lock
	for priority in flexible disabled; do
		rm -f first.lock
		for seed in 0 1 2 3; do
			rm -rf world
			python3 "$SRCDIR/tests/cli/orders.py" world $seed
			cd world
			printf '%s\n' 'name: x' 'places: [{class: base, prefix: /b}]' \
				"channel_priority: $priority" \
				'channels: [./first, ./second]' > site.yml
			"$ADVISOR" check environment.yml --site site.yml -q --lock-out "$PWD/lock"
			cd ..
			[ -e first.lock ] || cp world/lock first.lock
			diff first.lock world/lock
		done
	done
	# of disabled priorities now: they must matter at all
	refute cmp -s strict.lock first.lock
}

@test "virtual packages are the recipe's, whatever this machine and its environment say" {
	mkdir -p channel/linux-64 channel/noarch
	{
		echo '{"packages": {}, "packages.conda": {'
		record gpu 1.0 "__cuda >=12"; echo ,
		record new 1.0 "__glibc >=2.90"; echo ,
		record old 1.0 "__glibc >=2.17,<2.29" "__cuda <12"
		echo '}}'
	} > channel/linux-64/repodata.json
	echo '{"packages": {}}' > channel/noarch/repodata.json
	printf '%s\n' 'name: x' 'places: [{class: base, prefix: /b}]' 'channels: [./channel]' \
		"virtual_packages: {__glibc: '2.28', __cuda: '11.4'}" > site.yml
	printf 'dependencies: [old]\n' > old.yml
	printf 'dependencies: [gpu]\n' > gpu.yml
	printf 'dependencies: [new]\n' > new.yml
	export CONDA_OVERRIDE_CUDA=12.9 CONDA_OVERRIDE_GLIBC=2.99 CONDA_OVERRIDE_LINUX=9 \
		CONDA_OVERRIDE_ARCHSPEC=z16 CONDA_SUBDIR=osx-64 CONDA_CHANNEL_PRIORITY=disabled \
		CONDA_CHANNELS=nosuch
	run "$ADVISOR" check old.yml --site site.yml
	echo "$output"
	[ "$status" -eq 0 ]
	run "$ADVISOR" check gpu.yml --site site.yml
	echo "$output"
	[ "$status" -eq 1 ]
	[[ $output == *"__cuda >=12"* && $output == *11.4* ]]
	run "$ADVISOR" check new.yml --site site.yml
	echo "$output"
	[ "$status" -eq 1 ]
	[[ $output == *"__glibc >=2.90"* && $output == *2.28* ]]
}
