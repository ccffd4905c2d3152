import type { Target } from '@rehearse/contracts';
import type { CompiledMockRule, CompiledRoute, ModelSeat } from '../model.js';
import { checkAddress, isSecretReference } from './calls.js';
import type { Compilation } from './compilation.js';
import { saidRetry, saidTimeout } from './retry.js';
import { conditionAt, templateValueAt } from './text.js';

/** The routes of a document, whole or not; the nodes refer to them. */
export function compileRoutes(c: Compilation): ReadonlyMap<string, CompiledRoute> {
  const routes = new Map<string, CompiledRoute>();
  for (const [name, spec] of Object.entries(c.document.providers ?? {})) {
    for (const [index, target] of spec.targets.entries()) {
      if (target.provider !== 'mock') checkTarget(c, { route: name, index, target });
      else if (c.checkName('mocks', target.script, c.located.place(target, 'script')))
        c.used.mocks.add(target.script);
    }
    routes.set(name, { name, spec });
  }
  return routes;
}

/** Whoever asks through a route without being a node. */
export const seatsOf = (routes: ReadonlyMap<string, CompiledRoute>): ReadonlyMap<string, ModelSeat> =>
  new Map(
    [...routes].map(([name, route]) => [
      name,
      {
        ...{ route, tools: [], params: route.spec.params ?? {} },
        retry: saidRetry(route.spec.retry),
        timeoutMs: saidTimeout(route.spec.timeout),
      },
    ]),
  );

type LiveTarget = Exclude<Target, { provider: 'mock' }>;

/** What a target of a provider cannot do without; any one of each. */
const NEEDED: Readonly<Record<LiveTarget['provider'], readonly (readonly (keyof LiveTarget)[])[]>> = {
  openai: [['model']],
  anthropic: [['model']],
  azure: [['deployment', 'model']],
  'openai-compatible': [['model'], ['baseUrl']],
};

function checkTarget(
  c: Compilation,
  { route, index, target }: { route: string; index: number; target: LiveTarget },
): void {
  checkKey(c, target);
  if (target.baseUrl !== undefined) checkAddress(c, target, 'baseUrl');
  if (c.isDamaged(['providers', route, 'targets', index])) return;
  for (const keys of NEEDED[target.provider]) {
    if (keys.some((key) => target[key] !== undefined)) continue;
    const message = `a target of ${target.provider} needs ${keys.map((key) => `\`${key}\``).join(' or ')}`;
    c.report(target, 'provider', { code: 'graph/missing-key', message, suggestion: `add \`${keys[0]}\`` });
  }
}

function checkKey(c: Compilation, target: LiveTarget): void {
  if (target.apiKey === undefined || isSecretReference(target.apiKey)) return;
  c.report(target, 'apiKey', {
    code: 'graph/secret-in-document',
    message: 'a key does not belong into a graph: whoever reads the graph could use it',
    suggestion: 'name a secret: ${secret:name}',
  });
}

/** The mock scripts of a document. */
export function compileMocks(c: Compilation): ReadonlyMap<string, readonly CompiledMockRule[]> {
  const scripts = new Map<string, readonly CompiledMockRule[]>();
  for (const [name, rules] of Object.entries(c.document.mocks ?? {})) {
    checkReachable(c, rules);
    scripts.set(
      name,
      rules.map((spec) => compileRule(c, spec)),
    );
  }
  return scripts;
}

function compileRule(c: Compilation, spec: CompiledMockRule['spec']): CompiledMockRule {
  const when = spec.when === undefined ? undefined : conditionAt(c, [spec, 'when'], { scope: 'mock' });
  const reply = spec.reply === undefined ? undefined : templateValueAt(c, [spec, 'reply'], { scope: 'mock' });
  return { spec, ...(when && { when }), ...(reply && { reply }) };
}

/** The first rule that holds answers, so what stands behind a rule that always holds never does. */
export function checkReachable(c: Compilation, rules: readonly { when?: string | undefined }[]): void {
  const always = rules.findIndex(({ when }) => when === undefined || when.trim() === 'true');
  if (always < 0 || always === rules.length - 1) return;
  c.report(rules, always + 1, {
    code: 'graph/unreachable',
    severity: 'warning',
    message: 'this rule never answers: the one before it always holds',
    suggestion: 'move the rule without `when` to the end',
  });
}
