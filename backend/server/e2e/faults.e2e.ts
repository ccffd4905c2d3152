import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { describe, expect, it, jest } from '@jest/globals';

// Whole processes, with a PostgreSQL of their own that is crashed.
jest.setTimeout(600_000);

const SCRIPT = path.resolve(import.meta.dirname, '../../../scripts/faults.mjs');

/** The small size of a scenario, as `pnpm faults <name> --quick` has it. */
async function faults(name: string): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [SCRIPT, name, '--quick'], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += String(text)));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, said };
}

describe('what was acknowledged is kept, and promises hold,', () => {
  it.each([
    ['postgres', 'when PostgreSQL crashes and comes back'],
    ['migrations', 'when an instance dies in the middle of a migration'],
    ['clock', 'when the clock of a worker moves by an hour, forth and back'],
  ])('in the scenario %s: %s', async (name) => {
    const { code, said } = await faults(name);
    expect(said).toContain('1 of 1 scenarios kept their promises');
    expect(code).toBe(0);
  });
});
