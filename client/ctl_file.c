/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define READ_BYTES ((size_t)64 << 10)

/* 0 or an errno. Also takes what has no size to ask for, such as a pipe. */
static int read_all(int fd, char **ret_content, size_t *ret_size)
{
	char *content = NULL, *grown;
	size_t size = 0, room = 0;
	ssize_t got;

	for (;;) {
		if (size == room) {
			room = room ? 2 * room : READ_BYTES;
			if (room > CTL_FILE_BYTES_MAX) {
				free(content);
				return EFBIG;
			}
			grown = realloc(content, room);
			if (grown == NULL) {
				free(content);
				return ENOMEM;
			}
			content = grown;
		}
		got = read(fd, content + size, room - size);
		if (got == 0)
			break;
		if (got < 0 && errno != EINTR) {
			const int reason = errno;

			free(content);
			return reason;
		}
		size += got > 0 ? (size_t)got : 0;
	}
	*ret_content = content;
	*ret_size = size;
	return 0;
}

bool ctl_read_file(const char *path, char **ret_content, size_t *ret_size,
    struct ctl_error *error)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	int reason;

	if (fd < 0)
		return ctl_fail(error, "'%s': %s", path, strerror(errno));
	reason = read_all(fd, ret_content, ret_size);
	close(fd);
	if (reason != 0)
		return ctl_fail(error, "'%s': %s", path, strerror(reason));
	return true;
}
