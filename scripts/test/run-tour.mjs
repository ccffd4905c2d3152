// Does what the tour of README.md says: every `sh` block in its order, in one shell, from a folder that looks like a checkout; and
// finds each line of the `text` block behind it in what was printed (`…` stands for anything).
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startProduct } from './start-product.mjs';

const END = 'end-of-block:';

/** Counts the blocks that did what the tour says. With `raw`, the processes leave what V8 measured there. */
export async function runTour({ root, raw }) {
  const folder = mkdtempSync(path.join(tmpdir(), 'rehearse-tour-'));
  for (const name of ['scripts', 'backend']) symlinkSync(path.join(root, name), path.join(folder, name));
  const env = { ...process.env, REHEARSE_HOME: path.join(folder, 'home'), NO_COLOR: '1' };
  if (raw) env.NODE_V8_COVERAGE = path.join(raw, 'node');
  const server = await startProduct(root, { cwd: folder, env });
  try {
    return await walk(readTour(root), { server, cwd: folder, env });
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The blocks of the tour: commands, the lines that they print, the exit code of the last command. */
function readTour(root) {
  const [, tour] = readFileSync(path.join(root, 'README.md'), 'utf8').split('## Five-minute tour');
  const blocks = tour.split(/^## /m)[0].matchAll(/```sh\n([\s\S]*?)```(?:\s*```text\n([\s\S]*?)```)?/g);
  return [...blocks].map(([, commands, lines = '']) => ({
    commands,
    lines: lines.split('\n').filter((line) => line.trim() !== ''),
    code: Number(/# exit code (\d+)/.exec(commands)?.[1] ?? 0),
  }));
}

async function walk(blocks, { server, cwd, env }) {
  const script = blocks.map(({ commands }, at) => `${commands}echo "${END}${at}:$?"\n`).join('');
  const printed = await shell(script.replaceAll('http://localhost:8000', server.url), { cwd, env });
  const tally = { passed: 0, failed: 0, skipped: 0 };
  let rest = printed;
  for (const [at, block] of blocks.entries()) {
    const end = new RegExp(`${END}${at}:(\\d+)\n`).exec(rest);
    const output = end ? rest.slice(0, end.index) : rest;
    rest = end ? rest.slice(end.index + end[0].length) : '';
    const problems = problemsOf(block, { output, code: end && Number(end[1]) });
    const [name] = block.commands.split('\n');
    if (problems.length === 0) tally.passed++;
    else tally.failed++;
    console.log(`${problems.length === 0 ? '✓' : '✗'} ${name}`);
    if (problems.length > 0)
      console.log([...problems, 'it printed:', output].join('\n').replaceAll(/^/gm, '    '));
  }
  return tally;
}

function problemsOf({ lines, code: wanted }, { output, code }) {
  const problems = lines
    .filter((line) => !new RegExp(`^\\s*${patternOf(line)}`, 'm').test(output))
    .map((line) => `the README promises: ${line.trim()}`);
  return code === wanted ? problems : [`exit code ${code ?? 'unknown'}, not ${wanted}`, ...problems];
}

const patternOf = (line) =>
  line
    .trim()
    .split(/\s*…\s*|(\s+)/)
    .map((part) =>
      part === undefined
        ? '.*'
        : /^\s+$/.test(part)
          ? '\\s+'
          : part.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&'),
    )
    .join('');

function shell(script, options) {
  return new Promise((resolve) => {
    const child = spawn('sh', [], { ...options, stdio: ['pipe', 'pipe', 'inherit'] });
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (printed += text));
    child.on('close', () => resolve(printed));
    child.stdin.end(script);
  });
}
