/* SPDX-License-Identifier: BSD-2-Clause */
/* Who uses the children of /reserved-memory: nodes anywhere in the tree that
 * name them in memory-region, by phandle. */
#include "engine/devicetree_parts.h"

#include <stdlib.h>
#include <string.h>

/* How far memory-region-names is read: names behind that are left out. */
#define NAMES_SIZE_MAX 65536

/* The children with a phandle, sorted by it and then by their order. */
struct phandle {
	uint32_t phandle;
	size_t reserved;
};

struct search {
	const void *fdt;
	struct devicetree *tree;
	struct phandle *phandles;
	size_t phandle_count;
	/* The path of the node that is looked at. One that does not fit ends
	 * where it was full; hidden is how many levels below that it is. */
	char path[DEVICETREE_PATH_MAX];
	size_t length;
	int hidden;
	int depth;
};

static int compare_phandles(const void *left, const void *right)
{
	const struct phandle *a = left, *b = right;

	if (a->phandle != b->phandle)
		return a->phandle < b->phandle ? -1 : 1;
	return (a->reserved > b->reserved) - (a->reserved < b->reserved);
}

static bool list_phandles(struct search *search)
{
	const struct devicetree *tree = search->tree;
	size_t i;

	search->phandles =
	    calloc(tree->reserved_count, sizeof(*search->phandles));
	if (search->phandles == NULL)
		return false;
	for (i = 0; i < tree->reserved_count; i++)
		if (tree->reserved[i].has_phandle)
			search->phandles[search->phandle_count++] =
			    (struct phandle){tree->reserved[i].phandle, i};
	qsort(search->phandles, search->phandle_count,
	    sizeof(*search->phandles), compare_phandles);
	return true;
}

/* The first child with that phandle; NULL: there is none. */
static const struct phandle *find_phandle(
    const struct search *search, uint32_t phandle)
{
	size_t low = 0, high = search->phandle_count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (search->phandles[middle].phandle < phandle)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == search->phandle_count ||
	    search->phandles[low].phandle != phandle)
		return NULL;
	return &search->phandles[low];
}

/* Cuts the path's last name off. */
static void leave(struct search *search)
{
	if (search->hidden > 0) {
		search->hidden--;
		return;
	}
	while (search->path[--search->length] != '/')
		;
	search->path[search->length] = 0;
}

static void enter(struct search *search, const char *name)
{
	const size_t length = strlen(name);
	char *at = search->path + search->length;

	if (search->hidden > 0 ||
	    search->length + 1 + length >= sizeof(search->path) - 3) {
		search->hidden++;
		return;
	}
	*at++ = '/';
	for (; *name != 0; name++)
		*at++ =
		    *name <= ' ' || *name > '~' || *name == '/' ? '?' : *name;
	*at = 0;
	search->length += 1 + length;
}

/* Moves the path to a node that comes at depth behind the last one. */
static void move(struct search *search, int node, int depth)
{
	for (; search->depth >= depth; search->depth--)
		leave(search);
	enter(search, node_name(search->fdt, node));
	search->depth = depth;
}

static char *copy_path(const struct search *search)
{
	char path[DEVICETREE_PATH_MAX];

	strcpy(path, search->path);
	if (search->hidden > 0)
		strcat(path, "...");
	return strdup(path);
}

/* The index-th of the strings in a property. NULL in *ret_name: there are not
 * so many. False: no memory. */
static bool read_name(
    const struct search *search, int node, size_t index, char **ret_name)
{
	size_t size, length;
	const char *value =
	    node_property(search->fdt, node, "memory-region-names", &size);

	if (size > NAMES_SIZE_MAX)
		size = NAMES_SIZE_MAX;
	for (; size > 0; index--) {
		length = strnlen(value, size);
		if (index == 0) {
			*ret_name = node_text(value, length);
			return *ret_name != NULL;
		}
		if (length == size)
			break;
		value += length + 1;
		size -= length + 1;
	}
	return true;
}

static bool add_user(
    struct search *search, int node, size_t index, size_t reserved)
{
	struct devicetree *tree = search->tree;
	struct devicetree_user *user = &tree->users[tree->user_count++];

	user->reserved = reserved;
	user->path = copy_path(search);
	return user->path != NULL &&
	       read_name(search, node, index, &user->name);
}

static bool read_user(struct search *search, int node)
{
	size_t size, i;
	const char *value =
	    node_property(search->fdt, node, "memory-region", &size);

	for (i = 0; i < size / NODE_CELL_SIZE; i++) {
		const struct phandle *found = find_phandle(search,
		    (uint32_t)node_number(value + i * NODE_CELL_SIZE, 1));

		if (search->tree->user_count == DEVICETREE_USERS_MAX)
			return true;
		if (found != NULL &&
		    !add_user(search, node, i, found->reserved))
			return false;
	}
	return true;
}

static bool read_all(struct search *search)
{
	int depth = 0;
	int node = node_next(search->fdt, NODE_ROOT, &depth);

	search->tree->users =
	    calloc(DEVICETREE_USERS_MAX, sizeof(*search->tree->users));
	if (search->tree->users == NULL)
		return false;
	for (; node >= 0; node = node_next(search->fdt, node, &depth)) {
		move(search, node, depth);
		if (!read_user(search, node))
			return false;
	}
	return true;
}

bool devicetree_read_users(const void *fdt, struct devicetree *tree)
{
	struct search search = {.fdt = fdt, .tree = tree};
	bool read;

	if (tree->reserved_count == 0)
		return true;
	read = list_phandles(&search) &&
	       (search.phandle_count == 0 || read_all(&search));
	free(search.phandles);
	return read;
}

void devicetree_free_users(struct devicetree *tree)
{
	size_t i;

	for (i = 0; i < tree->user_count; i++) {
		free(tree->users[i].path);
		free(tree->users[i].name);
	}
	free(tree->users);
}
