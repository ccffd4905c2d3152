import dns from 'node:dns';
import http from 'node:http';
import net from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { closedNetwork, NetworkClosed, type ClosedNetwork } from './closed-network.js';

describe('a closed network', () => {
  let network: ClosedNetwork | undefined;
  afterEach(() => network?.open());

  it('refuses every way out and writes it down', () => {
    network = closedNetwork();
    expect(() => net.connect(80, '127.0.0.1')).toThrow(NetworkClosed);
    expect(() => new net.Socket().connect(80)).toThrow(NetworkClosed);
    expect(() => http.request('http://127.0.0.1')).toThrow(NetworkClosed);
    expect(() => dns.lookup('localhost', () => {})).toThrow(NetworkClosed);
    expect(() => fetch('http://127.0.0.1')).toThrow('the network is closed, and fetch was called');
    expect(network.attempts).toEqual([
      'net.connect',
      'net.Socket.connect',
      'http.request',
      'dns.lookup',
      'fetch',
    ]);
  });

  it('is as before when it is opened again', async () => {
    const before = [net.connect, http.request, fetch];
    closedNetwork().open();
    expect([net.connect, http.request, fetch]).toEqual(before);
  });
});
