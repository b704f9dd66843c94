#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# What a centre puts around stage: recipes for Slurm and PBS, and modulefiles, with stand-ins for these.

load ../says.bash
load stage.bash

setup_file() {
	stage_setup
}

setup() {
	cd "$BATS_TEST_TMPDIR"
	export SCRATCH="$BATS_TEST_TMPDIR/scratch" ADVISOR_STAGE_CONF="$BATS_TEST_TMPDIR/stage.conf"
	mkdir -m 1777 "$SCRATCH"
	unset SLURM_JOB_ID PBS_JOBID LSB_JOBID FLUX_JOB_ID COBALT_JOBID
	sed -e "s|^IMAGES=.*|IMAGES='$NODE/tar.tar.zst'|; s|^TO=.*|TO='$SCRATCH'|; s|^RUN=.*|RUN='$PWD/run'|" \
		-e "s|^PATH=|PATH=$(dirname "$ADVISOR"):|" "$SRCDIR/recipes/slurm/stage.conf" > stage.conf
	# nobody's log
	mkdir bin
	printf '#!/bin/sh\necho "$@" >> "%s/log"\n' "$PWD" > bin/logger
	chmod 755 bin/logger
	sed -i "s|^PATH=|PATH=$PWD/bin:|" stage.conf
}

teardown() {
	unstage
}

@test "Slurm: prolog, the environment of tasks, epilog" {
	export SLURM_JOB_ID=11
	"$SRCDIR/recipes/slurm/stage-prolog"
	[ "$(status_of '[i["users"] for i in images]')" = "[['job-11']]" ]
	env -i PATH=/usr/bin:/bin HOME=/me SLURM_JOB_ID=11 PYTHONHOME=/old WIDE=$'a\nb' ADVISOR_STAGE_CONF="$ADVISOR_STAGE_CONF" \
		"$SRCDIR/recipes/slurm/stage-task-prolog" > lines
	sort lines > sorted
	diff sorted - <<-END
	export CONDA_DEFAULT_ENV=tar
	export CONDA_PREFIX=$NODE/env
	export PATH=$NODE/env/bin:/usr/bin:/bin
	export PYTHONDONTWRITEBYTECODE=1
	export PYTHONNOUSERSITE=1
	unset PYTHONHOME
	END
	[ -z "$(CONDA_ADVISOR_STAGE=no "$SRCDIR/recipes/slurm/stage-task-prolog")" ]
	"$SRCDIR/recipes/slurm/stage-epilog"
	[ ! -e "$NODE/env/bin" ]
	[ -z "$(ls run)" ]
	[ -z "$("$SRCDIR/recipes/slurm/stage-task-prolog")" ]
	[ ! -e log ]
}

@test "Slurm: a prolog that can't stage says so, and drains only when asked to" {
	export SLURM_JOB_ID=12
	sed -i "s|^IMAGES=.*|IMAGES='/absent $NODE/tar.tar.zst'|" stage.conf
	"$SRCDIR/recipes/slurm/stage-prolog"
	grep -q "job 12: /absent: conda-advisor: can't open" log
	[ -e "$NODE/env/bin" ]
	sed -i "s|^ON_FAILURE=.*|ON_FAILURE=drain|" stage.conf
	run "$SRCDIR/recipes/slurm/stage-prolog"
	[ "$status" -eq 1 ]
	"$SRCDIR/recipes/slurm/stage-epilog"
	[ ! -e "$NODE/env/bin" ]
	ADVISOR_STAGE_CONF=/absent run "$SRCDIR/recipes/slurm/stage-prolog"
	[ "$status" -eq 0 ]
}

