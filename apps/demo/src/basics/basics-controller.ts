import {
  Controller,
  Cookie,
  Get,
  HTMLResponse,
  PlainTextResponse,
  Query,
  RedirectResponse,
  Response,
} from '@sluice/core';

/** One route for each kind of short response. */
@Controller('/basics', { tags: ['basics'] })
export class BasicsController {
  @Get('/json')
  json(): { message: string; time: string } {
    return { message: 'a plain value is JSON', time: new Date().toISOString() };
  }

  @Get('/html', { responseClass: HTMLResponse })
  html(): string {
    return '<!doctype html><title>HTML</title><h1>A string, rendered as HTML</h1>';
  }

  @Get('/text', { responseClass: PlainTextResponse })
  text(@Query('name', { default: 'world' }) name: string): string {
    return `Hello, ${name}!\n`;
  }

  @Get('/redirect', { responseClass: RedirectResponse })
  redirect(): RedirectResponse {
    return new RedirectResponse('/api/basics/text?name=redirected');
  }

  /** Counts visits in a cookie: what is set on the injected response goes with the value. */
  @Get('/visits')
  visits(
    response: Response,
    @Cookie('visits', { default: 0, type: 'integer' }) visits: number,
  ): { visits: number } {
    response.setCookie('visits', String(visits + 1), { maxAge: 86_400, httpOnly: true });
    return { visits: visits + 1 };
  }
}
