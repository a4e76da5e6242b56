const SVG = 'http://www.w3.org/2000/svg';
const HEIGHT = 100;
// Room above and below, so that a line along the edge is not cut in half.
const MARGIN = 3;
// What a maximum of the scale is rounded up to, times a power of ten.
const ROUND = [1, 2, 5, 10];

/** A line through the newest values of something, which are numbered one after the other. A value that is missing is a gap. */
export class LineChart {
  element = document.createElement('figure');
  #newest = document.createElement('strong');
  #top = document.createElement('span');
  #drawing = document.createElementNS(SVG, 'svg');
  #unit;
  #length;
  #leastTop;

  /** `length` is how many values are shown; the scale goes from 0 to `leastTop` or more. */
  constructor({ title, unit, length, leastTop, legend }) {
    this.#unit = unit;
    this.#length = length;
    this.#leastTop = leastTop;
    this.element.className = 'chart';
    const caption = document.createElement('figcaption');
    caption.append(`${title} `, this.#newest);

    this.#drawing.setAttribute('role', 'img');
    this.#drawing.setAttribute('aria-label', `${title}: ${legend}`);
    this.#drawing.setAttribute('viewBox', `0 ${-MARGIN} ${length - 1} ${HEIGHT + 2 * MARGIN}`);
    // As wide as there is room, whatever that does to the proportions.
    this.#drawing.setAttribute('preserveAspectRatio', 'none');

    const scale = document.createElement('div');
    scale.className = 'scale';
    scale.append(this.#top, `0 ${unit}`);
    const plot = document.createElement('div');
    plot.className = 'plot';
    plot.append(this.#drawing, scale);
    this.element.append(caption, plot);
    this.draw([]);
  }

  /** `points` are `{ number, value, late }`, in the order of their numbers; those that are `late` stand out. */
  draw(points) {
    const newest = points.at(-1);
    const top = roundUp(Math.max(this.#leastTop, ...points.map(({ value }) => value)));
    this.#newest.textContent = newest === undefined ? '' : `${newest.value} ${this.#unit}`;
    this.#top.textContent = `${top} ${this.#unit}`;

    const first = (newest?.number ?? 0) - this.#length + 1;
    const places = points
      .filter(({ number }) => number >= first)
      .map(({ number, value, late }) => ({
        x: number - first,
        y: (HEIGHT * (1 - value / top)).toFixed(1),
        late,
      }));
    this.#drawing.replaceChildren(
      ...toRuns(places.filter(({ late }) => late)).map(toBand),
      ...toRuns(places).map(toArea),
      ...toSteps(places).map(toLine),
    );
  }
}

function roundUp(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ROUND.find((round) => round * power >= value);
}

/** Cuts where a number is missing. */
function toRuns(places) {
  const runs = [];
  for (const place of places) {
    const run = runs.at(-1);
    if (run !== undefined && run.at(-1).x === place.x - 1) run.push(place);
    else runs.push([place]);
  }
  return runs;
}

/** Cuts further, so that a piece leads only to places that are late, or only to others. */
function toSteps(places) {
  return toRuns(places).flatMap((run) => {
    const pieces = [[run[0]]];
    for (const [index, place] of run.entries()) {
      if (index === 0) continue;
      const piece = pieces.at(-1);
      if (piece.length === 1 || piece.at(-1).late === place.late) piece.push(place);
      else pieces.push([run[index - 1], place]);
    }
    return pieces;
  });
}

function toBand(run) {
  const band = createShape('rect', 'late-band');
  band.setAttribute('x', run[0].x - 1);
  band.setAttribute('y', -MARGIN);
  band.setAttribute('width', run.length);
  band.setAttribute('height', HEIGHT + 2 * MARGIN);
  return band;
}

function toArea(run) {
  const area = createShape('path', 'area');
  area.setAttribute(
    'd',
    `M${run[0].x} ${HEIGHT + MARGIN}L${toText(run)}L${run.at(-1).x} ${HEIGHT + MARGIN}Z`,
  );
  return area;
}

function toLine(piece) {
  const line = createShape('path', piece.at(-1).late ? 'line late' : 'line');
  line.setAttribute('d', `M${toText(piece)}`);
  return line;
}

function toText(places) {
  return places.map(({ x, y }) => `${x} ${y}`).join('L');
}

function createShape(name, className) {
  const shape = document.createElementNS(SVG, name);
  shape.setAttribute('class', className);
  return shape;
}
