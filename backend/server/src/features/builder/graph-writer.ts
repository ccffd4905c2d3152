import { randomUUID } from 'node:crypto';
import { nodePorts } from '@rehearse/adapters';
import type { GenerateAnswer, Target } from '@rehearse/contracts';
import { executeRun, graphFromAnswer, isValid, WRITER, writerGraph } from '@rehearse/engine';
import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../platform/config/index.js';
import { CONFIG } from '../../platform/config/token.js';
import { AppError } from '../../platform/errors/index.js';
import { callSettings } from '../runs/index.js';

/** Who writes when only the provider is named. */
const MODELS = { openai: 'gpt-5-mini', anthropic: 'claude-sonnet-4-5' } as const;

interface Wanted {
  text: string;
  provider: string;
}

/** Has a model write a graph. Nothing is stored; what it wrote is checked as an upload would be, and mended once. */
@Injectable()
export class GraphWriter {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  async write({ text, provider }: Wanted): Promise<GenerateAnswer> {
    const target = this.targetOf(provider);
    const first = graphFromAnswer(await this.ask({ text, target }));
    if (isValid(first)) return first;
    const second = graphFromAnswer(await this.ask({ text, target, refused: first }));
    return isValid(second) ? second : first;
  }

  private targetOf(provider: string): LiveTarget {
    const { openaiApiKey, anthropicApiKey } = this.config;
    const keys: Record<keyof typeof MODELS, string | undefined> = {
      openai: openaiApiKey,
      anthropic: anthropicApiKey,
    };
    const known = Object.keys(MODELS).find((one): one is keyof typeof MODELS => one === provider);
    if (known && keys[known] !== undefined) return { provider: known, model: MODELS[known] };
    const detail = known
      ? `${known} has no key here`
      : `There is no provider ${provider}, but mock, ${Object.keys(MODELS).join(', ')}`;
    throw new AppError('builder/no-provider', `${detail}; leave \`provider\` out to get a template.`);
  }

  private async ask(asked: Parameters<typeof writerGraph>[0]): Promise<string> {
    const graph = writerGraph(asked);
    const place = { graph, runId: randomUUID(), seed: 1 };
    const ports = nodePorts({ ...place, settings: callSettings(this.config) });
    const { events } = await executeRun({ ...place, vars: {}, ports });
    const written = events.find((event) => event.type === 'node.finished' && event.key === WRITER);
    if (written?.type === 'node.finished') return written.data.text;
    const failed = events.findLast((event) => event.type === 'node.errored');
    const why = failed?.type === 'node.errored' ? failed.data.error.message : 'it gave no answer';
    throw new AppError('builder/provider-failed', `The model could not be asked: ${why}`);
  }
}

type LiveTarget = Exclude<Target, { provider: 'mock' }>;
