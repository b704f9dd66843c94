#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Runs of a log, what two schedulers say of their jobs, and what the two come to together.

    check_accounting.py make FOLDER       writes log.jsonl, sacct.txt, pbs.log and truth.json
    check_accounting.py compare FOLDER USAGE.json

The twin joins in memory, run by run, from the plan and not from the files.
"""
import collections
import json
import os
import random
import sys
import time

SITE = '/sw/base/lib/python3.11/site-packages/numpy/__init__.py'


def make(folder):
    rng, runs, jobs = random.Random(5), [], {}
    for number in range(400):
        system, user = rng.choice(('slurmbox', 'pbsbox')), 'u.%02d' % rng.randrange(12)
        start = 1741500000 + rng.randrange(20) * 86400
        jobs[system, number] = dict(user=user, account='p%d' % rng.randrange(5), nodes=rng.choice((1, 2, 16)), start=start,
                                    length=rng.randrange(60, 90000), step=rng.random() < .2, known=rng.random() < .8)
        for _ in range(rng.randrange(3)):
            runs.append(dict(system=system, job=number, user=user if rng.random() < .95 else 'u.other', start=start + 10,
                             account=rng.choice(('unknown', 'unknown', 'kept')), nodes=rng.choice((1, 1, 8)), seconds=rng.randrange(1, 50),
                             uuid='%08x-0000-4000-8000-%012x' % (rng.getrandbits(32), len(runs))))
    write_log(os.path.join(folder, 'log.jsonl'), runs)
    write_sacct(os.path.join(folder, 'sacct.txt'), jobs)
    write_pbs(os.path.join(folder, 'pbs.log'), jobs)
    with open(os.path.join(folder, 'truth.json'), 'w', encoding='utf-8') as file:
        json.dump(truth(runs, jobs), file)


def write_log(path, runs):
    with open(path, 'w', encoding='utf-8') as file:
        for run in runs:
            user = {'run_uuid': run['uuid'], 'user': run['user'], 'account': run['account'], 'syshost': run['system'],
                    'job_id': str(run['job']), 'exec_path': '/sw/base/bin/python'}
            times = {'start_time': run['start'], 'end_time': run['start'] + run['seconds'], 'run_time': run['seconds'],
                     'num_nodes': run['nodes']}
            package = {'program': 'python', 'xalt_run_uuid': run['uuid'], 'package_name': 'numpy', 'package_path': SITE}
            file.write(json.dumps({'cmdlineA': ['python'], 'userT': user, 'userDT': times}) + '\n' + json.dumps(package) + '\n')


def write_sacct(path, jobs):
    with open(path, 'w', encoding='utf-8') as file:
        file.write('JobID|JobName|User|Account|NNodes|Start|End|Elapsed|State|Cluster\n')
        local = lambda when: time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(when))
        for (system, number), job in jobs.items():
            if system != 'slurmbox' or not job['known']:
                continue
            days, rest = divmod(job['length'], 86400)
            elapsed = ('%d-' % days if days else '') + time.strftime('%H:%M:%S', time.gmtime(rest))
            times = '%s|%s|%s|COMPLETED' % (local(job['start']), local(job['start'] + job['length']), elapsed)
            file.write('%d|secret-name|%s|%s|%d|%s|slurmbox\n' % (number, job['user'], job['account'], job['nodes'], times))
            file.write('%d.batch|batch||%s|1|%s|slurmbox\n' % (number, job['account'], times))
            file.write('%d.0|step||%s|%d|%s|slurmbox\n' % (number, job['account'], 1 if job['step'] else job['nodes'], times))
        file.write('9001|x|u.01|p1|4|Unknown|Unknown|00:00:00|PENDING|slurmbox\n9002|bad|row\n')


def write_pbs(path, jobs):
    with open(path, 'w', encoding='utf-8') as file:
        for (system, number), job in jobs.items():
            if system != 'pbsbox':
                continue
            stamp = time.strftime('%m/%d/%Y %H:%M:%S', time.gmtime(job['start']))
            file.write('%s;S;%d.pbs-01;user=%s start=1\n' % (stamp, number, job['user']))
            if job['known']:
                hours = '%02d:%02d:%02d' % (job['length'] // 3600, job['length'] // 60 % 60, job['length'] % 60)
                file.write('%s;E;%d.pbs-01.site;user=%s group=g account="%s" jobname=secret-name queue=prod start=%d '
                           'exec_host=x1/0 Resource_List.nodect=%d Resource_List.select=1:ncpus=2 end=%d Exit_status=0 '
                           'resources_used.walltime=%s\n' % (stamp, number, job['user'], job['account'], job['start'],
                                                             job['nodes'], job['start'] + job['length'], hours))
        file.write('no record\n')


def truth(runs, jobs):
    """Projects with their users, runs and node-hours."""
    out = collections.defaultdict(lambda: [set(), 0, 0])
    for run in runs:
        job = jobs[run['system'], run['job']]
        account, nodes = run['account'], run['nodes']
        if job['known'] and job['user'] == run['user']:
            account = job['account'] if account == 'unknown' else account
            stepped = run['system'] == 'slurmbox' and job['step'] and job['nodes'] > 1
            nodes = job['nodes'] if nodes == 1 and not stepped else nodes
        row = out[account]
        row[0].add(run['user'])
        row[1] += 1
        row[2] += run['seconds'] * nodes
    return {account: [len(users), count, round(load / 3600, 6)] for account, (users, count, load) in out.items()}


def compare(folder, usage):
    with open(os.path.join(folder, 'truth.json'), encoding='utf-8') as file:
        expected = json.load(file)
    with open(usage, encoding='utf-8') as file:
        rows = json.load(file)['rows']
    found = {row['project'] or 'unknown': [row['users'], row['runs'], round(row['node_hours'], 6)] for row in rows}
    for account in sorted(set(expected) | set(found)):
        if expected.get(account) != found.get(account):
            print(account, 'expected', expected.get(account), 'found', found.get(account))
    sys.exit(0 if expected == found and len(found) > 5 else 1)


if __name__ == '__main__':
    make(sys.argv[2]) if sys.argv[1] == 'make' else compare(sys.argv[2], sys.argv[3])
