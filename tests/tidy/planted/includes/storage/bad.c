#include "engine/op.h"
#include "memblock.pb-c.h"
#include <pthread.h>
#include <time.h>
  #  include <event2/event.h>
