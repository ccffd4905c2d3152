import { z } from 'zod';
import { ExperimentSummary, ExperimentView } from './experiments.js';
import { Assertions } from './format/assertions.js';
import { InlinePersona } from './format/persona.js';
import { AgentHttp } from './format/nodes.js';
import { ModelParams, Target } from './format/providers.js';
import { Name } from './format/scalars.js';
import { RunVerdict } from './journal.js';
import { page } from './paging.js';
import { RunStatus, RunSummary } from './runs.js';

const OfGraph = z.strictObject({
  graph: z.string().describe('A name, an id, or `name@version`.'),
  node: Name.optional().describe(
    'Its conversation, or the agent that is talked with; default: the only one.',
  ),
});
const checks = Assertions.optional().describe('Of each conversation; without any it is inconclusive.');
const OfModel = z.strictObject({
  model: Target.describe('As a target of a route.'),
  system: z.string().min(1).max(100_000).describe('What the agent is told.'),
  params: ModelParams.optional(),
  assert: checks,
});
const OfHttp = z.strictObject({ http: AgentHttp.describe('An agent behind an address.'), assert: checks });

export const SimulationAgent = z.union([OfGraph, OfModel, OfHttp]).meta({ id: 'SimulationAgent' });
export type SimulationAgent = z.infer<typeof SimulationAgent>;

export const MAX_SIMULATED = 100;

export const CreateSimulationRequest = z
  .strictObject({
    agent: SimulationAgent,
    personas: z
      .array(z.union([z.string().trim().min(1).max(10_000), InlinePersona]))
      .min(1)
      .max(MAX_SIMULATED)
      .describe('The name of a persona; text that is no name is the goal of one; or a persona written out.'),
    simulator: z
      .union([Name, Target])
      .optional()
      .describe('Who speaks for the personas: a route of the graph, or a target beside an agent given here.'),
    n: z.int().min(1).max(MAX_SIMULATED).default(1).describe('Conversations with each persona.'),
    concurrency: z
      .int()
      .min(1)
      .max(64)
      .optional()
      .describe('How many go on at once, as far as the tenant may; default 8.'),
    maxTurns: z.int().min(1).max(1_000).optional(),
    cases: z.array(z.string()).min(1).optional().describe('Of the graph; default: all that it has.'),
    label: z.string().max(200).optional(),
    seed: z.int().min(0).max(0xffff_ffff).optional(),
    live: z.boolean().optional(),
    offline: z.boolean().optional(),
  })
  .meta({ id: 'CreateSimulationRequest' });
export type CreateSimulationRequest = z.infer<typeof CreateSimulationRequest>;

export const SimulatedPersona = z
  .object({
    name: z.string().describe('`persona-2` where the second one was given without a name.'),
    goal: z.string(),
    source: z.enum(['library', 'own', 'given']),
    passed: z.int(),
    scored: z.int().describe('Passed or failed.'),
    total: z.int(),
    runs: z
      .array(
        z.object({
          id: z.string(),
          caseId: z.string().nullable(),
          repeat: z.int(),
          status: RunStatus,
          verdict: RunVerdict.nullable(),
          durationMs: z.number().nullable(),
        }),
      )
      .describe('In a list of simulations the first 20.'),
  })
  .meta({ id: 'SimulatedPersona' });
export type SimulatedPersona = z.infer<typeof SimulatedPersona>;

/** An experiment whose runs are conversations of personas with an agent; its id is that of the experiment. */
export const SimulationView = ExperimentSummary.extend({
  node: z.string().describe('The conversation in the graph.'),
  agent: z.enum(['graph', 'model', 'http']).describe('How the agent was given.'),
  n: z.int(),
  personas: z.array(SimulatedPersona).describe('As they were given.'),
}).meta({ id: 'SimulationView' });
export type SimulationView = z.infer<typeof SimulationView>;

export const SimulationPage = page(SimulationView).meta({ id: 'SimulationPage' });
export type SimulationPage = z.infer<typeof SimulationPage>;

export const SimulationAnswer = z
  .object({
    simulation: SimulationView,
    experiment: ExperimentView,
    runs: z.array(RunSummary).describe('At most 200, newest first.'),
  })
  .meta({ id: 'SimulationAnswer' });
export type SimulationAnswer = z.infer<typeof SimulationAnswer>;
