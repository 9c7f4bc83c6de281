// Builds webapp/static from webapp/assets: two style sheets, one script, the font and the mark, each with its hash
// in its name, `manifest.json` from plain names to those, and `icons.json` with the few drawings of lucide that pages
// put in line. Run by hatch_build.py, or `node webapp/assets/build.mjs`.
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import * as sass from "sass";

const assets = dirname(fileURLToPath(import.meta.url));
const built = join(assets, "../static");
const fresh = `${built}.new`;

// What an icon means here -> which of lucide's it is. An icon always stands beside its word.
const ICONS = {
  add: "plus",
  alert: "triangle-alert",
  answer: "message-square-text",
  attach: "paperclip",
  back: "arrow-left",
  calendar: "calendar-days",
  case: "folder-open",
  clock: "clock",
  comment: "message-square",
  copy: "copy",
  counter: "store",
  done: "circle-check",
  download: "download",
  edit: "pencil",
  find: "search",
  first: "skip-back",
  info: "info",
  key: "key-round",
  language: "globe",
  last: "skip-forward",
  manage: "sliders-horizontal",
  audit: "scale",
  next: "arrow-right",
  pause: "pause",
  person: "user",
  people: "users",
  play: "play",
  print: "printer",
  private: "eye-off",
  refused: "circle-alert",
  retry: "rotate-ccw",
  reveal: "eye",
  scan: "scan-line",
  share: "send",
  "sign-in": "log-in",
  "sign-out": "log-out",
  tasks: "list-checks",
  trace: "route",
};
const lucide = join(assets, "../../node_modules/lucide-static");

// The inside of each drawing, by our name for it.
async function icons() {
  const drawn = Object.entries(ICONS).map(async ([name, file]) => {
    const svg = await readFile(join(lucide, "icons", `${file}.svg`), "utf8");
    return [name, svg.replace(/^[^]*?<svg[^>]*>/, "").replace("</svg>", "").replace(/\s+/g, " ").trim()];
  });
  return Object.fromEntries(await Promise.all(drawn));
}

const scss = {
  name: "scss",
  setup({ onLoad }) {
    onLoad({ filter: /\.scss$/ }, async ({ path }) => {
      const importers = [new sass.NodePackageImporter(assets)];
      const { css } = await sass.compileAsync(path, { importers, quietDeps: true });
      return { contents: css, loader: "css", resolveDir: dirname(path) };
    });
  },
};

// form-js's editor and viewer render together, so they must share one preact: the older one, that the editor pins.
const onePreact = {
  name: "one preact",
  setup({ onResolve, resolve }) {
    const editor = join(assets, "../../node_modules/@bpmn-io/form-js-editor");
    onResolve({ filter: /^preact(\/|$)/ }, ({ path, kind, importer, pluginData }) => {
      if (pluginData === onePreact || !importer.includes("form-js-viewer")) return undefined;
      return resolve(path, { kind, resolveDir: editor, pluginData: onePreact });
    });
  },
};

// The licence of every package of which something is in the bundle.
async function notices(inputs) {
  const packages = [...inputs, "../../node_modules/lucide-static/icons"].map((path) => path.match(/^(.*node_modules\/(@[^/]+\/)?[^/]+)\//)?.[1]).filter(Boolean);
  const texts = [...new Set(packages)].sort().map(async (path) => {
    const directory = join(assets, path);
    const { name, version, license } = JSON.parse(await readFile(join(directory, "package.json")));
    const file = (await readdir(directory)).find((entry) => /^licen[cs]e/i.test(entry));
    return `${name} ${version} (${license})\n\n${file ? await readFile(join(directory, file), "utf8") : ""}`;
  });
  return (await Promise.all(texts)).join("\n\n");
}

await rm(fresh, { recursive: true, force: true });
await mkdir(fresh, { recursive: true });
const { metafile } = await build({
  absWorkingDir: assets,
  entryPoints: [
    "sass/app.scss", "sass/papers.scss", "js/app.js", "mark.svg", // every page
    "js/modeler/modeler.js", "js/form_editor/form_editor.js", // one page each, with the styles that they import
  ],
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022"],
  loader: { ".svg": "copy", ".woff2": "file", ".woff": "file", ".ttf": "file", ".eot": "file" },
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  legalComments: "none", // third-party.txt has them whole
  outdir: fresh,
  metafile: true,
  plugins: [scss, onePreact],
});

const manifest = {};
for (const [path, { entryPoint, cssBundle }] of Object.entries(metafile.outputs)) {
  if (!entryPoint) continue;
  manifest[basename(entryPoint).replace(/\.scss$/, ".css")] = basename(path);
  if (cssBundle) manifest[basename(entryPoint).replace(/\.js$/, ".css")] = basename(cssBundle);
}
await writeFile(join(fresh, "third-party.txt"), await notices(Object.keys(metafile.inputs)));
await writeFile(join(fresh, "manifest.json"), JSON.stringify(manifest, null, 2));
await writeFile(join(fresh, "icons.json"), JSON.stringify(await icons(), null, 2));
await rm(built, { recursive: true, force: true });
await rename(fresh, built);
console.log(`built ${Object.values(manifest).join(", ")} into ${pathToFileURL(built).pathname}`);
