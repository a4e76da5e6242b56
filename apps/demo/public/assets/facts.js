/** A list of names with values that change; it is not read out at each change. */
export class Facts {
  element = document.createElement('dl');
  #values = new Map();

  constructor(names) {
    this.element.className = 'facts';
    for (const name of names) {
      const pair = document.createElement('div');
      const term = document.createElement('dt');
      const value = document.createElement('dd');
      term.textContent = name;
      value.textContent = '–';
      pair.append(term, value);
      this.element.append(pair);
      this.#values.set(name, value);
    }
  }

  show(values) {
    for (const [name, value] of Object.entries(values)) this.#values.get(name).textContent = String(value);
  }
}
