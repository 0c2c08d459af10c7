// The grid as a table that is typed in and pasted into. Everything that somebody wrote is put in as text, never as HTML.

export class Table {
  constructor(place, texts, onChange) {
    this.place = place;
    this.texts = texts;
    this.onChange = onChange;
    this.place.addEventListener("input", (event) => this.typed(event));
    this.place.addEventListener("paste", (event) => this.pasted(event));
    this.place.addEventListener("keydown", (event) => this.moved(event));
  }

  // rows: [{label, times, values}]; isFree: times are typed as well.
  show(rows, columns, isFree) {
    this.rows = rows;
    this.names = isFree ? [this.texts.from, this.texts.to, ...columns] : columns;
    this.isFree = isFree;
    const table = document.createElement("table");
    const head = table.createTHead().insertRow();
    for (const name of [this.texts.row, ...this.names]) head.append(cellOf("th", name, { scope: "col" }));
    const body = table.createTBody();
    rows.forEach((row, number) => {
      const line = body.insertRow();
      line.append(cellOf("th", row.label ? `${number + 1}. ${row.label}` : `${number + 1}.`, { scope: "row" }));
      this.cellsOf(row).forEach((value, column) => line.insertCell().append(this.input(value, number, column)));
    });
    const frame = document.createElement("div");
    frame.className = "cmp-table";
    frame.append(table);
    this.place.replaceChildren(frame);
  }

  cellsOf(row) {
    const times = this.isFree ? [row.times[0] ?? "", row.times[1] ?? ""] : [];
    const wanted = this.names.length - times.length;
    return [...times, ...Array.from({ length: wanted }, (_, place) => row.values[place] ?? "")];
  }

  input(value, row, column) {
    const input = document.createElement("input");
    input.className = "cmp-cell";
    input.value = value;
    input.dataset.row = row;
    input.dataset.column = column;
    input.setAttribute("aria-label", `${this.texts.row} ${row + 1}, ${this.names[column]}`);
    return input;
  }

  at(row, column) {
    return this.place.querySelector(`input[data-row="${row}"][data-column="${column}"]`);
  }

  typed(event) {
    const { row, column } = event.target.dataset;
    this.set(Number(row), Number(column), event.target.value);
    this.onChange();
  }

  set(row, column, value) {
    while (this.rows.length <= row) this.rows.push({ label: "", times: [], values: [] });
    const times = this.isFree ? 2 : 0;
    const cells = column < times ? this.rows[row].times : this.rows[row].values;
    const place = column < times ? column : column - times;
    while (cells.length < place) cells.push("");
    cells[place] = value;
  }

  // A block of cells goes where the cursor is, and further down than there were rows.
  pasted(event) {
    const text = event.clipboardData.getData("text");
    if (!/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    const { row, column } = event.target.dataset;
    const lines = text.replace(/\r\n?/g, "\n").replace(/\n+$/, "").split("\n");
    lines.forEach((line, down) => line.split("\t").forEach((cell, right) => {
      this.set(Number(row) + down, Number(column) + right, cell.trim());
    }));
    this.onChange(true);
    this.at(row, column)?.focus();
  }

  moved(event) {
    const step = { ArrowDown: 1, Enter: 1, ArrowUp: -1 }[event.key];
    if (!step || !event.target.dataset.row) return;
    event.preventDefault();
    this.at(Number(event.target.dataset.row) + step, event.target.dataset.column)?.focus();
  }

  // faults: [{row, column, text}], rows counted from 1.
  mark(faults) {
    for (const cell of this.place.querySelectorAll(".is-wrong")) {
      cell.classList.remove("is-wrong");
      cell.removeAttribute("aria-invalid");
      cell.removeAttribute("title");
    }
    for (const fault of faults) {
      const column = Math.max(this.names?.indexOf(fault.column) ?? 0, 0);
      const cell = fault.row ? this.at(fault.row - 1, column) : null;
      cell?.classList.add("is-wrong");
      cell?.setAttribute("aria-invalid", "true");
      cell?.setAttribute("title", fault.text);
    }
  }
}

function cellOf(kind, text, attributes) {
  const cell = document.createElement(kind);
  cell.textContent = text;
  for (const [name, value] of Object.entries(attributes)) cell.setAttribute(name, value);
  return cell;
}
