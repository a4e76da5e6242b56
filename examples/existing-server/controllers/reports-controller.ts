import {
  BackgroundTasks,
  Body,
  Controller,
  dependency,
  Depends,
  Get,
  HTTPException,
  Post,
  Req,
  StreamingResponse,
} from '@sluice/core';
import { IsInt, IsString, Max, Min } from 'class-validator';
import type { FastifyRequest } from 'fastify';

interface User {
  readonly name: string;
  readonly role: string;
}

/** Who the server's own hook has found. */
const currentUser = dependency(
  { request: Req() },
  ({ request }) => (request as FastifyRequest & { user: User }).user,
);

const accountant = dependency({ user: currentUser }, ({ user }) => {
  if (user.role !== 'accountant') throw new HTTPException(403, 'For accountants');
  return user;
});

class OrderReport {
  @IsString() title!: string;
  @IsInt() @Min(2000) @Max(2100) year!: number;
}

@Controller('/reports', { tags: ['reports'] })
export class ReportsController {
  readonly #ordered: string[] = [];

  @Post('/', { statusCode: 202 })
  order(@Body() report: OrderReport, @Depends(accountant) user: User, tasks: BackgroundTasks) {
    tasks.addTask(() => this.#ordered.push(`${report.title} ${report.year}`));
    return { orderedBy: user.name };
  }

  @Get('/')
  list() {
    return this.#ordered;
  }

  @Get('/orders.csv', { responseClass: StreamingResponse, mediaType: 'text/csv' })
  *orders() {
    yield 'id,item,price\n';
    yield '7,lock,9.5\n';
  }

  @Get('/broken')
  broken() {
    throw new Error('the password is hunter2');
  }
}
