import { existsSync } from 'node:fs';
import { connect } from 'node:net';

import { describeWithRedis, RedisServer } from './redis-server.js';

/** What a server answers to some commands, as it is on the wire. */
async function ask(port: number, ...commands: string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.end([...commands, 'QUIT', ''].join('\r\n'));
  let answer = '';
  for await (const part of socket) answer += String(part);
  return answer;
}

describeWithRedis('a Redis for tests', () => {
  let redis: RedisServer;

  afterEach(async () => {
    await redis.close();
  });

  test('answers when it was started, and is gone when it was closed', async () => {
    redis = await RedisServer.start();
    expect(await ask(redis.port, 'PING')).toBe('+PONG\r\n+OK\r\n');
    expect(redis.url).toBe(`redis://127.0.0.1:${redis.port}`);
    await redis.close();
    await redis.close();
    await expect(ask(redis.port, 'PING')).rejects.toThrow('ECONNREFUSED');
  });

  test.each([
    [true, '$1\r\nb\r\n'],
    [false, '$-1\r\n'],
  ])('is there again after a crash, with an append-only file (%p)', async (appendOnly, kept) => {
    redis = await RedisServer.start({ appendOnly });
    const { port } = redis;
    await ask(port, 'SET a b');
    await redis.crash();
    await expect(ask(port, 'PING')).rejects.toThrow('ECONNREFUSED');
    await redis.restart();
    expect(redis.port).toBe(port);
    expect(await ask(port, 'GET a')).toBe(`${kept}+OK\r\n`);
  });

  test('asks for its password, which is in its address', async () => {
    redis = await RedisServer.start({ password: 'p w' });
    expect(await ask(redis.port, 'PING')).toContain('-NOAUTH');
    expect(redis.url).toBe(`redis://:p%20w@127.0.0.1:${redis.port}`);
  });

  test('hangs while it is paused, and leaves no files', async () => {
    redis = await RedisServer.start({ settings: ['--maxmemory', '5mb'] });
    redis.pause();
    let answered = false;
    const asking = ask(redis.port, 'CONFIG GET maxmemory').then((answer) => {
      answered = true;
      return answer;
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(answered).toBe(false);
    redis.resume();
    expect(await asking).toContain('5242880');
    redis.pause();
    expect(existsSync(redis.folder)).toBe(true);
    await redis.close();
    expect(existsSync(redis.folder)).toBe(false);
  });
});
