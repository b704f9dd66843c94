#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# The recipes for staging on a real Slurm of one node: prolog and epilog, TaskProlog, sbcast.

load ../says.bash
load slurm.bash
load ../cli/stage.bash

setup_file() {
	export SCRATCH
	[ "$(id -u)" -eq 0 ] || return 0
	SCRATCH=$(mktemp -d "${TMPDIR:-/tmp}/advisor-scratch.XXXXXX")
	chmod 1777 "$SCRATCH"
	export NODE="$BATS_FILE_TMPDIR/node"
	stage_setup
	# as slurmd's: without a variable of whoever calls
	sed -e "s|^IMAGES=.*|IMAGES='$NODE/one.squashfs'|; s|^TO=.*|TO='$SCRATCH'|; s|^RUN=.*|RUN='$SCRATCH.run'|" \
		-e "s|^PATH=|PATH=$(dirname "$ADVISOR"):|" "$SRCDIR/recipes/slurm/stage.conf" > "$SCRATCH.conf"
	for name in prolog epilog task-prolog; do
		sed "s|/etc/conda-advisor/stage.conf|$SCRATCH.conf|" "$SRCDIR/recipes/slurm/stage-$name" > "$SCRATCH.$name"
		chmod 755 "$SCRATCH.$name"
	done
	start_slurm "Prolog=$SCRATCH.prolog" "Epilog=$SCRATCH.epilog" "TaskProlog=$SCRATCH.task-prolog" PrologFlags=Alloc
}

teardown_file() {
	stop_slurm
	[ -z "$SCRATCH" ] || { unstage; rm -rf "$SCRATCH".*; }
}

setup() {
	need_slurm
	cd "$BATS_TEST_TMPDIR"
	unset SLURM_JOB_ID
}

@test "a job finds the image, its tasks the environment, and nothing is left" {
	cat > job <<-'END'
	#!/bin/sh
	srun -n 2 sh -c 'echo "task $CONDA_PREFIX $(cat "$CONDA_PREFIX"/lib/python3*/site-packages/n.py)"; command -v xtool'
	grep " $NODE/env " /proc/self/mountinfo
	"$ADVISOR" stage --status --to "$SCRATCH" --json
	END
	sbatch --parsable -n 2 -o out job
	drain_queue
	cat out
	[ "$(grep -c "task $NODE/env N = 1" out)" -eq 2 ]
	[ "$(grep -cx "$NODE/env/bin/xtool" out)" -eq 2 ]
	[ "$(grep -c " $NODE/env ro,nosuid,nodev.* squashfs " out)" -eq 1 ]
	grep -q '"job-[0-9]*"' out
	for _ in $(seq 100); do [ "$(mounts)" -eq 0 ] && break; sleep 0.1; done
	[ "$(mounts)" -eq 0 ]
	[ "$(status_of '[(i["state"], i["users"]) for i in images]')" = "[('copied', [])]" ]
	[ -z "$(ls "$SCRATCH.run")" ]
	[ "$(sinfo -h -N -t drain | wc -l)" -eq 0 ]
}

@test "a job that is cancelled, and one beside it" {
	printf '#!/bin/sh\nexec 3< "%s/env/share/big"\nsleep 60\n' "$NODE" > job
	first=$(sbatch --parsable -n 1 -o /dev/null job)
	second=$(sbatch --parsable -n 1 -o /dev/null job)
	for _ in $(seq 200); do [ "$(status_of 'sum(len(i["users"]) for i in images)')" = 2 ] && break; sleep 0.1; done
	[ "$(mounts)" -eq 1 ]
	scancel "$first"
	for _ in $(seq 200); do [ "$(status_of 'sum(len(i["users"]) for i in images)')" = 1 ] && break; sleep 0.1; done
	[ "$(mounts)" -eq 1 ]
	[ "$(status_of 'images[0]["users"]')" = "['job-$second']" ]
	scancel "$second"
	drain_queue
	for _ in $(seq 100); do [ "$(mounts)" -eq 0 ] && break; sleep 0.1; done
	[ "$(mounts)" -eq 0 ]
}

@test "the job script with sbcast" {
	export CONDA_ADVISOR_STAGE=no TO="$SCRATCH"
	build cast "$NODE/cast" squashfs
	PATH="$(dirname "$ADVISOR"):$PATH" IMAGE="$NODE/cast.squashfs" sbatch -n 2 -o out \
		"$SRCDIR/recipes/slurm/stage.sbatch" sh -c 'echo "task $CONDA_PREFIX"; test -e "$CONDA_PREFIX/bin/xtool"'
	drain_queue
	cat out
	[ "$(cat out)" = "$(printf 'task %s\ntask %s' "$NODE/cast" "$NODE/cast")" ]
	refute grep " $NODE/cast " /proc/self/mountinfo
	[ -z "$(ls -d "$SCRATCH"/sbcast-* 2> /dev/null)" ]
}
