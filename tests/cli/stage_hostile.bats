#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# conda-advisor stage as root in a folder that everybody can write to, with a neighbour who does.

load ../says.bash
load stage.bash

setup_file() {
	[ "$(id -u)" -eq 0 ] && command -v setpriv > /dev/null || return 0
	# what the neighbour reads and runs lies where it can go
	PLACE=$(mktemp -d "${TMPDIR:-/tmp}/advisor-stage.XXXXXX")
	export PLACE NODE="$PLACE/node"
	chmod 755 "$PLACE"
	stage_setup
	cp "$SRCDIR/tests/cli/stage_neighbour.py" "$PLACE/"
	for OTHERS_PYTHON in "$(command -v python3)" /usr/bin/python3; do
		as_other "$OTHERS_PYTHON" -c '' 2> /dev/null && break
		OTHERS_PYTHON=
	done
	export OTHERS_PYTHON
}

teardown_file() {
	[ -z "${PLACE-}" ] || rm -rf "$PLACE"
}

setup() {
	need_root
	cd "$BATS_TEST_TMPDIR"
	export SCRATCH="$PLACE/scratch" IMAGE="$NODE/tar.tar.zst"
	mkdir "$SCRATCH" "$PLACE/victim"
	chmod 1777 "$SCRATCH"
	echo precious > "$PLACE/victim/file"
	if can_mount; then IMAGE="$NODE/one.squashfs"; fi
}

teardown() {
	[ -z "${neighbour-}" ] || { kill "$neighbour" 2> /dev/null; wait "$neighbour" 2> /dev/null; } || true
	[ -z "${SCRATCH-}" ] || { unstage; rm -rf "$PLACE/victim" "$PLACE"/release*; }
}

plant_all_the_time() {
	[ -n "$OTHERS_PYTHON" ] || skip "others can't run python3 here"
	# a function in the background would be a shell of its own, and outlived by what it runs
	setpriv --reuid 65533 --regid 65533 --clear-groups -- \
		"$OTHERS_PYTHON" "$PLACE/stage_neighbour.py" "$SCRATCH" "$1" "$PLACE/victim" 3>&- &
	neighbour=$!
	for _ in $(seq 500); do [ -e "$SCRATCH/bait" ] && break; sleep 0.01; done
}

# The victim is as it was, and what is seen at the mount path is the image.
unharmed() {
	[ "$(ls -A "$PLACE/victim")" = file ]
	[ "$(cat "$PLACE/victim/file")" = precious ]
	[ "$(stat -c '%u %a' "$PLACE/victim")" = "0 755" ]
}

# staged by us, and the copy is in a folder that is ours alone
is_ours() {
	[ "$(cat "$NODE/env/lib/python3"*/site-packages/n.py)" = "N = 1" ]
	[ "$(stat -c '%u %a %F' "$SCRATCH/conda-advisor-0")" = "0 700 directory" ]
	[ -z "$(find "$SCRATCH/conda-advisor-0" ! -user 0)" ]
}

@test "what is planted under our name is moved aside, never followed, never trusted" {
	for plant in link folder file pipe open; do
		case $plant in
		link) as_other ln -s "$PLACE/victim" "$SCRATCH/conda-advisor-0" ;;
		folder)
			as_other mkdir "$SCRATCH/conda-advisor-0"
			as_other ln -s "$PLACE/victim/file" "$SCRATCH/conda-advisor-0/lock"
			;;
		file) as_other touch "$SCRATCH/conda-advisor-0" ;;
		pipe) as_other mkfifo "$SCRATCH/conda-advisor-0" ;;
		open) as_other mkdir -m 777 "$SCRATCH/conda-advisor-0" ;;
		esac
		run "$ADVISOR" stage "$IMAGE" --to "$SCRATCH" --job 1
		[ "$status" -eq 0 ] || { echo "$plant: $output"; false; }
		[[ $output == *"of user 65533 was moved aside"* ]]
		is_ours
		unharmed
		stage --release --job 1
		rm -rf "$SCRATCH"/conda-advisor-0*
	done
	# a folder of ours that was open to others may hold anything
	mkdir -m 777 "$SCRATCH/conda-advisor-0"
	run stage "$IMAGE"
	[ "$status" -eq 4 ]
	[[ $output == *"has mode 0777: others may have put things there"* ]]
}

