// The page of `rehearse run --reporter html`. It stands inside the file that it shows, and asks nothing of any network.

const VERDICTS = ['passed', 'failed', 'errored', 'inconclusive'];
const ICONS = { passed: '✓', failed: '✗', errored: '!', inconclusive: '?' };
const PAGE = 200;

const find = (id) => document.getElementById(id);
const summary = JSON.parse(find('summary').textContent);
const cases = find('cases')
  .textContent.split('\n')
  .filter((line) => line !== '')
  .map((line) => {
    const one = JSON.parse(line);
    return { ...one, text: `${one.graph} ${one.case ?? ''} ${one.why} ${line}`.toLowerCase() };
  });

/** An element with text and elements in it. Text is never markup. */
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const number = (value) => value.toLocaleString('en-US');
const dollars = (usd) => `$${usd === 0 || usd >= 1 ? usd.toFixed(2) : usd.toFixed(4)}`;
const time = (ms) => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);

const percent = (share) => `${Math.round(share * 100)} %`;

function showSummary() {
  const {
    cases: counts,
    runs,
    flaky,
    tokens,
    costUsd,
    unpriced,
    durationMs,
    metrics,
    chaos,
    slowest,
  } = summary;
  const facts = [
    ...VERDICTS.filter((verdict) => counts[verdict] > 0).map((verdict) => [
      verdict,
      number(counts[verdict]),
      verdict,
    ]),
    ...(flaky > 0 ? [['flaky', number(flaky)]] : []),
    ['runs', number(VERDICTS.reduce((sum, verdict) => sum + runs[verdict], 0))],
    ['tokens', number(tokens)],
    [
      'cost',
      unpriced === 0 ? dollars(costUsd) : `${costUsd === 0 ? '' : `${dollars(costUsd)} + `}unknown price`,
    ],
    ['time', time(durationMs)],
  ];
  find('facts').append(
    ...facts.map(([name, value, style]) =>
      make('div', null, make('dt', null, name), make('dd', style ? { class: style } : null, value)),
    ),
  );
  showTable(
    'metrics',
    ['graph', 'metric', 'mean', 'runs'],
    metrics.map((one) => [one.graph, one.metric, one.mean.toFixed(3), number(one.runs)]),
  );
  if (chaos) showChaos(chaos);
  showTable(
    'slowest',
    ['graph', 'case', 'time'],
    slowest.map((one) => [one.graph, one.caseId ?? 'run', time(one.durationMs)]),
  );
}

function showChaos({ cells, passedUnderChaos, passedClean, degradation }) {
  showTable(
    'faults',
    ['node', 'fault', 'injected', 'recovered', 'rate', 'nothing to change'],
    cells.map((one) => [
      one.node,
      one.fault,
      number(one.injected),
      number(one.recovered),
      one.injected === 0 ? '' : percent(one.recovered / one.injected),
      number(one.unharmed),
    ]),
  );
  const shares = [
    ['pass under chaos', passedUnderChaos],
    ['pass without', passedClean],
    ['left', degradation],
  ].filter(([, share]) => share !== null);
  find('faults').hidden = false;
  find('shares').append(
    ...shares.map(([name, share]) =>
      make('div', null, make('dt', null, name), make('dd', null, percent(share))),
    ),
  );
}

function showTable(id, head, rows) {
  if (rows.length === 0) return;
  const isNumber = head.map((_, index) => rows.every((row) => /^[\d.,]+( m?s)?$/.test(row[index])));
  const line = (tag, cells) =>
    make(
      'tr',
      null,
      ...cells.map((cell, index) => make(tag, isNumber[index] ? { class: 'number' } : null, cell)),
    );
  find(id).hidden = false;
  find(id).append(
    make(
      'div',
      { class: 'scroll' },
      make(
        'table',
        null,
        make('thead', null, line('th', head)),
        make('tbody', null, ...rows.map((row) => line('td', row))),
      ),
    ),
  );
}

const chosen = { verdict: 'all', graph: '', words: [] };
let shown = [];
let rendered = 0;

const fits = (one) =>
  (chosen.verdict === 'all' || (chosen.verdict === 'flaky' ? one.flaky : one.verdict === chosen.verdict)) &&
  (chosen.graph === '' || one.graph === chosen.graph) &&
  chosen.words.every((word) => one.text.includes(word));

function showList() {
  shown = cases.filter(fits);
  rendered = 0;
  find('list').replaceChildren();
  find('count').textContent = `${number(shown.length)} of ${number(cases.length)} cases`;
  showMore();
}

function showMore() {
  const next = shown.slice(rendered, rendered + PAGE);
  rendered += next.length;
  find('list').append(...next.map(rowOf));
  find('more').hidden = rendered >= shown.length;
}

