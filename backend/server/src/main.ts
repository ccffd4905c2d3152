import './platform/regex-belt.js';
import { runServer } from './run-server.js';

const isAsked = (flag: string) => process.argv.includes(flag);
process.exit(
  await runServer({ demo: isAsked('--demo'), ...(isAsked('--worker') && { role: 'worker' as const }) }),
);
