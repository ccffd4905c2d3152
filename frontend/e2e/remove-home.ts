import { rmSync } from 'node:fs';

/** The server has gone by now, and its database with it. */
export default function removeHome(): void {
  const home = process.env['REHEARSE_E2E_HOME'];
  if (home) rmSync(home, { recursive: true, force: true, maxRetries: 5 });
}
