import path from 'node:path';

import { Controller, FileResponse, Get, Param } from '@sluice/core';

const PUBLIC_FOLDER = path.join(__dirname, '..', '..', 'public');
const SOURCE_FOLDER = path.join(__dirname, '..', '..', 'src');
const ASSETS_FOLDER = path.join(PUBLIC_FOLDER, 'assets');

// A browser may keep the files, but asks each time whether they are still the same: 304 if so.
const REVALIDATE = { 'cache-control': 'no-cache' };

/** The page on which a person tries the service. */
@Controller()
export class PageController {
  // The policy: nothing from elsewhere, and text that comes back from the service never runs as a script.
  @Get('/', { headers: { ...REVALIDATE, 'content-security-policy': "default-src 'self'" } })
  page(): FileResponse {
    return new FileResponse(path.join(PUBLIC_FOLDER, 'index.html'));
  }

  @Get('/assets/:name', { headers: REVALIDATE })
  asset(@Param('name') name: string): FileResponse {
    // The name comes from the request: `root` answers 404 to one that leads out of the folder.
    return new FileResponse(name, { root: ASSETS_FOLDER });
  }

  /** The source of this service, which the page shows beside what it does. */
  @Get('/source/*', { headers: REVALIDATE })
  source(@Param('*') file: string): FileResponse {
    // Said, since the ending .ts is that of a video format too.
    return new FileResponse(file, { root: SOURCE_FOLDER, mediaType: 'text/plain' });
  }
}
