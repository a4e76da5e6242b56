/** What a handler has: an item as it is stored, with fields that are not for the client. */
export const items = Array.from({ length: 100 }, (_, index) => ({
  id: index + 1,
  name: `Padlock, brass, ${String(30 + index)} mm`,
  price: 12.5 + index,
  available: index % 3 > 0,
  tags: ['lock', 'brass', 'outdoor'],
  maker: { name: 'Abus', country: 'DE', contact: 'sales@maker.example' },
  cost: 7.25,
  supplier: 'S-1234',
}));
