#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# bundle build --relocatable: an image that runs wherever it is, and tells what still names its path.

load ../says.bash
load stage.bash

MOUNT=/opt/anywhere/env

setup_file() {
	bats_require_minimum_version 1.5.0
	export PYTHONDONTWRITEBYTECODE=1 NODE="$BATS_FILE_TMPDIR/node"
	mkdir "$NODE"
	cd "$BATS_FILE_TMPDIR"
	python3 "$SRCDIR/tests/bundle/anywhere.py" packages
	recipe "packages/good/*" > recipe.yml
	for image in bound.tar.zst any.tar.zst any.squashfs; do
		[ "$image" != any.squashfs ] || grep -q '^#define HAVE_SQUASHFS 1' "$BUILDDIR/config.h" || continue
		[ "$image" = bound.tar.zst ] && how= || how=--relocatable
		"$ADVISOR" bundle build --level 1 -q $how recipe.yml -o "$NODE/$image" > "said-$image"
	done
	mkdir "a tree"
	zstd -qdc "$NODE/any.tar.zst" | tar -xp -C "a tree"
	export TREE="$BATS_FILE_TMPDIR/a tree"
}

setup() {
	cd "$BATS_TEST_TMPDIR"
	export SCRATCH="$BATS_TEST_TMPDIR/scratch"
	mkdir "$SCRATCH"
	unset SLURM_JOB_ID PBS_JOBID LSB_JOBID FLUX_JOB_ID COBALT_JOBID
}

teardown() {
	"$ADVISOR" stage -q --release --all --to "$SCRATCH" || true
	[ ! -e "$BATS_FILE_TMPDIR/place" ] || { cd /; rm -rf "$(cat "$BATS_FILE_TMPDIR/place")" "$BATS_FILE_TMPDIR/place"; }
}

# recipe PATTERN...
recipe() {
	printf 'schema: advisor.bundle/1\nname: anywhere\nmount: %s\nspecs: [tell, things]\npackages:\n' $MOUNT
	printf -- '- "%s"\n' $1
}

@test "scripts run from anywhere, by their names, through links, with options and blanks" {
	ln -s "$TREE/bin/plain" "a link"
	ln -s "a link" another
	[ "$("$TREE/bin/tell" a 'b  c' '$d')" = "['a', 'b  c', '\$d'] $TREE" ]
	for script in "$TREE/bin/plain" "$TREE/bin/options" "$TREE/bin/linked" "$TREE/libexec/deep/tool" ./another; do
		[ "$("$script" "x y")" = "True ['x y'] $TREE" ] || { echo "$script: $("$script" x)"; false; }
	done
	[ "$(cd "$TREE/libexec/deep" && ./tool)" = "True [] $TREE" ]
	[ "$(PATH="$TREE/bin:$PATH" tell)" = "[] $TREE" ]
	[ "$(PATH="$TREE/bin:$PATH" shell)" = shell ]
	# for Python itself it is a script, too
	[ "$("$TREE/bin/python" "$TREE/bin/plain" z)" = "True ['z'] $TREE" ]
	# what it started by is no path that Python keeps
	refute grep -rq "/\.\./" <("$TREE/bin/linked" 2>&1)
}

@test "sources of Python ask Python where it is" {
	env -i PYTHONDONTWRITEBYTECODE=1 "$TREE/bin/python" -s -c 'import sys, things, tell.names; assert tell.names.HOME == sys.prefix + "/share"'
}

@test "what is built and linked with it finds it where it is" {
	run env -i PYTHONDONTWRITEBYTECODE=1 "$TREE/bin/python" -s -c 'import _sysconfigdata_anywhere as s; print(s.build_time_vars)'
	[ "$output" = "{'LIBDIR': '$TREE/lib', 'COUNT': 3, 'BINDIR': '$TREE/bin'}" ]
	grep -qx 'prefix=${pcfiledir}/../..' "$TREE/lib/pkgconfig/x.pc"
	grep -qx 'Libs: -L${pcfiledir}/../../lib -lx' "$TREE/lib/pkgconfig/x.pc"
	python3 - "$NODE/any.tar.zst.manifest.json" <<-'CHECK'
	import json, sys
	files = {row["path"]: row for row in json.load(open(sys.argv[1]))["files"]}
	assert files["lib/libx.so"]["elf"]["rpath"] == "$ORIGIN/../lib:/usr/lib", files["lib/libx.so"]
	assert files["lib/deep/liby.so"]["elf"]["runpath"] == "$ORIGIN/../../lib"
	CHECK
}

