import type { JournalEvent } from '@rehearse/contracts';
import { Injectable } from '@nestjs/common';
import { ATTRIBUTES, type OpenSpan, Tracing } from '../../platform/telemetry/index.js';

/** The span of one run; it grows with the journal. */
export interface RunSpan {
  saw(event: JournalEvent): void;
  /** Ends what is still open. */
  end(): void;
}

/** Journals told as spans: one of the run, below it one of each node. */
@Injectable()
export class RunSpans {
  constructor(private readonly tracing: Tracing) {}

  open({ runId, graph }: { runId: string; graph: string }): RunSpan {
    const attributes = {
      [ATTRIBUTES.operation]: 'invoke_workflow',
      [ATTRIBUTES.run]: runId,
      [ATTRIBUTES.graph]: graph,
    };
    const run = this.tracing.open({ name: `invoke_workflow ${graph}`, attributes });
    const nodes = new Map<string, OpenSpan>();
    const endNode = (key: string, outcome?: Parameters<OpenSpan['end']>[0]) => {
      nodes.get(key)?.end(outcome);
      nodes.delete(key);
    };
    return {
      saw: (event) => {
        const at = new Date(event.at);
        if (event.type === 'node.started') nodes.set(event.key, run.child(nodeSpan(event, at)));
        else if (event.type === 'node.finished') endNode(event.key, { endedAt: at });
        else if (event.type === 'node.errored') {
          const { code, message } = event.data.error;
          endNode(event.key, { endedAt: at, error: { type: code, message } });
        }
      },
      end: () => {
        for (const key of [...nodes.keys()]) endNode(key);
        run.end();
      },
    };
  }
}

/** What the conventions call a node's work, where they have a word for it. */
const OPERATIONS: Readonly<Record<string, string>> = {
  llm: 'chat',
  agent: 'invoke_agent',
  tool: 'execute_tool',
};

function nodeSpan({ key, data }: JournalEvent<'node.started'>, startedAt: Date) {
  const operation = OPERATIONS[data.type];
  return {
    name: `${operation ?? data.type} ${key}`,
    attributes: { ...(operation ? { [ATTRIBUTES.operation]: operation } : {}), [ATTRIBUTES.node]: key },
    startedAt,
  };
}
