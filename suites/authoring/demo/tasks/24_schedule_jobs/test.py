def check(candidate):
    assert candidate([("a", 0, 4, 1), ("b", 1, 2, 1), ("c", 2, 2, 9)], 1) == [("a", 0, 0), ("c", 0, 4), ("b", 0, 6)]
    assert candidate([("a", 5, 1, 1), ("b", 5, 1, 2)], 2) == [("b", 0, 5), ("a", 1, 5)]
    assert candidate([], 3) == []
    assert candidate([("x", 7, 1, 0)], 1) == [("x", 0, 7)]
    assert candidate([("x", -3, 2, 0), ("y", -2, 2, 0)], 1) == [("x", 0, -3), ("y", 0, -1)]
    assert candidate([("b", 0, 1, 5), ("a", 0, 1, 5), ("c", 0, 1, 5)], 1) == [("a", 0, 0), ("b", 0, 1), ("c", 0, 2)]
    assert candidate([("a", 0, 2, 1), ("b", 2, 2, 1), ("c", 1, 2, 1)], 1) == [("a", 0, 0), ("c", 0, 2), ("b", 0, 4)]
    assert candidate([("a", 0, 2, 1), ("low", 1, 1, 1), ("top", 2, 1, 2)], 1) == [
        ("a", 0, 0), ("top", 0, 2), ("low", 0, 3)
    ]
    assert candidate([("a", 0, 5, 1), ("b", 0, 2, 1), ("c", 3, 1, 1)], 3) == [("a", 0, 0), ("b", 1, 0), ("c", 1, 3)]
    assert candidate([("a", 0, 3, 1), ("b", 0, 3, 1), ("c", 3, 1, 1), ("d", 3, 1, -1)], 2) == [
        ("a", 0, 0), ("b", 1, 0), ("c", 0, 3), ("d", 1, 3)
    ]
    assert candidate([("a", 0, 10**12, 0), ("b", 1, 1, 0)], 1) == [("a", 0, 0), ("b", 0, 10**12)]
    assert candidate([("a", 0, 1, 1), ("b", 100, 1, 1)], 1) == [("a", 0, 0), ("b", 0, 100)]
    assert candidate([(f"j{i:02}", 0, 1, 0) for i in range(40)], 50) == [(f"j{i:02}", i, 0) for i in range(40)]

    jobs = [("z", 4, 1, 0), ("y", 0, 1, 0)]
    assert candidate(jobs, 1) == [("y", 0, 0), ("z", 0, 4)]
    assert jobs == [("z", 4, 1, 0), ("y", 0, 1, 0)]

    for workers in (0, -1):
        for jobs in ([], [("a", 0, 1, 1)]):
            try:
                candidate(jobs, workers)
            except ValueError:
                pass
            else:
                assert False, f"{workers} workers do nothing"

    def minute_by_minute(jobs, workers):
        ends = [0] * workers
        left = list(jobs)
        plan = []
        for now in range(120):
            for worker in range(workers):
                arrived = [job for job in left if job[1] <= now]
                if ends[worker] <= now and arrived:
                    job = min(arrived, key=lambda job: (-job[3], job[1], job[0]))
                    left.remove(job)
                    ends[worker] = now + job[2]
                    plan.append((job[0], worker, now))
        return plan

    seed = 23
    for round in range(45):
        jobs = []
        for name in "kcpadx"[: 2 + round % 5]:
            seed = seed * 1103515245 + 12345 & 0x7FFFFFFF
            jobs.append((name, (seed >> 9) % 8, 1 + (seed >> 13) % 5, (seed >> 18) % 3))
        workers = 1 + round % 3
        assert candidate(jobs, workers) == minute_by_minute(jobs, workers), (jobs, workers)
