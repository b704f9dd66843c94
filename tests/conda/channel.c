/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Says what channels give, for hostile.py: "channel PATH", "note TEXT" lines, then "record FILE
 * FIELD=VALUE..." for every record by name, then "end REJECTED"; or "error CODE TEXT". Fields
 * between tabs.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/vec.h"
#include "conda/channel.h"

typedef ADVI_VEC(struct advi_str) name_list;

static void note(void *context, const char *text)
{
	(void)context;
	printf("note\t%s\n", text);
}

static int add_name(void *context, struct advi_str name)
{
	advi_vec_push((name_list *)context, name);
	return 0;
}

static void say(const struct advi_record *record)
{
	printf("record\t%s\tname=%s\tversion=%s\tbuild=%s\tnumber=%llu\tsubdir=%s\turl=%s\t"
	       "size=%llu\ttime=%llu\tneeds=%zu\n",
	       record->fn, record->name, record->version, record->build,
	       (unsigned long long)record->build_number, record->subdir, record->url,
	       (unsigned long long)record->size, (unsigned long long)record->timestamp,
	       record->depends.count + record->constrains.count);
}

static int say_all(struct advi_channel *channel, const struct adv_watch *watch, struct adv_err *err)
{
	uint64_t rejected = 0;
	int r = 0;

	for (int s = 0; s < 2; s++) {
		const struct advi_subdir *subdir = channel->subdirs[s];

		rejected += subdir ? subdir->rejected : 0;
	}
	for (int s = 0; s < 2 && r == 0; s++) {
		struct advi_channel one = {channel->name, {channel->subdirs[s], NULL}, ""};
		advi_record_refs records = {0};
		name_list names = {0};

		r = advi_channel_each_name(&one, add_name, &names);
		if (r == 0)
			r = advi_channel_read(&one, names.at, names.count, &records, watch, err);
		for (size_t i = 0; i < records.count; i++)
			say(records.at[i]);
		advi_vec_clear(&names);
		advi_vec_clear(&records);
	}
	if (r == 0)
		printf("end\t%llu\n", (unsigned long long)rejected);
	return r;
}

static void say_channel(const char *path)
{
	struct adv_watch watch = {NULL, NULL, note};
	struct adv_err err = ADV_ERR_INIT;
	struct advi_channel channel = {0};
	int r;

	printf("channel\t%s\n", path);
	r = advi_channel_open(&channel, path, "linux-64", NULL, &watch, &err);

	if (r == 0)
		r = say_all(&channel, &watch, &err);
	if (r < 0)
		printf("error\t%d\t%s\n", r, err.text);
	advi_channel_clear(&channel);
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		say_channel(argv[i]);
	return 0;
}
