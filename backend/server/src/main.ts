import './platform/regex-belt.js';
import { runServer } from './run-server.js';

process.exit(await runServer({ demo: process.argv.includes('--demo') }));
