// Lines that ran, as a number of times for each line that holds code.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CoverageReport } from 'monocart-coverage-reports';
import { sourceOf } from './measured.mjs';

/**
 * What one kind of measurement says of each source. Kinds are read one by one: they come from different builds of the same
 * sources, and only their lines can be compared.
 * @returns {Promise<Map<string, Map<number, number>>>} by file, then by line
 */
export async function linesRun({ root, batches, outputDir }) {
  const report = new CoverageReport({
    ...{ outputDir, baseDir: root, reports: ['lcovonly'], logging: 'error' },
    sourceFilter: (file) => sourceOf(file) !== undefined,
    sourcePath: (file) => sourceOf(file) ?? file,
  });
  let isEmpty = true;
  for (const entries of batches) {
    if (entries.length === 0) continue;
    isEmpty = false;
    await report.add(entries);
  }
  if (isEmpty) return new Map();
  await report.generate();
  return readLcov(readFileSync(path.join(outputDir, 'lcov.info'), 'utf8'));
}

/** The lines of a file are those of the first kind that has them; a line ran when it ran in any kind. */
export function inAnyOf(kinds) {
  const files = new Set(kinds.flatMap((kind) => [...kind.keys()]));
  return new Map(
    [...files]
      .toSorted((a, b) => (a < b ? -1 : 1))
      .map((file) => {
        const found = kinds.map((kind) => kind.get(file)).filter(Boolean);
        const times = (line) => Math.max(...found.map((lines) => lines.get(line) ?? 0));
        return [file, new Map([...found[0].keys()].map((line) => [line, times(line)]))];
      }),
  );
}

/** Istanbul's form, a statement a line, for the reports. */
export function asIstanbul(root, files) {
  const entries = [...files].map(([file, lines]) => {
    const name = path.join(root, file);
    const all = [...lines];
    const place = (line) => ({ start: { line, column: 0 }, end: { line, column: Infinity } });
    const statementMap = Object.fromEntries(all.map(([line], at) => [at, place(line)]));
    const s = Object.fromEntries(all.map(([, times], at) => [at, times]));
    return [name, { path: name, statementMap, s, fnMap: {}, f: {}, branchMap: {}, b: {} }];
  });
  return Object.fromEntries(entries);
}

function readLcov(text) {
  const records = text.split('end_of_record').filter((record) => record.includes('SF:'));
  return new Map(
    records.map((record) => {
      const lines = [...record.matchAll(/^DA:(\d+),(\d+)/gm)].map(([, line, times]) => [
        Number(line),
        Number(times),
      ]);
      return [sourceOf(/^SF:(.*)$/m.exec(record)[1]), new Map(lines)];
    }),
  );
}
