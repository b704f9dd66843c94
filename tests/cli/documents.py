#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Runs every example of the pages named, in a centre that centre.py made.

    documents.py PROGRAM CENTRE [--only TEXT] PAGE...

A page is a file in Markdown or scdoc, or the name of a subcommand, whose --help is meant. Its examples
are the commands of its code blocks and indented lines, those within its text, and blocks of YAML. They
are run in the page's order, in one copy of the centre for each page, and end with status 0 unless
ANSWERS_NO has them. What is shown below a command is what it prints, but for FREE. What can't be run
here stands in ELSEWHERE, with the place where that is tested. A page with anything else fails.
$LACKS has patterns, one a line, of examples that can't be run with what there is; $DATABASE is XALT's.
"""
import os
import re
import shutil
import subprocess
import sys
import textwrap

# What the centre has in its own folder, and what it has no network for.
STANDS_IN = [
    (r'(?<![\w.~])/(soft|logs|local)/', r'{centre}/\1/'),
    (r'mysql://reader@db\.site/xalt', '{database}'),
    (r'^(conda-advisor (?:channel fetch conda-forge|check (?!.*--site).*))$',
     r'\1 --mirror conda-forge={centre}/channel'),
]
# Examples of a no: status 1.
ANSWERS_NO = ['explain arviz-stats-core ', "explain 'numpy >=2' ", 'explain cupy ', 'check wish\\.yml', 'bundle diff ',
              "--with zarr,'numpy"]
# page, the beginning of the example, who runs it, and the words there that show it; or nobody, and why
ELSEWHERE = [
    (r'.*', r'\./quickstart (demo|build)', 'quickstart', 'tests/demo/demo.sh'),
    (r'.*', r'\./quickstart check', None, 'what runs this'),
    (r'README.md', r'build/conda-advisor', 'quickstart', 'build/conda-advisor'),
    (r'README.md', r'(conda-advisor recommend usage.db --site site.yml -o plan.json$|'
                   r'env -i build/demo/mount|build/conda-advisor bundle .*build/demo)',
     'tests/demo/demo.bats', 'it shows what the README shows'),
    (r'README.md', r'\./autogen\.sh && \./configure', 'quickstart', './autogen.sh'),
    (r'doc/ADMIN.*', r'\./configure --prefix', 'quickstart', 'distcheck'),
    (r'doc/USERS.md', r'python -m venv|~/venvs/', None, "Python's own, which takes longer than all others"),
    (r'doc/PACKAGES.md', r'(git clone|ADVISOR=.*real\.py)', 'doc/PACKAGES.md', 'miniconda3'),
]
# Blocks that are drawings, not commands: how they begin.
DRAWINGS = ['logs → usage', 'logs ──ingest──▶', 'lock       ']
# What may differ between machines and moments, in what is shown and what is printed.
FREE = [
    (r'\b[0-9a-f]{8,64}\b', 'DIGEST'),
    (r'\b\d+(\.\d+)? (B|[KMGT]iB)\b', 'SIZE'),
    (r'\b\d+\.\d+ s\b| \d+\.\d\d$', ' SECONDS'),
    (r'\b\d+ (files|links)\b', r'COUNT \1'),
    # what a Python has differs, and so does what a machine may do
    (r'^  (\.py|shared libraries) .*: \d+.*\n?', ''),
    (r'\b(mounted by (the kernel|squashfuse_ll)|extracted) at\b', 'seen at'),
    (r'[ \t]+', ' '),
]
# Stands before the program in PATH and keeps the statuses of all its calls, which "eval" and "$(...)" hide.
WRAPPER = '''#!/bin/sh
"$ADVISOR" "$@"
status=$?
echo $status >> "$STATUSES"
exit $status
'''
STARTS = r'(conda-advisor|eval|source|build/conda-advisor|\./\w+|git|python3?|env|cat|[A-Z]+=\S+) '


def read(path):
    with open(path, encoding='utf-8') as file:
        return file.read()


class Example:
    """A command with what is shown of its output, or a block of YAML."""

    def __init__(self, text, shown='', is_yaml=False):
        self.text, self.shown, self.is_yaml = text, shown, is_yaml


def of_block(block):
    """The examples of a block, or None when it is something else."""
    block = re.sub(r'\\\n\s*', '', block)
    lines = block.strip('\n').splitlines()
    if any(line.startswith('$ ') for line in lines):
        parts = re.split(r'^\$ ', block, flags=re.M)[1:]
        return [Example(part.partition('\n')[0], part.partition('\n')[2].strip()) for part in parts]
    if all(re.match(STARTS, line.strip()) for line in lines):
        return [Example(line.strip()) for line in lines]
    if re.match(r'(schema|policy|channels):', lines[0]):
        return [Example(block, is_yaml=True)]
    return [] if any(block.startswith(start) for start in DRAWINGS) else None


def of_text(words):
    """A command within a sentence; one that is only named must have its --help."""
    if re.fullmatch(r'conda-advisor( [a-z]+){1,2}', words):
        return [Example(words + ' --help')]
    if 'COMMAND' in words:
        return [Example(words.replace('COMMAND', name)) for name in ('ingest', 'bundle', 'completion')]
    return [Example(words)]


def of_markdown(text):
    for piece in re.split(r'^(```[a-z]*\n.*?^```)$', text, flags=re.S | re.M):
        if piece.startswith('```'):
            yield piece, of_block(piece.partition('\n')[2].rpartition('\n')[0])
            continue
        for words in re.findall(r'`([^`]+)`', piece):
            if re.match(r'(conda-advisor|\./\w+|build/|python|~/venvs/)', words) and ('/' in words or ' ' in words):
                yield words, of_text(words.replace('\n', ' '))


def of_scdoc(text):
    text = re.sub(r'^# SYNOPSIS$.*?(?=^# )', '', text, flags=re.S | re.M)
    for piece in re.split(r'^(```\n.*?^```)$', text, flags=re.S | re.M):
        if piece.startswith('```'):
            yield piece, of_block(piece[4:-4])
            continue
        piece = re.sub(r'\\(.)', r'\1', piece).replace('++\n', '\n')
        for line in re.findall(r'^\t?((?:conda-advisor|eval|source) .*[^,.]$)', piece, re.M):
            if line.startswith(('eval', 'source')) or re.match(r'conda-advisor [a-z]+ \S', line):
                yield line, [Example(line)]
        for words in re.findall(r'\*([^*\n]*\bconda-advisor [a-z][^*\n]*)\*', piece):
            yield words, of_text(words)


def of_help(text):
    for line in re.findall(r'^  ((?:conda-advisor|eval) .*)$', text.partition('Examples:')[2], re.M):
        yield line, [Example(line)]


class Runner:
    def __init__(self, program, centre):
        self.program, self.centre, self.ran, self.passed_over, self.wrong = program, centre, 0, 0, 0
        self.made = centre + '.made'
        tools = centre + '.tools'
        os.makedirs(tools, exist_ok=True)
        wrapper = os.path.join(tools, 'conda-advisor')
        with open(wrapper, 'w', encoding='ascii') as file:
            file.write(WRAPPER)
        os.chmod(wrapper, 0o755)
        python = os.path.join(tools, 'python')
        if not shutil.which('python') and not os.path.exists(python):
            os.symlink(shutil.which('python3'), python)
        self.statuses = os.path.join(tools, 'statuses')
        self.env = dict(
            os.environ, PATH=tools + ':' + os.environ['PATH'], ADVISOR=program, STATUSES=self.statuses,
            HOME=centre + '/home', XDG_CACHE_HOME=centre + '/cache', SLURM_JOB_ID='4711', COLUMNS='80')
        self.lacks = os.environ.get('LACKS', '').splitlines()

    def fresh(self):
        """The centre as it was made; images know their place, so it is always the same folder."""
        self.call('conda-advisor stage --release --all --force -q --to local/scratch')
        shutil.rmtree(self.centre, ignore_errors=True)
        shutil.copytree(self.made, self.centre, symlinks=True)

    def call(self, command):
        open(self.statuses, 'w', encoding='ascii').close()
        done = subprocess.run(['bash', '-c', command], cwd=self.centre, env=self.env, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, check=False)
        return [int(status) for status in read(self.statuses).split()] or [done.returncode], done.stdout.decode('utf-8', 'replace')

    def as_here(self, text):
        for pattern, words in STANDS_IN:
            text = re.sub(pattern, words.replace('{centre}', self.centre).replace(
                '{database}', os.environ.get('DATABASE', 'mysql://reader@localhost/xalt?socket=/nonexistent')),
                text, flags=re.M)
        return text

    def plain(self, text):
        text = text.replace(self.centre, '')
        for pattern, words in FREE:
            text = re.sub(pattern, words, text, flags=re.M)
        return [line.strip() for line in text.strip().splitlines()]

    def expected(self, command):
        if 'mysql://' in command and 'DATABASE' not in os.environ:
            return 4
        return int(any(re.search(pattern, command) for pattern in ANSWERS_NO))

    def complain(self, page, example, why):
        self.wrong += 1
        print('%s: %s\n%s' % (page, example.text, textwrap.indent(why, '    ')))

    def command(self, page, example):
        for lack in self.lacks:
            if re.search(lack, example.text):
                self.passed_over += 1
                return
        statuses, said = self.call(self.as_here(example.text))
        self.ran += 1
        if set(statuses) != {self.expected(example.text)}:
            self.complain(page, example, 'status %s, and it says:\n%s' % (statuses, said))
        elif example.shown and self.plain(said) != self.plain(self.as_here(example.shown)):
            self.complain(page, example, 'it says:\n%s' % said)

    def yaml(self, page, example):
        """A bundle's recipe is tried; what is of a site recipe takes the place of the centre's."""
        text = self.as_here(example.text)
        if text.startswith('schema: advisor.bundle'):
            name, command = 'shown.yml', 'conda-advisor bundle build shown.yml --base base-2026.sqfs --dry-run'
        else:
            key = text.partition(':')[0]
            site = read(os.path.join(self.centre, 'site.yml'))
            text = re.sub(r'^%s:.*\n' % key, '', site, flags=re.M) + text
            name = 'shown-site.yml'
            command = 'CONDA_TOKEN=t conda-advisor check --site shown-site.yml --channel ./channel environment.yml'
        with open(os.path.join(self.centre, name), 'w', encoding='utf-8') as file:
            file.write(text)
        statuses, said = self.call(command)
        self.ran += 1
        if statuses[0] not in (0, 1):
            self.complain(page, example, 'status %s, and it says:\n%s' % (statuses, said))

    def page(self, page, found, only):
        self.fresh()
        for text, examples in found:
            if examples is None:
                self.complain(page, Example(text), 'is no example that is known here')
            for example in examples or []:
                if not only or only in example.text:
                    self.example(page, example)

    def example(self, page, example):
        for pages, pattern, place, words in ELSEWHERE:
            if re.search(pages, page) and re.match(pattern, example.text):
                if place and words not in read(os.path.join(os.environ['SRCDIR'], place)):
                    self.complain(page, example, "'%s' says nothing of '%s' any more" % (place, words))
                self.passed_over += 1
                return
        (self.yaml if example.is_yaml else self.command)(page, example)


def examples(program, page):
    if not page.endswith(('.md', '.scd')):
        told = subprocess.run([program, page, '--help'], stdout=subprocess.PIPE, check=True)
        return list(of_help(told.stdout.decode()))
    return list((of_scdoc if page.endswith('.scd') else of_markdown)(read(page)))


def main(program, centre, *pages):
    only = None
    if pages[0] == '--only':
        only, pages = pages[1], pages[2:]
    runner = Runner(program, centre)
    for page in pages:
        before = runner.ran + runner.passed_over
        runner.page(page, examples(program, page), only)
        print('%s: %d examples' % (page, runner.ran + runner.passed_over - before))
    runner.fresh()
    print('%d examples run, %d elsewhere, %d fail' % (runner.ran, runner.passed_over, runner.wrong))
    return 1 if runner.wrong or not runner.ran else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
