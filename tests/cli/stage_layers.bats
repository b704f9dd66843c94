#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# Layers on a node: over their base where that may be, beside it where it may not.

load ../says.bash
load stage.bash

setup_file() {
	bats_require_minimum_version 1.5.0
	export NODE="$BATS_FILE_TMPDIR/node" P="$BATS_FILE_TMPDIR/packages"
	mkdir -p "$NODE"
	python3 "$SRCDIR/tests/bundle/layered.py" "$P"
	images squashfs "$NODE"
}

# images FORMAT FOLDER: a base, layers on it, and a base that is another
images() {
	if [ "$1" = squashfs ] && ! grep -q '^#define HAVE_SQUASHFS 1' "$BUILDDIR/config.h"; then
		return
	fi
	recipe base "$NODE/env" "$P"/base/* > "$BATS_FILE_TMPDIR/base.yml"
	"$ADVISOR" bundle build -q "$BATS_FILE_TMPDIR/base.yml" -o "$2/base.$1" > /dev/null
	recipe other "$NODE/env" "$P"/base/* "$P"/layer/same-* > "$BATS_FILE_TMPDIR/other.yml"
	"$ADVISOR" bundle build -q "$BATS_FILE_TMPDIR/other.yml" -o "$2/other.$1" > /dev/null
	layer climate "$2" "$1" "$P"/layer/climate-*
	layer data "$2" "$1" "$P"/layer/data-*
	layer bound "$2" "$1" "$P"/special/prefixed-*
}

recipe() {
	printf 'schema: advisor.bundle/1\nname: %s\nmount: "%s"\npackages:\n' "$1" "$2"
	shift 2
	printf -- '- "%s"\n' "$@"
}

# layer NAME FOLDER FORMAT PACKAGE...
layer() {
	recipe "$1" "$NODE/$1" "${@:4}" > "$BATS_FILE_TMPDIR/$1.yml"
	"$ADVISOR" bundle build -q "$BATS_FILE_TMPDIR/$1.yml" --base "$2/base.$3" -o "$2/$1.$3" > /dev/null
}

setup() {
	cd "$BATS_TEST_TMPDIR"
	export SCRATCH="$BATS_TEST_TMPDIR/scratch"
	mkdir "$SCRATCH"
	chmod 1777 "$SCRATCH"
	unset SLURM_JOB_ID PBS_JOBID LSB_JOBID FLUX_JOB_ID COBALT_JOBID PYTHONPATH PYTHONHOME
}

teardown() {
	for at in env climate data bound; do
		while grep -q " $NODE/$at " /proc/self/mountinfo; do umount -l "$NODE/$at" || break; done
		rm -rf "${NODE:?}/$at"
	done
	rm -rf "$SCRATCH" ${PLACE:+"$PLACE"}
}

# The kernel joins what it can't in some containers.
need_overlay() {
	need_mount
	grep -qw overlay /proc/filesystems || skip "no overlayfs"
}

kinds() {
	awk -v at="$1" '$5 == at { for (i = 7; i <= NF; i++) if ($i == "-") print $(i + 1) }' /proc/self/mountinfo | paste -sd ' '
}

# Runs the layer's program and module in the environment that stage printed to ./env
runs() {
	(. ./env && [ "$(climate)" = "climate 1" ] &&
		[ "$(python -c 'import climate, sys; print(sys.prefix)')" = "$NODE/env" ])
}

@test "a layer over its base: one tree, found again, released in any order" {
	need_overlay
	stage "$NODE/base.squashfs" "$NODE/climate.squashfs" --job 1 > env
	refute grep -q PYTHONPATH env
	grep -qx "export CONDA_PREFIX='$NODE/env'" env
	runs
	[ "$(kinds "$NODE/env")" = "squashfs overlay" ]
	grep -q " $NODE/env ro,nosuid,nodev.* - overlay " /proc/self/mountinfo
	[ "$(stage "$NODE/base.squashfs" "$NODE/climate.squashfs" --job 2)" = "$(cat env)" ]
	# whoever wants base alone has it: what is over it takes nothing away
	stage "$NODE/base.squashfs" --job 3 | grep -qx "export CONDA_DEFAULT_ENV='base'"
	[ "$(kinds "$NODE/env")" = "squashfs overlay" ]
	[ "$(kinds "$NODE/climate")" = squashfs ]
	[ "$(status_of 'sorted((i["name"], i["way"] or "", i["users"]) for i in images)')" = \
		"[('base', '', ['job-1', 'job-2', 'job-3']), ('climate', 'overlay', ['job-1', 'job-2'])]" ]
	stage --release --job 3
	stage --release --job 1
	runs
	stage --release --job 2
	[ -z "$(kinds "$NODE/env")$(kinds "$NODE/climate")" ]
	[ "$(ls "$SCRATCH"/conda-advisor-*)" = lock ]
}

@test "base stays as long as a layer is on it" {
	need_overlay
	stage "$NODE/base.squashfs" --job 1 > /dev/null
	stage "$NODE/climate.squashfs" --job 2 > env
	runs
	stage --release "$NODE/base.squashfs" --job 1
	runs
	run "$ADVISOR" stage "$NODE/other.squashfs" --to "$SCRATCH" --job 3
	[ "$status" -eq 4 ]
	[[ $output == *"staged at '$NODE/env' for job-2"* ]]
	stage --release "$NODE/climate.squashfs" --job 2
	[ -z "$(kinds "$NODE/env")$(kinds "$NODE/climate")" ]
	[ "$(ls "$SCRATCH"/conda-advisor-*)" = lock ]
}

@test "another image in their place, when nobody uses them" {
	need_overlay
	stage "$NODE/base.squashfs" "$NODE/climate.squashfs" --job 1 > /dev/null
	rm "$SCRATCH"/conda-advisor-*/*.user-*
	stage "$NODE/other.squashfs" --job 2 > /dev/null
	[ "$(kinds "$NODE/env")" = squashfs ]
	[ "$(status_of '[i["name"] for i in images if i["state"] == "mounted" and i["users"]]')" = "['other']" ]
	stage --release --all
}

