# SPDX-License-Identifier: BSD-3-Clause
# A very small centre: a recipe, ready-made counts, a channel. Sourced by bats files.

record() { # name, version, depends...
	local name=$1 version=$2 depends="" spec
	shift 2
	for spec; do depends="$depends${depends:+, }\"$spec\""; done
	printf '"%s-%s-0.conda": {"name": "%s", "version": "%s", "build": "0", "build_number": 0, ' \
		"$name" "$version" "$name" "$version"
	printf '"depends": [%s], "size": 1000, "subdir": "linux-64", "md5": "%s", "sha256": "%s"}' \
		"$depends" 0123456789abcdef0123456789abcdef \
		0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
}

tiny_channel() { # folder
	mkdir -p "$1/linux-64" "$1/noarch"
	{
		echo '{"info": {"subdir": "linux-64"}, "packages": {}, "packages.conda": {'
		record python 3.11.9; echo ,
		record numpy 1.26.4 "python >=3.11"; echo ,
		record numpy 2.1.0 "python >=3.12"; echo ,
		record asciitree 0.3 python; echo ,
		record zarr 2.18 "numpy >=1.20" asciitree; echo ,
		record xarray 2024.5 "numpy >=1.20"; echo ,
		record wild 1.0 "numpy >=2"; echo ,
		record big 1.0 python dep1 dep2; echo ,
		record dep1 1.0; echo ,
		record dep2 1.0
		echo '}}'
	} > "$1/linux-64/repodata.json"
	echo '{"info": {"subdir": "noarch"}, "packages": {}, "packages.conda": {}}' > "$1/noarch/repodata.json"
}

# patch CODE: changes the channel's packages, a dictionary 'p' by file name.
patch() {
	python3 -c '
import json, sys
path = "channel/linux-64/repodata.json"
data = json.load(open(path))
p = data["packages.conda"]
exec(sys.argv[1])
json.dump(data, open(path, "w"))' "$1"
}

tiny_site() {
	cat <<-'END'
	schema: advisor.site/1
	name: tiny
	places:
	- {class: base, prefix: /soft/base/}
	- {class: user-site, prefix: /home/*/.local/}
	- {class: home, prefix: /home/}
	base_packages: [python 3.11.*, numpy]
	channels: [./channel]
	by_module: [mpi4py]
	imports: {numpy: numpy, zarr: zarr, xarray: xarray, wild: wild, big: big, lost: lost, mpi4py: mpi4py}
	END
}

tiny_usage() {
	cat <<-'END'
	month,user,project,module,place,runs
	2025-01,ann,sea,numpy,base,5
	2025-01,bob,sea,numpy,home,5
	2025-01,bob,sea,zarr,home,5
	2025-01,cid,sky,zarr,home,1
	2025-02,cid,sky,wild,home,1
	2025-02,dan,sky,big,home,1
	2025-02,dan,sky,lost,home,1
	2025-02,eve,sky,mpi4py,home,1
	2025-03,fay,sky,xarray,user-site,1
	END
}

tiny() {
	tiny_channel channel
	tiny_site > site.yml
	tiny_usage > usage.csv
	"$ADVISOR" ingest -q -o usage.db --site site.yml usage.csv
}
