# SPDX-License-Identifier: BSD-3-Clause
"""The demo's computing centre: invented people, projects and habits."""

NAME = "example centre"
HOST = "isar"
BASE = "/sw/conda/2026"
MONTHS = ("2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06")

# account, domain, field
PROJECTS = (
    ("climate01", "Earth Science", "Climate Modelling"),
    ("ocean02", "Earth Science", "Oceanography"),
    ("genome03", "Biology", "Genomics"),
    ("plasma04", "Physics", "Plasma Physics"),
    ("alloys05", "Materials Science", "Alloys"),
    ("mesh06", "Engineering", "Fluid Dynamics"),
)

BASE_PACKAGES = ("python 3.11.*", "numpy 1.24.*", "six")

# import name -> package; no channel has "beamtools"
IMPORTS = {
    "PIL": "pillow", "beamtools": "beamtools", "dateutil": "python-dateutil",
    "networkx": "networkx", "numpy": "numpy", "packaging": "packaging", "pandas": "pandas",
    "pytz": "pytz", "scipy": "scipy", "six": "six", "tqdm": "tqdm", "xarray": "xarray",
    "yaml": "pyyaml",
}

STDLIB = ("argparse", "collections", "functools", "json", "logging", "os", "pathlib", "re",
          "subprocess", "typing")

# An environment: the interpreter's prefix, and where packages lie that are not in base.
# {user} and {project} are filled in. "base" as the interpreter: packages beside come from {root}.
ENVIRONMENTS = {
    "base": (BASE, None),
    "user-site": (BASE, "/home/{user}/.local/lib/python3.11/site-packages"),
    "venv": (BASE, "/home/{user}/venv/lib/python3.11/site-packages"),
    "home": ("/home/{user}/miniforge3/envs/work", None),
    "project": ("/project/{project}/envs/analysis", None),
    "local": ("/local/scratch/{user}/env", None),
}

# habit: environment, packages that its scripts import, private modules beside the script
HABITS = {
    "solver": ("base", ("numpy", "six"), ("mesh", "solver")),
    "arrays": ("base", ("numpy",), ()),
    "tables": ("home", ("numpy", "pandas", "dateutil", "pytz", "six"), ("utils",)),
    "statistics": ("home", ("numpy", "scipy", "pandas", "dateutil", "pytz", "six"), ("model",)),
    "reanalysis": ("project", ("numpy", "scipy", "pandas", "yaml", "dateutil", "pytz", "six"),
                   ("regrid",)),
    "images": ("user-site", ("numpy", "PIL", "tqdm"), ("segment",)),
    "settings": ("user-site", ("numpy", "yaml"), ("config",)),
    "graphs": ("venv", ("numpy", "scipy", "networkx", "tqdm"), ("topology",)),
    "grids": ("home", ("numpy", "xarray", "pandas", "packaging", "dateutil", "pytz", "six"), ()),
    "beamline": ("home", ("numpy", "scipy", "beamtools"), ("scan",)),
    "staged": ("local", ("numpy", "yaml", "PIL"), ("train",)),
}

# user, project, habits, first month
USERS = (
    ("abel", "climate01", ("reanalysis",), 0), ("anna", "climate01", ("reanalysis", "tables"), 0),
    ("bela", "climate01", ("reanalysis",), 1), ("bruno", "climate01", ("grids",), 0),
    ("carla", "climate01", ("solver", "statistics"), 0), ("cosmo", "ocean02", ("grids",), 2),
    ("dana", "ocean02", ("statistics",), 0), ("dino", "ocean02", ("statistics",), 1),
    ("edda", "ocean02", ("tables",), 0), ("emil", "ocean02", ("arrays",), 0),
    ("fanny", "genome03", ("tables",), 0), ("felix", "genome03", ("tables",), 0),
    ("gita", "genome03", ("tables", "graphs"), 1), ("gus", "genome03", ("graphs",), 0),
    ("hanna", "genome03", ("graphs",), 2), ("hugo", "plasma04", ("solver",), 0),
    ("ida", "plasma04", ("solver", "settings"), 0), ("ivo", "plasma04", ("settings",), 0),
    ("jana", "plasma04", ("beamline",), 0), ("jonas", "plasma04", ("beamline",), 1),
    ("kaja", "alloys05", ("images",), 0), ("karl", "alloys05", ("images",), 0),
    ("lea", "alloys05", ("images", "settings"), 1), ("leo", "alloys05", ("staged",), 0),
    ("mara", "alloys05", ("staged",), 3), ("max", "mesh06", ("solver",), 0),
    ("nora", "mesh06", ("solver",), 0), ("nils", "mesh06", ("arrays",), 0),
    ("olga", "mesh06", ("statistics",), 2), ("otto", "mesh06", ("settings",), 0),
)

# Packages with compiled parts, whose shared objects a run maps.
COMPILED = ("numpy", "scipy", "pandas", "yaml", "PIL")
