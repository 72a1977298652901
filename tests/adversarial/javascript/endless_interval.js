// Wakes up every millisecond, for as long as it may sleep.
// expect: out_of_time
setInterval(() => {}, 1000);
