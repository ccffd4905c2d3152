import { OPEN_POLICY } from '../egress/policy.js';
import type { CallSettings } from '../settings.js';

/** Settings under which nothing can be called, but for what a test says. */
export const testSettings = (more: Partial<CallSettings> = {}): CallSettings => ({
  openai: {},
  anthropic: {},
  azure: {},
  streams: true,
  defaults: {},
  circuits: { threshold: 5, openMs: 30_000, halfOpenCalls: 3 },
  prices: {},
  secrets: () => undefined,
  egress: OPEN_POLICY,
  commands: [],
  commandSurroundings: { cwd: process.cwd(), env: {} },
  ...more,
});
