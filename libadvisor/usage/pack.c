/* SPDX-License-Identifier: BSD-3-Clause */
/* What a set imports as one value of a store, for C and for SQL. */
#include "usage/pack.h"

#include "base/mem.h"

enum { NUMBERS = 5, VALUE_BYTES = 1 << 30 };

/* --- items --- */

static void add_number(struct advi_buf *out, uint32_t number)
{
	for (; number >= 0x80; number >>= 7)
		advi_buf_byte(out, (char)(number | 0x80));
	advi_buf_byte(out, (char)number);
}

void advi_pack_item(struct advi_buf *out, const struct advi_item *item)
{
	add_number(out, item->module);
	add_number(out, (uint32_t)item->evidence << 1 | item->dotted);
	add_number(out, item->root);
	add_number(out, item->version);
	add_number(out, item->path_bytes);
}

static bool take_number(struct advi_str *packed, uint32_t *out)
{
	uint64_t number = 0;

	for (unsigned at = 0; at < packed->len && at < 5; at++) {
		unsigned char byte = (unsigned char)packed->ptr[at];

		number |= (uint64_t)(byte & 0x7F) << 7 * at;
		if (byte & 0x80)
			continue;
		*packed = advi_str_from(*packed, at + 1);
		*out = (uint32_t)number;
		return number <= UINT32_MAX;
	}
	return false;
}

int advi_unpack_item(struct advi_str *packed, struct advi_item *out)
{
	uint32_t numbers[NUMBERS];

	if (!packed->len)
		return 0;
	for (size_t i = 0; i < NUMBERS; i++)
		if (!take_number(packed, &numbers[i]))
			return ADV_EINPUT;
	*out = (struct advi_item){.module = numbers[0],
				  .root = numbers[2],
				  .version = numbers[3],
				  .path_bytes = numbers[4],
				  .evidence = (uint8_t)(numbers[1] >> 1),
				  .dotted = numbers[1] & 1};
	return 1;
}

/* --- the table "unpacked" --- */

enum column { MODULE, EVIDENCE, ROOT, VERSION, DOTTED, PATH_BYTES, VALUE };

struct cursor {
	sqlite3_vtab_cursor base; /* first, as SQLite asks for */
	struct advi_buf value;    /* a copy */
	struct advi_str rest;
	struct advi_item item;
	int state; /* of advi_unpack_item */
	sqlite3_int64 row;
};

static int connect(sqlite3 *db, void *none, int count, const char *const *words, sqlite3_vtab **out,
		   char **problem)
{
	(void)none;
	(void)count;
	(void)words;
	(void)problem;
	*out = advi_calloc(1, sizeof(**out));
	/* It may stand in a view: it reads nothing but what it is given. */
	sqlite3_vtab_config(db, SQLITE_VTAB_INNOCUOUS);
	return sqlite3_declare_vtab(db, "CREATE TABLE x(module, evidence, root, version, dotted,"
					" path_bytes, value HIDDEN)");
}

static int disconnect(sqlite3_vtab *table)
{
	free(table);
	return SQLITE_OK;
}

/* The value must be given. */
static int plan(sqlite3_vtab *table, sqlite3_index_info *info)
{
	(void)table;
	for (int i = 0; i < info->nConstraint; i++) {
		if (info->aConstraint[i].iColumn != VALUE || !info->aConstraint[i].usable ||
		    info->aConstraint[i].op != SQLITE_INDEX_CONSTRAINT_EQ)
			continue;
		info->aConstraintUsage[i].argvIndex = 1;
		info->aConstraintUsage[i].omit = 1;
		info->estimatedCost = 50;
		info->estimatedRows = 50;
		return SQLITE_OK;
	}
	return SQLITE_CONSTRAINT;
}

static int open_cursor(sqlite3_vtab *table, sqlite3_vtab_cursor **out)
{
	struct cursor *cursor = advi_calloc(1, sizeof(*cursor));

	(void)table;
	cursor->value.cap = VALUE_BYTES;
	*out = &cursor->base;
	return SQLITE_OK;
}

