/** A bar that shows which parts of a whole are there. */
export class SegmentBar {
  element = document.createElement('div');

  /** `role` is `progressbar` or `img`; `label` says of what. */
  constructor(role, label) {
    this.element.className = 'bar';
    this.element.setAttribute('role', role);
    this.element.setAttribute('aria-label', label);
  }

  /** `segments` are `{ from, to }`, in the unit of `total`. */
  show(segments, total) {
    this.element.replaceChildren(
      ...segments.map(({ from, to }) => {
        const segment = document.createElement('span');
        segment.style.insetInlineStart = `${(from / total) * 100}%`;
        segment.style.inlineSize = `${((to - from) / total) * 100}%`;
        return segment;
      }),
    );
  }
}
