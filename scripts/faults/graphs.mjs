// The graphs of the scenarios, and how runs of them are begun.
const head = (name) => `apiVersion: rehearse/v1\nkind: Graph\nname: ${name}\n`;
const MOCK = (latency) =>
  `providers: {main: {targets: [{provider: mock, script: main}]}}
mocks: {main: [{reply: {content: 'It is done.'}, latency: ${latency}}]}
`;
const JUDGED = 'assert: [{type: contains, value: done}]\n';

const row = (steps, from = 1) =>
  Array.from({ length: steps }, (_, i) => {
    const needs = i === 0 ? '' : `, needs: [s${from + i - 1}]`;
    return `  s${from + i}: {type: llm, prompt: 'Step ${from + i} for {{ inputs.who }}'${needs}}\n`;
  }).join('');

/** So many model calls in a row, each of which takes its time. */
export const steps = ({ name = 'steps', count = 10, latency = '100ms' } = {}) =>
  `${head(name)}${MOCK(latency)}nodes:\n${row(count)}${JUDGED}`;

/** Calls a tool with a side effect between model calls, and one without. */
export const pays = ({ url, latency = '100ms' }) =>
  `${head('pays')}${MOCK(latency)}tools:
  look: {http: {url: "${url}/look"}}
  pay: {sideEffect: true, http: {method: POST, url: "${url}/pay", json: {who: '{{ inputs.who }}'}}}
nodes:
${row(3)}  look: {type: tool, tool: look, needs: [s3]}
  pay: {type: tool, tool: pay, needs: [look]}
  s9: {type: llm, prompt: 'After {{ nodes.pay.output }}', needs: [pay]}
${JUDGED}`;

/** Waits for time between two model calls. */
export const timer = ({ wait }) =>
  `${head('timer')}${MOCK('10ms')}nodes:
  s1: {type: llm, prompt: before}
  rest: {type: wait, for: ${wait}, needs: [s1]}
  s2: {type: llm, prompt: after, needs: [rest]}
${JUDGED}`;

/** Waits for a person, for as long as it takes. */
export const review = () => `${head('review')}nodes: {review: {type: human, prompt: Sure?}}
assert: [{type: cel, value: 'output != null'}]
`;

/** Two calls in a row of a model that speaks as OpenAI's does. */
export const asks = ({ count = 2 } = {}) =>
  `${head('asks')}providers: {main: {targets: [{provider: openai, model: gpt-5-mini}]}}
nodes:
${row(count)}${JUDGED}`;

export async function upload(client, source) {
  const answer = await client.post('/api/v1/graphs/upload', source, { 'content-type': 'application/yaml' });
  if (answer.status >= 300) throw new Error(JSON.stringify(answer.body));
}

/** A run that is begun; its `202` was seen. */
export async function begin(client, graph, { who = 'you', headers = {} } = {}) {
  const answer = await client.post(`/api/v1/runs/${graph}/execute/async`, { vars: { who } }, headers);
  if (answer.status !== 202) throw new Error(`HTTP ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body.run;
}

export const beginMany = (client, graph, count, asked = () => ({})) =>
  inParts(count, 16, (index) => begin(client, graph, asked(index)));

/** A run from its begin to its end, which nothing disturbs: what the others are compared with. */
export async function inPeace(client, graph) {
  const answer = await client.post(`/api/v1/runs/${graph}/execute`, { vars: { who: 'you' }, wait: 600_000 });
  const { run } = answer.body;
  if (run?.verdict !== 'passed')
    throw new Error(`the undisturbed run: ${JSON.stringify(answer.body).slice(0, 500)}`);
  return { digest: run.digest, verdictDigest: run.verdictDigest };
}

/** Answers of `work`, at most so many under way at once. */
export async function inParts(count, atOnce, work) {
  const answers = [];
  let next = 0;
  const one = async () => {
    while (next < count) {
      const index = next++;
      answers[index] = await work(index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(count, atOnce) }, one));
  return answers;
}

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Resolves with what it answers as soon as that is something. */
export async function until(ask, { everyMs = 20, limitMs = 120_000, what = 'it' } = {}) {
  const limit = performance.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (performance.now() > limit) throw new Error(`${what} did not come about in ${limitMs} ms`);
    await pause(everyMs);
  }
}

/** The status of `/ready`; 0 when nobody answers. */
export const readyOf = async (url) => (await fetch(`${url}/ready`).catch(() => ({ status: 0 }))).status;

/** The value that this share of the values does not exceed. */
export function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
