import net from 'node:net';
import { DatabaseError } from '../database-error.js';

/** Where an embedded database listens when nobody says otherwise; PostgreSQL's own 5432 is left to the user's. */
const USUAL_PORT = 5462;

interface Wish {
  /** Named by the user: it must be free. */
  explicit?: number | undefined;
  /** The one of the last start: kept when it is free, so that open tools keep working. */
  last?: number | undefined;
  notice: (message: string) => void;
}

/** @throws DatabaseError `database/port-taken` when the named port is in use */
export async function choosePort({ explicit, last, notice }: Wish): Promise<number> {
  if (explicit !== undefined) {
    if (await isFree(explicit)) return explicit;
    throw new DatabaseError(
      'database/port-taken',
      `Port ${explicit} (DATABASE_PORT) is taken by another program. Choose another, or leave DATABASE_PORT out.`,
    );
  }
  const wanted = last ?? USUAL_PORT;
  if (await isFree(wanted)) return wanted;
  const port = await anyFree();
  notice(`Port ${wanted} is taken by another program: the database listens on ${port}.`);
  return port;
}

export function anyFree(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer().once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
