// Holds one scenario to its promises: every check is told when it was made, and a scenario that breaks off has kept none.
import { loadavg } from 'node:os';
import { createRandom } from './random.mjs';

/** @returns what was checked and measured; `kept` when all of it holds, or the scenario says why it cannot be had here */
export async function judge({ name, scenario, ground, seed, quick }) {
  const checks = [];
  const figures = [];
  const began = performance.now();
  let skipped;
  const arena = await ground.arena({ name });
  try {
    const outcome = await scenario.run({
      ...{ arena, quick, random: createRandom(`${seed}/${name}`) },
      say: (line) => console.log(`  ${line}`),
      check: (promise, holds, detail = '') => checks.push(told({ promise, holds: Boolean(holds), detail })),
      figure: (what, value, unit = '') => {
        figures.push({ what, value, unit });
        console.log(`  ${what}: ${[value].flat().map(readable).join(' / ')} ${unit}`.trimEnd());
      },
    });
    skipped = outcome?.skipped;
  } catch (error) {
    checks.push(told({ promise: 'the scenario comes to its end', holds: false, detail: error.stack }));
    for (const words of arena.lastWords()) console.log(`    ${words}`);
  } finally {
    await arena.close();
  }
  if (skipped) console.log(`  skipped: ${skipped}`);
  const kept = skipped !== undefined || (checks.length > 0 && checks.every(({ holds }) => holds));
  const seconds = Number(((performance.now() - began) / 1_000).toFixed(1));
  return { name, kept, seconds, load: loadavg()[0], ...(skipped && { skipped }), checks, figures };
}

const readable = (value) => (typeof value === 'number' ? Number(value.toFixed(value < 10 ? 2 : 0)) : value);

function told(check) {
  console.log(`  ${check.holds ? '✓' : '✗'} ${check.promise}${check.detail ? `: ${check.detail}` : ''}`);
  return check;
}

export function verdictOf(results) {
  const broken = results.filter(({ kept }) => !kept).map(({ name }) => name);
  const skipped = results.filter((result) => result.skipped).length;
  const all = `${results.length - broken.length - skipped} of ${results.length} scenarios kept their promises`;
  return `${all}${skipped ? `, ${skipped} skipped` : ''}${broken.length > 0 ? `; broken: ${broken.join(', ')}` : ''}`;
}
