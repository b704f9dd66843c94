/* SPDX-License-Identifier: BSD-3-Clause */
/* Lines of XALT's records. */
#include "usage/lane.h"

enum { LONGEST_WORDS = 64 << 10 };

/*
 * A package record as XALT from 2.10.3 on writes it,
 * {"crc":"0x5999","program":"python","xalt_run_uuid":"...","package_version":...}, is its run and
 * the words behind it.
 */
static const char head[] = "{\"crc\":\"0x",
		  middle[] = "\",\"program\":\"python\",\"xalt_run_uuid\":\"";

enum {
	CRC = sizeof(head) - 1,
	MIDDLE = CRC + 4,
	UUID = MIDDLE + sizeof(middle) - 1,
	UUID_TEXT = 36,
	WORDS = UUID + UUID_TEXT
};

void advi_lane_init(struct advi_lane *lane)
{
	*lane = (struct advi_lane){0};
}

void advi_lane_clear(struct advi_lane *lane)
{
	advi_recall_clear(&lane->recall);
	advi_shapes_clear(&lane->shapes);
	advi_vec_clear(&lane->libs);
}

void advi_lane_forget(struct advi_lane *lane)
{
	advi_recall_clear(&lane->recall);
	lane->started = false;
}

void advi_lane_turn(struct advi_lane *lane)
{
	advi_recall_break(&lane->recall);
	lane->has_turn = false;
}

/* Between batches, when nobody holds a number. */
static void begin(struct advi_lane *lane, struct advi_batch *batch)
{
	advi_batch_reset(batch);
	if (advi_recall_full(&lane->recall))
		advi_lane_forget(lane);
	batch->anew = !lane->started;
	lane->started = true;
	lane->run = 0;
	lane->told = lane->recall.at;
}

/* Imports of the run whose records come now. */
static void add_imports(struct advi_lane *lane, struct advi_batch *batch, const uint32_t *lists,
			size_t count)
{
	struct advi_batch_entry *last =
		batch->entries.count ? &batch->entries.at[batch->entries.count - 1] : NULL;

	if (!last || last->kind != ADVI_BATCH_IMPORTS ||
	    memcmp(last->uuid, lane->turn, ADVI_UUID_BYTES) != 0) {
		last = advi_vec_new(&batch->entries);
		*last = (struct advi_batch_entry){
			ADVI_BATCH_IMPORTS, (uint32_t)batch->numbers.count, 0, {0}};
		memcpy(last->uuid, lane->turn, ADVI_UUID_BYTES);
	}
	for (size_t i = 0; i < count; i++)
		advi_vec_push(&batch->numbers, lists[i]);
	last->count += (uint32_t)count;
}

/* Imports that came as the script has them, and were not written down so far, are. */
static void catch_up(struct advi_lane *lane, struct advi_batch *batch)
{
	const struct advi_recall *recall = &lane->recall;

	if (!recall->strays && lane->told < recall->at)
		add_imports(lane, batch, recall->numbers.at + lane->told, recall->at - lane->told);
	lane->told = recall->at;
	lane->run = 0;
}

/* Tells all that a run has imported by the number of its script. */
static void tell_script(struct advi_lane *lane, struct advi_batch *batch,
			struct advi_script *script)
{
	if (!script->number) {
		advi_vec_push(&batch->scripts,
			      ((struct advi_batch_script){(uint32_t)batch->numbers.count,
							  script->count}));
		for (uint32_t i = 0; i < script->count; i++)
			advi_vec_push(&batch->numbers, lane->recall.numbers.at[script->first + i]);
		script->number = ++lane->recall.told;
	}
	batch->runs.at[lane->run - 1].script = script->number - 1;
	lane->run = 0;
}

/* What comes now is of that run. */
static void turn_to(struct advi_lane *lane, struct advi_batch *batch, const unsigned char *uuid)
{
	struct advi_script *script;

	if (lane->has_turn && memcmp(lane->turn, uuid, ADVI_UUID_BYTES) == 0)
		return;
	script = lane->run && lane->recall.at == lane->recall.end
			 ? advi_recall_script(&lane->recall)
			 : NULL;
	if (script)
		tell_script(lane, batch, script);
	else
		catch_up(lane, batch);
	advi_recall_turn(&lane->recall);
	lane->told = 0;
	memcpy(lane->turn, uuid, ADVI_UUID_BYTES);
	lane->has_turn = true;
}

