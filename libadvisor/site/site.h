/* SPDX-License-Identifier: BSD-3-Clause */
/* A site recipe, parsed: read-only for everybody but site/. */
#ifndef ADVI_SITE_SITE_H
#define ADVI_SITE_SITE_H

#include <advisor/site.h>
#include <advisor/usage.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/vec.h"
#include "conda/listing.h"
#include "io/json_write.h"
#include "site/policy.h"

/*
 * A path pattern; '*' is one component, or a part of one. It matches its own path and whatever
 * lies below: "/soft" and "/soft/" match "/soft/x", neither matches "/software".
 */
struct advi_place_rule {
	enum adv_place place;
	const char *prefix; /* without a slash at its end */
	size_t length;      /* bytes of it */
	size_t fixed;       /* bytes of it before the first '*' */
};

/* Two names of one folder: 'from' is rewritten to 'to'; no slash at the end of either. */
struct advi_alias {
	const char *from, *to;
};

/* A virtual package, "__glibc" "2.31" "0". */
struct advi_virtual {
	const char *name, *version, *build;
};

typedef ADVI_VEC(struct advi_virtual) advi_virtuals;

/* The domain of projects whose names a pattern matches; '*' is any characters. */
struct advi_domain_rule {
	const char *pattern, *domain;
};

/* Whom quotas are about. */
enum advi_quota_group { ADVI_GROUP_DOMAIN, ADVI_GROUP_PROJECT };
#define ADVI_GROUPS 2
/* The group of what belongs to none; only its own name means it, no pattern. */
#define ADVI_GROUP_UNKNOWN "unknown"

enum advi_quota_measure {
	ADVI_QUOTA_USERS, /* users who are covered */
	ADVI_QUOTA_SHARE  /* percents of what base lacks for them */
};
#define ADVI_QUOTA_MEASURES 2
enum { ADVI_MOST_QUOTAS = 4096 };

/* What each group whose name a pattern matches is to get; '*' is any characters. */
struct advi_quota_rule {
	enum advi_quota_group group;
	enum advi_quota_measure measure;
	const char *pattern;
	uint64_t least; /* 0: nothing, where a wider pattern asks for more */
	unsigned line;  /* of the recipe */
};

/* A kind of node: what it has otherwise than the recipe says of all; no version: it has none. */
struct advi_node_type {
	const char *name;
	advi_virtuals virtuals;
};

/* A row of a mapping file that does not count, since the import name has a package already. */
struct advi_import_row {
	const char *module, *package;
};

