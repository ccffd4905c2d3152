import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { graphText, temporaryFolder, type TemporaryFolder } from '@rehearse/testkit';

const BIN = path.resolve(import.meta.dirname, '../../bin/rehearse.mjs');

const graph = (value: string) =>
  graphText(
    `nodes: {a: {type: transform, value: '"${value}"'}}\nassert: [{type: equals, value: right}]\n`,
    'seen',
  );

let folder: TemporaryFolder;
let child: ChildProcess;
let [out, err] = ['', ''];
beforeEach(() => {
  folder = temporaryFolder();
  folder.write('graphs/seen.yaml', graph('wrong'));
  folder.write('graphs/prompts/ask.md', 'Hello');
  [out, err] = ['', ''];
});
afterEach(() => {
  child.kill('SIGKILL');
  folder.remove();
});

function start(...argv: string[]): void {
  child = spawn(process.execPath, [BIN, 'run', 'graphs', '--watch', ...argv], { cwd: folder.path });
  child.stdout!.on('data', (part) => (out += String(part)));
  child.stderr!.on('data', (part) => (err += String(part)));
}

/** Waits until the text has come so many times. */
async function seen(text: string, times: number): Promise<void> {
  while (err.split(text).length - 1 < times)
    await new Promise<void>((resolve) => {
      setTimeout(resolve, 20);
    });
}

const ended = () => new Promise((resolve) => child.once('exit', resolve));

describe('rehearse run --watch', () => {
  it('does not take what it tells itself for a change, where that goes into a file beside the graph', async () => {
    const file = path.join(folder.path, 'graphs/watch.log');
    const output = openSync(file, 'w');
    child = spawn(process.execPath, [BIN, 'run', 'graphs', '--watch'], {
      cwd: folder.path,
      stdio: ['ignore', output, output],
    });
    closeSync(output);
    const told = () => readFileSync(file, 'utf8').split('watching').length - 1;
    while (told() < 1) await sleep(20);
    folder.write('graphs/seen.yaml', graph('right'));
    while (told() < 2) await sleep(20);
    await sleep(1_000);
    expect(told()).toBe(2);
    expect(readFileSync(file, 'utf8')).not.toContain('changed  graphs/watch.log');
  });

  it('runs again after a change, also of a broken graph and of a file beside it, until Ctrl-C', async () => {
    start();
    await seen('watching 2 folders; Ctrl-C ends', 1);
    expect(out).toContain('Runs     1: 1 failed');

    folder.write('graphs/seen.yaml', 'kind: Graph\nnodes: [');
    await seen('watching', 2);
    expect(err).toContain('changed  graphs/seen.yaml');
    expect(err).toContain('graph/invalid');

    folder.write('graphs/seen.yaml', graph('right'));
    await seen('watching', 3);
    expect(out).toContain('Runs     1: 1 passed');

    folder.write('graphs/prompts/ask.md', 'Good day');
    await seen('changed  graphs/prompts/ask.md', 1);
    await seen('watching', 4);
    child.kill('SIGINT');
    expect(await ended()).toBe(0);
  });

  it('takes a burst of changes for one, and what it writes itself for none', async () => {
    start('--reporter', 'json=graphs/report.jsonl', '--cassette', 'graphs/c.jsonl', '--mode', 'record');
    await seen('watching', 1);
    for (let index = 0; index < 5; index++) folder.write('graphs/seen.yaml', graph(`wrong ${index}`));
    await seen('watching', 2);
    await new Promise<void>((resolve) => {
      setTimeout(resolve, 400);
    });
    expect(err.match(/changed/g)).toHaveLength(1);
    child.kill('SIGINT');
    expect(await ended()).toBe(100);
  });
});
