// SPDX-License-Identifier: BSD-3-Clause
// What is looked at stands in the address, so that every view has a link of its own:
// #/package/torch?from=2025-01&place=home,project

import { EVIDENCE } from './count.js';

const FILTERS = ['from', 'to', 'project', 'domain', 'place', 'evidence'];

function decoded(text) {
	try {
		return decodeURIComponent(text);
	} catch {
		return text; // a link that was cut or typed by hand
	}
}

export function readState() {
	const [path, query = ''] = location.hash.replace(/^#\/?/, '').split(/\?(.*)/s);
	return {
		path: path.split('/').filter(Boolean).map(decoded),
		query: Object.fromEntries(new URLSearchParams(query)),
	};
}

function linkOf(path, query) {
	const text = new URLSearchParams(Object.entries(query).filter(([, value]) => value)).toString();
	return `#/${path.map(encodeURIComponent).join('/')}${text ? `?${text}` : ''}`;
}

/* The link of another view: filters go with it, what else the query holds does not. */
export function link(path, more = {}) {
	const { query } = readState();
	const kept = Object.fromEntries(FILTERS.filter((name) => query[name]).map((name) => [name, query[name]]));
	return linkOf(path, { ...kept, ...more });
}

/* Changes the query: as a step that 'back' undoes, or in place. */
export function change(changes, { inPlace = false } = {}) {
	const { path, query } = readState();
	const to = linkOf(path, { ...query, ...changes });
	if (inPlace)
		history.replaceState(null, '', to);
	else
		location.hash = to;
}

/* The filter that a query asks for, in numbers. What is not known lets nothing pass: a link of
   another page shows no figures rather than those of everything. */
export function filterOf(data, query) {
	const NONE = -3;
	const at = (names, name, any) => name ? names.indexOf(name) >= 0 ? names.indexOf(name) : NONE : any;
	const { since, until } = data.head;
	const first = data.months.findIndex((month) => month >= (query.from || since || ''));
	const places = (query.place ?? '').split(',').filter(Boolean);
	return {
		from: first < 0 ? data.months.length : first,
		to: data.months.findLastIndex((month) => month <= (query.to || until || '9999-12')),
		// what came before a plan's months is what its trends are held against
		history: query.from ? Math.max(first, 0) : 0,
		// -1 is what has no project; -2 is any
		project: query.project === 'unknown' ? -1 : at(data.projects, query.project, -2),
		domain: at(data.domains.names, query.domain, -1),
		places: places.length ? places.reduce((set, name) => set | (data.places.includes(name) ? 1 << data.places.indexOf(name) : 0), 1 << data.places.length) : 0,
		evidence: { mapped: EVIDENCE.MAPPED, used: EVIDENCE.USED }[query.evidence] ?? EVIDENCE.IMPORTED,
	};
}

export const isFiltered = (query) => FILTERS.some((name) => query[name]);
export const noFilter = Object.fromEntries(FILTERS.map((name) => [name, '']));
