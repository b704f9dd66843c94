// SPDX-License-Identifier: BSD-3-Clause
// Compares rates as the dashboard does: lines "events exposure events exposure" in, answers out.
//   node rates.mjs .../page/rates.js
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const { adjust, compare } = await import(pathToFileURL(process.argv[2]));
const rows = readFileSync(0, 'utf8').trim().split('\n').map((line) => {
	const [now, of, before, ofBefore] = line.split(' ').map(Number);
	return compare({ events: now, exposure: of }, { events: before, exposure: ofBefore });
});
for (const { ratio, p } of rows)
	console.log(`${ratio === Infinity ? 'inf' : ratio} ${p}`);
for (const { q } of adjust(rows))
	console.log(`q ${q}`);
