import { z } from 'zod';
import { Assertions } from './assertions.js';
import { API_VERSION, Budget, Repeat } from './graph-document.js';
import { Route } from './providers.js';
import { Name, Slug } from './scalars.js';
import { ChaosRule, ContractSpec } from './trajectory.js';

/** What a suite gives each of its graphs. What a graph says itself wins; lists are joined, the graph's own first. */
export const SuiteSettings = z.strictObject({
  labels: z.record(z.string(), z.string()).optional(),
  providers: z.record(Name, Route).optional(),
  vars: z.record(Name, z.json()).optional().describe('Under the vars of each case.'),
  assert: Assertions.optional(),
  contracts: z.array(ContractSpec).max(1_000).optional(),
  repeat: Repeat.optional(),
  chaos: z.record(z.string(), z.array(ChaosRule)).optional(),
  budget: Budget.optional(),
});
export type SuiteSettings = z.infer<typeof SuiteSettings>;

/** Several graphs with shared settings. */
export const SuiteDocument = z
  .strictObject({
    apiVersion: z.literal(API_VERSION),
    kind: z.literal('Suite'),
    name: Slug,
    description: z.string().optional(),
    graphs: z
      .array(z.string().min(1))
      .min(1)
      .max(1_000)
      .describe('Paths from here, or names of graphs beside it.'),
    ...SuiteSettings.shape,
  })
  .meta({ id: 'Suite', title: 'Rehearse suite' });
export type SuiteDocument = z.infer<typeof SuiteDocument>;
