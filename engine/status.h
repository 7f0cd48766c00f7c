/* SPDX-License-Identifier: BSD-2-Clause */
/* What can come of an operation on a model. The numbers are stored in
 * journals: they never change and are never used again. */
#ifndef ENGINE_STATUS_H
#define ENGINE_STATUS_H

enum mb_status {
	MB_OK = 0,
	/* The model refused, as the kernel does: nothing changed, and the
	 * refusal is part of history. */
	MB_NO_SPACE = 1, /* ENOMEM: no free range, or an array is full */
	MB_BUSY = 2,	 /* EBUSY: the range is in use */
	/* The request was never the model's: nothing changed, and it is no
	 * part of history. */
	MB_INVALID = 3,	  /* EINVAL: an argument that no model can take */
	MB_LIMIT = 4,	  /* the lists would pass regions_max */
	MB_NO_MEMORY = 5, /* this process has no memory left */
	MB_NO_LIST = 6,	  /* the model was made without that list */
	/* The array of a list is full: what op_apply() answers as MB_NO_SPACE,
	 * with a sentence of its own. */
	MB_FULL = 7,
};

#endif
