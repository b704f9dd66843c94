/* SPDX-License-Identifier: BSD-3-Clause */
/* A place for tests of the index. */
#include "unit.h"

#include "index_place.h"
#include "io/file.h"
#include "repodata_twin.h"

const char no_cache[] = "/proc/no/such/folder";

int place_setup(void **state)
{
	struct place *place = advi_calloc(1, sizeof(*place));

	unit_folder(place->folder);
	place->path = advi_path_join(place->folder, "r.json");
	place->cache = advi_path_join(place->folder, "cache");
	place->source = (struct advi_index_source){place->path, "r.json", "c",
						   "https://example.org/c/linux-64", "linux-64"};
	place->net.cache = place->cache;
	*state = place;
	return 0;
}

int place_teardown(void **state)
{
	struct place *place = *state;
	int r = advi_remove_tree(place->folder, NULL);

	free(place->path);
	free(place->cache);
	free(place);
	return r;
}

void place_put(const char *path, struct advi_str text)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(text.ptr, 1, text.len, file), text.len);
	assert_int_equal(fclose(file), 0);
}

static void note(void *context, const char *text)
{
	advi_buf_printf(context, "%s\n", text);
}

/* Opens it and says "fn fn | rejected", the names sorted; the notes go to 'notes'. */
int place_digest(struct place *place, struct advi_buf *out, struct advi_buf *notes,
		 struct adv_err *err)
{
	struct adv_watch watch = {notes, NULL, note};
	ADVI_AUTO(buf) struct advi_buf told = ADVI_BUF_INIT(1 << 20);
	struct advi_subdir *subdir = NULL;
	struct advi_str rest, line, field;
	int r = advi_index_open(&subdir, &place->source, &place->net, &watch, err);

	advi_buf_reset(out);
	if (r < 0)
		return r;
	if (twin_tell_subdir(subdir, &told, err) < 0)
		fail_msg("%s", err->text);
	rest = advi_buf_str(&told);
	while (advi_str_split(&rest, '\n', &line) && line.len) {
		for (int i = 0; i < 4; i++)
			advi_str_split(&line, '\t', &field);
		advi_buf_printf(out, "%.*s ", ADVI_ARGS(field));
	}
	advi_buf_printf(out, "| %llu", (unsigned long long)subdir->rejected);
	advi_subdir_close(subdir);
	return 0;
}
