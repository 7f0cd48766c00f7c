/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/server.h"

#include "daemon/address.h"
#include "daemon/import.h"
#include "daemon/listener.h"
#include "daemon/memory.h"
#include "daemon/reload.h"
#include "daemon/request.h"
#include "daemon/service.h"
#include "daemon/service_manager.h"
#include "storage/lock_file.h"

#include <event2/event.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define EXIT_USAGE 2

#define LISTENERS_MAX (2 * CONFIG_LISTEN_MAX) /* handed over; opened here */

/* How long an orderly stop waits for clients to take their last answers. */
static const struct timeval stop_patience = {.tv_sec = 5};

struct daemon {
	struct config *config;
	int argc;
	char **argv;
	int lock_fd; /* of a journal that is only read; -1: none */
	struct event_base *base;
	struct service service;
	struct session_list sessions;
	struct listener *listeners[LISTENERS_MAX];
	size_t listener_count;
	struct event *signals[3];
	struct event *patience_over;
	struct event *watchdog; /* NULL: nobody watches */
};

/* ---- sessions ---- */

static void on_message(
    void *arg, struct session *session, const uint8_t *data, size_t size)
{
	request_handle(&((struct daemon *)arg)->service, session, data, size);
}

static void on_fault(void *arg, struct session *session,
    enum session_fault fault, uint64_t message_size)
{
	request_fault(
	    &((struct daemon *)arg)->service, session, fault, message_size);
}

static void on_gone(void *arg, const struct session *session)
{
	struct daemon *daemon = arg;

	import_drop(&daemon->service, session);
	if (daemon->service.stopping && daemon->sessions.count == 0)
		event_base_loopbreak(daemon->base);
}

/* One more than is allowed: it is told so, if that can be done at once. */
static void turn_away(struct daemon *daemon, int fd, const char *principal)
{
	struct answer answer;
	uint8_t *frame;
	size_t size;

	answer_init(&answer, 0);
	answer_refuse(&answer, MEMBLOCK__V1__STATUS__CODE__RESOURCE_EXHAUSTED,
	    "%llu sessions are open, and no more are taken (max-sessions)",
	    (unsigned long long)daemon->config->limits.sessions_max);
	frame = answer_frame(&answer, &size);
	send(fd, frame, size, MSG_NOSIGNAL);
	free(frame);
	close(fd);
	log_event(LOG_LEVEL_WARNING, "session-refused", "peer", principal,
	    "limit", "max-sessions", NULL);
}

static void on_connection(void *arg, int fd, const char *principal)
{
	struct daemon *daemon = arg;

	if (daemon->sessions.count >= daemon->config->limits.sessions_max)
		turn_away(daemon, fd, principal);
	else
		session_open(&daemon->sessions, fd, principal);
}

/* ---- journal ---- */

static void on_lost(void *arg)
{
	struct daemon *daemon = arg;

	registry_rebuild(
	    daemon->service.registry, commit_durable(daemon->service.commit));
}

static bool journal_is_unusable(
    enum journal_status status, const struct journal_error *error)
{
	if (status == JOURNAL_OK)
		return false;
	fprintf(stderr, "memblockd: %s\n", error->text);
	return true;
}

static bool open_one(const struct config *config, enum journal_access access,
    struct journal **ret_journal)
{
	struct journal_error error;

	return !journal_is_unusable(journal_open(config->journal, access,
					config->sync, ret_journal, &error),
	    &error);
}

/* The connection that writes. Where no changes are taken there is none, but
 * nobody else may write either: what is served would be out of date. A folder
 * in which no lock can be made is one that nobody writes to. */
static bool open_writer(struct daemon *daemon, struct journal **ret_writer)
{
	const struct config *config = daemon->config;
	struct journal_error error;

	daemon->lock_fd = -1;
	*ret_writer = NULL;
	if (!config->read_only)
		return open_one(config, JOURNAL_WRITE, ret_writer);
	return lock_file_take(config->journal, &daemon->lock_fd, &error) !=
		   JOURNAL_LOCKED ||
	       !journal_is_unusable(JOURNAL_LOCKED, &error);
}

