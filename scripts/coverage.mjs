#!/usr/bin/env node
// Puts together what the tests measured (coverage/raw), writes coverage/index.html, coverage/coverage.txt and
// coverage/lcov.info, and fails below the limits. `npm run coverage` runs the tests first; this alone judges the last run.
//   node scripts/coverage.mjs
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from '@swc/core';
import { CoverageReport } from 'monocart-coverage-reports';
import { measuredEntries } from './measure/entries.mjs';
import { sourceOf } from './measure/measured.mjs';

/** Share of lines, in percent, that must have run. */
const LIMITS = [
  { name: 'engine and contracts', folders: ['backend/engine/', 'backend/contracts/'], limit: 90 },
  { name: 'overall', folders: ['backend/', 'frontend/'], limit: 85 },
];
const PARTS = ['backend/contracts/', 'backend/engine/', 'backend/server/', 'backend/cli/', 'frontend/'];

const root = path.resolve(import.meta.dirname, '..');
const raw = path.join(root, 'coverage/raw');
if (!existsSync(raw)) {
  console.error('There is nothing in coverage/raw: `npm run coverage` runs the tests and measures.');
  process.exit(2);
}

const report = new CoverageReport({
  name: 'Rehearse',
  outputDir: path.join(root, 'coverage'),
  baseDir: root,
  reports: ['html', 'lcovonly', ['text', { file: 'coverage.txt' }]],
  logging: 'error',
  clean: false,
  sourceFilter: (file) => sourceOf(file) !== undefined,
  sourcePath: (file) => sourceOf(file) ?? file,
  all: { dir: PARTS.map((part) => path.join(root, part, 'src')), filter: untested, transformer: compile },
});
for (const entries of measuredEntries(root, raw)) if (entries.length > 0) await report.add(entries);
await report.generate();
const lines = linesOf(readFileSync(path.join(root, 'coverage/lcov.info'), 'utf8'));

for (const part of PARTS) console.log(row(part.replace(/\/$/, ''), share([part])));
let isEnough = true;
for (const { name, folders, limit } of LIMITS) {
  const { percent, ...rest } = share(folders);
  if (percent < limit) isEnough = false;
  console.log(row(name, { percent, ...rest }, percent < limit ? `below ${limit} %` : `at least ${limit} %`));
}
console.log('coverage/index.html has every file, coverage/coverage.txt the same as text');
process.exitCode = isEnough ? 0 : 1;

/** Lines found and lines hit of each file, as the reports count them. */
function linesOf(lcov) {
  const files = lcov.split('end_of_record').filter((record) => record.includes('SF:'));
  const field = (record, name) => new RegExp(`^${name}:(.*)$`, 'm').exec(record)[1];
  return new Map(
    files.map((record) => [
      field(record, 'SF'),
      { total: Number(field(record, 'LF')), covered: Number(field(record, 'LH')) },
    ]),
  );
}

function share(folders) {
  let [covered, total] = [0, 0];
  for (const [file, summary] of lines) {
    if (!folders.some((folder) => file.startsWith(folder))) continue;
    covered += summary.covered;
    total += summary.total;
  }
  return { covered, total, percent: total === 0 ? 0 : (100 * covered) / total };
}

function row(name, { covered, total, percent }, remark = '') {
  return `${name.padEnd(22)}${percent.toFixed(1).padStart(6)} % of lines  ${`${covered}/${total}`.padStart(13)}  ${remark}`;
}

function untested(file) {
  return sourceOf(file) === undefined ? false : 'js';
}

/** A file that no test loads has no JavaScript yet. */
function compile(entry) {
  const { code, map } = transformSync(entry.source, {
    filename: fileURLToPath(entry.url),
    configFile: false,
    swcrc: false,
    sourceMaps: true,
    isModule: true,
    jsc: {
      target: 'es2023',
      parser: { syntax: 'typescript', tsx: entry.url.endsWith('.tsx'), decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, react: { runtime: 'automatic' } },
    },
  });
  entry.source = code;
  entry.sourceMap = JSON.parse(map);
}
