// SPDX-License-Identifier: BSD-3-Clause
// Numbers for people.

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const small = new Intl.NumberFormat('en', { maximumSignificantDigits: 2 });

export const NOT_KNOWN = 'not known';

export const count = (n) => n === null || n === undefined || Number.isNaN(n) ? NOT_KNOWN : whole.format(n);
export const share = (n, of) => of ? `${tenth.format(100 * n / of)} %` : '–';
export function hours(n) {
	if (n === null || n === undefined || Number.isNaN(n))
		return NOT_KNOWN;
	return n === 0 || n >= 100 ? whole.format(n) : n >= 1 ? tenth.format(n) : small.format(n);
}
export const ratio = (n) => n === Infinity ? 'new' : n === 0 ? 'gone' : `× ${small.format(n)}`;

export function bytes(n) {
	const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
	let unit = 0;
	for (; n >= 1024 && unit + 1 < units.length; unit++)
		n /= 1024;
	return `${unit ? tenth.format(n) : whole.format(n)} ${units[unit]}`;
}

export const plural = (n, one, many) => `${count(n)} ${n === 1 ? one : many ?? `${one}s`}`;
