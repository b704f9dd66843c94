/* SPDX-License-Identifier: BSD-3-Clause */
/* A model as an integer program: maximise a sum over columns, within rows. */
#ifndef ADVI_ADVISE_PROGRAM_H
#define ADVI_ADVISE_PROGRAM_H

#include "advise/model.h"

#define ADVI_NO_COLUMN UINT32_MAX

struct advi_column {
	double objective;
	double lower, upper;
	double tie; /* of the second objective, which is to be small; in MiB */
	bool integer;
};

/* lower <= sum of cells <= upper. */
struct advi_row {
	uint32_t first, count; /* cells.at[first ...] */
	double lower, upper;   /* -INFINITY, INFINITY: none */
};

struct advi_cell {
	uint32_t column;
	double factor;
};

struct advi_program {
	ADVI_VEC(struct advi_column) columns;
	ADVI_VEC(struct advi_row) rows;
	ADVI_VEC(struct advi_cell) cells;
	uint32_t *asked;            /* of each item: the column that says whether it is asked for */
	double constant;            /* what the objective has beside its columns */
	double unit;                /* how much of the model's value one of the objective's is */
	ADVI_VEC(uint32_t) missing; /* columns: what each quota lacks */
	bool whole;                 /* every choice's objective is a whole number */
};

/*
 * The model in few columns: what is always there together is one, what only one item brings is
 * that item's, equal goals are one, and a goal's column is continuous, since the columns of what it
 * needs bound it to 0 or 1.
 */
void advi_program_make(struct advi_program *out, const struct advi_model *model);
void advi_program_clear(struct advi_program *program);

/*
 * Quotas come before the objective: first as little as possible is to be missing, then the most is
 * to be gained with no more missing than that. The first is asked for, and the objective kept in
 * '*saved', which the second takes back.
 */
void advi_program_ask_missing(struct advi_program *program, double **saved);
void advi_program_limit_missing(struct advi_program *program, uint64_t most, double **saved);

uint32_t advi_program_column(struct advi_program *program, double objective, double upper,
			     bool integer);
/* Begins a row; cells that are added then are its. */
void advi_program_row(struct advi_program *program, double lower, double upper);
void advi_program_cell(struct advi_program *program, uint32_t column, double factor);

#endif
