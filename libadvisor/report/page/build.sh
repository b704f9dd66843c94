#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Bundles the dashboard's page:  build.sh FOLDER-OF-SOURCES BUNDLE.c
# npm fetches what package-lock.json names, from the registry that this machine's npm is set to.
set -eu

fail() {
	printf '%s\n' "the dashboard's page: $*" >&2
	exit 1
}

sources=$(cd "$1" && pwd)
case $2 in
/*) bundle=$2 ;;
*) bundle=$PWD/$2 ;;
esac
if [ -z "${NODE-}" ] || [ -z "${NPM-}" ]; then
	fail "nodejs >= 18 and npm are needed to bundle it again; or configure --without-pages"
fi
modules=$(dirname "$bundle")/npm
mkdir -p "$modules"
if ! cmp -s "$sources/package-lock.json" "$modules/installed"; then
	cp "$sources/package.json" "$sources/package-lock.json" "$modules/"
	(cd "$modules" && "$NPM" ci --ignore-scripts --no-audit --no-fund --prefer-offline > npm.log 2>&1) || {
		cat "$modules/npm.log" >&2
		fail "npm could not fetch its packages; set npm to a registry, or configure --without-pages"
	}
	cp "$sources/package-lock.json" "$modules/installed"
fi
"$NODE" "$sources/build.mjs" "$modules/node_modules" "$bundle.new"
mv "$bundle.new" "$bundle"
