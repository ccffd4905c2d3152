import type { EmbedOutcome, EmbedRequest, ModelOutcome, ModelPlace, ModelRequest } from '@rehearse/engine';
import { SecretUse } from '../secrets.js';
import type { CallSettings } from '../settings.js';
import { guarded } from './breaker.js';
import { embedTexts } from './embed.js';
import { endpointOf, type LiveTarget } from './endpoint.js';
import { callProvider } from './model.js';
import { providerRequests } from '../tally.js';

interface Around<Place> {
  place: Place;
  settings: CallSettings;
  tenant: string;
}

/** Asks a model of a provider, unless it is left alone for a while. */
export const callModel = (
  target: LiveTarget,
  request: ModelRequest,
  around: Around<ModelPlace>,
): Promise<ModelOutcome> =>
  watched(target, request.model, around, () => callProvider(target, request, around));

/** Asks for the vectors of texts, unless the model is left alone for a while. */
export const callEmbedding = (
  target: LiveTarget,
  request: EmbedRequest,
  around: Around<Pick<ModelPlace, 'signal'>>,
): Promise<EmbedOutcome> => watched(target, request.model, around, () => embedTexts(target, request, around));

function watched<T extends ModelOutcome | EmbedOutcome>(
  target: LiveTarget,
  model: string,
  { place: { signal }, settings, tenant }: Around<Pick<ModelPlace, 'signal'>>,
  call: () => Promise<T>,
) {
  const endpoint = endpointOf(target, settings, new SecretUse(settings.secrets));
  // Without an address there is nothing that could break.
  if (!endpoint) return call();
  const place = { tenant, provider: target.provider, baseUrl: endpoint.baseUrl, model };
  const counted = async () => {
    const outcome = await call();
    providerRequests.add({ provider: target.provider, outcome: outcome.ok ? 'ok' : outcome.error.code });
    return outcome;
  };
  return guarded({ place, settings: settings.circuits, signal }, counted);
}
