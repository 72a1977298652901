import asyncio

async def producer(q, n):
    for i in range(n):
        await q.put(i)
        await asyncio.sleep(0.001)
    await q.put(None)

async def consumer(q):
    items = []
    while (item := await q.get()) is not None:
        items.append(item)
        q.task_done()
    return items

async def main():
    q = asyncio.Queue(maxsize=2)
    _, items = await asyncio.gather(producer(q, 5), consumer(q))
    print(items, q.qsize())
    workers_queue = asyncio.Queue()
    seen = []

    async def worker(name):
        while True:
            item = await workers_queue.get()
            await asyncio.sleep(0.01)
            seen.append((name, item))
            workers_queue.task_done()

    workers = [asyncio.create_task(worker(n)) for n in "ab"]
    for i in range(4):
        workers_queue.put_nowait(i)
    await workers_queue.join()
    for w in workers:
        w.cancel()
    await asyncio.gather(*workers, return_exceptions=True)
    print(seen)
    pq = asyncio.PriorityQueue()
    for p in (3, 1, 2):
        pq.put_nowait(p)
    print([pq.get_nowait() for _ in range(3)])
    try:
        pq.get_nowait()
    except asyncio.QueueEmpty:
        print("empty")

asyncio.run(main())
