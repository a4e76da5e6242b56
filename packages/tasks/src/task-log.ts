/** Where a queue says what happens: `app.log` of Fastify, any pino logger, or the console. */
export interface TaskLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
