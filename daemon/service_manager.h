/* SPDX-License-Identifier: BSD-2-Clause */
/* What systemd and memblockd tell each other: sockets that were opened for it,
 * that it can be used, that it is alive. Without a service manager every call
 * does nothing. */
#ifndef DAEMON_SERVICE_MANAGER_H
#define DAEMON_SERVICE_MANAGER_H

struct event_base;
struct event;

/* How many sockets were handed over; they are the descriptors from *ret_first
 * on, and the caller's. At most once in a process. */
int service_manager_sockets(int *ret_first);

/* It can be used; it stops. */
void service_manager_ready(void);
void service_manager_stopping(void);

/* Between the two it reads its configuration again. */
void service_manager_reloading(void);

/* Says from the loop that it is alive, as often as was asked for (WatchdogSec).
 * The event is the caller's to free; NULL: nobody asked. */
struct event *service_manager_watchdog(struct event_base *base);

#endif
