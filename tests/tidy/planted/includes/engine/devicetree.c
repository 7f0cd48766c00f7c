#include <libfdt.h>
#include <sqlite3.h>
