// The help of every command, in docs/cli.md.
import '../jest/typescript.mjs';
import { withParts } from '../docs/generated.mjs';

export const file = 'docs/cli.md';

const COMMANDS = [
  ...['run', 'replay', 'attribute', 'diff', 'validate', 'new'],
  ...['cassette inspect', 'cassette merge', 'cassette prune'],
  ...['import trajectories', 'import promptfoo', 'import agents', 'import cassette'],
  ...['start', 'worker', 'load', 'migrate', 'doctor'],
];

export async function make() {
  const { main } = await import('../../backend/cli/src/main.ts');
  const { EXIT } = await import('../../backend/cli/src/exit-codes.ts');
  const parts = {};
  for (const command of COMMANDS) {
    let text = '';
    const out = { write: (more) => (text += more), columns: 100, isTTY: false };
    const code = await main([...command.split(' '), '--help'], { stdout: out, stderr: out, env: {}, cwd: '.' });
    if (code !== EXIT.ok) throw new Error(`rehearse ${command} --help ended with ${code}: ${text}`);
    parts[command] = ['```text', text.trim(), '```'].join('\n');
  }
  return withParts(file, parts);
}
