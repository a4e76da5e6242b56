/** A character that no other part of an event or of its framing has: to count it is to count events, wherever they are cut. */
export const MARK = '~';

/** What is published: about 100 bytes as JSON. */
export const PRICE = {
  symbol: 'ACME',
  exchange: 'an exchange somewhere',
  bid: 101.25,
  ask: 101.5,
  volume: 1_250_000,
  mark: MARK,
};
