#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# conda-advisor bundle from outside: images equal what a plain installer makes, and bad ones are told.

bats_require_minimum_version 1.5.0
load ../says.bash
MOUNT=/opt/centre/env

setup_file() {
	export PYTHONDONTWRITEBYTECODE=1
	export PACKAGES="$BATS_FILE_TMPDIR/packages"
	python3 "$SRCDIR/tests/bundle/packages.py" "$PACKAGES"
	recipe "$MOUNT" "$PACKAGES"/good/* > "$BATS_FILE_TMPDIR/good.yml"
	"$ADVISOR" bundle build -q "$BATS_FILE_TMPDIR/good.yml" -o "$BATS_FILE_TMPDIR/good.tar.zst"
	if has_squashfs; then
		"$ADVISOR" bundle build -q "$BATS_FILE_TMPDIR/good.yml" -o "$BATS_FILE_TMPDIR/good.squashfs"
	fi
}

setup() {
	cd "$BATS_TEST_TMPDIR"
}

recipe() {
	printf 'schema: advisor.bundle/1\nname: test\nmount: "%s"\npackages:\n' "$1"
	shift
	printf -- '- "%s"\n' "$@"
}

has_squashfs() {
	grep -q '^#define HAVE_SQUASHFS 1' "$BUILDDIR/config.h"
}

need_squashfs() {
	has_squashfs || skip "built without squashfs"
	command -v unsquashfs > /dev/null || skip "no unsquashfs"
}

# Unpacks an image to ./tree.
unpack() {
	rm -rf tree
	case $1 in
	*.squashfs) unsquashfs -q -n -d tree "$1" > /dev/null ;;
	*.tar.gz) mkdir tree && tar -xpzf "$1" -C tree ;;
	*) mkdir tree && zstd -qdc "$1" | tar -xp -C tree ;;
	esac
}

same_as_installed() {
	unpack "$1"
	python3 "$SRCDIR/tests/bundle/installer.py" "$2" tree "$PACKAGES"/good/*
}

@test "a tar.zst equals what a plain installer makes, and holds" {
	same_as_installed "$BATS_FILE_TMPDIR/good.tar.zst" "$MOUNT"
	"$ADVISOR" bundle verify "$BATS_FILE_TMPDIR/good.tar.zst"
}

@test "a squashfs equals what a plain installer makes, and holds" {
	need_squashfs
	same_as_installed "$BATS_FILE_TMPDIR/good.squashfs" "$MOUNT"
	"$ADVISOR" bundle verify "$BATS_FILE_TMPDIR/good.squashfs"
}

@test "every rule of installing, on packages made for it, in either format" {
	python3 "$SRCDIR/tests/bundle/rules.py" rules
	count=0
	for folder in rules/*; do
		recipe "$(cat "$folder/mount")" "$PWD/$folder"/*-* > rule.yml
		for format in tar.zst squashfs; do
			[ $format = tar.zst ] || has_squashfs && command -v unsquashfs > /dev/null || continue
			"$ADVISOR" bundle build -q rule.yml -o "rule.$format" 2> said || { cat said; false; }
			unpack "rule.$format"
			python3 "$SRCDIR/tests/bundle/installer.py" "$(cat "$folder/mount")" tree "$folder"/*-* > said ||
				{ echo "$folder, $format"; cat said; false; }
			"$ADVISOR" bundle verify -q "rule.$format"
		done
		count=$((count + 1))
	done
	[ "$count" -ge 16 ]
}

@test "the plain installer notices what is installed wrongly" {
	unpack "$BATS_FILE_TMPDIR/good.tar.zst"
	changes=("echo x >> tree/share/pure.txt" "chmod 700 tree/bin/one" "rm tree/bin/pure" "touch tree/more"
		"ln -sfn two tree/bin/python" "mkdir tree/empty"
		"sed -i s/linux-64/linux-32/ tree/conda-meta/first-1.0-0.json"
		"sed -i 's/sha256_in_prefix\": \"./&0/' tree/conda-meta/first-1.0-0.json"
		"rm tree/conda-meta/frozen" "sed -i /::first/d tree/conda-meta/history")
	for change in "${changes[@]}"; do
		rm -rf kept && cp -a tree kept
		bash -c "$change"
		run python3 "$SRCDIR/tests/bundle/installer.py" "$MOUNT" tree "$PACKAGES"/good/*
		[ "$status" -eq 1 ] || { echo "$change: $status $output"; false; }
		rm -rf tree && mv kept tree
	done
	python3 "$SRCDIR/tests/bundle/installer.py" "$MOUNT" tree "$PACKAGES"/good/*
}

@test "a tar.gz, and a mount path too long for a shebang" {
	long=/$(printf 'p%.0s' {1..130})
	recipe "$long" "$PACKAGES"/good/* > long.yml
	"$ADVISOR" bundle build -q long.yml -o long.tar.gz
	same_as_installed long.tar.gz "$long"
	"$ADVISOR" bundle verify long.tar.gz
	grep -q "^'''exec' \"$long/bin/python" tree/bin/pure
}

@test "every codec of squashfs holds" {
	need_squashfs
	for codec in gzip lz4 xz; do
		"$ADVISOR" bundle build -q "$BATS_FILE_TMPDIR/good.yml" -o $codec.squashfs --codec $codec --block-size 64K
		"$ADVISOR" bundle verify -q $codec.squashfs
		unsquashfs -s $codec.squashfs | grep -q "Compression $codec"
	done
}

@test "threads, clock, locale, umask and place do not change a byte" {
	for image in good.tar.zst good.squashfs; do
		[ -e "$BATS_FILE_TMPDIR/$image" ] || continue
		for threads in 1 2 8; do
			(umask 077; cd / && TZ=Asia/Tokyo LC_ALL=C "$ADVISOR" bundle build -q \
				"$BATS_FILE_TMPDIR/good.yml" -o "$BATS_TEST_TMPDIR/$threads-$image" --threads $threads)
			cmp "$threads-$image" "$BATS_FILE_TMPDIR/$image"
		done
		SOURCE_DATE_EPOCH=1000000000 "$ADVISOR" bundle build -q "$BATS_FILE_TMPDIR/good.yml" -o "epoch-$image"
		refute cmp -s "epoch-$image" "$BATS_FILE_TMPDIR/$image"
		"$ADVISOR" bundle verify "epoch-$image"
	done
}

@test "another folder in another order, another time of the packages, another user: the same bytes" {
	local as=()
	mkdir one other
	cp "$PACKAGES"/good/* one/
	ls "$PACKAGES"/good | tac | while read -r name; do cp "$PACKAGES/good/$name" other/; done
	touch -d 2001-02-03 other/*
	recipe "$MOUNT" $(cd "$PACKAGES/good" && ls) | tee one/recipe.yml > other/recipe.yml
	if [ "$(id -u)" -eq 0 ] && command -v setpriv > /dev/null; then
		chown -R 65533:65533 other
		chmod 755 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" "$BATS_TEST_TMPDIR"
		as=(setpriv --reuid 65533 --regid 65533 --clear-groups --)
	fi
	for format in tar.zst tar.gz squashfs; do
		[ $format != squashfs ] || has_squashfs || continue
		"$ADVISOR" bundle build -q one/recipe.yml -o "one/image.$format" --threads 1
		(cd other && env HOME=/nonexistent LC_ALL=POSIX LANG=xx_YY TZ=Pacific/Apia "${as[@]}" "$ADVISOR" \
			bundle build -q recipe.yml -o "image.$format" --threads 8)
		cmp "one/image.$format" "other/image.$format"
		cmp "one/image.$format.manifest.json" "other/image.$format.manifest.json"
	done
}

@test "the manifest and the output tell what was decided" {
	run --separate-stderr "$ADVISOR" bundle build "$BATS_FILE_TMPDIR/good.yml" -o a.tar.zst
	[ "$status" -eq 0 ]
	[[ $output == *"link scripts not run: 1"* && $output == *"several packages have: 2"* ]]
	[[ $stderr == *"'bin/.first-post-link.sh' is not run"* ]]
	[[ $stderr == *"'share/other' of package 'second' replaces that of 'first'"* ]]
	[[ $stderr == *"points out of the image"* ]]
	python3 - <<-'CHECK'
	import hashlib, json
	manifest = json.load(open("a.tar.zst.manifest.json"))
	data = open("a.tar.zst", "rb").read()
	assert len(manifest["image"].pop("xxh3")) == 32
	assert manifest["image"] == {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
	assert [c["path"] for c in manifest["clobbers"]] == ["share/other", "share/place"], manifest["clobbers"]
	assert manifest["counts"]["pyc_missing"] == 1 and manifest["counts"]["packages"] == 6
	CHECK
	"$ADVISOR" bundle list a.tar.zst | grep -q '^libold '
	"$ADVISOR" bundle list --json a.tar.zst > list.json
	rm a.tar.zst.manifest.json
	"$ADVISOR" bundle list --json a.tar.zst > inner.json
	python3 - <<-'CHECK'
	import json
	inner, outer = json.load(open("inner.json")), json.load(open("list.json"))
	assert inner["packages"] == outer["packages"] and len(inner["packages"]) == 6
	CHECK
}

@test "hostile packages are refused, and nothing is left" {
	count=0
	for package in "$PACKAGES"/hostile/*; do
		recipe "$MOUNT" "$package" > bad.yml
		run "$ADVISOR" bundle build bad.yml -o bad.tar.zst
		[ "$status" -eq 3 ] || { echo "$package: $status $output"; false; }
		[[ $output == *conda-advisor:* ]]
		[ -z "$(find . -name 'bad.tar*')" ]
		count=$((count + 1))
	done
	[ "$count" -eq 44 ]
	[ ! -e /tmp/evil ]
}

@test "a wrong digest names package, expectation and finding" {
	good=$(echo "$PACKAGES"/good/first-*)
	printf 'schema: advisor.bundle/1\nmount: /m\npackages:\n- path: "%s"\n  sha256: %064d\n' "$good" 0 > bad.yml
	run "$ADVISOR" bundle build bad.yml -o bad.tar.zst
	[ "$status" -eq 3 ]
	[[ $output == *first-1.0-0.conda* && $output == *$(sha256sum < "$good" | cut -c1-64)* && $output == *00000000* ]]
	[ -z "$(find . -name 'bad.tar*')" ]
}

@test "lockfiles and URLs with secrets: the digest is held, the secret is not written" {
	mkdir -p "channel/t/secret/linux-64"
	cp "$PACKAGES"/good/first-* channel/t/secret/linux-64/
	printf '@EXPLICIT\nfile://%s/channel/t/secret/linux-64/first-1.0-0.conda#%s\n' "$PWD" \
		"$(md5sum < channel/t/secret/linux-64/first-1.0-0.conda | cut -c1-32)" > lock
	printf 'schema: advisor.bundle/1\nmount: /m\nlockfile: lock\n' > lock.yml
	"$ADVISOR" bundle build -q lock.yml -o a.tar.zst
	unpack a.tar.zst
	refute grep -rq secret tree a.tar.zst.manifest.json
	sed -i 's/#.*/#00000000000000000000000000000000/' lock
	run "$ADVISOR" bundle build lock.yml -o b.tar.zst
	[ "$status" -eq 3 ]
}

