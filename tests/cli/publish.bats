#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# conda-advisor bundle publish and rollback: a link that always points to a whole release.

load stage.bash

setup_file() {
	stage_setup
	build three "$NODE/env" tar.zst
	build four "$NODE/env" tar.zst
	build five "$NODE/env" tar.zst
}

setup() {
	cd "$BATS_TEST_TMPDIR"
	umask 022
}

publish() {
	"$ADVISOR" bundle publish -q "$NODE/$1.tar.zst" --to releases "${@:2}"
}

rollback() {
	"$ADVISOR" bundle rollback -q --to releases "$@"
}

# The name of the release that a link points to, without its digest.
now() {
	readlink "releases/${1-current}" | sed 's/-[0-9a-f]*$//'
}

@test "published, readable for all, and back again" {
	(umask 077; publish tar)
	[ "$(now)" = tar ]
	[ "$(stat -c %a releases releases/current/ releases/current/tar.tar.zst | tr '\n' ' ')" = "755 755 644 " ]
	touch "$NODE/three.tar.zst.sig"
	run publish three
	[ "$status" -eq 0 ]
	[[ $output == "releases/current is three-"*", and was tar-"* ]]
	[ "$(ls releases/current/)" = "$(printf 'three.tar.zst\nthree.tar.zst.manifest.json\nthree.tar.zst.sig')" ]
	publish four
	"$ADVISOR" bundle verify -q releases/current/four.tar.zst
	rollback
	[ "$(now)" = three ]
	rollback
	[ "$(now)" = tar ]
	run rollback
	[ "$status" -eq 1 ]
	[[ $output == *"there is no release before 'tar-"* ]]
	[ "$(now)" = tar ]
	# what was given up is not what one goes back to
	publish five
	rollback
	[ "$(now)" = tar ]
	publish five
	[ "$(now)" = five ]
	[ -z "$(find releases -name '*.part' -o -name '.*.new')" ]
}

@test "old releases go, but for those that a link needs" {
	publish tar --as stable
	for name in tar three four; do publish $name --keep 2; done
	[ "$(ls -d releases/*-* | wc -l)" -eq 3 ]
	publish five --keep 1
	[ "$(ls releases | sed 's/-[0-9a-f]*$//' | tr '\n' ' ')" = "current five four stable tar " ]
	rollback
	[ "$(now)" = four ]
	run rollback
	# three is gone, tar is still there for stable
	[ "$(now)" = tar ]
	[ "$(now stable)" = tar ]
}

@test "what does not hold is not published, and not gone back to" {
	publish tar
	cp "$NODE"/three.tar.zst* .
	printf x >> three.tar.zst
	run "$ADVISOR" bundle publish three.tar.zst --to releases
	[ "$status" -eq 1 ]
	[ "$(now)" = tar ]
	publish three
	: > releases/tar-*/tar.tar.zst
	run rollback
	[ "$status" -eq 3 ] || [ "$status" -eq 1 ]
	[ "$(now)" = three ]
	run publish tar
	[ "$status" -ne 0 ]
	[ "$(now)" = three ]
	rm releases/current
	mkdir releases/current
	run publish three
	[ "$status" -eq 4 ]
	[[ $output == *"is no link to a release"* ]]
	run publish three --as ../x
	[ "$status" -eq 2 ]
	run "$ADVISOR" bundle publish "$NODE/three.tar.zst"
	[ "$status" -eq 2 ]
	run "$ADVISOR" bundle rollback extra --to releases
	[ "$status" -eq 2 ]
}

@test "killed at any moment: the link points to a whole release" {
	publish tar
	python3 - "$ADVISOR" "$NODE" "${KILLS:-6}" <<-'CHECK'
	import glob, os, random, subprocess, sys, time
	advisor, node, kills = sys.argv[1], sys.argv[2], int(sys.argv[3])
	names = ["tar", "three", "four"]
	def call(name):
	    return [advisor, "bundle", "publish", "-q", f"{node}/{name}.tar.zst", "--to", "releases"]
	begun = time.monotonic()
	subprocess.run(call("three"), check=True, stdout=subprocess.DEVNULL)
	length = time.monotonic() - begun
	for turn in range(kills):
	    for old in glob.glob("releases/four-*"):
	        if os.path.basename(old) != os.readlink("releases/current"):
	            subprocess.run(["rm", "-r", old], check=True)
	    child = subprocess.Popen(call(names[turn % 3]), stdout=subprocess.DEVNULL)
	    time.sleep(random.random() * length)
	    child.kill()
	    child.wait()
	    image = glob.glob("releases/current/*.zst")
	    assert len(image) == 1, image
	    subprocess.run([advisor, "bundle", "verify", "-q", image[0]], check=True, stdout=subprocess.DEVNULL)
	subprocess.run(call("four"), check=True, stdout=subprocess.DEVNULL)
	assert not glob.glob("releases/.four*.part")
	CHECK
	[ "$(now)" = four ]
}
