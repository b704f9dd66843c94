#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# Layers: what base lacks, checked against base, and refused where both would not go together.

bats_require_minimum_version 1.5.0
load ../says.bash

setup_file() {
	export P="$BATS_FILE_TMPDIR/packages" BASE="$BATS_FILE_TMPDIR/base.tar.zst"
	python3 "$SRCDIR/tests/bundle/layered.py" "$P"
	recipe base /opt/centre/base "$P"/base/* > "$BATS_FILE_TMPDIR/base.yml"
	"$ADVISOR" bundle build -q "$BATS_FILE_TMPDIR/base.yml" -o "$BASE"
}

setup() {
	cd "$BATS_TEST_TMPDIR"
}

recipe() {
	printf 'schema: advisor.bundle/1\nname: %s\nmount: "%s"\npackages:\n' "$1" "$2"
	shift 2
	printf -- '- "%s"\n' "$@"
}

# Builds a layer of packages: layer NAME PACKAGE...; more options in $more
layer() {
	recipe "$1" "/opt/centre/$1" "${@:2}" > "$1.yml"
	run "$ADVISOR" bundle build "$1.yml" --base "${on:-$BASE}" -o "$1.tar.zst" $more
}

# A Python expression on the manifest m of a layer.
says() {
	python3 -c 'import json, sys; m = json.load(open(sys.argv[1] + ".tar.zst.manifest.json")); sys.exit(not eval(sys.argv[2]))' "$1" "$2"
}

@test "a layer holds what base lacks, made for base's path, and verifies" {
	layer climate "$P"/base/numpy-* "$P"/layer/*
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	[[ $output == *"from 4 packages"* && $output == *"base has, too, left out: 1"* ]]
	"$ADVISOR" bundle verify climate.tar.zst
	zstd -qdc climate.tar.zst | tar -t > names
	refute grep -E 'numpy|share/same|history|frozen|advisor/manifest' names
	grep -qx conda-meta/advisor/layer.json names
	grep -qx conda-meta/climate-1.0-0.json names
	zstd -qdc climate.tar.zst | tar -xO bin/climate | grep -qx '#!/opt/centre/base/bin/python[0-9.]*'
	zstd -qdc climate.tar.zst | tar -xO share/data.conf | grep -qx /opt/centre/base/share
	python3 - "$BASE.manifest.json" <<-'CHECK'
	import hashlib, json, sys
	base, layer = (json.load(open(name)) for name in (sys.argv[1], "climate.tar.zst.manifest.json"))
	lines = sorted("%(name)s %(version)s %(build)s %(sha256)s\n" % p for p in base["packages"])
	print_of_base = hashlib.sha256("".join(lines).encode()).hexdigest()
	assert base["fingerprint"] == print_of_base and "layer" not in base
	assert layer["layer"]["base"]["fingerprint"] == print_of_base
	assert layer["layer"]["base"]["image_sha256"] == base["image"]["sha256"]
	assert layer["mount"] == base["mount"] and layer["layer"]["elsewhere"] == "/opt/centre/climate"
	assert layer["layer"]["ways"]["overlay"]["works"] and layer["layer"]["shared_files"] == 1
	paths = {f["path"] for f in layer["files"]}
	assert not paths & {f["path"] for f in base["files"]}
	assert [p["name"] for p in layer["packages"]] == ["climate", "data", "native", "same"]
	record = json.loads(__import__("subprocess").check_output(
	    "zstd -qdc climate.tar.zst | tar -xO conda-meta/same-1.0-0.json", shell=True))
	assert all("sha256_in_prefix" in p for p in record["paths_data"]["paths"])
	CHECK
	"$ADVISOR" bundle list climate.tar.zst | grep -q '^native '
	rm climate.tar.zst.manifest.json
	"$ADVISOR" bundle list climate.tar.zst | grep -q '^native '
}

@test "what does not go with base is refused, with the reason" {
	local -A why=(
		[clash]="'share/other' among them, is in base 'base' with another content"
		[mode]="'share/same' among them"
		[place]="'share/other' among them"
		[lost]="such as 'libabsent.so.3' for '/opt/centre/base/lib/python"
		[runpath]="such as 'libbelow.so' for"
		[machine]="such as 'libx.so' for"
		[othersnake]="is for another Python: it needs 'python 2.7.*'"
		[lonely]="needs 'absent', which neither the layer nor base 'base' has"
		[ruledout]="package 'numpy' needs 'ruledout <2'"
		[constraining]="needs 'numpy >=2', and numpy 1.0 0 is there in base"
		[numpy]="base 'base' has numpy 1.0 0, and the layer would have 2.0 0"
	)
	for file in "$P"/wrong/*; do
		name=$(basename "$file")
		name=${name%%-*}
		layer "$name" "$file"
		[ "$status" -eq 3 ] || { echo "$name: $status $output"; false; }
		[[ $output == *"${why[$name]}"* ]] || { echo "$name: $output"; false; }
		[ -z "$(find . -name "$name.tar*")" ]
	done
	layer nothing "$P"/base/numpy-*
	[ "$status" -eq 3 ]
	[[ $output == *"there is nothing to layer"* ]]
}

@test "which ways work, and what is against the others" {
	for file in "$P"/special/*; do
		name=$(basename "$file")
		more= layer "${name%%-*}" "$file"
		[ "$status" -eq 0 ] || [ "${name%%-*}" = gpu ] || { echo "$output"; false; }
	done
	ways='{k: v["works"] for k, v in m["layer"]["ways"].items()} =='
	says hiding "$ways {'overlay': True, 'pth': True, 'pythonpath': False}"
	says lines "$ways {'overlay': True, 'pth': True, 'pythonpath': False}"
	for name in far linked partof prefixed; do
		says $name "$ways {'overlay': True, 'pth': False, 'pythonpath': False}"
	done
	says far '"far.so'"' would not find 'libbase.so.1'"'" in m["layer"]["ways"]["pythonpath"]["problems"][0]'
	says partof "m['layer']['ways']['pth']['problems'] == [\"'numpy' being parts of packages of base\"]"
	layer pure "$P"/layer/climate-*
	[ "$status" -eq 0 ]
	says pure "$ways {'overlay': True, 'pth': True, 'pythonpath': True}"
	layer plain "$P"/layer/same-*
	says plain "'nothing in it for Python' in m['layer']['ways']['pth']['problems'][0]"
}

@test "what a node must have: drivers are known, other libraries are to be named" {
	layer gpu "$P"/special/gpu-*
	[ "$status" -eq 3 ]
	[[ $output == *"1 shared library is not found, such as 'libGL.so.1'"* && $output == *--host-library* ]]
	more="--host-library libEGL.*,libGL.so.*" layer gpu "$P"/special/gpu-*
	[ "$status" -eq 0 ]
	says gpu 'm["requirements"]["libraries"][0]["name"] == "libGL.so.1" and len(m["requirements"]["libraries"]) == 1'
	says gpu 'm["requirements"]["virtual"] == ["__archspec * x86_64_v3", "__cuda >=12.0", "__glibc >=2.28,<3.0.a0"]'
	says gpu 'm["requirements"]["arch_level"] == 3 and m["requirements"]["glibc"] == "2.28"'
	layer native "$P"/layer/native-*
	says native 'm["requirements"]["glibc"] == "2.28" and m["requirements"]["glibc_file"].endswith("native/ext.so")'
	says native 'm["requirements"]["kernel"] == "4.18"'
}

@test "base may be an image, its manifest, its folder, or installed" {
	mkdir release prefix
	cp "$BASE" "$BASE.manifest.json" release/
	zstd -qdc "$BASE" | tar -xpC prefix
	on=release layer climate "$P"/layer/*
	[ "$status" -eq 0 ]
	mv climate.tar.zst.manifest.json first
	on=release/base.tar.zst.manifest.json layer climate "$P"/layer/*
	cmp first climate.tar.zst.manifest.json
	on=$PWD/prefix layer climate "$P"/layer/*
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	says climate "m['mount'].endswith('/prefix') and m['layer']['base']['image_sha256'] is None"
	says climate "m['layer']['shared_files'] == 1 and m['layer']['base']['fingerprint'] == '$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["fingerprint"])' "$BASE.manifest.json")'"
	for name in clash lost machine runpath place; do
		on=$PWD/prefix layer $name "$P"/wrong/$name-*
		[ "$status" -eq 3 ] || { echo "$name: $output"; false; }
	done
}

@test "what is no base is told" {
	layer climate "$P"/layer/climate-*
	[ "$status" -eq 0 ]
	on=climate.tar.zst layer again "$P"/layer/same-*
	[ "$status" -eq 3 ]
	[[ $output == *"is a layer itself; name what it stands on: 'base'"* ]]
	on=absent layer again "$P"/layer/same-*
	[ "$status" -eq 3 ]
	[[ $output == *"there is no 'absent.manifest.json'"* ]]
	mkdir empty
	on=empty layer again "$P"/layer/same-*
	[ "$status" -eq 3 ]
	cp "$BASE.manifest.json" old.manifest.json
	sed -i '/^ *"fingerprint"/d' old.manifest.json
	on=old layer again "$P"/layer/same-*
	[ "$status" -eq 3 ]
	[[ $output == *"build that image anew"* ]]
	more="--mount /opt/centre/base/inside" layer again "$P"/layer/same-*
	[ "$status" -eq 2 ]
}

@test "what is missing is what the loader of this machine misses" {
	command -v cc > /dev/null || skip "no C compiler"
	command -v ldd > /dev/null || skip "no ldd"
	for seed in 1 6; do
		python3 "$SRCDIR/tests/bundle/loader.py" $seed loader-$seed
	done
}
