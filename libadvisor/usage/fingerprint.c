/* SPDX-License-Identifier: BSD-3-Clause */
/* The fingerprint of a store: equal for equal counts, however they were read in. */
#include "io/digest.h"
#include "usage/store.h"
#include "usage/workload.h"

/*
 * Every line is text, in an order that depends on texts alone. Ids, sources and what waits are left
 * out: they depend on how and when logs were read. Numbers that SQLite prints as it reads them.
 */
static const char *const questions[] = {
	"SELECT hex(run.uuid), run.month, user.name, project.name, job.name, run.ticks, run.nodes,"
	" printf('%.17g', run.probability), environment.path, run.set_id FROM counted run"
	" JOIN user ON user.id=run.user"
	" LEFT JOIN project ON project.id=run.project LEFT JOIN job ON job.id=run.job"
	" LEFT JOIN root environment ON environment.id=run.environment"
	" WHERE run.set_id IS NOT NULL ORDER BY run.uuid",
	"SELECT tally.month, user.name, project.name, module.name, tally.place, sum(tally.runs)"
	" FROM tally LEFT JOIN user ON user.id=tally.user"
	" LEFT JOIN project ON project.id=tally.project JOIN module ON module.id=tally.module"
	" GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5",
};

static const char imports[] =
	"SELECT module.name, import.evidence, root.kind, root.path,"
	" (SELECT name FROM version WHERE id=import.version) FROM import JOIN module ON "
	"module.id=import.module"
	" JOIN root ON root.id=import.root WHERE import.set_id=?"
	" ORDER BY module.name, import.evidence";

/* Columns are told apart by a byte that text can't hold unescaped in logs. */
static void add_row(struct advi_digest *digest, sqlite3_stmt *row, int columns)
{
	for (int i = 0; i < columns; i++) {
		advi_digest_add(digest, advi_sql_column(row, i));
		advi_digest_add(digest, (struct advi_str){"", 1});
	}
}

/* The digest of a set's texts, remembered by its id. */
static int set_digest(const struct adv_store *store, sqlite3_stmt *statement,
		      struct advi_map *known, struct advi_str id, struct advi_str *out,
		      struct adv_err *err)
{
	bool is_new;
	struct advi_map_entry *entry = advi_map_add(known, id, &is_new);
	char *hex = entry->pointer;
	struct advi_digest *digest;
	int r;

	if (is_new) {
		hex = entry->pointer = advi_arena_alloc(&known->keys, ADVI_HEX_SIZE);
		digest = advi_digest_new("SHA256");
		advi_sql_text(statement, 1, entry->key);
		while ((r = advi_sql_step(statement, store->path, err)) > 0)
			add_row(digest, statement, sqlite3_column_count(statement));
		advi_digest_end(digest, hex);
		if (r < 0)
			return r;
	}
	*out = advi_str(hex);
	return 0;
}

static int add_rows(const struct adv_store *store, const char *sql, struct advi_digest *digest,
		    struct adv_err *err)
{
	ADVI_AUTO_SQL *rows = NULL;
	ADVI_AUTO_SQL *sets = NULL;
	ADVI_AUTO(map) struct advi_map known = {0};
	int r, columns;

	if ((r = advi_sql_prepare(&rows, store->db, store->path, sql, err)) < 0 ||
	    (r = advi_sql_prepare(&sets, store->db, store->path, imports, err)) < 0)
		return r;
	columns = sqlite3_column_count(rows);
	while ((r = advi_sql_step(rows, store->path, err)) > 0) {
		struct advi_str set;

		if (sql != questions[0]) {
			add_row(digest, rows, columns);
			continue;
		}
		add_row(digest, rows, columns - 1);
		r = set_digest(store, sets, &known, advi_sql_column(rows, columns - 1), &set, err);
		if (r < 0)
			return r;
		advi_digest_add(digest, set);
	}
	return r;
}

int advi_store_fingerprint(const struct adv_store *store, char hex[65], struct adv_err *err)
{
	struct advi_digest *digest = advi_digest_new("SHA256");
	int r = 0;

	for (size_t i = 0; i < ADVI_COUNT(questions) && r == 0; i++)
		r = add_rows(store, questions[i], digest, err);
	advi_digest_end(digest, hex);
	return r;
}
