import type { JournalEvent } from '@rehearse/contracts';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../platform/errors/index.js';
import type { Principal } from '../../platform/http/index.js';
import { Lifecycle } from '../../platform/health/lifecycle.js';
import { Attendance, Authenticator } from '../access/index.js';
import { RunFeed } from './run-feed.js';
import { RunTail, type TailItem } from './run-tail.js';
import { RunsService } from './runs.service.js';

const HEARTBEAT_MS = 15_000;
const FRAME_MS = 20;

interface StreamRequest {
  runId: string;
  after: number | undefined;
  request: FastifyRequest;
  reply: FastifyReply;
}

/** Journals as server-sent events. */
@Injectable()
export class RunStreams {
  private readonly live = new Set<AbortController>();

  constructor(
    private readonly runs: RunsService,
    private readonly feed: RunFeed,
    private readonly authenticator: Authenticator,
    private readonly attendance: Attendance,
    lifecycle: Lifecycle,
  ) {
    // A viewer comes back with Last-Event-ID; a stream must not hold the end of the process up.
    lifecycle.onDrain(async () => this.live.forEach((stream) => stream.abort()));
  }

  /** Writes the journal behind a seq and what follows, until the last event; resolves when the stream has ended. */
  async open(principal: Principal, { runId, after, request, reply }: StreamRequest): Promise<void> {
    const run = await this.runs.find(principal.tenantId, runId);
    const afterSeq = startOf(request.headers['last-event-id']) ?? after ?? 0;
    const stop = new AbortController();
    const leave = this.attend(principal, { request, stop });
    this.live.add(stop);
    request.raw.on('close', () => stop.abort());
    reply.raw.on('close', () => stop.abort());
    try {
      const tail = new RunTail({
        ...{ runId: run.id, afterSeq, feed: this.feed, signal: stop.signal },
        read: (seq) => this.runs.tail(principal.tenantId, run.id, seq),
        heartbeatMs: HEARTBEAT_MS,
        frameMs: FRAME_MS,
      });
      reply.hijack();
      await pipe(tail.items(), { reply, signal: stop.signal });
    } finally {
      leave();
      this.live.delete(stop);
      reply.raw.end();
    }
  }

  /** A stream lives no longer than the proof of who asked for it. */
  private attend(
    principal: Principal,
    { request, stop }: { request: FastifyRequest; stop: AbortController },
  ): () => void {
    const credential = this.authenticator.fromHeader(request.headers.authorization) ?? '';
    return this.attendance.attend({ principal, credential, end: () => stop.abort() });
  }
}

function startOf(lastEventId: string | string[] | undefined): number | undefined {
  if (lastEventId === undefined || lastEventId === '') return undefined;
  if (typeof lastEventId === 'string' && /^\d{1,9}$/.test(lastEventId)) return Number(lastEventId);
  throw new AppError('request/invalid', 'Last-Event-ID is a seq: a whole number from 0.', {
    errors: [{ path: 'Last-Event-ID', message: 'must be a whole number from 0' }],
  });
}

async function pipe(
  items: AsyncIterable<TailItem>,
  { reply, signal }: { reply: FastifyReply; signal: AbortSignal },
): Promise<void> {
  reply.raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // Proxies of this family gather answers otherwise.
    'x-accel-buffering': 'no',
  });
  // The client learns at once that the stream stands.
  reply.raw.write(': open\n\n');
  for await (const item of items) {
    if (signal.aborted) return;
    if (!reply.raw.write(messageOf(item))) await drained(reply, signal);
  }
}

/** A slow reader is waited for: it reads the journal later, nothing piles up here. */
function drained(reply: FastifyReply, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    reply.raw.once('drain', resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function messageOf(item: TailItem): string {
  switch (item.kind) {
    case 'events':
      return item.events.map(eventMessage).join('');
    case 'token':
      return `event: token\ndata: ${JSON.stringify({ key: item.key, text: item.text })}\n\n`;
    case 'heartbeat':
      return `event: heartbeat\ndata: ${JSON.stringify({ at: new Date().toISOString() })}\n\n`;
    default:
      return item satisfies never;
  }
}

const eventMessage = (event: JournalEvent): string =>
  `id: ${event.seq}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
