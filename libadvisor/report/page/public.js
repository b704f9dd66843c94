// SPDX-License-Identifier: BSD-3-Clause
// A page for others than staff: it holds the public reports, folded together, and no row of anybody.

/* Reports by kind and name (report/html_public.c writes them, schema "advisor.report/1"). */
export function readPublic(head, reports) {
	const of = { site: new Map(), domain: new Map(), project: new Map(), package: new Map() };
	for (const report of reports)
		of[report.kind].set(report.name, report);
	return {
		head, months: head.months, places: head.places, reports: of, site: of.site.get(null),
		domains: [...of.domain.keys()], projects: [...of.project.keys()], packages: [...of.package.keys()],
	};
}

/* What the plan does to base, by package; who gains by it is not told. */
export function publicVerdicts(plan) {
	const verdicts = new Map();
	for (const row of plan?.refused ?? [])
		verdicts.set(row.name, { words: 'stays out', reason: row.reason });
	for (const row of plan?.changed ?? [])
		verdicts.set(row.name, { words: `moves to ${row.to}`, reason: null });
	for (const row of plan?.removed ?? [])
		verdicts.set(row.name, { words: 'leaves base', reason: null });
	for (const row of plan?.additions ?? [])
		verdicts.set(row.name, { words: 'joins base', reason: null });
	return verdicts;
}
