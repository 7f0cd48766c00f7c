	nanosleep(&t, NULL);