@test "a lockfile of any kind that names URLs gives the same image" {
	mkdir -p channel/noarch
	cp "$PACKAGES"/good/first-* channel/noarch/
	url=file://$PWD/channel/noarch/first-1.0-0.conda
	md5=$(md5sum < channel/noarch/first-1.0-0.conda | cut -c1-32)
	printf '@EXPLICIT\n%s#%s\n' "$url" "$md5" > explicit
	cat > pixi.lock <<-END
	version: 6
	environments:
	  small: {packages: {linux-64: [{conda: '$url'}, {pypi: ./x}], osx-64: []}}
	packages: [{conda: '$url', md5: $md5}, {pypi: ./x, name: x}]
	END
	cat > conda-lock <<-END
	version: 1
	package: [{name: first, version: '1.0', manager: conda, platform: linux-64, url: '$url', hash: {md5: $md5}}]
	END
	# the image names its recipe, so that must be one
	printf 'schema: advisor.bundle/1\nname: x\nmount: /m\nplatform: linux-64\nlockfile: "lock#small"\n' > lock.yml
	for kind in explicit pixi.lock conda-lock; do
		cp "$kind" lock
		run "$ADVISOR" bundle build lock.yml -o "$kind.tar.zst"
		[ "$status" -eq 0 ] || { echo "$kind: $output"; false; }
		cmp explicit.tar.zst "$kind.tar.zst"
	done
	printf 'dependencies: [first]\n' > env.yml
	printf 'schema: advisor.bundle/1\nmount: /m\nlockfile: env.yml\n' > lock.yml
	run "$ADVISOR" bundle build lock.yml -o b.tar.zst
	[ "$status" -eq 3 ]
	[[ $output == *"names no package files; a lockfile with URLs is needed"* ]]
	printf 'schema: advisor.bundle/1\nmount: /m\nlockfile: pixi.lock#small\n' > lock.yml
	run "$ADVISOR" bundle build lock.yml -o b.tar.zst
	[ "$status" -eq 3 ]
	[[ $output == *"it is for several platforms, say which: linux-64, osx-64"* ]]
}