/* A list of the run whose records come now that is not what was expected, if anything was. */
static void note(struct advi_lane *lane, struct advi_batch *batch, uint32_t list)
{
	catch_up(lane, batch);
	advi_recall_note(&lane->recall, list);
	lane->told = lane->recall.at;
}

/* A text as long as its batch: one that was decoded is copied. */
static struct advi_str keep(struct advi_batch *batch, struct advi_str record, struct advi_str text)
{
	if (!text.len || (text.ptr >= record.ptr && text.ptr < record.ptr + record.len))
		return text;
	return advi_arena_slice(&batch->decoded, text);
}

/* An import of the run whose records come now. */
static void add_import(struct advi_lane *lane, struct advi_batch *batch, uint32_t list)
{
	note(lane, batch, list);
	add_imports(lane, batch, &list, 1);
}

/* --- package records --- */

/* Whether four bytes are hexadecimal digits. */
static inline bool is_hex4(const char *at)
{
	static const bool digit[256] = {
		['0'] = 1, ['1'] = 1, ['2'] = 1, ['3'] = 1, ['4'] = 1, ['5'] = 1,
		['6'] = 1, ['7'] = 1, ['8'] = 1, ['9'] = 1, ['A'] = 1, ['B'] = 1,
		['C'] = 1, ['D'] = 1, ['E'] = 1, ['F'] = 1, ['a'] = 1, ['b'] = 1,
		['c'] = 1, ['d'] = 1, ['e'] = 1, ['f'] = 1,
	};
	const unsigned char *byte = (const unsigned char *)at;

	return digit[byte[0]] & digit[byte[1]] & digit[byte[2]] & digit[byte[3]];
}

/* What the bits of two texts of fixed length differ in: quicker than a call for so few bytes. */
static inline uint64_t difference(const char *a, const char *b, size_t count)
{
	uint64_t x, y, all = 0;

	for (size_t at = 0; at + sizeof(x) <= count; at += sizeof(x)) {
		memcpy(&x, a + at, sizeof(x));
		memcpy(&y, b + at, sizeof(y));
		all |= x ^ y;
	}
	memcpy(&x, a + count - sizeof(x), sizeof(x));
	memcpy(&y, b + count - sizeof(y), sizeof(y));
	return all | (x ^ y);
}

/* Whether bytes, more than WORDS, begin as a package record does, whatever run it names. */
static inline bool is_usual(const char *at)
{
	return (difference(at, head, sizeof(head) - 1) |
		difference(at + MIDDLE, middle, sizeof(middle) - 1)) == 0 &&
	       is_hex4(at + CRC) && at[WORDS] == '"';
}

/* Whether a record is of a run (a valid one) and words that are not looked at here. */
static bool split(struct advi_lane *lane, struct advi_str record)
{
	const char *at = record.ptr;

	if (record.len <= WORDS || !is_usual(at))
		return false;
	if (lane->has_uuid && memcmp(lane->uuid_text, at + UUID, UUID_TEXT) == 0)
		return true;
	memcpy(lane->uuid_text, at + UUID, UUID_TEXT);
	lane->has_uuid = advi_uuid_read((struct advi_str){at + UUID, UUID_TEXT}, lane->uuid);
	return lane->has_uuid;
}

/* What an import is remembered by when its record was not written in the usual way. */
static void key_of(const struct advi_import_seen *import, struct advi_buf *out)
{
	advi_buf_byte(out, '\0');
	advi_buf_add(out, import->name);
	advi_buf_byte(out, '\0');
	advi_buf_add(out, import->path);
}

static uint32_t list_of(struct advi_lane *lane, struct advi_batch *batch, struct advi_str record,
			struct advi_str words, const struct advi_import_seen *import)
{
	struct advi_batch_list *list;
	bool is_new;
	uint32_t number = advi_recall_add(&lane->recall, words, &is_new);

	if (!is_new)
		return number;
	list = advi_vec_new(&batch->lists);
	*list = (struct advi_batch_list){.import = *import};
	list->import.name = keep(batch, record, import->name);
	list->import.path = keep(batch, record, import->path);
	list->import.module.ptr = list->import.name.ptr;
	return number;
}

