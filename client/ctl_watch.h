/* SPDX-License-Identifier: BSD-2-Clause */
/* watch: operations as they become durable, a line each as log prints it, with
 * the instance's name before it where more than one can be meant. */
#ifndef CLIENT_CTL_WATCH_H
#define CLIENT_CTL_WATCH_H

#include "client/ctl_run.h"

/* Goes on until every watch has ended, or nobody takes what is printed. */
enum ctl_exit ctl_watch(struct ctl_session *session, struct ctl_call *call);

#endif
