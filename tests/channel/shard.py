#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""shard.py CHANNEL OUT: the repodata.json of each subdir of a channel as shards (CEP 16)."""
import hashlib
import json
import os
import struct
import subprocess
import sys


def pack(value):
    """MessagePack, in the forms that a record needs."""
    if value is None:
        return b'\xc0'
    if isinstance(value, bool):
        return b'\xc3' if value else b'\xc2'
    if isinstance(value, int):
        if 0 <= value < 128:
            return bytes([value])
        if value < 0:
            return b'\xd3' + struct.pack('>q', value)
        return b'\xcf' + struct.pack('>Q', value)
    if isinstance(value, float):
        return b'\xcb' + struct.pack('>d', value)
    if isinstance(value, bytes):
        return b'\xc4' + bytes([len(value)]) + value
    if isinstance(value, str):
        text = value.encode()
        if len(text) < 32:
            return bytes([0xA0 | len(text)]) + text
        return b'\xda' + struct.pack('>H', len(text)) + text
    if isinstance(value, list):
        return b'\xdc' + struct.pack('>H', len(value)) + b''.join(map(pack, value))
    body = b''.join(pack(key) + pack(value[key]) for key in value)
    if len(value) < 16:
        return bytes([0x80 | len(value)]) + body
    return b'\xdf' + struct.pack('>I', len(value)) + body


def compressed(data):
    return subprocess.run(['zstd', '-q', '-c'], input=data, stdout=subprocess.PIPE, check=True).stdout


def with_bytes(record):
    """Digests are bytes in shards."""
    out = dict(record)
    for key in ('md5', 'sha256'):
        if isinstance(out.get(key), str):
            out[key] = bytes.fromhex(out[key])
    return out


def shards_of(repodata):
    """name -> shard."""
    shards = {}
    for kind in ('packages', 'packages.conda'):
        for file, record in repodata.get(kind, {}).items():
            shard = shards.setdefault(record['name'], {'packages': {}, 'packages.conda': {}, 'removed': []})
            shard[kind][file] = with_bytes(record)
    for file in repodata.get('removed', []):
        for shard in shards.values():
            if file in shard['packages'] or file in shard['packages.conda']:
                shard['removed'].append(file)
    return shards


def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as file:
        file.write(data)


def main(channel, out):
    for subdir in sorted(os.listdir(channel)):
        source = os.path.join(channel, subdir, 'repodata.json')
        if not os.path.exists(source):
            continue
        with open(source, encoding='utf-8') as file:
            repodata = json.load(file)
        digests = {}
        for name, shard in sorted(shards_of(repodata).items()):
            data = compressed(pack(shard))
            digest = hashlib.sha256(data)
            digests[name] = digest.digest()
            write(os.path.join(out, subdir, 'shards', digest.hexdigest() + '.msgpack.zst'), data)
        index = {'version': 1, 'shards': digests,
                 'info': {'subdir': subdir, 'base_url': '', 'shards_base_url': './shards/',
                          'created_at': '2025-01-01T00:00:00Z'}}
        write(os.path.join(out, subdir, 'repodata_shards.msgpack.zst'), compressed(pack(index)))


main(*sys.argv[1:])