@test "Slurm: the job script with sbcast, on a cluster of one" {
	export SLURM_JOB_ID=13 SLURM_JOB_NUM_NODES=1 PATH="$PWD/bin:$(dirname "$ADVISOR"):$PATH" TO="$SCRATCH"
	cat > bin/srun <<-'END'
	#!/bin/sh
	while case $1 in -*) true ;; *) false ;; esac; do shift; done
	exec "$@"
	END
	printf '#!/bin/sh\nshift\nexec cp "$@"\n' > bin/sbcast
	chmod 755 bin/*
	for image in "$NODE/tar.tar.zst" release; do
		mkdir -p release
		cp "$NODE"/tar.tar.zst* release/
		IMAGE=$image run "$SRCDIR/recipes/slurm/stage.sbatch" sh -c 'echo "$CONDA_PREFIX with $*"; cat "$CONDA_PREFIX/share/pure.txt"' sh "a b"
		[ "$status" -eq 0 ] || { echo "$output"; false; }
		[ "$output" = "$(printf '%s with a b\npure' "$NODE/env")" ]
		[ ! -e "$NODE/env/bin" ]
		[ "$(ls "$SCRATCH")" = "conda-advisor-$(id -u)" ]
	done
	IMAGE=$NODE/tar.tar.zst run "$SRCDIR/recipes/slurm/stage.sbatch" sh -c 'exit 7'
	[ "$status" -eq 7 ]
	[ ! -e "$NODE/env/bin" ]
	IMAGE=/absent run "$SRCDIR/recipes/slurm/stage.sbatch" true
	[ "$status" -ne 0 ]
	[ "$(ls "$SCRATCH")" = "conda-advisor-$(id -u)" ]
}

@test "PBS: the hook at the begin, at each launch, at the end" {
	mkdir python
	cat > python/pbs.py <<-'END'
	import os, types
	EXECJOB_BEGIN, EXECJOB_LAUNCH, EXECJOB_END = 1, 2, 3
	LOG_WARNING, LOG_ERROR = "warning", "error"
	hook_config_filename = os.environ["CONFIG"]
	class Event:
	    type = int(os.environ["EVENT"])
	    job = types.SimpleNamespace(id="5[1].host")
	    env = {"PATH": "/usr/bin", "PYTHONHOME": "/old"}
	    if "NO" in os.environ:
	        env["CONDA_ADVISOR_STAGE"] = "no"
	    def accept(self):
	        print("accept", sorted(self.env.items()))
	        raise SystemExit
	    def reject(self, text):
	        print("reject", text)
	        raise SystemExit
	def event():
	    return Event()
	def logmsg(level, text):
	    print(level, text)
	END
	hook() {
		EVENT=$1 CONFIG=$PWD/hook.json PYTHONPATH=$PWD/python python3 "$SRCDIR/recipes/pbs/stage_hook.py"
	}
	printf '{"advisor": "%s", "images": ["%s"], "to": "%s", "keep": false}' "$ADVISOR" "$NODE/tar.tar.zst" "$SCRATCH" > hook.json
	[[ $(hook 1) == accept* ]]
	[ "$(status_of '[i["users"] for i in images]')" = "[['job-5[1].host']]" ]
	run hook 2
	[[ $output == "accept "*"('CONDA_PREFIX', '$NODE/env')"*"('PATH', '$NODE/env/bin:/usr/bin')"* && $output != *PYTHONHOME* ]]
	[[ $(NO=1 hook 2) == *"('PATH', '/usr/bin')"* ]]
	[[ $(hook 3) == accept* ]]
	[ ! -e "$NODE/env/bin" ]
	sed -i 's|"images": \[|&"/absent", |; s|}|, "required": true}|' hook.json
	run hook 1
	[[ $output == "warning stage: job 5[1].host: conda-advisor: can't open"*"reject image /absent could not be staged"* ]]
	echo '{' > hook.json
	[[ $(hook 1) == "error stage:"*accept* ]]
	python3 -m json.tool "$SRCDIR/recipes/pbs/stage_hook.json" > /dev/null
}

@test "PBS: the job script, on a cluster of one" {
	printf '#!/bin/sh\nwhile case $1 in -*) true ;; [0-9]*) true ;; *) false ;; esac; do shift; done\nexec "$@"\n' > bin/mpiexec
	chmod 755 bin/mpiexec
	echo here > nodes
	export PBS_JOBID=14.host PBS_NODEFILE="$PWD/nodes" PATH="$PWD/bin:$(dirname "$ADVISOR"):$PATH" TO="$SCRATCH" IMAGE="$NODE/tar.tar.zst"
	RUN='sh -c "echo \"$CONDA_PREFIX\"; exit 5"' run "$SRCDIR/recipes/pbs/stage.pbs"
	[ "$status" -eq 5 ]
	[ "$output" = "$NODE/env" ]
	[ ! -e "$NODE/env/bin" ]
}

modulefile() {
	"$ADVISOR" bundle modulefile "$1" --template "$SRCDIR/recipes/modulefiles/bundle.$2.in"
}

# Loads a Tcl module with stand-ins for the commands of Environment Modules.
load_tcl() {
	cat > load.tcl <<-'END'
	proc module-whatis {args} { puts "whatis $args" }
	proc conflict {name} { puts "conflict $name" }
	proc module-info {what which} { return 1 }
	proc prepend-path {name value} { puts "prepend $name $value" }
	proc setenv {name value} { puts "set $name $value" }
	while 1 { source [lindex $argv 0]; ModulesHelp; break }
	END
	tclsh load.tcl "$1" 2>&1
}

@test "modulefiles, whatever an image is called" {
	[ "$(modulefile "$NODE/tar.tar.zst" tcl | head -n 1)" = "#%Module1.0" ]
	stage "$NODE/tar.tar.zst" --job 1 > /dev/null
	modulefile "$NODE/tar.tar.zst" tcl > plain.tcl
	modulefile "$NODE/tar.tar.zst" lua > plain.lua
	refute grep -q '@[A-Z]*@' plain.tcl plain.lua
	python3 - "$NODE/tar.tar.zst.manifest.json" <<-'MAKE'
	import json, sys
	manifest = json.load(open(sys.argv[1]))
	manifest["name"] = 'x"] [exec touch evil] $env(HOME) \\" .. os.execute("touch evil") ..\n "'
	json.dump(manifest, open("bad.tar.zst.manifest.json", "w"))
	MAKE
	modulefile bad.tar.zst tcl > bad.tcl
	modulefile bad.tar.zst lua > bad.lua
	# nothing of the name stands outside of its quotes
	[ "$(wc -l < bad.lua)" -eq "$(wc -l < plain.lua)" ]
	refute grep -q 'execute("\|"touch' bad.lua
	if command -v tclsh > /dev/null; then
		run load_tcl plain.tcl
		[[ $output == *"prepend PATH $NODE/env/bin"*"set CONDA_PREFIX $NODE/env"* && $output == *"numpy"* || $output == *"pure 1.0"* ]]
		run load_tcl bad.tcl
		[[ $output == *'set CONDA_DEFAULT_ENV x"] [exec touch evil] $env(HOME)'* ]]
		stage --release --job 1
		run load_tcl plain.tcl
		[[ $output == *"is not staged on this node"* && $output != *CONDA_PREFIX* ]]
	fi
	for lua in lua5.4 lua5.3 lua5.1 lua; do
		command -v $lua > /dev/null || continue
		cat > load.lua <<-'END'
		for _, name in ipairs({"help", "whatis", "family", "prepend_path"}) do _G[name] = function() end end
		function mode() return "load" end
		function isDir() return true end
		function pathJoin(a, b) return a .. "/" .. b end
		function setenv(name, value) print(name .. "=" .. value) end
		dofile(arg[1])
		END
		$lua load.lua plain.lua | grep -qx "CONDA_PREFIX=$NODE/env"
		$lua load.lua bad.lua | grep -q '^CONDA_DEFAULT_ENV=x"'
	done
	[ ! -e evil ]
	run "$ADVISOR" bundle modulefile "$NODE/tar.tar.zst" --template plain.lua
	[ "$status" -eq 2 ]
	run "$ADVISOR" bundle modulefile "$NODE/tar.tar.zst"
	[ "$status" -eq 2 ]
}
