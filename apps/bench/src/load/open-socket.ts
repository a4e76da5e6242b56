import { connect, type Socket } from 'node:net';

/** What one read of the system gives at most. Larger ones gained nothing, smaller ones cost a client that keeps up. */
const READ_BYTES = 256 * 1024;

/**
 * Connects to a port of this machine, and reads into one buffer again and again: to allocate one for each read takes a
 * client more time than the servers need for the bytes.
 *
 * @param onBytes Takes what has come; the buffer holds it until the function returns. With `false` reading stops until
 *   the socket is resumed.
 * @param buffer Default: one of its own. Sockets may share one, since each read is taken before the next one.
 */
export function openSocket(
  port: number,
  onBytes: (bytes: Buffer) => boolean,
  buffer = Buffer.allocUnsafe(READ_BYTES),
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const onread = { buffer, callback: (count: number) => onBytes(buffer.subarray(0, count)) };
    const socket = connect({ host: '127.0.0.1', port, noDelay: true, onread });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}