@test "a neighbour who plants without a pause" {
	plant_all_the_time conda-advisor-0
	for _ in $(seq "${ROUNDS:-4}"); do
		stage "$IMAGE" --job 1 > /dev/null
		is_ours
		stage --release --job 1
		# the folder stays ours, so it is taken away for the next round
		rm -rf "$SCRATCH/conda-advisor-0"
	done
	kill "$neighbour"
	unharmed
}

@test "folders that others can change are not gone through" {
	chmod 777 "$SCRATCH"
	run stage "$IMAGE"
	[ "$status" -eq 4 ]
	[[ $output == *"'$SCRATCH' has mode 0777: others can replace what is in it"* ]]
	chmod 1777 "$SCRATCH"
	as_other mkdir "$SCRATCH/sub"
	for to in "$SCRATCH/sub" "$SCRATCH/sub/../sub"; do
		run "$ADVISOR" stage -q "$IMAGE" --to "$to"
		[ "$status" -eq 4 ]
		[[ $output == *"'$SCRATCH/sub' belongs to user 65533"* ]]
	done
	as_other ln -s "$PLACE/victim" "$SCRATCH/link"
	run "$ADVISOR" stage -q "$IMAGE" --to "$SCRATCH/link"
	[ "$status" -eq 4 ]
	[[ $output == *"is a link of user 65533, and not followed"* ]]
	ln -s loop "$SCRATCH/loop"
	run "$ADVISOR" stage -q "$IMAGE" --to "$SCRATCH/loop"
	[ "$status" -eq 3 ]
	unharmed
	# links of root are its own choice
	ln -s "$SCRATCH" "$PLACE/to"
	"$ADVISOR" stage -q "$IMAGE" --to "$PLACE/to/../to/." --job 1 > /dev/null
	is_ours
	rm "$PLACE/to"
}

@test "a name on the way that changes all the time" {
	plant_all_the_time sub
	for _ in $(seq "${ROUNDS:-4}"); do
		run "$ADVISOR" stage -q "$IMAGE" --to "$SCRATCH/sub"
		[ "$status" -eq 4 ] || [ "$status" -eq 3 ]
	done
	kill "$neighbour"
	unharmed
	[ ! -e "$NODE/env/bin" ]
}

@test "the mount path: planted folders and links are neither used nor followed" {
	mkdir -m 1777 "$PLACE/release"
	sed "s|$NODE/env|$PLACE/release/env|" "$BATS_FILE_TMPDIR/tar.yml" > m.yml
	"$ADVISOR" bundle build -q m.yml -o "$NODE/m.tar.zst" > /dev/null
	as_other mkdir "$PLACE/release/env"
	run stage "$NODE/m.tar.zst"
	[ "$status" -eq 4 ]
	[[ $output == *"is not to be trusted"* ]]
	rm -r "$PLACE/release/env"
	as_other ln -s "$PLACE/victim" "$PLACE/release/env"
	run stage "$NODE/m.tar.zst"
	[ "$status" -eq 4 ]
	rm "$PLACE/release/env"
	chmod 777 "$PLACE/release"
	run stage "$NODE/m.tar.zst"
	[ "$status" -eq 4 ]
	unharmed
}

@test "images and manifests where everybody can put them" {
	as_other cp "$IMAGE" "$IMAGE.manifest.json" "$SCRATCH/"
	name=$(basename "$IMAGE")
	run stage "$SCRATCH/$name"
	[ "$status" -eq 4 ]
	[[ $output == *"(of user 65533, mode"*"is not to be trusted"* ]]
	chown 0 "$SCRATCH/$name"
	run stage "$SCRATCH/$name"
	[ "$status" -eq 4 ]
	[[ $output == *"$name.manifest.json' (of user 65533"* ]]
	as_other ln -s "$IMAGE" "$SCRATCH/planted"
	run stage "$SCRATCH/planted"
	[ "$status" -eq 4 ]
	as_other mkdir "$SCRATCH/release"
	as_other cp "$IMAGE" "$IMAGE.manifest.json" "$SCRATCH/release/"
	run stage "$SCRATCH/release"
	[ "$status" -eq 4 ]
	[[ $output == *"belongs to user 65533"* ]]
	# what staff publish need not be root's
	mkdir "$PLACE/release"
	cp "$IMAGE" "$IMAGE.manifest.json" "$PLACE/release/"
	chown -R 65533 "$PLACE/release"
	stage "$PLACE/release" --job 1 > /dev/null
	is_ours
	chmod 666 "$PLACE/release/$name"
	stage --release --all
	run stage "$PLACE/release"
	[ "$status" -eq 4 ]
}

