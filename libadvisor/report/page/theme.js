// SPDX-License-Identifier: BSD-3-Clause
// Light and dark: as the system has it, until somebody chooses.
import { h } from './dom.js';

const KEY = 'conda-advisor-theme';
const system = matchMedia('(prefers-color-scheme: dark)');

/* A file that was opened without a server may have no storage. */
function stored() {
	try {
		return localStorage.getItem(KEY);
	} catch {
		return null;
	}
}

function store(theme) {
	try {
		localStorage.setItem(KEY, theme);
	} catch {
		// then it holds until the page is left
	}
}

const isDark = () => (document.documentElement.dataset.theme ?? (system.matches ? 'dark' : 'light')) === 'dark';

/* A button that switches; 'draw' is called when colours change. */
export function makeThemeSwitch(draw) {
	const known = stored();
	if (known === 'dark' || known === 'light')
		document.documentElement.dataset.theme = known;
	const button = h('button', { type: 'button', id: 'theme' });
	const label = () => {
		button.textContent = isDark() ? 'Light' : 'Dark';
		button.setAttribute('aria-label', `Switch to ${isDark() ? 'light' : 'dark'} colours`);
	};
	button.addEventListener('click', () => {
		document.documentElement.dataset.theme = isDark() ? 'light' : 'dark';
		store(document.documentElement.dataset.theme);
		label();
		draw();
	});
	system.addEventListener('change', () => {
		label();
		draw();
	});
	label();
	return button;
}
