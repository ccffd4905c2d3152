// Moves the clock of a process by the seconds that stand in a file, whatever stands there at the moment. What measures durations
// (`performance.now`, timers) goes on as before, as when somebody sets the clock of a machine.
import { readFileSync, writeFileSync } from 'node:fs';

const file = process.env.FAULTS_CLOCK;
const real = Date.now.bind(Date);
let offsetMs = 0;
setInterval(() => {
  try {
    const seconds = Number(readFileSync(file, 'utf8'));
    if (seconds * 1_000 === offsetMs) return;
    offsetMs = seconds * 1_000;
    writeFileSync(`${file}.is`, String(seconds));
  } catch {
    // It is being written.
  }
}, 50).unref();

const now = () => real() + offsetMs;
globalThis.Date = new Proxy(Date, {
  construct: (target, args, self) => Reflect.construct(target, args.length === 0 ? [now()] : args, self),
  apply: () => new Date(now()).toString(),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
});
