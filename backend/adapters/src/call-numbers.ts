/** A number that an operator may set, in the unit of its variable. */
interface CallNumber {
  min: number;
  max: number;
  default: number;
  isWhole?: boolean;
}

/** The numbers of model calls by their variables: the server's configuration and the command line read the same. */
export const CALL_NUMBERS = {
  /** Seconds. */
  LLM_TIMEOUT: { min: 0.1, max: 3_600, default: 60 },
  LLM_MAX_RETRIES: { min: 0, max: 20, default: 3, isWhole: true },
  /** Seconds. */
  LLM_RETRY_INITIAL_DELAY: { min: 0, max: 600, default: 1 },
  /** Seconds. */
  LLM_RETRY_MAX_DELAY: { min: 0, max: 3_600, default: 60 },
  LLM_CIRCUIT_BREAKER_THRESHOLD: { min: 1, max: 1_000, default: 5, isWhole: true },
  /** Seconds. */
  LLM_CIRCUIT_BREAKER_TIMEOUT: { min: 1, max: 3_600, default: 30 },
  LLM_CIRCUIT_BREAKER_HALF_OPEN: { min: 1, max: 100, default: 3, isWhole: true },
} as const satisfies Readonly<Record<string, CallNumber>>;

type CallNumberName = keyof typeof CALL_NUMBERS;

/** What is wrong with the settings of an environment, all of it. */
export class InvalidSettings extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('; '));
  }
}

/** Reads numbers of an environment and gathers what is wrong with them. */
export function numberReader(env: Readonly<Record<string, string | undefined>>) {
  const problems: string[] = [];
  return {
    problems,
    read(name: CallNumberName): number {
      const { min, max, default: fallback, isWhole = false }: CallNumber = CALL_NUMBERS[name];
      const text = env[name]?.trim();
      if (!text) return fallback;
      const value = Number(text);
      if (value >= min && value <= max && (!isWhole || Number.isInteger(value))) return value;
      const kind = isWhole ? 'a whole number' : 'a number';
      problems.push(`${name} must be ${kind} from ${min} to ${max}, got ${JSON.stringify(text)}`);
      return fallback;
    },
  };
}
