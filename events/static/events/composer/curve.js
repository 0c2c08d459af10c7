// The values of one column as a curve to draw on. The table does the same for whoever has no pointer.

import { numberOf } from "./text.js";

const SVG = "http://www.w3.org/2000/svg";

export class Curve {
  constructor(place, text, onDraw) {
    this.svg = document.createElementNS(SVG, "svg");
    this.svg.setAttribute("class", "cmp-draw");
    this.svg.setAttribute("preserveAspectRatio", "none");
    this.svg.setAttribute("role", "img");
    this.svg.setAttribute("aria-label", text);
    place.append(this.svg);
    this.onDraw = onDraw;
    this.svg.addEventListener("pointerdown", (event) => {
      if (!this.values.length) return;
      this.svg.setPointerCapture(event.pointerId);
      this.last = null;
      this.draw(event);
    });
    this.svg.addEventListener("pointermove", (event) => {
      if (this.svg.hasPointerCapture(event.pointerId)) this.draw(event);
    });
    this.svg.addEventListener("pointerup", () => { this.scale = null; this.show(this.values); });
  }

  show(cells) {
    this.values = cells.map((cell) => (typeof cell === "number" ? cell : numberOf(cell)));
    const numbers = this.values.filter((value) => value !== null);
    this.scale ??= scaleOf(numbers);
    const { low, high } = this.scale;
    this.svg.setAttribute("viewBox", `0 0 ${Math.max(this.values.length, 1)} 100`);
    const zero = 100 * (high - 0) / (high - low);
    const drawn = this.values.map((value, place) => {
      const top = 100 * (high - (value ?? 0)) / (high - low);
      return element("rect", { x: place + 0.05, width: 0.9, y: Math.min(top, zero), height: Math.max(Math.abs(zero - top), 0.5) });
    });
    drawn.push(element("line", { x1: 0, x2: Math.max(this.values.length, 1), y1: zero, y2: zero }));
    this.svg.replaceChildren(...drawn);
  }

  rescale() {
    this.scale = null;
  }

  draw(event) {
    const box = this.svg.getBoundingClientRect();
    const place = clamp(Math.floor((event.clientX - box.left) / box.width * this.values.length), 0, this.values.length - 1);
    const { low, high } = this.scale;
    const value = round(high - clamp((event.clientY - box.top) / box.height, 0, 1) * (high - low), (high - low) / 200);
    const from = this.last ?? place;
    for (let each = Math.min(from, place); each <= Math.max(from, place); each += 1) {
      this.values[each] = value;
      this.onDraw(each, String(value));
    }
    this.last = place;
    this.show(this.values);
  }
}

// From zero or below to somewhat above the highest.
function scaleOf(numbers) {
  const high = Math.max(0, ...numbers), low = Math.min(0, ...numbers);
  return high === low ? { low: 0, high: 1 } : { low: low * 1.25, high: high * 1.25 || -low * 0.1 };
}

function round(value, step) {
  const digits = clamp(Math.ceil(-Math.log10(step)), 0, 6);
  return Number(value.toFixed(digits));
}

function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high);
}

function element(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
