/* SPDX-License-Identifier: BSD-3-Clause */
/* Compiled Python files whose validity does not hang on times (PEP 552). */
#include "bundle/pyc.h"

#include <stdio.h>

/*
 * Magic numbers, from CPython's importlib/_bootstrap_external.py: 3392 is the first with the
 * header of PEP 552 (3.7), 3450 the first of 3.11. Python 2 has numbers above 20000. PyPy counts
 * for itself: 240 is its 3.7.
 */
enum {
	MAGIC_PEP552 = 3392,
	MAGIC_PY311 = 3450,
	MAGIC_PY2 = 20000,
	MAGIC_PYPY_PEP552 = 240,
	MAGIC_PYPY_END = 1000,
	OLD_TIME_AT = 4,
	TIME_AT = 8
};

static uint32_t get_u32(const char *at)
{
	const unsigned char *byte = (const unsigned char *)at;

	return (uint32_t)byte[0] | (uint32_t)byte[1] << 8 | (uint32_t)byte[2] << 16 |
	       (uint32_t)byte[3] << 24;
}

static void put_u32(char *at, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		at[i] = (char)(value >> (8 * i) & 0xFF);
}

static uint64_t get_u64(const unsigned char *at, size_t count)
{
	uint64_t value = 0;

	for (size_t i = 0; i < count; i++)
		value |= (uint64_t)at[i] << (8 * i);
	return value;
}

static bool has_pep552(unsigned magic)
{
	return (magic >= MAGIC_PEP552 && magic < MAGIC_PY2) ||
	       (magic >= MAGIC_PYPY_PEP552 && magic < MAGIC_PYPY_END);
}

enum advi_pyc_kind advi_pyc_kind(struct advi_str pyc)
{
	uint32_t flags;

	if (pyc.len < ADVI_PYC_HEADER_BYTES || pyc.ptr[2] != '\r' || pyc.ptr[3] != '\n')
		return ADVI_PYC_UNKNOWN;
	if (!has_pep552(get_u32(pyc.ptr) & 0xFFFF))
		return ADVI_PYC_OLD;
	flags = get_u32(pyc.ptr + 4);
	if (flags > 3 || flags == 2)
		return ADVI_PYC_UNKNOWN;
	return flags == 0 ? ADVI_PYC_TIME : flags == 1 ? ADVI_PYC_UNCHECKED : ADVI_PYC_CHECKED;
}

uint32_t advi_pyc_time(struct advi_str pyc)
{
	return get_u32(pyc.ptr + (advi_pyc_kind(pyc) == ADVI_PYC_OLD ? OLD_TIME_AT : TIME_AT));
}

static uint64_t rotate(uint64_t value, unsigned bits)
{
	return value << bits | value >> (64 - bits);
}

static void sip_rounds(uint64_t v[4], unsigned count)
{
	while (count--) {
		v[0] += v[1];
		v[2] += v[3];
		v[1] = rotate(v[1], 13) ^ v[0];
		v[3] = rotate(v[3], 16) ^ v[2];
		v[0] = rotate(v[0], 32);
		v[2] += v[1];
		v[0] += v[3];
		v[1] = rotate(v[1], 17) ^ v[2];
		v[3] = rotate(v[3], 21) ^ v[0];
		v[2] = rotate(v[2], 32);
	}
}

/* SipHash (Aumasson and Bernstein, 2012) with the second half of the key zero. */
static uint64_t siphash(uint64_t key, struct advi_str data, unsigned each, unsigned last)
{
	uint64_t v[4] = {key ^ 0x736f6d6570736575u, 0x646f72616e646f6du, key ^ 0x6c7967656e657261u,
			 0x7465646279746573u};
	const unsigned char *at = (const unsigned char *)data.ptr;
	size_t left = data.len;
	uint64_t word;

	for (; left >= 8; at += 8, left -= 8) {
		word = get_u64(at, 8);
		v[3] ^= word;
		sip_rounds(v, each);
		v[0] ^= word;
	}
	word = (uint64_t)data.len << 56 | get_u64(at, left);
	v[3] ^= word;
	sip_rounds(v, each);
	v[0] ^= word;
	v[2] ^= 0xFF;
	sip_rounds(v, last);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

uint64_t advi_pyc_source_hash(struct advi_str pyc, struct advi_str source)
{
	uint32_t magic = get_u32(pyc.ptr);
	unsigned number = magic & 0xFFFF;

	return number >= MAGIC_PY311 && number < MAGIC_PY2 ? siphash(magic, source, 1, 3)
							   : siphash(magic, source, 2, 4);
}

bool advi_pyc_rewrite(char *pyc, size_t len, const struct advi_str *source, uint32_t epoch)
{
	struct advi_str slice = {pyc, len};
	enum advi_pyc_kind kind = advi_pyc_kind(slice);
	uint64_t hash;

	if (kind == ADVI_PYC_OLD) {
		put_u32(pyc + OLD_TIME_AT, epoch);
		return true;
	}
	if (kind != ADVI_PYC_TIME && kind != ADVI_PYC_CHECKED)
		return false;
	hash = source ? advi_pyc_source_hash(slice, *source) : 0;
	put_u32(pyc + 4, 1);
	put_u32(pyc + 8, (uint32_t)hash);
	put_u32(pyc + 12, (uint32_t)(hash >> 32));
	return true;
}

bool advi_pyc_source_path(struct advi_str path, char *out, size_t size)
{
	static const char cache[] = "__pycache__/";
	size_t slash = path.len, stem;
	struct advi_str folder, name;
	int used;

	if (!advi_str_ends(path, ADVI_STR(".pyc")))
		return false;
	while (slash > 0 && path.ptr[slash - 1] != '/')
		slash--;
	folder = (struct advi_str){path.ptr, slash};
	name = (struct advi_str){path.ptr + slash, path.len - slash - 4};
	if (advi_str_is(folder, cache) || advi_str_ends(folder, ADVI_STR("/__pycache__/"))) {
		folder.len -= sizeof(cache) - 1;
		/* "b.cpython-311" or "b.cpython-311.opt-1": the tag begins at the first dot. */
		stem = advi_str_find(name, '.');
		if (stem == name.len)
			return false;
		name.len = stem;
	}
	if (name.len == 0 || folder.len + name.len + sizeof(".py") > size)
		return false;
	used = snprintf(out, size, "%.*s%.*s.py", (int)folder.len, folder.ptr, (int)name.len,
			name.ptr);
	return used > 0 && (size_t)used < size;
}
