/**
 * Begins a list of what happens when, in the card. The function that it gives adds a line, at this moment or at the time
 * that is given with it, and tells the line's time in ms.
 */
export function startTimeline(card) {
  const list = document.createElement('ol');
  list.className = 'timeline';
  list.setAttribute('aria-label', 'What happened when');
  card.extra.replaceChildren(list);
  const begin = performance.now();
  return (text, ms = performance.now() - begin) => {
    const time = Math.round(ms);
    const at = document.createElement('span');
    at.textContent = `+${time} ms`;
    const line = document.createElement('li');
    line.append(at, ' ', text);
    list.append(line);
    return time;
  };
}
