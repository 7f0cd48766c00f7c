/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/service_manager.h"

#include "daemon/memory.h"

#include <event2/event.h>
#include <inttypes.h>
#include <stdio.h>
#include <systemd/sd-daemon.h>
#include <time.h>

int service_manager_sockets(int *ret_first)
{
	const int count = sd_listen_fds(1);

	*ret_first = SD_LISTEN_FDS_START;
	return count < 0 ? 0 : count;
}

void service_manager_ready(void)
{
	sd_notify(0, "READY=1");
}

void service_manager_stopping(void)
{
	sd_notify(0, "STOPPING=1");
}

void service_manager_reloading(void)
{
	char text[64];
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	snprintf(text, sizeof(text), "RELOADING=1\nMONOTONIC_USEC=%" PRIu64,
	    (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000);
	sd_notify(0, text);
}

static void on_alive(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what, (void)arg;
	sd_notify(0, "WATCHDOG=1");
}

struct event *service_manager_watchdog(struct event_base *base)
{
	struct timeval interval;
	struct event *alive;
	uint64_t limit_us;

	if (sd_watchdog_enabled(1, &limit_us) <= 0)
		return NULL;
	/* Twice as often as must be, as systemd's manual advises. */
	interval.tv_sec = (time_t)(limit_us / 2 / 1000000);
	interval.tv_usec = (suseconds_t)(limit_us / 2 % 1000000);
	alive = memory_need(event_new(base, -1, EV_PERSIST, on_alive, NULL));
	event_add(alive, &interval);
	return alive;
}
