#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# The dashboard: the file as it is written, and as it behaves in a browser.

bats_require_minimum_version 1.5.0
load ../says.bash

setup_file() {
	cd "$BATS_FILE_TMPDIR"
	export PYTHONDONTWRITEBYTECODE=1
	python3 "$SRCDIR/tests/report/hostile_centre.py" .
	"$ADVISOR" ingest -q -o hostile.db --site site.json log.jsonl
}

setup() {
	cd "$BATS_FILE_TMPDIR"
	run "$ADVISOR" report hostile.db --html page.html
	[[ $output != *"built without pages"* ]] || skip "built without pages"
	[ "$status" -eq 0 ]
}

# Pages are the same whatever the program was built with, so one browser a suite is enough.
needs_browser() {
	for name in chromium chromium-browser google-chrome; do
		if command -v $name > /dev/null; then
			! sanitized || skip "pages are looked at in the build without sanitizers"
			return
		fi
	done
	skip "no chromium to look at pages with"
}

@test "one file that asks for nothing" {
	refute grep -E '(src|href)="?(https?:)?//' page.html
	grep -q "Content-Security-Policy\" content=\"default-src 'none'; script-src 'sha256-" page.html
	"$ADVISOR" report hostile.db --html folder
	cmp page.html folder/index.html
	"$ADVISOR" report hostile.db --html - | cmp - page.html
}

@test "no person is in it, and nothing of the order of reading" {
	"$ADVISOR" ingest -q -o names.db --site site.json --names log.jsonl
	"$ADVISOR" report names.db --html names.html
	cmp page.html names.html
	refute grep -qE 'user[0-9]|\bann\b' page.html
	# runs in another order, with the users' first runs last
	mkdir -p parts
	split -l 7 log.jsonl parts/
	"$ADVISOR" ingest -q -o turned.db --site site.json $(printf '%s\n' parts/* | sort -r)
	"$ADVISOR" report turned.db --html turned.html
	cmp page.html turned.html
}

@test "what is wrong is said, and nothing is left" {
	echo '{"schema": "advisor.plan/1"}' > bad.json
	run "$ADVISOR" report hostile.db --html new.html --frontier bad.json
	[ "$status" -eq 3 ]
	[[ $output == *"'bad.json' is no frontier"* ]]
	run "$ADVISOR" report hostile.db --html new.html --frontier absent.json
	[ "$status" -eq 3 ]
	echo '{"schema": "advisor.frontier/1", "x": "\u2028</script>"' > bad.json
	run "$ADVISOR" report hostile.db --html new.html --frontier bad.json
	[ "$status" -eq 3 ]
	touch file
	run "$ADVISOR" report hostile.db --html file/page.html
	[ "$status" -eq 4 ]
	[ ! -e new.html ]
}

@test "used as people do, with names as bad as can be" {
	needs_browser
	run python3 "$SRCDIR/tests/report/check_page.py" page.html
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "figures of an invented centre, as the page has them" {
	needs_browser
	python3 "$SRCDIR/tests/usage/make_logs.py" .
	"$ADVISOR" ingest -q -o invented.db --site site.json log.jsonl
	"$ADVISOR" report invented.db --accounts accounts.csv --html invented.html
	run python3 "$SRCDIR/tests/report/check_figures.py" invented.html truth.json "$ADVISOR" invented.db accounts.csv
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "with a plan: its months, trends and covered users; versions and environments" {
	needs_browser
	mkdir centre
	cd centre
	python3 "$SRCDIR/doc/screenshot/centre.py"
	python3 "$SRCDIR/tests/cli/write_logs.py" xalt < xalt.plan > logs.jsonl
	python3 "$SRCDIR/tests/cli/write_logs.py" snooper snooper < snooper.plan
	"$ADVISOR" ingest -q -o usage.db --site site.yml logs.jsonl snooper
	"$ADVISOR" recommend -q usage.db --site site.yml --since 2025-03 -o plan.json > text
	"$ADVISOR" report usage.db --plan plan.json --html page.html
	refute grep -qE '/home/|/u/' page.html
	run python3 "$SRCDIR/tests/report/check_plan.py" page.html plan.json "$ADVISOR" usage.db
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "a public page, as others than staff see it" {
	needs_browser
	python3 "$SRCDIR/tests/usage/make_logs.py" .
	"$ADVISOR" ingest -q -o invented.db --site site.json log.jsonl
	"$ADVISOR" report invented.db --public --accounts accounts.csv --html public.html
	run python3 "$SRCDIR/tests/report/check_public.py" public.html "$ADVISOR" invented.db --accounts accounts.csv
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "figures of eleven months and 600 users, as the page has them" {
	needs_browser
	USAGE="$SHARED/data/usage"
	[ -r "$USAGE/site.json" ] || skip "no logs with a known truth at $USAGE"
	command -v zstd > /dev/null || skip "no zstd program to unpack them"
	zstd -qdc "$USAGE/polaris-40MB.truth.json.zst" > truth.json
	"$ADVISOR" ingest -q -o polaris.db --site "$USAGE/site.json" "$USAGE/polaris-40MB.jsonl.zst"
	"$ADVISOR" report polaris.db --accounts "$USAGE/polaris-40MB.accounts.csv" --html polaris.html
	run python3 "$SRCDIR/tests/report/check_figures.py" polaris.html truth.json "$ADVISOR" polaris.db "$USAGE/polaris-40MB.accounts.csv"
	echo "$output"
	[ "$status" -eq 0 ]
}
