import { jest } from '@jest/globals';

// The first start of the server compiles all of it; a busy machine, or one that measures coverage, takes its time.
jest.setTimeout(60_000);

// Jest cannot require() an ES module that is still being linked, which is what a CommonJS package does with Nest.
// So the server's tests load Nest completely before their own modules.
const { testPath } = expect.getState();
if (/[\\/]backend[\\/]server[\\/]/.test(testPath)) await import('../../backend/server/jest.setup.mjs');
