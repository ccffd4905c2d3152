import { scriptPort, type ScriptPort } from '@rehearse/adapters';
import type { Config } from '../../platform/config/index.js';
import { CONFIG } from '../../platform/config/token.js';

/** Where the assertions of all runs have their programs run; one process, started when the first asks. */
export const SCRIPTS = Symbol('scripts');
export type Scripts = ScriptPort;

export const scriptsProvider = {
  provide: SCRIPTS,
  inject: [CONFIG],
  useFactory: ({ javascriptAssertions }: Config): Scripts =>
    scriptPort({ allowsJavaScript: javascriptAssertions }),
};
