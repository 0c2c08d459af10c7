// Draws the places that a table names on a map: on the tiles of MAP_TILES_URL, or else on a plain ground with lines of
// longitude and latitude. The table does the same for whoever has no pointer.

// Degrees between two lines, of which at least this many are to be seen either way.
const STEPS = [45, 30, 15, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005, 0.0002, 0.0001];
const LINES = 2;
const TOP = 85;  // of Mercator's projection

for (const box of document.querySelectorAll(".plc-places")) draw(box);

function draw(box) {
  const points = pointsOf(box);
  if (!points.length) return;
  const ground = box.querySelector(".plc-map");
  ground.hidden = false;
  const { tiles, attribution } = box.dataset;
  const map = L.map(ground, {
    attributionControl: false,
    dragging: !L.Browser.mobile,  // one finger goes on through the page, two move the map
    maxZoom: 19,
    scrollWheelZoom: false,
    zoomControl: false,
  });
  L.control.zoom({ zoomInTitle: ground.dataset.nearer, zoomOutTitle: ground.dataset.farther }).addTo(map);
  map.fitBounds(points.map((each) => each.at), { maxZoom: 14, padding: [32, 32] });
  if (tiles) {
    L.control.attribution({ prefix: false }).addTo(map);
    // Servers of tiles want to know who asks; the page itself is nobody's business.
    L.tileLayer(tiles, { attribution, maxZoom: 19, referrerPolicy: "strict-origin" }).addTo(map);
  } else {
    rule(map);
  }
  for (const { at, names } of points) {
    L.circleMarker(at, { className: "plc-point", radius: names.length > 1 ? 9 : 6 })
      .bindPopup(listOf(names), { closeButton: false, maxHeight: 200 })
      .addTo(map);
  }
}

/* Each point once, with the names of all that are there. */
function pointsOf(box) {
  const found = new Map();
  for (const row of box.querySelectorAll("tr[data-latitude]")) {
    const { latitude, longitude } = row.dataset;
    const key = `${latitude} ${longitude}`;
    if (!found.has(key)) found.set(key, { at: [Number(latitude), Number(longitude)], names: [] });
    found.get(key).names.push(row.querySelector("a"));
  }
  return [...found.values()];
}

function listOf(names) {
  const list = document.createElement("ul");
  for (const name of names) {
    const item = document.createElement("li");
    item.append(name.cloneNode(true));
    list.append(item);
  }
  return list;
}

/* Lines of longitude and latitude, each with its degrees at the edge, drawn anew for every part that is looked at. */
function rule(map) {
  map.createPane("plc-degrees").setAttribute("aria-hidden", "true");
  const lines = L.layerGroup().addTo(map);
  const renew = () => {
    lines.clearLayers();
    const seen = map.getBounds();
    const corner = map.containerPointToLatLng([4, map.getSize().y - 18]);
    const [west, east] = [seen.getWest(), seen.getEast()];
    const [south, north] = [Math.max(seen.getSouth(), -TOP), Math.min(seen.getNorth(), TOP)];
    const step = STEPS.find((each) => Math.min(east - west, north - south) / each >= LINES) ?? STEPS.at(-1);
    for (const each of between(west, east, step)) {
      line(lines, [[-TOP, each], [TOP, each]], [corner.lat, each], step);
    }
    for (const each of between(south, north, step)) {
      line(lines, [[each, west], [each, east]], [each, corner.lng], step);
    }
  };
  map.on("moveend resize", renew);
  renew();
}

function line(lines, ends, place, step) {
  const written = ends[0][0] === ends[1][0] ? ends[0][0] : ends[0][1];
  const degrees = L.Util.wrapNum(written, [-180, 180], true);  // a wide map has the world more than once
  const text = `${degrees.toFixed(Math.max(0, -Math.floor(Math.log10(step))))}°`;
  const label = L.divIcon({ className: "plc-degrees", html: text, iconSize: [0, 0] });
  L.polyline(ends, { className: "plc-line", interactive: false, weight: 1 }).addTo(lines);
  L.marker(place, { icon: label, interactive: false, keyboard: false, pane: "plc-degrees" }).addTo(lines);
}

function between(from, to, step) {
  const found = [];
  for (let each = Math.ceil(from / step); each * step <= to; each += 1) found.push(each * step);
  return found;
}
