import { cutMember } from './cut-member.js';
import { highlightLines } from './highlight.js';
import { keepReachable } from './keep-reachable.js';
import { send, readText } from './request.js';

/** Shows pieces of the sources of the service, as they lie on its disk. */
export class SourceViews {
  // Several cards show pieces of one file.
  #files = new Map();

  /** Fills an element whose `data-source` names them: `folder/file.ts#member,member folder/other.ts#member`. */
  async show(element, title) {
    for (const reference of element.dataset.source.split(' ')) {
      const [file, members] = reference.split('#');
      const code = document.createElement('pre');
      code.className = 'code';
      code.setAttribute('role', 'group');
      code.setAttribute('aria-label', `Code: ${title}, ${file}`);
      element.append(createCaption(file), code);
      try {
        const source = await this.#read(file);
        code.replaceChildren(...highlightLines(cut(source, file, members.split(','))));
      } catch (error) {
        code.textContent = `This source cannot be shown: ${error.message}`;
      }
      keepReachable(code);
    }
  }

  #read(file) {
    let reading = this.#files.get(file);
    if (reading === undefined) this.#files.set(file, (reading = read(file)));
    return reading;
  }
}

async function read(file) {
  const path = `/source/${file}`;
  const response = await send({ method: 'GET', path });
  if (!response.ok) throw new Error(`${path} is ${response.status} ${response.statusText}`);
  return readText(response);
}

function cut(source, file, members) {
  const pieces = members.map((name) => {
    const piece = cutMember(source, name);
    if (piece === undefined) throw new Error(`${file} has no ${name}`);
    return piece;
  });
  return pieces.join('\n\n');
}

function createCaption(file) {
  const link = document.createElement('a');
  link.href = `/source/${file}`;
  link.textContent = `src/${file}`;
  const caption = document.createElement('p');
  caption.className = 'file';
  caption.append(link);
  return caption;
}
