#include "storage/journal.h"
#include <event2/event.h>
#include <jansson.h>
#include "client/client.h"
