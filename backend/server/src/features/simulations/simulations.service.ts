import {
  type CreateExperimentRequest,
  type CreateSimulationRequest,
  DEFAULT_PAGE,
  type Json,
  type PageQuery,
  type SimulationAnswer,
  type SimulationView,
} from '@rehearse/contracts';
import { Injectable } from '@nestjs/common';
import { AppError } from '../../platform/errors/index.js';
import { CURSOR_ID, CURSOR_INSTANT, decodeCursor, pageOf } from '../../platform/http/cursor.js';
import type { Principal } from '../../platform/http/index.js';
import { type ExperimentRecord, ExperimentsService } from '../experiments/index.js';
import { GraphsService, PersonasService } from '../graphs/index.js';
import { RunsService } from '../runs/index.js';
import { type GivenAgent, graphOfAgent, nodeFor, withConversation } from './simulated-agent.js';
import { type Simulated, simulatedPersonas } from './simulated-personas.js';
import { personaPath, simulationIn, type SimulationParams, simulationView } from './simulation-views.js';
import { SimulationsRepository } from './simulations.repository.js';

const MOST_RUNS = 200;
const MOST_RUNS_IN_A_LIST = 20;

/** The graph that a simulation runs, and the conversation in it. */
interface Stage {
  /** `name@version` */
  graph: string;
  node: string;
  agent: SimulationView['agent'];
  personas: Simulated[];
  /** What stands in the conversation in place of what the graph says, by its path. */
  settings: { [path: string]: Json };
}

/** Personas talk with an agent: an experiment whose matrix they are. */
@Injectable()
export class SimulationsService {
  constructor(
    private readonly simulations: SimulationsRepository,
    private readonly experiments: ExperimentsService,
    private readonly graphs: GraphsService,
    private readonly personas: PersonasService,
    private readonly runs: RunsService,
  ) {}

  async start(principal: Principal, request: CreateSimulationRequest): Promise<SimulationAnswer> {
    const { graph, node, agent, personas, settings } = await this.stage(principal, request);
    const { n } = request;
    const params: SimulationParams = { node, agent, n, personas };
    const values = Object.fromEntries(Object.entries(settings).map(([path, value]) => [path, [value]]));
    const matrix = { ...values, [personaPath(node)]: personas.map(({ value }) => value) };
    const [experiment] = await this.experiments
      .create(
        principal,
        { ...settingsOf(request), graph, repeat: n, matrix },
        { simulation: params as unknown as Json },
      )
      .catch(asBadAgent);
    const { items } = await this.runs.list(principal, { experiment: experiment!.id, limit: MOST_RUNS });
    const simulation = await this.get(principal, experiment!.id);
    return { simulation, experiment: experiment!, runs: items };
  }

  async get({ tenantId }: Principal, id: string): Promise<SimulationView> {
    const record = await this.experiments.find(tenantId, id).catch(nullIfMissing);
    if (!record || !simulationIn(record))
      throw new AppError('simulation/not-found', 'No simulation has this id.');
    return this.view(tenantId, record, Infinity);
  }

  async list({ tenantId }: Principal, { limit = DEFAULT_PAGE, cursor }: PageQuery) {
    const [createdAt, id] = cursor === undefined ? [] : decodeCursor(cursor, [CURSOR_INSTANT, CURSOR_ID]);
    const after = createdAt !== undefined && id !== undefined ? { createdAt, id } : undefined;
    const places = await this.simulations.list(tenantId, { after, limit });
    const { items, nextCursor } = pageOf(places, { limit, cursor: (last) => [last.createdAt, last.id] });
    const views: SimulationView[] = [];
    for (const place of items)
      views.push(
        await this.view(tenantId, await this.experiments.find(tenantId, place.id), MOST_RUNS_IN_A_LIST),
      );
    return { items: views, nextCursor };
  }

  private async view(tenantId: string, record: ExperimentRecord, mostRuns: number): Promise<SimulationView> {
    const { runs } = await this.experiments.runsOf(tenantId, record);
    return simulationView(record, { params: simulationIn(record)!, runs, mostRuns });
  }

  private async stage(principal: Principal, request: CreateSimulationRequest): Promise<Stage> {
    const { agent, maxTurns } = request;
    const stage =
      'graph' in agent
        ? await this.ofGraph(principal, { ...request, agent })
        : await this.ofAgent(principal, { ...request, agent });
    if (maxTurns !== undefined) stage.settings[`nodes.${stage.node}.maxTurns`] = maxTurns;
    return stage;
  }

  /** The graph itself where it has a conversation, else one with a conversation around its agent. */
  private async ofGraph(
    principal: Principal,
    { agent, simulator, personas: given }: Of<{ graph: string }>,
  ): Promise<Stage> {
    const { tenantId } = principal;
    const { graph, version } = await this.graphs.executable(tenantId, agent.graph);
    if (typeof simulator === 'object') throw routeNeeded();
    const { id, isAgent } = nodeFor(graph, agent.node);
    const own = await this.personas.own(tenantId);
    const personas = simulatedPersonas(given, { beside: graph.enclosures.personas ?? {}, own });
    const made = isAgent ? withConversation(graph, { agent: id, simulator }) : { graph, node: id };
    const kept = isAgent ? (await this.graphs.keep(principal, made.graph)).version : version;
    const settings: Stage['settings'] =
      simulator === undefined || isAgent ? {} : { [`nodes.${id}.provider`]: simulator };
    return { ...placeOf(kept), node: made.node, agent: 'graph', personas, settings };
  }

  private async ofAgent(
    principal: Principal,
    { agent, simulator, personas: given }: Of<GivenAgent>,
  ): Promise<Stage> {
    const personas = simulatedPersonas(given, {
      beside: {},
      own: await this.personas.own(principal.tenantId),
    });
    const { graph, node } = graphOfAgent(agent, simulator);
    const { version } = await this.graphs.keep(principal, graph);
    const kind = 'model' in agent ? 'model' : 'http';
    return { ...placeOf(version), node, agent: kind, personas, settings: {} };
  }
}

type Of<Agent> = Omit<CreateSimulationRequest, 'agent'> & {
  agent: Extract<CreateSimulationRequest['agent'], Agent>;
};

const placeOf = ({ name, version }: { name: string; version: number }) => ({ graph: `${name}@${version}` });

const settingsOf = ({
  concurrency,
  cases,
  label,
  seed,
  live,
  offline,
}: CreateSimulationRequest): CreateExperimentRequest => ({
  ...(concurrency !== undefined && { concurrency }),
  ...(cases && { cases }),
  ...(label !== undefined && { label }),
  ...(seed !== undefined && { seed }),
  ...(live !== undefined && { live }),
  ...(offline !== undefined && { offline }),
});

const routeNeeded = (): AppError =>
  new AppError('simulation/bad-agent', 'simulator: of a graph it is the name of one of its routes.', {
    errors: [{ path: 'simulator', message: 'name a route of the graph' }],
  });

/** What does not fit the graph stands in a matrix that nobody but us has written. */
function asBadAgent(error: unknown): never {
  if (!(error instanceof AppError) || error.code !== 'experiment/invalid-matrix') throw error;
  throw new AppError('simulation/bad-agent', error.detail, { errors: error.errors });
}

function nullIfMissing(error: unknown): null {
  if (error instanceof AppError && error.code === 'experiment/not-found') return null;
  throw error;
}
