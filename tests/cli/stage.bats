#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# conda-advisor stage from outside: one copy and one mount, whoever calls, whatever was before.

load ../says.bash
load stage.bash

setup_file() {
	stage_setup
}

setup() {
	cd "$BATS_TEST_TMPDIR"
	export SCRATCH="$BATS_TEST_TMPDIR/scratch"
	mkdir "$SCRATCH"
	chmod 1777 "$SCRATCH"
	unset SLURM_JOB_ID PBS_JOBID LSB_JOBID FLUX_JOB_ID COBALT_JOBID
}

teardown() {
	unstage
}

# by METHOD IMAGE: staged by that method, found again, released without a trace
by() {
	run --separate-stderr stage "$NODE/$2" --method "$1" --job 1
	[ "$status" -eq 0 ] || { echo "$stderr"; false; }
	[[ $output == *"export CONDA_PREFIX='$NODE/env'"* && $output == *"export PATH='$NODE/env/bin'"* ]]
	[ "$(status_of '[(i["method"], i["users"]) for i in images]')" = "[('$1', ['job-1'])]" ]
	[ -L "$NODE/env/bin/python" ]
	[ "$(cat "$NODE/env/lib/python3"*/site-packages/n.py)" = "N = 1" ]
	[ "$(stat -Lc %a "$NODE/env/share/private")" = "$(stat -Lc %a "$NODE/env/share/private")" ]
	before=$(stat -c %i "$SCRATCH"/conda-advisor-*/*.json)
	[ "$(stage "$NODE/$2" --job 2)" = "$output" ]
	[ "$(stat -c %i "$SCRATCH"/conda-advisor-*/*.json)" = "$before" ]
	run --separate-stderr "$ADVISOR" stage --release --to "$SCRATCH" --job 1
	[ "$status" -eq 0 ]
	[[ $stderr == *"1 image in use by others stays"* ]]
	[ -e "$NODE/env/bin" ]
	stage --release --job 2
	[ "$(mounts)" -eq 0 ]
	[ ! -e "$NODE/env/bin" ]
	[ "$(ls "$SCRATCH"/conda-advisor-*)" = lock ]
}

@test "staged by the kernel, read-only and without rights" {
	need_mount
	by kernel one.squashfs
	stage one.squashfs 2> /dev/null || true
	stage "$NODE/one.squashfs" > /dev/null
	grep " $NODE/env ro,nosuid,nodev" /proc/self/mountinfo
	refute touch "$NODE/env/x"
}

@test "staged by squashfuse_ll" {
	need_squashfs
	command -v squashfuse_ll > /dev/null && [ -w /dev/fuse ] || skip "needs squashfuse_ll and /dev/fuse"
	by fuse one.squashfs
}

@test "staged by extraction" {
	need_squashfs
	by extract one.squashfs
}

@test "a packed tar is extracted" {
	by extract tar.tar.zst
}

@test "what is printed works in every shell that is here" {
	stage "$NODE/tar.tar.zst" --job 1 > sh.txt
	stage "$NODE/tar.tar.zst" --job 1 --shell csh > csh.txt
	stage "$NODE/tar.tar.zst" --job 1 --shell fish > fish.txt
	stage "$NODE/tar.tar.zst" --job 1 --shell slurm > slurm.txt
	stage "$NODE/tar.tar.zst" --job 1 --json > json.txt
	wanted="$NODE/env|1|$NODE/env/bin:$PATH"
	[ "$(PYTHONHOME=/x sh -euc '. ./sh.txt; echo "$CONDA_PREFIX|$PYTHONNOUSERSITE|$PATH${PYTHONHOME-}"')" = "$wanted" ]
	[ "$(env -i /bin/sh -euc '. ./sh.txt; echo "$PATH"')" = "$NODE/env/bin:$(env -i /bin/sh -c 'echo "$PATH"')" ]
	if command -v csh > /dev/null; then
		[ "$(csh -fc 'eval "`cat csh.txt`"; echo "$CONDA_PREFIX|$PYTHONNOUSERSITE|$PATH"')" = "$wanted" ]
	fi
	if command -v fish > /dev/null; then
		[ "$(fish -c 'cat fish.txt | source; echo "$CONDA_PREFIX|$PYTHONNOUSERSITE|"(string join : $PATH)')" = "$wanted" ]
	fi
	grep -qx "export PATH=$NODE/env/bin:$PATH" slurm.txt
	grep -qx "unset PYTHONHOME" slurm.txt
	refute grep -q "'" slurm.txt
	python3 -c "import json; d = json.load(open('json.txt')); assert d['set']['CONDA_PREFIX'] == d['mount'] == '$NODE/env'"
	run stage "$NODE/tar.tar.zst" --shell tcsh
	[ "$status" -eq 2 ]
}

