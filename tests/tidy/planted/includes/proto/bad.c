#include "engine/op.h"
#include <protobuf-c/protobuf-c.h>
#include <sys/socket.h>
