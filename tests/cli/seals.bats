#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# What is said of an image beside it: bill of materials, signature, lists; and that no word can be changed.

bats_require_minimum_version 1.5.0
load ../says.bash

setup_file() {
	export P="$BATS_FILE_TMPDIR/packages"
	mkdir "$P"
	(cd "$SRCDIR/tests/bundle" && python3 - "$P") <<-'MAKE'
	import os, sys
	from elves import elf
	from packages import Entry, package
	def licensed(name, licence, **more):
	    package(sys.argv[1], name, {"share/" + name: Entry(name.encode())}, license=licence, **more)
	licensed("mit", "MIT")
	licensed("both", "MIT AND (Apache-2.0 OR GPL-2.0-or-later WITH Bison-exception-2.2)", depends=["mit >=1", "__glibc >=2.17"])
	licensed("own", "BSD-like, see file", depends=["both", "mit"])
	licensed("ref", "LicenseRef-Intel")
	licensed("later", "LGPL-2.1+")
	licensed("none", None)
	package(sys.argv[1], "c++%20+", {"lib/libx.so": Entry(elf("libx.so", ["libc.so.6"]), mode=0o755)}, version="1!2.0+local", old=True)
	MAKE
	printf 'schema: advisor.bundle/1\nname: sealed\nmount: /opt/sealed\npackages:\n' > "$BATS_FILE_TMPDIR/recipe.yml"
	printf -- '- "%s"\n' "$P"/* >> "$BATS_FILE_TMPDIR/recipe.yml"
	mkdir "$BATS_FILE_TMPDIR/made"
	cd "$BATS_FILE_TMPDIR/made"
	"$ADVISOR" bundle build -q ../recipe.yml -o a.tar.zst --sbom a.tar.zst.cdx.json
	if command -v ssh-keygen > /dev/null; then
		ssh-keygen -q -t ed25519 -N '' -C me -f ../key
		ssh-keygen -q -t ed25519 -N '' -C other -f ../other
		printf 'staff@centre %s\n' "$(cut -d' ' -f1,2 ../key.pub)" > ../allowed
		printf 'boss@centre %s\n' "$(cut -d' ' -f1,2 ../other.pub)" >> ../allowed
		"$ADVISOR" bundle sign a.tar.zst --sign ../key
	fi
}

setup() {
	cp "$BATS_FILE_TMPDIR"/made/* "$BATS_TEST_TMPDIR"
	cd "$BATS_TEST_TMPDIR"
}

need_ssh() {
	command -v ssh-keygen > /dev/null || skip "no ssh-keygen"
}

@test "the bill of materials is CycloneDX, and says what the manifest says" {
	python3 "$SRCDIR/tests/bundle/check_sbom.py" a.tar.zst.cdx.json a.tar.zst.manifest.json
	python3 - <<-'CHECK'
	import hashlib, json
	bill, manifest = json.load(open("a.tar.zst.cdx.json")), json.load(open("a.tar.zst.manifest.json"))
	licences = {c["name"]: c.get("licenses", [None])[0] for c in bill["components"]}
	assert licences == {
	    "mit": {"license": {"id": "MIT"}}, "none": None, "ref": {"expression": "LicenseRef-Intel"},
	    "both": {"expression": "MIT AND (Apache-2.0 OR GPL-2.0-or-later WITH Bison-exception-2.2)"},
	    "own": {"license": {"name": "BSD-like, see file"}}, "later": {"expression": "LGPL-2.1+"},
	    "c++%20+": {"license": {"id": "MIT"}}}, licences
	assert manifest["sbom_sha256"] == hashlib.sha256(open("a.tar.zst.cdx.json", "rb").read()).hexdigest()
	serial = bill["serialNumber"][9:].replace("-", "")
	digest = manifest["image"]["sha256"]
	assert serial[:12] == digest[:12] and serial[13:16] == digest[13:16] and serial[12] == "8"
	CHECK
	grep -q '"purl": "pkg:conda/c%2B%2B%2520%2B@1%212.0%2Blocal?build=0&' a.tar.zst.cdx.json
	"$ADVISOR" bundle sbom a.tar.zst | cmp - a.tar.zst.cdx.json
	"$ADVISOR" bundle sbom a.tar.zst -o b.json
	cmp b.json a.tar.zst.cdx.json
	SOURCE_DATE_EPOCH=1000000000 "$ADVISOR" bundle build -q "$BATS_FILE_TMPDIR/recipe.yml" -o b.tar.zst --sbom b.json
	grep -q '"timestamp": "2001-09-09T01:46:40Z"' b.json
	python3 "$SRCDIR/tests/bundle/check_sbom.py" b.json b.tar.zst.manifest.json
	run "$ADVISOR" bundle verify a.tar.zst
	[ "$status" -eq 0 ]
	[[ $output == *"so does its bill of materials"* ]]
}

@test "signed by an OpenSSH key, and verified" {
	need_ssh
	allowed=$BATS_FILE_TMPDIR/allowed
	run "$ADVISOR" bundle verify a.tar.zst --allowed-signers "$allowed"
	[ "$status" -eq 0 ]
	[[ $output == *"signed by staff@centre"* ]]
	"$ADVISOR" bundle verify a.tar.zst --allowed-signers "$allowed" --signer staff@centre
	run "$ADVISOR" bundle verify a.tar.zst --allowed-signers "$allowed" --signer boss@centre
	[ "$status" -eq 1 ]
	[[ $output == *"does not hold for 'boss@centre'"* ]]
	# the tool itself agrees
	ssh-keygen -Y verify -n conda-advisor -f "$allowed" -I staff@centre -s a.tar.zst.manifest.json.sig \
		< a.tar.zst.manifest.json
	printf 'boss@centre %s\n' "$(cut -d' ' -f1,2 "$BATS_FILE_TMPDIR/other.pub")" > few
	run "$ADVISOR" bundle verify a.tar.zst --allowed-signers few
	[ "$status" -eq 1 ]
	[[ $output == *"not signed by anybody in 'few'"* ]]
	rm a.tar.zst.manifest.json.sig
	run "$ADVISOR" bundle verify a.tar.zst --allowed-signers "$allowed"
	[ "$status" -eq 1 ]
	[[ $output == *"there is no signature"* ]]
	"$ADVISOR" bundle build -q "$BATS_FILE_TMPDIR/recipe.yml" -o c.tar.zst --sign "$BATS_FILE_TMPDIR/other"
	"$ADVISOR" bundle verify c.tar.zst --allowed-signers "$allowed" | grep -q boss@centre
	mkdir releases
	"$ADVISOR" bundle publish c.tar.zst --to releases
	"$ADVISOR" bundle verify releases/current/c.tar.zst --allowed-signers "$allowed"
}

@test "signed by minisign, and verified" {
	command -v minisign > /dev/null || skip "no minisign"
	minisign -G -W -p mini.pub -s mini.key > /dev/null
	"$ADVISOR" bundle sign a.tar.zst --sign mini.key
	run "$ADVISOR" bundle verify a.tar.zst --public-key mini.pub
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	[[ $output == *"signed by mini.pub"* ]]
	minisign -V -q -p mini.pub -m a.tar.zst.manifest.json
	minisign -G -f -W -p mini.pub -s mini.key > /dev/null
	run "$ADVISOR" bundle verify a.tar.zst --public-key mini.pub
	[ "$status" -eq 1 ]
	sed -i 's/"name": "sealed"/"name": "broken"/' a.tar.zst.manifest.json
	run "$ADVISOR" bundle verify a.tar.zst --public-key mini.pub
	[ "$status" -eq 1 ]
}

@test "a change of image, manifest, bill or signature is found" {
	need_ssh
	verify=("$ADVISOR" bundle verify a.tar.zst --allowed-signers "$BATS_FILE_TMPDIR/allowed")
	"${verify[@]}"
	for file in a.tar.zst a.tar.zst.manifest.json a.tar.zst.cdx.json a.tar.zst.manifest.json.sig; do
		cp $file kept
		python3 -c 'import sys; d = bytearray(open(sys.argv[1], "rb").read()); d[len(d) // 2] ^= 1; open(sys.argv[1], "wb").write(d)' $file
		run "${verify[@]}"
		[ "$status" -ne 0 ] || { echo "$file: $output"; false; }
		mv kept $file
	done
	"${verify[@]}"
}

@test "no word of the manifest can be changed, signed or not" {
	python3 - <<-'CHANGE'
	import copy, json, os, subprocess
	name = "a.tar.zst.manifest.json"
	manifest = json.load(open(name))
	def changes(node, path=()):
	    if isinstance(node, dict):
	        for key in node:
	            yield from changes(node[key], path + (key,))
	    elif isinstance(node, list):
	        yield path + ("+",)
	        for i in range(min(2, len(node))):
	            yield from changes(node[i], path + (i,))
	    else:
	        yield path
	def changed(path):
	    other = copy.deepcopy(manifest)
	    node = other
	    for step in path[:-1]:
	        node = node[step]
	    if path[-1] == "+":
	        node.append({} if node and isinstance(node[0], dict) else "more")
	        return other
	    old = node[path[-1]]
	    node[path[-1]] = (not old if isinstance(old, bool) else old + 1 if isinstance(old, int)
	                      else "x" if old is None else old[:-1] + ("0" if old[-1:] != "0" else "1"))
	    return other
	done = 0
	for path in changes(manifest):
	    with open(name, "w") as out:
	        json.dump(changed(path), out, indent=1, sort_keys=True)
	    run = subprocess.run([os.environ["ADVISOR"], "bundle", "verify", "-q", "a.tar.zst"], stdout=subprocess.PIPE,
	                         stderr=subprocess.STDOUT)
	    assert run.returncode in (1, 3), (path, run.stdout)
	    done += 1
	assert done > 60, done
	CHANGE
}

@test "keys that are none, and tools that are absent" {
	echo nothing > key
	run "$ADVISOR" bundle build "$BATS_FILE_TMPDIR/recipe.yml" -o b.tar.zst --sign key
	[ "$status" -eq 3 ]
	[[ $output == *"neither an OpenSSH nor a minisign key"* ]]
	[ ! -e b.tar.zst ]
	run "$ADVISOR" bundle sign a.tar.zst
	[ "$status" -eq 2 ]
	echo 'untrusted comment: minisign encrypted secret key' > mini.key
	PATH=/nowhere run "$ADVISOR" bundle sign a.tar.zst --sign mini.key
	[ "$status" -eq 4 ]
	[[ $output == *"'minisign' is not installed; it comes with the package 'minisign'"* ]]
	run "$ADVISOR" bundle verify a.tar.zst --allowed-signers absent
	[ "$status" -eq 4 ]
	need_ssh
	ssh-keygen -q -t ed25519 -N secret -C me -f locked
	run setsid "$ADVISOR" bundle sign a.tar.zst --sign locked < /dev/null
	[ "$status" -eq 4 ]
	[[ $output == *"needs a terminal, or an agent"* ]]
}

@test "every file of an image is listed" {
	"$ADVISOR" bundle list --files a.tar.zst > text
	grep -qE '^-755 +[0-9]+ +lib/libx.so$' text
	"$ADVISOR" bundle list --files --json a.tar.zst > list.json
	python3 - <<-'CHECK'
	import json
	rows, manifest = json.load(open("list.json")), json.load(open("a.tar.zst.manifest.json"))
	assert rows["schema"] == "advisor.bundle-files/1"
	paths = [row["path"] for row in rows["files"]]
	assert paths == sorted([f["path"] for f in manifest["files"]] + manifest["folders"])
	sizes = {f["path"]: f.get("size") for f in manifest["files"]}
	assert all(row.get("size") == sizes.get(row["path"]) for row in rows["files"])
	CHECK
	rm a.tar.zst.manifest.json
	run "$ADVISOR" bundle list --files a.tar.zst
	[ "$status" -eq 3 ]
	[[ $output == *"which is not there"* ]]
}
