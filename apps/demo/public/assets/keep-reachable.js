/** Lets a box be reached by keyboard while it has more than it shows: else it is one stop too many. */
export function keepReachable(box) {
  const look = () => {
    const scrolls = box.scrollHeight > box.clientHeight || box.scrollWidth > box.clientWidth;
    if (scrolls) box.tabIndex = 0;
    // Not while it has the focus, which would be lost.
    else if (document.activeElement !== box) box.removeAttribute('tabindex');
  };
  new ResizeObserver(look).observe(box);
  new MutationObserver(look).observe(box, { childList: true, characterData: true, subtree: true });
  look();
}
