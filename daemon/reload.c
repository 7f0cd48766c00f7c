/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/reload.h"

#include "daemon/log.h"

#include <stddef.h>
#include <string.h>

static bool same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool same_listen(const struct config *a, const struct config *b)
{
	size_t i;

	if (a->listen_count != b->listen_count)
		return false;
	for (i = 0; i < a->listen_count; i++)
		if (strcmp(a->listen[i], b->listen[i]) != 0)
			return false;
	return true;
}

/* Says which options take a restart. What was not named is not compared: the
 * running value is then a default. */
static void name_the_rest(
    const struct config *running, const struct config *fresh)
{
	const struct {
		const char *option;
		bool same;
	} rest[] = {
	    {"journal", fresh->journal == NULL ||
			    same_text(running->journal, fresh->journal)},
	    {"listen", fresh->listen_count == 0 || same_listen(running, fresh)},
	    {"sync", running->sync == fresh->sync},
	    {"read-only", running->read_only == fresh->read_only},
	};
	size_t i;

	for (i = 0; i < sizeof(rest) / sizeof(rest[0]); i++)
		if (!rest[i].same)
			log_event(LOG_LEVEL_WARNING, "reload-needs-restart",
			    "option", rest[i].option, NULL);
}

void reload(
    struct config *running, struct registry *registry, int argc, char *argv[])
{
	char error[CONFIG_ERROR_MAX];
	struct config fresh;

	if (!config_read(argc, argv, &fresh, error)) {
		log_event(
		    LOG_LEVEL_ERROR, "reload-refused", "reason", error, NULL);
		return;
	}
	name_the_rest(running, &fresh);
	running->limits = fresh.limits;
	running->log_level = fresh.log_level;
	log_set_level(fresh.log_level);
	registry_limit_regions(registry, fresh.limits.regions_max);
	config_free(&fresh);
	log_event(LOG_LEVEL_INFO, "reloaded", NULL);
}