function rowOf(one) {
  const facts = [
    one.runs.length > 1 ? `${one.passed} of ${one.runs.length} passed` : '',
    one.flaky ? 'flaky' : '',
    time(one.durationMs),
  ];
  const head = make(
    'summary',
    null,
    make('span', { class: one.verdict, 'aria-hidden': 'true' }, ICONS[one.verdict]),
    make(
      'span',
      { class: 'name' },
      make('span', { class: 'soft' }, `${one.graph} `),
      one.case ?? 'run',
      make('span', { class: one.verdict }, ` ${one.verdict}`),
    ),
    make('span', { class: 'soft' }, facts.filter(Boolean).join(', ')),
    one.why ? make('span', { class: 'why soft' }, one.why) : null,
  );
  const details = make('details', null, head);
  details.addEventListener('toggle', () => {
    if (details.open && details.childElementCount === 1) details.append(bodyOf(one));
  });
  return make('li', null, details);
}

function bodyOf(one) {
  const body = make('div', { class: 'body' }, make('p', { class: 'soft' }, one.file));
  if (one.vars !== '{}') body.append(make('h3', null, 'Vars'), make('pre', null, one.vars));
  for (const run of one.runs) body.append(...runOf(run, one.runs.length > 1));
  return body;
}

function runOf(run, isOneOfSeveral) {
  const facts = [
    `seed ${run.seed}`,
    `${number(run.tokens)} tokens`,
    run.costUsd === null ? 'unknown price' : dollars(run.costUsd),
    run.durationMs === null ? '' : time(run.durationMs),
    run.chaos ? `chaos ${run.chaos}` : '',
  ];
  return [
    isOneOfSeveral
      ? make('h3', null, `Repeat ${run.repeat} `, make('span', { class: run.verdict }, run.verdict))
      : null,
    make(
      'p',
      { class: 'soft' },
      facts.filter(Boolean).join(', '),
      make('br'),
      make('code', null, run.digest ?? ''),
    ),
    run.error ? make('p', { class: 'errored' }, `${run.error.code}: ${run.error.message}`) : null,
    run.ended ? make('p', { class: 'errored' }, run.ended) : null,
    run.divergence ? make('p', { class: 'errored' }, run.divergence) : null,
    ...run.checks.map(checkOf),
    run.output === null ? null : make('h3', null, 'Output'),
    run.output === null ? null : make('pre', null, run.output),
  ].filter((part) => part !== null);
}

function checkOf({ name, where, verdict, message, expected, actual }) {
  const check = make(
    'div',
    { class: 'check' },
    make('span', { class: verdict }, `${ICONS[verdict]} ${name}`),
    make('span', { class: 'soft' }, `  ${where}`),
    message ? make('p', null, message) : null,
  );
  const side = (title, text) =>
    make('div', null, make('div', { class: 'soft' }, title), make('pre', null, text));
  if (expected !== undefined)
    check.append(make('div', { class: 'sides' }, side('expected', expected), side('actual', actual)));
  return check;
}

function showFilters() {
  const counts = { all: cases.length, flaky: cases.filter(({ flaky }) => flaky).length };
  for (const verdict of VERDICTS) counts[verdict] = cases.filter((one) => one.verdict === verdict).length;
  const names = ['all', ...VERDICTS, 'flaky'].filter((name) => name === 'all' || counts[name] > 0);
  const buttons = names.map((name) =>
    make('button', { type: 'button', 'data-verdict': name }, `${name} ${number(counts[name])}`),
  );
  const press = (name) => {
    chosen.verdict = name;
    for (const button of buttons)
      button.setAttribute('aria-pressed', String(button.dataset.verdict === name));
    showList();
  };
  for (const button of buttons) button.addEventListener('click', () => press(button.dataset.verdict));
  find('verdicts').append(...buttons);
  const graphs = [...new Set(cases.map(({ graph }) => graph))];
  find('graph').append(...graphs.map((graph) => make('option', { value: graph }, graph)));
  find('graph').hidden = graphs.length < 2;
  // What went wrong is what people came for.
  press(counts.failed > 0 ? 'failed' : counts.errored > 0 ? 'errored' : 'all');
}

function listen() {
  let waiting;
  find('search').addEventListener('input', ({ target }) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      chosen.words = target.value.toLowerCase().split(/\s+/).filter(Boolean);
      showList();
    }, 120);
  });
  find('graph').addEventListener('change', ({ target }) => {
    chosen.graph = target.value;
    showList();
  });
  find('more').addEventListener('click', showMore);
  new IntersectionObserver(
    (entries) =>
      entries.some(({ isIntersecting }) => isIntersecting) && rendered < shown.length && showMore(),
    { rootMargin: '600px' },
  ).observe(find('end'));
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.target.closest('input, select, textarea')) return;
    event.preventDefault();
    find('search').focus();
  });
}

showSummary();
showFilters();
listen();
