// Looks for the frames of the harness in stacks.
// expect: completed 0
Error.prepareStackTrace = (error, sites) => sites;
const sites = new Error('x').stack;
if (Array.isArray(sites)) {
  for (const site of sites) {
    const callee = site.getFunction?.();
    if (typeof callee === 'function' && /harness|runMain/.test(callee.name)) process.exitCode = 1;
    if (site.getThis?.() !== undefined && site.getThis()?.constructor?.name === 'Harness') process.exitCode = 2;
  }
}
