/* SPDX-License-Identifier: BSD-3-Clause */
/* Records read by the shape of others, beside the reader of all records: every byte altered. */
#include "unit.h"

#include "base/mem.h"
#include "usage/recall.h"
#include "usage/shape.h"

static const char first_text[] =
	"{\"crc\":\"0x2C0F\",\"cmdlineA\":[\"/h/e/bin/python\",\"x.py\"],\"hash_id\":\"1d\","
	"\"libA\":[[\"/h/e/lib/python3.11/site-packages/torch/lib/libtorch.so\",\"0\"]],"
	"\"ptA\":[{\"cmd_name\":\"bash\",\"pid\":5,\"cmdlineA\":[\"a\"]}],"
	"\"envT\":{\"PATH\":\"/bin\",\"CONDA_PREFIX\":\"/h/e\"},\"userT\":{\"syshost\":\"lab\","
	"\"run_uuid\":\"01a1fd7d-2ade-7afd-b3c2-5eabc47e2ee4\",\"exec_path\":\"/h/e/bin/python3\","
	"\"cwd\":\"/h/donn\\u00e9es\",\"user\":\"alice\",\"account\":\"proj1\",\"job_id\":\"4242\","
	"\"queue\":null},\"userDT\":{\"start_time\":1741521600.0520,\"end_time\":1741521601.0,"
	"\"run_time\":0.8298,\"probability\":0.0100,\"num_tasks\":1,\"num_nodes\":2.0000},"
	"\"xaltLinkT\":{},\"XALT_measureT\":{\"a\":0.5,\"b\":[1]},\"XALT_qaT\":{\"v\":\"3\"}}";
static const char other_text[] =
	"{\"crc\":\"0x0001\",\"cmdlineA\":[\"python\"],\"hash_id\":\"\","
	"\"libA\":[[\"/h/e/lib/python3.11/site-packages/torch/lib/libtorch.so\",\"0\"]],"
	"\"ptA\":[],"
	"\"envT\":{\"PATH\":\"/bin\",\"CONDA_PREFIX\":\"/h/e\"},\"userT\":{\"syshost\":\"h\","
	"\"run_uuid\":\"01a1fd7d-2ade-7afd-b3c2-5eabc47e2ee5\",\"exec_path\":\"/usr/bin/python3\","
	"\"cwd\":\"/\",\"user\":\"bob\",\"account\":\"unknown\",\"job_id\":\"\","
	"\"queue\":null},\"userDT\":{\"start_time\":1741521600,\"end_time\":0,"
	"\"run_time\":0.8298,\"probability\":1,\"num_tasks\":1,\"num_nodes\":12345678901234567890},"
	"\"xaltLinkT\":{},\"XALT_measureT\":{\"a\":0,\"b\":{}},\"XALT_qaT\":{\"v\":\"3\"}}";

static void say(struct advi_buf *out, const struct advi_record_seen *seen)
{
	const struct advi_run_seen *run = &seen->run;

	if (seen->kind != ADVI_RECORD_RUN) {
		advi_buf_printf(out, "%d", (int)seen->kind);
		return;
	}
	advi_buf_add(out, (struct advi_str){(const char *)run->uuid, ADVI_UUID_BYTES});
	advi_buf_printf(out, " %u '%.*s' '%.*s' '%.*s' '%.*s' %lld %u %.17g '%.*s'", run->month,
			ADVI_ARGS(run->user), ADVI_ARGS(run->project), ADVI_ARGS(run->job),
			ADVI_ARGS(run->host), (long long)run->ticks, run->nodes, run->probability,
			ADVI_ARGS(run->environment));
}

/* Shapes that know one record, and a memory that knows its values. */
struct fixture {
	struct advi_shapes shapes;
	struct advi_recall recall;
	struct advi_xalt_memory memory;
	advi_paths libs;
	size_t fitted;
};

static void meet(struct fixture *fixture, const char *text)
{
	struct advi_record_seen seen;
	struct advi_json json;

	advi_json_init(&json, advi_str(text));
	advi_xalt_read_known(&json, &fixture->libs, &fixture->memory, &seen);
	assert_int_equal(seen.kind, ADVI_RECORD_RUN);
	if (!seen.run.libs_known)
		advi_recall_add(&fixture->recall, seen.run.lib_words, NULL);
	advi_shapes_learn(&fixture->shapes, advi_str(text));
	advi_json_clear(&json);
}

static void begin(struct fixture *fixture)
{
	*fixture = (struct fixture){.memory = {advi_recall_known, advi_recall_met, NULL}};
	fixture->memory.context = &fixture->recall;
	meet(fixture, first_text);
}

