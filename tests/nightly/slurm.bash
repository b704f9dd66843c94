# SPDX-License-Identifier: BSD-3-Clause
# A real Slurm of one node, started in a temporary folder, as root.

# start_slurm [LINE...]: with further lines of slurm.conf; sets SLURM, its folder
start_slurm() {
	export PATH="$PATH:/usr/sbin:/sbin"
	[ "$(id -u)" -eq 0 ] && command -v slurmctld slurmd munged sbatch > /dev/null || return 0
	SLURM=$(mktemp -d "${TMPDIR:-/tmp}/advisor-slurm.XXXXXX")
	export SLURM SLURM_CONF="$SLURM/slurm.conf"
	chmod 755 "$SLURM"
	mkdir "$SLURM/state" "$SLURM/spool"
	head -c 1024 /dev/urandom > "$SLURM/munge.key"
	chmod 600 "$SLURM/munge.key"
	cat > "$SLURM_CONF" <<-END
		ClusterName=test
		SlurmctldHost=$(hostname -s)(127.0.0.1)
		SlurmctldPort=$((20000 + $$ % 20000))
		SlurmdPort=$((20001 + $$ % 20000))
		AuthType=auth/munge
		AuthInfo=socket=$SLURM/munge.socket
		CredType=cred/munge
		SlurmUser=root
		ProctrackType=proctrack/linuxproc
		TaskPlugin=task/none
		SelectType=select/cons_tres
		SelectTypeParameters=CR_Core
		StateSaveLocation=$SLURM/state
		SlurmdSpoolDir=$SLURM/spool
		SlurmctldPidFile=$SLURM/slurmctld.pid
		SlurmdPidFile=$SLURM/slurmd.pid
		SlurmctldLogFile=$SLURM/slurmctld.log
		SlurmdLogFile=$SLURM/slurmd.log
		ReturnToService=2
		SchedulerParameters=sched_interval=1,sched_min_interval=0
		NodeName=$(hostname -s) NodeAddr=127.0.0.1 CPUs=2 RealMemory=1500 State=UNKNOWN
		PartitionName=all Nodes=ALL Default=YES State=UP
	END
	[ $# -eq 0 ] || printf '%s\n' "$@" >> "$SLURM_CONF"
	munged --foreground --force --socket="$SLURM/munge.socket" --key-file="$SLURM/munge.key" \
		--pid-file="$SLURM/munge.pid" --log-file="$SLURM/munge.log" --seed-file="$SLURM/munge.seed" \
		> "$SLURM/munge.out" 2>&1 3>&- &
	echo $! > "$SLURM/pids"
	for _ in $(seq 50); do [ -S "$SLURM/munge.socket" ] && break; sleep 0.1; done
	slurmctld -D -f "$SLURM_CONF" > "$SLURM/ctld.out" 2>&1 3>&- &
	echo $! >> "$SLURM/pids"
	slurmd -D -f "$SLURM_CONF" > "$SLURM/d.out" 2>&1 3>&- &
	echo $! >> "$SLURM/pids"
	for _ in $(seq 200); do sinfo -h -t idle -o %t 2> /dev/null | grep -q idle && break; sleep 0.1; done
}

stop_slurm() {
	[ -n "${SLURM-}" ] || return 0
	while read -r pid; do kill "$pid" 2> /dev/null || true; done < "$SLURM/pids"
	sleep 1
	rm -rf "$SLURM"
}

# Whether a job could run; why not is the reason to skip.
need_slurm() {
	[ -n "${SLURM-}" ] || skip "needs root, slurm-wlm and munge"
	sinfo -h -t idle -o %t 2> /dev/null | grep -q idle || skip "Slurm does not start here: $(tail -n 2 "$SLURM"/*.log | tr '\n' ' ')"
}

# Waits until no job is left.
drain_queue() {
	for _ in $(seq 600); do
		[ -z "$(squeue -h)" ] && return
		sleep 0.1
	done
}
