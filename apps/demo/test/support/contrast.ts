/**
 * A script for a page: lists its visible texts whose contrast to what is behind them is below 4.5 : 1, which
 * WCAG 2.2, 1.4.3 asks of text for level AA. Disabled controls need none.
 */
export const FIND_LOW_CONTRAST = `(() => {
  const channels = (color) => color.match(/[\\d.]+/g).map(Number);
  const luminance = (color) => {
    const [r, g, b] = color.map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const backgroundOf = (element) => {
    for (; element !== null; element = element.parentElement) {
      const color = channels(getComputedStyle(element).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const contrast = (element) => {
    const text = luminance(channels(getComputedStyle(element).color).slice(0, 3));
    const behind = luminance(backgroundOf(element));
    return (Math.max(text, behind) + 0.05) / (Math.min(text, behind) + 0.05);
  };
  const texts = new Set(document.querySelectorAll('input, select'));
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    if (walker.currentNode.data.trim() !== '') texts.add(walker.currentNode.parentElement);
  }
  return [...texts]
    .filter((element) => element.checkVisibility() && !element.matches(':disabled') && contrast(element) < 4.5)
    .map((element) => element.localName + ' ' + JSON.stringify(element.textContent.slice(0, 40)) + ' ' + contrast(element).toFixed(2));
})()`;
