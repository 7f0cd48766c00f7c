#include "engine/op.h"
#include "storage/journal.h"
#include "op.h"
#include <libfdt.h>
#include <string.h>
#include <time.h>
#include HEADER
