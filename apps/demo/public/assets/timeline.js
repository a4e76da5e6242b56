/** Begins a list of what happens when, in the card. The function that it gives adds a line, and tells its time in ms. */
export function startTimeline(card) {
  const list = document.createElement('ol');
  list.className = 'timeline';
  list.setAttribute('aria-label', 'What happened when');
  card.extra.replaceChildren(list);
  const begin = performance.now();
  return (text) => {
    const time = Math.round(performance.now() - begin);
    const at = document.createElement('span');
    at.textContent = `+${time} ms`;
    const line = document.createElement('li');
    line.append(at, ' ', text);
    list.append(line);
    return time;
  };
}
