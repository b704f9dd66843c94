#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Runs the examples of documents in the working folder.

    documents.py tutorial PROGRAM FILE.md     every "$ command" in order, with what is shown below it
    documents.py examples PROGRAM FILE...     every "conda-advisor ..." of code blocks; in a copy of the
                                              folder each, with status 0 or 1
    documents.py options PROGRAM FILE...      of these every subcommand, verb and option must be known
"""
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile


def blocks(path):
    with open(path, encoding='utf-8') as file:
        text = file.read()
    return re.findall(r'^```[a-z]*\n(.*?)^```$', text, re.S | re.M)


def run(command, program, folder):
    env = dict(os.environ, PATH=os.path.dirname(program) + ':' + os.environ['PATH'])
    done = subprocess.run(['bash', '-c', command], cwd=folder, env=env, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=120, check=False)
    return done.returncode, done.stdout.decode()


def tutorial(program, path):
    made, wrong = 0, 0
    for block in blocks(path):
        for part in re.split(r'^\$ ', block, flags=re.M)[1:]:
            command, _, shown = part.partition('\n')
            status, said = run(command, program, '.')
            made += 1
            if status or (shown.strip() and said.strip() != shown.strip()):
                wrong += 1
                print('%s: status %d, and it says:\n%s' % (command, status, said))
    return made, wrong


def commands(path):
    for block in blocks(path):
        for line in re.sub(r'\\\n\s*', '', block).splitlines():
            line = line.strip().removeprefix('$ ')
            if line.startswith('conda-advisor '):
                yield line


def examples(program, paths):
    made, wrong = 0, 0
    for path in paths:
        for command in commands(path):
            with tempfile.TemporaryDirectory() as folder:
                shutil.copytree('.', folder, dirs_exist_ok=True)
                status, said = run(command, program, folder)
            made += 1
            if status not in (0, 1):
                wrong += 1
                print('%s: %s: status %d\n%s' % (path, command, status, said))
    return made, wrong


def known(program, command):
    """Whether the option table knows what a command line has."""
    words = shlex.split(command, comments=True)
    if words[1].startswith('-'):
        return words[1] in ('--version', '--help')
    done = subprocess.run([program, words[1], '--help'], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    told = done.stdout.decode()
    if done.returncode:
        return False
    options = set(re.findall(r'--[a-z0-9-]+', told)) | set(re.findall(r'^  (-[a-zA-Z]),', told, re.M))
    return all(word.split('=')[0] in options for word in words[2:] if re.match(r'--?[a-zA-Z]', word))


def options(program, paths):
    made, wrong = 0, 0
    for path in paths:
        with open(path, encoding='utf-8') as file:
            text = re.sub(r'\\\n\s*', '', file.read())
        for line in text.splitlines():
            line = re.sub(r'["\'`)]+$', '', line.strip()).removeprefix('$ ').removeprefix('build/')
            if not re.match(r'conda-advisor [a-z]+ [-a-zA-Z~."]', line) or line.startswith('conda-advisor is') or re.search(r'[{}*_<]', line.split('#')[0]):
                continue
            try:
                fine = known(program, line)
            except ValueError:
                continue
            made += 1
            if not fine:
                wrong += 1
                print('%s: %s' % (path, line))
    return made, wrong


def main(what, program, *paths):
    made, wrong = tutorial(program, paths[0]) if what == 'tutorial' else \
        examples(program, paths) if what == 'examples' else options(program, paths)
    print('%d examples, %d fail' % (made, wrong))
    return 1 if wrong or not made else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