@test "the scheduler's job, a session, and who is gone" {
	SLURM_JOB_ID=77 stage "$NODE/tar.tar.zst" > /dev/null
	PBS_JOBID='5[3].host' stage "$NODE/tar.tar.zst" > /dev/null
	command -v setsid > /dev/null || skip "no setsid"
	setsid -w sh -c '"$ADVISOR" stage -q --to "$SCRATCH" "$NODE/tar.tar.zst" > /dev/null; "$ADVISOR" stage --status --json --to "$SCRATCH"' |
		grep -q '"session-'
	[ "$(status_of 'images[0]["users"]')" = "['job-5[3].host', 'job-77']" ]
	SLURM_JOB_ID=77 stage --release
	run stage --release --job '../x'
	[ "$status" -eq 2 ]
	[ -e "$NODE/env/bin" ]
	stage --release "$NODE/tar.tar.zst" --job '5[3].host'
	[ ! -e "$NODE/env/bin" ]
}

@test "an image goes where it was built for" {
	run stage "$NODE/tar.tar.zst" --mount "$NODE/other"
	[ "$status" -eq 2 ]
	[[ $output == *"was built for '$NODE/env' and works there alone"* ]]
	stage "$NODE/tar.tar.zst" --mount "$NODE/env" > /dev/null
}

@test "a folder with one image, a link to it, and what is no image" {
	mkdir release
	ln "$NODE"/tar.tar.zst* release/ || cp "$NODE"/tar.tar.zst* release/
	ln -s release current
	stage current --job 1 > /dev/null
	stage current/ --job 2 > /dev/null
	(cd release && stage . --job 3 > /dev/null)
	ln -s release/tar.tar.zst link
	stage link --job 4 > /dev/null
	[ "$(status_of 'len(images), len(images[0]["users"])')" = "1 4" ]
	stage --release --all
	cp "$NODE"/two.squashfs* release/ 2> /dev/null || cp release/tar.tar.zst.manifest.json release/x.manifest.json
	run stage current
	[ "$status" -eq 3 ]
	[[ $output == *"more than one image"* ]]
	mkdir empty
	for bad in empty absent "$NODE" release/none; do
		run stage "$bad"
		[ "$status" -eq 3 ] || { echo "$bad: $status $output"; false; }
	done
	cp "$NODE/tar.tar.zst" alone.tar.zst
	run stage alone.tar.zst
	[ "$status" -eq 3 ]
	[[ $output == *"needs its manifest beside it"* ]]
	run stage "$NODE/tar.tar.zst" --method squashfuse
	[ "$status" -eq 2 ]
	[[ $output == *"squashfuse is not used"* ]]
}

