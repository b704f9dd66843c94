# SPDX-License-Identifier: BSD-3-Clause
# The centre of centre.py, with all that the examples of README, manuals and documents begin with: stores,
# a plan, images, releases, a cache, a key. Sourced by bats files.

make_centre() { # folder
	# packages of Debian's Python are half as large as those of others
	PATH=/usr/bin:$PATH PYTHONDONTWRITEBYTECODE=1 python3 "$SRCDIR/tests/cli/centre.py" "$1"
	(
		cd "$1"
		export XDG_CACHE_HOME=$PWD/cache
		cp -r --no-preserve=mode "$SRCDIR/recipes" .
		"$ADVISOR" ingest -q -o usage.db --site site.yml usage.csv
		"$ADVISOR" ingest -q -o 2025.db --key usage.db.key --site site.yml usage.csv
		"$ADVISOR" ingest -q -o 2024.db --key usage.db.key --site site.yml counts-2024.csv
		"$ADVISOR" recommend -q usage.db --site site.yml -o plan.json --bundles 3
		"$ADVISOR" channel fetch -q conda-forge --mirror "conda-forge=$PWD/channel"
		mkdir -p -m 700 home/.ssh
		command -v ssh-keygen > /dev/null && ssh-keygen -q -t ed25519 -N '' -C staff -f home/.ssh/id_ed25519 || true
		if grep -q '^#define HAVE_SQUASHFS 1' "$BUILDDIR/config.h"; then
			"$ADVISOR" bundle build -q plan.json -o base-2025.sqfs --mount "$PWD/soft/conda/2025" --level 1
			"$ADVISOR" bundle build -q plan.json -o base-2026.sqfs --mount "$PWD/soft/conda/2026" --level 1
			"$ADVISOR" bundle build -q climate.yml --base base-2026.sqfs -o climate.sqfs
			"$ADVISOR" bundle publish -q base-2025.sqfs --to soft/conda/releases
		fi
	) > "$1.log" 2>&1 || { cat "$1.log"; return 1; }
	cp -r "$1" "$1.made"
}
