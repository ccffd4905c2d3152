import type { Application } from './application.js';
import { DEMO_ADMIN, FirstPeople } from './features/access/index.js';
import { DemoService } from './features/demo/index.js';
import type { Config } from './platform/config/index.js';
import type { Log } from './platform/logging/index.js';

export interface Greeting {
  application: Application;
  config: Config;
  isEmbedded: boolean;
  url: string;
  log: Log;
  demo?: boolean;
  say?: (line: string) => void;
}

/** Words for the person who started it. */
export const sayOf = ({ say = (line) => void process.stdout.write(`${line}\n`) }: Pick<Greeting, 'say'>) =>
  say;

/** Lets the first people in, and tells the person who started the server where to go. */
export async function greet(greeting: Greeting): Promise<void> {
  const { application, config, url, demo, log } = greeting;
  const say = sayOf(greeting);
  const people = application.nest.get(FirstPeople);
  const lines = [`Rehearse is at ${url}`];
  if (config.environment !== 'production') {
    const link = greeting.isEmbedded ? await localLink(people, url) : null;
    if (link) lines.push(`Sign in (once, within a day): ${link}`);
    if (demo) lines.push(await letDemoIn(people, application));
  } else if (demo) log.warn('--demo does nothing in production.');
  await letConfiguredIn(people, greeting);
  for (const line of lines) say(line);
}

async function localLink(people: FirstPeople, url: string): Promise<string | null> {
  const person = await people.localAdmin();
  return person && `${url}/sign-in#token=${await people.makeLink(person)}`;
}

async function letDemoIn(people: FirstPeople, { nest }: Application): Promise<string> {
  const { tenantId } = await people.demoAdmin();
  await nest.get(DemoService, { strict: false }).seed(tenantId);
  return `Demo: ${DEMO_ADMIN.email} / ${DEMO_ADMIN.password}`;
}

async function letConfiguredIn(people: FirstPeople, { config, log }: Greeting): Promise<void> {
  const { firstAdminEmail: email, firstAdminPassword: password } = config;
  if (!email || !password) return;
  if (await people.configuredAdmin({ email, password })) log.info(`The first Admin, ${email}, was made.`);
}
