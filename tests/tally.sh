#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Counts the tests of a build folder after 'make check', from the files that Automake leaves.
#   usage: tally.sh FOLDER
# Prints the log of each test program that failed, and last a line "PASSED FAILED SKIPPED".
# A program that crashed, has no plan, or left no result at all counts as failed.
set -eu

cd "$1"
if ! logs=$(MAKEFLAGS='' make -s --no-print-directory list-tests 2>&1) || [ -z "$logs" ]; then
	printf 'no list of tests: %s\n0 1 0\n' "$logs"
	exit 1
fi

passed=0 failed=0 skipped=0
for log in $logs; do
	trs=${log%.log}.trs
	counts=$(awk '
		/^:test-result: (PASS|XFAIL)/ { passed++ }
		/^:test-result: (FAIL|XPASS|ERROR)/ { failed++ }
		/^:test-result: SKIP/ { skipped++ }
		END {
			if (passed + failed + skipped == 0)
				failed = 1
			print passed + 0, failed + 0, skipped + 0
		}' "$trs" 2> /dev/null || echo 0 1 0)
	# shellcheck disable=SC2086 # three numbers
	set -- $counts
	passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
	if [ "$2" -gt 0 ]; then
		echo "---- failed: ${log%.log}"
		if [ -f "$log" ]; then
			tail -n 200 "$log"
		else
			echo "it left no log: it did not run, or could not be built"
		fi
	fi
done
echo "$passed $failed $skipped"
[ "$failed" -eq 0 ]