static bool take_import(struct advi_lane *lane, struct advi_batch *batch, struct advi_str record,
			bool usual, const struct advi_import_seen *import)
{
	ADVI_AUTO(buf) struct advi_buf key = ADVI_BUF_INIT(LONGEST_WORDS);
	struct advi_str words;

	/* Words that name another run than what stands before them mean more than imports. */
	if (usual && memcmp(import->uuid, lane->uuid, ADVI_UUID_BYTES) == 0 &&
	    record.len - WORDS <= LONGEST_WORDS) {
		words = advi_str_from(record, WORDS);
	} else {
		key_of(import, &key);
		if (key.full)
			return false;
		words = advi_buf_str(&key);
	}
	turn_to(lane, batch, import->uuid);
	add_import(lane, batch, list_of(lane, batch, record, words, import));
	return true;
}

/* Whether a package record of the run that was split last begins here, with a byte behind it. */
static bool goes_on(const struct advi_lane *lane, const char *at, const char *end)
{
	return end - at > WORDS && is_usual(at) &&
	       difference(at + UUID, lane->uuid_text, UUID_TEXT) == 0;
}

/*
 * Passes over package records of one run that come as its script has them, from the words of the
 * first one on; the end of the last one's line, or NULL when not even that came.
 */
static const char *follow(struct advi_lane *lane, struct advi_batch *batch, const char *words,
			  const char *end)
{
	struct advi_recall *recall = &lane->recall;
	const struct advi_recalled *list;
	const char *line = NULL;
	uint32_t from = recall->at;

	while (!recall->strays && (list = advi_recall_expected(recall)) &&
	       advi_recall_is(list, (struct advi_str){words, (size_t)(end - words)}, '\n')) {
		line = words + list->length;
		recall->at++;
		if (!goes_on(lane, line + 1, end))
			break;
		words = line + 1 + WORDS;
	}
	if (line)
		recall->last = recall->numbers.at[recall->at - 1] + 1;
	batch->records += recall->at - from;
	return line;
}

/* The list that words are, which were met before: what is expected, or any; sets their length. */
static uint32_t known_words(const struct advi_recall *recall, struct advi_str *words)
{
	const struct advi_recalled *next = advi_recall_expected(recall);
	uint32_t last = recall->last ? recall->lists.at[recall->last - 1].next : 0;

	if (next && advi_recall_is(next, *words, '\n')) {
		words->len = next->length;
		return recall->numbers.at[recall->at];
	}
	if (last && advi_recall_is(&recall->lists.at[last - 1], *words, '\n')) {
		words->len = recall->lists.at[last - 1].length;
		return last - 1;
	}
	words->len = advi_str_find(*words, '\n');
	return advi_recall_find(recall, *words);
}

/*
 * The end of the last line of package records whose words were expected or met before; NULL when
 * what comes is anything else.
 */
static const char *known_packages(struct advi_lane *lane, struct advi_batch *batch, const char *at,
				  const char *end)
{
	struct advi_str rest = {at, (size_t)(end - at)}, words;
	const char *line;
	uint32_t list;

	if (!split(lane, rest))
		return NULL;
	words = advi_str_from(rest, WORDS);
	turn_to(lane, batch, lane->uuid);
	line = follow(lane, batch, words.ptr, end);
	if (line)
		return line;
	list = known_words(&lane->recall, &words);
	if (list == ADVI_NO_LIST || words.ptr + words.len == end)
		return NULL;
	add_import(lane, batch, list);
	batch->records++;
	return words.ptr + words.len;
}

/* --- any record --- */

/* The number of a run's list of mapped objects; false when it is too long for one. */
static bool list_of_libs(struct advi_lane *lane, struct advi_batch *batch, struct advi_str record,
			 const struct advi_run_seen *run, uint32_t *out)
{
	struct advi_batch_list *list;
	bool is_new;

	*out = run->libs_known ? lane->recall.mapped - 1 : ADVI_NO_LIST;
	if (run->libs_known || !run->lib_words.len)
		return true;
	if (run->lib_words.len > LONGEST_WORDS)
		return false;
	*out = advi_recall_add(&lane->recall, run->lib_words, &is_new);
	if (!is_new)
		return true;
	list = advi_vec_new(&batch->lists);
	*list = (struct advi_batch_list){.mapped = true,
					 .first = (uint32_t)batch->paths.count,
					 .count = (uint32_t)run->lib_count};
	for (size_t i = 0; i < run->lib_count; i++)
		advi_vec_push(&batch->paths, keep(batch, record, run->libs[i]));
	return true;
}

