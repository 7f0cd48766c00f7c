#include "memblock.pb-c.h"
#include "engine/op.h"
#include <jansson.h>
