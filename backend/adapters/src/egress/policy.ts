/** Where calls may go whose address comes from a graph. What the operator configured may go anywhere. */
export interface EgressPolicy {
  /** This machine. */
  loopback: boolean;
  /** Private networks, those of carriers too. */
  private: boolean;
  /** The internet: by any scheme and port, or by https to these ports alone. */
  public: 'any' | { httpsPorts: readonly number[] };
}

/** On the machine of a person: all but what no service of theirs can be, such as the metadata of a cloud. */
export const OPEN_POLICY: EgressPolicy = { loopback: true, private: true, public: 'any' };
