// Bundles the page into ../static: names carry a hash of the content, files are stored compressed.
import { readFile, readdir, rm, mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const output = new URL('../static/', import.meta.url).pathname;
const shared = {
  absWorkingDir: import.meta.dirname,
  bundle: true,
  minify: true,
  write: false,
  outdir: output,
  metafile: true,
  target: 'es2022',
  legalComments: 'none', // the notices of every package are in LICENSES.txt
  define: { 'process.env.NODE_ENV': '"production"' },
};

const workers = await build({
  ...shared,
  format: 'iife',
  entryNames: '[name]-[hash]',
  entryPoints: {
    'editor.worker': 'monaco-editor/esm/vs/editor/editor.worker.js',
    'json.worker': 'monaco-editor/esm/vs/language/json/json.worker.js',
    'graphql.worker': 'monaco-graphql/esm/graphql.worker.js',
  },
});
const worker = (name) => JSON.stringify(basename(workers.outputFiles.find((file) => basename(file.path).startsWith(name)).path));

const page = await build({
  ...shared,
  format: 'esm',
  splitting: true,
  jsx: 'automatic',
  entryNames: '[name]-[hash]',
  chunkNames: 'chunk-[hash]',
  entryPoints: ['main.jsx'],
  loader: { '.ttf': 'dataurl', '.woff': 'dataurl', '.woff2': 'dataurl', '.svg': 'dataurl' },
  define: {
    ...shared.define,
    EDITOR_WORKER: worker('editor.worker'),
    JSON_WORKER: worker('json.worker'),
    GRAPHQL_WORKER: worker('graphql.worker'),
  },
});

// Every package that ended up in a bundle, with the licence it ships.
async function licences() {
  const inputs = [workers, page].flatMap((result) => Object.keys(result.metafile.inputs));
  const roots = new Set(inputs.map((path) => /^(?:.*node_modules\/)(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]).filter(Boolean));
  const notices = [];
  for (const root of [...roots].sort()) {
    const { name, version, license } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    const file = (await readdir(root)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file ? await readFile(join(root, file), 'utf8') : 'The package ships no licence file; it is published under the licence named above.';
    notices.push(`${name} ${version} (${license})\n\n${text.trim()}\n`);
  }
  return notices.join(`\n${'-'.repeat(80)}\n\n`);
}

await rm(output, { recursive: true, force: true });
await mkdir(output);
// Monaco's own style sheets are inside graphiql/style.css already; nothing loads those of the lazy chunks.
const isUsed = (file) => !/^chunk-.*\.css$/.test(basename(file.path));
const files = [...workers.outputFiles, ...page.outputFiles].filter(isUsed);
for (const file of files) {
  await writeFile(`${file.path}.gz`, gzipSync(file.contents, { level: 9 }));
}
const named = (end) => basename(files.find((file) => basename(file.path).startsWith('main-') && file.path.endsWith(end)).path);
const html = await readFile('index.html', 'utf8');
await writeFile(join(output, 'index.html'), html.replace('MAIN_SCRIPT', named('.js')).replace('MAIN_STYLE', named('.css')));
await writeFile(join(output, 'LICENSES.txt'), await licences());
