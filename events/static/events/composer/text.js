// The grid's text, which is what is sent: a line for each row, cells apart by tabs.

const TIME = /^((\d{4}-\d\d-\d\d|\d\d?-\d\d?-\d{4})[T ]+)?\d\d?:\d\d(:00)?\s*(Z|[+-]\d\d:?\d\d)?$/;

export function rowsOf(text, columns) {
  const lines = text.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n").replace(/\n+$/, "").split("\n");
  if (lines.length === 1 && lines[0].trim() === "") return [];
  const mark = text.includes("\t") ? "\t" : text.includes(";") ? ";" : null;
  const rows = lines.map((line) => {
    const cells = (mark ? line.split(mark) : columns.length === 1 && !/^\S+:\S+,/.test(line) ? [line] : line.split(","));
    const trimmed = cells.map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));
    let times = 0;
    while (times < 2 && TIME.test(trimmed[times] ?? "")) times += 1;
    return { times: trimmed.slice(0, times), values: trimmed.slice(times) };
  });
  return withoutHeader(rows, columns);
}

// A header may name the columns in another order.
function withoutHeader(rows, columns) {
  const [first, ...others] = rows;
  const names = first.values.map((name) => name.toLowerCase());
  const places = columns.map((column) => names.indexOf(column.toLowerCase()));
  const isNamed = places.some((place) => place >= 0);
  if (first.times.length || !others.length || first.values.some((cell) => numberOf(cell) !== null)) return rows;
  if (!isNamed || places.includes(-1)) return isNamed ? rows : others;
  const before = Math.max(names.length - columns.length, 0);
  return others.map((row) => ({ ...row, values: places.map((place) => row.values[place - before] ?? "") }));
}

export function textOf(rows) {
  return rows.map((row) => [...row.times, ...row.values].join("\t")).join("\n");
}

export function numberOf(cell) {
  const text = (cell ?? "").replace(",", ".");
  return /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Number(text) : null;
}