@test "verify notices a flipped byte, a changed manifest, and what is no image" {
	for image in good.tar.zst good.squashfs; do
		[ -e "$BATS_FILE_TMPDIR/$image" ] || continue
		cp "$BATS_FILE_TMPDIR/$image" "$BATS_FILE_TMPDIR/$image.manifest.json" .
		printf '\x55' | dd of=$image bs=1 seek=600 conv=notrunc status=none
		run "$ADVISOR" bundle verify $image
		[ "$status" -eq 1 ] || { echo "$image: $status $output"; false; }
		cp "$BATS_FILE_TMPDIR/$image" .
		sed -i 's/"license": "MIT"/"license": "GPL"/' $image.manifest.json
		run "$ADVISOR" bundle verify $image
		[ "$status" -eq 1 ]
		[[ $output == *"described otherwise"* ]]
		sed 's/"mode": "0755"/"mode": "0700"/' "$BATS_FILE_TMPDIR/$image.manifest.json" > $image.manifest.json
		run "$ADVISOR" bundle verify $image
		[ "$status" -eq 1 ]
		[[ $output == *"has mode 0755"* ]]
		rm $image.manifest.json
		run "$ADVISOR" bundle verify $image
		[ "$status" -eq 3 ]
	done
	echo nothing > no.squashfs
	run "$ADVISOR" bundle verify no.squashfs
	[ "$status" -eq 3 ]
	run "$ADVISOR" bundle verify absent
	[ "$status" -eq 3 ]
}

