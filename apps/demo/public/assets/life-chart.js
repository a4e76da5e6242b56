const PARTS = {
  session: 'Session (request)',
  transaction: 'Transaction (function)',
  handler: 'Handler',
  body: 'Body on the wire',
  task: 'Background task',
};

/** Bars of when each part of a request was open. The same is told in words beside it, so it is a picture only. */
export class LifeChart {
  element = document.createElement('figure');
  #bars = new Map();
  #scale = document.createElement('figcaption');

  constructor() {
    this.element.className = 'lanes';
    this.element.ariaHidden = 'true';
    for (const [part, title] of Object.entries(PARTS)) {
      const name = document.createElement('span');
      name.className = 'lane-name';
      name.textContent = title;
      const bar = document.createElement('span');
      bar.className = 'lane-bar';
      bar.dataset.part = part;
      const lane = document.createElement('span');
      lane.className = 'lane';
      lane.append(bar);
      this.element.append(name, lane);
      this.#bars.set(part, bar);
    }
    this.element.append(this.#scale);
    this.show([]);
  }

  /** `events` are `{ ms, part, edge }`, in their order; what has no end yet goes on to the newest. */
  show(events) {
    const total = events.at(-1)?.ms ?? 0;
    this.#scale.textContent = total === 0 ? 'milliseconds of the service’s clock' : `${Math.round(total)} ms`;
    for (const [part, bar] of this.#bars) {
      const find = (edge) => events.find((event) => event.part === part && event.edge === edge)?.ms;
      const begin = find('begin');
      bar.hidden = begin === undefined;
      if (begin === undefined) continue;
      const end = find('end') ?? total;
      bar.style.insetInlineStart = `${(begin / total) * 100}%`;
      bar.style.inlineSize = `${((end - begin) / total) * 100}%`;
    }
  }
}
