//! Time is virtual.

use std::time::{Duration, Instant};

use crate::common::{exception, printed};

#[test]
fn sleeping_takes_no_real_time_and_moves_every_clock() {
    let source = "
import datetime, time
def now(): return time.time(), time.monotonic(), time.perf_counter(), datetime.datetime.now().timestamp()
before = now()
time.sleep(600)
print([round(b - a, 2) for a, b in zip(before, now())])";
    let started = Instant::now();
    assert_eq!(printed(source), "[600.0, 600.0, 600.0, 600.0]\n");
    assert!(started.elapsed() < Duration::from_secs(300), "it slept for real");
}

#[test]
fn the_clock_starts_at_a_fixed_instant_and_advances_with_work() {
    let source = "
import time
a = time.monotonic_ns()
for _ in range(10_000): pass
print(time.strftime('%Y-%m-%d %H:%M', time.gmtime()), time.monotonic_ns() > a)";
    assert_eq!(printed(source), "2026-01-01 00:00 True\n");
}

#[test]
fn what_was_imported_before_the_program_saw_the_same_day() {
    let source = "
import logging, time
print(time.strftime('%Y-%m-%d', time.gmtime(logging._startTime / 1e9)))";
    assert_eq!(printed(source), "2026-01-01\n");
}

#[test]
fn waiting_with_a_timeout_times_out() {
    let source = "
import queue, threading, time
start = time.monotonic()
print(threading.Event().wait(5), round(time.monotonic() - start))
try: queue.Queue().get(timeout=5)
except queue.Empty: print('empty', round(time.monotonic() - start))
print(threading.Semaphore(0).acquire(timeout=5), round(time.monotonic() - start))";
    assert_eq!(printed(source), "False 5\nempty 10\nFalse 15\n");
}

#[test]
fn asyncio_runs_on_virtual_time() {
    let source = "
import asyncio, time

async def wait(n, log):
    await asyncio.sleep(n)
    log.append(n)
    return n

async def main():
    start, log = time.monotonic(), []
    print(await asyncio.gather(*(wait(n, log) for n in (3, 1, 2))), log)
    try: await asyncio.wait_for(wait(100, log), 5)
    except TimeoutError: print('timed out')
    queue = asyncio.Queue(1)
    async def produce():
        for i in range(3): await queue.put(i)
        await queue.put(None)
    async def consume(): return [i async for i in items()]
    async def items():
        while (item := await queue.get()) is not None: yield item
    print((await asyncio.gather(produce(), consume()))[1])
    async with asyncio.TaskGroup() as group: tasks = [group.create_task(wait(n, log)) for n in (1, 2)]
    print([task.result() for task in tasks])
    done, pending = await asyncio.wait([asyncio.create_task(wait(n, log)) for n in (1, 50)], timeout=10)
    print(len(done), len(pending))
    try:
        async with asyncio.timeout(1): await asyncio.sleep(9)
    except TimeoutError: print('timed out again')
    lock, event = asyncio.Lock(), asyncio.Event()
    asyncio.get_running_loop().call_later(2, event.set)
    async with lock: await event.wait()
    print(round(time.monotonic() - start))

asyncio.run(main())";
    let expected = "[3, 1, 2] [1, 2, 3]\ntimed out\n[0, 1, 2]\n[1, 2]\n1 1\ntimed out again\n23\n";
    assert_eq!(printed(source), expected);
}

#[test]
fn every_way_to_get_an_event_loop_gives_one_that_works() {
    let source = "
import asyncio
loop = asyncio.new_event_loop()
print(loop.run_until_complete(asyncio.sleep(1, 'new')))
loop.close()
with asyncio.Runner() as runner: print(runner.run(asyncio.sleep(1, 'runner')))
print(asyncio.SelectorEventLoop().run_until_complete(asyncio.sleep(1, 'selector')))";
    assert_eq!(printed(source), "new\nrunner\nselector\n");
}

#[test]
fn a_deadlock_is_an_exception_that_says_so() {
    for source in [
        "import asyncio\nasync def f(): await asyncio.Event().wait()\nasyncio.run(f())",
        "import asyncio\nasync def f():\n    q = asyncio.Queue()\n    await asyncio.gather(q.get(), q.get())\nasyncio.run(f())",
        "import threading\nthreading.Event().wait()",
        "import queue\nqueue.Queue().get()",
        "import threading\nc = threading.Condition()\nc.acquire()\nc.wait()",
    ] {
        let found = exception(source);
        assert_eq!(found.type_name, "RuntimeError", "{source}");
        assert!(found.message.starts_with("deadlock: "), "{source}: {}", found.message);
    }
}
