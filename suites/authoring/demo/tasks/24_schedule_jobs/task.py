# difficulty: hard
import heapq


def schedule_jobs(jobs: list[tuple[str, int, int, int]], workers: int) -> list[tuple[str, int, int]]:
    """Simulate workers that take jobs from a queue; no job is interrupted.

    A job is (name, arrival, duration, urgency), with a unique name and a positive duration. Whenever a worker
    is idle and jobs have arrived, the most urgent of them starts (the largest urgency; then the earlier
    arrival; then the name) on the idle worker with the lowest number, from 0. What ends or arrives at a moment
    does so before anything starts at that moment. Return (name, worker, start) of each job in the order of
    their starts. Raise ValueError when `workers` is below 1.

    >>> schedule_jobs([("a", 0, 4, 1), ("b", 1, 2, 1), ("c", 2, 2, 9)], 1)
    [('a', 0, 0), ('c', 0, 4), ('b', 0, 6)]
    >>> schedule_jobs([("a", 5, 1, 1), ("b", 5, 1, 2)], 2)
    [('b', 0, 5), ('a', 1, 5)]
    """
    if workers < 1:
        raise ValueError("there must be a worker")
    upcoming = sorted(jobs, key=lambda job: job[1], reverse=True)
    waiting = []
    idle = list(range(workers))
    busy = []
    plan = []
    while upcoming or waiting:
        now = busy[0][0] if waiting else upcoming[-1][1]
        while busy and busy[0][0] <= now:
            heapq.heappush(idle, heapq.heappop(busy)[1])
        while upcoming and upcoming[-1][1] <= now:
            name, arrival, duration, urgency = upcoming.pop()
            heapq.heappush(waiting, (-urgency, arrival, name, duration))
        while waiting and idle:
            _, _, name, duration = heapq.heappop(waiting)
            worker = heapq.heappop(idle)
            heapq.heappush(busy, (now + duration, worker))
            plan.append((name, worker, now))
    return plan
