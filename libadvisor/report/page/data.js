// SPDX-License-Identifier: BSD-3-Clause
// What the page counts from, unpacked into flat arrays (report/html_pack.c writes it).
import { readPublic } from './public.js';

const text = (id) => document.getElementById(id).textContent;

function fromBase64(base64) {
	if (Uint8Array.fromBase64)
		return Uint8Array.fromBase64(base64);
	const binary = atob(base64);
	const bytes = new Uint8Array(binary.length);
	for (let i = 0; i < binary.length; i++)
		bytes[i] = binary.charCodeAt(i);
	return bytes;
}

async function inflated(bytes) {
	const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
	return new Uint8Array(await new Response(stream).arrayBuffer());
}

// Numbers of seven bits a byte; those beyond 2^53 lose their last digits, as numbers here do.
function numbersOf(bytes) {
	let at = 0;
	return () => {
		let byte = bytes[at++];
		if (byte < 128)
			return byte;
		let number = byte & 127, scale = 128;
		do {
			byte = bytes[at++];
			number += (byte & 127) * scale;
			scale *= 128;
		} while (byte & 128);
		return number;
	};
}

function readItems(next) {
	const count = next();
	const items = {
		count,
		module: new Int32Array(count), place: new Uint8Array(count), kind: new Uint8Array(count),
		mapped: new Uint8Array(count), part: new Uint8Array(count), probe: new Uint8Array(count),
	};
	for (let i = 0; i < count; i++) {
		items.module[i] = next();
		items.place[i] = next();
		items.kind[i] = next();
		const flags = next();
		items.mapped[i] = flags & 1;
		items.part[i] = flags >> 1 & 1;
		items.probe[i] = flags >> 2 & 1;
	}
	return items;
}

// Rows of rising numbers: 'start[i]' to 'start[i + 1]' of 'at' is row i.
function readRows(next, beforeRow) {
	const count = next();
	const start = new Int32Array(count + 1);
	let at = new Int32Array(Math.max(1024, count * 8)), length = 0;
	for (let row = 0; row < count; row++) {
		beforeRow?.(row, count);
		const size = next();
		if (length + size > at.length) {
			const larger = new Int32Array(Math.max(at.length * 2, length + size));
			larger.set(at);
			at = larger;
		}
		for (let i = 0, last = 0; i < size; i++)
			at[length++] = last += next();
		start[row + 1] = length;
	}
	return { count, start, at: at.subarray(0, length) };
}

// Users' groups of runs, those of a user together; the first user is who is not known.
function readGroups(next) {
	const users = next();
	const start = new Int32Array(users + 1);
	const columns = { set: [], month: [], project: [], runs: [], jobs: [], hours: [], counted: [] };
	for (let user = 0, length = 0; user < users; user++) {
		const size = next();
		for (let i = 0, set = 0; i < size; i++) {
			columns.set.push(set += next());
			const month = next();
			columns.month.push(month >> 1);
			columns.counted.push(month & 1);
			columns.project.push(next() - 1);
			columns.runs.push(next());
			columns.jobs.push(next());
			const load = next();
			columns.hours.push(load ? (load - 1) / 3.6e10 : NaN);
		}
		start[user + 1] = length += size;
	}
	return {
		users, start, count: columns.set.length,
		set: Int32Array.from(columns.set), month: Uint16Array.from(columns.month),
		project: Int32Array.from(columns.project), runs: Float64Array.from(columns.runs),
		jobs: Float64Array.from(columns.jobs), hours: Float64Array.from(columns.hours),
		counted: Uint8Array.from(columns.counted),
	};
}

// Domains by name, and which one each project is of; what has no project is of 'unknown'.
function domainsOf(head) {
	const names = [...new Set([...head.projects.domains, 'unknown'])].sort();
	const number = new Map(names.map((name, i) => [name, i]));
	return {
		names, unknown: number.get('unknown'),
		of: Int32Array.from(head.projects.domains, (name) => number.get(name)),
	};
}

export async function readData() {
	const head = JSON.parse(text('head'));
	if (head.public)
		return readPublic(head, JSON.parse(text('groups')));
	const next = numbersOf(await inflated(fromBase64(text('groups').trim())));
	if (next() !== 2)
		throw new Error('the data is of another version than the page');
	const items = readItems(next);
	const sets = readRows(next);
	const groups = readGroups(next);
	const jobs = [];
	const shared = readRows(next, () => jobs.push(next()));
	return {
		head, frontier: JSON.parse(text('frontier')),
		months: head.months, places: head.places, modules: head.modules.names,
		packageOf: Int32Array.from(head.modules.packages, (n) => n - 1),
		packages: head.packages.names, inBase: head.packages.base,
		projects: head.projects.names, domains: domainsOf(head),
		items, sets, groups, shared: { ...shared, jobs },
	};
}
