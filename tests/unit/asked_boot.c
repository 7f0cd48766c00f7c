/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/asked_boot.h"

#include "tests/unit/tree_blob.h"

static char arm64[] = "arm64";

void asked_boot(struct asked *asked)
{
	Memblock__V1__Boot *boot = &asked->operation.boot;
	size_t size;
	uint8_t *blob;

	tree_begin(NULL, 0);
	tree_widths(1, 1);
	tree_node("memory@40000000");
	tree_string("device_type", "memory");
	TREE_CELLS("reg", 0x40000000, 0x40000000);
	tree_node_end();
	tree_node("reserved-memory");
	tree_widths(1, 1);
	tree_empty("ranges");
	tree_node("pool");
	tree_node_end();
	tree_node_end();
	blob = tree_end(&size);
	asked_init(asked, OPERATION(BOOT), "b");
	boot->has_device_tree = 1;
	boot->device_tree = (ProtobufCBinaryData){size, blob};
	boot->arch = arm64;
	boot->has_dtb_at = boot->has_dtb_size = 1;
	boot->dtb_at = 0x48000000;
	boot->dtb_size = 0x1000;
	boot->has_image_address = boot->has_image_size = boot->has_text = 1;
	boot->image_address = 0x40210000;
	boot->image_size = 0x2000000;
	boot->text = 0x40200000;
}
