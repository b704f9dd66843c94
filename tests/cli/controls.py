#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Runs every subcommand in every form on logs, a store, channels, environments and images whose names
steer terminals, and looks whether anything of it comes out.

    controls.py PROGRAM FOLDER
"""
import io
import json
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(os.path.dirname(HERE), 'bundle'), HERE]

from centre import record  # noqa: E402
from packages import Entry, package  # noqa: E402
import write_logs  # noqa: E402

# What moves the cursor, sets colours and titles, hides, and turns the direction of writing.
STEERS = ['\x1b[31mred', '\x1b]0;title\x07', '\x1bPq\x1b\\', '\x9b2J', '\x08\x08', 'over\rwritten', 'tab\tbed', '\x7f',
          '\u202ekcab', '\u2066isolated', '\u200bzero', '\u200dwidth', '\u2028line', '\ufeffbom', '\u00adsoft', '\u180evowel',
          '\U000e0041tag', '\u061cmark', '\u3164filler', 'two\nlines', '\x00nul']
ALL = ''.join(STEERS[:-2])
# None of these may come out, nor bytes that are no UTF-8.
FORBIDDEN = re.compile('[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff'
                       '\ufff9-\ufffb\uffa0\U000e0000-\U000e0fff]')

# Data has names as they are: UTF-8, and escaped as its form has it; CSV has no way to.
DATA = re.compile('[\x00-\x09\x0b\x0c\x0e-\x1f]')
IS_DATA = re.compile(r'--json|--csv|-o -|sbom|modulefile|^stage image|out\.(gitlab|sarif)')

COMMANDS = [
    # what is said of logs while they are read; the store keeps names
    'ingest --names -o usage.db --site site.json log.jsonl counts.csv mods.jsonl bad.jsonl',
    'ingest --status usage.db', 'ingest --status --rejects usage.db', 'ingest --status --json usage.db',
    'ingest --names -o usage.db --accounting sacct.txt', 'ingest -o all.db --merge usage.db', 'ingest -o usage.db --syshost {poison}',
    'usage usage.db', 'usage usage.db --by {keys}', 'usage usage.db --by {keys} --csv', 'usage usage.db --by {keys} --json',
    'usage usage.db --overlap {module},numpy', 'usage usage.db --module {absent}', 'usage usage.db --by {absent}',
    'usage usage.db --by domain --accounts accounts.csv',
    'recommend usage.db --site site.json -o plan.json --bundles 3', 'recommend usage.db --site site.json --tickets',
    'recommend usage.db --site site.json --frontier --budgets 1,2', 'recommend usage.db --site site.json --backtest 1',
    'recommend usage.db --site site.json --whatif --with {package} --without numpy', 'recommend usage.db --site site.json -o -',
    'explain {package} --site site.json --usage usage.db', 'explain {refused} --site site.json --usage usage.db',
    'explain {absent} --site site.json', 'explain {refused} --site site.json --json', 'explain {package} wild --site site.json',
    'check env.yml --site site.json --usage usage.db', 'check env.yml --site site.json --github',
    'check env.yml --site site.json --json', 'check bad.yml --site site.json --github', 'check tabs.yml', 'check spec.yml --github --site site.json',
    'check env.yml --site site.json --gitlab out.gitlab --junit out.xml --sarif out.sarif --markdown out.md',
    'check env.yml --site site.json --lock hostile.lock', 'check {file} --site site.json', 'check env.yml --site bad-site.yml',
    'report usage.db', 'report usage.db --rows 0 --plan plan.json', 'report usage.db --markdown --plan plan.json',
    'report usage.db --csv --plan plan.json', 'report usage.db --json --plan plan.json', 'report usage.db --project {project}',
    'report usage.db --project {absent}', 'report usage.db --domain {project} --plan plan.json', 'report usage.db --package {package} --plan plan.json',
    'report usage.db --package {module} --markdown', 'report usage.db --all-projects reports --markdown', 'report usage.db --public',
    'channel fetch channel', 'channel list', 'channel show channel', 'channel show channel {package}', 'channel show channel safe',
    'channel show channel safe --json', 'channel show {absent}',
    'bundle build bundle.yml -o image.tar.zst', 'bundle verify image.tar.zst', 'bundle list image.tar.zst', 'bundle list image.tar.zst --files',
    'bundle list image.tar.zst --files --json', 'bundle build other.yml -o other.tar.zst', 'bundle diff image.tar.zst other.tar.zst',
    'bundle diff image.tar.zst other.tar.zst --json', 'bundle build bad-bundle.yml -o x.tar.zst', 'bundle verify {file}', 'bundle sbom image.tar.zst -o -',
    'bundle build clash.yml --base image.tar.zst -o clash.tar.zst', 'bundle publish image.tar.zst --to releases', 'bundle rollback --to releases',
    'bundle modulefile image.tar.zst --template module.lua.in', 'bundle test image.tar.zst',
    'stage image.tar.zst --to scratch', 'stage --status --to scratch', 'stage --status --json --to scratch', 'stage --release --to scratch --job {absent}',
    'stage {file} --to scratch', 'stage --release --all --to scratch',
    '{absent}', 'report --{absent}', 'completion {absent}',
]
FILES = ['out.gitlab', 'out.xml', 'out.sarif', 'out.md']


def quoted(value):
    """As YAML takes it, which has no pairs of surrogates."""
    return re.sub(r'\\ud([89ab]..)\\ud([c-f]..)', lambda pair: '\\U%08x' % (
        0x10000 + ((int(pair[1], 16) - 0x800) << 10) + int(pair[2], 16) - 0xc00), json.dumps(value))


def put(path, text):
    with open(path, 'wb') as file:
        file.write(text.encode('utf-8', 'surrogateescape'))


def logs():
    """Users, projects, modules and paths, each with all that steers, and each by itself."""
    lines = []
    for number, text in enumerate(STEERS + [ALL]):
        prefix = '/home/user%d\x1b[1m\u202e/env' % number
        lines.append(('2025-0%d' % (1 + number % 4), 'user' + text, 'project' + text, prefix, 'module' + text))
    with open('log.jsonl', 'w', encoding='utf-8', errors='surrogateescape') as out:
        for number, (month, user, project, prefix, module) in enumerate(lines):
            one = io.StringIO()
            write_logs.xalt(['%s u%d PROJECT PREFIX numpy,MODULE,poison' % (month, number)], one)
            for line in one.getvalue().splitlines():
                data = json.loads(line)
                if 'userT' in data:
                    data['userT'].update(user=user, account=project, run_uuid='%08x-0000-7000-8000-000000000000' % (number + 1),
                                         exec_path=prefix + '/bin/python3.11', syshost=ALL, job_id=ALL)
                else:
                    data['xalt_run_uuid'] = '%08x-0000-7000-8000-000000000000' % (number + 1)
                    name = {'MODULE': module}.get(data['package_name'], data['package_name'])
                    data.update(package_name=name, package_version='1' + ALL,
                                package_path=prefix + '/lib/python3.11/site-packages/%s/__init__.py' % name)
                print(json.dumps(data), file=out)
    rows = ['month,user,project,module,place,runs']
    rows += ['2025-01,"u%s","p%s","m%s",home,5' % ((text.replace('\0', ''),) * 3) for text in STEERS]
    rows += ['2025-01,u,p,m,"%s",5' % ALL, '"%s",u,p,m,home,5' % ALL]
    put('counts.csv', '\n'.join(rows) + '\n')
    put('mods.jsonl', ''.join(json.dumps({'username': 'u' + text, 'subservice': 's' + text, 'event_timestamp': '2025-01-0%d 00:00:00' % (i % 9 + 1),
                                          'executable': '/home/x' + text, 'repo': 'r' + text, 'job_id': text}) + '\n' for i, text in enumerate(STEERS)))
    put('bad.jsonl', '{"userT": {"run_uuid": "%s"}, "userDT": 7}\n\x1b[31m{"crc":"\udc9b"\n' % ALL.replace('\x1b', '\\u001b'))
    put('sacct.txt', 'JobIDRaw|User|Account|NNodes|Start|End|Elapsed|Cluster\n%s|%s|%s|x\x1b|2025-01-11T00:00:00|2025-01-11T01:00:00|01:00:00|%s\n'
        % (('a' + ALL,) * 4))
    put('accounts.csv', 'account,domain\nproject%s,"domain%s"\n' % (STEERS[0], ALL))


def channel():
    """One that can be solved; names, versions, licences and summaries that steer."""
    os.makedirs('channel/linux-64')
    os.makedirs('channel/noarch')
    rows = {}

    def add(name, version, depends, **more):
        rows['%s-%s-0%d.conda' % (name, version, len(rows))] = dict(
            {'name': name, 'version': version, 'build': '0', 'build_number': 0, 'depends': depends, 'size': 1000, 'subdir': 'linux-64',
             'md5': '0' * 32, 'sha256': '0' * 64}, **more)
    add('python', '3.11.9', [])
    add('numpy', '1.26.4', ['python'])
    add('safe', '1.0', ['python'], license='MIT' + ALL, timestamp=1)
    add('safe', '0.9', ['python'], build='0' + ALL)
    add('poison', '1.0', ['python', 'evil' + ALL + ' >=1'])
    add('wild', '1.0', ['numpy >=2' + ALL])
    for number, text in enumerate(STEERS):
        add('evil%d' % number, '1.0', ['python'], summary=text)
        add('evil' + text, '1.0', ['python'], summary=text)
        add('good', '1.0' + text, ['python'])
    put('channel/linux-64/repodata.json', json.dumps({'info': {'subdir': 'linux-64'}, 'packages': {}, 'packages.conda': rows}))
    put('channel/noarch/repodata.json', json.dumps({'info': {'subdir': 'noarch'}, 'packages': {}, 'packages.conda': {}}))
    put('channel/channeldata.json', json.dumps({'channeldata_version': 1, 'packages': {
        'safe': {'summary': ALL, 'license': ALL, 'home': ALL}}}))


def environments():
    put('site.json', quoted({
        'schema': 'advisor.site/1', 'name': 'site' + ALL, 'base_prefix': '/base', 'channels': ['./channel'], 'base_packages': ['python', 'numpy'],
        'places': [{'class': 'base', 'prefix': '/base'}, {'class': 'home', 'prefix': '/home'}],
        'imports': dict({'numpy': 'numpy', 'poison': 'poison'}, **{'module' + text: 'evil%d' % number for number, text in enumerate(STEERS[:-2])}),
        'domains': {'project' + text: 'domain' + text for text in STEERS[:-2]},
        'policy': {'banned': {'packages': ['safe']}, 'licenses': {'ban': ['MIT*']}}}))
    head = 'name: "e%s"\nchannels: [./channel]\ndependencies:\n- python\n- safe\n- wild\n- pip:\n  - "bad%s @ https://x/%s"\n'
    put('env.yml', head % ((quoted(ALL)[1:-1],) * 3))
    put('spec.yml', (head + '- "evil%s"\n') % ((quoted(ALL)[1:-1],) * 4))
    put('bad.yml', 'dependencies:\n- "%s=="\n- [1, "%s"]\n- nosuch\x1b\n' % ((quoted(ALL)[1:-1],) * 2))
    put('tabs.yml', 'dependencies:\n\t- \x1b[31m%s\n' % ALL)
    put('bad-site.yml', 'name: x\n"rule%s": 1\n' % quoted(ALL)[1:-1])
    put('hostile.lock', '@EXPLICIT\nhttps://x/linux-64/evil%s-1.0-0.conda\n' % ALL.replace('\r', ''))
    put('file' + ALL.replace('/', ''), 'no\x1b such\x00 thing %s\n' % ALL)


def bundles():
    os.makedirs('packages/one')
    os.makedirs('packages/two')
    inner = {'share/name%d%s' % (number, text): Entry(b'x') for number, text in enumerate(STEERS[:-2]) if ord(max(text)) < 0x10000}
    package('packages/one', 'evil', dict(inner, **{'bin/.evil-post-link.sh': Entry(b'echo \x1b[31m\n')}), license='L' + ALL, version='1.0')
    package('packages/two', 'evil', dict(inner, **{'share/more' + STEERS[0]: Entry(b'y')}), version='2.0', license=ALL)
    head = 'schema: advisor.bundle/1\nname: "image%s"\nmount: /opt/x\npackages:\n' % quoted(ALL)[1:-1]
    put('bundle.yml', head + '- packages/one/evil-1.0-0.conda\n')
    put('other.yml', head + '- packages/two/evil-2.0-0.conda\n')
    put('clash.yml', head + '- packages/two/evil-2.0-0.conda\n')
    put('bad-bundle.yml', head + '- "absent%s.conda"\n' % quoted(ALL)[1:-1])
    put('module.lua.in', '-- @NAME@ @MOUNT@ @DIGEST@ @COUNT@\n-- @PACKAGES@\n')
    os.makedirs('scratch')
    os.makedirs('releases')


def main(program, folder):
    os.makedirs(folder)
    os.chdir(folder)
    logs()
    channel()
    environments()
    bundles()
    words = {'poison': ALL, 'absent': 'none' + ALL.replace('/', ''), 'file': 'file' + ALL.replace('/', ''), 'module': 'module' + STEERS[0],
             'project': 'project' + STEERS[0], 'package': 'evil1', 'refused': 'poison', 'keys': 'month,project,module'}
    wrong = 0
    for command in COMMANDS:
        call = [program] + [word.format(**words) if '{' in word else word for word in command.split()]
        done = subprocess.run(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, timeout=120, check=False,
                              env=dict(os.environ, XDG_CACHE_HOME=folder + '/cache'))
        texts = [('stdout', done.stdout), ('stderr', done.stderr)]
        for name in FILES:
            if os.path.exists(name):
                with open(name, 'rb') as file:
                    texts.append((name, file.read()))
                os.unlink(name)
        for name, text in texts:
            try:
                text = text.decode()
            except UnicodeDecodeError as error:
                text = text.decode('utf-8', 'replace')
                print('%s: %s: %s' % (command, name, error))
                wrong += 1
            # so that it mentions nobody
            text = text.replace('@\u200b', '@') if name == 'out.md' else text
            is_data = name != 'stderr' and IS_DATA.search(name if name in FILES else command)
            found = None if '--csv' in command and is_data else (DATA if is_data else FORBIDDEN).search(text)
            if found:
                wrong += 1
                print('%s: %s (status %d): %a in %a' % (command, name, done.returncode, found.group(), text[max(0, found.start() - 60):found.end() + 40]))
        if '-v' in sys.argv:
            print(command, done.returncode, len(done.stdout), done.stderr.decode('utf-8', 'replace')[:150].strip())
    print('%d commands, %d wrong' % (len(COMMANDS), wrong))
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1], os.path.abspath(sys.argv[2])))
