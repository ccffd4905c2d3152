import type { INestApplicationContext } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';

const MAX_MESSAGE_BYTES = 65_536;

type Make = IoAdapter['createIOServer'];

/**
 * socket.io with our limits. Its own recovery of lost connections stays off: it is not reliable, it would skip the
 * check of who connects, and viewers resume by seq.
 */
export class SocketAdapter extends IoAdapter {
  constructor(
    application: INestApplicationContext,
    private readonly origins: readonly string[],
  ) {
    super(application);
  }

  override createIOServer(port: number, options?: Parameters<Make>[1]): ReturnType<Make> {
    const ours = {
      maxHttpBufferSize: MAX_MESSAGE_BYTES,
      serveClient: false,
      allowRequest: this.refuseForeignPages,
      ...(this.origins.length > 0 ? { cors: { origin: [...this.origins], credentials: true } } : {}),
    };
    const server = super.createIOServer(port, { ...options, ...ours } as Parameters<Make>[1]);
    // socket.io opens this namespace to everybody; nothing lives there, so nobody may stay.
    server
      .of('/')
      .use((_socket: unknown, next: (error: Error) => void) => next(new Error('Connect to /runs.')));
    return server;
  }

  /** A WebSocket is not bound by CORS, so the page it comes from is checked here; programs send no origin. */
  private readonly refuseForeignPages = (
    request: { headers: { origin?: string | undefined; host?: string | undefined } },
    answer: (error: string | null, isAllowed: boolean) => void,
  ): void => {
    const { origin, host } = request.headers;
    const isOurs =
      origin === undefined ||
      this.origins.includes(origin) ||
      (URL.canParse(origin) && new URL(origin).host === host);
    answer(isOurs ? null : 'The page is of another site.', isOurs);
  };
}
