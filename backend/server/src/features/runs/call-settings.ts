import { callDefaults, circuitSettings, secretsOf, type CallSettings } from '@rehearse/adapters';
import type { Config } from '../../platform/config/index.js';

/** Whom the runs of this server may call, and with what. */
export function callSettings(config: Config): CallSettings {
  return {
    openai: { apiKey: config.openaiApiKey, baseUrl: config.openaiBaseUrl },
    anthropic: { apiKey: config.anthropicApiKey },
    azure: { apiKey: config.azureOpenaiApiKey, endpoint: config.azureOpenaiEndpoint },
    streams: config.llmStreamResponses,
    defaults: callDefaults({
      strategy: config.defaultProviderStrategy,
      timeoutS: config.llmTimeout,
      maxRetries: config.llmMaxRetries,
      initialDelayS: config.llmRetryInitialDelay,
      maxDelayS: config.llmRetryMaxDelay,
    }),
    circuits: circuitSettings({
      threshold: config.llmCircuitBreakerThreshold,
      timeoutS: config.llmCircuitBreakerTimeout,
      halfOpenCalls: config.llmCircuitBreakerHalfOpen,
    }),
    prices: config.prices,
    secrets: secretsOf(config.secrets),
    egress: {
      loopback: config.egressAllowLoopback,
      private: config.egressAllowPrivate,
      public: { httpsPorts: config.egressPorts },
    },
    commands: config.allowCommands,
    commandSurroundings: { cwd: config.home, env: config.programEnvironment },
  };
}
