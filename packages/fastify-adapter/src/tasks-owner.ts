import type { FastifyBaseLogger } from 'fastify';

/** Whose tasks they are. */
export interface TasksOwner {
  /** `ItemsController.create`, for the log. */
  readonly name: string;
  readonly log: FastifyBaseLogger;
  /** Whether dependencies of the request are open, until its tasks have run. */
  readonly holdsDependencies: boolean;
  /** Ends the dependencies of the request; never fails. */
  endDependencies(): void | Promise<void>;
  /** All of them have ended, or are not waited for. */
  tasksEnded(): void;
  /** Called inside of the request's context, before `runInContext` is called outside of it. */
  keepContext(): void;
  /** Calls at once, inside of the request's context. */
  runInContext(callback: () => void): void;
}
