#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Bundles the dashboard's page:  build.sh FOLDER-OF-SOURCES BUNDLE.c
# npm fetches what package-lock.json names, from the registry that this machine's npm is set to, into
# $ADVISOR_PAGE_CACHE, or beside the bundle. Where it can't, the bundle is an empty one, older than
# its sources, so that the next make tries again; with REQUIRED=yes that is an error.
set -eu

sources=$(cd "$1" && pwd)
case $2 in
/*) bundle=$2 ;;
*) bundle=$PWD/$2 ;;
esac
cache=${ADVISOR_PAGE_CACHE:-$(dirname "$bundle")/npm}
mkdir -p "$cache" "$(dirname "$bundle")"
: > "$(dirname "$bundle")/made-here"

without() {
	if [ "${REQUIRED-}" = yes ]; then
		echo "the dashboard's page can't be bundled: $*" >&2
		exit 1
	fi
	echo "WARNING: built without the dashboard (report --html): $*; set npm to a registry that it reaches and run make again, or take a release" >&2
	if ! cmp -s "$sources/none.c" "$bundle"; then
		cp "$sources/none.c" "$bundle.new"
		touch -t 197001020000 "$bundle.new"
		mv "$bundle.new" "$bundle"
	fi
	exit 0
}

# One attempt a minute is enough: several makes of a tree follow each other.
fetched() {
	! cmp -s "$sources/package-lock.json" "$cache/installed" || return 0
	[ -z "$(find "$cache/failed" -mmin -1 2> /dev/null)" ] || return 1
	rm -f "$cache/installed" "$cache/failed"
	cp "$sources/package.json" "$sources/package-lock.json" "$cache/"
	(cd "$cache" && "$NPM" ci --ignore-scripts --no-audit --no-fund --prefer-offline --fetch-retries=1 \
		--fetch-retry-mintimeout=1000 --fetch-retry-maxtimeout=3000 --fetch-timeout=20000 \
		> npm.log 2>&1 < /dev/null) || { : > "$cache/failed"; return 1; }
	cp "$sources/package-lock.json" "$cache/installed"
}

if [ -z "${NODE-}" ] || [ -z "${NPM-}" ]; then
	without "nodejs >= 18 or npm is missing"
fi
fetched || without "npm could not fetch its packages ($cache/npm.log)"
"$NODE" "$sources/build.mjs" "$cache/node_modules" "$bundle.new" ||
	without "node could not bundle it"
mv "$bundle.new" "$bundle"