@test "a release that is swapped all the time: the old pair or the new" {
	for n in one two; do
		mkdir "$PLACE/release-$n"
		for image in "$NODE/$n".*; do cp "$image" "$PLACE/release-$n/"; done
		[ -e "$NODE/$n.squashfs" ] || skip "built without squashfs"
	done
	ln -s release-one "$PLACE/release"
	python3 - "$PLACE" 3>&- <<-'SWAP' &
	import os, sys, time
	os.chdir(sys.argv[1])
	parent, end = os.getppid(), time.monotonic() + 600
	while os.getppid() == parent and time.monotonic() < end:
	    for name in ("two", "one"):
	        os.symlink("release-" + name, "release.new")
	        os.replace("release.new", "release")
	SWAP
	neighbour=$!
	for _ in $(seq "${ROUNDS:-4}"); do
		stage "$PLACE/release" --job 1 --json > out.json
		python3 - "$PLACE" "$NODE" <<-'CHECK'
		import hashlib, json, sys
		place, node = sys.argv[1:]
		out = json.load(open("out.json"))
		image = open(f"{place}/release-{out['name']}/{out['name']}.squashfs", "rb").read()
		assert hashlib.sha256(image).hexdigest() == out["digest"]
		assert json.load(open(node + "/env/conda-meta/advisor/manifest.json"))["name"] == out["name"]
		CHECK
		stage --release --job 1
	done
	kill "$neighbour"
}

@test "the neighbour can't enter, move, link or hold what is ours" {
	stage "$IMAGE" --job 1 > /dev/null
	refute as_other ls "$SCRATCH/conda-advisor-0" 2> /dev/null
	refute as_other mv "$SCRATCH/conda-advisor-0" "$SCRATCH/away" 2> /dev/null
	refute as_other flock -n "$SCRATCH/conda-advisor-0/lock" true 2> /dev/null
	as_other cat "$NODE/env/share/empty"
	refute as_other touch "$NODE/env/x" 2> /dev/null
	as_other "$ADVISOR" stage --status --to "$SCRATCH" | grep -q "nothing is staged" || true
	is_ours
	# what a neighbour stages is of no use to root, and the other way round
	as_other mkdir "$SCRATCH/conda-advisor-65533"
	as_other ln -s "$PLACE/victim" "$SCRATCH/conda-advisor-65533/lock"
	stage --release --job 1
	unharmed
}

@test "no image makes the extraction leave its tree" {
	python3 - "$NODE/tar.tar.zst" <<-'MAKE'
	import hashlib, io, json, subprocess, sys, tarfile
	def pack(name, members):
	    data = io.BytesIO()
	    with tarfile.open(fileobj=data, mode="w", format=tarfile.GNU_FORMAT) as tar:
	        for path, kind, link in members:
	            member = tarfile.TarInfo(path)
	            member.type, member.linkname = kind, link
	            tar.addfile(member)
	    packed = subprocess.run(["zstd", "-qc"], input=data.getvalue(), stdout=subprocess.PIPE, check=True).stdout
	    open(name, "wb").write(packed)
	    manifest = json.load(open(sys.argv[1] + ".manifest.json"))
	    manifest["image"] = {"bytes": len(packed), "sha256": hashlib.sha256(packed).hexdigest()}
	    json.dump(manifest, open(name + ".manifest.json", "w"))
	D, F, L, H, C = tarfile.DIRTYPE, tarfile.REGTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE
	victim = __import__("os").environ["PLACE"] + "/victim"
	pack("link.tar.zst", [("out", L, victim), ("out/evil", F, "")])
	pack("dots.tar.zst", [("../evil", F, "")])
	pack("hard.tar.zst", [("hard", H, "/etc/passwd")])
	pack("device.tar.zst", [("null", C, "")])
	pack("twice.tar.zst", [("a", L, victim + "/file"), ("a", F, "")])
	pack("nofolder.tar.zst", [("a/b", F, "")])
	MAKE
	for image in *.tar.zst; do
		run stage "$PWD/$image"
		[ "$status" -ge 3 ] || { echo "$image: $status $output"; false; }
		[ "$(ls "$SCRATCH"/conda-advisor-0)" = lock ]
	done
	unharmed
}
