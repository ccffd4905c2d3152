// What goes over the socket in both directions, as JSON Schema, from the contracts.
import '../jest/typescript.mjs';

export const file = 'backend/server/golden/socket-events.json';

export async function make() {
  const { createRequire } = await import('node:module');
  const { z } = createRequire(new URL('../../backend/contracts/package.json', import.meta.url))('zod');
  const contracts = await import('../../backend/contracts/src/index.ts');
  const { CLIENT_SOCKET_EVENTS, RUNS_NAMESPACE, SOCKET_EVENTS, SubscribeAck } = contracts;
  const describe = (events, io) =>
    Object.fromEntries(Object.entries(events).map(([name, schema]) => [name, z.toJSONSchema(schema, { io })]));
  const document = {
    namespace: RUNS_NAMESPACE,
    clientToServer: describe(CLIENT_SOCKET_EVENTS, 'input'),
    acknowledgement: z.toJSONSchema(SubscribeAck),
    serverToClient: describe(SOCKET_EVENTS, 'output'),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
