import { markNotice, ServerSentEvent } from '../sse/server-sent-event.js';

/**
 * Why events are missing: they are not kept any more (`expired`), the subscriber was too slow for its queue (`dropped`),
 * or the broker lost them (`broker`).
 */
export type GapReason = 'expired' | 'dropped' | 'broker';

/**
 * Stands in a subscription where events are missing: `event: reset` with `{"reason":"expired"}`. A client that minds
 * fetches what it shows anew; an `EventSource` without a listener for `reset` ignores it.
 *
 * Its id is that of the last missing event, if that is known, so that a client is told of a gap once.
 */
export class GapNotice extends ServerSentEvent {
  constructor(reason: GapReason, id: string | undefined) {
    super({ event: 'reset', data: { reason }, ...(id === undefined ? {} : { id }) });
  }
}

markNotice(GapNotice.prototype);