/* Opens the journal for the thread that writes, the loop, and the threads that
 * read history. */
static bool open_journal(struct daemon *daemon)
{
	const struct config *config = daemon->config;
	struct service *service = &daemon->service;
	struct journal *writer, *loop;
	struct journal_error error;
	enum journal_status status;

	if (!open_writer(daemon, &writer) ||
	    !open_one(config, JOURNAL_READ, &loop))
		return false;
	status = registry_open(
	    loop, config->limits.regions_max, &service->registry, &error);
	if (status == JOURNAL_DAMAGED)
		log_event(LOG_LEVEL_ERROR, "instance-damaged", "reason",
		    error.text, NULL);
	else if (journal_is_unusable(status, &error))
		return false;
	service->commit =
	    commit_start(daemon->base, writer, on_lost, daemon, &error);
	if (service->commit == NULL)
		return !journal_is_unusable(JOURNAL_FAILED, &error);
	service->keys = keys_new(service->commit);
	service->watches = watches_new(daemon->base, service->commit);
	service->history = history_start(
	    daemon->base, config->journal, HISTORY_READERS_MAX, &error);
	return service->history != NULL ||
	       !journal_is_unusable(JOURNAL_FAILED, &error);
}

/* ---- sockets ---- */

/* Opens one socket. EXIT_SUCCESS, or the status to exit with. */
static int open_listener(struct daemon *daemon, const char *text)
{
	char error[ADDRESS_ERROR_MAX];
	struct address address;
	struct listener *listener;

	if (!address_parse(text, &address, error)) {
		fprintf(stderr, "memblockd: --listen %s: %s\n", text, error);
		return EXIT_USAGE;
	}
	listener =
	    listener_open(daemon->base, &address, on_connection, daemon, error);
	if (listener == NULL) {
		fprintf(stderr, "memblockd: %s: %s\n", text, error);
		return EXIT_FAILURE;
	}
	daemon->listeners[daemon->listener_count++] = listener;
	return EXIT_SUCCESS;
}

/* Takes the sockets of the service manager. Otherwise as open_listener(). */
static int adopt_listeners(struct daemon *daemon)
{
	char error[ADDRESS_ERROR_MAX];
	struct listener *listener;
	int first, count, fd;

	count = service_manager_sockets(&first);
	for (fd = first; fd < first + count; fd++) {
		if (fd - first == CONFIG_LISTEN_MAX) {
			fprintf(stderr,
			    "memblockd: more than %d sockets were "
			    "handed over\n",
			    CONFIG_LISTEN_MAX);
			return EXIT_USAGE;
		}
		listener = listener_adopt(
		    daemon->base, fd, on_connection, daemon, error);
		if (listener == NULL) {
			fprintf(stderr,
			    "memblockd: descriptor %d was handed over: %s\n",
			    fd, error);
			return EXIT_USAGE;
		}
		daemon->listeners[daemon->listener_count++] = listener;
	}
	return EXIT_SUCCESS;
}

/* The sockets handed over come first; --listen adds to them, and the defaults
 * are for when there is neither. */
static int open_listeners(struct daemon *daemon)
{
	int result = adopt_listeners(daemon);
	char error[CONFIG_ERROR_MAX];
	size_t i;

	if (result == EXIT_SUCCESS && daemon->listener_count == 0 &&
	    daemon->config->listen_count == 0 &&
	    !config_listen_default(daemon->config, error)) {
		fprintf(stderr, "memblockd: %s\n", error);
		result = EXIT_USAGE;
	}
	for (i = 0; i < daemon->config->listen_count && result == 0; i++)
		result = open_listener(daemon, daemon->config->listen[i]);
	return result;
}

static void close_listeners(struct daemon *daemon)
{
	while (daemon->listener_count > 0)
		listener_close(daemon->listeners[--daemon->listener_count]);
}

/* Tells whoever started the daemon that it can be used. */
static void say_ready(const struct daemon *daemon)
{
	char text[ADDRESS_TEXT_MAX];
	size_t i;

	fputs("ready", stdout);
	for (i = 0; i < daemon->listener_count; i++) {
		listener_text(daemon->listeners[i], text);
		printf(" %s", text);
		log_event(LOG_LEVEL_INFO, "listening", "address", text, NULL);
	}
	putchar('\n');
	fflush(stdout);
	service_manager_ready();
}

