import { CALL_NUMBERS } from '@rehearse/adapters';
import { ROUTE_STRATEGIES } from '@rehearse/contracts';
import { choice, flag, integer, list, number, ports, text, url } from './kinds.js';
import { variable } from './variable.js';

const http = () => url('http:', 'https:');

/** The settings of model providers and of calls to them. */
export const PROVIDER_VARIABLES = {
  openaiApiKey: variable({
    name: 'OPENAI_API_KEY',
    schema: text,
    meaning: 'The key for OpenAI.',
    group: 'Providers',
    secret: true,
  }),
  openaiBaseUrl: variable({
    name: 'OPENAI_BASE_URL',
    schema: http(),
    meaning: 'Another address that speaks the API of OpenAI.',
    group: 'Providers',
  }),
  anthropicApiKey: variable({
    name: 'ANTHROPIC_API_KEY',
    schema: text,
    meaning: 'The key for Anthropic.',
    group: 'Providers',
    secret: true,
  }),
  azureOpenaiEndpoint: variable({
    name: 'AZURE_OPENAI_ENDPOINT',
    schema: http(),
    meaning: 'The address of an Azure OpenAI resource.',
    group: 'Providers',
  }),
  azureOpenaiApiKey: variable({
    name: 'AZURE_OPENAI_API_KEY',
    schema: text,
    meaning: 'The key for that resource.',
    group: 'Providers',
    secret: true,
  }),
  egressAllowLoopback: variable({
    name: 'REHEARSE_EGRESS_ALLOW_LOOPBACK',
    schema: flag,
    default: false,
    meaning:
      'Let graphs call this machine. Addresses that the operator sets here, such as `OPENAI_BASE_URL`, may always be called.',
    group: 'Providers',
  }),
  egressAllowPrivate: variable({
    name: 'REHEARSE_EGRESS_ALLOW_PRIVATE',
    schema: flag,
    default: false,
    meaning: 'Let graphs call private networks.',
    group: 'Providers',
  }),
  egressPorts: variable({
    name: 'REHEARSE_EGRESS_PORTS',
    schema: ports,
    default: [443],
    meaning: 'The ports on which graphs may call the internet, always by https; with commas between.',
    group: 'Providers',
  }),
  allowCommands: variable({
    name: 'REHEARSE_ALLOW_COMMANDS',
    schema: list,
    default: [],
    meaning:
      'The programs that agents with `driver: command` may start, as the graph names them, with commas between. Whoever may upload a graph may then start them with any arguments.',
    group: 'Providers',
  }),
  pricesFile: variable({
    name: 'PRICES_FILE',
    schema: text,
    meaning:
      'A YAML or JSON file with `model: {input, output, cached}`, in US dollars for a million tokens, before the list prices that ship with the product; `cached` is `input` where it is left out.',
    group: 'Providers',
  }),
  defaultProviderStrategy: variable({
    name: 'DEFAULT_PROVIDER_STRATEGY',
    schema: choice(ROUTE_STRATEGIES),
    default: 'fallback',
    meaning: 'How a route with several targets chooses, when it does not say so itself.',
    group: 'Providers',
  }),
  llmStreamResponses: variable({
    name: 'LLM_STREAM_RESPONSES',
    schema: flag,
    default: true,
    meaning: 'Ask providers for their answer piece by piece.',
    group: 'Providers',
  }),
  llmTimeout: variable({
    name: 'LLM_TIMEOUT',
    schema: number(CALL_NUMBERS.LLM_TIMEOUT),
    default: CALL_NUMBERS.LLM_TIMEOUT.default,
    unit: 's',
    meaning: 'How long one call of a model may take, where the graph does not say it.',
    group: 'Providers',
  }),
  llmMaxRetries: variable({
    name: 'LLM_MAX_RETRIES',
    schema: integer(CALL_NUMBERS.LLM_MAX_RETRIES),
    default: CALL_NUMBERS.LLM_MAX_RETRIES.default,
    meaning: 'Tries of a model after the first one, where the graph does not say it.',
    group: 'Providers',
  }),
  llmRetryInitialDelay: variable({
    name: 'LLM_RETRY_INITIAL_DELAY',
    schema: number(CALL_NUMBERS.LLM_RETRY_INITIAL_DELAY),
    default: CALL_NUMBERS.LLM_RETRY_INITIAL_DELAY.default,
    unit: 's',
    meaning: 'The wait before the second try of a model, where the graph does not say it.',
    group: 'Providers',
  }),
  llmRetryMaxDelay: variable({
    name: 'LLM_RETRY_MAX_DELAY',
    schema: number(CALL_NUMBERS.LLM_RETRY_MAX_DELAY),
    default: CALL_NUMBERS.LLM_RETRY_MAX_DELAY.default,
    unit: 's',
    meaning: 'The longest wait between two tries of a model, where the graph does not say it.',
    group: 'Providers',
  }),
  llmCircuitBreakerThreshold: variable({
    name: 'LLM_CIRCUIT_BREAKER_THRESHOLD',
    schema: integer(CALL_NUMBERS.LLM_CIRCUIT_BREAKER_THRESHOLD),
    default: CALL_NUMBERS.LLM_CIRCUIT_BREAKER_THRESHOLD.default,
    unit: 'failures',
    meaning:
      "Failures in a row after which a model is left alone: one tenant's calls of it at one address, in one process. 400, 401 and 403 are none.",
    group: 'Providers',
  }),
  llmCircuitBreakerTimeout: variable({
    name: 'LLM_CIRCUIT_BREAKER_TIMEOUT',
    schema: number(CALL_NUMBERS.LLM_CIRCUIT_BREAKER_TIMEOUT),
    default: CALL_NUMBERS.LLM_CIRCUIT_BREAKER_TIMEOUT.default,
    unit: 's',
    meaning:
      'How long it is left alone. Its calls then fail with `provider/circuit-open`, and the next target of the route is asked.',
    group: 'Providers',
  }),
  llmCircuitBreakerHalfOpen: variable({
    name: 'LLM_CIRCUIT_BREAKER_HALF_OPEN',
    schema: integer(CALL_NUMBERS.LLM_CIRCUIT_BREAKER_HALF_OPEN),
    default: CALL_NUMBERS.LLM_CIRCUIT_BREAKER_HALF_OPEN.default,
    unit: 'calls',
    meaning: 'Calls that are let through then; when all of them go well it is back, else left alone anew.',
    group: 'Providers',
  }),
} as const;
