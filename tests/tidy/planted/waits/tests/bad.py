time.sleep(1)
wait_until_ready()
