/* SPDX-License-Identifier: BSD-2-Clause */
/* Imports that are under way: at most one on a session, private to it. */
#ifndef DAEMON_IMPORT_H
#define DAEMON_IMPORT_H

#include "daemon/service.h"
#include "daemon/session.h"

/* Drops what a session that goes has begun. */
void import_drop(struct service *service, const struct session *session);

#endif
