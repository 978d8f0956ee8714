// Colours that everyone can tell apart. A region type has the same one everywhere: Okabe and Ito's for types of regions,
// Tol's muted scheme for arms, viridis for amounts, RdBu around zero.

const OKABE_ITO = { blue: "#0072b2", vermillion: "#d55e00", green: "#009e73", purple: "#cc79a7", orange: "#e69f00", sky: "#56b4e9", yellow: "#c9b800", grey: "#8a8f98" };
const KNOWN = { sensory: "blue", motor: "vermillion", prefrontal: "green", thalamus: "purple", hippocampus: "orange", basal_ganglia: "sky", amygdala: "yellow", other: "grey" };
const TOL = ["#cc6677", "#4477aa", "#117733", "#ddaa33", "#aa4499", "#44aa99", "#999933", "#88ccee", "#882255", "#6a5acd", "#777777", "#bb5566"];

const given = new Map();
// Of a region type; names that are not known take the colours that are left, in the order in which they appear.
export function groupColour(name) {
  if (!name) return OKABE_ITO.grey;
  if (KNOWN[name]) return OKABE_ITO[KNOWN[name]];
  if (!given.has(name)) {
    const free = Object.values(OKABE_ITO).filter((c) => c !== OKABE_ITO.grey);
    given.set(name, [...free, ...TOL][given.size % (free.length + TOL.length)]);
  }
  return given.get(name);
}
export const groupRank = (name) => { const k = Object.keys(KNOWN).indexOf(name); return k < 0 ? (name === "" ? 99 : 50 + [...given.keys()].indexOf(name)) : name === "other" ? 98 : k; };
export const groupText = (name) => (name ? name.replaceAll("_", " ") : "no group");
export const armColour = (i) => TOL[i % TOL.length];
export const DASHES = ["", "6 3", "2 3", "8 3 2 3"];  // a second sign for those who see no colours

const VIRIDIS = ["#440154", "#482878", "#3e4989", "#31688e", "#26828e", "#1f9e89", "#35b779", "#6ece58", "#b5de2b", "#fde725"];
const RDBU = ["#053061", "#2166ac", "#4393c3", "#92c5de", "#d1e5f0", "#f7f7f7", "#fddbc7", "#f4a582", "#d6604d", "#b2182b", "#67001f"];
export function rgbOf(hex) { return [1, 3, 5].map((k) => parseInt(hex.slice(k, k + 2), 16)); }
function scale(anchors) {
  const table = anchors.map(rgbOf);
  return (t) => {
    if (!(t >= 0 || t < 0)) return [128, 128, 128];
    const x = Math.max(0, Math.min(1, t)) * (table.length - 1), i = Math.min(table.length - 2, Math.floor(x)), f = x - i;
    return table[i].map((v, k) => Math.round(v + (table[i + 1][k] - v) * f));
  };
}
export const viridis = scale(VIRIDIS);
export const rdbu = scale(RDBU);
export const cssColour = ([r, g, b], a = 1) => `rgba(${r},${g},${b},${a})`;

// Region numbers, those of one type together, and where each type begins: { order, bands: [{ name, from, to }] }.
export function byGroup(groups) {
  const order = groups.map((_, i) => i).sort((a, b) => groupRank(groups[a]) - groupRank(groups[b]) || (groups[a] < groups[b] ? -1 : groups[a] > groups[b] ? 1 : a - b));
  const bands = [];
  order.forEach((r, i) => {
    if (!bands.length || bands.at(-1).name !== groups[r]) bands.push({ name: groups[r], from: i, to: i + 1 });
    else bands.at(-1).to = i + 1;
  });
  return { order, bands };
}
