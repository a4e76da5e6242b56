// A classic script, and the first: it also says when another one cannot be loaded or read at all.
{
  const MOST = 5;

  const show = (text) => {
    const box = document.querySelector('#problems');
    if (box === null) {
      document.addEventListener('DOMContentLoaded', () => show(text), { once: true });
      return;
    }
    if (box.hidden) {
      const title = document.createElement('strong');
      title.textContent = 'Something on this page does not work';
      const list = document.createElement('ul');
      const hide = document.createElement('button');
      hide.type = 'button';
      hide.textContent = 'Hide';
      hide.addEventListener('click', () => (box.hidden = true));
      box.replaceChildren(title, list, hide);
      box.hidden = false;
    }
    const list = box.querySelector('ul');
    if (list.childElementCount === MOST) return;
    const line = document.createElement('li');
    line.textContent = text;
    list.append(line);
  };

  const toText = (error) =>
    error instanceof Error ? `${error.name}: ${error.message}` : `thrown: ${String(error)}`;

  // Captured, since what a script element tells of a failed request does not bubble.
  addEventListener(
    'error',
    ({ target, error, message }) => {
      if (target instanceof HTMLScriptElement || target instanceof HTMLLinkElement) {
        show(`${target.src || target.href} could not be loaded`);
      } else if (target === window) show(error === null || error === undefined ? message : toText(error));
    },
    true,
  );
  addEventListener('unhandledrejection', ({ reason }) => show(toText(reason)));
  addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
    show(`${violatedDirective} forbids ${blockedURI}`),
  );
}