@test "verify notices a stale .pyc, a missing file and one too many" {
	cp "$BATS_FILE_TMPDIR/good.tar.zst" a.tar.zst
	unpack a.tar.zst
	python3 - "$BATS_FILE_TMPDIR/good.tar.zst.manifest.json" <<-'CHANGE'
	import glob, hashlib, json, os, subprocess, sys, tarfile
	manifest = json.load(open(sys.argv[1]))
	pyc = glob.glob("tree/lib/*/site-packages/__pycache__/m.*.pyc")[0]
	data = bytearray(open(pyc, "rb").read())
	data[4] = 0
	open(pyc, "wb").write(data)
	os.unlink("tree/share/pure.txt")
	open("tree/share/more", "w").close()
	with tarfile.open("a.tar", "w", format=tarfile.GNU_FORMAT) as tar:
	    def root(member):
	        member.uid = member.gid = member.mtime = 0
	        return member
	    for name in sorted(os.listdir("tree")):
	        tar.add("tree/" + name, name, filter=root)
	subprocess.run(["zstd", "-qf", "a.tar", "-o", "a.tar.zst"], check=True)
	for file in manifest["files"]:
	    if file["path"] == pyc[5:]:
	        file["sha256"] = hashlib.sha256(data).hexdigest()
	manifest["image"] = {"sha256": hashlib.sha256(open("a.tar.zst", "rb").read()).hexdigest()}
	json.dump(manifest, open("a.tar.zst.manifest.json", "w"))
	CHANGE
	run "$ADVISOR" bundle verify a.tar.zst
	[ "$status" -eq 1 ]
	[[ $output == *".pyc' is stale"* ]]
	[[ $output == *"'share/pure.txt' is missing"* ]]
	[[ $output == *"'share/more' is not in the manifest"* ]]
	[[ $output == *"does not hold: "*" problems"* ]]
}

