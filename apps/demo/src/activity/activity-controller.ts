import { Controller, Depends, FileResponse, Get } from '@sluice/core';

import { ActivityLog } from './activity-log.js';
import { openActivityLog } from './open-activity-log.js';

@Controller('/activity', { tags: ['activity'] })
export class ActivityController {
  constructor(@Depends(openActivityLog) private readonly activity: ActivityLog) {}

  /** The log as a download; a client that stopped half-way goes on by a range. */
  @Get('/log', {
    responseClass: FileResponse,
    mediaType: 'text/plain',
    headers: { 'cache-control': 'no-cache' },
  })
  log(): FileResponse {
    return new FileResponse(this.activity.file, { filename: 'activity.log', mediaType: 'text/plain' });
  }
}
