import { createHash } from 'node:crypto';
import type { Json } from '@rehearse/contracts';
import { packageFile } from '../package-file.js';
import type { CaseOutcome } from '../run/case-outcome.js';
import type { RunReport } from '../run/run-report.js';
import { nameOfCase } from '../run/run-task.js';
import { firstReason } from '../run/summary.js';
import { earlyEnd, sidesIn } from './describe-run.js';
import type { Reporter, Write } from './reporter.js';

/** Longer texts are cut: a page of ten thousand cases still has to open. */
const MOST = { why: 200, reason: 2_000, side: 4_000, value: 2_000 };

/**
 * One page that opens offline: the cases stand in it as JSON, a line each, and are rendered when they are looked at. Its
 * policy lets it load nothing, and run and paint nothing but what it came with.
 */
export function html(write: Write): Reporter {
  const [css, js] = [asset('page.css'), asset('page.js')];
  return {
    launch: () => write(`${head(css, js)}<script type="application/json" id="cases">\n`),
    case: (outcome) => write(`${embedded(caseLine(outcome))}\n`),
    done: (summary) =>
      write(
        `</script>\n<script type="application/json" id="summary">${embedded(summary)}</script>\n<script>${js}</script>\n</body>\n</html>\n`,
      ),
  };
}

const asset = (name: string): string => packageFile(`assets/report/${name}`);

const hashed = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** No text in it can end the script element that it stands in. */
const embedded = (value: unknown): string => JSON.stringify(value).replaceAll('<', String.raw`\u003c`);

const head = (css: string, js: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; base-uri 'none'; form-action 'none'; style-src ${hashed(css)}; script-src ${hashed(js)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Rehearse report</title>
<style>${css}</style>
</head>
<body>
<header>
<h1>Rehearse report</h1>
<dl class="facts" id="facts"></dl>
<section id="metrics" hidden><h2>Metrics</h2></section>
<section id="faults" hidden><h2>Chaos</h2><dl class="facts" id="shares"></dl></section>
<section id="slowest" hidden><h2>Slowest cases</h2></section>
</header>
<main>
<div class="tools" role="search">
<input id="search" type="search" placeholder="Search graphs, cases and texts" aria-label="Search graphs, cases and texts" aria-keyshortcuts="/">
<select id="graph" aria-label="Graph"><option value="">all graphs</option></select>
<span id="verdicts" role="group" aria-label="Verdict"></span>
</div>
<p id="count" class="soft" role="status"></p>
<ul id="list"></ul>
<p id="end"><button type="button" id="more" hidden>Show more</button></p>
<noscript><p>The cases are shown by a script that stands in this file; scripts are off here.</p></noscript>
</main>
`;

function caseLine({ verdict, runs, passed, isFlaky }: CaseOutcome): object {
  const { loaded, vars } = runs[0].task;
  const shown = runs.find((run) => run.verdict === verdict) ?? runs[0];
  return {
    ...{
      graph: loaded.graph.name,
      file: loaded.file,
      case: nameOfCase(runs[0].task),
      verdict,
      passed,
      flaky: isFlaky,
    },
    why: verdict === 'passed' ? '' : cut(firstReason(shown), MOST.why),
    durationMs: Math.max(...runs.map((run) => run.durationMs ?? 0)),
    vars: textOf(vars, MOST.value),
    runs: runs.map(runLine),
  };
}

function runLine({ task, assertions, contracts, error, ended, divergence, ...run }: RunReport): object {
  const { verdict, digest, durationMs, costUsd, tokens, chaos, output } = run;
  const checks = [
    ...assertions.map(({ type, id, severity, metric, score, weight, ...one }) => ({
      ...{
        name: type,
        verdict: one.verdict,
        message: one.verdict === 'passed' ? '' : cut(one.reason, MOST.reason),
      },
      where: [id, severity, metric && `${metric} ${score.toFixed(2)}`, weight === 0 && 'not counted']
        .filter(Boolean)
        .join(', '),
      ...(one.verdict !== 'passed' && sides(one.evidence)),
    })),
    ...contracts.map(({ id, severity, seq, key, message, verdict: kept }) => ({
      ...{ name: `contract ${id}`, verdict: kept, message: cut(message ?? '', MOST.reason) },
      where: [severity, seq !== undefined && `seq ${seq}`, key].filter(Boolean).join(', '),
    })),
  ];
  return {
    ...{ repeat: task.repeat, seed: task.seed, verdict, digest, durationMs, costUsd, tokens, chaos, checks },
    output: output === null ? null : textOf(output, MOST.value),
    ...(error && { error: { code: error.code, message: cut(error.message, MOST.reason) } }),
    ...(ended && { ended: cut(earlyEnd(ended), MOST.reason) }),
    ...(divergence && {
      divergence: `seq ${divergence.seq ?? '-'}, key ${divergence.key}: ${divergence.message}`,
    }),
  };
}

function sides(evidence: Json | undefined): object {
  const found = sidesIn(evidence);
  if (!found) return {};
  return { expected: textOf(found.expected, MOST.side), actual: textOf(found.actual, MOST.side) };
}

const textOf = (value: Json, most: number): string =>
  cut(typeof value === 'string' ? value : JSON.stringify(value, null, 2), most);

const cut = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most)}… (${text.length - most} more characters)`;
