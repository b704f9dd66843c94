/* SPDX-License-Identifier: BSD-3-Clause */
/* libadvisor: what belongs in a computing centre's next default conda environment. */
#ifndef ADVISOR_H
#define ADVISOR_H

#include <advisor/backtest.h>
#include <advisor/bundle.h>
#include <advisor/channel.h>
#include <advisor/check.h>
#include <advisor/err.h>
#include <advisor/explain.h>
#include <advisor/frontier.h>
#include <advisor/net.h>
#include <advisor/plan.h>
#include <advisor/publish.h>
#include <advisor/report.h>
#include <advisor/site.h>
#include <advisor/stage.h>
#include <advisor/store.h>
#include <advisor/trial.h>
#include <advisor/usage.h>
#include <advisor/watch.h>
#include <advisor/whatif.h>
#include <advisor/world.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The library's version, "0.1.0". */
const char *adv_version(void);

#ifdef __cplusplus
}
#endif
#endif
