# SPDX-License-Identifier: BSD-3-Clause
"""A hook for PBS Professional and OpenPBS: stages images before a job, sets the environment of its
processes, and releases the images at its end. Install it as root:

    qmgr -c 'create hook stage'
    qmgr -c 'set hook stage event = "execjob_begin,execjob_launch,execjob_end"'
    qmgr -c 'set hook stage fail_action = none'
    qmgr -c 'set hook stage alarm = 330'
    qmgr -c 'import hook stage application/x-python default stage_hook.py'
    qmgr -c 'import hook stage application/x-config default stage_hook.json'

A job that wants its own Python is submitted with -v CONDA_ADVISOR_STAGE=no.
"""

import json
import os
import subprocess

import pbs

DEFAULTS = {
    "advisor": "/usr/local/bin/conda-advisor",
    "images": ["/soft/conda/releases/current"],
    "to": "/local/scratch",
    "wait": 300,
    "keep": True,
    "required": False,
}
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"}


def settings():
    """What the hook's configuration says (stage_hook.json), over the defaults."""
    known = dict(DEFAULTS)
    if pbs.hook_config_filename:
        with open(pbs.hook_config_filename) as file:
            known.update(json.load(file))
    return known


def stage(config, job, *words):
    """Runs conda-advisor stage; (status, standard output). What it complains of goes to MoM's log."""
    command = [config["advisor"], "stage", "-q", "--to", config["to"], "--job", str(job),
               "--wait", str(config["wait"])] + list(words)
    done = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
                            env=ENVIRONMENT, universal_newlines=True)
    out, told = done.communicate()
    if told:
        pbs.logmsg(pbs.LOG_WARNING, "stage: job %s: %s" % (job, told.strip()))
    return done.returncode, out


def begin(event, config):
    for image in config["images"]:
        status, _ = stage(config, event.job.id, image, "--json")
        if status and config["required"]:
            event.reject("image %s could not be staged on this node" % image)


def wanted(event):
    return event.env.get("CONDA_ADVISOR_STAGE", "yes") != "no"


def launch(event, config):
    """Every process of the job gets the images' variables; their shell scripts can't be read here."""
    if not wanted(event):
        return
    for image in config["images"]:
        status, out = stage(config, event.job.id, image, "--json")
        if status:
            continue
        staged = json.loads(out)
        for name, value in staged["set"].items():
            event.env[name] = value
        for name in staged["unset"]:
            event.env.pop(name, None)
        event.env["PATH"] = staged["path"] + os.pathsep + event.env.get("PATH", ENVIRONMENT["PATH"])


def end(event, config):
    stage(config, event.job.id, "--release", "--force", *(["--keep"] if config["keep"] else []))


HANDLERS = {
    pbs.EXECJOB_BEGIN: begin,
    pbs.EXECJOB_LAUNCH: launch,
    pbs.EXECJOB_END: end,
}


def main():
    event = pbs.event()
    try:
        HANDLERS[event.type](event, settings())
    except SystemExit:
        raise
    except Exception as error:
        # a job without its image is better than a node that takes none
        pbs.logmsg(pbs.LOG_ERROR, "stage: %s" % error)
    event.accept()


main()
