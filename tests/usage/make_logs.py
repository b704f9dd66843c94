#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Makes the logs of a small invented centre, and tallies from its plan what a reader must find.

    make_logs.py FOLDER [--seed N] [--pad BYTES]

Writes to FOLDER: site.json, accounts.csv, truth.json (what check_truth.py reads), and the same
records in several ways: log.jsonl (a run before its imports), imports.jsonl and runs.jsonl,
mixed-1.jsonl.gz to mixed-3.jsonl (every order), files/ (a file a record, in numbered folders),
documents/ (arrays, dictionaries, exports of Elasticsearch and Splunk), syslog/ (versions 1 to 4,
rotated), counts.csv and counts.json with counts.truth.json (ready-made counts), and mods.jsonl with
mods.truth.json (messages of MODS). --pad makes each run record longer.
"""
import base64
import binascii
import collections
import gzip
import json
import os
import random
import sys
import time
import zlib

BASE = '/sw/conda/base'
PLACES = [('base', BASE), ('site', '/sw'), ('user-site', '/home/*/.local'), ('home', '/home'),
          ('project', '/proj'), ('tmp', '/tmp'), ('system', '/usr')]
MONTHS = {'2025-01': 1736424000, '2025-02': 1739102400, '2025-03': 1741521600, '2025-04': 1744200000}
IMPORTS = {'numpy': 'numpy', 'scipy': 'scipy', 'yaml': 'pyyaml', 'PIL': 'pillow', 'torch': 'pytorch',
           'tensorflow': 'tensorflow', 'zstandard': 'zstandard', 'cryptography': 'cryptography',
           'plotly': 'plotly', 'ase': 'ase', '_cffi_backend': 'cffi', 'cffi': 'cffi', 'utils': 'python-utils'}
IN_BASE = ['numpy', 'scipy', 'pyyaml', 'pytorch', 'cffi']
NOWHERE = ['megatron', 'inhouse']
STDLIB = ['json', 'random', 'csv']
DOMAINS = {'alpha1': 'Physics', 'beta2': 'Chemistry', 'gamma3': 'Physics', 'delta4': 'Biology'}


class Figures:
    """The sets behind one line of figures."""

    def __init__(self):
        self.users, self.accounts, self.jobs, self.runs, self.load = set(), set(), set(), set(), 0
        self.places = collections.defaultdict(set)

    def add(self, run, place=None):
        self.users.add(run.user)
        self.accounts |= {run.account} - {'unknown'}
        self.jobs |= {run.job} - {'unknown'}
        if run.uuid not in self.runs:
            self.runs.add(run.uuid)
            self.load += run.ticks * run.nodes * run.weight
        if place:
            self.places[place].add(run.user)

    def line(self):
        out = {'users': len(self.users), 'accounts': len(self.accounts), 'jobs': len(self.jobs),
               'runs': len(self.runs), 'node_hours': round(self.load / 3.6e7, 6)}
        if self.places:
            out['places'] = {place: len(users) for place, users in sorted(self.places.items())}
        return out


class Run:
    """A run as planned: 'uses' is what must be counted, module -> (place, kind); 'libs' what was mapped."""

    def __init__(self, rng, number, user, account, month):
        self.uuid = '%08x-%04x-7%03x-%04x-%012x' % tuple(rng.getrandbits(n) for n in (32, 16, 12, 16, 48))
        self.user, self.account, self.job, self.month = user, account, '%d' % (9000 + number // 2), month
        self.ticks, self.nodes = rng.randint(1, 90000000), rng.choice((1, 1, 2, 64))
        self.weight = rng.choice((1, 1, 1, 2, 10, 10000))
        self.start = MONTHS[month] * 10000 + rng.randint(0, 86400 * 10000)
        self.uses, self.records, self.libs = {}, [], {}

    def record(self, pad, end=None):
        end = self.start + self.ticks if end is None else end
        fixed = lambda ticks: json.loads('%d.%04d' % divmod(ticks, 10000))
        return {'crc': '0x0000', 'cmdlineA': [self.argv0, 'main.py', '--token', 'S3CR3T' + 'x' * pad],
                'hash_id': 'ab' * 20, 'libA': [[path, '0'] for path in self.mapped()], 'ptA': [],
                'envT': dict(self.env, HOME='/home/' + self.user, API_KEY='S3CR3T'),
                'userT': {'syshost': 'test', 'run_uuid': self.uuid, 'exec_path': self.exe, 'user': self.user,
                          'account': self.account, 'job_id': self.job, 'cwd': '/home/' + self.user},
                'userDT': {'start_time': fixed(self.start), 'end_time': fixed(end), 'run_time': fixed(self.ticks),
                           'probability': round(1 / self.weight, 4), 'num_nodes': float(self.nodes)},
                'XALT_qaT': {'XALT_GIT_VERSION': '3.2.4'}}

    def mapped(self):
        """Paths of shared objects, those of one module under its folder or beside it."""
        paths = ['/lib64/libc.so.6']
        for name, (_, folder) in self.libs.items():
            paths += ['%s/%s' % (folder, tail % name) for tail in ('%s/_x.so', '%s/lib/deep/liby.so.1', '%s.abi3.so')]
        return paths

    def package(self, name, path, program='python'):
        return {'crc': '0x0000', 'program': program, 'xalt_run_uuid': self.uuid, 'package_version': '3.11.8',
                'package_name': name, 'package_path': path}


def text(record, rng=None):
    """One line; with 'rng' the keys of the top level in any order."""
    keys = list(record)
    if rng:
        rng.shuffle(keys)
    return json.dumps({key: record[key] for key in keys}, separators=(',', ':')).encode()


class Centre:
    def __init__(self, seed, pad):
        self.rng, self.pad, self.runs, self.noise = random.Random(seed), pad, [], []
        users = ['u.%s%02d' % (self.rng.choice(('maier', 'rossi', 'dubois')), i) for i in range(24)]
        environments = []
        for number, user in enumerate(users):
            for kind in self.rng.sample(('base', 'home', 'venv', 'user-site', 'project', 'tmp', 'site'),
                                        self.rng.randint(1, 3)):
                environments.append((user, list(DOMAINS)[number % 4], kind, self.choose(kind)))
        for number in range(160):
            user, account, kind, chosen = self.rng.choice(environments)
            run = Run(self.rng, number, user, account, self.rng.choice(list(MONTHS)))
            if self.rng.random() < .1:
                run.account = run.job = 'unknown'
            self.enter(run, kind)
            self.fill(run, kind, chosen)
            self.runs.append(run)
        self.damage()

    def choose(self, kind):
        own = self.rng.sample(list(IMPORTS), self.rng.randint(3, 9)) + self.rng.sample(NOWHERE, self.rng.randint(0, 1))
        if kind in ('base', 'site'):
            own = [name for name in own if IMPORTS.get(name) in IN_BASE]
        return own + self.rng.sample(STDLIB, 2)

    def enter(self, run, kind):
        own = {'base': BASE, 'home': '/home/%s/miniconda3/envs/ml' % run.user, 'venv': '/home/%s/venvs/a b' % run.user,
               'user-site': BASE, 'project': '/proj/%s/envs/common' % 'alpha1', 'tmp': '/tmp/%s/env' % run.user,
               'site': '/sw/cray/python'}[kind]
        run.prefix = own
        run.argv0 = own + '/bin/python' if kind != 'home' else 'python'
        run.exe = (BASE if kind in ('venv', 'user-site') else own) + '/bin/python3.11'
        run.env = {'VIRTUAL_ENV': own} if kind == 'venv' else {'CONDA_PREFIX': own} if kind == 'home' else {}

    def fill(self, run, kind, chosen):
        place = {'venv': 'home'}.get(kind, kind)
        root = '/home/%s/.local' % run.user if kind == 'user-site' else run.prefix
        library = (BASE if kind == 'venv' else run.prefix) + '/lib/python3.11/'
        for name in chosen:
            if name in STDLIB:
                self.use(run, name, library + name + '.py', 'base' if BASE in library else place, 'stdlib')
            elif name == 'utils' and self.rng.random() < .5:
                self.use(run, name, '/home/%s/my code/utils.py' % run.user, 'home', 'private')
            elif kind == 'user-site' and IMPORTS.get(name) in IN_BASE:
                self.use(run, name, '%s/lib/python3.11/site-packages/%s/__init__.py' % (BASE, name), 'base', 'package')
            else:
                self.use(run, name, '%s/lib/python3.11/site-packages/%s/__init__.py' % (root, name), place,
                         'package' if name in IMPORTS else 'nowhere')
        if self.rng.random() < .2:
            self.use(run, 'itertools', 'built-in', 'builtin', 'stdlib')

    def use(self, run, name, path, place, kind):
        run.uses[name] = place, kind
        run.records.append(text(run.package(name, path), self.rng))
        if '/site-packages/' in path and self.rng.random() < .7:
            run.libs[name] = place, os.path.dirname(os.path.dirname(path))
        if path.endswith('/__init__.py'):
            further = self.rng.random()
            if further < .1:
                run.records.append(text(run.package(name + '.core', '/tmp/elsewhere/core.py')))
            elif further < .2:
                run.records.append(text(run.package(name, path[:-len('/__init__.py')])))
            elif further < .3:
                run.records.append(run.records[-1])

    def damage(self):
        """Records that must not count, and runs that lose some of theirs."""
        rng = self.rng
        lines = lambda run: [text(run.record(0))] + run.records
        for number, run in enumerate(rng.sample(self.runs, 12)):
            ghost = Run(rng, number, 'u.ghost', 'alpha1', '2025-01')
            ghost.argv0, ghost.exe, ghost.env = 'python', '/usr/bin/python3', {}
            whole = text(ghost.package('ghost', '/usr/lib/python3/dist-packages/ghost.py'))
            self.noise += [
                (b'Lmod has detected the following error', b'', whole[:-9], whole + whole,
                 whole.replace(b'/usr', b'/\xa1sr'), whole.replace(b'/usr', b'/\\u00'))[number % 6],
                text(ghost.record(0, end=0)), text(ghost.package('ggplot2', '/sw/R/library', 'R')),
                text({'crc': '0x0000', 'resultT': {'uuid': ghost.uuid}, 'linkA': [], 'link_line': []}),
                text({'crc': '0x0000', 'program': 'python', 'xalt_run_uuid': run.uuid, 'package_path': '/x'}),
                text(ghost.package('numpy', BASE + '/lib/python3.11/site-packages/numpy/__init__.py'))]
            self.noise.append(rng.choice(lines(run)))
            again = run.record(7)
            again['XALT_qaT'] = {}
            self.noise.append(text(again))
            bad = ghost.record(0)
            bad['userT']['run_uuid'] = rng.choice(('615c.0/lib64/R/bin/exec/R', 'deadbeaf-dead-beef-1111-deadbeef1111'))
            self.noise.append(text(bad))
            bad = Run(rng, number, 'u.ghost', 'alpha1', '2025-01')
            bad.argv0, bad.exe, bad.env, bad.start = 'python', '/usr/bin/python3', {}, 0
            self.noise.append(text(bad.record(0)))

    def lines(self):
        out = []
        for run in self.runs:
            out += [text(run.record(self.pad))] + run.records
        return out + self.noise


def truth(centre):
    months, uses, modules = (collections.defaultdict(Figures) for _ in range(3))
    packages, recent = collections.defaultdict(Figures), collections.defaultdict(Figures)
    kinds, last3 = collections.defaultdict(set), sorted(MONTHS)[-3:]
    runs, mapped = [run for run in centre.runs if run.uses], collections.defaultdict(Figures)
    for run in runs:
        for name, (place, _) in run.libs.items():
            mapped[name].add(run, place)
    for run in runs:
        months[run.month].add(run)
        for name, (place, kind) in run.uses.items():
            uses[run.month, name].add(run, place)
            modules[name].add(run, place)
            kinds[name].add(kind)
            if kind == 'package':
                packages[IMPORTS[name]].add(run, place)
                if run.month in last3:
                    recent[IMPORTS[name]].add(run, place)
    covered = sorted(months)
    outside = lambda use: set().union(*(users for place, users in use.places.items() if place != 'base'))
    out = {'months_covered': covered, 'months': {m: f.line() for m, f in months.items()},
           'uses': {m: {} for m in covered}, 'modules': {}, 'packages': {}, 'trends': {}, 'fig2': {}, 'fig3': {}}
    out['liba'] = {name: figures.line() for name, figures in mapped.items()}
    out['counted'] = {'python_runs': len(runs), 'python_users': len({run.user for run in runs}),
                      'python_jobs': len({run.job for run in runs} - {'unknown'}), 'runs': len(centre.runs),
                      'uses': sum(len(run.uses) for run in runs)}
    for (month, name), figures in uses.items():
        out['uses'][month][name] = figures.line()
    for name, figures in modules.items():
        domains = {DOMAINS[account] for account in figures.accounts}
        out['modules'][name] = dict(figures.line(), domains=len(domains), kinds=sorted(kinds[name]),
                                    package=IMPORTS[name] if 'package' in kinds[name] else None)
    for name, figures in packages.items():
        out['packages'][name] = {'users': len(figures.users), 'users_outside_base': len(outside(figures)),
                                 'users_outside_base_last3': len(outside(recent[name])),
                                 'places': figures.line()['places'], 'in_base': name in IN_BASE}
    for name in ('torch', 'tensorflow'):
        base, custom = modules[name].places['base'], outside(modules[name])
        out['fig2'][name] = {'users': len(base | custom), 'base_only': len(base - custom), 'both': len(base & custom),
                             'custom_only': len(custom - base), 'base_or_both': len(base)}
    pair = lambda a, b: {'torch': len(a), 'tensorflow': len(b), 'both': len(a & b), 'torch_only': len(a - b),
                         'tensorflow_only': len(b - a)}
    out['fig3'] = {m: pair(uses[m, 'torch'].users, uses[m, 'tensorflow'].users) for m in covered}
    out['fig3']['period'] = pair(modules['torch'].users, modules['tensorflow'].users)
    out['fig4'] = {name: [len(uses[m, name].users) for m in covered]
                   for name in ('numpy', 'zstandard', 'cryptography', 'PIL', 'yaml')}
    out['fig4']['python_users'] = [len(months[m].users) for m in covered]
    return out


def write_files(folder, centre):
    """A file a record in numbered folders, with leftovers that are no records."""
    for number, line in enumerate(line for line in centre.lines() if not line.startswith(b'Lmod')):
        home = os.path.join(folder, '%03d' % (number % 17))
        os.makedirs(home, exist_ok=True)
        kind = b'userT' in line and 'run' or 'pkg'
        name = '%s.test.2025_01_09_12_00_%02d_%d.%s.%s%s.json' % (
            kind, number % 60, number, centre.rng.choice(centre.runs).user, 'zzz.' if kind == 'run' else '',
            centre.rng.choice(centre.runs).uuid)
        with open(os.path.join(home, name), 'wb') as file:
            file.write(line + b'\n')
    ghost = centre.runs[0].package('ghost', '/usr/lib/ghost.py')
    for name in ('..pkg.test.json.new', 'pkg.test.1.json.new', 'README', '.hidden.json'):
        with open(os.path.join(home, name), 'wb') as file:
            file.write(text(ghost) + b'\n')


def is_json(line):
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def write_documents(folder, lines, rng):
    """The same records as other programs hand them on: arrays, documents, exports."""
    os.makedirs(folder, exist_ok=True)
    good = [line for line in lines if is_json(line)]
    records = [json.loads(line) for line in good]
    damaged = [line for line in lines if line.startswith(b'{') and not is_json(line) and b'\xa1' not in line]
    hits = [{'_index': 'xalt-2025', '_id': str(n), '_score': 1.0, '_source': dict({'@version': '1'}, **record)}
            for n, record in enumerate(records)]
    splunk = [{'_raw': line.decode(), 'host': 'x1', 'source': 'xalt', '_time': '2025'} for line in good]
    compact = lambda value: json.dumps(value, separators=(',', ':')).encode()
    pretty = lambda value: json.dumps(value, indent=2, sort_keys=True).encode()
    mixed = good + damaged
    rng.shuffle(mixed)
    for name, data in {
        'array.json': compact(records),
        'array-lines.json': b'[\n' + b',\n'.join(good) + b'\n]\n',
        'array-pretty.json': pretty(records),
        'array-damaged.json': b'[' + b','.join(mixed) + b']',
        'array-cut.json': b'[' + b','.join(good) + b',' + good[0][:-20],
        'pretty.json': b'\n'.join(map(pretty, records)),
        'dictionary.json': compact({'run.%d.json' % n: record for n, record in enumerate(records)}),
        'dictionary-pretty.json': pretty({'run.%d.json' % n: record for n, record in enumerate(records)}),
        'es-search.json': compact({'took': 3, '_shards': {'total': 1}, 'hits': {'total': {'value': 9}, 'hits': hits}}),
        'es-damaged.json': compact({'took': 3, 'hits': {'hits': ['@']}}).replace(
            b'"@"', b','.join(b'{"_id":"1","_source":' + line + b'}' for line in mixed)),
        'es-hits.jsonl': b'\n'.join(map(compact, hits)),
        'es-bulk.jsonl': b''.join(b'{"index":{"_index":"xalt","_id":"%d"}}\n%b\n' % pair for pair in enumerate(good)),
        'splunk.jsonl': b'\n'.join(compact({'preview': False, 'offset': n, 'result': row})
                                   for n, row in enumerate(splunk)),
        'splunk-results.json': pretty({'preview': False, 'init_offset': 0, 'messages': [], 'results': splunk}),
        'logstash.jsonl': b'\n'.join(compact({'@timestamp': '2025', 'event': {'original': line.decode()},
                                              'message': line.decode()}) for line in good)}.items():
        with open(os.path.join(folder, name), 'wb') as file:
            file.write(data)


def blocks(rng, record, version, size=512):
    """The messages of one record, as XALT of that version sends them."""
    data, kind = json.loads(record), 'run' if b'"userT"' in record else 'link' if b'resultT' in record else 'pkg'
    uuid = data.get('xalt_run_uuid') or data.get('userT', {}).get('run_uuid') or data.get('resultT', {}).get('uuid', '')
    key = '%s_%s' % ('run_fini' if kind == 'run' else kind, uuid)
    key += '_%012x' % rng.getrandbits(48) if kind == 'pkg' or version < 4 else ''
    tag = rng.choice(('XALT_LOGGING_test: ', 'XALT_LOGGING_test ', 'XALT_LOGGING_test[411]: '))
    prefix = rng.choice(('', '2025-03-02T05:06:22.075251-05:00 n001 ', 'Mar  2 05:06:22 n001 ', '<14>Mar  2 05:06:22 n 1 ',
                         '23/test.log:730359:2025-05-23T22:58:02.059291-04:00 o0442 ')) + tag
    if version == 1:
        value = base64.b64encode(record) if rng.random() < .5 else record
        return [prefix.encode() + rng.choice((b'%b:%b', b'V:1 kind:%b syshost:test value:%b')) % (kind.encode(), value)]
    value = base64.b64encode(zlib.compress(record)) if version == 2 else record
    crc = '%s:0x%04X' % (rng.choice(('crc', 'crcStr')), binascii.crc_hqx(record, 0xFFFF)) if version == 4 else ''
    style, count, out = rng.choice(('%d', '%02d')), (len(value) + size - 1) // size, []
    order = rng.sample(range(5), 5)
    for n in range(count):
        fields = ['kind:' + kind, 'syshost:test', 'key:' + key, 'nb:' + style % count, 'idx:' + style % n]
        head = ' '.join(['V:%d' % version] + [fields[i] for i in order] + ([crc] if crc else [])) + ' value:'
        out.append((prefix + head).encode() + value[n * size:n * size + size].rstrip(b' '))
    return out


def write_syslog(folder, lines, rng):
    """The same records in messages, of every version, interleaved, some of them twice, in rotated files."""
    os.makedirs(folder, exist_ok=True)
    good = [line for line in lines if is_json(line)]
    for version in (1, 2, 3, 4):
        queues, out = [], []
        for line in good:
            messages = blocks(rng, line, version)
            if rng.random() < .1:
                messages.insert(rng.randrange(len(messages)), messages[0])
            if rng.random() < .05:
                rng.shuffle(messages)
            queues.append(messages)
            if rng.random() < .1:
                queues.append([b'Mar  2 05:06:22 n001 sshd[11]: "Accepted {publickey} for u.ghost'])
            while len(queues) > 8:
                queue = rng.choice(queues)
                out.append(queue.pop(0))
                queues = [queue for queue in queues if queue]
        out += [message for queue in queues for message in queue]
        with open(os.path.join(folder, 'v%d.log' % version), 'wb') as file:
            file.write(b'\n'.join(out) + b'\n')
        if version == 4:
            for part in range(7):
                with open(os.path.join(folder, 'rotated.%d' % part), 'wb') as file:
                    file.write(b''.join(line + b'\n' for line in out[part * len(out) // 7:(part + 1) * len(out) // 7]))
            with open(os.path.join(folder, 'splunk.jsonl'), 'w', encoding='utf-8') as file:
                for line in reversed(out):
                    file.write(json.dumps({'preview': False, 'result': {'_raw': line.decode(), 'host': 'n001'}}) + '\n')


def write_counts(folder, centre):
    """Runs by month, user, project, module and place; of what is not known the cell is empty."""
    counts = collections.Counter()
    for run in centre.runs:
        for name, (place, _) in run.uses.items():
            counts[run.month, run.user, run.account, name, place] += 1
    with open(os.path.join(folder, 'counts.csv'), 'w', encoding='utf-8') as file:
        file.write('month,user,project,module,place,runs\r\n')
        for key in sorted(counts):
            file.write('%s,"%s",%s,%s,%s,%d\r\n' % (*key, counts[key]))
    rows = [dict(zip(('month', 'user', 'project', 'module', 'place', 'runs'), (*key, counts[key]))) for key in sorted(counts)]
    for name, data in {'counts.json': rows, 'counts-rows.json': {'schema': 'x', 'rows': rows}}.items():
        with open(os.path.join(folder, name), 'w', encoding='utf-8') as file:
            json.dump(data, file, indent=1 if name == 'counts.json' else None)
    modules = collections.defaultdict(lambda: [set(), 0])
    for (_, user, _, name, _), runs in counts.items():
        modules[name][0].add(user)
        modules[name][1] += runs
    with open(os.path.join(folder, 'counts.truth.json'), 'w', encoding='utf-8') as file:
        json.dump({name: [len(users), runs] for name, (users, runs) in modules.items()}, file)


def write_messages(folder, centre):
    """Messages of MODS, one a use; and what a reader that knows no processes must find."""
    messages, found = [], collections.defaultdict(lambda: [set(), set(), set(), set()])
    for run in centre.runs:
        when = run.start // 10000
        for number, name in enumerate(run.uses):
            messages.append({'category': 'customs', 'service': 'python', 'subservice': name, 'username': run.user,
                             'event_timestamp': (when, str(when * 1000), time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(when)))[number % 3],
                             'executable': run.prefix + '/bin/python', 'main': 'main.py', 'system': 'test', 'repo': run.account,
                             'job_id': int(run.job) if run.job.isdigit() else None, 'num_nodes': run.nodes, 'is_staff': False})
            users, projects, jobs, runs = found[name]
            users.add(run.user)
            projects |= {run.account} - {'unknown'}
            jobs |= {run.job} - {'unknown'}
            runs.add((run.user, run.job, run.prefix, run.month if run.job != 'unknown' else when // 86400))
    messages += [dict(messages[0], username=None), dict(messages[0], event_timestamp='soon'), dict(messages[0], subservice='')]
    centre.rng.shuffle(messages)
    with open(os.path.join(folder, 'mods.jsonl'), 'w', encoding='utf-8') as file:
        file.write(''.join(json.dumps(message) + '\n' for message in messages))
    with open(os.path.join(folder, 'mods-es.json'), 'w', encoding='utf-8') as file:
        json.dump({'hits': {'hits': [{'_source': message} for message in messages]}}, file)
    with open(os.path.join(folder, 'mods.truth.json'), 'w', encoding='utf-8') as file:
        json.dump({name: list(map(len, sets)) for name, sets in found.items()}, file)


def main(folder, seed=1, pad=0):
    centre = Centre(int(seed), int(pad))
    lines, rng = centre.lines(), random.Random(int(seed) + 1)
    path = lambda name: os.path.join(folder, name)
    os.makedirs(folder, exist_ok=True)
    with open(path('site.json'), 'w', encoding='utf-8') as file:
        json.dump({'schema': 'advisor.site/1', 'name': 'test', 'timezone': 'UTC', 'base_prefix': BASE,
                   'places': [{'class': name, 'prefix': prefix + '/'} for name, prefix in PLACES],
                   'aliases': [], 'base_packages': IN_BASE, 'imports': IMPORTS}, file)
    with open(path('accounts.csv'), 'w', encoding='utf-8') as file:
        file.write('account,domain,field\n' + ''.join('%s,%s,x\n' % item for item in DOMAINS.items()))
    with open(path('truth.json'), 'w', encoding='utf-8') as file:
        json.dump(truth(centre), file)
    with open(path('users.txt'), 'w', encoding='utf-8') as file:
        file.write(''.join(user + '\n' for user in sorted({run.user for run in centre.runs})))
    write = lambda name, some, opener=open: opener(path(name), 'wb').write(b''.join(line + b'\n' for line in some))
    write('log.jsonl', lines)
    write('imports.jsonl', [line for line in lines if b'"userT"' not in line])
    write('runs.jsonl', [line for line in lines if b'"userT"' in line])
    rng.shuffle(lines)
    third = len(lines) // 3
    write('mixed-1.jsonl.gz', lines[:third], gzip.open)
    write('mixed-2.jsonl', lines[third:2 * third])
    write('mixed-3.jsonl', lines[2 * third:])
    write_files(path('files'), centre)
    write_documents(path('documents'), lines, rng)
    write_syslog(path('syslog'), lines, rng)
    write_counts(folder, centre)
    write_messages(folder, centre)


if __name__ == '__main__':
    options = dict(zip(sys.argv[2::2], sys.argv[3::2]))
    main(sys.argv[1], options.get('--seed', 1), options.get('--pad', 0))
