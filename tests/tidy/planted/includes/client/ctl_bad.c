#include "client/client.h"
#include "engine/op.h"
#include <jansson.h>
#include "memblock.pb-c.h"
