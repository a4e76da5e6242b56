import { appendFile, mkdir } from 'node:fs/promises';
import path from 'node:path';

/** A text file with a line for each thing that happened. */
export class ActivityLog {
  private constructor(readonly file: string) {}

  static async open(file: string): Promise<ActivityLog> {
    await mkdir(path.dirname(file), { recursive: true });
    const log = new ActivityLog(file);
    await log.write('started');
    return log;
  }

  async write(line: string): Promise<void> {
    // A line break inside of the text, from the name of an item perhaps, would forge another line.
    const oneLine = line.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
    await appendFile(this.file, `${new Date().toISOString()} ${oneLine}\n`);
  }
}