@test "the manifest lists what names the mount path, and nothing else does" {
	python3 "$SRCDIR/tests/bundle/anywhere.py" --check "$TREE" "$NODE/any.tar.zst.manifest.json" $MOUNT
	count=$(grep -c '"kind": "\(binary\|compiled\|script\|text\)"' "$NODE/any.tar.zst.manifest.json")
	grep -q "name the mount path, wherever the image is: $count, listed" "$BATS_FILE_TMPDIR/said-any.tar.zst"
	for image in any.tar.zst any.squashfs bound.tar.zst; do
		[ -e "$NODE/$image" ] || continue
		"$ADVISOR" bundle verify -q "$NODE/$image"
	done
	grep -q '"relocatable": true' "$NODE/any.tar.zst.manifest.json"
	grep -q '"relocatable": false' "$NODE/bound.tar.zst.manifest.json"
	grep -q '"kind": "script"' "$NODE/bound.tar.zst.manifest.json"
}

@test "a recipe may ask for it, and the same bytes come out" {
	sed 's/^name:/relocatable: true\nname:/; s,"packages/,"'"$BATS_FILE_TMPDIR"'/packages/,' "$BATS_FILE_TMPDIR/recipe.yml" > recipe.yml
	"$ADVISOR" bundle build --level 1 -q recipe.yml -o a.tar.zst --threads 1 > /dev/null
	mkdir tree
	zstd -qdc a.tar.zst | tar -xp -C tree
	# the copy of the manifest names its recipe
	diff -rq "$TREE" tree | grep -v manifest.json > differ || true
	[ ! -s differ ]
	printf 'relocatable: perhaps\n' >> recipe.yml
	run "$ADVISOR" bundle build recipe.yml -o b.tar.zst
	[ "$status" -eq 3 ]
}

@test "verify holds what is said of it" {
	cp "$NODE/any.tar.zst" .
	changes=('files["bin/naming"]["prefix"]["at"][0] += 1'
		'del files["share/blob"]["prefix"]' 'files["share/blob"]["prefix"]["kind"] = "text"'
		'files["share/blob"]["prefix"]["at"].append(1 << 40)' 'manifest["relocatable"] = False'
		'manifest["prefix"]["text"] += 1' 'files["bin/plain"]["prefix"] = {"kind": "script", "at": [2]}')
	for change in "${changes[@]}"; do
		python3 - "$NODE/any.tar.zst.manifest.json" "$change" <<-'CHANGE' > any.tar.zst.manifest.json
		import json, sys
		manifest = json.load(open(sys.argv[1]))
		files = {row["path"]: row for row in manifest["files"]}
		exec(sys.argv[2])
		print(json.dumps(manifest, indent=1))
		CHANGE
		run "$ADVISOR" bundle verify any.tar.zst
		[ "$status" -eq 1 ] || { echo "$change: $status $output"; false; }
	done
	# one that was not built for it, and says so, is found out by its scripts and objects
	cp "$NODE/bound.tar.zst" .
	sed 's/"relocatable": false/"relocatable": true/' "$NODE/bound.tar.zst.manifest.json" > bound.tar.zst.manifest.json
	run "$ADVISOR" bundle verify bound.tar.zst
	[ "$status" -eq 1 ]
	[[ $output == *"'bin/plain' is started by the mount path"* && $output == *"an object or a link leads to the mount path"* ]]
}

