#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# bundle test: what an image was built for is imported from it, in a room of its own.

bats_require_minimum_version 1.5.0
load ../says.bash

setup_file() {
	export PACKAGES="$BATS_FILE_TMPDIR/packages" PYTHONDONTWRITEBYTECODE=1 MOUNT=/opt/trial/env
	python3 "$SRCDIR/tests/bundle/real_python.py" "$PACKAGES"
	rm "$PACKAGES"/purer-*
	(cd "$BATS_FILE_TMPDIR" && python3 - <<-'MAKE')
	import os, sys
	sys.path.insert(0, os.environ["SRCDIR"] + "/tests/bundle")
	from packages import Entry, package
	def noarch(name, files):
	    entries = {"site-packages/" + path: Entry(text.encode()) for path, text in files.items()}
	    package(os.environ["PACKAGES"], name, entries, ["python"], noarch="python", subdir="noarch")
	noarch("good", {"good/__init__.py": "print('noise')\nVALUE = 1\n", "good/tests/test_x.py": "1 / 0\n",
	                "alone.py": "import good\n", "space/part/__init__.py": "", "space/part/inner.py": "1 / 0\n",
	                "space/single.py": "", "tests/__init__.py": "1 / 0\n", "good-1.dist-info/x.py": "1 / 0\n"})
	noarch("bad", {"absent.py": "import nosuchmodule\n", "crash.py": "import os; os.kill(os.getpid(), 11)\n",
	               "leaves.py": "import os; print('<bye> & \\x1b[31m', flush=True); os._exit(7)\n",
	               "hangs.py": "while True: pass\n", "raises.py": "raise SystemExit('<no> & \\x01')\n"})
	noarch("lacking", {"lacks.py": "import nosuchmodule\n"})
	noarch("spy", {"spy.py": f"""
	import os, socket, sys
	assert sys.prefix == {os.environ['MOUNT']!r}, sys.prefix
	assert not os.listdir('/tmp') and not os.path.exists('/opt/trial/other'), os.listdir('/tmp')
	assert os.listdir('/home') == ['room'] and not os.path.exists('/root/.bashrc')
	assert [name for _, name in socket.if_nameindex()] == ['lo']
	assert os.getuid() in (65534, 0) and len([p for p in os.listdir('/proc') if p.isdigit()]) < 20
	try:
	    open(sys.prefix + '/mine', 'w')
	except OSError:
	    pass
	else:
	    raise AssertionError('the image can be written to')
	open('/tmp/mine-of-the-room', 'w').close()
	"""})
	MAKE
	image good.squashfs good pure spy
	image bad.squashfs bad good
	image good.tar.zst good pure spy
}

setup() {
	cd "$BATS_FILE_TMPDIR"
}

