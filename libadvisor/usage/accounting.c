/* SPDX-License-Identifier: BSD-3-Clause */
/* Jobs as the scheduler accounts for them. */
#include "usage/accounting.h"

int advi_accounts_open(struct advi_accounts *accounts, struct adv_store *store, struct adv_err *err)
{
	*accounts = (struct advi_accounts){.store = store};
	return advi_sql_prepare(
		&accounts->add, store->db, store->path,
		"INSERT INTO accounting(job, user, project, nodes, ticks, first, last)"
		" VALUES(?, ?, ?, ?, ?, ?, ?) ON CONFLICT(job) DO UPDATE SET user=excluded.user,"
		" project=excluded.project, nodes=excluded.nodes, ticks=excluded.ticks,"
		" first=excluded.first, last=excluded.last WHERE (last, ifnull(ticks, -1), nodes,"
		" first, ifnull((SELECT name FROM user WHERE id=accounting.user), ''),"
		" ifnull((SELECT name FROM project WHERE id=accounting.project), '')) <"
		" (excluded.last, ifnull(excluded.ticks, -1), excluded.nodes, excluded.first,"
		" ifnull((SELECT name FROM user WHERE id=excluded.user), ''),"
		" ifnull((SELECT name FROM project WHERE id=excluded.project), ''))",
		err);
}

void advi_accounts_clear(struct advi_accounts *accounts)
{
	sqlite3_finalize(accounts->add);
	*accounts = (struct advi_accounts){0};
}

static void bind_known(sqlite3_stmt *statement, int at, sqlite3_int64 value, bool known)
{
	known ? sqlite3_bind_int64(statement, at, value) : sqlite3_bind_null(statement, at);
}

int advi_accounts_add(struct advi_accounts *accounts, const struct advi_account *account,
		      struct adv_err *err)
{
	sqlite3_stmt *add = accounts->add;

	advi_sql_text(add, 1, account->job);
	bind_known(add, 2, account->user, account->user != 0);
	bind_known(add, 3, account->project, account->project != 0);
	sqlite3_bind_int64(add, 4, account->nodes);
	bind_known(add, 5, account->ticks, account->ticks >= 0);
	sqlite3_bind_int64(add, 6, account->first);
	sqlite3_bind_int64(add, 7, account->last);
	return advi_sql_step(add, accounts->store->path, err);
}