@test "an image that is not what its manifest says leaves nothing" {
	cp "$NODE"/tar.tar.zst* .
	printf x >> tar.tar.zst
	run stage tar.tar.zst
	[ "$status" -eq 3 ]
	[[ $output == *"has more than the"* ]]
	head -c "$(stat -c %s "$NODE/tar.tar.zst")" /dev/zero > tar.tar.zst
	run stage tar.tar.zst
	[ "$status" -eq 3 ]
	[[ $output == *"has XXH3"* ]]
	run stage tar.tar.zst --sha256
	[ "$status" -eq 3 ]
	[[ $output == *"has SHA-256"* ]]
	# a manifest of older make
	python3 - <<-'OLD'
	import json
	manifest = json.load(open("tar.tar.zst.manifest.json"))
	del manifest["image"]["xxh3"]
	json.dump(manifest, open("tar.tar.zst.manifest.json", "w"))
	OLD
	run stage tar.tar.zst
	[ "$status" -eq 3 ]
	[[ $output == *"has SHA-256"* ]]
	truncate -s 100 tar.tar.zst
	run stage tar.tar.zst
	[ "$status" -eq 3 ]
	[[ $output == *"has less than the"* ]]
	echo '{}' > tar.tar.zst.manifest.json
	run stage tar.tar.zst
	[ "$status" -eq 3 ]
	[ "$(ls "$SCRATCH"/conda-advisor-*)" = lock ]
}

