// What was typed outlives the session: it stays in this browser until the server has it.

const PREFIX = "vtn-composer:";
const OTHERS = new Set(["csrfmiddlewaretoken", "file"]);

export function nameOf(form) {
  return `${PREFIX}${form.dataset.user}:${form.dataset.key}`;
}

export function fieldsOf(form) {
  const fields = {};
  for (const [name, value] of new FormData(form)) {
    if (!OTHERS.has(name) && typeof value === "string") (fields[name] ??= []).push(value);
  }
  return fields;
}

export function keep(form) {
  try {
    localStorage.setItem(nameOf(form), JSON.stringify({ token: form.elements.token.value, fields: fieldsOf(form) }));
  } catch {
    // A browser that keeps nothing is used without.
  }
}

export function kept(form) {
  try {
    return JSON.parse(localStorage.getItem(nameOf(form)));
  } catch {
    return null;
  }
}

export function put(form, fields) {
  for (const element of form.elements) {
    if (!element.name || OTHERS.has(element.name) || element.type === "submit") continue;
    const values = fields[element.name] ?? [];
    if (element.type === "checkbox") element.checked = values.includes(element.value);
    else element.value = values[0] ?? "";
  }
}

export function forget(form) {
  localStorage.removeItem(nameOf(form));
}

// Of every form that was sent with this token.
export function forgetToken(token) {
  for (const name of Object.keys(localStorage)) {
    if (!name.startsWith(PREFIX)) continue;
    try {
      if (JSON.parse(localStorage.getItem(name)).token === token) localStorage.removeItem(name);
    } catch {
      localStorage.removeItem(name);
    }
  }
}