static void end(struct fixture *fixture)
{
	advi_shapes_clear(&fixture->shapes);
	advi_recall_clear(&fixture->recall);
	advi_vec_clear(&fixture->libs);
}

/* What fits a shape says what the reader of all records says. */
static bool check(struct fixture *fixture, struct advi_str text)
{
	ADVI_AUTO(buf) struct advi_buf want = ADVI_BUF_INIT(1 << 20);
	ADVI_AUTO(buf) struct advi_buf got = ADVI_BUF_INIT(1 << 20);
	ADVI_AUTO_PTR char *exact = advi_malloc(text.len + 1);
	struct advi_record_seen seen;
	struct advi_json json;
	advi_paths libs = {0};

	/* In memory of its own, whose end is guarded when the test is built so. */
	memcpy(exact, text.ptr, text.len);
	exact = advi_realloc(exact, text.len ? text.len : 1, 1);
	text.ptr = exact;
	fixture->recall.mapped = 0;
	if (!advi_shapes_read(&fixture->shapes, text, &fixture->memory, &seen))
		return false;
	say(&got, &seen);
	advi_json_init(&json, text);
	advi_xalt_read(&json, &libs, &seen);
	say(&want, &seen);
	advi_json_clear(&json);
	advi_vec_clear(&libs);
	if (want.len != got.len || memcmp(want.ptr, got.ptr, want.len) != 0)
		fail_msg("'%.*s': '%.*s', not '%.*s'", ADVI_ARGS(text), (int)got.len, got.ptr,
			 (int)want.len, want.ptr);
	fixture->fitted++;
	return true;
}

static void test_fits(void **state)
{
	struct fixture fixture;

	(void)state;
	begin(&fixture);
	assert_true(check(&fixture, advi_str(first_text)));
	assert_true(check(&fixture, advi_str(other_text)));
	assert_false(check(&fixture, ADVI_STR("")));
	assert_false(check(&fixture, ADVI_STR("{}")));
	end(&fixture);
}

/* Every byte replaced, left out and doubled, and the record cut there. */
static void test_damage(void **state)
{
	static const char bytes[] = "{}[]\",:\\/u0129.eE+-ntf \t\n\x01\xa1\xc3\xff";
	static const char *const texts[] = {first_text, other_text};
	struct fixture fixture;

	(void)state;
	begin(&fixture);
	for (size_t i = 0; i < ADVI_COUNT(texts); i++) {
		struct advi_str text = advi_str(texts[i]);
		ADVI_AUTO_PTR char *copy = advi_malloc(text.len + 1);

		for (size_t at = 0; at < text.len; at++) {
			memcpy(copy, text.ptr, text.len);
			for (size_t k = 0; k < sizeof(bytes); k++) {
				copy[at] = bytes[k];
				check(&fixture, (struct advi_str){copy, text.len});
			}
			memcpy(copy + at, text.ptr + at + 1, text.len - at - 1);
			check(&fixture, (struct advi_str){copy, text.len - 1});
			memcpy(copy + at, text.ptr + at, 1);
			memcpy(copy + at + 1, text.ptr + at, text.len - at);
			check(&fixture, (struct advi_str){copy, text.len + 1});
			check(&fixture, (struct advi_str){copy, at});
		}
	}
	assert_true(fixture.fitted > 1000);
	end(&fixture);
}

/* The shapes that were met last fit, of more than are kept; one that is there is not taken again.
 */
static void test_many(void **state)
{
	struct fixture fixture;
	char text[sizeof(first_text) + 16];

	(void)state;
	begin(&fixture);
	for (int i = 0; i < 2 * ADVI_SHAPES; i++) {
		for (int again = 0; again < 2; again++) {
			/* In place of the closing bracket. */
			memcpy(text, first_text, sizeof(first_text));
			snprintf(text + sizeof(first_text) - 2, 16, ",\"k%d\":1}", i);
			meet(&fixture, text);
		}
		for (int k = 0; k <= i; k++) {
			snprintf(text + sizeof(first_text) - 2, 16, ",\"k%d\":1}", k);
			assert_int_equal(check(&fixture, advi_str(text)), i - k < ADVI_SHAPES);
		}
		snprintf(text + sizeof(first_text) - 2, 16, ",\"k%d\":1}", i);
		assert_true(check(&fixture, advi_str(text)));
	}
	assert_false(check(&fixture, advi_str(first_text)));
	end(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fits),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests_name("shape", tests, NULL, NULL);
}
