// Local times of a time zone, as the browser knows them. Only to show while somebody types: the server decides.

const formats = new Map();

function format(zone) {
  if (!formats.has(zone)) {
    formats.set(zone, new Intl.DateTimeFormat("en-GB", {
      timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
    }));
  }
  return formats.get(zone);
}

function shown(moment, zone) {
  const parts = Object.fromEntries(format(zone).formatToParts(moment).map((part) => [part.type, part.value]));
  return Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute);
}

// The moments, in milliseconds, at which the clocks of the zone show this: none, one or two.
export function moments(date, time, zone) {
  const local = Date.parse(`${date}T${time}Z`);
  if (Number.isNaN(local)) return [];
  const found = new Set();
  for (const hours of [-26, 26]) {
    const near = local + hours * 3_600_000;
    const moment = local - (shown(near, zone) - near);
    if (shown(moment, zone) === local) found.add(moment);
  }
  return [...found].sort((one, other) => one - other);
}

export function isZone(zone) {
  try { format(zone); return true; } catch { return false; }
}

// As the server writes it: 2026-10-25 02:00 +02:00.
export function label(moment, zone) {
  const local = shown(moment, zone);
  const minutes = Math.round((local - moment) / 60_000);
  const ahead = Math.abs(minutes);
  const offset = `${minutes < 0 ? "-" : "+"}${two(Math.floor(ahead / 60))}:${two(ahead % 60)}`;
  return `${new Date(local).toISOString().slice(0, 16).replace("T", " ")} ${offset}`;
}

// How many steps the local day has that begins at this moment: of an hour 23, 24 or 25.
export function stepsOfDay(moment, zone, step) {
  const day = new Date(shown(moment, zone)).toISOString().slice(0, 10);
  let steps = 1;
  while (steps < 3_000 && new Date(shown(moment + steps * step, zone)).toISOString().slice(0, 10) === day) steps += 1;
  return steps;
}

function two(number) {
  return String(number).padStart(2, "0");
}
