const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Jobs that take so many tenths of a second each, and what they did: when each began, and how many ran at once. */
function watched(tenths) {
  const seen = { began: [], running: 0, most: 0 };
  const start = Date.now();
  const jobs = tenths.map((length, index) => async () => {
    seen.began[index] = Math.round((Date.now() - start) / 100);
    seen.most = Math.max(seen.most, ++seen.running);
    await sleep(length * 100);
    seen.running--;
    if (length === 13) throw new Error(`job ${index}`);
    return index * 10;
  });
  return { jobs, seen };
}

test("results come in the order of the jobs", async () => {
  const { jobs } = watched([3, 1, 2]);
  expect(await runLimited(jobs, 3)).toEqual([0, 10, 20]);
});

test("no more than the limit run at once, and no fewer", async () => {
  const { jobs, seen } = watched([5, 1, 1, 1, 4, 2]);
  await runLimited(jobs, 2);
  expect(seen.most).toBe(2);
  expect(seen.began).toEqual([0, 0, 1, 2, 3, 5]);
});

test("one at a time is one after the other", async () => {
  const { jobs, seen } = watched([1, 2, 3]);
  await runLimited(jobs, 1);
  expect(seen.began).toEqual([0, 1, 3]);
});

test("no jobs give no results, and a high limit is no problem", async () => {
  expect(await runLimited([], 4)).toEqual([]);
  const { jobs, seen } = watched([30, 30]);
  expect(await runLimited(jobs, 100)).toEqual([0, 10]);
  expect(seen.most).toBe(2);
});

test("a failure ends it and starts nothing more", async () => {
  const { jobs, seen } = watched([1, 13, 20, 1, 1]);
  await expect(runLimited(jobs, 2)).rejects.toThrow("job 1");
  await sleep(2500);
  expect(seen.began.filter((time) => time !== undefined)).toHaveLength(3);
});
