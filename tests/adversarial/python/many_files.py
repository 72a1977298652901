# Creates files without end, and swallows every error.
# expect: file_limit
n = 0
while True:
    try:
        open(f"/tmp/{n}", "w").close()
    except BaseException:
        pass
    n += 1
