// Drives the language server that editors' TOML extensions are made of (@taplo/lsp, as in "Even Better TOML" for VS Code), as an
// editor does, and shows that it completes keys and plugin names of a scenario with their description and complains about wrong ones,
// from our schema alone: every attempt to fetch something is a fault.
// Usage: lsp.mjs NODE_MODULES SCENARIO_SCHEMA
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { isAbsolute, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const [modules, schema] = process.argv.slice(2);
const patience_ms = 60000;
const faults = [];
const require_that = (holds, what) => holds || faults.push(what);
const { TaploLsp } = createRequire(join(modules, "lsp.mjs"))("@taplo/lsp");

class Fetching {
  constructor() {
    faults.push("the server wanted to fetch something");
    throw new Error("there is no network");
  }
}
const environment = {
  now: () => new Date(),
  envVar: () => undefined,
  envVars: () => [],
  stdErrAtty: () => false,
  stdin: async () => new Uint8Array(),
  stdout: async (bytes) => bytes.length,
  stderr: async (bytes) => bytes.length,
  glob: () => [],
  readFile: async (path) => new Uint8Array(readFileSync(path)),
  writeFile: async () => {},
  urlToFilePath: (url) => (url.startsWith("file:") ? fileURLToPath(url) : decodeURIComponent(url.replace(/^[a-z]+:/, ""))),
  isAbsolute: (path) => isAbsolute(path),
  cwd: () => process.cwd(),
  findConfigFile: () => undefined,
  fetch: { fetch: async () => new Fetching(), Headers: Fetching, Request: Fetching, Response: Fetching },
};

class Server {
  constructor() {
    this.next = 1;
    this.answers = new Map();
    this.diagnostics = new Map();
  }

  async start() {
    this.server = await TaploLsp.initialize(environment, { onMessage: (message) => this.take(message) });
  }

  take(message) {
    if (message.method === "workspace/configuration") {
      this.send({ id: message.id, result: message.params.items.map(() => ({ schema: { enabled: true, catalogs: [] } })) });
    } else if (message.method === "textDocument/publishDiagnostics") {
      this.diagnostics.set(message.params.uri, message.params.diagnostics);
    } else if (message.method && message.id !== undefined) {
      this.send({ id: message.id, result: null });
    } else if (this.answers.has(message.id)) {
      this.answers.get(message.id)(message);
    }
  }

  send(message) {
    this.server.send({ jsonrpc: "2.0", ...message });
  }

  ask(method, params) {
    const id = this.next++;
    return new Promise((resolve, reject) => {
      this.answers.set(id, (m) => (m.error ? reject(new Error(`${method}: ${m.error.message}`)) : resolve(m.result)));
      this.send({ id, method, params });
    });
  }

  open(uri, text) {
    this.send({ method: "textDocument/didOpen", params: { textDocument: { uri, languageId: "toml", version: 1, text } } });
  }

  // What the server says about a text in which '|' is the cursor.
  async complete(uri, marked) {
    const before = marked.slice(0, marked.indexOf("|")).split("\n");
    this.open(uri, marked.replace("|", ""));
    const position = { line: before.length - 1, character: before.at(-1).length };
    const answer = await this.ask("textDocument/completion", { textDocument: { uri }, position });
    return Array.isArray(answer) ? answer : (answer?.items ?? []);
  }

  // Diagnostics come by themselves, and a first, empty lot may come before the schema was read.
  async complaints(uri, text, enough) {
    this.open(uri, text);
    for (const end = Date.now() + patience_ms; Date.now() < end; await new Promise((r) => setTimeout(r, 50)))
      if (this.diagnostics.has(uri) && enough(this.diagnostics.get(uri))) return this.diagnostics.get(uri);
    return this.diagnostics.get(uri) ?? [];
  }
}

const timer = setTimeout(() => {
  console.log(`the language server does not answer within ${2 * patience_ms} ms`);
  process.exit(1);
}, 2 * patience_ms);
if (!existsSync(schema)) throw new Error(`there is no ${schema}`);
const uri = (name) => pathToFileURL(join(process.cwd(), name)).href;
const head = `#:schema ${pathToFileURL(schema).href}\nformat = 1\n`;
const words = (item) => JSON.stringify(item.documentation ?? item.detail ?? "");

const server = new Server();
await server.start();
await server.ask("initialize", {
  processId: process.pid,
  rootUri: pathToFileURL(process.cwd()).href,
  capabilities: {
    workspace: { configuration: true, workspaceFolders: true },
    textDocument: { completion: { completionItem: { documentationFormat: ["markdown"] } } },
  },
  workspaceFolders: [{ uri: pathToFileURL(process.cwd()).href, name: "test" }],
});
server.send({ method: "initialized", params: {} });

const keys = await server.complete(uri("keys.toml"), `${head}[run]\nd|\n`);
const dt = keys.find((k) => k.label.includes("dt_ms"));
console.log("completion of keys in [run]:", keys.map((k) => k.label).join(" "));
require_that(dt, "no completion offers dt_ms in [run]");
require_that(dt && words(dt).includes("step"), `dt_ms is offered without its description: ${JSON.stringify(dt)}`);

const plugins = await server.complete(uri("plugins.toml"), `${head}[region.population.cell]\nplugin = |\n`);
console.log("completion of plugins:", plugins.map((k) => k.label).join(" ").slice(0, 300));
const lif = plugins.find((k) => k.label.includes('"core.lif"'));
require_that(lif, "no completion offers core.lif as the plugin of a population");
require_that(lif && words(lif).includes("leaky"), `core.lif is offered without its description: ${JSON.stringify(lif)}`);

const right = `${head}[run]\nduration_ms = 100.0\n[region.population.cell]\nplugin = "core.lif"\nn = 10\n`;
const wrong = await server.complaints(uri("wrong.toml"), right.replace("duration_ms", "duration"), (d) => d.length > 0);
console.log("complaints about 'duration':", wrong.map((d) => `${d.range.start.line + 1}: ${d.message}`).join("; ").slice(0, 300));
require_that(wrong.some((d) => /duration/.test(d.message)), "a wrong key is not complained of");
const param = await server.complaints(uri("param.toml"), `${right}params = { tau = 10.0 }\n`, (d) => d.length > 0);
console.log("complaints about 'tau' of core.lif:", param.map((d) => `${d.range.start.line + 1}: ${d.message}`).join("; ").slice(0, 300));
require_that(param.some((d) => /tau/.test(d.message)), "a wrong parameter of a plugin is not complained of");
const none = await server.complaints(uri("right.toml"), right, (d) => d.length === 0);
require_that(none.length === 0, `a right scenario is complained of: ${JSON.stringify(none)}`);

clearTimeout(timer);
for (const fault of faults) console.log(`FAILED: ${fault}`);
process.exit(faults.length ? 1 : 0);
