// SPDX-License-Identifier: BSD-3-Clause
// CSV (RFC 4180), harmless in a spreadsheet.

function cell(value) {
	if (value === null || value === undefined || Number.isNaN(value))
		return '';
	if (typeof value === 'number')
		return String(value);
	let text = String(value);
	// What a spreadsheet would take for a formula.
	if (/^[=+\-@\t\r]/.test(text))
		text = `'${text}`;
	return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export const csvOf = (rows) => rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');

export function download(name, rows) {
	const url = URL.createObjectURL(new Blob([csvOf(rows)], { type: 'text/csv;charset=utf-8' }));
	const link = document.createElement('a');
	link.href = url;
	link.download = `${name.replace(/[^\w.-]+/g, '_')}.csv`;
	link.click();
	setTimeout(() => URL.revokeObjectURL(url), 60000);
}
