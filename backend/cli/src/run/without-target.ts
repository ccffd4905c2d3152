import type { JournalEvent, JournalTarget } from '@rehearse/contracts';
import type { RunError } from './run-result.js';

/** Says of an error that no target could be called what each of them lacks, and how to come by it. */
export function withoutTarget(error: RunError, events: readonly JournalEvent[]): RunError {
  if (error.code !== 'provider/none-available') return error;
  const key = events.findLast(({ type }) => type === 'provider.switched')?.key;
  const passedOver = events.flatMap((event) =>
    event.type === 'provider.switched' && event.key === key ? [event.data] : [],
  );
  const why = new Set(passedOver.map(({ from, reason }) => `${from.provider} ${whatIsWrong(from, reason)}`));
  return why.size === 0 ? error : { ...error, message: `${error.message}: ${[...why].join('; ')}` };
}

function whatIsWrong(target: JournalTarget, reason: string): string {
  if (reason === 'offline') return 'is not asked, the run is offline (a `mock` target would answer)';
  if (reason !== 'not_configured') return `was passed over (${reason})`;
  const secret = 'apiKey' in target ? /^\$\{secret:([\w-]+)\}$/.exec(String(target.apiKey))?.[1] : undefined;
  const setting = secret
    ? `REHEARSE_SECRET_${secret.toUpperCase().replaceAll('-', '_')}`
    : SETTINGS[target.provider];
  return setting === undefined
    ? 'is not configured'
    : `has no key (set ${setting}, or add a \`mock\` target)`;
}

const SETTINGS: Readonly<Record<string, string>> = {
  openai: 'OPENAI_API_KEY',
  anthropic: 'ANTHROPIC_API_KEY',
  azure: 'AZURE_OPENAI_ENDPOINT and AZURE_OPENAI_API_KEY',
};