/* ---- the life of the process ---- */

static void on_patience_over(evutil_socket_t fd, short what, void *arg)
{
	struct daemon *daemon = arg;

	(void)fd, (void)what;
	log_event(LOG_LEVEL_WARNING, "stop-forced", NULL);
	session_list_abort(&daemon->sessions);
	event_base_loopbreak(daemon->base);
}

static void on_stop(evutil_socket_t number, short what, void *arg)
{
	struct daemon *daemon = arg;

	(void)what;
	if (daemon->service.stopping)
		return;
	log_event(
	    LOG_LEVEL_INFO, "stopping", "signal", strsignal((int)number), NULL);
	service_manager_stopping();
	daemon->service.stopping = true;
	close_listeners(daemon);
	event_add(daemon->patience_over, &stop_patience);
	session_list_finish(&daemon->sessions);
	if (daemon->sessions.count == 0)
		event_base_loopbreak(daemon->base);
}

static void on_hangup(evutil_socket_t number, short what, void *arg)
{
	struct daemon *daemon = arg;

	(void)number, (void)what;
	service_manager_reloading();
	reload(daemon->config, daemon->service.registry, daemon->argc,
	    daemon->argv);
	service_manager_ready();
}

static void watch_signals(struct daemon *daemon)
{
	const struct {
		int number;
		event_callback_fn handler;
	} wanted[] = {
	    {SIGTERM, on_stop}, {SIGINT, on_stop}, {SIGHUP, on_hangup}};
	size_t i;

	for (i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		daemon->signals[i] = memory_need(evsignal_new(
		    daemon->base, wanted[i].number, wanted[i].handler, daemon));
		event_add(daemon->signals[i], NULL);
	}
	daemon->patience_over = memory_need(
	    event_new(daemon->base, -1, 0, on_patience_over, daemon));
	/* Broken pipes and files at their size limit are answers of the calls
	 * that met them. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
}

static void raise_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

static int close_down(struct daemon *daemon)
{
	struct journal_error error;
	int result = EXIT_SUCCESS;
	size_t i;

	/* The readers first: whoever closes last tidies up. */
	history_stop(daemon->service.history);
	watches_free(daemon->service.watches);
	registry_close(daemon->service.registry);
	keys_free(daemon->service.keys);
	if (!commit_stop(daemon->service.commit, &error)) {
		log_event(LOG_LEVEL_ERROR, "journal-not-closed", "reason",
		    error.text, NULL);
		result = EXIT_FAILURE;
	}
	for (i = 0; i < sizeof(daemon->signals) / sizeof(struct event *); i++)
		event_free(daemon->signals[i]);
	event_free(daemon->patience_over);
	if (daemon->watchdog != NULL)
		event_free(daemon->watchdog);
	event_base_free(daemon->base);
	if (daemon->lock_fd >= 0)
		lock_file_release(daemon->lock_fd);
	return result;
}

int server_run(struct config *config, int argc, char *argv[])
{
	static struct daemon daemon; /* for the handlers of its events */
	int result;

	daemon = (struct daemon){.config = config, .argc = argc, .argv = argv};
	log_set_level(config->log_level);
	raise_descriptor_limit();
	daemon.base = memory_need(event_base_new());
	daemon.service.config = config;
	daemon.sessions = (struct session_list){
	    .base = daemon.base,
	    .limits = &config->limits,
	    .handler = {on_message, on_fault, on_gone, &daemon},
	};
	watch_signals(&daemon);
	if (!open_journal(&daemon))
		return EXIT_FAILURE;
	result = open_listeners(&daemon);
	if (result != EXIT_SUCCESS) {
		close_listeners(&daemon);
		close_down(&daemon);
		return result;
	}
	daemon.watchdog = service_manager_watchdog(daemon.base);
	say_ready(&daemon);
	event_base_dispatch(daemon.base);
	result = close_down(&daemon);
	log_event(LOG_LEVEL_INFO, "stopped", NULL);
	return result;
}
