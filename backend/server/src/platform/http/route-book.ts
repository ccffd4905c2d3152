import { Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';

interface Entry {
  pattern: RegExp;
  methods: Set<string>;
}

/** Every route of the server, written down as it is registered: for 405, for plain paths, for tests. */
@Injectable()
export class RouteBook {
  private readonly entries = new Map<string, Entry>();

  watch(server: FastifyInstance): void {
    server.addHook('onRoute', ({ method, url }) => {
      for (const one of [method].flat()) this.add(one, url);
    });
  }

  methodsOf(path: string): string[] {
    const methods = new Set<string>();
    for (const entry of this.entries.values())
      if (entry.pattern.test(path)) for (const method of entry.methods) methods.add(method);
    methods.delete('OPTIONS');
    return [...methods].sort();
  }

  /** Every route by its pattern, in no order. */
  all(): { method: string; path: string }[] {
    return [...this.entries].flatMap(([path, { methods }]) =>
      [...methods].map((method) => ({ method, path })),
    );
  }

  /** The first path segments below a prefix, such as `runs` of `/api/v1/runs/{id}`. */
  segmentsBelow(prefix: string): ReadonlySet<string> {
    const segments = new Set<string>();
    for (const url of this.entries.keys())
      if (url.startsWith(`${prefix}/`)) segments.add(url.slice(prefix.length + 1).split('/', 1)[0]!);
    return segments;
  }

  private add(method: string, url: string): void {
    const known = this.entries.get(url);
    if (known) known.methods.add(method);
    else if (!url.includes('*'))
      this.entries.set(url, { pattern: patternOf(url), methods: new Set([method]) });
  }
}

function patternOf(url: string): RegExp {
  const literal = (part: string) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const source = url.split('/').map((part) => (part.startsWith(':') ? '[^/]+' : literal(part)));
  return new RegExp(`^${source.join('/')}/?$`);
}
