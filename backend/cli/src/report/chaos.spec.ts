import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { ChaosCoverage } from '@rehearse/engine';
import { commandLine } from '@rehearse/testkit';
import { main } from '../main.js';

const cwd = path.resolve(import.meta.dirname, '../../examples/chaos');
const rehearse = commandLine(main, { cwd });

/** `recovered.yaml` asserts that faults were injected, so that a clean run of it tells nothing. */
const files = readdirSync(cwd).filter((file) => file !== 'recovered.yaml');
const EXAMPLES = files.map((file) => {
  const [, profile, rules] = /^chaos:\n {2}([\w-]+):([^]*)/m.exec(
    readFileSync(path.join(cwd, file), 'utf8'),
  )!;
  return { file, profile: profile!, fault: /fault: ([\w-]+)/.exec(rules!)![1]! };
});

interface Done {
  passed: number;
  chaos: ChaosCoverage;
}

const lastOf = (out: string): Done => JSON.parse(out.trim().split('\n').at(-1)!) as Done;

/** A graph whose tool is gone for as many seeds as the rate says; the run passes when the agent did without it. */
const LOSING = `apiVersion: rehearse/v1
kind: Graph
name: losing
tools: {look: {mock: [{return: 1}]}, pay: {mock: [{return: 1}]}}
nodes:
  look: {type: tool, tool: look, onError: continue}
  pay: {type: tool, tool: pay}
assert: [{type: cel, value: 'nodes.look.status == "finished"'}]
cases: [{id: one, repeat: {runs: 40, minPass: 1}}]
chaos: {gone: [{on: 'tool:look', fault: error, rate: 0.5}, {on: 'tool:pay', fault: latency, delay: 1ms}]}
`;

describe('the summary of chaos', () => {
  it.each(EXAMPLES)('tells what $fault did to the nodes of $file', async ({ file, profile, fault }) => {
    const { code, out } = await rehearse([
      ...['run', file, '--offline', '--chaos', profile, '--with-clean', '--reporter', 'json'],
    ]);
    expect(code).toBe(0);
    const { chaos } = lastOf(out);
    const cell = chaos.cells.find((one) => one.fault === fault)!;
    expect(cell.injected).toBeGreaterThan(0);
    expect(cell.recovered).toBe(cell.injected);
    expect(chaos).toMatchObject({ passedUnderChaos: 1, passedClean: 1, degradation: 1 });
  });

  const lose = (...argv: string[]) =>
    rehearse(['run', '-', '--offline', '--chaos', 'gone', ...argv], { stdin: LOSING });

  it('has a line for each node and class of faults, and the share of runs that are left', async () => {
    const { out } = await lose('--with-clean');
    const lines = out.slice(out.indexOf('Chaos')).split('\n').slice(0, 3);
    expect(lines).toMatchInlineSnapshot(`
      [
        "Chaos    look error: 0 of 16 recovered",
        "         pay latency: 40 of 40 recovered",
        "         60 % pass under chaos, 100 % without: 60 % is left",
      ]
    `);
  });

  it('tells which faults found nothing to change, and calls them not recovered', async () => {
    const rules = "[{on: 'tool:*', fault: corrupt-field, path: order.total}]";
    const { out } = await rehearse(['run', '-', '--offline', '--chaos', 'gone'], {
      stdin: LOSING.replace(/gone: .*/, `gone: ${rules}}`),
    });
    expect(out.slice(out.indexOf('Chaos')).split('\n').slice(0, 2)).toEqual([
      'Chaos    look corrupt-field: 40 found nothing to change',
      '         pay corrupt-field: 40 found nothing to change',
    ]);
  });

  it('names the rules that hit no call', async () => {
    const rules = "[{on: 'tool:*', fault: stale}, {on: 'tool:pay', fault: empty}]";
    const { out } = await rehearse(['run', '-', '--offline', '--chaos', 'gone'], {
      stdin: LOSING.replace(/gone: .*/, `gone: ${rules}}`),
    });
    expect(out.slice(out.indexOf('Chaos')).split('\n').slice(0, 2)).toEqual([
      'Chaos    pay empty: 40 of 40 recovered',
      '         gone[0] (stale on tool:*): hit no call',
    ]);
  });

  it('tells machines the same', async () => {
    const { chaos } = lastOf((await lose('--with-clean', '--reporter', 'json')).out);
    const [look, pay] = chaos.cells;
    expect([look, pay]).toMatchObject([
      { node: 'look', fault: 'error', recovered: 0 },
      { node: 'pay', fault: 'latency', injected: 40, recovered: 40 },
    ]);
    const share = (40 - look!.injected) / 40;
    expect(chaos).toMatchObject({ passedUnderChaos: share, passedClean: 1, degradation: share });
  });

  it('stands in the page', async () => {
    const { out } = await lose('--with-clean', '--reporter', 'html');
    const [, summary] = /<script type="application\/json" id="summary">([^]*?)<\/script>/.exec(out)!;
    expect(JSON.parse(summary!)).toMatchObject({ chaos: { cells: [{ node: 'look' }, { node: 'pay' }] } });
    expect(out).toContain('one, without chaos');
  });

  it('says nothing of runs without chaos when none were made, and nothing at all without chaos', async () => {
    expect(lastOf((await lose('--reporter', 'json')).out).chaos).toMatchObject({
      passedClean: null,
      degradation: null,
    });
    const clean = await rehearse(['run', '-', '--offline', '--reporter', 'json'], { stdin: LOSING });
    expect(lastOf(clean.out)).not.toHaveProperty('chaos');
  });
});
