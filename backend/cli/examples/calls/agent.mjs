// An agent that Rehearse starts for each turn: one line of JSON comes on standard input, one goes to standard output.
import { createInterface } from 'node:readline';

for await (const line of createInterface({ input: process.stdin })) {
  const { messages, vars } = JSON.parse(line);
  const last = messages.at(-1);
  const answer =
    last.role === 'tool'
      ? { content: `${vars.order} is ${JSON.parse(last.content).status}.` }
      : { toolCalls: [{ name: 'find_order', arguments: { id: vars.order } }] };
  console.log(JSON.stringify(answer));
}
