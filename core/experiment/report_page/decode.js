// The data of a page: JSON whose arrays lie beside it in one block (report_arrays.hpp). README.md describes the document.

// From the page: base64 of zlib of the document.
export async function decode(text) {
  const compressed = Uint8Array.from(atob(text.trim()), (c) => c.charCodeAt(0));
  const stream = new Blob([compressed]).stream().pipeThrough(new DecompressionStream("deflate"));
  return unpack(await new Response(stream).arrayBuffer());
}

// From a live view: the document as it is.
export function unpack(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const block = 4 + length;
  const json = new TextDecoder().decode(new Uint8Array(buffer, 4, length));
  return JSON.parse(json, (_, value) => (value && value.$ ? array(buffer, block + value.at, value) : value));
}

// A typed array with `shape`; levels become numbers, and what was not finite NaN.
function array(buffer, at, { $, shape, low, high }) {
  const n = shape.reduce((a, b) => a * b, 1);
  const types = { f32: Float32Array, u32: Uint32Array, u16: Uint16Array, u8: Uint8Array };
  let values = new types[$](buffer, at, n);
  if (low !== undefined) {
    const levels = values, step = (high - low) / 65534;
    values = new Float32Array(n);
    for (let i = 0; i < n; ++i) values[i] = levels[i] === 65535 ? NaN : low + levels[i] * step;
  }
  values.shape = shape;
  return values;
}
