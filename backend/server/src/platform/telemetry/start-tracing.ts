export interface TracingSettings {
  endpoint: string;
  serviceName: string;
  samplingRatio: number;
}

/** Loads OpenTelemetry and sends spans to the endpoint. Only called when one is configured: loading takes 0.3 s. */
export async function startTracing(settings: TracingSettings): Promise<{ close(): Promise<void> }> {
  // The SDK configures itself from the environment alone, and our values may come from a file.
  Object.assign(process.env, {
    OTEL_EXPORTER_OTLP_ENDPOINT: settings.endpoint,
    OTEL_SERVICE_NAME: settings.serviceName,
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: String(settings.samplingRatio),
    OTEL_TRACES_EXPORTER: process.env['OTEL_TRACES_EXPORTER'] ?? 'otlp',
    // Metrics are read by Prometheus and the log is written as lines; neither goes this way.
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
  });
  const { NodeSDK } = await import('@opentelemetry/sdk-node');
  const sdk = new NodeSDK({ instrumentations: [] });
  sdk.start();
  return { close: () => sdk.shutdown() };
}