static bool take_run(struct advi_lane *lane, struct advi_batch *batch, struct advi_str record,
		     const struct advi_run_seen *run)
{
	struct advi_batch_run *kept;
	uint32_t list;
	bool first;

	if (!list_of_libs(lane, batch, record, run, &list))
		return false;
	turn_to(lane, batch, run->uuid);
	catch_up(lane, batch);
	first = !lane->recall.head;
	if (list != ADVI_NO_LIST)
		note(lane, batch, list);
	*advi_vec_new(&batch->entries) = (struct advi_batch_entry){
		.kind = ADVI_BATCH_RUN, .first = (uint32_t)batch->runs.count, .count = 1};
	kept = advi_vec_new(&batch->runs);
	*kept = (struct advi_batch_run){*run, list, ADVI_NO_LIST};
	kept->seen.libs = NULL;
	kept->seen.lib_count = 0;
	kept->seen.lib_words = ADVI_STR("");
	kept->seen.user = keep(batch, record, run->user);
	kept->seen.project = keep(batch, record, run->project);
	kept->seen.job = keep(batch, record, run->job);
	kept->seen.host = keep(batch, record, run->host);
	kept->seen.environment = keep(batch, record, run->environment);
	/* Its script is what follows its own list, and that list only. */
	lane->run = first && list != ADVI_NO_LIST ? (uint32_t)batch->runs.count : 0;
	return true;
}

static bool take_seen(struct advi_lane *lane, struct advi_batch *batch, struct advi_str record,
		      const struct advi_record_seen *seen)
{
	if (seen->kind == ADVI_RECORD_RUN)
		return take_run(lane, batch, record, &seen->run);
	if (seen->kind == ADVI_RECORD_IMPORT)
		return take_import(lane, batch, record, split(lane, record), &seen->import);
	return seen->kind == ADVI_RECORD_OTHER;
}

static bool take_record(struct advi_lane *lane, struct advi_batch *batch, struct advi_str record)
{
	const struct advi_xalt_memory memory = {advi_recall_known, advi_recall_met, &lane->recall};
	struct advi_record_seen seen;
	struct advi_json json;
	bool taken;

	if (!record.len || record.ptr[0] != '{')
		return false;
	lane->recall.mapped = 0;
	if (advi_shapes_read(&lane->shapes, record, &memory, &seen))
		return take_seen(lane, batch, record, &seen);
	lane->recall.mapped = 0;
	advi_json_init(&json, record);
	advi_xalt_read_known(&json, &lane->libs, &memory, &seen);
	if (seen.kind == ADVI_RECORD_RUN || seen.kind == ADVI_RECORD_OTHER)
		advi_shapes_learn(&lane->shapes, record);
	taken = take_seen(lane, batch, record, &seen);
	advi_json_clear(&json);
	return taken;
}

bool advi_lane_take(struct advi_lane *lane, struct advi_batch *batch, struct advi_str record)
{
	uint32_t list;

	begin(lane, batch);
	if (split(lane, record)) {
		list = advi_recall_find(&lane->recall, advi_str_from(record, WORDS));
		if (list != ADVI_NO_LIST) {
			turn_to(lane, batch, lane->uuid);
			add_import(lane, batch, list);
			return true;
		}
	}
	return take_record(lane, batch, record);
}

static void leave_line(struct advi_batch *batch, const char *at, size_t length)
{
	*advi_vec_new(&batch->entries) = (struct advi_batch_entry){
		ADVI_BATCH_LINE, (uint32_t)(at - batch->chunk.lines.ptr), (uint32_t)length, {0}};
}

/* A line of any kind; its end. */
static const char *take_line(struct advi_lane *lane, struct advi_batch *batch, const char *at,
			     const char *end)
{
	const char *line = memchr(at, '\n', (size_t)(end - at));
	struct advi_str text = {at, (size_t)((line ? line : end) - at)};

	if (!advi_str_trim(text).len)
		return text.ptr + text.len;
	batch->records++;
	/* One that is cut off or too long may be refused for that, where lines are refused. */
	if (!line || text.len > ADVI_LINE_BYTES || !take_record(lane, batch, text)) {
		catch_up(lane, batch);
		leave_line(batch, at, text.len);
	}
	return text.ptr + text.len;
}

void advi_lane_read(struct advi_lane *lane, struct advi_batch *batch)
{
	struct advi_str lines = batch->chunk.lines;
	const char *at = lines.ptr, *end = lines.ptr + lines.len;

	begin(lane, batch);
	for (; at < end; at++) {
		const char *known = known_packages(lane, batch, at, end);

		at = known ? known : take_line(lane, batch, at, end);
	}
	catch_up(lane, batch);
}
