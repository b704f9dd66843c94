# SPDX-License-Identifier: BSD-3-Clause
# A centre with a policy, for tests of the gate. Sourced by bats files.

load tiny.bash

gate_channel() {
	tiny_channel channel
	patch '
def add(name, version="1.0", build="0", depends=(), **more):
    p["%s-%s-%s.conda" % (name, version, build)] = dict(p["big-1.0-0.conda"], name=name, version=version,
        build=build, depends=list(depends), **more)
for record in p.values():
    record.update(license="MIT", timestamp=1740000000000)
add("gpl", license="GPL-3.0-only")
add("either", license="GPL-3.0-only OR MIT")
add("both", license="MIT AND GPL-3.0-only")
add("mild", license="GPL-3.0-only WITH GCC-exception-3.1")
add("odd", license="BSD 3-Clause")
add("brings-big", depends=["big"])
add("old", timestamp=1420070400000)
add("mpi4py", depends=["mpich"])
add("mpich", build="h123_0", build_number=0)
add("mpich", build="external_0", build_number=0, track_features="mpich_external")
add("pip", version="24.0")
'
}

gate_site() {
	cat <<-'END'
	name: gate
	places:
	- {class: base, prefix: /soft/base/}
	- {class: home, prefix: /home/}
	base: {packages: [python 3.11.*, numpy, zarr, xarray]}
	channels: [./channel]
	by_module: [mpi4py]
	never: [big]
	imports: {numpy: numpy, zarr: zarr, xarray: xarray, asciitree: asciitree}
	policy:
	  channels: error
	  licenses: {severity: error, allow: [MIT, BSD*], ban: [GPL-3.0-only, AGPL*]}
	  by_module: error
	  external: {severity: error, packages: ["mpich * external_*"]}
	  too_old: {severity: error, days: 3650}
	  unread: error
	  duplicates: error
	  pip_urls: error
	  pip_unpinned: error
	END
}

gate_environment() { # dependency...
	echo "channels: [./channel]"
	echo "dependencies:"
	printf '  - %s\n' "$@"
}
