import { toCsvRow } from './to-csv-row.js';

describe('toCsvRow', () => {
  it('ends a row as RFC 4180 says', () => {
    expect(toCsvRow(['id', 'name'])).toBe('id,name\r\n');
  });

  it.each([
    ['a comma', 'a,b', '"a,b"'],
    ['quotes', 'a "b" c', '"a ""b"" c"'],
    ['nothing but a quote', '"', '""""'],
    ['a line feed', 'a\nb', '"a\nb"'],
    ['a carriage return', 'a\rb', '"a\rb"'],
    ['nothing at all', '', ''],
    ['spaces around it', ' a ', ' a '],
  ])('writes text with %s', (_what, text, cell) => {
    expect(toCsvRow([text, 'x'])).toBe(`${cell},x\r\n`);
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '＝1', '＋1', '－1', '＠SUM(A1)', '\t=1'])(
    'keeps a spreadsheet from running %j',
    (text) => {
      expect(toCsvRow([text])).toBe(`'${text}\r\n`);
    },
  );

  it('keeps a spreadsheet from running a formula behind a line break', () => {
    expect(toCsvRow(['\r=1', '\n=1'])).toBe(`"'\r=1","'\n=1"\r\n`);
  });

  it('leaves what only contains such a character', () => {
    expect(toCsvRow(['a=b', 'x@y', '1-2'])).toBe('a=b,x@y,1-2\r\n');
  });

  it('writes numbers as numbers, negative ones too', () => {
    expect(toCsvRow([-1.5, 0, 1_000_000])).toBe('-1.5,0,1000000\r\n');
  });
});
