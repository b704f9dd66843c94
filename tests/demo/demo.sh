#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The whole way on a small invented centre: usage logs, figures, plan, report, image, imports.
#   usage: ADVISOR=PROGRAM demo.sh FOLDER
# FOLDER is replaced. ADVISOR_CACHE (FOLDER/cache without it) keeps the packages that the channel
# is made of. Exit status 4: those can't be had.
set -eu

[ $# -eq 1 ] || { echo "usage: ADVISOR=PROGRAM demo.sh FOLDER" >&2; exit 2; }
tests=$(dirname "$(dirname "$0")")
work=$1
cache=${ADVISOR_CACHE:-$work/cache}
python=${PYTHON3:-python3}
export PYTHONDONTWRITEBYTECODE=1

bold='' green='' dim='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR-}" ] && [ "${TERM-dumb}" != dumb ]; then
	bold=$(printf '\033[1m') green=$(printf '\033[32m') dim=$(printf '\033[2m')
	plain=$(printf '\033[0m')
fi

title() {
	printf '\n%s%s%s\n' "$bold" "$1" "$plain"
	[ $# -eq 1 ] || printf '%s\n' "$2"
}

# shown COMMAND...: says a command, as one would type it, and runs it
shown() {
	line="$green\$"
	for word; do
		case $word in
		*[!A-Za-z0-9_./=,:@%+-]*) line="$line '$word'" ;;
		*) line="$line $word" ;;
		esac
	done
	printf '%s%s\n' "$line" "$plain"
	"$@"
}

# ---- the image, where Python can see it ---------------------------------------------------

mounted=no
leave() {
	case $mounted in
	loop) umount "$mount" ;;
	fuse) fusermount -u "$mount" 2> /dev/null || umount "$mount" ;;
	esac
	mounted=no
}
trap leave EXIT
trap 'exit 130' INT TERM

# A loop device where that is allowed, else FUSE, else the files are unpacked to the mount path.
mount_image() {
	mkdir -p "$mount"
	if [ "$(id -u)" -eq 0 ] && mount -t squashfs -o loop,ro "$image" "$mount" 2> /dev/null; then
		mounted=loop
		echo "mounted by the kernel at $mount"
		return
	fi
	for fuse in squashfuse_ll squashfuse; do
		if command -v $fuse > /dev/null && $fuse "$image" "$mount" 2> /dev/null &&
			[ -d "$mount/conda-meta" ]; then
			mounted=fuse
			echo "mounted by $fuse at $mount"
			return
		fi
	done
	unsquashfs -quiet -no-progress -force -dest "$mount" "$image" > /dev/null
	echo "unpacked to $mount, since nothing may be mounted here"
}

# ---- the demo -----------------------------------------------------------------------------

# a demo that was killed may have left its mount behind
if [ -d "$work/mount" ] && [ -n "$(ls -A "$work/mount" 2> /dev/null)" ]; then
	umount "$work/mount" 2> /dev/null || fusermount -u "$work/mount" 2> /dev/null || true
fi
rm -rf "$work"
mkdir -p "$work"
image=$work/next.sqfs
# the prefix that the image is made for
mount=$(cd "$work" && pwd)/mount

title "A channel to take packages from" \
	"made of Debian's own Python packages, repacked as .conda files"
shown "$python" "$tests/channel/make_channel.py" "$cache/channel" "$cache/debs"
find "$cache/channel" -name '*.conda' | awk 'END { print NR " packages in the channel" }'

title "Six months of usage logs" \
	"of an invented centre: 30 people, 6 projects; their records are in XALT's format"
shown "$python" "$tests/demo/make_usage.py" "$work/centre" "$cache/channel"
cp "$work/centre/site.yml" "$work/site.yml"
printf '%s' "$dim"
sed -n '/^places/,$p' "$work/site.yml"
printf '%s' "$plain"

title "Read the logs into a usage store"
shown "$ADVISOR" ingest -o "$work/usage.db" --site "$work/site.yml" "$work/centre/logs"

title "Who uses what, and from where?"
shown "$ADVISOR" usage "$work/usage.db" --by package
shown "$ADVISOR" usage "$work/usage.db" --by domain --accounts "$work/centre/accounts.csv"

title "What should base gain?"
shown "$ADVISOR" recommend "$work/usage.db" --site "$work/site.yml" -o "$work/plan.json"
echo
echo "environment.yml beside the plan:"
cat "$work/environment.yml"

title "What does that change for one project?"
shown "$ADVISOR" report "$work/usage.db" --project ocean02 --plan "$work/plan.json"

title "Build the next base as an image, and verify it"
shown "$ADVISOR" bundle build "$work/plan.json" -o "$image" --mount "$mount"
shown "$ADVISOR" bundle verify "$image"

title "Import what was recommended, with the Python inside the image"
mount_image
shown env -i "$mount/bin/python3.11" -I "$tests/demo/import_packages.py" "$work/plan.json"

title "Done. It left in $work:" "$(cd "$work" && find . -maxdepth 1 -type f | sort | tr '\n' ' ')"
