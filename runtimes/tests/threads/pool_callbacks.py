from concurrent.futures import Future, ThreadPoolExecutor

log = []
with ThreadPoolExecutor(2) as ex:
    f = ex.submit(len, "four")
    f.add_done_callback(lambda future: log.append(future.result()))
print(log)
g = Future()
g.set_result(3)
print(g.result(), g.running(), g.done())
