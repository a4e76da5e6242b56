import { LoadMeter } from './load-meter.js';

/** The meter, which measures for as long as the server lives. */
export async function* runLoadMeter(): AsyncGenerator<LoadMeter> {
  const meter = new LoadMeter();
  meter.start();
  try {
    yield meter;
  } finally {
    await meter.close();
  }
}