@test "beside its base, where no overlay may be" {
	need_mount
	PYTHONPATH=/a:/b stage "$NODE/base.squashfs" "$NODE/climate.squashfs" --job 1 --no-overlay 2> told > env
	grep -qE "^export PYTHONPATH='$NODE/climate/lib/python[0-9.]+/site-packages:/a:/b'$" env
	grep -qF "export PATH='$NODE/climate/bin:$NODE/env/bin'" env
	[ "$(kinds "$NODE/env")" = squashfs ]
	runs
	PYTHONPATH=$(sed -n "s/^export PYTHONPATH='\(.*\)'/\1/p" env) \
		stage "$NODE/base.squashfs" "$NODE/climate.squashfs" --job 1 --no-overlay | cmp - env
	stage "$NODE/climate.squashfs" --job 1 --json > json
	python3 -c 'import json, sys; d = json.load(open("json")); assert d["layer"] == sys.argv[1] and "PYTHONPATH" in d["set"]' "$NODE/climate"
	stage --release --job 1
	[ -z "$(kinds "$NODE/env")$(kinds "$NODE/climate")" ]
}

@test "two layers: the second beside, as far as it works there" {
	need_overlay
	stage "$NODE/base.squashfs" "$NODE/data.squashfs" --job 1 > /dev/null
	run --separate-stderr "$ADVISOR" stage "$NODE/climate.squashfs" --to "$SCRATCH" --job 1
	[ "$status" -eq 0 ]
	[[ $stderr == *"another layer is over '$NODE/env' already"* ]]
	echo "$output" > env
	runs
	run "$ADVISOR" stage "$NODE/bound.squashfs" --to "$SCRATCH" --job 1
	[ "$status" -eq 4 ]
	[[ $output == *"without one layer '$NODE/bound.squashfs' does not work"* ]]
	[ -z "$(kinds "$NODE/bound")" ]
	stage --release --job 1
	[ "$(ls "$SCRATCH"/conda-advisor-*)" = lock ]
}

