import { makeFolder, removeFolder, startDemo, type Demo } from '../support/start-demo.js';
import { createItem } from './create-item.js';

let folder: string;
let demo: Demo;

beforeEach(async () => {
  folder = await makeFolder();
  demo = await startDemo(folder);
});

afterEach(async () => {
  await demo.close();
  await removeFolder(folder);
});

describe('GET /api/items/export.csv', () => {
  const download = (query = ''): Promise<Response> => fetch(`${demo.url}/api/items/export.csv${query}`);

  it('is a file to save, sent in chunks', async () => {
    const response = await download();
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="items.csv"');
    expect(response.headers.get('content-length')).toBeNull();
    expect(response.headers.get('transfer-encoding')).toBe('chunked');
  });

  it('has the header alone when there are no items', async () => {
    expect(await (await download()).text()).toBe('id,name,price,createdAt\r\n');
  });

  it('has a row for each item, in the order of ids, with text that a spreadsheet shows and does not run', async () => {
    const names = [
      'Tea, green',
      '5" screen',
      'two\nlines',
      '=HYPERLINK("http://127.0.0.1/")',
      '@SUM(1)',
      'Zoë 🍵',
    ];
    const times: string[] = [];
    for (const name of names) times.push((await createItem(demo.url, name, 2.5)).createdAt);
    const [, ...rows] = (await (await download()).text()).split('\r\n');
    expect(rows).toEqual([
      `1,"Tea, green",2.5,${times[0]!}`,
      `2,"5"" screen",2.5,${times[1]!}`,
      `3,"two\nlines",2.5,${times[2]!}`,
      `4,"'=HYPERLINK(""http://127.0.0.1/"")",2.5,${times[3]!}`,
      `5,'@SUM(1),2.5,${times[4]!}`,
      `6,Zoë 🍵,2.5,${times[5]!}`,
      '',
    ]);
  });

  it('has all of many items', async () => {
    const count = 300;
    for (let number = 1; number <= count; number += 20) {
      await Promise.all(
        Array.from({ length: 20 }, (_, index) => createItem(demo.url, `item ${number + index}`)),
      );
    }
    const rows = (await (await download()).text()).trimEnd().split('\r\n').slice(1);
    expect(rows.map((row) => Number(row.split(',')[0]))).toEqual(
      Array.from({ length: count }, (_, i) => i + 1),
    );
  });

  it('has made-up rows behind the items where it is asked for them', async () => {
    await createItem(demo.url, 'Tea');
    const rows = (await (await download('?samples=3')).text()).trimEnd().split('\r\n').slice(1);
    expect(rows.map((row) => row.replace(/,[^,]+$/, ''))).toEqual([
      '1,Tea,1',
      '2,"Sample 1, of 3",0.25',
      '3,"Sample 2, of 3",0.5',
      '4,"Sample 3, of 3",0.75',
    ]);
  });

  it.each(['abc', '1.5'])('refuses %s made-up rows', async (samples) => {
    expect((await download(`?samples=${samples}`)).status).toBe(422);
  });
});