@test "verify reads a manifest of any size within the image" {
	printf 'schema: advisor.bundle/1\nname: x\nmount: /m\npackages: ["%s"]\n' "$PACKAGES"/good/first-* > x.yml
	"$ADVISOR" bundle build -q x.yml -o a.tar.zst > /dev/null 2>&1
	python3 - <<-'CHANGE'
	import hashlib, io, json, subprocess, tarfile
	inner = "conda-meta/advisor/manifest.json"
	manifest = json.load(open("a.tar.zst.manifest.json"))
	plain = subprocess.run(["zstd", "-qdc", "a.tar.zst"], stdout=subprocess.PIPE, check=True).stdout
	out = io.BytesIO()
	with tarfile.open(fileobj=io.BytesIO(plain)) as old, tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as new:
	    for member in old:
	        data = old.extractfile(member).read() if member.isfile() else b""
	        if member.name == inner:
	            document = json.loads(data)
	            document["more"] = manifest["more"] = "x" * (65 << 20)
	            data = json.dumps(document, indent=1, sort_keys=True).encode()
	            member.size = len(data)
	            row = next(row for row in manifest["files"] if row["path"] == inner)
	            manifest["counts"]["bytes"] += len(data) - row["size"]
	            row["size"], row["sha256"] = len(data), hashlib.sha256(data).hexdigest()
	        new.addfile(member, io.BytesIO(data))
	image = subprocess.run(["zstd", "-qc1"], input=out.getvalue(), stdout=subprocess.PIPE, check=True).stdout
	manifest["image"] = {"bytes": len(image), "sha256": hashlib.sha256(image).hexdigest()}
	open("a.tar.zst", "wb").write(image)
	text = json.dumps(manifest, indent=1, sort_keys=True)
	open("a.tar.zst.manifest.json", "w").write(text)
	open("other.json", "w").write(text.replace('"more": "xx', '"more": "xy'))
	CHANGE
	"$ADVISOR" bundle verify a.tar.zst
	mv other.json a.tar.zst.manifest.json
	run "$ADVISOR" bundle verify a.tar.zst
	[ "$status" -eq 1 ]
	[[ $output == *"'more' is described otherwise within the image"* ]]
}

@test "a full disk is status 4, and the old image stays" {
	head -c 3000000 /dev/urandom > noise
	python3 - <<-'MAKE'
	import os, sys
	sys.path.insert(0, os.environ["SRCDIR"] + "/tests/bundle")
	import packages
	packages.package(".", "noise", {"share/noise": packages.Entry(open("noise", "rb").read())})
	MAKE
	recipe /m noise-1.0-0.conda > noise.yml
	for format in tar.zst squashfs; do
		[ $format = tar.zst ] || has_squashfs || continue
		echo old > image
		# libsquashfs does not free the blocks that were in flight when a write failed
		run env ASAN_OPTIONS=detect_leaks=0 bash -c "ulimit -f 500; exec '$ADVISOR' bundle build noise.yml -o image --format $format"
		[ "$status" -eq 4 ] || { echo "$format: $status $output"; false; }
		[[ $output == *"can't write"* ]]
		[ "$(cat image)" = old ]
		[ -z "$(find . -name 'image.*')" ]
	done
}

