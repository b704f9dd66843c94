#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Makes syslogs whose pieces conflict, and the records that must be found in them.

    make_pieces.py FOLDER VERSION SEED

Writes to FOLDER: whole.log and the same in five rotated files, rotated.0 to rotated.4; site.json; found.jsonl,
the records that nothing was done to, or nothing that can't be undone; and lost.json: how many
records lack pieces, of runs that are counted and of others.

A run ends twice under one key, as one that has forked does. What befalls its messages:
  order      blocks of both ends interleave, each in its own order
  whole      one end is there before the other begins
  tail       the last block of the first end is lost
  head       the first block of the first end is lost
  damaged    a block comes changed, and good as well, before or behind
  twice      every block of both comes again, some right away, some at the end of the log
  alone      there is one end, and a block of it is lost: nothing is known of the run
"""
import base64
import binascii
import json
import os
import random
import sys
import zlib

BLOCK = 512
CASES = ('order', 'whole', 'tail', 'head', 'damaged', 'twice', 'alone')


def run_record(rng, number, end, with_crc):
    """What the first and the second end of a run have mapped differs, and so does the length."""
    start = 1741521600 + 3600 * number
    libs = ['/home/u%d/.local/lib/python3.11/site-packages/m%03d/%s.so' % (number % 9, rng.randrange(40), '%x' % rng.getrandbits(rng.randrange(4, 160)))
            for _ in range(rng.randrange(16, 40))]
    record = {'cmdlineA': ['python', 'job-%d-%d.py' % (number, end)], 'hash_id': '%040x' % rng.getrandbits(160),
              'libA': [[lib, '0'] for lib in sorted(set(libs))], 'ptA': [], 'envT': {},
              'userT': {'syshost': 'test', 'run_uuid': '%08x-0000-4000-8000-%012x' % (number, rng.getrandbits(32)),
                        'exec_path': '/usr/bin/python3.11', 'exec_type': 'binary', 'user': 'u%d' % (number % 9),
                        'account': 'p%d' % (number % 4), 'job_id': str(number), 'scheduler': 'SLURM'},
              'userDT': {'start_time': float(start), 'end_time': start + 60.5, 'run_time': 60.5, 'probability': 1.0,
                         'num_nodes': 1.0}}
    return record, with_crc


def text_of(record, with_crc):
    text = json.dumps(record, separators=(',', ':'))
    if not with_crc:
        return text.encode()
    text = '{"crc":"0xFFFF",' + text[1:]
    return text.replace('FFFF', '%04X' % binascii.crc_hqx(text.encode(), 0xFFFF), 1).encode()


def messages(text, key, version):
    """The blocks of a record. The two ends of a run have the same number of them."""
    value = base64.b64encode(zlib.compress(text)) if version == 2 else text
    count = -(-len(value) // BLOCK)
    crc = ' crcStr:0x%04X' % binascii.crc_hqx(text, 0xFFFF) if version == 4 else ''
    head = 'XALT_LOGGING_test: V:%d kind:run syshost:test key:%s%s nb:%02d ' % (version, key, crc, count)
    return [(head + 'idx:%02d value:' % n).encode() + value[n * BLOCK:n * BLOCK + BLOCK].rstrip(b' ') for n in range(count)]


def two_ends(rng, number, version, case):
    """Two ends of one run, of as many blocks."""
    # Without a crc a mixture can often be read: then only what came together is taken for one record.
    with_crc = version == 4 or (version == 3 and case in ('order', 'damaged', 'twice')) or rng.random() < .5
    while True:
        ends = [run_record(rng, number, end, with_crc) for end in range(2)]
        ends[1][0]['userT'] = ends[0][0]['userT']
        texts = [text_of(*end) for end in ends]
        key = 'run_fini_' + ends[0][0]['userT']['run_uuid']
        blocks = [messages(text, key, version) for text in texts]
        if len(blocks[0]) == len(blocks[1]) >= 3 and len(texts[0]) != len(texts[1]):
            return texts, blocks


def changed(rng, message):
    """A message with a byte of its value changed."""
    at = rng.randrange(message.index(b'value:') + 6, len(message))
    return message[:at] + (b'#' if message[at:at + 1] != b'#' else b'%') + message[at + 1:]


def merge(rng, *queues):
    """Interleaves lists, each in its order."""
    queues, out = [list(queue) for queue in queues if queue], []
    while queues:
        queue = rng.choice(queues)
        out.append(queue.pop(0))
        queues = [queue for queue in queues if queue]
    return out


def befall(rng, case, texts, blocks, version):
    """Messages, messages for the end of the log, records found, counted records that lack a piece, others that do."""
    first, second = blocks
    if case == 'order':
        return merge(rng, first, second), [], texts, 0, 0
    if case == 'whole':
        return first + second, [], texts, 0, 0
    if case in ('tail', 'head'):
        # What is left of the first end is of a run that the second one has counted.
        rest = first[:-1] if case == 'tail' else first[1:]
        return rest + second, [], texts[1:], 1, 0
    if case == 'damaged':
        at = rng.randrange(len(first) - 1)  # the last one makes it whole, and is not waited for again
        bad = changed(rng, first[at])
        out = first[:at] + ([bad, first[at]] if rng.random() < .5 else [first[at], bad]) + first[at + 1:]
        return out, [], texts[:1], int(version < 4), 0
    if case == 'twice':
        out = [message for message in merge(rng, first, second) for _ in range(rng.randrange(1, 3))]
        return out, rng.sample(first + second, 3), texts, 0, 0
    return first[:1] + first[2:], [], [], 0, 1


def main(folder, version, seed):
    rng = random.Random('%d %d' % (version, seed))
    os.makedirs(folder, exist_ok=True)
    queues, late, found, counted, missing = [], [], [], 0, 0
    for number in range(140):
        case = CASES[number % len(CASES)]
        out, later, records, spare, lost = befall(rng, case, *two_ends(rng, number, version, case), version)
        queues.append(out)
        late += later
        found += records
        counted += spare
        missing += lost
    log = []
    while queues:  # twelve runs at a time
        log += merge(rng, *queues[:12])
        queues = queues[12:]
    rng.shuffle(late)
    log += late
    write(folder, 'whole.log', log)
    for part in range(5):
        write(folder, 'rotated.%d' % part, log[part * len(log) // 5:(part + 1) * len(log) // 5])
    write(folder, 'found.jsonl', found)
    with open(os.path.join(folder, 'site.json'), 'w', encoding='utf-8') as file:
        json.dump({'name': 'test', 'places': [{'class': 'base', 'prefix': '/sw/conda/base/'}, {'class': 'user-site', 'prefix': '/home/*/.local/'}]}, file)
    with open(os.path.join(folder, 'lost.json'), 'w', encoding='utf-8') as file:
        json.dump({'spare': counted, 'missing': missing, 'found': len(found)}, file)


def write(folder, name, lines):
    with open(os.path.join(folder, name), 'wb') as file:
        file.write(b''.join(line + b'\n' for line in lines))


if __name__ == '__main__':
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