@test "what can be at its path alone is refused, by its name" {
	for package in "$BATS_FILE_TMPDIR"/packages/bound/*; do
		recipe "$package" > bound.yml
		run "$ADVISOR" bundle build bound.yml -o a.tar.zst --relocatable
		[ "$status" -eq 3 ] || { echo "$package: $status $output"; false; }
		[[ $output == *"can't be anywhere; it can be built without --relocatable"* ]]
		[ ! -e a.tar.zst ]
		"$ADVISOR" bundle build -q bound.yml -o a.tar.zst > /dev/null
		rm a.tar.zst*
	done
	run "$ADVISOR" bundle build "$BATS_FILE_TMPDIR/recipe.yml" -o a.tar.zst --relocatable --base "$NODE/bound.tar.zst"
	[ "$status" -eq 2 ]
	[[ $output == *"a layer is where its base is"* ]]
}

@test "staged elsewhere, by every way, with the environment of that place" {
	run stage "$NODE/bound.tar.zst" --mount "$NODE/else where"
	[ "$status" -eq 2 ]
	[[ $output == *"works there alone; build it with --relocatable"* ]]
	for how in extract:any.tar.zst extract:any.squashfs fuse:any.squashfs kernel:any.squashfs; do
		[ -e "$NODE/${how#*:}" ] || continue
		case $how in
		fuse*) command -v squashfuse_ll > /dev/null && [ -w /dev/fuse ] || continue ;;
		kernel*) can_mount || continue ;;
		esac
		run --separate-stderr "$ADVISOR" stage --to "$SCRATCH" "$NODE/${how#*:}" --mount "$NODE/else where" --method "${how%%:*}" --job 1
		[ "$status" -eq 0 ] || { echo "$how: $stderr"; false; }
		[[ $stderr == *"files of the image name '$MOUNT', where it was built for"* ]]
		printf '%s\n' "$output" > env.sh
		(
			eval "$output"
			[ "$CONDA_PREFIX" = "$NODE/else where" ]
			[ "$THINGS" = "$NODE/else where/share:$NODE/else where" ]
			[ "$OTHER" = "${MOUNT}x" ]
			[ "$(tell)" = "[] $(realpath "$NODE/else where")" ]
			[ "$(linked)" = "True [] $(realpath "$NODE/else where")" ]
		)
		# whoever comes later is told the same
		[ "$(stage "$NODE/${how#*:}" --mount "$NODE/else where" --job 2)" = "$output" ]
		stage --release --all
	done
}

@test "unpacked, it is what would have been built for that folder" {
	# the Python of this machine may have little room for its own prefix
	place=$(mktemp -d /tmp/aXXXX)
	echo "$place" > "$BATS_FILE_TMPDIR/place"
	cd "$place"
	for image in bound.tar.zst any.squashfs; do
		[ -e "$NODE/$image" ] || continue
		[ "$image" = bound.tar.zst ] && how= || how=--relocatable
		room=$(grep -o '"room": [0-9]*' "$NODE/$image.manifest.json" | sort -t: -nk 2 | head -n 1 | grep -o '[0-9]*')
		for folder in short "a blank" "long-$(printf 'p%.0s' {1..200})"; do
			# where binaries have no room, none comes to be
			rm -rf "$folder" built && mkdir built
			run "$ADVISOR" bundle unpack "$NODE/$image" --to "$folder"
			if [ $((${#PWD} + 1 + ${#folder})) -gt "$room" ]; then
				[ "$status" -eq 3 ]
				[[ $output == *"has room for a path of "* ]]
				[ ! -e "$folder" ]
				continue
			fi
			[ "$status" -eq 0 ] || { echo "$output"; false; }
			"$ADVISOR" bundle build --level 1 -q $how "$BATS_FILE_TMPDIR/recipe.yml" --mount "$PWD/$folder" -o built.tar.zst > /dev/null
			zstd -qdc built.tar.zst | tar -xp -C built
			# what conda is told, and where sources were compiled, are of the image
			diff -r -x conda-meta -x '*.pyc' "$folder" built
			refute grep -rIlq $MOUNT --exclude-dir=conda-meta --exclude-dir=__pycache__ "$folder"
			diff <(cd "$folder" && find . -printf '%p %m %l\n' | grep -v pyc | sort) <(cd built && find . -printf '%p %m %l\n' | grep -v pyc | sort)
			[ "$("$folder/bin/tell" x)" = "['x'] $PWD/$folder" ]
			[ "$("$folder/bin/plain" x)" = "True ['x'] $PWD/$folder" ]
		done
	done
	[ -z "$(find . -name '*.??????' -type d)" ]
}

@test "what can't be unpacked is told, and leaves nothing" {
	mkdir there
	for where in there "a:b" ../up /; do
		run "$ADVISOR" bundle unpack "$NODE/bound.tar.zst" --to "$where"
		[ "$status" -eq 2 ] || { echo "$where: $status $output"; false; }
	done
	cp "$NODE/bound.tar.zst" .
	for change in 's/"sha256": "0/"sha256": "1/' 's/"room": 205/"room": 2050/' 's/"mount": "[^"]*"/"mount": "\/other"/' \
		's/"link": "/"link": "x/' '/"at": \[/{n;s/[0-9]/&9/}'; do
		sed "$change" "$NODE/bound.tar.zst.manifest.json" > bound.tar.zst.manifest.json
		refute cmp -s bound.tar.zst.manifest.json "$NODE/bound.tar.zst.manifest.json"
		run "$ADVISOR" bundle unpack bound.tar.zst --to new
		[ "$status" -eq 3 ] || { echo "$change: $status $output"; false; }
		[ -z "$(find . -name 'new*')" ]
	done
	rm bound.tar.zst.manifest.json
	run "$ADVISOR" bundle unpack bound.tar.zst --to new
	[ "$status" -ne 0 ]
	run "$ADVISOR" bundle unpack "$NODE/bound.tar.zst"
	[ "$status" -eq 2 ]
}

@test "every module imports elsewhere" {
	for how in kernel:any.squashfs fuse:any.squashfs extract:any.tar.zst; do
		[ -e "$NODE/${how#*:}" ] || continue
		run --separate-stderr "$ADVISOR" bundle test "$NODE/${how#*:}" --mount "/some/where else" --method "${how%%:*}" --json
		[ "$status" -ne 4 ] || continue
		[ "$status" -eq 0 ] || { echo "$how: $status $output $stderr"; false; }
		[[ $output == *'"place": "/some/where else"'* || $stderr == *"no room of its own"* ]]
	done
	run "$ADVISOR" bundle test "$NODE/bound.tar.zst" --mount /else/where
	[ "$status" -eq 2 ]
	[[ $output == *"build it with --relocatable"* ]]
	run "$ADVISOR" bundle test "$NODE/any.tar.zst" --mount relative
	[ "$status" -eq 2 ]
}
