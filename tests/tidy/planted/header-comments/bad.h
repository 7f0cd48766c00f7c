/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BAD_H
#define BAD_H
/* Too late. */
#endif
