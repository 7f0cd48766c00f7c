#include "engine/op.h"
