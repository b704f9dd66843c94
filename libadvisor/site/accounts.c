/* SPDX-License-Identifier: BSD-3-Clause */
/* A table of accounts and their domains. */
#include "site/accounts.h"

#include "base/err.h"
#include "io/csv.h"
#include "io/lines.h"

enum { LONGEST_DOMAIN = 256 };

struct table {
	struct advi_csv csv;
	int account, domain; /* columns; -1: no header yet */
	advi_account_fn *take;
	void *context;
};

static const char *take_header(struct table *table)
{
	table->account = advi_csv_find(&table->csv, "account");
	table->domain = advi_csv_find(&table->csv, "domain");
	return table->account < 0 || table->domain < 0
		       ? "is no header with the columns account and domain"
		       : NULL;
}

static const char *take_row(struct table *table)
{
	struct advi_str account = advi_csv_field(&table->csv, table->account);
	struct advi_str domain = advi_csv_field(&table->csv, table->domain);

	if (!account.len)
		return "names no account";
	if (!domain.len || advi_str_is(domain, "unknown"))
		return NULL;
	if (domain.len > LONGEST_DOMAIN || memchr(domain.ptr, '\0', domain.len) ||
	    !advi_str_utf8(account) || !advi_str_utf8(domain))
		return "has a domain that is too long, or is not UTF-8";
	return table->take(table->context, account, domain);
}

static const char *take_line(struct table *table, const struct advi_line *line)
{
	const char *problem;

	if (line->too_long)
		return "is too long";
	if (line->number > 1 && !advi_str_trim(line->text).len)
		return NULL;
	problem = advi_csv_read(&table->csv, line->text);
	if (problem)
		return problem;
	return line->number == 1 ? take_header(table) : take_row(table);
}

int advi_accounts_read(const char *path, advi_account_fn *take, void *context, struct adv_err *err)
{
	ADVI_AUTO(stream) struct advi_stream *stream = NULL;
	ADVI_AUTO(lines) struct advi_lines lines = {0};
	struct table table = {ADVI_CSV_INIT, -1, -1, take, context};
	struct advi_line line;
	int r = advi_stream_open(&stream, path, err);

	if (r < 0)
		return r == ADV_EENV ? ADV_EINPUT : r;
	advi_lines_init(&lines, stream, ADVI_CSV_ROW_BYTES);
	while ((r = advi_lines_next(&lines, &line, err)) > 0) {
		const char *problem = take_line(&table, &line);

		if (problem) {
			r = advi_fail(err, ADV_EINPUT, "'%s': line %llu %s", path,
				      (unsigned long long)line.number, problem);
			break;
		}
	}
	advi_csv_clear(&table.csv);
	if (r == 0 && table.account < 0)
		return advi_fail(err, ADV_EINPUT, "'%s': it is empty; account,domain was expected",
				 path);
	return r;
}
