/** Samples of 16 bits, one channel, in a second. */
export const SAMPLE_RATE = 44_100;

const BYTES_PER_SAMPLE = 2;
const HEADER_LENGTH = 44;
const PCM = 1;

/**
 * The head of a WAV file with so many samples: a RIFF chunk that holds a `fmt ` chunk of plain PCM, and the beginning of
 * the `data` chunk (Multimedia Programming Interface and Data Specifications 1.0, "Waveform Audio File Format").
 */
export function toWavHeader(samples: number): Buffer {
  const dataLength = samples * BYTES_PER_SAMPLE;
  const header = Buffer.alloc(HEADER_LENGTH);
  header.write('RIFF', 0, 'latin1');
  // What comes after this field.
  header.writeUInt32LE(HEADER_LENGTH - 8 + dataLength, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(PCM, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(SAMPLE_RATE, 24);
  header.writeUInt32LE(SAMPLE_RATE * BYTES_PER_SAMPLE, 28);
  header.writeUInt16LE(BYTES_PER_SAMPLE, 32);
  header.writeUInt16LE(BYTES_PER_SAMPLE * 8, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(dataLength, 40);
  return header;
}

/** Samples between -1 and 1 as they are in the file. */
export function toWavSamples(samples: Float64Array): Buffer {
  const data = Buffer.alloc(samples.length * BYTES_PER_SAMPLE);
  samples.forEach((sample, index) =>
    data.writeInt16LE(Math.round(sample * 0x7fff), index * BYTES_PER_SAMPLE),
  );
  return data;
}
