/* SPDX-License-Identifier: BSD-3-Clause */
/* An oracle that asks another one each question once. */
#include "advise/remember.h"

#include "base/buf.h"

/* Beyond this many, answers are given and forgotten. */
enum { MOST_ANSWERS = 1 << 17, QUESTION_BYTES = 16 << 20 };

struct remembered {
	struct advi_env env;
	struct advi_answer answer;
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
static void make_key(struct advi_buf *key, const struct advi_env *env, const char *const *specs,
		     size_t count, enum advi_freedom most)
{
	advi_buf_byte(key, (char)('0' + most));
	for (size_t i = 0; i < count; i++)
		advi_buf_add(key, (struct advi_str){specs[i], strlen(specs[i]) + 1});
	advi_buf_byte(key, '\0');
	add_texts(key, env->specs.at, env->specs.count);
	add_texts(key, env->joined.at, env->joined.count);
	advi_buf_add(key, (struct advi_str){(const char *)env->records.at,
					    env->records.count * sizeof(*env->records.at)});
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

static int extend(void *context, const struct advi_env *env, const char *const *specs, size_t count,
		  enum advi_freedom most, struct advi_env *out, struct advi_answer *answer,
		  const struct adv_watch *watch, struct adv_err *err)
{
	struct advi_memory *memory = context;
	ADVI_AUTO(buf) struct advi_buf key = ADVI_BUF_INIT(QUESTION_BYTES);
	const struct advi_map_entry *entry;
	struct remembered *one;
	int r;

	make_key(&key, env, specs, count, most);
	entry = key.full ? NULL : advi_map_get(&memory->answers, advi_buf_str(&key));
	if (entry) {
		one = entry->pointer;
		advi_env_copy(out, &one->env);
		copy_answer(answer, &one->answer);
		return 0;
	}
	memory->asked++;
	r = memory->inner.extend(memory->inner.context, env, specs, count, most, out, answer, watch,
				 err);
	if (r < 0 || key.full || memory->answers.entries.count >= MOST_ANSWERS)
		return r;
	one = advi_calloc(1, sizeof(*one));
	advi_env_copy(&one->env, out);
	copy_answer(&one->answer, answer);
	advi_map_add(&memory->answers, advi_buf_str(&key), NULL)->pointer = one;
	return 0;
}

static int clash(void *context, const struct advi_env *env, const char *const *specs, size_t count,
		 enum advi_freedom most, bool *in, const struct adv_watch *watch,
		 struct adv_err *err)
{
	struct advi_memory *memory = context;

	return memory->inner.clash(memory->inner.context, env, specs, count, most, in, watch, err);
}

static uint64_t files(void *context, const struct advi_record *record)
{
	struct advi_memory *memory = context;

	return memory->inner.files(memory->inner.context, record);
}

struct advi_oracle advi_oracle_remembering(struct advi_memory *memory,
					   const struct advi_oracle *inner)
{
	*memory = (struct advi_memory){.inner = *inner};
	return (struct advi_oracle){.context = memory,
				    .base = base,
				    .knows = knows,
				    .want = want,
				    .extend = extend,
				    .probe = extend,
				    .clash = inner->clash ? clash : NULL,
				    .files = inner->files ? files : NULL};
}

void advi_memory_clear(struct advi_memory *memory)
{
	for (size_t i = 0; i < memory->answers.entries.count; i++) {
		struct remembered *one = memory->answers.entries.at[i].pointer;

		advi_env_clear(&one->env);
		advi_answer_clear(&one->answer);
		free(one);
	}
	advi_map_clear(&memory->answers);
	advi_map_clear(&memory->wanted);
}
