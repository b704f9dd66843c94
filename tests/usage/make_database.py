#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Writes what XALT's loader would have put into its database for a log of make_logs.py, as SQL.

    make_database.py LOG [--half N] > load.sql

Tables and columns as XALT's createDB makes them (of those that are read). --half 0 stops in the
middle and leaves runs without their end, which --half 1 adds, as the loader does.
"""
import json
import sys

SCHEMA = '''
CREATE TABLE xalt_run (run_id int(11) unsigned NOT NULL auto_increment, job_id char(64) NOT NULL,
 run_uuid char(36) NOT NULL, date datetime NOT NULL, syshost varchar(64) NOT NULL, uuid char(36),
 hash_id char(40) NOT NULL, account varchar(20) NOT NULL, exec_type char(7) NOT NULL, start_time double NOT NULL,
 end_time double NOT NULL, run_time double NOT NULL, probability double NOT NULL, num_cores int(11) unsigned NOT NULL,
 num_nodes int(11) unsigned NOT NULL, num_threads smallint(6) unsigned NOT NULL, num_gpus int(11) unsigned NOT NULL,
 queue varchar(32) NOT NULL, sum_runs int(11) unsigned NOT NULL, sum_time double NOT NULL, user varchar(32) NOT NULL,
 exec_path varchar(1024) NOT NULL, module_name varchar(64), cwd varchar(1024) NOT NULL, cmdline blob NOT NULL,
 container varchar(32), PRIMARY KEY (run_id), INDEX index_run_uuid (run_uuid)) ENGINE=InnoDB DEFAULT CHARSET=utf8 COLLATE=utf8_bin;
CREATE TABLE xalt_object (obj_id int(11) unsigned NOT NULL auto_increment, object_path varchar(1024) NOT NULL,
 syshost varchar(64) NOT NULL, hash_id char(40) NOT NULL, module_name varchar(64), timestamp TIMESTAMP, lib_type char(2) NOT NULL,
 PRIMARY KEY (obj_id)) ENGINE=InnoDB DEFAULT CHARSET=utf8 COLLATE=utf8_bin;
CREATE TABLE join_run_object (join_id int(11) unsigned NOT NULL auto_increment, obj_id int(11) unsigned NOT NULL,
 run_id int(11) unsigned NOT NULL, date DATE NOT NULL, PRIMARY KEY (join_id),
 FOREIGN KEY (run_id) REFERENCES xalt_run(run_id), FOREIGN KEY (obj_id) REFERENCES xalt_object(obj_id))
 ENGINE=InnoDB DEFAULT CHARSET=utf8 COLLATE=utf8_bin;
CREATE TABLE xalt_pkg (pkg_id bigint(20) unsigned NOT NULL auto_increment, run_id int(11) unsigned NOT NULL,
 program varchar(12) NOT NULL, pkg_name varchar(64) NOT NULL, pkg_version varchar(32), pkg_path varchar(1024),
 PRIMARY KEY (pkg_id), FOREIGN KEY (run_id) REFERENCES xalt_run(run_id)) ENGINE=InnoDB DEFAULT CHARSET=utf8 COLLATE=utf8_bin;
'''
BAD = 'deadbeaf-dead-beef-1111-deadbeef1111'


def quote(value):
    return "'%s'" % str(value).replace('\\', '\\\\').replace("'", "''")


def insert(table, **values):
    print('INSERT INTO %s (%s) VALUES (%s);' % (table, ', '.join(values), ', '.join(values.values())))


def records(path):
    for line in open(path, 'rb'):
        try:
            record = json.loads(line.decode())
        except ValueError:
            continue
        if isinstance(record, dict):
            yield record


def add_run(record, number, ended):
    user, data = record['userT'], record['userDT']
    insert('xalt_run', run_id=str(number), job_id=quote(user['job_id']), run_uuid=quote(user['run_uuid']),
           date='FROM_UNIXTIME(%d)' % data['start_time'], syshost=quote(user['syshost']), hash_id=quote('ab' * 20),
           account=quote(user['account']), exec_type="'binary'", start_time=repr(data['start_time']),
           end_time=repr(data['end_time'] if ended else 0.0), run_time=repr(data['run_time'] if ended else 0.0),
           probability=repr(data['probability']), num_cores='1', num_nodes='%d' % data['num_nodes'], num_threads='1',
           num_gpus='0', queue="'prod'", sum_runs='0', sum_time='0', user=quote(user['user']),
           exec_path=quote(user['exec_path'][:1024]), cwd=quote(user['cwd']),
           cmdline='COMPRESS(%s)' % quote(json.dumps(record['cmdlineA'])))


def add_objects(record, number, objects):
    for path, _ in record['libA']:
        if path not in objects:
            objects[path] = len(objects) + 1
            insert('xalt_object', obj_id=str(objects[path]), object_path=quote(path), syshost="'test'",
                   hash_id=quote('0' * 40), timestamp='NOW()', lib_type="'NA'")
        insert('join_run_object', obj_id=str(objects[path]), run_id=str(number), date="'2025-01-01'")


def main(path, half=None):
    runs, objects, packages = {}, {}, []
    for record in records(path):
        uuid = record.get('userT', {}).get('run_uuid', BAD)
        if 'userT' in record and record['userDT']['end_time'] > 0 and record['userDT']['start_time'] >= 1 and len(uuid) == 36 and uuid != BAD:
            runs.setdefault(uuid, record)
        elif record.get('program') and record.get('package_name'):
            packages.append(record)
    numbers = {uuid: number for number, uuid in enumerate(runs, 1)}
    middle = len(runs) // 2
    # what has not ended for a month never will
    newest = max(run['userDT']['start_time'] for run in list(runs.values())[:middle]) - 25 * 86400
    if half != '1':
        print(SCHEMA)
    print('SET autocommit=0;')
    for uuid, number in numbers.items():
        early = number <= middle
        unended = early and number % 2 == 0 and half is not None and runs[uuid]['userDT']['start_time'] > newest
        if half == '1' and unended:
            print('UPDATE xalt_run SET end_time=%r, run_time=%r WHERE run_id=%d;' % (
                runs[uuid]['userDT']['end_time'], runs[uuid]['userDT']['run_time'], number))
        if half is None or early == (half == '0'):
            add_run(runs[uuid], number, not unended)
            add_objects(runs[uuid], number, objects)
        elif half == '1':
            for lib, _ in runs[uuid]['libA']:
                objects.setdefault(lib, len(objects) + 1)
    for record in packages:
        number = numbers.get(record['xalt_run_uuid'])
        if number and (half is None or (number <= middle) == (half == '0')):
            insert('xalt_pkg', run_id=str(number), program=quote(record['program']), pkg_name=quote(record['package_name']),
                   pkg_version="'3.11.8'", pkg_path=quote(record['package_path']))
    print('COMMIT;')


if __name__ == '__main__':
    main(sys.argv[1], sys.argv[3] if len(sys.argv) > 3 else None)
