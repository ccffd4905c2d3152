// Loaded into the server by scripts/bootstrap.mjs: when that is killed without a chance to hand a signal on, the server
// stops as if it had been told to.
const parent = process.ppid;
const timer = setInterval(() => {
  if (process.ppid === parent) return;
  clearInterval(timer);
  process.kill(process.pid, 'SIGTERM');
}, 500);
timer.unref();
