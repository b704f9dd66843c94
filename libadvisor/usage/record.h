/* SPDX-License-Identifier: BSD-3-Clause */
/* What a log says, typed: the records that every log format is read into. */
#ifndef ADVI_USAGE_RECORD_H
#define ADVI_USAGE_RECORD_H

#include "base/str.h"
#include "base/vec.h"
#include "io/json_scan.h"

enum {
	ADVI_UUID_BYTES = 16,
	ADVI_NAME_BYTES = 256,      /* the longest name of a user, project, job or module */
	ADVI_PATH_BYTES = 4096,     /* the longest path */
	ADVI_LINE_BYTES = 16 << 20, /* the longest record */
	ADVI_TICKS_UNKNOWN = -1
};

/* A finished run. Slices are valid as long as what they were read from is. */
struct advi_run_seen {
	unsigned char uuid[ADVI_UUID_BYTES];
	uint32_t month; /* 202503: of its start, in UTC */
	struct advi_str user;
	struct advi_str project, job; /* empty: not known */
	struct advi_str host;         /* the machine whose scheduler numbered the job */
	int64_t ticks;                /* its length in 1e-4 s, or ADVI_TICKS_UNKNOWN */
	uint32_t nodes;
	double probability;          /* with which it was recorded: over 0, at most 1 */
	struct advi_str environment; /* prefix that its interpreter belongs to; empty: not known */
	const struct advi_str
		*libs; /* paths of mapped shared objects below a site-packages folder */
	size_t lib_count;
	struct advi_str lib_words; /* that list as it was written; empty: there is none */
	bool libs_known;           /* it is in the reader's memory, and not listed here */
};

/* One import of a run. */
struct advi_import_seen {
	unsigned char uuid[ADVI_UUID_BYTES];
	struct advi_str name;    /* as it was recorded: "numpy", "google.cloud.storage" */
	struct advi_str module;  /* its first component */
	struct advi_str path;    /* of the file, or "built-in", "frozen" */
	struct advi_str version; /* of what it was imported from; empty: not known */
};

/* Runs that were counted elsewhere. */
struct advi_count_seen {
	uint32_t month;
	struct advi_str user, project; /* empty: not known */
	struct advi_str module;
	int place; /* enum adv_place */
	uint64_t runs;
};

enum advi_record_kind {
	ADVI_RECORD_REFUSED,
	ADVI_RECORD_RUN,
	ADVI_RECORD_IMPORT,
	ADVI_RECORD_OTHER,  /* well-formed, and nothing to count: starts, links, other languages */
	ADVI_RECORD_FOREIGN /* JSON, and no record: perhaps one is wrapped in it */
};

struct advi_record_seen {
	enum advi_record_kind kind;
	const char *problem; /* why it was refused: a literal that goes after "the record" */
	union {
		struct advi_run_seen run;
		struct advi_import_seen import;
	};
};

typedef ADVI_VEC(struct advi_str) advi_paths;

/*
 * Reads one XALT record, of any version that wrote JSON. 'json' was begun on the record's text
 * and owns what had to be decoded; 'libs' is room for a run's, used again from record to record.
 */
void advi_xalt_read(struct advi_json *json, advi_paths *libs, struct advi_record_seen *out);

/* What matters of a run's environment variables; empty: not there. */
struct advi_xalt_environment {
	struct advi_str virtual_env, conda_prefix;
};
/* One who remembers values that many records have in the same words. */
struct advi_xalt_memory {
	/*
	 * The length of the value that 'rest' begins with, when it was met under 'key', or 0. Of
	 * "envT" it fills 'environment'; the mapped objects of "libA" need not be listed then.
	 */
	size_t (*known)(void *context, struct advi_str key, struct advi_str rest,
			struct advi_xalt_environment *environment);
	/* A value was read; 'environment' is that of "envT". */
	void (*met)(void *context, struct advi_str key, struct advi_str words,
		    const struct advi_xalt_environment *environment);
	void *context;
};
/* As advi_xalt_read, with a memory (NULL: none). */
void advi_xalt_read_known(struct advi_json *json, advi_paths *libs,
			  const struct advi_xalt_memory *memory, struct advi_record_seen *out);

/* Whether a key is one that records of XALT have. */
bool advi_xalt_is_key(struct advi_str key);

/*
 * What a path below a site-packages (or dist-packages) folder belongs to: "torch" of
 * ".../site-packages/torch/lib/libtorch.so", "_yaml" of ".../_yaml.cpython-311.so"; empty when it
 * lies below none.
 */
struct advi_str advi_path_module(struct advi_str path);

/*
 * The version that a path below a site-packages (or dist-packages) folder tells, by the name of the
 * egg or of the folder of metadata that it goes through; empty when it tells none.
 */
struct advi_str advi_path_version(struct advi_str path);

/* What is known of the interpreter of a run; empty slices are not known. */
struct advi_interpreter {
	struct advi_str called;                    /* argv[0] */
	struct advi_str virtual_env, conda_prefix; /* of its environment's variables */
	struct advi_str binary;                    /* what was really executed */
};

/* The prefix of the environment that an interpreter belongs to; empty when that can't be told. */
struct advi_str advi_environment_of(const struct advi_interpreter *in);

/* Whether a text is there, no longer than that, and without NULs. */
static inline bool advi_is_text(struct advi_str text, size_t longest)
{
	return text.len && text.len <= longest && !memchr(text.ptr, '\0', text.len);
}

/* A name that may be missing: empty when it is "unknown" or unusable. */
struct advi_str advi_known_name(struct advi_str text);

/* Reads a lower-case UUID that is not XALT's known bad one; false when it is anything else. */
bool advi_uuid_read(struct advi_str text, unsigned char out[ADVI_UUID_BYTES]);
/*
 * A uuid for a run whose logger gives it none: half a SHA-256 of texts that no two runs share, so
 * that the same run has it whenever and from wherever it is read.
 */
void advi_uuid_make(unsigned char out[ADVI_UUID_BYTES], const struct advi_str *parts, size_t count);
/* The month of a time in seconds since 1970, or 0 when it is out of range. */
uint32_t advi_month_of(double seconds);
/* Reads "2025-03"; 0 when it is anything else. */
uint32_t advi_month_read(struct advi_str text);

#endif
