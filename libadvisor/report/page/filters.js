// SPDX-License-Identifier: BSD-3-Clause
// The bar of filters, which stays while views come and go.
import { byId, h } from './dom.js';
import { change, isFiltered, link, noFilter, readState } from './state.js';

const EVIDENCE = [['', 'imported'], ['used', 'imported, no mere probes'], ['mapped', 'loaded (mapped objects)']];

function field(label, control) {
	return h('label', null, h('span', null, label), control);
}

function choice(name, label, options) {
	return field(label, h('select', {
		name, onchange: (event) => change({ [name]: event.target.value, p: '' }),
	}, options.map(([value, text]) => h('option', { value }, text))));
}

/* A project is typed; an incomplete name changes nothing. */
function projectField(data) {
	return field('Project', h('input', {
		name: 'project', list: 'all-projects', placeholder: 'all', autocomplete: 'off', size: 14,
		onchange: (event) => {
			const name = event.target.value.trim();
			const known = !name || name === 'unknown' || data.projects.includes(name);
			event.target.setCustomValidity(known ? '' : 'No usage of such a project is known.');
			event.target.reportValidity();
			if (known)
				change({ project: name, p: '' });
		},
	}));
}

function placeField(data) {
	const boxes = data.places.map((place) => h('label', null, h('input', {
		type: 'checkbox', name: 'place', value: place,
		onchange: () => {
			const chosen = [...document.querySelectorAll('#filters [name=place]:checked')].map((box) => box.value);
			change({ place: chosen.length === data.places.length ? '' : chosen.join(','), p: '' });
		},
	}), place));
	const list = h('details', { class: 'places' }, h('summary', null, h('span', null, 'Places'), h('span', { id: 'places-chosen' }, 'all')),
		h('fieldset', null, h('legend', { class: 'hidden' }, 'Imported from these places'), boxes));
	// It lies over the view, so it closes like a menu.
	list.addEventListener('keydown', (event) => {
		if (event.key === 'Escape' && list.open) {
			list.open = false;
			list.firstChild.focus();
		}
	});
	addEventListener('click', (event) => {
		if (!list.contains(event.target))
			list.open = false;
	});
	return list;
}

/* Of a public page: which part of the centre is looked at. Each has a view of its own. */
function partField(data) {
	const options = (kind, names, label) => names.length ? h('optgroup', { label }, names.map((name) => h('option', { value: `${kind}/${name}` }, name))) : null;
	return field('Part', h('select', {
		name: 'part', onchange: (event) => {
			const [kind, ...name] = event.target.value.split('/');
			location.hash = link(kind ? [kind, name.join('/')] : []);
		},
	}, h('option', { value: '' }, 'the whole centre'), options('domain', data.domains, 'Domains'), options('project', data.projects, 'Projects')));
}

function makePublicFilters(data) {
	byId('filters').replaceChildren(partField(data), h('p', { class: 'public' },
		`Public page: figures of fewer than ${data.head.min_users} people, and those that would tell them, are left out (*). So there are no filters by month, place or evidence. `,
		h('a', { href: '#/about' }, 'What is told')));
	byId('filters').addEventListener('submit', (event) => event.preventDefault());
}

export function makeFilters(data) {
	if (data.head.public) {
		makePublicFilters(data);
		return;
	}
	const months = data.months.map((month) => [month, month]), { since, until } = data.head;
	byId('filters').replaceChildren(
		choice('from', 'From', [['', since ? `${since} (the plan’s)` : 'first month'], ...months]),
		choice('to', 'To', [['', until ? `${until} (the plan’s)` : 'last month'], ...months]),
		projectField(data),
		choice('domain', 'Domain', [['', 'all'], ...data.domains.names.map((name) => [name, name])]),
		placeField(data),
		choice('evidence', 'Evidence', EVIDENCE),
		h('button', { type: 'button', id: 'reset', onclick: () => change({ ...noFilter, p: '' }) }, 'Reset filters'),
		h('datalist', { id: 'all-projects' }, data.projects.map((name) => h('option', { value: name }))));
	byId('filters').addEventListener('submit', (event) => event.preventDefault());
}

/* Shows in the bar what the address says. */
export function showFilters(data) {
	const { path, query } = readState();
	const form = byId('filters');
	if (data.head.public) {
		form.elements.part.value = path[0] === 'domain' || path[0] === 'project' ? path.join('/') : '';
		return;
	}
	for (const name of ['from', 'to', 'project', 'domain', 'evidence'])
		form.elements[name].value = query[name] ?? '';
	const chosen = (query.place ?? '').split(',').filter((place) => data.places.includes(place));
	for (const box of form.querySelectorAll('[name=place]'))
		box.checked = chosen.includes(box.value);
	byId('places-chosen').textContent = chosen.length ? chosen.join(', ') : 'all';
	byId('reset').disabled = !isFiltered(query);
}
