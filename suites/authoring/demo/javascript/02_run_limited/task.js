// difficulty: hard
/**
 * Runs asynchronous jobs, of which at most `limit` are under way at once, and gives a promise of their results in the order of
 * the jobs.
 *
 * Each job is a function that gives a promise. Jobs start in their order, each as soon as it may. When one fails, the promise is
 * rejected with its reason, and no other job starts any more.
 */
async function runLimited(jobs, limit) {
  const results = new Array(jobs.length);
  let next = 0;
  let failed = false;
  const work = async () => {
    while (next < jobs.length && !failed) {
      const index = next++;
      try {
        results[index] = await jobs[index]();
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, jobs.length) }, work));
  return results;
}
