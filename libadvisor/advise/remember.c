/* SPDX-License-Identifier: BSD-3-Clause */
/* An oracle that asks another one each question once. */
#include "advise/remember.h"

#include "base/buf.h"

/* Beyond this many, answers are given and forgotten. */
enum { MOST_ANSWERS = 1 << 17, QUESTION_BYTES = 16 << 20 };

/* What was asked, as the first byte of a key. */
enum asked { EXTEND = 'e', PROBE = 'p', ASK = 'a', CLASH = 'c' };

struct remembered {
	struct advi_env env;
	struct advi_answer answer;
	bool *in; /* of a clash */
};

static const struct advi_env *base(void *context)
{
	struct advi_memory *memory = context;

	return memory->inner.base(memory->inner.context);
}

static bool knows(void *context, const char *name)
{
	struct advi_memory *memory = context;

	return memory->inner.knows(memory->inner.context, name);
}

/* Passes on what is new: a world that is told of more may read its channels anew. */
static int want(void *context, const char *const *names, size_t count,
		const struct adv_watch *watch, struct adv_err *err)
{
	struct advi_memory *memory = context;
	advi_names news = {0};
	int r = 0;

	for (size_t i = 0; i < count; i++)
		if (!advi_map_get(&memory->wanted, advi_str(names[i])))
			advi_vec_push(&news, names[i]);
	if (news.count)
		r = memory->inner.want(memory->inner.context, news.at, news.count, watch, err);
	for (size_t i = 0; i < news.count && r == 0; i++)
		advi_map_add(&memory->wanted, advi_str(news.at[i]), NULL);
	advi_vec_clear(&news);
	return r;
}

static void add_texts(struct advi_buf *key, char *const *texts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		advi_buf_add(key, (struct advi_str){texts[i], strlen(texts[i]) + 1});
	advi_buf_byte(key, '\0');
}

/* The whole question as bytes. Records are told apart by where they lie. */
static void make_key(struct advi_buf *key, enum asked asked, const struct advi_env *env,
		     const char *const *specs, size_t count, enum advi_freedom most)
{
	advi_buf_byte(key, (char)asked);
	advi_buf_byte(key, (char)('0' + most));
	for (size_t i = 0; i < count; i++)
		advi_buf_add(key, (struct advi_str){specs[i], strlen(specs[i]) + 1});
	advi_buf_byte(key, '\0');
	add_texts(key, env->specs.at, env->specs.count);
	add_texts(key, env->joined.at, env->joined.count);
	advi_buf_add(key, (struct advi_str){(const char *)env->records.at,
					    env->records.count * sizeof(*env->records.at)});
}

static struct remembered *recall(const struct advi_memory *memory, const struct advi_buf *key)
{
	const struct advi_map_entry *entry =
		key->full ? NULL : advi_map_get(&memory->answers, advi_buf_str(key));

	return entry ? entry->pointer : NULL;
}

/* A new memory under a key, or NULL when there is no room for more. */
static struct remembered *keep(struct advi_memory *memory, const struct advi_buf *key)
{
	struct remembered *one;

	if (key->full || memory->answers.entries.count >= MOST_ANSWERS)
		return NULL;
	one = advi_calloc(1, sizeof(*one));
	advi_map_add(&memory->answers, advi_buf_str(key), NULL)->pointer = one;
	return one;
}

static void copy_records(advi_records *to, const advi_records *from)
{
	for (size_t i = 0; i < from->count; i++)
		advi_vec_push(to, from->at[i]);
}

static void copy_answer(struct advi_answer *to, const struct advi_answer *from)
{
	*to = *from;
	to->why = from->why ? advi_strdup(from->why) : NULL;
	to->added = to->changed = to->removed = (advi_records){0};
	copy_records(&to->added, &from->added);
	copy_records(&to->changed, &from->changed);
	copy_records(&to->removed, &from->removed);
}

static int extend_by(struct advi_memory *memory, enum asked asked, advi_extend_fn inner,
		     const struct advi_env *env, const char *const *specs, size_t count,
		     enum advi_freedom most, struct advi_env *out, struct advi_answer *answer,
		     const struct adv_watch *watch, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf key = ADVI_BUF_INIT(QUESTION_BYTES);
	struct remembered *one;
	int r;

	make_key(&key, asked, env, specs, count, most);
	one = recall(memory, &key);
	if (one) {
		advi_env_copy(out, &one->env);
		copy_answer(answer, &one->answer);
		return 0;
	}
	memory->asked++;
	r = inner(memory->inner.context, env, specs, count, most, out, answer, watch, err);
	one = r == 0 ? keep(memory, &key) : NULL;
	if (one) {
		advi_env_copy(&one->env, out);
		copy_answer(&one->answer, answer);
	}
	return r;
}

static int extend(void *context, const struct advi_env *env, const char *const *specs, size_t count,
		  enum advi_freedom most, struct advi_env *out, struct advi_answer *answer,
		  const struct adv_watch *watch, struct adv_err *err)
{
	struct advi_memory *memory = context;

	return extend_by(memory, EXTEND, memory->inner.extend, env, specs, count, most, out, answer,
			 watch, err);
}

