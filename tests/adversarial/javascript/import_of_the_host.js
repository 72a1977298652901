// Imports by names that reach out of the working directory.
// expect: completed 0
for (const name of ['/etc/passwd', '../../../../etc/passwd', 'file:///etc/passwd', '/proc/self/mem', 'data:text/javascript,1', 'https://example.com/x.js']) {
  try {
    require(name);
    process.exitCode = 1;
  } catch {}
  import(name).then(() => { process.exitCode = 1; }, () => {});
}
