	usleep(10);
	nanosleep(&t, NULL);
	asleep(1);
