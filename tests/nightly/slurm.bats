#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# The recipe for Slurm on a real Slurm of one node, started here in a temporary folder.

load slurm.bash

setup_file() {
	export LOGS="$BATS_FILE_TMPDIR/logs"
	start_slurm
	[ -z "${SLURM-}" ] || python3 "$SRCDIR/tests/usage/make_logs.py" "$LOGS"
}

teardown_file() {
	stop_slurm
}

setup() {
	need_slurm
	cd "$BATS_TEST_TMPDIR"
}

@test "an array job reads, a job behind it merges: as one reading" {
	mkdir logs
	cp "$LOGS/mixed-1.jsonl.gz" "$LOGS/mixed-2.jsonl" "$LOGS/mixed-3.jsonl" "$LOGS/counts.csv" logs/
	PATH="$(dirname "$ADVISOR"):$PATH" STORE="$PWD/usage.db" SITE="$LOGS/site.json" TASKS=3 WORK="$PWD/work" \
		SBATCH_MEM_PER_NODE=100 run "$SRCDIR/recipes/slurm/ingest.sbatch" "$PWD/logs"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"reads 4 files into 3 stores"* ]]
	drain_queue
	cat slurm-*.out || true
	"$ADVISOR" ingest -q -o one.db --key usage.db.key --site "$LOGS/site.json" logs
	for key in fingerprint records rejected runs sources; do
		diff <("$ADVISOR" ingest --status --json usage.db | grep "^ \"$key\"") \
			<("$ADVISOR" ingest --status --json one.db | grep "^ \"$key\"")
	done
}