@test "a newer image takes the place of one that nobody uses, and of no other" {
	need_squashfs
	stage "$NODE/one.squashfs" --job 1 > /dev/null
	run stage "$NODE/two.squashfs" --job 2
	[ "$status" -eq 4 ]
	[[ $output == *"is staged at '$NODE/env' for job-1"* ]]
	[ "$(status_of '[i["name"] for i in images]')" = "['one']" ]
	rm "$SCRATCH"/conda-advisor-*/*.user-*
	stage "$NODE/two.squashfs" --job 2 > /dev/null
	[ "$(status_of '[i["name"] for i in images]')" = "['two']" ]
	if can_mount; then [ "$(mounts)" -eq 1 ]; fi
}

@test "kept copies wait for the next job; what changed is looked at again" {
	need_mount
	stage "$NODE/one.squashfs" --job 1 > /dev/null
	stage --release --keep --job 1
	[ "$(mounts)" -eq 0 ]
	[ "$(status_of '[i["state"] for i in images]')" = "['copied']" ]
	image=$(echo "$SCRATCH"/conda-advisor-0/*.image)
	before=$(stat -c %i "$image")
	stage "$NODE/one.squashfs" --job 2 > /dev/null
	[ "$(stat -c %i "$image")" = "$before" ]
	stage --release --keep --job 2
	# a byte that fell over
	chmod 600 "$image"
	printf '\x55' | dd of="$image" bs=1 seek=600 conv=notrunc status=none
	stage "$NODE/one.squashfs" --job 3 > /dev/null
	cmp "$image" "$NODE/one.squashfs"
}

@test "a mount that is busy stays, unless by force; a dead one is made anew" {
	need_mount
	stage "$NODE/one.squashfs" --job 1 > /dev/null
	exec 7< "$NODE/env/share/big"
	run stage --release --job 1
	[ "$status" -eq 1 ]
	[ "$(mounts)" -eq 1 ]
	stage --release --job 1 --force
	[ "$(mounts)" -eq 0 ]
	exec 7<&-
	command -v squashfuse_ll > /dev/null && [ -w /dev/fuse ] || skip "no squashfuse_ll"
	stage "$NODE/one.squashfs" --job 1 --method fuse > /dev/null
	pid=$(pgrep -f "squashfuse_ll .*$NODE/env\$")
	kill -9 "$pid"
	for _ in $(seq 50); do stat "$NODE/env/bin" > /dev/null 2>&1 || break; sleep 0.02; done
	[ "$(status_of 'images[0]["state"]')" = dead ]
	stage "$NODE/one.squashfs" --job 2 > /dev/null
	[ "$(status_of 'images[0]["state"]')" = mounted ]
	[ "$(mounts)" -eq 1 ]
	[ -e "$NODE/env/bin" ]
}

@test "a scratch folder that was cleaned under a mount" {
	need_mount
	stage "$NODE/one.squashfs" --job 1 > /dev/null
	rm "$SCRATCH"/conda-advisor-0/*
	stage "$NODE/one.squashfs" --job 1 > /dev/null
	[ "$(mounts)" -eq 1 ]
	[ "$(status_of '[(i["state"], i["users"]) for i in images]')" = "[('mounted', ['job-1'])]" ]
	rm -r "$SCRATCH"/conda-advisor-0
	stage "$NODE/one.squashfs" --job 1 > /dev/null
	[ "$(mounts)" -eq 1 ]
	rm "$SCRATCH"/conda-advisor-0/*
	stage --release --job 1
	[ "$(mounts)" -eq 0 ]
}

@test "what stands at the mount path and is not ours stays" {
	mkdir "$NODE/env"
	echo mine > "$NODE/env/file"
	run stage "$NODE/tar.tar.zst"
	[ "$status" -eq 4 ]
	[[ $output == *"is not empty"* ]]
	[ "$(cat "$NODE/env/file")" = mine ]
	rm -r "$NODE/env"
	mkdir elsewhere
	ln -s "$PWD/elsewhere" "$NODE/env"
	run stage "$NODE/tar.tar.zst"
	[ "$status" -eq 4 ]
	[ -z "$(ls elsewhere)" ]
	rm "$NODE/env"
	can_mount || skip "may not mount"
	mkdir "$NODE/env"
	mount -t tmpfs tmpfs "$NODE/env"
	run stage "$NODE/tar.tar.zst"
	[ "$status" -eq 4 ]
	[[ $output == *"is a mount of another's (tmpfs of 'tmpfs')"* ]]
}

@test "many at once: one copy, one mount" {
	need_squashfs
	for i in $(seq "${CALLERS:-24}"); do
		stage "$NODE/one.squashfs" --job "$((i % 3))" > "out.$i" 2> "err.$i" &
	done
	wait
	[ -z "$(cat err.*)" ] || { cat err.*; false; }
	[ "$(sort -u out.* | wc -l)" -eq "$(wc -l < out.1)" ]
	[ "$(cat out.* | grep -c CONDA_PREFIX)" -eq "${CALLERS:-24}" ]
	[ "$(status_of '[i["users"] for i in images]')" = "[['job-0', 'job-1', 'job-2']]" ]
	if can_mount; then [ "$(mounts)" -eq 1 ]; fi
}

@test "killed at random moments: the next call repairs it" {
	kills=${KILLS:-4}
	python3 "$SRCDIR/tests/cli/stage_kill.py" "$ADVISOR" "$NODE/tar.tar.zst" "$SCRATCH" "$NODE/env" extract "$kills"
	need_squashfs
	if can_mount; then
		python3 "$SRCDIR/tests/cli/stage_kill.py" "$ADVISOR" "$NODE/one.squashfs" "$SCRATCH" "$NODE/env" kernel "$kills"
	fi
	if command -v squashfuse_ll > /dev/null && [ -w /dev/fuse ]; then
		python3 "$SRCDIR/tests/cli/stage_kill.py" "$ADVISOR" "$NODE/one.squashfs" "$SCRATCH" "$NODE/env" fuse "$kills"
	fi
}

@test "no room: said before, and where it is found out too late nothing is left" {
	can_mount || skip "may not mount"
	mkdir small
	mount -t tmpfs -o size=64k,mode=1777 tmpfs small
	cp "$NODE/one.squashfs" big.squashfs
	truncate -s 1M big.squashfs
	python3 - "$NODE/one.squashfs.manifest.json" <<-'MAKE'
	import hashlib, json, sys
	manifest = json.load(open(sys.argv[1]))
	image = open("big.squashfs", "rb").read()
	manifest["image"] = {"bytes": len(image), "sha256": hashlib.sha256(image).hexdigest()}
	json.dump(manifest, open("big.squashfs.manifest.json", "w"))
	MAKE
	run "$ADVISOR" stage big.squashfs --to small
	[ "$status" -eq 4 ]
	[[ $output == *"KiB free, and 1.0 MiB are needed"* ]]
	[ "$(ls small/conda-advisor-0)" = lock ]
	# a limit on the size of files is a disk that fills up meanwhile
	(ulimit -f 64; run stage big.squashfs; [ "$status" -eq 4 ]; [[ $output == *"can't write the copy"* ]])
	[ "$(ls "$SCRATCH/conda-advisor-0")" = lock ]
	# a kept copy goes when another needs its room
	stage() { "$ADVISOR" stage -q --to small "$@"; }
	stage "$NODE/one.squashfs" --job 1 > /dev/null
	stage --release --keep --job 1
	head -c 40K /dev/zero > small/ballast
	stage "$NODE/two.squashfs" --job 1 > /dev/null
	[ "$(ls small/conda-advisor-0/*.image | wc -l)" -eq 1 ]
	stage --release --job 1
	umount small
}

@test "the job's limit of memory counts for /dev/shm" {
	group=/sys/fs/cgroup/memory/advisor-$$
	can_mount && mkdir "$group" 2> /dev/null || skip "needs a cgroup of its own for memory"
	mkdir shm
	mount -t tmpfs -o mode=1777 tmpfs shm
	truncate -s 64M big.squashfs
	python3 - "$NODE/one.squashfs.manifest.json" <<-'MAKE'
	import json, sys
	manifest = json.load(open(sys.argv[1]))
	manifest["image"] = {"bytes": 64 << 20, "sha256": "0" * 64}
	json.dump(manifest, open("big.squashfs.manifest.json", "w"))
	MAKE
	echo $((32 << 20)) > "$group/memory.limit_in_bytes"
	run sh -c 'echo $$ > "$0/cgroup.procs"; exec "$ADVISOR" stage big.squashfs --to shm' "$group"
	rmdir "$group" || { sleep 0.2; rmdir "$group"; }
	umount shm
	echo "$output"
	[ "$status" -eq 4 ]
	[[ $output == *"shm' is memory: 64.0 MiB are needed, and $group leaves "* ]]
}

@test "Ctrl-C while it waits, and while it copies" {
	stage "$NODE/tar.tar.zst" --job 1 > /dev/null
	stage --release --job 1
	exec 8< "$(echo "$SCRATCH"/conda-advisor-*/lock)"
	flock 8
	python3 - <<-'CALL'
	import os, signal, subprocess, time
	call = [os.environ["ADVISOR"], "stage", "-q", os.environ["NODE"] + "/tar.tar.zst", "--to", os.environ["SCRATCH"]]
	waiting = subprocess.Popen(call)
	time.sleep(0.3)
	assert waiting.poll() is None
	waiting.send_signal(signal.SIGINT)
	assert waiting.wait(10) == 130
	short = subprocess.run(call + ["--wait", "1"], stderr=subprocess.PIPE)
	assert short.returncode == 4 and b"has held" in short.stderr, short
	CALL
	flock -u 8
	truncate -s 3G slow.squashfs
	python3 - "$NODE/tar.tar.zst.manifest.json" <<-'CALL'
	import json, os, signal, subprocess, sys, time
	manifest = json.load(open(sys.argv[1]))
	manifest["image"] = {"bytes": 3 << 30, "sha256": "0" * 64}
	json.dump(manifest, open("slow.squashfs.manifest.json", "w"))
	call = subprocess.Popen([os.environ["ADVISOR"], "stage", "-q", "slow.squashfs", "--to", os.environ["SCRATCH"]])
	folder = f"{os.environ['SCRATCH']}/conda-advisor-{os.getuid()}"
	while not any(name.endswith(".part") for name in os.listdir(folder)):
	    assert call.poll() is None
	    time.sleep(0.005)
	call.send_signal(signal.SIGINT)
	assert call.wait(20) == 130
	assert os.listdir(folder) == ["lock"]
	CALL
}
