import { nameDiscriminators } from './name-discriminators.js';

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const kind = (...values: (string | null)[]) => ({ properties: { kind: { type: 'string', enum: values } } });

test('names a schema for each value of the property, wherever the union is', () => {
  const union = { oneOf: [ref('Cat'), ref('Dog')], 'x-discriminator': 'kind' };
  const document = {
    paths: { '/pets': { get: { responses: { 200: { schema: { type: 'array', items: { ...union } } } } } } },
    components: {
      schemas: {
        Cat: kind('cat', 'kitten'),
        Dog: kind('dog', null),
        Home: { properties: { pet: { ...union } } },
      },
    },
  };
  nameDiscriminators(document);
  const named = {
    oneOf: union.oneOf,
    discriminator: {
      propertyName: 'kind',
      mapping: { cat: ref('Cat').$ref, kitten: ref('Cat').$ref, dog: ref('Dog').$ref },
    },
  };
  expect(document.paths['/pets'].get.responses[200].schema.items).toEqual(named);
  expect(document.components.schemas.Home.properties.pet).toEqual(named);
});

test('leaves what is no such union, and a document without schemas', () => {
  const document = { paths: { a: { oneOf: [ref('Cat')] }, b: { 'x-discriminator': 'kind' } } };
  const before = JSON.stringify(document);
  nameDiscriminators(document);
  expect(JSON.stringify(document)).toBe(before);
});
