import { get } from 'node:http';
import { crc32 } from 'node:zlib';

/**
 * What a client sees of a response with bytes: status, type, length, and a checksum of the bytes.
 *
 * @param most After so many bytes the connection is broken off. Default: the whole body is read.
 */
export function probeBytes(port: number, path: string, most = Infinity): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get({ host: '127.0.0.1', port, path, agent: false, timeout: 10_000 }, (response) => {
      let bytes = 0;
      let checksum = 0;
      const settle = (): void => {
        const { statusCode = 0, headers } = response;
        const type = headers['content-type'] ?? 'without a type';
        const length = headers['content-length'] ?? 'without a length';
        resolve(
          `${statusCode} ${type}, ${length} bytes; of ${bytes} the checksum is ${checksum.toString(16)}`,
        );
      };
      response.on('data', (chunk: Buffer) => {
        const taken = chunk.subarray(0, most - bytes);
        bytes += taken.length;
        checksum = crc32(taken, checksum);
        if (bytes < most) return;
        settle();
        response.destroy();
      });
      response.on('error', reject);
      response.on('end', settle);
    });
    request.on('timeout', () => request.destroy(new Error(`GET ${path}: no answer within 10 s`)));
    request.on('error', reject);
  });
}