static int probe(void *context, const struct advi_env *env, const char *const *specs, size_t count,
		 enum advi_freedom most, struct advi_env *out, struct advi_answer *answer,
		 const struct adv_watch *watch, struct adv_err *err)
{
	struct advi_memory *memory = context;

	return extend_by(memory, PROBE, memory->inner.probe, env, specs, count, most, out, answer,
			 watch, err);
}

/* Newer versions are no part of choosing: who asks for them asks once. */
static int newer(void *context, const struct advi_env *env, const char *name,
		 enum advi_freedom most, struct advi_newer *out, const struct adv_watch *watch,
		 struct adv_err *err)
{
	struct advi_memory *memory = context;

	return memory->inner.newer(memory->inner.context, env, name, most, out, watch, err);
}

static uint64_t files(void *context, const struct advi_record *record)
{
	struct advi_memory *memory = context;

	return memory->inner.files(memory->inner.context, record);
}

/* Asks what is not remembered, all of it at once; places says where the answers belong. */
static int ask_rest(struct advi_memory *memory, const struct advi_env *env,
		    const struct advi_question *questions, const size_t *places, size_t count,
		    enum advi_freedom most, struct advi_answer *answers,
		    const struct adv_watch *watch, struct adv_err *err)
{
	ADVI_AUTO_PTR struct advi_question *rest = advi_calloc(count + 1, sizeof(*rest));
	ADVI_AUTO_PTR struct advi_answer *found = advi_calloc(count + 1, sizeof(*found));
	int r;

	for (size_t i = 0; i < count; i++)
		rest[i] = questions[places[i]];
	memory->asked += count;
	r = memory->inner.ask_many(memory->inner.context, env, rest, count, most, found, watch,
				   err);
	for (size_t i = 0; i < count; i++) {
		ADVI_AUTO(buf) struct advi_buf key = ADVI_BUF_INIT(QUESTION_BYTES);
		struct remembered *one;

		make_key(&key, ASK, env, rest[i].specs, rest[i].count, most);
		one = r == 0 && !recall(memory, &key) ? keep(memory, &key) : NULL;
		if (one)
			copy_answer(&one->answer, &found[i]);
		answers[places[i]] = found[i];
	}
	return r;
}

static int ask_many(void *context, const struct advi_env *env,
		    const struct advi_question *questions, size_t count, enum advi_freedom most,
		    struct advi_answer *answers, const struct adv_watch *watch, struct adv_err *err)
{
	struct advi_memory *memory = context;
	ADVI_AUTO_PTR size_t *places = advi_calloc(count + 1, sizeof(*places));
	size_t left = 0;

	for (size_t i = 0; i < count; i++) {
		ADVI_AUTO(buf) struct advi_buf key = ADVI_BUF_INIT(QUESTION_BYTES);
		const struct remembered *one;

		make_key(&key, ASK, env, questions[i].specs, questions[i].count, most);
		one = recall(memory, &key);
		if (one)
			copy_answer(&answers[i], &one->answer);
		else
			places[left++] = i;
	}
	return left ? ask_rest(memory, env, questions, places, left, most, answers, watch, err) : 0;
}

static int clash(void *context, const struct advi_env *env, const char *const *specs, size_t count,
		 enum advi_freedom most, bool *in, const struct adv_watch *watch,
		 struct adv_err *err)
{
	struct advi_memory *memory = context;
	ADVI_AUTO(buf) struct advi_buf key = ADVI_BUF_INIT(QUESTION_BYTES);
	struct remembered *one;
	int r;

	make_key(&key, CLASH, env, specs, count, most);
	one = recall(memory, &key);
	if (one) {
		memcpy(in, one->in, count * sizeof(*in));
		return 0;
	}
	memory->asked++;
	r = memory->inner.clash(memory->inner.context, env, specs, count, most, in, watch, err);
	one = r == 0 ? keep(memory, &key) : NULL;
	if (one) {
		one->in = advi_calloc(count + 1, sizeof(*one->in));
		memcpy(one->in, in, count * sizeof(*in));
	}
	return r;
}

/* What the inner oracle can't be asked, this one can't be either. */
struct advi_oracle advi_oracle_remembering(struct advi_memory *memory,
					   const struct advi_oracle *inner)
{
	*memory = (struct advi_memory){.inner = *inner};
	return (struct advi_oracle){
		.context = memory,
		.base = base,
		.knows = knows,
		.want = want,
		.extend = extend,
		.newer = inner->newer ? newer : NULL,
		.probe = inner->probe ? probe : NULL,
		.files = inner->files ? files : NULL,
		.ask_many = inner->ask_many ? ask_many : NULL,
		.clash = inner->clash ? clash : NULL,
	};
}

void advi_memory_clear(struct advi_memory *memory)
{
	for (size_t i = 0; i < memory->answers.entries.count; i++) {
		struct remembered *one = memory->answers.entries.at[i].pointer;

		advi_env_clear(&one->env);
		advi_answer_clear(&one->answer);
		free(one->in);
		free(one);
	}
	advi_map_clear(&memory->answers);
	advi_map_clear(&memory->wanted);
}
