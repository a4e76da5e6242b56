import { Controller, Depends, FileResponse, Get, Param, Post } from '@sluice/core';

import { ItemStore } from '../items/item-store.js';
import { openItemStore } from '../items/open-item-store.js';
import { toCsv } from '../items/to-csv.js';
import { DownloadFolder } from './download-folder.js';
import { openDownloadFolder } from './open-download-folder.js';

// A browser may keep the files, but asks each time whether they are still the same.
const REVALIDATE = { 'cache-control': 'no-cache' };

/** Files: large ones, made for one request, played, or of a whole folder. Ranges are the business of FileResponse. */
@Controller('/downloads', { tags: ['downloads'] })
export class DownloadsController {
  constructor(
    @Depends(openDownloadFolder) private readonly folder: DownloadFolder,
    @Depends(openItemStore) private readonly store: ItemStore,
  ) {}

  /** A large file. `Repr-Digest` (RFC 9530) is of the whole of it, on the answer to a range too. */
  @Get('/readings.csv', { responseClass: FileResponse, mediaType: 'text/csv', headers: REVALIDATE })
  async readings(): Promise<FileResponse> {
    const { path, sha256 } = await this.folder.readings.current();
    return new FileResponse(path, {
      filename: 'Température – Zürich.csv',
      headers: { 'repr-digest': `sha-256=:${sha256}:` },
    });
  }

  /** Measures again: a download that was stopped half-way must start over, or it would mix two files. */
  @Post('/readings.csv', { statusCode: 204 })
  async renewReadings(): Promise<void> {
    await this.folder.readings.renew();
  }

  /** For an `<audio>` element, which asks for the part that it plays. */
  @Get('/melody.wav', { responseClass: FileResponse, mediaType: 'audio/wav', headers: REVALIDATE })
  async melody(): Promise<FileResponse> {
    return new FileResponse(await this.folder.melody());
  }

  /** All items in a file that is made for this request alone, and deleted when it has been sent. */
  @Get('/items.csv', { responseClass: FileResponse, mediaType: 'text/csv' })
  async items(): Promise<FileResponse> {
    const path = await this.folder.makeExport(toCsv(this.store.all()));
    return new FileResponse(path, { filename: 'My items.csv', deleteAfter: true });
  }

  /** How many of those files there are: 0 again as soon as they were sent. */
  @Get('/temporary-files')
  async temporaryFiles(): Promise<{ count: number }> {
    return { count: await this.folder.countExports() };
  }

  /** A whole folder, names as the request gives them: `root` answers 404 to each that leads out, or is hidden. */
  @Get('/shelf/*', { responseClass: FileResponse })
  shelf(@Param('*') name: string): FileResponse {
    return new FileResponse(name, { root: this.folder.shelf });
  }
}
