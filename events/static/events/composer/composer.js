// The composer: keeps the table, the curve and the text in step, asks for previews, and loses nothing that was typed.

import { Curve } from "./curve.js";
import { fieldsOf, forget, keep, kept, put } from "./kept.js";
import { sendOnce } from "../../vtn/once.js";
import { Table } from "./table.js";
import { rowsOf, textOf } from "./text.js";
import { isZone, label, moments, stepsOfDay } from "./zones.js";

const form = document.getElementById("composer");
const { elements, dataset } = form;
const text = elements.grid;
const preview = document.getElementById("cmp-preview");
const texts = { row: dataset.textRow, from: dataset.textFrom, to: dataset.textTo };
const places = { table: document.getElementById("cmp-table"), curve: document.getElementById("cmp-curve") };

let rows = [];
let drawn = 0;
const table = new Table(places.table, texts, (isNew) => changed(isNew));
const columnChoice = choice(dataset.textColumn, () => { drawn = columnChoice.selectedIndex; curve.rescale(); redraw(); });
const curve = new Curve(places.curve, dataset.textCurve, (row, value) => {
  table.set(row, drawn + (isFree() ? 2 : 0), value);
  const cell = table.at(row, drawn + (isFree() ? 2 : 0));
  if (cell) cell.value = value;
  write();
});
buttons();

const isFree = () => elements.step.value === "free";
const columns = () => elements.payload_types.value.split(/[\s,]+/).filter(Boolean);
const step = () => Number(elements.step.value) * 60_000;

function start() {
  const { start_date: date, start_time: time, zone, turn } = elements;
  if (!date.value || !time.value || !isZone(zone.value)) return [];
  const found = moments(date.value, time.value.slice(0, 5), zone.value);
  return found.length === 2 && turn.value ? [found[turn.value === "second" ? 1 : 0]] : found;
}

// From the text to the table.
function read() {
  rows = rowsOf(text.value, columns());
  refresh();
}

function refresh() {
  const [first] = start();
  rows.forEach((row, place) => {
    row.label = !isFree() && first !== undefined ? label(first + place * step(), elements.zone.value) : "";
  });
  table.show(rows, columns(), isFree());
  const names = columns();
  columnChoice.parentElement.hidden = names.length < 2;
  columnChoice.replaceChildren(...names.map((name) => new Option(name)));
  drawn = Math.min(drawn, Math.max(names.length - 1, 0));
  columnChoice.selectedIndex = drawn;
  redraw();
  tellUtc();
}

function redraw() {
  curve.show(rows.map((row) => row.values[drawn] ?? ""));
}

// From the table to the text.
function write() {
  text.value = textOf(rows);
  later();
}

function changed(isNew) {
  write();
  if (isNew) refresh();
  else { curve.rescale(); redraw(); }
}

function tellUtc() {
  const found = start();
  document.getElementById("cmp-utc").textContent = found.map((moment) => `${label(moment, "UTC").slice(0, 16)} UTC`).join(" / ");
}

function addRow() {
  const last = rows.at(-1);
  const times = isFree() ? [last?.times[1] ?? "", ""] : [];
  rows.push({ label: "", times, values: last ? [...last.values] : columns().map(() => "0") });
  changed(true);
}

function fillDay() {
  const [first] = start();
  const wanted = isFree() || first === undefined ? 24 : stepsOfDay(first, elements.zone.value, step());
  while (rows.length < wanted) {
    rows.push({ label: "", times: [], values: rows.length ? [...rows.at(-1).values] : columns().map(() => "0") });
  }
  rows.length = wanted;
  changed(true);
}

function buttons() {
  const bar = document.createElement("div");
  bar.className = "cmp-buttons";
  const add = (words, act) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "vtn-button is-quiet";
    button.textContent = words;
    button.addEventListener("click", act);
    bar.append(button);
  };
  add(dataset.textAdd, addRow);
  add(dataset.textDay, fillDay);
  add(dataset.textRemove, () => { rows.pop(); changed(true); });
  places.table.after(bar);
}

function choice(words, act) {
  const select = document.createElement("select");
  const frame = document.createElement("label");
  frame.className = "cmp-row";
  frame.append(words, select);
  select.addEventListener("change", act);
  places.curve.append(frame);
  return select;
}

// Previews: the server's, a moment after the last keystroke.
let waiting = null;
let asked = 0;

function later() {
  keep(form);
  clearTimeout(waiting);
  waiting = setTimeout(ask, 600);
}

async function ask() {
  asked += 1;
  const mine = asked;
  const body = new FormData(form);
  body.set("action", "preview");
  try {
    const answer = await fetch(location.href, { method: "POST", body, headers: { "X-Fragment": "preview" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine !== asked) return;
    const fragment = page.querySelector("[data-fragment]");
    // Whoever is logged out gets the login page, or is refused for the token of another session.
    if (!fragment) { say(answer.ok || answer.status === 403 ? dataset.textLoggedOut : dataset.textUnreachable); return; }
    preview.replaceChildren(fragment);
    mark(fragment.querySelectorAll("[data-faults] li"));
    if (!fragment.querySelector(".cmp-errors")) clear();
  } catch {
    if (mine === asked) say(dataset.textUnreachable);
  }
}

// The faults of a form that was refused, once the server takes what is in it now. What kept it from being saved, no
// preview can tell to be over.
function clear() {
  const top = document.getElementById("cmp-top-errors");
  if (top && !("refused" in top.dataset)) top.remove();
  for (const list of form.querySelectorAll(".cmp-field .cmp-errors")) list.remove();
  for (const field of form.querySelectorAll(".cmp-field.is-wrong")) field.classList.remove("is-wrong");
}

function say(words) {
  const notice = document.createElement("p");
  notice.className = "cmp-notice";
  notice.setAttribute("role", "alert");
  notice.textContent = words;
  preview.replaceChildren(notice);
}

function mark(items) {
  table.mark([...items].map((item) => (
    { row: Number(item.dataset.row), column: item.dataset.column, text: item.textContent }
  )));
}

// What was typed before, unless the server shows that very form again.
function restore() {
  const before = kept(form);
  const isAnswer = document.getElementById("cmp-top-errors") !== null || preview.querySelector(".cmp-preview") !== null;
  if (!before || isAnswer || JSON.stringify(before.fields) === JSON.stringify(fieldsOf(form))) return;
  const blank = fieldsOf(form);
  put(form, before.fields);
  const notice = document.getElementById("cmp-restored");
  notice.hidden = false;
  notice.querySelector("button").addEventListener("click", () => {
    forget(form);
    put(form, blank);
    notice.hidden = true;
    read();
  });
}

elements.file.addEventListener("change", async () => {
  const [file] = elements.file.files;
  if (!file || file.size > 1 << 20) return;
  text.value = await file.text();
  elements.file.value = "";
  curve.rescale();
  read();
  later();
});
text.addEventListener("input", () => { curve.rescale(); read(); });
for (const name of ["payload_types", "step", "start_date", "start_time", "zone", "turn"]) {
  elements[name].addEventListener("input", refresh);
}
form.addEventListener("input", later);
form.addEventListener("submit", () => keep(form));
sendOnce(form);
document.getElementById("cmp-preview-button").addEventListener("click", (event) => { event.preventDefault(); ask(); });

restore();
read();
mark(document.querySelectorAll("#cmp-faults li"));