@test "another base, and none, are refused" {
	need_mount
	run "$ADVISOR" stage "$NODE/climate.squashfs" --to "$SCRATCH"
	[ "$status" -eq 4 ]
	[[ $output == *"there is no environment at '$NODE/env'"* ]]
	run "$ADVISOR" stage "$NODE/other.squashfs" "$NODE/climate.squashfs" --to "$SCRATCH" --job 1
	[ "$status" -eq 3 ]
	[[ $output == *"was built on 'base' ("*"there is another base ("* ]]
	[ -z "$(kinds "$NODE/climate")" ]
	stage --release --job 1
}

@test "an installed base, and what a killed call left" {
	need_overlay
	unsquashfs -q -n -d "$NODE/env" "$NODE/base.squashfs" > /dev/null
	stage "$NODE/climate.squashfs" --job 1 > env
	[ "$(kinds "$NODE/env")" = overlay ]
	runs
	# as if killed before the marker, and with the marker of before
	rm "$SCRATCH"/conda-advisor-*/*.json
	stage "$NODE/climate.squashfs" --job 1 | cmp - env
	[ "$(kinds "$NODE/env")" = overlay ]
	umount "$NODE/env"
	stage "$NODE/climate.squashfs" --job 1 | cmp - env
	[ "$(kinds "$NODE/env")" = overlay ]
	stage --release --job 1
	[ -z "$(kinds "$NODE/env")$(kinds "$NODE/climate")" ]
	[ -e "$NODE/env/bin/python" ]
}

@test "many at once make one overlay" {
	need_overlay
	for i in $(seq 16); do
		stage "$NODE/base.squashfs" "$NODE/climate.squashfs" --job $i > env.$i &
	done
	wait
	for i in $(seq 2 16); do cmp env.1 env.$i; done
	[ "$(kinds "$NODE/env")" = "squashfs overlay" ]
	[ "$(kinds "$NODE/climate")" = squashfs ]
	for i in $(seq 16); do stage --release --job $i 2> /dev/null; done
	[ -z "$(kinds "$NODE/env")$(kinds "$NODE/climate")" ]
}

@test "a user without rights has both as trees, and the layer by PYTHONPATH" {
	need_root
	# where others can go
	PLACE=$(mktemp -d "${TMPDIR:-/tmp}/advisor-layers.XXXXXX")
	chmod 755 "$PLACE"
	cp "$ADVISOR" "$PLACE/advisor"
	mkdir -p "$PLACE/own/scratch"
	NODE="$PLACE/own" images tar.zst "$PLACE/own"
	chown -R 65533 "$PLACE/own"
	as_other "$PLACE/advisor" --version > /dev/null || skip "others can't run the program here"
	(cd / && as_other "$PLACE/advisor" stage -q "$PLACE/own/base.tar.zst" "$PLACE/own/climate.tar.zst" \
		--to "$PLACE/own/scratch" --job 1) > env
	grep -q "^export PYTHONPATH='$PLACE/own/climate/lib/python" env
	grep -q "^export PATH='$PLACE/own/climate/bin:$PLACE/own/env/bin'" env
	[ -L "$PLACE/own/env" ] && [ -e "$PLACE/own/climate/bin/climate" ]
	(cd / && as_other "$PLACE/advisor" stage -q "$PLACE/own/climate.tar.zst" --to "$PLACE/own/scratch" --job 1) | cmp - env
	(cd / && as_other "$PLACE/advisor" stage -q --release --to "$PLACE/own/scratch" --job 1)
	[ ! -e "$PLACE/own/climate" ]
	[ ! -e "$PLACE/own/env" ]
}
