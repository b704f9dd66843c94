# SPDX-License-Identifier: BSD-3-Clause
# What the tests of staging share: an image, a node's folder, and who stages.

# Where images are staged to, seen, and left: below a folder that is root's, or ours.
stage_setup() {
	bats_require_minimum_version 1.5.0
	export NODE="${NODE-$BATS_FILE_TMPDIR/node}"
	mkdir -p "$NODE"
	export packages="$BATS_FILE_TMPDIR/packages"
	python3 "$SRCDIR/tests/bundle/packages.py" "$packages"
	build one "$NODE/env" squashfs
	build two "$NODE/env" squashfs
	build tar "$NODE/env" tar.zst
}

# build NAME MOUNT FORMAT [LINE]: an image of the packages of the tests; names make them differ
build() {
	{
		printf 'schema: advisor.bundle/1\nname: "%s"\nmount: "%s"\npackages:\n' "$1" "$2"
		printf -- '- "%s"\n' "$packages"/good/*
	} > "$BATS_FILE_TMPDIR/$1.yml"
	"$ADVISOR" bundle build -q "$BATS_FILE_TMPDIR/$1.yml" -o "$NODE/$1.$3" > /dev/null
}

need_squashfs() {
	grep -q '^#define HAVE_SQUASHFS 1' "$BUILDDIR/config.h" || skip "built without squashfs"
}

# Whether root may mount here; a container's often may not.
can_mount() {
	[ "$(id -u)" -eq 0 ] && [ -e /dev/loop-control ] && [ -d /sys/dev/block ] && grep -qw squashfs /proc/filesystems
}

need_mount() {
	need_squashfs
	can_mount || skip "needs root, loop devices, /sys and a kernel with squashfs"
}

need_root() {
	[ "$(id -u)" -eq 0 ] || skip "needs root"
	command -v setpriv > /dev/null || skip "no setpriv"
}

# Runs as somebody else.
as_other() {
	setpriv --reuid 65533 --regid 65533 --clear-groups -- "$@"
}

stage() {
	"$ADVISOR" stage -q --to "$SCRATCH" "$@"
}

status_of() {
	"$ADVISOR" stage --status --json --to "$SCRATCH" |
		python3 -c "import json, sys; images = json.load(sys.stdin)['images']; print($1)"
}

mounts() {
	grep -c " $NODE/env " /proc/self/mountinfo || true
}

# Everything off, whatever a test left.
unstage() {
	while grep -q " $NODE/env " /proc/self/mountinfo; do umount -l "$NODE/env" || break; done
	rm -rf "$NODE/env" "$SCRATCH"
}
