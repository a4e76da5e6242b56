import path from 'node:path';

import { Controller, FileResponse, Get } from '@sluice/core';

const PAGE = path.join(__dirname, '..', 'public', 'index.html');

/** The page on which a person tries the service. */
@Controller()
export class PageController {
  @Get('/')
  page(): FileResponse {
    return new FileResponse(PAGE);
  }
}
