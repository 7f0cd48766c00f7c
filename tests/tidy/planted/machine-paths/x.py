where = "/work/tree"
there = f"{top}/work/"
