import { TemplateResponse } from './template-response.js';

test('says what is to be rendered, until it has been', () => {
  const response = new TemplateResponse('item.ejs', { name: 'lock' }, { layout: 'page.ejs' });

  expect(response.body).toBeUndefined();
  expect(response.toParts()).toMatchObject({
    statusCode: 200,
    body: {
      kind: 'template',
      template: 'item.ejs',
      context: { name: 'lock' },
      layout: 'page.ejs',
      renderer: 'viewAsync',
    },
  });
  response.body = '<p>lock</p>';
  expect(response.toParts().body).toEqual({ kind: 'text', text: '<p>lock</p>' });
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
});

test('has nothing to render with a status that has no body', () => {
  expect(new TemplateResponse('item.ejs', {}, { statusCode: 204 }).toParts().body).toEqual({ kind: 'none' });
});

test.each([
  ['', {}, 'not ""'],
  [undefined, {}, 'not undefined'],
  ['item.ejs', null, 'not null'],
  ['item.ejs', 'text', 'not string'],
  ['item.ejs', [1], 'not a list or an iterable'],
  ['item.ejs', new Map(), 'not a list or an iterable'],
])('refuses the template %p with %p', (template, context, message) => {
  expect(() => new TemplateResponse(template as never, context as never)).toThrow(message);
});