/* Strings live in 'arena'; zero and NULL mean that the recipe says nothing. */
struct adv_site {
	struct advi_arena arena;
	const char *path;                       /* of the recipe */
	const char *name, *timezone, *platform; /* platform: "linux-64" */
	const char *base_prefix;                /* without a slash at its end */
	ADVI_VEC(struct advi_place_rule) places;
	ADVI_VEC(struct advi_alias) aliases;
	const char *base_path;         /* of what base was read from; NULL: it is in the recipe */
	advi_names base_specs;         /* MatchSpecs of what base holds, as written */
	advi_spots base_spots;         /* by spec: in that file */
	advi_names base_channels;      /* that the file names, as written */
	advi_spots base_channel_spots; /* by each of them */
	ADVI_VEC(struct advi_passed_over) base_passed_over; /* what nobody reads of it */
	struct advi_map base_names; /* the package names among them; number 1 */
	bool base_asked;            /* they are what was asked for (environment.yml), and base holds
				     * what they were solved to; otherwise they are all that it holds */
	ADVI_VEC(struct advi_record) base_records; /* base as it is installed, when that is known */
	ADVI_VEC(struct advi_pip) base_pip;        /* what pip put there: serves, is never solved */
	struct advi_map pip_names; /* packages that those serve, normalised -> index of base_pip */
	struct advi_map imports;   /* import name -> pointer to the package name */
	ADVI_VEC(struct advi_import_row) other_imports; /* other packages of these names */
	struct advi_map domains; /* project -> pointer to the name of its domain */
	ADVI_VEC(struct advi_domain_rule) domain_rules; /* patterns among them; first match */
	advi_names channels;                            /* URLs or folders, first is preferred */
	advi_names own_channels; /* those that the recipe itself names */
	const char *channel_priority;                   /* "strict", "flexible", "disabled" */
	const char *channel_alias;                      /* URL that bare names lie below, or NULL */
	ADVI_VEC(struct adv_mirror) mirrors; /* those of one 'from' in order of preference */
	advi_virtuals virtuals;
	ADVI_VEC(struct advi_node_type) node_types;
	advi_names pythons;       /* minor versions: "3.12" */
	bool no_cuda;             /* the recipe says that no machine has __cuda */
	advi_names pins;          /* MatchSpecs that hold if the package is there */
	advi_names never, always; /* package names */
	advi_names by_module;     /* packages that the centre's own modules provide */
	ADVI_VEC(struct advi_quota_rule) quotas;       /* the closest pattern first */
	uint64_t max_packages, max_bytes, max_files;   /* budget; 0: none */
	uint64_t files_per_import, processes_per_node; /* as measured there; 0: not known */
	struct advi_policy policy;                     /* what is asked of environments */
	uint64_t min_users; /* privacy: smaller cells are folded in what goes to others */
	bool hide_projects; /* and projects have no names there */
};

/* Parses recipe text; 'path' names it in errors and is where relative names start. */
int advi_site_parse(struct adv_site **out, struct advi_str text, const char *path,
		    struct adv_err *err);
/* Writes the recipe as it was understood, as a JSON object that advi_site_parse reads. */
void advi_site_write(const struct adv_site *site, struct advi_jout *out);

/*
 * The class of a path by the first matching rule; when none matches, of its other name by
 * advi_site_unalias. Not absolute: ADV_PLACE_BUILTIN. No rule: ADV_PLACE_OTHER.
 */
enum adv_place advi_site_place(const struct adv_site *site, struct advi_str path);
/* 'path' with the first matching alias applied, in 'buf'. */
struct advi_str advi_site_unalias(const struct adv_site *site, struct advi_str path,
				  struct advi_buf *buf);
/* The domain of a project: by its name, or by the closest pattern; "unknown", also of NULL. */
const char *advi_site_domain(const struct adv_site *site, const char *project);
/* "domain", "project"; "users", "share" */
const char *advi_quota_group_name(enum advi_quota_group group);
const char *advi_quota_measure_name(enum advi_quota_measure measure);
/* What a group is to get by the closest rule about it; 0: nothing is said. */
uint64_t advi_site_quota(const struct adv_site *site, enum advi_quota_group group,
			 enum advi_quota_measure measure, const char *name);
/* The package that an import name ("yaml", "google.cloud.storage") is mapped to, or NULL. */
const char *advi_site_package(const struct adv_site *site, struct advi_str module);
/*
 * Of "google.cloud.storage.blob" what is mapped by itself, "google.cloud.storage": the longest
 * beginning with a dot in it that belongs to another package than its first component, as parts of
 * namespace packages do. Empty when there is none.
 */
struct advi_str advi_site_part(const struct adv_site *site, struct advi_str module);
/* Whether base has a package, by conda or by pip. */
/* The node type of a name, or NULL. */
const struct advi_node_type *advi_site_node_type(const struct adv_site *site, const char *name);
bool advi_site_in_base(const struct adv_site *site, struct advi_str package);
/* Whether base has it by pip alone. */
bool advi_site_by_pip(const struct adv_site *site, struct advi_str package);
/* What pip put into base that serves a package, whether conda put it there too or not; or NULL. */
const struct advi_pip *advi_site_pip(const struct adv_site *site, struct advi_str package);

#endif
