import { setFlagsFromString } from 'node:v8';

// A belt beside RE2: a regular expression of ours, or of a library, that backtracks without end is handed to the linear
// engine. It must be set before any expression is compiled, so this module is imported before all others.
setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');
