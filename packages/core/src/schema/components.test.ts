import { Expose, Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, ValidateNested } from 'class-validator';

import { Components } from './components.js';
import { SchemaNames } from './schema-names.js';

function itemWith(decorate: PropertyDecorator): new () => object {
  class Item {
    value!: unknown;
  }
  decorate(Item.prototype, 'value');
  return Item;
}

test('names a model for its class, once', () => {
  const components = new Components(new SchemaNames());
  const Item = itemWith(IsString());

  expect(components.schemaOf([Item], 'input')).toEqual({ type: 'array', items: { $ref: 'sluice:Item#' } });
  expect(components.schemaOf(Item, 'input')).toEqual({ $ref: 'sluice:Item#' });
  expect([...components.schemas]).toEqual([
    [
      'sluice:Item',
      {
        $id: 'sluice:Item',
        title: 'Item',
        type: 'object',
        properties: { value: { type: 'string' } },
        required: ['value'],
      },
    ],
  ]);
});

test('classes of one name and another shape have two names, those of one shape one, in the whole server', () => {
  const names = new SchemaNames();
  const [first, second] = [new Components(names), new Components(names)];

  expect(first.schemaOf(itemWith(IsString()), 'input')).toEqual({ $ref: 'sluice:Item#' });
  expect(second.schemaOf(itemWith(IsString()), 'input')).toEqual({ $ref: 'sluice:Item#' });
  expect(second.schemaOf(itemWith(IsInt()), 'input')).toEqual({ $ref: 'sluice:ItemInput#' });
  expect(second.schemaOf(itemWith(IsOptional()), 'input')).toEqual({ $ref: 'sluice:Item2#' });
});

test('a class that a request and a response show differently has two schemas', () => {
  class Item {
    @IsString() name = 'lock';
  }
  const components = new Components(new SchemaNames());

  expect(components.schemaOf(Item, 'input')).toEqual({ $ref: 'sluice:Item#' });
  expect(components.schemaOf(Item, 'output')).toEqual({ $ref: 'sluice:ItemOutput#' });
});

test('models that hold each other refer to each other', () => {
  class Author {
    @ValidateNested({ each: true }) @Type(() => Book) books!: unknown[];
  }
  class Book {
    @ValidateNested() @Type(() => Author) author!: Author;
  }
  const components = new Components(new SchemaNames());

  expect(components.schemaOf(Author, 'output')).toEqual({ $ref: 'sluice:Author#' });
  expect(components.schemas.get('sluice:Author')).toMatchObject({
    properties: { books: { items: { $ref: 'sluice:Book#' } } },
  });
  expect(components.schemas.get('sluice:Book')).toMatchObject({
    properties: { author: { $ref: 'sluice:Author#' } },
  });
});

test('two models that differ only in what they hold are two', () => {
  function boxOf(model: new () => object): new () => object {
    class Box {
      content!: unknown;
    }
    ValidateNested()(Box.prototype, 'content');
    Type(() => model)(Box.prototype, 'content');
    return Box;
  }
  const components = new Components(new SchemaNames());

  expect(components.schemaOf(boxOf(itemWith(IsString())), 'input')).toEqual({ $ref: 'sluice:Box#' });
  expect(components.schemaOf(boxOf(itemWith(IsInt())), 'input')).toEqual({ $ref: 'sluice:BoxInput#' });
});

test('a model that is read by groups shows the fields and the rules of these groups', () => {
  class Part {
    @IsString({ groups: ['create'] }) name!: string;
    @IsInt({ groups: ['change'] }) id!: number;
  }
  class Account {
    @IsString() name!: string;
    @IsOptional({ groups: ['change'] }) @IsString() word!: string;
    @Expose({ groups: ['create'] }) @IsString() secret!: string;
    @ValidateNested() @Type(() => Part) part!: Part;
  }
  const components = new Components(new SchemaNames());
  const text = { type: 'string' };

  expect(components.schemaOf(Account, 'input', ['create'])).toEqual({ $ref: 'sluice:Account#' });
  expect(components.schemaOf(Account, 'input', ['change'])).toEqual({ $ref: 'sluice:AccountInput#' });
  expect(components.schemas.get('sluice:Account')).toMatchObject({
    properties: { name: text, word: text, secret: text, part: { $ref: 'sluice:Part#' } },
    required: ['name', 'word', 'secret', 'part'],
  });
  expect(components.schemas.get('sluice:Part')).toMatchObject({ properties: { name: text } });
  expect(components.schemas.get('sluice:Part')).not.toHaveProperty('properties.id');
  expect(components.schemas.get('sluice:AccountInput')).toMatchObject({
    properties: { word: { type: ['string', 'null'] }, part: { $ref: 'sluice:PartInput#' } },
    required: ['name', 'part'],
  });
  expect(components.schemas.get('sluice:AccountInput')).not.toHaveProperty('properties.secret');
  expect(components.fieldOf(Account, 'secret', ['create'])).toMatchObject({ schema: text, required: true });
});

test('a name is made of what the name of a component is made of', () => {
  class Größe$ {
    @IsInt() value!: number;
  }

  expect(new Components(new SchemaNames()).schemaOf(Größe$, 'input')).toEqual({ $ref: 'sluice:Gr__e_#' });
});
