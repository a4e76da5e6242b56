/** Creates an item. The faults of a 422 are shown at the fields that their `loc` names. */
export async function createItem(card) {
  const { response, text } = await card.exchange();
  const { detail = [] } = JSON.parse(text);
  const invalid = showFaults(card.form, response.status === 422 ? detail : []);
  invalid?.focus();
  if (response.status === 201) offerId(JSON.parse(text).id);
}

/** Gives the first field that is at fault. */
function showFaults(form, faults) {
  const messages = new Map([...form.elements].map(({ name }) => [name, []]));
  const rest = [];
  for (const { loc, msg } of faults) {
    const [source, field] = loc;
    const list = source === 'body' ? messages.get(field) : undefined;
    (list ?? rest).push(msg);
  }
  for (const field of form.querySelectorAll('[aria-describedby$="-fault"]')) {
    const found = messages.get(field.name);
    field.ariaInvalid = String(found.length > 0);
    document.getElementById(`${field.id}-fault`).textContent = found.join('; ');
  }
  form.querySelector('[data-fault="rest"]').textContent = rest.join('; ');
  return form.querySelector('[aria-invalid="true"]');
}

/** Puts the id of the new item where one would type it next. */
function offerId(id) {
  for (const field of document.querySelectorAll('#read-id, #delete-id')) {
    field.value = id;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  }
}
