#include "client/address.h"