# image FILE SPEC...: of all packages, for these.
image() {
	case $1 in
	*.squashfs) grep -q '^#define HAVE_SQUASHFS 1' "$BUILDDIR/config.h" || return 0 ;;
	esac
	(
		cd "$BATS_FILE_TMPDIR"
		printf 'schema: advisor.bundle/1\nname: real\nmount: %s\nspecs: [%s]\npackages:\n' "$MOUNT" "$2${3:+, $3}${4:+, $4}"
		printf -- '- "%s"\n' "$PACKAGES"/*.conda
	) > "$BATS_FILE_TMPDIR/$1.yml"
	"$ADVISOR" bundle build --level 1 -q "$BATS_FILE_TMPDIR/$1.yml" -o "$BATS_FILE_TMPDIR/$1" > /dev/null 2> "$BATS_FILE_TMPDIR/told" ||
		{ cat "$BATS_FILE_TMPDIR/told"; false; }
}

has() {
	[ -e "$1" ] || skip "built without squashfs"
}

@test "every top-level module of what was asked for is imported, however the image is seen" {
	for method in kernel fuse extract; do
		file=good.squashfs
		[ $method != extract ] || file=good.tar.zst
		[ -e $file ] || continue
		run --separate-stderr "$ADVISOR" bundle test $file --method $method --json
		if [ "$status" -eq 4 ]; then
			echo "# $method: $stderr" >&3
			continue
		fi
		[[ $stderr != *"no room of its own"* ]] || { echo "# $method: $stderr" >&3; continue; }
		[ "$status" -eq 0 ] || { echo "$method: $status $output $stderr"; false; }
		printf '%s' "$output" > "$BATS_TEST_TMPDIR/trial.json"
		python3 - "$BATS_TEST_TMPDIR/trial.json" $method <<-'CHECK'
		import json, sys
		trial = json.load(open(sys.argv[1]))
		assert trial["schema"] == "advisor.trial/1" and trial["alone"] and trial["method"] == sys.argv[2]
		assert trial["failures"] == 0 and trial["packages"] == 3
		assert [row["module"] for row in trial["modules"]] == [
		    "alone", "good", "space.part", "space.single", "pure", "spy"], trial["modules"]
		assert all(row["works"] and 0 <= row["seconds"] < 60 for row in trial["modules"])
		CHECK
	done
	[ ! -e /tmp/mine-of-the-room ]
}

@test "what does not work is told with its reason, in text, JSON and JUnit's XML" {
	has bad.squashfs
	run --separate-stderr "$ADVISOR" bundle test bad.squashfs --timeout 2 --threads 3 --junit "$BATS_TEST_TMPDIR/trial.xml"
	[ "$status" -eq 1 ] || { echo "$status $output $stderr"; false; }
	echo "$output"
	[[ $output == *"FAILED  absent"* && $output == *"ok      good"* ]]
	[[ $output == *"absent: ModuleNotFoundError: No module named 'nosuchmodule'"* ]]
	[[ $output == *"crash: Python was ended by signal 11"* ]]
	[[ $output == *"leaves: Python ended with status 7: <bye> &"* ]]
	[[ $output == *"hangs: it took more than 2 seconds"* ]]
	[[ $output == *"raises: SystemExit: <no> &"* ]]
	[[ $output == *"4 of 9 modules of 2 packages import"* ]]
	[[ $output != *$'\x1b'* ]]
	python3 - "$BATS_TEST_TMPDIR/trial.xml" <<-'CHECK'
	import sys, xml.etree.ElementTree as xml
	suite = xml.parse(sys.argv[1]).getroot()[0]
	assert suite.get("tests") == "9" and suite.get("failures") == "5", suite.attrib
	failed = {case.get("name"): case[0].get("message") for case in suite.iter("testcase") if len(case)}
	assert set(failed) == {"absent", "crash", "hangs", "leaves", "raises"}, failed
	assert failed["raises"].startswith("SystemExit: <no> &")
	CHECK
}

# plain NAME FORMAT LINE PACKAGE...: an image of these packages in ./
plain() {
	printf 'schema: advisor.bundle/1\nname: %s\n%s\npackages:\n' "$1" "$3" > "$1.yml"
	printf -- '- "%s"\n' "${@:4}" >> "$1.yml"
	"$ADVISOR" bundle build --level 1 -q "$1.yml" -o "$1.$2" ${on:+--base "$on"} > /dev/null 2>&1
}

@test "a layer is tried on its base, by every way that its manifest offers" {
	cd "$BATS_TEST_TMPDIR"
	formats=tar.zst
	[ ! -e "$BATS_FILE_TMPDIR/good.squashfs" ] || formats="tar.zst squashfs"
	for format in $formats; do
		plain base $format "mount: $MOUNT" "$PACKAGES"/{python,pure}-*
		on=base.$format plain layer $format "mount: /opt/trial/layer" "$PACKAGES"/{good,lacking}-*
		for method in kernel fuse extract; do
			[ $format.$method != tar.zst.kernel ] && [ $format.$method != tar.zst.fuse ] &&
				[ $format.$method != squashfs.extract ] || continue
			run --separate-stderr "$ADVISOR" bundle test layer.$format --base base.$format --method $method --json
			if [ "$status" -eq 4 ]; then
				echo "# $method: $stderr" >&3
				continue
			fi
			[ "$status" -eq 1 ] || { echo "$method: $status $output $stderr"; false; }
			printf '%s' "$output" > trial.json
			python3 - layer.$format.manifest.json base.$format <<-'CHECK'
			import json, sys
			trial, layer = json.load(open("trial.json")), json.load(open(sys.argv[1]))["layer"]
			ways = [way for way in ("overlay", "pth", "pythonpath") if layer["ways"][way]["works"]]
			assert len(ways) == 3 and trial["base"] == sys.argv[2] and trial["packages"] == 2, layer["ways"]
			works = {"alone": 1, "good": 1, "lacks": 0, "space.part": 1, "space.single": 1}
			assert sorted((row["way"], row["module"], row["works"]) for row in trial["modules"]) == sorted(
			    (way, module, bool(fine)) for way in ways for module, fine in works.items()), trial["modules"]
			assert trial["failures"] == 3
			CHECK
		done
	done
	run "$ADVISOR" bundle test layer.tar.zst --base base.tar.zst --junit trial.xml
	[ "$status" -eq 1 ] || [ "$status" -eq 4 ]
	[ "$status" -eq 4 ] || [[ $output == *"good"*"pythonpath"* && $output == *"lacks by pth: ModuleNotFoundError"* ]]
	[ "$status" -eq 4 ] || [ "$(grep -c '<testcase name="lacks by ' trial.xml)" -eq 3 ]
	run "$ADVISOR" bundle test layer.tar.zst
	[ "$status" -eq 2 ]
	[[ $output == *"is a layer on 'base': --base names that image"* ]]
	run "$ADVISOR" bundle test base.tar.zst --base base.tar.zst
	[ "$status" -eq 2 ]
	run "$ADVISOR" bundle test layer.tar.zst --base "$BATS_FILE_TMPDIR/good.tar.zst"
	[ "$status" -eq 3 ]
	[[ $output == *"was built on 'base'"* ]]
}

@test "nothing stays behind" {
	has good.squashfs
	mkdir "$BATS_TEST_TMPDIR/tmp"
	# without a room imports may fail, or none be tried
	TMPDIR="$BATS_TEST_TMPDIR/tmp" run "$ADVISOR" bundle test good.tar.zst
	[ "$status" -eq 0 ] || [ "$status" -eq 1 ] || [ "$status" -eq 4 ]
	[ -z "$(ls "$BATS_TEST_TMPDIR/tmp")" ]
	refute grep -q "$BATS_FILE_TMPDIR" /proc/self/mountinfo
	refute pgrep -f "$MOUNT/bin/python"
}

@test "what can't be tried is told" {
	run "$ADVISOR" bundle test absent.squashfs
	[ "$status" -eq 3 ]
	run "$ADVISOR" bundle test good.tar.zst --method kernel
	[ "$status" -eq 4 ]
	[[ $output == *"a packed tar can only be extracted"* ]]
	run "$ADVISOR" bundle test good.tar.zst --method squashfuse
	[ "$status" -eq 2 ]
	run "$ADVISOR" bundle test good.tar.zst --junit absent/trial.xml
	[ "$status" -eq 4 ]
}
