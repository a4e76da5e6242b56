/** Lists the cards by their sections, and marks the section that is being read. */
export function showContents(nav, main) {
  const list = document.createElement('ul');
  const links = new Map();
  for (const section of main.querySelectorAll(':scope > section')) {
    const link = createLink(section.querySelector('h2').id, section.querySelector('h2').textContent);
    const cards = document.createElement('ul');
    for (const card of section.querySelectorAll('.card')) {
      cards.append(toItem(createLink(card.id, card.querySelector('h3').textContent)));
    }
    const item = toItem(link);
    item.append(cards);
    list.append(item);
    links.set(section, link);
  }
  nav.replaceChildren(list);
  markCurrent(links);
}

/** The section that crosses a line a third of the way down. */
function markCurrent(links) {
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (isIntersecting) links.get(target).setAttribute('aria-current', 'true');
        else links.get(target).removeAttribute('aria-current');
      }
    },
    { rootMargin: '-33% 0px -66%' },
  );
  for (const section of links.keys()) observer.observe(section);
}

function createLink(id, text) {
  const link = document.createElement('a');
  link.href = `#${id}`;
  link.textContent = text;
  return link;
}

function toItem(link) {
  const item = document.createElement('li');
  item.append(link);
  return item;
}
