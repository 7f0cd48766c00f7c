/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/session_parts.h"

void session_list_add(struct session_list *list, struct session *session)
{
	session->list = list;
	session->next = list->first;
	session->link = &list->first;
	if (list->first != NULL)
		list->first->link = &session->next;
	list->first = session;
	list->count++;
}

void session_list_remove(struct session *session)
{
	*session->link = session->next;
	if (session->next != NULL)
		session->next->link = session->link;
	session->list->count--;
}

void session_list_finish(struct session_list *list)
{
	struct session *session, *next;

	for (session = list->first; session != NULL; session = next) {
		next = session->next;
		session->finished_reading = true;
		session_go(session);
	}
}

void session_list_abort(struct session_list *list)
{
	struct session *session, *next;

	for (session = list->first; session != NULL; session = next) {
		next = session->next;
		session_lose(session, "the daemon stops");
	}
}
