where = "/home/dev/tree"
there = f"{top}/home/"