static int close_cursor(sqlite3_vtab_cursor *base)
{
	struct cursor *cursor = (struct cursor *)base;

	advi_buf_clear(&cursor->value);
	free(cursor);
	return SQLITE_OK;
}

static int go_on(sqlite3_vtab_cursor *base)
{
	struct cursor *cursor = (struct cursor *)base;

	cursor->row++;
	cursor->state = advi_unpack_item(&cursor->rest, &cursor->item);
	return cursor->state < 0 ? SQLITE_CORRUPT : SQLITE_OK;
}

static int begin(sqlite3_vtab_cursor *base, int plan_number, const char *plan_name, int count,
		 sqlite3_value **values)
{
	struct cursor *cursor = (struct cursor *)base;
	const void *value = count ? sqlite3_value_blob(values[0]) : NULL;

	(void)plan_number;
	(void)plan_name;
	advi_buf_reset(&cursor->value);
	if (value)
		advi_buf_add(&cursor->value,
			     (struct advi_str){value, (size_t)sqlite3_value_bytes(values[0])});
	cursor->rest = advi_buf_str(&cursor->value);
	cursor->row = 0;
	return go_on(base);
}

static int at_end(sqlite3_vtab_cursor *base)
{
	return ((const struct cursor *)base)->state <= 0;
}

static int column(sqlite3_vtab_cursor *base, sqlite3_context *to, int number)
{
	const struct cursor *cursor = (const struct cursor *)base;
	const struct advi_item *item = &cursor->item;
	const sqlite3_int64 values[] = {item->module,  item->evidence, item->root,
					item->version, item->dotted,   item->path_bytes};

	if ((size_t)number < ADVI_COUNT(values))
		sqlite3_result_int64(to, values[number]);
	return SQLITE_OK;
}

static int rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *out)
{
	*out = ((const struct cursor *)base)->row;
	return SQLITE_OK;
}

/* Without xCreate it is there by its name alone. */
static const sqlite3_module unpacked = {
	.xConnect = connect,
	.xBestIndex = plan,
	.xDisconnect = disconnect,
	.xOpen = open_cursor,
	.xClose = close_cursor,
	.xFilter = begin,
	.xNext = go_on,
	.xEof = at_end,
	.xColumn = column,
	.xRowid = rowid,
};

/* --- the aggregate "packed" --- */

static void add_row(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct advi_buf *out = sqlite3_aggregate_context(context, sizeof(*out));
	uint32_t numbers[PATH_BYTES + 1];

	if (!out)
		abort();
	out->cap = VALUE_BYTES;
	for (int i = 0; i < count; i++)
		numbers[i] = (uint32_t)sqlite3_value_int64(values[i]);
	advi_pack_item(out, &(struct advi_item){.module = numbers[MODULE],
						.evidence = (uint8_t)numbers[EVIDENCE],
						.root = numbers[ROOT],
						.version = numbers[VERSION],
						.dotted = numbers[DOTTED] != 0,
						.path_bytes = numbers[PATH_BYTES]});
}

static void end_rows(sqlite3_context *context)
{
	struct advi_buf *out = sqlite3_aggregate_context(context, 0);

	if (out && out->full)
		sqlite3_result_error_toobig(context);
	else
		sqlite3_result_blob64(context, out && out->ptr ? out->ptr : "", out ? out->len : 0,
				      SQLITE_TRANSIENT);
	if (out)
		advi_buf_clear(out);
}

int advi_pack_open(sqlite3 *db, const char *path, struct adv_err *err)
{
	if (sqlite3_create_module_v2(db, "unpacked", &unpacked, NULL, NULL) == SQLITE_OK &&
	    sqlite3_create_function_v2(db, "packed", PATH_BYTES + 1, SQLITE_UTF8, NULL, NULL,
				       add_row, end_rows, NULL) == SQLITE_OK)
		return 0;
	return advi_sql_fail(db, path, err);
}
