/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of a running daemon that a request can need. */
#ifndef DAEMON_SERVICE_H
#define DAEMON_SERVICE_H

#include "daemon/commit.h"
#include "daemon/config.h"
#include "daemon/history.h"
#include "daemon/keys.h"
#include "daemon/registry.h"
#include "daemon/watches.h"

struct import;

struct service {
	const struct config *config;
	struct registry *registry;
	struct commit *commit;
	struct keys *keys;
	struct history *history;
	struct watches *watches;
	bool stopping;		/* no more requests are read */
	struct import *imports; /* that are under way; see import.h */
};

#endif
