import { describe, expect, it, jest } from '@jest/globals';
import { interruptionBy } from './interruption.js';

describe('interruption', () => {
  it('calls off all that listen to it when the signal is aborted, and has one listener there', () => {
    const stop = new AbortController();
    const listens = jest.spyOn(stop.signal, 'addEventListener');
    const { signal } = interruptionBy(stop.signal);
    const heard: string[] = [];
    const gone = () => heard.push('gone');
    signal.addEventListener('abort', gone);
    signal.addEventListener('abort', () => heard.push('first'));
    signal.addEventListener('abort', () => heard.push('second'));
    signal.removeEventListener('abort', gone);
    stop.abort();
    expect({ heard, aborted: signal.aborted, listeners: listens.mock.calls.length }).toEqual({
      heard: ['first', 'second'],
      aborted: true,
      listeners: 1,
    });
  });

  it('is called off from the start by a signal that was aborted before', () => {
    expect(interruptionBy(AbortSignal.abort()).signal.aborted).toBe(true);
  });

  it('no longer listens when it has ended', () => {
    const stop = new AbortController();
    const { signal, end } = interruptionBy(stop.signal);
    end();
    stop.abort();
    expect(signal.aborted).toBe(false);
  });

  it('is never called off where there is no signal', () => {
    expect(interruptionBy(undefined).signal.aborted).toBe(false);
  });
});
