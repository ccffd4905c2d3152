import type { Route, Target } from '@rehearse/contracts';
import type { CompiledMockRule, CompiledRoute, ModelSeat } from '../model.js';
import type { Compilation } from './compilation.js';
import { MODEL_ATTEMPTS, retryPolicy, timeoutOf } from './retry.js';
import { conditionAt, templateValueAt } from './text.js';

const SECRET = /^\$\{secret:[A-Za-z_][A-Za-z0-9_.-]*\}$/;

/** The routes of a document, whole or not; the nodes refer to them. */
export function compileRoutes(c: Compilation): ReadonlyMap<string, CompiledRoute> {
  const routes = new Map<string, CompiledRoute>();
  for (const [name, spec] of Object.entries(c.document.providers ?? {})) {
    checkStrategy(c, spec);
    checkTargets(c, { name, spec });
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
        retry: retryPolicy(MODEL_ATTEMPTS, route.spec.retry),
        timeoutMs: timeoutOf(route.spec.timeout),
      },
    ]),
  );

function checkStrategy(c: Compilation, route: Route): void {
  if (route.strategy === undefined || route.strategy === 'fallback') return;
  const message = `the strategy ${route.strategy} does not run yet`;
  c.refuse(route, 'strategy', message, 'use fallback: the targets are tried in their order');
}

function checkTargets(c: Compilation, { name, spec }: CompiledRoute): void {
  const { targets } = spec;
  for (const target of targets) {
    if (target.provider !== 'mock') checkSecret(c, target);
    else if (c.checkName('mocks', target.script, c.located.place(target, 'script')))
      c.used.mocks.add(target.script);
  }
  const live = targets.filter(({ provider }) => provider !== 'mock');
  const isRunnable = live.length < targets.length || c.isDamaged(['providers', name]);
  for (const target of live) {
    const message = `calls to ${target.provider} do not leave yet`;
    if (isRunnable) c.postpone(target, 'provider', `${message}; this target is passed over`);
    else
      c.refuse(
        target,
        'provider',
        message,
        'add a mock target: {provider: mock, script: <a key of `mocks`>}',
      );
  }
}

function checkSecret(c: Compilation, target: Exclude<Target, { provider: 'mock' }>): void {
  if (target.apiKey === undefined || SECRET.test(target.apiKey)) return;
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