@test "mistakes on the command line are status 2" {
	for wrong in "build good.yml" "make x" "build $BATS_FILE_TMPDIR/good.yml -o a --format zip" \
		"build $BATS_FILE_TMPDIR/good.yml -o a --mount relative" \
		"build $BATS_FILE_TMPDIR/good.yml -o a --mount /a/../b" \
		"build $BATS_FILE_TMPDIR/good.yml -o -"; do
		run "$ADVISOR" bundle $wrong
		[ "$status" -eq 2 ] || { echo "$wrong: $status $output"; false; }
	done
	SOURCE_DATE_EPOCH=soon run "$ADVISOR" bundle build "$BATS_FILE_TMPDIR/good.yml" -o a
	[ "$status" -eq 2 ]
	[ -z "$(ls)" ]
}

@test "a mistake in a recipe is told with its line" {
	printf 'schema: advisor.bundle/1\nmount: /m\npackage: []\n' > bad.yml
	run "$ADVISOR" bundle build bad.yml -o a
	[ "$status" -eq 3 ]
	[[ $output == *"line 3"* && $output == *packages* ]]
}

@test "how two images differ, beside what their manifests say" {
	good=$BATS_FILE_TMPDIR/good.tar.zst
	run "$ADVISOR" bundle diff "$good" "$good"
	[ "$status" -eq 0 ]
	[[ $output == *"Files, links and folders (0)"* && $output != *Packages* ]]
	python3 - "$good.manifest.json" <<-'CHANGE'
	import json, sys
	manifest = json.load(open(sys.argv[1]))
	manifest["packages"] = [p for p in manifest["packages"] if p["name"] != "pure"]
	for package in manifest["packages"]:
	    if package["name"] == "first":
	        package["version"] = "2.0"
	gone = [f for f in manifest["files"] if "pure" in f["path"]]
	manifest["files"] = [f for f in manifest["files"] if f not in gone]
	manifest["files"][3] = dict(manifest["files"][3], mode="0600", sha256="0" * 64, size=1)
	manifest["files"].append({"path": "zz/new", "mode": "0644", "size": 1, "sha256": "1" * 64})
	manifest["folders"].append("zz")
	json.dump(manifest, open("b.tar.zst.manifest.json", "w"))
	json.dump({"gone": [f["path"] for f in gone], "changed": manifest["files"][3]["path"]}, open("truth", "w"))
	CHANGE
	cp "$good" b.tar.zst
	run "$ADVISOR" bundle diff "$good" b.tar.zst
	[ "$status" -eq 1 ]
	[[ $output == *"first"*"changed"*"1.0 0"*"2.0 0"* && $output == *"pure"*"removed"* ]]
	"$ADVISOR" bundle diff --json "$good" b.tar.zst > ab.json || [ $? -eq 1 ]
	"$ADVISOR" bundle diff --json b.tar.zst "$good" > ba.json || [ $? -eq 1 ]
	python3 - <<-'CHECK'
	import json
	truth, ab, ba = (json.load(open(name)) for name in ("truth", "ab.json", "ba.json"))
	def rows(document, key, name):
	    return sorted((row[name], row["change"]) for row in document[key])
	files = [(path, "removed") for path in truth["gone"]]
	files += [(truth["changed"], "changed"), ("zz", "added"), ("zz/new", "added")]
	assert rows(ab, "files", "path") == sorted(files), ab["files"]
	assert rows(ab, "packages", "name") == [("first", "changed"), ("pure", "removed")]
	other = {"added": "removed", "removed": "added", "changed": "changed"}
	for key, name in (("files", "path"), ("packages", "name")):
	    assert rows(ba, key, name) == sorted((n, other[c]) for n, c in rows(ab, key, name))
	CHECK
	rm b.tar.zst.manifest.json
	run "$ADVISOR" bundle diff "$good" b.tar.zst
	[ "$status" -eq 0 ]
	[[ $output == *"Files are not compared"* ]]
	run "$ADVISOR" bundle diff "$good"
	[ "$status" -eq 2 ]
}
