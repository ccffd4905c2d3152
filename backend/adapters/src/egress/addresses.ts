import ipaddr from 'ipaddr.js';
import type { EgressPolicy } from './policy.js';

const RANGES: Readonly<Record<string, 'public' | 'loopback' | 'private'>> = {
  unicast: 'public',
  loopback: 'loopback',
  private: 'private',
  uniqueLocal: 'private',
  carrierGradeNat: 'private',
};

/** Unicast, and yet the metadata service of a cloud. */
const NEVER = new Set(['168.63.129.16', 'fd00:ec2::254']);

interface Destination {
  /** A literal address, in any notation that a socket takes. */
  address: string;
  port: number;
  isSecure: boolean;
}

/** Why a call may not go to an address; null when it may. */
export function refusal({ address, port, isSecure }: Destination, policy: EgressPolicy): string | null {
  const kind = kindOf(address);
  if (kind === 'loopback') return policy.loopback ? null : 'it is this machine';
  if (kind === 'private') return policy.private ? null : 'it is in a private network';
  if (kind !== 'public') return 'it is no address of a service';
  if (policy.public === 'any') return null;
  if (!isSecure) return 'it has to be https';
  const { httpsPorts } = policy.public;
  return httpsPorts.includes(port) ? null : `its port is not ${httpsPorts.join(' or ')}`;
}

function kindOf(address: string): 'public' | 'loopback' | 'private' | undefined {
  if (!ipaddr.isValid(address)) return undefined;
  // An IPv4 address that is written as IPv6 is what it stands for.
  const parsed = ipaddr.process(address);
  return NEVER.has(parsed.toString()) ? undefined : RANGES[parsed.range()];
}
