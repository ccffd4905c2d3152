#!/usr/bin/env node
// Puts together what the tests measured (coverage/raw), writes coverage/index.html, coverage/coverage.txt and
// coverage/lcov.info, and fails below the limits. `npm run coverage` runs the tests first; this alone judges the last run.
//   node scripts/coverage.mjs
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CoverageReport } from 'monocart-coverage-reports';
import { browserEntries, jestEntries, nodeEntries, untestedEntries } from './measure/entries.mjs';
import { asIstanbul, inAnyOf, linesRun } from './measure/lines.mjs';

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
  process.exit(process.argv.includes('--help') ? 0 : 2);
}

const folder = (name) => path.join(raw, 'lines', name);
const files = inAnyOf([
  await linesRun({ root, batches: jestEntries(raw), outputDir: folder('jest') }),
  await linesRun({ root, batches: nodeEntries(raw), outputDir: folder('node') }),
  await linesRun({ root, batches: browserEntries(raw), outputDir: folder('browser') }),
  await linesRun({ root, batches: untestedEntries(root), outputDir: folder('untested') }),
]);
await writeReports();

for (const part of PARTS) console.log(row(part.replace(/\/$/, ''), share([part])));
let isEnough = true;
for (const { name, folders, limit } of LIMITS) {
  const lines = share(folders);
  if (lines.percent < limit) isEnough = false;
  console.log(row(name, lines, lines.percent < limit ? `below ${limit} %` : `at least ${limit} %`));
}
console.log('coverage/index.html has every file, coverage/coverage.txt the same as text');
process.exitCode = isEnough ? 0 : 1;

async function writeReports() {
  const report = new CoverageReport({
    ...{
      name: 'Rehearse',
      outputDir: path.join(root, 'coverage'),
      baseDir: root,
      logging: 'error',
      clean: false,
    },
    reports: ['html', 'lcovonly'],
  });
  await report.add(asIstanbul(root, files));
  await report.generate();
  const text = [...files].map(([file, lines]) => `${row(file, counted([lines]), ranges(lines))}\n`).join('');
  writeFileSync(path.join(root, 'coverage/coverage.txt'), text);
}

/** `12-15,40`: the lines that did not run. */
function ranges(lines) {
  const missed = [...lines].filter(([, times]) => times === 0).map(([line]) => line);
  const runs = [];
  for (const line of missed) {
    if (runs.at(-1)?.[1] === line - 1) runs.at(-1)[1] = line;
    else runs.push([line, line]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',');
}

function share(folders) {
  const isIn = ([file]) => folders.some((name) => file.startsWith(name));
  return counted([...files].filter(isIn).map(([, lines]) => lines));
}

function counted(all) {
  let [covered, total] = [0, 0];
  for (const lines of all) {
    total += lines.size;
    for (const times of lines.values()) if (times > 0) covered++;
  }
  return { covered, total, percent: total === 0 ? 0 : (100 * covered) / total };
}

function row(name, { covered, total, percent }, remark = '') {
  return `${name.padEnd(name.length > 22 ? 72 : 22)}${percent.toFixed(1).padStart(6)} % of lines  ${`${covered}/${total}`.padStart(13)}  ${remark}`;
}
